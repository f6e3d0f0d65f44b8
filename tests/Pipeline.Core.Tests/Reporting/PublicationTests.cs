using Pipeline.Core.Frameworks;
using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;

namespace Pipeline.Core.Tests.Reporting;

/// <summary>
/// What one total gives away is found by a solver, at the real limits. What a quarter and its resubmissions give away is found by
/// exhaustive search at small ones: every table there can be is published, those that look the same are put together, and every count that
/// is suppressed in them must have been anything that a suppressed count can be.
/// </summary>
public sealed class PublicationTests
{
    private static readonly Framework Framework = Examples.Graded;

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1, "*")]
    [InlineData(7, "*")]
    [InlineData(8, "10")]
    [InlineData(12, "10")]
    [InlineData(13, "15")]
    [InlineData(1_002, "1,000")]
    [InlineData(1_003, "1,005")]
    public void Counts_from_1_to_7_are_suppressed_and_others_rounded_to_5(long count, string published) =>
        Assert.Equal(published, new Publication(PublicationLimits.Default).Of(count).ToString());

    [Theory]
    [InlineData(-1, 5)]
    [InlineData(1, 5)]
    [InlineData(101, 5)]
    [InlineData(7, 0)]
    [InlineData(7, 17)]
    public void Rules_that_protect_nothing_or_hide_everything_are_refused(long suppressUpTo, long roundTo) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PublicationLimits(suppressUpTo, roundTo));

    [Fact]
    public void Rounding_all_true_totals_would_give_suppressed_counts_away()
    {
        var publication = new Publication(PublicationLimits.Default);
        Assert.Contains(new PublicationReader(publication, counts => publication.Of(counts.Sum())).Publications(parts: 3),
            p => !p.IsOpen());
    }

    // As many parts as table one has, and as table four has; then other limits.
    [Theory]
    [InlineData(7, 5, 4)]
    [InlineData(7, 5, 9)]
    [InlineData(4, 10, 4)]
    [InlineData(3, 5, 5)]
    [InlineData(2, 2, 7)]
    [InlineData(2, 1, 7)]
    [InlineData(10, 1, 3)]
    [InlineData(7, 16, 4)]
    [InlineData(19, 20, 3)]
    public void Totals_as_they_are_published_leave_every_suppressed_count_open(long suppressUpTo, long roundTo, int parts)
    {
        var publication = new Publication(new PublicationLimits(suppressUpTo, roundTo));
        var published = new PublicationReader(publication, publication.Total).Publications(parts).ToList();
        Assert.NotEmpty(published);
        Assert.DoesNotContain(published, p => !p.IsOpen());
    }

    [Theory]
    [InlineData(new long[] { 1, 8, 8 }, "–")]
    [InlineData(new long[] { 7, 7, 7 }, "–")]
    [InlineData(new long[] { 7, 7, 13 }, "25")]
    [InlineData(new long[] { 0, 3, 0 }, "*")]
    [InlineData(new long[] { 8, 8, 8 }, "25")]
    [InlineData(new long[] { 0, 0, 0 }, "0")]
    public void A_total_that_says_too_much_is_withheld(long[] counts, string published) =>
        Assert.Equal(published, new Publication(PublicationLimits.Default).Total(counts).ToString());

    [Theory]
    [InlineData(2, 2, 4)]
    [InlineData(2, 1, 3)]
    [InlineData(2, 3, 4)]
    [InlineData(3, 2, 4)]
    public void Nothing_in_a_quarters_publication_gives_a_suppressed_count_away(long suppressUpTo, long roundTo, int most)
    {
        // Two client groups; those still supported are fully met or open, those who left fully met or left for the first reason.
        var publication = new Publication(new PublicationLimits(suppressUpTo, roundTo));
        var seen = new Dictionary<string, HashSet<long>[]>();
        foreach (long[] cells in Tables([.. Enumerable.Range(0, most + 1).Select(c => (long)c)], 6))
        {
            var published = publication.Of(Framework, new Sums([.. Rows("homeless", cells[..3]), .. Rows("young_people", cells[3..])]));
            Note(seen,
                string.Join(' ', published.SelectMany(p => p.Supported.Parts.Concat(p.Left.Parts).Select(c => c.Count)
                    .Append(p.Supported.Total).Append(p.Left.Total))), cells);
        }

        AssertSuppressedAreOpen(seen, publication.Limits.SuppressUpTo);
    }

    [Theory]
    [InlineData(2, 2, 4)]
    [InlineData(2, 1, 3)]
    [InlineData(2, 3, 4)]
    [InlineData(3, 2, 4)]
    public void Two_quarters_and_a_resubmission_give_no_suppressed_count_away(long suppressUpTo, long roundTo, int most)
    {
        // Two counts with their total, published for a quarter, again after a resubmission, and for the quarter after.
        var publication = new Publication(new PublicationLimits(suppressUpTo, roundTo));
        var seen = new Dictionary<string, HashSet<long>[]>();
        foreach (long[] cells in Tables([.. Enumerable.Range(0, most + 1).Select(c => (long)c)], 6))
            Note(seen, string.Join(' ', cells.Chunk(2).Select(release => Show(publication, release))), cells);
        AssertSuppressedAreOpen(seen, publication.Limits.SuppressUpTo);
    }

    [Fact]
    public void A_persons_need_is_in_one_count()
    {
        var row = new OutcomeRow(At, "health", "", "", "homeless", Need: 100, PartMet: 30, FullyMet: 40, NotMet: 20, Open: 10, 15, 12, 9,
            36);
        var reasons = Framework.Reasons.Select((r, i) => new ReasonRow(At, "health", "", r.Code, "", "homeless", i == 0 ? 21 : 0));
        var published = new Publication(new PublicationLimits(0, 1)).Of(Framework, new Sums([row, .. reasons]));
        var all = published.Single(p => p.ClientGroup is null);
        Assert.Equal(["fully_met 25", "partially_met 18", "not_met 11", "open 10"], all.Supported.Parts.Select(p => $"{p.Code} {p.Count}"));
        Assert.Equal(["fully_met 15", $"{Framework.Reasons[0].Code} 21"],
            all.Left.Parts.Where(p => p.Count.Shown != 0).Select(p => $"{p.Code} {p.Count}"));
        Assert.Equal(100, all.Supported.Total.Shown + all.Left.Total.Shown);
    }

    private static Common At => new("2025-26-Q1", "2025-26", 1, "p", "P", "C", "S", "graded");

    private static IEnumerable<ReportingRow> Rows(string group, long[] cells)
    {
        var (open, fullyMet, notMet) = (cells[0], cells[1], cells[2]);
        yield return new OutcomeRow(At, "health", "", "", group, open + fullyMet + notMet, 0, fullyMet, notMet, open, fullyMet, 0, notMet,
            fullyMet + notMet);
        yield return new ReasonRow(At, "health", "", Framework.Reasons[0].Code, "", group, notMet);
    }

    private static string Show(Publication publication, long[] counts) =>
        string.Join(' ', counts.Select(publication.Of).Append(publication.Total(counts)));

    private static void AssertSuppressedAreOpen(Dictionary<string, HashSet<long>[]> seen, long limit)
    {
        var suppressed = Suppressed(seen, limit);
        Assert.NotEmpty(suppressed);
        Assert.All(suppressed, found => Assert.Equal(limit, found.Count));
    }

    /// <summary>For each suppressed count of each publication, what it may have been.</summary>
    private static List<HashSet<long>> Suppressed(Dictionary<string, HashSet<long>[]> seen, long limit) =>
        [.. seen.Values.SelectMany(cells => cells).Where(found => found.Any(c => c >= 1 && c <= limit))];

    private static void Note(Dictionary<string, HashSet<long>[]> seen, string published, long[] cells)
    {
        if (!seen.TryGetValue(published, out var found))
            seen.Add(published, found = [.. cells.Select(_ => new HashSet<long>())]);
        for (int i = 0; i < cells.Length; i++)
            found[i].Add(cells[i]);
    }

    private static IEnumerable<long[]> Tables(long[] values, int length)
    {
        int[] at = new int[length];
        while (true)
        {
            yield return [.. at.Select(i => values[i])];
            int digit = 0;
            while (digit < length && ++at[digit] == values.Length)
                at[digit++] = 0;
            if (digit == length)
                yield break;
        }
    }
}
