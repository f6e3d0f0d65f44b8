using System.Globalization;
using Pipeline.Core.Contracts;
using Pipeline.Core.Findings;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Outcomes;
using Pipeline.Core.Reading;

namespace Pipeline.Core.Submissions;

/// <summary><c>outcomes</c>: one row per need of a client (domain.md section 4).</summary>
internal sealed class OutcomesReader : DatasetReader
{
    private const int ClientRef = 0, ClientGroup = 1, Outcome = 2, Indicator = 3, NeedIdentifiedOn = 4, Result = 5, ResultOn = 6,
        Reason = 7, EvidenceRef = 8,
        LeftServiceOn = 9, AccommodationBefore = 10, AccommodationAfter = 11;

    internal static ReturnDataset Define() => new("outcomes", "Outcomes", "one need of a client",
    [
        new("client_ref", "Client reference", Form.Reference,
            "The client, by your own reference: the same in every row of the client and in every quarter."),
        new("client_group", "Client group", Form.Code,
            "The group that the client is supported as; one of those the contract serves, and the same in every row of the client.")
        {
            Source = "Strategic Outcomes Framework (2019), part one",
        },
        new("outcome", "Outcome", Form.Code, "The outcome under which the client has a need."),
        new("indicator", "Indicator", Form.Code, "The part of the outcome that the need is about.")
        {
            When = "when the need is about one part of the outcome; blank for the outcome as a whole",
        },
        new("need_identified_on", "Need identified on", Form.Date, "The day on which the need was identified, in this quarter or before.")
        {
            Source = "Strategic Outcomes Framework (2019), introduction",
        },
        new("result", "Result", Form.Code, "How far the need was met by the end of the quarter, or open."),
        new("result_on", "Result on", Form.Date, "The day of the result.") { When = "when the result is not open" },
        new("reason", "Reason", Form.Code, "Why the need was not fully met.")
        {
            When = "when the result asks for a reason",
            Source = "Performance Outcomes Framework, table four",
        },
        new("evidence_ref", "Evidence reference", Form.Reference,
            "Where you keep the evidence that the need was met, by your own reference.")
        {
            When = "when the need was met, fully or in part",
            Source = "Strategic Outcomes Framework (2019), introduction",
        },
        new("left_service_on", "Left service on", Form.Date,
            "The day on which the client left the service: the same in every row of the client.")
        {
            When = "when the client left in the quarter",
            Source = "Performance Outcomes Framework, table three",
        },
        new("accommodation_before", "Accommodation before", Form.Code,
            "Where the client lived when support began: the same in every row of the client.")
        {
            When = "when it is known",
            Source = "Strategic Outcomes Framework (2019), part two, Key Performance Indicators",
        },
        new("accommodation_after", "Accommodation after", Form.Code,
            "Where the client lives now, or went: the same in every row of the client.")
        {
            When = "when it is known",
            Source = "Strategic Outcomes Framework (2019), part two, Key Performance Indicators",
        },
    ])
    {
        Source = "Strategic Outcomes Framework (2019), part two; Performance Outcomes Framework, tables one to four",
        Counts = typeof(OutcomeCounts),
        Reader = (framework, contract, quarter) => new OutcomesReader(framework, contract, quarter),
        FrameworkCodes = f =>
        [
            new("client_group", f.ClientGroups),
            new("outcome", [.. f.Outcomes.Select(o => new Coded(o.Code, o.Title))]),
            .. f.Outcomes.Select(o => new ColumnCodes("indicator", o.Code, o.Indicators)),
            new("result", [new Coded(OpenResult, OpenTitle), .. f.Levels.Select(l => new Coded(l.Code, l.Title))]),
            new("reason", f.Reasons),
            new("accommodation_before", [.. f.Accommodation.Select(a => new Coded(a.Code, a.Title))]),
            new("accommodation_after", [.. f.Accommodation.Select(a => new Coded(a.Code, a.Title))]),
        ],
    };

    /// <summary>The result that every framework has and none lists.</summary>
    internal const string OpenResult = "open";

