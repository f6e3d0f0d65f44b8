namespace Pipeline.Infra.Tests.PowerBi;

/// <summary>
/// Each measure of the model, worked out from its DAX over the tables of the sample, against what it must be by the meaning of
/// <c>docs/domain.md</c>, worked out here over the columns that every row repeats.
/// </summary>
public sealed class DaxTests
{
    private static readonly DaxEvaluator Evaluator = new(SemanticModel.Delivered, SampleTables.Rows);

    /// <summary>What each measure must be. A measure that is not here fails.</summary>
    private static readonly Dictionary<string, Func<Selection, object?>> Expected = new()
    {
        ["Clients with a need"] = s => s.Latest("Outcomes", "Need"),
        ["Fully met"] = s => s.Latest("Outcomes", "FullyMet"),
        ["Partially met"] = s => s.Latest("Outcomes", "PartMet"),
        ["Not met"] = s => s.Latest("Outcomes", "NotMet"),
        ["Still open"] = s => s.Latest("Outcomes", "Open"),
        ["Fully met %"] = s => Share(s.Latest("Outcomes", "FullyMet"), s.Latest("Outcomes", "Need")),
        ["Met at least in part %"] = s =>
            Share(s.Latest("Outcomes", "FullyMet") + s.Latest("Outcomes", "PartMet"), s.Latest("Outcomes", "Need")),
        ["Leavers"] = s => s.Sum("Outcomes", "LeaversTotal"),
        ["Leavers fully met"] = s => s.Sum("Outcomes", "LeaversFullyMet"),
        ["Leavers partially met"] = s => s.Sum("Outcomes", "LeaversPartMet"),
        ["Leavers not met"] = s => s.Sum("Outcomes", "LeaversNotMet"),
        ["Leavers fully met %"] = s => Share(s.Sum("Outcomes", "LeaversFullyMet"), s.Sum("Outcomes", "LeaversTotal")),
        ["Leavers year to date"] = s => s.YearToDate.Sum("Outcomes", "LeaversTotal"),
        ["Output need"] = s => s.Latest("Outputs", "Need"),
        ["Output fully met"] = s => s.Latest("Outputs", "FullyMet"),
        ["Output partially met"] = s => s.Latest("Outputs", "PartMet"),
        ["Output not met"] = s => s.Latest("Outputs", "NotMet"),
        ["Output still open"] = s => s.Latest("Outputs", "Open"),
        ["Leavers by reason"] = s => s.Sum("Reasons", "Clients"),
        ["Clients under KPI"] = s => s.Sum("KPIs", "Clients"),
        ["Referrals received"] = s => s.Measure("referrals", "received"),
        ["Referrals accepted"] = s => s.Measure("referrals", "accepted"),
        ["Referrals unsuccessful"] = s => s.Measure("referrals", "unsuccessful"),
        ["Referrals withdrawn"] = s => s.Measure("referrals", "withdrawn"),
        ["Referrals joint"] = s => s.Measure("referrals", "joint"),
        ["Referrals by route"] = s => s.Measure("referrals", "received_by_route"),
        ["Unsuccessful by reason"] = s => s.Measure("referrals", "unsuccessful_by_reason"),
        ["Waiting at the start"] = s => s.Waiting("waiting_at_start", quarters => quarters.Min()),
        ["Waiting at the end"] = s => s.Waiting("waiting_at_end", quarters => quarters.Max()),
        ["Hours commissioned"] = s => s.Measure("hours", "commissioned", "Value"),
        ["Hours delivered"] = s => s.Measure("hours", "delivered", "Value"),
        ["Utilisation %"] = s => Share(s.Measure("hours", "delivered", "Value"), s.Measure("hours", "commissioned", "Value")),
        ["Social value activities"] = s => s.Measure("social_value", "activities"),
        ["Social value beneficiaries"] = s => s.Measure("social_value", "beneficiaries"),
        ["Social value hours"] = s => s.Measure("social_value", "hours", "Value"),
        ["Social value"] = s => s.Measure("social_value", "value_pence") / 100,
        ["Incidents"] = s => s.Measure("incidents", "occurred"),
        ["Incidents still open"] = s => s.Measure("incidents", "still_open"),
        ["Feedback responses"] = s => s.Measure("feedback", "responses"),
        ["Feedback positive %"] = s => Share(s.Measure("feedback", "positive"), s.Measure("feedback", "responses")),
        ["Areas passed"] = s => s.Count("Quality", r => r.Text("Result") == "pass" && r.Text("QualityArea") != ""),
        ["Areas assessed"] = s => s.Count("Quality", r => r.Text("Result") is "pass" or "fail" && r.Text("QualityArea") != ""),
        ["Stars earned"] = s => s.Sum("Quality", "Stars", r => r.Text("QualityArea") == "" && r.Text("Result") == "pass"),
        ["Stars to earn"] = s => s.Sum("Quality", "StarsOutOf", r => r.Text("QualityArea") == "" && r.Text("Result") == "pass"),
        ["Available"] = s => s.Pounds("Elements", "AvailablePence", NotCore),
        ["Earned"] = s => s.Pounds("Elements", "EarnedPence", NotCore),
        ["Earned of available %"] = s =>
            Share(s.Pounds("Elements", "EarnedPence", NotCore), s.Pounds("Elements", "AvailablePence", NotCore)),
        ["Unallocated"] = s => s.Pounds("Elements", "AvailablePence", r => r.Text("ElementCode") == "unallocated"),
        ["Evidence items"] = s => s.Sum("Elements", "Items"),
        ["Available year to date"] = s => s.YearToDate.Pounds("Elements", "AvailablePence", NotCore),
        ["Earned year to date"] = s => s.YearToDate.Pounds("Elements", "EarnedPence", NotCore),
        ["Released"] = s => s.Pounds("Payments", "AmountPence", _ => true),
        ["Taken back"] = s => s.Pounds("Payments", "AmountPence", r => r.Number("AmountPence") < 0),
        ["Released year to date"] = s => s.YearToDate.Pounds("Payments", "AmountPence", _ => true),
        ["Files"] = s => s.Count("Submissions", _ => true),
        ["Findings"] = s => s.Sum("Submissions", "Errors") + s.Sum("Submissions", "Warnings"),
        ["Returns asked for"] = s => s.Count("Returns", _ => true),
        ["Returns missing"] = s => s.CountWhereAny("Returns", r => r.Text("State") is "missing" or "rejected"),
        ["Returns late"] = s => s.CountWhereAny("Returns", r => r.Text("State") == "late"),
        ["Latest quarter of outcomes"] = s => s.Returned("outcomes").Max(),
        ["Latest quarter of referrals"] = s => s.Returned("referrals").Max(),
        ["First quarter of referrals"] = s => s.Returned("referrals").Min(),
        ["Checks carried out"] = s => s.Count("Checks", _ => true),
        ["Checks failed"] = s => s.CountWhereAny("Checks", r => r.Text("Result") == "fail"),
    };

