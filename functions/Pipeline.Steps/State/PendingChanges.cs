using System.Globalization;
using Pipeline.Core;
using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.State;

/// <summary>What must be refreshed in a quarter.</summary>
/// <param name="Contracts">The contracts that changed by themselves.</param>
/// <param name="OfQuarter">Whether something changed that concerns every contract that is active in the quarter.</param>
/// <param name="Paid">The runs that were released: each concerns the contracts of its lines.</param>
/// <param name="OfReference">Whether a reference file changed, which concerns also the contracts that it took away.</param>
/// <param name="Noted">The notes that said so, to be struck out once it is done.</param>
public sealed record QuarterChanges(IReadOnlyList<ContractId> Contracts, bool OfQuarter, IReadOnlySet<int> Paid, bool OfReference,
    IReadOnlyList<string> Noted);

/// <summary>Which contracts a change concerns.</summary>
public abstract record ChangeScope
{
    private ChangeScope() { }

    public sealed record OneContract(ContractId Contract) : ChangeScope
    {
        internal override string Key => Contract.ToString();
    }

    /// <summary>Every contract that is active in the quarter.</summary>
    public sealed record ActiveContracts : ChangeScope
    {
        internal override string Key => "-";
    }

    /// <summary>
    /// Every contract that was ever registered: a reference file changed, which concerns those that it took away as well.
    /// </summary>
    public sealed record EveryContract : ChangeScope
    {
        internal override string Key => "--";
    }

    /// <summary>None: something was done that is only to be told.</summary>
    public sealed record NoContract : ChangeScope
    {
        internal override string Key => "---";
    }

    /// <summary>Every contract with a line in a payment run.</summary>
    public sealed record PaidContracts : ChangeScope
    {
        internal override string Key => "----";
    }

    /// <summary>As it begins a note's row key. No contract's id begins with a hyphen.</summary>
    internal abstract string Key { get; }

    internal static ChangeScope Parse(string key) => key switch
    {
        "-" => new ActiveContracts(),
        "--" => new EveryContract(),
        "---" => new NoContract(),
        "----" => new PaidContracts(),
        _ => new OneContract(ContractId.Parse(key)),
    };
}

/// <summary>What makes a change count: that this row is there and has this column.</summary>
public sealed record CommitMarker(string Table, string PartitionKey, string RowKey, string Column);

/// <summary>
/// Notes of what changed and is not in the reporting tables yet. A note is written before the change itself and names what the change will
/// commit: it counts from then on, and is struck out only after a refresh that saw the commit. So no change is forgotten, wherever a step
/// dies.
/// </summary>
public sealed class PendingChanges(ITableStore tables)
{
    private const string Table = "changes";
    private const string Quarters = "quarters";
    private const string Before = "before";
    private static readonly string FirstSign = KeyOf(new ChangeScope.ActiveContracts(), "first");

    /// <summary>The partition of the notes of reference files, for quarters that nobody knew when they were written; they stay.</summary>
    private const string ReferenceNotes = "reference";

    /// <summary>Says that a quarter has the notes of the reference files that were changing when it became known.</summary>
    private const string Ready = "Ready";

    /// <summary>Every quarter for which anything was ever taken in, in order.</summary>
    public async Task<IReadOnlyList<Quarter>> KnownQuartersAsync(CancellationToken cancel = default)
    {
        var quarters = new List<Quarter>();
        await foreach (var row in tables.QueryAsync(Quarters, Quarters, cancel: cancel))
            quarters.Add(Quarter.Parse(row.RowKey));
        return quarters;
    }

    /// <summary>The quarters in which something waits to be refreshed, in order.</summary>
    public Task<IReadOnlyList<Quarter>> ChangedQuartersAsync(CancellationToken cancel = default) =>
        ChangedBeforeAsync(DateTimeOffset.MaxValue, cancel);

    /// <summary>
    /// The quarters in which something has waited since before a time, in order: as far as what changed tells when it did, else whatever
    /// waits.
    /// </summary>
    public async Task<IReadOnlyList<Quarter>> ChangedBeforeAsync(DateTimeOffset time, CancellationToken cancel = default)
    {
        var quarters = new SortedSet<Quarter>();
        await foreach (var row in tables.ScanAsync(Table, cancel))
        {
            // The note of a change that was never committed, since its number went to another, stays, and nothing waits for it.
            if (row.PartitionKey != ReferenceNotes && Quarter.Parse(row.PartitionKey) is var quarter && !quarters.Contains(quarter)
                && await CommittedAtAsync(row, cancel) < time)
                quarters.Add(quarter);
        }

        return [.. quarters];
    }

