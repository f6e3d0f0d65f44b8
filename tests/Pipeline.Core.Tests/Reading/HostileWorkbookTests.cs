using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Pipeline.Core.Reading;
using Pipeline.Core.Submissions;
using static Pipeline.Core.Tests.Reading.WorkbookFile;

namespace Pipeline.Core.Tests.Reading;

/// <summary>Whatever a workbook holds, it ends in one finding, soon and in little memory, and without a word of what was in it.</summary>
[Collection("Alone")]
public class HostileWorkbookTests
{
    /// <summary>Planted in every hostile workbook; it must come out of none.</summary>
    private const string Marker = "zqxmarker";

    private const string Hours = "month,commissioned_hours,delivered_hours\n2025-04,100,90\n";
    private const string MacroType = "application/vnd.ms-excel.sheet.macroEnabled.main+xml";
    private const int MiB = 1 << 20;

    private static readonly Dictionary<string, (Func<byte[]> Bytes, string Found)> Files = new()
    {
        ["empty"] = (() => [], "FIL-001 0 - -"),
        ["CSV text"] = (() => Utf8(Hours), "WBK-001 0 - -"),
        ["with a password, or of the older kind"] =
            (() => [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. Utf8(Marker)], "WBK-002 0 - -"),
        ["a ZIP of something else"] = (() => Zip(("a.txt", Utf8(Marker))), "WBK-001 0 - -"),
        ["cut off in the middle"] = (() => Plain().Bytes()[..600], "WBK-001 0 - -"),
        ["cut off at the end"] = (() => Plain().Bytes()[..^8], "WBK-001 0 - -"),
        ["nothing but the end of a ZIP"] = (() => [.. Utf8("PK\x5\x6"), .. new byte[18]], "WBK-001 0 - -"),
        ["without a workbook"] =
            (() => Zip(("[Content_Types].xml", Utf8("<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"))),
                "WBK-001 0 - -"),
        ["with a macro"] = (() => Of(MacroType, "", ("Sheet1", Rows(Hours))).Bytes(), "WBK-003 0 - -"),
        ["with a macro that its type does not tell"] =
            (() => Plain().With("xl/vbaProject.bin", "application/vnd.ms-office.vbaProject", Marker,
                "http://schemas.microsoft.com/office/2006/relationships/vbaProject").Bytes(), "WBK-003 0 - -"),
        ["with values from another file"] =
            (() => Plain().With("xl/externalLinks/externalLink1.xml", "externalLink+xml", $"<externalLink xmlns=\"{Main}\"/>",
                "externalLink").Bytes(), "WBK-004 0 - -"),
        ["a sheet cut off"] = (() => Plain().Put("xl/worksheets/sheet1.xml", Sheet(Rows(Hours))[..^60]).Bytes(), "WBK-001 2 - -"),
        ["a sheet that is no sheet"] = (() => Plain().Put("xl/worksheets/sheet1.xml", $"<chartsheet xmlns=\"{Main}\"/>").Bytes(),
            "WBK-001 0 - -"),
        ["a sheet that is not XML"] = (() => Plain().Put("xl/worksheets/sheet1.xml", Marker).Bytes(), "WBK-001 0 - -"),
        ["a DTD"] =
            (() => Plain().Put("xl/worksheets/sheet1.xml",
                $"<!DOCTYPE worksheet [<!ENTITY x \"{Marker}\">]><worksheet xmlns=\"{Main}\"><sheetData/></worksheet>").Bytes(),
                "WBK-001 0 - -"),
        ["a DTD from elsewhere"] =
            (() => Plain().Put("xl/workbook.xml",
                $"<!DOCTYPE workbook SYSTEM \"http://127.0.0.1:9/{Marker}.dtd\"><workbook xmlns=\"{Main}\"/>").Bytes(), "WBK-001 0 - -"),
        ["a billion laughs among the texts"] = (() => Plain().WithStrings("").Put("xl/sharedStrings.xml", Laughs()).Bytes(),
            "WBK-001 0 - -"),
        ["one long text in a million cells"] = (() => Repeated(32_000), "FIL-007 0 - -"),
        ["a text longer than a cell can have"] = (() => Of(("Sheet1", Row(1, "month", new string('x', 70_000)))).Bytes(), "FIL-008 1 - -"),
        ["long texts in all of a row"] =
            (() => Of(("Sheet1", Row(1, [.. Enumerable.Repeat<string?>(new string('x', 30_000), 200)]))).Bytes(), "FIL-008 1 - -"),
        ["16,384 columns"] = (() => Of(("Sheet1", Row(1, [.. Enumerable.Range(0, 16_384).Select(i => Marker + i)]))).Bytes(),
            "WBK-011 1 - IW1"),
        ["a row before the row above it"] = (() => Of(("Sheet1", Row(2, Marker) + Row(1, Marker))).Bytes(), "WBK-001 2 - -"),
        ["a row beyond the last"] = (() => Of(("Sheet1", Row(1_048_577, Marker))).Bytes(), "WBK-001 0 - -"),
        ["a row without a number"] = (() => Of(("Sheet1", "<row r=\"-1\"/>")).Bytes(), "WBK-001 0 - -"),
        ["a cell before the cell beside it"] =
            (() => Of(("Sheet1", "<row r=\"1\"><c r=\"B1\"><v>1</v></c><c r=\"A1\"><v>1</v></c></row>")).Bytes(), "WBK-001 1 - -"),
        ["a cell without a name"] = (() => Of(("Sheet1", "<row r=\"1\"><c r=\"1\"><v>1</v></c></row>")).Bytes(), "WBK-001 1 - -"),
        ["a cell of no type"] = (() => Of(("Sheet1", "<row r=\"1\"><c r=\"A1\" t=\"x\"><v>1</v></c></row>")).Bytes(), "WBK-001 1 - -"),
        ["a number that is none"] = (() => Of(("Sheet1", $"<row r=\"1\"><c r=\"A1\"><v>{Marker}</v></c></row>")).Bytes(), "WBK-001 1 - -"),
        ["an infinite number"] = (() => Of(("Sheet1", "<row r=\"1\"><c r=\"A1\"><v>1E999</v></c></row>")).Bytes(), "WBK-001 1 - -"),
        ["a text that is not there"] =
            (() => Plain().Put("xl/worksheets/sheet1.xml", Sheet("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>7</v></c></row>")).Bytes(),
                "WBK-001 1 - -"),
        ["elements within elements"] =
            (() => Plain().Put("xl/worksheets/sheet1.xml", Sheet(string.Concat(Enumerable.Repeat("<row>", 500_000)))).Bytes(),
                "WBK-005 1 - -"),
        ["element names without end"] =
            (() => Plain().Put("xl/worksheets/sheet1.xml", Sheet(string.Concat(Enumerable.Range(0, 300_000).Select(i => $"<x{i}/>"))))
                .Bytes(), "WBK-005 0 - -"),
        ["a bomb of one attribute"] = (() => Bomb("<row r=\"", (byte)'0', 63 * MiB), "WBK-005 0 - -"),
        ["a bomb of one text"] = (() => Bomb("<row><c><v>", (byte)'0', 63 * MiB), "FIL-008 1 - -"),
        ["a bomb of white space"] = (() => Bomb("", (byte)' ', 63 * MiB), "WBK-005 0 - -"),
        ["a bomb that says how large it is"] = (() => Bomb("", (byte)' ', 300 * MiB), "WBK-005 0 - -"),
        ["a bomb that says that it is small"] =
            (() => WithLength(Bomb("", (byte)'\n', 300 * MiB), 300 * MiB + Sheet("").Length), "WBK-001 0 - -"),
        ["a bomb among what the library reads"] =
            (() => Plain().Put("xl/worksheets/_rels/sheet1.xml.rels", new byte[2 * MiB]).Bytes(), "WBK-005 0 - -"),
        ["30,000 parts"] = (() => Zip([.. Enumerable.Range(0, 30_000).Select(i => ($"{i}.xml", Array.Empty<byte>()))]), "WBK-005 0 - -"),
        ["3,000 parts"] = (() => Zip([.. Enumerable.Range(0, 3_000).Select(i => ($"{i}", Array.Empty<byte>()))]), "WBK-005 0 - -"),
        ["a million blank rows above the last"] =
            (() => Of(("Sheet1", Row(1, "month", "commissioned_hours", "delivered_hours") + Row(1_048_576, "<c><f>1</f></c>", "2", "1")))
                .Bytes(), "WBK-010 1048576 - A1048576"),
        ["merged cells"] = (() => Plain().Put("xl/worksheets/sheet1.xml",
            Sheet(Rows(Hours), "<mergeCells><mergeCell ref=\"B2:C3\"/><mergeCell ref=\"A1:B1\"/></mergeCells>")).Bytes(), "WBK-008 2 - B2"),
        ["an error value"] =
            (() =>
                Of(("Sheet1", Row(1, "month", "commissioned_hours", "delivered_hours") + Row(2, "2025-04", "1",
                    "<c r=\"C2\" t=\"e\"><v>#N/A</v></c>") + Row(3, "<c r=\"A3\" t=\"e\"><v>#REF!</v></c>"))).Bytes(), "WBK-009 2 - C2"),
        ["a formula without its result"] =
            (() =>
                Of(("Sheet1", Row(1, "month", "commissioned_hours", "delivered_hours")
                    + Row(2, "2025-04", "1", "<c r=\"C2\"><f>1+1</f></c>"))).Bytes(), "WBK-010 2 - C2"),
    };

