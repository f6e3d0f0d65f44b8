using System.Text.Json.Serialization;

namespace Pipeline.Core.Contracts;

public enum RegisterChangeKind
{
    /// <summary>The register did not hold the contract before.</summary>
    Added,

    /// <summary>The register does not hold the contract any more, or ends it earlier.</summary>
    Ended,

    /// <summary>Something else is written of it.</summary>
    Altered,
}

/// <summary>What one version of the register changes of a contract against the one before.</summary>
/// <param name="Contract">Which.</param>
/// <param name="Kind">In a word.</param>
/// <param name="ValueBefore">The annual value of its last term; null when it is added.</param>
/// <param name="ValueAfter">The same; null when the register does not hold it any more.</param>
public sealed record RegisterChange(ContractId Contract, RegisterChangeKind Kind, Money? ValueBefore, Money? ValueAfter)
{
    /// <summary>
    /// Where its money went before, when that is another supplier than now; null when it is the same, or the contract is added or gone.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SupplierBefore { get; init; }

    /// <summary>Where it goes now; null as <see cref="SupplierBefore"/> is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SupplierAfter { get; init; }

    /// <summary>Whether the value is more than twice or less than half of what it was: most likely a digit too many or too few.</summary>
    [JsonIgnore]
    public bool IsJump => ValueBefore is { } before && ValueAfter is { } after
        && (after.Pence > 2 * before.Pence || before.Pence > 2 * after.Pence);

    /// <summary>What of it changes, in words: <c>altered, paid to SUP-2 instead of SUP-1</c>.</summary>
    public override string ToString() =>
        Kind.ToString().ToLowerInvariant() + (SupplierAfter is null ? "" : $", paid to {SupplierAfter} instead of {SupplierBefore}");

    /// <summary>In the ordinal order of the contracts' ids.</summary>
    /// <param name="before">The version in force; null when there is none, so that every contract is added.</param>
    /// <param name="after">The next.</param>
    public static IReadOnlyList<RegisterChange> Between(ContractList? before, ContractList after)
    {
        var was = (before?.Terms ?? []).ToLookup(term => term.Contract);
        var now = after.Terms.ToLookup(term => term.Contract);
        return [.. was.Select(of => of.Key).Union(now.Select(of => of.Key)).Order().Select(id => Of(id, [.. was[id]], [.. now[id]]))
            .OfType<RegisterChange>()];
    }

    private static RegisterChange? Of(ContractId contract, IReadOnlyList<Term> before, IReadOnlyList<Term> after)
    {
        if (before.Select(Written).SequenceEqual(after.Select(Written)))
            return null;
        var kind = before.Count == 0 ? RegisterChangeKind.Added
            : after.Count == 0 || after[^1].EndsOn < before[^1].EndsOn ? RegisterChangeKind.Ended
            : RegisterChangeKind.Altered;
        var change = new RegisterChange(contract, kind, ValueOf(before), ValueOf(after));
        var (was, now) = (SuppliersOf(before), SuppliersOf(after));
        return was.Length > 0 && now.Length > 0 && was != now ? change with { SupplierBefore = was, SupplierAfter = now } : change;
    }

    private static string SuppliersOf(IReadOnlyList<Term> terms) => string.Join(", ", terms.Select(term => term.SupplierRef).Distinct());

    private static Money? ValueOf(IReadOnlyList<Term> terms) => terms is [.., var last] ? last.AnnualValue : null;

    /// <summary>A term by its values: its groups are compared one by one.</summary>
    private static (Term, string) Written(Term term) => (term with { ClientGroups = [] }, string.Join(';', term.ClientGroups));
}
