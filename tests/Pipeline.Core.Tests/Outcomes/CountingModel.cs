using Pipeline.Core.Frameworks;
using Pipeline.Core.Outcomes;

namespace Pipeline.Core.Tests.Outcomes;

/// <summary>
/// A row of an outcomes file. An indicator, reason or accommodation that is blank is null; so is the result of an open need.
/// </summary>
internal sealed record NeedRow(
    string Client,
    string Group,
    string Outcome,
    string? Indicator,
    string? Result,
    string? Reason,
    bool Left,
    string? Before,
    string? After);

/// <summary>Section 5 of domain.md once more, slowly and plainly, to compare the counting with.</summary>
internal static class CountingModel
{
    private enum Status
    {
        Open,
        NotMet,
        PartMet,
        FullyMet,
    }

    public static OutcomeCounts Count(Framework framework, IReadOnlyList<NeedRow> rows)
    {
        var groups = framework.ClientGroups.Select(g => g.Code).ToList();
        return new OutcomeCounts(
            rows.Select(r => r.Client).Distinct().Count(),
            [
                .. from outcome in framework.Outcomes
                   from client in groups
                   let clients = Needs(framework, rows, outcome.Code, client)
                   where clients.Count > 0
                   select new OutcomeCount(outcome.Code, client, Counts(clients.Select(c => c.Status)),
                       Counts(clients.Where(c => c.Left).Select(c => c.Status))),
            ],
            [
                .. from indicator in framework.Outcomes.SelectMany(o => o.Indicators)
                   from client in groups
                   let naming = rows.Where(r => r.Indicator == indicator.Code && r.Group == client).ToList()
                   where naming.Count > 0
                   select new IndicatorCount(indicator.Code, client, Counts(naming.Select(r => StatusOf(framework, r)))),
            ],
            [
                .. from outcome in framework.Outcomes
                   from reason in framework.Reasons
                   from client in groups
                   let given = Needs(framework, rows, outcome.Code, client)
                       .Count(c => c.Left && c.Status is Status.PartMet or Status.NotMet && c.Reason == reason.Code)
                   where given > 0
                   select new ReasonCount(outcome.Code, reason.Code, client, given),
            ],
            [
                .. from kpi in framework.Kpis
                   from client in groups
                   let met = rows.Where(r => r.Group == client).GroupBy(r => r.Client).Count(c => Meets(framework, kpi, [.. c]))
                   where met > 0
                   select new KpiCount(kpi.Code, client, met),
            ]);
    }

    /// <summary>Of each client of the group with any row under the outcome: its status, whether it left, and its reason.</summary>
    private static List<(Status Status, bool Left, string? Reason)> Needs(Framework framework, IEnumerable<NeedRow> rows, string outcome,
        string group) =>
        [.. rows.Where(r => r.Outcome == outcome && r.Group == group).GroupBy(r => r.Client)
            .Select(client => Decide(framework, [.. client]))];

    private static (Status Status, bool Left, string? Reason) Decide(Framework framework, List<NeedRow> rows)
    {
        if (rows.SingleOrDefault(r => r.Indicator is null) is { } whole)
            return (StatusOf(framework, whole), whole.Left, whole.Reason);
        var statuses = rows.ConvertAll(r => StatusOf(framework, r));
        var status = statuses.Contains(Status.Open) ? Status.Open
            : statuses.TrueForAll(s => s == Status.FullyMet) ? Status.FullyMet
            : statuses.TrueForAll(s => s == Status.NotMet) ? Status.NotMet
            : Status.PartMet;
        var order = framework.Reasons.Select(r => r.Code).ToList();
        string? reason = rows
            .Where(r => StatusOf(framework, r) is Status.NotMet or Status.PartMet)
            .OrderBy(r => StatusOf(framework, r))
            .ThenBy(r => order.IndexOf(r.Reason ?? ""))
            .FirstOrDefault()?.Reason;
        return (status, rows[0].Left, reason);
    }

    private static Status StatusOf(Framework framework, NeedRow row) =>
        row.Result is null ? Status.Open : framework.Levels.Single(l => l.Code == row.Result).Achieved switch
        {
            Achieved.Full => Status.FullyMet,
            Achieved.Part => Status.PartMet,
            _ => Status.NotMet,
        };

    private static bool Meets(Framework framework, Kpi kpi, List<NeedRow> rows)
    {
        if (!kpi.MovedOn)
            return rows.Exists(r => kpi.AnyIndicator.Contains(r.Indicator) && StatusOf(framework, r) == Status.FullyMet);
        return framework.Accommodation.Any(a => a.Code == rows[0].Before && a.Kind == AccommodationKind.Temporary)
            && framework.Accommodation.Any(a => a.Code == rows[0].After && a.Kind == AccommodationKind.Settled);
    }

    private static NeedCounts Counts(IEnumerable<Status> statuses)
    {
        var counted = statuses.CountBy(s => s).ToDictionary();
        return new NeedCounts(Of(Status.FullyMet), Of(Status.PartMet), Of(Status.NotMet), Of(Status.Open));

        long Of(Status status) => counted.GetValueOrDefault(status);
    }
}
