using Pipeline.Core.Reporting;
using Pipeline.Core;
using Pipeline.Core.Payments;

namespace Pipeline.Steps.Tests.Payments;

public sealed class ApprovingTests
{
    [Theory]
    [InlineData("Ann Price")]
    [InlineData(" ann  PRICE ")]
    public async Task Nobody_approves_their_own(string name)
    {
        var world = await TestPipeline.Prepared();
        string before = await world.Everything();
        Assert.StartsWith("Run 1 of 2025-26-Q1 was prepared by the same person",
            (await world.Decide.ApproveAsync(TestPipeline.Q1, 1, PersonName.Parse(name))).Refused());
        Assert.Equal(before, await world.Everything());
    }

    [Fact]
    public async Task Approving_again_changes_nothing()
    {
        var world = await TestPipeline.Approved();
        string before = await world.Everything();
        Assert.Equal(TestPipeline.Ben, (await world.Decide.ApproveAsync(TestPipeline.Q1, 1, TestPipeline.Ben)).Done().Approved?.By);
        Assert.StartsWith("Run 1 of 2025-26-Q1 is approved already",
            (await world.Decide.ApproveAsync(TestPipeline.Q1, 1, TestPipeline.Cat)).Refused());
        Assert.Equal(before, await world.Everything());
    }

    [Fact]
    public async Task A_run_that_does_not_exist_is_refused()
    {
        var world = await TestPipeline.Prepared();
        const string why = "There is no run 2 of 2025-26-Q1: look its number up with pay status.";
        Assert.Equal(why, (await world.Decide.ApproveAsync(TestPipeline.Q1, 2, TestPipeline.Ben)).Refused());
        Assert.Equal(why, (await world.Decide.RejectAsync(TestPipeline.Q1, 2, TestPipeline.Ben, "wrong")).Refused());
        Assert.Equal(why, (await world.Release.RunAsync(TestPipeline.Q1, 2, TestPipeline.Ben)).Refused());
    }

    [Fact]
    public async Task A_rejected_run_is_neither_approved_nor_released()
    {
        var world = await TestPipeline.Prepared();
        Assert.Equal("too early", (await world.Decide.RejectAsync(TestPipeline.Q1, 1, TestPipeline.Ben, " too early ")).Done().Reason);
        Assert.Equal(RunState.Rejected, (await world.Decide.RejectAsync(TestPipeline.Q1, 1, TestPipeline.Ben, "too early")).Done().State);
        Assert.Equal("Run 1 of 2025-26-Q1 was rejected: prepare another.",
            (await world.Decide.ApproveAsync(TestPipeline.Q1, 1, TestPipeline.Cat)).Refused());
        Assert.Equal("Run 1 of 2025-26-Q1 was rejected: prepare another.",
            (await world.Release.RunAsync(TestPipeline.Q1, 1, TestPipeline.Cat)).Refused());
        Assert.Equal(2, (await world.Prepare.RunAsync(TestPipeline.Q1, TestPipeline.Ann)).Done().Number);
    }

    /// <summary>Somebody whose clock goes back, or who names an earlier day, does not revive it.</summary>
    [Fact]
    public async Task A_run_that_was_seen_to_have_expired_stays_expired()
    {
        const string why = "Run 1 of 2025-26-Q1 expired 14 days after it was prepared: prepare another.";
        foreach (var see in (Func<TestPipeline, Task<RunResult>>[])[
            world => world.Decide.ApproveAsync(TestPipeline.Q1, 1, TestPipeline.Ben),
            world => world.Decide.RejectAsync(TestPipeline.Q1, 1, TestPipeline.Ben, "wrong"),
            world => world.Release.RunAsync(TestPipeline.Q1, 1, TestPipeline.Cat)])
        {
            var world = await TestPipeline.Prepared();
            world.Clock.Now += TimeSpan.FromDays(15);
            Assert.Equal(why, (await see(world)).Refused());
            world.Clock.Now -= TimeSpan.FromDays(2);
            Assert.Equal(why, (await world.Decide.ApproveAsync(TestPipeline.Q1, 1, TestPipeline.Ben)).Refused());
            Assert.Equal(why, (await world.Release.RunAsync(TestPipeline.Q1, 1, TestPipeline.Cat)).Refused());
            Assert.Equal(2, (await world.Prepare.RunAsync(TestPipeline.Q1, TestPipeline.Ann)).Done().Number);
        }
    }

