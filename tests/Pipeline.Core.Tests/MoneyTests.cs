namespace Pipeline.Core.Tests;

public class MoneyTests
{
    [Theory]
    [InlineData(10, 1, 4, 3)] // 2.5
    [InlineData(10, 3, 4, 8)] // 7.5
    [InlineData(9, 1, 4, 2)] // 2.25
    [InlineData(11, 1, 4, 3)] // 2.75
    [InlineData(-10, 1, 4, -3)]
    [InlineData(-9, 1, 4, -2)]
    [InlineData(1, 1, 3, 0)]
    [InlineData(2, 1, 3, 1)]
    [InlineData(-2, 1, 3, -1)]
    [InlineData(1, 1, 2, 1)]
    [InlineData(-1, 1, 2, -1)]
    [InlineData(5, 0, 4, 0)]
    [InlineData(0, 7, 9, 0)]
    public void A_fraction_is_rounded_half_away_from_zero(long pence, long numerator, long denominator, long expected) =>
        Assert.Equal(new Money(expected), new Money(pence).Fraction(numerator, denominator));

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void A_fraction_does_not_overflow_on_its_way(long pence)
    {
        Assert.Equal(new Money(pence), new Money(pence).Fraction(4, 4));
        Assert.Equal(new Money(pence), new Money(pence).Fraction(long.MaxValue, long.MaxValue));
    }

    [Fact]
    public void An_amount_that_does_not_fit_throws()
    {
        var most = new Money(long.MaxValue);
        Assert.Throws<OverflowException>(() => most.Fraction(2, 1));
        Assert.Throws<OverflowException>(() => most + new Money(1));
        Assert.Throws<OverflowException>(() => new Money(long.MinValue) - new Money(1));
        Assert.Throws<OverflowException>(() => -new Money(long.MinValue));
        Assert.Throws<OverflowException>(() => new[] { most, most }.Sum());
    }

    [Fact]
    public void A_fraction_has_no_negative_or_zero_parts()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Money(1).Fraction(-1, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Money(1).Fraction(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Money(1).Fraction(1, -4));
    }

    [Theory]
    [InlineData(0, "0.00", "£0.00")]
    [InlineData(5, "0.05", "£0.05")]
    [InlineData(-5, "-0.05", "-£0.05")]
    [InlineData(123450, "1234.50", "£1,234.50")]
    [InlineData(-123450, "-1234.50", "-£1,234.50")]
    [InlineData(long.MaxValue, "92233720368547758.07", "£92,233,720,368,547,758.07")]
    [InlineData(long.MinValue, "-92233720368547758.08", "-£92,233,720,368,547,758.08")]
    public void Is_written_in_pounds(long pence, string plain, string forPeople)
    {
        Assert.Equal(plain, new Money(pence).ToPlainPounds());
        Assert.Equal(forPeople, new Money(pence).ToString());
    }

    [Fact]
    public void Compares_by_amount()
    {
        Assert.True(new Money(-1) < Money.Zero);
        Assert.True(Money.Zero <= default(Money));
        Assert.True(new Money(2) > new Money(1));
        Assert.True(new Money(2) >= new Money(2));
        Assert.Equal([new Money(-3), new Money(1), new Money(2)], new[] { new Money(2), new Money(-3), new Money(1) }.Order());
    }
}
