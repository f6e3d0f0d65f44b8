using System.Net;
using System.Text;
using Pipeline.Steps.Stores;
using Pipeline.Steps.Tests;
using Pipeline.Web.People;

namespace Pipeline.Web.Tests.Finance;

/// <summary>A quarter's payments by the pages of finance: prepared, approved, released, confirmed, explained.</summary>
public sealed class PaymentTests : IAsyncLifetime
{
    private const string Quarter = "/payments/2025-26-Q1";
    private const string Run = Quarter + "/runs/1";

    private TestSite _site = null!;
    private TestBrowser _ann = null!, _ben = null!, _cat = null!;

    public async Task InitializeAsync()
    {
        _site = await TestSite.StartAsync(await TestPipeline.Reviewed());
        _ann = _site.As(Role.Commissioner);
        _ben = _site.As(Role.Commissioner, "Ben Rees");
        _cat = _site.As(Role.Finance, "Cat Shaw");
    }

    public async Task DisposeAsync()
    {
        foreach (var browser in new[] { _ann, _ben, _cat })
            browser.Dispose();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task What_is_due_is_prepared_by_one_approved_by_another_released_and_fetched()
    {
        long due = (await _site.Pipeline.Due()).Sum(d => d.Pence);

        var prepared = await _ann.PostAsync(Quarter, Quarter + "/prepare");
        var approved = await _ben.PostAsync(Run, Run + "/approve");
        var released = await _cat.PostAsync(Run, Run + "/release");

        Assert.All(new[] { prepared, approved, released }, answer =>
            Assert.Equal((HttpStatusCode.SeeOther, Run), (answer.Status, answer.Path)));
        Assert.Equal(due, await _site.Pipeline.ReleasedPence());
        using var file = await _cat.GetAsync(Run + "/file.csv");
        Assert.Equal(await _site.Pipeline.Text("payments/2025-26-Q1/run-001.csv"), await file.Content.ReadAsStringAsync());
        Assert.Equal("attachment", file.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal(HttpStatusCode.OK, (await _cat.GetAsync(Run + "/file.json")).StatusCode);
        var stored = (await _site.Pipeline.Runs.FindAsync(TestPipeline.Q1, 1))!.Run;
        Assert.Equal((TestPipeline.Ann, TestPipeline.Ben, TestPipeline.Cat),
            (stored.Prepared.By, stored.Approved?.By, stored.Released?.By));
    }

    [Fact]
    public async Task The_approver_sees_every_line_with_why_and_the_net_of_each_provider()
    {
        await _ann.PostAsync(Quarter, Quarter + "/prepare");

        string page = WebUtility.HtmlDecode(await _ben.ReadAsync(Run));

        foreach (var line in (await _site.Pipeline.Runs.FindAsync(TestPipeline.Q1, 1))!.Run.Lines)
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
        await _ann.PostAsync(Quarter, Quarter + "/prepare");
        string page = await _ann.ReadAsync(Run);

        Assert.DoesNotContain(Run + "/approve", page, StringComparison.Ordinal);
        var forged = await _ann.ForgeAsync(Run + "/approve",
            ("__RequestVerificationToken", page.Split("__RequestVerificationToken\" value=\"")[1].Split('"')[0]));
        Assert.Equal(HttpStatusCode.Conflict, forged.Status);
        Assert.Contains("was prepared by the same person", forged.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_comes_second_is_told_what_the_other_did()
    {
        await _ann.PostAsync(Quarter, Quarter + "/prepare");
        string page = await _ben.ReadAsync(Run);
        string token = page.Split("__RequestVerificationToken\" value=\"")[1].Split('"')[0];
        await _cat.PostAsync(Run, Run + "/reject", ("reason", "wait for the July decisions"));

        var answer = await _ben.ForgeAsync(Run + "/approve", ("__RequestVerificationToken", token));

        Assert.Equal(HttpStatusCode.Conflict, answer.Status);
        Assert.Contains("was rejected: prepare another", answer.Words, StringComparison.Ordinal);
        Assert.Contains("wait for the July decisions", answer.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clicked_twice_nothing_is_done_twice()
    {
        await _ann.PostAsync(Quarter, Quarter + "/prepare");
        string page = await _ben.ReadAsync(Run);
        string token = page.Split("__RequestVerificationToken\" value=\"")[1].Split('"')[0];
        await Task.WhenAll(_ben.ForgeAsync(Run + "/approve", ("__RequestVerificationToken", token)),
            _ben.ForgeAsync(Run + "/approve", ("__RequestVerificationToken", token)));
        token = (await _cat.ReadAsync(Run)).Split("__RequestVerificationToken\" value=\"")[1].Split('"')[0];
        long due = (await _site.Pipeline.Due()).Sum(d => d.Pence);

        await Task.WhenAll(_cat.ForgeAsync(Run + "/release", ("__RequestVerificationToken", token)),
            _cat.ForgeAsync(Run + "/release", ("__RequestVerificationToken", token)));

        Assert.Equal(due, await _site.Pipeline.ReleasedPence());
        Assert.Single(await _site.Pipeline.Files.ListAsync("payments/2025-26-Q1/run-")
            .Where(f => f.Path.EndsWith(".csv", StringComparison.Ordinal)).ToListAsync());
    }

    [Fact]
    public async Task A_reason_is_asked_for_and_what_it_may_not_hold_is_said()
    {
        await _ann.PostAsync(Quarter, Quarter + "/prepare");

        Assert.Contains("without anybody's number",
            WebUtility.HtmlDecode((await _cat.PostAsync(Run, Run + "/reject", ("reason", "ring 0121 496 0000"))).Words),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Line_by_line_a_payment_is_confirmed_as_failed_and_falls_due_again()
    {
        await _site.Pipeline.PayAsync();
        string id = "HL-001-2025-26-Q1-core-r001";

        var answer = await _cat.PostAsync(
            Quarter + "/confirm", Quarter + "/confirm", ("act", "lines"), ("paid_on", "2025-07-10"), ("others", "paid"),
            ($"status-{id}", "failed"), ($"reference-{id}", "BACS-9"));

        Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
        Assert.Contains("Confirmations: accepted", answer.Words, StringComparison.Ordinal);
        Assert.Contains("Every payment that was released is confirmed.", answer.Words, StringComparison.Ordinal);
        var ledger = await _site.Pipeline.Ledger.OfQuarterAsync(TestPipeline.Q1);
        Assert.Equal(["failed"], ledger.Where(p => p.Released.PaymentId.ToString() == id).Select(p => p.Status));
        Assert.All(ledger.Where(p => p.Released.PaymentId.ToString() != id), p => Assert.Equal("paid", p.Status));
        Assert.Equal([("HL-001", "core", 2_250_000L)], await _site.Pipeline.Due());
        string timeline = WebUtility.HtmlDecode(await _cat.ReadAsync($"{Quarter}/lines/{id}"));
        Assert.Contains("failed, and due again, as finance reported under BACS-9", timeline, StringComparison.Ordinal);
        Assert.Contains("approved by Ben Rees", timeline, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Line_by_line_what_was_confirmed_is_corrected_by_lines_more()
    {
        await _site.Pipeline.PayAsync();
        string core = "HL-001-2025-26-Q1-core-r001", partnership = $"HL-001-2025-26-Q1-{TestPipeline.Partnership}-r001", confirmed = Quarter
            + "/confirm?show=confirmed";
        await _site.Pipeline.Confirm("bacs", ("core", 1, "failed"), (TestPipeline.Partnership, 1, "paid"));
        string page = WebUtility.HtmlDecode(await _cat.ReadAsync(confirmed));
        Assert.DoesNotContain("HL-002-2025-26-Q1-core-r001", page, StringComparison.Ordinal);

        var answer = await _cat.PostAsync(
            confirmed, confirmed, ("act", "lines"), ("paid_on", "2025-07-10"), ($"status-{core}", "paid"), ($"reference-{core}", "BACS-1"),
            ($"status-{partnership}", "returned"), ($"reference-{partnership}", "BACS-7"));

        Assert.Contains("Confirmations: accepted", answer.Words, StringComparison.Ordinal);
        var ledger = (await _site.Pipeline.Ledger.OfQuarterAsync(TestPipeline.Q1)).ToDictionary(p => p.Released.PaymentId.ToString(),
            p => p.Confirmation);
        Assert.Equal((true, "BACS-1"), (ledger[core]!.Paid, ledger[core]!.Reference));
        Assert.Equal((false, "BACS-7"), (ledger[partnership]!.Paid, ledger[partnership]!.Reference));
        Assert.Equal([("HL-001", TestPipeline.Partnership, 125_000L)], await _site.Pipeline.Due());
        var sender = (await _site.Pipeline.Rows<Core.Reporting.AuditRow>()).Where(r => r.Text("Act") == "take_in_confirmations")
            .Select(r => r.Text("By"));
        Assert.Equal(["finance", "Cat Shaw"], sender);
    }

    [Fact]
    public async Task The_file_of_finances_system_confirms_and_a_wrong_one_says_what_is_wrong()
    {
        await _site.Pipeline.PayAsync();

        var wrong = await SendAsync("payment_id,status,paid_on,reference\nHL-009-2025-26-Q1-core-r001,paid,2025-07-10,\n");
        var right = await SendAsync(TestPipeline.Confirmations(("core", 1, "paid")));
        var again = await SendAsync(TestPipeline.Confirmations(("core", 1, "paid")));

        Assert.Contains("Confirmations: rejected", wrong.Words, StringComparison.Ordinal);
        Assert.Contains("A2", wrong.Words, StringComparison.Ordinal);
        Assert.Contains("Confirmations: accepted", right.Words, StringComparison.Ordinal);
        Assert.Contains("Confirmations: duplicate", again.Words, StringComparison.Ordinal);
        Assert.Single(await _site.Pipeline.Ledger.OfQuarterAsync(TestPipeline.Q1), p => p.Status == "paid");

        Task<Answer> SendAsync(string text) =>
            _cat.SendFilesAsync(Quarter + "/confirm", Quarter + "/confirm", [("act", "file")],
                ("file", "bacs.csv", Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public async Task A_run_worked_out_again_says_that_the_same_comes_out_or_what_does_not()
    {
        await _site.Pipeline.PayAsync();
        Assert.Contains("The same comes out", (await _cat.PostAsync(Run, Run + "/replay")).Words, StringComparison.Ordinal);

        await _site.Pipeline.Put("payments/2025-26-Q1/run-001.csv", "something else\n");

        Assert.Contains("Something else comes out", (await _cat.PostAsync(Run, Run + "/replay")).Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_waits_stands_on_the_front_page_of_those_who_can_do_it()
    {
        Assert.Contains("2025-26-Q1: prepare what is due", await _cat.ReadAsync("/"), StringComparison.Ordinal);
        await _ann.PostAsync(Quarter, Quarter + "/prepare");

        Assert.Contains("you prepared it, so somebody else approves it", await _ann.ReadAsync("/"), StringComparison.Ordinal);
        Assert.Contains("prepared by Ann Price", await _cat.ReadAsync("/"), StringComparison.Ordinal);
        await _ben.PostAsync(Run, Run + "/approve");
        await _cat.PostAsync(Run, Run + "/release");
        Assert.Contains("2025-26-Q1: confirm payments", await _cat.ReadAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_quarters_money_adds_up_by_provider()
    {
        await _site.Pipeline.PayAsync();
        string id = "HL-001-2025-26-Q1-core-r001";
        await _cat.PostAsync(Quarter + "/confirm", Quarter + "/confirm", ("act", "lines"), ("paid_on", "2025-07-10"),
            ($"status-{id}", "failed"));

        string page = (await _ann.ReadAsync(Quarter)).Split("id=\"providers\"")[1].Split("</table>")[0];

        // Due now, released and not failed, paid, failed, taken back.
        Assert.Contains("Acme|£22,500.00|£1,250.00|£0.00|£22,500.00|£0.00", Row(page, "Acme"), StringComparison.Ordinal);
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
        Assert.Equal(HttpStatusCode.NotFound, (await _cat.GetAsync(path)).StatusCode);

    private static string Row(string table, string head) =>
        string.Join('|', table.Split("<tr").First(row => row.Contains(head, StringComparison.Ordinal))
        .Split("</t").SkipLast(1).Select(cell => WebUtility.HtmlDecode(cell[(cell.LastIndexOf('>') + 1)..]).Trim())
        .Where(cell => cell.Length > 0));
}
