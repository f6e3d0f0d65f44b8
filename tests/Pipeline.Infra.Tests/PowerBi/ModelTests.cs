using System.Text.Json;
using System.Text.RegularExpressions;
using Pipeline.Core.Reporting;

namespace Pipeline.Infra.Tests.PowerBi;

public sealed class PowerBiTests
{
    private const string Definition = "infra/power-bi/Outcomes.SemanticModel/definition";

    public static TheoryData<string> ReportingTables => [.. ReportingTable.All.Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(ReportingTables))]
    public void A_table_has_exactly_the_columns_of_the_reporting_table(string name)
    {
        string model = TableOf(name);
        var columns = ReportingTable.All.Single(t => t.Name == name).Columns;

        Assert.Equal(columns, model.All(@"^\tcolumn (\w+)$"));
        Assert.Equal(columns, model.All(@"^\t\tsourceColumn: (\w+)$"));
        Assert.Equal(columns, model.One(@"ExpandRecordColumn\(Rows, ""Content"", \{([^}]*)\}").All(@"""(\w+)"""));
    }

    [Theory]
    [MemberData(nameof(ReportingTables))]
    public void Every_column_is_given_its_type_once(string name)
    {
        string model = TableOf(name);
        var typed = model.One(@"TransformColumnTypes\(\w+, \{(.*)\}, ""en-GB""\)").All(@"\{""(\w+)"",");
        var days = model.All(@"\{""(\w+)"", DayOf, type nullable date\}");

        Assert.Equal(ReportingTable.All.Single(t => t.Name == name).Columns.Order(), typed.Concat(days).Order());
        var instants = model.All(@"\{""(\w+)"", type datetimezone\}");
        Assert.Equal(days.Concat(instants).Order(), model.All(@"^\tcolumn (\w+)\n\t\tdataType: dateTime").Order());
    }

    [Fact]
    public void There_is_a_table_for_every_reporting_table_and_two_to_join_them()
    {
        var files = Repository.Files(Definition + "/tables", "*.tmdl").Select(f => Path.GetFileNameWithoutExtension(f)!).ToList();

        Assert.Equal(ReportingTable.All.Count + 2, files.Count);
        Assert.Equal(files.Order(), Repository.Read(Definition + "/model.tmdl").All(@"^ref table '?([^'\n]+?)'?$").Order());
    }

    [Fact]
    public void Every_table_is_joined_to_its_contract_and_its_quarter()
    {
        string relationships = Repository.Read(Definition + "/relationships.tmdl");
        foreach (string table in Repository.Files(Definition + "/tables", "*.tmdl").Select(f => Path.GetFileNameWithoutExtension(f)!).Except(["Contract", "Quarter"]))
        {
            string quoted = table.Contains(' ', StringComparison.Ordinal) ? $"'{table}'" : table;
            Assert.Contains($"fromColumn: {quoted}.ContractId\n\ttoColumn: Contract.ContractId", relationships, StringComparison.Ordinal);
            // A contract's year is of no one quarter.
            if (table != "Contract years")
                Assert.Contains($"fromColumn: {quoted}.Quarter\n\ttoColumn: Quarter.Quarter", relationships, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_account_is_a_parameter()
    {
        Assert.Contains("expression Account = \"resultsaccount\" meta [IsParameterQuery=true, Type=\"Text\", IsParameterQueryRequired=true]", Repository.Read(Definition + "/expressions.tmdl"), StringComparison.Ordinal);
        Assert.Equal(ReportingTable.All.Count, Regex.Count(Repository.ReadAll(Definition, "*.tmdl"), @"AzureStorage\.Tables\(Account\)"));
    }

    [Fact]
    public void Every_column_and_measure_that_a_measure_or_a_visual_names_exists()
    {
        var tables = Repository.Files(Definition + "/tables", "*.tmdl").ToDictionary(f => Path.GetFileNameWithoutExtension(f)!, Repository.Read);
        var columns = tables.SelectMany(t => t.Value.All(@"^\tcolumn (\w+)$").Select(c => (t.Key, c))).ToHashSet();
        var measures = tables.SelectMany(t => t.Value.All(@"^\tmeasure '([^']+)'").Select(m => (t.Key, m))).ToHashSet();

        foreach (string measure in tables.Values.SelectMany(t => t.All(@"^\tmeasure '[^']+' = (.*)$")))
        {
            foreach (Match column in Regex.Matches(measure, @"(\w+)\[(\w+)\]"))
                Assert.Contains((column.Groups[1].Value, column.Groups[2].Value), columns);
            foreach (string other in measure.All(@"(?<!\w)\[([^\]]+)\]"))
                Assert.Contains(other, measures.Select(m => m.m));
        }

        foreach (string file in Repository.Files("infra/power-bi/Outcomes.Report", "visual.json"))
        {
            using var json = JsonDocument.Parse(Repository.Read(file));
            foreach (var role in json.RootElement.GetProperty("visual").GetProperty("query").GetProperty("queryState").EnumerateObject())
            {
                foreach (var projection in role.Value.GetProperty("projections").EnumerateArray())
                {
                    var field = projection.GetProperty("field").EnumerateObject().Single();
                    var named = (field.Value.GetProperty("Expression").GetProperty("SourceRef").GetProperty("Entity").GetString()!, field.Value.GetProperty("Property").GetString()!);
                    Assert.Contains(named, field.Name == "Measure" ? measures : columns);
                }
            }
        }
    }

    [Fact]
    public void There_are_pages_for_outcomes_reasons_payments_and_returns()
    {
        using var json = JsonDocument.Parse(Repository.Read("infra/power-bi/Outcomes.Report/definition/pages/pages.json"));
        var pages = json.RootElement.GetProperty("pageOrder").EnumerateArray().Select(p => p.GetString()!).ToList();

        Assert.Equal(["outcomes", "reasons", "payments", "returns"], pages);
        Assert.All(pages, page => Assert.True(Repository.Has($"infra/power-bi/Outcomes.Report/definition/pages/{page}/page.json")));
    }

    [Fact]
    public void No_file_has_a_byte_order_mark()
    {
        foreach (string file in Repository.Files("infra/power-bi", "*"))
            Assert.NotEqual([0xEF, 0xBB, 0xBF], Repository.Start(file));
    }

    private static string TableOf(string name) => Assert.Single(
        Repository.Files(Definition + "/tables", "*.tmdl").Select(Repository.Read), t => t.Contains($"Source{{[Name=\"{name}\"]}}[Data]", StringComparison.Ordinal));
}
