namespace Pipeline.Steps.Stores;

internal static class FileWriting
{
    /// <summary>Writes a file over the one that was there when its facts were read; null: there was none.</summary>
    /// <returns>Its ETag.</returns>
    /// <exception cref="StoreException">Somebody else wrote it meanwhile.</exception>
    public static async Task<string> WriteOverAsync(this IFileStore files, string path, FileStat? before, byte[] content,
        CancellationToken cancel = default)
    {
        using var stream = new MemoryStream(content, writable: false);
        return before is null
            ? await files.CreateAsync(path, stream, cancel)
            : await files.WriteAsync(path, stream, before.ETag, cancel);
    }

    /// <summary>
    /// Writes a file that everybody who writes it writes alike: where an earlier attempt, or one at the same time, wrote it, it stays.
    /// </summary>
    public static async Task CreateOnceAsync(this IFileStore files, string path, byte[] content, CancellationToken cancel = default)
    {
        using var stream = new MemoryStream(content, writable: false);
        try
        {
            await files.CreateAsync(path, stream, cancel);
        }
        catch (StoreAlreadyExistsException)
        {
            // Who must know that it is the same looks afterwards.
        }
    }

    /// <summary>What is written to a stream, whole.</summary>
    public static byte[] BytesOf(Action<Stream> write)
    {
        using var bytes = new MemoryStream();
        write(bytes);
        return bytes.ToArray();
    }
}
