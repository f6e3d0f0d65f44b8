using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using System.Net;
using System.Text;
using Pipeline.Core;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Tests;

namespace Pipeline.Web.Tests.Providers;

/// <summary>A provider's return by its page: checked, sent, mended, brought back.</summary>
public sealed class ReturnTests : SiteTests
{
    private const string Page = "/providers/acme/returns/HL-001/2025-26-Q1";
    private const string Hours = "month,commissioned_hours,delivered_hours\n2025-04,100,90\n";
    private const string BrokenHours = "month,commissioned_hours,delivered_hours\n2025-04,many,90\n";

    private static readonly Slot.Return HoursSlot =
        new(ProviderId.Parse("acme"), ContractId.Parse("HL-001"), TestPipeline.Q1, Dataset.Hours);

    [Fact]
    public async Task A_file_is_taken_in_at_once_and_its_receipt_is_on_the_page_it_was_sent_from()
    {
        var answer = await SendAsync("send", ("hours.csv", Hours));

        Assert.Equal((HttpStatusCode.SeeOther, $"{Page}?receipt=hours.v1"), (answer.Status, answer.Path));
        Assert.Contains("Hours: accepted", answer.Words, StringComparison.Ordinal);
        Assert.Contains("Version 1: 1 row taken in. It is the current version now.", answer.Words, StringComparison.Ordinal);
        Assert.Equal(UploadStatus.Accepted, Assert.Single(await VersionsAsync()).Status);
        Assert.Contains("Hours: accepted", await Dee.ReadAsync(answer.Path!), StringComparison.Ordinal);
        Assert.Single(await VersionsAsync());
    }

