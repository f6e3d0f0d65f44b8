namespace Pipeline.Infra.Tests.Tools;

/// <summary>PowerShell itself, which <c>.config/dotnet-tools.json</c> names and the build installs.</summary>
internal static class PowerShell
{
    /// <summary>Reads scripts and runs none.</summary>
    private const string Parse = """
        $input | ForEach-Object {
          $file = $_; $errors = $null
          [void][System.Management.Automation.Language.Parser]::ParseFile($file, [ref]$null, [ref]$errors)
          $errors | ForEach-Object { "${file}:$($_.Extent.StartLineNumber): $($_.Message)" }
        }
        """;

    /// <summary>What its parser does not take, one line a problem.</summary>
    public static IReadOnlyList<string> Problems(params IEnumerable<string> scripts)
    {
        var run = Tool.Run("dotnet", ["tool", "run", "pwsh", "--", "-NoProfile", "-NonInteractive", "-Command", Parse],
            string.Join('\n', scripts) + "\n");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }
}
