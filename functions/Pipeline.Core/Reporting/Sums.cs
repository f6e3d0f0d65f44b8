using System.Globalization;
using Pipeline.Core.Outcomes;

namespace Pipeline.Core.Reporting;

/// <summary>
/// What reporting rows add up to: of one contract and quarter for its statement, of a framework's contracts for the quarter's report.
/// Rows of two frameworks do not belong in the same sums. The same rows make the same sums in whatever order and parts they are added.
/// </summary>
public sealed class Sums
{
    // Decimal, since fractions of hours do not add up to the same in every order otherwise.
    private readonly Dictionary<Place, decimal[]> _figures = [];
    private readonly SortedSet<string> _groups = new(StringComparer.Ordinal);

    public Sums(IEnumerable<ReportingRow> rows)
    {
        foreach (var row in rows)
            Add(row);
    }

    /// <summary>What sums that were made from parts of the rows add up to.</summary>
    public static Sums Of(IEnumerable<SumsLine> parts)
    {
        var sums = new Sums([]);
        foreach (var line in parts)
            sums.Add(new Place(line.Table, line.Code, line.Detail, line.Group), line.Figures);
        return sums;
    }

    /// <summary>All that there is, to be kept.</summary>
    public IReadOnlyList<SumsLine> Lines => [.. _figures.Select(f => new SumsLine(f.Key.Table, f.Key.Code, f.Key.Detail, f.Key.Group, f.Value))];

    /// <summary>The categories of a measure that the rows name, in ordinal order.</summary>
    public IEnumerable<string> CategoriesOf(string area, string measure) =>
        _figures.Keys.Where(k => k.Table == Place.Measures && k.Code == area && k.Detail == measure).Select(k => k.Group).Order(StringComparer.Ordinal);

    /// <summary>Tables one and three. Without a group: of all groups.</summary>
    public OutcomeSums Outcome(string outcome, string? group = null) => group is null
        ? _groups.Aggregate(default(OutcomeSums), (sum, each) => sum + Outcome(outcome, each))
        : _figures.TryGetValue(Place.OfOutcome(outcome, group), out var figures) ? new OutcomeSums(Needs(figures), Needs(figures.AsSpan(4))) : default;

    /// <summary>Whether an outcome is for a group: whether there are rows of it.</summary>
    public bool HasOutcome(string outcome, string group) => _figures.ContainsKey(Place.OfOutcome(outcome, group));

    /// <summary>Table two. Without a group: of all groups.</summary>
    public NeedCounts Indicator(string indicator, string? group = null) => group is null
        ? _groups.Aggregate(default(NeedCounts), (sum, each) => sum + Indicator(indicator, each))
        : _figures.TryGetValue(Place.OfIndicator(indicator, group), out var figures) ? Needs(figures) : default;

    /// <summary>Table four. Without a group: of all groups.</summary>
    public long Reason(string outcome, string reason, string? group = null) => group is null
        ? _groups.Sum(each => Reason(outcome, reason, each))
        : Count(Place.OfReason(outcome, reason, group));

    /// <summary>Clients of a KPI. Without a group: of all groups.</summary>
    public long Kpi(string kpi, string? group = null) => group is null
        ? _groups.Sum(each => Kpi(kpi, each))
        : Count(Place.OfKpi(kpi, group));

    /// <param name="category">Blank: the measure as a whole.</param>
    public MeasureSums Measure(string area, string measure, string category = "") =>
        _figures.TryGetValue(Place.OfMeasure(area, measure, category), out var figures) ? new MeasureSums((long)figures[0], (double)figures[1], (long)figures[2]) : default;

    /// <summary>By the element's code; <c>core</c> and <c>unallocated</c> are among them. Zero when there is no such row.</summary>
    public ElementSums Element(string element) => _figures.TryGetValue(Place.OfElement(element), out var figures)
        ? new ElementSums((long)figures[0], (long)figures[1], new Money((long)figures[2]), new Money((long)figures[3]))
        : default;

    /// <summary>How many contracts have a return in a state.</summary>
    public long Returns(string dataset, string state) => Count(Place.OfReturn(dataset, state));

    /// <summary>How many contracts have a result in an area of the quality standard; in a blank one, of the standard as a whole.</summary>
    public long Assessed(string area, string result) => Count(Place.OfQuality(area, result));

    /// <summary>How many contracts have so many stars, which only those have whose standard passes.</summary>
    public long WithStars(long stars) => Count(Place.OfStars(stars));

