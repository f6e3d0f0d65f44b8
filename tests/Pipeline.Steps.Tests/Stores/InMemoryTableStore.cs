using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using Pipeline.Core.Reporting;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Tests.Stores;

using Partition = ImmutableSortedDictionary<string, TableRow>;

/// <summary>Tables in memory, as strict as Azure Table Storage.</summary>
public sealed class InMemoryTableStore(StoreCalls? calls = null) : ITableStore
{
    private static readonly Partition Empty = ImmutableSortedDictionary.Create<string, TableRow>(StringComparer.Ordinal);

    private readonly StoreCalls _calls = calls ?? new StoreCalls();
    private readonly Lock _state = new();
    private readonly History<ImmutableDictionary<(string Table, string Key), Partition>> _partitions =
        new(ImmutableDictionary<(string, string), Partition>.Empty);
    private long _batches;

    public async Task<TableRow?> GetAsync(string table, string partitionKey, string rowKey, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        TableLimits.CheckTable(table);
        TableLimits.CheckKey(partitionKey);
        TableLimits.CheckKey(rowKey);
        await _calls.Ask(_calls.Next(), "Get", $"{table}/{partitionKey}", Moment.Before);
        lock (_state)
            return _partitions.Now.GetValueOrDefault((table, partitionKey), Empty).GetValueOrDefault(rowKey);
    }

    public async IAsyncEnumerable<TableRow> QueryAsync(
        string table, string partitionKey, string? fromRowKey = null, string? toRowKey = null,
        [EnumeratorCancellation] CancellationToken cancel = default)
    {
        TableLimits.CheckTable(table);
        TableLimits.CheckKey(partitionKey);
        var ago = await _calls.Ask(_calls.Next(), "Query", $"{table}/{partitionKey}", Moment.Before);
        Partition partition;
        lock (_state)
            partition = _partitions.Ago(ago).GetValueOrDefault((table, partitionKey), Empty);
        foreach (var row in partition.Values)
        {
            cancel.ThrowIfCancellationRequested();
            if (string.CompareOrdinal(row.RowKey, fromRowKey ?? "") >= 0
                && (toRowKey is null || string.CompareOrdinal(row.RowKey, toRowKey) < 0))
                yield return row;
        }
    }

    public async IAsyncEnumerable<TableRow> QueryPartitionsAsync(
        string table, string fromPartitionKey, string toPartitionKey, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        TableLimits.CheckTable(table);
        TableLimits.CheckKey(fromPartitionKey);
        TableLimits.CheckKey(toPartitionKey);
        var ago = await _calls.Ask(_calls.Next(), "QueryPartitions", $"{table}/{fromPartitionKey}", Moment.Before);
        ImmutableDictionary<(string Table, string Key), Partition> all;
        lock (_state)
            all = _partitions.Ago(ago);
        foreach (var (_, partition) in all
            .Where(partition => partition.Key.Table == table
                && string.CompareOrdinal(partition.Key.Key, fromPartitionKey) >= 0
                && string.CompareOrdinal(partition.Key.Key, toPartitionKey) <= 0)
            .OrderBy(partition => partition.Key.Key, StringComparer.Ordinal))
        {
            foreach (var row in partition.Values)
            {
                cancel.ThrowIfCancellationRequested();
                yield return row;
            }
        }
    }

    public async IAsyncEnumerable<TableRow> ScanAsync(string table, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        TableLimits.CheckTable(table);
        var ago = await _calls.Ask(_calls.Next(), "Scan", table, Moment.Before);
        ImmutableDictionary<(string Table, string Key), Partition> all;
        lock (_state)
            all = _partitions.Ago(ago);
        foreach (var (_, partition) in all.Where(partition => partition.Key.Table == table)
            .OrderBy(partition => partition.Key.Key, StringComparer.Ordinal))
        {
            foreach (var row in partition.Values)
            {
                cancel.ThrowIfCancellationRequested();
                yield return row;
            }
        }
    }

    public async Task SubmitAsync(string table, string partitionKey, IReadOnlyList<RowChange> changes, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        TableLimits.CheckTable(table);
        TableLimits.Check(partitionKey, changes);
        var number = _calls.Next();
        var target = $"{table}/{partitionKey}";
        await _calls.Ask(number, "Submit", target, Moment.Before);
        Carry(table, partitionKey, changes);
        await _calls.Ask(number, "Submit", target, Moment.After);
    }

    /// <summary>Keeps all tables as they are now.</summary>
    /// <returns>Restores them, as from a backup.</returns>
    public Action Backup()
    {
        lock (_state)
        {
            var kept = _partitions.Now;
            return () =>
            {
                lock (_state)
                    _partitions.Add(kept);
            };
        }
    }

    private void Carry(string table, string partitionKey, IReadOnlyList<RowChange> changes)
    {
        lock (_state)
        {
            // A batch names a row once, so the batch's number is an ETag that no row has ever had.
            var etag = (_batches + 1).ToString(CultureInfo.InvariantCulture);
            var partition = _partitions.Now.GetValueOrDefault((table, partitionKey), Empty);
            foreach (var change in changes)
            {
                var there = partition.GetValueOrDefault(change.RowKey);
                partition = change switch
                {
                    RowChange.Insert when there is not null => throw new StoreAlreadyExistsException(Named(change)),
                    RowChange.Insert insert => partition.Add(change.RowKey, Row(change.RowKey, insert.Values)),
                    RowChange.Replace replace when Matches(there, replace.ETag, change) =>
                        partition.SetItem(change.RowKey, Row(change.RowKey, replace.Values)),
                    RowChange.Delete delete when Matches(there, delete.ETag, change) => partition.Remove(change.RowKey),
                    _ => throw new StoreChangedException(Named(change)),
                };
            }
            _batches++;
            _partitions.Add(_partitions.Now.SetItem((table, partitionKey), partition));

            TableRow Row(string rowKey, IReadOnlyDictionary<string, TableValue> values) =>
                new(partitionKey, rowKey, etag, new Dictionary<string, TableValue>(values, StringComparer.Ordinal));
        }

        bool Matches(TableRow? there, string? etag, RowChange change) =>
            etag is null || (there ?? throw new StoreNotFoundException(Named(change))).ETag == etag;

        string Named(RowChange change) => $"{table}/{partitionKey}/{change.RowKey}";
    }
}
