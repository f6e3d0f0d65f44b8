using System.Buffers;
using System.Security.Cryptography;
using Pipeline.Core;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Arrivals;

/// <summary>
/// The bytes of an upload as they were when it was found. A small one is held in memory, so that it is fetched once; a large one is read
/// again each time, and only while it is the same. Disposing waits until nothing reads it any more.
/// </summary>
internal sealed class UploadBytes : IAsyncDisposable
{
    private const long HeldInMemory = 1 << 20;

    /// <summary>Read at once: each time costs a change of threads.</summary>
    private const int ReadAtOnce = 256 << 10;

    private readonly IFileStore _files;
    private readonly FileStat _file;
    private readonly byte[]? _held;
    private readonly Draft? _draft;

    private UploadBytes(IFileStore files, FileStat file, byte[]? held, Draft? draft, Sha256 sha256) =>
        (_files, _file, _held, _draft, Sha256) = (files, file, held, draft, sha256);

    public Sha256 Sha256 { get; }

    /// <summary>Of a file over the limit: it is not read, and kept nowhere.</summary>
    public static UploadBytes Unread(IFileStore files, FileStat file) => new(files, file, null, null, Sha256.Unread);

    /// <summary>Whether it is read from the store each time.</summary>
    public static bool IsLarge(FileStat file) => file.Length > HeldInMemory;

    /// <exception cref="StoreChangedException">It was written over; its new content is another upload.</exception>
    /// <exception cref="StoreNotFoundException">It was taken away.</exception>
    public static async Task<UploadBytes> ReadAsync(IFileStore files, FileStat file, CancellationToken cancel)
    {
        await using var stream = await files.OpenReadAsync(file.Path, file.ETag, cancel);
        if (!IsLarge(file))
        {
            var copy = new MemoryStream((int)file.Length);
            await stream.CopyToAsync(copy, cancel);
            byte[] held = copy.ToArray();
            return new UploadBytes(files, file, held, null, new Sha256(SHA256.HashData(held)));
        }

        // Nearly every large file is new, so its keeping begins at once.
        var draft = new Draft(files, file, cancel);
        try
        {
            return new UploadBytes(files, file, null, draft, await DigestAsync(stream, cancel));
        }
        catch
        {
            await draft.DisposeAsync();
            throw;
        }
    }

    public async Task<Stream> OpenAsync(CancellationToken cancel) =>
        _held is null ? await _files.OpenReadAsync(_file.Path, _file.ETag, cancel) : new MemoryStream(_held, writable: false);

    /// <summary>The bytes as a stream that can seek.</summary>
    public async Task<Stream> OpenSeekableAsync(CancellationToken cancel)
    {
        var stream = await OpenAsync(cancel);
        if (stream.CanSeek)
            return stream;
        await using (stream)
            return await SeekableCopy.OfAsync(stream, cancel);
    }

    /// <summary>Keeps them at a path that is named after them. Again, it does nothing more.</summary>
    /// <returns>Whether they are there for the first time.</returns>
    public async Task<bool> KeepAsync(string path, CancellationToken cancel)
    {
        if (Sha256 == Sha256.Unread)
            return false;
        try
        {
            if (_draft is not null)
            {
                await _draft.KeepAsync(path);
                return true;
            }

            await using var stream = await OpenAsync(cancel);
            await _files.CreateAsync(path, stream, cancel);
            return true;
        }
        catch (StoreAlreadyExistsException)
        {
            // Most uploads are new; of those that are not, the bytes are there already.
            return false;
        }
    }

    public ValueTask DisposeAsync() => _draft?.DisposeAsync() ?? default;

    private static async Task<Sha256> DigestAsync(Stream stream, CancellationToken cancel)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ReadAtOnce);
        try
        {
            int read;
            while ((read = await stream.ReadAsync(buffer, cancel)) > 0)
                digest.AppendData(buffer, 0, read);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return new Sha256(digest.GetHashAndReset());
    }

    /// <summary>A large file on its way to where it is kept, before it is known where that is.</summary>
    private sealed class Draft : IAsyncDisposable
    {
        private readonly TaskCompletionSource<string> _path = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly CancellationTokenSource _stop;
        private readonly Task _kept;

        public Draft(IFileStore files, FileStat file, CancellationToken cancel)
        {
            _stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            _kept = Task.Run(() => WriteAsync(files, file, _stop.Token), CancellationToken.None);
        }

        public Task KeepAsync(string path)
        {
            _path.TrySetResult(path);
            return _kept;
        }

        /// <summary>Ends the writing of what is not to be kept.</summary>
        public async ValueTask DisposeAsync()
        {
            _path.TrySetCanceled();
            await _stop.CancelAsync();
            await _kept.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _stop.Dispose();
        }

        private async Task WriteAsync(IFileStore files, FileStat file, CancellationToken cancel)
        {
            await using var stream = await files.OpenReadAsync(file.Path, file.ETag, cancel);
            await files.CreateAsync(_path.Task, stream, cancel);
        }
    }
}
