using System.Security.Cryptography;
using System.Text;
using Pipeline.Core.Reading;
using Pipeline.Core.Submissions;
using static Pipeline.Core.Tests.Reading.WorkbookFile;

namespace Pipeline.Core.Tests.Reading;

/// <summary>A workbook is read as the CSV file that it would be saved as (domain.md section 3).</summary>
public class WorkbookTests
{
    private const string Hours = "month,commissioned_hours,delivered_hours\n2025-04,100,90\n2025-05,100,80.5\n";

    [Fact]
    public void Counts_what_its_rows_count_for_as_csv()
    {
        var csv = Examples.CheckText(Dataset.Hours, Hours);
        var workbook = Check(Of(("Sheet1", Rows(Hours))));

        Assert.Equal(csv.Counts<HoursCounts>(), workbook.Counts<HoursCounts>());
        Assert.Equal(2, workbook.Rows);
    }

    [Fact]
    public void Is_known_by_its_rows_as_csv_whatever_else_is_in_it()
    {
        var expected = new Sha256(SHA256.HashData(Encoding.UTF8.GetBytes(Hours)));

        Assert.Equal(expected, Check(Of(("Sheet1", Rows(Hours)))).SheetSha256);
        Assert.Equal(expected, Check(Of(("notes", Row(1, "x")), ("hours", Rows(Hours) + "<row r=\"9\"><c r=\"A9\" s=\"1\"/></row>"))
            .WithFormats("14", "0.00")).SheetSha256);
    }

    [Fact]
    public void Names_the_cells_as_the_spreadsheet_does() => Assert.Equal(
        ["FLD-004 3 delivered_hours C3", "CSV-003 4 - -", "FLD-001 6 commissioned_hours B6"],
        Check(Of(("Sheet1", Rows("month,commissioned_hours,delivered_hours\n2025-04,1,1\n2025-05,1,many\n")
            + Row(6, "2025-06", null, "2")))).Found());

    [Fact]
    public void Counts_a_row_by_its_number_though_values_above_have_line_breaks() => Assert.Equal(
        ["FLD-004 2 delivered_hours C2", "FLD-011 3 month A3"],
        Check(Of(("Sheet1", Row(1, "month", "commissioned_hours", "delivered_hours") + Row(2, "2025-04", "1", "two\nlines\r\nmore")
            + Row(3, "May", "1", "1")))).Found());

