using System.Diagnostics;
using System.Globalization;
using Pipeline.Local.Tests.Commands;

namespace Pipeline.Local.Tests.Faults;

/// <summary>The built program as a process of its own, at work in a workspace, to which something can happen at any moment.</summary>
internal sealed class HostProcess : IDisposable
{
    private readonly Process _process;
    private readonly string _tables;
    private readonly Task<string> _output, _error;

    private HostProcess(Process process, string workspace)
    {
        (_process, _tables) = (process, Path.Join(workspace, "tables.db"));
        (_output, _error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
    }

    /// <summary>Starts a command.</summary>
    /// <param name="workspace">Where it works.</param>
    /// <param name="command">Without the workspace and the day.</param>
    public static HostProcess Start(string workspace, params string[] command)
    {
        // Without its signal, a file that may not grow gives an error, as a full disk does.
        string[] arguments =
        [
            "-c", "trap '' XFSZ; exec dotnet \"$@\"", "sh", Path.Join(AppContext.BaseDirectory, "pipeline.dll"),
            .. command, "--workspace", workspace, "--today", SampleQuarter.Today,
        ];
        return new HostProcess(Process.Start(new ProcessStartInfo("sh", arguments)
            { RedirectStandardOutput = true, RedirectStandardError = true })!, workspace);
    }

    /// <summary>Waits until it has its tables open, and so begins to work.</summary>
    /// <returns>False when it ended instead.</returns>
    public Task<bool> WaitUntilItWorksAsync() => Task.Factory.StartNew(
        () =>
        {
            while (!_process.HasExited)
            {
                if (OpenFiles().Contains(_tables))
                    return true;
                Thread.Sleep(1);
            }

            return false;
        },
        CancellationToken.None,
        // On a thread of its own: it works for a few moments, and other tests may keep the others busy for longer.
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    /// <summary>Ends it as <c>kill -9</c> does, unless it has ended.</summary>
    public void Kill() => _process.Kill();

    /// <summary>From now on no file of it grows.</summary>
    public async Task FillDiskAsync()
    {
        // Who has ended meanwhile cannot be limited, and that is said on the error stream.
        using var limit = Process.Start(new ProcessStartInfo("prlimit",
            ["--pid", _process.Id.ToString(CultureInfo.InvariantCulture), "--fsize=0"]) { RedirectStandardError = true })!;
        await limit.WaitForExitAsync();
    }

    public async Task<Said> EndAsync()
    {
        await _process.WaitForExitAsync();
        return new Said(_process.ExitCode, await _output, await _error);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }

    private List<string?> OpenFiles()
    {
        try
        {
            return [.. new DirectoryInfo($"/proc/{_process.Id}/fd").EnumerateFiles().Select(file => file.LinkTarget)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended. What has ended and was not waited for yet shows its files to nobody.
            return [];
        }
    }
}

/// <summary>A fact of Linux, where <c>/proc</c> tells which files a process has open and <c>prlimit</c> takes its disk away.</summary>
public sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute()
    {
        if (!OperatingSystem.IsLinux())
            Skip = "Of Linux only.";
    }
}
