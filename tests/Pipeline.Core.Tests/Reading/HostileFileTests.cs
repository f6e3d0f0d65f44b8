using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Pipeline.Core.Findings;
using Pipeline.Core.Reading;
using Pipeline.Core.Submissions;

namespace Pipeline.Core.Tests.Reading;

/// <summary>Tests that measure the memory of the whole process, and so run while no others do.</summary>
[CollectionDefinition("Alone", DisableParallelization = true)]
public sealed class Alone;

/// <summary>Whatever arrives ends in one clear result, soon, in little memory, and without a word of what was in it.</summary>
[Collection("Alone")]
public class HostileFileTests
{
    /// <summary>Planted in every hostile file; it must come out of none.</summary>
    private const string Marker = "zqxmarker";

    private const string Header = "month,commissioned_hours,delivered_hours\n";

    private static readonly Dictionary<string, (byte[] Bytes, string[] Found)> Files = new()
    {
        ["empty"] = ([], ["FIL-001 0 - -"]),
        ["only a byte order mark"] = ([0xEF, 0xBB, 0xBF], ["FIL-001 0 - -"]),
        ["only line ends"] = (Utf8("\r\n\n\n"), ["FIL-001 0 - -"]),
        ["random bytes"] = (RandomBytes(), ["FIL-004 1 - -"]),
        ["a ZIP"] = (Zip(), ["FIL-002 0 - -"]),
        ["an old workbook"] = ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. Utf8(Marker)], ["FIL-002 0 - -"]),
        ["a gzip"] = ([0x1F, 0x8B, 8, .. Utf8(Marker)], ["FIL-002 0 - -"]),
        ["a 7z"] = ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C, .. Utf8(Marker)], ["FIL-002 0 - -"]),
        ["a PDF"] = (Utf8("%PDF-1.7 " + Marker), ["FIL-002 0 - -"]),
        ["UTF-16 LE with a mark"] = ([0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Header + Marker)], ["FIL-003 0 - -"]),
        ["UTF-16 BE with a mark"] = ([0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(Header + Marker)], ["FIL-003 0 - -"]),
        ["UTF-16 LE without a mark"] = (Encoding.Unicode.GetBytes(Header + Marker), ["FIL-003 0 - -"]),
        ["UTF-16 BE without a mark"] = (Encoding.BigEndianUnicode.GetBytes(Header + Marker), ["FIL-003 0 - -"]),
        ["UTF-32"] = ([0, 0, 0xFE, 0xFF, .. new UTF32Encoding(true, false).GetBytes(Header + Marker)], ["FIL-005 1 - -"]),
        ["a NUL"] = (Utf8(Header + $"2025-04,{Marker}\0,10\n"), ["FIL-005 2 - -"]),
        ["a NUL in the header"] = (Utf8($"month,commissioned_hours\0,{Marker}\n"), ["FIL-005 1 - -"]),
        ["Latin-1"] = (Encoding.Latin1.GetBytes(Header + $"2025-04,{Marker}é,10\n"), ["FIL-004 2 - -"]),
        ["a character cut off at the end"] = ([.. Utf8(Header + Marker), 0xE2, 0x82], ["FIL-004 2 - -"]),
        ["semicolons"] = (Utf8($"month;commissioned_hours;delivered_hours\n2025-04;{Marker};10\n"), ["FIL-006 1 - -"]),
        ["quoted names and semicolons"] = (Utf8($"\"month\";\"commissioned_hours\";\"delivered_hours\"\n2025-04;{Marker};10\n"),
            ["FIL-006 1 - -"]),
        ["quoted names and tabs"] = (Utf8($"\"month\"\t\"commissioned_hours\"\t\"delivered_hours\"\r\n2025-04\t{Marker}\t10\r\n"),
            ["FIL-006 1 - -"]),
        ["tabs"] = (Utf8($"month\tcommissioned_hours\tdelivered_hours\n2025-04\t{Marker}\t10\n"), ["FIL-006 1 - -"]),
        ["100,000 columns"] = (Utf8(string.Join(',', Enumerable.Range(0, 100_000).Select(i => Marker + i)) + "\n"), ["FIL-008 1 - -"]),
        ["100,000 values"] = (Utf8(Header + Marker + new string(',', 100_000) + "\n"), ["FIL-008 2 - -"]),
        ["a quote that opens and never closes"] = (Utf8(Header + $"\"2025-04,{Marker},10\n2025-05,10,10\n"), ["CSV-002 2 - -"]),
        ["the same in a long file"] =
            (Utf8(Header + $"\"2025-04,{Marker},10\n" + string.Concat(Enumerable.Repeat("2025-05,10,10\n", 100_000))), ["FIL-008 2 - -"]),
        ["a stray quote"] = (Utf8(Header + $"2025-04,{Marker}\"x,10\n2025-05,10,10\n"), ["CSV-002 2 - -"]),
        ["a quote after a space"] = (Utf8(Header + $"2025-04, \"{Marker}\",10\n"), ["CSV-002 2 - -"]),
        ["text after a closing quote"] = (Utf8(Header + $"2025-04,\"10\"{Marker},10\n"), ["CSV-002 2 - -"]),
        ["a stray quote in the header"] = (Utf8($"month,comm\"{Marker},delivered_hours\n"), ["CSV-002 1 - -"]),
        ["a stray quote below lines within quotes"] =
            (Utf8(Header + $"2025-04,\"1\n\n0{Marker}\",10\n\n2025-05,1\"0,10\n"), ["FLD-004 2 commissioned_hours B2", "CSV-002 6 - -"]),
        ["carriage returns"] = (Utf8($"month,commissioned_hours,delivered_hours\r2025-04,{Marker},10\r"), ["FIL-009 1 - -"]),
        ["LF CR"] = (Utf8($"month,commissioned_hours,delivered_hours\n\r2025-04,{Marker},10\n\r"), ["FIL-009 2 - -"]),
        ["U+2028 as a line end"] = (Utf8($"month,commissioned_hours,delivered_hours\u20282025-04,{Marker},10\u2028"),
            ["HDR-004 1 delivered_hours C1", "HDR-002 1 - D1", "HDR-002 1 - E1"]),
        ["repeated headers"] = (Utf8($"month,Month,MONTH ,commissioned_hours,delivered_hours\n2025-04,{Marker},a,1,1\n"),
            ["HDR-003 1 month B1", "HDR-003 1 month C1"]),
        ["a header that only looks right"] = (Utf8($"m\u043Enth,commissioned_hours,delivered_hours\n{Marker},1,1\n"),
            ["HDR-004 1 month A1", "FLD-011 2 month A2"]),
        ["a header with an invisible space"] = (Utf8($"month\u200B,commissioned_hours,delivered_hours\n{Marker},1,1\n"),
            ["FLD-011 2 month A2"]),
        ["two byte order marks"] = (Utf8($"\uFEFF\uFEFFmonth,commissioned_hours,delivered_hours\n{Marker},1,1\n"), ["FLD-011 2 month A2"]),
        ["a separator hint"] = (Utf8($"sep=;\nmonth;commissioned_hours;delivered_hours\n{Marker};1;1\n"), ["FIL-006 1 - -"]),
        ["no header"] = (Utf8($"2025-04,{Marker},10\n"), ["HDR-009 1 - -"]),
        ["the header in the middle"] = (Utf8(Header + $"{Header}"), ["HDR-007 2 - -"]),
        ["rows of commas"] = (Utf8(Header + "2025-04,10,10\n,,\n\" \",\"\",\n2025-05,10,10\n"), ["CSV-003 3 - -"]),
        ["a row of white space"] = (Utf8(Header + "   \n2025-05,10,10\n"), ["CSV-003 2 - -"]),
        ["long numbers"] = (Utf8(Header + "2025-04,12345678901234567890,-1\n"),
            ["FLD-004 2 commissioned_hours B2", "FLD-004 2 delivered_hours C2"]),
        ["numbers of other habits"] = (Utf8(Header + "2025-04,\"1,000\",1e3\n2025-05,٣,+1\n2025-06,1.,.5\n"),
            ["FLD-004 2 commissioned_hours B2", "FLD-004 2 delivered_hours C2", "FLD-004 3 commissioned_hours B3",
                "FLD-004 3 delivered_hours C3", "FLD-004 4 commissioned_hours B4", "FLD-004 4 delivered_hours C4"]),
        ["a formula"] = (Utf8(Header + $"2025-04,=HYPERLINK({Marker}),@{Marker}\n"),
            ["FLD-004 2 commissioned_hours B2", "FLD-004 2 delivered_hours C2"]),
        ["a person in the header"] = (Utf8($"month,commissioned_hours,delivered_hours,name\n2025-04,1,1,{Marker}\n"), ["PER-001 1 - D1"]),
        ["persons in every column"] = (Utf8(Header + $"{Marker}@example.org,07700 900123,QQ123456C\n"),
            ["PER-005 2 month A2", "PER-006 2 commissioned_hours B2", "PER-002 2 delivered_hours C2"]),
    };

    public static TheoryData<string> Names => [.. Files.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Ends_in_one_clear_result(string name)
    {
        var (bytes, found) = Files[name];

        var file = Examples.CheckBytes(Dataset.Hours, bytes);

        Assert.Equal(found, file.Found());
        Assert.False(file.IsAccepted);
    }

    [Theory, MemberData(nameof(Names))]
    public void Ends_in_the_same_result_however_it_arrives(string name)
    {
        var (bytes, found) = Files[name];
        foreach (int chunk in (int[])[1, 7, 4096, 65_537])
        {
            var file = FileCheck.Check(new ChunkedStream(bytes, chunk), Examples.Reader(Dataset.Hours));
            Assert.Equal(found, file.Found());
        }
    }

    [Fact]
    public void Comes_out_in_no_word()
    {
        var files = Files.Values.Select(file => Examples.CheckBytes(Dataset.Hours, file.Bytes)).ToList();
        // A row of markers, and of each kind of personal data, in every column of every dataset; and the same as its header.
        string[] planted = [Marker, Marker + " " + Marker, "=" + Marker, $"{Marker}@example.org", "QQ123456C", "9434765919", "B1 1BB",
            "07700 900123", "31/01/1980", "-98765", "98765.4321", new string('q', 300)];
        foreach (var dataset in Dataset.All)
        {
            foreach (string value in planted)
            {
                string row = string.Join(',', dataset.Columns.Select(_ => value)) + "\n";
                files.Add(Examples.CheckRows(dataset, row + row + value + "\n"));
                files.Add(Examples.CheckText(dataset, row + row));
            }
        }

        string said = string.Join('\n', files.SelectMany(f => f.Findings.List).Select(Everything)
            .Concat(files.SelectMany(f => f.Findings.ByRule).Select(c => c.Rule.Id)));

        Assert.All(files, file => Assert.False(file.IsAccepted));
        Assert.All((string[])[.. planted, "98765", "example.org", "HYPERLINK"],
            value => Assert.DoesNotContain(value, said, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void A_field_of_a_gigabyte_is_refused_in_little_memory()
    {
        var stream = new RepeatedStream(Utf8(Header + "\""), Utf8(Marker), (1L << 30) / Marker.Length);

        var file = Timed(() => FileCheck.Check(stream, Examples.Reader(Dataset.Hours), sizeLimit: 2L << 30));

        Assert.Equal(["FIL-008 2 - -"], file.Found());
        Assert.InRange(stream.MostMemory - stream.MemoryAtFirst, long.MinValue, 64 << 20);
    }

    [Fact]
    public void A_field_of_a_gigabyte_that_is_larger_than_the_limit_is_refused()
    {
        var stream = new RepeatedStream(Utf8(Header + "\""), Utf8(Marker), (1L << 30) / Marker.Length);

        Assert.Equal(["FIL-007 0 - -"], FileCheck.Check(stream, Examples.Reader(Dataset.Hours), sizeLimit: 1000).Found());
    }

    [Fact]
    public void Ten_million_short_rows_are_read_in_seconds_and_little_memory()
    {
        var stream = new RepeatedStream(Utf8(Header), Utf8("x\n"), 10_000_000);

        var file = Timed(() => FileCheck.Check(stream, Examples.Reader(Dataset.Hours)));

        Assert.Equal(10_000_000, file.Rows);
        Assert.Equal([(Rules.UnevenRow, 10_000_000, FindingList.ListedPerRule)],
            file.Findings.ByRule.Select(c => (c.Rule, c.Total, (int)c.Listed)));
        Assert.Equal(1 + FindingList.ListedPerRule, file.Findings.List[^1].Line);
        Assert.InRange(stream.MostMemory - stream.MemoryAtFirst, long.MinValue, 64 << 20);
    }

    [Fact]
    public void A_million_errors_are_counted_and_the_first_of_each_rule_listed()
    {
        const int rows = 100_000;
        string row = string.Join(',', Enumerable.Repeat("?", Dataset.Outcomes.Columns.Count)) + "\n";
        var stream = new RepeatedStream(Utf8(Examples.Header(Dataset.Outcomes) + "\n"), Utf8(row), rows);

        var file = Timed(() => FileCheck.Check(stream, Examples.Reader(Dataset.Outcomes)));

        // Three dates; six code columns, since the indicator has no outcome to belong to; two references.
        Assert.Equal([(Rules.NotADate, 3L * rows), (Rules.NotACode, 6L * rows), (Rules.NotAReference, 2L * rows)],
            file.Findings.ByRule.Select(c => (c.Rule, c.Total)));
        Assert.Equal(11L * rows, file.Findings.Errors);
        Assert.All(file.Findings.ByRule, count => Assert.Equal(FindingList.ListedPerRule, count.Listed));
        Assert.Equal(3 * FindingList.ListedPerRule, file.Findings.List.Count);
    }

    [Fact]
    public void A_need_that_stands_in_every_row_is_found_again_without_going_through_all_rows()
    {
        const int rows = 1_000_000;
        const string row = "C-1,homeless,health,,2025-04-02,open,,,,,,\n";
        var stream = new RepeatedStream(Utf8(Examples.Header(Dataset.Outcomes) + "\n"), Utf8(row), rows);

        var file = Timed(() => FileCheck.Check(stream, Examples.Reader(Dataset.Outcomes)));

        Assert.Equal((Rules.NeedRepeated, rows - 1L), file.Findings.ByRule.Select(c => (c.Rule, c.Total)).Single());
        Assert.Equal("one row; the first is on line 2", file.Findings.List[^1].Expected);
    }

    [Fact]
    public void No_more_than_so_many_findings_are_listed_in_all()
    {
        var findings = new FindingList();
        foreach (var rule in Rules.All)
        {
            for (int i = 0; i < FindingList.ListedPerRule + 1; i++)
                findings.Add(new Finding(rule, i));
        }

        Assert.Equal(FindingList.Listed, findings.List.Count);
        Assert.All(findings.ByRule, count => Assert.Equal(FindingList.ListedPerRule + 1, count.Total));
        Assert.Equal(FindingList.Listed, findings.ByRule.Sum(count => count.Listed));
        Assert.Equal(Rules.All.Count * (FindingList.ListedPerRule + 1L), findings.Errors + findings.Warnings);
    }

    private static string Everything(Finding finding) =>
        $"{finding.Rule.Id} {finding.Rule.Wrong} {finding.Rule.Mend} {finding.Line} {finding.Column} {finding.Cell} {finding.Expected}";

    /// <summary>In seconds, or minutes on a busy machine. What grows faster than its file takes hours.</summary>
    private static T Timed<T>(Func<T> action)
    {
        long start = Stopwatch.GetTimestamp();
        var result = action();
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromMinutes(3));
        return result;
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] RandomBytes()
    {
        byte[] bytes = new byte[10_000];
        new Random(1).NextBytes(bytes);
        bytes[0] = 0xFA; // Of no known kind of file.
        return bytes;
    }

    private static byte[] Zip()
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create))
        {
            using var entry = zip.CreateEntry("outcomes.csv").Open();
            entry.Write(Utf8(Marker));
        }

        return bytes.ToArray();
    }
}
