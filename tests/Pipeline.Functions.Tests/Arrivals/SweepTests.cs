using Azure.Core;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Moq;
using Pipeline.Azure;
using Pipeline.Core.Payments;
using Pipeline.Functions.Arrivals;
using Pipeline.Functions.Tests.Quarters;
using Pipeline.Steps.Tests;
using Pipeline.Steps.Tests.Stores;

namespace Pipeline.Functions.Tests.Arrivals;

/// <summary>The sweep over a pipeline in memory, whose stores can be made to fail.</summary>
public sealed class SweepTests : IDisposable
{
    private const string Mine = "submissions/acme/HL-001/2025-26-Q1/evidence-3.csv",
        Theirs = "submissions/beta/HL-002/2025-26-Q1/evidence.csv";
    private const string Refresh = "refresh-2025-26-Q1", Run = "run-2025-26-Q1-001";

    private readonly OrchestrationService _orchestrations = new();
    private readonly RecordedLog _log = new();

    /// <summary>Nothing is scanned, so that nobody asks it.</summary>
    private static DefenderScan NoScan => new(new Accounts(new ConfigurationBuilder().Build(), Mock.Of<TokenCredential>()));

    public void Dispose() => _log.Dispose();

    [Theory]
    [InlineData("OpenRead", "reference/contracts.csv", "2025-26-Q1 HL-002 evidence: Accepted")]
    [InlineData("OpenRead", Mine, "2025-26-Q1 HL-002 evidence: Accepted")]
    [InlineData("OpenRead", Theirs, "2025-26-Q1 HL-001 evidence: Accepted")]
    public async Task A_file_that_fails_is_reported_and_stops_no_other(string operation, string path, string other)
    {
        var world = await TestPipeline.Reviewed();
        await world.Put("reference/contracts.csv", TestPipeline.Register("120000.00"));
        await world.Put(Mine, TestPipeline.Evidence(3));
        await world.Put(Theirs, TestPipeline.Evidence(1));
        Fails(world, operation, path, new Fault.Unavailable());

        await SweepAsync(world);

        string container = path.Split('/')[0];
        Assert.Contains(_log.Messages, message => message.StartsWith("FileNotTakenIn", StringComparison.Ordinal)
            && message.EndsWith($"a file in {container} could not be taken in.", StringComparison.Ordinal));
        Assert.Contains(_log.Messages, message => message.StartsWith($"TakenIn: {other}", StringComparison.Ordinal));
        Assert.Contains($"start {Refresh}", _orchestrations.Told);
        Assert.Contains(_log.Messages, message => message.StartsWith("Swept: The sweep took", StringComparison.Ordinal)
            && message.Contains("passed 1 over", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_register_that_cannot_be_read_leaves_the_one_before_in_force()
    {
        var world = await TestPipeline.Reviewed();
        int before = await world.Reference.RegisterVersionAsync();
        await world.Put("reference/contracts.csv", TestPipeline.Register("120000.00"));
        Fails(world, "OpenRead", "reference/contracts.csv", new Fault.Unavailable());

        await SweepAsync(world);

        Assert.Equal(before, await world.Reference.RegisterVersionAsync());
        world.Calls.Hook = null;
        await SweepAsync(world);
        Assert.Equal(before + 1, await world.Reference.RegisterVersionAsync());
    }

    /// <summary>What waits, what is to be refreshed and what is long under way are told of, whatever becomes of the files.</summary>
    [Theory]
    [InlineData("List", "submissions/")]
    [InlineData("List", "reference/")]
    [InlineData("Query", "uploads/unplaced")]
    [InlineData("Stat", "reference/frameworks/")]
    public async Task Alerts_are_raised_and_refreshes_started_when_nothing_can_be_taken_in(string operation, string target)
    {
        var world = await TestPipeline.Reviewed();
        await world.Take(Mine, TestPipeline.Evidence(3));
        world.Clock.Now = world.Clock.Now.AddMinutes(11);
        _orchestrations.LongUnderWay.Add(new OrchestrationMetadata("PaymentRun", Run) { CreatedAt = world.Clock.Now.AddDays(-2) });
        Fails(world, operation, target, new Fault.Unavailable());

        await SweepAsync(world);

        Assert.Contains(_log.Messages, message => message.StartsWith("SweepFailed", StringComparison.Ordinal));
        Assert.Contains("QuarterWaiting: 2025-26-Q1 waits for its tables.", _log.Messages);
        Assert.Contains($"RunOlderThanADay: {Run} has been under way for more than a day.", _log.Messages);
        Assert.Contains($"start {Refresh}", _orchestrations.Told);
        Assert.Contains(_log.Messages, message => message.StartsWith("Swept", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_quarter_that_cannot_be_refreshed_keeps_no_other_from_it()
    {
        var world = await TestPipeline.Reviewed();
        await world.Take(Mine, TestPipeline.Evidence(3));
        await world.Take("submissions/acme/HL-001/2025-26-Q2/hours.csv", "month,commissioned_hours,delivered_hours\n");
        _orchestrations.Before = asked =>
        {
            if (asked == $"start {Refresh}")
                throw new InvalidOperationException("jane roe");
        };

        await SweepAsync(world);

        Assert.Equal(["start refresh-2025-26-Q2"], _orchestrations.Told);
        string failure = Assert.Single(_log.Messages, message =>
            message.StartsWith("SweepFailed: The sweep could not do its part: refresh of 2025-26-Q1.", StringComparison.Ordinal));
        // What any exception says may come out of a file.
        Assert.DoesNotContain("jane", failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_release_whose_host_died_is_finished_by_whoever_is_told_to_follow_it()
    {
        var world = await TestPipeline.Approved();
        Fails(world, "Submit", "ledger", new Fault.Crash());
        await Assert.ThrowsAsync<CrashException>(() => world.Release.RunAsync(TestPipeline.Q1, 1, TestPipeline.Cat));
        world.Calls.Hook = null;
        _orchestrations.Instances.Add(Run, OrchestrationRuntimeStatus.Failed);

        await SweepAsync(world);

        Assert.Equal([$"start {Run}", $"acted {Run}"], _orchestrations.Told.Where(told => told.EndsWith(Run, StringComparison.Ordinal)));
        Assert.Equal(RunState.Released, (await world.Runs.FindAsync(TestPipeline.Q1, 1))!.Run.State);
    }

    [Fact]
    public async Task An_open_run_that_nobody_follows_is_followed_until_it_has_expired()
    {
        var world = await TestPipeline.Prepared();

        await SweepAsync(world);
        await SweepAsync(world);
        Assert.Equal([$"start {Run}"], _orchestrations.Told.Where(told => told.EndsWith(Run, StringComparison.Ordinal)));

        _orchestrations.Instances[Run] = OrchestrationRuntimeStatus.Completed;
        world.Clock.Now += PaymentRun.Lifetime;
        await SweepAsync(world);
        Assert.Single(_orchestrations.Told, told => told.EndsWith(Run, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_a_run_that_was_released_nobody_is_told()
    {
        var world = await TestPipeline.Released();

        await SweepAsync(world);

        Assert.DoesNotContain(_orchestrations.Told, told => told.EndsWith(Run, StringComparison.Ordinal));
    }

    private static void Fails(TestPipeline world, string operation, string target, Fault fault) =>
        world.Calls.Hook = call => ValueTask.FromResult<Fault?>(call.Operation == operation && call.Moment == Moment.Before
            && call.Target.StartsWith(target, StringComparison.Ordinal) ? fault : null);

    private Task SweepAsync(TestPipeline world) =>
        new SweepFiles(world, NoScan, world.Clock, _log.Of<SweepFiles>()).RunAsync(new TimerInfo(), _orchestrations.Client, default);
}
