using Pipeline.Core.Frameworks;

namespace Pipeline.Core.Outcomes;

/// <summary>Adds up the clients of one file into tables one to four and the KPIs (domain.md section 5).</summary>
internal sealed class Tally
{
    /// <summary>
    /// A client's result under a need as <see cref="RowOfNeed.Result"/> keeps it: none, open, or a level counted from here.
    /// </summary>
    public const byte NoNeed = 0, Open = 1, FirstLevel = 2;

    private readonly Framework _framework;
    private readonly Needs _needs;
    private readonly Achieved[] _achieved;
    private readonly AccommodationKind[] _accommodation;

    // The needs of each KPI, one of which is to be met; null: of those who moved on.
    private readonly int[]?[] _kpiNeeds;
    private readonly int[] _needEnds;
    private readonly StatusCounts _outcomes;
    private readonly StatusCounts _leavers;
    private readonly StatusCounts _indicators;
    private readonly long[,,] _reasons;
    private readonly long[,] _kpis;

    // Of one client, by need.
    private readonly byte[] _results;
    private readonly byte[] _givenReasons;

    // The outcome of each need, and whether the client has a need under each outcome.
    private readonly int[] _outcomeOf;
    private readonly bool[] _isNeeded;

    private Tally(Framework framework, Needs needs)
    {
        (_framework, _needs) = (framework, needs);
        _achieved = [.. framework.Levels.Select(l => l.Achieved)];
        _accommodation = [.. framework.Accommodation.Select(a => a.Kind)];
        _kpiNeeds = [.. framework.Kpis.Select(kpi => kpi.MovedOn ? null : NeedsOf(kpi))];
        _needEnds = [.. framework.Outcomes.Select((outcome, place) => needs.OfOutcome(place) + 1 + outcome.Indicators.Count)];
        int groups = framework.ClientGroups.Count;
        _outcomes = new StatusCounts(groups, framework.Outcomes.Count);
        _leavers = new StatusCounts(groups, framework.Outcomes.Count);
        _indicators = new StatusCounts(groups, needs.Count);
        _reasons = new long[framework.Outcomes.Count, framework.Reasons.Count, groups];
        _kpis = new long[framework.Kpis.Count, groups];
        _results = new byte[needs.Count];
        _givenReasons = new byte[needs.Count];
        _outcomeOf = [.. framework.Outcomes.SelectMany((outcome, place) => Enumerable.Repeat(place, 1 + outcome.Indicators.Count))];
        _isNeeded = new bool[framework.Outcomes.Count];
    }

    public static OutcomeCounts Count(Framework framework, Needs needs, Clients clients, NeedRows rows)
    {
        var tally = new Tally(framework, needs);
        for (int client = 0; client < clients.Count; client++)
            tally.Add(in clients[client], rows);
        return tally.Counts(clients.Count);
    }

    private void Add(in Client client, NeedRows rows)
    {
        _results.AsSpan().Clear();
        _givenReasons.AsSpan().Clear();
        _isNeeded.AsSpan().Clear();
        for (int number = client.LatestRow; number > 0;)
        {
            ref readonly var row = ref rows[number];
            (_results[row.Need], _givenReasons[row.Need], number) = (row.Result, row.Reason, row.Before);
            _isNeeded[_outcomeOf[row.Need]] = true;
        }

        Add(in client, _results, _givenReasons);
    }

    private void Add(in Client client, ReadOnlySpan<byte> results, ReadOnlySpan<byte> reasons)
    {
        for (int outcome = 0, whole = 0, end; outcome < _needEnds.Length; outcome++, whole = end)
        {
            end = _needEnds[outcome];
            if (!_isNeeded[outcome])
                continue;
            for (int need = whole + 1; need < end; need++)
            {
                if (results[need] != NoNeed)
                    _indicators.Add(need, client.Group, Status(results[need]));
            }

            var status = results[whole] != NoNeed ? Status(results[whole]) : Status(results[(whole + 1)..end]);
            _outcomes.Add(outcome, client.Group, status);
            if (client.LeftOn == 0)
                continue;
            _leavers.Add(outcome, client.Group, status);
            if (status is Achieved.Full or null)
                continue;
            int reason = results[whole] != NoNeed ? reasons[whole] : WorstReason(results[(whole + 1)..end], reasons[(whole + 1)..end]);
            if (reason > 0)
                _reasons[outcome, reason - 1, client.Group]++;
        }

        for (int kpi = 0; kpi < _kpiNeeds.Length; kpi++)
        {
            if (_kpiNeeds[kpi] is { } needs ? MetAny(needs, results) : HasMovedOn(in client))
                _kpis[kpi, client.Group]++;
        }
    }

    /// <summary>How far one need was met; null: it is open.</summary>
    private Achieved? Status(byte result) => result == Open ? null : _achieved[result - FirstLevel];

