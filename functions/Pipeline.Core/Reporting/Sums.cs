using System.Numerics;
using Pipeline.Core.Outcomes;

namespace Pipeline.Core.Reporting;

/// <summary>
/// What reporting rows add up to: of one contract and quarter for its statement, of a framework's contracts for the quarter's report.
/// Rows of two frameworks do not belong in the same sums. The same rows make the same sums in whatever order and parts they are added.
/// </summary>
public sealed class Sums
{
    private readonly Totals<(string Outcome, string Group), OutcomeSums> _outcomes = [];
    private readonly Totals<(string Indicator, string Group), NeedCounts> _indicators = [];
    private readonly Totals<(string Outcome, string Reason, string Group), long> _reasons = [];
    private readonly Totals<(string Kpi, string Group), long> _kpis = [];
    private readonly Totals<(string Area, string Measure, string Category), MeasureSums> _measures = [];
    private readonly Totals<string, ElementSums> _elements = [];
    private readonly Totals<(string Dataset, string State), long> _returns = [];
    private readonly Totals<(string Area, string Result), long> _assessed = [];
    private readonly Totals<long, long> _stars = [];
    private readonly Totals<(string Check, string Result), long> _checks = [];

    public Sums(IEnumerable<ReportingRow> rows)
    {
        foreach (var row in rows)
            Add(row);
    }

    /// <summary>What sums that were made from parts of the rows add up to.</summary>
    public static Sums Of(IEnumerable<KeptSums> parts)
    {
        var sums = new Sums([]);
        foreach (var part in parts)
            sums.Add(part);
        return sums;
    }

    /// <summary>All that there is, to be kept.</summary>
    public KeptSums ToKeep() => new(
        [.. _outcomes.Select(o => new KeptOutcome(o.Key.Outcome, o.Key.Group, o.Value))],
        [.. _indicators.Select(i => new KeptIndicator(i.Key.Indicator, i.Key.Group, i.Value))],
        [.. _reasons.Select(r => new KeptReason(r.Key.Outcome, r.Key.Reason, r.Key.Group, r.Value))],
        [.. _kpis.Select(k => new KeptKpi(k.Key.Kpi, k.Key.Group, k.Value))],
        [.. _measures.Select(m => new KeptMeasure(m.Key.Area, m.Key.Measure, m.Key.Category, m.Value))],
        [.. _elements.Select(e => new KeptElement(e.Key, e.Value))],
        [.. _returns.Select(r => new KeptReturn(r.Key.Dataset, r.Key.State, r.Value))],
        [.. _assessed.Select(a => new KeptAssessment(a.Key.Area, a.Key.Result, a.Value))],
        [.. _stars.Select(s => new KeptStars(s.Key, s.Value))],
        [.. _checks.Select(c => new KeptCheck(c.Key.Check, c.Key.Result, c.Value))]);

    /// <summary>The categories of a measure that the rows name, in ordinal order.</summary>
    public IEnumerable<string> CategoriesOf(string area, string measure) =>
        _measures.Keys.Where(m => m.Area == area && m.Measure == measure).Select(m => m.Category).Order(StringComparer.Ordinal);

    /// <summary>Tables one and three. Without a group: of all groups.</summary>
    public OutcomeSums Outcome(string outcome, string? group = null) =>
        group is null ? _outcomes.Sum(key => key.Outcome == outcome) : _outcomes.Of((outcome, group));

    /// <summary>Whether an outcome is for a group: whether there are rows of it.</summary>
    public bool HasOutcome(string outcome, string group) => _outcomes.ContainsKey((outcome, group));

    /// <summary>Table two. Without a group: of all groups.</summary>
    public NeedCounts Indicator(string indicator, string? group = null) =>
        group is null ? _indicators.Sum(key => key.Indicator == indicator) : _indicators.Of((indicator, group));

    /// <summary>Table four. Without a group: of all groups.</summary>
    public long Reason(string outcome, string reason, string? group = null) =>
        group is null ? _reasons.Sum(key => (key.Outcome, key.Reason) == (outcome, reason))
            : _reasons.Of((outcome, reason, group));

    /// <summary>Clients of a KPI. Without a group: of all groups.</summary>
    public long Kpi(string kpi, string? group = null) => group is null
        ? _kpis.Sum(key => key.Kpi == kpi) : _kpis.Of((kpi, group));

