using Parquet;
using Parquet.Schema;
using Pipeline.Core.Reporting;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Quarters;

/// <summary>
/// A reporting table as a Parquet file, for whoever reads files and no tables: the keys, then the table's columns with their kinds, each of
/// which may be absent; rows in the order of their keys. Days and instants are timestamps in UTC, of microseconds.
/// </summary>
public static class ReportingParquet
{
    /// <summary>Rows held in memory at once.</summary>
    private const int GroupRows = 50_000;

    /// <summary>Writes the rows of one table.</summary>
    /// <param name="stored">In the order in which they are to stand.</param>
    /// <param name="table">Whose they are; without rows it makes a file with its columns alone.</param>
    /// <param name="stream">Left open.</param>
    /// <param name="cancel">Ends the writing.</param>
    /// <returns>The rows written.</returns>
    /// <exception cref="StoreException">The rows could not be read.</exception>
    public static async Task<long> WriteAsync(IAsyncEnumerable<TableRow> stored, ReportingTable table, Stream stream,
        CancellationToken cancel = default)
    {
        ParquetColumn[] columns = [new(typeof(string), "PartitionKey"), new(typeof(string), "RowKey"),
            .. table.Columns.Select(name => new ParquetColumn(table.Kinds[name], name))];
        await using var parquet = await ParquetWriter.CreateAsync(new ParquetSchema(columns.Select(column => column.Field)), stream,
            cancellationToken: cancel);
        long rows = 0;
        await foreach (var row in stored.WithCancellation(cancel))
        {
            columns[0].Add(row.PartitionKey);
            columns[1].Add(row.RowKey);
            foreach (var column in columns.AsSpan(2))
                column.Add(row.Values.GetValueOrDefault(column.Field.Name));
            if (++rows % GroupRows == 0)
                await WriteGroupAsync(parquet, columns, cancel);
        }

        if (rows % GroupRows > 0 || rows == 0)
            await WriteGroupAsync(parquet, columns, cancel);
        return rows;
    }

    private static async Task WriteGroupAsync(ParquetWriter parquet, IReadOnlyList<ParquetColumn> columns, CancellationToken cancel)
    {
        using var group = parquet.CreateRowGroup();
        foreach (var column in columns)
            await column.WriteAsync(group, cancel);
        group.CompleteValidate();
    }

    /// <summary>A column and its values that wait to be written.</summary>
    private sealed class ParquetColumn(Type kind, string name)
    {
        private readonly List<TableValue?> _values = [];

        public DataField Field { get; } = kind == typeof(DateTimeOffset)
            ? new DateTimeDataField(name, DateTimeFormat.Timestamp, isAdjustedToUTC: true, DateTimeTimeUnit.Micros, isNullable: true)
            : new DataField(name, kind, isNullable: true);

        public void Add(TableValue? value) => _values.Add(value);

        public async Task WriteAsync(ParquetRowGroupWriter group, CancellationToken cancel)
        {
            if (kind == typeof(string))
                await group.WriteAsync(Field, [.. _values.Select(value => (value as TableValue.Text)?.Value!)], null);
            else if (kind == typeof(long))
                await WriteAsync(value => (value as TableValue.Whole)?.Value);
            else if (kind == typeof(double))
                await WriteAsync(value => (value as TableValue.Fraction)?.Value);
            else if (kind == typeof(bool))
                await WriteAsync(value => (value as TableValue.YesNo)?.Value);
            else
                await WriteAsync(value => (value as TableValue.Instant)?.Value.UtcDateTime);
            _values.Clear();

            Task WriteAsync<T>(Func<TableValue?, T?> read)
                where T : struct => group.WriteAsync<T>(Field, _values.Select(read).ToArray().AsMemory(), null, null, cancel);
        }
    }
}
