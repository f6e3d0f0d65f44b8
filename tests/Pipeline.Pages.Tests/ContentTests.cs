using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Pipeline.Core;
using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;

namespace Pipeline.Pages.Tests;

/// <summary>What the pages of the sample say, against the reporting tables.</summary>
[Collection(SamplePages.Name)]
public sealed partial class ContentTests(SampleWorkspace sample)
{
    [Fact]
    public void There_is_a_page_for_every_kind_of_reader()
    {
        Assert.Contains("reports/index.html", sample.Pages);
        Assert.Contains("reports/2025-26-Q1.html", sample.Pages);
        Assert.Contains("reports/2025-26-Q1-public.html", sample.Pages);
        Assert.Contains("statements/larkstone/HL-001/2025-26-Q1.html", sample.Pages);
        Assert.Contains("receipts/larkstone/HL-001/2025-26-Q1/outcomes/v1.html", sample.Pages);
    }

    [Fact]
    public void No_page_holds_a_client_reference()
    {
        Assert.True(sample.ClientReferences.Count > 100);
        foreach (string page in sample.Pages)
        {
            var words = Word().Matches(sample.TextOf(page)).Select(m => m.Value).ToHashSet();
            Assert.DoesNotContain(words, sample.ClientReferences.Contains);
        }
    }

    [Fact]
    public void Every_id_is_on_a_page_once_and_every_label_is_there()
    {
        foreach (string page in sample.Pages)
        {
            string html = sample.TextOf(page);
            var ids = Regex.Matches(html, " id=\"([^\"]*)\"").Select(m => m.Groups[1].Value).ToList();
            Assert.Equal(ids.Distinct(), ids);
            Assert.All(Regex.Matches(html, " aria-labelledby=\"([^\"]*)\""), label => Assert.Contains(label.Groups[1].Value, ids));
        }
    }

    /// <summary>By which it is known where a phone shows the cells of a row below each other.</summary>
    [Fact]
    public void Every_figure_has_the_name_of_its_column()
    {
        foreach (string page in sample.Pages)
            Assert.All(Labels.WrongIn(sample.TextOf(page)), wrong => Assert.Fail($"{page}: {wrong}"));
    }

    [Theory]
    [InlineData("strategic-2019")]
    [InlineData("performance")]
    public async Task Tables_one_and_three_are_the_sums_of_the_rows(string framework)
    {
        var rows = (await sample.RowsAsync<OutcomeRow>()).Where(r => r.At.Framework == framework)
            .ToLookup(r => (r.OutcomeTitle, r.At.Quarter));
        string[][] tableOne = TableOf("reports/2025-26-Q2.html", $"{framework}-table-one");
        Assert.NotEmpty(tableOne);
        foreach (string[] row in tableOne)
        {
            var own = rows[(row[0], "2025-26-Q2")];
            Assert.Equal(Figures(own.Sum(r => r.Need), own.Sum(r => r.PartMet), own.Sum(r => r.FullyMet), own.Sum(r => r.NotMet),
                own.Sum(r => r.Open)), row[1..]);
        }

        var codes = rows.SelectMany(r => r).Select(r => (r.OutcomeCode, r.OutcomeTitle)).Distinct();
        foreach (var (code, title) in codes)
        {
            string[][] tableThree = TableOf("reports/2025-26-Q2.html", $"{framework}-table-three-{code}");
            var (q1, q2) = (rows[(title, "2025-26-Q1")].ToList(), rows[(title, "2025-26-Q2")].ToList());
            Assert.Equal(OverYear(q1.Sum(r => r.LeaversFullyMet), q2.Sum(r => r.LeaversFullyMet)), tableThree[0][1..]);
            Assert.Equal(OverYear(q1.Sum(r => r.LeaversPartMet), q2.Sum(r => r.LeaversPartMet)), tableThree[1][1..]);
            Assert.Equal(OverYear(q1.Sum(r => r.LeaversNotMet), q2.Sum(r => r.LeaversNotMet)), tableThree[2][1..]);
            Assert.Equal(OverYear(q1.Sum(r => r.LeaversTotal), q2.Sum(r => r.LeaversTotal)), tableThree[3][1..]);
        }
    }

    [Fact]
    public async Task Table_four_is_the_sum_of_the_rows()
    {
        var rows = (await sample.RowsAsync<ReasonRow>()).Where(r => r.At.Framework == "performance")
            .ToLookup(r => (r.OutcomeCode, r.ReasonTitle, r.At.Quarter));
        foreach (string outcome in rows.Select(r => r.Key.OutcomeCode).Distinct())
        {
            string[][] table = TableOf("reports/2025-26-Q2.html", $"performance-table-four-{outcome}");
            Assert.Equal(7, table.Length);
            foreach (string[] row in table[..^1])
                Assert.Equal(OverYear(rows[(outcome, row[0], "2025-26-Q1")].Sum(r => r.Clients),
                    rows[(outcome, row[0], "2025-26-Q2")].Sum(r => r.Clients)), row[1..]);
        }
    }

