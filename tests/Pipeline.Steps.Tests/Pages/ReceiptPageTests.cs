using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Pipeline.Core;
using Pipeline.Core.Contracts;
using Pipeline.Core.Findings;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Pages;

namespace Pipeline.Steps.Tests.Pages;

public sealed partial class ReceiptPageTests
{
    private const string Path = "receipts/acme/HL-001/2025-26-Q1/evidence/v2.html";

    [Fact]
    public async Task Accepted_is_seen_at_a_glance()
    {
        string text = await TextAsync(Content(UploadStatus.Accepted));
        Assert.Contains("Accepted 12 rows taken in. Nothing to mend.", text);
        Assert.Contains("This is the current version now, in place of version 1", text);
        Assert.DoesNotContain("How to mend it", text);
    }

    [Fact]
    public async Task Accepted_with_warnings_says_that_the_file_counts()
    {
        string text = await TextAsync(Content(UploadStatus.Accepted, (Rules.Late, [new Finding(Rules.Late, 0)], 0)));
        Assert.Contains("Accepted, with warnings", text);
        Assert.Contains("the file counts all the same", text);
        Assert.Contains(Rules.Late.Mend, text);
    }

    [Fact]
    public async Task Findings_are_grouped_by_rule_with_every_cell_and_how_many_more()
    {
        var rule = Rules.UnevenRow;
        var findings = Enumerable.Range(2, 30).Select(line => new Finding(rule, line))
            .Append(new Finding(rule, 99, "kind", "B99", "one of a, b"));
        string text = await TextAsync(Content(UploadStatus.Rejected, (rule, [.. findings], 7)));
        Assert.Contains("Rejected 38 errors.", text);
        Assert.Single(Regex.Matches(text[..text.IndexOf("The same, row by row", StringComparison.Ordinal)], Regex.Escape(rule.Wrong)));
        Assert.Contains(rule.Mend, text);
        Assert.Contains("lines 2 to 31", text);
        Assert.Contains("Column kind. Expected: one of a, b: B99", text);
        Assert.Contains("And 7 more of these, which are not listed.", text);
        Assert.Contains("version 1 stays current", text);
        Assert.Contains("The return is due on 31 July 2025: 30 days left. A later file is taken in", text);
    }

    [Fact]
    public async Task One_mistake_in_every_row_is_told_once_and_again_row_by_row()
    {
        var dates = Enumerable.Range(2, 12)
            .Select(line => new Finding(Rules.DateIsSerialNumber, line, "evidence_on", $"D{line}", "a date"));
        var codes = new[] { 3, 5, 6 }.Select(line => new Finding(Rules.NotACode, line, "element", $"A{line}", "one of a, b"));
        string text =
            await TextAsync(Content(UploadStatus.Rejected, (Rules.DateIsSerialNumber, [.. dates], 0), (Rules.NotACode, [.. codes], 0)));

        Assert.Contains("Column evidence_on, all 12 rows. Expected: a date: D2 to D13", text);
        Assert.Contains("Column element, 3 rows. Expected: one of a, b: A3 A5 to A6", text);
        string rows = text[text.IndexOf("The same, row by row", StringComparison.Ordinal)..];
        Assert.Equal(["D2", "A3", "D3", "D4", "A5", "D5"], Regex.Matches(rows, "[AD][0-9]+").Select(cell => cell.Value).Take(6));
    }

    [Theory]
    [InlineData(1, "It is due on 31 July 2025: 30 days left")]
    [InlineData(31, "It is due on 31 July 2025, the same day")]
    [InlineData(32, "It was due on 31 July 2025: 1 day late")]
    public async Task It_is_said_how_long_before_or_after_the_due_day_a_file_came(int day, string expected)
    {
        var content = Content(UploadStatus.Accepted);
        var came = new DateTimeOffset(2025, 7, 1, 9, 0, 0, TimeSpan.Zero).AddDays(day - 1);
        Assert.Contains(expected, await TextAsync(content with { Receipt = content.Receipt with { TakenInAt = came } }));
    }

    [Fact]
    public async Task What_a_rejected_file_would_count_for_is_shown_as_far_as_it_could_be_read()
    {
        var content = Content(UploadStatus.Rejected, (Rules.NotADate, [new Finding(Rules.NotADate, 2, "evidence_on", "D2")], 0));
        string text =
            await TextAsync(content with { Counts = new EvidenceCounts([new ElementEvidenceCount("cohesive_quality_standards", 3, 4)]) });
        Assert.Contains("What it would count for, as far as it could be read", text);
        Assert.Contains("3 items of evidence", text);
    }

    [Fact]
    public async Task An_evidence_receipt_says_what_each_element_can_earn()
    {
        string text = await TextAsync(Content(UploadStatus.Rejected));
        // £100,000.00 a year: a pot of £2,500.00, of which half, three tenths and nothing else (domain.md section 6).
        Assert.Contains("Up to £2,000.00 of the quarter's £2,500.00 for outcomes depends on evidence.", text);
        Assert.Contains("£1,250.00", text);
        Assert.Contains("£750.00", text);
    }

    [Fact]
    public async Task Other_returns_are_measured_and_not_paid()
    {
        string text = await TextAsync(Content(UploadStatus.Accepted) with { Slot = SlotOf(Dataset.Outcomes) });
        Assert.Contains("Outcomes are measured, not paid", text);
        Assert.DoesNotContain("£", text);
    }

