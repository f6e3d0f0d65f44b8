using System.Text;
using Pipeline.Core.Findings;
using Pipeline.Core.Frameworks;
using static Pipeline.Core.Tests.Frameworks.FrameworkTexts;

namespace Pipeline.Core.Tests.Frameworks;

/// <summary>Each rule of a framework file: a text that breaks it, and one that just does not.</summary>
public sealed class FrameworkRulesTests
{
    /// <summary>
    /// Breaks <paramref name="Rule"/>, and nothing else, when <paramref name="Phrase"/> is replaced by <paramref name="Broken"/>; with
    /// <paramref name="NearMiss"/> nothing is wrong.
    /// </summary>
    public sealed record Example(Rule Rule, long Line, string? Column, string Phrase, string Broken, string NearMiss,
        string? Expected = null);

    private const string Gp = """{ "code": "gp", "title": "Doctor" }, { "code": "teeth", "title": "Dentist" }""";
    private const string SchoolGroups = """["young"], "indicators": []""";
    private const string Young = """{ "code": "young", "title": "Young people" },""";
    private const string Boards = """
        "title": "Boards", "weight": 0.75
        """;
    private const string Payment = """
        "share": 0.1,
            "reconcile": "none",
            "elements": [
              { "code": "boards", "title": "Boards", "weight": 0.75, "kinds": [{ "code": "minutes", "title": "Minutes" }] },
              { "code": "hours", "title": "Hours", "weight": 0.25, "kinds": [{ "code": "minutes", "title": "Minutes" }] }
            ]
        """;

