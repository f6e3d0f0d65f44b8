using Pipeline.Core.Frameworks;
using Pipeline.Core.Submissions;

namespace Pipeline.Core.Reporting;

/// <summary>
/// What may be said of a quarter in public. Counts from 1 to <see cref="PublicationLimits.SuppressUpTo"/> are suppressed, larger ones
/// rounded to the nearest <see cref="PublicationLimits.RoundTo"/>, zeros shown, as NHS Digital does below national level.
/// </summary>
/// <remarks>
/// NHS Digital rounds every true total, too, and accepts that one at the edge of its rounding gives a suppressed part away: of 1, 8 and 8
/// it would show *, 10, 10 and 15, and only 1 can be true. Here every suppressed count can be anything from 1 to
/// <see cref="PublicationLimits.SuppressUpTo"/>, whatever is shown beside it, is shown for other quarters or was shown before a
/// resubmission: each client's need is in exactly one published count, so that no count bounds another; of each count there is at most one
/// total that is made from true counts; and that total is shown only where it leaves every part of it open
/// (<see cref="Total(IReadOnlyList{long})"/>). Table two, the two levels that table four explains, the KPIs and the waiting list count the
/// same people again, and are not published. Who knows from elsewhere how a count changed between two publications may learn more; no rule
/// for single publications prevents that.
/// </remarks>
public sealed record Publication(PublicationLimits Limits)
{
    private long SuppressUpTo => Limits.SuppressUpTo;

    private long RoundTo => Limits.RoundTo;

    /// <summary>A count as it is published.</summary>
    public PublishedCount Of(long count) => count >= 1 && count <= SuppressUpTo
        ? PublishedCount.Suppressed : PublishedCount.Of(Round(count));

    /// <summary>
    /// The total of counts that are published themselves: rounded from the true total, or withheld where it says too much.
    /// The parts as published put the total between a least and a most value. Let a shown total mean one from <c>a</c> on. Whatever a
    /// suppressed part is, from 1 to S, the other parts can make up such a total when <c>least + S ≤ a ≤ most − (S − 1)</c>;
    /// and a withheld total can be any from <c>least</c> to <c>least + S − 1</c>, which the part can reach alone.
    /// </summary>
    public PublishedCount Total(IReadOnlyList<long> counts)
    {
        IReadOnlyList<PublishedCount> parts = [.. counts.Select(Of)];
        long total = Round(counts.Sum());
        if (parts.All(part => part.Shown is not null))
            return PublishedCount.Of(total);
        long least = parts.Sum(part => part.Shown is { } shown ? LeastOf(shown) : 1);
        long most = parts.Sum(part => part.Shown is { } shown ? MostOf(shown) : SuppressUpTo);
        long from = total - RoundTo / 2;
        return from >= least + SuppressUpTo && from <= most - (SuppressUpTo - 1) ? PublishedCount.Of(total) : Total(parts);
    }

    /// <summary>A total that is made of published counts alone, and so says nothing that they do not.</summary>
    public static PublishedCount Total(IReadOnlyList<PublishedCount> parts) =>
        parts.All(part => part.Shown is not null) ? PublishedCount.Of(parts.Sum(part => part.Shown!.Value))
        : parts.Count(part => part.Shown != 0) == 1 ? parts.First(part => part.Shown != 0)
        : PublishedCount.Withheld;

    /// <summary>
    /// The counts of a framework in a quarter as they are published: for each outcome each of its client groups, then all of them together.
    /// </summary>
    public IReadOnlyList<PublishedOutcome> Of(Framework framework, Sums sums)
    {
        var published = new List<PublishedOutcome>();
        foreach (var outcome in framework.Outcomes)
        {
            var groups = framework.ClientGroups.Where(g => sums.HasOutcome(outcome.Code, g.Code)).ToList();
            if (groups.Count == 0)
                continue;
            var supported = groups.Select(g => Supported(outcome, g, sums)).ToList();
            var left = groups.Select(g => Left(framework, outcome, g, sums)).ToList();
            for (int i = 0; i < groups.Count; i++)
                published.Add(new PublishedOutcome(outcome, groups[i], WithTotal(supported[i], Of), WithTotal(left[i], Of)));
            published.Add(new PublishedOutcome(outcome, null, WithTotal(Together(supported), Total), WithTotal(Together(left), Total)));
        }

        return published;
    }

