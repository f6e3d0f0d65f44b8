namespace Pipeline.Core.Payments;

/// <summary>
/// What of a contract's annual value falls in a quarter, step by step (domain.md section 6, point 1). It is the difference of two
/// cumulative amounts, so that the four quarters always sum to the year.
/// </summary>
public sealed record Instalment
{
    private Instalment(Money annualValue, Quarter quarter, int activeDays)
    {
        AnnualValue = annualValue;
        Quarter = quarter;
        ActiveDays = activeDays;
        ByEnd = annualValue.Fraction(quarter.Number, 4);
        ByStart = annualValue.Fraction(quarter.Number - 1, 4);
        WholeQuarter = ByEnd - ByStart;
        Amount = WholeQuarter.Fraction(activeDays, quarter.Days);
    }

    public Money AnnualValue { get; }

    public Quarter Quarter { get; }

    /// <summary>0 to <see cref="Quarter.Days"/>.</summary>
    public int ActiveDays { get; }

    /// <summary><c>round(V·n/4)</c></summary>
    public Money ByEnd { get; }

    /// <summary><c>round(V·(n−1)/4)</c></summary>
    public Money ByStart { get; }

    /// <summary>The instalment of a contract that is active all quarter.</summary>
    public Money WholeQuarter { get; }

    /// <summary>The instalment, in proportion to the active days; zero when there are none.</summary>
    public Money Amount { get; }

    /// <param name="annualValue">Zero or more.</param>
    /// <param name="quarter">Which quarter of the year.</param>
    /// <param name="activeDays">0 to the days of the quarter.</param>
    public static Instalment Of(Money annualValue, Quarter quarter, int activeDays)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(annualValue.Pence, nameof(annualValue));
        ArgumentOutOfRangeException.ThrowIfNegative(activeDays);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(activeDays, quarter.Days);
        return new Instalment(annualValue, quarter, activeDays);
    }
}
