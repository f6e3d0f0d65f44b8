using System.Globalization;
using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.State;

/// <summary>
/// What was released and confirmed, in a partition for each quarter: a row for each payment, and one for each of its confirmations, which
/// takes the payment back when it failed or was returned, and restores it when it was paid after all. Rows are only ever inserted, so no
/// payment can be released twice under one id, or confirmed twice by one file.
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
    private const string PaymentId = "PaymentId", Paid = "Paid", PaidOn = "PaidOn", Reference = "Reference", Version = "Version";

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
        await InsertAsync(run.Quarter, run.Lines.Select(line => new RowChange.Insert(KeyOf(line, ReleasedKind), Write(line, run.Released!.At))).Where(row => !there.Contains(row.RowKey)), cancel);
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
        foreach (var upload in left)
        {
            var rows = await RowsAsync(quarter, upload, cancel);
            // Last, since it says that all the others are there.
            var last = new RowChange.Insert(EnteredKey(upload), new Dictionary<string, TableValue>());
            await InsertAsync(quarter, rows.Append(last), cancel);
        }
    });

    /// <summary>The rows of a file of confirmations that are not there yet.</summary>
    private async Task<IReadOnlyList<RowChange>> RowsAsync(Quarter quarter, Upload upload, CancellationToken cancel)
    {
        var entries = await ReadEntriesAsync(quarter, null, null, cancel);
        var released = entries.Released.ToDictionary(r => r.Line.PaymentId.ToString());
        var rows = new List<RowChange>();
        foreach (var confirmation in ((ConfirmationList)await uploads.CountsAsync(upload, cancel)).Confirmations)
        {
            var before = entries.Confirmed[confirmation.PaymentId].OrderBy(c => c.Version).ToList();
            // Whoever entered a part of the file died before the rest.
            if (before.Any(c => c.Version == upload.Version))
                continue;
            var (line, at) = released[confirmation.PaymentId];
            var payment = new Payment(line, at, [.. before.Select(c => c.Confirmation)]);
            string key = string.Create(CultureInfo.InvariantCulture, $"{KeyOf(line, ConfirmedKind)}|{upload.Version:00000}");
            rows.Add(new RowChange.Insert(key, Write(confirmation, payment, upload.Version, before.LastOrDefault()?.RowKey)));
        }

        return rows;
    }

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
        var entries = await ReadEntriesAsync(quarter, from, to, cancel);
        return [.. entries.Released
            .OrderBy(r => r.Line.Contract).ThenBy(r => r.Line.Run)
            .Select(r => new Payment(r.Line, r.At, [.. entries.Confirmed[r.Line.PaymentId.ToString()].OrderBy(c => c.Version).Select(c => c.Confirmation)]))];
    }

    private async Task<(IReadOnlyList<(LedgerLine Line, DateTimeOffset At)> Released, ILookup<string, Entered> Confirmed)> ReadEntriesAsync(
        Quarter quarter, string? from, string? to, CancellationToken cancel)
    {
        var released = new List<(LedgerLine Line, DateTimeOffset At)>();
        var confirmed = new List<Entered>();
        await foreach (var row in tables.QueryAsync(Table, quarter.ToString(), from, to, cancel))
        {
            if (row.Values.ContainsKey(ReleasedAt))
                released.Add((ReadLine(quarter, row), row.Instant(ReleasedAt)));
            else if (row.Values.ContainsKey(PaidOn))
                confirmed.Add(new Entered(row.RowKey, (int)row.Whole(Version), new Confirmation(row.Text(PaymentId), row.YesNo(Paid), DateOnly.FromDateTime(row.Instant(PaidOn).UtcDateTime), row.Text(Reference))));
        }

        return (released, confirmed.ToLookup(c => c.Confirmation.PaymentId));
    }

    /// <param name="RowKey">Of its row.</param>
    /// <param name="Version">Of the file that it was in.</param>
    /// <param name="Confirmation">What it says.</param>
    private sealed record Entered(string RowKey, int Version, Confirmation Confirmation);

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

    /// <summary>With what it adds to what the account holds: nothing, all of the payment taken back, or all of it restored.</summary>
    /// <param name="confirmation">What is entered.</param>
    /// <param name="payment">As it was before.</param>
    /// <param name="version">Of the file.</param>
    /// <param name="corrected">The key of the row that it corrects; null when it is the payment's first.</param>
    private static Dictionary<string, TableValue> Write(Confirmation confirmation, Payment payment, int version, string? corrected)
    {
        var values = Values(confirmation, payment, version);
        if (corrected is not null)
            values.Add(Corrects, corrected);
        return values;
    }

    private static Dictionary<string, TableValue> Values(Confirmation confirmation, Payment payment, int version) => new()
    {
        [PaymentId] = confirmation.PaymentId,
        [Paid] = confirmation.Paid,
        [PaidOn] = confirmation.PaidOn,
        [Reference] = confirmation.Reference,
        [Version] = (long)version,
        [AmountPence] = Payment.LineOf(payment.Lines[^1], confirmation)?.Amount.Pence ?? 0L,
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
