using Pipeline.Core.Reporting;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.State;

/// <summary>A sweep that looked at every submission, and after which none was left to take in.</summary>
/// <param name="At">When it began.</param>
/// <param name="Files">How many there were.</param>
/// <param name="Register">The version of the register of contracts that it began with, 0 where there was none; null: it was not looked
/// at.</param>
public sealed record WholeSweep(DateTimeOffset At, long Files, int? Register);

/// <summary>Remembers the last whole sweep. Where that is lost, the next is whole.</summary>
public sealed class WholeSweeps(ITableStore tables)
{
    private const string Table = "sweeps", Partition = "submissions", Last = "last";

    /// <summary>Null when there was none.</summary>
    public async Task<WholeSweep?> LastAsync(CancellationToken cancel = default) =>
        await tables.GetAsync(Table, Partition, Last, cancel) is { } row
            ? new WholeSweep(row.Instant(nameof(WholeSweep.At)), row.Whole(nameof(WholeSweep.Files)),
                row.Values.ContainsKey(nameof(WholeSweep.Register)) ? (int)row.Whole(nameof(WholeSweep.Register)) : null)
            : null;

    public Task NoteAsync(WholeSweep sweep, CancellationToken cancel = default)
    {
        var values = new Dictionary<string, TableValue>
            { [nameof(WholeSweep.At)] = sweep.At, [nameof(WholeSweep.Files)] = sweep.Files };
        if (sweep.Register is { } register)
            values.Add(nameof(WholeSweep.Register), (long)register);
        return tables.SubmitAsync(Table, Partition, [new RowChange.Replace(Last, values, ETag: null)], cancel);
    }

    /// <summary>Has the next sweep look at everything.</summary>
    public Task ForgetAsync(CancellationToken cancel = default) =>
        tables.SubmitAsync(Table, Partition, [new RowChange.Delete(Last, ETag: null)], cancel);
}
