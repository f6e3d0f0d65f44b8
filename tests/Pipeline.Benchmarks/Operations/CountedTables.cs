using System.Runtime.CompilerServices;
using Pipeline.Core.Reporting;
using Pipeline.Steps.Stores;

namespace Pipeline.Benchmarks.Operations;

/// <summary>Tables, with every call counted as Azure Table Storage bills it.</summary>
internal sealed class CountedTables(ITableStore tables, Counter counter) : ITableStore
{
    private const int AnsweredAtOnce = 1_000;

    public async Task<TableRow?> GetAsync(string table, string partitionKey, string rowKey, CancellationToken cancel = default)
    {
        counter.TableCalled();
        var row = await tables.GetAsync(table, partitionKey, rowKey, cancel);
        counter.Read(row is null ? 0 : Length(row.RowKey, row.Values));
        return row;
    }

    public IAsyncEnumerable<TableRow> QueryAsync(string table, string partitionKey, string? fromRowKey = null, string? toRowKey = null,
        CancellationToken cancel = default) =>
        AnswersAsync(tables.QueryAsync(table, partitionKey, fromRowKey, toRowKey, cancel), cancel);

    public IAsyncEnumerable<TableRow> QueryPartitionsAsync(string table, string fromPartitionKey, string toPartitionKey,
        CancellationToken cancel = default) =>
        AnswersAsync(tables.QueryPartitionsAsync(table, fromPartitionKey, toPartitionKey, cancel), cancel);

    public IAsyncEnumerable<TableRow> ScanAsync(string table, CancellationToken cancel = default) =>
        AnswersAsync(tables.ScanAsync(table, cancel), cancel);

    public async Task SubmitAsync(string table, string partitionKey, IReadOnlyList<RowChange> changes, CancellationToken cancel = default)
    {
        counter.TableCalled();
        await tables.SubmitAsync(table, partitionKey, changes, cancel);
        counter.Written(changes.Sum(change => change switch
        {
            RowChange.Insert insert => Length(change.RowKey, insert.Values),
            RowChange.Replace replace => Length(change.RowKey, replace.Values),
            _ => change.RowKey.Length,
        }));
    }

    private async IAsyncEnumerable<TableRow> AnswersAsync(IAsyncEnumerable<TableRow> rows,
        [EnumeratorCancellation] CancellationToken cancel = default)
    {
        long answered = 0;
        await foreach (var row in rows.WithCancellation(cancel))
        {
            if (answered++ % AnsweredAtOnce == 0)
                counter.TableCalled();
            counter.Read(Length(row.RowKey, row.Values));
            yield return row;
        }

        if (answered == 0)
            counter.TableCalled();
    }

    /// <summary>About: names and text by their letters, all else by eight bytes.</summary>
    private static int Length(string rowKey, IReadOnlyDictionary<string, TableValue> values) =>
        rowKey.Length + values.Sum(value => value.Key.Length + (value.Value is TableValue.Text text ? text.Value.Length : 8));
}
