using System.Text.Json.Serialization;
using Pipeline.Core.Outcomes;
using Pipeline.Core.Payments;
using Pipeline.Core.Reporting;

namespace Pipeline.Core.Submissions;

/// <summary>
/// What an accepted file counts for (domain.md section 5): figures and codes, nothing about a person. Kept beside the file's receipt, so that the file itself is never read again.
/// Only what is not zero is kept; lists are in the order of their codes, so that the same rows in any order give the same bytes.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "dataset")]
[JsonDerivedType(typeof(OutcomeCounts), "outcomes")]
[JsonDerivedType(typeof(ReferralCounts), "referrals")]
[JsonDerivedType(typeof(EvidenceCounts), "evidence")]
[JsonDerivedType(typeof(HoursCounts), "hours")]
[JsonDerivedType(typeof(SocialValueCounts), "social-value")]
[JsonDerivedType(typeof(QualityCounts), "quality")]
[JsonDerivedType(typeof(IncidentCounts), "incidents")]
[JsonDerivedType(typeof(FeedbackCounts), "feedback")]
[JsonDerivedType(typeof(DecisionList), "decisions")]
[JsonDerivedType(typeof(CheckList), "checks")]
[JsonDerivedType(typeof(ConfirmationList), "confirmations")]
[JsonDerivedType(typeof(ContractList), "contracts")]
[JsonDerivedType(typeof(CalendarList), "calendar")]
[JsonDerivedType(typeof(PublicationList), "publication")]
public abstract record FileCounts;

/// <param name="Waiting">Waiting when the quarter began: received before it.</param>
/// <param name="Received">Received in the quarter.</param>
public sealed record ReferralCounts(
    long Waiting,
    long Received,
    long Accepted,
    long Unsuccessful,
    long Withdrawn,
    long StillWaiting,
    long Joint,
    IReadOnlyList<CodeCount> ReceivedByRoute,
    IReadOnlyList<CodeCount> UnsuccessfulByReason) : FileCounts;

public sealed record CodeCount(string Code, long Count);

public sealed record EvidenceCounts(IReadOnlyList<ElementEvidenceCount> Elements) : FileCounts
{
    public static readonly EvidenceCounts None = new([]);

    public IReadOnlyDictionary<string, ElementEvidence> ByElement => Elements.ToDictionary(e => e.Element, e => new ElementEvidence(e.Items, e.Quantity));
}

public sealed record ElementEvidenceCount(string Element, long Items, long Quantity);

/// <summary>Hours in hundredths, so that they add up exactly.</summary>
public sealed record HoursCounts(long CommissionedHundredths, long DeliveredHundredths) : FileCounts;

public sealed record SocialValueCounts(IReadOnlyList<SocialValueCount> Categories) : FileCounts;

public sealed record SocialValueCount(string Category, long Activities, long Beneficiaries, long HoursHundredths, long ValuePence);

/// <summary>The areas assessed, and whether each passed.</summary>
public sealed record QualityCounts(IReadOnlyList<AreaResult> Areas) : FileCounts;

public sealed record AreaResult(string Area, bool Passed);

public sealed record IncidentCounts(IReadOnlyList<IncidentCount> Kinds) : FileCounts;

/// <param name="Occurred">Of those reported, the ones that occurred in the quarter.</param>
/// <param name="StillOpen">Of those reported, the ones still open.</param>
public sealed record IncidentCount(string Kind, long Occurred, long StillOpen);

public sealed record FeedbackCounts(IReadOnlyList<QuestionCount> Questions) : FileCounts;

public sealed record QuestionCount(string Question, long Responses, long Positive);

/// <summary>The commissioner's decisions for a quarter: the latest accepted file is the whole list.</summary>
public sealed record DecisionList(IReadOnlyList<Decision> Decisions) : FileCounts;

/// <summary>The commissioner's checks in a quarter.</summary>
public sealed record CheckList(IReadOnlyList<CheckCarriedOut> Checks) : FileCounts;

public sealed record CheckCarriedOut(ContractId Contract, string Check, DateOnly CarriedOutOn, bool Passed);

/// <summary>Finance's answers to a quarter's payments.</summary>
public sealed record ConfirmationList(IReadOnlyList<Confirmation> Confirmations) : FileCounts;

/// <param name="PaymentId">As in the payment file.</param>
/// <param name="Paid">False: the payment failed, and falls due again.</param>
/// <param name="PaidOn">The day it was paid or failed.</param>
/// <param name="Reference">Finance's own reference; may be empty.</param>
public sealed record Confirmation(string PaymentId, bool Paid, DateOnly PaidOn, string Reference);

/// <summary>The register of contracts.</summary>
public sealed record ContractList(IReadOnlyList<Contract> Contracts) : FileCounts;

/// <summary>When returns are due.</summary>
public sealed record CalendarList(IReadOnlyList<CalendarEntry> Entries) : FileCounts;

/// <param name="Quarter">Whose returns.</param>
/// <param name="Contract">Null: everyone's.</param>
/// <param name="DueOn">The last day on which a return is not late.</param>
/// <param name="ExtendedTo">The last day on which the contract may still upload, though the quarter is closed; null: no extension.</param>
public sealed record CalendarEntry(Quarter Quarter, ContractId? Contract, DateOnly DueOn, DateOnly? ExtendedTo);

/// <summary>By which rules quarters are published.</summary>
/// <param name="Entries">In the order of their quarters.</param>
public sealed record PublicationList(IReadOnlyList<PublicationEntry> Entries) : FileCounts
{
    public static readonly PublicationList None = new([]);

    /// <summary>The rules of the latest row that is not after the quarter; before all rows, the usual ones.</summary>
    public Publication Of(Quarter quarter) => Entries.LastOrDefault(e => e.From <= quarter) is { } entry ? new Publication(entry.SuppressUpTo, entry.RoundTo) : Publication.Default;
}

/// <param name="From">The first quarter that is published by the rules.</param>
/// <param name="SuppressUpTo">With <paramref name="RoundTo"/>, what a <see cref="Publication"/> takes.</param>
public sealed record PublicationEntry(Quarter From, long SuppressUpTo, long RoundTo);
