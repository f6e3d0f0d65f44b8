using Pipeline.Core.Findings;

namespace Pipeline.Core.Frameworks;

/// <summary>
/// What a framework document asks for, as data (domain.md section 7). It is made only from a framework file that was checked:
/// codes are unique, references exist, weights total at most one.
/// </summary>
public sealed record Framework
{
    /// <summary>As in the register's <c>framework</c> column: <c>strategic-2019</c>.</summary>
    public required string Id { get; init; }

    public required string Title { get; init; }

    /// <summary>The document that it restates.</summary>
    public required string Source { get; init; }

    public required DateOnly EffectiveFrom { get; init; }

    public required IReadOnlyList<Level> Levels { get; init; }

    public required IReadOnlyList<Coded> ClientGroups { get; init; }

    public required IReadOnlyList<Accommodation> Accommodation { get; init; }

    /// <summary>Why a need was not fully met, in the order that breaks ties in table four. Empty when no level asks for one.</summary>
    public required IReadOnlyList<Coded> Reasons { get; init; }

    public required IReadOnlyList<Outcome> Outcomes { get; init; }

    public required IReadOnlyList<Kpi> Kpis { get; init; }

    public required IReadOnlyList<Coded> ReferralRoutes { get; init; }

    public required IReadOnlyList<Coded> ReferralReasons { get; init; }

    /// <summary>
    /// What clients may be asked for feedback, <see cref="Coded.Other"/> among it: no words of a provider's own stand in a table.
    /// </summary>
    public required IReadOnlyList<Coded> FeedbackQuestions { get; init; }

    /// <summary>Why a payment element may be decided not to be met, <see cref="Coded.Other"/> among it.</summary>
    public required IReadOnlyList<Coded> DecisionReasons { get; init; }

    /// <summary>Null: the framework names no standard, and the quality dataset has nothing to report.</summary>
    public required QualityStandard? Quality { get; init; }

    public required PaymentRules Payment { get; init; }

    public required IReadOnlyList<Interpretation> Interpretations { get; init; }
}

/// <param name="Code">Small letters, digits and <c>_</c>; see <see cref="Codes"/>.</param>
/// <param name="Title">What a person reads.</param>
public sealed record Coded(string Code, string Title)
{
    /// <summary>The code of all that a list does not name.</summary>
    public const string Other = "other";
}

/// <summary>How far a need was met.</summary>
public enum Achieved
{
    None,
    Part,
    Full,
}

/// <summary>
/// A result that a need can have, beside <c>open</c>. The code is <c>fully_met</c>, <c>partially_met</c> or <c>not_met</c>.
/// </summary>
public sealed record Level(string Code, string Title, Achieved Achieved, bool ReasonRequired);

public enum AccommodationKind
{
    Temporary,
    Settled,
    Other,
}

public sealed record Accommodation(string Code, string Title, AccommodationKind Kind);

/// <param name="Code">Unique in the framework.</param>
/// <param name="Title">What a person reads.</param>
/// <param name="Area">The priority area it belongs to.</param>
/// <param name="ClientGroups">The client groups it is for; empty: all.</param>
/// <param name="Indicators">Codes unique in the framework, so that a KPI can name them.</param>
public sealed record Outcome(string Code, string Title, string Area, IReadOnlyList<string> ClientGroups, IReadOnlyList<Coded> Indicators)
{
    public bool IsFor(string clientGroup) => ClientGroups.Count == 0 || ClientGroups.Contains(clientGroup);
}

/// <summary>
/// Distinct clients who fully met any of the indicators, or who moved on from temporary to settled accommodation (domain.md section 5).
/// </summary>
/// <param name="Code">Unique.</param>
/// <param name="Title">What a person reads.</param>
/// <param name="AnyIndicator">Indicator codes; empty when <paramref name="MovedOn"/>.</param>
/// <param name="MovedOn">Temporary before, settled after.</param>
public sealed record Kpi(string Code, string Title, IReadOnlyList<string> AnyIndicator, bool MovedOn);

/// <param name="Standard">Its name; one that <see cref="Codes.Of"/> makes a code of.</param>
/// <param name="Areas">What is assessed; at least one.</param>
public sealed record QualityStandard(string Standard, IReadOnlyList<Coded> Areas)
{
    /// <summary>How submissions and keys name the standard.</summary>
    public string Code => Codes.Of(Standard);
}

/// <summary>Payment by outcomes (domain.md section 6).</summary>
/// <param name="ShareBasisPoints">The part of each instalment that is paid by outcomes: 1000 is 10 %.</param>
/// <param name="WeightTotal">What the elements' weights are parts of; never less than their sum. What is left over is unallocated.</param>
/// <param name="Elements">In the order that breaks ties in the allocation.</param>
public sealed record PaymentRules(int ShareBasisPoints, long WeightTotal, IReadOnlyList<Element> Elements)
{
    /// <summary>The part of the pot that no element can earn.</summary>
    public long UnallocatedWeight => WeightTotal - Elements.Sum(e => e.Weight);
}

/// <param name="Code">Unique in the framework.</param>
/// <param name="Title">What a person reads.</param>
/// <param name="Weight">More than zero; out of <see cref="PaymentRules.WeightTotal"/>.</param>
/// <param name="Kinds">The kinds of evidence it takes.</param>
public sealed record Element(string Code, string Title, long Weight, IReadOnlyList<Coded> Kinds);

/// <summary>A choice made where the document is unclear, silent or contradicts itself.</summary>
public sealed record Interpretation(string Id, string Question, string Choice, string Why, string Source);
