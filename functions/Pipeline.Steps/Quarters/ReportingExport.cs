using CsvHelper;
using Pipeline.Core;
using Pipeline.Core.Reporting;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Quarters;

/// <summary>
/// A reporting table as CSV, for spreadsheets and for comparing hosts: the keys, then the table's columns; rows in the order of their keys,
/// so that the same rows make the same bytes. An absent value is an empty field; text that a spreadsheet would run as a formula gets an
/// apostrophe in front, numbers are never touched.
/// </summary>
public static class ReportingExport
{
    private static readonly CsvWriterOptions Guarded = new()
    {
        NewLine = "\n",
        Injection = CsvInjection.Escape,
        InjectionCharacters = SpreadsheetFormulas.FirstCharacters,
        InjectionEscape = '\'',
    };

    /// <summary>Writes one table: UTF-8 without a byte order mark.</summary>
    /// <param name="tables">Where the rows are.</param>
    /// <param name="table">Which table; an empty one makes its header alone.</param>
    /// <param name="stream">Left open.</param>
    /// <param name="cancel">Ends the writing.</param>
    /// <returns>The rows written.</returns>
    /// <exception cref="StoreException">The rows could not be read.</exception>
    public static async Task<long> WriteAsync(ITableStore tables, ReportingTable table, Stream stream, CancellationToken cancel = default)
    {
        await using var csv = CsvWriter.Create(stream, Guarded, leaveOpen: true);
        csv.WriteRecord(["PartitionKey", "RowKey", .. table.Columns]);
        long rows = 0;
        await foreach (var row in tables.ScanAsync(table.Name, cancel))
        {
            csv.WriteField(row.PartitionKey);
            csv.WriteField(row.RowKey);
            foreach (string column in table.Columns)
                Write(csv, row.Values.GetValueOrDefault(column));
            csv.EndRecord();
            rows++;
        }

        return rows;
    }

    private static void Write(CsvWriter csv, TableValue? value)
    {
        switch (value)
        {
            case TableValue.Whole whole:
                csv.WriteField(whole.Value);
                break;
            case TableValue.Fraction fraction:
                // Fractions are hours and rates of at most four decimals; an exponent a spreadsheet would read but a person would not.
                csv.WriteField(fraction.Value, "0.####");
                break;
            default:
                csv.WriteField(SpreadsheetFormulas.Guarded(value?.ToString() ?? ""));
                break;
        }
    }
}
