using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Arrivals;
using Pipeline.Steps.Payments;

namespace Pipeline.Steps.Tests.Payments;

/// <summary>Tables that were restored from a backup, beside files for finance that are newer: nothing is paid twice.</summary>
public sealed class RestoredTablesTests
{
    private const string Older =
        "payments/2025-26-Q1/ holds the file of run 1, which the ledger does not know as released: the tables look older than the files";

    private static async Task<(TestPipeline World, string Released)> Restored(Func<Task<TestPipeline>> backedUp)
    {
        var world = await backedUp();
        var restore = world.BackUpTables();
        var run = await world.Runs.FindAsync(TestPipeline.Q1, 1);
        if (run is null)
            (await world.Prepare.RunAsync(TestPipeline.Q1, TestPipeline.Ann)).Done();
        if (run is not { Run.State: RunState.Approved })
            (await world.Decide.ApproveAsync(TestPipeline.Q1, 1, TestPipeline.Ben)).Done();
        (await world.Release.RunAsync(TestPipeline.Q1, 1, TestPipeline.Cat)).Done();
        await world.RefreshAsync();
        string released = await world.Everything();
        restore();
        return (world, released);
    }

    [Fact]
    public async Task Nothing_is_prepared_while_finance_has_a_run_that_the_ledger_does_not_know()
    {
        var (world, _) = await Restored(TestPipeline.Reviewed);
        Assert.StartsWith(Older, (await world.Prepare.RunAsync(TestPipeline.Q1, TestPipeline.Ann)).Refused());
    }

    [Fact]
    public async Task Nor_after_the_run_that_was_open_when_the_tables_were_backed_up_has_expired()
    {
        var (world, _) = await Restored(TestPipeline.Approved);
        world.Clock.Now += TimeSpan.FromDays(15);
        string why = (await world.Prepare.RunAsync(TestPipeline.Q1, TestPipeline.Ann)).Refused();
        Assert.StartsWith(Older, why);
        Assert.EndsWith("Leave the file where it is, and rebuild the tables from the files first: pipeline repair", why);
    }

    [Fact]
    public async Task A_run_is_not_approved_while_finance_has_its_file_and_may_still_be_rejected()
    {
        var (world, _) = await Restored(TestPipeline.Prepared);
        Assert.StartsWith(Older, (await world.Decide.ApproveAsync(TestPipeline.Q1, 1, TestPipeline.Ben)).Refused());
        (await world.Decide.RejectAsync(TestPipeline.Q1, 1, TestPipeline.Ben, "the tables are old")).Done();
    }

