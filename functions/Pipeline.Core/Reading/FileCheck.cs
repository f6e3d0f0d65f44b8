using System.Globalization;
using System.Text.RegularExpressions;
using Pipeline.Core.Findings;

namespace Pipeline.Core.Reading;

/// <param name="Rows">Records read, the header not among them.</param>
/// <param name="Findings">All of them.</param>
/// <param name="Counts">What the file counts for; null when an error rejects it, and for a framework file, which is not counted.</param>
public sealed record CheckedFile(long Rows, FindingList Findings, FileCounts? Counts)
{
    public bool IsAccepted => Findings.Errors == 0;

    /// <summary>
    /// Of the rows of a workbook's sheet as CSV text; null for any other file, and for a sheet that is refused as a whole.
    /// </summary>
    public Sha256? SheetSha256 { get; init; }

    /// <summary>The sheet of a workbook that was read, when it is named like the dataset: <c>hours</c>, <c>hours (2)</c>.</summary>
    public string? Sheet { get; init; }

    /// <summary>
    /// Of a file with errors, what it would count for as far as its rows could be read, so that a wrong file is noticed before it is right
    /// in form. Counts for nothing; null when the file is accepted or was refused as a whole.
    /// </summary>
    public FileCounts? CountsSoFar { get; init; }

    /// <summary>A header and no rows.</summary>
    public bool IsNilReturn => IsAccepted && Rows == 0;
}

/// <summary>
/// Reads a file strictly, in one pass: checks it and counts it (domain.md section 3). Memory does not grow with its length, apart from what
/// its dataset must remember.
/// </summary>
public static partial class FileCheck
{
    /// <summary>The largest file taken unless a host is told otherwise: 512 MiB.</summary>
    public const long DefaultSizeLimit = 512L << 20;

    /// <param name="bytes">The file from its start; left open.</param>
    /// <param name="reader">The reader of its dataset.</param>
    /// <param name="sizeLimit">Bytes.</param>
    /// <param name="rowsRead">Told now and then how many rows were read so far.</param>
    public static CheckedFile Check(Stream bytes, DatasetReader reader, long sizeLimit = FileCheck.DefaultSizeLimit,
        IProgress<long>? rowsRead = null) =>
        Check(bytes, reader, sizeLimit, rowsRead, isSheet: false);

    /// <summary>The same for a workbook, of which the dataset's sheet is read (domain.md section 3).</summary>
    /// <param name="workbook">The file, which can seek; left open.</param>
    /// <param name="reader">The reader of its dataset.</param>
    /// <param name="sizeLimit">Bytes of the rows as CSV.</param>
    /// <param name="rowsRead">Told now and then how many rows were read so far.</param>
    /// <param name="choice">Which sheet, of the workbook of a return; null: the workbook is for this dataset alone.</param>
    public static CheckedFile CheckWorkbook(Stream workbook, DatasetReader reader, long sizeLimit = FileCheck.DefaultSizeLimit,
        IProgress<long>? rowsRead = null, SheetChoice? choice = null)
    {
        try
        {
            using var opened = Workbook.Open(workbook);
            choice ??= opened.SheetOf(reader.Layout);
            if (choice.Place == 0)
                return new CheckedFile(0, With(choice.Findings, new FindingList()), null);
            using var sheet = opened.Open(choice);
            var check = Check(sheet, reader, sizeLimit, rowsRead, isSheet: true);
            With(choice.Findings, check.Findings);
            return check with { Sheet = choice.Name, SheetSha256 = sheet.Sha256 };
        }
        catch (RefusedException refused)
        {
            return new CheckedFile(0, Refused(refused, reader.Layout), null);
        }
    }

    /// <summary>Which sheets of the workbook of a return are whose.</summary>
    /// <param name="workbook">The file, which can seek; left open.</param>
    /// <param name="datasets">That it may hold.</param>
    /// <returns>A choice for each dataset of which a sheet has more than a header, in the same order; or the finding for which the workbook
    /// is refused as a whole.</returns>
    public static (IReadOnlyList<SheetChoice> Sheets, FindingList Findings) SheetsOf(Stream workbook, IReadOnlyList<Layout> datasets)
    {
        try
        {
            using var opened = Workbook.Open(workbook);
            return (opened.SheetsOf(datasets), new FindingList());
        }
        catch (RefusedException refused)
        {
            return ([], Refused(refused));
        }
    }

    private static FindingList With(IReadOnlyList<Finding> more, FindingList findings)
    {
        foreach (var finding in more)
            findings.Add(finding);
        return findings;
    }

    private static FindingList Refused(RefusedException refused, Layout? layout = null)
    {
        var findings = new FindingList();
        findings.Refuse(FindingOf(refused, layout));
        return findings;
    }

    private static Finding FindingOf(RefusedException refused, Layout? layout) =>
        refused.Rule == Rules.FileEmpty ? refused.Finding with { Expected = layout?.InPlaceOfNothing } : refused.Finding;

