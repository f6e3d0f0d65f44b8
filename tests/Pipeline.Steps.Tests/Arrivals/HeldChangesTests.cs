using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Stores;
using Pipeline.Steps.Tests.Stores;

namespace Pipeline.Steps.Tests.Arrivals;

/// <summary>A file that would lower what was released waits for a named person.</summary>
public sealed class HeldChangesTests
{
    private const string Register = "reference/contracts.csv", Decisions = "reviews/2025-26-Q1/decisions.csv";

    private static readonly string RowLost = TestPipeline.Register("100000.00", "HL-001");

    private static async Task<TestPipeline> Held()
    {
        var world = await TestPipeline.Released();
        await world.Take(Register, RowLost);
        return world;
    }

    private static async Task<IReadOnlyList<string>> Versions(TestPipeline world) =>
        [.. (await world.Uploads.OfSlotAsync(new Slot.Reference(Dataset.Contracts))).Select(u =>
            $"{u.Version} {u.Status.Word()} {u.PutsInForce}".TrimEnd())];

    private static async Task<IReadOnlyList<string>> Audited(TestPipeline world)
    {
        await world.RefreshAsync();
        return [.. (await world.Rows<AuditRow>()).Where(row => row.Text("Act").EndsWith("_change", StringComparison.Ordinal))
            .Select(row => $"{row.Text("Act")} {row.Whole("Number")} {row.Text("By")}: {row.Text("Detail")}")];
    }

    [Fact]
    public async Task A_register_that_lost_the_row_of_a_paid_contract_is_held()
    {
        var world = await TestPipeline.Released();
        var taken = (await world.Take(Register, RowLost))!;
        Assert.Equal((UploadStatus.Held, 2, 1, 0),
            (taken.Receipt.Status, taken.Receipt.Version, taken.Receipt.RowsRead, taken.Receipt.RowsAccepted));
        Assert.Equal(new Money(750_000), Assert.Single(taken.Receipt.Consequences!).TakenBack);
        Assert.Equal(["1 accepted", "2 held"], await Versions(world));
        Assert.Equal((1, 2, null), Assert.Single(await world.Held.WaitingAsync()) is var held
            ? (held.Number, held.Version, held.Decision) : default);
        Assert.Contains("What it would change in money", await world.Text("receipts/reference/contracts/v2.html"),
            StringComparison.Ordinal);
        // What is in force stays, and nothing is due.
        Assert.Equal(2, (await world.Reference.RegisterAsync())!.Active(TestPipeline.Q1).Count);
        Assert.Empty(await world.Due());
    }

    [Theory]
    [InlineData("1000000.00", true)]
    [InlineData("200000.00", false)]
    [InlineData("50000.00", false)]
    [InlineData("10000.00", true)]
    public async Task A_value_that_is_more_than_twice_or_less_than_half_of_what_it_was_is_told(string value, bool jumps)
    {
        var world = await TestPipeline.Reviewed();
        var receipt = (await world.Take(Register, TestPipeline.Register(value)))!.Receipt;
        Assert.Equal(UploadStatus.Accepted, receipt.Status);
        Assert.Equal(jumps, receipt.Findings.Any(finding =>
            finding is { Rule: "CON-101", Expected: "about £100,000.00 a year for HL-001" }));
    }

    [Fact]
    public async Task It_is_told_by_what_is_in_force_now_what_a_held_file_would_change()
    {
        var world = await Held();
        await world.Take(Register, TestPipeline.Register("200000.00"));
        var now = (await world.DecideChanges.ConsequencesAsync(Assert.Single(await world.Held.WaitingAsync()))).ToDictionary(c =>
            c.Contract.ToString());
        // When it came, HL-001 was worth what it is in the held file.
        Assert.DoesNotContain(await Consequences(world, 2), c => c.Contract == ContractId.Parse("HL-001"));
        Assert.Equal((new Money(4_750_000), new Money(2_375_000)), (now["HL-001"].EarnedBefore, now["HL-001"].EarnedAfter));
        Assert.Equal(new Money(750_000), now["HL-002"].TakenBack);
    }

