namespace Pipeline.Core.Payments;

/// <summary>A pot split by weight, by largest remainder (domain.md section 6, point 3). The parts always sum to the pot.</summary>
/// <param name="Pot">Zero or more.</param>
/// <param name="WeightTotal">What the weights are parts of.</param>
/// <param name="Parts">In the order of the weights.</param>
/// <param name="Unallocated">What no element can earn; of weight and amount zero when the weights total one.</param>
public sealed record Allocation(Money Pot, long WeightTotal, IReadOnlyList<Share> Parts, Share Unallocated)
{
    /// <summary>The pence that were left over after each share was floored, and went one each to the largest remainders.</summary>
    public int LeftOver => Parts.Append(Unallocated).Count(share => share.ExtraPenny);

    /// <param name="pot">Zero or more.</param>
    /// <param name="weights">Each zero or more, in the order that breaks ties.</param>
    /// <param name="unallocatedWeight">Zero or more; last in a tie. With the weights it totals more than zero.</param>
    public static Allocation Split(Money pot, IReadOnlyList<long> weights, long unallocatedWeight)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(pot.Pence, nameof(pot));
        long[] all = [.. weights, unallocatedWeight];
        foreach (long weight in all)
            ArgumentOutOfRangeException.ThrowIfNegative(weight, nameof(weights));
        long total = all.Sum();
        ArgumentOutOfRangeException.ThrowIfZero(total, nameof(weights));

        var floored = all.Select(weight =>
        {
            var (floor, remainder) = Rounding.Down(pot.Pence, weight, total);
            return new Share(weight, new Money(floor), remainder, ExtraPenny: false);
        }).ToList();
        // Every remainder is less than one penny, so fewer pence are left over than there are remainders: a share without one never gets a
        // penny.
        int leftOver = (int)(pot - floored.Select(share => share.Floor).Sum()).Pence;
        // The order is stable, so of equal remainders the earlier comes first.
        var lucky = Enumerable.Range(0, all.Length).OrderByDescending(i => floored[i].Remainder).Take(leftOver).ToHashSet();
        var shares = floored.Select((share, i) => share with { ExtraPenny = lucky.Contains(i) }).ToList();
        return new Allocation(pot, total, shares[..^1], shares[^1]);
    }
}

/// <param name="Weight">Out of <see cref="Allocation.WeightTotal"/>.</param>
/// <param name="Floor"><c>pot · weight / total</c>, rounded down.</param>
/// <param name="Remainder">What rounding down took, in parts of a penny out of <see cref="Allocation.WeightTotal"/>.</param>
/// <param name="ExtraPenny">Whether it got one of the pence left over.</param>
public sealed record Share(long Weight, Money Floor, long Remainder, bool ExtraPenny)
{
    public Money Amount => ExtraPenny ? Floor + new Money(1) : Floor;
}
