using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Pipeline.Core;

/// <summary>A quarter of a UK financial year, April to March: <c>2025-26-Q1</c> is 1 April to 30 June 2025.</summary>
public readonly record struct Quarter : IComparable<Quarter>
{
    /// <summary>Financial years from 2000-01 to 2098-99 are known.</summary>
    private const int FirstYear = 2000, LastYear = 2098;

    /// <param name="startYear">The year in which the financial year starts, 2000 to 2098.</param>
    /// <param name="number">1 to 4.</param>
    public Quarter(int startYear, int number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(startYear, FirstYear);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(startYear, LastYear);
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, 4);
        StartYear = startYear;
        Number = number;
    }

    public int StartYear { get; }

    /// <summary>1 (April to June) to 4 (January to March).</summary>
    public int Number { get; }

    /// <summary><c>2025-26</c>.</summary>
    public string FinancialYear => string.Create(CultureInfo.InvariantCulture, $"{StartYear:0000}-{(StartYear + 1) % 100:00}");

    public DateOnly FirstDay => new DateOnly(StartYear, 4, 1).AddMonths(3 * (Number - 1));

    public DateOnly LastDay => FirstDay.AddMonths(3).AddDays(-1);

    /// <summary>90 to 92.</summary>
    public int Days => LastDay.DayNumber - FirstDay.DayNumber + 1;

    /// <summary>The quarter before, or null before the first there is.</summary>
    public Quarter? Previous =>
        Number > 1 ? new Quarter(StartYear, Number - 1) : StartYear > FirstYear ? new Quarter(StartYear - 1, 4) : null;

    /// <summary>The quarter after, or null after the last there is.</summary>
    public Quarter? Next =>
        Number < 4 ? new Quarter(StartYear, Number + 1) : StartYear < LastYear ? new Quarter(StartYear + 1, 1) : null;

    /// <summary>The quarter that a day is in; false before the first and after the last there is.</summary>
    public static bool TryContaining(DateOnly day, out Quarter quarter)
    {
        int startYear = day.Month < 4 ? day.Year - 1 : day.Year;
        bool isKnown = startYear is >= FirstYear and <= LastYear;
        quarter = isKnown ? new Quarter(startYear, ((day.Month + 8) % 12 / 3) + 1) : default;
        return isKnown;
    }

    /// <summary>This quarter and those after it that have begun by a day, in order.</summary>
    public IEnumerable<Quarter> BegunBy(DateOnly day)
    {
        for (Quarter? quarter = this; quarter is { } each && each.FirstDay <= day; quarter = each.Next)
            yield return each;
    }

    public bool Contains(DateOnly day) => FirstDay <= day && day <= LastDay;

    /// <summary>Reads <c>2025-26-Q1</c>, exactly so.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Quarter quarter)
    {
        quarter = default;
        if (text is not { Length: 10 }
            || !int.TryParse(text.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture, out int startYear)
            || !int.TryParse(text.AsSpan(9, 1), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            || startYear is < FirstYear or > LastYear || number is < 1 or > 4)
            return false;
        quarter = new Quarter(startYear, number);
        // Also refuses 2025-27-Q1, which names no financial year.
        return quarter.ToString() == text;
    }

    /// <exception cref="FormatException">Not of the form <c>2025-26-Q1</c>.</exception>
    public static Quarter Parse(string text) =>
        TryParse(text, out var quarter)
            ? quarter : throw new FormatException("A quarter is written 2025-26-Q1: the financial year, April to March, and Q1 to Q4.");

    public int CompareTo(Quarter other) => (StartYear, Number).CompareTo((other.StartYear, other.Number));

    public static bool operator <(Quarter left, Quarter right) => left.CompareTo(right) < 0;

    public static bool operator >(Quarter left, Quarter right) => left.CompareTo(right) > 0;

    public static bool operator <=(Quarter left, Quarter right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Quarter left, Quarter right) => left.CompareTo(right) >= 0;

    public override string ToString() => $"{FinancialYear}-Q{Number}";
}
