using System.Text.Json;
using System.Text.RegularExpressions;
using Pipeline.Core.Findings;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;
using Pipeline.Core.Tests.Reading;
using Pipeline.Local.Screen;
using Pipeline.Local.Workspaces;

namespace Pipeline.Local.Tests.Commands;

/// <summary><c>check</c>, <c>status</c>, <c>rules</c>, <c>template</c> and <c>export</c> on the sample.</summary>
public sealed class OtherCommandsTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public OtherCommandsTests() => SampleInput.Write(Input, SampleInput.All);

    private string Input => _temp.At("input");

    private string Workspace => _temp.At("workspace");

    private string Reference => _temp.At("input", "reference");

    public void Dispose() => _temp.Dispose();

    private Task<Said> RunAsync() => Cli.RunAsync("run", Input, "--workspace", Workspace, "--today", "2025-07-15");

    [Fact]
    public async Task Check_takes_from_the_path_what_the_options_leave_out()
    {
        var said = await Cli.RunAsync("check", Path.Join(Input, SampleInput.Brook, "hours.csv"), "--reference", Reference, "--today",
            "2025-07-01");

        Assert.Equal(1, said.Exit);
        Assert.Contains("submissions/brook/PO-001/2025-26-Q1/hours does not check: 2 errors, 0 warnings in 1 row", said.Output,
            StringComparison.Ordinal);
        Assert.Contains("month, A2", said.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("April", said.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_finds_what_taking_in_finds()
    {
        await RunAsync();
        foreach (var (path, _) in SampleInput.Arrivals)
        {
            var said = await Cli.RunAsync("check", Path.Join(Input, path), "--reference", Reference, "--today", "2025-07-15", "--json");
            var slot = Slot.At(path)!;
            int version = path.EndsWith("-2.csv", StringComparison.Ordinal) ? 2 : 1;
            await using var stream = File.OpenRead(Path.Join(Workspace, slot.ReceiptFolder, $"v{version}.json"));
            var receipt = Receipt.ReadJson(stream);

            var found = JsonSerializer.Deserialize<FileFindings>(said.Output, CoreJson.Options)!;
            Assert.Equal((receipt.Errors, receipt.Warnings, receipt.RowsRead), (found.Errors, found.Warnings, found.Rows));
            Assert.Equal(receipt.Summary, found.Summary);
            Assert.Equal(receipt.Findings, found.Findings);
            Assert.Null(found.UploadAs);
            Assert.Equal(receipt.Status == UploadStatus.Accepted ? 0 : 1, said.Exit);
        }
    }

    [Fact]
    public async Task Check_needs_no_register_where_the_framework_is_given()
    {
        const string name = "Outcomes (1).csv";
        string file =
            Path.Join(SampleInput.Write(_temp.At("alone"), [new(name, SampleInput.Arrivals[SampleInput.Acme + "outcomes-2.csv"])]), name);

        var said = await Cli.RunAsync("check", file, "--framework", "strategic-2019", "--today", "2025-07-15");
        var unknown = await Cli.RunAsync("check", file, "--framework", "another", "--today", "2025-07-15");
        var nothing = await Cli.RunAsync("check", file);

        Assert.Equal((0, ""), (said.Exit, said.Error));
        Assert.Contains("outcomes, 2025-26-Q1 checks: nothing found in 3 rows", said.Output, StringComparison.Ordinal);
        Assert.Contains("3 clients", said.Output, StringComparison.Ordinal);
        Assert.Contains("2 needs, of which 1 fully met", said.Output, StringComparison.Ordinal);
        Assert.Contains("Not checked: whether the contract is active", said.Output, StringComparison.Ordinal);
        Assert.Contains("Known are: performance, strategic-2019", unknown.Error, StringComparison.Ordinal);
        Assert.Contains("--framework ID", nothing.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_says_which_quarter_it_assumed_and_finds_no_day_outside_that()
    {
        string file = _temp.At("outcomes.csv");
        await File.WriteAllTextAsync(file, SampleInput.OutcomesHeader
            + "C-1,homeless,health_and_wellbeing,physical_health,2025-04-02,fully_met,2025-05-02,,EV-1,2025-05-20,,\n");
        string[] check = ["check", file, "--framework", "strategic-2019", "--today", "2025-11-15"];

        var assumed = await Cli.RunAsync(check);
        var given = await Cli.RunAsync([.. check, "--quarter", "2025-26-Q2"]);

        Assert.Equal(0, assumed.Exit);
        Assert.Contains("Nor whether its days lie in the quarter: 2025-26-Q2 was assumed. With --quarter Q that is, too.",
            string.Join(' ', assumed.Output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Equal(1, given.Exit);
        Assert.Contains("OUT-013", given.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("assumed", given.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_says_of_a_nil_return_that_it_is_one()
    {
        string file = _temp.At("outcomes.csv");
        await File.WriteAllTextAsync(file, SampleInput.OutcomesHeader);

        var said = await Cli.RunAsync("check", file, "--framework", "strategic-2019", "--today", "2025-07-15");

        Assert.Equal(0, said.Exit);
        Assert.Contains("It is a nil return", said.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_takes_what_is_in_a_file_from_its_name()
    {
        string file = _temp.At("hours.csv"), other = _temp.At("time.csv");
        File.Copy(Path.Join(Input, SampleInput.Acme, "hours.csv"), file);
        File.Copy(file, other);
        string[] against = ["--reference", Reference, "--today", "2025-07-15"];

        Assert.Equal(0, (await Cli.RunAsync(["check", file, .. against, "--contract", "HL-001", "--quarter", "2025-26-Q1"])).Exit);
        Assert.Contains("Add --contract and --quarter.", (await Cli.RunAsync(["check", file, .. against])).Error, StringComparison.Ordinal);
        string error = (await Cli.RunAsync(["check", other, .. against])).Error;
        Assert.Contains("one of the names outcomes.csv", error, StringComparison.Ordinal);
        Assert.Contains("Add --dataset.", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_says_of_what_counts_that_a_newer_version_was_rejected()
    {
        await Cli.RunAsync("run", Input, "--workspace", Workspace, "--today", "2025-07-15");
        await File.WriteAllTextAsync(Path.Join(Input, SampleInput.Acme, "hours-2.csv"), "month\nJune\n");
        await Cli.RunAsync("run", Input, "--workspace", Workspace, "--today", "2025-07-15");

        var said = await Cli.RunAsync("status", "2025-26-Q1", "--workspace", Workspace, "--today", "2025-07-15");
        var json = await Cli.RunAsync("status", "2025-26-Q1", "--workspace", Workspace, "--today", "2025-07-15", "--json");

        Assert.Contains("newest rejected hours", string.Join(' ', said.Output.Split((char[])[' ', '\n'],
            StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Equal(1, json.Output.Split("\"newest\": \"rejected\"").Length - 1);
    }

    [Fact]
    public async Task Run_and_status_count_files_of_a_contract_that_is_not_the_providers()
    {
        string input = SampleInput.Write(_temp.At("input-of-another"),
            [.. SampleInput.Reference, new("submissions/acme/PO-001/2025-26-Q1/hours.csv", "month\n")]);

        foreach (string[] command in new[] { ["run", input], ["run", input], new[] { "status" } })
        {
            var said = await Cli.RunAsync([.. command, "--workspace", Workspace, "--today", "2025-07-15"]);

            Assert.Contains("1 file fits nowhere and counts for nothing. Why, and what would be right, stands in", said.Output,
                StringComparison.Ordinal);
            Assert.Contains("receipts/_unplaced/", said.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Check_takes_a_framework_by_its_file()
    {
        string file = Path.Join(SampleInput.Write(_temp.At("alone"),
            [new("outcomes.csv", SampleInput.Arrivals[SampleInput.Acme + "outcomes-2.csv"])]), "outcomes.csv");
        string own = _temp.At("ours.json"), broken = _temp.At("broken.json");
        await using (var delivered = DeliveredFrameworks.Open("strategic-2019"))
        using (var json = new StreamReader(delivered))
            await File.WriteAllTextAsync(own,
                (await json.ReadToEndAsync()).Replace("\"strategic-2019\"", "\"ours\"", StringComparison.Ordinal));
        await File.WriteAllTextAsync(broken, "{}");

        Assert.Equal(0, (await Cli.RunAsync("check", file, "--framework", own, "--today", "2025-07-15")).Exit);
        var refused = await Cli.RunAsync("check", file, "--framework", broken, "--today", "2025-07-15");
        Assert.Equal(2, refused.Exit);
        Assert.Contains("The framework file does not check", refused.Error, StringComparison.Ordinal);
        Assert.Contains("A property is missing.", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_looks_at_every_filled_sheet_of_a_return()
    {
        string file = _temp.At("return.xlsx");
        (string Sheet, string Csv)[] filled =
        [
            ("hours", "month,commissioned_hours,delivered_hours\n2025-04,100,90"),
            ("outcomes", "client_ref,client_group\nC-1,nobody"),
            ("feedback", "question,asked_on,responses,positive_responses"),
        ];
        await File.WriteAllBytesAsync(file, WorkbookFile.Of([.. filled.Select(sheet => (sheet.Sheet, WorkbookFile.Rows(sheet.Csv)))])
            .Bytes());

        foreach (string[] against in (string[][])[["--framework", "strategic-2019"],
            ["--reference", Reference, "--contract", "HL-001", "--quarter", "2025-26-Q1"]])
        {
            var said = await Cli.RunAsync(["check", file, .. against, "--today", "2025-07-15"]);
            Assert.Equal((1, ""), (said.Exit, said.Error));
            Assert.Contains("hours", said.Output, StringComparison.Ordinal);
            Assert.Contains("90 hours delivered of 100 commissioned", said.Output, StringComparison.Ordinal);
            Assert.Contains("outcomes!B2", said.Output, StringComparison.Ordinal);
            var json = await Cli.RunAsync(["check", file, .. against, "--today", "2025-07-15", "--json"]);
            var sheets = JsonDocument.Parse(json.Output).RootElement.GetProperty("sheets").EnumerateArray().ToList();
            Assert.Equal(["outcomes", "hours"], sheets.Select(sheet => sheet.GetProperty("sheet").GetString()));
        }
    }

    [Fact]
    public async Task Check_says_of_each_file_of_the_conformance_kit_what_the_kit_says()
    {
        string kit = _temp.At("kit");
        var made = await Cli.RunAsync("conformance", kit, "--framework", "performance", "--workspace", Workspace);
        Assert.Equal((0, ""), (made.Exit, made.Error));
        Assert.Contains("pipeline check outcomes.csv --framework performance", await File.ReadAllTextAsync(Path.Join(kit, "README.md")),
            StringComparison.Ordinal);

        foreach (string file in Directory.GetFiles(Path.Join(kit, "outcomes"), "*.csv"))
        {
            var said = await Cli.RunAsync("check", file, "--framework", "performance", "--dataset", "outcomes", "--quarter", "2025-26-Q1",
                "--today", "2025-07-15", "--json");
            var found = JsonSerializer.Deserialize<FileFindings>(said.Output, CoreJson.Options)!;
            var expected = JsonSerializer.Deserialize<ConformanceKit.Expected>(
                await File.ReadAllTextAsync(Path.ChangeExtension(file, ".receipt.json")), CoreJson.Options)!;
            Assert.Equal((expected.Accepted, expected.Rows), (said.Exit == 0, found.Rows));
            Assert.Equal(expected.Summary, found.Summary);
            Assert.Equal(expected.Findings, found.Findings);
        }

        Assert.Contains("DIR is not empty",
            (await Cli.RunAsync("conformance", kit, "--framework", "performance", "--workspace", Workspace)).Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_lists_by_rule_or_by_row()
    {
        string file = _temp.At("hours.csv");
        await File.WriteAllTextAsync(file, "month,commissioned_hours,delivered_hours\n2025-04,a,1\n2025-05,1,b\n2024-06,c,1\n");
        string[] check = ["check", file, "--framework", "performance", "--quarter", "2025-26-Q1", "--today", "2025-07-15"];

        string byRule = (await Cli.RunAsync(check)).Output, byRow = (await Cli.RunAsync([.. check, "--by-row"])).Output;

        Assert.Contains("commissioned_hours, 2 rows, B2, B4:", byRule, StringComparison.Ordinal);
        Assert.Equal(["Line 2", "Line 3", "Line 4"], byRow.Split('\n').Where(line => line.StartsWith("Line", StringComparison.Ordinal)));
        Assert.True(byRow.IndexOf("B2", StringComparison.Ordinal) < byRow.IndexOf("C3", StringComparison.Ordinal));
        Assert.True(byRow.IndexOf("A4", StringComparison.Ordinal) < byRow.IndexOf("B4", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Check_says_how_many_days_are_left()
    {
        string file = Path.Join(Input, SampleInput.Acme, "hours.csv");
        var early = await Cli.RunAsync("check", file, "--reference", Reference, "--today", "2025-07-15");
        var late = await Cli.RunAsync("check", file, "--reference", Reference, "--today", "2025-08-02", "--json");

        Assert.Contains("It is due on 31 July 2025: 16 days left.", early.Output, StringComparison.Ordinal);
        Assert.Equal(-2, JsonDocument.Parse(late.Output).RootElement.GetProperty("daysLeft").GetInt32());
    }

    [Fact]
    public async Task Check_takes_the_options_before_the_path()
    {
        string file = _temp.At("my file.csv");
        File.Copy(Path.Join(Input, SampleInput.Acme, "hours.csv"), file);

        var said = await Cli.RunAsync("check", file, "--contract", "HL-001", "--quarter", "2025-26-Q1", "--dataset", "hours", "--reference",
            Reference, "--today", "2025-07-15");
        Assert.Equal(0, said.Exit);
        Assert.Equal(
            [
                "submissions/acme/HL-001/2025-26-Q1/hours checks: nothing found in 3 rows",
                "Under its own name it would not be taken for this. Upload it as",
                "  submissions/acme/HL-001/2025-26-Q1/hours.csv", "It counts for:", "  291.5 hours delivered of 300 commissioned",
                "It is due on 31 July 2025: 16 days left.",
            ],
            said.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));

        // Another quarter's months are outside it.
        said = await Cli.RunAsync("check", Path.Join(Input, SampleInput.Acme, "hours.csv"), "--quarter", "2025-26-Q2", "--reference",
            Reference);
        Assert.Equal(1, said.Exit);
        Assert.Contains("HRS-001", said.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("reference/contracts.csv")]
    [InlineData("reference/calendar.csv")]
    public async Task Check_checks_reference_files_too(string path)
    {
        Assert.Equal(0, (await Cli.RunAsync("check", Path.Join(Input, path), "--reference", Reference)).Exit);

        string broken = _temp.At("broken.csv");
        await File.WriteAllTextAsync(broken, await File.ReadAllTextAsync(Path.Join(Input, path)) + "a,b\n");
        var said = await Cli.RunAsync("check", broken, "--dataset", Path.GetFileNameWithoutExtension(path), "--reference", Reference);
        Assert.Equal(1, said.Exit);
        Assert.Contains("CSV-001", said.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_says_what_it_cannot_know()
    {
        string file = _temp.At("x.csv");
        await File.WriteAllTextAsync(file, "");

        async Task Fails(string sentence, params string[] options)
        {
            var said = await Cli.RunAsync(["check", file, "--reference", Reference, .. options]);
            Assert.Equal(2, said.Exit);
            Assert.Contains(sentence, said.Error, StringComparison.Ordinal);
            Assert.Equal("", said.Output);
        }

        await Fails("Add --dataset.");
        await Fails("--dataset takes one of", "--dataset", "nonsense");
        await Fails("Add --contract and --quarter.", "--dataset", "hours");
        await Fails("Add --contract.", "--dataset", "hours", "--quarter", "2025-26-Q1");
        await Fails("The register holds no contract of this id.", "--dataset", "hours", "--contract", "XX", "--quarter", "2025-26-Q1");
        await Fails("Add --quarter.", "--dataset", "hours", "--contract", "HL-001");
        await Fails("--quarter takes", "--dataset", "hours", "--contract", "HL-001", "--quarter", "2025-27-Q1");
        await Fails("Take them in with: pipeline run", "--dataset", "confirmations", "--quarter", "2025-26-Q1");

        await File.WriteAllTextAsync(Path.Join(Reference, "contracts.csv"), "broken");
        await Fails("reference/contracts.csv does not check", "--dataset", "hours", "--contract", "HL-001", "--quarter", "2025-26-Q1");
    }

    [Fact]
    public async Task Check_refuses_another_providers_contract_as_taking_in_does()
    {
        string path = SampleInput.Write(_temp.At("other"), [new("submissions/acme/PO-001/2025-26-Q1/hours.csv", "")]);

        var said = await Cli.RunAsync("check", Path.Join(path, "submissions/acme/PO-001/2025-26-Q1/hours.csv"), "--reference", Reference);

        Assert.Equal(1, said.Exit);
        Assert.Contains("SLT-002", said.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_shows_states_and_due_dates()
    {
        await RunAsync();

        var said = await Cli.RunAsync("status", "--workspace", Workspace, "--today", "2025-07-15");
        Assert.Equal(0, said.Exit);
        // What was rejected and was due is overdue as well.
        Assert.Matches(@"2025-26-Q1 +2 +3 +1 +1 +1 +4 +6 +nothing", said.Output);
        // It has begun, and nothing came for it yet.
        Assert.Matches(@"2025-26-Q2 +2 +0 +0 +0 +0 +15 +0 +nothing", said.Output);
        Assert.Contains("2025-26-Q2: nothing came from 2 providers.", said.Output, StringComparison.Ordinal);

        said = await Cli.RunAsync("status", "2025-26-Q1", "--workspace", Workspace, "--today", "2025-07-15");
        Assert.Matches(@"HL-001 +due on 2025-07-31 +3 +1 +not due yet referrals, social-value,", said.Output);
        Assert.Matches(@"PO-001 +overdue 5 days +0 +0 +overdue referrals, evidence,", said.Output);
        Assert.Contains("late outcomes", said.Output, StringComparison.Ordinal);

        said = await Cli.RunAsync("status", "2025-26-Q2", "--workspace", Workspace, "--today", "2025-07-15");
        Assert.Contains("not due yet everything", said.Output, StringComparison.Ordinal);
        Assert.Contains("Nothing came from: acme, brook.", said.Output, StringComparison.Ordinal);

        said = await Cli.RunAsync("status", "--workspace", Workspace, "--today", "2025-07-15", "--json");
        using var json = JsonDocument.Parse(said.Output);
        Assert.True(json.RootElement.GetProperty("quarters")[0].GetProperty("isUpToDate").GetBoolean());
    }

    [Fact]
    public async Task Status_says_what_waits_to_be_refreshed()
    {
        await RunAsync();
        using (var workspace = new Workspace(Workspace, TimeProvider.System))
            await workspace.Files.WriteAsync(SampleInput.Acme + "feedback.csv",
                new MemoryStream("question,asked_on,responses,positive_responses\n"u8.ToArray()));
        using (var workspace = new Workspace(Workspace, TimeProvider.System))
            await workspace.Sweep.RunAsync();

        var said = await Cli.RunAsync("status", "2025-26-Q1", "--workspace", Workspace);

        Assert.Contains("HL-001 waits to be refreshed by the next pipeline run", said.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2000-01-01", 2)]
    [InlineData("2100-12-31", 0)]
    public async Task Every_day_that_today_takes_can_be_worked_on(string today, int prepared)
    {
        Assert.Equal(0, (await Cli.RunAsync("run", Input, "--workspace", Workspace, "--today", today)).Exit);
        // A quarter that has not begun is not paid.
        Assert.Equal(prepared,
            (await Cli.RunAsync("pay", "prepare", "2025-26-Q1", "--by", "Ann Price", "--workspace", Workspace, "--today", today)).Exit);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("export", "somewhere")]
    public async Task A_command_that_reads_a_workspace_makes_none(params string[] command)
    {
        var said = await Cli.RunAsync([.. command, "--workspace", Workspace]);

        Assert.Equal(2, said.Exit);
        Assert.Contains("Make one with: pipeline run INPUT", said.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Workspace));
    }

    [Fact]
    public async Task Status_of_an_unknown_quarter_names_those_known()
    {
        await RunAsync();

        var said = await Cli.RunAsync("status", "2024-25-Q1", "--workspace", Workspace, "--today", "2025-06-15");

        Assert.Equal(2, said.Exit);
        Assert.Contains("Known are: 2025-26-Q1.", said.Error, StringComparison.Ordinal);
    }

    /// <summary>Renewed with <c>pipeline rules --format md &gt; functions/Pipeline.Core/Findings/rules.md</c>.</summary>
    [Fact]
    public async Task The_published_rules_are_those_of_the_command() => Assert.Equal(
        await File.ReadAllTextAsync(Path.Join(Repository.Root, "functions/Pipeline.Core/Findings/rules.md")),
        (await Cli.RunAsync("rules", "--format", "md")).Output);

    [Fact]
    public async Task Rules_are_all_there_in_every_format()
    {
        string table = (await Cli.RunAsync("rules")).Output;
        string markdown = (await Cli.RunAsync("rules", "--format", "md")).Output;
        string csv = (await Cli.RunAsync("rules", "--format", "csv")).Output;

        foreach (var rule in Rules.All)
        {
            Assert.Contains(rule.Id, table, StringComparison.Ordinal);
            Assert.Contains($"| {rule.Id} | {(rule.Severity == Severity.Error ? "error" : "warning")} | {rule.Wrong} |", markdown,
                StringComparison.Ordinal);
            // The id alone a spreadsheet would take for a day: DEC-001 for 1 December 2001.
            Assert.Contains($"\nrule {rule.Id},", csv, StringComparison.Ordinal);
        }

        Assert.Equal(Rules.All.Count + 1, csv.Count(c => c == '\n'));
        Assert.Equal(2, (await Cli.RunAsync("rules", "--format", "xml")).Exit);
    }

    [Fact]
    public async Task A_template_is_the_header_alone_and_its_codes_are_told_aside()
    {
        foreach (var dataset in Dataset.All)
        {
            var said = await Cli.RunAsync("template", dataset.Name, "--workspace", Workspace);

            Assert.Equal(0, said.Exit);
            Assert.Equal(string.Join(',', dataset.Columns) + "\n", said.Output);
        }

        var outcomes = await Cli.RunAsync("template", "outcomes", "--framework", "performance", "--workspace", Workspace);
        Assert.Contains("partially_met", outcomes.Error, StringComparison.Ordinal);
        Assert.Contains("client_choice", outcomes.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("succeed_economically", outcomes.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Workspace));
    }

    [Fact]
    public async Task A_template_knows_the_workspaces_frameworks()
    {
        await using (var delivered = Core.Frameworks.DeliveredFrameworks.Open("performance"))
        using (var reader = new StreamReader(delivered))
        {
            string own = (await reader.ReadToEndAsync()).Replace("\"id\": \"performance\"", "\"id\": \"our-own\"",
                StringComparison.Ordinal);
            SampleInput.Write(Workspace, [new("reference/frameworks/our-own.json", own)]);
        }

        Assert.Equal(0, (await Cli.RunAsync("template", "outcomes", "--framework", "our-own", "--workspace", Workspace)).Exit);
        Assert.Contains("our-own", (await Cli.RunAsync("template", "contracts", "--workspace", Workspace)).Error, StringComparison.Ordinal);

        var unknown = await Cli.RunAsync("template", "outcomes", "--framework", "none", "--workspace", Workspace);
        Assert.Equal(2, unknown.Exit);
        Assert.Contains("our-own, performance, strategic-2019", unknown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_code_of_a_template_is_one_that_the_reader_takes()
    {
        // The readers name what they expect; the template must say the same.
        var header = Dataset.Referrals.Columns;
        string file = _temp.At("referrals.csv");
        await File.WriteAllTextAsync(file, string.Join(',', header) + "\nR-1,2025-04-01,?,?,?,,\n");
        var said = await Cli.RunAsync("check", file, "--dataset", "referrals", "--contract", "HL-001", "--quarter", "2025-26-Q1",
            "--reference", Reference, "--json");
        var found = JsonSerializer.Deserialize<FileFindings>(said.Output, CoreJson.Options)!;
        string codes = (await Cli.RunAsync("template", "referrals", "--framework", "strategic-2019", "--workspace", Workspace)).Error;

        var expected = found.Findings.Where(f => f.Rule == "FLD-006")
            .Select(f => Regex.Replace(f.Expected!["one of ".Length..], " [(][^)]*[)]", "").Split(", ")).ToList();
        Assert.Equal(2, expected.Count);
        Assert.All(expected.SelectMany(c => c), code => Assert.Contains("  " + code, codes, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_export_holds_every_table_with_its_header()
    {
        await RunAsync();

        var said = await Cli.RunAsync("export", _temp.At("tables"), "--workspace", Workspace);

        Assert.Equal(0, said.Exit);
        Assert.Equal(
            ReportingTable.All.Select(t => t.Name + ".csv").Order(StringComparer.Ordinal),
            Cli.Bytes(_temp.At("tables")).Keys);
        foreach (var table in ReportingTable.All)
        {
            string text = await File.ReadAllTextAsync(_temp.At("tables", table.Name + ".csv"));
            Assert.StartsWith("PartitionKey,RowKey," + string.Join(',', table.Columns) + "\n", text, StringComparison.Ordinal);
            Assert.DoesNotContain('\r', text);
        }

        string[] returns = await File.ReadAllLinesAsync(_temp.At("tables", "returns.csv"));
        Assert.Contains(
            "2025-26-Q1|PO-001,outcomes,2025-26-Q1,2025-26,1,brook,Brook House,PO-001,Floating "
            + "support,performance,outcomes,late,1,2025-07-10", returns);
        Assert.Single(await File.ReadAllLinesAsync(_temp.At("tables", "payments.csv")));
    }

    [Fact]
    public async Task Every_command_has_help_that_ends_in_an_example()
    {
        string list = (await Cli.RunAsync("--help")).Output;
        foreach (string command in (string[])[
            "run", "check", "status", "rules", "template", "schema", "export", "pay", "pay prepare", "pay approve", "pay reject",
            "pay release", "pay status", "pay confirm",
            "publish", "close", "explain", "replay", "serve", "watch", "completion"])
        {
            Assert.Contains($"  {command.Split(' ')[0]}", list, StringComparison.Ordinal);
            var help = await Cli.RunAsync([.. command.Split(' '), "--help"]);
            Assert.Equal(0, help.Exit);
            Assert.Matches($@"Example:\n  (source <\()?pipeline {command}", help.Output);
        }
    }

    [Fact]
    public async Task A_file_where_a_folder_is_wanted_is_wrong_usage_and_named()
    {
        string file = Path.Join(Input, SampleInput.Contracts);
        foreach (var (what, args) in new (string, string[])[]
        {
            ("INPUT", ["run", file, "--workspace", Workspace]),
            ("--workspace", ["run", Input, "--workspace", file]),
            ("DIR", ["export", file, "--workspace", Workspace]),
            ("--workspace", ["status", "--workspace", file]),
            ("--workspace", ["watch", "--workspace", file]),
            ("--workspace", ["serve", "--workspace", file]),
            ("--workspace", ["template", "hours", "--workspace", file]),
        })
        {
            var said = await Cli.RunAsync(args);

            Assert.Equal((2, ""), (said.Exit, said.Output));
            Assert.StartsWith($"{what} takes a folder, and {file} is a file. See: pipeline {args[0]} --help", said.Error,
                StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Give a command")]
    [InlineData("Give a command", "nonsense")]
    [InlineData("Make one with: pipeline run INPUT", "run", "--workspace", "nowhere")]
    [InlineData("--today takes a day", "run", "x", "--today", "31/07/2025")]
    [InlineData("--today takes a day such as 2025-07-31, from the year 2000 to 2100.", "run", "x", "--today", "0001-01-01")]
    [InlineData("--today takes a day such as 2025-07-31, from the year 2000 to 2100.", "run", "x", "--today", "1999-12-31")]
    [InlineData("--today takes a day such as 2025-07-31, from the year 2000 to 2100.", "replay", "2025-26-Q1", "1", "--today",
        "2101-01-01")]
    [InlineData("--today takes a day such as 2025-07-31, from the year 2000 to 2100.", "watch", "--today", "9999-12-31")]
    [InlineData("pipeline check --help", "check", "x")]
    [InlineData("FILE is a folder. Give one of the files in it. See: pipeline check --help", "check", ".", "--reference", "x")]
    [InlineData("RUN takes a number such as 1. See: pipeline pay approve --help\n", "pay", "approve", "2025-26-Q1", "x", "--by", "A")]
    [InlineData("RUN takes a number such as 1. See: pipeline pay reject --help\n", "pay", "reject", "2025-26-Q1", "0", "--by", "A",
        "--reason", "B")]
    [InlineData("RUN takes a number such as 1. See: pipeline pay release --help\n", "pay", "release", "2025-26-Q1", "1.5", "--by", "A")]
    [InlineData("RUN takes a number such as 1. See: pipeline replay --help\n", "replay", "2025-26-Q1", "99999999999")]
    [InlineData("pipeline template --help", "template", "nonsense")]
    [InlineData("pipeline export --help", "export")]
    [InlineData("pipeline pay prepare --help", "pay", "prepare")]
    [InlineData("Give a command: prepare, approve, reject, release, status, confirm. See: pipeline pay --help", "pay")]
    [InlineData("pipeline serve --help", "serve", "--port", "70000")]
    [InlineData("There is no option --workpsace. A folder of that name is ./--workpsace. See: pipeline run --help", "run", "x",
        "--workpsace", "y")]
    [InlineData("INPUT takes a folder. See: pipeline run --help", "run", "")]
    [InlineData("--workspace takes a folder. See: pipeline run --help", "run", "x", "--workspace", "")]
    [InlineData("DIR takes a folder. See: pipeline export --help", "export", "")]
    [InlineData("--workspace takes a folder. See: pipeline export --help", "export", "x", "--workspace", "")]
    [InlineData("--workspace takes a folder. See: pipeline serve --help", "serve", "--workspace", "")]
    [InlineData("--workspace takes a folder. See: pipeline watch --help", "watch", "--workspace", "")]
    [InlineData("--workspace takes a folder. See: pipeline template --help", "template", "hours", "--workspace", "")]
    [InlineData("--workspace takes a folder. See: pipeline close --help", "close", "2025-26-Q1", "--by", "A", "--workspace", "")]
    [InlineData("There is no folder .", "check", "pipeline.dll", "--reference", "")]
    [InlineData("Make one with: pipeline run INPUT", "serve", "--no-watch", "--workspace", "nowhere")]
    public async Task Wrong_usage_exits_with_2_and_names_the_next_command(string sentence, params string[] args)
    {
        var said = await Cli.RunAsync(args);

        Assert.Equal(2, said.Exit);
        Assert.Contains(sentence, said.Error, StringComparison.Ordinal);
        Assert.Equal("", said.Output);
        Assert.Single(said.Error.TrimEnd('\n').Split('\n'));
    }
}
