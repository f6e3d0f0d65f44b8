using Pipeline.Core.Reporting;

namespace Pipeline.Functions.Tests.Arrivals;

/// <summary>
/// Events are hints: one may be missing, come twice, or after others. Here on one contract of the sample, so that every event can have its
/// turn.
/// </summary>
public sealed class EventTests
{
    private const string Contract = "YP-001", Slot = "submissions/brindle-lane/YP-001/2025-26-Q1/outcomes";

    /// <summary>
    /// Two files of one slot each for the provider and the reviewers, and a quarter that compares itself with the one before.
    /// </summary>
    private static readonly IReadOnlyList<(string Path, string Text)> Files =
    [
        .. from path in (string[])
           [
               "reference/calendar.csv", "reference/contracts.csv", "reviews/2025-26-Q1/checks.csv", "reviews/2025-26-Q1/decisions-2.csv",
               "reviews/2025-26-Q1/decisions.csv",
               $"{Slot}-2.csv", $"{Slot}.csv",
               "submissions/brindle-lane/YP-001/2025-26-Q1/evidence.csv", "submissions/brindle-lane/YP-001/2025-26-Q1/referrals.csv",
               "submissions/brindle-lane/YP-001/2025-26-Q2/referrals.csv",
           ]
           let lines = File.ReadAllLines(Sample.PathOf(path))
           select (path, string.Join('\n', path.StartsWith("submissions/", StringComparison.Ordinal)
               ? lines : [lines[0], .. lines.Skip(1).Where(l => l.Contains(Contract, StringComparison.Ordinal))]) + "\n"),
    ];

    private static readonly Lazy<Task<string>> BySweep = new(async () =>
    {
        await using var pipeline = await WithFilesAsync();
        return await TablesAsync(pipeline);
    });

    [Fact]
    public async Task In_reverse()
    {
        await using var pipeline = await WithFilesAsync();

        foreach (var (path, _) in Files.Reverse())
            await pipeline.NotifyOrchestrationAsync(path);
        await pipeline.RefreshAsync();

        Assert.Equal(await BySweep.Value, await ExportedAsync(pipeline));
    }

    [Fact]
    public async Task All_at_once_and_each_twice()
    {
        await using var pipeline = await WithFilesAsync();

        await Task.WhenAll(Files.Concat(Files).Select(file => pipeline.NotifyOrchestrationAsync(file.Path)));
        await pipeline.RefreshAsync();

        Assert.Equal(await BySweep.Value, await ExportedAsync(pipeline));
    }

    [Fact]
    public async Task Each_twice_with_a_refresh_after_every_one()
    {
        await using var pipeline = await WithFilesAsync();

        foreach (var (path, _) in Files.Concat(Files))
        {
            await pipeline.NotifyOrchestrationAsync(path);
            await pipeline.RefreshAsync();
        }

        Assert.Equal(await BySweep.Value, await ExportedAsync(pipeline));
    }

    [Fact]
    public async Task Any_one_missing()
    {
        foreach (var (missing, _) in Files)
        {
            await using var pipeline = await WithFilesAsync();
            foreach (var (path, _) in Files.Where(file => file.Path != missing))
                await pipeline.NotifyOrchestrationAsync(path);

            Assert.True(await BySweep.Value == await TablesAsync(pipeline), $"Without the event of {missing} the tables are others.");
        }
    }

    [Fact]
    public async Task All_missing_but_the_last()
    {
        await using var pipeline = await WithFilesAsync();

        await pipeline.NotifyOrchestrationAsync($"{Slot}-2.csv");
        await pipeline.RefreshAsync();

        var versions = await VersionsAsync(pipeline);
        Assert.Equal([("outcomes.csv", 1), ("outcomes-2.csv", 2)], versions);
        Assert.Equal(await BySweep.Value, await TablesAsync(pipeline));
    }

    /// <summary>
    /// The later version is the one that was taken in later. A file that was not there yet when another of its slot was taken in comes
    /// after it, whatever their names; then the tables are those of the same two contents under names in this order, but for the names.
    /// </summary>
    [Fact]
    public async Task A_file_that_arrives_after_another_of_its_slot_was_taken_in_is_the_later_version()
    {
        string first = Files.Single(f => f.Path == $"{Slot}-2.csv").Text, second = Files.Single(f => f.Path == $"{Slot}.csv").Text;
        await using var late = await WithFilesAsync(except: $"{Slot}.csv");
        await late.NotifyOrchestrationAsync($"{Slot}-2.csv");
        await late.PutAsync($"{Slot}.csv", second);
        await late.NotifyOrchestrationAsync($"{Slot}.csv");
        await using var named = await WithFilesAsync(except: $"{Slot}.csv");
        await named.PutAsync($"{Slot}.csv", first);
        await named.PutAsync($"{Slot}-2.csv", second);

        string expected = await TablesAsync(named), actual = await TablesAsync(late);

        Assert.Equal([("outcomes-2.csv", 1), ("outcomes.csv", 2)], await VersionsAsync(late));
        Assert.Equal(WithoutNames(expected), WithoutNames(actual));
        Assert.NotEqual(WithoutNames(await BySweep.Value), WithoutNames(actual));
    }

    private static async Task<AzurePipeline> WithFilesAsync(string? except = null)
    {
        var pipeline = new AzurePipeline();
        foreach (var (path, text) in Files.Where(file => file.Path != except))
            await pipeline.PutAsync(path, text);
        return pipeline;
    }

    /// <summary>After the next sweep.</summary>
    private static async Task<string> TablesAsync(AzurePipeline pipeline)
    {
        await pipeline.SweepAsync();
        await pipeline.RefreshAsync();
        return await ExportedAsync(pipeline);
    }

    private static async Task<string> ExportedAsync(AzurePipeline pipeline)
    {
        var tables = new List<string>();
        foreach (var table in ReportingTable.All)
            tables.Add($"{table.Name}\n{await pipeline.ExportAsync(table)}");
        return string.Join('\n', tables);
    }

    private static async Task<IReadOnlyList<(string, int)>> VersionsAsync(AzurePipeline pipeline)
    {
        var versions = new List<(string, int)>();
        await foreach (var row in pipeline.Tables.QueryAsync("uploads", $"2025-26-Q1|{Contract}|brindle-lane", "outcomes|0", "outcomes|:"))
            versions.Add((((TableValue.Text)row.Values["FileName"]).Value, (int)((TableValue.Whole)row.Values["Version"]).Value));
        return versions;
    }

    private static string WithoutNames(string tables) =>
        tables.Replace("outcomes-2.csv", "a file", StringComparison.Ordinal).Replace("outcomes.csv", "a file", StringComparison.Ordinal);
}