    [Fact]
    public async Task A_duplicate_says_that_nothing_changed()
    {
        string text = await TextAsync(Content(UploadStatus.Duplicate) with { Standing = 2 });
        Assert.Contains("Nothing new The file is the same as version 2, which counts already.", text);
        Assert.Contains("You need not do anything.", text);
    }

    [Fact]
    public async Task A_receipt_for_a_closed_quarter_asks_for_nothing_that_would_not_be_taken_in()
    {
        string text = await TextAsync(Content(UploadStatus.Rejected, (Rules.QuarterClosed, [new Finding(Rules.QuarterClosed, 0)], 0)));
        Assert.Contains(Rules.QuarterClosed.Mend, text);
        Assert.DoesNotContain("Mend what is listed below", text);
        Assert.DoesNotContain("The return is due on", text);
        Assert.DoesNotContain("until the quarter is closed", text);
    }

    [Fact]
    public async Task Nothing_is_due_for_a_quarter_in_which_the_contract_is_not_active()
    {
        string text =
            await TextAsync(Content(UploadStatus.Rejected, (Rules.ContractNotActive, [new Finding(Rules.ContractNotActive, 0)], 0)));
        Assert.Contains(Rules.ContractNotActive.Mend, text);
        Assert.DoesNotContain("The return is due on", text);
    }

    [Fact]
    public async Task A_file_that_fits_nowhere_has_a_page_too()
    {
        var content = Content(UploadStatus.Quarantined, (Rules.PathFitsNoSlot, [new Finding(Rules.PathFitsNoSlot, 0)], 0));
        string text =
            await TextAsync(content with { Slot = null, Receipt = content.Receipt with { Slot = "", FileName = "", Version = 0 } });
        Assert.Contains("Quarantined The file was put into quarantine", text);
        Assert.Contains("the file as a whole", text);
        Assert.Contains(Rules.PathFitsNoSlot.Mend, text);
    }

    [Fact]
    public async Task Names_are_escaped()
    {
        byte[] page = await Page.OfAsync(Content(UploadStatus.Accepted));
        Assert.DoesNotContain("<script", Encoding.UTF8.GetString(page));
        Assert.Contains("<script>alert(1)</script> & Sons", await TextAsync(Content(UploadStatus.Accepted)));
    }

    [Fact]
    public async Task The_same_receipt_makes_the_same_bytes() =>
        Assert.Equal(await Page.OfAsync(Content(UploadStatus.Accepted)), await Page.OfAsync(Content(UploadStatus.Accepted)));

    private static Slot.Return SlotOf(ReturnDataset dataset) =>
        new(ProviderId.Parse("acme"), ContractId.Parse("HL-001"), Quarter.Parse("2025-26-Q1"), dataset);

    private static ReceiptContent Content(UploadStatus status, params (Rule Rule, IReadOnlyList<Finding> Listed, int NotListed)[] broken)
    {
        using var performance = DeliveredFrameworks.Open("performance");
        var framework = FrameworkFile.Read(performance).Framework!;
        var term = new Term(
            ContractId.Parse("HL-001"), ProviderId.Parse("acme"), "<script>alert(1)</script> & Sons", "Floating support", ["homeless"],
            "performance",
            new Money(10_000_000), new DateOnly(2024, 4, 1), new DateOnly(2027, 3, 31), "SUP-1");
        var due = new CalendarEntry(Quarter.Parse("2025-26-Q1"), null, new DateOnly(2025, 7, 31), null);
        var register = new Register([framework], new ContractList([term]), new CalendarList([due]));
        var findings = broken.SelectMany(b => b.Listed).OrderBy(f => f.Line).ThenBy(f => f.Cell, StringComparer.Ordinal).ToList();
        long Count(Severity severity) => broken.Where(b => b.Rule.Severity == severity).Sum(b => b.Listed.Count + b.NotListed);
        var receipt = new Receipt(
            "submissions/acme/HL-001/2025-26-Q1/evidence", "evidence.csv", 2, status, Sha256.Parse(new string('a', 64)),
            new DateTimeOffset(2025, 7, 1, 9, 0, 0, TimeSpan.Zero),
            12, status == UploadStatus.Accepted ? 12 : 0, Count(Severity.Error), Count(Severity.Warning),
            [.. broken.Select(b => new ReceiptRule(b.Rule.Id, b.Rule.Severity == Severity.Error ? "error" : "warning", b.Rule.Wrong,
                b.Rule.Mend, b.Listed.Count + b.NotListed, b.NotListed)
            {
                Columns = [.. b.Listed.Where(f => f.Column is not null).CountBy(f => f.Column!)
                    .Select(column => new ReceiptColumn(column.Key, column.Value))],
            })],
            [.. findings.Select(f => new ReceiptFinding(f.Rule.Id, f.Line, f.Column, f.Cell, f.Expected))]);
        return new ReceiptContent(receipt, Path, SlotOf(Dataset.Evidence), register, Standing: 1);
    }

    /// <summary>What a reader reads of the page.</summary>
    private static async Task<string> TextAsync(ReceiptContent content)
    {
        string html = Encoding.UTF8.GetString(await Page.OfAsync(content));
        string main = html[html.IndexOf("<main", StringComparison.Ordinal)..];
        return Spaces().Replace(WebUtility.HtmlDecode(Markup().Replace(main, " ")), " ").Replace(" .", ".").Replace(" :", ":");
    }

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Markup();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