    [Theory]
    [InlineData("<c><v>12.5</v></c>", "12.5")]
    [InlineData("<c t=\"n\"><v>0.30000000000000004</v></c>", "0.3")]
    [InlineData("<c><v>1E3</v></c>", "1000")]
    [InlineData("<c><v>1.2E-5</v></c>", "0.000012")]
    [InlineData("<c><v>-7</v></c>", "-7")]
    [InlineData("<c><v>9434765919</v></c>", "9434765919")]
    [InlineData("<c><v>45777</v></c>", "45777")]
    [InlineData("<c s=\"1\"><v>45777</v></c>", "2025-04-30")]
    [InlineData("<c s=\"1\"><v>45777.4375</v></c>", "2025-04-30 10:30:00")]
    [InlineData("<c s=\"1\"><v>45776.99999999</v></c>", "2025-04-30")]
    [InlineData("<c s=\"1\"><v>59</v></c>", "1900-02-28")]
    [InlineData("<c s=\"1\"><v>60</v></c>", "60")]
    [InlineData("<c s=\"1\"><v>61</v></c>", "1900-03-01")]
    [InlineData("<c s=\"1\"><v>2958465</v></c>", "2958465")]
    [InlineData("<c s=\"1\"><v>-1</v></c>", "-1")]
    [InlineData("<c s=\"2\"><v>45748</v></c>", "2025-04")]
    [InlineData("<c s=\"2\"><v>45749</v></c>", "2025-04-02")]
    [InlineData("<c s=\"3\"><v>1.5625</v></c>", "37:30:00")]
    [InlineData("<c s=\"4\"><v>45777</v></c>", "2025-04-30")]
    [InlineData("<c s=\"99\"><v>45777</v></c>", "45777")]
    [InlineData("<c t=\"d\"><v>2025-04-30T00:00:00</v></c>", "2025-04-30")]
    [InlineData("<c t=\"b\"><v>1</v></c>", "TRUE")]
    [InlineData("<c t=\"b\"><v>0</v></c>", "FALSE")]
    [InlineData("<c t=\"s\"><v>1</v></c>", "plain")]
    [InlineData("<c t=\"s\"><v>2</v></c>", "in runs")]
    [InlineData("<c t=\"s\"><v>3</v></c>", "\"with, comma and \"\"quotes\"\"\"")]
    [InlineData("<c t=\"s\"><v>4</v></c>", "\"two\nlines\"")]
    [InlineData("<c t=\"str\"><f>A1&amp;\"x\"</f><v>result</v></c>", "result")]
    [InlineData("<c><f>1+1</f><v>2</v></c>", "2")]
    [InlineData("<c t=\"inlineStr\"><is><r><t>in</t></r><r><t xml:space=\"preserve\"> line</t></r></is></c>", "in line")]
    [InlineData("<c t=\"inlineStr\"><is><t><![CDATA[a<b]]>&amp;c</t></is></c>", "a<b&c")]
    public void Reads_a_cell_as_it_was_typed(string cell, string csv) => Assert.Equal(
        $"h1,h2\n{csv},z\n",
        Csv(Of(("Sheet1", Row(1, "h1", "h2") + Row(2, cell, "z")))
            .WithFormats("0", "14", "17", "[h]:mm", "[$-809]d\\ mmmm\\ yyyy;@")
            .WithStrings("<si/><si><t>plain</t></si><si><r><t>in</t></r><r><t> runs</t></r><rPh sb=\"0\" eb=\"1\"><t>no</t></rPh></si>"
                + "<si><t>with, comma and \"quotes\"</t></si><si><t>two_x000D_\nlines</t></si>")));

    [Theory]
    [InlineData("yyyy-mm-dd", NumberKind.Date)]
    [InlineData("dd/mm/yyyy hh:mm", NumberKind.Date)]
    [InlineData("[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", NumberKind.Date)]
    [InlineData("mmm\\-yy", NumberKind.Month)]
    [InlineData("mm:ss", NumberKind.Time)]
    [InlineData("[m]", NumberKind.Time)]
    [InlineData("h:mm AM/PM", NumberKind.Time)]
    [InlineData("General", NumberKind.Number)]
    [InlineData("0.00E+00", NumberKind.Number)]
    [InlineData("[Red]0.00", NumberKind.Number)]
    [InlineData("[Magenta]0", NumberKind.Number)]
    [InlineData("\"days\" 0", NumberKind.Number)]
    [InlineData("0\\d", NumberKind.Number)]
    [InlineData("#,##0_d", NumberKind.Number)]
    [InlineData("0;yyyy", NumberKind.Number)]
    [InlineData("\"unclosed", NumberKind.Number)]
    [InlineData("[", NumberKind.Number)]
    public void Knows_by_its_format_what_a_number_stands_for(string code, object kind) =>
        Assert.Equal((NumberKind)kind, NumberFormats.Of(code));

    [Fact]
    public void Counts_days_from_1904_where_the_workbook_does() => Assert.Equal(
        "h1,h2\n2025-04-30,z\n",
        Csv(Of(MainType, "<workbookPr date1904=\"1\"/>", ("Sheet1", Row(1, "h1", "h2") + Row(2, "<c s=\"0\"><v>44315</v></c>", "z")))
            .WithFormats("14")));

    [Fact]
    public void Has_as_many_values_in_each_row_as_in_the_header() => Assert.Equal(
        "Title\n\na,b,c\n1,,\n,,\n,2,,,5\n3,,\n",
        Csv(Of(("Sheet1", Row(1, "Title") + Row(3, "a", "b", "c") + Row(4, "1", " ")
            + Row(6, null, "<c r=\"B6\"><v>2</v></c>", "<c r=\"E6\"><v>5</v></c>") + Row(7, "3")))));

