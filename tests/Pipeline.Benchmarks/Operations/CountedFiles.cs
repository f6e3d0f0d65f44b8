using System.Runtime.CompilerServices;
using Pipeline.Core.Reading;
using Pipeline.Steps.Stores;

namespace Pipeline.Benchmarks.Operations;

/// <summary>Files, with every call counted as Azure Blob Storage bills it.</summary>
internal sealed class CountedFiles(IFileStore files, Counter counter) : IFileStore
{
    private const int ListedAtOnce = 5_000;

    /// <summary>As <c>BlobFileStore</c> writes.</summary>
    private const long BlockBytes = 4 << 20;

    public Task<FileStat?> StatAsync(string path, CancellationToken cancel = default)
    {
        counter.BlobRead();
        return files.StatAsync(path, cancel);
    }

    public async IAsyncEnumerable<FileStat> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        long listed = 0;
        await foreach (var file in files.ListAsync(prefix, cancel))
        {
            if (listed++ % ListedAtOnce == 0)
                counter.BlobListed();
            yield return file;
        }

        if (listed == 0)
            counter.BlobListed();
    }

    public async Task<Stream> OpenReadAsync(string path, string? ifMatch = null, CancellationToken cancel = default)
    {
        counter.BlobRead();
        return new Counted(await files.OpenReadAsync(path, ifMatch, cancel), counter.Read);
    }

    public Task<string> CreateAsync(string path, Stream content, CancellationToken cancel = default) =>
        WriteAsync(content, counted => files.CreateAsync(path, counted, cancel));

    public Task<string> WriteAsync(string path, Stream content, string? ifMatch = null, CancellationToken cancel = default) =>
        WriteAsync(content, counted => files.WriteAsync(path, counted, ifMatch, cancel));

    private async Task<string> WriteAsync(Stream content, Func<Stream, Task<string>> write)
    {
        long bytes = 0;
        // The content is its owner's, and not closed here.
        string etag = await write(new Counted(content, read => bytes += read));
        counter.BlobWritten(bytes < BlockBytes ? 1 : 1 + ((bytes + BlockBytes - 1) / BlockBytes), bytes);
        return etag;
    }

    private sealed class Counted(Stream stream, Action<int> tell) : ForwardStream
    {
        public override int Read(Span<byte> buffer)
        {
            int read = stream.Read(buffer);
            tell(read);
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                stream.Dispose();
            base.Dispose(disposing);
        }
    }
}