    [Fact]
    public async Task What_is_wrong_is_said_with_the_cell_and_how_to_mend_it_and_what_was_there_still_counts()
    {
        await SendAsync("send", ("hours.csv", Hours));

        var answer = await SendAsync("send", ("hours.csv", BrokenHours));

        Assert.Contains("Hours: rejected", answer.Words, StringComparison.Ordinal);
        Assert.Contains("version 1 still does", answer.Words, StringComparison.Ordinal);
        Assert.Contains("B2", answer.Words, StringComparison.Ordinal);
        Assert.Contains("How to mend it:", answer.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("many", answer.Words.Replace("how many", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(1, Upload.CurrentOf(await VersionsAsync())!.Version);
    }

    [Theory]
    [InlineData(Hours, "would be accepted", "1 row checks")]
    [InlineData(BrokenHours, "would be rejected", "1 error to mend")]
    public async Task A_check_sends_nothing(string file, string verdict, string says)
    {
        string before = await Site.Pipeline.Everything();

        var answer = await SendAsync("check", ("hours.csv", file));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Contains(verdict, answer.Words, StringComparison.Ordinal);
        Assert.Contains(says, answer.Words, StringComparison.Ordinal);
        Assert.Equal(before, await Site.Pipeline.Everything());
        Assert.Empty(await Site.Pipeline.Files.ListAsync("submissions/acme/HL-001/2025-26-Q1/hours").ToListAsync());
    }

    [Fact]
    public async Task Several_files_are_sent_together_and_each_is_known_by_its_columns()
    {
        var answer = await SendAsync("send", ("a.csv", Hours), ("b.csv", "question,asked_on,responses,positive_responses\n"));

        Assert.Equal($"{Page}?receipt=hours.v1&receipt=feedback.v1", answer.Path);
        Assert.Contains("Hours: accepted", answer.Words, StringComparison.Ordinal);
        Assert.Contains("Version 1: a nil return.", answer.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_one_file_is_not_known_by_its_columns_none_is_sent()
    {
        var answer = await SendAsync("send", ("a.csv", Hours), ("<b>what.csv", "one,two\n1,2\n"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Contains("&lt;b&gt;what.csv", answer.Text, StringComparison.Ordinal);
        Assert.Empty(await VersionsAsync());
    }

    [Theory]
    [InlineData("hours.xlsx")]
    [InlineData("Hours (1).xlsx")]
    public async Task A_workbook_has_no_first_line_and_is_known_by_its_name(string name)
    {
        var answer = await Dee.SendFilesAsync(Page, Page, [("act", "send"), ("dataset", "")],
            ("files", name, "PK\u0003\u0004 and no workbook"u8.ToArray()));

        Assert.Contains("Hours: rejected", answer.Words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("return.xlsx")]
    [InlineData("Our return for the council.xlsx")]
    public async Task The_workbook_of_a_whole_return_is_checked_and_sent_sheet_by_sheet(string name)
    {
        byte[] workbook = await FilledReturnAsync();

        var looked = await Dee.SendFilesAsync(Page, Page, [("act", "check"), ("dataset", "")], ("files", name, workbook));
        Assert.Contains("Hours: would be accepted", looked.Words, StringComparison.Ordinal);
        Assert.Contains("Feedback: would be rejected", looked.Words, StringComparison.Ordinal);
        Assert.Contains("feedback!C2", looked.Words, StringComparison.Ordinal);
        Assert.Empty(await VersionsAsync());

        var sent = await Dee.SendFilesAsync(Page, Page, [("act", "send"), ("dataset", "")], ("files", name, workbook));
        Assert.Equal($"{Page}?receipt=hours.v1&receipt=feedback.v1", sent.Path);
        Assert.Contains("Hours: accepted", sent.Words, StringComparison.Ordinal);
        Assert.Contains("Feedback: rejected", sent.Words, StringComparison.Ordinal);
        Assert.Equal(UploadStatus.Accepted, Assert.Single(await VersionsAsync()).Status);

        var again = await Dee.SendFilesAsync(Page, Page, [("act", "send"), ("dataset", "")], ("files", name, workbook));
        Assert.StartsWith($"{Page}?receipt=hours.duplicate-of-v1", again.Path, StringComparison.Ordinal);
        Assert.Single(await VersionsAsync());
    }

    [Fact]
    public async Task A_workbook_of_which_no_sheet_is_filled_is_refused_as_a_whole()
    {
        byte[] template = await (await Dee.GetAsync("/providers/acme/templates/HL-001/return.xlsx")).Content.ReadAsByteArrayAsync();

        var sent = await Dee.SendFilesAsync(Page, Page, [("act", "send"), ("dataset", "")], ("files", "return.xlsx", template));

        Assert.Equal($"{Page}?receipt=return.v1", sent.Path);
        Assert.Contains("Return: rejected", sent.Words, StringComparison.Ordinal);
        Assert.Contains("No sheet that is named after a dataset has rows below its header.", sent.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_that_fit_nowhere_are_counted_with_where_to_look()
    {
        await Site.Pipeline.Take("submissions/acme/HL-001/2025-26-Q1/zebedee.csv", "x\n");

        foreach (string page in new[] { "/providers/acme", Page })
        {
            string shown = await Dee.ReadAsync(page);
            Assert.Contains("One file has a name that does not say what it holds", shown, StringComparison.Ordinal);
            Assert.DoesNotContain("zebedee", shown, StringComparison.OrdinalIgnoreCase);
            string receipt = shown.Split("href=\"").Single(part => part.Contains("/_unplaced/", StringComparison.Ordinal)).Split('"')[0];
            Assert.Contains("one of the names", await Dee.ReadAsync(receipt), StringComparison.Ordinal);
        }

        Assert.Contains("Files that fit nowhere", await Dee.ReadAsync("/"), StringComparison.Ordinal);
        Assert.Contains("/operations#unplaced", await Ann.ReadAsync("/"), StringComparison.Ordinal);
        Assert.Contains("/receipts/acme/HL-001/2025-26-Q1/_unplaced/", await Ann.ReadAsync("/operations"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_in_a_file_can_be_chosen()
    {
        var answer = await Dee.SendFilesAsync(Page, Page, [("act", "send"), ("dataset", "hours")],
            ("files", "x.csv", Encoding.UTF8.GetBytes("nothing,of,it\n")));

        Assert.Contains("Hours: rejected", answer.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_file_it_says_what_to_do() =>
        Assert.Contains("Choose at least one file.", (await SendAsync("send")).Words, StringComparison.Ordinal);

    [Fact]
    public async Task The_same_file_twice_changes_nothing()
    {
        await SendAsync("send", ("hours.csv", Hours));

        var answer = await SendAsync("send", ("hours.csv", Hours));

        Assert.Equal($"{Page}?receipt=hours.duplicate-of-v1", answer.Path);
        Assert.Contains("The file is the same as version 1, which counts already. Nothing has changed.", answer.Words,
            StringComparison.Ordinal);
        Assert.Single(await VersionsAsync());
    }

    [Fact]
    public async Task A_double_click_sends_once()
    {
        // Both clicks are on one page, so with the cookie that came with it.
        await Dee.ReadAsync(Page);

        var both = await Task.WhenAll(SendAsync("send", ("hours.csv", Hours)), SendAsync("send", ("hours.csv", Hours)));

        Assert.All(both, answer => Assert.Equal(HttpStatusCode.SeeOther, answer.Status));
        Assert.Single(await VersionsAsync());
    }

    [Fact]
    public async Task The_bytes_of_an_earlier_version_change_nothing_and_it_is_said_where_the_button_is()
    {
        await SendAsync("send", ("hours.csv", Hours));
        await SendAsync("send", ("hours.csv", Hours.Replace("90", "91", StringComparison.Ordinal)));

        var answer = await SendAsync("send", ("hours.csv", Hours));

        Assert.Contains("The file is the same as version 1, which was accepted before. Version 2 counts now. Nothing has changed.",
            answer.Words, StringComparison.Ordinal);
        Assert.Contains("press the button beside it among", answer.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("by sending its bytes again", await Dee.ReadAsync($"{Page}/hours"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_earlier_version_is_brought_back_by_a_button_and_that_is_a_version_too()
    {
        await SendAsync("send", ("hours.csv", Hours));
        await SendAsync("send", ("hours.csv", Hours.Replace("90", "80", StringComparison.Ordinal)));

        var answer = await Dee.PostAsync($"{Page}/hours", $"{Page}/hours", ("version", "1"));

        Assert.Equal($"{Page}?receipt=hours.v3", answer.Path);
        var versions = await VersionsAsync();
        Assert.Equal([1, 2, 3], versions.Select(v => v.Version));
        Assert.Equal(versions[0].Sha256, versions[2].Sha256);
    }

    [Theory]
    [InlineData("2", "is the current one already")]
    [InlineData("7", "Only a version that was accepted")]
    [InlineData("", "Only a version that was accepted")]
    public async Task What_cannot_be_brought_back_is_said(string version, string says)
    {
        await SendAsync("send", ("hours.csv", Hours));
        await SendAsync("send", ("hours.csv", Hours.Replace("90", "80", StringComparison.Ordinal)));

        var answer = await Dee.PostAsync($"{Page}/hours", $"{Page}/hours", ("version", version));

        Assert.Equal(HttpStatusCode.Conflict, answer.Status);
        Assert.Contains(says, answer.Words, StringComparison.Ordinal);
        Assert.Equal(2, (await VersionsAsync()).Count);
    }

    [Fact]
    public async Task A_file_over_the_limit_that_the_page_names_is_refused_and_nothing_of_it_is_kept()
    {
        Assert.Contains("Up to 20 MB together", await Dee.ReadAsync(Page), StringComparison.Ordinal);

        var answer = await Dee.SendFilesAsync(Page, Page, [("act", "send")], ("files", "hours.csv", new byte[Web.Site.LargestUpload + 1]));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.Status);
        Assert.Contains("up to 20 MB together", answer.Words, StringComparison.Ordinal);
        Assert.Empty(await VersionsAsync());
        Assert.Empty(await Site.Pipeline.Files.ListAsync("submissions/acme/HL-001/2025-26-Q1/hours").ToListAsync());
    }

    [Fact]
    public async Task To_a_closed_quarter_nothing_is_sent_and_the_receipt_says_why()
    {
        Assert.Null(await Site.Pipeline.Close.RunAsync(TestPipeline.Q1, TestPipeline.Ann));

        var answer = await SendAsync("send", ("hours.csv", Hours));

        Assert.Contains("The quarter is closed: nothing more is taken for it.", Collapsed(answer.Words), StringComparison.Ordinal);
        Assert.Contains("Hours: rejected", answer.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Others_of_the_council_see_the_page_and_have_nothing_to_send_with()
    {

        Assert.DoesNotContain("type=\"file\"", await Ann.ReadAsync(Page), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/providers/acme/returns/HL-002/2025-26-Q1")]
    [InlineData("/providers/acme/returns/HL-001/2025-27-Q1")]
    [InlineData("/providers/acme/returns/HL-001/2019-20-Q1")]
    [InlineData("/providers/acme/returns/NO-001/2025-26-Q1")]
    [InlineData("/providers/acme/returns/HL-001/2025-26-Q1/decisions")]
    [InlineData("/providers/acme/templates/HL-002/hours")]
    [InlineData("/providers/acme/templates/HL-002/hours.xlsx")]
    [InlineData("/providers/acme/templates/HL-002/return.xlsx")]
    [InlineData("/providers/acme/templates/HL-001/decisions.xlsx")]
    [InlineData("/providers/acme/payments/HL-002/2025-26-Q1")]
    [InlineData("/providers/beta")]
    [InlineData("/providers/beta/returns/HL-002/2025-26-Q1")]
    public async Task Under_ones_own_name_nobody_elses_contract_is_shown(string path) =>
        Assert.Equal(HttpStatusCode.NotFound, (await Dee.GetAsync(path)).StatusCode);

    [Fact]
    public async Task What_is_due_stands_on_the_front_page_with_its_day()
    {
        await Site.Pipeline.Take("reference/calendar.csv", "quarter,contract,due_on,extended_to\n2025-26-Q1,,2025-07-20,\n");

        string home = await Dee.ReadAsync("/");

        Assert.Contains("Floating support, 2025-26-Q1", home, StringComparison.Ordinal);
        Assert.Contains("6 of 7 to send, due on 20 July 2025, 10 days left", home, StringComparison.Ordinal);
        Assert.DoesNotContain("Refuge", home, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2025-07-09", "", "overdue", "due on 9 July 2025, 1 day ago")]
    [InlineData("2025-07-10", "", "not due yet", "due on 10 July 2025, today")]
    [InlineData("2025-07-01", "2025-07-11", "not due yet", "extended to 11 July 2025, 1 day left")]
    public async Task A_return_is_overdue_from_the_day_after_it_was_due(string due, string extended, string state, string says)
    {
        await Site.Pipeline.Take("reference/calendar.csv", $"quarter,contract,due_on,extended_to\n2025-26-Q1,HL-001,{due},{extended}\n");

        string returns = await Dee.ReadAsync("/providers/acme");

        Assert.Contains(Pipeline.Steps.Pages.PageText.Words(state), returns, StringComparison.Ordinal);
        Assert.Contains(says, returns, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_template_is_the_header_to_begin_with()
    {
        using var answer = await Dee.GetAsync("/providers/acme/templates/HL-001/hours");

        Assert.Equal("month,commissioned_hours,delivered_hours\r\n", await answer.Content.ReadAsStringAsync());
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition?.DispositionType);
    }

    [Theory]
    [InlineData("hours.xlsx", 1)]
    [InlineData("return.xlsx", 7)]
    public async Task A_template_is_a_workbook_for_a_file_or_the_whole_return_with_the_codes_of_the_contract(string name, int datasets)
    {
        Assert.Contains($"/providers/acme/templates/HL-001/{name}?quarter=2025-26-Q1", await Dee.ReadAsync(Page),
            StringComparison.Ordinal);

        using var answer = await Dee.GetAsync($"/providers/acme/templates/HL-001/{name}?quarter=2025-26-Q1");

        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal(name, answer.Content.Headers.ContentDisposition?.FileName);
        using var workbook = SpreadsheetDocument.Open(await answer.Content.ReadAsStreamAsync(), isEditable: false);
        var sheets = workbook.WorkbookPart!.Workbook!.Descendants<Sheet>()
            .Select(sheet => sheet.Name?.Value).ToList();
        Assert.Equal(datasets, Dataset.Returns.Count(dataset => sheets.Contains(dataset.Name)));
    }

    [Fact]
    public async Task What_is_withheld_is_said_with_why()
    {
        string payments = WebUtility.HtmlDecode(await Dee.ReadAsync("/providers/acme/payments"));

        Assert.Contains("2 items of evidence accepted; the commissioner has not decided yet", payments, StringComparison.Ordinal);
        Assert.Contains("£1,250.00", payments, StringComparison.Ordinal);
        Assert.Contains("Evidence was accepted, and the commissioner decided that it was met", payments, StringComparison.Ordinal);
        Assert.Contains("Annual value: £100,000.00.",
            WebUtility.HtmlDecode(await Dee.ReadAsync("/providers/acme/payments/HL-001/2025-26-Q1")), StringComparison.Ordinal);
    }

    private Task<Answer> SendAsync(string act, params (string Name, string Text)[] files) =>
        Dee.SendFilesAsync(Page, Page, [("act", act), ("dataset", "")],
            [.. files.Select(f => ("files", f.Name, Encoding.UTF8.GetBytes(f.Text)))]);

    private Task<IReadOnlyList<Upload>> VersionsAsync() => Site.Pipeline.Uploads.OfSlotAsync(HoursSlot);

    private static string Collapsed(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        .Replace(" .", ".", StringComparison.Ordinal);
}
