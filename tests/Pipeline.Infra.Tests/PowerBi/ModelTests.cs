using System.Text.Json;
using Pipeline.Core.Reporting;

namespace Pipeline.Infra.Tests.PowerBi;

/// <summary>What Power BI would refuse when it opens the model, and whether the model has what the reporting tables have.</summary>
public sealed class ModelTests
{
    /// <summary>Those that are made of the others.</summary>
    private static readonly string[] Dimensions = ["Quarter", "Contract", "Client group"];

    private static readonly SemanticModel Model = SemanticModel.Delivered;

    public static TheoryData<string> ReportingTables => [.. ReportingTable.All.Select(t => t.Name)];

    public static TheoryData<string> Measures => [.. Model.Measures.Select(m => m.Name)];

    public static TheoryData<string> Files => [.. Repository.Files(SemanticModel.Folder, "*.tmdl")];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_holds_objects_and_properties_that_there_are(string file) => Assert.NotEmpty(Tmdl.Parse(Repository.Read(file)));

    [Fact]
    public void A_misspelt_property_is_refused() =>
        Assert.Throws<FormatException>(() =>
            Tmdl.Parse(Repository.Read(SemanticModel.Folder + "/tables/Outcomes.tmdl")
                .Replace("formatString", "formatStrin", StringComparison.Ordinal)));

    /// <summary>Power BI compares without case, and opens no model in which a measure has the name of a column beside it.</summary>
    [Fact]
    public void No_two_things_of_a_table_have_one_name()
    {
        Assert.Empty(Doubles(Model));
        Assert.Equal(["Need"], Doubles(
            SemanticModel.Parse(
                ["table T\n\tmeasure 'Need' = SUM(T[need])\n\tcolumn need\n\t\tdataType: int64\n\t\tsourceColumn: need\n"
                    + "\tpartition T = m\n\t\tsource =\n\t\t\t\tX"], "")));
    }

    [Fact]
    public void A_measure_has_a_name_of_its_own_in_the_whole_model()
    {
        var names = Model.Measures.Select(m => m.Name.ToUpperInvariant()).ToList();

        Assert.Equal(names.Distinct(), names);
    }

    [Theory]
    [MemberData(nameof(Measures))]
    public void A_measure_names_columns_measures_and_tables_that_there_are(string name)
    {
        var parts = Dax.Parse(Model.Measure(name).Expression).All().ToList();
        var variables = parts.OfType<Dax.Let>().Select(l => l.Name);

        Assert.All(parts.OfType<Dax.Column>(), column => Assert.True(Model.Has(column.Name), $"{column.Name} is in no table."));
        Assert.All(parts.OfType<Dax.MeasureCall>(), call => Assert.Contains(call.Name, Model.Measures.Select(m => m.Name)));
        Assert.All(parts.OfType<Dax.Word>(), word => Assert.Contains(word.Name, Model.Tables.Select(t => t.Name).Concat(variables)));
    }

    [Fact]
    public void A_relationship_joins_columns_of_one_type_that_there_are()
    {
        Assert.All(Model.Relationships, r =>
        {
            Assert.True(Model.Has(r.From) && Model.Has(r.To), r.Name);
            Assert.Equal(TypeOf(r.To), TypeOf(r.From));
        });
        Assert.Equal(Model.Relationships.Count, Model.Relationships.Select(r => r.Name).Distinct().Count());
    }

    /// <summary>Two ways from one table to another would be ambiguous, and one of them off.</summary>
    [Fact]
    public void A_table_is_joined_to_another_once()
    {
        var pairs = Model.Relationships.Select(r => (r.From.Table, r.To.Table)).ToList();

        Assert.Equal(pairs.Distinct(), pairs);
        Assert.Empty(pairs.Select(p => p.Item1).Intersect(pairs.Select(p => p.Item2)));
    }

