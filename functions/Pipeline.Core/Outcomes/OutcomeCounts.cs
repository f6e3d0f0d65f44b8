using System.Numerics;
using Pipeline.Core.Reading;

namespace Pipeline.Core.Outcomes;

/// <summary>
/// Tables one to four and the KPIs of one contract and quarter, by client group (domain.md section 5). Only figures that are not zero.
/// </summary>
/// <param name="Clients">Distinct clients in the file.</param>
/// <param name="Outcomes">Tables one and three.</param>
/// <param name="Indicators">Table two.</param>
/// <param name="Reasons">Table four.</param>
/// <param name="Kpis">Distinct clients of each KPI.</param>
public sealed record OutcomeCounts(
    long Clients,
    IReadOnlyList<OutcomeCount> Outcomes,
    IReadOnlyList<IndicatorCount> Indicators,
    IReadOnlyList<ReasonCount> Reasons,
    IReadOnlyList<KpiCount> Kpis) : FileCounts
{
    public static readonly OutcomeCounts None = new(0, [], [], [], []);
}

/// <summary>Clients under one outcome or indicator, by how far the need was met.</summary>
public sealed record NeedCounts(long FullyMet, long PartMet, long NotMet, long Open)
    : IAdditionOperators<NeedCounts, NeedCounts, NeedCounts>, IAdditiveIdentity<NeedCounts, NeedCounts>
{
    public static NeedCounts AdditiveIdentity { get; } = new(0, 0, 0, 0);

    /// <summary>All of them.</summary>
    public long Need => FullyMet + PartMet + NotMet + Open;

    public static NeedCounts operator +(NeedCounts left, NeedCounts right) =>
        new(left.FullyMet + right.FullyMet, left.PartMet + right.PartMet, left.NotMet + right.NotMet, left.Open + right.Open);
}

/// <param name="Leavers">The same, of the clients who left in the quarter; none of them is open.</param>
public sealed record OutcomeCount(string Outcome, string ClientGroup, NeedCounts Clients, NeedCounts Leavers);

public sealed record IndicatorCount(string Indicator, string ClientGroup, NeedCounts Clients);

/// <summary>Leavers whose need under an outcome was partially or not met, by the reason given.</summary>
public sealed record ReasonCount(string Outcome, string Reason, string ClientGroup, long Clients);

public sealed record KpiCount(string Kpi, string ClientGroup, long Clients);
