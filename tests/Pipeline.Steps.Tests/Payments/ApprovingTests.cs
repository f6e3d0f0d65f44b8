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
        var world = await World.Prepared();
        string before = await world.Everything();
        Assert.StartsWith("Run 1 of 2025-26-Q1 was prepared by the same person", (await world.Decide.ApproveAsync(World.Q1, 1, PersonName.Parse(name))).Refused());
        Assert.Equal(before, await world.Everything());
    }

    [Fact]
    public async Task Approving_again_changes_nothing()
    {
        var world = await World.Approved();
        string before = await world.Everything();
        Assert.Equal(World.Ben, (await world.Decide.ApproveAsync(World.Q1, 1, World.Ben)).Done().ApprovedBy);
        Assert.StartsWith("Run 1 of 2025-26-Q1 is approved already", (await world.Decide.ApproveAsync(World.Q1, 1, World.Cat)).Refused());
        Assert.Equal(before, await world.Everything());
    }

    [Fact]
    public async Task A_run_that_does_not_exist_is_refused()
    {
        var world = await World.Prepared();
        const string why = "There is no run 2 of 2025-26-Q1: look its number up with pay status.";
        Assert.Equal(why, (await world.Decide.ApproveAsync(World.Q1, 2, World.Ben)).Refused());
        Assert.Equal(why, (await world.Decide.RejectAsync(World.Q1, 2, World.Ben, "wrong")).Refused());
        Assert.Equal(why, (await world.Release.RunAsync(World.Q1, 2, World.Ben)).Refused());
    }

    [Fact]
    public async Task A_rejected_run_is_neither_approved_nor_released()
    {
        var world = await World.Prepared();
        Assert.Equal("too early", (await world.Decide.RejectAsync(World.Q1, 1, World.Ben, " too early ")).Done().Reason);
        Assert.Equal(RunState.Rejected, (await world.Decide.RejectAsync(World.Q1, 1, World.Ben, "too early")).Done().State);
        Assert.Equal("Run 1 of 2025-26-Q1 was rejected: prepare another.", (await world.Decide.ApproveAsync(World.Q1, 1, World.Cat)).Refused());
        Assert.Equal("Run 1 of 2025-26-Q1 was rejected: prepare another.", (await world.Release.RunAsync(World.Q1, 1, World.Cat)).Refused());
        Assert.Equal(2, (await world.Prepare.RunAsync(World.Q1, World.Ann)).Done().Number);
    }

    [Fact]
    public Task An_approval_interrupted_anywhere_is_given_again() =>
        Everywhere.Interrupted(World.Prepared, async world => (await world.Decide.ApproveAsync(World.Q1, 1, World.Ben)).Done());

    [Fact]
    public Task A_rejection_interrupted_anywhere_is_given_again() =>
        Everywhere.Interrupted(World.Prepared, async world => (await world.Decide.RejectAsync(World.Q1, 1, World.Ben, "wrong")).Done());

    [Fact]
    public Task An_approval_that_is_noted_and_then_refused_does_not_wait_to_be_refreshed() => Everywhere.Overtaken(
        World.Prepared,
        world => world.Decide.ApproveAsync(World.Q1, 1, World.Ben),
        world => world.Decide.RejectAsync(World.Q1, 1, World.Cat, "wrong"),
        async world =>
        {
            await world.RefreshAsync();
            Assert.Empty(await world.Changes.ChangedQuartersAsync());
        });

    [Fact]
    public Task A_run_is_rejected_or_released_never_both()
    {
        RunStep? rejection = null;
        return Everywhere.Overtaken(
            World.Approved,
            world => world.Release.RunAsync(World.Q1, 1, World.Cat),
            async world => rejection = await world.Decide.RejectAsync(World.Q1, 1, World.Ben, "wrong"),
            async world =>
            {
                var run = (await world.Runs.FindAsync(World.Q1, 1))!.Run;
                // Who was told that it is rejected can rely on that.
                Assert.Equal(rejection is RunStep.Done ? RunState.Rejected : RunState.Released, run.State);
                Assert.Equal(run.State == RunState.Released ? 3_125_000 : 0, await world.ReleasedPence());
                Assert.Equal(run.State == RunState.Released, await world.Files.StatAsync("payments/2025-26-Q1/run-001.csv") is not null);
            });
    }
}