    private const string OpenTitle = "still being worked on";

    private static readonly int EarliestNeed = new DateOnly(2000, 1, 1).DayNumber;

    private readonly Framework _framework;
    private readonly int _quarterFirst;
    private readonly int _quarterLast;
    private readonly string _quarterDays;
    private readonly string _upToQuarterEnd;
    private readonly CodeTable _groups;
    private readonly bool[] _served;
    private readonly string _servedExpected;
    private readonly CodeTable _outcomes;
    private readonly bool[,] _outcomeIsFor;
    private readonly CodeTable[] _indicators;
    private readonly CodeTable _anyIndicator;
    private readonly CodeTable _results;
    private readonly CodeTable _reasons;
    private readonly CodeTable _accommodation;
    private readonly Needs _needs;
    private readonly Clients _clients;

    private readonly NeedRows _rows = new();

    public OutcomesReader(Framework framework, Contract contract, Quarter quarter)
        : base(Dataset.Outcomes)
    {
        _framework = framework;
        (_quarterFirst, _quarterLast) = (quarter.FirstDay.DayNumber, quarter.LastDay.DayNumber);
        _quarterDays = string.Create(CultureInfo.InvariantCulture, $"{quarter.FirstDay:yyyy-MM-dd} to {quarter.LastDay:yyyy-MM-dd}");
        _upToQuarterEnd = string.Create(CultureInfo.InvariantCulture, $"{quarter.LastDay:yyyy-MM-dd} or earlier");
        _groups = new CodeTable(framework.ClientGroups.Select(g => (g.Code, g.Title)));
        _served = [.. framework.ClientGroups.Select(g => contract.ClientGroups.Contains(g.Code))];
        _servedExpected =
            CodeTable.OneOf(framework.ClientGroups.Where(g => contract.ClientGroups.Contains(g.Code)).Select(g => (g.Code, g.Title)));
        _outcomes = new CodeTable(framework.Outcomes.Select(o => (o.Code, o.Title)));
        _outcomeIsFor = new bool[framework.Outcomes.Count, framework.ClientGroups.Count];
        for (int outcome = 0; outcome < framework.Outcomes.Count; outcome++)
        {
            for (int group = 0; group < framework.ClientGroups.Count; group++)
                _outcomeIsFor[outcome, group] = framework.Outcomes[outcome].IsFor(framework.ClientGroups[group].Code);
        }

        _indicators = [.. framework.Outcomes.Select(o => new CodeTable(o.Indicators.Select(i => (i.Code, i.Title))))];
        _anyIndicator = new CodeTable(framework.Outcomes.SelectMany(o => o.Indicators).Select(i => i.Code));
        _results = new CodeTable(framework.Levels.Select(l => (l.Code, l.Title)).Prepend((OpenResult, OpenTitle)));
        _reasons = new CodeTable(framework.Reasons.Select(r => (r.Code, r.Title)));
        _accommodation = new CodeTable(framework.Accommodation.Select(a => (a.Code, a.Title)));
        _needs = new Needs(framework);
        _clients = new Clients();
    }

    internal override void Read(Row row)
    {
        var group = ReadGroup(row);
        int need = ReadNeed(row, group);
        var identified = ReadIdentified(row);
        var left = ReadLeft(row);
        var (result, reason, resultOn) = ReadResult(row, identified, left);
        var before = row.Code(AccommodationBefore, _accommodation);
        var after = row.Code(AccommodationAfter, _accommodation);
        int client = ReadClient(row, group, left, before, after);
        int latest = Math.Max(identified.Number, resultOn.Number);
        if (client >= 0)
        {
            ref var known = ref _clients[client];
            latest = known.LatestDate = Math.Max(known.LatestDate, latest);
        }

        if (left.HasValue && left.Number < latest)
            row.Report(Rules.LeftBeforeOtherDates, LeftServiceOn, "a day on or after every other date of the client");
        if (client < 0 || need < 0)
            return;
        // A result that was reported is kept as open: the file is rejected and never counted, but the need's next row is a repetition.
        byte recorded = (byte)((result.HasValue ? result.Value : 0) + Tally.Open);
        byte given = (byte)(reason.HasValue ? reason.Value + 1 : 0);
        ref var owner = ref _clients[client];
        uint bit = 1u << (need & 31);
        if ((owner.SomeNeeds & bit) != 0 && _rows.Find(owner.LatestRow, need) is > 0 and var repeated)
        {
            ref var first = ref _rows[repeated];
            row.Report(Rules.NeedRepeated, Outcome, FirstLines<int>.Once(_rows.LineOf(repeated)));
            (first.Result, first.Reason) = (recorded, given);
            return;
        }

        owner.SomeNeeds |= bit;
        owner.LatestRow = _rows.Add(row.Line, new RowOfNeed((ushort)need, recorded, given, owner.LatestRow));
    }

