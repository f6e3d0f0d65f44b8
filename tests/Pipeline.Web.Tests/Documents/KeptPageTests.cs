using System.Net;
using System.Text;
using Pipeline.Steps.Tests;
using Pipeline.Web.Documents;
using Pipeline.Web.People;

namespace Pipeline.Web.Tests.Documents;

/// <summary>Reports, statements and receipts in the frame of the site.</summary>
public sealed class KeptPageTests : SiteTests
{
    private const string Report = "/reports/2025-26-Q1.html", Statement = "/statements/acme/HL-001/2025-26-Q1.html";

    private protected override Task<TestPipeline> BeforeAsync() => TestPipeline.Released();

    [Fact]
    public async Task A_kept_page_shows_who_is_signed_in_and_the_way_back_and_all_that_the_file_shows()
    {
        using var ann = Site.As(Role.Commissioner);
        string page = await ann.ReadAsync(Report), file = await ann.ReadAsync(Report + "?as=file");
        Assert.Contains("<strong>Ann Price</strong>, commissioner", page, StringComparison.Ordinal);
        Assert.Contains("<a href=\"/pages\">Reports and receipts</a>", page, StringComparison.Ordinal);
        Assert.Equal(await Site.Pipeline.Text("reports/2025-26-Q1.html"), file);
        Assert.Equal(file.Split("<table>").Length, page.Split("<table>").Length);
        Assert.Contains("<h1>April to June 2025</h1>", page, StringComparison.Ordinal);
        Assert.Contains("<title>Quarter report 2025-26-Q1 – Outcomes Pipeline</title>", WebUtility.HtmlDecode(page),
            StringComparison.Ordinal);
        Assert.DoesNotContain("<style", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_sees_the_statement_and_the_way_back_to_their_own_returns()
    {
        using var dee = Site.As(Role.Provider, "Dee Lake", "acme");
        string page = await dee.ReadAsync(Statement);
        Assert.Contains("<a href=\"/providers/acme\">Returns</a>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("The quarter after", page, StringComparison.Ordinal);

        await Site.Pipeline.Take("submissions/acme/HL-001/2025-26-Q2/hours.csv",
            "month,commissioned_hours,delivered_hours\n2025-07,10,5\n");
        await Site.Pipeline.RefreshAsync();
        Assert.Contains("<a href=\"2025-26-Q2.html\" rel=\"next\">The quarter after</a>", await dee.ReadAsync(Statement),
            StringComparison.Ordinal);
        Assert.Contains("<a href=\"2025-26-Q1.html\" rel=\"prev\">The quarter before</a>",
            await dee.ReadAsync("/statements/acme/HL-001/2025-26-Q2.html"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_table_of_a_report_is_a_file_to_download_with_a_row_for_each_of_its_own()
    {
        using var ann = Site.As(Role.Commissioner);
        foreach (string path in new[] { Report, Statement, "/reports/2025-26-Q1/performance-1.html" })
        {
            string page = await ann.ReadAsync(path);
            string[] tables =
                [.. page.Split("<a href=\"?table=").Skip(1).Select(part => part[..part.IndexOf('"', StringComparison.Ordinal)])];
            Assert.Equal(page.Split("<table>").Length - 1, tables.Length);
            foreach (string table in tables)
            {
                using var answer = await ann.GetAsync($"{path}?table={table}");
                Assert.Equal((table, HttpStatusCode.OK, "attachment"),
                    (table, answer.StatusCode, answer.Content.Headers.ContentDisposition?.DispositionType));
                string[] lines = (await answer.Content.ReadAsStringAsync()).TrimEnd().Split("\r\n");
                string body = page[page.IndexOf($"<caption id=\"{table}\">", StringComparison.Ordinal)..];
                body = body[body.IndexOf("</thead>", StringComparison.Ordinal)..body.IndexOf("</table>", StringComparison.Ordinal)];
                Assert.Equal((table, body.Split("<tr").Length - body.Split("<tr class=\"group\"").Length), (table, lines.Length - 1));
            }
        }
    }

    [Fact]
    public async Task Figures_are_figures_for_a_spreadsheet()
    {
        using var ann = Site.As(Role.Commissioner);
        string csv = await ann.ReadAsync(Report + "?table=performance-table-elements");
        Assert.Equal("Element,Contracts,Earned by,Available,Earned", csv.TrimStart('\uFEFF').Split("\r\n")[0]);
        Assert.Equal("Working in partnership and joint commissioning with others,2,1,1666.66,1250", csv.Split("\r\n")[1]);
    }

    [Fact]
    public void A_row_of_a_group_names_it_and_a_text_that_would_run_as_a_formula_does_not()
    {
        const string Html = """
            <div><table><caption id="t">T</caption><thead><tr><th>Client group</th><th>Need</th><th>Share</th></tr></thead>
            <tbody><tr class="group"><th colspan="3">=cmd()</th></tr><tr><th><a href="x">A</a> <span class="note">B, C</span><span class="hidden">, seen by nobody</span></th><td class="number">1,234</td><td class="number">&#x2212;2.5</td></tr>
            <tr><th colspan="2">Total</th><td class="number">&#x2013;</td></tr></tbody></table></div>
            """;
        Assert.Equal("\uFEFFGroup,Client group,Need,Share\r\n\"'=cmd()\",\"A, B, C\",1234,-2.5\r\n\"'=cmd()\",Total,,\r\n",
            Encoding.UTF8.GetString(KeptPage.CsvOf(Html, "t")!));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("t\"><script>")]
    public async Task A_table_that_there_is_not_is_not_found(string table)
    {
        using var ann = Site.As(Role.Commissioner);
        using var answer = await ann.GetAsync($"{Report}?table={Uri.EscapeDataString(table)}");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task A_file_that_is_no_page_of_ours_is_served_as_it_is()
    {
        await Site.Pipeline.Put("reports/2025-26-Q1/notes.html", "<p>Somebody wrote this</p>");
        using var ann = Site.As(Role.Commissioner);
        Assert.Equal("<p>Somebody wrote this</p>", await ann.ReadAsync("/reports/2025-26-Q1/notes.html"));
    }
}
