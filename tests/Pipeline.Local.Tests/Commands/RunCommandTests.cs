using System.Text.Json;
using Pipeline.Core.Reading;
using Pipeline.Local.Stores;
using Pipeline.Local.Workspaces;

namespace Pipeline.Local.Tests.Commands;

public sealed class RunCommandTests : IDisposable
{
    private readonly TempFolder _temp = new();

    private string Input => _temp.At("input");

    private string Workspace => _temp.At("workspace");

    public void Dispose() => _temp.Dispose();

    private Task<Said> RunAsync(params string[] options) =>
        Cli.RunAsync(["run", Input, "--workspace", Workspace, "--today", "2025-07-15", .. options]);

    [Fact]
    public async Task A_run_says_what_came_of_it()
    {
        SampleInput.Write(Input, SampleInput.All);

        var said = await RunAsync();

        Assert.Equal("", said.Error);
        Assert.Equal(0, said.Exit);
        Assert.Contains("10 files uploaded into", said.Output, StringComparison.Ordinal);
        // The two delivered frameworks are taken in too.
        Assert.Contains("11  accepted, 14 rows", said.Output, StringComparison.Ordinal);
        Assert.Contains("rejected  submissions/brook/PO-001/2025-26-Q1/hours: 2 errors FLD-004, FLD-011", said.Output,
            StringComparison.Ordinal);
        Assert.Contains($"receipt {Workspace}/receipts/brook/PO-001/2025-26-Q1/hours/v1.json", said.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(_temp.At("workspace", "receipts", "brook", "PO-001", SampleInput.Quarter, "hours", "v1.json")));
        Assert.Contains("Returns: 3 received, 1 nil, 1 late, 1 rejected, 9 missing", said.Output, StringComparison.Ordinal);
        Assert.Contains("late PO-001: outcomes", said.Output, StringComparison.Ordinal);
        Assert.Contains("missing HL-001: referrals, social-value, quality, feedback", said.Output, StringComparison.Ordinal);
        Assert.Matches(@"Improved health and wellbeing +2 +1 +0 +1 +0 ", said.Output);
        Assert.Matches(@"Health and wellbeing +1 +0 +1 +0 +0 ", said.Output);
        Assert.Matches(@"HL-001 +Street outreach +£22,500\.00 +£2,500\.00 +£500\.00 +£0\.00", said.Output);
        Assert.Matches(@"PO-001 +Floating support +£7,500\.00 +£666\.66 +£0\.00 +£166\.67", said.Output);
    }

    [Fact]
    public async Task A_file_over_the_limit_is_told_of_and_not_copied()
    {
        SampleInput.Write(Input, SampleInput.All);
        string place = $"submissions/brook/PO-001/{SampleInput.Quarter}/hours-2.csv";
        await using (var large = File.Create(Path.Join(Input, place)))
            large.SetLength(FileCheck.DefaultSizeLimit + 1);

        var said = await RunAsync();

        Assert.Equal(0, said.Exit);
        Assert.Contains("10 files uploaded into", said.Output, StringComparison.Ordinal);
        Assert.Matches($@"FIL-007 error .*\n(.*\n)+? +{place}: not uploaded", said.Output);
        Assert.False(File.Exists(Path.Join(Workspace, place)));
        Assert.Equal(1, (await RunAsync("--strict")).Exit);
    }

    [Fact]
    public async Task Running_again_changes_no_byte_and_says_so()
    {
        SampleInput.Write(Input, SampleInput.All.Append(new("submissions/nowhere.csv", "x")));
        await RunAsync();
        string[] before = Cli.Digests(Workspace);

        var said = await RunAsync();

        Assert.Equal(0, said.Exit);
        Assert.Contains("Nothing new.", said.Output, StringComparison.Ordinal);
        Assert.Contains("0 files uploaded", said.Output, StringComparison.Ordinal);
        Assert.Contains("11 files unchanged", said.Output, StringComparison.Ordinal);
        Assert.Equal(before, Cli.Digests(Workspace));
    }

    [Fact]
    public async Task A_file_that_differs_replaces_the_one_before_and_is_a_new_version()
    {
        SampleInput.Write(Input, SampleInput.All);
        await RunAsync();
        // Of the same length, so that only the bytes tell.
        SampleInput.Write(Input,
            [new(SampleInput.Acme + "hours.csv",
                SampleInput.Arrivals[SampleInput.Acme + "hours.csv"].Replace("90.5", "90.6", StringComparison.Ordinal))]);

        var said = await RunAsync();

        Assert.Contains("1 file uploaded", said.Output, StringComparison.Ordinal);
        Assert.Contains("1  accepted, 3 rows", said.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(_temp.At("workspace", "receipts", "acme", "HL-001", SampleInput.Quarter, "hours", "v2.json")));
    }

