using FsCheck;
using FsCheck.Fluent;
using Pipeline.Core.Payments;

namespace Pipeline.Core.Tests.Payments;

public class AllocationTests
{
    private static readonly Gen<(long Pot, long[] Weights, long Unallocated)> Any =
        from pot in Gen.OneOf(Gen.Choose(0, 50).Select(i => (long)i), Gen.Choose(0, int.MaxValue).Select(i => (long)i),
            Gen.Constant(long.MaxValue))
        from scale in Gen.Elements(1L, 10_000L, 1_000_000_000_000L)
        from weights in Gen.Choose(1, 40).Select(i => i * scale).ArrayOf().Where(w => w.Length <= 12)
        from unallocated in Gen.Choose(weights.Length == 0 ? 1 : 0, 40).Select(i => i * scale)
        select (pot, weights, unallocated);

    [Theory]
    [InlineData(0, new long[] { 0, 0, 0, 0, 0 })]
    [InlineData(1, new long[] { 1, 0, 0, 0, 0 })]
    [InlineData(2, new long[] { 1, 1, 0, 0, 0 })]
    [InlineData(3, new long[] { 1, 1, 1, 0, 0 })]
    [InlineData(4, new long[] { 1, 1, 1, 1, 0 })]
    [InlineData(83_333, new long[] { 16_667, 16_667, 16_667, 16_666, 16_666 })]
    public void Equal_weights_get_the_pence_left_over_in_their_order(long pot, long[] expected)
    {
        var allocation = Allocation.Split(new Money(pot), [1, 1, 1, 1, 1], 0);
        Assert.Equal(expected, allocation.Parts.Select(part => part.Amount.Pence));
        Assert.Equal(Money.Zero, allocation.Unallocated.Amount);
    }

    [Theory]
    [InlineData(250_000, 125_000, 75_000, 50_000)]
    [InlineData(0, 0, 0, 0)]
    [InlineData(1, 1, 0, 0)] // 0.5, 0.3, 0.2
    [InlineData(2, 1, 1, 0)] // 1.0, 0.6, 0.4
    [InlineData(3, 1, 1, 1)] // 1.5, 0.9, 0.6: two pence left over, for 0.9 and 0.6
    [InlineData(4, 2, 1, 1)] // 2.0, 1.2, 0.8
    public void What_the_weights_do_not_reach_is_unallocated(long pot, long first, long second, long unallocated)
    {
        var allocation = Allocation.Split(new Money(pot), [5, 3], 2);
        Assert.Equal([first, second], allocation.Parts.Select(part => part.Amount.Pence));
        Assert.Equal(unallocated, allocation.Unallocated.Amount.Pence);
    }

    [Fact]
    public void Unallocated_comes_last_in_a_tie()
    {
        var larger = Allocation.Split(new Money(1), [1, 1], 2);
        Assert.Equal([0, 0, 1], [.. larger.Parts.Append(larger.Unallocated).Select(part => part.Amount.Pence)]);
        var tie = Allocation.Split(new Money(1), [1], 1);
        Assert.Equal([1, 0], [.. tie.Parts.Append(tie.Unallocated).Select(part => part.Amount.Pence)]);
    }

    [Fact]
    public void Every_share_can_be_explained()
    {
        var allocation = Allocation.Split(new Money(3), [5, 3], 2);
        Assert.Equal([new Share(5, new Money(1), 5, false), new Share(3, Money.Zero, 9, true)], allocation.Parts);
        Assert.Equal(new Share(2, Money.Zero, 6, true), allocation.Unallocated);
        Assert.Equal((10, 2), (allocation.WeightTotal, allocation.LeftOver));
    }

    [Fact]
    public void Without_elements_all_is_unallocated() =>
        Assert.Equal(new Money(7), Allocation.Split(new Money(7), [], 1).Unallocated.Amount);

    [Fact]
    public void Huge_pots_and_weights_are_split_exactly()
    {
        var allocation = Allocation.Split(new Money(long.MaxValue), [long.MaxValue / 2, long.MaxValue / 2], 1);
        Assert.Equal([long.MaxValue / 2, long.MaxValue / 2, 1],
            [.. allocation.Parts.Append(allocation.Unallocated).Select(part => part.Amount.Pence)]);
    }

    [Fact]
    public void Weights_that_do_not_fit_or_total_nothing_and_negative_pots_are_refused()
    {
        Assert.Throws<OverflowException>(() => Allocation.Split(new Money(1), [long.MaxValue], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Allocation.Split(new Money(1), [], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Allocation.Split(new Money(1), [2, -1], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Allocation.Split(new Money(1), [2], -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Allocation.Split(new Money(-1), [1], 0));
    }

    [Fact]
    public void The_parts_sum_to_the_pot() => Property.HoldsFor(Any, given =>
    {
        var allocation = Allocation.Split(new Money(given.Pot), given.Weights, given.Unallocated);
        Assert.Equal(given.Pot, allocation.Parts.Append(allocation.Unallocated).Select(part => part.Amount).Sum().Pence);
    });

    [Fact]
    public void Every_part_is_within_a_penny_of_its_exact_share() => Property.HoldsFor(Any, given =>
    {
        var allocation = Allocation.Split(new Money(given.Pot), given.Weights, given.Unallocated);
        Assert.All(allocation.Parts.Append(allocation.Unallocated), part =>
        {
            var off = Int128.Abs((Int128)part.Amount.Pence * allocation.WeightTotal - (Int128)given.Pot * part.Weight);
            Assert.True(off < allocation.WeightTotal);
        });
    });

    [Fact]
    public void A_penny_goes_to_the_larger_remainder_and_in_a_tie_to_the_earlier_part() => Property.HoldsFor(Any, given =>
    {
        var allocation = Allocation.Split(new Money(given.Pot), given.Weights, given.Unallocated);
        Share[] parts = [.. allocation.Parts, allocation.Unallocated];
        for (int with = 0; with < parts.Length; with++)
        {
            for (int without = 0; without < parts.Length; without++)
            {
                if (parts[with].ExtraPenny && !parts[without].ExtraPenny)
                    Assert.True(parts[with].Remainder > parts[without].Remainder
                        || (parts[with].Remainder == parts[without].Remainder && with < without));
            }
        }
    });
}
