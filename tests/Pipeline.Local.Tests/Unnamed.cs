using System.Diagnostics;

namespace Pipeline.Local.Tests;

/// <summary>
/// A file, and a folder with a file in it, whose names are Latin-1: .NET cannot say them, so a shell makes them and takes them away.
/// </summary>
internal static class Unnamed
{
    private const string Latin = """$(printf 'r\351vis\351')""";

    public static Task PutAsync(string folder) =>
        ShellAsync($"""cd "$0" && echo > "outcomes-{Latin}.csv" && mkdir "{Latin}" && echo > "{Latin}/hours.csv" """, folder);

    public static Task RenameAsync(string folder) =>
        ShellAsync($"""cd "$0" && mv "outcomes-{Latin}.csv" outcomes-2.csv && rm -r "{Latin}" """, folder);

    private static async Task ShellAsync(string command, string folder)
    {
        using var shell = Process.Start("sh", ["-c", command, folder]);
        await shell.WaitForExitAsync();
        Assert.Equal(0, shell.ExitCode);
    }
}
