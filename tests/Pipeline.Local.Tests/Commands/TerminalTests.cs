using System.Diagnostics;
using Pipeline.Local.Screen;
using Spectre.Console;

namespace Pipeline.Local.Tests.Commands;

/// <summary>What a person at a terminal sees, and what their shell is told.</summary>
public sealed class TerminalTests : IDisposable
{
    private const char Escape = '\u001b';

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    /// <summary>A terminal that shows everything, in an environment of one variable.</summary>
    private static Terminal TerminalWhere(string name, string? value) => Terminal.Of(asked => asked == name ? value : null) with
    {
        Ansi = AnsiSupport.Yes,
        Colours = ColorSystemSupport.Standard,
        Interactive = InteractionSupport.No,
        Width = 80,
    };

    private static async Task<string> SeenAsync(Terminal? terminal, params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        await CommandLine.InvokeAsync(args, new CommandOutput(output, error, terminal, terminal));
        return output.ToString() + error.ToString();
    }

    [Fact]
    public async Task Colours_are_for_a_terminal_and_for_who_wants_them()
    {
        // 31 to 37 and 90 to 97 are the colours of letters.
        const string colour = @"\x1b\[([0-9]+;)*(3[0-7]|9[0-7]|38;[0-9;]+)m";

        Assert.Matches(colour, await SeenAsync(TerminalWhere("NO_COLOR", null), "rules"));
        Assert.Matches(colour, await SeenAsync(TerminalWhere("NO_COLOR", ""), "rules"));
        Assert.DoesNotMatch(colour, await SeenAsync(TerminalWhere("NO_COLOR", "1"), "rules"));
        Assert.DoesNotContain(Escape, await SeenAsync(null, "rules"));
    }

    [Fact]
    public async Task Long_work_shows_how_many_rows_it_has_read_on_a_terminal_alone()
    {
        string input = SampleInput.Write(_temp.At("input"), SampleInput.Reference);
        SampleInput.Write(input, [new(SampleInput.Acme + "incidents.csv", "incident_ref,kind,occurred_on,reported_on,status\n"
            + string.Concat(Enumerable.Range(1, 200_000).Select(row => $"I-{row},accident,2025-05-01,2025-05-01,open\n")))]);
        var terminal = TerminalWhere("NO_COLOR", "1") with { Interactive = InteractionSupport.Yes };

        string seen = await SeenAsync(terminal, "run", input, "--workspace", _temp.At("workspace"), "--today", "2025-07-15");

        // The two contracts and two days of the calendar are taken in as well.
        Assert.Matches("Taking in 5 of 5 files [^\n]* 200,004 rows  [0-9,]+/s", seen);
        Assert.DoesNotContain("/s", await SeenAsync(null, "run", input, "--workspace", _temp.At("other"), "--today", "2025-07-15"),
            StringComparison.Ordinal);
        Assert.Contains("Checking", await SeenAsync(terminal, "check", Path.Join(input, SampleInput.Acme, "incidents.csv"), "--reference",
            Path.Join(input, "reference")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(80)]
    [InlineData(100)]
    public async Task Nothing_is_wider_than_the_terminal_but_what_is_to_be_copied(int width)
    {
        string input = SampleInput.Write(_temp.At("input"), SampleInput.All);
        string workspace = _temp.At("workspace");
        await Cli.RunAsync("run", input, "--workspace", workspace, "--today", "2025-07-15");
        await Cli.RunAsync("pay", "prepare", SampleInput.Quarter, "--by", "Ann Price", "--workspace", workspace, "--today", "2025-07-15");
        await Cli.RunAsync("pay", "approve", SampleInput.Quarter, "1", "--by", "Ben Rees", "--workspace", workspace, "--today",
            "2025-07-15");
        await Cli.RunAsync("pay", "release", SampleInput.Quarter, "1", "--by", "Cat Shaw", "--workspace", workspace, "--today",
            "2025-07-15");
        var terminal = TerminalWhere("NO_COLOR", "1") with { Ansi = AnsiSupport.No, Width = width };
        foreach (string command in new[]
        {
            "run INPUT", "check INPUT/submissions/brook/PO-001/2025-26-Q1/hours.csv --reference INPUT/reference", "status",
            "status 2025-26-Q1", "rules", "template outcomes",
            "pay status", "explain HL-001 2025-26-Q1", "explain HL-001-2025-26-Q1-core-r001", "replay 2025-26-Q1 1", "export TABLES",
        })
        {
            var words = command.Split(' ')
                .Select(word => word.Replace("INPUT", input, StringComparison.Ordinal)
                    .Replace("TABLES", _temp.At("tables"), StringComparison.Ordinal)).ToList();
            if (words[0] is not ("check" or "rules"))
                words.AddRange(["--workspace", words[0] == "run" ? _temp.At("fresh") : workspace]);
            string seen = await SeenAsync(terminal, [.. words]);

            Assert.NotEqual("", seen);
            Assert.All(
                seen.Split('\n').Where(line => !line.Contains(_temp.Path, StringComparison.Ordinal)
                    && !line.StartsWith("client_ref,", StringComparison.Ordinal)),
                line => Assert.True(line.Length <= width, $"{command}: {line}"));
        }
    }

    [Theory]
    [InlineData("st", "status")]
    [InlineData("pay ", "approve", "confirm", "prepare", "reject", "release", "status")]
    [InlineData("run --work", "--workspace")]
    [InlineData("template soc", "social-value")]
    [InlineData("check x.csv --dataset inc", "incidents")]
    [InlineData("completion ", "bash", "pwsh", "zsh")]
    public async Task What_is_being_typed_is_completed(string line, params string[] completions)
    {
        var said = await Cli.RunAsync($"[suggest:{line.Length}]", line);

        Assert.Equal((0, ""), (said.Exit, said.Error));
        Assert.Superset(completions.ToHashSet(), said.Output.Split('\n').ToHashSet());
    }

    [UnixFact]
    public async Task The_script_for_bash_completes_in_bash()
    {
        // What bash sets when tab is pressed after "pipeline pay re", and a stand-in for the installed program.
        string script = (await Cli.RunAsync("completion", "bash")).Output;
        string program = $"pipeline() {{ dotnet '{Path.Join(AppContext.BaseDirectory, "pipeline.dll")}' \"$@\"; }}\n";
        const string press =
            "COMP_LINE='pipeline pay re' COMP_POINT=15 COMP_WORDS=(pipeline pay re) COMP_CWORD=2\n_pipeline pipeline\nprintf '%s\\n' "
            + "\"${COMPREPLY[@]}\"\n";
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", program + script + press]) { RedirectStandardOutput = true })!;

        Assert.Equal("reject\nrelease\n", await bash.StandardOutput.ReadToEndAsync());
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _pipeline pipeline")]
    [InlineData("zsh", "compdef _pipeline pipeline")]
    [InlineData("pwsh", "Register-ArgumentCompleter -Native -CommandName pipeline")]
    public async Task There_is_a_script_for_each_shell(string shell, string line) =>
        Assert.Contains(line, (await Cli.RunAsync("completion", shell)).Output, StringComparison.Ordinal);
}
