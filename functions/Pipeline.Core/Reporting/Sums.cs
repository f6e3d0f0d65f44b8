using Pipeline.Core.Outcomes;

namespace Pipeline.Core.Reporting;

/// <summary>
/// What reporting rows add up to: of one contract and quarter for its statement, of a framework's contracts for the quarter's report.
/// Rows of two frameworks do not belong in the same sums.
/// </summary>
public sealed class Sums
{
    private readonly Dictionary<(string Outcome, string Group), OutcomeSums> _outcomes = [];
    private readonly Dictionary<(string Indicator, string Group), NeedCounts> _indicators = [];
    private readonly Dictionary<(string Outcome, string Reason, string Group), long> _reasons = [];
    private readonly Dictionary<(string Kpi, string Group), long> _kpis = [];
    private readonly Dictionary<(string Area, string Measure, string Category), MeasureSums> _measures = [];
    private readonly Dictionary<string, ElementSums> _elements = [];
    private readonly Dictionary<(string Dataset, string State), long> _returns = [];
    private readonly SortedSet<string> _groups = new(StringComparer.Ordinal);

    public Sums(IEnumerable<ReportingRow> rows)
    {
        foreach (var row in rows)
            Add(row);
    }

    /// <summary>The client groups that the rows name, in ordinal order.</summary>
    public IReadOnlyCollection<string> ClientGroups => _groups;

    /// <summary>The measures that the rows name, in ordinal order.</summary>
    public IEnumerable<string> CategoriesOf(string area, string measure) =>
        _measures.Keys.Where(k => k.Area == area && k.Measure == measure).Select(k => k.Category).Order(StringComparer.Ordinal);

    /// <summary>Tables one and three. Without a group: of all groups.</summary>
    public OutcomeSums Outcome(string outcome, string? group = null) => group is not null
        ? _outcomes.GetValueOrDefault((outcome, group))
        : _groups.Aggregate(default(OutcomeSums), (sum, each) => sum + _outcomes.GetValueOrDefault((outcome, each)));

    /// <summary>Whether an outcome is for a group: whether there are rows of it.</summary>
    public bool HasOutcome(string outcome, string group) => _outcomes.ContainsKey((outcome, group));

    /// <summary>Table two. Without a group: of all groups.</summary>
    public NeedCounts Indicator(string indicator, string? group = null) => group is not null
        ? _indicators.GetValueOrDefault((indicator, group))
        : _groups.Aggregate(default(NeedCounts), (sum, each) => sum + _indicators.GetValueOrDefault((indicator, each)));

    /// <summary>Table four. Without a group: of all groups.</summary>
    public long Reason(string outcome, string reason, string? group = null) => group is not null
        ? _reasons.GetValueOrDefault((outcome, reason, group))
        : _groups.Sum(each => _reasons.GetValueOrDefault((outcome, reason, each)));

    /// <summary>Clients of a KPI. Without a group: of all groups.</summary>
    public long Kpi(string kpi, string? group = null) => group is not null
        ? _kpis.GetValueOrDefault((kpi, group))
        : _groups.Sum(each => _kpis.GetValueOrDefault((kpi, each)));

    /// <param name="category">Blank: the measure as a whole.</param>
    public MeasureSums Measure(string area, string measure, string category = "") => _measures.GetValueOrDefault((area, measure, category));

    /// <summary>By the element's code; <c>core</c> and <c>unallocated</c> are among them. Zero when there is no such row.</summary>
    public ElementSums Element(string element) => _elements.GetValueOrDefault(element);

    /// <summary>How many contracts have a return in a state.</summary>
    public long Returns(string dataset, string state) => _returns.GetValueOrDefault((dataset, state));

    private void Add(ReportingRow row)
    {
        switch (row)
        {
            case OutcomeRow o:
                _groups.Add(o.ClientGroup);
                _outcomes[(o.OutcomeCode, o.ClientGroup)] = Outcome(o.OutcomeCode, o.ClientGroup) + new OutcomeSums(
                    new NeedCounts(o.FullyMet, o.PartMet, o.NotMet, o.Open), new NeedCounts(o.LeaversFullyMet, o.LeaversPartMet, o.LeaversNotMet, 0));
                break;
            case OutputRow o:
                _groups.Add(o.ClientGroup);
                _indicators[(o.IndicatorCode, o.ClientGroup)] = Indicator(o.IndicatorCode, o.ClientGroup) + new NeedCounts(o.FullyMet, o.PartMet, o.NotMet, o.Open);
                break;
            case ReasonRow r:
                _groups.Add(r.ClientGroup);
                _reasons[(r.OutcomeCode, r.ReasonCode, r.ClientGroup)] = Reason(r.OutcomeCode, r.ReasonCode, r.ClientGroup) + r.Clients;
                break;
            case KpiRow k:
                _groups.Add(k.ClientGroup);
                _kpis[(k.KpiCode, k.ClientGroup)] = Kpi(k.KpiCode, k.ClientGroup) + k.Clients;
                break;
            case MeasureRow m:
                _measures[(m.MeasureArea, m.Measure, m.Category)] = Measure(m.MeasureArea, m.Measure, m.Category) + new MeasureSums(m.Count, m.Value);
                break;
            case ElementRow e:
                _elements[e.ElementCode] = Element(e.ElementCode) + new ElementSums(1, e.State == "earned" ? 1 : 0, new Money(e.AvailablePence), new Money(e.EarnedPence));
                break;
            case ReturnRow r:
                _returns[(r.Dataset, r.State)] = Returns(r.Dataset, r.State) + 1;
                break;
        }
    }
}

/// <param name="Clients">Table one: everybody with a need under the outcome.</param>
/// <param name="Leavers">Table three: those of them who left in the quarter.</param>
public readonly record struct OutcomeSums(NeedCounts Clients, NeedCounts Leavers)
{
    public static OutcomeSums operator +(OutcomeSums left, OutcomeSums right) => new(left.Clients + right.Clients, left.Leavers + right.Leavers);
}

/// <summary>A whole number or a fraction; the other is zero.</summary>
public readonly record struct MeasureSums(long Count, double Value)
{
    public static MeasureSums operator +(MeasureSums left, MeasureSums right) => new(left.Count + right.Count, left.Value + right.Value);
}

/// <param name="Contracts">That have the element.</param>
/// <param name="EarnedBy">How many of them earned it.</param>
public readonly record struct ElementSums(long Contracts, long EarnedBy, Money Available, Money Earned)
{
    public static ElementSums operator +(ElementSums left, ElementSums right) =>
        new(left.Contracts + right.Contracts, left.EarnedBy + right.EarnedBy, left.Available + right.Available, left.Earned + right.Earned);
}
