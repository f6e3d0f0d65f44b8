namespace Pipeline.Core.Payments;

/// <summary>
/// A commissioner's decision on one payment element of a contract, taken by two people (domain.md section 4, <c>decisions</c>).
/// </summary>
/// <param name="Contract">Whose element it is.</param>
/// <param name="Element">Code of the element in the contract's framework.</param>
/// <param name="Met">Whether the evidence shows that the element was met.</param>
/// <param name="Reviewer">Who looked at the evidence.</param>
/// <param name="Approver">Who agreed; somebody else.</param>
/// <param name="DecidedOn">When.</param>
/// <param name="Reason">A short name; always there when not met.</param>
public sealed record Decision(ContractId Contract, string Element, bool Met, string Reviewer, string Approver, DateOnly DecidedOn,
    string? Reason);

/// <summary>
/// That a decision taken before does not stand any more: the element is not decided on (domain.md section 4, <c>decisions</c>).
/// </summary>
/// <inheritdoc cref="Decision"/>
public sealed record Withdrawal(ContractId Contract, string Element, string Reviewer, string Approver, DateOnly DecidedOn, string? Reason);

/// <summary>What the accepted evidence file holds for one element.</summary>
/// <param name="Items">Rows.</param>
/// <param name="Quantity">Their quantities added up.</param>
public sealed record ElementEvidence(long Items, long Quantity)
{
    public static readonly ElementEvidence None = new(0, 0);
}
