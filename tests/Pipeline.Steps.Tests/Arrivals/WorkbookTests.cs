using System.Security.Cryptography;
using System.Text;
using Pipeline.Core;
using Pipeline.Core.Findings;
using Pipeline.Core.Submissions;
using Pipeline.Core.Tests.Reading;
using Pipeline.Steps.Tests.Payments;

namespace Pipeline.Steps.Tests.Arrivals;

/// <summary>A submission may be a workbook, and a return may be one with a sheet for each dataset (domain.md section 3).</summary>
public sealed class WorkbookTests
{
    private const string Folder = "submissions/acme/HL-001/2025-26-Q1/";
    private const string Receipts = "receipts/acme/HL-001/2025-26-Q1/";
    private const string Hours = "month,commissioned_hours,delivered_hours\n2025-04,100,90\n";
    private const string MoreHours = "month,commissioned_hours,delivered_hours\n2025-04,100,95\n";
    private const string Incidents = "incident_ref,kind,occurred_on,reported_on,status\nI-1,complaint,2025-05-01,2025-05-02,closed\n";

    [Fact]
    public async Task A_workbook_is_known_by_its_rows_and_kept_as_it_is()
    {
        var world = await TestPipeline.Reviewed();
        byte[] workbook = Workbook(("Sheet1", Hours));

        var taken = Assert.Single(await Take(world, "hours.xlsx", workbook));

        Assert.Equal(UploadStatus.Accepted, taken.Receipt.Status);
        Assert.Equal(Sha(Encoding.UTF8.GetBytes(Hours)), taken.Receipt.Sha256);
        Assert.Equal(Sha(workbook), taken.Receipt.Workbook);
        Assert.Equal(workbook, await Bytes(world, $"archive/{Sha(workbook)}.xlsx"));
        Assert.Equal(Sha(workbook), (await Versions(world, "hours")).Single().Workbook);
        Assert.Empty(await world.TakeIn.RunAsync(Folder + "hours.xlsx"));
    }

    [Fact]
    public async Task The_same_rows_are_a_duplicate_in_whichever_file()
    {
        var world = await TestPipeline.Reviewed();
        await Take(world, "hours.xlsx", Workbook(("Sheet1", Hours)));

        Assert.Equal(UploadStatus.Duplicate,
            Assert.Single(await Take(world, "hours-2.xlsx", Workbook(("notes", "x"), ("hours", Hours)))).Receipt.Status);
        Assert.Equal(UploadStatus.Duplicate, (await world.Take(Folder + "hours.csv", Hours))!.Receipt.Status);
        Assert.Equal(UploadStatus.Accepted,
            Assert.Single(await Take(world, "hours-2.xlsx", Workbook(("Sheet1", MoreHours)))).Receipt.Status);
        Assert.Equal([1, 2], (await Versions(world, "hours")).Select(u => u.Version));
    }

    [Fact]
    public async Task Each_filled_sheet_of_a_return_is_an_upload_to_its_slot()
    {
        var world = await TestPipeline.Reviewed();
        byte[] workbook = Workbook(("hours", Hours), ("Incidents", Incidents),
            ("feedback", "question,asked_on,responses,positive_responses\n"), ("codes", "a\nb\n"));

        var taken = await Take(world, "return.xlsx", workbook);

        Assert.Equal(["hours", "incidents"], taken.Select(t => t.Slot!.Name).Order());
        Assert.All(taken, t => Assert.Equal((UploadStatus.Accepted, "return.xlsx", t.Slot!.Name),
            (t.Receipt.Status, t.Receipt.FileName, t.Receipt.Sheet)));
        Assert.Equal(workbook, await Bytes(world, $"archive/{Sha(workbook)}.xlsx"));
        Assert.Empty(await world.TakeAll());
    }

