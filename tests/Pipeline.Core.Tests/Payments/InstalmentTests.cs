using FsCheck.Fluent;
using Pipeline.Core.Contracts;
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
        Gen.OneOf(Gen.Choose(0, 1000).Select(i => (long)i), ArbMap.Default.GeneratorFor<long>().Where(l => l >= 0),
            Gen.Elements(long.MaxValue, long.MaxValue - 1)),
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
        var instalment = Entitlement.Of(contract, Sample.Five_fifths, new Dictionary<string, ElementEvidence>(),
            new Dictionary<string, Decision>()).Instalment;
        Assert.Equal(days, instalment.ActiveDays);
        Assert.Equal(expected, instalment.Amount.Pence);
        Assert.Equal(days > 0 ? [2_500_000] : [], instalment.Terms.Select(term => term.WholeQuarter.Pence));
    }

    [Fact]
    public void A_value_that_changes_within_a_quarter_holds_for_its_days()
    {
        // Worth £60,000.00 a year until 16 May and £100,000.00 from then on: £15,000.00 for 46 of 91 days, and £25,000.00 for 45.
        var contract =
            new Contract(Sample.Q1, [Sample.Term(annualPence: 60_000_00, ends: "2025-05-16"), Sample.Term(starts: "2025-05-17")]);
        var instalment = Sample.Earning(contract, Sample.Five_fifths).Instalment;
        Assert.Equal((91, 1_994_505), (instalment.ActiveDays, instalment.Amount.Pence)); // 1,994,505.49…
        // Each by itself would be 758,242 and 1,236,264 pence, a penny more.
        Assert.Equal(1_994_506, Instalment.Of(Sample.Q1, (new Money(60_000_00), 46)).Amount.Pence
            + Instalment.Of(Sample.Q1, (new Money(100_000_00), 45)).Amount.Pence);
    }

    [Fact]
    public void A_value_that_rises_where_a_quarter_begins_leaves_the_earlier_quarters_as_they_were()
    {
        IReadOnlyList<Term> terms = [Sample.Term(annualPence: 33_333_33, ends: "2025-09-30"), Sample.Term(starts: "2025-10-01")];
        Assert.Equal(
            [833_333, 833_334, 2_500_000, 2_500_000],
            Enumerable.Range(1, 4)
                .Select(number => Sample.Earning(new Contract(new Quarter(2025, number), terms),
                    Sample.Five_fifths).Instalment.Amount.Pence));
    }

    [Fact]
    public void The_quarters_sum_to_the_year_in_however_many_terms_it_is_written() => Property.HoldsFor(
        from annual in Gen.OneOf(Gen.Choose(0, 10_000_000).Select(i => (long)i), Gen.Elements(long.MaxValue, long.MaxValue - 1))
        from cuts in Gen.Choose(1, 364).ListOf(3)
        select (Annual: annual, Cuts: cuts),
        year =>
        {
            DateOnly first = new(2025, 4, 1), last = new(2026, 3, 31);
            List<DateOnly> starts = [first, .. year.Cuts.Select(first.AddDays).Distinct().Order()];
            var terms = starts.Select((start, i) => Sample.Term(annualPence: year.Annual) with
                { StartsOn = start, EndsOn = i + 1 < starts.Count ? starts[i + 1].AddDays(-1) : last }).ToList();
            Assert.Equal(year.Annual,
                Enumerable.Range(1, 4).Select(number => Instalment.Of(new Contract(new Quarter(2025, number), terms)).Amount).Sum().Pence);
        });

    [Fact]
    public void A_leap_year_has_a_longer_last_quarter() =>
        Assert.Equal(new Money(89), Instalment.Of(Quarter.Parse("2023-24-Q4"), (new Money(360), 90)).Amount);

    [Fact]
    public void Neither_a_negative_value_nor_days_beyond_the_quarter_are_taken()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Instalment.Of(Sample.Q1, (new Money(-1), 91)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Instalment.Of(Sample.Q1, (new Money(1), 92)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Instalment.Of(Sample.Q1, (new Money(1), 46), (new Money(1), 46)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Instalment.Of(Sample.Q1, (new Money(1), -1)));
    }

    private static IEnumerable<Instalment> Quarters(long annual) => Enumerable.Range(1, 4).Select(number =>
    {
        var quarter = new Quarter(2025, number);
        return Instalment.Of(quarter, (new Money(annual), quarter.Days));
    });
}
