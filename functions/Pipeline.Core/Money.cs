using System.Globalization;

namespace Pipeline.Core;

/// <summary>An amount in whole pence. Arithmetic is checked: an amount that does not fit throws <see cref="OverflowException"/>.</summary>
public readonly record struct Money(long Pence) : IComparable<Money>
{
    public static readonly Money Zero;

    /// <summary>
    /// <c>round(this · numerator / denominator)</c>, half away from zero: the only rounding of money there is (domain.md section 6).
    /// </summary>
    /// <param name="numerator">Zero or more.</param>
    /// <param name="denominator">More than zero.</param>
    public Money Fraction(long numerator, long denominator) => new(Rounding.HalfAwayFromZero(Pence, numerator, denominator));

    public static Money operator +(Money left, Money right) => new(left.Pence + right.Pence);

    public static Money operator -(Money left, Money right) => new(left.Pence - right.Pence);

    public static Money operator -(Money amount) => new(-amount.Pence);

    public static bool operator <(Money left, Money right) => left.Pence < right.Pence;

    public static bool operator >(Money left, Money right) => left.Pence > right.Pence;

    public static bool operator <=(Money left, Money right) => left.Pence <= right.Pence;

    public static bool operator >=(Money left, Money right) => left.Pence >= right.Pence;

    public int CompareTo(Money other) => Pence.CompareTo(other.Pence);

    /// <summary>For a file: <c>-1234.50</c>.</summary>
    public string ToPlainPounds()
    {
        var (pounds, pence) = Int128.DivRem(Int128.Abs(Pence), 100);
        return string.Create(CultureInfo.InvariantCulture, $"{(Pence < 0 ? "-" : "")}{pounds}.{pence:00}");
    }

    /// <summary>For a person: <c>-£1,234.50</c>.</summary>
    public override string ToString()
    {
        var (pounds, pence) = Int128.DivRem(Int128.Abs(Pence), 100);
        return string.Create(CultureInfo.InvariantCulture, $"{(Pence < 0 ? "-" : "")}£{pounds:N0}.{pence:00}");
    }
}

/// <summary>The only rounding there is (domain.md section 6).</summary>
public static class Rounding
{
    /// <summary><c>value · numerator / denominator</c> to the nearest whole number, half away from zero.</summary>
    /// <param name="value">Any.</param>
    /// <param name="numerator">Zero or more.</param>
    /// <param name="denominator">More than zero.</param>
    public static long HalfAwayFromZero(long value, long numerator, long denominator)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(numerator);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(denominator);
        Int128 product = (Int128)value * numerator;
        return HalfAwayFromZero(product, denominator);
    }

    /// <summary><c>dividend / denominator</c> to the nearest whole number, half away from zero.</summary>
    /// <param name="dividend">Any.</param>
    /// <param name="denominator">More than zero.</param>
    public static long HalfAwayFromZero(Int128 dividend, long denominator)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(denominator);
        var (quotient, remainder) = Int128.DivRem(Int128.Abs(dividend), denominator);
        if (remainder >= denominator / 2 + denominator % 2)
            quotient++;
        return checked((long)(Int128.Sign(dividend) * quotient));
    }

    /// <summary>
    /// <c>value · numerator / denominator</c> rounded down, and what that took, in parts out of the denominator: for shares, of which the
    /// largest remainders get what is left over.
    /// </summary>
    /// <param name="value">Zero or more.</param>
    /// <param name="numerator">Zero or more.</param>
    /// <param name="denominator">More than zero.</param>
    public static (long Floor, long Remainder) Down(long value, long numerator, long denominator)
    {
        var (floor, remainder) = Int128.DivRem((Int128)value * numerator, denominator);
        return ((long)floor, (long)remainder);
    }
}

public static class MoneySums
{
    public static Money Sum(this IEnumerable<Money> amounts) => amounts.Aggregate(Money.Zero, (sum, amount) => sum + amount);
}