    /// <summary>What a page may show at once: everything, what slicers leave, a row of a table, a cell of a matrix.</summary>
    private static readonly Dictionary<string, Selection> Selections = new()
    {
        ["everything"] = new(),
        ["one quarter"] = new(("Quarter", "Quarter", ["2025-26-Q1"])),
        ["the next year"] = new(("Quarter", "FinancialYear", ["2026-27"])),
        ["two quarters across the years"] = new(("Quarter", "Quarter", ["2025-26-Q2", SampleTables.NextYear])),
        ["a contract without the newest return"] = new(("Contract", "ContractId", [SampleTables.Missing])),
        ["the newest quarter of who did not return it"] =
            new(("Contract", "ContractId", [SampleTables.Missing]), ("Quarter", "Quarter", [SampleTables.NextYear])),
        ["a framework"] = new(("Contract", "Framework", ["strategic-2019"])),
        ["a provider in a quarter"] = new(("Contract", "ProviderId", ["wrenfield"]), ("Quarter", "Quarter", ["2025-26-Q2"])),
        ["a client group"] = new(("Client group", "ClientGroup", ["domestic_abuse"])),
        ["an outcome in a quarter"] = new(("Outcomes", "OutcomeCode", ["health_and_wellbeing"]), ("Quarter", "Quarter", ["2025-26-Q1"])),
        ["an element"] = new(("Elements", "ElementCode", ["joint_commissioning"])),
        ["the core payment"] = new(("Elements", "ElementCode", ["core"]), ("Quarter", "Quarter", ["2025-26-Q1"])),
        ["a category"] = new(("Monitoring", "Category", ["economic"])),
        ["an area of quality"] = new(("Quality", "QualityArea", ["safeguarding"])),
        ["late returns"] = new(("Returns", "State", ["late"])),
        ["nothing"] = new(("Quarter", "Quarter", ["1999-00-Q1"])),
    };

    public static TheoryData<string> Measures => [.. SemanticModel.Delivered.Measures.Select(m => m.Name)];