    /// <param name="category">Blank: the measure as a whole.</param>
    public MeasureSums Measure(string area, string measure, string category = "") => _measures.Of((area, measure, category));

    /// <summary>By the element's code; <c>core</c> and <c>unallocated</c> are among them. Zero when there is no such row.</summary>
    public ElementSums Element(string element) => _elements.Of(element);

    /// <summary>How many contracts have a return in a state.</summary>
    public long Returns(string dataset, string state) => _returns.Of((dataset, state));

    /// <summary>How many contracts have a result in an area of the quality standard; in a blank one, of the standard as a whole.</summary>
    public long Assessed(string area, string result) => _assessed.Of((area, result));

    /// <summary>How many contracts have so many stars, which only those have whose standard passes.</summary>
    public long WithStars(long stars) => _stars.Of(stars);

    /// <summary>How many of a check that the commissioner carried out had a result; a contract may have several of them.</summary>
    public long Checks(string check, string result) => _checks.Of((check, result));

    /// <summary>The checks that were carried out at all, in ordinal order.</summary>
    public IEnumerable<string> ChecksCarriedOut => _checks.Keys.Select(c => c.Check).Distinct().Order(StringComparer.Ordinal);

    private void Add(ReportingRow row)
    {
        switch (row)
        {
            case OutcomeRow o:
                _outcomes.Add((o.OutcomeCode, o.ClientGroup), new OutcomeSums(
                    new NeedCounts(o.FullyMet, o.PartMet, o.NotMet, o.Open),
                    new NeedCounts(o.LeaversFullyMet, o.LeaversPartMet, o.LeaversNotMet, 0)));
                break;
            case OutputRow o:
                _indicators.Add((o.IndicatorCode, o.ClientGroup), new NeedCounts(o.FullyMet, o.PartMet, o.NotMet, o.Open));
                break;
            case ReasonRow r:
                _reasons.Add((r.OutcomeCode, r.ReasonCode, r.ClientGroup), r.Clients);
                break;
            case KpiRow k:
                _kpis.Add((k.KpiCode, k.ClientGroup), k.Clients);
                break;
            case MeasureRow m:
                _measures.Add((m.MeasureArea, m.Measure, m.Category),
                    new MeasureSums(m.Count, (decimal)m.Value, m is { Count: 0, Value: 0 } ? 0 : 1));
                break;
            case QualityRow q:
                _assessed.Add((q.QualityArea, q.Result), 1);
                if (q is { QualityArea: "", Result: "pass" })
                    _stars.Add(q.Stars, 1);
                break;
            case ElementRow e:
                _elements.Add(e.ElementCode, new ElementSums(1, e.State == "earned" ? 1 : 0, new Money(e.AvailablePence),
                    new Money(e.EarnedPence)));
                break;
            case ReturnRow r:
                _returns.Add((r.Dataset, r.State), 1);
                break;
            case CheckRow c:
                _checks.Add((c.Check, c.Result), 1);
                break;
        }
    }

    private void Add(KeptSums part)
    {
        foreach (var o in part.Outcomes)
            _outcomes.Add((o.Outcome, o.Group), o.Sums);
        foreach (var i in part.Indicators)
            _indicators.Add((i.Indicator, i.Group), i.Clients);
        foreach (var r in part.Reasons)
            _reasons.Add((r.Outcome, r.Reason, r.Group), r.Clients);
        foreach (var k in part.Kpis)
            _kpis.Add((k.Kpi, k.Group), k.Clients);
        foreach (var m in part.Measures)
            _measures.Add((m.Area, m.Measure, m.Category), m.Sums);
        foreach (var e in part.Elements)
            _elements.Add(e.Element, e.Sums);
        foreach (var r in part.Returns)
            _returns.Add((r.Dataset, r.State), r.Contracts);
        foreach (var a in part.Assessments)
            _assessed.Add((a.Area, a.Result), a.Contracts);
        foreach (var s in part.Stars)
            _stars.Add(s.Stars, s.Contracts);
        foreach (var c in part.Checks)
            _checks.Add((c.Check, c.Result), c.Times);
    }

