using System.Globalization;
using Pipeline.Core;
using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.State;

/// <summary>
/// The numbers of held versions, and what was decided on each, once. A number is given before its version is committed; one whose version
/// was committed otherwise, or never, tells of nothing that is held.
/// </summary>
public sealed class HeldChanges(ITableStore tables, UploadLog uploads)
{
    private const string Table = "held", Partition = "held";
    private const string Place = "Place", Version = "Version", IsAccepted = "IsAccepted", Quarters = "Quarters";

    /// <summary>Every version that is or was held, by number.</summary>
    public async Task<IReadOnlyList<HeldChange>> AllAsync(CancellationToken cancel = default)
    {
        var held = new List<HeldChange>();
        await foreach (var row in tables.QueryAsync(Table, Partition, cancel: cancel))
        {
            var change = Read(row);
            if ((await uploads.OfSlotAsync(change.Slot, cancel)).Any(u => u.Version == change.Version && u.Status == UploadStatus.Held))
                held.Add(change);
        }

        return held;
    }

    /// <summary>Those that still wait, by number: nobody decided, or accepting one was interrupted before it made a version.</summary>
    public async Task<IReadOnlyList<HeldChange>> WaitingAsync(CancellationToken cancel = default)
    {
        var waiting = new List<HeldChange>();
        foreach (var change in await AllAsync(cancel))
        {
            if (change.Decision is null || (change.Decision.IsAccepted && await AcceptedAsAsync(change, cancel) is null))
                waiting.Add(change);
        }

        return waiting;
    }

    /// <summary>
    /// The version that accepting a held one made: in force, or rejected where accepting was interrupted and it did not check any more when
    /// it was finished. Null while there is none.
    /// </summary>
    public async Task<Upload?> AcceptedAsAsync(HeldChange change, CancellationToken cancel = default) =>
        (await uploads.OfSlotAsync(change.Slot, cancel)).SingleOrDefault(u => u.PutsInForce == change.Version);

    /// <summary>What was decided on changes that touch a quarter, in the order of their numbers.</summary>
    public async Task<IReadOnlyList<HeldChange>> DecidedInAsync(Quarter quarter, CancellationToken cancel = default)
    {
        var decided = new List<HeldChange>();
        await foreach (var row in tables.QueryAsync(Table, Partition, cancel: cancel))
        {
            if (Read(row) is { Decision: { } decision } change && decision.Quarters.Contains(quarter))
                decided.Add(change);
        }

        return decided;
    }

    /// <summary>Gives a version that is about to be committed as held its number; the same one again.</summary>
    /// <exception cref="StoreAlreadyExistsException">Another version got the number meanwhile.</exception>
    public async Task NumberAsync(Slot slot, int version, CancellationToken cancel = default)
    {
        int last = 0;
        await foreach (var row in tables.QueryAsync(Table, Partition, cancel: cancel))
        {
            if (row.Text(Place) == PlaceOf(slot) && row.Whole(Version) == version)
                return;
            last = int.Parse(row.RowKey, CultureInfo.InvariantCulture);
        }

        await tables.SubmitAsync(Table, Partition, [new RowChange.Insert(KeyOf(last + 1), Values(slot, version))], cancel);
    }

    /// <summary>Decides on a version that waits; decided is decided.</summary>
    /// <exception cref="StoreChangedException">Somebody else decided meanwhile.</exception>
    public async Task DecideAsync(HeldChange change, HeldDecision decision, CancellationToken cancel = default)
    {
        if (await tables.GetAsync(Table, Partition, KeyOf(change.Number), cancel) is not { } row || Read(row).Decision is not null)
            throw new StoreChangedException("The held version");
        var values = Values(change.Slot, change.Version);
        values.Add(IsAccepted, decision.IsAccepted);
        values.AddSignature(decision.Signature);
        values.Add(Quarters, string.Join(' ', decision.Quarters));
        await tables.SubmitAsync(Table, Partition, [new RowChange.Replace(row.RowKey, values, row.ETag)], cancel);
    }

    /// <summary>What makes a decision count.</summary>
    public static CommitMarker CommitOf(HeldChange change) => new(Table, Partition, KeyOf(change.Number), SignatureColumns.At());

    private static string KeyOf(int number) => number.ToString("00000", CultureInfo.InvariantCulture);

    /// <summary>A path at which the slot's files may be.</summary>
    private static string PlaceOf(Slot slot) => slot is Slot.Framework at ? $"{slot.Folder}{at.Id}.json" : $"{slot.Folder}{slot.Name}.csv";

    private static Dictionary<string, TableValue> Values(Slot slot, int version) =>
        new() { [Place] = PlaceOf(slot), [Version] = (long)version };

    private static HeldChange Read(TableRow row) => new(
        int.Parse(row.RowKey, CultureInfo.InvariantCulture),
        Slot.At(row.Text(Place))!,
        (int)row.Whole(Version),
        row.FindSignature() is { } signature
            ? new HeldDecision(row.YesNo(IsAccepted), signature,
                [.. row.Text(Quarters).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Quarter.Parse)])
            : null);
}
