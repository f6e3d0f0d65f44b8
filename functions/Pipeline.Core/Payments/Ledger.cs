using System.Text.Json.Serialization;

namespace Pipeline.Core.Payments;

public enum LedgerKind
{
    /// <summary>A payment, or a clawback, that was released in a run.</summary>
    Released,

    /// <summary>Takes back a payment that finance reported as failed or returned, so that it falls due again.</summary>
    Reversal,

    /// <summary>Restores a payment that finance reported as paid after all.</summary>
    Restoration,
}

/// <summary>What is due, paid, failed and taken back is reckoned within one account (domain.md section 1).</summary>
/// <param name="Provider">Who is paid.</param>
/// <param name="Contract">For which contract.</param>
/// <param name="Quarter">For when.</param>
/// <param name="Line"><c>core</c> or the code of an element.</param>
public readonly record struct Account(ProviderId Provider, ContractId Contract, Quarter Quarter, string Line);

/// <summary>A line of the ledger. The ledger only ever grows.</summary>
/// <param name="Contract">Of the account.</param>
/// <param name="Provider">Of the account.</param>
/// <param name="SupplierRef">How finance knew the provider at the time.</param>
/// <param name="Quarter">Of the account.</param>
/// <param name="Line">Of the account.</param>
/// <param name="Title">What the line was called at the time.</param>
/// <param name="Run">Of the quarter; for a reversal or restoration the run of the payment.</param>
/// <param name="Entitlement">What the provider had earned in the account at the time.</param>
/// <param name="PreviouslyReleased">What the account held before: released and not failed. Less than zero where a payment failed after its
/// clawback.</param>
/// <param name="Kind">A reversal or restoration is the same line as its payment but for this.</param>
/// <param name="Corrects">Of a clawback, the payment that it takes back, in full or in part.</param>
/// <param name="NamesProvider">Whether the run holds the same line of the contract for another provider too, so that the payment's id names
/// its own.</param>
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
    PaymentId? Corrects = null,
    bool NamesProvider = false)
{
    public Account Account => new(Provider, Contract, Quarter, Line);

    /// <summary>What the line adds to what the account holds: negative for a clawback, and for the reversal of a payment.</summary>
    public Money Amount => Kind == LedgerKind.Reversal ? PreviouslyReleased - Entitlement : Entitlement - PreviouslyReleased;

    /// <summary>The payment that was released, taken back or restored.</summary>
    public PaymentId PaymentId => new(Contract, Quarter, Line, Run, NamesProvider ? Provider : null);

    /// <summary>Runs that were written before there were accounts name what a clawback corrects by its run alone.</summary>
    [JsonInclude]
    internal int? CorrectedRun
    {
        init => Corrects = value is { } run ? new PaymentId(Contract, Quarter, Line, run) : Corrects;
    }

    /// <summary>The line that takes this payment back because it failed or was returned.</summary>
    /// <exception cref="InvalidOperationException">This line is a reversal itself.</exception>
    public LedgerLine Reversed() => Kind != LedgerKind.Reversal
        ? this with { Kind = LedgerKind.Reversal }
        : throw new InvalidOperationException("Only a payment can be reversed.");

    /// <summary>The line that puts a payment back that was reported as failed or returned.</summary>
    /// <exception cref="InvalidOperationException">This line is no reversal.</exception>
    public LedgerLine Restored() => Kind == LedgerKind.Reversal
        ? this with { Kind = LedgerKind.Restoration }
        : throw new InvalidOperationException("Only what was reversed can be restored.");
}

/// <summary>
/// What is due in an account: the entitlement less what it holds, which is what was released and did not fail; never zero. Negative is a
/// clawback, which is never more than the account holds, since no entitlement is below zero: what cannot be taken back from one provider is
/// not taken from another (domain.md section 6, point 5).
/// </summary>
/// <param name="Account">Whose.</param>
/// <param name="SupplierRef">How finance knows the provider; of a clawback, as the payment that it corrects has it.</param>
/// <param name="Title">What the line is called.</param>
/// <param name="Entitlement">Zero or more; zero for a provider that does not have the contract in the quarter.</param>
/// <param name="PreviouslyReleased">What the account holds.</param>
/// <param name="Corrects">Of a clawback, the latest payment of the account of which something is left.</param>
/// <param name="NamesProvider">Whether the same line of the contract is due for another provider too.</param>
public sealed record Due(Account Account, string SupplierRef, string Title, Money Entitlement, Money PreviouslyReleased,
    PaymentId? Corrects, bool NamesProvider = false)
{
    public Money Amount => Entitlement - PreviouslyReleased;

    /// <summary>The line that the ledger holds once this is released in a run.</summary>
    public LedgerLine InRun(int run) => new(
        Account.Contract, Account.Provider, SupplierRef, Account.Quarter, Account.Line, Title, run, Entitlement, PreviouslyReleased,
        LedgerKind.Released, Corrects, NamesProvider);
}

