namespace Pipeline.Core;

/// <summary>The day in Europe/London, whose days are those of all dates and deadlines (domain.md section 4).</summary>
/// <remarks>
/// The rule of summer time as the law has had it since 2002, and in effect since 1996: from 01:00 UTC on the last Sunday of March to 01:00
/// UTC on the last Sunday of October. It is stated here so that a day is the same on every machine, whatever it knows of time zones.
/// </remarks>
public static class LondonDay
{
    /// <param name="instant">From 1996 on.</param>
    public static DateOnly Of(DateTimeOffset instant)
    {
        var utc = instant.UtcDateTime;
        bool isSummer = utc >= LastSundayOf(utc.Year, 3) && utc < LastSundayOf(utc.Year, 10);
        return DateOnly.FromDateTime(isSummer ? utc.AddHours(1) : utc);
    }

    /// <summary>At 01:00 UTC. Both months have 31 days.</summary>
    private static DateTime LastSundayOf(int year, int month)
    {
        var last = new DateTime(year, month, 31, 1, 0, 0, DateTimeKind.Utc);
        return last.AddDays(-(int)last.DayOfWeek);
    }
}