    private static async Task<IReadOnlyList<Consequence>> Consequences(TestPipeline world, int version)
    {
        await using var json = await world.Files.OpenReadAsync($"receipts/reference/contracts/v{version}.json");
        return Receipt.ReadJson(json).Consequences!;
    }

    [Theory]
    [InlineData("10000.00", true)]
    [InlineData("99999.00", true)]
    [InlineData("100000.00", false)]
    [InlineData("110000.00", false)]
    public async Task A_value_is_held_when_it_takes_back_however_little(string value, bool isHeld)
    {
        var world = await TestPipeline.Released();
        var receipt =
            (await world.Take(Register, TestPipeline.Register(value)
                + "HL-003,acme,Acme,Refuge,domestic_abuse,performance,1.00,2020-01-01,2030-12-31,SUP-1\n"))!.Receipt;
        Assert.Equal(isHeld ? UploadStatus.Held : UploadStatus.Accepted, receipt.Status);
    }

    [Fact]
    public async Task One_withdrawn_decision_that_was_paid_for_is_held_and_the_others_stand()
    {
        var world = await TestPipeline.Released();
        var receipt = (await world.Take(Decisions, TestPipeline.Decisions(quality: "met", partnership: "withdrawn")))!.Receipt;
        Assert.Equal(UploadStatus.Held, receipt.Status);
        Assert.Empty(await world.Due());
    }

    [Fact]
    public async Task Accepted_it_is_a_version_of_its_own_that_is_in_force()
    {
        var world = await Held();
        Assert.Null(await world.DecideChanges.AcceptAsync(1, TestPipeline.Ben));
        Assert.Equal(["1 accepted", "2 held", "3 accepted 2"], await Versions(world));
        Assert.Empty(await world.Held.WaitingAsync());
        Assert.Equal([("HL-002", "core", -750_000)], await world.Due());
        Assert.Contains("\"status\": \"accepted\"", await world.Text("receipts/reference/contracts/v3.json"), StringComparison.Ordinal);
        Assert.Equal(["accept_change 1 Ben Rees: reference/contracts version 2"], await Audited(world));
        // Nothing is taken in again.
        Assert.Empty(await world.TakeAll());
    }

    [Fact]
    public async Task Dropped_it_never_comes_into_force()
    {
        var world = await Held();
        Assert.Null(await world.DecideChanges.DropAsync(1, TestPipeline.Ben));
        Assert.Equal(["1 accepted", "2 held"], await Versions(world));
        Assert.Empty(await world.Held.WaitingAsync());
        Assert.Empty(await world.Due());
        Assert.Equal(["drop_change 1 Ben Rees: reference/contracts version 2"], await Audited(world));
        Assert.Empty(await world.TakeAll());
    }

    [Fact]
    public async Task It_is_decided_once()
    {
        var world = await Held();
        Assert.Equal("Nothing is held under this number: look at the list.", await world.DecideChanges.AcceptAsync(2, TestPipeline.Ben));
        Assert.Null(await world.DecideChanges.DropAsync(1, TestPipeline.Ben));
        string before = await world.Everything();
        Assert.Null(await world.DecideChanges.DropAsync(1, TestPipeline.Ben));
        foreach (string? why in new[] { await world.DecideChanges.AcceptAsync(1, TestPipeline.Ben), await world.DecideChanges.AcceptAsync(1,
            TestPipeline.Cat), await world.DecideChanges.DropAsync(1, TestPipeline.Cat) })
            Assert.Equal(
                "reference/contracts version 2 was dropped by Ben Rees on 10 July 2025: a change is decided once; to change it again, send "
                + "another file.", why);
        Assert.Equal(before, await world.Everything());
    }