    [Fact]
    public Task An_approval_interrupted_anywhere_is_given_again() =>
        Everywhere.Interrupted(TestPipeline.Prepared, async world =>
            (await world.Decide.ApproveAsync(TestPipeline.Q1, 1, TestPipeline.Ben)).Done());

    [Fact]
    public Task A_rejection_interrupted_anywhere_is_given_again() =>
        Everywhere.Interrupted(TestPipeline.Prepared, async world =>
            (await world.Decide.RejectAsync(TestPipeline.Q1, 1, TestPipeline.Ben, "wrong")).Done());

    [Fact]
    public Task An_approval_that_is_noted_and_then_refused_does_not_wait_to_be_refreshed() => Everywhere.Overtaken(
        TestPipeline.Prepared,
        world => world.Decide.ApproveAsync(TestPipeline.Q1, 1, TestPipeline.Ben),
        world => world.Decide.RejectAsync(TestPipeline.Q1, 1, TestPipeline.Cat, "wrong"),
        async world =>
        {
            await world.RefreshAsync();
            Assert.Empty(await world.Changes.ChangedQuartersAsync());
        });

    [Fact]
    public Task A_run_is_rejected_or_released_never_both()
    {
        RunResult? rejection = null;
        return Everywhere.Overtaken(
            TestPipeline.Approved,
            world => world.Release.RunAsync(TestPipeline.Q1, 1, TestPipeline.Cat),
            async world => rejection = await world.Decide.RejectAsync(TestPipeline.Q1, 1, TestPipeline.Ben, "wrong"),
            async world =>
            {
                var run = (await world.Runs.FindAsync(TestPipeline.Q1, 1))!.Run;
                // Who was told that it is rejected can rely on that.
                Assert.Equal(rejection is RunResult.Done ? RunState.Rejected : RunState.Released, run.State);
                Assert.Equal(run.State == RunState.Released ? 3_125_000 : 0, await world.ReleasedPence());
                Assert.Equal(run.State == RunState.Released, await world.Files.StatAsync("payments/2025-26-Q1/run-001.csv") is not null);
            });
    }

    [Fact]
    public async Task An_account_that_was_renamed_does_not_approve_its_own_run_and_two_of_one_name_do()
    {
        var world = await TestPipeline.Reviewed();
        var prepared = (await world.Prepare.RunAsync(TestPipeline.Q1, new Person(TestPipeline.Ann, "account-1"))).Done();
        Assert.Contains("same person",
            (await world.Decide.ApproveAsync(TestPipeline.Q1, prepared.Number, new Person(TestPipeline.Ben, "account-1"))).Refused(),
            StringComparison.Ordinal);
        var approved = (await world.Decide.ApproveAsync(TestPipeline.Q1, prepared.Number, new Person(TestPipeline.Ann, "account-2"))).Done(
            );
        Assert.Equal(("Ann Price", "account-2"), (approved.Approved?.By.ToString(), approved.Approved?.By.Account));
        // It is kept in the run and in the audit, beside the name.
        Assert.Equal("account-1", (await world.Runs.FindAsync(TestPipeline.Q1, prepared.Number))!.Run.Prepared.By.Account);
        await world.RefreshAsync();
        Assert.Equal(
            ["approve Ann Price account-2", "prepare Ann Price account-1"],
            (await world.Rows<AuditRow>()).Where(r => r.RowKey.StartsWith("approve", StringComparison.Ordinal)
                || r.RowKey.StartsWith("prepare", StringComparison.Ordinal))
                .Select(r => $"{r.Values["Act"]} {r.Values["By"]} {r.Values["Account"]}"));
    }

    [Fact]
    public async Task What_was_done_is_in_the_audit_though_a_provider_sent_a_file_before_the_refresh()
    {
        var world = await TestPipeline.Reviewed();
        await world.RefreshAsync();
        await world.Prepare.RunAsync(TestPipeline.Q1, TestPipeline.Ann);
        await world.Take("submissions/acme/HL-001/2025-26-Q1/evidence.csv", TestPipeline.Evidence(3));
        await world.RefreshAsync();
        Assert.Single(await world.Rows<AuditRow>(), row => row.RowKey.StartsWith("prepare", StringComparison.Ordinal));
    }
}