    /// <summary>The quarters that a file in a slot changes; none when it is every known one.</summary>
    public static IEnumerable<Quarter> ChangedBy(Slot slot) =>
        ((Quarter?[])[slot.OfQuarter, slot is Slot.Return { Dataset: var dataset } at && dataset == Dataset.Referrals
            ? at.Quarter.Next : null]).OfType<Quarter>();

    /// <summary>Notes what an upload that is about to be committed changes.</summary>
    public async Task NoteAsync(Slot slot, int version, CancellationToken cancel = default)
    {
        var commit = UploadLog.CommitOf(slot, version);
        string what = $"{slot.Name}|{version}";
        if (slot is Slot.OfContract at)
        {
            // A contract can go to another provider, whose versions begin anew: to strike one's note out must not strike the other's.
            what = $"{at.Provider}|{what}";
            await NoteAsync(at.Quarter, new ChangeScope.OneContract(at.Contract), what, commit, cancel);
            // The next quarter compares its waiting list with this one's. It may become known before this commits.
            if (at is Slot.Return { Dataset: var dataset } && dataset == Dataset.Referrals && at.Quarter.Next is { } next)
                await WriteAsync(next.ToString(), KeyOf(new ChangeScope.OneContract(at.Contract), $"{Before}|{what}"), Values(commit),
                    cancel);
        }
        else if (slot.OfQuarter is { } quarter)
        {
            await NoteAsync(quarter, new ChangeScope.ActiveContracts(), what, commit, cancel);
        }
        else
        {
            // First for quarters that become known from here on, then for those that are.
            string key = KeyOf(new ChangeScope.EveryContract(), what);
            await WriteAsync(ReferenceNotes, key, Values(commit), cancel);
            foreach (var known in await KnownQuartersAsync(cancel))
                await WriteAsync(known.ToString(), key, Values(commit), cancel);
        }
    }

    /// <summary>Notes a change that is about to be committed and concerns a quarter as a whole.</summary>
    /// <param name="quarter">Which.</param>
    /// <param name="what">A name for the change; noting it again changes nothing.</param>
    /// <param name="commit">What will make it count.</param>
    /// <param name="cancel">Ends the wait.</param>
    public Task NoteAsync(Quarter quarter, string what, CommitMarker commit, CancellationToken cancel = default) =>
        NoteAsync(quarter, new ChangeScope.ActiveContracts(), what, commit, cancel);

    /// <summary>Notes that the lines of a payment run are about to be in the ledger.</summary>
    /// <param name="quarter">Which.</param>
    /// <param name="run">The run's number.</param>
    /// <param name="what">By what they come there; noting it again changes nothing.</param>
    /// <param name="commit">What will make it count.</param>
    /// <param name="cancel">Ends the wait.</param>
    public Task NotePaidAsync(Quarter quarter, int run, string what, CommitMarker commit, CancellationToken cancel = default) =>
        NoteAsync(quarter, new ChangeScope.PaidContracts(), string.Create(CultureInfo.InvariantCulture, $"{run}|{what}"), commit, cancel);

    /// <summary>
    /// Notes a deed that is about to be committed and changes nothing of any contract: it is only to be told that it was done.
    /// </summary>
    /// <inheritdoc cref="NoteAsync(Quarter, string, CommitMarker, CancellationToken)"/>
    public Task NoteDeedAsync(Quarter quarter, string what, CommitMarker commit, CancellationToken cancel = default) =>
        NoteAsync(quarter, new ChangeScope.NoContract(), what, commit, cancel);

    /// <summary>What waits to be refreshed in a quarter; null when nothing does.</summary>
    public async Task<QuarterChanges?> OfAsync(Quarter quarter, CancellationToken cancel = default)
    {
        var noted = new List<string>();
        var contracts = new SortedSet<ContractId>();
        var paid = new SortedSet<int>();
        bool ofQuarter = false, ofReference = false;
        await foreach (var row in tables.QueryAsync(Table, quarter.ToString(), cancel: cancel))
        {
            if (await CommittedAtAsync(row, cancel) is null)
                continue;
            noted.Add(row.RowKey);
            switch (ScopeOf(row.RowKey))
            {
                case ChangeScope.ActiveContracts:
                    ofQuarter = true;
                    break;
                case ChangeScope.EveryContract:
                    ofReference = true;
                    break;
                case ChangeScope.PaidContracts:
                    paid.Add(int.Parse(row.RowKey.Split('|')[1], CultureInfo.InvariantCulture));
                    break;
                case ChangeScope.OneContract { Contract: var contract }:
                    contracts.Add(contract);
                    break;
            }
        }

        return noted.Count == 0 ? null : new QuarterChanges([.. contracts], ofQuarter, paid, ofReference, noted);
    }

