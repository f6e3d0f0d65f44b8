using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Pipeline.Core;
using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;
using Pipeline.Local.Workspaces;
using Pipeline.Steps.Quarters;
using Pipeline.Steps.State;
using Pipeline.Steps.Stores;

namespace Pipeline.Local.Tests;

/// <summary>
/// Runs <c>sample-data/</c> and compares every reporting table, whole, with the golden CSV tables beside it; and shows that each situation
/// the sample was made for is really in it.
/// <para>
/// To renew the goldens after a wanted change: <c>RENEW_SAMPLE_GOLDENS=1 dotnet test tests/Pipeline.Local.Tests --filter
/// SampleDataTests</c>, then read <c>git diff sample-data/expected</c>
/// line by line. A run that renews them fails, so that no golden is ever its own proof.
/// </para>
/// </summary>
public sealed partial class SampleDataTests(SampleRun run) : IClassFixture<SampleRun>
{
    private const string Q1 = "2025-26-Q1", Q2 = "2025-26-Q2";

    public static TheoryData<string> Tables => [.. ReportingTable.All.Select(table => table.Name)];

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task A_table_is_what_its_golden_says(string table) =>
        Assert.Equal(
            await File.ReadAllTextAsync(SampleRun.GoldenPath($"{table}.csv")),
            await run.TableAsCsvAsync(ReportingTable.All.Single(t => t.Name == table)));

    [Theory]
    [MemberData(nameof(SampleRun.Receipts), MemberType = typeof(SampleRun))]
    public async Task A_receipt_is_what_its_golden_says(string receipt) =>
        Assert.Equal(await File.ReadAllBytesAsync(SampleRun.GoldenPath(receipt)), await run.ReadAsync(receipt));

    [Fact]
    public void Beside_the_sample_stand_these_goldens_and_no_others()
    {
        string folder = SampleRun.GoldenPath("");
        var found = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(folder, f).Replace('\\', '/'));

