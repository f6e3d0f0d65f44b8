using Pipeline.Core;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Outcomes;
using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;
using static Pipeline.Steps.Pages.PageText;

namespace Pipeline.Steps.Pages;

/// <summary>What happened under a framework in a quarter, in a few figures: those that somebody asks for first.</summary>
/// <param name="Needs">Of every outcome together: a client counts once for each that they have a need under.</param>
/// <param name="Earned">Of the elements.</param>
/// <param name="Available">What the elements can earn.</param>
/// <param name="Returns">How many are asked for.</param>
/// <param name="Missing">Of them: nothing came, or what came was rejected.</param>
/// <param name="Late">Of them: in, and after the day.</param>
/// <param name="Commissioned">Hours.</param>
/// <param name="Delivered">Hours.</param>
public sealed record Headline(NeedCounts Needs, Money Earned, Money Available, long Returns, long Missing, long Late, double Commissioned,
    double Delivered)
{
    /// <summary>By how many hundredths the share of needs that were met must have changed to be told.</summary>
    private const double Notable = 5;

    /// <summary>Of fewer needs one more or less is no news.</summary>
    private const long FewestNeeds = 10;

    private const int OutcomesTold = 3;

    /// <summary>Met in full or in part.</summary>
    public long Met => MetOf(Needs);

    public static Headline Of(Framework framework, Sums sums)
    {
        var elements = framework.Payment.Elements.Select(e => sums.Element(e.Code)).ToList();
        long Count(params IEnumerable<string> states) => states.Sum(state => Dataset.Returns.Sum(d => sums.Returns(d.Name, state)));
        return new Headline(
            framework.Outcomes.Aggregate(NeedCounts.AdditiveIdentity, (sum, outcome) => sum + sums.Outcome(outcome.Code).Clients),
            elements.Select(e => e.Earned).Sum(),
            elements.Select(e => e.Available).Sum(),
            Count("received", "nil", "late", "missing", "rejected"),
            Count("missing", "rejected"),
            Count("late"),
            sums.Measure("hours", "commissioned").Value,
            sums.Measure("hours", "delivered").Value);
    }

    public static long MetOf(NeedCounts needs) => needs.FullyMet + needs.PartMet;

    /// <summary>In hundredths of the needs; null where there are none.</summary>
    public static double? MetShare(NeedCounts needs) => needs.Need == 0 ? null : 100.0 * MetOf(needs) / needs.Need;

    private static double? NotableShare(NeedCounts needs) => needs.Need < FewestNeeds ? null : MetShare(needs);

    /// <summary>What is notably other than the quarter before, in sentences; none where there is no such quarter.</summary>
    public static IReadOnlyList<string> Changes(Framework framework, Sums sums, Sums? before)
    {
        if (before is null)
            return [];
        var outcomes =
            from outcome in framework.Outcomes
            let now = NotableShare(sums.Outcome(outcome.Code).Clients)
            let then = NotableShare(before.Outcome(outcome.Code).Clients)
            where now is not null && then is not null && Math.Abs(now.Value - then.Value) >= Notable
            orderby Math.Abs(now.Value - then.Value) descending
            select $"{outcome.Title}: {Percent(now.Value / 100)} of needs met in full or in part, {Percent(then.Value / 100)} the quarter "
                + $"before ({Points(now.Value - then.Value)} percentage points).";
        var elements =
            from element in framework.Payment.Elements
            let now = sums.Element(element.Code).EarnedBy
            let then = before.Element(element.Code).EarnedBy
            where now != then
            select $"{element.Title}: earned by {Counted(now, "contract", "contracts")}, {Number(then)} the quarter before.";
        long contracts = sums.Element("core").Contracts - before.Element("core").Contracts;
        IReadOnlyList<string> told = [.. outcomes.Take(OutcomesTold), .. elements,
            .. contracts == 0
                ? []
                    : new[] { $"{Counted(Math.Abs(contracts), "contract", "contracts")} {(contracts > 0 ? "more" : "fewer")} than the "
                        + "quarter before." }];
        return told.Count > 0 ? told : ["No outcome, element or number of contracts is notably other than the quarter before."];
    }
}
