namespace Pipeline.Core.Payments;

public enum LedgerKind
{
    /// <summary>A payment, or a clawback, that was released in a run.</summary>
    Released,

    /// <summary>Takes back a payment that finance reported as failed, so that it falls due again.</summary>
    Reversal,
}

/// <summary>A line of the ledger. The ledger only ever grows.</summary>
/// <param name="Contract">Whose line.</param>
/// <param name="Provider">Who is paid.</param>
/// <param name="SupplierRef">How finance knew the provider at the time.</param>
/// <param name="Quarter">What is paid for.</param>
/// <param name="Line"><c>core</c> or the code of an element.</param>
/// <param name="Title">What the line was called at the time.</param>
/// <param name="Run">Of the quarter; for a reversal the run of the failed payment.</param>
/// <param name="Entitlement">What the contract had earned on this line at the time.</param>
/// <param name="PreviouslyReleased">What had been released on this line before.</param>
/// <param name="Kind">A reversal is the same line as the payment that failed but for this.</param>
/// <param name="CorrectedRun">Of a clawback, the run of the latest payment that it takes back, in full or in part.</param>
public sealed record LedgerLine(
    ContractId Contract,
    ProviderId Provider,
    string SupplierRef,
    Quarter Quarter,
    string Line,
    string Title,
    int Run,
    Money Entitlement,
    Money PreviouslyReleased,
    LedgerKind Kind,
    int? CorrectedRun = null)
{
    /// <summary>What the line adds to what was released: negative for a clawback, and for the reversal of a payment.</summary>
    public Money Amount => Kind == LedgerKind.Released ? Entitlement - PreviouslyReleased : PreviouslyReleased - Entitlement;

    /// <summary>The payment that was released, or the one that failed.</summary>
    public PaymentId PaymentId => new(Contract, Quarter, Line, Run);

    /// <summary>Of a clawback, the payment that it takes back, in full or in part.</summary>
    public PaymentId? Corrects => CorrectedRun is { } run ? new(Contract, Quarter, Line, run) : null;

    /// <summary>The line that takes this payment back because it failed.</summary>
    /// <exception cref="InvalidOperationException">This line is a reversal itself.</exception>
    public LedgerLine Reversed() => Kind == LedgerKind.Released
        ? this with { Kind = LedgerKind.Reversal }
        : throw new InvalidOperationException("Only a payment can be reversed.");
}

/// <summary>
/// What is due on one line: entitlement less what was released so far; never zero. Negative is a clawback, which is tied to the latest
/// payment of its line of which somebody still has something: who was paid pays back, whoever has the contract now. Of several who were
/// paid, the latest who holds all of it; where none does, the latest.
/// </summary>
public sealed record Due(
    ContractId Contract,
    ProviderId Provider,
    string SupplierRef,
    Quarter Quarter,
    string Line,
    string Title,
    Money Entitlement,
    Money PreviouslyReleased,
    int? CorrectedRun)
{
    public Money Amount => Entitlement - PreviouslyReleased;

    /// <summary>Of a clawback, the payment that it takes back, in full or in part.</summary>
    public PaymentId? Corrects => CorrectedRun is { } run ? new(Contract, Quarter, Line, run) : null;

    /// <summary>The line that the ledger holds once this is released in a run.</summary>
    public LedgerLine InRun(int run) =>
        new(Contract, Provider, SupplierRef, Quarter, Line, Title, run, Entitlement, PreviouslyReleased, LedgerKind.Released, CorrectedRun);
}

public static class Dues
{
    /// <summary>
    /// What is due in a quarter, ordered by contract and then by line: <c>core</c>, the elements in the framework's order, then lines that are
    /// in the ledger alone. A line or contract that is in the ledger alone is no longer owed anything, and what was released is clawed back.
    /// </summary>
    /// <param name="quarter">Everything is of this quarter.</param>
    /// <param name="entitlements">At most one for each contract.</param>
    /// <param name="ledger">Every line of the quarter.</param>
    public static IReadOnlyList<Due> Of(Quarter quarter, IEnumerable<Entitlement> entitlements, IEnumerable<LedgerLine> ledger)
    {
        var owed = entitlements.ToDictionary(e => e.Contract.Id);
        var released = ledger.ToLookup(line => line.Contract);
        if (owed.Values.Any(e => e.Quarter != quarter) || released.Any(lines => lines.Any(line => line.Quarter != quarter)))
            throw new ArgumentException("Entitlements and ledger lines must all be of the quarter.", nameof(quarter));
        return [.. owed.Keys.Union(released.Select(lines => lines.Key)).Order().SelectMany(contract =>
            OfContract(quarter, owed.GetValueOrDefault(contract), [.. released[contract]]))];
    }

