using System.IO.Compression;
using System.Xml;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using Pipeline.Core.Findings;

namespace Pipeline.Core.Reading;

/// <summary>An <c>.xlsx</c> file (domain.md section 3). What could do harm is refused before anything of it is read.</summary>
internal sealed class Workbook : IDisposable
{
    private readonly SpreadsheetDocument _document;
    private readonly IReadOnlyList<(string Name, WorksheetPart Part)> _sheets;
    private readonly bool _since1904;
    private SharedStrings? _strings;
    private NumberFormats? _formats;

    private Workbook(SpreadsheetDocument document)
    {
        _document = document;
        var part = document.WorkbookPart ?? throw new InvalidDataException();
        if (part.VbaProjectPart is not null || part.MacroSheetParts.Any()
            || document.DocumentType is SpreadsheetDocumentType.MacroEnabledWorkbook or SpreadsheetDocumentType.MacroEnabledTemplate
                or SpreadsheetDocumentType.AddIn)
            throw new RefusedException(Rules.WorkbookHasMacros, 0);
        if (part.ExternalWorkbookParts.Any())
            throw new RefusedException(Rules.WorkbookHasLinks, 0);
        (_sheets, _since1904) = ReadSheets(part);
    }

    /// <param name="bytes">The file, which can seek; left open.</param>
    /// <exception cref="RefusedException">It is no workbook that is taken in.</exception>
    public static Workbook Open(Stream bytes)
    {
        WorkbookLimits.Check(bytes);
        return Guarded(() =>
        {
            bytes.Position = 0;
            var document = SpreadsheetDocument.Open(bytes, isEditable: false);
            try
            {
                return new Workbook(document);
            }
            catch
            {
                document.Dispose();
                throw;
            }
        });
    }

    /// <summary>The rows of the sheet named like the dataset when there are several sheets, else of the one filled sheet.</summary>
    /// <exception cref="RefusedException">There is no such sheet.</exception>
    public SheetStream SheetOf(string dataset) => Guarded(() =>
    {
        if (_sheets.Count == 1)
            return Open(_sheets[0].Part);
        var named = _sheets.Where(sheet => IsNamed(sheet.Name, dataset)).ToList();
        var found = named.Count > 0 ? named : [.. _sheets.Where(sheet => IsFilled(sheet.Part, rows: 1))];
        return found.Count switch
        {
            0 => throw new RefusedException(Rules.FileEmpty, 0),
            1 => Open(found[0].Part),
            _ => throw new RefusedException(Rules.SheetUnclear, 0) { Expected = $"one sheet named {dataset}" },
        };
    });

    /// <summary>Whether a sheet is named like the dataset.</summary>
    public bool HasSheetOf(string dataset) => _sheets.Any(sheet => IsNamed(sheet.Name, dataset));

    /// <summary>Those of several datasets that have a sheet of their name with more than a header in it.</summary>
    /// <exception cref="RefusedException">There is none, or there are two of a name.</exception>
    public IReadOnlyList<string> FilledSheets(IEnumerable<string> datasets) => Guarded(() =>
    {
        var filled = new List<string>();
        foreach (string dataset in datasets)
        {
            var named = _sheets.Where(sheet => IsNamed(sheet.Name, dataset) && IsFilled(sheet.Part, rows: 2)).ToList();
            if (named.Count > 1)
                throw new RefusedException(Rules.SheetUnclear, 0) { Expected = $"one sheet named {dataset}" };
            if (named.Count == 1)
                filled.Add(dataset);
        }

        return filled.Count > 0 ? filled : throw new RefusedException(Rules.NoSheetFilled, 0)
            { Expected = "a sheet named " + string.Join(" or ", datasets) };
    });

    public void Dispose() => _document.Dispose();

    /// <summary>Whatever the library or the XML reader says is wrong is one thing to who sent the file.</summary>
    private static T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is XmlException or InvalidDataException or OpenXmlPackageException
            or FileFormatException or FormatException
            or ArgumentException or InvalidOperationException or KeyNotFoundException or NotSupportedException or EndOfStreamException)
        {
            throw new RefusedException(Rules.WorkbookDamaged, 0);
        }
    }

    private static (IReadOnlyList<(string Name, WorksheetPart Part)> Sheets, bool Since1904) ReadSheets(WorkbookPart part)
    {
        var sheets = new List<(string Name, WorksheetPart Part)>();
        bool since1904 = false;
        using var xml = new WorkbookXml(Content(part));
        bool hasSheets = xml.MoveToRoot("workbook");
        while (hasSheets && xml.MoveToChild(0))
        {
            if (xml.Name == "workbookPr")
                since1904 = xml.Attribute("date1904") is "1" or "true";
            if (xml.Name != "sheets" || xml.IsEmpty)
                continue;
            while (xml.MoveToChild(1))
            {
                string name = "", id = "";
                while (xml.MoveToAttribute())
                {
                    if (xml.Name == "name")
                        name = xml.Value;
                    else if (xml.Name == "id")
                        id = xml.Value;
                }

                // Charts have sheets too.
                if (part.TryGetPartById(id, out var sheet) && sheet is WorksheetPart worksheet)
                    sheets.Add((name, worksheet));
            }
        }

        return (sheets, since1904);
    }

    private static bool IsNamed(string sheet, string dataset) =>
        sheet.Trim().Replace(' ', '-').Replace('_', '-').Equals(dataset, StringComparison.OrdinalIgnoreCase);

    private bool IsFilled(WorksheetPart part, int rows)
    {
        using var sheet = Open(part);
        Span<byte> buffer = stackalloc byte[4096];
        while (sheet.FilledRows < rows && sheet.Read(buffer) > 0)
        {
        }

        return sheet.FilledRows >= rows;
    }

    private SheetStream Open(WorksheetPart part)
    {
        var workbook = _document.WorkbookPart!;
        _strings ??= new SharedStrings(workbook.SharedStringTablePart is { } strings ? Content(strings) : null);
        _formats ??= new NumberFormats(workbook.WorkbookStylesPart is { } styles ? Content(styles) : null);
        return new SheetStream(Content(part), _strings, _formats, _since1904);
    }

    private static Stream Content(OpenXmlPart part) => part.GetStream(FileMode.Open, FileAccess.Read);
}

