using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Pipeline.Core;
using Pipeline.Core.Submissions;
using Pipeline.Functions.Payments;
using Pipeline.Functions.Quarters;
using Pipeline.Functions.Telemetry;
using Pipeline.Steps;
using Pipeline.Steps.Arrivals;
using Pipeline.Steps.State;

namespace Pipeline.Functions.Arrivals;

/// <summary>
/// Every quarter of an hour takes in what no event told of, starts what waits to be refreshed, has payment runs followed, and says what has
/// not come to an end. Each part is done whatever becomes of the others, and of each file, quarter and run likewise.
/// </summary>
public sealed class SweepFiles(AllSteps steps, DefenderScan scan, TimeProvider clock, ILogger<SweepFiles> log)
{
    /// <summary>An event of a younger file may still be on its way.</summary>
    private static readonly TimeSpan EventsTake = TimeSpan.FromMinutes(10);

    /// <summary>A younger change may well be among those that are being refreshed.</summary>
    private static readonly TimeSpan RefreshTakes = TimeSpan.FromMinutes(10);

    private const int SlotsAtOnce = 4;

    [Function("Sweep")]
    public async Task RunAsync([TimerTrigger("0 */15 * * * *")] TimerInfo timer,
        [DurableClient] DurableTaskClient client, CancellationToken cancel)
    {
        var files = new FollowedFiles(log);
        await TryAsync("what waits", ReportWaitingAsync);
        await TryAsync("delivered frameworks", () => ReferenceFiles.PutDeliveredAsync(steps.Files, cancel));
        await TryAsync("taking in", () => TakeInAsync(files, cancel));
        await TryAsync("scans", () => TakeInTaggedAsync(files, cancel));
        await TryAsync("refreshes", RefreshAsync);
        await TryAsync("payment runs", FollowRunsAsync);
        await TryAsync("tables as files", WriteTableFilesAsync);
        await TryAsync("long under way", ReportLongUnderWayAsync);
        log.Swept(files.Taken.Count, files.Failed.Count, timer.IsPastDue);

        async Task ReportWaitingAsync()
        {
            foreach (var quarter in await steps.Changes.ChangedBeforeAsync(clock.GetUtcNow() - RefreshTakes, cancel))
                log.QuarterWaiting(quarter);
        }

        async Task RefreshAsync()
        {
            foreach (var quarter in await steps.Changes.ChangedQuartersAsync(cancel))
                await TryAsync($"refresh of {quarter}", () => client.RefreshAsync(quarter, cancel));
        }

        async Task FollowRunsAsync()
        {
            foreach (var quarter in await steps.Changes.KnownQuartersAsync(cancel))
                await TryAsync($"payment runs of {quarter}", () => FollowAsync(quarter, client, cancel));
        }

        async Task WriteTableFilesAsync()
        {
            foreach (var quarter in await steps.Changes.KnownQuartersAsync(cancel))
                await TryAsync($"tables of {quarter} as files", () => steps.TableFiles.WriteSettledAsync(quarter, cancel));
        }

        async Task ReportLongUnderWayAsync()
        {
            // A refresh never ends; whether it does its work is told by what waits.
            var underWay = new OrchestrationQuery
            {
                Statuses = [OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Pending],
                CreatedTo = clock.GetUtcNow().AddDays(-1),
                InstanceIdPrefix = RunToFollow.InstancePrefix,
            };
            await foreach (var instance in client.GetAllInstancesAsync(underWay).WithCancellation(cancel))
                log.RunOlderThanADay(instance.InstanceId);
        }

        async Task TryAsync(string part, Func<Task> act)
        {
            try
            {
                await act();
            }
            catch (Exception exception) when (!cancel.IsCancellationRequested)
            {
                log.SweepFailed(part, exception);
            }
        }
    }

    private async Task TakeInAsync(FollowedFiles follow, CancellationToken cancel)
    {
        var wasQuarantined = await steps.Uploads.AreQuarantinedAsync(cancel);
        await steps.Sweep.RunInTurnAsync(SlotsAtOnce, follow, cancel);
        foreach (string path in follow.Failed)
            log.FileNotTakenIn(Slot.At(path), path.Split('/')[0]);
        foreach (var taken in follow.Taken)
        {
            // Of a file that waited for the register, which came since, there is no other event.
            if (await steps.Files.StatAsync(taken.Path, cancel) is { } file && !wasQuarantined(file)
                && clock.GetUtcNow() - file.LastModified > EventsTake)
                log.EventMissed(taken.Slot);
        }
    }

    /// <summary>
    /// Of files that have waited for their scan for longer than it takes, looks at what the scan has left on them, and reports those of
    /// which nothing is known.
    /// </summary>
    private async Task TakeInTaggedAsync(FollowedFiles follow, CancellationToken cancel)
    {
        var tagged = new List<string>();
        foreach (string path in follow.Waiting.Distinct().ToList())
        {
            if (await steps.Files.StatAsync(path, cancel) is not { } file || clock.GetUtcNow() - file.LastModified < ScanResults.Usual)
                continue;
            if (await scan.TaggedAsync(file, cancel) is not { } result)
            {
                log.FileNotScanned(Slot.At(path), path.Split('/')[0]);
                continue;
            }

            await steps.Scans.NoteAsync(path, file.ETag, result, cancel);
            tagged.Add(path);
        }

        await steps.Sweep.RunAsync(tagged, SlotsAtOnce, follow, cancel: cancel);
    }

    /// <summary>Whoever prepared or released a run may have died before anybody was told to follow it.</summary>
    private async Task FollowAsync(Quarter quarter, DurableTaskClient client, CancellationToken cancel)
    {
        var runs = (await steps.Runs.OfQuarterAsync(quarter, cancel)).Select(stored => stored.Run).ToList();
        foreach (var interrupted in await steps.Runs.InterruptedAsync(runs, cancel))
            await client.FollowAsync(RunToFollow.Of(interrupted), cancel);
        foreach (var open in runs.Where(run => run.IsOpen && clock.GetUtcNow() < run.ExpiresAt))
            await client.StartFollowingAsync(RunToFollow.Of(open), cancel);
    }
}