    [Fact]
    public async Task Payments_are_those_of_the_rows()
    {
        var rows = (await sample.RowsAsync<ElementRow>()).Where(r => r.At is { Framework: "performance", Quarter: "2025-26-Q1" }).ToList();
        string[][] table = TableOf("reports/2025-26-Q1.html", "performance-table-elements");
        foreach (var element in rows.Where(r => r.ElementCode is not ("core" or "unallocated")).GroupBy(r => r.ElementTitle))
        {
            string[] row = table.Single(r => r[0] == element.Key);
            Assert.Equal([new Money(element.Sum(r => r.AvailablePence)).ToString(), new Money(element.Sum(r => r.EarnedPence)).ToString()],
                row[^2..]);
        }

        Assert.Equal([new Money(rows.Sum(r => r.AvailablePence)).ToString(), new Money(rows.Sum(r => r.EarnedPence)).ToString()],
            table[^1][^2..]);
    }

    [Fact]
    public async Task A_statement_shows_what_its_contract_earned()
    {
        var rows = (await sample.RowsAsync<ElementRow>()).Where(r => r.At is { ContractId: "HL-002", Quarter: "2025-26-Q1" }).ToList();
        string[][] table = TableOf("statements/larkstone/HL-002/2025-26-Q1.html", "elements");
        Assert.Equal(rows.Count + 1, table.Length);
        foreach (string[] row in table[..^1])
        {
            var element = rows.Single(r => r.ElementTitle == row[0]);
            Assert.Equal([PageWords(element.State), new Money(element.AvailablePence).ToString(),
                new Money(element.EarnedPence).ToString()], [row[1], row[^2], row[^1]]);
        }
    }

    [Fact]
    public async Task The_returns_of_a_report_are_those_of_the_rows()
    {
        var rows = (await sample.RowsAsync<ReturnRow>()).Where(r => r.At is { Framework: "strategic-2019", Quarter: "2025-26-Q2" })
            .ToList();
        string[][] table = TableOf("reports/2025-26-Q2/strategic-2019-1.html", "strategic-2019-table-returns");
        Assert.Equal(rows.Select(r => r.At.ContractId).Distinct().Count(), table.Length);
        foreach (string[] row in table)
        {
            var own = rows.Where(r => row[0].EndsWith(r.At.ContractId, StringComparison.Ordinal))
                .ToDictionary(r => r.Dataset, r => PageWords(r.State));
            Assert.Equal(Dataset.Returns.Select(d => own[d.Name]), row[1..]);
        }

        string[][] states = TableOf("reports/2025-26-Q2.html", "strategic-2019-table-returns");
        Assert.Equal(
            Dataset.Returns.Select(d =>
                string.Join(' ', new[] { "received", "nil", "late", "rejected", "missing" }.Select(s =>
                    rows.Count(r => r.Dataset == d.Name && r.State == s)))),
            states.Select(row => string.Join(' ', row[1..])));
    }

    [Fact]
    public async Task The_same_facts_make_the_same_bytes()
    {
        foreach (string page in
            new[] { "reports/2025-26-Q1.html", "reports/2025-26-Q2.html", "reports/index.html", "reports/2025-26-Q2-public.csv" })
        {
            byte[] before = await File.ReadAllBytesAsync(sample.FileOf(page));
            await sample.Workspace.Quarters.FinishAsync(Quarter.Parse("2025-26-Q1"), new Steps.Quarters.QuarterWork([], []));
            Assert.Equal(before, await File.ReadAllBytesAsync(sample.FileOf(page)));
        }
    }

    [Fact]
    public void The_publication_shows_no_small_count()
    {
        string[] lines = File.ReadAllLines(sample.FileOf("reports/2025-26-Q2-public.csv"));
        var counts = lines.Skip(1).Select(line => line.Split(',')[^1]).ToList();
        Assert.Contains("*", counts);
        Assert.All(counts.Where(c => c is not ("*" or "")), c => Assert.True(long.Parse(c, CultureInfo.InvariantCulture) is 0 or >= 10));
    }

    private static string PageWords(string code) => char.ToUpperInvariant(code[0]) + code[1..].Replace('_', ' ');

    private static string[] Figures(params long[] counts) => [.. counts.Select(c => c.ToString("#,0", CultureInfo.InvariantCulture))];

    private static string[] OverYear(long first, long second) => [.. Figures(first, second), "–", "–", .. Figures(first + second)];

    /// <summary>The cells of a table's body, row by row, as a reader sees them.</summary>
    private string[][] TableOf(string page, string id)
    {
        var table = Regex.Match(sample.TextOf(page), $"<caption id=\"{Regex.Escape(id)}\">.*?</table>", RegexOptions.Singleline);
        Assert.True(table.Success, $"{page} has no table {id}.");
        string body = table.Value[table.Value.IndexOf("</thead>", StringComparison.Ordinal)..];
        return [.. RowPattern().Matches(body).Select(row => CellPattern().Matches(row.Value)
            .Select(cell => Spaces().Replace(WebUtility.HtmlDecode(Markup().Replace(cell.Groups[1].Value, "")), " ").Trim()).ToArray())];
    }

    [GeneratedRegex("[A-Za-z0-9][A-Za-z0-9_./-]*")]
    private static partial Regex Word();

    [GeneratedRegex("<tr.*?</tr>", RegexOptions.Singleline)]
    private static partial Regex RowPattern();

    [GeneratedRegex("<t[hd][^>]*>(.*?)</t[hd]>", RegexOptions.Singleline)]
    private static partial Regex CellPattern();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Markup();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
