using System.Text;
using Azure.Storage.Blobs;
using Pipeline.Azure;
using Pipeline.Core.Submissions;
using Pipeline.Steps;
using Pipeline.Steps.State;

namespace Pipeline.Functions.Tests.Arrivals;

/// <summary>
/// Uploads that are scanned for malware: what is told of the scan, as Event Grid puts it into a queue, and what becomes of the file.
/// </summary>
public sealed class ScanTests
{
    private const string Register = """
        contract,provider,provider_name,service_name,client_groups,framework,annual_value_gbp,starts_on,ends_on,supplier_ref
        HL-001,acme,Acme,Floating support,homeless,performance,100000.00,2020-01-01,2030-12-31,SUP-1

        """;

    private const string Hours = "month,commissioned_hours,delivered_hours\n2025-04,100,90\n",
        HoursPath = "submissions/acme/HL-001/2025-26-Q1/hours.csv";
    private const string Clean = "No threats found", Malicious = "Malicious", Tag = "Malware Scanning scan result";

    [Fact]
    public async Task A_file_waits_for_its_scan_whoever_tells_of_it_and_is_taken_in_when_nothing_was_found()
    {
        await using var pipeline = await RegisteredAsync();
        await pipeline.PutAsync(HoursPath, Hours);

        await pipeline.NotifyOrchestrationAsync(HoursPath);
        await pipeline.SweepAsync();
        Assert.DoesNotContain(pipeline.Log.Messages, TakenIn);
        Assert.DoesNotContain(pipeline.Log.Messages, message => message.StartsWith("FilePassedOver", StringComparison.Ordinal));

        await pipeline.ScannedAsync(await EventAsync(pipeline, HoursPath, Clean));

        Assert.Contains("TakenIn: 2025-26-Q1 HL-001 hours: Accepted, version 1, 1 rows, 0 errors, 0 warnings.", pipeline.Log.Messages);
        Assert.Contains("refresh-2025-26-Q1", pipeline.Started);
    }

    /// <summary>Whatever is said that is not known to mean clean does not.</summary>
    [Theory]
    [InlineData(Malicious, "FIL-010")]
    [InlineData("Not Scanned", "FIL-011")]
    [InlineData("Error", "FIL-011")]
    [InlineData("Scan timed out", "FIL-011")]
    [InlineData("no threats found", "FIL-011")]
    public async Task Anything_else_refuses_the_file_unread_with_a_receipt_that_says_why(string said, string rule)
    {
        await using var pipeline = await RegisteredAsync();
        await pipeline.PutAsync(HoursPath, Hours);

        await pipeline.ScannedAsync(await EventAsync(pipeline, HoursPath, said));

        var upload = Assert.Single(await pipeline.Of<AllSteps>().Uploads.OfSlotAsync(Slot.At(HoursPath)!));
        Assert.Equal((UploadStatus.Rejected, Core.Sha256.Unread), (upload.Status, upload.Sha256));
        await using var json = await pipeline.Files.OpenReadAsync(UploadLog.ReceiptPath(Slot.At(HoursPath)!, 1));
        Assert.Equal(rule, Assert.Single(Receipt.ReadJson(json).Findings).Rule);
        await foreach (var kept in pipeline.Files.ListAsync("archive/"))
            Assert.DoesNotContain(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(Hours))),
                kept.Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_said_of_one_content_lets_no_other_in()
    {
        await using var pipeline = await RegisteredAsync();
        await pipeline.PutAsync(HoursPath, Hours);
        string early = await EventAsync(pipeline, HoursPath, Clean);
        await pipeline.PutAsync(HoursPath, Hours.Replace("90", "91", StringComparison.Ordinal));

        await pipeline.ScannedAsync(early);
        await pipeline.SweepAsync();
        Assert.DoesNotContain(pipeline.Log.Messages, TakenIn);

        await pipeline.ScannedAsync(await EventAsync(pipeline, HoursPath, Malicious));
        Assert.Contains("TakenIn: 2025-26-Q1 HL-001 hours: Rejected, version 1, 0 rows, 1 errors, 0 warnings.", pipeline.Log.Messages);
    }

