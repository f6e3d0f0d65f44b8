using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Testing;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Core.Payments;
using Pipeline.Functions.Payments;
using Pipeline.Functions.Quarters;
using Pipeline.Functions.Tests.Quarters;
using Pipeline.Steps.Quarters;
using Pipeline.Steps.Tests;
using Pipeline.Steps.Tests.Stores;

namespace Pipeline.Functions.Tests.Payments;

/// <summary>
/// The orchestrations on a real orchestration service, which replays them from their history after every step, over a pipeline in memory.
/// </summary>
public sealed class ReplayTests
{
    private const string Instance = "refresh-2025-26-Q1";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_refresh_makes_what_it_makes_on_one_machine()
    {
        var direct = await ChangedAsync();
        await direct.RefreshAsync();
        var world = await ChangedAsync();
        await using var host = await HostAsync(world);

        await RefreshedAsync(host.Client, world);

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

        await RefreshedAsync(host.Client, world);

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
            bool fails = !failed && call is { Operation: "Submit", Moment: Moment.Before }
                && call.Target == "submissions/2025-26-Q1|HL-001";
            failed |= fails;
            return ValueTask.FromResult<Fault?>(fails ? new Fault.Unavailable() : null);
        };
        var refreshed = new List<string>();
        await using var host = await HostAsync(world, whenRefreshing: contract =>
        {
            lock (refreshed)
                refreshed.Add(contract);
        });

        await RefreshedAsync(host.Client, world);