    [Fact]
    public void Every_table_is_joined_to_its_contract_its_quarter_and_its_client_group()
    {
        foreach (var table in Model.Tables.Where(t => ReportingTableOf(t) is not null))
        {
            List<string> expected = ["Contract.ContractKey"];
            // A contract's year is of no one quarter.
            if (table.Name != "Contract years")
                expected.Add("Quarter.Quarter");
            if (table.Columns.Any(c => c.Name == "ClientGroup"))
                expected.Add("Client group.ClientGroup");
            Assert.Equal(expected.Order(), Model.Relationships.Where(r => r.From.Table == table.Name)
                .Select(r => $"{r.To.Table}.{r.To.Column}").Order());
        }
    }

    [Fact]
    public void The_model_lists_its_tables()
    {
        Assert.Equal(
            Model.Tables.Select(t => t.Name).Order(),
            Tmdl.Parse(Repository.Read(SemanticModel.Folder + "/model.tmdl")).Where(o => o.Kind == "ref")
                .Select(o => o.Name["table ".Length..].Trim('\'')).Order());
    }

    [Theory]
    [MemberData(nameof(ReportingTables))]
    public void A_table_has_the_columns_of_the_reporting_table_and_of_what_its_query_adds(string name)
    {
        var table = Assert.Single(Model.Tables, t => ReportingTableOf(t) == name);
        var columns = ReportingTable.All.Single(t => t.Name == name).Columns;
        var labels = table.Query.Contains("WithLabels(", StringComparison.Ordinal)
            ? table.Query.One(@"WithLabels\(Keyed, \{([^}]*)\}").All(@"""(\w+)""")
            : [];

        Assert.Empty(labels.Except(columns));
        Assert.Equal([.. columns, .. labels.Select(l => l + "Label"), "ContractKey"], table.Columns.Select(c => c.Name));
        Assert.All(table.Columns, c => Assert.Equal(c.Name, c.Source));
        Assert.Equal(columns, table.Query.One(@"RowsOf\(""\w+"", \{([^}]*)\}\)").All(@"""(\w+)"""));
        Assert.Contains("WithContractKey(Typed)", table.Query, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(ReportingTables))]
    public void Every_column_is_given_its_type_once(string name)
    {
        var table = Assert.Single(Model.Tables, t => ReportingTableOf(t) == name);
        var typed = table.Query.One(@"TransformColumnTypes\(\w+, \{(.*)\}, ""en-GB""\)").All(@"\{""(\w+)"",");
        var days = table.Query.All(@"\{""(\w+)"", DayOf, type nullable date\}");
        var instants = table.Query.All(@"\{""(\w+)"", type datetimezone\}");

        Assert.Equal(ReportingTable.All.Single(t => t.Name == name).Columns.Order(), typed.Concat(days).Order());
        Assert.Equal(days.Concat(instants).Order(), table.Columns.Where(c => c.DataType == "dateTime").Select(c => c.Name).Order());
    }

    [Fact]
    public void There_is_a_table_for_every_reporting_table_and_those_that_join_or_explain_them()
    {
        Assert.Equal(Dimensions.Append("Interpretations").Order(), Model.Tables.Where(t => ReportingTableOf(t) is null).Select(t => t.Name)
            .Order());
    }

    /// <summary>A code is for joining and for measures; people read the words beside it.</summary>
    [Fact]
    public void What_has_words_hides_its_code()
    {
        foreach (var table in Model.Tables)
        {
            var coded = table.Columns.Where(c =>
                table.Columns.Any(w =>
                    w.Name == c.Name + "Label" || (c.Name.EndsWith("Code", StringComparison.Ordinal) && w.Name == c.Name[..^4] + "Title")));
            Assert.All(coded, column => Assert.True(column.IsHidden, $"{table.Name}.{column.Name}"));
        }
    }

