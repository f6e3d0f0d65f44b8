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
/// A confirmation counts from when the version of its file is committed: a reader adds what the accepted files say and the ledger does not
/// hold yet, and writes nothing. Refreshing the quarter enters it, and so does entering a run, so that the ledger holds the reversal of a
/// payment before what is paid instead. So a process that dies in between loses nothing.
/// </remarks>
public sealed class Ledger(ITableStore tables, UploadLog uploads)
{
    private const string Table = "ledger";
    private const string ReleasedKind = "released", ConfirmedKind = "confirmed";
    private const string Contract = "Contract", Provider = "Provider", SupplierRef = "SupplierRef", Line = "Line", Title = "Title",
        Run = "Run";
    private const string EntitlementPence = "EntitlementPence", PreviouslyReleasedPence = "PreviouslyReleasedPence",
        AmountPence = "AmountPence";
    private const string ReleasedAt = "ReleasedAt", Corrects = "Corrects", NamesProvider = "NamesProvider";
    private const string PaymentId = "PaymentId", Paid = "Paid", PaidOn = "PaidOn", Reference = "Reference", Version = "Version";

    /// <summary>No contract has this id: rows that say which files of confirmations are entered.</summary>
    private const string EnteredKind = "-|entered";

    /// <summary>Every payment of a quarter, by contract, run and line.</summary>
    public async Task<IReadOnlyList<Payment>> OfQuarterAsync(Quarter quarter, CancellationToken cancel = default)
    {
        // The files before the ledger: what is entered meanwhile is then found in it.
        var accepted = await AcceptedAsync(quarter, cancel);
        var entries = await ReadEntriesAsync(quarter, null, null, cancel);
        foreach (var upload in accepted.Where(file => !entries.Files.Contains(file.Version)))
            entries.Confirmed.AddRange(await NotEnteredAsync(entries, upload, cancel));
        return PaymentsOf(entries);
    }

    /// <summary>Every payment of a contract in a quarter, with the confirmations that are entered.</summary>
    public async Task<IReadOnlyList<Payment>> OfContractAsync(Quarter quarter, ContractId contract, CancellationToken cancel = default) =>
        PaymentsOf(await ReadEntriesAsync(quarter, $"{contract}|", $"{contract}}}", cancel));

    /// <summary>The same of several, by one query from the first to the last of them.</summary>
    public async Task<IReadOnlyList<Payment>> OfContractsAsync(
        Quarter quarter, IReadOnlyCollection<ContractId> contracts, CancellationToken cancel = default)
    {
        var keys = contracts.Select(contract => $"{contract}|").Order(StringComparer.Ordinal).ToList();
        var entries = await ReadEntriesAsync(quarter, keys[0], $"{keys[^1][..^1]}}}", cancel);
        return [.. PaymentsOf(entries).Where(payment => contracts.Contains(payment.Released.Contract))];
    }

    /// <summary>
    /// Enters the lines of a released run that are not entered yet, in their order, after every confirmation that came before them.
    /// </summary>
    /// <exception cref="StoreAlreadyExistsException">Somebody is entering them at the same time.</exception>
    public async Task EnterAsync(PaymentRun run, CancellationToken cancel = default)
    {
        await EnterConfirmationsAsync(run.Quarter, cancel);
        var there = await KeysAsync(run.Quarter, null, null, cancel);
        await InsertAsync(run.Quarter,
            run.Lines.Select(line => new RowChange.Insert(KeyOf(line, ReleasedKind), Write(line, run.Released!.At)))
                .Where(row => !there.Contains(row.RowKey)), cancel);
    }

    /// <summary>What makes the lines of a run count: the last of them.</summary>
    public static CommitMarker CommitOf(PaymentRun run) =>
        new(Table, run.Quarter.ToString(), KeyOf(run.Lines[^1], ReleasedKind), AmountPence);

    /// <summary>Enters what the accepted files of confirmations say and is not entered yet.</summary>
    public Task EnterConfirmationsAsync(Quarter quarter, CancellationToken cancel = default) => OptimisticRetry.OnConflictAsync(async () =>
    {
        if (await AcceptedAsync(quarter, cancel) is not { Count: > 0 } accepted)
            return;
        var entered = await KeysAsync(quarter, $"{EnteredKind}|", $"{EnteredKind}}}", cancel);
        foreach (var upload in accepted.Where(file => !entered.Contains(EnteredKey(file))))
        {
            var entries = await ReadEntriesAsync(quarter, null, null, cancel);
            var payments = PaymentsOf(entries).ToDictionary(payment => payment.Released.PaymentId.ToString());
            var versions = entries.Confirmed.ToLookup(c => c.Confirmation.PaymentId, c => c.Version);
            var rows = (await NotEnteredAsync(entries, upload, cancel))
                .Select(c => RowOf(c, payments[c.Confirmation.PaymentId], versions[c.Confirmation.PaymentId]));
            // Last, since it says that all the others are there.
            var last = new RowChange.Insert(EnteredKey(upload), new Dictionary<string, TableValue>());
            await InsertAsync(quarter, rows.Append(last), cancel);
        }
    });