        Assert.True(failed);
        Assert.Equal(["HL-001", "HL-001", "HL-002"], refreshed.Order());
        Assert.Null(await world.Changes.OfAsync(TestPipeline.Q1));
    }

    [Fact]
    public async Task Many_words_during_a_round_make_one_more_and_a_quarter_can_be_refreshed_again_later()
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
            await host.Client.RefreshAsync(TestPipeline.Q1, default);
        letGo.SetResult();
        await UntilAsync(async () => await world.Changes.OfAsync(TestPipeline.Q1) is null);
        Assert.Equal(1, rounds);

        await world.Take("submissions/acme/HL-001/2025-26-Q1/evidence-4.csv", TestPipeline.Evidence(4));
        await RefreshedAsync(host.Client, world);
        Assert.Equal(2, rounds);
    }

    /// <summary>Between its last look for work and its rest an instance is under way, and prevents the start of another.</summary>
    [Fact]
    public async Task What_is_noted_just_after_the_last_look_starts_another_round()
    {
        var world = await ChangedAsync();
        DurableTaskClient? client = null;
        int looks = 0;
        await using var host = await HostAsync(world, whenLooked: async found =>
        {
            if (found is not null || looks >= 5)
                return;
            looks++;
            await world.Take($"submissions/acme/HL-001/2025-26-Q1/evidence-late-{looks}.csv", TestPipeline.Evidence(3 + looks));
            await client!.RefreshAsync(TestPipeline.Q1, default);
        });
        client = host.Client;

        await client.RefreshAsync(TestPipeline.Q1, default);

        await UntilAsync(async () => looks == 5 && await world.Changes.OfAsync(TestPipeline.Q1) is null);
    }

    [Fact]
    public async Task A_refresh_that_was_terminated_or_purged_is_started_anew_by_the_next_change()
    {
        var world = await ChangedAsync();
        await using var host = await HostAsync(world);
        await RefreshedAsync(host.Client, world);

        await WaitsAsync(host.Client);
        await host.Client.TerminateInstanceAsync(Instance);
        await EndedAsync(host.Client, Instance, OrchestrationRuntimeStatus.Terminated);
        await world.Take("submissions/acme/HL-001/2025-26-Q1/evidence-4.csv", TestPipeline.Evidence(4));
        await RefreshedAsync(host.Client, world);

        await WaitsAsync(host.Client);
        await host.Client.TerminateInstanceAsync(Instance);
        await EndedAsync(host.Client, Instance, OrchestrationRuntimeStatus.Terminated);
        await host.Client.PurgeInstanceAsync(Instance);
        await world.Take("submissions/acme/HL-001/2025-26-Q1/evidence-5.csv", TestPipeline.Evidence(5));
        await RefreshedAsync(host.Client, world);
    }

    [Fact]
    public async Task A_run_waits_for_its_approval_and_ends_with_its_release()
    {
        var world = await TestPipeline.Prepared();
        await using var host = await HostAsync(world);
        var follow = await FollowAsync(world, expiresIn: Patience);

        await host.Client.FollowAsync(follow, default);
        (await world.Decide.ApproveAsync(TestPipeline.Q1, 1, TestPipeline.Ben)).Done();
        await host.Client.FollowAsync(follow, default);
        await UntilAsync(async () =>
            (await host.Client.GetInstanceAsync(follow.InstanceId, getInputsAndOutputs: true))?.SerializedCustomStatus?.Contains("approved",
                StringComparison.Ordinal) == true);
        (await world.Release.RunAsync(TestPipeline.Q1, 1, TestPipeline.Cat)).Done();
        await host.Client.EndFollowingAsync(follow, default);

        Assert.Equal("released", (await EndedAsync(host.Client, follow.InstanceId)).ReadOutputAs<string>());
    }

    [Theory]
    [InlineData("ledger")]
    [InlineData("payments/2025-26-Q1/run-001.csv")]
    [InlineData("payments/2025-26-Q1/run-001.json")]
    public async Task A_release_that_was_interrupted_is_carried_to_its_end_in_the_name_of_who_began_it(string before)
    {
        var world = await TestPipeline.Approved();
        await using var host = await HostAsync(world);
        world.Calls.Hook = call => ValueTask.FromResult<Fault?>(call is { Operation: "Submit" or "Create", Moment: Moment.Before }
            && call.Target.StartsWith(before, StringComparison.Ordinal) ? new Fault.Crash() : null);
        await Assert.ThrowsAsync<CrashException>(() => world.Release.RunAsync(TestPipeline.Q1, 1, TestPipeline.Cat));
        world.Calls.Hook = null;
        var follow = await FollowAsync(world, expiresIn: Patience);

        await host.Client.FollowAsync(follow, default);

        Assert.Equal("released", (await EndedAsync(host.Client, follow.InstanceId)).ReadOutputAs<string>());
        var released = (await world.Runs.FindAsync(TestPipeline.Q1, 1))!.Run;
        Assert.Equal((RunState.Released, TestPipeline.Cat), (released.State, released.Released?.By));
        Assert.Equal(released.Totals.Total.Pence, await world.ReleasedPence());
        Assert.NotNull(await world.Files.StatAsync("payments/2025-26-Q1/run-001.json"));
    }

    [Fact]
    public async Task A_word_about_nothing_leaves_the_run_waiting_until_it_is_rejected()
    {
        var world = await TestPipeline.Prepared();
        await using var host = await HostAsync(world);
        var follow = await FollowAsync(world, expiresIn: Patience);

        await host.Client.FollowAsync(follow, default);
        (await world.Decide.RejectAsync(TestPipeline.Q1, 1, TestPipeline.Ben, "Wrong")).Done();
        await host.Client.EndFollowingAsync(follow, default);

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

        var follow = await FollowAsync(world, expiresIn: TimeSpan.FromSeconds(2));

        await host.Client.StartFollowingAsync(follow, default);

        Assert.Equal("expired", (await EndedAsync(host.Client, follow.InstanceId)).ReadOutputAs<string>());
        Assert.Equal(0, await world.ReleasedPence());
    }

    /// <summary>The service's clock is that of the machine.</summary>
    private static async Task<RunToFollow> FollowAsync(TestPipeline world, TimeSpan expiresIn) =>
        RunToFollow.Of((await world.Runs.FindAsync(TestPipeline.Q1, 1))!.Run) with { ExpiresAt = DateTimeOffset.UtcNow + expiresIn };

    /// <summary>With something of both contracts to refresh.</summary>
    private static async Task<TestPipeline> ChangedAsync()
    {
        var world = await TestPipeline.Reviewed();
        await world.Take("submissions/acme/HL-001/2025-26-Q1/evidence-3.csv", TestPipeline.Evidence(3));
        await world.Take("reviews/2025-26-Q1/decisions-2.csv", TestPipeline.Decisions(quality: "met"));
        return world;
    }

    private static async Task<DurableTaskTestHost> HostAsync(
        TestPipeline world, Func<Task>? whenFinishing = null, Action<string>? whenRefreshing = null,
        Func<QuarterWork?, Task>? whenLooked = null)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await TryHostAsync(world, whenFinishing, whenRefreshing, whenLooked);
            }
            catch (IOException) when (attempt < 5)
            {
                // It draws a port by lot, and somebody has it. The next draws another.
            }
        }
    }

    private static Task<DurableTaskTestHost> TryHostAsync(TestPipeline world, Func<Task>? whenFinishing, Action<string>? whenRefreshing,
        Func<QuarterWork?, Task>? whenLooked) =>
        DurableTaskTestHost.StartAsync(
            tasks => tasks.AddTasksOf(world, whenFinishing, whenRefreshing, whenLooked),
            new DurableTaskTestHostOptions
            {
                ConfigureServices = services => services
                    .Configure<DurableTaskWorkerOptions>(options => options.DataConverter = new ByHost())
                    .Configure<DurableTaskClientOptions>(options => options.DataConverter = new ByHost()),
            });

    private static async Task RefreshedAsync(DurableTaskClient client, TestPipeline world)
    {
        await client.RefreshAsync(TestPipeline.Q1, default);
        await UntilAsync(async () => await world.Changes.OfAsync(TestPipeline.Q1) is null);
    }

    /// <summary>
    /// Until the instance has nothing to do: the test host's queues in memory can lose a start that comes while the work of a terminated
    /// instance of the same name is still in hand.
    /// </summary>
    private static async Task WaitsAsync(DurableTaskClient client)
    {
        var (seen, times) = (default(DateTimeOffset), 0);
        await UntilAsync(async () =>
        {
            var at = (await client.GetInstanceAsync(Instance))!.LastUpdatedAt;
            (seen, times) = (at, at == seen ? times + 1 : 0);
            return times == 20;
        });
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await isSo())
            await Task.Delay(TimeSpan.FromMilliseconds(50), patience.Token);
    }

    private static async Task<OrchestrationMetadata> EndedAsync(DurableTaskClient client, string instance,
        OrchestrationRuntimeStatus status = OrchestrationRuntimeStatus.Completed)
    {
        using var patience = new CancellationTokenSource(Patience);
        var ended = await client.WaitForInstanceCompletionAsync(instance, getInputsAndOutputs: true, patience.Token);
        Assert.True(ended.RuntimeStatus == status, ended.FailureDetails?.ToString() ?? ended.SerializedOutput);
        return ended;
    }
}
