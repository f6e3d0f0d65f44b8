namespace Pipeline.Local.Stores;

/// <summary>
/// Makes folders and files that their owner alone reads and writes (700 and 600), whatever the umask lets others do. On Windows they take
/// the rights of the folder around them.
/// </summary>
/// <remarks>What is there already keeps the rights that it has: who else sends files into a workspace is for its owner to say.</remarks>
internal static class OwnerOnly
{
    private const UnixFileMode File = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode Folder = File | UnixFileMode.UserExecute;

    public static void MakeFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        // Each by itself: .NET gives the mode to the innermost alone.
        if (Path.GetDirectoryName(Path.GetFullPath(folder)) is { } around && !Directory.Exists(around))
            MakeFolder(around);
        Directory.CreateDirectory(folder, Folder);
    }

    /// <summary>Opens a file without a buffer.</summary>
    public static FileStream Open(string file, FileMode mode, FileAccess access, FileShare share = FileShare.None)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = File;
        return new FileStream(file, options);
    }

    /// <summary>Makes an empty file where there is none, for a library that would make it for everybody.</summary>
    public static void MakeFile(string file)
    {
        // One that is there is not even opened: to close it would take SQLite's locks away.
        if (System.IO.File.Exists(file))
            return;
        try
        {
            Open(file, FileMode.CreateNew, FileAccess.Write).Dispose();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Somebody else made it just now, or the library says why it cannot be made.
        }
    }
}
