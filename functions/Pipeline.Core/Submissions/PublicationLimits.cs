namespace Pipeline.Core.Submissions;

/// <summary>How small a count is suppressed in public, and to what the others are rounded.</summary>
public sealed record PublicationLimits
{
    /// <summary>More would hide nearly all of a council's counts.</summary>
    private const long MostSuppressed = 100;

    /// <param name="suppressUpTo">The largest count that is suppressed, as <see cref="CanSuppressUpTo"/> allows.</param>
    /// <param name="roundTo">As <see cref="CanRoundTo"/> allows.</param>
    public PublicationLimits(long suppressUpTo, long roundTo)
    {
        if (!CanSuppressUpTo(suppressUpTo))
            throw new ArgumentOutOfRangeException(nameof(suppressUpTo));
        if (!CanRoundTo(roundTo, suppressUpTo))
            throw new ArgumentOutOfRangeException(nameof(roundTo));
        (SuppressUpTo, RoundTo) = (suppressUpTo, roundTo);
    }

    /// <summary>1 to 7, and 5.</summary>
    public static PublicationLimits Default { get; } = new(7, 5);

    public long SuppressUpTo { get; }

    public long RoundTo { get; }

    /// <summary>0 for no suppression, or more than 1, since a suppressed count would else be known to be 1.</summary>
    public static bool CanSuppressUpTo(long count) => count == 0 || count is > 1 and <= MostSuppressed;

    /// <summary>1 for no rounding, or more, but not so much that a count that is not suppressed would round to zero.</summary>
    public static bool CanRoundTo(long roundTo, long suppressUpTo) => roundTo >= 1 && roundTo <= 2 * (suppressUpTo + 1);
}
