using System.Security.Cryptography;
using Pipeline.Core;

namespace Pipeline.Steps;

/// <summary>The bytes of an upload as they were when it was found. A small one is held in memory, so that it is fetched once; a large one is read again each time, and only while it is the same.</summary>
internal sealed class UploadBytes
{
    private const long HeldInMemory = 1 << 20;
    private readonly IFileStore _files;
    private readonly FileStat _file;
    private readonly byte[]? _held;

    private UploadBytes(IFileStore files, FileStat file, byte[]? held, Sha256 sha256) => (_files, _file, _held, Sha256) = (files, file, held, sha256);

    public Sha256 Sha256 { get; }

    /// <summary>Whether it is read from the store each time.</summary>
    public static bool IsLarge(FileStat file) => file.Length > HeldInMemory;

    /// <exception cref="StoreChangedException">It was written over; its new content is another upload.</exception>
    /// <exception cref="StoreNotFoundException">It was taken away.</exception>
    public static async Task<UploadBytes> ReadAsync(IFileStore files, FileStat file, CancellationToken cancel)
    {
        await using var stream = await files.OpenReadAsync(file.Path, file.ETag, cancel);
        if (IsLarge(file))
            return new UploadBytes(files, file, null, new Sha256(await SHA256.HashDataAsync(stream, cancel)));
        var held = new MemoryStream((int)file.Length);
        await stream.CopyToAsync(held, cancel);
        return new UploadBytes(files, file, held.ToArray(), new Sha256(SHA256.HashData(held.ToArray())));
    }

    public async Task<Stream> OpenAsync(CancellationToken cancel) =>
        _held is null ? await _files.OpenReadAsync(_file.Path, _file.ETag, cancel) : new MemoryStream(_held, writable: false);

    /// <summary>Keeps them at a path that is named after them, as soon as it is known where.</summary>
    public async Task KeepAsync(Task<string> path, CancellationToken cancel)
    {
        await using var stream = await OpenAsync(cancel);
        try
        {
            await _files.CreateAsync(path, stream, cancel);
        }
        catch (StoreAlreadyExistsException)
        {
            // Most uploads are new; of those that are not, the bytes are there already.
        }
    }
}