    private void Add(ReportingRow row)
    {
        switch (row)
        {
            case OutcomeRow o:
                Add(Place.OfOutcome(o.OutcomeCode, o.ClientGroup), [o.FullyMet, o.PartMet, o.NotMet, o.Open, o.LeaversFullyMet, o.LeaversPartMet, o.LeaversNotMet, 0]);
                break;
            case OutputRow o:
                Add(Place.OfIndicator(o.IndicatorCode, o.ClientGroup), [o.FullyMet, o.PartMet, o.NotMet, o.Open]);
                break;
            case ReasonRow r:
                Add(Place.OfReason(r.OutcomeCode, r.ReasonCode, r.ClientGroup), [r.Clients]);
                break;
            case KpiRow k:
                Add(Place.OfKpi(k.KpiCode, k.ClientGroup), [k.Clients]);
                break;
            case MeasureRow m:
                Add(Place.OfMeasure(m.MeasureArea, m.Measure, m.Category), [m.Count, (decimal)m.Value, m is { Count: 0, Value: 0 } ? 0 : 1]);
                break;
            case QualityRow q:
                Add(Place.OfQuality(q.QualityArea, q.Result), [1]);
                if (q is { QualityArea: "", Result: "pass" })
                    Add(Place.OfStars(q.Stars), [1]);
                break;
            case ElementRow e:
                Add(Place.OfElement(e.ElementCode), [1, e.State == "earned" ? 1 : 0, e.AvailablePence, e.EarnedPence]);
                break;
            case ReturnRow r:
                Add(Place.OfReturn(r.Dataset, r.State), [1]);
                break;
        }
    }

    private void Add(Place place, params ReadOnlySpan<decimal> figures)
    {
        if (!_figures.TryGetValue(place, out var sums))
        {
            _figures.Add(place, figures.ToArray());
            if (place.IsOfGroup)
                _groups.Add(place.Group);
            return;
        }

        for (int i = 0; i < figures.Length; i++)
            sums[i] += figures[i];
    }

    private long Count(Place place) => _figures.TryGetValue(place, out var figures) ? (long)figures[0] : 0;

    private static NeedCounts Needs(ReadOnlySpan<decimal> figures) => new((long)figures[0], (long)figures[1], (long)figures[2], (long)figures[3]);

    /// <summary>What figures are of.</summary>
    private readonly record struct Place(string Table, string Code, string Detail, string Group)
    {
        public const string Measures = "measures";

        private const string Outcomes = "outcomes", Outputs = "outputs", Reasons = "reasons", Kpis = "kpis";

        public bool IsOfGroup => Table is Outcomes or Outputs or Reasons or Kpis;

        public static Place OfOutcome(string outcome, string group) => new(Outcomes, outcome, "", group);

        public static Place OfIndicator(string indicator, string group) => new(Outputs, indicator, "", group);

        public static Place OfReason(string outcome, string reason, string group) => new(Reasons, outcome, reason, group);

        public static Place OfKpi(string kpi, string group) => new(Kpis, kpi, "", group);

        public static Place OfMeasure(string area, string measure, string category) => new(Measures, area, measure, category);

        public static Place OfQuality(string area, string result) => new("quality", area, result, "");

        public static Place OfStars(long stars) => new("stars", stars.ToString(CultureInfo.InvariantCulture), "", "");

        public static Place OfElement(string element) => new("elements", element, "", "");

        public static Place OfReturn(string dataset, string state) => new("returns", dataset, state, "");
    }
}

/// <summary>A part of <see cref="Sums"/> as it is kept.</summary>
/// <param name="Table">The reporting table whose rows it adds up.</param>
/// <param name="Code">What they are of: an outcome, an indicator, a KPI, an area, an element, a dataset.</param>
/// <param name="Detail">Which of these: a reason, a measure, a result, a state; blank where there is no more to tell.</param>
/// <param name="Group">The client group or category; blank where there is none.</param>
/// <param name="Figures">As many as the table's kind of sums has, in the order in which it names them.</param>
public sealed record SumsLine(string Table, string Code, string Detail, string Group, decimal[] Figures);

/// <param name="Clients">Table one: everybody with a need under the outcome.</param>
/// <param name="Leavers">Table three: those of them who left in the quarter.</param>
public readonly record struct OutcomeSums(NeedCounts Clients, NeedCounts Leavers)
{
    public static OutcomeSums operator +(OutcomeSums left, OutcomeSums right) => new(left.Clients + right.Clients, left.Leavers + right.Leavers);
}

/// <summary>A whole number or a fraction; the other is zero.</summary>
/// <param name="Contracts">How many of them have a figure other than zero, of whatever sign.</param>
public readonly record struct MeasureSums(long Count, double Value, long Contracts);

/// <param name="Contracts">That have the element.</param>
/// <param name="EarnedBy">How many of them earned it.</param>
public readonly record struct ElementSums(long Contracts, long EarnedBy, Money Available, Money Earned);
