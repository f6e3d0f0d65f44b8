using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using Pipeline.Core.Reading;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Tests.Stores;

/// <summary>Files in memory, as strict as the strictest store: streams that cannot seek and that give less than asked for.</summary>
public sealed class InMemoryFileStore(TimeProvider time, StoreCalls? calls = null) : IFileStore
{
    private readonly StoreCalls _calls = calls ?? new StoreCalls();
    private readonly Lock _state = new();
    private readonly History<ImmutableSortedDictionary<string, StoredFile>> _files =
        new(ImmutableSortedDictionary.Create<string, StoredFile>(StringComparer.Ordinal));
    private long _writes;

    public async Task<FileStat?> StatAsync(string path, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        FileLimits.CheckRead(path);
        await _calls.Ask(_calls.Next(), "Stat", path, Moment.Before);
        return Find(path)?.Stat;
    }

    public async IAsyncEnumerable<FileStat> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        FileLimits.CheckPrefix(prefix);
        var ago = await _calls.Ask(_calls.Next(), "List", prefix, Moment.Before);
        ImmutableSortedDictionary<string, StoredFile> listed;
        lock (_state)
            listed = _files.Ago(ago);
        foreach (var file in listed.Values.Where(file => file.Stat.Path.StartsWith(prefix, StringComparison.Ordinal)))
        {
            cancel.ThrowIfCancellationRequested();
            yield return file.Stat;
        }
    }

    public async Task<Stream> OpenReadAsync(string path, string? ifMatch = null, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        FileLimits.CheckRead(path);
        await _calls.Ask(_calls.Next(), "OpenRead", path, Moment.Before);
        var file = Find(path) ?? throw new StoreNotFoundException(path);
        return ifMatch is null || ifMatch == file.Stat.ETag ? new Reading(file.Content) : throw new StoreChangedException(path);
    }

    public Task<string> CreateAsync(string path, Stream content, CancellationToken cancel = default) =>
        PutAsync("Create", path, content, there =>
        {
            if (there is not null)
                throw new StoreAlreadyExistsException(path);
        }, cancel);

    public Task<string> WriteAsync(string path, Stream content, string? ifMatch = null, CancellationToken cancel = default) =>
        PutAsync("Write", path, content, there =>
        {
            if (ifMatch is null)
                return;
            if (there is null)
                throw new StoreNotFoundException(path);
            if (there.Stat.ETag != ifMatch)
                throw new StoreChangedException(path);
        }, cancel);

    private async Task<string> PutAsync(string operation, string path, Stream content, Action<StoredFile?> demand, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        FileLimits.CheckWrite(path);
        var number = _calls.Next();
        await _calls.Ask(number, operation, path, Moment.Before);
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, cancel);
        var etag = Put(path, bytes.ToArray(), demand);
        await _calls.Ask(number, operation, path, Moment.After);
        return etag;
    }

    private string Put(string path, byte[] content, Action<StoredFile?> demand)
    {
        lock (_state)
        {
            demand(Find(path));
            var stat = new FileStat(path, content.Length, (++_writes).ToString(CultureInfo.InvariantCulture), time.GetUtcNow());
            _files.Add(_files.Now.SetItem(path, new StoredFile(stat, content)));
            return stat.ETag;
        }
    }

    private StoredFile? Find(string path)
    {
        lock (_state)
            return _files.Now.GetValueOrDefault(path);
    }

    private sealed record StoredFile(FileStat Stat, byte[] Content);

    private sealed class Reading(byte[] content) : ForwardStream
    {
        /// <summary>An odd number, so that nothing that assumes whole buffers or even lengths passes.</summary>
        private const int AtOnce = 4093;

        private int _at;

        public override int Read(Span<byte> buffer)
        {
            var read = Math.Min(Math.Min(buffer.Length, AtOnce), content.Length - _at);
            content.AsSpan(_at, read).CopyTo(buffer);
            _at += read;
            return read;
        }
    }
}