    private async Task<IReadOnlyList<Upload>> AcceptedAsync(Quarter quarter, CancellationToken cancel) =>
        Upload.AcceptedOf(await uploads.OfSlotAsync(new Slot.Confirmations(quarter), cancel));

    /// <summary>
    /// What a file of confirmations says and is not entered yet: whoever entered a part of it may have died before the rest.
    /// </summary>
    private async Task<IReadOnlyList<Confirmed>> NotEnteredAsync(Entries entries, Upload upload, CancellationToken cancel)
    {
        var entered = entries.Confirmed.Where(c => c.Version == upload.Version).Select(c => c.Confirmation.PaymentId).ToHashSet();
        return [.. ((ConfirmationList)await uploads.CountsAsync(upload, cancel)).Confirmations
            .Where(confirmation => !entered.Contains(confirmation.PaymentId))
            .Select(confirmation => new Confirmed(upload.Version, confirmation))];
    }

    /// <param name="confirmed">What is entered.</param>
    /// <param name="payment">As it was before.</param>
    /// <param name="before">The versions of the files that confirmed it before.</param>
    private static RowChange.Insert RowOf(Confirmed confirmed, Payment payment, IEnumerable<int> before)
    {
        string? corrected = before.DefaultIfEmpty().Max() is > 0 and var last ? KeyOf(payment.Released, last) : null;
        return new RowChange.Insert(KeyOf(payment.Released, confirmed.Version),
            Write(confirmed.Confirmation, payment, confirmed.Version, corrected));
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

    private static IReadOnlyList<Payment> PaymentsOf(Entries entries)
    {
        var confirmed = entries.Confirmed.ToLookup(c => c.Confirmation.PaymentId);
        return [.. entries.Released
            .OrderBy(r => r.Line.Contract).ThenBy(r => r.Line.Run)
            .Select(r => new Payment(r.Line, r.At,
                [.. confirmed[r.Line.PaymentId.ToString()].OrderBy(c => c.Version).Select(c => c.Confirmation)]))];
    }

    private async Task<Entries> ReadEntriesAsync(Quarter quarter, string? from, string? to, CancellationToken cancel)
    {
        var entries = new Entries([], [], []);
        await foreach (var row in tables.QueryAsync(Table, quarter.ToString(), from, to, cancel))
        {
            if (row.Values.ContainsKey(ReleasedAt))
                entries.Released.Add((ReadLine(quarter, row), row.Instant(ReleasedAt)));
            else if (row.Values.ContainsKey(PaidOn))
                entries.Confirmed.Add(new Confirmed((int)row.Whole(Version), ReadConfirmation(row)));
            else
                entries.Files.Add(int.Parse(row.RowKey.AsSpan(EnteredKind.Length + 1), CultureInfo.InvariantCulture));
        }

        return entries;
    }

    /// <param name="Released">The payments, and when each was released.</param>
    /// <param name="Confirmed">What finance said of them.</param>
    /// <param name="Files">The versions of the files of confirmations that are entered. Their rows come before those of the
    /// payments.</param>
    private sealed record Entries(List<(LedgerLine Line, DateTimeOffset At)> Released, List<Confirmed> Confirmed, HashSet<int> Files);

    /// <param name="Version">Of the file that it was in.</param>
    /// <param name="Confirmation">What it says.</param>
    private sealed record Confirmed(int Version, Confirmation Confirmation);

    /// <summary>The parts of the payment's id, and what the row says of it.</summary>
    private static string KeyOf(LedgerLine line, string kind) => string.Create(
        CultureInfo.InvariantCulture,
        $"{line.Contract}|{line.Run:000}|{line.Line}|{(line.NamesProvider ? $"{line.Provider}|" : "")}{kind}");

    /// <summary>Of what a file of confirmations says of the payment.</summary>
    private static string KeyOf(LedgerLine line, int version) =>
        string.Create(CultureInfo.InvariantCulture, $"{KeyOf(line, ConfirmedKind)}|{version:00000}");

    private static string EnteredKey(Upload confirmations) =>
        string.Create(CultureInfo.InvariantCulture, $"{EnteredKind}|{confirmations.Version:00000}");

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

    private static Confirmation ReadConfirmation(TableRow row) =>
        new(row.Text(PaymentId), row.YesNo(Paid), DateOnly.FromDateTime(row.Instant(PaidOn).UtcDateTime), row.Text(Reference));

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
