using FsCheck.Fluent;
using Pipeline.Core.Payments;

namespace Pipeline.Core.Tests.Payments;

public class InstalmentTests
{
    [Theory]
    [InlineData(100_000_00, 2_500_000, 2_500_000, 2_500_000, 2_500_000)]
    [InlineData(33_333_33, 833_333, 833_334, 833_333, 833_333)]
    [InlineData(1, 0, 1, 0, 0)]
    [InlineData(2, 1, 0, 1, 0)]
    [InlineData(3, 1, 1, 0, 1)]
    [InlineData(0, 0, 0, 0, 0)]
    public void The_year_is_paid_in_four_quarters(long annual, long first, long second, long third, long fourth) =>
        Assert.Equal([first, second, third, fourth], Quarters(annual).Select(instalment => instalment.Amount.Pence));

    [Fact]
    public void The_quarters_sum_to_the_year_for_any_value() => Property.HoldsFor(
        Gen.OneOf(Gen.Choose(0, 1000).Select(i => (long)i), ArbMap.Default.GeneratorFor<long>().Where(l => l >= 0), Gen.Elements(long.MaxValue, long.MaxValue - 1)),
        annual => Assert.Equal(annual, Quarters(annual).Select(instalment => instalment.Amount).Sum().Pence));

    [Theory]
    [InlineData("2025-04-01", "2025-06-30", 91, 2_500_000)]
    [InlineData("2025-05-17", "2030-12-31", 45, 1_236_264)] // 1,236,263.7…
    [InlineData("2025-06-30", "2030-12-31", 1, 27_473)] // 27,472.5…
    [InlineData("2020-01-01", "2025-04-01", 1, 27_473)]
    [InlineData("2025-05-01", "2025-05-01", 1, 27_473)]
    [InlineData("2025-07-01", "2030-12-31", 0, 0)]
    [InlineData("2020-01-01", "2025-03-31", 0, 0)]
    public void A_part_of_a_quarter_is_paid_by_its_days(string starts, string ends, int days, long expected)
    {
        var contract = Sample.Contract(starts: starts, ends: ends);
        var instalment = Entitlement.Of(contract, Sample.Five_fifths, Sample.Q1, new Dictionary<string, ElementEvidence>(), new Dictionary<string, Decision>()).Instalment;
        Assert.Equal(days, instalment.ActiveDays);
        Assert.Equal(expected, instalment.Amount.Pence);
        Assert.Equal(2_500_000, instalment.WholeQuarter.Pence);
    }

    [Fact]
    public void A_leap_year_has_a_longer_last_quarter() =>
        Assert.Equal(new Money(89), Instalment.Of(new Money(360), Quarter.Parse("2023-24-Q4"), 90).Amount);

    [Fact]
    public void Neither_a_negative_value_nor_days_beyond_the_quarter_are_taken()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Instalment.Of(new Money(-1), Sample.Q1, 91));
        Assert.Throws<ArgumentOutOfRangeException>(() => Instalment.Of(new Money(1), Sample.Q1, 92));
        Assert.Throws<ArgumentOutOfRangeException>(() => Instalment.Of(new Money(1), Sample.Q1, -1));
    }

    private static IEnumerable<Instalment> Quarters(long annual) => Enumerable.Range(1, 4).Select(number =>
    {
        var quarter = new Quarter(2025, number);
        return Instalment.Of(new Money(annual), quarter, quarter.Days);
    });
}
