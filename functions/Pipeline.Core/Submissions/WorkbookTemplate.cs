using System.Globalization;
using System.Text;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Reading;
using ReadColumn = Pipeline.Core.Reading.Column;
using SheetColumn = DocumentFormat.OpenXml.Spreadsheet.Column;
using SheetName = Pipeline.Core.Reading.SheetName;
using SheetRow = DocumentFormat.OpenXml.Spreadsheet.Row;

namespace Pipeline.Core.Submissions;

/// <summary>
/// A workbook to fill in: a sheet for each dataset, whose header is locked and says what each column means, whose codes are chosen from
/// lists, and whose columns have the form that their values are read in; and sheets with the codes, with examples and with all words.
/// </summary>
public static class WorkbookTemplate
{
    /// <summary>As far as a spreadsheet goes.</summary>
    private const int LastRow = 1 << 20;

    private const string CodesSheet = SheetName.Codes, ExampleSheet = SheetName.Example, GlossarySheet = SheetName.Glossary;

    /// <summary>The cell styles, by their places in the list of <see cref="Styles"/>.</summary>
    private enum Style : uint
    {
        Plain,
        Header,
        Text,
        Date,
        Wrapped,
        OpenText,
        OpenDate,
        OpenNumber,
    }

    /// <summary>What can be returned under a framework, which may have no codes for a dataset.</summary>
    public static IReadOnlyList<ReturnDataset> DatasetsOf(Framework framework) =>
        [.. Dataset.Returns.Where(dataset => ExampleRow.Of(dataset, framework, null) is not null)];

    /// <param name="stream">Written to; can seek.</param>
    /// <param name="datasets">Of <see cref="DatasetsOf"/>: one, or all.</param>
    /// <param name="framework">Whose codes it takes.</param>
    /// <param name="clientGroups">Codes of those that the contract serves; null: all of the framework's.</param>
    public static void Write(Stream stream, IReadOnlyList<ReturnDataset> datasets, Framework framework,
        IReadOnlyList<string>? clientGroups = null)
    {
        using var document = SpreadsheetDocument.Create(stream, SpreadsheetDocumentType.Workbook);
        var workbook = document.AddWorkbookPart();
        workbook.Workbook = new DocumentFormat.OpenXml.Spreadsheet.Workbook(new Sheets());
        workbook.AddNewPart<WorkbookStylesPart>().Stylesheet = Styles();
        var codes = new CodeLists(datasets, framework, clientGroups);
        foreach (var dataset in datasets)
            AddDataset(workbook, dataset, codes);
        AddSheet(workbook, CodesSheet, codes.Rows, [.. codes.Widths]);
        AddSheet(workbook, ExampleSheet, ExampleRows(datasets, framework, clientGroups),
            [.. Enumerable.Repeat(22d, datasets.Max(d => d.Columns.Count))]);
        AddSheet(workbook, GlossarySheet, GlossaryRows(datasets, framework), [18, 24, 24, 60, 60, 40, 60]);
    }

    /// <summary>
    /// What a person needs to know of a column: its meaning, how its values are written, when it is filled in, and what asks for it.
    /// </summary>
    public static IReadOnlyList<string> Explain(ReadColumn column, ReturnDataset dataset) =>
    [
        column.Meaning,
        $"Write {column.Form.Words()}.",
        column.When is null ? "In every row." : $"Fill it in {column.When}; otherwise leave it blank.",
        $"Asked for by: {column.Source ?? dataset.Source}.",
    ];

    private static void AddDataset(WorkbookPart workbook, ReturnDataset dataset, CodeLists codes)
    {
        var part = AddSheet(workbook, dataset.Name, [[.. dataset.Columns.Select(column => new Value(column.Name, Style.Header))]], [],
            dataset.Columns);
        var validations = dataset.Columns.Select((column, place) => Validation(column, place, dataset, codes)).OfType<DataValidation>()
            .ToList();
        if (validations.Count > 0)
            part.Worksheet.Append(new DataValidations(validations) { Count = (uint)validations.Count });
        AddNotes(part, [.. dataset.Columns.Select(column => string.Join("\n", [column.Title, .. Explain(column, dataset)]))]);
    }

