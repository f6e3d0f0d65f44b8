using Pipeline.Core.Reporting;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.State;

/// <summary>Brings the reporting tables to what they should say, in as few and as whole batches as the store takes.</summary>
public sealed class ReportingTables(ITableStore tables)
{
    /// <summary>What a partition of a table holds now.</summary>
    public async Task<IReadOnlyDictionary<string, TableRow>> ReadAsync(ReportingTable table, string partitionKey,
        CancellationToken cancel = default)
    {
        var rows = new Dictionary<string, TableRow>();
        await foreach (var row in tables.QueryAsync(table.Name, partitionKey, cancel: cancel))
            rows.Add(row.RowKey, row);
        return rows;
    }

    /// <summary>
    /// Makes a partition hold these rows and no others. Readers see all of it or nothing of it, unless more rows change than one batch
    /// takes: then they see it change by the first part of the row key, so that no one outcome is ever half old.
    /// </summary>
    /// <param name="table">Which table.</param>
    /// <param name="partitionKey">Which partition.</param>
    /// <param name="before">What it held, read before what the new rows are made from.</param>
    /// <param name="rows">What it shall hold.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="StoreException">With <see cref="StoreChangedException"/>, <see cref="StoreAlreadyExistsException"/> or
    /// <see cref="StoreNotFoundException"/>, somebody else changed it since it was read.</exception>
    public async Task ReplaceAsync(
        ReportingTable table, string partitionKey, IReadOnlyDictionary<string, TableRow> before, IEnumerable<ReportingRow> rows,
        CancellationToken cancel = default)
    {
        var after = rows.ToDictionary(r => r.RowKey, table.Values);
        var changes = after
            .Where(row => !before.TryGetValue(row.Key, out var old) || !AreSame(old.Values, row.Value))
            .Select(row => before.TryGetValue(row.Key, out var old)
                ? (RowChange)new RowChange.Replace(row.Key, row.Value, old.ETag) : new RowChange.Insert(row.Key, row.Value))
            .Concat(before.Values.Where(old => !after.ContainsKey(old.RowKey)).Select(old => new RowChange.Delete(old.RowKey, old.ETag)))
            .OrderBy(change => change.RowKey, StringComparer.Ordinal)
            .ToList();
        foreach (var batch in Batches(changes))
            await tables.SubmitAsync(table.Name, partitionKey, batch, cancel);
    }

    /// <summary>Adds the rows that a partition does not hold yet; it never changes or takes away one.</summary>
    /// <exception cref="StoreAlreadyExistsException">Somebody else is adding to it at the same time.</exception>
    public async Task AddAsync(ReportingTable table, string partitionKey, IEnumerable<ReportingRow> rows,
        CancellationToken cancel = default)
    {
        var there = await ReadAsync(table, partitionKey, cancel);
        foreach (var batch in rows.Where(row => !there.ContainsKey(row.RowKey)).Chunk(TableLimits.BatchOperations))
            await tables.SubmitAsync(table.Name, partitionKey,
                [.. batch.Select(row => new RowChange.Insert(row.RowKey, table.Values(row)))], cancel);
    }

    private static bool AreSame(IReadOnlyDictionary<string, TableValue> one, IReadOnlyDictionary<string, TableValue> other) =>
        one.Count == other.Count && one.All(column => other.TryGetValue(column.Key, out var value) && value == column.Value);

    private static IEnumerable<IReadOnlyList<RowChange>> Batches(List<RowChange> changes)
    {
        if (changes.Count == 0)
            yield break;
        var batch = new List<RowChange>();
        var parts = changes.Count <= TableLimits.BatchOperations
            ? [[.. changes]]
            : changes.GroupBy(c => c.RowKey.Split('|')[0]).SelectMany(part => part.Chunk(TableLimits.BatchOperations));
        foreach (var part in parts)
        {
            if (batch.Count + part.Length > TableLimits.BatchOperations)
            {
                yield return batch;
                batch = [];
            }

            batch.AddRange(part);
        }

        yield return batch;
    }
}