    private static CheckedFile Check(Stream bytes, DatasetReader reader, long sizeLimit, IProgress<long>? rowsRead, bool isSheet)
    {
        var findings = new FindingList();
        var row = new Row(reader.Layout, findings, reader.LastDay);
        var blank = new BlankRows();
        Header? header = null;
        bool extraColumns = false, isRefused = false;
        long rows = 0;
        try
        {
            try
            {
                using var file = new RecordReader(bytes, sizeLimit, linesAreRows: isSheet);
                foreach (var records in file.Read())
                {
                    int record = 0;
                    if (header is null && records.Count > 0)
                    {
                        (header, record) = Header.Find(row, records, reader.Layout);
                        record++;
                    }

                    for (; record < records.Count; record++)
                    {
                        row.MoveTo(records, record);
                        // A spreadsheet leaves blank rows below the data; whether these are below it, the next row tells.
                        if (row.IsEmpty)
                        {
                            blank.Add(row);
                            continue;
                        }

                        blank.ReportBetween(row);
                        rows++;
                        Check(row, header!, reader, isSheet, ref extraColumns);
                    }

                    rowsRead?.Report(rows);
                }
            }
            finally
            {
                // Of a file that breaks off, too.
                row.ReportColumns();
            }

            if (header is null)
                throw new RefusedException(Rules.FileEmpty, 0);
            blank.ReportBelow(findings);
            if (extraColumns || header.HasBlankColumns)
                findings.Add(new Finding(Rules.ColumnsBlank, header.Line));
        }
        catch (BrokenQuotingException broken) when (broken.Header is { } names && QuotedOtherwise().IsMatch(names))
        {
            if (PersonalData.IsColumn(names))
                findings.Add(new Finding(Rules.PersonalColumn, broken.Line, Cell: Fields.Cell(0, broken.Line)));
            findings.Refuse(new Finding(Rules.FileNotCommaSeparated, broken.Line));
            isRefused = true;
        }
        catch (BrokenQuotingException broken)
        {
            findings.Add(new Finding(Rules.BrokenQuoting, broken.Line));
        }
        catch (RefusedException refused)
        {
            findings.Refuse(FindingOf(refused, reader.Layout));
            isRefused = true;
        }

        return new CheckedFile(rows, findings, findings.Errors == 0 ? reader.Count() : null)
        {
            CountsSoFar = findings.Errors > 0 && !isRefused && rows > 0 && header is { IsHeader: true } ? reader.CountSoFar() : null,
        };
    }

    private static void Check(Row row, Header header, DatasetReader reader, bool isSheet, ref bool extraColumns)
    {
        var first = row.At(0);
        if (header.IsRepeatedIn(row, first))
        {
            row.Report(Rules.HeaderRepeated);
            return;
        }

        if (header.IsHeader && Fields.IsTotal(first))
        {
            row.Report(Rules.RowOfTotals);
            row.ReportPersonalData(Enumerable.Range(0, row.FieldCount));
            return;
        }

        if (header.IsReadWhole && row.FieldCount == header.Columns)
            reader.Read(row);
        else
            CheckOther(row, header, reader, isSheet, ref extraColumns);
    }

    /// <summary>
    /// The same of a row that may have values in columns that are not read. By itself, since what a lambda captures is an object for each
    /// call, whether the call comes to the lambda or not.
    /// </summary>
    private static void CheckOther(Row row, Header header, DatasetReader reader, bool isSheet, ref bool extraColumns)
    {
        if (isSheet && header.IsHeader && row.FieldCount > header.Columns)
            header.Widen(row.FieldCount);
        // A row of a sheet has at least as many values as its header had at first.
        bool isEven = isSheet ? header.IsHeader || row.FieldCount == header.Columns : row.FieldCount == header.Columns;
        if (!isEven && row.FieldCount >= header.Named && row.IsBlankFrom(header.Named))
            isEven = extraColumns = true;
        // How long a row has to be, only a header tells, and a title or comment in its place is none.
        if (!isEven && header.IsHeader)
            row.Report(Rules.UnevenRow, string.Create(CultureInfo.InvariantCulture, $"{header.EvenRow}, not {row.FieldCount}"));
        else if (header.IsHeader)
            reader.Read(row);
        if (!isEven || !header.IsHeader)
        {
            row.ReportPersonalData(Enumerable.Range(0, row.FieldCount));
            return;
        }

        if (header.Unread.Count > 0)
            row.ReportPersonalData(header.Unread);
        if (header.Unnamed.Count > 0 && (isSheet || row.FieldCount == header.Columns))
        {
            header.CheckUnnamed(row);
            row.ReportPersonalData(header.Unnamed.TakeWhile(position => position < row.FieldCount));
        }
    }

    /// <summary>A quote beside a semicolon or tab, where one beside a comma is meant.</summary>
    [GeneratedRegex("\"[;\t]|[;\t]\"")]
    private static partial Regex QuotedOtherwise();
}
