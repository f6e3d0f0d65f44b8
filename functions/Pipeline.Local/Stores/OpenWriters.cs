using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pipeline.Local.Stores;

/// <summary>Whether somebody has a file open for writing, as far as the system tells.</summary>
internal static class OpenWriters
{
    private const int TryAgain = 11;
    private const int SetSignal = 10, UrgentData = 23;
    private const int SetLease = 1024, ReadLease = 0, NoLease = 2;

    /// <returns>Null when it can be told of other files here, and not of this one: it is another user's, or on a network drive.</returns>
    public static bool? Has(string file)
    {
        try
        {
            // On Windows this fails while somebody may write; on other systems it only does for those who ask for it.
            using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            return OperatingSystem.IsLinux() ? IsLeaseRefused(handle) : false;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            // Whoever reads it next is told.
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>
    /// Linux leases a file to a reader only while nobody has it open for writing, and only its own user's. The lease is given back at once.
    /// </summary>
    private static bool? IsLeaseRefused(SafeFileHandle handle)
    {
        // Who comes to write while the lease lasts makes the system send a signal, and the usual one ends the process; this one is passed
        // over.
        if (fcntl(handle, SetSignal, UrgentData) != 0)
            return null;
        if (fcntl(handle, SetLease, ReadLease) != 0)
            return Marshal.GetLastPInvokeError() == TryAgain ? true : null;
        _ = fcntl(handle, SetLease, NoLease);
        return false;
    }

// The generated kind of import needs unsafe code allowed in the whole project; one call does not warrant that.
#pragma warning disable SYSLIB1054
    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int fcntl(SafeFileHandle file, int command, int argument);
#pragma warning restore SYSLIB1054
}
