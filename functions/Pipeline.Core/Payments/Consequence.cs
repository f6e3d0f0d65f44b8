namespace Pipeline.Core.Payments;

/// <summary>What a reference file or a file of decisions changes for one contract in one quarter (domain.md section 4).</summary>
/// <param name="Quarter">Which.</param>
/// <param name="Contract">Which.</param>
/// <param name="EarnedBefore">By what is in force, for whichever providers.</param>
/// <param name="EarnedAfter">By the file.</param>
/// <param name="Released">What its providers hold of it: released and not failed.</param>
/// <param name="TakenBack">How much of that the file would let be taken back, over what is in force: zero or more.</param>
/// <param name="IsDropped">Whether it is active in the quarter now and would not be any more.</param>
/// <param name="IsClosed">Whether the quarter is closed.</param>
public sealed record Consequence(
    Quarter Quarter, ContractId Contract, Money EarnedBefore, Money EarnedAfter, Money Released, Money TakenBack, bool IsDropped,
    bool IsClosed)
{
    /// <summary>
    /// Whether somebody has to say that it is meant: it lowers what was released, drops a contract that was paid, or changes a closed
    /// quarter.
    /// </summary>
    public bool TouchesWhatWasSettled => TakenBack > Money.Zero || (IsDropped && Released != Money.Zero)
        || (IsClosed && EarnedBefore != EarnedAfter);

    /// <param name="quarter">Which.</param>
    /// <param name="contract">Which.</param>
    /// <param name="before">What it earns by what is in force; null when it is not active.</param>
    /// <param name="after">What it would earn; null when it would not be active.</param>
    /// <param name="ledger">Its lines in the quarter.</param>
    /// <param name="isClosed">Whether the quarter is closed.</param>
    /// <returns>Null when nothing changes.</returns>
    public static Consequence? Of(Quarter quarter, ContractId contract, Entitlement? before, Entitlement? after,
        IReadOnlyList<LedgerLine> ledger, bool isClosed)
    {
        var (earned, would) = (ByAccount(before), ByAccount(after));
        if (earned.Count == would.Count && earned.All(account => would.TryGetValue(account.Key, out var amount) && amount == account.Value))
            return null;
        var takenBack = ledger.GroupBy(line => line.Account).Select(of =>
        {
            var held = of.Released();
            return Excess(held, would.GetValueOrDefault(of.Key)) - Excess(held, earned.GetValueOrDefault(of.Key));
        });
        return new Consequence(
            quarter, contract, before?.Total ?? Money.Zero, after?.Total ?? Money.Zero, ledger.Released(),
            takenBack.Where(amount => amount > Money.Zero).Sum(), before is not null && after is null, isClosed);
    }

    /// <summary>What a register changes where none was in force, and money was paid all the same: the tables were lost.</summary>
    /// <param name="could">
    /// What a contract can earn by the register, whatever evidence and decisions come after it; null when it is not active.
    /// </param>
    /// <param name="ledger">The contract's lines in the quarter; at least one.</param>
    /// <param name="isClosed">Whether the quarter is closed.</param>
    /// <returns>Null when nothing has to be taken back for certain.</returns>
    public static Consequence? OfFirst(Entitlement? could, IReadOnlyList<LedgerLine> ledger, bool isClosed)
    {
        var most = could is null
            ? [] : could.Elements.ToDictionary(element => AccountOf(could, element.Element.Code), element => element.Available);
        if (could is not null)
            most.Add(AccountOf(could, EntitlementLine.Core), could.Core);
        var takenBack = ledger.GroupBy(line => line.Account).Select(of => Excess(of.Released(), most.GetValueOrDefault(of.Key))).Sum();
        var released = ledger.Released();
        return takenBack == Money.Zero ? null : new Consequence(
            ledger[0].Quarter, ledger[0].Contract, released, released - takenBack, released, takenBack, could is null, isClosed);
    }

    private static Money Excess(Money held, Money entitled) => held > entitled ? held - entitled : Money.Zero;

    private static Dictionary<Account, Money> ByAccount(Entitlement? entitlement) => entitlement is null
        ? []
        : entitlement.Lines.ToDictionary(line => AccountOf(entitlement, line.Line), line => line.Amount);

    private static Account AccountOf(Entitlement entitlement, string line) =>
        new(entitlement.Contract.Provider, entitlement.Contract.Id, entitlement.Quarter, line);
}