    [Theory]
    [InlineData("reference/contracts.csv", "contract,provider\nHL-001,acme\n", "HDR-001")]
    [InlineData("reference/calendar.csv", "quarter,contract,due_on,extended_to\n2025-26-Q1,XX-9,2025-07-31,\n", "CAL-001")]
    [InlineData("reference/publication.csv", "from_quarter,suppress_up_to,round_to\n2025-26-Q1,1,5\n", "PUB-001")]
    [InlineData("reference/frameworks/own.json", "{", "FRM-002")]
    [InlineData("reference/frameworks/strategic-2019.json", "{}", "FRM-003")]
    public async Task A_reference_file_that_does_not_check_leaves_no_workspace_behind(string path, string text, string rule)
    {
        SampleInput.Write(Input, SampleInput.All);
        SampleInput.Write(Input, [new(path, text)]);

        var said = await RunAsync();

        Assert.Equal(2, said.Exit);
        Assert.Contains(path, said.Output, StringComparison.Ordinal);
        Assert.Contains(rule, said.Output, StringComparison.Ordinal);
        Assert.Contains("Nothing was done.", said.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Workspace));
    }

    [Fact]
    public async Task The_commissioner_says_how_quarters_are_published()
    {
        SampleInput.Write(Input, SampleInput.All);
        await RunAsync();
        string page = _temp.At("workspace", "reports", SampleInput.Quarter + "-public.html"), csv = Path.ChangeExtension(page, ".csv");
        Assert.Contains("is a count from 1 to 7", await File.ReadAllTextAsync(page), StringComparison.Ordinal);
        Assert.Contains(",fully_met,*", await File.ReadAllTextAsync(csv), StringComparison.Ordinal);

        SampleInput.Write(Input,
            [new("reference/publication.csv", "from_quarter,suppress_up_to,round_to\n2024-25-Q1,4,3\n2025-26-Q2,0,1\n")]);
        await RunAsync();
        Assert.Contains("is a count from 1 to 4", await File.ReadAllTextAsync(page), StringComparison.Ordinal);

        SampleInput.Write(Input, [new("reference/publication.csv", "from_quarter,suppress_up_to,round_to\n2025-26-Q1,0,1\n")]);
        Assert.Contains("PUB-101", (await RunAsync("--json")).Output, StringComparison.Ordinal);
        Assert.DoesNotContain("*", await File.ReadAllTextAsync(csv), StringComparison.Ordinal);
        Assert.Contains(",fully_met,1", await File.ReadAllTextAsync(csv), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_register_of_contracts_nothing_is_done()
    {
        SampleInput.Write(Input, SampleInput.Arrivals);

        var said = await RunAsync();

        Assert.Equal(2, said.Exit);
        Assert.Contains("There is no register of contracts.", said.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Workspace));
    }

    [Fact]
    public async Task The_workspaces_own_reference_files_count_and_a_broken_one_changes_no_byte()
    {
        SampleInput.Write(_temp.At("reference-only"), SampleInput.Reference);
        SampleInput.Write(Input, SampleInput.Arrivals);
        Assert.Equal(0, (await Cli.RunAsync("run", _temp.At("reference-only"), "--workspace", Workspace)).Exit);
        Assert.Equal(0, (await RunAsync()).Exit);
        string[] before = Cli.Digests(Workspace);

        SampleInput.Write(Input, [new(SampleInput.Contracts, "nothing"),
            new(SampleInput.Acme + "feedback.csv", "question,asked_on,responses,positive_responses\n")]);
        var said = await RunAsync();

        Assert.Equal(2, said.Exit);
        Assert.Equal(before, Cli.Digests(Workspace));
    }

    [Fact]
    public async Task Of_two_files_at_one_place_the_later_inputs_is_taken()
    {
        SampleInput.Write(Input, SampleInput.All);
        string later = SampleInput.Write(_temp.At("later"),
            [new(SampleInput.Acme + "hours.csv", "month,commissioned_hours,delivered_hours\n")]);

        await RunAsync(later);

        Assert.Equal(File.ReadAllBytes(Path.Join(later, SampleInput.Acme, "hours.csv")),
            File.ReadAllBytes(Path.Join(Workspace, SampleInput.Acme, "hours.csv")));
    }

    [Fact]
    public async Task Strict_exits_with_1_when_a_file_was_rejected_and_only_then()
    {
        SampleInput.Write(Input, SampleInput.All);
        Assert.Equal(1, (await RunAsync("--strict")).Exit);
        Assert.Equal(0, (await RunAsync("--strict")).Exit);
    }

    [Fact]
    public async Task Files_outside_the_containers_are_counted_and_left_alone()
    {
        SampleInput.Write(Input, SampleInput.All);
        SampleInput.Write(Input, [new("README.md", ""), new("Submissions/acme/HL-001/2025-26-Q1/outcomes.csv", ""),
            new("archive/x.csv", ""), new("submissions.csv", "")]);

        var said = await RunAsync();

        Assert.Contains("4 other files in the inputs belong to no container and were ignored.", said.Output, StringComparison.Ordinal);
        Assert.Contains("10 files uploaded", said.Output, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task Symbolic_links_are_not_followed()
    {
        SampleInput.Write(Input, SampleInput.All);
        string secret = SampleInput.Write(_temp.At("elsewhere"), [new("hours.csv", "month,commissioned_hours,delivered_hours\n")]);
        File.CreateSymbolicLink(Path.Join(Input, SampleInput.Acme, "feedback.csv"), Path.Join(secret, "hours.csv"));
        Directory.CreateSymbolicLink(Path.Join(Input, "confirmations"), secret);

        var said = await RunAsync();

        Assert.Contains("2 symbolic links not followed.", said.Output, StringComparison.Ordinal);
        Assert.Contains("10 files uploaded", said.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_workspace_may_lie_within_an_input_or_be_one()
    {
        SampleInput.Write(Input, SampleInput.All);
        Assert.Equal(0, (await Cli.RunAsync("run", Input, "--workspace", Path.Join(Input, "workspace"))).Exit);
        foreach (string workspace in new[] { "workspace", $"workspace{Path.DirectorySeparatorChar}" })
        {
            var again = await Cli.RunAsync("run", Input, "--workspace", Path.Join(Input, workspace));
            Assert.Contains("0 files uploaded", again.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("ignored", again.Output, StringComparison.Ordinal);
        }

        string[] before = Cli.Digests(Path.Join(Input, "workspace"));

        var said = await Cli.RunAsync("run", Path.Join(Input, "workspace"), "--workspace", Path.Join(Input, "workspace"));

        Assert.Contains("Nothing new.", said.Output, StringComparison.Ordinal);
        Assert.Equal(before, Cli.Digests(Path.Join(Input, "workspace")));
    }

    [Fact]
    public async Task An_input_that_is_not_laid_out_as_one_is_wrong_usage()
    {
        SampleInput.Write(Input, SampleInput.All);

        var said = await Cli.RunAsync("run", Path.Join(Input, "submissions"), "--workspace", Workspace);
        Assert.Equal(2, said.Exit);
        Assert.Contains("Give the folder that they are in.", said.Error, StringComparison.Ordinal);

        said = await Cli.RunAsync("run", _temp.At("nowhere"), "--workspace", Workspace);
        Assert.Equal(2, said.Exit);
        Assert.Contains("There is no folder", said.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Workspace));
    }

    [Fact]
    public async Task A_workspace_that_cannot_be_made_is_storage_trouble()
    {
        SampleInput.Write(Input, SampleInput.All);
        await File.WriteAllTextAsync(_temp.At("file"), "a file stands here");

        var said = await Cli.RunAsync("run", Input, "--workspace", _temp.At("file", "workspace"));

        Assert.Equal(3, said.Exit);
        Assert.Contains("give the same command again", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_listed_and_stops_no_other()
    {
        const string named = SampleInput.Acme + "outcomes-QQ123456C.csv";
        SampleInput.Write(Input, SampleInput.All);
        SampleInput.Write(Workspace,
            [new(named, "x"), new(SampleInput.Acme + "feedback.csv", "question,asked_on,responses,positive_responses\n")]);
        using (LockedFile(named))
        {
            var said = await RunAsync();

            Assert.Equal((3, ""), (said.Exit, said.Error));
            Assert.Contains("1 file could not be read.", said.Output, StringComparison.Ordinal);
            Assert.Contains("  submissions/acme/HL-001/2025-26-Q1/…: not taken in\n", said.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("QQ123456C", said.Output, StringComparison.Ordinal);
            // The other slots' files, and those that come before it in its own.
            Assert.Contains("12  accepted, 14 rows", said.Output, StringComparison.Ordinal);
            Assert.Contains("Returns: 3 received, 2 nil, 1 late, 1 rejected, 8 missing", said.Output, StringComparison.Ordinal);

            said = await RunAsync("--json");
            Assert.Equal((3, ""), (said.Exit, said.Error));
            using var json = JsonDocument.Parse(said.Output);
            Assert.Equal(["submissions/acme/HL-001/2025-26-Q1/…"],
                json.RootElement.GetProperty("inputs").GetProperty("unreadable").EnumerateArray().Select(place => place.GetString()));
            Assert.DoesNotContain("Nothing new.", (await RunAsync()).Output, StringComparison.Ordinal);
        }

        Assert.Equal(0, (await RunAsync()).Exit);
        Assert.Contains("Nothing new.", (await RunAsync()).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_input_that_cannot_be_read_is_listed_and_the_others_are_uploaded()
    {
        const string gone = SampleInput.Acme + "hours.csv", locked = SampleInput.Brook + "hours.csv";
        SampleInput.Write(Input, SampleInput.All);
        SampleInput.Write(Workspace, [new(locked, SampleInput.Arrivals[locked])]);
        var inputs = InputFolders.Find([Input], Workspace);
        File.Delete(Path.Join(Input, gone));
        using var held = LockedFile(locked);
        var told = new List<string>();

        var uploaded = await inputs.UploadAsync(new FolderFileStore(Workspace), (path, _) => told.Add(path), default);

        Assert.Equal([gone, locked], uploaded.Unreadable);
        Assert.Equal((8L, 0L), (uploaded.Files, uploaded.Unchanged));
        Assert.Equal(inputs.Files.Keys, told);
        Assert.Equal(3, (await RunAsync()).Exit);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"dataset\":\"ho")]
    public async Task A_broken_file_of_counts_is_named(string text)
    {
        const string counts = "receipts/reference/contracts/v1.counts.json";
        SampleInput.Write(Input, SampleInput.All);
        await RunAsync();
        SampleInput.Write(Workspace, [new(counts, text)]);
        SampleInput.Write(Input, [new(SampleInput.Acme + "feedback.csv", "question,asked_on,responses,positive_responses\n")]);

        var said = await RunAsync();

        Assert.Equal(3, said.Exit);
        Assert.Equal(
            $"The file {counts} does not hold what was written to it. Restore it from a backup, and give the same command again.\n",
            said.Error);
    }

    [Fact]
    public async Task Damaged_tables_are_to_be_restored()
    {
        SampleInput.Write(Input, SampleInput.All);
        await RunAsync();
        await File.WriteAllTextAsync(Path.Join(Workspace, "tables.db"), new string('x', 8192));

        var said = await RunAsync();

        Assert.Equal(3, said.Exit);
        Assert.StartsWith("The tables could not be reached: the file is damaged (SQLite result 26). Restore it from a backup", said.Error,
            StringComparison.Ordinal);
    }

    /// <summary>A file of the workspace as it is while another program uses it and lets nobody else.</summary>
    private FileStream LockedFile(string path) => new(Path.Join(Workspace, path), FileMode.Open, FileAccess.ReadWrite, FileShare.None);

    [Fact]
    public async Task Json_is_one_document_and_nothing_else()
    {
        SampleInput.Write(Input, SampleInput.All);

        var said = await RunAsync("--json");

        using var json = JsonDocument.Parse(said.Output);
        var root = json.RootElement;
        Assert.Equal(
            ["workspace", "referenceIsSound", "reference", "notChecked", "inputs", "counts", "files", "quarters", "unplaced"],
            root.EnumerateObject().Select(p => p.Name));
        Assert.True(root.GetProperty("referenceIsSound").GetBoolean());
        Assert.Equal(10, root.GetProperty("inputs").GetProperty("uploaded").GetInt64());
        Assert.Equal(1, root.GetProperty("counts").GetProperty("rejected").GetInt64());
        var rejected = root.GetProperty("files").EnumerateArray().Single(f => f.GetProperty("status").GetString() == "rejected");
        Assert.Equal("submissions/brook/PO-001/2025-26-Q1/hours", rejected.GetProperty("place").GetString());
        var contract = root.GetProperty("quarters")[0].GetProperty("contracts")[0];
        Assert.Equal((2_250_000, 250_000, 50_000), (contract.GetProperty("corePence").GetInt64(),
            contract.GetProperty("availablePence").GetInt64(), contract.GetProperty("earnedPence").GetInt64()));
        Assert.Equal("", said.Error);
    }

    [Fact]
    public async Task Json_tells_of_reference_files_that_do_not_check()
    {
        SampleInput.Write(Input, [new(SampleInput.Contracts, "contract\n")]);

        var said = await RunAsync("--json");

        Assert.Equal(2, said.Exit);
        using var json = JsonDocument.Parse(said.Output);
        Assert.False(json.RootElement.GetProperty("referenceIsSound").GetBoolean());
        Assert.Equal("HDR-001", json.RootElement.GetProperty("reference")[0].GetProperty("summary")[0].GetProperty("rule").GetString());
    }
}
