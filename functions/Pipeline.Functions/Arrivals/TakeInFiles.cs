using System.Text.Json;
using Azure.Storage.Blobs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Pipeline.Azure;
using Pipeline.Core;
using Pipeline.Functions.Quarters;
using Pipeline.Functions.Telemetry;
using Pipeline.Steps.Arrivals;
using Pipeline.Steps.State;
using Pipeline.Steps.Stores;

namespace Pipeline.Functions.Arrivals;

/// <summary>Takes a file in when Azure tells of it. An event may come twice, late or never: the step can be carried out again, and the sweep finds what was missed.</summary>
public sealed class TakeInFiles(TakeInArrival arrival, PendingChanges changes, ILogger<TakeInFiles> log)
{
    /// <summary>Where the storage extension puts the events of a file that could not be taken in after several tries.</summary>
    private const string PoisonQueue = "webjobs-blobtrigger-poison";

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

    [Function("UploadNotTakenIn")]
    public void UploadNotTakenIn([QueueTrigger(PoisonQueue, Connection = Accounts.Uploads)] string message) => Report(message);

    [Function("ReferenceNotTakenIn")]
    public void ReferenceNotTakenIn([QueueTrigger(PoisonQueue, Connection = Accounts.Records)] string message) => Report(message);

    private async Task RunAsync(BlobClient blob, DurableTaskClient client, CancellationToken cancel)
    {
        string path = $"{blob.BlobContainerName}/{blob.Name}";
        if (!FileLimits.CanRead(path))
        {
            // However often it is tried: what is wrong is its name.
            log.FileNotTakenIn(Slot.At(path), blob.BlobContainerName);
            return;
        }

        var taken = await arrival.RunAsync(path, cancel);
        foreach (var each in taken)
            log.TakenIn(each);
        // Also when there was nothing to take in: who took it in may have died before this.
        var quarters = taken.Select(each => each.Slot).Append(Slot.At(path)).Select(slot => slot?.OfQuarter).OfType<Quarter>().ToHashSet();
        if (quarters.Count == 0 || taken.Any(each => each.Slot is Slot.Reference or Slot.Framework))
            quarters.UnionWith(await changes.ChangedQuartersAsync(cancel));
        foreach (var quarter in quarters.Order())
            await client.StartRefreshAsync(quarter, cancel);
    }

    private void Report(string message)
    {
        using var json = JsonDocument.Parse(message);
        string container = json.RootElement.GetProperty("ContainerName").GetString()!;
        log.FileNotTakenIn(Slot.At($"{container}/{json.RootElement.GetProperty("BlobName").GetString()}"), container);
    }
}