    public static TheoryData<string> Names => [.. Files.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Ends_in_one_finding(string name)
    {
        byte[] bytes = Files[name].Bytes();
        GC.Collect();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long most = 0;
        var time = Stopwatch.StartNew();

        var file = FileCheck.CheckWorkbook(new MemoryStream(bytes), Examples.Reader(Dataset.Hours),
            rowsRead: new Watcher(() => most = Math.Max(most, GC.GetTotalMemory(false) - before)));

        Assert.Equal([Files[name].Found], file.Found());
        Assert.Null(file.SheetSha256);
        Assert.DoesNotContain(Marker, string.Join(' ', file.Findings.List), StringComparison.Ordinal);
        Assert.InRange(time.Elapsed.TotalSeconds, 0, 20);
        Assert.InRange(Math.Max(most, GC.GetTotalMemory(false) - before), long.MinValue, 160 * MiB);
    }

    [Fact]
    public void Names_the_other_cells_too()
    {
        string error = "<c t=\"e\"><v>#N/A</v></c>";
        var few = Check(Of(("Sheet1", Row(1, error, error, error))).Bytes());
        var many = Check(Of(("Sheet1", Row(1, [.. Enumerable.Repeat(error, 25)]))).Bytes());

        Assert.Equal("the same for B1, C1", few.Findings.List.Single().Expected);
        Assert.EndsWith(", T1 and 5 more", many.Findings.List.Single().Expected, StringComparison.Ordinal);
    }

    /// <summary>Whatever is changed in a workbook, it is read or refused.</summary>
    [Fact]
    public void Never_throws()
    {
        var random = new Random(7);
        byte[] stored = Plain().WithFormats("14").WithStrings("<si><t>x</t></si>").Bytes();
        byte[][] parts = [.. Unzipped(stored).Select(part => part.Content)];
        for (int i = 0; i < 4_000; i++)
        {
            byte[] bytes;
            if (i % 2 == 0)
            {
                bytes = Changed(stored, random);
            }
            else
            {
                var changed = Unzipped(stored);
                int which = random.Next(changed.Length);
                changed[which].Content = Changed(changed[which].Content, random);
                bytes = Zip(changed);
            }

            var file = Check(bytes);
            Assert.True(file.IsAccepted || file.Findings.Errors > 0);
            _ = FileCheck.SheetsOf(new MemoryStream(bytes), [Dataset.Hours]);
        }
    }

    private static byte[] Changed(byte[] bytes, Random random)
    {
        byte[] changed = [.. bytes];
        for (int times = random.Next(1, 4); times > 0; times--)
        {
            int at = random.Next(changed.Length);
            switch (random.Next(4))
            {
                case 0:
                    changed[at] = (byte)random.Next(256);
                    break;
                case 1:
                    changed = [.. changed[..at], .. changed[Math.Min(changed.Length, at + random.Next(1, 40))..], .. "x"u8];
                    break;
                case 2:
                    changed = [.. changed[..at], .. changed[Math.Max(0, at - random.Next(1, 40))..]];
                    break;
                default:
                    changed[at] ^= (byte)(1 << random.Next(8));
                    break;
            }
        }

        return changed;
    }

    private static WorkbookFile Plain() => Of(("Sheet1", Rows(Hours)));

    private static CheckedFile Check(byte[] bytes) => FileCheck.CheckWorkbook(new MemoryStream(bytes), Examples.Reader(Dataset.Hours));

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static string Laughs() =>
        "<!DOCTYPE sst [<!ENTITY l0 \"" + Marker + "\">"
            + string.Concat(Enumerable.Range(1, 9).Select(i => $"<!ENTITY l{i} \"{string.Concat(Enumerable.Repeat($"&l{i - 1};", 10))}\">"))
        + $"]><sst xmlns=\"{Main}\"><si><t>&l9;</t></si></sst>";

    /// <summary>One text that every row names.</summary>
    private static byte[] Repeated(int length)
    {
        var rows = new StringBuilder(Row(1, "month", "commissioned_hours", "delivered_hours"));
        for (int row = 2; row <= 500_000; row++)
            rows.Append("<row><c t=\"s\"><v>0</v></c></row>");
        return Of(("Sheet1", rows.ToString())).WithStrings($"<si><t>{new string('x', length)}</t></si>").Bytes();
    }

    /// <summary>A sheet that unpacks to a length of one byte.</summary>
    private static byte[] Bomb(string start, byte filling, int length)
    {
        string sheet = Sheet(start + "|");
        byte[] content = new byte[length + sheet.Length - 1];
        content.AsSpan().Fill(filling);
        Utf8(sheet.Split('|')[0]).CopyTo(content, 0);
        Utf8(sheet.Split('|')[1]).CopyTo(content, content.Length - sheet.Split('|')[1].Length);
        return Plain().Put("xl/worksheets/sheet1.xml", content).Bytes();
    }

    /// <summary>Says in the ZIP's directory that the part of a length has a hundred bytes.</summary>
    private static byte[] WithLength(byte[] zip, int length)
    {
        for (int at; (at = zip.AsSpan().IndexOf(BitConverter.GetBytes(length))) >= 0;)
            BitConverter.GetBytes(100).CopyTo(zip, at);
        return zip;
    }

    private static byte[] Zip(params (string Path, byte[] Content)[] parts)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, content) in parts)
            {
                using var entry = zip.CreateEntry(path).Open();
                entry.Write(content);
            }
        }

        return bytes.ToArray();
    }

    private static (string Path, byte[] Content)[] Unzipped(byte[] bytes)
    {
        using var zip = new ZipArchive(new MemoryStream(bytes));
        return [.. zip.Entries.Select(entry =>
        {
            using var content = new MemoryStream();
            using var part = entry.Open();
            part.CopyTo(content);
            return (entry.FullName, content.ToArray());
        })];
    }

    private sealed class Watcher(Action look) : IProgress<long>
    {
        public void Report(long value) => look();
    }
}