    [Theory]
    [MemberData(nameof(Measures))]
    public void A_measure_is_what_it_is_said_to_be_wherever_it_is_shown(string name)
    {
        Assert.True(Expected.TryGetValue(name, out var expected), "Nobody has said what this measure must be.");
        foreach ((string shown, var selection) in Selections)
        {
            // Nothing and no number are shown alike where a sum is meant.
            Assert.Equal((shown, Rounded(expected(selection))), (shown, Rounded(Evaluator.Measure(name, selection.Filters))));
        }
    }

    /// <summary>Mistakes that were made, and their like: over some page each shows something else.</summary>
    [Theory]
    [InlineData("Available", "KEEPFILTERS(Elements[ElementCode] <> \"core\")", "Elements[ElementCode] <> \"core\"")]
    [InlineData("Leavers year to date", "Quarter[FinancialYear] = LEFT(Latest, 7) && ", "")]
    [InlineData("Leavers year to date", "FILTER(ALL(Quarter),", "FILTER(Quarter,")]
    [InlineData("Leavers year to date", "Quarter[Quarter] <= Latest", "Quarter[QuarterNumber] <= MAX(Quarter[QuarterNumber])")]
    [InlineData("Clients with a need", "[Latest quarter of outcomes]", "MAX(Returns[Quarter])")]
    [InlineData("Clients with a need", "KEEPFILTERS(Outcomes[Quarter] = Latest)", "Outcomes[Quarter] = MAX(Outcomes[Quarter])")]
    [InlineData("Stars earned", ", KEEPFILTERS(Quality[QualityArea] = \"\")", "")]
    [InlineData("Waiting at the start", "[First quarter of referrals]", "[Latest quarter of referrals]")]
    [InlineData("Returns missing", "KEEPFILTERS(Returns[State] IN {\"missing\", \"rejected\"})",
        "Returns[State] IN {\"missing\", \"rejected\"}")]
    public void A_mistake_in_a_measure_is_seen(string name, string right, params string[] mistakes)
    {
        var measure = SemanticModel.Delivered.Measure(name);
        Assert.Contains(right, measure.Expression, StringComparison.Ordinal);
        foreach (string wrong in mistakes)
        {
            var mistaken = new DaxEvaluator(SemanticModel.Delivered, SampleTables.Rows,
                (name, measure.Expression.Replace(right, wrong, StringComparison.Ordinal)));
            Assert.Contains(Selections.Values, s => !Equals(Rounded(Expected[name](s)), Rounded(mistaken.Measure(name, s.Filters))));
        }
    }

    [Fact]
    public void Only_measures_that_there_are_are_expected() =>
        Assert.Empty(Expected.Keys.Except(SemanticModel.Delivered.Measures.Select(m => m.Name)));

    /// <summary>Otherwise the comparison would compare nothing with nothing.</summary>
    [Theory]
    [MemberData(nameof(Measures))]
    public void A_measure_shows_something_in_the_sample(string name) => Assert.NotNull(Evaluator.Measure(name));

    [Fact]
    public void A_need_is_that_of_the_contracts_latest_return_and_not_of_the_newest_quarter()
    {
        Assert.NotNull(Evaluator.Measure("Clients with a need", (new("Contract", "ContractId"), [SampleTables.Missing])));
        Assert.Null(Evaluator.Measure("Clients with a need", (new("Contract", "ContractId"), [SampleTables.Missing]),
            (new("Quarter", "Quarter"), [SampleTables.NextYear])));
    }

    [Fact]
    public void The_year_to_date_begins_anew_with_the_year()
    {
        object? Of(params object?[] quarters) => Evaluator.Measure("Leavers year to date", (new("Quarter", "Quarter"), quarters));

        Assert.Equal(Evaluator.Measure("Leavers", (new("Quarter", "Quarter"), ["2025-26-Q1", "2025-26-Q2"])), Of("2025-26-Q2"));
        Assert.Equal(Evaluator.Measure("Leavers", (new("Quarter", "Quarter"), [SampleTables.NextYear])),
            Of("2025-26-Q2", SampleTables.NextYear));
    }

    [Fact]
    public void A_row_of_the_core_payment_shows_nothing_of_the_elements() =>
        Assert.Null(Evaluator.Measure("Available", (new("Elements", "ElementCode"), ["core"])));

    private static bool NotCore(Fact row) => row.Text("ElementCode") != "core";

    private static double? Share(double? part, double? whole) => whole is null or 0 ? null : part / whole;

