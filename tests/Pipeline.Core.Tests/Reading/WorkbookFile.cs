using System.IO.Compression;
using System.Security;
using System.Text;

namespace Pipeline.Core.Tests.Reading;

/// <summary>A workbook written part by part, so that tests can have any part as no spreadsheet would write it.</summary>
internal sealed class WorkbookFile
{
    public const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string ContentType = "application/vnd.openxmlformats-officedocument.spreadsheetml.";

    private readonly Dictionary<string, byte[]> _parts = [];
    private readonly StringBuilder _types =
        new("<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>");
    private readonly StringBuilder _relations = new();

    private WorkbookFile() { }

    /// <summary>Sheets by name, each with the XML of its rows.</summary>
    public static WorkbookFile Of(params (string Name, string Rows)[] sheets) => Of(ContentType + "sheet.main+xml", "", sheets);

    public static WorkbookFile Of(string mainType, string properties, params (string Name, string Rows)[] sheets)
    {
        var file = new WorkbookFile();
        var list = new StringBuilder();
        for (int i = 1; i <= sheets.Length; i++)
        {
            var (name, rows) = sheets[i - 1];
            file.Add($"xl/worksheets/sheet{i}.xml", ContentType + "worksheet+xml", Sheet(rows), "worksheet");
            list.Append($"<sheet name=\"{name}\" sheetId=\"{i}\" r:id=\"rId{i}\"/>");
        }

        file.Add("xl/workbook.xml", mainType,
            $"<workbook xmlns=\"{Main}\" xmlns:r=\"{Relations}\">{properties}<sheets>{list}</sheets></workbook>");
        file.Put("_rels/.rels",
            $"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" "
            + $"Type=\"{Relations}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>");
        return file;
    }

    /// <summary>The rows of a worksheet, with what comes after them.</summary>
    public static string Sheet(string rows, string after = "") =>
        $"<?xml version=\"1.0\" encoding=\"UTF-8\"?><worksheet xmlns=\"{Main}\"><sheetData>{rows}</sheetData>{after}</worksheet>";

    /// <summary>A row whose values are texts, or cells when they are written as XML; null leaves a cell out.</summary>
    public static string Row(int row, params string?[] values) =>
        $"<row r=\"{row}\">" + string.Concat(values.Select((value, column) => value switch
    {
        null => "",
        ['<', 'c', ..] => value,
        _ => $"<c r=\"{Letters(column)}{row}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{SecurityElement.Escape(value)}</t></is></c>",
    })) + "</row>";

    private static string Letters(int column) => column < 26
        ? $"{(char)('A' + column)}" : Letters(column / 26 - 1) + (char)('A' + column % 26);

    /// <summary>The rows of CSV text without quotes, each in the row of its line.</summary>
    public static string Rows(string csv) =>
        string.Concat(csv.TrimEnd('\n').Split('\n').Select((line, row) => Row(row + 1, line.Split(','))));

    /// <summary>Adds a part of the workbook, of a content type and relation of spreadsheets or of any other.</summary>
    public WorkbookFile With(string path, string contentType, string content, string relation)
    {
        Add(path, contentType.Contains('/') ? contentType : ContentType + contentType, content, relation);
        return this;
    }

    /// <summary>Texts by number, as the XML of their items.</summary>
    public WorkbookFile WithStrings(string items) =>
        With("xl/sharedStrings.xml", "sharedStrings+xml", $"<sst xmlns=\"{Main}\">{items}</sst>", "sharedStrings");

    /// <summary>A cell style for each number format: a number of one that every spreadsheet has, or a code.</summary>
    public WorkbookFile WithFormats(params string[] formats)
    {
        string codes =
            string.Concat(formats.Select((format, i) => int.TryParse(format, out _)
                ? "" : $"<numFmt numFmtId=\"{164 + i}\" formatCode=\"{SecurityElement.Escape(format)}\"/>"));
        string styles =
            string.Concat(formats.Select((format, i) => $"<xf numFmtId=\"{(int.TryParse(format, out int id) ? id : 164 + i)}\"/>"));
        return With("xl/styles.xml", "styles+xml",
            $"<styleSheet xmlns=\"{Main}\"><numFmts>{codes}</numFmts><cellStyleXfs><xf "
            + $"numFmtId=\"14\"/></cellStyleXfs><cellXfs>{styles}</cellXfs></styleSheet>", "styles");
    }

    /// <summary>Puts other content into a part.</summary>
    public WorkbookFile Put(string path, string content) => Put(path, Encoding.UTF8.GetBytes(content));

    public WorkbookFile Put(string path, byte[] content)
    {
        _parts[path] = content;
        return this;
    }

    public byte[] Bytes()
    {
        _parts["[Content_Types].xml"] =
            Encoding.UTF8.GetBytes($"<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">{_types}</Types>");
        _parts["xl/_rels/workbook.xml.rels"] = Encoding.UTF8.GetBytes(
            $"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{_relations}</Relationships>");
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, content) in _parts)
            {
                var entry = zip.CreateEntry(path);
                entry.LastWriteTime = new DateTimeOffset(2025, 4, 1, 0, 0, 0, TimeSpan.Zero);
                using var part = entry.Open();
                part.Write(content);
            }
        }

        return bytes.ToArray();
    }

    private void Add(string path, string contentType, string content, string? relation = null)
    {
        Put(path, content);
        _types.Append($"<Override PartName=\"/{path}\" ContentType=\"{contentType}\"/>");
        if (relation is not null)
            _relations.Append(
                $"<Relationship Id=\"rId{_parts.Count}\" Type=\"{(relation.Contains(':') ? relation : $"{Relations}/{relation}")}\" "
                + $"Target=\"/{path}\"/>");
    }
}
