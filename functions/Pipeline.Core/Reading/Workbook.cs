using System.Globalization;
using System.IO.Compression;
using System.Xml;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using Pipeline.Core.Findings;

namespace Pipeline.Core.Reading;

/// <summary>An <c>.xlsx</c> file (domain.md section 3). What could do harm is refused before anything of it is read.</summary>
internal sealed class Workbook : IDisposable
{
    /// <summary>Bytes of a sheet's rows in which a header is looked for.</summary>
    private const int LookedAt = 16 << 10;

    private readonly SpreadsheetDocument _document;
    private readonly IReadOnlyList<Sheet> _sheets;
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

    /// <summary>
    /// The sheet of a workbook for one dataset: the filled one that is named like it, else the one that is named so, else the one filled
    /// sheet.
    /// </summary>
    public SheetChoice SheetOf(Layout dataset) => Guarded(() =>
    {
        if (_sheets.Count == 1)
            return Chosen(_sheets[0], dataset, []);
        var filled = FilledOf(dataset, dataset.Known);
        if (filled.Count > 1)
            return Unclear(dataset, filled);
        var named = _sheets.Where(sheet => SheetName.DatasetOf(sheet.Name, dataset.Known) == dataset).ToList();
        if (filled.Count == 0 && named.Count == 0)
            return OnlyFilled(dataset);
        var others = _sheets.Except(filled).Select(sheet => (Sheet: sheet, Columns: ColumnsOf(sheet, dataset.Known)))
            .Where(other => other.Columns is not null).ToList();
        if (filled.Count == 1)
            return Chosen(filled[0], dataset, others);
        // A header alone says that there is nothing to report, which its rows on another sheet contradict.
        if (others.Where(other => other.Columns == dataset).Select(other => other.Sheet).ToList() is { Count: > 0 } unnamed)
            return Unnamed(dataset, unnamed);
        return named.Count == 1 || named.Count(sheet => SheetName.Is(sheet.Name, dataset)) == 1
            ? Chosen(named.Find(sheet => SheetName.Is(sheet.Name, dataset)) ?? named[0], dataset, others)
            : Unclear(dataset, named);
    });

    /// <summary>
    /// Of the workbook of a return, the sheet of each dataset that has a sheet with more than a header in it, in the order of the datasets.
    /// No such sheet is passed over without a word, unless it is of the template or has no dataset's columns.
    /// </summary>
    /// <exception cref="RefusedException">No sheet is named like any of them and filled.</exception>
    public IReadOnlyList<SheetChoice> SheetsOf(IReadOnlyList<Layout> datasets) => Guarded(() =>
    {
        var filled = datasets.Select(dataset => (Dataset: dataset, Sheets: FilledOf(dataset, datasets))).ToList();
        var others = _sheets.Where(sheet => SheetName.DatasetOf(sheet.Name, datasets) is null)
            .Select(sheet => (Sheet: sheet, Columns: ColumnsOf(sheet, datasets))).Where(other => other.Columns is not null).ToList();
        if (filled.All(each => each.Sheets.Count == 0))
            throw new RefusedException(Rules.NoSheetFilled, 0)
            {
                Expected = "a sheet named " + string.Join(" or ", datasets)
                    + string.Concat(others.Select(other => $"; {Place(other.Sheet)}, counted from the left, has the columns of "
                        + other.Columns)),
            };
        return (IReadOnlyList<SheetChoice>)[.. filled.Select(each => Choice(each.Dataset, each.Sheets)).OfType<SheetChoice>()];

        SheetChoice? Choice(Layout dataset, List<Sheet> sheets)
        {
            var same = others.Where(other => other.Columns == dataset).ToList();
            return sheets.Count switch
            {
                > 1 => Unclear(dataset, sheets),
                1 => Chosen(sheets[0], dataset, same),
                _ => same.Count > 0 ? Unnamed(dataset, [.. same.Select(other => other.Sheet)]) : null,
            };
        }
    });

    /// <summary>The rows of the sheet that was chosen.</summary>
    public SheetStream Open(SheetChoice choice) => Guarded(() => Open(_sheets.First(sheet => sheet.Place == choice.Place).Part));

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

