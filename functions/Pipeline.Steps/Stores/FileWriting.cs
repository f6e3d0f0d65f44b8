namespace Pipeline.Steps.Stores;

internal static class FileWriting
{
    /// <summary>Writes a file over the one that was there when its facts were read; null: there was none.</summary>
    /// <exception cref="StoreException">Somebody else wrote it meanwhile.</exception>
    public static async Task WriteOverAsync(this IFileStore files, string path, FileStat? before, byte[] content, CancellationToken cancel = default)
    {
        using var stream = new MemoryStream(content, writable: false);
        if (before is null)
            await files.CreateAsync(path, stream, cancel);
        else
            await files.WriteAsync(path, stream, before.ETag, cancel);
    }

    /// <summary>What is written to a stream, whole.</summary>
    public static byte[] BytesOf(Action<Stream> write)
    {
        using var bytes = new MemoryStream();
        write(bytes);
        return bytes.ToArray();
    }
}