    private static DataValidation? Validation(ReadColumn column, int place, ReturnDataset dataset, CodeLists codes)
    {
        string letter = Letters(place);
        var range = new ListValue<StringValue> { InnerText = $"{letter}2:{letter}{LastRow}" };
        if (codes.Find(dataset, column) is { } list)
        {
            // The list of a code depends on another column of the row; where that is blank there is none.
            return new DataValidation(new Formula1(list.FormulaFor(dataset)))
            {
                Type = DataValidationValues.List,
                AllowBlank = true,
                ShowErrorMessage = true,
                ErrorStyle = list.Under is null ? DataValidationErrorStyleValues.Stop : DataValidationErrorStyleValues.Warning,
                ErrorTitle = column.Title,
                Error = $"Choose one of the codes in the list. The sheet {CodesSheet} says what each means.",
                SequenceOfReferences = range,
            };
        }

        return column.Form switch
        {
            Form.Date => Checked(DataValidationValues.Date, "36526", "a date from 2000 on, such as 30/04/2025"),
            Form.WholeNumber => Checked(DataValidationValues.Whole, "0", "a whole number"),
            Form.Number => Checked(DataValidationValues.Decimal, "0", "a number of 0 or more"),
            _ => null,
        };

        DataValidation Checked(DataValidationValues type, string least, string words) => new(new Formula1(least))
        {
            Type = type,
            Operator = DataValidationOperatorValues.GreaterThanOrEqual,
            AllowBlank = true,
            ShowErrorMessage = true,
            ErrorTitle = column.Title,
            Error = $"Write {words}.",
            SequenceOfReferences = range,
        };
    }

    private static WorksheetPart AddSheet(WorkbookPart workbook, string name, IReadOnlyList<IReadOnlyList<Value>> rows,
        IReadOnlyList<double> widths, IReadOnlyList<ReadColumn>? toFill = null)
    {
        var part = workbook.AddNewPart<WorksheetPart>();
        var sheets = workbook.Workbook.Sheets!;
        sheets.Append(new Sheet { Name = name, SheetId = (uint)sheets.ChildElements.Count + 1, Id = workbook.GetIdOfPart(part) });
        var data =
            new SheetData(rows.Select((row, r) => new SheetRow(row.Select((value, c) => CellOf(value, Fields.Cell(c, r + 1))))
                { RowIndex = (uint)r + 1 }));
        var columns = new Columns(toFill is null
            ? widths.Select((width, place) =>
                new SheetColumn { Min = (uint)place + 1, Max = (uint)place + 1, Width = width, CustomWidth = true })
            : toFill.Select((column, place) => new SheetColumn
            {
                Min = (uint)place + 1, Max = (uint)place + 1, Width = Math.Max(14, column.Name.Length + 4), CustomWidth = true,
                Style = (uint)StyleOf(column.Form),
            }));
        var frozen =
            new SheetViews(new SheetView(new Pane { VerticalSplit = 1, TopLeftCell = "A2", ActivePane = PaneValues.BottomLeft,
                State = PaneStateValues.Frozen }) { WorkbookViewId = 0 });
        part.Worksheet = new Worksheet(frozen, columns, data);
        // Without a password: it keeps headers and codes from slips, not from anybody. Rows can be added, sorted and deleted all the same.
        part.Worksheet.Append(new SheetProtection
        {
            Sheet = true, FormatCells = false, FormatColumns = false, FormatRows = false, InsertRows = false, DeleteRows = false,
            Sort = false, AutoFilter = false,
        });
        return part;
    }

    private static Cell CellOf(Value value, string name) => value.Day is { } day
        ? new Cell(new CellValue(day.DayNumber - new DateOnly(1899, 12, 30).DayNumber))
            { CellReference = name, StyleIndex = (uint)value.Style }
        : value.Number is { } number
            ? new Cell(new CellValue(number)) { CellReference = name, StyleIndex = (uint)value.Style }
            : new Cell(new InlineString(new Text(value.Words) { Space = SpaceProcessingModeValues.Preserve }))
            {
                CellReference = name, StyleIndex = (uint)value.Style, DataType = CellValues.InlineString,
            };

    private static Style StyleOf(Form form) => form switch
    {
        Form.Date => Style.OpenDate,
        Form.WholeNumber or Form.Number => Style.OpenNumber,
        _ => Style.OpenText,
    };

    /// <summary>Notes on the cells of the first row; the older kind of drawing is what spreadsheets place them by.</summary>
    private static void AddNotes(WorksheetPart part, IReadOnlyList<string> notes)
    {
        var list =
            new CommentList(notes.Select((note, place) =>
                new Comment(new CommentText(new Text(note) { Space = SpaceProcessingModeValues.Preserve }))
        {
            Reference = Fields.Cell(place, 1), AuthorId = 0,
        }));
        part.AddNewPart<WorksheetCommentsPart>().Comments = new Comments(new Authors(new Author("Outcomes Pipeline")), list);
        var drawing = part.AddNewPart<VmlDrawingPart>();
        var shapes = new StringBuilder("""
            <xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel">
            <v:shapetype id="note" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>
            """);
        for (int place = 0; place < notes.Count; place++)
        {
            shapes.Append(CultureInfo.InvariantCulture, $"""
                <v:shape id="note{place}" type="#note" style="position:absolute;width:280pt;height:150pt;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:textbox/>
                <x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{place + 1}, 10, 1, 4, {place + 4}, 10, 10, 4</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>0</x:Row><x:Column>{place}</x:Column></x:ClientData></v:shape>
                """);
        }

        using var content = new MemoryStream(Encoding.UTF8.GetBytes(shapes.Append("</xml>").ToString()));
        drawing.FeedData(content);
        part.Worksheet.Append(new LegacyDrawing { Id = part.GetIdOfPart(drawing) });
    }

