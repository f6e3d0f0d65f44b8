using Pipeline.Core;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Tests.Payments;
using Pipeline.Steps.Tests.Stores;

namespace Pipeline.Steps.Tests.Arrivals;

public sealed class TakingInTests
{
    private const string Path = "submissions/acme/HL-001/2025-26-Q1/evidence.csv";

    private static async Task<TestPipeline> Found()
    {
        var world = await TestPipeline.Reviewed();
        await world.Put(Path, TestPipeline.Evidence(3));
        return world;
    }

    /// <summary>One of each kind of file, by which way it goes when it is taken in.</summary>
    public static TheoryData<string, string, UploadStatus> Kinds => new()
    {
        { "the first version of a slot", "submissions/beta/HL-002/2025-26-Q1/hours.csv", UploadStatus.Accepted },
        { "the next version of a slot", Path, UploadStatus.Accepted },
        { "a duplicate", Path.Replace(".csv", "-2.csv", StringComparison.Ordinal), UploadStatus.Duplicate },
        { "rejected", Path, UploadStatus.Rejected },
        { "personal data", Path, UploadStatus.Quarantined },
        { "no slot", "submissions/acme/stray.csv", UploadStatus.Quarantined },
        { "another's contract", "submissions/beta/HL-001/2025-26-Q1/evidence.csv", UploadStatus.Quarantined },
        { "no register", Path, UploadStatus.Quarantined },
        { "the register", "reference/contracts.csv", UploadStatus.Accepted },
        { "the calendar", "reference/calendar.csv", UploadStatus.Accepted },
        { "a framework", "reference/frameworks/performance.json", UploadStatus.Accepted },
        { "decisions", "reviews/2025-26-Q1/decisions.csv", UploadStatus.Accepted },
        { "confirmations", "confirmations/2025-26-Q1/bacs.csv", UploadStatus.Accepted },
        { "large", Path, UploadStatus.Accepted },
        { "large, with personal data", Path, UploadStatus.Quarantined },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_file_interrupted_anywhere_is_taken_in_again(string kind, string path, UploadStatus status)
    {
        Assert.Equal(status, Assert.Single(await (await Start()).TakeAll()).Receipt.Status);
        await Everywhere.Interrupted(Start, world => world.TakeAll());

        async Task<TestPipeline> Start()
        {
            var world = kind switch
            {
                "no register" => new TestPipeline(),
                "confirmations" => await TestPipeline.Released(),
                _ => await TestPipeline.Reviewed(),
            };
            await world.Put(path, await TextOf(kind, world));
            return world;
        }
    }

    [Fact]
    public async Task A_list_of_findings_is_there_where_there_are_any_and_never_somebody_elses()
    {
        const string path = "submissions/beta/HL-002/2025-26-Q1/hours.csv", receipts = "receipts/beta/HL-002/2025-26-Q1/hours/";
        string wrong = await TextOf("the first version of a slot", null!) + "2025-05,many,80\n";
        var world = await TestPipeline.Reviewed();

        // A first file dies when its receipt and its list are there; another comes in its place, without findings.
        await world.Put(path, wrong);
        world.Calls.Hook = call => ValueTask.FromResult<Fault?>(
            call is { Operation: "Submit", Moment: Moment.Before } ? new Fault.Crash() : null);
        await Assert.ThrowsAsync<CrashException>(() => world.TakeIn.RunAsync(path));
        world.Calls.Hook = null;
        Assert.Equal(3, (await world.Text(receipts + "v1.csv")).Split('\n').Length);
        await world.Take(path, await TextOf("the first version of a slot", world));
        Assert.Equal(2, (await world.Text(receipts + "v1.csv")).Split('\n').Length);

        await world.Take(path, wrong);
        Assert.Equal(3, (await world.Text(receipts + "v2.csv")).Split('\n').Length);
        await world.Take("submissions/acme/HL-001/2025-26-Q1/hours.csv", await TextOf("the first version of a slot", world));
        Assert.Null(await world.Files.StatAsync("receipts/acme/HL-001/2025-26-Q1/hours/v1.csv"));
    }

    private static async Task<string> TextOf(string kind, TestPipeline world) => kind switch
    {
        "the first version of a slot" => "month,commissioned_hours,delivered_hours\n2025-04,100,80\n",
        "the next version of a slot" or "another's contract" or "no register" => TestPipeline.Evidence(3),
        "a duplicate" => TestPipeline.Evidence(2),
        "rejected" => TestPipeline.Evidence(3).Replace("quantity", "number", StringComparison.Ordinal),
        "personal data" => TestPipeline.Evidence(3) + $"{TestPipeline.Quality},meet_contract,C-9,2025-05-01,1,from someone@example.org\n",
        "the register" => TestPipeline.Register("120000.00", "HL-001"),
        "the calendar" => "quarter,contract,due_on,extended_to\n2025-26-Q1,,2025-07-31,\n",
        "a framework" => (await world.Text("reference/frameworks/performance.json")).Replace("  ", " ", StringComparison.Ordinal),
        "decisions" => TestPipeline.Decisions(quality: "met"),
        "confirmations" => TestPipeline.Confirmations(("core", 1, "failed"), (TestPipeline.Partnership, 1, "paid")),
        "large" => Large(""),
        "large, with personal data" => Large("someone@example.org"),
        _ => "anything\n",
    };

    /// <summary>More than 1 MiB, and so read more than once.</summary>
    private static string Large(string last)
    {
        string note = string.Concat(Enumerable.Repeat("minutes of the board. ", 9));
        string text = TestPipeline.Evidence(0)
            + string.Concat(Enumerable.Range(1, 4_800).Select(n => $"{TestPipeline.Quality},meet_contract,C-{n},2025-05-01,1,{note}\n"))
            + $"{TestPipeline.Quality},meet_contract,D-1,2025-05-01,1,{last}\n";
        Assert.InRange(text.Length, 1 << 20, 2 << 20);
        return text;
    }

    [Fact]
    public Task Of_two_files_for_a_slot_at_once_each_becomes_a_version_with_its_own_receipt() => Everywhere.Overtaken(
        Found,
        world => world.TakeIn.RunAsync(Path),
        world => world.Take(Path.Replace(".csv", "-2.csv", StringComparison.Ordinal), TestPipeline.Evidence(4)),
        async world =>
        {
            var versions = await world.Uploads.OfReturnAsync(ProviderId.Parse("acme"), ContractId.Parse("HL-001"), TestPipeline.Q1);
            Assert.Equal([1, 2, 3], versions.Select(u => u.Version));
            foreach (var upload in versions)
            {
                Assert.Contains(upload.Sha256.ToString(),
                    await world.Text($"receipts/acme/HL-001/2025-26-Q1/evidence/v{upload.Version}.json"), StringComparison.Ordinal);
                var counts = (EvidenceCounts)await world.Uploads.CountsAsync(upload);
                Assert.Equal(upload.Rows, counts.Elements.Sum(e => e.Items));
            }
        });
}
