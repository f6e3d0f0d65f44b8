using System.Text;
using CsvHelper;
using Pipeline.Core.Findings;
using Pipeline.Core.Reading;
using Pipeline.Core.Submissions;
using Pipeline.Core.Tests.Reading;

namespace Pipeline.Core.Tests.Submissions;

/// <summary>A receipt's findings as a file for a spreadsheet.</summary>
public sealed class FindingsFileTests
{
    [Fact]
    public void Says_where_and_what_first_and_the_rule_last()
    {
        var rows = Rows(Written(
            new Finding(Rules.Late, 0),
            new Finding(Rules.UnevenRow, 3, Expected: "3 values"),
            new Finding(Rules.NotADate, 4, "seen_on", "B4", "a date")));

        Assert.Equal(["where", "column", "what_is_wrong", "expected", "how_to_mend", "severity", "line", "rule"], rows[0]);
        Assert.Equal(["the file as a whole", "", Rules.Late.Wrong, "", Rules.Late.Mend, "warning", "", "rule SLT-101"], rows[1]);
        Assert.Equal(["outcomes, line 3", "", Rules.UnevenRow.Wrong, "3 values", Rules.UnevenRow.Mend, "error", "3", "rule CSV-001"],
            rows[2]);
        Assert.Equal(["outcomes!B4", "seen_on", Rules.NotADate.Wrong, "a date", Rules.NotADate.Mend, "error", "4", "rule FLD-002"],
            rows[3]);
    }

    [Fact]
    public void Says_how_many_are_not_listed()
    {
        var uneven = Enumerable.Range(1, FindingList.ListedPerRule + 7).Select(line => new Finding(Rules.UnevenRow, line));

        var rows = Rows(Written([.. uneven]));

        Assert.Equal(1 + FindingList.ListedPerRule + 1, rows.Count);
        Assert.Equal(
            ("further on", $"{Rules.UnevenRow.Wrong} 7 more of these are not listed.", "rule CSV-001"),
            (rows[^1][0], rows[^1][2], rows[^1][^1]));
    }

    /// <summary>
    /// In UTF-8, as spreadsheets take it for by its byte order mark; LibreOffice has to be told when nobody sees its windows.
    /// </summary>
    [LibreOfficeFact]
    public void A_spreadsheet_shows_every_value_in_a_cell_of_its_own_as_it_is()
    {
        byte[] file = Written([.. RuleExamples.All.SelectMany(e => Examples.CheckBytes(e.Dataset, e.Broken, e.Contract).Findings.List)
            .Append(new Finding(Rules.NotACode, 9, "kind", "C9", "one of café (Café – “quoted”), £5, or leave it blank"))]);
        string folder = Directory.CreateTempSubdirectory("pipeline-findings-").FullName;
        try
        {
            File.WriteAllBytes(Path.Join(folder, "v1.csv"), file);
            LibreOffice.Convert(folder, "csv", "xlsx", "Text - txt - csv (StarCalc):44,34,76,1");
            using var bytes = File.OpenRead(Path.Join(folder, "v1.xlsx"));
            using var workbook = Workbook.Open(bytes);
            using var sheet = workbook.Open(workbook.SheetOf(Dataset.Hours));

            var (written, shown) = (Rows(file), Rows(sheet));

            Assert.True(shown.Count > RuleExamples.All.Count);
            Assert.Equal(written.Count, shown.Count);
            Assert.All(written.Zip(shown), row => Assert.Equal(row.First, row.Second));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static byte[] Written(params Finding[] findings)
    {
        var list = new FindingList();
        foreach (var finding in findings)
            list.Add(finding);
        var (summary, listed) = Receipt.Of(list);
        using var stream = new MemoryStream();
        new Receipt("submissions/acme/HL-001/2025-26-Q1/outcomes", "outcomes.xlsx", 1, UploadStatus.Rejected, new Sha256(new byte[32]),
            DateTimeOffset.UnixEpoch, 9, 0, list.Errors, list.Warnings, summary, listed) { Sheet = "outcomes" }.WriteCsv(stream);
        Assert.Equal(Encoding.UTF8.GetPreamble(), stream.ToArray()[..3]);
        return stream.ToArray();
    }

    private static List<string[]> Rows(byte[] csv) => Rows(new MemoryStream(csv));

    private static List<string[]> Rows(Stream stream)
    {
        using var csv = CsvReader.Create(stream, new CsvReaderOptions { Separator = ',', HasHeader = false });
        var rows = new List<string[]>();
        while (csv.Read())
            rows.Add([.. Enumerable.Range(0, csv.FieldCount).Select(csv.GetString)]);
        return rows;
    }
}
