using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Pipeline.Azure;
using Pipeline.Steps.State;
using Pipeline.Steps.Stores;

namespace Pipeline.Functions.Arrivals;

/// <summary>What Microsoft Defender's scan of an upload says: as an event, and as tags of the blob.</summary>
public sealed class DefenderScan(Accounts accounts)
{
    private const string EventType = "Microsoft.Security.MalwareScanningResult";

    private const string Tag = "Malware Scanning scan result";

    /// <summary>Which content of which file was scanned, and what was found; null when the event is of something else.</summary>
    public (string Path, string ETag, ScanResult Result)? Read(string message)
    {
        using var json = JsonDocument.Parse(message);
        if (json.RootElement.GetProperty("eventType").GetString() != EventType)
            return null;
        var data = json.RootElement.GetProperty("data");
        var blob = new BlobUriBuilder(new Uri(data.GetProperty("blobUri").GetString()!));
        return blob.AccountName == accounts.Blobs(Accounts.Uploads).AccountName
            && Accounts.OfContainer.GetValueOrDefault(blob.BlobContainerName) == Accounts.Uploads
            ? ($"{blob.BlobContainerName}/{blob.BlobName}", data.GetProperty("eTag").GetString()!,
                ResultOf(data.GetProperty("scanResultType").GetString()))
            : null;
    }

    /// <summary>
    /// What the tags of a file say, for one whose event was lost. Null when they say nothing, as on an account whose tags are not switched
    /// on, which Azure offers for a hierarchical namespace as a preview.
    /// </summary>
    /// <remarks>
    /// A tag is not bound to an ETag: one of the content before may come late. So it counts only of a file that has lain as long as a scan
    /// takes, and by then says what the scan of this content found. Nobody but the app and the scan may write tags.
    /// </remarks>
    public async Task<ScanResult?> TaggedAsync(FileStat file, CancellationToken cancel)
    {
        string[] parts = file.Path.Split('/', 2);
        try
        {
            var tags = (await accounts.Container(parts[0]).GetBlobClient(parts[1]).GetTagsAsync(cancellationToken: cancel)).Value.Tags;
            return tags.TryGetValue(Tag, out string? said) ? ResultOf(said) : null;
        }
        catch (RequestFailedException exception) when (exception.Status is 400 or 404 or 409)
        {
            return null;
        }
    }

    /// <summary>Only what says that nothing was found is clean, whatever else there may be one day.</summary>
    private static ScanResult ResultOf(string? said) => said switch
    {
        "No threats found" => ScanResult.Clean,
        "Malicious" => ScanResult.Malware,
        _ => ScanResult.NotScanned,
    };
}
