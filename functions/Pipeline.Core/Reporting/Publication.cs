using Pipeline.Core.Frameworks;

namespace Pipeline.Core.Reporting;

/// <summary>
/// What may be said of a quarter in public. Counts from 1 to <see cref="SuppressUpTo"/> are suppressed, larger ones rounded to the nearest
/// <see cref="RoundTo"/>, zeros shown, as NHS Digital does below national level.
/// </summary>
/// <remarks>
/// NHS Digital rounds the true totals, too, and accepts that a total at the edge of its rounding gives a suppressed part away:
/// of 1, 8 and 8 it would show *, 10, 10 and 15, and only 1 can be true. Two things keep every suppressed count open here:
/// each client's need is in exactly one published count, so that no count bounds another; and a total is made from the published parts alone.
/// What is shown then depends on each count by itself, and every suppressed count can be anything from 1 to <see cref="SuppressUpTo"/>,
/// whatever else is published for other quarters or was published before a resubmission.
/// Tables two and four's overlaps, the KPIs and the waiting list count the same people again, and are not published.
/// </remarks>
public sealed record Publication
{
    /// <param name="suppressUpTo">The largest count that is suppressed; more than 1, or else it would be known to be 1, and 0 for no suppression.</param>
    /// <param name="roundTo">1 or more; not so much that a count that is not suppressed would round to zero.</param>
    public Publication(long suppressUpTo, long roundTo)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(suppressUpTo);
        ArgumentOutOfRangeException.ThrowIfEqual(suppressUpTo, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(roundTo, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(roundTo, 2 * (suppressUpTo + 1));
        (SuppressUpTo, RoundTo) = (suppressUpTo, roundTo);
    }

    /// <summary>1 to 7, and 5.</summary>
    public static Publication Default { get; } = new(7, 5);

    public long SuppressUpTo { get; }

    public long RoundTo { get; }

    /// <summary>What a suppressed count counts for in a total: the middle of what it may be.</summary>
    public long StandIn => (SuppressUpTo + 1) / 2;

    /// <summary>A count as it is published.</summary>
    public PublishedCount Of(long count) => count >= 1 && count <= SuppressUpTo
        ? PublishedCount.Suppressed
        : new PublishedCount(RoundTo * Rounding.HalfAwayFromZero(count, 1, RoundTo));

    /// <summary>A total as it is published, made of nothing but its published parts.</summary>
    public PublishedCount Total(IEnumerable<PublishedCount> parts) => Of(parts.Sum(part => part.Shown ?? StandIn));

    /// <summary>The counts of a framework in a quarter as they are published: for each outcome each of its client groups, then all of them together.</summary>
    public IReadOnlyList<PublishedOutcome> Of(Framework framework, Sums sums)
    {
        var published = new List<PublishedOutcome>();
        foreach (var outcome in framework.Outcomes)
        {
            var groups = framework.ClientGroups.Where(g => sums.HasOutcome(outcome.Code, g.Code)).Select(g => Of(framework, outcome, g, sums)).ToList();
            published.AddRange(groups);
            if (groups.Count > 0)
                published.Add(new PublishedOutcome(outcome, null, AddUp(groups.Select(g => g.Supported)), AddUp(groups.Select(g => g.Left))));
        }

        return published;
    }

    private PublishedOutcome Of(Framework framework, Outcome outcome, Coded group, Sums sums)
    {
        var (clients, leavers) = sums.Outcome(outcome.Code, group.Code);
        IReadOnlyList<(string Code, long Count)> reasons = [.. framework.Reasons.Select(r => (r.Code, sums.Reason(outcome.Code, r.Code, group.Code)))];
        return new PublishedOutcome(
            outcome,
            group,
            Publish(
            [
                ("fully_met", clients.FullyMet - leavers.FullyMet),
                ("partially_met", clients.PartMet - leavers.PartMet),
                ("not_met", clients.NotMet - leavers.NotMet),
                ("open", clients.Open),
            ]),
            // The reasons are published and not the two levels that they explain, since both together would count the same people twice.
            Publish(
            [
                ("fully_met", leavers.FullyMet),
                .. reasons,
                (PublishedOutcome.NoReason, leavers.PartMet + leavers.NotMet - reasons.Sum(r => r.Count)),
            ]));
    }

    private PublishedCounts Publish(IReadOnlyList<(string Code, long Count)> counts) =>
        WithTotal([.. counts.Select(c => new PublishedPart(c.Code, Of(c.Count)))]);

    private PublishedCounts AddUp(IEnumerable<PublishedCounts> groups) => WithTotal(
        [.. groups.SelectMany(g => g.Parts).GroupBy(p => p.Code).Select(parts => new PublishedPart(parts.Key, Total(parts.Select(p => p.Count))))]);

    private PublishedCounts WithTotal(IReadOnlyList<PublishedPart> parts) => new(parts, Total(parts.Select(p => p.Count)));
}

/// <summary>A count as it is published.</summary>
/// <param name="Shown">Null: suppressed.</param>
public readonly record struct PublishedCount(long? Shown)
{
    public static readonly PublishedCount Suppressed = new(null);

    /// <summary>As in a table: <c>*</c> when suppressed.</summary>
    public override string ToString() => Shown?.ToString("#,0", System.Globalization.CultureInfo.InvariantCulture) ?? "*";
}

/// <param name="Code">A level, <c>open</c>, a reason, or <see cref="PublishedOutcome.NoReason"/>.</param>
public sealed record PublishedPart(string Code, PublishedCount Count);

/// <summary>Counts that no client is in twice, and their total.</summary>
public sealed record PublishedCounts(IReadOnlyList<PublishedPart> Parts, PublishedCount Total);

/// <param name="Outcome">Of the framework.</param>
/// <param name="ClientGroup">Null: all of them together.</param>
/// <param name="Supported">Clients with a need under the outcome who were still supported when the quarter ended, by how far it was met.</param>
/// <param name="Left">Those who left in the quarter: need fully met, or else the reason why not.</param>
public sealed record PublishedOutcome(Outcome Outcome, Coded? ClientGroup, PublishedCounts Supported, PublishedCounts Left)
{
    /// <summary>Leavers whose need was not fully met and of whom no reason is asked.</summary>
    public const string NoReason = "no_reason_asked";
}
