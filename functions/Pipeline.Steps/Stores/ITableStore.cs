using Pipeline.Core.Reporting;

namespace Pipeline.Steps.Stores;

/// <summary>Rows in named tables, by partition and row key; a partition changes in atomic batches.</summary>
/// <remarks>
/// A row's ETag changes with every write and never comes back, not even when the row is deleted and inserted anew.
/// The order of keys is that of <see cref="string.CompareOrdinal(string, string)"/>.
/// A value comes back as it was: an instant to 100 nanoseconds, a fraction to its last bit.
/// A table's name or a key that <see cref="TableLimits"/> refuses is an <see cref="ArgumentException"/>.
/// </remarks>
public interface ITableStore
{
    /// <summary>One row, or null.</summary>
    /// <exception cref="StoreUnavailableException"/>
    Task<TableRow?> GetAsync(string table, string partitionKey, string rowKey, CancellationToken cancel = default);

    /// <summary>
    /// The rows of a partition in ordinal order of their row keys, from <paramref name="fromRowKey"/> (inclusive) up to
    /// <paramref name="toRowKey"/> (exclusive) where given. A table that was never written is empty.
    /// </summary>
    /// <remarks>Of up to 1,000 rows it sees each batch whole or not at all; of more, a store may answer in pieces.</remarks>
    /// <exception cref="StoreUnavailableException"/>
    IAsyncEnumerable<TableRow> QueryAsync(string table, string partitionKey, string? fromRowKey = null, string? toRowKey = null,
        CancellationToken cancel = default);

    /// <summary>
    /// The rows of every partition from <paramref name="fromPartitionKey"/> to <paramref name="toPartitionKey"/>, both inclusive, in
    /// ordinal order of partition and row key.
    /// </summary>
    /// <remarks>It sees every batch that ended before it began; of one that goes on beside it, it may see a part.</remarks>
    /// <exception cref="StoreUnavailableException"/>
    IAsyncEnumerable<TableRow> QueryPartitionsAsync(string table, string fromPartitionKey, string toPartitionKey,
        CancellationToken cancel = default);

    /// <summary>Every row of a table in ordinal order of partition and row key. A table that was never written is empty.</summary>
    /// <exception cref="StoreUnavailableException"/>
    IAsyncEnumerable<TableRow> ScanAsync(string table, CancellationToken cancel = default);

    /// <summary>
    /// Carries out all changes, or none. All are in one partition, each row named once, at least one and at most
    /// <see cref="TableLimits.BatchOperations"/>.
    /// </summary>
    /// <exception cref="StoreAlreadyExistsException">An inserted row exists.</exception>
    /// <exception cref="StoreChangedException">A row to replace or delete has another ETag.</exception>
    /// <exception cref="StoreNotFoundException">A row to replace or delete under an ETag is not there.</exception>
    /// <exception cref="StoreUnavailableException">It may or may not have been carried out.</exception>
    /// <exception cref="ArgumentException">The batch breaks a limit of <see cref="TableLimits"/>; nothing has happened.</exception>
    Task SubmitAsync(string table, string partitionKey, IReadOnlyList<RowChange> changes, CancellationToken cancel = default);
}

/// <summary>One change of a batch.</summary>
public abstract record RowChange(string RowKey)
{
    /// <summary>A row that must not exist yet.</summary>
    public sealed record Insert(string RowKey, IReadOnlyDictionary<string, TableValue> Values) : RowChange(RowKey);

    /// <summary>A row as a whole: over the one with this ETag, or, with a null ETag, whether it exists or not.</summary>
    public sealed record Replace(string RowKey, IReadOnlyDictionary<string, TableValue> Values, string? ETag) : RowChange(RowKey);

    /// <summary>Takes a row away: the one with this ETag, or, with a null ETag, whichever is there, if any.</summary>
    public sealed record Delete(string RowKey, string? ETag) : RowChange(RowKey);
}

/// <summary>A row as it stands in the store. A column that the row lacks is absent, never null.</summary>
public sealed record TableRow(string PartitionKey, string RowKey, string ETag, IReadOnlyDictionary<string, TableValue> Values);