    internal override FileCounts Count() => Tally.Count(_framework, _needs, _clients, _rows);

    internal override FileCounts CountSoFar()
    {
        // Every client is in a group of the tables, and of these only sums over all groups are told.
        for (int client = 0; client < _clients.Count; client++)
        {
            ref var known = ref _clients[client];
            known.Group = Math.Max(known.Group, 0);
        }

        return Count();
    }

    private Place ReadGroup(Row row)
    {
        var group = row.Code(ClientGroup, _groups);
        if (group.HasValue && !_served[group.Value])
            row.Report(Rules.ClientGroupNotServed, ClientGroup, _servedExpected);
        return group;
    }

    /// <returns>The number of the need, or -1 when it was reported.</returns>
    private int ReadNeed(Row row, Place group)
    {
        var outcome = row.Code(Outcome, _outcomes);
        // Without the column of indicators, needs cannot be told apart.
        if (!outcome.HasValue || !row.Has(Indicator))
        {
            row.ReportPersonalData(Indicator);
            return -1;
        }

        if (group.HasValue && !_outcomeIsFor[outcome.Value, group.Value])
            row.Report(Rules.OutcomeNotForClientGroup, Outcome);
        var name = row[Indicator];
        if (name.IsEmpty)
            return _needs.OfOutcome(outcome.Value);
        var indicators = _indicators[outcome.Value];
        int indicator = indicators.Find(name);
        if (indicator >= 0)
            return _needs.OfIndicator(outcome.Value, indicator);
        string expected = indicators.Codes.Count == 0 ? "blank: the outcome has no indicators" : "blank, or " + indicators.Expected;
        if (_anyIndicator.Find(name) >= 0)
            row.Report(Rules.IndicatorNotOfOutcome, Indicator, expected);
        else
            row.ReportForm(Rules.NotACode, Indicator, expected);
        return -1;
    }

    /// <returns>Its day number.</returns>
    private Day ReadIdentified(Row row)
    {
        var identified = row.Date(NeedIdentifiedOn);
        if (!identified.HasValue)
            return default;
        if (identified.Number < EarliestNeed)
            row.Report(Rules.NeedTooLongAgo, NeedIdentifiedOn, "2000-01-01 or later");
        else if (identified.Number > _quarterLast)
            row.Report(Rules.NeedAfterQuarter, NeedIdentifiedOn, _upToQuarterEnd);
        return identified;
    }

    private Day ReadLeft(Row row)
    {
        var left = row.Date(LeftServiceOn);
        if (left.HasValue && (left.Number < _quarterFirst || left.Number > _quarterLast))
            row.Report(Rules.LeftOutsideQuarter, LeftServiceOn, _quarterDays);
        return left;
    }