    private static readonly Example[] Examples =
    [
        new(Rules.FrameworkNotJson, 4, null, "\"A small framework\",\n", "\"A small framework\"\n", "\"A small framework\" ,\n"),
        new(Rules.FrameworkNotJson, 3, null, "\"A small framework\",", "\"A small framework\", // one", "\"A small framework // one\","),
        new(Rules.FrameworkNotJson, 18, null, "\"Client choice\" }],", "\"Client choice\" },],", "\"Client choice\" } ],"),
        new(Rules.FrameworkNotJson, 39, null, "\"Part one\" }]\n}", "\"Part one\" }]\n}}", "\"Part one\" }]\n} "),
        new(Rules.FrameworkNotJson, 39, null, "\"Part one\" }]\n}", "\"Part one\" }]\n", "\"Part one\" }]}"),
        // Half of a surrogate pair is no text, although it is written in JSON.
        new(Rules.FrameworkNotJson, 3, null, "\"A small framework\",", """ "\ud83c", """, """ "\ud83c\udfe0", """),

        new(Rules.PropertyMissing, 1, "source", "\"source\": \"Written for these tests\",", "", "\"source\": \"W\","),
        new(Rules.PropertyMissing, 7, "levels[0].reasonRequired", "\"full\", \"reasonRequired\": false", "\"full\"",
            "\"full\", \"reasonRequired\" : false"),
        new(Rules.PropertyUnknown, 3, null, "\"A small framework\",", "\"A small framework\", \"Title\": \"\",",
            "\"A small framework\", \"$schema\": \"\","),
        new(Rules.PropertyUnknown, 31, "payment", "\"share\": 0.1,", "\"share\": 0.1, \"shares\": 1,", "\"share\": 0.1 ,",
            "share, reconcile, elements"),
        new(Rules.PropertyRepeated, 3, "title", "\"A small framework\",", "\"A small framework\", \"title\": \"A small framework\",",
            "\"A small framework\" ,"),
        new(Rules.WrongKindOfValue, 3, "title", "\"A small framework\"", "5", "\"5\"", "text in quotation marks"),
        new(Rules.WrongKindOfValue, 3, "title", "\"A small framework\"", "null", "\"null\"", "text in quotation marks"),
        new(Rules.WrongKindOfValue, 31, "payment.share", "0.1", "\"0.1\"", "0.10", "a number"),
        new(Rules.WrongKindOfValue, 7, "levels[0].reasonRequired", "\"full\", \"reasonRequired\": false",
            "\"full\", \"reasonRequired\": \"false\"", "\"full\", \"reasonRequired\": true", "true or false"),
        new(Rules.WrongKindOfValue, 21, "outcomes[1].clientGroups", SchoolGroups, """ "young", "indicators": []""",
            """["young", "old"], "indicators": []""", "a list in [ ]"),
        new(Rules.WrongKindOfValue, 29, "quality", """{ "standard": "Own Standard", "areas": [{ "code": "safety", "title": "Safety" }] }""",
            "[]", "null", "an object in { }"),
        new(Rules.WrongKindOfValue, 35, "payment.elements[2]", """
            "Hours", "weight": 0.25, "kinds": [{ "code": "minutes", "title": "Minutes" }] }
            """, """
            "Hours", "weight": 0.25, "kinds": [{ "code": "minutes", "title": "Minutes" }] }, 5
            """, """
            "Hours", "weight": 0.24, "kinds": [{ "code": "minutes", "title": "Minutes" }] }
            """, "an object in { }"),

        new(Rules.FrameworkTextNotPlain, 3, "title", "\"A small framework\"", "\" \"", "\"A\"", "1 to 200 characters"),
        new(Rules.FrameworkTextNotPlain, 3, "title", "\"A small framework\"", $"\"{new string('A', 201)}\"", $"\"{new string('A', 200)}\"",
            "1 to 200 characters"),
        new(Rules.FrameworkTextNotPlain, 3, "title", "\"A small framework\"", "\"A\\nB\"", "\"A B\"", "1 to 200 characters"),
        new(Rules.FrameworkTextNotPlain, 38, "interpretations[0].why", "\"Because.\"", $"\"{new string('A', 1001)}\"",
            $"\"{new string('A', 1000)}\"", "1 to 1000 characters"),
        new(Rules.NotAFrameworkId, 2, "id", "\"small\"", "\"Small\"", "\"2-small\""),
        new(Rules.NotAFrameworkId, 2, "id", "\"small\"", $"\"{new string('a', 32)}\"", $"\"{new string('a', 31)}\""),
        new(Rules.NotAFrameworkCode, 15, "accommodation[0].code", "\"code\": \"hostel\"", "\"code\": \"host-el\"", "\"code\": \"host_el\""),
        new(Rules.NotAFrameworkCode, 15, "accommodation[0].code", "\"code\": \"hostel\"", $"\"code\": \"{new string('a', 65)}\"",
            $"\"code\": \"{new string('a', 64)}\""),
        new(Rules.CodeReserved, 15, "accommodation[0].code", "\"code\": \"hostel\"", "\"code\": \"open\"", "\"code\": \"opened\""),
        new(Rules.CodeReserved, 34, "payment.elements[0].code", "\"code\": \"boards\"", "\"code\": \"core\"", "\"code\": \"cores\""),
        new(Rules.CodeReserved, 34, "payment.elements[0].code", "\"code\": \"boards\"", "\"code\": \"unallocated\"",
            "\"code\": \"allocated\""),
        new(Rules.CodeRepeated, 16, "accommodation[1].code", "\"code\": \"tenancy\"", "\"code\": \"hostel\"", "\"code\": \"health\""),
        new(Rules.CodeRepeated, 21, "outcomes[1].indicators[0].code", SchoolGroups,
            """["young"], "indicators": [{ "code": "gp", "title": "Doctor" }]""",
            """["young"], "indicators": [{ "code": "health", "title": "Doctor" }]"""),
        new(Rules.CodeRepeated, 24, "kpis[0].anyIndicator[1]", """["gp", "teeth"]""", """["gp", "gp"]""", """["teeth", "gp"]"""),
        new(Rules.CodeRepeated, 8, "levels[1].code", "\"code\": \"not_met\", \"title\": \"Not\", \"achieved\": \"none\"",
            "\"code\": \"fully_met\", \"title\": \"Not\", \"achieved\": \"full\"",
            "\"code\": \"partially_met\", \"title\": \"Not\", \"achieved\": \"part\""),
        new(Rules.CodeRepeated, 35, "payment.elements[1].kinds[1].code", """
            "Hours", "weight": 0.25, "kinds": [{ "code": "minutes", "title": "Minutes" }]
            """, """
            "Hours", "weight": 0.25, "kinds": [{ "code": "minutes", "title": "Minutes" }, { "code": "minutes", "title": "Minutes" }]
            """, """
            "Hours", "weight": 0.25, "kinds": [{ "code": "minutes", "title": "Minutes" }, { "code": "minutes_2", "title": "Minutes" }]
            """),
        new(Rules.NotADay, 5, "effectiveFrom", "2024-02-29", "2023-02-29", "2024-02-28"),
        new(Rules.NotADay, 5, "effectiveFrom", "2024-02-29", "29/02/2024", "2024-03-01"),
        new(Rules.NotAChoice, 8, "levels[1].code", "\"code\": \"not_met\"", "\"code\": \"unmet\"", "\"code\" : \"not_met\"",
            "fully_met, partially_met, not_met"),
        new(Rules.NotAChoice, 8, "levels[1].code", "\"code\": \"not_met\"", "\"code\": \"open\"", "\"code\":  \"not_met\"",
            "fully_met, partially_met, not_met"),
        new(Rules.NotAChoice, 15, "accommodation[0].kind", "\"kind\": \"temporary\"",
            "\"kind\": \"Temporary\" }, { \"code\": \"b\", \"title\": \"B\", \"kind\": \"temporary\"",
            "\"kind\": \"other\" }, { \"code\": \"b\", \"title\": \"B\", \"kind\": \"temporary\"", "temporary, settled, other"),
        new(Rules.NotAChoice, 32, "payment.reconcile", "\"none\",\n    \"elements\"", "\"\",\n    \"elements\"",
            "\"none\" ,\n    \"elements\"", "none, scale-to-share"),
        new(Rules.ListEmpty, 27, "referralRoutes", """[{ "code": "self", "title": "Self" }]""", "[]",
            """[{ "code": "me", "title": "Me" }]"""),
        new(Rules.ListEmpty, 21, "outcomes[1].clientGroups", "\"clientGroups\": [\"young\"],", "\"clientGroups\": [],", ""),
        new(Rules.ListEmpty, 24, "kpis[0].anyIndicator", """["gp", "teeth"]""", "[]", """["gp"]"""),
        new(Rules.LevelContradictsItself, 8, "levels[1].achieved", "\"achieved\": \"none\"", "\"achieved\": \"part\"",
            "\"achieved\" : \"none\""),
        new(Rules.ReasonsAndLevelsDiffer, 18, "reasons", """[{ "code": "client_choice", "title": "Client choice" }]""", "[]",
            """[{ "code": "c", "title": "C" }]"""),
        new(Rules.ReasonsAndLevelsDiffer, 18, "reasons", "\"none\", \"reasonRequired\": true", "\"none\", \"reasonRequired\": false",
            "\"none\",  \"reasonRequired\": true"),
        new(Rules.CodeNotListed, 21, "outcomes[1].clientGroups[0]", SchoolGroups, """["gp"], "indicators": []""",
            """["old"], "indicators": []""", "a code of clientGroups"),
        new(Rules.CodeNotListed, 24, "kpis[0].anyIndicator[1]", """["gp", "teeth"]""", """["gp", "health"]""", """["gp"]""",
            "the code of an indicator"),
        new(Rules.KpiUnclear, 24, "kpis[0]", "\"Seen\", \"anyIndicator\"", "\"Seen\", \"movedOn\": true, \"anyIndicator\"",
            "\"Seen\",  \"anyIndicator\""),
        new(Rules.KpiUnclear, 25, "kpis[1]", ", \"movedOn\": true", "", ", \"anyIndicator\": [\"gp\"]"),
        new(Rules.KpiUnclear, 25, "kpis[1]", "\"movedOn\": true", "\"movedOn\": false", "\"movedOn\" : true"),
        new(Rules.MovedOnUncountable, 25, "kpis[1].movedOn", "\"kind\": \"settled\"", "\"kind\": \"other\"",
            "\"kind\": \"other\" }, { \"code\": \"b\", \"title\": \"B\", \"kind\": \"settled\""),
        new(Rules.MovedOnUncountable, 25, "kpis[1].movedOn", "\"kind\": \"temporary\"", "\"kind\": \"settled\"",
            "\"kind\": \"temporary\" }, { \"code\": \"b\", \"title\": \"B\", \"kind\": \"settled\""),

        new(Rules.TooManyDecimals, 31, "payment.share", "0.1", "0.12345", "0.1234"),
        new(Rules.TooManyDecimals, 31, "payment.share", "0.1", "1e-1", "0.10000"),
        new(Rules.TooManyDecimals, 34, "payment.elements[0].weight", "0.75", "0.7500000000000000000000000000001", "0.7499"),
        new(Rules.ShareOutOfRange, 31, "payment.share", "0.1", "1.0001", "1"),
        new(Rules.ShareOutOfRange, 31, "payment.share", "0.1", "-0.0001", "0"),
        new(Rules.WeightOutOfRange, 34, "payment.elements[0].weight", "0.75", "0", "0.0001"),
        new(Rules.WeightOutOfRange, 34, "payment.elements[0].weight", "0.75", "1.0001", "0.7499"),
        new(Rules.WeightOutOfRange, 34, "payment.elements[0].statedShareOfContract", Boards,
            "\"title\": \"Boards\", \"statedShareOfContract\": -0.0001", "\"title\": \"Boards\", \"statedShareOfContract\": 0.075"),
        new(Rules.WeightUnclear, 34, "payment.elements[0]", Boards, "\"title\": \"Boards\"", "\"title\": \"Boards\", \"weight\": 0.7"),
        new(Rules.WeightUnclear, 34, "payment.elements[0]", Boards,
            "\"title\": \"Boards\", \"weight\": 0.75, \"statedShareOfContract\": 0.075",
            "\"title\": \"Boards\", \"statedShareOfContract\": 0.075"),
        new(Rules.WeightNotScaled, 35, "payment.elements[1].weight", Payment,
            Payment.With("none", "scale-to-share").With("\"weight\": 0.75", "\"statedShareOfContract\": 0.75"),
            Payment.With("none", "scale-to-share").With("\"weight\": 0.75", "\"statedShareOfContract\": 0.75")
                .With("\"weight\": 0.25", "\"statedShareOfContract\": 0.75")),
        new(Rules.StatedShareNotExact, 34, "payment.elements[0].statedShareOfContract", Payment,
            Payment.With("0.1", "0.3").With("\"weight\": 0.75", "\"statedShareOfContract\": 0.1"),
            Payment.With("0.1", "0.32").With("\"weight\": 0.75", "\"statedShareOfContract\": 0.1")),
        new(Rules.StatedShareNotExact, 34, "payment.elements[0].statedShareOfContract", Payment,
            Payment.With("0.1", "0").With("\"weight\": 0.75", "\"statedShareOfContract\": 0.1"),
            Payment.With("0.1", "1").With("\"weight\": 0.75", "\"statedShareOfContract\": 0.1")),
        new(Rules.WeightsOverWhole, 33, "payment.elements", "0.75", "0.7501", "0.75"),
        new(Rules.WeightsOverWhole, 33, "payment.elements", Boards, "\"title\": \"Boards\", \"statedShareOfContract\": 0.2",
            "\"title\": \"Boards\", \"statedShareOfContract\": 0.05"),

        // Two client groups each.
        new(Rules.TooManyRows, 20, "outcomes[0].indicators", $"[{Gp}]", CodedListWith(Gp, 49), CodedListWith(Gp, 48),
            "at most 100 indicators times client groups"),
        // One client group.
        new(Rules.TooManyRows, 21, "outcomes[1].indicators", SchoolGroups, $"""["young"], "indicators": {CodedList("s", 101)}""",
            $"""["young"], "indicators": {CodedList("s", 100)}""", "at most 100 indicators times client groups"),
        new(Rules.TooManyRows, 18, "reasons", """[{ "code": "client_choice", "title": "Client choice" }]""", CodedList("r", 51),
            CodedList("r", 50), "at most 100 reasons times client groups"),
        new(Rules.TooManyRows, 23, "kpis", """{ "code": "seen", "title": "Seen", "anyIndicator": ["gp", "teeth"] }""", Kpis(50), Kpis(49),
            "at most 100 KPIs times client groups"),
        new(Rules.TooManyRows, 28, "referralReasons", """[{ "code": "full", "title": "No room" }]""", CodedList("r", 27),
            CodedList("r", 26), "at most 27 referral routes and referral reasons together"),
        new(Rules.TooManyRows, 28, "feedbackQuestions", """[{ "code": "feel_safe", "title": "Safe?" }]""", CodedList("q", 20),
            CodedList("q", 19), "at most 20 questions, other among them"),
        new(Rules.TooManyRows, 29, "quality.areas", """[{ "code": "safety", "title": "Safety" }]""", CodedList("a", 100),
            CodedList("a", 99), "at most 99 areas, since the standard as a whole takes a row too"),
        new(Rules.TooManyRows, 33, "payment.elements", Payment, Elements(99), Elements(98),
            "at most 98 elements, since core and unallocated take a row each"),
        new(Rules.StandardWithoutCode, 29, "quality.standard", "\"Own Standard\"", "\"Standard (own)\"", "\"Standard-own_2\""),
        new(Rules.StandardWithoutCode, 29, "quality.standard", "\"Own Standard\"", "\"\"", "\"S\""),
    ];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Examples.Length)];

    [Fact]
    public void The_small_framework_has_nothing_wrong()
    {
        var (framework, findings) = Read(Small);

        Assert.Empty(findings.List);
        Assert.Equal("small", framework!.Id);
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_text_that_breaks_the_rule_has_that_one_finding(int number)
    {
        var example = Examples[number];

        var (framework, findings) = Read(Small.With(example.Phrase, example.Broken));

        var finding = Assert.Single(findings.List);
        Assert.Equal((example.Rule.Id, example.Line, example.Column), (finding.Rule.Id, finding.Line, finding.Column));
        if (example.Expected is not null)
            Assert.Equal(example.Expected, finding.Expected);
        Assert.Null(framework);
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_text_that_only_comes_near_breaks_nothing(int number)
    {
        var example = Examples[number];

        var (framework, findings) = Read(Small.With(example.Phrase, example.NearMiss));

        Assert.Empty(findings.List);
        Assert.NotNull(framework);
    }

    [Fact]
    public void Every_rule_of_framework_files_is_tested()
    {
        // The size and the file's name are tested on their own, below.
        var tested = Examples.Select(e => e.Rule.Id).Append(Rules.FrameworkTooLarge.Id).Append(Rules.FrameworkIdNotFileName.Id).Distinct()
            .Order(StringComparer.Ordinal);

        Assert.Equal(Rules.All.Select(r => r.Id).Where(id => id.StartsWith("FRM-", StringComparison.Ordinal)), tested);
    }

    [Fact]
    public void A_file_is_named_after_its_frameworks_id()
    {
        using var json = DeliveredFrameworks.Open("performance");
        Assert.Empty(FrameworkFile.Read(json, "performance").Findings.List);

        using var renamed = DeliveredFrameworks.Open("performance");
        var file = FrameworkFile.Read(renamed, "performance-2");
        Assert.Equal(("FRM-029", "id"), (Assert.Single(file.Findings.List).Rule.Id, file.Findings.List[0].Column));
        Assert.NotEqual(0, file.Findings.Errors);

        // And beside what else is wrong.
        using var wrong = new MemoryStream(Encoding.UTF8.GetBytes(Small.With("\"weight\": 0.75", "\"weight\": 7.5")));
        var both = FrameworkFile.Read(wrong, "another").Findings;
        Assert.Contains(both.List, f => f.Rule == Rules.FrameworkIdNotFileName && f.Line > 1);
        Assert.True(both.ByRule.Count > 1);
    }

    [Fact]
    public void A_file_of_one_mebibyte_is_read_and_one_byte_more_is_refused()
    {
        byte[] small = Encoding.UTF8.GetBytes(Small);
        byte[] padding = Encoding.UTF8.GetBytes(new string(' ', 1_048_576 - small.Length));

        Assert.NotNull(Read([.. small, .. padding]).Framework);

        var refused = Read([.. small, .. padding, (byte)' ']);
        Assert.Null(refused.Framework);
        Assert.Equal(new Finding(Rules.FrameworkTooLarge, 0), Assert.Single(refused.Findings.List));
    }

    [Fact]
    public void More_client_groups_than_rows_are_refused_by_themselves()
    {
        var findings = Read(Small.With(Young, Groups(100))).Findings.List;

        Assert.Contains(findings, f => f.Rule == Rules.TooManyRows && f.Column == "clientGroups"
            && f.Expected == "at most 100 client groups");
        Assert.DoesNotContain(Read(Small.With(Young, Groups(99))).Findings.List, f => f.Column == "clientGroups");
    }

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_not_JSON()
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Small);
        bytes[Array.IndexOf(bytes, (byte)'W')] = 0xE9;

        Assert.Equal(new Finding(Rules.FrameworkNotJson, 4), Assert.Single(Read(bytes).Findings.List));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void An_empty_file_is_not_JSON(string text) =>
        Assert.Equal(new Finding(Rules.FrameworkNotJson, 1), Assert.Single(Read(text).Findings.List));

    [Fact]
    public void A_text_that_is_no_object_has_that_one_finding() =>
        Assert.Equal(new Finding(Rules.WrongKindOfValue, 1, Expected: "an object in { }"), Assert.Single(Read("[]").Findings.List));

    [Fact]
    public void Everything_wrong_is_found_at_once_in_the_order_of_the_lines()
    {
        string text = Small.With("\"small\"", "\"Small\"").With("2024-02-29", "soon").With("0.75", "2")
            .With("\"code\": \"tenancy\"", "\"code\": \"hostel\"");

        Assert.Equal(
            ["FRM-008 2 id", "FRM-012 5 effectiveFrom", "FRM-011 16 accommodation[1].code", "FRM-022 34 payment.elements[0].weight"],
            Read(text).Findings.List.Select(f => $"{f.Rule.Id} {f.Line} {f.Column}"));
    }

    private static string CodedListWith(string entries, int more) => $"[{entries}, {CodedList("more", more)[1..]}";

    private static string Groups(int count) => CodedList("group", count - 1)[1..^1] + ", " + Young;

    private static string Kpis(int count) =>
        string.Join(", ", Enumerable.Range(1, count).Select(n => $$"""{ "code": "k{{n}}", "title": "T", "anyIndicator": ["gp"] }"""));

    private static string Elements(int count) =>
        "\"share\": 0.1,\n    \"reconcile\": \"none\",\n    \"elements\": ["
        + string.Join(", ", Enumerable.Range(1, count)
            .Select(n => $$"""{ "code": "e{{n}}", "title": "T", "weight": 0.01, "kinds": [{ "code": "k", "title": "T" }] }"""))
        + "]";
}
