using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Pipeline.Local.Screen;
using Pipeline.Local.Tests.Commands;

namespace Pipeline.Local.Tests;

/// <summary>Whoever follows the README gets what it says.</summary>
public sealed partial class ReadmeTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task Every_command_works_in_the_order_in_which_it_stands()
    {
        string workspace = _temp.At("workspace");
        var exits = new Dictionary<string, int>();
        foreach (string command in Commands())
        {
            string[] arguments =
                [.. CommandLineParser.SplitCommandLine(command.Replace("workspace/", workspace + "/", StringComparison.Ordinal))
                .Select(word => word.StartsWith("sample-data", StringComparison.Ordinal) ? Path.Join(Repository.Root, word) : word)];
            bool hasWorkspace = arguments[0] is not ("check" or "rules" or "template" or "completion");
            arguments = [.. arguments, .. hasWorkspace ? ["--workspace", workspace] : Array.Empty<string>()];
            exits.Add(command, arguments[0] switch
            {
                // Somebody else on this machine may have the usual port.
                "serve" => await StopWhenItSaysAsync("The site is at http://127.0.0.1:", [.. arguments, "--port", "0"]),
                "watch" => await StopWhenItSaysAsync("Watching ", arguments),
                _ => (await Cli.RunAsync(arguments)).Exit,
            });
        }

        Assert.NotEmpty(exits);
        Assert.All(exits, exit => Assert.Equal((exit.Key, 0), (exit.Key, exit.Value)));
        Assert.True(File.Exists(Path.Join(workspace, "payments/2025-26-Q1/run-001.csv")));
        Assert.True(File.Exists(Path.Join(workspace, "tables/outcomes.csv")));
    }

    [Fact]
    public void Every_link_leads_to_a_file()
    {
        var links = LinkPattern().Matches(Text).Select(m => m.Groups[1].Value)
            .Where(link => !link.Contains("://", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.True(File.Exists(Path.Join(Repository.Root, link)), link));
    }

    /// <summary>Runs a command that goes on until it is told to stop.</summary>
    private static async Task<int> StopWhenItSaysAsync(string words, string[] arguments)
    {
        using var stop = new CancellationTokenSource();
        using var output = new StringWriter();
        using var error = new StringWriter();
        var shared = TextWriter.Synchronized(output);
        var running = CommandLine.InvokeAsync(arguments, new CommandOutput(shared, error), stop.Token);
        for (int looks = 0; looks < 600 && !running.IsCompleted && !Said().Contains(words, StringComparison.Ordinal); looks++)
            await Task.Delay(100);
        await stop.CancelAsync();
        int exit = await running;
        Assert.Contains(words, Said(), StringComparison.Ordinal);
        return exit;

        string Said()
        {
            // As each of its methods does while it writes.
            lock (shared)
                return output.ToString();
        }
    }

    private static string Text => File.ReadAllText(Path.Join(Repository.Root, "README.md"));

    /// <summary>What follows <c>pipeline</c> in the blocks of commands. The two that start with <c>dotnet</c> are what CI runs.</summary>
    private static IEnumerable<string> Commands() =>
        from block in BlockPattern().Matches(Text)
        from line in block.Groups[1].Value.Split('\n')
        let command = line.Replace("dotnet run --project functions/Pipeline.Local --", "pipeline", StringComparison.Ordinal)
        where command.StartsWith("pipeline ", StringComparison.Ordinal)
        select command["pipeline ".Length..];

    [GeneratedRegex("^```\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex BlockPattern();

    [GeneratedRegex(@"\]\(([^)#]+)\)")]
    private static partial Regex LinkPattern();
}