    /// <summary>How far an outcome was met, of which only indicators are recorded.</summary>
    private Achieved? Status(ReadOnlySpan<byte> indicators)
    {
        bool allFull = true, allNone = true;
        foreach (byte result in indicators)
        {
            if (result == NoNeed)
                continue;
            if (result == Open)
                return null;
            allFull &= Status(result) == Achieved.Full;
            allNone &= Status(result) == Achieved.None;
        }

        return allFull ? Achieved.Full : allNone ? Achieved.None : Achieved.Part;
    }

    /// <summary>The reason of the worst indicator: not met before partially met, then the framework's order of reasons.</summary>
    private int WorstReason(ReadOnlySpan<byte> results, ReadOnlySpan<byte> reasons)
    {
        var worst = Achieved.Full;
        int reason = 0;
        for (int i = 0; i < results.Length; i++)
        {
            if (results[i] < FirstLevel || reasons[i] == 0)
                continue;
            var achieved = _achieved[results[i] - FirstLevel];
            if (achieved < worst || (achieved == worst && reasons[i] < reason))
                (worst, reason) = (achieved, reasons[i]);
        }

        return reason;
    }

    private bool MetAny(int[] needs, ReadOnlySpan<byte> results)
    {
        foreach (int need in needs)
        {
            if (results[need] >= FirstLevel && _achieved[results[need] - FirstLevel] == Achieved.Full)
                return true;
        }

        return false;
    }

    private bool HasMovedOn(in Client client) =>
        client.Before > 0 && _accommodation[client.Before - 1] == AccommodationKind.Temporary
        && client.After > 0 && _accommodation[client.After - 1] == AccommodationKind.Settled;

    private int[] NeedsOf(Kpi kpi) =>
    [
        .. from outcome in Enumerable.Range(0, _framework.Outcomes.Count)
           from indicator in Enumerable.Range(0, _framework.Outcomes[outcome].Indicators.Count)
           where kpi.AnyIndicator.Contains(_framework.Outcomes[outcome].Indicators[indicator].Code)
           select _needs.OfIndicator(outcome, indicator),
    ];

    private OutcomeCounts Counts(long clients)
    {
        // Objects: for tuples with a number in them, the code of all the queries is made at every start.
        var groups = _framework.ClientGroups.Select((group, index) => new { Index = index, group.Code }).ToList();
        var outcomes = _framework.Outcomes.Select((outcome, index) => new { Index = index, Outcome = outcome }).ToList();
        return new OutcomeCounts(
            clients,
            [
                .. from outcome in outcomes
                   from client in groups
                   where _outcomes[outcome.Index, client.Index].Need > 0
                   select new OutcomeCount(outcome.Outcome.Code, client.Code, _outcomes[outcome.Index, client.Index],
                       _leavers[outcome.Index, client.Index]),
            ],
            [
                .. from outcome in outcomes
                   from indicator in Enumerable.Range(0, outcome.Outcome.Indicators.Count)
                   from client in groups
                   let counts = _indicators[_needs.OfIndicator(outcome.Index, indicator), client.Index]
                   where counts.Need > 0
                   select new IndicatorCount(outcome.Outcome.Indicators[indicator].Code, client.Code, counts),
            ],
            [
                .. from outcome in outcomes
                   from reason in Enumerable.Range(0, _framework.Reasons.Count)
                   from client in groups
                   where _reasons[outcome.Index, reason, client.Index] > 0
                   select new ReasonCount(outcome.Outcome.Code, _framework.Reasons[reason].Code, client.Code,
                       _reasons[outcome.Index, reason, client.Index]),
            ],
            [
                .. from kpi in Enumerable.Range(0, _framework.Kpis.Count)
                   from client in groups
                   where _kpis[kpi, client.Index] > 0
                   select new KpiCount(_framework.Kpis[kpi].Code, client.Code, _kpis[kpi, client.Index]),
            ]);
    }

    /// <summary>
    /// Clients by what they need, their group and how far the need was met: plain numbers side by side, for the millions that are counted
    /// one by one.
    /// </summary>
    private sealed class StatusCounts(int groups, int needs)
    {
        private const int Open = (int)Achieved.Full + 1, Statuses = Open + 1;

        private readonly long[] _counts = new long[needs * groups * Statuses];

        public NeedCounts this[int need, int group] =>
            new(_counts[At(need, group, Achieved.Full)], _counts[At(need, group, Achieved.Part)], _counts[At(need, group, Achieved.None)],
                _counts[At(need, group, null)]);

        public void Add(int need, int group, Achieved? status) => _counts[At(need, group, status)]++;

        private int At(int need, int group, Achieved? status) =>
            (((need * groups) + group) * Statuses) + (status is { } met ? (int)met : Open);
    }
}
