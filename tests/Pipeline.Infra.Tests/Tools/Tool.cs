using System.Diagnostics;

namespace Pipeline.Infra.Tests.Tools;

/// <summary>Runs a program to its end, in the repository's root.</summary>
internal static class Tool
{
    public static ToolResult Run(string program, IEnumerable<string> arguments, string input = "", IReadOnlyDictionary<string,
        string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Repository.PathOf(""),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The compiler of Bicep is built with tables of languages that a small machine lacks.
        start.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1";
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        return new(process.ExitCode, output.Result, error.Result);
    }
}

internal sealed record ToolResult(int ExitCode, string Output, string Error);