    [Fact]
    public void Has_rows_and_cells_without_names_where_they_come_next() => Assert.Equal(
        "a,b\n1,2\n",
        Csv(Of(("Sheet1", Row(1, "a", "b") + "<row><c><v>1</v></c><c><v>2</v></c></row><row><c/></row>"))));

    [Fact]
    public void Leaves_out_a_million_formatted_rows_below()
    {
        var rows = new StringBuilder(Rows(Hours));
        for (int row = 4; row <= 1_000_000; row++)
            rows.Append("<row r=\"").Append(row).Append("\"><c r=\"A").Append(row).Append("\" s=\"1\"/></row>");

        Assert.Empty(Check(Of(("Sheet1", rows.ToString()))).Found());
    }

    [Fact]
    public void Is_read_by_the_sheet_named_like_the_dataset_when_there_are_several()
    {
        Assert.Empty(Check(Of(("notes", Row(1, "x")), ("Hours ", Rows(Hours)))).Found());
        Assert.Empty(Check(Of(("notes", Row(1, "<c r=\"A1\" s=\"1\"/>")), ("Sheet1", Rows(Hours)))).Found());
        Assert.Equal(["WBK-006 0 - -"], Check(Of(("notes", Row(1, "x")), ("Sheet1", Rows(Hours)))).Found());
        Assert.Equal(["FIL-001 0 - -"], Check(Of(("notes", ""), ("Sheet1", ""))).Found());
        Assert.Equal(["FIL-001 0 - -"], Check(Of(("notes", ""))).Found());
    }

    [Fact]
    public void Is_a_nil_return_when_it_is_a_header_alone() =>
        Assert.True(Check(Of(("Sheet1", Rows("month,commissioned_hours,delivered_hours")))).IsNilReturn);

    [Theory]
    [InlineData("HOURS")]
    [InlineData(" Hours Q2 ")]
    [InlineData("hours (2)")]
    [InlineData("hours2")]
    [InlineData("Copy of hours")]
    [InlineData("Hours_Q2_2025-26 final")]
    public void Has_the_sheet_of_a_dataset_under_any_name_that_means_no_other(string name)
    {
        var sheet = Assert.Single(Sheets(("notes", Notes), (name, Rows(Hours)), ("hours", Row(1, "month"))));

        Assert.Equal(("hours", 2), (sheet.Dataset, sheet.Place));
        Assert.Empty(sheet.Findings);
    }

    [Fact]
    public void Names_the_sheet_in_its_findings_unless_its_name_may_be_a_persons()
    {
        Assert.Equal("hours", Choice("Hours ").Name);
        Assert.Equal("hours (2)", Choice("hours (2)").Name);
        Assert.Equal("sheet 2", Choice("hours 9434765919").Name);

        static SheetChoice Choice(string name) => Assert.Single(Sheets(("notes", Notes), (name, Rows(Hours))));
    }

    [Fact]
    public void Tells_which_datasets_it_holds() => Assert.Equal(
        ["hours", "social-value"],
        Sheets(("Hours", Rows(Hours)), ("social value", Row(1, "category") + Row(2, "economic")), ("outcomes", Row(1, "client_ref")),
            ("codes", Row(1, "x") + Row(2, "y"))).Select(sheet => sheet.Dataset));

    [Fact]
    public void Has_two_filled_sheets_of_a_dataset_which_is_an_error_of_that_one_alone()
    {
        var sheets = Sheets(("hours", Rows(Hours)), ("hours (2)", Rows(Hours)), ("feedback", Rows(Feedback)));

        Assert.Equal([("feedback", 3), ("hours", 0)], sheets.Select(sheet => (sheet.Dataset, sheet.Place)).Order());
        var unclear = Assert.Single(sheets.Single(sheet => sheet.Place == 0).Findings);
        Assert.Equal(("WBK-006", "one sheet named hours; now it may be sheet 1 or sheet 2, counted from the left"),
            (unclear.Rule.Id, unclear.Expected));
    }

