namespace Pipeline.Steps.Stores;

/// <summary>
/// A copy of a stream that can seek, as who reads a workbook must: in memory while it is small, else in a file of its own that goes with
/// it.
/// </summary>
internal static class SeekableCopy
{
    private const int HeldInMemory = 1 << 20;

    /// <param name="content">From its start; left open.</param>
    /// <param name="cancel">Ends the copying.</param>
    /// <returns>At its start.</returns>
    public static async Task<Stream> OfAsync(Stream content, CancellationToken cancel = default)
    {
        byte[] start = new byte[HeldInMemory];
        int length = await content.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancel);
        if (length < start.Length)
            return new MemoryStream(start, 0, length, writable: false);
        var file = New();
        try
        {
            await file.WriteAsync(start, cancel);
            await content.CopyToAsync(file, cancel);
            file.Position = 0;
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>An empty file that only its owner can read, and that goes when it is closed.</summary>
    public static FileStream New()
    {
        var options = new FileStreamOptions
            { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(Path.Join(Path.GetTempPath(), Path.GetRandomFileName()), options);
    }
}