    /// <summary>What was released on each line and not reversed.</summary>
    public static Money Released(this IEnumerable<LedgerLine> ledger) => ledger.Select(line => line.Amount).Sum();

    private static IEnumerable<Due> OfContract(Quarter quarter, Entitlement? entitlement, IReadOnlyList<LedgerLine> ledger)
    {
        var current = entitlement?.Lines ?? [];
        // What only the ledger knows keeps the name, and a contract that left the register the supplier, of its latest run.
        var former = ledger.OrderByDescending(line => line.Run).DistinctBy(line => line.Line)
            .Where(line => current.All(c => c.Line != line.Line))
            .OrderBy(line => line.Line != EntitlementLine.Core).ThenBy(line => line.Line, StringComparer.Ordinal)
            .Select(line => new EntitlementLine(line.Line, line.Title, Money.Zero));
        var latest = ledger.MaxBy(line => line.Run);
        foreach (var line in current.Concat(former))
        {
            IReadOnlyList<LedgerLine> own = [.. ledger.Where(l => l.Line == line.Line)];
            var corrected = line.Amount < own.Released() ? ToTakeBack(own, own.Released() - line.Amount) : null;
            var due = new Due(
                entitlement?.Contract.Id ?? latest!.Contract,
                corrected?.Provider ?? entitlement?.Contract.Provider ?? latest!.Provider,
                corrected?.SupplierRef ?? entitlement?.Contract.SupplierRef ?? latest!.SupplierRef,
                quarter,
                line.Line,
                line.Title,
                line.Amount,
                own.Released(),
                corrected?.Run);
            if (due.Amount != Money.Zero)
                yield return due;
        }
    }

    /// <summary>
    /// Of one line, the payment to take an amount back from: the latest of which something is left, of a provider who holds as much where there is
    /// one. Where more was released than is owed, there is a payment with something left.
    /// </summary>
    private static LedgerLine ToTakeBack(IReadOnlyList<LedgerLine> own, Money amount)
    {
        var left = LeftOf(own);
        var held = left.GroupBy(l => l.Payment.Provider).ToDictionary(of => of.Key, of => of.Select(l => l.Left).Sum());
        int latest = left.FindLastIndex(l => held[l.Payment.Provider] >= amount);
        return left[latest < 0 ? left.Count - 1 : latest].Payment;
    }

    /// <summary>Of one line, each payment that did not fail and of which something is left: a clawback took back the latest of its provider first. In the order of their runs.</summary>
    private static List<(LedgerLine Payment, Money Left)> LeftOf(IReadOnlyList<LedgerLine> own)
    {
        var failed = own.Where(line => line.Kind == LedgerKind.Reversal).Select(line => line.Run).ToHashSet();
        var left = new List<(LedgerLine Payment, Money Left)>();
        foreach (var line in own.Where(line => line.Kind == LedgerKind.Released && !failed.Contains(line.Run)).OrderBy(line => line.Run))
        {
            if (line.Amount > Money.Zero)
                left.Add((line, line.Amount));
            for (var back = -line.Amount; back > Money.Zero;)
            {
                int latest = left.FindLastIndex(l => l.Payment.Provider == line.Provider);
                // What was taken back of a payment that failed afterwards.
                if (latest < 0)
                    break;
                var taken = back < left[latest].Left ? back : left[latest].Left;
                back -= taken;
                left[latest] = (left[latest].Payment, left[latest].Left - taken);
                if (left[latest].Left == Money.Zero)
                    left.RemoveAt(latest);
            }
        }

        return left;
    }
}
