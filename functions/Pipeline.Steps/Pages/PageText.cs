using System.Globalization;
using Pipeline.Core;

namespace Pipeline.Steps.Pages;

/// <summary>How figures, days and codes read on a page.</summary>
public static class PageText
{
    public static string Number(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>At most two decimals, as files have them.</summary>
    public static string Fraction(double value) => value.ToString("#,0.##", CultureInfo.InvariantCulture);

    public static string Percent(double ratio) => ratio.ToString("0.#%", CultureInfo.InvariantCulture);

    /// <summary><c>62.5%</c> of a whole; a dash of nothing.</summary>
    public static string Share(long part, long whole) => whole == 0 ? "–" : Percent((double)part / whole);

    /// <summary>By how many hundredths a share is another than before, as <c>+2.5</c>.</summary>
    public static string Points(double change) => Difference(change, "0.#");

    /// <summary><c>+2</c>, <c>−2</c> or <c>0</c>.</summary>
    public static string Difference(long count) => Difference(count, "#,0");

    public static string Pounds(long pence) => new Money(pence).ToString();

    private static string Difference(double value, string format)
    {
        string size = Math.Abs(value).ToString(format, CultureInfo.InvariantCulture);
        return size == "0" ? "0" : (value > 0 ? "+" : "−") + size;
    }

    public static string Day(DateOnly day) => day.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    public static string Day(DateOnly? day) => day is { } known ? Day(known) : "–";

    /// <summary>
    /// When a return is due, from a day: <c>due on 31 July 2025: 12 days left</c>, <c>was due on 31 July 2025: 3 days late</c>.
    /// </summary>
    public static string Due(DateOnly dueOn, DateOnly day) => (dueOn.DayNumber - day.DayNumber) switch
    {
        // Of a day that far away the number says nothing.
        > 366 => $"due on {Day(dueOn)}",
        > 0 and var left => $"due on {Day(dueOn)}: {Counted(left, "day", "days")} left",
        0 => $"due on {Day(dueOn)}, the same day",
        var late => $"was due on {Day(dueOn)}: {Counted(-late, "day", "days")} late",
    };

    public static string Instant(DateTimeOffset at) =>
        at.ToUniversalTime().ToString("d MMMM yyyy 'at' HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary><c>April to June 2025</c>.</summary>
    public static string Months(Quarter quarter) =>
        string.Create(CultureInfo.InvariantCulture, $"{quarter.FirstDay:MMMM} to {quarter.LastDay:MMMM yyyy}");

    /// <summary>A code as words: <c>awaiting_review</c> is <c>Awaiting review</c>.</summary>
    public static string Words(string code) =>
        code.Length == 0 ? "" : char.ToUpperInvariant(code[0]) + code[1..].Replace('_', ' ').Replace('-', ' ');

    /// <summary><c>1 row</c>, <c>2 rows</c>.</summary>
    public static string Counted(long count, string one, string many) => $"{Number(count)} {(count == 1 ? one : many)}";

    /// <summary>Which colour tells a state at a glance; the word beside it says the same.</summary>
    public static string Tone(string state) => state switch
    {
        "accepted" or "received" or "earned" or "pass" or "nil" or "paid" or "current" or "released" or "reached" => "good",
        "rejected" or "quarantined" or "missing" or "fail" or "failed" or "returned" or "overdue" or "not reached" => "bad",
        "late" or "awaiting_review" or "blocked" or "not_met" or "stale" or "release interrupted" or "held" => "doubtful",
        _ => "plain",
    };
}