    /// <summary>The result with all that depends on it: its day, its reason and its evidence.</summary>
    private (Place Result, Place Reason, Day ResultOn) ReadResult(Row row, Day identified, Day left)
    {
        var result = row.Code(Result, _results);
        var resultOn = row.Date(ResultOn);
        if (resultOn.HasValue && identified.HasValue && resultOn.Number < identified.Number)
            row.Report(Rules.ResultBeforeNeed, ResultOn, "a day on or after need_identified_on");
        if (resultOn.HasValue && resultOn.Number > _quarterLast)
            row.Report(Rules.ResultAfterQuarter, ResultOn, _upToQuarterEnd);
        var reason = ReadReason(row);
        row.EvidenceReference(EvidenceRef);
        if (!result.HasValue)
            return (result, reason, resultOn);

        if (result.Value == 0)
        {
            if (resultOn.HasValue)
                row.Report(Rules.ResultDateOfOpenNeed, ResultOn, "blank");
            if (!reason.IsBlank)
                row.Report(Rules.ReasonNotAskedFor, Reason, "blank");
            if (left.HasValue)
                row.Report(Rules.LeaverWithOpenNeed, Result);
            return (result, reason, resultOn);
        }

        var level = _framework.Levels[result.Value - 1];
        if (resultOn.IsBlank)
            row.Report(Rules.ResultDateMissing, ResultOn);
        if (level.ReasonRequired && reason.IsBlank)
            row.Report(Rules.ReasonMissing, Reason, _reasons.Expected);
        if (!level.ReasonRequired && !reason.IsBlank)
            row.Report(Rules.ReasonNotAskedFor, Reason, "blank");
        if (level.Achieved != Achieved.None && row.IsBlank(EvidenceRef))
            row.Report(Rules.EvidenceMissing, EvidenceRef);
        return (result, reason, resultOn);
    }

    private Place ReadReason(Row row)
    {
        if (_reasons.Codes.Count > 0)
            return row.Code(Reason, _reasons);
        if (row.IsBlank(Reason))
            return Place.Blank;
        row.ReportPersonalData(Reason);
        return default;
    }

    /// <summary>Finds the client, and compares what all its rows must have in common.</summary>
    /// <returns>The client's index, or -1 when its reference was reported.</returns>
    private int ReadClient(Row row, Place group, Day left, Place before, Place after)
    {
        int client = _clients.Find(row[ClientRef]);
        if (client < 0)
        {
            var reference = row.Reference(ClientRef);
            if (reference.IsEmpty)
                return -1;
            client = _clients.Add(reference);
            if (_clients.FindInOtherCase(client) is var other and >= 0)
                row.Report(Rules.ClientInOtherCase, ClientRef, LineOf(other));
            // What was reported is unknown, and not held against the client's other rows.
            _clients[client] = new Client
            {
                Group = group.HasValue ? group.Value : Unknown,
                LeftOn = Given(left),
                Before = Given(before),
                After = Given(after),
            };
            return client;
        }

        ref var known = ref _clients[client];
        if (group.HasValue && Differs(ref known.Group, group.Value))
            row.Report(Rules.ClientGroupDiffers, ClientGroup);
        if (Differs(ref known.LeftOn, Given(left)))
            row.Report(Rules.LeftDiffers, LeftServiceOn);
        if (Differs(ref known.Before, Given(before)))
            row.Report(Rules.AccommodationBeforeDiffers, AccommodationBefore);
        if (Differs(ref known.After, Given(after)))
            row.Report(Rules.AccommodationAfterDiffers, AccommodationAfter);
        return client;
    }

    /// <summary>Where a client was last met; null when none of its rows could be read.</summary>
    private string? LineOf(int client) =>
        _clients[client].LatestRow is > 0 and var latest
            ? string.Create(CultureInfo.InvariantCulture, $"the reference of line {_rows.LineOf(latest)}, if it is the same client") : null;

    private const int Unknown = -1;

    /// <summary>0 when blank, <see cref="Unknown"/> when reported.</summary>
    private static int Given(Place field) => field.HasValue ? field.Value + 1 : field.IsBlank ? 0 : Unknown;

    /// <summary>The same of a day, by its number.</summary>
    private static int Given(Day field) => field.HasValue ? field.Number : field.IsBlank ? 0 : Unknown;

    private static bool Differs(ref int known, int given)
    {
        if (known == Unknown)
            known = given;
        return given != Unknown && given != known;
    }
}