    [Fact]
    public async Task No_filled_sheet_is_passed_over_in_silence()
    {
        var world = await TestPipeline.Reviewed();

        var taken = await Take(world, "return.xlsx", Workbook(("Evidence Q2", TestPipeline.Evidence(1)),
            ("hours", Hours), ("hours (2)", MoreHours), ("Complaints", Incidents), ("notes", "x\ny\n")));

        Assert.Equal(
            [("evidence", UploadStatus.Accepted, ""), ("hours", UploadStatus.Rejected, "WBK-006"),
                ("incidents", UploadStatus.Rejected, "WBK-012")],
            taken.Select(t => (t.Slot!.Name, t.Receipt.Status, string.Concat(t.Receipt.Summary.Select(r => r.Rule)))).Order());
        Assert.Equal("Evidence Q2", taken.Single(t => t.Slot!.Name == "evidence").Receipt.Sheet);
        Assert.DoesNotContain("Complaints", await world.Text(Receipts + "incidents/v1.html"), StringComparison.Ordinal);
        Assert.Empty(await world.TakeAll());
    }

    [Fact]
    public async Task One_changed_sheet_makes_one_new_version()
    {
        var world = await TestPipeline.Reviewed();
        await Take(world, "return.xlsx", Workbook(("hours", Hours), ("incidents", Incidents)));

        var taken = await Take(world, "return.xlsx", Workbook(("hours", MoreHours), ("incidents", Incidents)));

        Assert.Equal([("hours", UploadStatus.Accepted), ("incidents", UploadStatus.Duplicate)],
            taken.Select(t => (t.Slot!.Name, t.Receipt.Status)).Order());
        Assert.Equal(2, (await Versions(world, "hours")).Count);
        Assert.Single(await Versions(world, "incidents"));
    }

    [Fact]
    public async Task A_finding_names_sheet_and_cell()
    {
        var world = await TestPipeline.Reviewed();

        await Take(world, "return.xlsx",
            Workbook(("hours", Hours.Replace("90", "many", StringComparison.Ordinal)), ("incidents", Incidents)));

        Assert.Contains("\nhours!C2,", await world.Text(Receipts + "hours/v1.csv"), StringComparison.Ordinal);
        Assert.Contains("<li>hours!C2</li>", await world.Text(Receipts + "hours/v1.html"), StringComparison.Ordinal);
        Assert.Single(await Versions(world, "incidents"), u => u.Status == UploadStatus.Accepted);
    }

    [Fact]
    public async Task A_return_that_cannot_be_read_has_a_receipt_of_its_own()
    {
        var world = await TestPipeline.Reviewed();

        var refused = Assert.Single(await Take(world, "return.xlsx", [1, 2, 3]));
        var unnamed = Assert.Single(await Take(world, "return-2.xlsx", Workbook(("Sheet1", Hours))));

        Assert.Equal((UploadStatus.Rejected, Receipts + "return/v1.json"), (refused.Receipt.Status, refused.ReceiptPath));
        Assert.Equal("WBK-001", refused.Receipt.Summary.Single().Rule);
        Assert.Equal(("WBK-007", Receipts + "return/v2.json"), (unnamed.Receipt.Summary.Single().Rule, unnamed.ReceiptPath));
        Assert.Empty(await world.TakeAll());
        await world.RefreshAsync();
    }

    [Fact]
    public async Task Of_a_return_with_something_about_a_person_nothing_is_taken_in_or_archived()
    {
        var world = await TestPipeline.Reviewed();
        byte[] workbook = Workbook(("hours", Hours), ("incidents", Incidents.Replace("I-1", "QQ123456C", StringComparison.Ordinal)));

        var taken = await Take(world, "return.xlsx", workbook);

        Assert.All(taken, t => Assert.Equal(UploadStatus.Quarantined, t.Receipt.Status));
        Assert.Equal([Rules.PersonalDataInWorkbook.Id], taken.Single(t => t.Slot!.Name == "hours").Receipt.Summary.Select(r => r.Rule));
        Assert.Null(await world.Files.StatAsync($"archive/{Sha(workbook)}.xlsx"));
        Assert.Equal(workbook, await Bytes(world, $"quarantine/{Sha(workbook)}.xlsx"));
    }

    [Fact]
    public async Task A_return_for_anothers_contract_is_set_aside()
    {
        var world = await TestPipeline.Reviewed();
        await Put(world, "submissions/beta/HL-001/2025-26-Q1/return.xlsx", Workbook(("hours", Hours)));

        Assert.Equal("SLT-002", Assert.Single(await world.TakeAll()).Receipt.Summary.Single().Rule);
    }

