using System.Net;
using System.Text;
using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Pages;

namespace Pipeline.Steps.Tests.Quarters;

public sealed class QuarterPagesTests
{
    private const string Acme = "statements/acme/HL-001/2025-26-Q1.html";
    private const string Beta = "statements/beta/HL-002/2025-26-Q1.html";

    [Fact]
    public async Task Every_active_contract_has_a_statement_though_nothing_came()
    {
        var world = await TestPipeline.Reviewed();
        Assert.Contains("Missing", await world.Text(Beta));
        Assert.Contains("Nothing has been released", await world.Text(Beta));
    }

    [Fact]
    public async Task The_index_stays_as_it_is_until_a_quarter_becomes_known_or_another_writes_it()
    {
        const string index = "reports/index.html";
        var world = await TestPipeline.Reviewed();
        string page = await world.Text(index);
        var written = await world.Files.StatAsync(index);
        await Sent("2025-26-Q1", items: 3);
        Assert.Equal(written, await world.Files.StatAsync(index));

        await world.Put(index, "another's");
        await Sent("2025-26-Q1", items: 4);
        Assert.Equal(page, await world.Text(index));

        Assert.DoesNotContain("2024-25-Q4", page, StringComparison.Ordinal);
        await Sent("2024-25-Q4", items: 1);
        Assert.Contains("2024-25-Q4", await world.Text(index), StringComparison.Ordinal);

        async Task Sent(string quarter, int items)
        {
            await world.Take($"submissions/acme/HL-001/{quarter}/evidence.csv", TestPipeline.Evidence(items));
            await world.RefreshAsync();
        }
    }

    [Fact]
    public async Task A_statement_shows_evidence_decision_state_and_derivation()
    {
        var world = await TestPipeline.Reviewed();
        string page = await world.Text(Acme);
        Assert.Contains("reviewed by Rita Roe, approved by Sam Poe", page);
        Assert.Contains("Awaiting review", page);
        Assert.Contains("Pot for outcomes: ", page);
    }

