using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pipeline.Local;

/// <summary>Two calls of Unix systems that .NET does not offer.</summary>
internal static class Unix
{
    private const int AlreadyExists = 17;

    /// <summary>Gives a file a second name if nothing has that name yet: false when something has. No other process can come between.</summary>
    /// <remarks>File.Move without overwriting does not do: on Unix it looks first and renames then, which replaces what came between.</remarks>
    public static bool TryLink(string file, string newName)
    {
        if (link(file, newName) == 0)
            return true;
        var error = Marshal.GetLastPInvokeError();
        return error == AlreadyExists ? false : throw Failed(error);
    }

    /// <summary>Writes a folder's list of names to disk, so that a file that was moved there is still there after a power cut.</summary>
    public static void FlushFolder(string folder)
    {
        var descriptor = open(folder, 0);
        if (descriptor < 0)
            throw Failed(Marshal.GetLastPInvokeError());
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        RandomAccess.FlushToDisk(handle);
    }

    private static IOException Failed(int error) => new(new Win32Exception(error).Message, error);

#pragma warning disable SYSLIB1054 // The generated kind of import needs unsafe code allowed in the whole project; two calls do not warrant that.
    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int link([MarshalAs(UnmanagedType.LPUTF8Str)] string file, [MarshalAs(UnmanagedType.LPUTF8Str)] string newName);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);
#pragma warning restore SYSLIB1054
}
