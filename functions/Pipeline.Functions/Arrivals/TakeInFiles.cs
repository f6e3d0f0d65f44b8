using System.Text.Json;
using Azure.Storage.Blobs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Pipeline.Azure;
using Pipeline.Core;
using Pipeline.Core.Submissions;
using Pipeline.Functions.Quarters;
using Pipeline.Functions.Telemetry;
using Pipeline.Steps;
using Pipeline.Steps.State;
using Pipeline.Steps.Stores;

namespace Pipeline.Functions.Arrivals;

/// <summary>
/// Takes a file in when Azure tells of it. An event may come twice, late or never: the step can be carried out again, and the sweep finds
/// what was missed.
/// </summary>
public sealed class TakeInFiles(AllSteps steps, DefenderScan scan, ILogger<TakeInFiles> log)
{
    /// <summary>Where the storage extension puts the events of a file that could not be taken in after several tries.</summary>
    private const string PoisonQueue = "webjobs-blobtrigger-poison";

    /// <summary>Where infra has the scan for malware tell what it found.</summary>
    private const string ScanQueue = "scan-results";

    [Function("TakeInSubmission")]
    public Task SubmissionAsync(
        [BlobTrigger("submissions/{name}", Connection = Accounts.Uploads, Source = BlobTriggerSource.EventGrid)] BlobClient blob,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancel) => RunAsync(blob, client, cancel);

    [Function("TakeInReview")]
    public Task ReviewAsync(
        [BlobTrigger("reviews/{name}", Connection = Accounts.Uploads, Source = BlobTriggerSource.EventGrid)] BlobClient blob,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancel) => RunAsync(blob, client, cancel);

    [Function("TakeInConfirmation")]
    public Task ConfirmationAsync(
        [BlobTrigger("confirmations/{name}", Connection = Accounts.Uploads, Source = BlobTriggerSource.EventGrid)] BlobClient blob,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancel) => RunAsync(blob, client, cancel);

    [Function("TakeInReference")]
    public Task ReferenceAsync(
        [BlobTrigger("reference/{name}", Connection = Accounts.Records, Source = BlobTriggerSource.EventGrid)] BlobClient blob,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancel) => RunAsync(blob, client, cancel);

    /// <summary>The scan of a file has ended. It is taken in if nothing was found in it, and refused if something was.</summary>
    [Function("TakeInScanned")]
    public async Task ScannedAsync([QueueTrigger(ScanQueue, Connection = Accounts.Records)] string message,
        [DurableClient] DurableTaskClient client, CancellationToken cancel)
    {
        if (scan.Read(message) is not { } scanned)
            return;
        if (FileLimits.CanRead(scanned.Path))
            await steps.Scans.NoteAsync(scanned.Path, scanned.ETag, scanned.Result, cancel);
        await RunAsync(scanned.Path, client, cancel);
    }

    [Function("ScannedNotTakenIn")]
    public void ScannedNotTakenIn([QueueTrigger(ScanQueue + "-poison", Connection = Accounts.Records)] string message)
    {
        if (scan.Read(message) is { Path: var path })
            log.FileNotTakenIn(Slot.At(path), path.Split('/')[0]);
    }

    [Function("UploadNotTakenIn")]
    public void UploadNotTakenIn([QueueTrigger(PoisonQueue, Connection = Accounts.Uploads)] string message) => Report(message);

    [Function("ReferenceNotTakenIn")]
    public void ReferenceNotTakenIn([QueueTrigger(PoisonQueue, Connection = Accounts.Records)] string message) => Report(message);

    private Task RunAsync(BlobClient blob, DurableTaskClient client, CancellationToken cancel) =>
        RunAsync($"{blob.BlobContainerName}/{blob.Name}", client, cancel);

    private async Task RunAsync(string path, DurableTaskClient client, CancellationToken cancel)
    {
        if (!FileLimits.CanRead(path))
        {
            // However often it is tried: what is wrong is its name.
            log.FileNotTakenIn(Slot.At(path), path.Split('/')[0]);
            return;
        }

        var files = new FollowedFiles(log);
        try
        {
            await steps.Arrival.RunAsync(path, files, cancel);
        }
        finally
        {
            // Also when there was nothing to take in, since who took it in may have died before this, and when the file failed after others
            // came in.
            foreach (var quarter in await ChangedAsync([Slot.At(path), .. files.Taken.Select(taken => taken.Slot)], cancel))
                await client.RefreshAsync(quarter, cancel);
        }
    }

    private async Task<IEnumerable<Quarter>> ChangedAsync(IReadOnlyList<Slot?> slots, CancellationToken cancel)
    {
        var quarters = slots.OfType<Slot>().SelectMany(PendingChanges.ChangedBy).ToHashSet();
        if (quarters.Count == 0 || slots.Any(slot => slot is Slot.Reference or Slot.Framework))
            quarters.UnionWith(await steps.Changes.ChangedQuartersAsync(cancel));
        return quarters.Order();
    }

    private void Report(string message)
    {
        using var json = JsonDocument.Parse(message);
        string container = json.RootElement.GetProperty("ContainerName").GetString()!;
        log.FileNotTakenIn(Slot.At($"{container}/{json.RootElement.GetProperty("BlobName").GetString()}"), container);
    }
}
