using Pipeline.Infra.Tests.Tools;

namespace Pipeline.Infra.Tests.PowerBi;

/// <summary>The JSON of the report and of the project has the form that Power BI reads.</summary>
public sealed class FormatTests
{
    private const string Folder = "infra/power-bi";

    /// <summary>By the end of the path; each schema says which of Microsoft's it is a part of.</summary>
    private static readonly Dictionary<string, string> Schemas = new()
    {
        ["/visual.json"] = "visual",
        ["/page.json"] = "page",
        ["/pages.json"] = "pages",
        ["/report.json"] = "report",
        ["/version.json"] = "version",
        [".pbir"] = "pbir",
        [".pbism"] = "pbism",
        [".pbip"] = "pbip",
    };

    /// <summary>A theme has no schema that it names.</summary>
    private static IEnumerable<string> Files =>
        Repository.Files(Folder, "*").Where(f => !f.EndsWith(".tmdl", StringComparison.Ordinal)
            && !f.Contains("/RegisteredResources/", StringComparison.Ordinal));

    [Fact]
    public void Every_file_meets_the_schema_of_its_kind() =>
        Assert.Empty(Checker.Json(Files.Select(file => new CheckedText(file, Repository.Read(file), SchemaOf(file)))));

    [Theory]
    [InlineData("visual.json", "\"tabOrder\"", "\"tabOrdr\"")]
    [InlineData("visual.json", "\"altText\"", "\"altTxt\"")]
    [InlineData("visual.json", "\"queryRef\"", "\"querryRef\"")]
    [InlineData("page.json", "FitToPage", "FitToPaper")]
    [InlineData("report.json", "/1.0.0/", "/9.0.0/")]
    public void A_misspelt_file_is_a_problem(string name, string right, string misspelt)
    {
        string file = Files.First(f => f.EndsWith("/" + name, StringComparison.Ordinal));

        Assert.NotEmpty(Checker.Json(
            new CheckedText(file, Repository.Read(file).Replace(right, misspelt, StringComparison.Ordinal), SchemaOf(file))));
    }

    private static string SchemaOf(string file) =>
        Repository.Read(
            $"tests/Pipeline.Infra.Tests/Schemas/{Schemas.Single(s => file.EndsWith(s.Key, StringComparison.Ordinal)).Value}.schema.json");
}