    private static IReadOnlyList<(string Code, long Count)> Supported(Outcome outcome, Coded group, Sums sums)
    {
        var (clients, leavers) = sums.Outcome(outcome.Code, group.Code);
        return
        [
            ("fully_met", clients.FullyMet - leavers.FullyMet),
            ("partially_met", clients.PartMet - leavers.PartMet),
            ("not_met", clients.NotMet - leavers.NotMet),
            ("open", clients.Open),
        ];
    }

    /// <summary>
    /// The reasons are published and not the two levels that they explain, since both together would count the same people twice.
    /// </summary>
    private static IReadOnlyList<(string Code, long Count)> Left(Framework framework, Outcome outcome, Coded group, Sums sums)
    {
        var leavers = sums.Outcome(outcome.Code, group.Code).Leavers;
        IReadOnlyList<(string Code, long Count)> reasons =
            [.. framework.Reasons.Select(r => (r.Code, sums.Reason(outcome.Code, r.Code, group.Code)))];
        return [("fully_met", leavers.FullyMet), .. reasons,
            (PublishedOutcome.NoReason, leavers.PartMet + leavers.NotMet - reasons.Sum(r => r.Count))];
    }

    /// <summary>The counts of all groups, code by code.</summary>
    private static IReadOnlyList<(string Code, IReadOnlyList<long> Counts)> Together(
        List<IReadOnlyList<(string Code, long Count)>> groups) =>
        [.. groups[0].Select((part, i) => (part.Code, (IReadOnlyList<long>)[.. groups.Select(g => g[i].Count)]))];

    private static PublishedCounts WithTotal<T>(IReadOnlyList<(string Code, T Count)> counts, Func<T, PublishedCount> publish)
    {
        IReadOnlyList<PublishedPart> parts = [.. counts.Select(c => new PublishedPart(c.Code, publish(c.Count)))];
        return new PublishedCounts(parts, Total([.. parts.Select(p => p.Count)]));
    }

    private long Round(long count) => RoundTo * Rounding.HalfAwayFromZero(count, 1, RoundTo);

    /// <summary>The least count that is shown so.</summary>
    private long LeastOf(long shown) => shown == 0 ? 0 : Math.Max(SuppressUpTo + 1, shown - RoundTo / 2);

    /// <summary>The largest count that is shown so.</summary>
    private long MostOf(long shown) => shown == 0 ? 0 : shown + (RoundTo - 1) / 2;
}

/// <summary>A count as it is published.</summary>
/// <param name="Shown">Null: not shown.</param>
/// <param name="Sign">What stands in its place.</param>
public sealed record PublishedCount(long? Shown, string Sign)
{
    /// <summary>It is at least 1, and small.</summary>
    public static readonly PublishedCount Suppressed = new(null, "*");

    /// <summary>A total that would say too much of a suppressed part.</summary>
    public static readonly PublishedCount Withheld = new(null, "–");

    public static PublishedCount Of(long count) => new(count, "");

    /// <summary>As in a table.</summary>
    public override string ToString() => Shown?.ToString("#,0", System.Globalization.CultureInfo.InvariantCulture) ?? Sign;
}

/// <param name="Code">A level, <c>open</c>, a reason, or <see cref="PublishedOutcome.NoReason"/>.</param>
public sealed record PublishedPart(string Code, PublishedCount Count);

/// <summary>Counts that no client is in twice, and their total.</summary>
public sealed record PublishedCounts(IReadOnlyList<PublishedPart> Parts, PublishedCount Total);

/// <param name="Outcome">Of the framework.</param>
/// <param name="ClientGroup">Null: all of them together.</param>
/// <param name="Supported">Clients with a need under the outcome who were still supported when the quarter ended, by how far it was
/// met.</param>
/// <param name="Left">Those who left in the quarter: need fully met, or else the reason why not.</param>
public sealed record PublishedOutcome(Outcome Outcome, Coded? ClientGroup, PublishedCounts Supported, PublishedCounts Left)
{
    /// <summary>Leavers whose need was not fully met and of whom no reason is asked.</summary>
    public const string NoReason = "no_reason_asked";
}
