using System.Diagnostics;
using System.Security.Cryptography;
using Pipeline.Local.Screen;

namespace Pipeline.Local.Tests.Commands;

/// <summary>What a command said, and its exit code.</summary>
public sealed record Said(int Exit, string Output, string Error);

/// <summary>Calls the command line as its users do.</summary>
public static class Cli
{
    /// <summary>In this process, through the entry point, with output as to a file.</summary>
    public static async Task<Said> RunAsync(params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        int exit = await CommandLine.InvokeAsync(args, new CommandOutput(output, error));
        return new Said(exit, output.ToString(), error.ToString());
    }

    /// <summary>As a process of its own, with output to a pipe.</summary>
    public static async Task<Said> StartAsync(IReadOnlyDictionary<string, string> environment, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Join(AppContext.BaseDirectory, "pipeline.dll"), .. args])
            { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Said(process.ExitCode, await output, await error);
    }

    public static Task<Said> StartAsync(params string[] args) => StartAsync(new Dictionary<string, string>(), args);

    /// <summary>Every file below a folder by its path, with its bytes.</summary>
    public static SortedDictionary<string, byte[]> Bytes(string folder)
    {
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        if (Directory.Exists(folder))
        {
            foreach (string file in Directory.EnumerateFiles(folder, "*",
                new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }))
                files.Add(Path.GetRelativePath(folder, file), File.ReadAllBytes(file));
        }

        return files;
    }

    /// <summary>The same as text that a failing test can show.</summary>
    public static string[] Digests(string folder) =>
        [.. Bytes(folder).Select(f => $"{f.Key} {Convert.ToHexStringLower(SHA256.HashData(f.Value))}")];
}