        Assert.Equal([.. ReportingTable.All.Select(t => $"{t.Name}.csv").Concat(SampleRun.ReceiptPaths).Order(StringComparer.Ordinal)],
            found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Four_providers_have_six_contracts_under_both_frameworks_for_all_client_groups()
    {
        var contracts = await RowsAsync<ContractRow>();

        Assert.Equal(6, contracts.Count);
        Assert.Equal(4, contracts.Select(c => Of(c, nameof(Common.ProviderId))).Distinct().Count());
        Assert.Equal(["performance", "strategic-2019"], contracts.Select(c => Of(c, nameof(Common.Framework))).Distinct().Order());
        Assert.Equal(
            ["complex_needs", "domestic_abuse", "ex_offenders", "homeless", "young_people"],
            contracts.SelectMany(c => Of(c, nameof(ContractRow.ClientGroups)).Split(';')).Distinct().Order());
    }

    [Fact]
    public async Task Every_dataset_of_a_return_is_accepted_with_rows_in_both_quarters()
    {
        var accepted = (await RowsAsync<SubmissionRow>()).Where(s =>
            Of(s, nameof(SubmissionRow.Status)) == "accepted" && Of(s, nameof(SubmissionRow.Rows)) != "0");

        Assert.Equal(
            from quarter in new[] { Q1, Q2 } from dataset in Dataset.Returns.Select(d => d.Name)
                .Order(StringComparer.Ordinal) select (quarter, dataset),
            accepted.Select(s => (Of(s, nameof(Common.Quarter)), Of(s, nameof(SubmissionRow.Dataset)))).Distinct()
                .OrderBy(s => s.Item1, StringComparer.Ordinal).ThenBy(s => s.Item2, StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_resubmission_replaces_an_accepted_file()
    {
        Assert.Equal("accepted", await SubmissionAsync(Q1, "HL-001", "outcomes", 1, nameof(SubmissionRow.Status)));
        Assert.Equal("accepted", await SubmissionAsync(Q1, "HL-001", "outcomes", 2, nameof(SubmissionRow.Status)));
        Assert.Equal(("received", "2"), await ReturnAsync(Q1, "HL-001", "outcomes"));
    }

    [Fact]
    public async Task A_nil_return_is_received_and_empty() => Assert.Equal(("nil", "1"), await ReturnAsync(Q1, "DA-001", "incidents"));

    [Fact]
    public async Task A_return_that_never_came_is_missing() => Assert.Equal(("missing", "0"), await ReturnAsync(Q1, "HL-002", "feedback"));

    [Fact]
    public async Task What_came_of_one_contract_and_quarter_is_late_and_nothing_else()
    {
        var late = (await RowsAsync<SubmissionRow>()).Where(s => Of(s, nameof(SubmissionRow.Late)) == "true");

        Assert.Equal(
            [(Q2, "EX-001", "evidence"), (Q2, "EX-001", "hours"), (Q2, "EX-001", "outcomes"), (Q2, "EX-001", "referrals")],
            late.Select(s => (Of(s, nameof(Common.Quarter)), Of(s, nameof(Common.ContractId)), Of(s, nameof(SubmissionRow.Dataset)))));
        Assert.Equal(("late", "1"), await ReturnAsync(Q2, "EX-001", "outcomes"));
        Assert.Equal(("missing", "0"), await ReturnAsync(Q2, "EX-001", "quality"));
    }

    [Fact]
    public async Task A_rejected_file_with_many_mistakes_leaves_the_version_before_it_current()
    {
        var receipt = await ReceiptAsync("receipts/brindle-lane/YP-001/2025-26-Q1/outcomes/v2.json");

        Assert.Equal(UploadStatus.Rejected, receipt.Status);
        Assert.True(receipt.Summary.Count(rule => rule.Severity == "error") >= 8, "It breaks fewer than eight rules.");
        Assert.Equal(("received", "1"), await ReturnAsync(Q1, "YP-001", "outcomes"));
    }

    [Fact]
    public async Task A_return_of_which_only_a_rejected_file_came_is_rejected() =>
        Assert.Equal(("rejected", "0"), await ReturnAsync(Q2, "YP-001", "hours"));

    [Fact]
    public async Task A_file_with_personal_data_is_quarantined_and_the_mended_one_accepted()
    {
        var receipt = await ReceiptAsync("receipts/wrenfield/DA-002/2025-26-Q2/evidence/v1.json");

        Assert.Equal(UploadStatus.Quarantined, receipt.Status);
        Assert.NotNull(await run.Workspace.Files.StatAsync(Archive.QuarantinePathOf(receipt.Sha256, ".csv")));
        Assert.Null(await run.Workspace.Files.StatAsync(Archive.PathOf(receipt.Sha256, ".csv")));
        Assert.Equal(("received", "2"), await ReturnAsync(Q2, "DA-002", "evidence"));
    }

    [Fact]
    public async Task The_same_bytes_under_another_name_are_a_duplicate_and_no_version()
    {
        var receipt = await ReceiptAsync("receipts/larkstone/HL-002/2025-26-Q1/referrals/duplicate-of-v1.json");

        Assert.Equal((UploadStatus.Duplicate, "referrals-copy.csv"), (receipt.Status, receipt.FileName));
        Assert.Single(await RowsAsync<SubmissionRow>(),
            s => s.PartitionKey == $"{Q1}|HL-002" && Of(s, nameof(SubmissionRow.Dataset)) == "referrals");
    }

    [Theory]
    [InlineData("earned", "HL-001", "commissioned_hours")]
    [InlineData("not_met", "HL-001", "joint_commissioning")]
    [InlineData("awaiting_review", "EX-001", "joint_referral_routes")]
    [InlineData("no_evidence", "EX-001", "joint_commissioning")]
    [InlineData("blocked", "EX-001", "cohesive_quality_standards")]
    public async Task Payment_elements_stand_in_every_state_and_only_the_earned_pays(string state, string contract, string element)
    {
        var row = Assert.Single(await RowsAsync<ElementRow>(), e => e.PartitionKey == $"{Q1}|{contract}" && e.RowKey == element);

        Assert.Equal(state, Of(row, nameof(ElementRow.State)));
        Assert.NotEqual("0", Of(row, nameof(ElementRow.AvailablePence)));
        Assert.Equal(state == "earned" ? Of(row, nameof(ElementRow.AvailablePence)) : "0", Of(row, nameof(ElementRow.EarnedPence)));
    }

    [Theory]
    [InlineData(Q1, "DA-002", 833_333, 43, 91)] // £33,333.33 a year from 19 May 2025.
    [InlineData(Q2, "EX-001", 3_218_757, 62, 92)] // £128,750.25 a year to 31 August 2025.
    public async Task A_contract_of_part_of_the_quarter_is_paid_by_the_day(string quarter, string contract, long wholeQuarterPence,
        int activeDays, int days)
    {
        var parts = (await RowsAsync<ElementRow>()).Where(e => e.PartitionKey == $"{quarter}|{contract}")
            .Select(e => Whole(e, nameof(ElementRow.AvailablePence)));

        Assert.Equal((long)Math.Round((decimal)wholeQuarterPence * activeDays / days, MidpointRounding.AwayFromZero), parts.Sum());
    }

    [Theory]
    [InlineData(Q1, 4_672_644)] // A quarter of £186,905.75.
    [InlineData(Q2, 4_812_823)] // A quarter of £192,512.92 from 1 July 2025.
    public async Task A_value_that_rises_is_a_further_term_and_the_quarter_before_keeps_what_it_had(string quarter, long pence) =>
        Assert.Equal(pence, (await RowsAsync<ElementRow>()).Where(e => e.PartitionKey == $"{quarter}|HL-002")
            .Sum(e => Whole(e, nameof(ElementRow.AvailablePence))));

    [Fact]
    public async Task The_waiting_list_is_carried_over_in_all_contracts_but_one()
    {
        var differences = (await RowsAsync<MeasureRow>()).Where(m =>
            m.RowKey == "referrals|waiting_not_carried_over|-" && Whole(m, nameof(MeasureRow.Count)) != 0);

        Assert.Equal([($"{Q2}|YP-001", -2L)], differences.Select(m => (m.PartitionKey, Whole(m, nameof(MeasureRow.Count)))));
    }

    [Fact]
    public async Task Referrals_waiting_and_received_are_those_decided_and_still_waiting()
    {
        var referrals = (await RowsAsync<MeasureRow>()).Where(m =>
            Of(m, nameof(MeasureRow.MeasureArea)) == "referrals" && Of(m, nameof(MeasureRow.Category)).Length == 0);

        Assert.All(referrals.GroupBy(m => m.PartitionKey), contract =>
        {
            long Count(string measure) =>
                Whole(contract.Single(m => Of(m, nameof(MeasureRow.Measure)) == measure), nameof(MeasureRow.Count));
            Assert.Equal(Count("waiting_at_start") + Count("received"),
                Count("accepted") + Count("unsuccessful") + Count("withdrawn") + Count("waiting_at_end"));
        });
    }

    [Fact]
    public async Task No_clients_reference_is_in_a_table_or_a_receipt()
    {
        var texts = new List<string>();
        foreach (var table in ReportingTable.All)
            texts.Add(await run.TableAsCsvAsync(table));
        await foreach (var file in run.Workspace.Files.ListAsync("receipts/"))
            texts.Add(Encoding.UTF8.GetString(await run.ReadAsync(file.Path)));

        Assert.Matches(ClientReference(),
            await File.ReadAllTextAsync(Path.Join(SampleRun.Folder, "submissions/larkstone/HL-001/2025-26-Q1/outcomes.csv")));
        Assert.All(texts, text => Assert.DoesNotMatch(ClientReference(), text));
    }

    [Fact]
    public async Task Run_again_nothing_is_taken_in_and_nothing_changes()
    {
        Assert.Empty(await run.Workspace.Sweep.RunAsync());
        Assert.Empty(await run.Workspace.RefreshAsync(default));
    }

    private async Task<IReadOnlyList<TableRow>> RowsAsync<TRow>()
        where TRow : ReportingRow => await run.Workspace.Tables.ScanAsync(ReportingTable.Of<TRow>().Name).ToListAsync();

    private async Task<string> SubmissionAsync(string quarter, string contract, string dataset, int version, string column) =>
        Of(Assert.Single(await RowsAsync<SubmissionRow>(),
            s => s.PartitionKey == $"{quarter}|{contract}" && s.RowKey == $"{dataset}|{version:00000}"), column);

    private async Task<(string State, string CurrentVersion)> ReturnAsync(string quarter, string contract, string dataset)
    {
        var row = Assert.Single(await RowsAsync<ReturnRow>(), r => r.PartitionKey == $"{quarter}|{contract}" && r.RowKey == dataset);
        return (Of(row, nameof(ReturnRow.State)), Of(row, nameof(ReturnRow.CurrentVersion)));
    }

    private async Task<Receipt> ReceiptAsync(string path) => Receipt.ReadJson(new MemoryStream(await run.ReadAsync(path)));

    private static string Of(TableRow row, string column) => row.Values[column].ToString();

    private static long Whole(TableRow row, string column) => long.Parse(Of(row, column), CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\b(HS|FS|RF|CO|TG|YP)-[0-9]{4}\b")]
    private static partial Regex ClientReference();
}

/// <summary>The sample run once, on a day of its own, in a workspace of its own.</summary>
public sealed class SampleRun : IAsyncLifetime, IDisposable
{
    private static readonly DateTimeOffset Now = new(2025, 10, 20, 9, 30, 0, TimeSpan.Zero);

    private readonly TempFolder _temp = new();
    private Workspace? _workspace;

    /// <summary>The receipts that have a golden: the rejected files', as JSON and as CSV, and one of each other kind.</summary>
    public static IReadOnlyList<string> ReceiptPaths { get; } =
    [
        "receipts/brindle-lane/YP-001/2025-26-Q1/outcomes/v2.csv",
        "receipts/brindle-lane/YP-001/2025-26-Q1/outcomes/v2.json",
        "receipts/brindle-lane/YP-001/2025-26-Q2/hours/v1.csv",
        "receipts/brindle-lane/YP-001/2025-26-Q2/hours/v1.json",
        "receipts/larkstone/HL-001/2025-26-Q1/outcomes/v2.json",
        "receipts/larkstone/HL-002/2025-26-Q1/referrals/duplicate-of-v1.json",
        "receipts/wrenfield/DA-002/2025-26-Q2/evidence/v1.json",
    ];

    public static TheoryData<string> Receipts => [.. ReceiptPaths];

    /// <summary><c>sample-data/</c> of the repository that the tests were built in.</summary>
    public static string Folder { get; } = Path.Join(Repository.Root, "sample-data");

    public Workspace Workspace => _workspace ?? throw new InvalidOperationException("The sample was not run.");

    public static string GoldenPath(string name) => Path.Join(Folder, "expected", name);

    public async Task InitializeAsync()
    {
        _workspace = new Workspace(_temp.At("workspace"), new StandingClock(Now));
        await Workspace.AddDeliveredFrameworksAsync(default);
        foreach (string container in new[] { "reference", "submissions", "reviews" })
        {
            foreach (string file in Directory.EnumerateFiles(Path.Join(Folder, container), "*", SearchOption.AllDirectories))
            {
                await using var stream = File.OpenRead(file);
                await Workspace.Files.WriteAsync(Path.GetRelativePath(Folder, file).Replace('\\', '/'), stream);
            }
        }

        await Workspace.Sweep.RunAsync(parallel: 2);
        await Workspace.RefreshAsync(default);
        if (Environment.GetEnvironmentVariable("RENEW_SAMPLE_GOLDENS") == "1")
        {
            await RenewGoldensAsync();
            throw new InvalidOperationException(
                "The goldens were renewed from this run. Read the difference, then run the tests again without RENEW_SAMPLE_GOLDENS.");
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _workspace?.Dispose();
        _temp.Dispose();
    }

    public async Task<byte[]> ReadAsync(string path)
    {
        await using var stream = await Workspace.Files.OpenReadAsync(path);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    public async Task<string> TableAsCsvAsync(ReportingTable table)
    {
        using var bytes = new MemoryStream();
        await ReportingExport.WriteAsync(Workspace.Tables, table, bytes);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private async Task RenewGoldensAsync()
    {
        if (Directory.Exists(GoldenPath("")))
            Directory.Delete(GoldenPath(""), recursive: true);
        Directory.CreateDirectory(GoldenPath(""));
        foreach (var table in ReportingTable.All)
            await File.WriteAllTextAsync(GoldenPath($"{table.Name}.csv"), await TableAsCsvAsync(table));
        foreach (string receipt in ReceiptPaths)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(GoldenPath(receipt))!);
            await File.WriteAllBytesAsync(GoldenPath(receipt), await ReadAsync(receipt));
        }
    }

    private sealed class StandingClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
