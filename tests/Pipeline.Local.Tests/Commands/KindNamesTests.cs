using System.Text.Json;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Arrivals;

namespace Pipeline.Local.Tests.Commands;

/// <summary>Files as people name them: they are taken in, or their sender is told where they look what to call them.</summary>
public sealed class KindNamesTests : IDisposable
{
    private const string Folder = "receipts/acme/HL-001/2025-26-Q1/";

    private readonly TempFolder _temp = new();

    private string Workspace => _temp.At("workspace");

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData("outcomes.CSV")]
    [InlineData("Outcomes.csv")]
    [InlineData("outcomes (1).csv")]
    [InlineData("outcomes - Copy.csv")]
    [InlineData("Copy of outcomes.csv")]
    [InlineData("outcomes_2025-07-01.csv")]
    public async Task A_file_is_taken_in_where_only_one_dataset_can_be_meant(string name)
    {
        await RunAsync((name, SampleInput.Arrivals[SampleInput.Acme + "outcomes.csv"]));

        Assert.Equal(UploadStatus.Accepted, Receipt(Folder + "outcomes/v1.json").Status);
    }

    [Fact]
    public async Task Files_found_together_are_taken_in_in_the_order_of_their_numbers()
    {
        await RunAsync(
            [.. Enumerable.Range(1, 12).Select(n => ($"hours-{n}.csv", $"month,commissioned_hours,delivered_hours\n2025-04,440,{n}\n"))]);

        Assert.Equal("hours-12.csv", Receipt(Folder + "hours/v12.json").FileName);
        Assert.Null(Receipt(Folder + "hours/v12.json").CameBefore);
        // Each of the others says which one counts.
        Assert.All(Enumerable.Range(1, 11), version => Assert.Equal("hours-12.csv", Receipt(Folder + $"hours/v{version}.json").CameBefore));
        Assert.Contains("The last of them, hours-12.csv, counts if it is accepted.",
            await File.ReadAllTextAsync(Path.Join(Workspace, Folder, "hours/v9.html")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_may_name_a_person_is_not_repeated_in_the_receipts_of_those_that_came_with_it()
    {
        await RunAsync(("hours-1.csv", "month,commissioned_hours,delivered_hours\n"),
            ("hours-for jane.csv", "month,commissioned_hours,delivered_hours\n2025-04,1,1\n"));

        Assert.Equal("hours-….csv", Receipt(Folder + "hours/v1.json").CameBefore);
    }

    [Fact]
    public async Task What_fits_nowhere_has_its_receipt_in_its_own_folder_with_the_name_that_it_should_have_and_is_counted()
    {
        await RunAsync(("Q1 outcomes.csv", SampleInput.OutcomesHeader), (".DS_Store", "x"), ("~$outcomes.csv", "x"));

        string receipt = Assert.Single(Directory.GetFiles(Path.Join(Workspace, Folder, "_unplaced"), "*.json"));
        var finding = Assert.Single(Receipt(Path.GetRelativePath(Workspace, receipt)).Findings);
        Assert.Equal(
            ("SLT-001", "the name outcomes.csv, or outcomes.xlsx of an Excel workbook; it goes to "
                + Folder.Replace("receipts", "submissions", StringComparison.Ordinal)),
            (finding.Rule, finding.Expected));
        Assert.False(Directory.Exists(Path.Join(Workspace, "receipts", "_unplaced")));
        // Every later run says so, too, while it is there.
        var again = await Cli.RunAsync("run", _temp.At("input"), "--workspace", Workspace, "--today", "2025-07-15");
        Assert.Contains("1 file fits nowhere and counts for nothing.", again.Output, StringComparison.Ordinal);
        Assert.Contains(Path.GetFileName(receipt), again.Output, StringComparison.Ordinal);
        var status = await Cli.RunAsync("status", "--workspace", Workspace, "--today", "2025-07-15");
        Assert.Contains("1 file fits nowhere and counts for nothing.", status.Output, StringComparison.Ordinal);
        Assert.Contains(Path.GetFileName(receipt), status.Output, StringComparison.Ordinal);
        using var json =
            JsonDocument.Parse((await Cli.RunAsync("status", "--workspace", Workspace, "--today", "2025-07-15", "--json")).Output);
        Assert.Equal(1, json.RootElement.GetProperty("unplaced").GetArrayLength());
        // Pages say so without looking at all files, and only to whose folder it is in.
        using var opened = new Local.Workspaces.Workspace(Workspace, TimeProvider.System);
        string page = Path.ChangeExtension(Path.GetRelativePath(Workspace, receipt), ".html");
        Assert.Equal([page], await UnplacedFiles.PagesAsync(opened.Uploads, opened.Files, "receipts/"));
        Assert.Empty(await UnplacedFiles.PagesAsync(opened.Uploads, opened.Files, "receipts/somebody-else/"));
        File.Delete(Directory.GetFiles(Path.Join(Workspace, "submissions"), "Q1 outcomes.csv", SearchOption.AllDirectories).Single());
        Assert.Empty(await UnplacedFiles.PagesAsync(opened.Uploads, opened.Files, "receipts/"));
    }

    [Fact]
    public async Task The_same_bytes_in_two_quarters_are_told_of_when_they_come_together_too()
    {
        string rows = SampleInput.OutcomesHeader + "C-1,homeless,health_and_wellbeing,physical_health,2025-04-02,open,,,,,,\n";
        string input = SampleInput.Write(
            _temp.At("input"), [.. SampleInput.Reference, new(SampleInput.Acme + "outcomes.csv", rows),
                new("submissions/acme/HL-001/2025-26-Q2/outcomes.csv", rows)]);
        await Cli.RunAsync("run", input, "--workspace", Workspace, "--today", "2025-10-15");

        Assert.DoesNotContain(Receipt(Folder + "outcomes/v1.json").Findings, finding => finding.Rule == "SLT-102");
        Assert.Single(Receipt("receipts/acme/HL-001/2025-26-Q2/outcomes/v1.json").Findings, finding => finding.Rule == "SLT-102");
    }

    [Fact]
    public async Task The_same_bytes_in_another_quarter_are_told_of()
    {
        const string next = "submissions/acme/HL-001/2025-26-Q2/";
        string rows = SampleInput.OutcomesHeader + "C-1,homeless,health_and_wellbeing,physical_health,2025-04-02,open,,,,,,\n";
        string input = SampleInput.Write(_temp.At("input"),
        [
            .. SampleInput.Reference,
            new(SampleInput.Acme + "outcomes.csv", rows),
            new(SampleInput.Acme + "incidents.csv", SampleInput.Arrivals[SampleInput.Acme + "incidents.csv"]),
        ]);
        await Cli.RunAsync("run", input, "--workspace", Workspace, "--today", "2025-10-15");
        SampleInput.Write(input, [new(next + "outcomes.csv", rows),
            new(next + "incidents.csv", SampleInput.Arrivals[SampleInput.Acme + "incidents.csv"])]);
        await Cli.RunAsync("run", input, "--workspace", Workspace, "--today", "2025-10-15");

        var receipts = new[] { "2025-26-Q1", "2025-26-Q2" }.Select(q => Receipt($"receipts/acme/HL-001/{q}/outcomes/v1.json")).ToList();
        var told = Assert.Single(receipts.SelectMany(r => r.Findings), f => f.Rule == "SLT-102");
        Assert.Equal("the file of 2025-26-Q2; these are the bytes of the current file of 2025-26-Q1", told.Expected);
        // Nil returns are all alike.
        Assert.DoesNotContain(Receipt("receipts/acme/HL-001/2025-26-Q2/incidents/v1.json").Findings, f => f.Rule == "SLT-102");
    }

    private Receipt Receipt(string path)
    {
        using var stream = File.OpenRead(Path.Join(Workspace, path));
        return Core.Submissions.Receipt.ReadJson(stream);
    }

    private async Task RunAsync(params (string Name, string Text)[] files)
    {
        string input = SampleInput.Write(
            _temp.At("input"),
            SampleInput.Reference.Concat(files.Select(file => KeyValuePair.Create(SampleInput.Acme + file.Name, file.Text))));
        var said = await Cli.RunAsync("run", input, "--workspace", Workspace, "--today", "2025-07-15");
        Assert.Equal((0, ""), (said.Exit, said.Error));
    }
}
