using Pipeline.Core.Contracts;

namespace Pipeline.Core.Payments;

/// <summary>
/// What of a contract's annual value falls in a quarter, step by step (domain.md section 6, point 1): of each term the whole quarter's
/// instalment of its value, for the days on which it is in force, and what they come to is rounded once:
/// <c>round((w₁·d₁ + w₂·d₂ + …) / D)</c>, where <c>w = round(V·n/4) − round(V·(n−1)/4)</c>, <c>d</c> is the term's days and <c>D</c> the
/// quarter's. So the four quarters sum to the year, in however many terms its value is written.
/// </summary>
public sealed record Instalment
{
    private Instalment(Quarter quarter, IReadOnlyList<TermInstalment> terms)
    {
        Quarter = quarter;
        Terms = terms;
        ActiveDays = terms.Sum(term => term.Days);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ActiveDays, quarter.Days, nameof(terms));
        Amount =
            new Money(Rounding.HalfAwayFromZero(terms.Aggregate(Int128.Zero,
                (sum, term) => sum + ((Int128)term.WholeQuarter.Pence * term.Days)), quarter.Days));
    }

    public Quarter Quarter { get; }

    /// <summary>In the order of their days.</summary>
    public IReadOnlyList<TermInstalment> Terms { get; }

    /// <summary>0 to <see cref="Quarter.Days"/>.</summary>
    public int ActiveDays { get; }

    /// <summary>The instalment, in proportion to the active days; zero when there are none.</summary>
    public Money Amount { get; }

    public static Instalment Of(Contract contract) =>
        Of(contract.Quarter, contract.IsActive
            ? [.. contract.Terms.Select(term => (term.AnnualValue, term.DaysIn(contract.Quarter)))] : []);

    /// <param name="quarter">Which quarter of the year.</param>
    /// <param name="terms">The annual value, zero or more, and the days for which it holds, which together are no more than the quarter
    /// has.</param>
    public static Instalment Of(Quarter quarter, params IReadOnlyList<(Money AnnualValue, int Days)> terms) =>
        new(quarter, [.. terms.Select(term => new TermInstalment(term.AnnualValue, quarter, term.Days))]);
}

/// <summary>
/// The instalment of a value that holds all quarter: the difference of two cumulative amounts, so that the four quarters always sum to the
/// year; and the days of the quarter for which it holds.
/// </summary>
public sealed record TermInstalment
{
    internal TermInstalment(Money annualValue, Quarter quarter, int days)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(annualValue.Pence, nameof(annualValue));
        ArgumentOutOfRangeException.ThrowIfNegative(days);
        AnnualValue = annualValue;
        Days = days;
        ByEnd = annualValue.Fraction(quarter.Number, 4);
        ByStart = annualValue.Fraction(quarter.Number - 1, 4);
        WholeQuarter = ByEnd - ByStart;
    }

    public Money AnnualValue { get; }

    public int Days { get; }

    /// <summary><c>round(V·n/4)</c></summary>
    public Money ByEnd { get; }

    /// <summary><c>round(V·(n−1)/4)</c></summary>
    public Money ByStart { get; }

    public Money WholeQuarter { get; }
}
