namespace Pipeline.Core.Payments;

/// <summary>Where a payment element of a contract stands (domain.md section 6, point 4). Only <see cref="Earned"/> pays.</summary>
public enum ElementState
{
    /// <summary>Decided met, and at least one item of evidence was accepted.</summary>
    Earned,

    /// <summary>Decided not met, with or without evidence.</summary>
    NotMet,

    /// <summary>Evidence, and no decision yet.</summary>
    AwaitingReview,

    /// <summary>Neither evidence nor a decision.</summary>
    NoEvidence,

    /// <summary>Decided met, but without evidence.</summary>
    Blocked,
}

public static class ElementStates
{
    public static ElementState Of(Decision? decision, ElementEvidence evidence) => (decision?.Met, evidence.Items > 0) switch
    {
        (true, true) => ElementState.Earned,
        (true, false) => ElementState.Blocked,
        (false, _) => ElementState.NotMet,
        (null, true) => ElementState.AwaitingReview,
        (null, false) => ElementState.NoEvidence,
    };

    /// <summary>As it is published in tables and files: <c>awaiting_review</c>.</summary>
    public static string Word(this ElementState state) => state switch
    {
        ElementState.Earned => "earned",
        ElementState.NotMet => "not_met",
        ElementState.AwaitingReview => "awaiting_review",
        ElementState.NoEvidence => "no_evidence",
        ElementState.Blocked => "blocked",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };
}