    [Fact]
    public async Task A_file_that_could_not_be_scanned_is_taken_in_when_it_is_scanned_again_and_found_clean()
    {
        await using var pipeline = await RegisteredAsync();
        await pipeline.PutAsync("submissions/acme/HL-001/2025-26-Q1/hours.csv", Hours);
        await pipeline.ScannedAsync(await EventAsync(pipeline, HoursPath, "Error"));
        await pipeline.PutAsync(HoursPath, Hours);

        await pipeline.ScannedAsync(await EventAsync(pipeline, HoursPath, Clean));

        Assert.Contains("TakenIn: 2025-26-Q1 HL-001 hours: Accepted, version 2, 1 rows, 0 errors, 0 warnings.", pipeline.Log.Messages);
    }

    [Fact]
    public async Task The_files_of_a_slot_keep_their_order_when_the_second_is_scanned_first()
    {
        await using var pipeline = await RegisteredAsync();
        const string second = "submissions/acme/HL-001/2025-26-Q1/hours-2.csv";
        await pipeline.PutAsync(HoursPath, Hours);
        await pipeline.PutAsync(second, Hours.Replace("90", "91", StringComparison.Ordinal));

        await pipeline.ScannedAsync(await EventAsync(pipeline, second, Clean));
        Assert.DoesNotContain(pipeline.Log.Messages, TakenIn);
        await pipeline.ScannedAsync(await EventAsync(pipeline, HoursPath, Clean));

        Assert.Equal(["hours.csv", "hours-2.csv"],
            (await pipeline.Of<AllSteps>().Uploads.OfSlotAsync(Slot.At(HoursPath)!)).Select(u => u.FileName));
    }

    /// <summary>
    /// What the scan has said may be lost with its event: then it is reported, and the slot's other files do not wait for ever.
    /// </summary>
    [Fact]
    public async Task A_file_of_whose_scan_nothing_is_known_for_an_hour_is_reported_and_holds_up_no_other()
    {
        await using var pipeline = await RegisteredAsync();
        const string second = "submissions/acme/HL-001/2025-26-Q1/hours-2.csv";
        await pipeline.PutAsync(HoursPath, Hours);
        await pipeline.PutAsync(second, Hours.Replace("90", "91", StringComparison.Ordinal));
        pipeline.Clock.Now = (await pipeline.Files.StatAsync(second))!.LastModified.AddMinutes(59);
        await pipeline.SweepAsync();
        Assert.DoesNotContain(pipeline.Log.Messages, NotScanned);

        pipeline.Clock.Now += TimeSpan.FromMinutes(1);
        await pipeline.SweepAsync();
        await pipeline.ScannedAsync(await EventAsync(pipeline, second, Clean));

        Assert.Equal(2, pipeline.Log.Messages.Count(NotScanned));
        Assert.Contains("TakenIn: 2025-26-Q1 HL-001 hours: Accepted, version 1, 1 rows, 0 errors, 0 warnings.", pipeline.Log.Messages);

        static bool NotScanned(string message) =>
            message
                == "FileNotScanned: 2025-26-Q1 HL-001 hours: of a file in submissions it is not known whether it carries malware, and it "
                    + "waits.";
    }

    [Theory]
    [InlineData(Clean, "Accepted, version 1, 1 rows, 0 errors")]
    [InlineData(Malicious, "Rejected, version 1, 0 rows, 1 errors")]
    public async Task A_sweep_finds_what_the_scan_has_left_on_the_file_when_its_event_was_lost_and_not_before_an_hour(string said,
        string becomes)
    {
        await using var pipeline = await RegisteredAsync();
        await pipeline.PutAsync(HoursPath, Hours);
        await BlobOf(pipeline, HoursPath).SetTagsAsync(new Dictionary<string, string> { [Tag] = said });
        pipeline.Clock.Now = (await pipeline.Files.StatAsync(HoursPath))!.LastModified.AddMinutes(59);
        await pipeline.SweepAsync();
        Assert.DoesNotContain(pipeline.Log.Messages, TakenIn);

        pipeline.Clock.Now += TimeSpan.FromMinutes(1);
        await pipeline.SweepAsync();

        Assert.Contains(pipeline.Log.Messages, message =>
            message.StartsWith($"TakenIn: 2025-26-Q1 HL-001 hours: {becomes}", StringComparison.Ordinal));
        Assert.Contains("refresh-2025-26-Q1", pipeline.Started);
    }