    [Fact]
    public async Task Clients_of_a_group_that_the_contract_serves_no_longer_still_count()
    {
        var world = await TestPipeline.Reviewed();
        await world.Take(
            "submissions/acme/HL-001/2025-26-Q1/outcomes.csv",
            "client_ref,client_group,outcome,indicator,need_identified_on,result,result_on,reason,evidence_ref,left_service_on,accommodation_before,accommodation_after\n"
            + "C-1,homeless,community,,2025-04-01,open,,,,,,\n");
        await world.Take("reference/contracts.csv",
            TestPipeline.Register("100000.00").Replace(",homeless,", ",complex_needs,", StringComparison.Ordinal));
        await world.RefreshAsync();

        var rows = (await world.Rows<OutcomeRow>()).Where(r => r.PartitionKey == "2025-26-Q1|HL-001"
            && r.RowKey.StartsWith("community", StringComparison.Ordinal));
        Assert.Equal(["community|complex_needs 0", "community|homeless 1"],
            rows.Select(r => $"{r.RowKey} {r.Values["Need"]}").Order(StringComparer.Ordinal));
        Assert.Contains("Homeless", await world.Text(Acme), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_statement_shows_what_was_paid_before()
    {
        var world = await TestPipeline.Released();
        await world.RefreshAsync();
        string page = await world.Text(Acme);
        Assert.Contains("HL-001-2025-26-Q1-core-r001", page);
        Assert.DoesNotContain("Nothing has been released", page);
    }

    [Fact]
    public async Task A_change_of_one_contract_makes_no_other_statement_again()
    {
        var world = await TestPipeline.Reviewed();
        var (acme, beta, report) = (await world.Files.StatAsync(Acme), await world.Files.StatAsync(Beta),
            await world.Files.StatAsync("reports/2025-26-Q1.html"));
        await world.Take("submissions/acme/HL-001/2025-26-Q1/evidence.csv", TestPipeline.Evidence(3));
        await world.RefreshAsync();
        Assert.NotEqual(acme!.ETag, (await world.Files.StatAsync(Acme))!.ETag);
        Assert.Equal(beta!.ETag, (await world.Files.StatAsync(Beta))!.ETag);
        Assert.NotEqual(report!.ETag, (await world.Files.StatAsync("reports/2025-26-Q1.html"))!.ETag);
    }

    [Fact]
    public async Task Reports_lead_to_the_quarters_beside_them_as_soon_as_these_have_one()
    {
        var world = await TestPipeline.Reviewed();
        Assert.DoesNotContain("the quarter after", await world.Text("reports/2025-26-Q1.html"));
        await world.Take("submissions/acme/HL-001/2025-26-Q2/hours.csv", "month,commissioned_hours,delivered_hours\n2025-07,10,5\n");
        await world.RefreshAsync();
        Assert.Contains("<a href=\"2025-26-Q2.html\" rel=\"next\">", await world.Text("reports/2025-26-Q1.html"));
        string second = await world.Text("reports/2025-26-Q2.html");
        Assert.Contains("<a href=\"2025-26-Q1.html\" rel=\"prev\">", second);
        Assert.DoesNotContain("the quarter after", second);
    }

    /// <summary>Also where another financial year begins between them.</summary>
    [Fact]
    public async Task A_report_shows_the_quarter_before_beside_its_own_and_is_made_again_with_it()
    {
        var world = await TestPipeline.Reviewed();
        world.Clock.Now = new DateTimeOffset(2026, 7, 10, 12, 0, 0, TimeSpan.Zero);
        await world.Take("submissions/beta/HL-002/2026-27-Q1/hours.csv", "month,commissioned_hours,delivered_hours\n2026-04,100,80\n");
        await world.RefreshAsync();
        Assert.Contains("There is no quarter before to compare with.", await world.Text("reports/2026-27-Q1.html"));

        await world.Take("submissions/beta/HL-002/2025-26-Q4/hours.csv", "month,commissioned_hours,delivered_hours\n2026-01,100,67.5\n");
        await world.RefreshAsync();
        Assert.Contains("80 of 100 commissioned; 67.5% the quarter before",
            WebUtility.HtmlDecode(await world.Text("reports/2026-27-Q1.html")));
        // A year before, and neither the quarter before nor of the year.
        Assert.Contains(">2025-26-Q1<", await world.Text("reports/2026-27-Q1.html"));
        Assert.DoesNotContain(">2025-26-Q1<", await world.Text("reports/2025-26-Q4.html").ContinueWith(page =>
            page.Result[..page.Result.IndexOf("performance-hours", StringComparison.Ordinal)], TaskScheduler.Default));
    }

    [Fact]
    public async Task A_report_counts_the_checks_that_the_commissioner_carried_out()
    {
        var world = await TestPipeline.Reviewed();
        Assert.Contains("No check has been recorded in this quarter.", await world.Text("reports/2025-26-Q1.html"));
        await world.Take("reviews/2025-26-Q1/checks.csv",
            "contract,check,carried_out_on,result,note\nHL-001,spot_check,2025-05-01,pass,\nHL-001,spot_check,2025-05-02,fail,\n"
            + "HL-002,spot_check,2025-05-02,fail,\nHL-002,file_audit,2025-05-02,pass,\n");
        await world.RefreshAsync();
        string report = await world.Text("reports/2025-26-Q1.html"),
            table = report[report.IndexOf("performance-table-checks", StringComparison.Ordinal)..];
        string row = table[table.IndexOf("Spot check", StringComparison.Ordinal)..table.IndexOf("</table>", StringComparison.Ordinal)];
        Assert.Contains("<td data-label=\"Pass\" class=\"number\">1</td>", row);
        Assert.Contains("<td data-label=\"Fail\" class=\"number\">2</td>", row);
        Assert.Contains("2 May 2025", await world.Text("reports/2025-26-Q1/performance-1.html"));
    }

    [Fact]
    public async Task A_duplicate_and_a_file_that_fits_nowhere_get_pages()
    {
        var world = await TestPipeline.Reviewed();
        var duplicate = await world.Take("submissions/acme/HL-001/2025-26-Q1/evidence-again.csv", TestPipeline.Evidence(2));
        Assert.Contains("Nothing new", await world.Text(Path.ChangeExtension(duplicate!.ReceiptPath, ".html")));
        var lost = await world.Take("submissions/nowhere.csv", "a\n");
        Assert.Contains("Quarantined", await world.Text(Path.ChangeExtension(lost!.ReceiptPath, ".html")));
    }

    /// <summary>Who sent several such files must be able to tell their receipts apart, and nobody learns what a client is called.</summary>
    [Theory]
    [InlineData("submissions/nowhere.csv", "submissions/…")]
    [InlineData("submissions/acme/HL-001/2025-26-Q1/Zebedee/outcomes-2.csv", "submissions/acme/HL-001/2025-26-Q1/…/outcomes-2.csv")]
    [InlineData("submissions/zebedee/HL-001/2025-26-Q1/outcomes.csv", "submissions/…/HL-001/2025-26-Q1/outcomes.csv")]
    public async Task The_receipt_of_a_file_that_fits_nowhere_says_about_where_it_was(string path, string place)
    {
        var world = await TestPipeline.Reviewed();
        var taken = await world.Take(path, "a\n");
        using var json = new MemoryStream(Encoding.UTF8.GetBytes(await world.Text(taken!.ReceiptPath)));
        var receipt = Receipt.ReadJson(json);
        Assert.Equal(("", place), (receipt.Slot, receipt.FileName));
        string pagePath = Path.ChangeExtension(taken.ReceiptPath, ".html");
        string page = WebUtility.HtmlDecode(await world.Text(pagePath));
        Assert.Contains($"<dd>{place} (", page);
        // It has no versions.
        Assert.DoesNotContain("next version", page);
        Assert.DoesNotContain("is current", page);
        string front = WebUtility.HtmlDecode(
            Encoding.UTF8.GetString(await Page.OfAsync(new FrontContent([], [], [new ReceiptLink(receipt, pagePath)]))));
        Assert.Contains($"Receipt<span class=\"hidden\"> of A file that fits nowhere, {place}</span>", front);
        Assert.All(new[] { page, front }, text => Assert.DoesNotContain("zebedee", text, StringComparison.OrdinalIgnoreCase));
    }
}