    /// <summary>
    /// Whether a note asks for what the register alone decides: a reference file changed, or the register was never looked at for the
    /// quarter.
    /// </summary>
    public static bool IsOfRegister(string note) => note == FirstSign || ScopeOf(note) is ChangeScope.EveryContract;

    /// <summary>Whether a note is of one contract alone: its provider sent something.</summary>
    public static bool IsOfContract(string note) => ScopeOf(note) is ChangeScope.OneContract;

    /// <summary>Whether a note is of what was sent for the quarter before, whose waiting list this one's begins with.</summary>
    public static bool IsOfQuarterBefore(string note) => IsOfContract(note) && note.Split('|') is [_, Before, _, _, _];

    /// <summary>Whether a note may be there before its quarter is known: every other is written after.</summary>
    public static bool MayBeOfUnknown(string note) => note == FirstSign || IsOfQuarterBefore(note);

    /// <summary>Strikes out notes whose changes were refreshed.</summary>
    public async Task AcknowledgeAsync(Quarter quarter, IReadOnlyList<string> noted, CancellationToken cancel = default)
    {
        foreach (string[] batch in noted.Chunk(TableLimits.BatchOperations))
            await tables.SubmitAsync(Table, quarter.ToString(), [.. batch.Select(key => new RowChange.Delete(key, ETag: null))], cancel);
    }

    /// <summary>A note's row key: its scope, then the change.</summary>
    private static string KeyOf(ChangeScope scope, string what) => $"{scope.Key}|{what}";

    private static ChangeScope ScopeOf(string note) => ChangeScope.Parse(note.Split('|')[0]);

    private async Task NoteAsync(Quarter quarter, ChangeScope scope, string what, CommitMarker commit, CancellationToken cancel)
    {
        if (await tables.GetAsync(Quarters, Quarters, quarter.ToString(), cancel) is not { } known || !known.Values.ContainsKey(Ready))
            await AddQuarterAsync(quarter, cancel);
        await WriteAsync(quarter.ToString(), KeyOf(scope, what), Values(commit), cancel);
    }

    /// <summary>
    /// The first sign of a quarter: all of its contracts get their rows, of which most say that nothing came yet. A reference file that is
    /// being committed meanwhile either finds the quarter known, or has its note copied here.
    /// </summary>
    private async Task AddQuarterAsync(Quarter quarter, CancellationToken cancel)
    {
        await WriteAsync(quarter.ToString(), FirstSign, [], cancel);
        await tables.SubmitAsync(Quarters, Quarters,
            [new RowChange.Replace(quarter.ToString(), new Dictionary<string, TableValue>(), ETag: null)], cancel);
        await foreach (var note in tables.QueryAsync(Table, ReferenceNotes, cancel: cancel))
            await WriteAsync(quarter.ToString(), note.RowKey, new Dictionary<string, TableValue>(note.Values), cancel);
        await tables.SubmitAsync(Quarters, Quarters,
            [new RowChange.Replace(quarter.ToString(), new Dictionary<string, TableValue> { [Ready] = true }, ETag: null)], cancel);
    }

    private static Dictionary<string, TableValue> Values(CommitMarker commit) => new()
    {
        ["CommitTable"] = commit.Table,
        ["CommitPartition"] = commit.PartitionKey,
        ["CommitRow"] = commit.RowKey,
        ["CommitColumn"] = commit.Column,
    };

    /// <summary>
    /// When what a note tells of happened, or no later than it did: null when it has not, and long ago when nothing says when, as of the
    /// first sign of a quarter.
    /// </summary>
    private async Task<DateTimeOffset?> CommittedAtAsync(TableRow note, CancellationToken cancel)
    {
        if (note.Values.Count == 0)
            return DateTimeOffset.MinValue;
        return await tables.GetAsync(note.Text("CommitTable"), note.Text("CommitPartition"), note.Text("CommitRow"), cancel) is { } row
            && row.Values.ContainsKey(note.Text("CommitColumn"))
            ? row.Values.Values.OfType<TableValue.Instant>().Select(instant => instant.Value).DefaultIfEmpty(DateTimeOffset.MinValue).Min()
            : null;
    }

    private Task WriteAsync(string partitionKey, string rowKey, Dictionary<string, TableValue> values, CancellationToken cancel) =>
        tables.SubmitAsync(Table, partitionKey, [new RowChange.Replace(rowKey, values, ETag: null)], cancel);
}
