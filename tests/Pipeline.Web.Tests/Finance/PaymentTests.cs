using System.Net;
using System.Text;
using Pipeline.Steps.Stores;
using Pipeline.Steps.Tests;

namespace Pipeline.Web.Tests.Finance;

/// <summary>A quarter's payments by the pages of finance: prepared, approved, released, confirmed, explained.</summary>
public sealed class PaymentTests : SiteTests
{
    private const string Quarter = "/payments/2025-26-Q1";
    private const string Run = Quarter + "/runs/1";

    [Fact]
    public async Task What_is_due_is_prepared_by_one_approved_by_another_released_and_fetched()
    {
        long due = (await Site.Pipeline.Due()).Sum(d => d.Pence);

        var prepared = await Ann.PostAsync(Quarter, Quarter + "/prepare");
        var approved = await Ben.PostAsync(Run, Run + "/approve");
        var released = await Cat.PostAsync(Run, Run + "/release");

        Assert.All(new[] { prepared, approved, released }, answer =>
            Assert.Equal((HttpStatusCode.SeeOther, Run), (answer.Status, answer.Path)));
        Assert.Equal(due, await Site.Pipeline.ReleasedPence());
        using var file = await Cat.GetAsync(Run + "/file.csv");
        Assert.Equal(await Site.Pipeline.Text("payments/2025-26-Q1/run-001.csv"), await file.Content.ReadAsStringAsync());
        Assert.Equal("attachment", file.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal(HttpStatusCode.OK, (await Cat.GetAsync(Run + "/file.json")).StatusCode);
        var stored = (await Site.Pipeline.Runs.FindAsync(TestPipeline.Q1, 1))!.Run;
        Assert.Equal((TestPipeline.Ann, TestPipeline.Ben, TestPipeline.Cat),
            (stored.Prepared.By, stored.Approved?.By, stored.Released?.By));
    }

    [Theory]
    [InlineData("2025-26-Q2", "prepare what is due")]
    [InlineData("2025-26-Q4", "2025-26-Q4 has not begun: nothing is paid for it before 1 January 2026")]
    public async Task A_quarter_is_known_by_having_begun_or_by_the_calendar(string quarter, string says)
    {
        Assert.Equal(HttpStatusCode.NotFound, (await Cat.GetAsync("/payments/2025-26-Q4")).StatusCode);
        await Site.Pipeline.Take("reference/calendar.csv", "quarter,contract,due_on,extended_to\n2025-26-Q4,,2026-04-30,\n");

        Assert.Contains($"/payments/{quarter}\"", await Cat.ReadAsync("/payments"), StringComparison.Ordinal);
        string page = await Cat.ReadAsync($"/payments/{quarter}");

        Assert.Contains(says, says.Contains("not begun", StringComparison.Ordinal) ? page : await Cat.ReadAsync("/"),
            StringComparison.Ordinal);
        Assert.Equal(says.Contains("not begun", StringComparison.Ordinal),
            !page.Contains($"/payments/{quarter}/prepare\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_due_waits_on_the_front_page_until_two_quarters_after_its_own_have_begun()
    {
        Site.Pipeline.Clock.Now = new DateTimeOffset(2025, 12, 1, 12, 0, 0, TimeSpan.Zero);

        Assert.Contains("2025-26-Q1: prepare what is due", await Cat.ReadAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_stand_in_the_order_that_is_asked_for_and_their_head_says_so()
    {
        await Ann.PostAsync(Quarter, Quarter + "/prepare");
        string first = await Ben.ReadAsync(Run), rising = await Ben.ReadAsync(Run + "?sort=amount"),
            falling = await Ben.ReadAsync(Run + "?sort=-amount");

        Assert.DoesNotContain("aria-sort", first, StringComparison.Ordinal);
        Assert.Contains("aria-sort=\"ascending\"", rising, StringComparison.Ordinal);
        Assert.Contains("aria-sort=\"descending\"", falling, StringComparison.Ordinal);
        Assert.Contains($"href=\"{Run}?sort=-amount#line-table\"", rising, StringComparison.Ordinal);
        Assert.Contains($"href=\"{Run}?sort=amount#line-table\"", falling, StringComparison.Ordinal);
        Assert.Equal(["£1,250.00", "£7,500.00", "£22,500.00"], Amounts(rising));
        Assert.Equal(["£22,500.00", "£7,500.00", "£1,250.00"], Amounts(falling));
        Assert.Equal(Amounts(first), Amounts(await Ben.ReadAsync(Run + "?sort=nothing")));

        static IEnumerable<string> Amounts(string page) =>
            page[page.IndexOf("id=\"line-table\"", StringComparison.Ordinal)..].Split("data-label=\"Amount\" class=\"number\">").Skip(1)
                .Select(cell => WebUtility.HtmlDecode(cell.Split('<')[0]));
    }

    [Fact]
    public async Task The_approver_sees_every_line_with_why_and_the_net_of_each_provider()
    {
        await Ann.PostAsync(Quarter, Quarter + "/prepare");

        string page = WebUtility.HtmlDecode(await Ben.ReadAsync(Run));

        foreach (var line in (await Site.Pipeline.Runs.FindAsync(TestPipeline.Q1, 1))!.Run.Lines)
        {
            Assert.Contains(line.Title, page, StringComparison.Ordinal);
            Assert.Contains(line.Amount.ToString(), page, StringComparison.Ordinal);
        }

        Assert.Contains("First payment of this line", page, StringComparison.Ordinal);
        Assert.Contains("What each provider gets", page, StringComparison.Ordinal);
        Assert.Contains("0 clawbacks, £0.00", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_prepared_has_no_button_to_approve_and_is_refused_without_it()
    {
        await Ann.PostAsync(Quarter, Quarter + "/prepare");
        string page = await Ann.ReadAsync(Run);

        Assert.DoesNotContain(Run + "/approve", page, StringComparison.Ordinal);
        var forged = await Ann.ForgeAsync(Run + "/approve",
            ("__RequestVerificationToken", page.Split("__RequestVerificationToken\" value=\"")[1].Split('"')[0]));
        Assert.Equal(HttpStatusCode.Conflict, forged.Status);
        Assert.Contains("was prepared by the same person", forged.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_comes_second_is_told_what_the_other_did()
    {
        await Ann.PostAsync(Quarter, Quarter + "/prepare");
        string page = await Ben.ReadAsync(Run);
        string token = page.Split("__RequestVerificationToken\" value=\"")[1].Split('"')[0];
        await Cat.PostAsync(Run, Run + "/reject", ("reason", "wait for the July decisions"));

        var answer = await Ben.ForgeAsync(Run + "/approve", ("__RequestVerificationToken", token));

        Assert.Equal(HttpStatusCode.Conflict, answer.Status);
        Assert.Contains("was rejected: prepare another", answer.Words, StringComparison.Ordinal);
        Assert.Contains("wait for the July decisions", answer.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clicked_twice_nothing_is_done_twice()
    {
        await Ann.PostAsync(Quarter, Quarter + "/prepare");
        string page = await Ben.ReadAsync(Run);
        string token = page.Split("__RequestVerificationToken\" value=\"")[1].Split('"')[0];
        await Task.WhenAll(Ben.ForgeAsync(Run + "/approve", ("__RequestVerificationToken", token)),
            Ben.ForgeAsync(Run + "/approve", ("__RequestVerificationToken", token)));
        token = (await Cat.ReadAsync(Run)).Split("__RequestVerificationToken\" value=\"")[1].Split('"')[0];
        long due = (await Site.Pipeline.Due()).Sum(d => d.Pence);

        await Task.WhenAll(Cat.ForgeAsync(Run + "/release", ("__RequestVerificationToken", token)),
            Cat.ForgeAsync(Run + "/release", ("__RequestVerificationToken", token)));

        Assert.Equal(due, await Site.Pipeline.ReleasedPence());
        Assert.Single(await Site.Pipeline.Files.ListAsync("payments/2025-26-Q1/run-")
            .Where(f => f.Path.EndsWith(".csv", StringComparison.Ordinal)).ToListAsync());
    }

    [Fact]
    public async Task A_reason_is_asked_for_and_what_it_may_not_hold_is_said()
    {
        await Ann.PostAsync(Quarter, Quarter + "/prepare");

        Assert.Contains("without anybody's number",
            WebUtility.HtmlDecode((await Cat.PostAsync(Run, Run + "/reject", ("reason", "ring 0121 496 0000"))).Words),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Line_by_line_a_payment_is_confirmed_as_failed_and_falls_due_again()
    {
        await Site.Pipeline.PayAsync();
        string id = "HL-001-2025-26-Q1-core-r001";

        var answer = await Cat.PostAsync(
            Quarter + "/confirm", Quarter + "/confirm", ("act", "lines"), ("paid_on", "2025-07-10"), ("others", "paid"),
            ($"status-{id}", "failed"), ($"reference-{id}", "BACS-9"));

        Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
        Assert.Contains("Confirmations: accepted", answer.Words, StringComparison.Ordinal);
        Assert.Contains("Every payment that was released is confirmed.", answer.Words, StringComparison.Ordinal);
        var ledger = await Site.Pipeline.Ledger.OfQuarterAsync(TestPipeline.Q1);
        Assert.Equal(["failed"], ledger.Where(p => p.Released.PaymentId.ToString() == id).Select(p => p.Status));
        Assert.All(ledger.Where(p => p.Released.PaymentId.ToString() != id), p => Assert.Equal("paid", p.Status));
        Assert.Equal([("HL-001", "core", 2_250_000L)], await Site.Pipeline.Due());
        string timeline = WebUtility.HtmlDecode(await Cat.ReadAsync($"{Quarter}/lines/{id}"));
        Assert.Contains("failed, and due again, as finance reported under BACS-9", timeline, StringComparison.Ordinal);
        Assert.Contains("approved by Ben Rees", timeline, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Line_by_line_what_was_confirmed_is_corrected_by_lines_more()
    {
        await Site.Pipeline.PayAsync();
        string core = "HL-001-2025-26-Q1-core-r001", partnership = $"HL-001-2025-26-Q1-{TestPipeline.Partnership}-r001", confirmed = Quarter
            + "/confirm?show=confirmed";
        await Site.Pipeline.Confirm("bacs", ("core", 1, "failed"), (TestPipeline.Partnership, 1, "paid"));
        string page = WebUtility.HtmlDecode(await Cat.ReadAsync(confirmed));
        Assert.DoesNotContain("HL-002-2025-26-Q1-core-r001", page, StringComparison.Ordinal);

        var answer = await Cat.PostAsync(
            confirmed, confirmed, ("act", "lines"), ("paid_on", "2025-07-10"), ($"status-{core}", "paid"), ($"reference-{core}", "BACS-1"),
            ($"status-{partnership}", "returned"), ($"reference-{partnership}", "BACS-7"));

        Assert.Contains("Confirmations: accepted", answer.Words, StringComparison.Ordinal);
        var ledger = (await Site.Pipeline.Ledger.OfQuarterAsync(TestPipeline.Q1)).ToDictionary(p => p.Released.PaymentId.ToString(),
            p => p.Confirmation);
        Assert.Equal((true, "BACS-1"), (ledger[core]!.Paid, ledger[core]!.Reference));
        Assert.Equal((false, "BACS-7"), (ledger[partnership]!.Paid, ledger[partnership]!.Reference));
        Assert.Equal([("HL-001", TestPipeline.Partnership, 125_000L)], await Site.Pipeline.Due());
        var sender = (await Site.Pipeline.Rows<Core.Reporting.AuditRow>()).Where(r => r.Text("Act") == "take_in_confirmations")
            .Select(r => r.Text("By"));
        Assert.Equal(["finance", "Cat Shaw"], sender);
    }

    [Fact]
    public async Task The_file_of_finances_system_confirms_and_a_wrong_one_says_what_is_wrong()
    {
        await Site.Pipeline.PayAsync();

        var wrong = await SendAsync("payment_id,status,paid_on,reference\nHL-009-2025-26-Q1-core-r001,paid,2025-07-10,\n");
        var right = await SendAsync(TestPipeline.Confirmations(("core", 1, "paid")));
        var again = await SendAsync(TestPipeline.Confirmations(("core", 1, "paid")));

        Assert.Contains("Confirmations: rejected", wrong.Words, StringComparison.Ordinal);
        Assert.Contains("A2", wrong.Words, StringComparison.Ordinal);
        Assert.Contains("Confirmations: accepted", right.Words, StringComparison.Ordinal);
        Assert.Contains("Confirmations: duplicate", again.Words, StringComparison.Ordinal);
        Assert.Single(await Site.Pipeline.Ledger.OfQuarterAsync(TestPipeline.Q1), p => p.Status == "paid");

        Task<Answer> SendAsync(string text) =>
            Cat.SendFilesAsync(Quarter + "/confirm", Quarter + "/confirm", [("act", "file")],
                ("file", "bacs.csv", Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public async Task A_run_worked_out_again_says_that_the_same_comes_out_or_what_does_not()
    {
        await Site.Pipeline.PayAsync();
        Assert.Contains("The same comes out", (await Cat.PostAsync(Run, Run + "/replay")).Words, StringComparison.Ordinal);

        await Site.Pipeline.Put("payments/2025-26-Q1/run-001.csv", "something else\n");

        Assert.Contains("Something else comes out", (await Cat.PostAsync(Run, Run + "/replay")).Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_waits_stands_on_the_front_page_of_those_who_can_do_it()
    {
        Assert.Contains("2025-26-Q1: prepare what is due", await Cat.ReadAsync("/"), StringComparison.Ordinal);
        await Ann.PostAsync(Quarter, Quarter + "/prepare");

        Assert.Contains("you prepared it, so somebody else approves it", await Ann.ReadAsync("/"), StringComparison.Ordinal);
        Assert.Contains("prepared by Ann Price", await Cat.ReadAsync("/"), StringComparison.Ordinal);
        await Ben.PostAsync(Run, Run + "/approve");
        await Cat.PostAsync(Run, Run + "/release");
        Assert.Contains("2025-26-Q1: confirm payments", await Cat.ReadAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_quarters_money_adds_up_by_provider()
    {
        await Site.Pipeline.PayAsync();
        string id = "HL-001-2025-26-Q1-core-r001";
        await Cat.PostAsync(Quarter + "/confirm", Quarter + "/confirm", ("act", "lines"), ("paid_on", "2025-07-10"),
            ($"status-{id}", "failed"));

        string page = (await Ann.ReadAsync(Quarter)).Split("id=\"providers\"")[1].Split("</table>")[0];

        // Due now, released and not failed, paid, failed, taken back.
        Assert.Contains("Acme|£22,500.00|£1,250.00|£0.00|£22,500.00|£0.00", Row(page, "Acme"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_amount_is_explained_by_its_sums_first_and_by_its_files_after_them()
    {
        string page = WebUtility.HtmlDecode(await Cat.ReadAsync(Quarter + "/explain/HL-001"));
        string[] parts = page.Split("Which files it was worked out from");

        Assert.Equal(2, parts.Length);
        Assert.Contains("<li>Contract HL-001 of acme for 2025-26-Q1, 1 April 2025 to 30 June 2025.</li>", parts[0],
            StringComparison.Ordinal);
        Assert.Contains("<li>Due in all: £", parts[0], StringComparison.Ordinal);
        Assert.DoesNotContain("SHA-256", parts[0], StringComparison.Ordinal);
        Assert.Contains("<li>Worked out from the register of contracts, version 1, SHA-256 ", parts[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/payments/2031-32-Q1")]
    [InlineData("/payments/2025-26-Q1/runs/7")]
    [InlineData("/payments/2025-26-Q1/runs/x")]
    [InlineData("/payments/2025-26-Q1/runs/1/file.csv")]
    [InlineData("/payments/2025-26-Q1/lines/HL-001-2025-26-Q1-core-r009")]
    [InlineData("/payments/2025-26-Q1/lines/%3Cscript%3E")]
    [InlineData("/payments/2025-26-Q1/explain/NO-1")]
    public async Task What_is_not_there_is_said(string path) =>
        Assert.Equal(HttpStatusCode.NotFound, (await Cat.GetAsync(path)).StatusCode);

    private static string Row(string table, string head) =>
        string.Join('|', table.Split("<tr").First(row => row.Contains(head, StringComparison.Ordinal))
        .Split("</t").SkipLast(1).Select(cell => WebUtility.HtmlDecode(cell[(cell.LastIndexOf('>') + 1)..]).Trim())
        .Where(cell => cell.Length > 0));
}
