using Pipeline.Steps.Tests;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Testing;
using Pipeline.Core.Payments;
using Pipeline.Functions.Payments;
using Pipeline.Functions.Quarters;
using Pipeline.Steps.Tests.Stores;

namespace Pipeline.Functions.Tests.Payments;

/// <summary>The orchestrations on a real orchestration service, which replays them from their history after every step, over a pipeline in memory.</summary>
public sealed class ReplayTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_refresh_makes_what_it_makes_on_one_machine()
    {
        var direct = await ChangedAsync();
        await direct.RefreshAsync();
        var world = await ChangedAsync();
        await using var host = await HostAsync(world);

        await RefreshedAsync(host.Client);

        Assert.Equal(await direct.Everything(), await world.Everything());
    }

    [Fact]
    public async Task A_refresh_goes_round_again_for_what_changes_meanwhile()
    {
        var world = await ChangedAsync();
        int rounds = 0;
        await using var host = await HostAsync(world, whenFinishing: async () =>
        {
            if (rounds++ == 0)
                await world.Take("submissions/acme/HL-001/2025-26-Q1/evidence-4.csv", TestPipeline.Evidence(4));
        });

        await RefreshedAsync(host.Client);

        Assert.Equal(2, rounds);
        Assert.Null(await world.Changes.OfAsync(TestPipeline.Q1));
    }

    [Fact]
    public async Task A_contract_whose_store_fails_is_tried_again_and_the_others_are_refreshed_once()
    {
        var world = await ChangedAsync();
        bool failed = false;
        world.Calls.Hook = call =>
        {
            bool fails = !failed && call is { Operation: "Submit", Moment: Moment.Before } && call.Target == "submissions/2025-26-Q1|HL-001";
            failed |= fails;
            return ValueTask.FromResult<Fault?>(fails ? new Fault.Unavailable() : null);
        };
        var refreshed = new List<string>();
        await using var host = await HostAsync(world, whenRefreshing: contract =>
        {
            lock (refreshed)
                refreshed.Add(contract);
        });

        await RefreshedAsync(host.Client);

        Assert.True(failed);
        Assert.Equal(["HL-001", "HL-001", "HL-002"], refreshed.Order());
        Assert.Null(await world.Changes.OfAsync(TestPipeline.Q1));
    }

    [Fact]
    public async Task Of_many_starts_at_once_one_refreshes_and_after_it_has_ended_a_quarter_can_be_refreshed_again()
    {
        var world = await ChangedAsync();
        int rounds = 0;
        var letGo = new TaskCompletionSource();
        await using var host = await HostAsync(world, whenFinishing: async () =>
        {
            Interlocked.Increment(ref rounds);
            await letGo.Task;
        });

        for (int start = 0; start < 5; start++)
            await host.Client.StartRefreshAsync(TestPipeline.Q1, default);
        letGo.SetResult();
        await EndedAsync(host.Client, $"refresh-{TestPipeline.Q1}");
        Assert.Equal(1, rounds);

        await world.Take("submissions/acme/HL-001/2025-26-Q1/evidence-4.csv", TestPipeline.Evidence(4));
        await RefreshedAsync(host.Client);
        Assert.Equal(2, rounds);
    }

    [Fact]
    public async Task A_run_waits_for_its_approval_and_carries_the_release_to_its_end_by_itself()
    {
        var world = await TestPipeline.Prepared();
        await using var host = await HostAsync(world);
        var run = (await world.Runs.FindAsync(TestPipeline.Q1, 1))!.Run;
        var follow = Follow(run, expiresIn: Patience);

        await host.Client.StartPaymentRunAsync(follow, default);
        await host.Client.StartPaymentRunAsync(follow, default);
        (await world.Decide.ApproveAsync(TestPipeline.Q1, 1, TestPipeline.Ben)).Done();
        await host.Client.RaiseEventAsync(follow.InstanceId, PaymentRunOrchestration.Acted, new RunActed(null));
        // Nobody but the orchestration releases it here.
        await host.Client.RaiseEventAsync(follow.InstanceId, PaymentRunOrchestration.Acted, new RunActed("Cat Shaw"));

        Assert.Equal("released", (await EndedAsync(host.Client, follow.InstanceId)).ReadOutputAs<string>());
        var released = (await world.Runs.FindAsync(TestPipeline.Q1, 1))!.Run;
        Assert.Equal((RunState.Released, TestPipeline.Cat), (released.State, released.ReleasedBy));
        Assert.Equal(run.Totals.Total.Pence, await world.ReleasedPence());
        Assert.NotNull(await world.Files.StatAsync("payments/2025-26-Q1/run-001.json"));
    }

    [Fact]
    public async Task A_release_before_the_approval_leaves_the_run_waiting_until_it_is_rejected()
    {
        var world = await TestPipeline.Prepared();
        await using var host = await HostAsync(world);
        var follow = Follow((await world.Runs.FindAsync(TestPipeline.Q1, 1))!.Run, expiresIn: Patience);

        await host.Client.StartPaymentRunAsync(follow, default);
        await host.Client.RaiseEventAsync(follow.InstanceId, PaymentRunOrchestration.Acted, new RunActed("Cat Shaw"));
        (await world.Decide.RejectAsync(TestPipeline.Q1, 1, TestPipeline.Ben, "Wrong")).Done();
        await host.Client.RaiseEventAsync(follow.InstanceId, PaymentRunOrchestration.Acted, new RunActed(null));

        Assert.Equal("rejected", (await EndedAsync(host.Client, follow.InstanceId)).ReadOutputAs<string>());
        Assert.Equal(0, await world.ReleasedPence());
    }

    [Fact]
    public async Task A_run_on_which_nobody_acts_ends_by_its_timer_as_expired()
    {
        var world = await TestPipeline.Prepared();
        await using var host = await HostAsync(world);
        var run = (await world.Runs.FindAsync(TestPipeline.Q1, 1))!.Run;
        world.Clock.Now = run.ExpiresAt;

        await host.Client.StartPaymentRunAsync(Follow(run, expiresIn: TimeSpan.FromSeconds(2)), default);

        Assert.Equal("expired", (await EndedAsync(host.Client, Follow(run, default).InstanceId)).ReadOutputAs<string>());
        Assert.Equal(0, await world.ReleasedPence());
    }

    /// <summary>The service's clock is that of the machine.</summary>
    private static RunToFollow Follow(PaymentRun run, TimeSpan expiresIn) => new(run.Quarter.ToString(), run.Number, DateTimeOffset.UtcNow + expiresIn);

    /// <summary>With something of both contracts to refresh.</summary>
    private static async Task<TestPipeline> ChangedAsync()
    {
        var world = await TestPipeline.Reviewed();
        await world.Take("submissions/acme/HL-001/2025-26-Q1/evidence-3.csv", TestPipeline.Evidence(3));
        await world.Take("reviews/2025-26-Q1/decisions-2.csv", TestPipeline.Decisions(quality: "met"));
        return world;
    }

    private static async Task<DurableTaskTestHost> HostAsync(TestPipeline world, Func<Task>? whenFinishing = null, Action<string>? whenRefreshing = null)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await TryHostAsync(world, whenFinishing, whenRefreshing);
            }
            catch (IOException) when (attempt < 5)
            {
                // It draws a port by lot, and somebody has it. The next draws another.
            }
        }
    }

    private static Task<DurableTaskTestHost> TryHostAsync(TestPipeline world, Func<Task>? whenFinishing, Action<string>? whenRefreshing)
    {
        var quarters = new QuarterActivity(world.Quarters);
        var payments = new PaymentActivity(world.Runs, world.Proposals, world.Release, world.Clock);
        return DurableTaskTestHost.StartAsync(tasks => tasks
            .AddOrchestratorFunc<string>(RefreshOrchestration.Name, (context, _) => RefreshOrchestration.RunAsync(context))
            .AddOrchestratorFunc<RunToFollow, string>(PaymentRunOrchestration.Name, (context, _) => PaymentRunOrchestration.RunAsync(context))
            .AddActivityFunc<string, FoundWork?>(nameof(QuarterActivity.FindWork), (_, quarter) => quarters.FindWork(quarter))
            .AddActivityFunc<ContractToRefresh>(nameof(QuarterActivity.RefreshContract), (_, what) =>
            {
                whenRefreshing?.Invoke(what.Contract);
                return quarters.RefreshContract(what);
            })
            .AddActivityFunc<FinishedWork>(nameof(QuarterActivity.Finish), async (_, what) =>
            {
                if (whenFinishing is not null)
                    await whenFinishing();
                await quarters.Finish(what);
            })
            .AddActivityFunc<RunToRelease>(nameof(PaymentActivity.ReleaseRun), (_, what) => payments.ReleaseRun(what))
            .AddActivityFunc<RunToFollow, string>(nameof(PaymentActivity.LookAtRun), (_, run) => payments.LookAtRun(run)));
    }

    private static async Task<OrchestrationMetadata> RefreshedAsync(DurableTaskClient client)
    {
        await client.StartRefreshAsync(TestPipeline.Q1, default);
        return await EndedAsync(client, $"refresh-{TestPipeline.Q1}");
    }

    private static async Task<OrchestrationMetadata> EndedAsync(DurableTaskClient client, string instance)
    {
        using var patience = new CancellationTokenSource(Patience);
        var ended = await client.WaitForInstanceCompletionAsync(instance, getInputsAndOutputs: true, patience.Token);
        Assert.True(ended.RuntimeStatus == OrchestrationRuntimeStatus.Completed, ended.FailureDetails?.ToString() ?? ended.SerializedOutput);
        return ended;
    }
}
