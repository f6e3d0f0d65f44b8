using Pipeline.Core.Reporting;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.State;

/// <summary>A sweep that looked at every submission, and after which none was left to take in.</summary>
/// <param name="At">When it began.</param>
/// <param name="Files">How many there were.</param>
/// <param name="Register">The version of the register of contracts that it began with, 0 where there was none; null: it was not looked
/// at.</param>
public sealed record WholeSweep(DateTimeOffset At, long Files, int? Register);

/// <summary>
/// Remembers the last whole sweep, and whether one is owed: after a restore, what came since is not in the tables, and until it is, money
/// would be reckoned of older files (domain.md section 6). Where the last is lost, the next is whole.
/// </summary>
public sealed class WholeSweeps(ITableStore tables)
{
    private const string Table = "sweeps", Partition = "submissions", Last = "last", Owed = "owed";

    /// <returns>The last, if there was one; and the ETag of the debt, if one is owed.</returns>
    public async Task<(WholeSweep? Last, string? Owed)> ReadAsync(CancellationToken cancel = default)
    {
        (WholeSweep? Last, string? Owed) found = default;
        await foreach (var row in tables.QueryAsync(Table, Partition, cancel: cancel))
        {
            if (row.RowKey == Owed)
                found.Owed = row.ETag;
            else
                found.Last = new WholeSweep(row.Instant(nameof(WholeSweep.At)), row.Whole(nameof(WholeSweep.Files)),
                    row.Values.ContainsKey(nameof(WholeSweep.Register)) ? (int)row.Whole(nameof(WholeSweep.Register)) : null);
        }

        return found;
    }

    /// <summary>Why nothing is paid for now: a sentence that also says what to do; null when no sweep is owed.</summary>
    public async Task<string?> WhyOwedAsync(CancellationToken cancel = default) =>
        await tables.GetAsync(Table, Partition, Owed, cancel) is null ? null
            : "The tables were restored, and what came since has not all been taken in yet: what is due would be reckoned of older files. "
                + "The app on Azure takes it in within a quarter of an hour; on one machine: pipeline run";

    public Task NoteAsync(WholeSweep sweep, CancellationToken cancel = default)
    {
        var values = new Dictionary<string, TableValue>
            { [nameof(WholeSweep.At)] = sweep.At, [nameof(WholeSweep.Files)] = sweep.Files };
        if (sweep.Register is { } register)
            values.Add(nameof(WholeSweep.Register), (long)register);
        return tables.SubmitAsync(Table, Partition, [new RowChange.Replace(Last, values, ETag: null)], cancel);
    }

    /// <summary>Has the next sweep look at everything, and nothing paid before it.</summary>
    public Task OweAsync(CancellationToken cancel = default) =>
        tables.SubmitAsync(
            Table, Partition,
            [new RowChange.Delete(Last, ETag: null), new RowChange.Replace(Owed, new Dictionary<string, TableValue>(), ETag: null)],
            cancel);

    /// <summary>A sweep that began when it was owed left nothing.</summary>
    /// <param name="owed">The ETag of the debt.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="StoreChangedException">It is owed anew: tables were restored meanwhile.</exception>
    public Task SettleAsync(string owed, CancellationToken cancel = default) =>
        tables.SubmitAsync(Table, Partition, [new RowChange.Delete(Owed, owed)], cancel);
}