    [Fact]
    public async Task Who_stands_in_a_file_of_decisions_does_not_decide_on_it()
    {
        var world = await TestPipeline.Released();
        await world.Take(Decisions, TestPipeline.Decisions(quality: null, partnership: "not_met"));
        foreach (string name in new[] { "Rita Roe", "S. Poe" })
        {
            Assert.Contains("have somebody else decide", await world.DecideChanges.AcceptAsync(1, PersonName.Parse(name)),
                StringComparison.Ordinal);
            Assert.Contains("have somebody else decide", await world.DecideChanges.DropAsync(1, PersonName.Parse(name)),
                StringComparison.Ordinal);
        }

        Assert.Null(await world.DecideChanges.AcceptAsync(1, TestPipeline.Ben));
        Assert.Equal([("HL-001", TestPipeline.Partnership, -125_000)], await world.Due());
    }

    [Fact]
    public async Task The_right_file_does_not_wait_for_it_and_what_does_not_check_any_more_is_refused()
    {
        var world = await TestPipeline.Released();
        await world.Take(Decisions, TestPipeline.Decisions(quality: null, partnership: "not_met"));
        await world.TakeHeld(Register, TestPipeline.Register("100000.00", "HL-002"));
        string before = await world.Everything();
        Assert.Contains("does not check any more against what is in force now", await world.DecideChanges.AcceptAsync(1, TestPipeline.Ben),
            StringComparison.Ordinal);
        Assert.Equal(before, await world.Everything());
        Assert.Null(await world.DecideChanges.DropAsync(1, TestPipeline.Ben));
    }

    [Fact]
    public async Task Interrupted_anywhere_accepting_is_finished_by_giving_it_again()
    {
        await Payments.Everywhere.Interrupted(Held, async world =>
        {
            Assert.Null(await world.DecideChanges.AcceptAsync(1, TestPipeline.Ben));
        });
    }

    /// <summary>
    /// Ben accepts a file of decisions, is interrupted before it is a version, and then the contract that it names leaves the register.
    /// </summary>
    private static async Task<TestPipeline> InterruptedAndOutdated()
    {
        var world = await TestPipeline.Released();
        await world.Take(Decisions, TestPipeline.Decisions(quality: null, partnership: "not_met"));
        world.Calls.Hook = call => ValueTask.FromResult<Fault?>(call is { Operation: "Submit", Moment: Moment.After }
            && call.Target.StartsWith("held/", StringComparison.Ordinal) ? new Fault.Crash() : null);
        await Assert.ThrowsAsync<CrashException>(() => world.DecideChanges.AcceptAsync(1, TestPipeline.Ben));
        world.Calls.Hook = null;
        Assert.Equal(TestPipeline.Ben, Assert.Single(await world.Held.WaitingAsync()).Decision!.Signature.By);
        await world.TakeHeld(Register, TestPipeline.Register("100000.00", "HL-002"));
        return world;
    }

    private static async Task<IReadOnlyList<string>> OfDecisions(TestPipeline world) =>
        [.. (await world.Uploads.OfSlotAsync(new Slot.Review(TestPipeline.Q1, Dataset.Decisions))).Select(u =>
            $"{u.Version} {u.Status.Word()} {u.PutsInForce}".TrimEnd())];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_interrupted_acceptance_of_what_does_not_check_any_more_ends_as_a_rejected_version(bool isDropped)
    {
        var world = await InterruptedAndOutdated();
        const string Why =
            "reviews/2025-26-Q1/decisions version 2 does not check any more against what is in force now, so that it cannot be put in "
            + "force: the receipt of version 3 says why. Send a file that checks.";
        if (isDropped)
            Assert.Null(await world.DecideChanges.DropAsync(1, TestPipeline.Cat));
        else
            Assert.Equal(Why, await world.DecideChanges.AcceptAsync(1, TestPipeline.Ben));
        Assert.Equal(["1 accepted", "2 held", "3 rejected 2"], await OfDecisions(world));
        Assert.Contains("\"status\": \"rejected\"", await world.Text("receipts/reviews/2025-26-Q1/decisions/v3.json"),
            StringComparison.Ordinal);
        Assert.Empty(await world.Held.WaitingAsync());

        // It stays so, whatever is in force later and whoever says what again.
        await world.Take(Register, TestPipeline.Register("100000.00"));
        string before = await world.Everything();
        Assert.Equal(Why, await world.DecideChanges.AcceptAsync(1, TestPipeline.Ben));
        Assert.Null(await world.DecideChanges.DropAsync(1, TestPipeline.Cat));
        Assert.Equal(before, await world.Everything());
    }

