using System.Globalization;
using System.Text.Json;
using DurableTask.AzureStorage;
using Microsoft.DurableTask.Client;
using Pipeline.Azure.Tests;
using Pipeline.Functions.Payments;
using Pipeline.Functions.Quarters;
using Pipeline.Steps.Tests;

namespace Pipeline.Functions.Tests.Quarters;

/// <summary>
/// The orchestrations on the backend that Azure has, over the emulator: what the service in memory does not do, such as keeping histories
/// in tables, is in these.
/// </summary>
public sealed class StorageBackendTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string _connection = Azurite.NewConnection();

    [Fact]
    public async Task A_refresh_makes_what_it_makes_on_one_machine_and_goes_round_again_for_what_changes_meanwhile()
    {
        var direct = await ChangedAsync();
        await direct.Take("submissions/acme/HL-001/2025-26-Q1/evidence-4.csv", TestPipeline.Evidence(4));
        await direct.RefreshAsync();
        var world = await ChangedAsync();
        int rounds = 0;
        await using var backend = await StorageBackend.StartAsync(_connection, world, whenFinishing: async () =>
        {
            if (rounds++ == 0)
                await world.Take("submissions/acme/HL-001/2025-26-Q1/evidence-4.csv", TestPipeline.Evidence(4));
        });

        await backend.Client.RefreshAsync(TestPipeline.Q1, default);
        await UntilAsync(async () => await world.Changes.OfAsync(TestPipeline.Q1) is null);

        Assert.Equal(2, rounds);
        Assert.Equal(await direct.Everything(), await world.Everything());
    }

    [Fact]
    public async Task Of_a_run_that_was_released_the_orchestration_hears_and_ends()
    {
        var world = await TestPipeline.Prepared();
        await using var backend = await StorageBackend.StartAsync(_connection, world);
        var follow = await FollowAsync(world);
        await backend.Client.StartFollowingAsync(follow, default);
        (await world.Decide.ApproveAsync(TestPipeline.Q1, 1, TestPipeline.Ben)).Done();
        (await world.Release.RunAsync(TestPipeline.Q1, 1, TestPipeline.Cat)).Done();

        await backend.Client.EndFollowingAsync(follow, default);

        Assert.Equal("released", (await EndedAsync(backend.Client, follow.InstanceId)).ReadOutputAs<string>());
        // To an instance that has ended nobody can say anything, and a run is acted on all the same.
        await backend.Client.EndFollowingAsync(follow, default);
    }

    /// <summary>What is under way is in the account, and not in the process.</summary>
    [Fact]
    public async Task What_waits_when_the_app_ends_goes_on_when_it_starts_again()
    {
        var world = await TestPipeline.Prepared();
        var follow = await FollowAsync(world);
        await using (var first = await StorageBackend.StartAsync(_connection, world))
        {
            await first.Client.StartFollowingAsync(follow, default);
            await UntilAsync(async () =>
                (await first.Client.GetInstanceAsync(follow.InstanceId))?.RuntimeStatus == OrchestrationRuntimeStatus.Running);
        }

        (await world.Decide.RejectAsync(TestPipeline.Q1, 1, TestPipeline.Ben, "wrong quarter")).Done();
        await using var second = await StorageBackend.StartAsync(_connection, world);
        await second.Client.EndFollowingAsync(follow, default);

        Assert.Equal("rejected", (await EndedAsync(second.Client, follow.InstanceId)).ReadOutputAs<string>());
    }

    /// <summary>What the host is told of a setting that the backend does not have is passed over without a word.</summary>
    [Fact]
    public void Host_json_sets_what_the_backend_has_and_has_it_wait_less_than_by_itself()
    {
        using var host = JsonDocument.Parse(File.ReadAllText(Path.Join(AppContext.BaseDirectory, "host.json")));
        var storage = host.RootElement.GetProperty("extensions").GetProperty("durableTask").GetProperty("storageProvider");
        var byItself = new AzureStorageOrchestrationServiceSettings();

        Assert.Equal("AzureStorage", storage.GetProperty("type").GetString());
        foreach (var set in storage.EnumerateObject().Where(set => set.Name != "type"))
        {
            var property = byItself.GetType().GetProperty(set.Name[..1].ToUpperInvariant() + set.Name[1..])!;
            var waits = TimeSpan.Parse(set.Value.GetString()!, CultureInfo.InvariantCulture);
            Assert.InRange(waits, TimeSpan.FromSeconds(1), (TimeSpan)property.GetValue(byItself)! - TimeSpan.FromSeconds(1));
        }
    }

    private static async Task<TestPipeline> ChangedAsync()
    {
        var world = await TestPipeline.Reviewed();
        await world.Take("submissions/acme/HL-001/2025-26-Q1/evidence-3.csv", TestPipeline.Evidence(3));
        return world;
    }

    /// <summary>The service's clock is that of the machine.</summary>
    private static async Task<RunToFollow> FollowAsync(TestPipeline world) =>
        RunToFollow.Of((await world.Runs.FindAsync(TestPipeline.Q1, 1))!.Run) with { ExpiresAt = DateTimeOffset.UtcNow.AddHours(1) };

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await isSo())
            await Task.Delay(TimeSpan.FromMilliseconds(50), patience.Token);
    }

    private static async Task<OrchestrationMetadata> EndedAsync(DurableTaskClient client, string instance)
    {
        using var patience = new CancellationTokenSource(Patience);
        var ended = await client.WaitForInstanceCompletionAsync(instance, getInputsAndOutputs: true, patience.Token);
        Assert.True(
            ended.RuntimeStatus == OrchestrationRuntimeStatus.Completed, ended.FailureDetails?.ToString() ?? ended.SerializedOutput);
        return ended;
    }
}