    [Fact]
    public async Task The_other_files_of_a_return_come_before_its_workbook()
    {
        var world = await TestPipeline.Reviewed();
        await Put(world, Folder + "return.xlsx", Workbook(("hours", MoreHours)));
        await world.Put(Folder + "zz-other.csv", "");
        await world.Put(Folder + "hours.csv", Hours);

        await world.Arrival.RunAsync(Folder + "return.xlsx");

        Assert.Equal([Sha(Encoding.UTF8.GetBytes(Hours)), Sha(Encoding.UTF8.GetBytes(MoreHours))],
            (await Versions(world, "hours")).Select(u => u.Sha256));
    }

    public static TheoryData<string, bool> Kinds =>
        new() { { "hours.xlsx", false }, { "hours.xlsx", true }, { "return.xlsx", false }, { "return.xlsx", true } };

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_workbook_interrupted_anywhere_is_taken_in_again(string name, bool isLarge)
    {
        byte[] workbook = Workbook(("hours", Hours), ("incidents", isLarge ? ManyIncidents() : Incidents));
        Assert.Equal(isLarge, workbook.Length > 1 << 20);
        await Everywhere.Interrupted(
            async () =>
            {
                var world = await TestPipeline.Reviewed();
                await Put(world, Folder + name, workbook);
                return world;
            },
            world => world.TakeAll());
    }

    [Fact]
    public async Task A_payment_run_is_worked_out_again_from_a_workbook()
    {
        var world = await TestPipeline.Reviewed();
        byte[] workbook = Workbook(("evidence", TestPipeline.Evidence(3)), ("hours", Hours));
        await Take(world, "return.xlsx", workbook);
        await world.RefreshAsync();
        await world.PayAsync();

        Assert.Empty((await world.Replay.RunAsync(TestPipeline.Q1, 1))!.Differences);

        await Put(world, $"archive/{Sha(workbook)}.xlsx", Workbook(("evidence", TestPipeline.Evidence(1))));
        Assert.Contains("its bytes are others", Assert.Single((await world.Replay.RunAsync(TestPipeline.Q1, 1))!.Differences),
            StringComparison.Ordinal);
    }

    /// <summary>More than 1 MiB when packed.</summary>
    private static string ManyIncidents()
    {
        var random = new Random(1);
        return Incidents + string.Concat(Enumerable.Range(2, 30_000).Select(n =>
            $"I-{Convert.ToHexString(BitConverter.GetBytes(random.NextInt64()))}{Convert.ToHexString(BitConverter.GetBytes(random.NextInt64()))[..8]}Z{n},complaint,2025-05-01,2025-05-02,closed\n"));
    }

    private static byte[] Workbook(params (string Name, string Csv)[] sheets) =>
        WorkbookFile.Of([.. sheets.Select(s => (s.Name, WorkbookFile.Rows(s.Csv)))]).Bytes();

    private static Sha256 Sha(byte[] bytes) => new(SHA256.HashData(bytes));

    private static async Task<IReadOnlyList<Pipeline.Steps.Arrivals.TakenIn>> Take(TestPipeline world, string name, byte[] bytes)
    {
        await Put(world, Folder + name, bytes);
        return await world.TakeIn.RunAsync(Folder + name);
    }

    private static async Task Put(TestPipeline world, string path, byte[] bytes) =>
        await world.Files.WriteAsync(path, new MemoryStream(bytes));

    private static async Task<byte[]> Bytes(TestPipeline world, string path)
    {
        await using var stored = await world.Files.OpenReadAsync(path);
        using var copy = new MemoryStream();
        await stored.CopyToAsync(copy);
        return copy.ToArray();
    }

    private static async Task<IReadOnlyList<Upload>> Versions(TestPipeline world, string dataset) =>
        [.. (await world.Uploads.OfReturnAsync(ProviderId.Parse("acme"), ContractId.Parse("HL-001"), TestPipeline.Q1)).Where(u =>
            u.Slot == dataset)];
}
