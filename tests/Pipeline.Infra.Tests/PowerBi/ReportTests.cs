using System.Text.Json;

namespace Pipeline.Infra.Tests.PowerBi;

/// <summary>What the report shows, and whether the model has it.</summary>
public sealed class ReportTests
{
    private const string Report = "infra/power-bi/Outcomes.Report";
    private const string Pages = Report + "/definition/pages";

    private static readonly string[] Slicers =
        ["Contract.FrameworkTitle", "Quarter.Quarter", "Contract.ProviderName", "Contract.ContractTitle"];

    /// <summary>What the source documents draw, and what goes with it: the measures that a page must show.</summary>
    private static readonly Dictionary<string, string[]> Shown = new()
    {
        ["programme"] = ["Clients with a need", "Fully met %", "Earned of available %", "Released year to date", "Returns missing"],
        ["outcomes"] = ["Clients with a need", "Fully met", "Partially met", "Not met", "Still open"],
        ["outputs"] = ["Output need", "Output fully met", "Output partially met", "Output not met", "Output still open"],
        ["leavers"] = ["Leavers", "Leavers fully met", "Leavers partially met", "Leavers not met", "Leavers by reason"],
        ["indicators"] = ["Clients under KPI", "Waiting at the start", "Referrals received", "Waiting at the end", "Utilisation %",
            "Referrals by route", "Unsuccessful by reason"],
        ["value"] = ["Social value", "Social value activities", "Feedback responses", "Feedback positive %", "Incidents",
            "Incidents still open"],
        ["quality"] = ["Areas passed", "Stars earned", "Evidence items", "Available", "Earned"],
        ["payments"] = ["Released", "Taken back", "Available", "Earned", "Unallocated"],
        ["returns"] = ["Returns asked for", "Returns missing", "Returns late", "Checks carried out", "Checks failed"],
        ["interpretations"] = [],
        ["contract"] = ["Clients with a need", "Leavers", "Earned", "Released", "Returns missing"],
    };

    public static TheoryData<string> Visuals => [.. Repository.Files(Pages, "visual.json")];

    public static TheoryData<string> PageNames => [.. Shown.Keys];

    [Theory]
    [MemberData(nameof(Visuals))]
    public void A_visual_shows_columns_and_measures_that_there_are(string file)
    {
        var model = SemanticModel.Delivered;
        Assert.All(Fields(Read(file)), field =>
        {
            var named = NameOf(field);
            Assert.True(field.Name == "Measure" ? model.Measures.Any(m => (m.Table, m.Name) == (named.Table, named.Column))
                : model.Has(named), $"{named} is not in the model.");
        });
    }

    [Fact]
    public void The_pages_are_those_that_there_are()
    {
        var pages = Read(Pages + "/pages.json").GetProperty("pageOrder").EnumerateArray().Select(p => p.GetString()!).ToList();

        Assert.Equal(Shown.Keys, pages);
        Assert.Equal(pages.Order(), Repository.Files(Pages, "page.json").Select(f => f.Split('/')[^2]).Order());
        Assert.All(pages, page => Assert.Equal(page, Read($"{Pages}/{page}/page.json").GetProperty("name").GetString()));
    }

    [Theory]
    [MemberData(nameof(PageNames))]
    public void A_page_shows_what_it_is_for(string page)
    {
        var shown = OnPage(page).SelectMany(Fields).Where(f => f.Name == "Measure").Select(f => NameOf(f).Column).ToHashSet();

        Assert.Empty(Shown[page].Except(shown));
    }

    /// <summary>Otherwise somebody would choose a code, or read a code where there are words for it.</summary>
    [Theory]
    [MemberData(nameof(Visuals))]
    public void A_visual_shows_words_and_no_codes(string file)
    {
        var hidden = SemanticModel.Delivered.Tables.SelectMany(t => t.Columns.Where(c => c.IsHidden && c.DataType == "string")
            .Select(c => new ColumnName(t.Name, c.Name)));

        Assert.Empty(Fields(Read(file)).Where(f => f.Name == "Column").Select(NameOf).Intersect(hidden));
    }

    /// <summary>Two frameworks count differently, so that their numbers are never added.</summary>
    [Fact]
    public void One_framework_is_chosen_on_every_page_that_sums()
    {
        foreach (string page in Shown.Keys.Except(["interpretations", "contract"]))
        {
            var framework = Assert.Single(OnPage(page), v => TypeOf(v) == "slicer" && Fields(v)
                .Any(f => NameOf(f) == new ColumnName("Contract", "FrameworkTitle")));
            var selection = framework.GetProperty("visual").GetProperty("objects").GetProperty("selection")[0].GetProperty("properties");
            Assert.Equal("true", selection.GetProperty("strictSingleSelect").GetProperty("expr").GetProperty("Literal").GetProperty("Value")
                .GetString());
        }
    }