    [Fact]
    public void The_interpretations_are_those_of_the_framework_files()
    {
        var inFiles = Repository.Files("functions", "*.json").Where(f => f.Contains("/Frameworks/", StringComparison.Ordinal))
            .Select(Repository.Read)
            .Select(text => JsonDocument.Parse(text).RootElement).Where(f => f.TryGetProperty("interpretations", out _))
            .SelectMany(f =>
                f.GetProperty("interpretations").EnumerateArray()
                    .Select(i =>
                        string.Join('|', f.GetProperty("title").GetString(), Of(i, "question"), Of(i, "choice"), Of(i, "why"),
                            Of(i, "source"))));
        var rows = Model.Table("Interpretations").Query.Split('\n').Select(line => line.Trim())
            .Where(line => line.StartsWith("{\"", StringComparison.Ordinal))
            .Select(line => string.Join('|', line.All(@"""((?:[^""]|"""")*)""")
                .Select(cell => cell.Replace("\"\"", "\"", StringComparison.Ordinal))));

        Assert.Equal(inFiles.Distinct().Order(), rows.Order());
        static string Of(JsonElement interpretation, string property) => interpretation.GetProperty(property).GetString()!;
    }

    [Fact]
    public void The_account_is_a_parameter()
    {
        var account = Assert.Single(Tmdl.Parse(Repository.Read(SemanticModel.Folder + "/expressions.tmdl")), e => e.Name == "Account");

        Assert.Equal("\"resultsaccount\" meta [IsParameterQuery=true, Type=\"Text\", IsParameterQueryRequired=true]", account.Expression);
        Assert.All(
            Model.Tables.Where(t => ReportingTableOf(t) is not null),
            t => Assert.DoesNotContain("AzureStorage", t.Query, StringComparison.Ordinal));
    }

    /// <summary>Of the keys of the account, or of the files that whoever has a role reads: every table goes the way that one parameter
    /// says.</summary>
    [Fact]
    public void One_parameter_says_whether_tables_are_read_or_files()
    {
        var shared = Tmdl.Parse(Repository.Read(SemanticModel.Folder + "/expressions.tmdl")).ToDictionary(e => e.Name, e => e.Expression!);

        Assert.Matches(@"^""Tables"" meta \[IsParameterQuery=true, List=\{""Tables"", ""Files""\}", shared["ReadFrom"]);
        string rows = shared["RowsOf"];
        Assert.Contains("AzureStorage.Tables(Account)", rows, StringComparison.Ordinal);
        Assert.Contains($"AzureStorage.Blobs(Account){{[Name=\"{Steps.Quarters.TableFiles.Folder.TrimEnd('/')}\"]}}[Data]", rows,
            StringComparison.Ordinal);
        Assert.Contains("if ReadFrom = \"Files\" then Filed() else Stored()", rows, StringComparison.Ordinal);
        Assert.Single(shared, e => e.Key != "ReadFrom" && e.Value.Contains("ReadFrom", StringComparison.Ordinal));
    }

    /// <summary>A file is found by how its name begins, and so by its folder.</summary>
    [Fact]
    public void A_table_asks_for_files_of_its_own_folder()
    {
        Assert.Equal(ReportingTable.All.Select(t => t.Name).Order(), Model.Tables.Select(ReportingTableOf).OfType<string>().Order());
        Assert.All(ReportingTable.All, table => Assert.Matches(
            $"^tables/{table.Name}/[^/]+[.]parquet$", Steps.Quarters.TableFiles.PathOf(table, Core.Quarter.Parse("2025-26-Q1"))));
    }

    [Fact]
    public void No_file_has_a_byte_order_mark()
    {
        foreach (string file in Repository.Files("infra/power-bi", "*"))
            Assert.NotEqual([0xEF, 0xBB, 0xBF], Repository.Start(file));
    }

    private static string? ReportingTableOf(ModelTable table) => table.Query.All(@"RowsOf\(""(\w+)""").SingleOrDefault();

    private static string TypeOf(ColumnName column) => Model.Table(column.Table).Columns.Single(c => c.Name == column.Column).DataType;

    private static List<string> Doubles(SemanticModel model) =>
    [
        .. model.Tables
            .SelectMany(t => t.Measures.Select(m => m.Name).Concat(t.Columns.Select(c => c.Name))
                .GroupBy(n => n, StringComparer.OrdinalIgnoreCase))
            .Where(g => g.Count() > 1).Select(g => g.Key),
    ];
}
