namespace Pipeline.Local.Tests;

/// <summary>A folder of a test's own, taken away with all that is in it.</summary>
public sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("pipeline-").FullName;

    public string At(params string[] names) => System.IO.Path.Join([Path, .. names]);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

/// <summary>A fact of Unix systems, where a backslash is a letter and a link needs no rights.</summary>
public sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute()
    {
        if (OperatingSystem.IsWindows())
            Skip = "Of Unix systems only.";
    }
}

/// <summary>A fact of a system whose names of files are bytes.</summary>
public sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute()
    {
        if (!OperatingSystem.IsLinux())
            Skip = "Of Linux only.";
    }
}

/// <summary>A fact of a user whom permissions stop.</summary>
public sealed class UnprivilegedFactAttribute : FactAttribute
{
    public UnprivilegedFactAttribute()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
            Skip = "Permissions do not stop this user.";
    }
}