    [Fact]
    public void A_slicer_is_on_every_page_and_stays_when_the_page_is_turned()
    {
        foreach (string page in Shown.Keys.Except(["interpretations", "contract"]))
        {
            var slicers = OnPage(page).Where(v => TypeOf(v) == "slicer").ToDictionary(
                v => NameOf(Assert.Single(Fields(v))) is var c ? $"{c.Table}.{c.Column}" : "", v =>
                    v.GetProperty("visual").GetProperty("syncGroup"));
            Assert.Empty(Slicers.Except(slicers.Keys));
            Assert.All(slicers.Values, group => Assert.True(group.GetProperty("filterChanges").GetBoolean()));
        }

        var groups = Repository.Files(Pages, "visual.json").Select(Read).Where(v => TypeOf(v) == "slicer")
            .Select(v =>
                (NameOf(Assert.Single(Fields(v))), v.GetProperty("visual").GetProperty("syncGroup").GetProperty("groupName").GetString()))
                    .Distinct().ToList();
        Assert.Equal(groups.Count, groups.Select(g => g.Item1).Distinct().Count());
    }

    [Fact]
    public void The_programme_leads_to_the_page_of_a_contract()
    {
        var page = Read(Pages + "/contract/page.json");
        var binding = page.GetProperty("pageBinding");
        var parameter = Assert.Single(binding.GetProperty("parameters").EnumerateArray());
        var filter = Assert.Single(page.GetProperty("filterConfig").GetProperty("filters").EnumerateArray());

        Assert.Equal(("Drillthrough", "HiddenInViewMode"),
            (binding.GetProperty("type").GetString(), page.GetProperty("visibility").GetString()));
        Assert.Equal(filter.GetProperty("name").GetString(), parameter.GetProperty("boundFilter").GetString());
        var bound = NameOf(Assert.Single(Fields(filter)));
        Assert.Equal(bound, NameOf(Assert.Single(Fields(parameter))));
        Assert.Contains(bound, OnPage("programme").Where(v => TypeOf(v) != "slicer").SelectMany(Fields).Select(NameOf));
    }

    [Fact]
    public void The_tables_of_the_source_documents_have_quarters_as_columns_and_totals()
    {
        foreach ((string page, string table) in (IReadOnlyList<(string, string)>)[("outcomes", "table-one"), ("outputs", "table-two"),
            ("leavers", "table-three"), ("leavers", "table-four")])
        {
            var visual = Read($"{Pages}/{page}/visuals/{page}-{table}/visual.json").GetProperty("visual");
            Assert.Equal(new("Quarter", "Quarter"),
                NameOf(Assert.Single(Fields(visual.GetProperty("query").GetProperty("queryState").GetProperty("Columns")))));
            var totals = visual.GetProperty("objects").GetProperty("subTotals")[0].GetProperty("properties");
            Assert.All(totals.EnumerateObject(), t =>
                Assert.Equal("true", t.Value.GetProperty("expr").GetProperty("Literal").GetProperty("Value").GetString()));
            Assert.Equal(2, totals.EnumerateObject().Count());
        }
    }

    [Theory]
    [MemberData(nameof(Visuals))]
    public void A_visual_has_an_alternative_text_of_its_own(string file)
    {
        string text = Read(file).GetProperty("visual").GetProperty("visualContainerObjects").GetProperty("general")[0]
            .GetProperty("properties").GetProperty("altText").GetProperty("expr").GetProperty("Literal").GetProperty("Value").GetString()!;

        Assert.InRange(text.Length, "'Chooses'".Length, 252);
    }

    [Theory]
    [MemberData(nameof(PageNames))]
    public void Visuals_lie_on_their_page_and_none_on_another(string page)
    {
        var places = OnPage(page).Select(v => v.GetProperty("position")).Select(p => (
            Left: p.GetProperty("x").GetDouble(), Top: p.GetProperty("y").GetDouble(),
            Right: p.GetProperty("x").GetDouble() + p.GetProperty("width").GetDouble(), Bottom: p.GetProperty("y").GetDouble()
                + p.GetProperty("height").GetDouble())).ToList();

        Assert.All(places, p => Assert.True(p is { Left: >= 0, Top: >= 0, Right: <= 1280, Bottom: <= 720 }));
        Assert.All(places, p =>
            Assert.DoesNotContain(places, other =>
                other != p && p.Left < other.Right && other.Left < p.Right && p.Top < other.Bottom && other.Top < p.Bottom));
    }

    [Fact]
    public void The_theme_is_there()
    {
        string theme = Read(Report + "/definition/report.json").GetProperty("themeCollection").GetProperty("customTheme")
            .GetProperty("name").GetString()!;

        Assert.NotEmpty(Read($"{Report}/StaticResources/RegisteredResources/{theme}").GetProperty("dataColors").EnumerateArray());
    }

    private static JsonElement Read(string file)
    {
        using var json = JsonDocument.Parse(Repository.Read(file));
        return json.RootElement.Clone();
    }

    private static IReadOnlyList<JsonElement> OnPage(string page) =>
        [.. Repository.Files($"{Pages}/{page}/visuals", "visual.json").Select(Read)];

    private static string TypeOf(JsonElement visual) => visual.GetProperty("visual").GetProperty("visualType").GetString()!;

    private static ColumnName NameOf(JsonProperty field) =>
        new(field.Value.GetProperty("Expression").GetProperty("SourceRef").GetProperty("Entity").GetString()!,
            field.Value.GetProperty("Property").GetString()!);

    /// <summary>Every column and measure, wherever in a visual it is named.</summary>
    private static IEnumerable<JsonProperty> Fields(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p =>
            p.Name is "Column" or "Measure" && p.Value.ValueKind == JsonValueKind.Object && p.Value.TryGetProperty("Property", out _) ? [p]
                : Fields(p.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Fields),
        _ => [],
    };
}
