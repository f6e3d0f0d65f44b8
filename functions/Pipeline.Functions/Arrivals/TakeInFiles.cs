using System.Text.Json;
using Azure.Storage.Blobs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Pipeline.Core;
using Pipeline.Functions.Quarters;
using Pipeline.Functions.Stores;
using Pipeline.Steps;

namespace Pipeline.Functions.Arrivals;

/// <summary>Takes a file in when Azure tells of it. An event may come twice, late or never: the step can be carried out again, and the sweep finds what was missed.</summary>
public sealed class TakeInFiles(TakeIn takeIn, Changes changes, ILogger<TakeInFiles> log)
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
        if (await takeIn.RunAsync(path, cancel: cancel) is { } taken)
            log.TakenIn(taken);
        foreach (var quarter in await QuartersOfAsync(Slot.At(path), cancel))
            await client.StartRefreshAsync(quarter, cancel);
    }

    /// <summary>What a file can change at once; what else it changes is noted, and the sweep starts it.</summary>
    private async Task<IReadOnlyList<Quarter>> QuartersOfAsync(Slot? slot, CancellationToken cancel) => slot switch
    {
        Slot.Return at => [at.Quarter],
        Slot.Review at => [at.Quarter],
        Slot.Confirmations at => [at.Quarter],
        null => [],
        _ => await changes.ChangedQuartersAsync(cancel),
    };

    private void Report(string message)
    {
        using var json = JsonDocument.Parse(message);
        string container = json.RootElement.GetProperty("ContainerName").GetString()!;
        log.FileNotTakenIn(Slot.At($"{container}/{json.RootElement.GetProperty("BlobName").GetString()}"), container);
    }
}
