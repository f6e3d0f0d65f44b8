using Pipeline.Infra.Tests.Tools;

namespace Pipeline.Infra.Tests.PowerBi;

/// <summary>The queries of the model, in Power Query's language M.</summary>
public sealed class QueryTests
{
    private static IEnumerable<CheckedText> Queries =>
    [
        .. SemanticModel.Delivered.Tables.Select(t => new CheckedText(t.Name, t.Query)),
        .. Shared.Select(e => new CheckedText(e.Name, e.Expression!)),
    ];

    private static IEnumerable<Tmdl> Shared => Tmdl.Parse(Repository.Read(SemanticModel.Folder + "/expressions.tmdl"));

    [Fact]
    public void A_query_is_one_that_the_parser_takes() => Assert.Empty(Checker.PowerQuery(Queries));

    [Theory]
    [InlineData("let A = 1, in A")]
    [InlineData("let A = Table.Distinct(B in A")]
    [InlineData("each [Quarter")]
    public void A_broken_query_is_a_problem(string query) => Assert.NotEmpty(Checker.PowerQuery(new CheckedText("broken", query)));

    /// <summary>The parser knows no names; a query may use the language's, the shared expressions', the tables' and its own
    /// steps'.</summary>
    [Fact]
    public void A_query_names_functions_and_tables_that_there_are()
    {
        var known = Shared.Select(e => e.Name).Concat(SemanticModel.Delivered.Tables.Select(t => t.Name)).ToHashSet();
        foreach (var query in Queries)
        {
            // Texts and the members of records say nothing of queries.
            string text = System.Text.RegularExpressions.Regex.Replace(query.Text, @"#?""(?:[^""]|"""")*""|\[\w+\]", "x");
            var steps = text.All(@"^\s*(\w+) = ").ToHashSet();
            var called = text.All(@"(?<![.\w])([A-Z]\w+)(?=[,)(])").Where(n => !steps.Contains(n));
            Assert.All(called, name => Assert.Contains(name, known));
        }
    }
}