    [Fact]
    public async Task A_run_is_not_released_while_finance_has_a_later_one()
    {
        var world = await TestPipeline.Approved();
        var restore = world.BackUpTables();
        (await world.Decide.RejectAsync(TestPipeline.Q1, 1, TestPipeline.Ann, "too early")).Done();
        await world.PayAsync();
        restore();
        Assert.StartsWith(
            "payments/2025-26-Q1/ holds the file of run 2, which the ledger does not know as released",
            (await world.Release.RunAsync(TestPipeline.Q1, 1, TestPipeline.Cat)).Refused());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Repairing_enters_the_run_as_its_files_have_it(bool approved)
    {
        var (world, released) = await Restored(approved ? TestPipeline.Approved : TestPipeline.Reviewed);
        string before = await world.Everything();
        var rebuilt = Assert.IsType<UnknownRun.Rebuilt>(Assert.Single(await world.Repair.FindAsync()));
        Assert.Equal(before, await world.Everything());

        await world.Repair.WriteAsync(rebuilt);
        await world.TakeAll();
        await world.RefreshAsync();
        Assert.Equal(released, await world.Everything());
        Assert.Empty(await world.Repair.FindAsync());
        Assert.StartsWith("Nothing is due for 2025-26-Q1", (await world.Prepare.RunAsync(TestPipeline.Q1, TestPipeline.Ann)).Refused());
        Assert.Empty((await world.Replay.RunAsync(TestPipeline.Q1, 1))!.Differences);
    }

    [Fact]
    public async Task After_the_repair_nothing_is_prepared_before_the_confirmations_that_came_since_are_taken_in()
    {
        var world = await TestPipeline.Reviewed();
        var restore = world.BackUpTables();
        await world.PayAsync();
        await world.Confirm("july", ("core", 1, "failed"));
        await world.PayAsync();
        restore();
        foreach (var unknown in await world.Repair.FindAsync())
            await world.Repair.WriteAsync((UnknownRun.Rebuilt)unknown);

        // Without the confirmation, core seems to have been paid twice.
        Assert.Equal([("HL-001", "core", -2_250_000L)], await world.Due());
        Assert.StartsWith("The tables were restored, and what came since has not all been taken in yet",
            (await world.Prepare.RunAsync(TestPipeline.Q1, TestPipeline.Ann)).Refused());
        await world.TakeAll();
        Assert.StartsWith("Nothing is due for 2025-26-Q1", (await world.Prepare.RunAsync(TestPipeline.Q1, TestPipeline.Ann)).Refused());
    }

    [Fact]
    public async Task After_a_restore_no_open_run_is_approved_or_released_either_before_a_sweep_left_nothing()
    {
        var (prepared, approved) = (await TestPipeline.Prepared(), await TestPipeline.Approved());
        await prepared.Sweeps.OweAsync();
        await approved.Sweeps.OweAsync();
        Assert.StartsWith("The tables were restored", (await prepared.Decide.ApproveAsync(TestPipeline.Q1, 1, TestPipeline.Ben)).Refused());
        Assert.StartsWith("The tables were restored", (await approved.Release.RunAsync(TestPipeline.Q1, 1, TestPipeline.Cat)).Refused());

        await approved.TakeAll();
        (await approved.Release.RunAsync(TestPipeline.Q1, 1, TestPipeline.Cat)).Done();
    }

    [Fact]
    public async Task A_sweep_that_could_not_take_in_everything_leaves_it_owed()
    {
        var world = await TestPipeline.Prepared();
        await world.Sweeps.OweAsync();
        await world.Put("submissions/acme/HL-001/2025-26-Q1/evidence-2.csv", TestPipeline.Evidence(3));
        world.Calls.Hook = call => ValueTask.FromResult<Stores.Fault?>(
            call.Target.EndsWith("evidence-2.csv", StringComparison.Ordinal) && call.Operation != "List"
                ? new Stores.Fault.Unavailable() : null);
        await world.Sweep.RunAsync(follower: new GoingOn());
        world.Calls.Hook = null;
        Assert.NotNull(await world.Sweeps.WhyOwedAsync());

        await world.TakeAll();
        Assert.Null(await world.Sweeps.WhyOwedAsync());
    }

    private sealed class GoingOn : ISweepFollower
    {
        bool ISweepFollower.Failed(string path, Exception exception) => true;
    }

    [Fact]
    public async Task Confirmations_that_correct_each_other_are_taken_in_again_in_the_order_in_which_they_came()
    {
        var world = await TestPipeline.Released();
        var restore = world.BackUpTables();
        await world.Confirm("second-by-name", ("core", 1, "paid"));
        await world.Confirm("first-by-name", ("core", 1, "returned"));
        var due = await world.Due();
        restore();

        Assert.All(await world.TakeAll(), taken => Assert.Equal(UploadStatus.Accepted, taken.Receipt.Status));
        Assert.Equal([("HL-001", "core", 2_250_000L)], due);
        Assert.Equal(due, await world.Due());
    }

    [Fact]
    public async Task Of_the_files_of_a_return_the_one_that_counted_counts_again_and_a_new_one_comes_after_it()
    {
        var world = await TestPipeline.Reviewed();
        var restore = world.BackUpTables();
        const string folder = "submissions/acme/HL-001/2025-26-Q1/";
        await world.Take(folder + "evidence-final.csv", TestPipeline.Evidence(5));
        await world.Take(folder + "evidence-corrected.csv", TestPipeline.Evidence(4));
        restore();
        await world.TakeAll();
        Assert.Equal(8, await Counts());

        restore();
        await world.Put(folder + "evidence-a-new-one.csv", TestPipeline.Evidence(6));
        await world.TakeAll();
        Assert.Equal(12, await Counts());

        async Task<long> Counts() => Upload.CurrentOf(await world.Uploads.OfSlotAsync(Slot.At(folder + "evidence.csv")!))!.Rows;
    }

    [Fact]
    public async Task A_confirmation_of_what_the_tables_do_not_know_waits_for_the_repair()
    {
        var (world, _) = await Restored(TestPipeline.Reviewed);
        var waits = await Assert.ThrowsAsync<WaitsForRepairException>(() => world.Confirm("july", ("core", 1, "failed")));
        Assert.StartsWith(Older, waits.Message, StringComparison.Ordinal);
        Assert.Equal("confirmations/2025-26-Q1/july.csv", waits.Path);

        await world.Repair.WriteAsync((UnknownRun.Rebuilt)Assert.Single(await world.Repair.FindAsync()));
        Assert.Equal(UploadStatus.Accepted, Assert.Single(await world.TakeAll()).Receipt.Status);
        Assert.Equal([("HL-001", "core", 2_250_000L)], await world.Due());
    }

    [Theory]
    [InlineData("reference/contracts.csv")]
    [InlineData("reference/frameworks/performance.json")]
    [InlineData("reviews/2025-26-Q1/decisions-2.csv")]
    public async Task What_would_take_back_what_the_tables_do_not_know_waits_for_the_repair_and_is_held_then(string path)
    {
        var (world, _) = await Restored(TestPipeline.Reviewed);
        string text = path.EndsWith(".json", StringComparison.Ordinal)
            ? (await world.Text(path)).Replace("\"weight\": 0.5", "\"weight\": 0.4", StringComparison.Ordinal)
            : path.StartsWith("reviews/", StringComparison.Ordinal) ? TestPipeline.Decisions(quality: null, partnership: "not_met")
            : TestPipeline.Register("10000.00");
        await Assert.ThrowsAsync<WaitsForRepairException>(() => world.Take(path, text));

        await world.Repair.WriteAsync((UnknownRun.Rebuilt)Assert.Single(await world.Repair.FindAsync()));
        Assert.Equal(UploadStatus.Held, Assert.Single(await world.TakeAll()).Receipt.Status);
        Assert.Empty(await world.Due());
    }

    [Fact]
    public async Task Returns_do_not_wait_for_the_repair_and_decisions_only_for_that_of_their_quarter()
    {
        var (world, _) = await Restored(TestPipeline.Reviewed);
        Assert.Equal(UploadStatus.Accepted,
            (await world.Take("submissions/acme/HL-001/2025-26-Q1/evidence-2.csv", TestPipeline.Evidence(3)))!.Receipt.Status);
        Assert.Equal(UploadStatus.Accepted,
            (await world.Take("reviews/2025-26-Q2/decisions.csv", TestPipeline.Decisions(quality: null)))!.Receipt.Status);
    }

    [Fact]
    public async Task With_tables_that_know_nothing_the_council_s_files_wait_for_the_repair_and_none_is_rejected_for_want_of_a_register()
    {
        var world = new TestPipeline();
        await Filled(world);
        foreach (string path in (string[])["reference/contracts.csv", "reference/calendar.csv", "reviews/2025-26-Q1/decisions.csv",
            "reviews/2025-26-Q2/checks.csv"])
            await Assert.ThrowsAsync<WaitsForRepairException>(() => world.TakeIn.RunAsync(path));
        await world.Repair.WriteAsync((UnknownRun.Rebuilt)Assert.Single(await world.Repair.FindAsync()));
        Assert.All(await world.TakeAll(), taken => Assert.Equal(UploadStatus.Accepted, taken.Receipt.Status));
        Assert.Empty(await world.Due());
    }

    [Theory]
    [InlineData("10000.00", "HL-001 HL-002", 2_137_500)]
    [InlineData("100000.00", "HL-001", 750_000)]
    public async Task With_tables_that_know_nothing_the_first_register_is_held_when_what_was_paid_would_be_taken_back(
        string annualValue, string contracts, long takenBack)
    {
        var world = new TestPipeline();
        await Filled(world);
        await world.Put("reference/contracts.csv", TestPipeline.Register(annualValue, contracts));
        await world.Repair.WriteAsync((UnknownRun.Rebuilt)Assert.Single(await world.Repair.FindAsync()));
        await Assert.ThrowsAsync<WaitsForRepairException>(world.TakeAll);
        await Assert.ThrowsAsync<WaitsForRepairException>(() => world.TakeIn.RunAsync("reviews/2025-26-Q1/decisions.csv"));
        var change = Assert.Single(await world.Held.WaitingAsync());
        Assert.Equal(new Money(takenBack), Assert.Single(await world.DecideChanges.ConsequencesAsync(change)).TakenBack);

        // The right one needs nobody's word, and what waited for a register is taken in after it.
        Assert.Equal(UploadStatus.Accepted,
            (await world.Take("reference/contracts.csv", TestPipeline.Register("100000.00")))!.Receipt.Status);
        await world.TakeAll();
        Assert.Empty(await world.Due());
    }

    /// <summary>With all files of a pipeline that paid, and tables that know nothing.</summary>
    private static async Task Filled(TestPipeline world)
    {
        var other = await TestPipeline.Released();
        await other.Put("reference/calendar.csv", "quarter,contract,due_on,extended_to\n2025-26-Q1,,2025-07-31,\n");
        await other.Put("reviews/2025-26-Q2/checks.csv", "contract,check,carried_out_on,result,note\nHL-001,file_audit,2025-07-02,pass,\n");
        foreach (string container in (string[])["reference/", "submissions/", "reviews/", "archive/", "runs/", "payments/"])
        {
            await foreach (var file in other.Files.ListAsync(container))
            {
                await using var bytes = await other.Files.OpenReadAsync(file.Path);
                await world.Files.WriteAsync(file.Path, bytes);
            }
        }
    }

    [Fact]
    public async Task What_is_held_is_not_put_in_force_before_the_repair()
    {
        var world = await TestPipeline.Released();
        await world.Take("reference/contracts.csv", TestPipeline.Register("10000.00"));
        await world.Take("reviews/2025-26-Q1/decisions-2.csv", TestPipeline.Decisions(quality: "met"));
        var restore = world.BackUpTables();
        await world.PayAsync();
        restore();
        Assert.StartsWith("payments/2025-26-Q1/ holds the file of run 2", await world.DecideChanges.AcceptAsync(1, TestPipeline.Cat),
            StringComparison.Ordinal);
        Assert.Null(Assert.Single(await world.Held.WaitingAsync()).Decision);
    }

    [Fact]
    public Task A_repair_interrupted_anywhere_is_finished_by_repairing_again() => Everywhere.Interrupted(
        async () => (await Restored(TestPipeline.Reviewed)).World,
        async world =>
        {
            foreach (var rebuilt in (await world.Repair.FindAsync()).OfType<UnknownRun.Rebuilt>())
                await world.Repair.WriteAsync(rebuilt);
        });

    [Theory]
    [InlineData("payments/2025-26-Q1/run-001.csv", ",22500.00,22500.00,", ",22501.00,22500.00,")]
    [InlineData("payments/2025-26-Q1/run-001.json", "Ben Rees", "Bea Rees")]
    [InlineData("payments/2025-26-Q1/run-001.json", "{", "[")]
    public async Task Where_the_files_do_not_agree_nothing_is_entered(string path, string was, string isNow)
    {
        var (world, _) = await Restored(TestPipeline.Reviewed);
        await world.Put(path, (await world.Text(path)).Replace(was, isNow, StringComparison.Ordinal));
        var unknown = Assert.Single(await world.Repair.FindAsync());
        if (isNow == "Bea Rees")
            // Who approved stands in the control file alone.
            Assert.Equal("Bea Rees", Assert.IsType<UnknownRun.Rebuilt>(unknown).From.Run.Approved!.By.ToString());
        else
            Assert.Equal(new UnknownRun.Disagreeing(TestPipeline.Q1, 1, Csv: true, Control: true), unknown);
        Assert.StartsWith(Older, (await world.Prepare.RunAsync(TestPipeline.Q1, TestPipeline.Ann)).Refused());
    }

    [Fact]
    public async Task A_run_whose_release_was_interrupted_is_released_again_and_not_repaired()
    {
        var world = await TestPipeline.Approved();
        world.Calls.Hook = call => ValueTask.FromResult<Stores.Fault?>(
            call is { Operation: "Create", Moment: Stores.Moment.After } && call.Target.EndsWith("run-001.csv", StringComparison.Ordinal)
                ? new Stores.Fault.Crash() : null);
        await Assert.ThrowsAsync<Stores.CrashException>(() => world.Release.RunAsync(TestPipeline.Q1, 1, TestPipeline.Cat));
        world.Calls.Hook = null;
        Assert.Empty(await world.Repair.FindAsync());
        Assert.Contains("release it again", (await world.Prepare.RunAsync(TestPipeline.Q1, TestPipeline.Ann)).Refused(),
            StringComparison.Ordinal);
        (await world.Release.RunAsync(TestPipeline.Q1, 1, TestPipeline.Cat)).Done();
    }
}
