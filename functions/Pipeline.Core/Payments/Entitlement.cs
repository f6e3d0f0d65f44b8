using Pipeline.Core.Contracts;
using Pipeline.Core.Frameworks;

namespace Pipeline.Core.Payments;

/// <summary>What a contract has earned for a quarter so far, with every step that led there (domain.md section 6, points 1 to 5).</summary>
public sealed record Entitlement
{
    private Entitlement(Contract contract, PaymentRules rules, Instalment instalment, Allocation allocation,
        IReadOnlyList<ElementEntitlement> elements)
    {
        Contract = contract;
        Rules = rules;
        Instalment = instalment;
        Allocation = allocation;
        Elements = elements;
        Lines =
        [
            new EntitlementLine(EntitlementLine.Core, EntitlementLine.CoreTitle, Core),
            .. elements.Select(e => new EntitlementLine(e.Element.Code, e.Element.Title, e.Earned)),
        ];
    }

    public Contract Contract { get; }

    public PaymentRules Rules { get; }

    public Quarter Quarter => Instalment.Quarter;

    public Instalment Instalment { get; }

    /// <summary>The part of the instalment that is paid by outcomes.</summary>
    public Money Pot => Allocation.Pot;

    /// <summary>The part of the instalment that is paid whatever the outcomes.</summary>
    public Money Core => Instalment.Amount - Pot;

    public Allocation Allocation { get; }

    /// <summary>In the framework's order.</summary>
    public IReadOnlyList<ElementEntitlement> Elements { get; }

    /// <summary>The part of the pot that no element can earn; never paid.</summary>
    public Money Unallocated => Allocation.Unallocated.Amount;

    /// <summary><c>core</c>, then one line for each element in the framework's order, those of no amount included.</summary>
    public IReadOnlyList<EntitlementLine> Lines { get; }

    public Money Total => Lines.Select(line => line.Amount).Sum();

    /// <param name="contract">Whose entitlement, for its quarter. When it is not active in that, every line is zero.</param>
    /// <param name="rules">Of the contract's framework.</param>
    /// <param name="evidence">What the current evidence file holds, by element code; an element without an entry has none.</param>
    /// <param name="decisions">The contract's current decisions, by element code; an element without an entry is not decided.</param>
    public static Entitlement Of(
        Contract contract,
        PaymentRules rules,
        IReadOnlyDictionary<string, ElementEvidence> evidence,
        IReadOnlyDictionary<string, Decision> decisions)
    {
        if (decisions.Values.Any(decision => decision.Contract != contract.Id))
            throw new ArgumentException("A decision is another contract's.", nameof(decisions));
        var instalment = Instalment.Of(contract);
        var pot = instalment.Amount.Fraction(rules.ShareBasisPoints, 10_000);
        var allocation = Allocation.Split(pot, [.. rules.Elements.Select(e => e.Weight)], rules.UnallocatedWeight);
        var elements = rules.Elements.Zip(allocation.Parts, (element, share) => new ElementEntitlement(
            element, share, evidence.GetValueOrDefault(element.Code, ElementEvidence.None), decisions.GetValueOrDefault(element.Code)));
        return new Entitlement(contract, rules, instalment, allocation, [.. elements]);
    }
}

/// <param name="Element">As the framework has it.</param>
/// <param name="Share">Its part of the pot.</param>
/// <param name="Evidence">What the current evidence file holds for it.</param>
/// <param name="Decision">The current decision, if there is one.</param>
public sealed record ElementEntitlement(Element Element, Share Share, ElementEvidence Evidence, Decision? Decision)
{
    public ElementState State => ElementStates.Of(Decision, Evidence);

    /// <summary>What it pays once it is earned.</summary>
    public Money Available => Share.Amount;

    public Money Earned => State == ElementState.Earned ? Available : Money.Zero;
}

/// <param name="Line"><see cref="Core"/> or the code of an element.</param>
/// <param name="Title">What a person reads.</param>
/// <param name="Amount">Zero or more.</param>
public sealed record EntitlementLine(string Line, string Title, Money Amount)
{
    /// <summary>The line that does not depend on outcomes. No element may have this code.</summary>
    public const string Core = "core";

    public const string CoreTitle = "Core payment";
}