    [Fact]
    public async Task What_the_council_puts_into_reference_is_not_scanned_and_does_not_wait()
    {
        await using var pipeline = await RegisteredAsync();

        Assert.NotNull(await pipeline.Of<AllSteps>().Reference.RegisterAsync());
    }

    [Fact]
    public async Task Events_of_other_kinds_and_of_other_accounts_are_let_go()
    {
        await using var pipeline = await RegisteredAsync();
        await pipeline.PutAsync(HoursPath, Hours);
        string clean = await EventAsync(pipeline, HoursPath, Clean);
        string account = BlobOf(pipeline, HoursPath).AccountName;

        await pipeline.ScannedAsync(clean.Replace("MalwareScanningResult", "SomethingElse", StringComparison.Ordinal));
        await pipeline.ScannedAsync(clean.Replace($"/{account}/", "/other/", StringComparison.Ordinal));
        await pipeline.ScannedAsync(clean.Replace("/submissions/", "/archive/", StringComparison.Ordinal));
        await pipeline.SweepAsync();

        Assert.DoesNotContain(pipeline.Log.Messages, TakenIn);
    }

    [Fact]
    public async Task A_scan_that_could_not_be_followed_is_reported_by_its_slot_and_never_by_the_files_name()
    {
        await using var pipeline = await RegisteredAsync();
        string path = "submissions/acme/HL-001/2025-26-Q1/hours-jane-roe.csv";
        await pipeline.PutAsync(path, Hours);
        pipeline.Log.Messages.Clear();

        pipeline.PoisonScanned(await EventAsync(pipeline, path, Clean));

        Assert.Equal(["FileNotTakenIn: 2025-26-Q1 HL-001 hours: a file in submissions could not be taken in."], pipeline.Log.Messages);
    }

    private static bool TakenIn(string message) => message.StartsWith("TakenIn: 2025-26-Q1", StringComparison.Ordinal);

    private static BlobClient BlobOf(AzurePipeline pipeline, string path) =>
        pipeline.Of<Accounts>().Container(path.Split('/')[0]).GetBlobClient(path.Split('/', 2)[1]);

    /// <summary>As Microsoft documents it: the ETag without quotes.</summary>
    private static async Task<string> EventAsync(AzurePipeline pipeline, string path, string said) => $$"""
        {
          "id": "52d00da0-8f1a-4c3c-aa2c-24831967356b", "subject": "storageAccounts/x/containers/submissions/blobs/y", "eventType": "Microsoft.Security.MalwareScanningResult",
          "eventTime": "2023-05-10T12:51:12.3040204Z", "dataVersion": "1.0", "metadataVersion": "1", "topic": "/subscriptions/1/resourceGroups/x/providers/Microsoft.EventGrid/topics/evgt-scans",
          "data": {
            "correlationId": "52d00da0-8f1a-4c3c-aa2c-24831967356b", "blobUri": "{{BlobOf(pipeline, path).Uri.AbsoluteUri}}", "eTag": "{{(await pipeline.Files.StatAsync(path))!.ETag.Trim('"')}}",
            "scanFinishedTimeUtc": "2023-05-10T12:51:12.2988026Z", "scanResultType": "{{said}}", "scanResultDetails": null
          }
        }
        """;

    private static async Task<AzurePipeline> RegisteredAsync()
    {
        var pipeline = new AzurePipeline(awaitScans: true);
        await pipeline.PutAsync("reference/contracts.csv", Register);
        await pipeline.NotifyOrchestrationAsync("reference/contracts.csv");
        pipeline.Started.Clear();
        return pipeline;
    }
}
