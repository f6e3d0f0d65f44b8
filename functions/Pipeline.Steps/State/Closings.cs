using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Core.Reporting;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.State;

/// <summary>Which quarters are closed.</summary>
public sealed class Closings(ITableStore tables)
{
    private const string Table = "closings";
    private const string RowKey = "closing";
    private const string DoneAt = "DoneAt";

    /// <summary>Null while the quarter is open.</summary>
    public async Task<Closing?> OfAsync(Quarter quarter, CancellationToken cancel = default) =>
        await tables.GetAsync(Table, quarter.ToString(), RowKey, cancel) is { } row ? Read(row) : null;

    /// <summary>Begins to close a quarter; when somebody has begun before, theirs stands.</summary>
    public async Task<Closing> BeginAsync(Quarter quarter, Signature signature, CancellationToken cancel = default)
    {
        if (await OfAsync(quarter, cancel) is { } begun)
            return begun;
        await tables.SubmitAsync(Table, quarter.ToString(), [new RowChange.Insert(RowKey, Write(signature))], cancel);
        return new Closing(signature, IsDone: false);
    }

    /// <summary>Records that nothing that was found before the closing can be taken in any more.</summary>
    public Task FinishAsync(Quarter quarter, Closing begun, DateTimeOffset at, CancellationToken cancel = default) => tables.SubmitAsync(
        Table, quarter.ToString(),
        [new RowChange.Replace(RowKey, new Dictionary<string, TableValue>(Write(begun.Signature)) { [DoneAt] = at }, ETag: null)], cancel);

    /// <summary>What makes a closing count.</summary>
    public static CommitMarker CommitOf(Quarter quarter) => new(Table, quarter.ToString(), RowKey, DoneAt);

    private static Dictionary<string, TableValue> Write(Signature signature)
    {
        var values = new Dictionary<string, TableValue>();
        values.AddSignature(signature);
        return values;
    }

    private static Closing Read(TableRow row) => new(row.Signature(), row.Values.ContainsKey(DoneAt));
}