    [Fact]
    public void Has_a_filled_sheet_of_another_name_which_is_told_by_its_place()
    {
        var alone = Sheets(("feedback", Rows(Feedback)), ("Jane Doe", Row(1, "April to June") + Row(3, "month", "commissioned_hours",
            "delivered_hours") + Row(4, "2025-04", "1", "1"))).Single(sheet => sheet.Dataset == "hours").Findings.Single();
        var beside = Assert.Single(Assert.Single(Sheets(("hours", Rows(Hours)), ("Jane Doe", Rows(Hours)))).Findings);

        Assert.Equal(("WBK-012", "one sheet named hours; its columns stand on sheet 2, counted from the left"),
            (alone.Rule.Id, alone.Expected));
        Assert.Equal(("WBK-101", "no rows on sheet 2, counted from the left, which has the columns of hours"),
            (beside.Rule.Id, beside.Expected));
    }

    [Fact]
    public void Has_other_sheets_that_nobody_need_be_told_of() => Assert.All(
        new[]
        {
            ("notes", Notes), ("hours notes", Row(1, "x") + Row(2, "y")), ("Sheet9", Rows("month,commissioned_hours,delivered_hours")),
            ("example", Rows(Hours)), ("Glossary (2)", Rows(Hours)), ("hours 3", Notes), ("wide", Row(1, "<c r=\"ZZ1\"><v>1</v></c>")),
        },
        other => Assert.Equal(("hours", 1, 0), Assert.Single(Sheets(("hours", Rows(Hours)), other)) is var sheet
            ? (sheet.Dataset, sheet.Place, sheet.Findings.Count) : default));

    [Fact]
    public void Is_refused_as_a_return_when_it_holds_no_dataset()
    {
        var refused = Assert.Single(FileCheck.SheetsOf(new MemoryStream(Of(("Sheet1", Rows(Hours))).Bytes()), Dataset.Returns)
            .Findings.List);

        Assert.Equal("WBK-007", refused.Rule.Id);
        Assert.EndsWith("; sheet 1, counted from the left, has the columns of hours", refused.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_one_dataset_passes_no_sheet_over_without_a_word()
    {
        Assert.Equal(2, Check(Of(("hours", Row(1, "month")), ("hours (2)", Rows(Hours)))).Rows);
        Assert.Equal(["WBK-006 0 - -"], Check(Of(("hours", Rows(Hours)), ("hours (2)", Rows(Hours)))).Found());
        Assert.Equal(["WBK-012 0 - -"], Check(Of(("hours", Rows("month,commissioned_hours,delivered_hours")), ("x", Rows(Hours)))).Found());
        Assert.Equal(["WBK-101 0 - -"], Check(Of(("hours", Rows(Hours)), ("Feedback", Rows(Feedback)))).Found());
        Assert.Empty(Check(Of(("hours", Rows(Hours)), ("notes", Notes), ("example", Rows(Hours)))).Found());
    }

    private const string Feedback = "question,asked_on,responses,positive_responses\nHow are we?,2025-05-01,10,9\n";

    private static readonly string Notes = Row(1, "what", "month") + Row(2, "hours", "delivered_hours") + Row(3, "x", "y");

    private static IReadOnlyList<SheetChoice> Sheets(params (string Name, string Rows)[] sheets)
    {
        var (choices, findings) = FileCheck.SheetsOf(new MemoryStream(Of(sheets).Bytes()), Dataset.Returns);
        Assert.Equal(0, findings.Errors);
        return choices;
    }

    private const string MainType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";

    private static CheckedFile Check(WorkbookFile file) =>
        FileCheck.CheckWorkbook(new MemoryStream(file.Bytes()), Examples.Reader(Dataset.Hours));

    private static string Csv(WorkbookFile file)
    {
        using var workbook = Workbook.Open(new MemoryStream(file.Bytes()));
        using var sheet = workbook.Open(workbook.SheetOf(Dataset.Hours));
        return new StreamReader(sheet).ReadToEnd();
    }
}
