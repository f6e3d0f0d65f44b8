using System.Globalization;

namespace Pipeline.Benchmarks.Operations;

/// <summary>What storage was asked for, as Azure counts and bills it, and what the work cost beside it.</summary>
/// <param name="BlobWrites">Files written. One of more than a block takes a call for each block and one more.</param>
/// <param name="BlobLists">Answers to listings, of up to 5,000 files each; they cost as much as writes.</param>
/// <param name="BlobReads">Files opened or looked at.</param>
/// <param name="TableCalls">Rows looked up, batches, and answers to queries, of up to 1,000 rows each.</param>
/// <param name="BytesRead">Of files, and of rows as far as they hold text.</param>
/// <param name="BytesWritten">The same.</param>
/// <param name="Seconds">Of processors.</param>
internal sealed record Counts(long BlobWrites, long BlobLists, long BlobReads, long TableCalls, long BytesRead, long BytesWritten,
    double Seconds)
{
    public static readonly Counts None = new(0, 0, 0, 0, 0, 0, 0);

    public static readonly IReadOnlyList<string> Names = ["blob writes", "blob lists", "blob reads", "table calls"];

    /// <summary>The counts, which are the same on every machine, in the order of <see cref="Names"/>.</summary>
    public IReadOnlyList<long> Calls => [BlobWrites, BlobLists, BlobReads, TableCalls];

    public long All => Calls.Sum();

    public static Counts operator +(Counts one, Counts other) => new(
        one.BlobWrites + other.BlobWrites, one.BlobLists + other.BlobLists, one.BlobReads + other.BlobReads, one.TableCalls
            + other.TableCalls,
        one.BytesRead + other.BytesRead, one.BytesWritten + other.BytesWritten, one.Seconds + other.Seconds);

    /// <summary>Between, or beyond, two that were measured: what depends on the contracts beside it grows evenly with them.</summary>
    public static Counts Between(int contracts, (int Contracts, Counts Counted) few, (int Contracts, Counts Counted) many)
    {
        double share = (double)(contracts - few.Contracts) / (many.Contracts - few.Contracts);
        return new(
            Of(few.Counted.BlobWrites, many.Counted.BlobWrites), Of(few.Counted.BlobLists, many.Counted.BlobLists),
            Of(few.Counted.BlobReads, many.Counted.BlobReads),
            Of(few.Counted.TableCalls, many.Counted.TableCalls), Of(few.Counted.BytesRead, many.Counted.BytesRead),
            Of(few.Counted.BytesWritten, many.Counted.BytesWritten),
            few.Counted.Seconds + (share * (many.Counted.Seconds - few.Counted.Seconds)));

        long Of(long one, long other) => Math.Max(0, (long)Math.Round(one + (share * (other - one))));
    }

    public override string ToString() =>
        string.Join(", ", Names.Zip(Calls, (what, count) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}")));
}
