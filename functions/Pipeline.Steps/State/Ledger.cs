using System.Globalization;
using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.State;

/// <summary>
/// What was released and confirmed, in a partition for each quarter: a row for each payment, and one for its confirmation, which takes the
/// payment back when it failed. Rows are only ever inserted, so no payment can be released twice under one id, or confirmed twice.
/// </summary>
/// <remarks>
/// A confirmation counts from when the version of its file is committed. It is entered into the ledger by whoever reads the quarter next,
/// so that a process that dies in between loses nothing.
/// </remarks>
public sealed class Ledger(ITableStore tables, UploadLog uploads)
{
    private const string Table = "ledger";
    private const string ReleasedKind = "released", ConfirmedKind = "confirmed";
    private const string Contract = "Contract", Provider = "Provider", SupplierRef = "SupplierRef", Line = "Line", Title = "Title", Run = "Run";
    private const string EntitlementPence = "EntitlementPence", PreviouslyReleasedPence = "PreviouslyReleasedPence", AmountPence = "AmountPence", ReleasedAt = "ReleasedAt", Corrects = "Corrects", NamesProvider = "NamesProvider";
    private const string PaymentId = "PaymentId", Paid = "Paid", PaidOn = "PaidOn", Reference = "Reference";

    /// <summary>No contract has this id: rows that say which files of confirmations are entered.</summary>
    private const string EnteredKind = "-|entered";

    /// <summary>Every payment of a quarter, by contract, run and line.</summary>
    public async Task<IReadOnlyList<Payment>> OfQuarterAsync(Quarter quarter, CancellationToken cancel = default)
    {
        await EnterConfirmationsAsync(quarter, cancel);
        return await ReadAsync(quarter, null, null, cancel);
    }

    /// <summary>Every payment of a contract in a quarter, of those confirmed whatever was entered when the quarter was last read.</summary>
    public Task<IReadOnlyList<Payment>> OfContractAsync(Quarter quarter, ContractId contract, CancellationToken cancel = default) =>
        ReadAsync(quarter, $"{contract}|", $"{contract}}}", cancel);

    /// <summary>Enters the lines of a released run that are not entered yet, in their order.</summary>
    /// <exception cref="StoreAlreadyExistsException">Somebody is entering them at the same time.</exception>
    public async Task EnterAsync(PaymentRun run, CancellationToken cancel = default)
    {
        var there = await KeysAsync(run.Quarter, null, null, cancel);
        await InsertAsync(run.Quarter, run.Lines.Select(line => new RowChange.Insert(KeyOf(line, ReleasedKind), Write(line, run.ReleasedAt!.Value))).Where(row => !there.Contains(row.RowKey)), cancel);
    }

    /// <summary>What makes the lines of a run count: the last of them.</summary>
    public static CommitMarker CommitOf(PaymentRun run) => new(Table, run.Quarter.ToString(), KeyOf(run.Lines[^1], ReleasedKind), AmountPence);

    /// <summary>Enters what the accepted files of confirmations say and is not entered yet.</summary>
    private Task EnterConfirmationsAsync(Quarter quarter, CancellationToken cancel) => OptimisticRetry.OnConflictAsync(async () =>
    {
        var slot = new Slot.Confirmations(quarter);
        var accepted = (await uploads.OfSlotAsync(slot, cancel)).Where(u => u.Status == UploadStatus.Accepted).ToList();
        if (accepted.Count == 0)
            return;
        var entered = await KeysAsync(quarter, $"{EnteredKind}|", $"{EnteredKind}}}", cancel);
        var left = accepted.Where(u => !entered.Contains(EnteredKey(u))).ToList();
        if (left.Count == 0)
            return;
        var there = await KeysAsync(quarter, null, null, cancel);
        foreach (var upload in left)
        {
            var released = (await ReadAsync(quarter, null, null, cancel)).ToDictionary(p => p.Released.PaymentId.ToString(), p => p.Released);
            var confirmations = ((ConfirmationList)await uploads.CountsAsync(upload, cancel)).Confirmations;
            var rows = confirmations.Select(c => new RowChange.Insert(KeyOf(released[c.PaymentId], ConfirmedKind), Write(c, released[c.PaymentId], upload.Version)));
            // Last, since it says that all the others are there.
            var last = new RowChange.Insert(EnteredKey(upload), new Dictionary<string, TableValue>());
            await InsertAsync(quarter, rows.Where(row => !there.Contains(row.RowKey)).Append(last), cancel);
        }
    });