public static class Dues
{
    /// <summary>
    /// What is due in a quarter, ordered by contract, then whoever has it before those who had it, then by line: <c>core</c>, the elements
    /// in the framework's order, then lines that are in the ledger alone. An account that is in the ledger alone is no longer owed
    /// anything, and what it holds is clawed back.
    /// </summary>
    /// <param name="quarter">Everything is of this quarter.</param>
    /// <param name="entitlements">At most one for each contract: within a quarter one provider has it.</param>
    /// <param name="ledger">Every line of the quarter.</param>
    public static IReadOnlyList<Due> Of(Quarter quarter, IEnumerable<Entitlement> entitlements, IEnumerable<LedgerLine> ledger)
    {
        var owed = entitlements.ToDictionary(e => e.Contract.Id);
        var released = ledger.ToLookup(line => line.Contract);
        if (owed.Values.Any(e => e.Quarter != quarter) || released.Any(lines => lines.Any(line => line.Quarter != quarter)))
            throw new ArgumentException("Entitlements and ledger lines must all be of the quarter.", nameof(quarter));
        return [.. owed.Keys.Union(released.Select(lines => lines.Key)).Order().SelectMany(contract =>
            OfContract(owed.GetValueOrDefault(contract), released[contract].ToLookup(line => line.Provider)))];
    }

    /// <summary>What was released and not reversed.</summary>
    public static Money Released(this IEnumerable<LedgerLine> ledger) => ledger.Select(line => line.Amount).Sum();

    /// <summary>The payments that count: released, and neither failed nor returned, unless they were paid after all.</summary>
    public static IEnumerable<LedgerLine> Standing(this IEnumerable<LedgerLine> ledger) =>
        ledger.GroupBy(line => line.PaymentId).Where(lines => lines.Released() != Money.Zero)
            .Select(lines => lines.First(line => line.Kind == LedgerKind.Released));

    private static IEnumerable<Due> OfContract(Entitlement? entitlement, ILookup<ProviderId, LedgerLine> ledger)
    {
        IReadOnlyList<Due> dues =
        [
            .. entitlement is null ? [] : OfHolder(entitlement, [.. ledger[entitlement.Contract.Provider]]),
            .. from lines in ledger
               where lines.Key != entitlement?.Contract.Provider
               orderby lines.Key
               from due in OfLedgerAlone([.. lines], lines.MaxBy(line => line.Run)!.SupplierRef)
               select due,
        ];
        var byLine = dues.ToLookup(due => due.Account.Line);
        return dues.Select(due => due with { NamesProvider = byLine[due.Account.Line].Count() > 1 });
    }

    private static IEnumerable<Due> OfHolder(Entitlement entitlement, IReadOnlyList<LedgerLine> ledger)
    {
        var contract = entitlement.Contract;
        foreach (var line in entitlement.Lines)
        {
            var account = new Account(contract.Provider, contract.Id, entitlement.Quarter, line.Line);
            if (OfAccount(account, contract.SupplierRef, line.Title, line.Amount, [.. ledger.Where(l => l.Line == line.Line)]) is { } due)
                yield return due;
        }

        foreach (var due in OfLedgerAlone(ledger.Where(l => entitlement.Lines.All(line => line.Line != l.Line)), contract.SupplierRef))
            yield return due;
    }

    /// <summary>What one provider holds in accounts that are owed nothing. They keep the name of their latest run.</summary>
    private static IEnumerable<Due> OfLedgerAlone(IEnumerable<LedgerLine> ledger, string supplierRef) =>
        from lines in ledger.GroupBy(line => line.Account)
        orderby lines.Key.Line != EntitlementLine.Core, lines.Key.Line
        let latest = lines.MaxBy(line => line.Run)!
        let due = OfAccount(lines.Key, supplierRef, latest.Title, Money.Zero, [.. lines])
        where due is not null
        select due;

    private static Due? OfAccount(Account account, string supplierRef, string title, Money entitlement, IReadOnlyList<LedgerLine> lines)
    {
        var due = new Due(account, supplierRef, title, entitlement, lines.Released(), Corrects: null);
        if (due.Amount == Money.Zero)
            return null;
        if (due.Amount > Money.Zero)
            return due;
        // From whoever was paid: the register may name another supplier by now, who holds nothing of it.
        var payment = ToTakeBack(lines);
        return due with { Corrects = payment.PaymentId, SupplierRef = payment.SupplierRef };
    }

    /// <summary>
    /// Of an account that holds something, the latest payment of which something is left. What was taken back was taken from the latest
    /// there was; where that payment failed afterwards, from nothing.
    /// </summary>
    private static LedgerLine ToTakeBack(IReadOnlyList<LedgerLine> lines)
    {
        var left = new Stack<(LedgerLine Payment, Money Left)>();
        foreach (var line in lines.Standing().OrderBy(line => line.Run))
        {
            if (line.Amount > Money.Zero)
                left.Push((line, line.Amount));
            for (var back = -line.Amount; back > Money.Zero && left.TryPop(out var latest); back -= latest.Left)
            {
                if (latest.Left > back)
                    left.Push((latest.Payment, latest.Left - back));
            }
        }

        return left.Peek().Payment;
    }
}