    /// <summary>Amounts by what they are of.</summary>
    private sealed class Totals<TKey, T> : Dictionary<TKey, T>
        where TKey : notnull
        where T : IAdditionOperators<T, T, T>, IAdditiveIdentity<T, T>
    {
        public new void Add(TKey key, T amount) => this[key] = TryGetValue(key, out var before) ? before + amount : amount;

        public T Of(TKey key) => TryGetValue(key, out var amount) ? amount : T.AdditiveIdentity;

        public T Sum(Func<TKey, bool> which) => this.Where(total => which(total.Key))
            .Aggregate(T.AdditiveIdentity, (sum, total) => sum + total.Value);
    }
}

/// <summary><see cref="Sums"/> as they are kept, so that a report needs no rows of the contracts that did not change.</summary>
public sealed record KeptSums(
    IReadOnlyList<KeptOutcome> Outcomes,
    IReadOnlyList<KeptIndicator> Indicators,
    IReadOnlyList<KeptReason> Reasons,
    IReadOnlyList<KeptKpi> Kpis,
    IReadOnlyList<KeptMeasure> Measures,
    IReadOnlyList<KeptElement> Elements,
    IReadOnlyList<KeptReturn> Returns,
    IReadOnlyList<KeptAssessment> Assessments,
    IReadOnlyList<KeptStars> Stars,
    IReadOnlyList<KeptCheck> Checks)
{
    /// <summary>Which figures these and <see cref="ContractFigures"/> have: raised whenever they become others.</summary>
    public const int Form = 3;
}

public sealed record KeptOutcome(string Outcome, string Group, OutcomeSums Sums);

public sealed record KeptIndicator(string Indicator, string Group, NeedCounts Clients);

public sealed record KeptReason(string Outcome, string Reason, string Group, long Clients);

public sealed record KeptKpi(string Kpi, string Group, long Clients);

/// <param name="Category">Blank: the measure as a whole.</param>
public sealed record KeptMeasure(string Area, string Measure, string Category, MeasureSums Sums);

public sealed record KeptElement(string Element, ElementSums Sums);

public sealed record KeptReturn(string Dataset, string State, long Contracts);

/// <param name="Area">Blank: the standard as a whole.</param>
public sealed record KeptAssessment(string Area, string Result, long Contracts);

public sealed record KeptStars(long Stars, long Contracts);

public sealed record KeptCheck(string Check, string Result, long Times);

/// <param name="Clients">Table one: everybody with a need under the outcome.</param>
/// <param name="Leavers">Table three: those of them who left in the quarter.</param>
public sealed record OutcomeSums(NeedCounts Clients, NeedCounts Leavers)
    : IAdditionOperators<OutcomeSums, OutcomeSums, OutcomeSums>, IAdditiveIdentity<OutcomeSums, OutcomeSums>
{
    public static OutcomeSums AdditiveIdentity { get; } = new(NeedCounts.AdditiveIdentity, NeedCounts.AdditiveIdentity);

    public static OutcomeSums operator +(OutcomeSums left, OutcomeSums right) =>
        new(left.Clients + right.Clients, left.Leavers + right.Leavers);
}

/// <summary>A whole number or a fraction; the other is zero.</summary>
/// <param name="Count">The whole number.</param>
/// <param name="Amount">The fraction: decimal, since fractions of hours do not add up to the same in every order otherwise.</param>
/// <param name="Contracts">How many of them have a figure other than zero, of whatever sign.</param>
public sealed record MeasureSums(long Count, decimal Amount, long Contracts)
    : IAdditionOperators<MeasureSums, MeasureSums, MeasureSums>, IAdditiveIdentity<MeasureSums, MeasureSums>
{
    public static MeasureSums AdditiveIdentity { get; } = new(0, 0, 0);

    public double Value => (double)Amount;

    public static MeasureSums operator +(MeasureSums left, MeasureSums right) =>
        new(left.Count + right.Count, left.Amount + right.Amount, left.Contracts + right.Contracts);
}

/// <param name="Contracts">That have the element.</param>
/// <param name="EarnedBy">How many of them earned it.</param>
public sealed record ElementSums(long Contracts, long EarnedBy, Money Available, Money Earned)
    : IAdditionOperators<ElementSums, ElementSums, ElementSums>, IAdditiveIdentity<ElementSums, ElementSums>
{
    public static ElementSums AdditiveIdentity { get; } = new(0, 0, Money.Zero, Money.Zero);

    public static ElementSums operator +(ElementSums left, ElementSums right) =>
        new(left.Contracts + right.Contracts, left.EarnedBy + right.EarnedBy, left.Available + right.Available, left.Earned + right.Earned);
}