    private async Task InsertAsync(Quarter quarter, IEnumerable<RowChange> rows, CancellationToken cancel)
    {
        foreach (var batch in rows.Chunk(TableLimits.BatchOperations))
            await tables.SubmitAsync(Table, quarter.ToString(), batch, cancel);
    }

    private async Task<HashSet<string>> KeysAsync(Quarter quarter, string? from, string? to, CancellationToken cancel)
    {
        var keys = new HashSet<string>();
        await foreach (var row in tables.QueryAsync(Table, quarter.ToString(), from, to, cancel))
            keys.Add(row.RowKey);
        return keys;
    }

    private async Task<IReadOnlyList<Payment>> ReadAsync(Quarter quarter, string? from, string? to, CancellationToken cancel)
    {
        var released = new List<(LedgerLine Line, DateTimeOffset At)>();
        var confirmed = new Dictionary<string, Confirmation>();
        await foreach (var row in tables.QueryAsync(Table, quarter.ToString(), from, to, cancel))
        {
            if (row.Values.ContainsKey(ReleasedAt))
                released.Add((ReadLine(quarter, row), row.Instant(ReleasedAt)));
            else if (row.Values.ContainsKey(PaidOn))
                confirmed.Add(row.Text(PaymentId), new Confirmation(row.Text(PaymentId), row.YesNo(Paid), DateOnly.FromDateTime(row.Instant(PaidOn).UtcDateTime), row.Text(Reference)));
        }

        return [.. released
            .OrderBy(r => r.Line.Contract).ThenBy(r => r.Line.Run)
            .Select(r => new Payment(r.Line, r.At, confirmed.GetValueOrDefault(r.Line.PaymentId.ToString())))];
    }

    /// <summary>The parts of the payment's id, and what the row says of it.</summary>
    private static string KeyOf(LedgerLine line, string kind) => string.Create(
        CultureInfo.InvariantCulture, $"{line.Contract}|{line.Run:000}|{line.Line}|{(line.NamesProvider ? $"{line.Provider}|" : "")}{kind}");

    private static string EnteredKey(Upload confirmations) => string.Create(CultureInfo.InvariantCulture, $"{EnteredKind}|{confirmations.Version:00000}");

    private static Dictionary<string, TableValue> Write(LedgerLine line, DateTimeOffset releasedAt)
    {
        var values = Values(line, releasedAt);
        if (line.Corrects is { } paid)
            values.Add(Corrects, paid.ToString());
        if (line.NamesProvider)
            values.Add(NamesProvider, true);
        return values;
    }

    private static Dictionary<string, TableValue> Values(LedgerLine line, DateTimeOffset releasedAt) => new()
    {
        [Contract] = line.Contract.ToString(),
        [Provider] = line.Provider.ToString(),
        [SupplierRef] = line.SupplierRef,
        [Line] = line.Line,
        [Title] = line.Title,
        [Run] = (long)line.Run,
        [EntitlementPence] = line.Entitlement.Pence,
        [PreviouslyReleasedPence] = line.PreviouslyReleased.Pence,
        [AmountPence] = line.Amount.Pence,
        [ReleasedAt] = releasedAt,
    };

    /// <summary>With what it adds to what was released: nothing, or for a failed payment all of it taken back.</summary>
    private static Dictionary<string, TableValue> Write(Confirmation confirmation, LedgerLine released, int version) => new()
    {
        [PaymentId] = confirmation.PaymentId,
        [Paid] = confirmation.Paid,
        [PaidOn] = confirmation.PaidOn,
        [Reference] = confirmation.Reference,
        ["Version"] = (long)version,
        [AmountPence] = confirmation.Paid ? 0L : released.Reversed().Amount.Pence,
    };

    private static LedgerLine ReadLine(Quarter quarter, TableRow row) => new(
        ContractId.Parse(row.Text(Contract)),
        ProviderId.Parse(row.Text(Provider)),
        row.Text(SupplierRef),
        quarter,
        row.Text(Line),
        row.Text(Title),
        (int)row.Whole(Run),
        new Money(row.Whole(EntitlementPence)),
        new Money(row.Whole(PreviouslyReleasedPence)),
        LedgerKind.Released,
        row.Values.ContainsKey(Corrects) ? Core.Payments.PaymentId.Parse(row.Text(Corrects)) : null,
        row.Values.ContainsKey(NamesProvider));
}
