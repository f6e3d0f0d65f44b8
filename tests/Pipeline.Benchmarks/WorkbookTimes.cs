using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using Pipeline.Core.Reading;
using Pipeline.Core.Submissions;
using Spectre.Console;
using Table = Spectre.Console.Table;
using Text = DocumentFormat.OpenXml.Spreadsheet.Text;

namespace Pipeline.Benchmarks;

/// <summary>
/// Measures in one process, in turn: checking and counting a workbook of <c>outcomes</c>, CsvHelper touching each field of the same rows
/// as CSV once, and the library for workbooks going through the workbook once, element by element, without looking at anything.
/// </summary>
internal static class WorkbookTimes
{
    public static Command Command()
    {
        var rows = new Option<int>("--rows") { DefaultValueFactory = _ => 100_000, Description = "Rows of the workbook." };
        var times = new Option<int>("--times")
            { DefaultValueFactory = _ => 5, Description = "Counted runs of each, after one that is not counted." };
        var command = new Command("workbooks", "Measures what a workbook takes, beside CSV and the library alone.") { rows, times };
        command.SetAction(parsed => Run(parsed.GetValue(rows), parsed.GetValue(times)));
        return command;
    }

    private static void Run(int rows, int times)
    {
        using var csv = new MemoryStream();
        Generator.Outcomes(csv, rows, seed: 1);
        byte[] workbook = WorkbookOf(csv);
        var check = new Taken($"check and count a workbook of {rows:N0} rows ({workbook.Length / 1_000_000.0:0.0} MB)");
        var touch = new Taken("touch every field of the same rows as CSV");
        var bare = new Taken("the library's own pass through the workbook");
        for (int time = 0; time <= times; time++)
        {
            check.Measure(() => Check(workbook), counted: time > 0);
            touch.Measure(() => Comparison.TouchEveryField(new MemoryStream(csv.ToArray())), counted: time > 0);
            bare.Measure(() => GoThrough(workbook), counted: time > 0);
        }

        var table = new Table().AddColumns("what", "median s", "median processor s");
        foreach (var each in new[] { check, touch, bare })
            table.AddRow(each.What, Seconds(each.Wall), Seconds(each.Processor));
        AnsiConsole.Write(table);
        double ofWall = check.Wall / (3 * touch.Wall + bare.Wall), ofProcessor = check.Processor / (3 * touch.Processor + bare.Processor);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"check / (3 × touch + bare) {ofWall:0.00}, of the processor {ofProcessor:0.00}"));
    }

    private static string Seconds(double seconds) => seconds.ToString("0.000", CultureInfo.InvariantCulture);

    private static void Check(byte[] workbook)
    {
        var reader = Dataset.Outcomes.Reader(Generator.Framework, Generator.Contract, Generator.Quarter);
        if (!FileCheck.CheckWorkbook(new MemoryStream(workbook, writable: false), reader).IsAccepted)
            throw new InvalidOperationException("A valid workbook was not accepted.");
    }

    private static void GoThrough(byte[] workbook)
    {
        using var document = SpreadsheetDocument.Open(new MemoryStream(workbook, writable: false), isEditable: false);
        var part = document.WorkbookPart!;
        long length = 0;
        foreach (var each in new OpenXmlPart[] { part.SharedStringTablePart!, part.WorksheetParts.Single() })
        {
            using var reader = OpenXmlReader.Create(each);
            while (reader.Read())
                length += reader.GetText().Length;
        }

        if (length == 0)
            throw new InvalidOperationException("Nothing was read.");
    }

    /// <summary>As a spreadsheet saves it: each text once in a list, dates as numbers with the form of a date.</summary>
    private static byte[] WorkbookOf(MemoryStream csv)
    {
        using var bytes = new MemoryStream();
        using (var document = SpreadsheetDocument.Create(bytes, SpreadsheetDocumentType.Workbook))
        {
            var part = document.AddWorkbookPart();
            var sheet = part.AddNewPart<WorksheetPart>();
            part.Workbook = new Workbook(new Sheets(new Sheet { Name = "outcomes", SheetId = 1, Id = part.GetIdOfPart(sheet) }));
            part.AddNewPart<WorkbookStylesPart>().Stylesheet = new Stylesheet(
                new Fonts(new Font()), new Fills(new Fill()), new Borders(new Border()),
                new CellFormats(new CellFormat(), new CellFormat { NumberFormatId = 14, ApplyNumberFormat = true }));
            var strings = new Dictionary<string, int>();
            WriteRows(sheet, csv, strings);
            using var list = OpenXmlWriter.Create(part.AddNewPart<SharedStringTablePart>());
            list.WriteStartElement(new SharedStringTable());
            foreach (string text in strings.Keys)
                list.WriteElement(new SharedStringItem(new Text(text)));
            list.WriteEndElement();
        }

        return bytes.ToArray();
    }

    private static void WriteRows(WorksheetPart sheet, MemoryStream csv, Dictionary<string, int> strings)
    {
        csv.Position = 0;
        using var lines = new StreamReader(csv, leaveOpen: true);
        using var writer = OpenXmlWriter.Create(sheet);
        writer.WriteStartElement(new Worksheet());
        writer.WriteStartElement(new SheetData());
        for (uint row = 1; lines.ReadLine() is { } line; row++)
        {
            writer.WriteStartElement(new Row { RowIndex = row });
            string[] values = line.Split(',');
            for (int column = 0; column < values.Length; column++)
            {
                if (values[column].Length > 0)
                    writer.WriteElement(CellOf($"{(char)('A' + column)}{row}", values[column], strings));
            }

            writer.WriteEndElement();
        }

        writer.WriteEndElement();
        writer.WriteEndElement();
    }

    private static Cell CellOf(string name, string value, Dictionary<string, int> strings)
    {
        if (DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            return new Cell(new CellValue(date.ToDateTime(default).ToOADate())) { CellReference = name, StyleIndex = 1 };
        if (!strings.TryGetValue(value, out int at))
            strings.Add(value, at = strings.Count);
        return new Cell(new CellValue(at)) { CellReference = name, DataType = CellValues.SharedString };
    }

    /// <summary>What each run of something took.</summary>
    private sealed class Taken(string what)
    {
        private readonly List<double> _wall = [];
        private readonly List<double> _processor = [];

        public string What { get; } = what;

        public double Wall => Median(_wall);

        public double Processor => Median(_processor);

        public void Measure(Action action, bool counted)
        {
            GC.Collect();
            var processor = Environment.CpuUsage.TotalTime;
            long started = Stopwatch.GetTimestamp();
            action();
            if (!counted)
                return;
            _wall.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
            _processor.Add((Environment.CpuUsage.TotalTime - processor).TotalSeconds);
        }

        private static double Median(List<double> of) => of.Order().ElementAt(of.Count / 2);
    }
}