/// <summary>What a workbook may hold at most, so that checking one takes seconds and a bounded memory whatever it unpacks to.</summary>
internal static class WorkbookLimits
{
    /// <summary>Bytes of the file: a full sheet of twelve columns takes about 50 MiB.</summary>
    public const long LargestFile = 128L << 20;

    /// <summary>Bytes of the list of parts at the file's end.</summary>
    private const int LargestDirectory = 1 << 20;

    private const int MostParts = 2_000;

    /// <summary>Bytes of a part that the library reads as a whole: lists of parts and of relations between them.</summary>
    private const long LargestList = 1L << 20;

    /// <summary>Bytes of all parts unpacked.</summary>
    private const long LargestUnpacked = 1L << 30;

    /// <summary>Bytes that may be unpacked whatever the file's length.</summary>
    private const long AlwaysUnpacked = 64L << 20;

    /// <summary>Times that larger parts may be as long as the file: rows of formatted blank cells are packed to a fiftieth.</summary>
    private const long MostUnpacking = 100;

    /// <param name="bytes">The file, which can seek.</param>
    /// <exception cref="RefusedException">It is no workbook, or larger than is taken.</exception>
    public static void Check(Stream bytes)
    {
        if (bytes.Length > LargestFile)
            throw new RefusedException(Rules.WorkbookTooLarge, 0);
        CheckSignature(bytes);
        // Whoever opens the file reads all of its directory, so that is looked at first.
        if (bytes.Length - DirectoryStart(bytes) > LargestDirectory)
            throw new RefusedException(Rules.WorkbookTooLarge, 0);
        try
        {
            using var zip = new ZipArchive(bytes, ZipArchiveMode.Read, leaveOpen: true);
            // Of a part that claims to be shorter than it is, no more is unpacked than it claims.
            long unpacked = zip.Entries.Count <= MostParts
                ? zip.Entries.Sum(entry => Math.Min(entry.Length, LargestUnpacked + 1)) : long.MaxValue;
            if (unpacked > LargestUnpacked || unpacked > Math.Max(AlwaysUnpacked, bytes.Length * MostUnpacking)
                || zip.Entries.Any(entry => IsList(entry) && entry.Length > LargestList))
                throw new RefusedException(Rules.WorkbookTooLarge, 0);
        }
        catch (InvalidDataException)
        {
            throw new RefusedException(Rules.WorkbookDamaged, 0);
        }
    }

    private static bool IsList(ZipArchiveEntry entry) =>
        entry.FullName.EndsWith(".rels", StringComparison.OrdinalIgnoreCase)
            || entry.FullName.EndsWith("[Content_Types].xml", StringComparison.OrdinalIgnoreCase);

    private static void CheckSignature(Stream bytes)
    {
        Span<byte> start = stackalloc byte[4];
        bytes.Position = 0;
        int read = bytes.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (read == 0)
            throw new RefusedException(Rules.FileEmpty, 0);
        // Files of older spreadsheets begin like this, and so do workbooks with a password.
        if (start[..read].StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0]))
            throw new RefusedException(Rules.WorkbookLocked, 0);
        if (!start[..read].StartsWith("PK"u8))
            throw new RefusedException(Rules.WorkbookDamaged, 0);
    }

    /// <summary>Where the directory starts, as the record at the file's end says.</summary>
    private static long DirectoryStart(Stream bytes)
    {
        byte[] end = new byte[Math.Min(bytes.Length, (64 << 10) + 22)];
        bytes.Position = bytes.Length - end.Length;
        bytes.ReadExactly(end);
        int record = end.AsSpan().LastIndexOf("PK\x5\x6"u8);
        if (record < 0 || end.Length - record < 22)
            throw new RefusedException(Rules.WorkbookDamaged, 0);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(end.AsSpan(record + 16)) is var start && start < bytes.Length
            ? start
            : throw new RefusedException(Rules.WorkbookDamaged, 0);
    }
}
