using System.Text.Json.Nodes;

namespace Pipeline.Local.Tests.Commands;

/// <summary>The program as it is started: exit codes, plain output, and the same bytes whatever the order, language or time zone.</summary>
public sealed class ProcessTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task Output_to_a_pipe_is_plain_text_and_exit_codes_are_the_processs()
    {
        string input = SampleInput.Write(_temp.At("input"), SampleInput.All);
        foreach (var (exit, args) in new (int, string[])[]
        {
            (1, ["run", input, "--workspace", _temp.At("workspace"), "--strict"]),
            (0, ["run", input, "--workspace", _temp.At("workspace"), "--strict"]),
            (0, ["status", "--workspace", _temp.At("workspace")]),
            (1, ["check", Path.Join(input, SampleInput.Brook, "hours.csv"), "--reference", Path.Join(input, "reference")]),
            (0, ["--help"]),
            (2, ["run"]),
            (2, ["status", "--workspace", _temp.At("nowhere")]),
        })
        {
            var said = await Cli.StartAsync(new Dictionary<string, string> { ["TERM"] = "xterm-256color", ["LANG"] = "C" }, args);

            Assert.Equal(exit, said.Exit);
            Assert.DoesNotContain((said.Output + said.Error).ReplaceLineEndings(""), char.IsControl);
            Assert.All(said.Output.Split('\n').Where(line => !line.Contains(" receipt ", StringComparison.Ordinal)),
                line => Assert.True(line.Length <= 120, line));
        }
    }

    [Fact]
    public async Task A_template_sent_to_a_file_is_its_header()
    {
        var said = await Cli.StartAsync("template", "hours");

        Assert.Equal("month,commissioned_hours,delivered_hours\n", said.Output);
    }

    [Fact]
    public async Task The_order_language_and_time_zone_of_runs_do_not_matter()
    {
        string[] together = await OutcomeAsync("together", new Dictionary<string, string>(), [SampleInput.All]);
        Assert.Contains(together, line => line.StartsWith("tables/outcomes.csv", StringComparison.Ordinal));
        Assert.Contains(together, line => line.StartsWith("receipts/acme", StringComparison.Ordinal));

        // The folder gives its files in another order; two files of a slot are numbered by name all the same.
        Assert.Equal(together, await OutcomeAsync("shuffled", new Dictionary<string, string>(),
            [Shuffled(SampleInput.All, seed: 20250715)]));

        var elsewhere = new Dictionary<string, string>
            { ["TZ"] = "Pacific/Kiritimati", ["LANG"] = "tr_TR.UTF-8", ["LC_ALL"] = "tr_TR.UTF-8" };
        Assert.Equal(together, await OutcomeAsync("elsewhere", elsewhere, [SampleInput.All]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task One_run_or_many_in_any_order_come_to_the_same(int seed)
    {
        string[] together = await OutcomeAsync("together", null, [SampleInput.All]);

        // Of one slot's two files the first comes first, since that is how versions are numbered.
        var arrivals = Shuffled(SampleInput.Arrivals, seed).OrderBy(f => f.Key.EndsWith("-2.csv", StringComparison.Ordinal))
            .Select(f => new[] { f });
        string[] oneByOne = await OutcomeAsync("one-by-one", null, [SampleInput.Reference, .. arrivals]);

        // What comes together with a later file of its slot has a receipt that says so, and else the same.
        const string First = "receipts/acme/HL-001/2025-26-Q1/outcomes/v1.";
        Assert.Equal(Others(together), Others(oneByOne));
        var (receipt, alone) = (Receipt("together"), Receipt("one-by-one"));
        Assert.True(receipt.Remove("cameBefore"));
        Assert.True(JsonNode.DeepEquals(receipt, alone));

        IEnumerable<string> Others(string[] outcome) =>
            outcome.Where(line => !line.StartsWith(First + "html", StringComparison.Ordinal)
                && !line.StartsWith(First + "json", StringComparison.Ordinal));
        JsonObject Receipt(string name) =>
            JsonNode.Parse(File.ReadAllText(Path.Join(_temp.At(name), "workspace", First + "json")))!.AsObject();
    }

    private static KeyValuePair<string, string>[] Shuffled(IEnumerable<KeyValuePair<string, string>> files, int seed)
    {
        var shuffled = files.ToArray();
        new Random(seed).Shuffle(shuffled);
        return shuffled;
    }

    /// <summary>Receipts and exported tables after runs that bring these files.</summary>
    /// <param name="name">Of the case's folder.</param>
    /// <param name="environment">Of a process of its own; null to stay in this one.</param>
    /// <param name="runs">The files of each run.</param>
    private async Task<string[]> OutcomeAsync(string name, IReadOnlyDictionary<string, string>? environment,
        IEnumerable<IEnumerable<KeyValuePair<string, string>>> runs)
    {
        string folder = _temp.At(name);
        Task<Said> Do(params string[] args) => environment is null ? Cli.RunAsync(args) : Cli.StartAsync(environment, args);
        foreach (var (index, files) in runs.Index())
        {
            string input = SampleInput.Write(Path.Join(folder, $"input-{index}"), files);
            Assert.Equal(0, (await Do("run", input, "--workspace", Path.Join(folder, "workspace"), "--today", "2025-07-15")).Exit);
        }

        Assert.Equal(0, (await Do("export", Path.Join(folder, "tables"), "--workspace", Path.Join(folder, "workspace"))).Exit);
        return
        [
            .. Cli.Digests(Path.Join(folder, "tables")).Select(line => "tables/" + line),
            .. Cli.Digests(Path.Join(folder, "workspace", "receipts")).Select(line => "receipts/" + line),
        ];
    }
}