    private static (IReadOnlyList<Sheet> Sheets, bool Since1904) ReadSheets(WorkbookPart part)
    {
        var sheets = new List<Sheet>();
        int place = 0;
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

                place++;
                // Charts have sheets too.
                if (part.TryGetPartById(id, out var sheet) && sheet is WorksheetPart worksheet)
                    sheets.Add(new Sheet(place, name, worksheet));
            }
        }

        return (sheets, since1904);
    }

    private SheetChoice OnlyFilled(Layout dataset) =>
        _sheets.Where(sheet => IsFilled(sheet.Part, rows: 1)).ToList() switch
        {
            [] => throw new RefusedException(Rules.FileEmpty, 0),
            [var only] => Chosen(only, dataset, []),
            _ => throw new RefusedException(Rules.SheetUnclear, 0) { Expected = $"one sheet named {dataset}" },
        };

    private static SheetChoice Chosen(Sheet sheet, Layout dataset, IEnumerable<(Sheet Sheet, Layout? Columns)> passedOver) =>
        new(dataset.Name, sheet.Place, NameOf(sheet, dataset),
            [.. passedOver.Select(other => new Finding(Rules.SheetPassedOver, 0,
                Expected: $"no rows on {Place(other.Sheet)}, counted from the left, which has the columns of {other.Columns}"))]);

    private static SheetChoice Unclear(Layout dataset, List<Sheet> sheets) => new(dataset.Name, 0, null,
        [new Finding(Rules.SheetUnclear, 0, Expected: $"one sheet named {dataset}; now it may be {Places(sheets, "or")}")]);

    private static SheetChoice Unnamed(Layout dataset, List<Sheet> sheets) => new(dataset.Name, 0, null,
        [new Finding(Rules.SheetNotNamed, 0, Expected: $"one sheet named {dataset}; its columns stand on {Places(sheets, "and")}")]);

    /// <summary>
    /// As findings name it. What was added to the dataset's name is numbers and plain words, but numbers may be a person's.
    /// </summary>
    private static string? NameOf(Sheet sheet, Layout dataset) =>
        SheetName.Is(sheet.Name, dataset) ? dataset.Name
        : SheetName.DatasetOf(sheet.Name, [dataset]) is null ? null
        : PersonalData.IsIn(sheet.Name) ? Place(sheet)
        : sheet.Name.Trim();

    /// <summary>Where a sheet is, whose name may be anybody's.</summary>
    private static string Place(Sheet sheet) => string.Create(CultureInfo.InvariantCulture, $"sheet {sheet.Place}");

    private static string Places(List<Sheet> sheets, string and) =>
        string.Join($" {and} ", sheets.Select(Place)) + ", counted from the left";

    /// <summary>
    /// The sheets that are named like a dataset and have more than a header; where there are several, without those of notes whose names
    /// begin like it.
    /// </summary>
    private List<Sheet> FilledOf(Layout dataset, IReadOnlyList<Layout> known)
    {
        var filled = _sheets.Where(sheet => SheetName.DatasetOf(sheet.Name, known) == dataset && IsFilled(sheet.Part, rows: 2)).ToList();
        return filled.Count > 1
            && filled.Where(sheet => SheetName.Is(sheet.Name, dataset) || ColumnsOf(sheet, known) == dataset).ToList()
                is { Count: > 0 } certain ? certain : filled;
    }

    /// <summary>
    /// The dataset whose columns stand in one of a sheet's first rows, with rows below them; null of notes and of what explains the others.
    /// </summary>
    private Layout? ColumnsOf(Sheet sheet, IReadOnlyList<Layout> datasets)
    {
        if (SheetName.IsOfTemplate(sheet.Name))
            return null;
        byte[] start = new byte[LookedAt];
        int length = 0;
        using var rows = Open(sheet.Part);
        try
        {
            for (int read; (read = rows.Read(start.AsSpan(length))) > 0;)
                length += read;
        }
        catch (RefusedException)
        {
            // What it holds beyond that is nobody's concern while it is not read.
        }

        int end = start.AsSpan(0, length).LastIndexOf((byte)'\n') + 1;
        return end == 0 ? null : Header.DatasetOf(new MemoryStream(start, 0, end), datasets);
    }

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

    /// <param name="Place">Counted from the left, from 1.</param>
    /// <param name="Name">As its sender gave it.</param>
    /// <param name="Part">Its rows.</param>
    private sealed record Sheet(int Place, string Name, WorksheetPart Part);
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
