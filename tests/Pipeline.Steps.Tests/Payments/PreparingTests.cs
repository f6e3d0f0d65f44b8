using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Tests.Payments;

public sealed class PreparingTests
{
    [Fact]
    public async Task A_run_holds_what_is_due_line_by_line()
    {
        var world = await TestPipeline.Reviewed();

        var run = (await world.Prepare.RunAsync(TestPipeline.Q1, TestPipeline.Ann)).Done();

        Assert.Equal(RunState.Prepared, run.State);
        Assert.Equal(
            [("HL-001", "core", 2_250_000), ("HL-001", TestPipeline.Partnership, 125_000), ("HL-002", "core", 750_000)],
            run.Lines.Select(l => (l.Contract.ToString(), l.Line, l.Amount.Pence)));
        Assert.Equal(
            ["the decisions of 2025-26-Q1", "the evidence of HL-001 for 2025-26-Q1", "the framework performance",
                "the register of contracts"],
            run.Inputs.Entries.Select(e => e.Source.ToString()));
    }

    [Fact]
    public async Task Who_approves_sees_that_a_contract_is_paid_to_another_supplier_than_in_the_quarter_before()
    {
        var world = await TestPipeline.Released();
        string register = TestPipeline.Register("100000.00").Replace("SUP-1", "SUP-9", StringComparison.Ordinal);
        Assert.Equal(UploadStatus.Accepted, (await world.Take("reference/contracts.csv", register))!.Receipt.Status);
        (await world.Prepare.RunAsync(TestPipeline.Q1.Next!.Value, TestPipeline.Ann)).Done();

        var run = (await world.Runs.FindAsync(TestPipeline.Q1.Next!.Value, 1))!.Run;
        Assert.Equal(
            ["first payment; to another supplier than SUP-1, who was paid in run 1 of 2025-26-Q1", "first payment"],
            run.Lines.Select((_, at) => run.Why(at)));
    }

    [Fact]
    public async Task Last_quarter_is_paid_though_no_calendar_names_it_and_nothing_has_come_for_it()
    {
        var world = await TestPipeline.Reviewed();
        var last = TestPipeline.Q1.Previous!.Value;
        Assert.DoesNotContain(last, await world.Changes.KnownQuartersAsync());
        Assert.Equal(3_000_000, (await world.Prepare.RunAsync(last, TestPipeline.Ann)).Done().Totals.Total.Pence);
        // It began before any contract did.
        Assert.StartsWith("Nothing is known of 2015-16-Q1",
            (await world.Prepare.RunAsync(Quarter.Parse("2015-16-Q1"), TestPipeline.Ann)).Refused());
    }

