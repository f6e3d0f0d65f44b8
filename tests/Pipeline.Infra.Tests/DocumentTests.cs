using System.Text.RegularExpressions;

namespace Pipeline.Infra.Tests;

/// <summary>What the documents say of the repository, and what the code says of the documents.</summary>
public sealed partial class DocumentTests
{
    private static readonly IReadOnlyList<string> Documents =
        [.. Repository.Files("", "*.md").Where(file => !file.Contains("node_modules/", StringComparison.Ordinal))];

    private static readonly string Domain = Repository.Read("docs/domain.md");

    private static readonly Lazy<IReadOnlyList<string>> All = new(() => Repository.Files("", "*"));

    public static TheoryData<string> EveryDocument => new(Documents);

    public static TheoryData<string> EveryProvidersDataset =>
        new("outcomes", "referrals", "evidence", "hours", "social-value", "quality", "incidents", "feedback");

    public static TheoryData<string> EveryReportingTable =>
        new(string.Join('\n', Repository.Files("sample-data/expected", "*.csv")).All(@"^sample-data/expected/(\w+)\.csv$"));

    [Theory]
    [MemberData(nameof(EveryDocument))]
    public void A_link_leads_to_something_that_is_there(string document)
    {
        var broken = LinksOf(document).Where(link => !IsThere(document, link));

        Assert.Empty(broken);
    }

    [Fact]
    public void A_link_to_nowhere_is_found()
    {
        Assert.False(IsThere("README.md", "docs/nowhere.md"));
        Assert.False(IsThere("README.md", "docs/domain.md#8-nothing"));
        Assert.True(IsThere("README.md", "docs/domain.md#1-words"));
        Assert.True(IsThere("docs/decisions/README.md", "../domain.md"));
    }

    [Theory]
    [MemberData(nameof(EveryDocument))]
    public void A_file_of_the_repository_that_is_named_is_there(string document)
    {
        var named = Repository.Read(document).All(@"(?:`| )((?:functions|tests|docs|infra|sample-data)/[\w./-]+\.\w+)");

        Assert.DoesNotContain(named, path => !IsFileOrFolder(path));
    }

    [Fact]
    public void Every_decision_is_listed()
    {
        var pages = Repository.Files("docs/decisions", "*.md").Select(Path.GetFileName).Where(name => name != "README.md");

        Assert.Equal(pages, LinksOf("docs/decisions/README.md").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_code_cites_only_sections_that_the_domain_has()
    {
        var sections = Domain.All(@"^## (\d+) ");
        var cited =
            from folder in (string[])["functions", "tests"]
            from pattern in (string[])["*.cs", "*.razor"]
            from file in Repository.Files(folder, pattern)
            from numbers in Repository.Read(file).All(@"domain\.md sections? ((?:\d+(?:, | and )?)+)")
            from section in numbers.All(@"(\d+)")
            select (file, section);

        Assert.Equal(["1", "2", "3", "4", "5", "6", "7"], sections);
        Assert.NotEmpty(cited);
        Assert.DoesNotContain(cited, citation => !sections.Contains(citation.section));
    }

    /// <summary>The sample's headers are those that the pipeline takes, since the sample is taken in by other tests.</summary>
    [Theory]
    [MemberData(nameof(EveryProvidersDataset))]
    public void A_datasets_columns_are_those_of_its_files(string dataset)
    {
        string section = Domain.Split($"\n### {dataset}\n")[1].Split("\n##")[0];
        string header = HeaderOf(Repository.Files("sample-data/submissions", dataset + ".csv")[0]);

        Assert.Contains(header, section.Replace(", ", ",", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    /// <summary>The sample's expected tables are compared whole with what comes out, so their headers are the columns.</summary>
    [Theory]
    [MemberData(nameof(EveryReportingTable))]
    public void A_reporting_tables_columns_are_those_that_come_out(string table)
    {
        const int common = 10;
        string[] header = HeaderOf($"sample-data/expected/{table}.csv").Split(',');
        string row = Repository.Read("docs/reporting-tables.md").One($@"^\| `{table}` \| [^ ]+(?: [^|]+)? \| (.*) \|$");

        Assert.Equal(header[common..], row.All("`([A-Za-z0-9]+)`"));
    }

    private static string HeaderOf(string file) => Repository.Read(file).Split('\n')[0].Trim('\r', '\uFEFF');

    /// <summary>Those to files, with what follows <c>#</c>.</summary>
    private static IEnumerable<string> LinksOf(string document) =>
        Repository.Read(document).All(@"\]\(([^)\s]+)\)").Where(link => !link.Contains(':', StringComparison.Ordinal));

    private static bool IsThere(string document, string link)
    {
        string[] parts = link.Split('#');
        string path = parts[0].Length == 0 ? document : Normal(Path.Join(Path.GetDirectoryName(document), parts[0]));
        if (parts.Length == 1)
            return IsFileOrFolder(path);
        return Repository.Has(path) && Repository.Read(path).All("^#+ (.+)$").Select(Anchor).Contains(parts[1]);
    }

    private static bool IsFileOrFolder(string path) =>
        Repository.Has(path) || All.Value.Any(file => file.StartsWith(path.TrimEnd('/') + "/", StringComparison.Ordinal));

    /// <summary>Without its <c>..</c>.</summary>
    private static string Normal(string path) => Path.GetRelativePath("/", Path.GetFullPath(Path.Join("/", path))).Replace('\\', '/');

    /// <summary>As GitHub makes it of a heading.</summary>
    private static string Anchor(string heading) => NotInAnchor().Replace(heading.Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"[^\w -]")]
    private static partial Regex NotInAnchor();
}
