namespace Pipeline.Infra.Tests.Tools;

/// <summary>Debian's shellcheck, which npm has only as something that downloads it.</summary>
internal static class Shellcheck
{
    /// <summary>One line a problem.</summary>
    public static IReadOnlyList<string> Problems(string script)
    {
        var run = Tool.Run("shellcheck", ["--norc", "--severity=style", "--format=gcc", script]);
        return [.. (run.Output + run.Error).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    /// <summary>Installed where this runs as root on Debian, as in a container; asked for where it does not. CI leaves nothing out, so
    /// that there it fails.</summary>
    public static string? NotHere { get; } = IsHere() || Install() || InCi ? null
        : "There is no shellcheck on this machine: on Debian, apt-get install shellcheck.";

    private static bool InCi => Environment.GetEnvironmentVariable("CI") == "true";

    private static bool IsHere() =>
        Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, "shellcheck")));

    private static bool Install()
    {
        if (!Environment.IsPrivilegedProcess || !File.Exists("/usr/bin/apt-get"))
            return false;
        // An old list of packages names files that are there no more.
        Tool.Run("apt-get", ["update", "-qq"]);
        return Tool.Run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "shellcheck"]).ExitCode == 0;
    }
}

/// <summary>A test that runs shellcheck, with examples.</summary>
internal sealed class ShellcheckTheoryAttribute : TheoryAttribute
{
    public ShellcheckTheoryAttribute() => Skip = Shellcheck.NotHere;
}