    [Fact]
    public async Task A_run_that_names_its_files_in_words_as_runs_did_goes_on()
    {
        var world = await TestPipeline.Approved();
        var row = Assert.Single(await world.Tables.QueryAsync("runs", TestPipeline.Q1.ToString()).ToListAsync());
        string now = await world.Text($"runs/{TestPipeline.Q1}/{row.Text("Content")}.json");
        string then = InWords(now);
        Assert.Contains("{\"what\":\"the decisions of 2025-26-Q1\",\"version\":1,", then, StringComparison.Ordinal);
        Assert.DoesNotContain("\"source\"", then, StringComparison.Ordinal);
        string digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(then)));
        await world.Put($"runs/{TestPipeline.Q1}/{digest}.json", then);
        await world.Tables.SubmitAsync("runs", row.PartitionKey,
            [new RowChange.Replace(row.RowKey, new Dictionary<string, TableValue>(row.Values) { ["Content"] = digest }, row.ETag)]);

        var run = (await world.Release.RunAsync(TestPipeline.Q1, 1, TestPipeline.Cat)).Done();
        Assert.Equal((await world.Proposals.OfAsync(TestPipeline.Q1))!.Inputs.Entries, run.Inputs.Entries);
        Assert.Empty((await world.Replay.RunAsync(TestPipeline.Q1, 1))!.Differences);
        Assert.Contains(
            "Worked out from the evidence of HL-001 for 2025-26-Q1, version 1,",
            string.Join('\n', (await world.Explain.PaymentAsync(run.Lines[0].PaymentId))!), StringComparison.Ordinal);
    }

    /// <summary>The content of a run as it was written while the sources of amounts were kept in words.</summary>
    private static string InWords(string content)
    {
        var json = JsonNode.Parse(content)!;
        json["basis"] = new JsonArray([.. json["basis"]!.AsArray().Select(file => (JsonNode)new JsonObject
        {
            ["what"] = file!["source"]!["kind"]!.ToString() switch
            {
                "register" => "the register of contracts",
                "framework" => $"the framework {file["source"]!["id"]}",
                "decisions" => $"the decisions of {file["source"]!["quarter"]}",
                _ => $"the evidence of {file["source"]!["contract"]} for {file["source"]!["quarter"]}",
            },
            ["version"] = file["version"]!.DeepClone(),
            ["sha256"] = file["sha256"]!.DeepClone(),
        })]);
        // Those of the lines of a first run name no file.
        return json.ToJsonString();
    }

    [Fact]
    public async Task Preparing_again_gives_the_same_run()
    {
        var world = await TestPipeline.Prepared();
        string before = await world.Everything();
        Assert.Equal(1, (await world.Prepare.RunAsync(TestPipeline.Q1, TestPipeline.Ann)).Done().Number);
        Assert.Equal(before, await world.Everything());
    }

    [Fact]
    public async Task While_a_run_is_open_nobody_else_prepares_one()
    {
        var world = await TestPipeline.Prepared();
        string why = (await world.Prepare.RunAsync(TestPipeline.Q1, TestPipeline.Ben)).Refused();
        Assert.Equal("Run 1 of 2025-26-Q1 is still prepared: approve and release it, or reject it, before preparing another.", why);
    }

    [Fact]
    public async Task A_quarter_of_which_nothing_came_is_unknown()
    {
        var world = await TestPipeline.Reviewed();
        string before = await world.Everything();
        Assert.StartsWith("2031-32-Q1 has not begun: it begins on 1 April 2031.",
            (await world.Prepare.RunAsync(Quarter.Parse("2031-32-Q1"), TestPipeline.Ann)).Refused());
        Assert.Equal(before, await world.Everything());
    }

    [Fact]
    public async Task When_all_is_released_there_is_nothing_to_prepare()
    {
        var world = await TestPipeline.Released();
        Assert.StartsWith("Nothing is due for 2025-26-Q1", (await world.Prepare.RunAsync(TestPipeline.Q1, TestPipeline.Ann)).Refused());
    }

    [Fact]
    public async Task A_run_that_expired_is_ended_by_the_next()
    {
        var world = await TestPipeline.Approved();
        world.Clock.Now += PaymentRun.Lifetime;
        Assert.Equal(2, (await world.Prepare.RunAsync(TestPipeline.Q1, TestPipeline.Ben)).Done().Number);
        Assert.Equal([RunState.Expired, RunState.Prepared], (await world.Runs.OfQuarterAsync(TestPipeline.Q1)).Select(r => r.Run.State));
    }

    [Fact]
    public async Task A_run_that_went_stale_is_ended_by_the_next_and_says_what_changed()
    {
        var world = await TestPipeline.Approved();
        await world.Take("reviews/2025-26-Q1/decisions.csv", TestPipeline.Decisions(quality: "met"));
        Assert.Equal(2, (await world.Prepare.RunAsync(TestPipeline.Q1, TestPipeline.Ann)).Done().Number);
        var stale = (await world.Runs.FindAsync(TestPipeline.Q1, 1))!.Run;
        Assert.Equal(
            "the decisions of 2025-26-Q1 came in, as version 2; what is due changed from 3 payments, £31,250.00 in all to 4 payments, "
            + "£32,000.00 in all",
            stale.Reason);
    }

    [Fact]
    public Task A_preparation_interrupted_anywhere_is_carried_out_again() =>
        Everywhere.Interrupted(TestPipeline.Reviewed, async world =>
            (await world.Prepare.RunAsync(TestPipeline.Q1, TestPipeline.Ann)).Done());

    [Fact]
    public Task Of_two_preparations_at_once_one_makes_the_run() => Everywhere.Overtaken(
        TestPipeline.Reviewed,
        world => world.Prepare.RunAsync(TestPipeline.Q1, TestPipeline.Ann),
        world => world.Prepare.RunAsync(TestPipeline.Q1, TestPipeline.Ben),
        async world => Assert.Single(await world.Runs.OfQuarterAsync(TestPipeline.Q1), r => r.Run.IsOpen));

    [Fact]
    public Task A_run_is_not_prepared_over_one_that_is_being_released() => Everywhere.Overtaken(
        TestPipeline.Approved,
        async world => (await world.Release.RunAsync(TestPipeline.Q1, 1, TestPipeline.Cat)).Done(),
        async world => Assert.IsType<RunResult.Refused>(await world.Prepare.RunAsync(TestPipeline.Q1, TestPipeline.Ann)),
        async world => Assert.Equal(3_125_000, await world.ReleasedPence()));

    [Fact]
    public Task A_release_in_the_middle_of_a_preparation_is_not_paid_again() => Everywhere.Overtaken(
        TestPipeline.Approved,
        world => world.Prepare.RunAsync(TestPipeline.Q1, TestPipeline.Ann),
        async world => (await world.Release.RunAsync(TestPipeline.Q1, 1, TestPipeline.Cat)).Done(),
        async world =>
        {
            Assert.Equal(3_125_000, await world.ReleasedPence());
            Assert.Empty(await world.Due());
            Assert.Single(await world.Runs.OfQuarterAsync(TestPipeline.Q1));
        });

    [Fact]
    public Task A_run_that_expires_while_it_is_released_is_released_or_replaced() => Everywhere.Overtaken(
        TestPipeline.Approved,
        world => world.Release.RunAsync(TestPipeline.Q1, 1, TestPipeline.Cat),
        async world =>
        {
            world.Clock.Now += PaymentRun.Lifetime;
            await world.Prepare.RunAsync(TestPipeline.Q1, TestPipeline.Ann);
        },
        async world =>
        {
            var runs = (await world.Runs.OfQuarterAsync(TestPipeline.Q1)).Select(r => r.Run.State).ToList();
            Assert.Equal(runs.Count == 1 ? [RunState.Released] : [RunState.Expired, RunState.Prepared], runs);
            Assert.Equal(runs.Count == 1 ? 3_125_000 : 0, await world.ReleasedPence());
        });
}