    [Fact]
    public async Task What_was_accepted_and_interrupted_and_still_checks_is_finished_and_not_dropped()
    {
        var world = await InterruptedAndOutdated();
        await world.Take(Register, TestPipeline.Register("100000.00"));
        Assert.Contains("was accepted by Ben Rees", await world.DecideChanges.DropAsync(1, TestPipeline.Cat), StringComparison.Ordinal);
        Assert.Equal(["1 accepted", "2 held"], await OfDecisions(world));
        Assert.Null(await world.DecideChanges.AcceptAsync(1, TestPipeline.Ben));
        Assert.Equal(["1 accepted", "2 held", "3 accepted 2"], await OfDecisions(world));
    }

    [Fact]
    public async Task Interrupted_anywhere_dropping_what_was_accepted_is_finished_by_giving_it_again()
    {
        await Payments.Everywhere.Interrupted(InterruptedAndOutdated,
            async world => Assert.Null(await world.DecideChanges.DropAsync(1, TestPipeline.Cat)));
    }

    [Fact]
    public async Task Another_person_who_decides_meanwhile_is_the_one_who_decided_or_is_told_who_was()
    {
        string? mine = null, theirs = null;
        await Payments.Everywhere.Overtaken(
            Held,
            async world => mine = await world.DecideChanges.AcceptAsync(1, TestPipeline.Ben),
            async world => theirs = await world.DecideChanges.DropAsync(1, TestPipeline.Cat),
            async world =>
            {
                Assert.Equal(1, new[] { mine, theirs }.Count(why => why is null));
                Assert.Equal(mine is null ? ["1 accepted", "2 held", "3 accepted 2"] : ["1 accepted", "2 held"], await Versions(world));
            });
    }

    [Fact]
    public async Task A_file_that_comes_while_the_run_is_being_released_is_held_though_the_ledger_has_not_all_of_it_yet()
    {
        var (before, came) = (RunState.Approved, UploadStatus.Accepted);
        var seen = new HashSet<(RunState, bool, UploadStatus)>();
        await Payments.Everywhere.Overtaken(
            TestPipeline.Approved,
            async world => await world.Release.RunAsync(TestPipeline.Q1, 1, TestPipeline.Cat),
            async world =>
            {
                before = (await world.Runs.LastAsync(TestPipeline.Q1))!.Run.State;
                bool isEntered = (await world.Ledger.OfQuarterAsync(TestPipeline.Q1)).Count > 0;
                came = (await world.Take(Register, RowLost))!.Receipt.Status;
                seen.Add((before, isEntered, came));
            },
            _ =>
            {
                Assert.Equal(before == RunState.Released ? UploadStatus.Held : UploadStatus.Accepted, came);
                return Task.CompletedTask;
            });
        Assert.Contains((RunState.Released, false, UploadStatus.Held), seen);
    }

    [Fact]
    public async Task What_waits_is_listed_before_the_quarter_is_closed()
    {
        var world = await Held();
        Assert.Equal(1, Assert.Single((await world.BeforeClosing.OfAsync(TestPipeline.Q1)).Held).Number);
        // It changes the next quarter, too, but nothing that was settled there.
        Assert.Empty(await world.BeforeClosing.HeldAsync(TestPipeline.Q1.Next!.Value));
        Assert.Null(await world.DecideChanges.DropAsync(1, TestPipeline.Ben));
        Assert.Empty((await world.BeforeClosing.OfAsync(TestPipeline.Q1)).Held);
    }
}
