namespace Pipeline.Core.Tests;

public class QuarterTests
{
    [Theory]
    [InlineData("2025-26-Q1", "2025-04-01", "2025-06-30", 91)]
    [InlineData("2025-26-Q2", "2025-07-01", "2025-09-30", 92)]
    [InlineData("2025-26-Q3", "2025-10-01", "2025-12-31", 92)]
    [InlineData("2025-26-Q4", "2026-01-01", "2026-03-31", 90)]
    [InlineData("2023-24-Q4", "2024-01-01", "2024-03-31", 91)]
    [InlineData("2098-99-Q4", "2099-01-01", "2099-03-31", 90)]
    [InlineData("2000-01-Q1", "2000-04-01", "2000-06-30", 91)]
    public void Is_three_months_of_a_financial_year(string text, string first, string last, int days)
    {
        var quarter = Quarter.Parse(text);
        Assert.Equal(DateOnly.ParseExact(first, "yyyy-MM-dd"), quarter.FirstDay);
        Assert.Equal(DateOnly.ParseExact(last, "yyyy-MM-dd"), quarter.LastDay);
        Assert.Equal(days, quarter.Days);
        Assert.Equal(text, quarter.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("2025-27-Q1")]
    [InlineData("2025-26-Q0")]
    [InlineData("2025-26-Q5")]
    [InlineData("2025-26-q1")]
    [InlineData("2025/26-Q1")]
    [InlineData("2025-26-Q1 ")]
    [InlineData("1999-00-Q4")]
    [InlineData("2099-00-Q1")]
    [InlineData("٢٠٢٥-26-Q1")]
    public void Anything_else_is_no_quarter(string? text)
    {
        Assert.False(Quarter.TryParse(text, out _));
        Assert.Throws<FormatException>(() => Quarter.Parse(text!));
    }

    [Fact]
    public void Quarters_follow_one_another_without_a_gap()
    {
        var quarter = Quarter.Parse("2000-01-Q1");
        Assert.Null(quarter.Previous);
        int count = 1;
        while (quarter.Next is { } next)
        {
            Assert.Equal(quarter.LastDay.AddDays(1), next.FirstDay);
            Assert.Equal(quarter, next.Previous);
            Assert.True(quarter < next && next > quarter && quarter <= next && next >= quarter);
            (quarter, count) = (next, count + 1);
        }
        Assert.Equal(Quarter.Parse("2098-99-Q4"), quarter);
        Assert.Equal(99 * 4, count);
    }

    [Fact]
    public void Contains_its_first_and_last_day_and_no_day_beyond()
    {
        var quarter = Quarter.Parse("2025-26-Q1");
        Assert.True(quarter.Contains(new DateOnly(2025, 4, 1)));
        Assert.True(quarter.Contains(new DateOnly(2025, 6, 30)));
        Assert.False(quarter.Contains(new DateOnly(2025, 3, 31)));
        Assert.False(quarter.Contains(new DateOnly(2025, 7, 1)));
    }

    [Theory]
    [InlineData(1999, 1)]
    [InlineData(2099, 1)]
    [InlineData(2025, 0)]
    [InlineData(2025, 5)]
    public void Is_not_made_of_numbers_out_of_range(int startYear, int number) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Quarter(startYear, number));
}