    private static object? Rounded(object? value) => value is double number ? Math.Round(number, 6) : value;

    /// <summary>A row by the names of its columns.</summary>
    private sealed record Fact(string Table, IReadOnlyDictionary<ColumnName, object?> Row)
    {
        public string Text(string column) => (string?)Row[new(Table, column)] ?? "";

        public double? Number(string column) => (double?)Row[new(Table, column)];

        public bool Has(string column) => Row.ContainsKey(new(Table, column));
    }

    /// <summary>What is shown. Every row repeats its quarter, its contract and its group, so that no table need be joined to find what
    /// belongs to it.</summary>
    private sealed class Selection(params (string Table, string Column, string[] Values)[] shown)
    {
        public IEnumerable<(ColumnName, object?[])> Filters =>
            shown.Select(s => (new ColumnName(s.Table, s.Column), s.Values.ToArray<object?>()));

        /// <summary>The same without its quarters, and with those of the latest one's year up to it.</summary>
        public Selection YearToDate
        {
            get
            {
                string latest = All("Returns").Where(Shows("Quarter")).Select(r => r.Text("Quarter")).Max() ?? "";
                string[] year = [.. All("Returns").Select(r => r.Text("Quarter")).Distinct()
                    .Where(q => latest.Length > 0 && q[..7] == latest[..7] && string.CompareOrdinal(q, latest) <= 0)];
                return new([.. shown.Where(s => s.Table != "Quarter"), ("Quarter", "Quarter", year)]);
            }
        }

        public double? Sum(string table, string column, Func<Fact, bool>? where = null) =>
            Total(Facts(table).Where(where ?? (_ => true)), column);

        public double? Pounds(string table, string column, Func<Fact, bool> where) => Sum(table, column, where) / 100;

        public double? Count(string table, Func<Fact, bool> where) => Facts(table).Count(where) is > 0 and var count ? count : null;

        /// <summary>Zero where there are rows and none is counted, nothing where there are none.</summary>
        public double? CountWhereAny(string table, Func<Fact, bool> where) =>
            Count(table, _ => true) is null ? null : Count(table, where) ?? 0;

        public double? Measure(string area, string measure, string column = "Count") =>
            Sum("Monitoring", column, r => r.Text("MeasureArea") == area && r.Text("Measure") == measure);

        public IEnumerable<string> Returned(string dataset) =>
            Facts("Returns").Where(r => r.Text("Dataset") == dataset && r.Number("CurrentVersion") > 0).Select(r => r.Text("Quarter"));

        /// <summary>Of each contract the quarter of its latest return.</summary>
        public double? Latest(string table, string column) => Total(
            Facts(table).GroupBy(r => r.Text("ContractId")).SelectMany(contract =>
            {
                string? latest = Facts("Returns").Where(r => r.Text("ContractId") == contract.Key && r.Text("Dataset") == "outcomes"
                    && r.Number("CurrentVersion") > 0).Select(r => r.Text("Quarter")).Max();
                return contract.Where(r => r.Text("Quarter") == latest);
            }), column);

        public double? Waiting(string measure, Func<IEnumerable<string>, string?> edge) => Total(
            Facts("Monitoring").Where(r => r.Text("MeasureArea") == "referrals" && r.Text("Measure") == measure)
                .GroupBy(r => r.Text("ContractId")).SelectMany(contract =>
            {
                string? at = edge(Facts("Returns")
                    .Where(r => r.Text("ContractId") == contract.Key && r.Text("Dataset") == "referrals" && r.Number("CurrentVersion") > 0)
                        .Select(r => r.Text("Quarter")));
                return contract.Where(r => r.Text("Quarter") == at);
            }), "Count");

        private static double? Total(IEnumerable<Fact> facts, string column) =>
            facts.Select(r => r.Number(column)).Aggregate((double?)null, (sum, n) => n is null ? sum : (sum ?? 0) + n);

        private static IEnumerable<Fact> All(string table) => SampleTables.Rows[table].Select(row => new Fact(table, row));

        private IEnumerable<Fact> Facts(string table) =>
            All(table).Where(row => Shows("Quarter")(row) && Shows("Contract")(row) && Shows("Client group")(row) && Shows(table)(row));

        /// <summary>Whether a row is among what is chosen in a table: itself, or one whose columns it repeats.</summary>
        private Func<Fact, bool> Shows(string table) => row =>
            shown.Where(s => s.Table == table && row.Has(s.Column)).All(s => s.Values.Contains(row.Text(s.Column)));
    }
}
