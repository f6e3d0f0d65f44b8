using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Pipeline.Local.Stores;

/// <summary>Calls of Unix systems that .NET does not offer.</summary>
internal static class Unix
{
    private const int AlreadyExists = 17;
    private const int FromCurrentFolder = -100, NotThroughLinks = 0x100, TypeWanted = 1, ChangeWanted = 0x80;
    private const int StatusLength = 256, ModeAt = 28, TypeMask = 0xF000, RegularFile = 0x8000, ChangedSeconds = 96,
        ChangedNanoseconds = 104;

    /// <summary>
    /// Gives a file a second name if nothing has that name yet: false when something has. No other process can come between.
    /// </summary>
    /// <remarks>File.Move without overwriting does not do: on Unix it looks first and renames then, which replaces what came
    /// between.</remarks>
    public static bool TryLink(string file, string newName)
    {
        if (link(file, newName) == 0)
            return true;
        var error = Marshal.GetLastPInvokeError();
        return error == AlreadyExists ? false : throw Failed(error);
    }

    /// <summary>
    /// Whether what is there is a pipe, a socket or a device, which .NET takes for a file. To open one may wait for ever.
    /// </summary>
    [SupportedOSPlatform("linux")]
    public static bool IsSpecial(string file)
    {
        var status = new byte[StatusLength];
        return statx(FromCurrentFolder, file, NotThroughLinks, TypeWanted, status) == 0
            && (BitConverter.ToUInt16(status, ModeAt) & TypeMask) != RegularFile;
    }

    /// <summary>
    /// When a file, or what is said of it, was changed last, in nanoseconds from 1970. Nobody can set it, as they can the time of the last
    /// write. Null when there is none.
    /// </summary>
    [SupportedOSPlatform("linux")]
    public static long? ChangedAt(string file)
    {
        var status = new byte[StatusLength];
        return statx(FromCurrentFolder, file, NotThroughLinks, ChangeWanted, status) == 0
            ? BitConverter.ToInt64(status, ChangedSeconds) * 1_000_000_000 + BitConverter.ToUInt32(status, ChangedNanoseconds)
            : null;
    }

    /// <summary>Writes a folder's list of names to disk, so that a file that was moved there is still there after a power cut.</summary>
    public static void FlushFolder(string folder)
    {
        using var handle = OpenFolder(folder);
        RandomAccess.FlushToDisk(handle);
    }

    /// <summary>Writes to disk all that was written to a file system before. Only Linux returns when it is done.</summary>
    /// <param name="file">Any file or folder of it. What could not be written since it was opened, or since it was told so before, is
    /// told.</param>
    [SupportedOSPlatform("linux")]
    public static void FlushFileSystem(SafeFileHandle file)
    {
        if (syncfs(file) != 0)
            throw Failed(Marshal.GetLastPInvokeError());
    }

    public static SafeFileHandle OpenFolder(string folder)
    {
        var descriptor = open(folder, 0);
        return descriptor < 0 ? throw Failed(Marshal.GetLastPInvokeError()) : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    private static IOException Failed(int error) => new(new Win32Exception(error).Message, error);

// The generated kind of import needs unsafe code allowed in the whole project; a few calls do not warrant that.
#pragma warning disable SYSLIB1054
    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int link([MarshalAs(UnmanagedType.LPUTF8Str)] string file, [MarshalAs(UnmanagedType.LPUTF8Str)] string newName);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int syncfs(SafeFileHandle file);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int statx(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask,
        [Out] byte[] status);
#pragma warning restore SYSLIB1054
}
