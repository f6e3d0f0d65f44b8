using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Pipeline.Functions.Quarters;
using Pipeline.Functions.Telemetry;
using Pipeline.Steps.Arrivals;
using Pipeline.Steps.State;
using Pipeline.Steps.Stores;

namespace Pipeline.Functions.Arrivals;

/// <summary>Every quarter of an hour takes in what no event told of, starts what waits to be refreshed, and says what has not come to an end.</summary>
public sealed class SweepFiles(Sweep sweep, UploadLog uploads, PendingChanges changes, IFileStore files, TimeProvider clock, ILogger<SweepFiles> log)
{
    /// <summary>An event of a younger file may still be on its way.</summary>
    private static readonly TimeSpan EventsTake = TimeSpan.FromMinutes(10);

    /// <summary>A younger change may well be among those that are being refreshed.</summary>
    private static readonly TimeSpan RefreshTakes = TimeSpan.FromMinutes(10);

    private const int SlotsAtOnce = 4;

    [Function("Sweep")]
    public async Task RunAsync([TimerTrigger("0 */15 * * * *")] TimerInfo _, [DurableClient] DurableTaskClient client, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        foreach (var quarter in await changes.ChangedBeforeAsync(now - RefreshTakes, cancel))
            log.QuarterWaiting(quarter);

        await ReferenceFiles.PutDeliveredAsync(files, cancel);
        var wasSetAside = await uploads.AreSetAsideAsync(cancel);
        foreach (var taken in await sweep.RunAsync(SlotsAtOnce, cancel: cancel))
        {
            log.TakenIn(taken);
            // Of a file that waited for the register, which came since, there is no other event.
            if (await files.StatAsync(taken.Path, cancel) is { } file && !wasSetAside(file) && now - file.LastModified > EventsTake)
                log.EventMissed(taken.Slot);
        }

        foreach (var quarter in await changes.ChangedQuartersAsync(cancel))
            await client.StartRefreshAsync(quarter, cancel);

        var underWay = new OrchestrationQuery { Statuses = [OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Pending], CreatedTo = now.AddDays(-1) };
        await foreach (var instance in client.GetAllInstancesAsync(underWay).WithCancellation(cancel))
            log.RunOlderThanADay(instance.InstanceId);
    }
}
