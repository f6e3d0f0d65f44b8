using Pipeline.Core.Payments;
using Pipeline.Core.Reporting;

namespace Pipeline.Steps.Tests.Payments;

/// <summary>What a file of decisions does not name stays as it was.</summary>
public sealed class DecidingTests
{
    [Fact]
    public async Task A_file_of_one_row_takes_no_other_decision_away()
    {
        var world = await TestPipeline.Released();
        await world.Take("reviews/2025-26-Q1/decisions-2.csv", Rows($"HL-001,{TestPipeline.Quality},met"));
        Assert.Equal([("HL-001", TestPipeline.Quality, 75_000)], await world.Due());
        await world.RefreshAsync();
        Assert.Equal(
            ["earned", "earned"],
            (await world.Rows<ElementRow>()).Where(r => r.PartitionKey.EndsWith("HL-001", StringComparison.Ordinal)
                && r.RowKey is TestPipeline.Quality or TestPipeline.Partnership).Select(r => r.Values["State"].ToString()).Take(2));

        var run = await world.PayAsync();
        Assert.Equal([1, 2], run.Inputs.Decisions(TestPipeline.Q1).Select(file => file.Version));
        Assert.Empty((await world.Replay.RunAsync(TestPipeline.Q1, 2))!.Differences);
    }

    [Fact]
    public async Task A_decision_that_is_withdrawn_stands_no_more()
    {
        var world = await TestPipeline.Reviewed();
        await world.Take("reviews/2025-26-Q1/decisions-2.csv", Rows($"HL-001,{TestPipeline.Partnership},withdrawn"));
        Assert.Equal([("HL-001", "core", 2_250_000), ("HL-002", "core", 750_000)], await world.Due());
        await world.RefreshAsync();
        var row = (await world.Rows<ElementRow>()).Single(r => r.PartitionKey == "2025-26-Q1|HL-001"
            && r.RowKey == TestPipeline.Partnership);
        Assert.Equal("awaiting_review ", $"{row.Values["State"]} {row.Values["Decision"]}");
    }

    [Fact]
    public async Task A_run_is_stale_when_another_file_of_decisions_comes_in()
    {
        var world = await TestPipeline.Reviewed();
        var run = (await world.Prepare.RunAsync(TestPipeline.Q1, TestPipeline.Ann)).Done();
        await world.Take("reviews/2025-26-Q1/decisions-2.csv", Rows($"HL-001,{TestPipeline.Quality},not_met"));
        var refused = Assert.IsType<RunResult.Refused>(await world.Decide.ApproveAsync(TestPipeline.Q1, run.Number, TestPipeline.Ben));
        Assert.Contains("the decisions of 2025-26-Q1 came in, as version 2", refused.Why, StringComparison.Ordinal);
    }

    private static string Rows(string decided) =>
        $"contract,element,decision,reviewer,approver,decided_on,reason,note\n{decided},Rita Roe,Sam "
        + $"Poe,2025-07-06,{(decided.EndsWith("not_met", StringComparison.Ordinal) ? "too_late" : "")},\n";
}
