using System.Globalization;
using System.Text;
using CsvHelper;

namespace Pipeline.Core.Submissions;

/// <param name="Rows">Records read, the header not among them.</param>
/// <param name="Findings">All of them.</param>
/// <param name="Counts">What the file counts for; null when an error rejects it, and for a framework file, which is not counted.</param>
public sealed record CheckedFile(long Rows, Findings Findings, FileCounts? Counts)
{
    public bool IsAccepted => Findings.Errors == 0;

    /// <summary>A header and no rows.</summary>
    public bool IsNilReturn => IsAccepted && Rows == 0;
}

/// <summary>Reads a file strictly, in one pass: checks it and counts it (domain.md section 3). Memory does not grow with its length, apart from what its dataset must remember.</summary>
public static class FileCheck
{
    /// <summary>The largest file taken unless a host is told otherwise: 512 MiB.</summary>
    public const long DefaultSizeLimit = 512L << 20;

    private const int LongestRecord = 64 << 10;

    private static readonly CsvReaderOptions Strict = new()
    {
        Separator = ',',
        DetectSeparatorHint = false,
        HasHeader = false,
        TrackLineNumbers = true,
        MalformedData = CsvMalformedDataHandling.Throw,
        MaxRecordSize = LongestRecord,
        IncludeValuesInExceptions = false,
    };

    /// <param name="bytes">The file from its start; left open.</param>
    /// <param name="reader">The reader of its dataset.</param>
    /// <param name="sizeLimit">Bytes.</param>
    /// <param name="rowsRead">Told now and then how many rows were read so far.</param>
    public static CheckedFile Check(Stream bytes, DatasetReader reader, long sizeLimit = FileCheck.DefaultSizeLimit, IProgress<long>? rowsRead = null)
    {
        var findings = new Findings();
        long rows = 0;
        try
        {
            using var guarded = new GuardedStream(bytes, sizeLimit);
            using var csv = CsvReader.Create(guarded, Strict, leaveOpen: true);
            var row = new Row(csv, reader.Dataset, findings);
            try
            {
                if (!csv.Read())
                    throw new RefusedException(Rules.FileEmpty, 0);
                row.Moved(csv.RawRecord);
                var (isReadable, unknown) = ReadHeader(csv, row, reader.Dataset);
                int columns = csv.FieldCount;
                string even = string.Create(CultureInfo.InvariantCulture, $"{columns} values");
                while (csv.Read())
                {
                    rows++;
                    var raw = csv.RawRecord;
                    int fields = csv.FieldCount;
                    row.Moved(raw);
                    if ((rows & 0xFFFF) == 0)
                        rowsRead?.Report(rows);
                    if (raw.Length > LongestRecord)
                        throw new RefusedException(Rules.RecordTooLong, row.Line);
                    if (fields != columns)
                        row.Report(Rules.UnevenRow, even);
                    else if (IsEmpty(raw))
                        row.Report(Rules.RowEmpty);
                    else if (isReadable)
                        reader.Read(row);
                    if (fields != columns || !isReadable)
                        row.ReportPersonalData(Enumerable.Range(0, fields));
                    else if (unknown.Count > 0)
                        row.ReportPersonalData(unknown);
                }
            }
            catch (CsvFormatException exception) when (exception.Message.Contains(nameof(CsvReaderOptions.MaxRecordSize), StringComparison.Ordinal))
            {
                throw new RefusedException(Rules.RecordTooLong, exception.LineNumber);
            }
            catch (CsvFormatException exception)
            {
                findings.Add(new Finding(Rules.BrokenQuoting, exception.LineNumber));
            }
        }
        catch (RefusedException refused)
        {
            findings.Refuse(new Finding(refused.Rule, refused.Line));
        }

        rowsRead?.Report(rows);
        return new CheckedFile(rows, findings, findings.Errors == 0 ? reader.Count() : null);
    }

    /// <summary>Matches the header with the dataset's columns.</summary>
    /// <returns>Whether the rows can be read: every column stands in it once; and the positions of columns that the dataset does not have.</returns>
    private static (bool IsReadable, List<int> Unknown) ReadHeader(CsvReader csv, Row row, Dataset dataset)
    {
        if (csv.RawRecord.Length > LongestRecord)
            throw new RefusedException(Rules.RecordTooLong, row.Line);
        if (csv.FieldCount == 1 && csv.GetSpan(0).ContainsAny((byte)';', (byte)'\t'))
        {
            if (PersonalData.IsColumn(Encoding.UTF8.GetString(csv.GetSpan(0))))
                row.ReportHeader(Rules.PersonalColumn, 0, column: null);
            throw new RefusedException(Rules.FileNotCommaSeparated, row.Line);
        }

        var unknown = new List<int>();
        bool isReadable = true;
        var found = new bool[dataset.Columns.Count];
        for (int position = 0; position < csv.FieldCount; position++)
        {
            string name = Encoding.UTF8.GetString(Fields.Trim(csv.GetSpan(position)));
            int column = ColumnOf(dataset, name);
            if (column < 0)
            {
                unknown.Add(position);
                // The name itself is not repeated: where the header is missing, it is the first client's data.
                if (PersonalData.IsColumn(name) || PersonalData.InText(csv.GetSpan(position), datesToo: false) is not null)
                    row.ReportHeader(Rules.PersonalColumn, position, column: null);
                else
                    row.ReportHeader(Rules.ColumnUnknown, position, column: null, "the columns " + string.Join(", ", dataset.Columns));
            }
            else if (found[column])
            {
                row.ReportHeader(Rules.ColumnRepeated, position, dataset.Columns[column]);
                isReadable = false;
            }
            else
            {
                found[column] = true;
                row.SetPosition(column, position);
            }
        }

        foreach (string missing in dataset.Columns.Where((_, column) => !found[column]))
        {
            row.ReportMissingColumn(missing);
            isReadable = false;
        }

        return (isReadable, unknown);
    }

    private static int ColumnOf(Dataset dataset, string name)
    {
        for (int column = 0; column < dataset.Columns.Count; column++)
        {
            if (dataset.Columns[column].Equals(name, StringComparison.OrdinalIgnoreCase))
                return column;
        }

        return -1;
    }

    private static bool IsEmpty(ReadOnlySpan<byte> record) => (record.IsEmpty || record[0] <= ',') && !record.ContainsAnyExcept(", \t\""u8);
}
