using System.Globalization;
using System.Text.RegularExpressions;

namespace Pipeline.Local.Tests.Commands;

/// <summary>What <c>run</c> and <c>status</c> print stays short however many contracts there are.</summary>
public sealed partial class ListLengthTests : IDisposable
{
    private const int Contracts = 60, Shown = 25;

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task A_run_shows_the_first_of_many_contracts_their_total_and_how_many_more_there_are()
    {
        var said = await RunAsync();

        Assert.Equal(0, said.Exit);
        Assert.Equal(Shown, MissingLine().Count(said.Output));
        Assert.Equal(Shown, ServiceLine().Count(said.Output));
        Assert.Matches(@"All +\u00A31,350,000\.00", said.Output);
        Assert.Contains("and 35 more: --all shows them.", said.Output, StringComparison.Ordinal);
        // The last of all was rejected, and is shown.
        Assert.Contains("rejected  submissions/acme/HL-059/2025-26-Q1/hours", said.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_shows_all_when_asked()
    {
        var said = await RunAsync("--all");

        Assert.Equal(Contracts, MissingLine().Count(said.Output));
        Assert.Equal(Contracts, ServiceLine().Count(said.Output));
        Assert.DoesNotContain(" more", said.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_status_of_a_quarter_begins_with_its_totals_and_the_most_urgent()
    {
        await RunAsync();

        var said = await StatusAsync();
        var all = await StatusAsync("--all");

        Assert.Contains("60 contracts: ", said.Output, StringComparison.Ordinal);
        Assert.Equal(Shown, ContractLine().Count(said.Output));
        // Nothing is due yet, so that what was rejected comes first, though its contract is the last.
        Assert.StartsWith("HL-059", ContractLine().Match(said.Output).Value.Trim(), StringComparison.Ordinal);
        Assert.Contains("and 35 more: --all shows them.", said.Output, StringComparison.Ordinal);
        Assert.Equal(Contracts, ContractLine().Count(all.Output));
        Assert.StartsWith("HL-000", ContractLine().Match(all.Output).Value.Trim(), StringComparison.Ordinal);
    }

    private Task<Said> StatusAsync(params string[] options) =>
        Cli.RunAsync(["status", SampleInput.Quarter, "--workspace", _temp.At("workspace"), "--today", "2025-07-15", .. options]);

    /// <summary>A register of many contracts, and a file of the last of them that is rejected.</summary>
    private Task<Said> RunAsync(params string[] options)
    {
        string header = SampleInput.Reference[SampleInput.Contracts].Split('\n')[0];
        var rows = Enumerable.Range(0, Contracts).Select(number => string.Create(
            CultureInfo.InvariantCulture,
            $"HL-{number:000},acme,Acme Housing,Street outreach,homeless,strategic-2019,100000.00,2025-04-01,2027-03-31,S-1"));
        string input = SampleInput.Write(_temp.At("input"),
        [
            new(SampleInput.Contracts, string.Join('\n', rows.Prepend(header)) + "\n"),
            new($"submissions/acme/HL-059/{SampleInput.Quarter}/hours.csv", SampleInput.Arrivals[SampleInput.Brook + "hours.csv"]),
        ]);
        return Cli.RunAsync(["run", input, "--workspace", _temp.At("workspace"), "--today", "2025-07-15", .. options]);
    }

    [GeneratedRegex("^ +missing HL-[0-9]{3}: ", RegexOptions.Multiline)]
    private static partial Regex MissingLine();

    [GeneratedRegex("^ *HL-[0-9]{3} +Street outreach", RegexOptions.Multiline)]
    private static partial Regex ServiceLine();

    [GeneratedRegex("^ *HL-[0-9]{3} ", RegexOptions.Multiline)]
    private static partial Regex ContractLine();
}
