using Microsoft.DurableTask.Client;
using Pipeline.Azure;
using Pipeline.Steps;

namespace Pipeline.Functions.Tests.Arrivals;

public sealed class ArrivalTests
{
    private const string Register = """
        contract,provider,provider_name,service_name,client_groups,framework,annual_value_gbp,starts_on,ends_on,supplier_ref
        HL-001,acme,Acme,Floating support,homeless,performance,100000.00,2020-01-01,2030-12-31,SUP-1

        """;

    private const string Hours = "month,commissioned_hours,delivered_hours\n2025-04,100,90\n",
        HoursPath = "submissions/acme/HL-001/2025-26-Q1/hours.csv";

    [Fact]
    public async Task An_event_takes_its_file_in_and_starts_the_refresh_of_its_quarter()
    {
        await using var pipeline = await RegisteredAsync();
        await pipeline.PutAsync(HoursPath, Hours);

        await pipeline.NotifyOrchestrationAsync(HoursPath);

        Assert.Equal(["refresh-2025-26-Q1"], pipeline.Started);
        Assert.Contains("TakenIn: 2025-26-Q1 HL-001 hours: Accepted, version 1, 1 rows, 0 errors, 0 warnings.", pipeline.Log.Messages);
    }

    [Fact]
    public async Task An_event_that_comes_again_starts_the_refresh_again_since_the_first_may_have_died_before_it()
    {
        await using var pipeline = await RegisteredAsync();
        await pipeline.PutAsync(HoursPath, Hours);

        await pipeline.NotifyOrchestrationAsync(HoursPath);
        await pipeline.NotifyOrchestrationAsync(HoursPath);

        Assert.Equal(["refresh-2025-26-Q1", "refresh-2025-26-Q1"], pipeline.Started);
        Assert.Single(pipeline.Log.Messages, message => message.StartsWith("TakenIn: 2025-26-Q1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_event_of_a_file_that_is_gone_takes_nothing_in()
    {
        await using var pipeline = await RegisteredAsync();
        pipeline.Log.Messages.Clear();

        await pipeline.NotifyOrchestrationAsync(HoursPath);

        Assert.Empty(pipeline.Log.Messages);
    }

    [Fact]
    public async Task An_event_of_a_reference_file_starts_every_quarter_that_waits()
    {
        await using var pipeline = await RegisteredAsync();
        await pipeline.PutAsync(HoursPath, Hours);
        await pipeline.PutAsync("submissions/acme/HL-001/2025-26-Q2/hours.csv",
            Hours.Replace("2025-04", "2025-07", StringComparison.Ordinal));
        await pipeline.SweepAsync();
        await pipeline.RefreshAsync();
        pipeline.Started.Clear();
        await pipeline.PutAsync("reference/contracts.csv", Register.Replace("100000.00", "200000.00", StringComparison.Ordinal));

        await pipeline.NotifyOrchestrationAsync("reference/contracts.csv");

        Assert.Equal(["refresh-2025-26-Q1", "refresh-2025-26-Q2"], pipeline.Started);
    }

    /// <summary>It compares its waiting list with that of the quarter before.</summary>
    [Fact]
    public async Task A_referrals_file_also_refreshes_the_quarter_after_it()
    {
        const string referrals = "referral_ref,received_on,route,joint,status,decided_on,reason\n",
            path = "submissions/acme/HL-001/2025-26-Q1/referrals.csv";
        await using var pipeline = await RegisteredAsync();
        await pipeline.PutAsync(path, referrals);

        await pipeline.NotifyOrchestrationAsync(path);

        Assert.Equal(["refresh-2025-26-Q1", "refresh-2025-26-Q2"], pipeline.Started);
    }

    [Fact]
    public async Task The_first_register_finds_the_delivered_frameworks()
    {
        await using var pipeline = new AzurePipeline();
        await pipeline.PutAsync("reference/contracts.csv", Register);

        await pipeline.NotifyOrchestrationAsync("reference/contracts.csv");

        Assert.NotNull(await pipeline.Of<AllSteps>().Reference.RegisterAsync());
    }

    [Fact]
    public async Task The_sweep_puts_the_delivered_frameworks_and_leaves_the_commissioners_own()
    {
        await using var pipeline = new AzurePipeline();
        const string own = "reference/frameworks/performance.json";
        await pipeline.PutAsync(own, "{}");
        string etag = (await pipeline.Files.StatAsync(own))!.ETag;

        await pipeline.SweepAsync();
        await pipeline.SweepAsync();

        Assert.Equal(etag, (await pipeline.Files.StatAsync(own))!.ETag);
        Assert.Contains("strategic-2019", (await pipeline.Of<AllSteps>().Reference.FrameworksAsync()).Keys);
    }

    [Fact]
    public async Task A_file_that_could_not_be_taken_in_is_reported_by_its_slot_and_never_by_its_name()
    {
        await using var pipeline = new AzurePipeline();

        pipeline.Poison(
            """{"Type":"BlobTrigger","FunctionId":"Host.Functions.TakeInSubmission","BlobType":"BlockBlob","ContainerName":"submissions","BlobName":"acme/HL-001/2025-26-Q1/outcomes-jane-roe.csv","ETag":"\"0x1\""}""");
        pipeline.Poison("""{"ContainerName":"submissions","BlobName":"jane-roe.csv"}""");

        Assert.Equal(
            ["FileNotTakenIn: 2025-26-Q1 HL-001 outcomes: a file in submissions could not be taken in.",
                "FileNotTakenIn:   : a file in submissions could not be taken in."],
            pipeline.Log.Messages);
    }

    /// <summary>Azure takes such a name, and the stores do not.</summary>
    [Fact]
    public async Task A_file_whose_name_has_an_empty_part_is_reported_and_keeps_no_other_from_being_taken_in()
    {
        await using var pipeline = await RegisteredAsync();
        await pipeline.Of<Accounts>().Container("reference").UploadBlobAsync("frameworks//x.json", BinaryData.FromString("{}"));
        pipeline.Log.Messages.Clear();

        await pipeline.NotifyOrchestrationAsync("reference/frameworks//x.json");
        Assert.Equal(["FileNotTakenIn:   : a file in reference could not be taken in."], pipeline.Log.Messages);

        await pipeline.PutAsync(HoursPath, Hours);
        await pipeline.SweepAsync();
        Assert.Equal(["refresh-2025-26-Q1"], pipeline.Started);
        Assert.Contains(pipeline.Log.Messages, message => message.StartsWith("TakenIn: 2025-26-Q1 HL-001 hours", StringComparison.Ordinal));
        await foreach (var file in pipeline.Files.ListAsync("reference/"))
            Assert.NotNull(await pipeline.Files.StatAsync(file.Path));
    }

    [Fact]
    public async Task A_file_of_which_no_event_came_for_ten_minutes_is_reported_and_a_younger_one_is_not()
    {
        await using var pipeline = await RegisteredAsync();
        await pipeline.PutAsync(HoursPath, Hours);
        var written = (await pipeline.Files.StatAsync(HoursPath))!.LastModified;
        pipeline.Clock.Now = written.AddMinutes(10);
        await pipeline.SweepAsync();
        Assert.DoesNotContain(pipeline.Log.Messages, Missed);

        pipeline.Clock.Now = written.AddMinutes(11);
        await pipeline.PutAsync(HoursPath, Hours.Replace("90", "91", StringComparison.Ordinal));
        pipeline.Clock.Now = (await pipeline.Files.StatAsync(HoursPath))!.LastModified.AddMinutes(10).AddSeconds(1);
        await pipeline.SweepAsync();

        Assert.Single(pipeline.Log.Messages, Missed);

        static bool Missed(string message) => message.StartsWith("EventMissed: 2025-26-Q1 HL-001 hours", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_file_that_waited_for_the_register_no_event_is_missed_and_of_another_content_there_is()
    {
        await using var pipeline = new AzurePipeline();
        await pipeline.PutAsync(HoursPath, Hours);
        await pipeline.NotifyOrchestrationAsync(HoursPath);
        await pipeline.PutAsync("reference/contracts.csv", Register.Replace("HL-001", "HL-002", StringComparison.Ordinal));
        await pipeline.NotifyOrchestrationAsync("reference/contracts.csv");
        pipeline.Clock.Now = (await pipeline.Files.StatAsync(HoursPath))!.LastModified.AddMinutes(11);
        await pipeline.SweepAsync();
        await pipeline.PutAsync("reference/contracts.csv", Register);
        await pipeline.NotifyOrchestrationAsync("reference/contracts.csv");
        await pipeline.SweepAsync();

        Assert.Equal(
            ["TakenIn:   : Quarantined, version 0, 0 rows, 1 errors, 0 warnings.",
                "TakenIn:   : Quarantined, version 0, 0 rows, 1 errors, 0 warnings.",
                "TakenIn: 2025-26-Q1 HL-001 hours: Accepted, version 1, 1 rows, 0 errors, 0 warnings."],
            pipeline.Log.Messages.Where(message => message.StartsWith("TakenIn:   :", StringComparison.Ordinal)
                || message.Contains("HL-001 hours", StringComparison.Ordinal)));
        Assert.DoesNotContain(pipeline.Log.Messages, Missed);

        await pipeline.PutAsync("reference/contracts.csv", Register.Replace("HL-001", "HL-002", StringComparison.Ordinal));
        await pipeline.NotifyOrchestrationAsync("reference/contracts.csv");
        await pipeline.PutAsync(HoursPath, Hours.Replace("90", "91", StringComparison.Ordinal));
        pipeline.Clock.Now = (await pipeline.Files.StatAsync(HoursPath))!.LastModified.AddMinutes(11);
        await pipeline.SweepAsync();

        Assert.Single(pipeline.Log.Messages, Missed);

        static bool Missed(string message) => message.StartsWith("EventMissed", StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_sweep_starts_what_waits_and_says_what_waited_already()
    {
        await using var pipeline = await RegisteredAsync();
        await pipeline.PutAsync(HoursPath, Hours);

        await pipeline.SweepAsync();
        Assert.DoesNotContain(pipeline.Log.Messages, message => message.StartsWith("QuarterWaiting", StringComparison.Ordinal));
        await pipeline.SweepAsync();

        Assert.Equal(["refresh-2025-26-Q1", "refresh-2025-26-Q1"], pipeline.Started);
        Assert.Single(pipeline.Log.Messages, "QuarterWaiting: 2025-26-Q1 waits for its tables.");
    }

    /// <summary>A quarter to which files come all the time always has something that waits.</summary>
    [Fact]
    public async Task A_quarter_waits_once_its_oldest_change_has_waited_for_ten_minutes()
    {
        await using var pipeline = await RegisteredAsync();
        await pipeline.PutAsync(HoursPath, Hours);
        await pipeline.NotifyOrchestrationAsync(HoursPath);
        await pipeline.RefreshAsync();
        foreach (int minutes in (int[])[15, 30, 45, 60])
        {
            pipeline.Clock.Now = AzurePipeline.Now.AddMinutes(minutes - 9);
            await pipeline.PutAsync(HoursPath, Hours.Replace("90", $"{minutes}", StringComparison.Ordinal));
            await pipeline.NotifyOrchestrationAsync(HoursPath);
            pipeline.Clock.Now = AzurePipeline.Now.AddMinutes(minutes);
            await pipeline.SweepAsync();
            if (minutes < 60)
                await pipeline.RefreshAsync();
        }

        Assert.DoesNotContain(pipeline.Log.Messages, Waiting);

        pipeline.Clock.Now = AzurePipeline.Now.AddMinutes(62);
        await pipeline.PutAsync("submissions/acme/HL-001/2025-26-Q1/hours-2.csv", Hours);
        await pipeline.NotifyOrchestrationAsync("submissions/acme/HL-001/2025-26-Q1/hours-2.csv");
        await pipeline.SweepAsync();

        Assert.Single(pipeline.Log.Messages, Waiting);

        static bool Waiting(string message) => message == "QuarterWaiting: 2025-26-Q1 waits for its tables.";
    }

    [Fact]
    public async Task What_has_been_under_way_for_more_than_a_day_is_reported()
    {
        await using var pipeline = new AzurePipeline();
        pipeline.Orchestrations.LongUnderWay.Add(new OrchestrationMetadata("PaymentRun", "run-2025-26-Q1-001")
            { CreatedAt = AzurePipeline.Now.AddDays(-1) });
        pipeline.Orchestrations.LongUnderWay.Add(new OrchestrationMetadata("PaymentRun", "run-2025-26-Q1-002")
            { CreatedAt = AzurePipeline.Now.AddDays(-1).AddSeconds(1) });
        pipeline.Orchestrations.LongUnderWay.Add(new OrchestrationMetadata("RefreshQuarter", "refresh-2025-26-Q1")
            { CreatedAt = AzurePipeline.Now.AddDays(-1) });

        await pipeline.SweepAsync();

        Assert.Equal(["RunOlderThanADay: run-2025-26-Q1-001 has been under way for more than a day."],
            pipeline.Log.Messages.Where(message => message.StartsWith("RunOlderThanADay", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_sweep_writes_the_tables_of_a_quarter_that_has_settled_as_files()
    {
        await using var pipeline = await RegisteredAsync();
        await pipeline.PutAsync(HoursPath, Hours);
        await pipeline.SweepAsync();
        await pipeline.RefreshAsync();
        await pipeline.SweepAsync();
        string path = Steps.Quarters.TableFiles.PathOf(Core.Reporting.ReportingTable.Of<Core.Reporting.MeasureRow>(),
            Core.Quarter.Parse("2025-26-Q1"));
        Assert.Null(await pipeline.Files.StatAsync(path));

        pipeline.Clock.Now = (await pipeline.Files.StatAsync("reports/2025-26-Q1.html"))!.LastModified.AddMinutes(11);
        await pipeline.SweepAsync();

        Assert.Equal("tables/measures/2025-26-Q1.parquet", path);
        Assert.NotNull(await pipeline.Files.StatAsync(path));
        Assert.NotNull(await pipeline.Files.StatAsync("tables/contracts/2025-26.parquet"));
        Assert.DoesNotContain(pipeline.Log.Messages, message => message.StartsWith("SweepFailed", StringComparison.Ordinal));
    }

    private static async Task<AzurePipeline> RegisteredAsync()
    {
        var pipeline = new AzurePipeline();
        await pipeline.PutAsync("reference/contracts.csv", Register);
        await pipeline.NotifyOrchestrationAsync("reference/contracts.csv");
        pipeline.Started.Clear();
        return pipeline;
    }
}