    private static List<IReadOnlyList<Value>> ExampleRows(IReadOnlyList<ReturnDataset> datasets, Framework framework,
        IReadOnlyList<string>? clientGroups)
    {
        var rows = new List<IReadOnlyList<Value>>
            { new[] { new Value("Each row is made up. Nothing on this sheet is read.", Style.Plain) } };
        foreach (var dataset in datasets)
        {
            rows.Add([new Value(dataset.Title, Style.Plain)]);
            rows.Add([.. dataset.Columns.Select(column => new Value(column.Name, Style.Header))]);
            rows.Add([.. ExampleRow.Of(dataset, framework, clientGroups)!.Zip(dataset.Columns,
                (value, column) => ValueOf(value, column.Form))]);
        }

        return rows;
    }

    private static Value ValueOf(string text, Form form) => form switch
    {
        Form.Date when DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) =>
            new Value(text, Style.Date) { Day = day },
        Form.WholeNumber or Form.Number when decimal.TryParse(text, CultureInfo.InvariantCulture, out decimal number) =>
            new Value(text, Style.Plain) { Number = number },
        _ => new Value(text, Style.Text),
    };

    private static IReadOnlyList<IReadOnlyList<Value>> GlossaryRows(IReadOnlyList<ReturnDataset> datasets, Framework framework) =>
    [
        Headers("Dataset", "Column", "Title", "What it means", "How it is written", "When it is filled in", "Asked for by"),
        .. datasets.SelectMany(dataset => dataset.Columns.Select(column => Wrapped(
            dataset.Name, column.Name, column.Title, column.Meaning, column.Form.Words(), column.When ?? "in every row", column.Source
                ?? dataset.Source))),
        Wrapped("", "", "Framework", $"{framework.Title} ({framework.Id}). {framework.Source}"),
        Wrapped("", "", "Row", string.Join("; ", datasets.Select(dataset => $"{dataset.Name}: {dataset.Row}")) + "."),
        Wrapped("", "", "Nil return",
            "A sheet without rows below its header, sent as a file of its own named after the dataset, says that there is nothing to "
            + "report. "
            + "In a workbook of several datasets such a sheet is left out."),
        Wrapped("", "", "Where to send it",
            $"As {{dataset}}.xlsx, for example {datasets[0].Name}.xlsx, or as {FileName.Return}.xlsx with a sheet for each dataset."),
        Wrapped("", "", "Dates", "Type a date as a date. Every form of date is read, if the cell holds a date."),
        Wrapped("", "", "About persons",
            "No name, address, date of birth, telephone, NHS or National Insurance number belongs anywhere in this workbook."),
    ];

    private static IReadOnlyList<Value> Headers(params string[] words) => [.. words.Select(word => new Value(word, Style.Header))];

    private static IReadOnlyList<Value> Wrapped(params string[] words) => [.. words.Select(word => new Value(word, Style.Wrapped))];

    private static string Letters(int column) => Fields.Cell(column, 0)[..^1];

    private static Stylesheet Styles() => new(
        new NumberingFormats(new NumberingFormat { NumberFormatId = 164, FormatCode = "yyyy\\-mm\\-dd" }) { Count = 1 },
        new Fonts(new Font(new FontSize { Val = 11 }, new FontName { Val = "Calibri" }),
            new Font(new Bold(), new FontSize { Val = 11 }, new FontName { Val = "Calibri" })) { Count = 2 },
        new Fills(
            new Fill(new PatternFill { PatternType = PatternValues.None }),
            new Fill(new PatternFill { PatternType = PatternValues.Gray125 }),
            new Fill(new PatternFill(new ForegroundColor { Rgb = "FFDDEBF7" }) { PatternType = PatternValues.Solid })) { Count = 3 },
        new Borders(new Border(new LeftBorder(), new RightBorder(), new TopBorder(), new BottomBorder(), new DiagonalBorder()))
            { Count = 1 },
        new CellStyleFormats(new CellFormat { NumberFormatId = 0, FontId = 0, FillId = 0, BorderId = 0 }) { Count = 1 },
        new CellFormats(
            Format(0),
            Format(49, font: 1, fill: 2),
            Format(49),
            Format(164),
            Format(49, wraps: true),
            Format(49, isOpen: true),
            Format(164, isOpen: true),
            Format(0, isOpen: true)) { Count = 8 });

    private static CellFormat Format(uint number, uint font = 0, uint fill = 0, bool isOpen = false, bool wraps = false)
    {
        var format = new CellFormat
        {
            NumberFormatId = number, FontId = font, FillId = fill, BorderId = 0, FormatId = 0,
            ApplyNumberFormat = true, ApplyFont = true, ApplyFill = true, ApplyProtection = true,
        };
        if (wraps)
            format.Append(new Alignment { WrapText = true, Vertical = VerticalAlignmentValues.Top });
        format.Append(new Protection { Locked = !isOpen });
        return format;
    }

    private sealed record Value(string Words, Style Style)
    {
        public DateOnly? Day { get; init; }

        public decimal? Number { get; init; }
    }

    /// <summary>The codes of each column on the sheet of codes, and how the lists of other sheets name them.</summary>
    private sealed class CodeLists
    {
        private readonly Dictionary<(string Dataset, string Column), CodeList> _lists = [];
        private readonly List<List<Value>> _columns = [];

        public CodeLists(IReadOnlyList<ReturnDataset> datasets, Framework framework, IReadOnlyList<string>? clientGroups)
        {
            foreach (var dataset in datasets)
            {
                foreach (var codes in TakenCodes(dataset, framework, clientGroups).GroupBy(c => c.Column))
                    Add(dataset, codes.Key, [.. codes]);
            }
        }

        public IReadOnlyList<double> Widths => [.. _columns.Select((_, place) => place % 4 == 2 ? 50d : place % 4 == 3 ? 4d : 28d)];

        public IReadOnlyList<IReadOnlyList<Value>> Rows =>
        [
            .. Enumerable.Range(0, _columns.Select(column => column.Count).DefaultIfEmpty(0).Max())
                .Select(row => _columns.Select(column => row < column.Count ? column[row] : new Value("", Style.Plain)).ToList()),
        ];

        public CodeList? Find(ReturnDataset dataset, ReadColumn column) => _lists.GetValueOrDefault((dataset.Name, column.Name));

        private void Add(ReturnDataset dataset, string column, IReadOnlyList<ColumnCodes> codes)
        {
            string title = $"{dataset.Name} {column}";
            bool depends = codes[0].Under is not null;
            var rows = codes.SelectMany(c => c.Codes.Select(code => (c.Under, code.Code, code.Title))).ToList();
            string under = Letters(_columns.Count), code = Letters(_columns.Count + 1);
            _columns.Add([new Value(depends ? $"{title}: for" : "", Style.Header),
                .. rows.Select(row => new Value(row.Under ?? "", Style.Text))]);
            _columns.Add([new Value(title, Style.Header), .. rows.Select(row => new Value(row.Code, Style.Text))]);
            _columns.Add([new Value("what it means", Style.Header), .. rows.Select(row => new Value(row.Title, Style.Text))]);
            _columns.Add([new Value("", Style.Plain)]);
            _lists.Add((dataset.Name, column), new CodeList(under, code, rows.Count + 1, depends ? UnderColumn(dataset, codes) : null));
        }

        /// <summary>The column whose codes the lists are for.</summary>
        private static string UnderColumn(ReturnDataset dataset, IReadOnlyList<ColumnCodes> codes) =>
            dataset.Columns[dataset.Columns.ToList().FindIndex(c => c.Name == codes[0].Column) - 1].Name;
    }

    /// <param name="UnderLetters">The column of the codes that these are for.</param>
    /// <param name="CodeLetters">The column of the codes.</param>
    /// <param name="Last">The row of the last one.</param>
    /// <param name="Under">The column of the dataset whose codes they are for; null: they are for any row.</param>
    private sealed record CodeList(string UnderLetters, string CodeLetters, int Last, string? Under)
    {
        public string FormulaFor(ReturnDataset dataset)
        {
            if (Under is null)
                return $"{CodesSheet}!${CodeLetters}$2:${CodeLetters}${Last}";
            string chosen = "$" + Letters(dataset.Columns.ToList().FindIndex(c => c.Name == Under)) + "2";
            string unders = $"{CodesSheet}!${UnderLetters}$2:${UnderLetters}${Last}";
            return $"OFFSET({CodesSheet}!${CodeLetters}$1,MATCH({chosen},{unders},0),0,COUNTIF({unders},{chosen}),1)";
        }
    }

    /// <summary>The codes that a dataset's columns take, less the client groups that are not served.</summary>
    internal static IReadOnlyList<ColumnCodes> TakenCodes(ReturnDataset dataset, Framework framework,
        IReadOnlyList<string>? clientGroups) =>
    [
        .. dataset.Codes(framework).Select(codes => clientGroups is not null && codes.Column == "client_group"
            ? codes with { Codes = [.. codes.Codes.Where(code => clientGroups.Contains(code.Code))] }
            : codes),
    ];
}
