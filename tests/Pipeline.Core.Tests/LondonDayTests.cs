namespace Pipeline.Core.Tests;

public sealed class LondonDayTests
{
    [Theory]
    [InlineData("2025-03-29T23:59:59Z", "2025-03-29")]
    [InlineData("2025-03-30T00:59:59Z", "2025-03-30")]
    [InlineData("2025-06-30T22:59:59Z", "2025-06-30")]
    [InlineData("2025-06-30T23:00:00Z", "2025-07-01")]
    [InlineData("2025-10-25T23:00:00Z", "2025-10-26")]
    [InlineData("2025-10-26T23:00:00Z", "2025-10-26")]
    [InlineData("2025-12-31T23:59:59Z", "2025-12-31")]
    [InlineData("2025-07-01T00:30:00+02:00", "2025-06-30")]
    public void A_day_begins_an_hour_earlier_in_summer(string instant, string day) =>
        Assert.Equal(DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture),
            LondonDay.Of(DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture)));

    /// <summary>As the system's own rules have it, where it has any, at every hour for a hundred years.</summary>
    [Fact]
    public void It_is_the_day_of_the_time_zone()
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById("Europe/London", out var london))
            return;
        for (var instant = new DateTimeOffset(2000, 1, 1, 0, 30, 0, TimeSpan.Zero); instant.Year < 2100; instant += TimeSpan.FromHours(1))
        {
            // It is told quickly where nothing changes.
            if (instant is { Hour: > 1 and < 22 })
                continue;
            Assert.Equal(DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, london).DateTime), LondonDay.Of(instant));
        }
    }
}
