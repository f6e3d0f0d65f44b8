using Pipeline.Core.Payments;
using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Tests.Payments;

public sealed class ReleasingTests
{
    [Fact]
    public async Task Finance_gets_a_file_and_its_control_totals()
    {
        var world = await TestPipeline.Released();
        Assert.Equal(
            string.Join("\r\n",
                "payment_id,supplier_ref,provider,contract,quarter,run,line,description,amount_gbp,entitlement_gbp,previously_released_gbp",
                "HL-001-2025-26-Q1-core-r001,SUP-1,acme,HL-001,2025-26-Q1,1,core,\"Core payment, 2025-26 Q1\",22500.00,22500.00,0.00",
                "HL-001-2025-26-Q1-working_in_partnership-r001,SUP-1,acme,HL-001,2025-26-Q1,1,working_in_partnership,\"Working in "
                + "partnership and joint commissioning with others, 2025-26 Q1\",1250.00,1250.00,0.00",
                "HL-002-2025-26-Q1-core-r001,SUP-2,beta,HL-002,2025-26-Q1,1,core,\"Core payment, 2025-26 Q1\",7500.00,7500.00,0.00",
                ""),
            await world.Text("payments/2025-26-Q1/run-001.csv"));
        string control = await world.Text("payments/2025-26-Q1/run-001.json");
        Assert.Contains("\"preparedBy\": \"Ann Price\"", control, StringComparison.Ordinal);
        Assert.Contains("\"totalPence\": 3125000", control, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_payments_table_shows_what_was_released()
    {
        var world = await TestPipeline.Released();
        await world.RefreshAsync();
        Assert.Equal(
            ["2025-26-Q1|HL-001 001|core 2250000 released", "2025-26-Q1|HL-001 001|working_in_partnership 125000 released",
                "2025-26-Q1|HL-002 001|core 750000 released"],
            (await world.Rows<PaymentRow>()).Select(r => $"{r.PartitionKey} {r.RowKey} {r.Values["AmountPence"]} {r.Values["Status"]}"));
    }

    [Fact]
    public async Task Releasing_again_changes_nothing_whoever_does_it()
    {
        var world = await TestPipeline.Released();
        await world.RefreshAsync();
        string before = await world.Everything();
        Assert.Equal(TestPipeline.Cat, (await world.Release.RunAsync(TestPipeline.Q1, 1, TestPipeline.Ben)).Done().Released?.By);
        await world.RefreshAsync();
        Assert.Equal(before, await world.Everything());
    }

    [Fact]
    public async Task A_run_that_is_not_approved_is_not_released()
    {
        var world = await TestPipeline.Prepared();
        string before = await world.Everything();
        Assert.StartsWith("Run 1 of 2025-26-Q1 is not approved",
            (await world.Release.RunAsync(TestPipeline.Q1, 1, TestPipeline.Cat)).Refused());
        Assert.Equal(before, await world.Everything());
    }

    [Fact]
    public async Task A_run_is_released_up_to_the_last_instant_of_its_fourteen_days()
    {
        var world = await TestPipeline.Approved();
        world.Clock.Now += PaymentRun.Lifetime - TimeSpan.FromTicks(1);
        (await world.Release.RunAsync(TestPipeline.Q1, 1, TestPipeline.Cat)).Done();

        world = await TestPipeline.Approved();
        world.Clock.Now += PaymentRun.Lifetime;
        string before = await world.Everything();
        Assert.StartsWith("Run 1 of 2025-26-Q1 expired 14 days after it was prepared",
            (await world.Release.RunAsync(TestPipeline.Q1, 1, TestPipeline.Cat)).Refused());
        // That it has expired is written down, and nothing else.
        Assert.Equal(before.Replace("State=Approved", "State=Expired", StringComparison.Ordinal), await world.Everything());
    }

    [Theory]
    [InlineData("reviews/2025-26-Q1/decisions.csv", "the decisions of 2025-26-Q1 came in, as version 2; what is due changed")]
    [InlineData("submissions/acme/HL-001/2025-26-Q1/evidence.csv",
        "the evidence of HL-001 for 2025-26-Q1 changed from version 1 to version 2: prepare another.")]
    [InlineData("submissions/beta/HL-002/2025-26-Q1/evidence.csv",
        "the evidence of HL-002 for 2025-26-Q1 came in, as version 1: prepare another.")]
    [InlineData("reference/contracts.csv", "the register of contracts changed from version 1 to version 2; what is due changed")]
    [InlineData("reference/frameworks/performance.json", "the framework performance changed from version 1 to version 2: prepare another.")]
    public async Task A_run_is_stale_once_a_file_that_it_was_prepared_from_changed(string path, string why)
    {
        var world = await TestPipeline.Approved();
        string text = path.Split('/')[^1] switch
        {
            "decisions.csv" => TestPipeline.Decisions("met"),
            "evidence.csv" => TestPipeline.Evidence(3),
            "contracts.csv" => TestPipeline.Register("120000.00"),
            _ => (await world.Text(path)).Replace("Client choice", "The client's choice", StringComparison.Ordinal),
        };
        Assert.Equal(UploadStatus.Accepted, (await world.Take(path, text))!.Receipt.Status);
        string before = await world.Everything();
        Assert.Contains(why, (await world.Release.RunAsync(TestPipeline.Q1, 1, TestPipeline.Cat)).Refused(), StringComparison.Ordinal);
        Assert.Equal(before, await world.Everything());
    }

    [Fact]
    public Task A_release_interrupted_anywhere_is_finished_by_releasing_again() =>
        Everywhere.Interrupted(TestPipeline.Approved, async world =>
            (await world.Release.RunAsync(TestPipeline.Q1, 1, TestPipeline.Cat)).Done());

    [Fact]
    public async Task Two_releases_at_once_make_the_same_ledger_and_the_same_files()
    {
        string file = await (await TestPipeline.Released()).Text("payments/2025-26-Q1/run-001.csv");
        await Everywhere.Overtaken(
            TestPipeline.Approved,
            async world => (await world.Release.RunAsync(TestPipeline.Q1, 1, TestPipeline.Cat)).Done(),
            async world => (await world.Release.RunAsync(TestPipeline.Q1, 1, TestPipeline.Ben)).Done(),
            async world =>
            {
                Assert.Equal(3_125_000, await world.ReleasedPence());
                Assert.Equal(3, (await world.Ledger.OfQuarterAsync(TestPipeline.Q1)).Count);
                Assert.Equal(file, await world.Text("payments/2025-26-Q1/run-001.csv"));
            });
    }

    [Fact]
    public async Task A_run_that_is_released_while_somebody_looks_at_it_is_not_stale_for_what_was_released()
    {
        await Everywhere.Overtaken(
            TestPipeline.Approved,
            async world =>
            {
                var run = (await world.Runs.FindAsync(TestPipeline.Q1, 1))!.Run;
                var looked = await world.Proposals.AsOfAsync(run, world.Clock.Now);
                Assert.Contains(looked.State, new[] { RunState.Approved, RunState.Released });
            },
            async world => (await world.Release.RunAsync(TestPipeline.Q1, 1, TestPipeline.Cat)).Done(),
            async world => Assert.Equal(3_125_000, await world.ReleasedPence()));
    }

    [Theory]
    [InlineData("Submit", "ledger/2025-26-Q1")]
    [InlineData("Create", "payments/2025-26-Q1/run-001.csv")]
    [InlineData("Create", "payments/2025-26-Q1/run-001.json")]
    public async Task After_a_release_that_died_nothing_is_prepared_or_confirmed_until_it_is_finished(string operation, string target)
    {
        var world = await TestPipeline.Approved();
        world.Calls.Hook = call =>
            ValueTask.FromResult<Stores.Fault?>(call.Operation == operation && call.Target == target ? new Stores.Fault.Crash() : null);
        await Assert.ThrowsAsync<Stores.CrashException>(() => world.Release.RunAsync(TestPipeline.Q1, 1, TestPipeline.Cat));
        world.Calls.Hook = null;

        Assert.Equal(
            "Run 1 of 2025-26-Q1 was interrupted while it was released: release it again before preparing another.",
            (await world.Prepare.RunAsync(TestPipeline.Q1, TestPipeline.Ann)).Refused());
        Assert.Equal([1], (await world.Runs.InterruptedAsync((await world.Runs.OfQuarterAsync(TestPipeline.Q1)).Select(r => r.Run))).Select(
            r => r.Number));
        Assert.Equal("CNF-001", Assert.Single((await world.Confirm("early", ("core", 1, "paid")))!.Receipt.Summary).Rule);
        (await world.Release.RunAsync(TestPipeline.Q1, 1, TestPipeline.Cat)).Done();
        Assert.Equal(3_125_000, await world.ReleasedPence());
    }

    [Fact]
    public async Task A_decision_that_comes_after_the_release_began_is_paid_by_the_next_run()
    {
        await Everywhere.Overtaken(
            TestPipeline.Approved,
            world => world.Release.RunAsync(TestPipeline.Q1, 1, TestPipeline.Cat),
            async world =>
            {
                // Once the payment is in the ledger, it takes back what was released.
                if ((await world.Take("reviews/2025-26-Q1/decisions.csv",
                    TestPipeline.Decisions(quality: "met", partnership: "not_met")))!.Receipt.Status == UploadStatus.Held)
                    Assert.Null(await world.DecideChanges.AcceptAsync(1, TestPipeline.Ann));
            },
            async world =>
            {
                await world.PayAsync();
                Assert.Equal(2_250_000 + 75_000 + 750_000, await world.ReleasedPence());
                Assert.Empty(await world.Due());
            });
    }

    [Theory]
    [InlineData("payments/2025-26-Q1/run-001.csv")]
    [InlineData("payments/2025-26-Q1/run-001.json")]
    public async Task Where_another_file_is_there_already_nothing_is_released(string path)
    {
        var world = await TestPipeline.Approved();
        await world.Put(path, "something else\r\n");
        string before = await world.Everything();
        Assert.Equal(
            $"Run 1 of 2025-26-Q1 is not released, since {path} is there already and is not what this run would write. Leave it where it "
            + "is: finance may have paid from it. Look what it is with: pipeline repair",
            (await world.Release.RunAsync(TestPipeline.Q1, 1, TestPipeline.Cat)).Refused());
        Assert.Equal(before, await world.Everything());
    }

    [Theory]
    [InlineData("payments/2025-26-Q1/run-001.csv", "The header is not that of a finance file.",
        "The file that finance got, payments/2025-26-Q1/run-001.csv, is not the one that comes out now: line 1 differs.")]
    [InlineData("payments/2025-26-Q1/run-001.json", "The control file is not that of the run.",
        "The control file that finance got, payments/2025-26-Q1/run-001.json, is not the one that comes out now: line 1 differs.")]
    public async Task A_file_that_was_changed_afterwards_is_found_by_releasing_and_by_replaying_again(string path, string why,
        string difference)
    {
        var world = await TestPipeline.Released();
        await world.Put(path, "something else\r\n");
        Assert.StartsWith($"Run 1 of 2025-26-Q1 is not sent to finance. {why}",
            (await world.Release.RunAsync(TestPipeline.Q1, 1, TestPipeline.Cat)).Refused());
        Assert.Equal([difference], (await world.Replay.RunAsync(TestPipeline.Q1, 1))!.Differences);
    }

    /// <summary>Where, and which amounts, but no text that somebody wrote.</summary>
    [Theory]
    [InlineData("csv", ",22500.00,22500.00,", ",22501.00,22500.00,",
        "line 2 has £22,501.00 (£22,500.00 less £0.00) for HL-001-2025-26-Q1-core-r001, but £22,500.00 (£22,500.00 less £0.00) comes out")]
    [InlineData("csv", "SUP-1", "Zebedee",
        "line 2, £22,500.00 (£22,500.00 less £0.00) for HL-001-2025-26-Q1-core-r001, differs in something other than its id and amounts")]
    [InlineData("csv", "HL-001-2025-26-Q1-core-r001", "Zebedee",
        "line 2 is not the one of HL-001-2025-26-Q1-core-r001, for which £22,500.00 (£22,500.00 less £0.00) comes out")]
    [InlineData("json", "\"totalPence\": ", "\"totalPence\": 1", "line 11 differs, totalPence")]
    public async Task What_differs_in_a_file_that_was_changed_afterwards_is_said(string extension, string was, string isNow,
        string difference)
    {
        var world = await TestPipeline.Released();
        string path = $"payments/2025-26-Q1/run-001.{extension}";
        string text = await world.Text(path);
        await world.Put(path, text.Replace(was, isNow, StringComparison.Ordinal));
        string said = Assert.Single((await world.Replay.RunAsync(TestPipeline.Q1, 1))!.Differences);
        Assert.EndsWith($"file that finance got, {path}, is not the one that comes out now: {difference}.", said, StringComparison.Ordinal);
        Assert.DoesNotContain("Zebedee", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_payment_too_many_or_too_few_in_the_file_is_said()
    {
        var world = await TestPipeline.Released();
        const string path = "payments/2025-26-Q1/run-001.csv";
        string[] lines = (await world.Text(path)).Split("\r\n");
        await world.Put(path, string.Join("\r\n", lines[..^2]) + "\r\n");
        Assert.Contains(
            $"line {lines.Length - 1} is not the one of HL-002-2025-26-Q1-core-r001, for which £7,500.00 (£7,500.00 less £0.00) comes out.",
            Assert.Single((await world.Replay.RunAsync(TestPipeline.Q1, 1))!.Differences), StringComparison.Ordinal);
        await world.Put(path, string.Join("\r\n", [.. lines[..^1], lines[1], ""]));
        Assert.Contains($"line {lines.Length} has £22,500.00 (£22,500.00 less £0.00) for a payment that does not come out.",
            Assert.Single((await world.Replay.RunAsync(TestPipeline.Q1, 1))!.Differences), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_released_too_much_is_taken_back_by_new_lines()
    {
        var world = await TestPipeline.Released();
        await world.TakeHeld("reviews/2025-26-Q1/decisions.csv", TestPipeline.Decisions(quality: "met", partnership: "not_met"));
        Assert.Equal([("HL-001", TestPipeline.Partnership, -125_000), ("HL-001", TestPipeline.Quality, 75_000)], await world.Due());
        var run = await world.PayAsync();
        Assert.Equal(2, run.Number);
        Assert.Contains(
            $"(clawback, corrects HL-001-2025-26-Q1-{TestPipeline.Partnership}-r001)\",-1250.00,0.00,1250.00",
            await world.Text("payments/2025-26-Q1/run-002.csv"), StringComparison.Ordinal);
        var row = await world.Tables.GetAsync("ledger", "2025-26-Q1", $"HL-001|002|{TestPipeline.Partnership}|released");
        Assert.Equal($"HL-001-2025-26-Q1-{TestPipeline.Partnership}-r001", row!.Text("Corrects"));
        Assert.Contains($"It takes back what payment HL-001-2025-26-Q1-{TestPipeline.Partnership}-r001 paid.",
            (await world.Explain.PaymentAsync(run.Lines[0].PaymentId))!);
        Assert.Empty((await world.Replay.RunAsync(TestPipeline.Q1, 2))!.Differences);
        Assert.Equal(5, (await world.Ledger.OfQuarterAsync(TestPipeline.Q1)).Count);
        Assert.Empty(await world.Due());
    }

    [Fact]
    public async Task What_a_contract_was_paid_stays_when_it_leaves_the_register()
    {
        var world = await TestPipeline.Released();
        await world.RefreshAsync();
        await world.TakeHeld("reference/contracts.csv", TestPipeline.Register("100000.00", "HL-001"));
        Assert.Equal([("HL-002", "core", -750_000)], await world.Due());
        await world.PayAsync();
        await world.RefreshAsync();
        Assert.Equal(
            ["HL-001 001|core", "HL-001 001|working_in_partnership", "HL-002 001|core", "HL-002 002|core"],
            (await world.Rows<PaymentRow>()).Select(r => $"{r.Values["ContractId"]} {r.RowKey}"));
    }

    [Fact]
    public async Task A_hundred_contracts_are_released_as_one()
    {
        async Task<TestPipeline> Many()
        {
            var world = await TestPipeline.Reviewed();
            await world.Take("reference/contracts.csv",
                TestPipeline.Register("100000.00", string.Join(' ', Enumerable.Range(1, 230).Select(n => $"HL-{n:000}"))));
            int number = (await world.Prepare.RunAsync(TestPipeline.Q1, TestPipeline.Ann)).Done().Number;
            (await world.Decide.ApproveAsync(TestPipeline.Q1, number, TestPipeline.Ben)).Done();
            return world;
        }

        // Once for each batch of ledger lines: the process dies after it.
        for (int batch = 1; batch <= 3; batch++)
        {
            var world = await Many();
            int written = 0;
            world.Calls.Hook = call => ValueTask.FromResult<Stores.Fault?>(
                call is { Operation: "Submit", Target: "ledger/2025-26-Q1", Moment: Stores.Moment.After } && ++written == batch
                    ? new Stores.Fault.Crash() : null);
            await Assert.ThrowsAsync<Stores.CrashException>(() => world.Release.RunAsync(TestPipeline.Q1, 1, TestPipeline.Cat));
            world.Calls.Hook = null;
            Assert.Contains("interrupted", (await world.Prepare.RunAsync(TestPipeline.Q1, TestPipeline.Ann)).Refused(),
                StringComparison.Ordinal);
            (await world.Release.RunAsync(TestPipeline.Q1, 1, TestPipeline.Cat)).Done();
            Assert.Equal(231, (await world.Ledger.OfQuarterAsync(TestPipeline.Q1)).Count);
            Assert.Equal(2_375_000 + (229 * 750_000), await world.ReleasedPence());
        }
    }
}
