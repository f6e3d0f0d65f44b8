using System.Net;
using System.Text;
using Pipeline.Core;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Stores;
using Pipeline.Steps.Tests;
using Pipeline.Web.People;

namespace Pipeline.Web.Tests.Commissioners;

/// <summary>
/// What would change released money waits on a page for a named person other than who sent it; and what a file would change is seen before
/// it is sent.
/// </summary>
public sealed class ChangeTests : SiteTests
{
    private const string Decisions = "/quarters/2025-26-Q1/decisions";
    private const string Partnership = "HL-001|" + TestPipeline.Partnership;

    private protected override Task<TestPipeline> BeforeAsync() => TestPipeline.Released();

    [Fact]
    public async Task What_is_held_is_counted_on_the_front_page_and_listed_with_its_pounds_and_rows()
    {
        await HoldAsync(Ann);

        Assert.Contains("Held changes: put in force or drop Held 1 change", Squeezed(Words(await Ann.ReadAsync("/"))),
            StringComparison.Ordinal);
        Assert.Contains("1 held change waits for somebody", await Ann.ReadAsync("/quarters/2025-26-Q1"), StringComparison.Ordinal);
        Assert.Contains("Change 1 reference/contracts version 2 10 July 2025 at 12:00 UTC Ann Price 1 1 £7,500.00 £0.00 £7,500.00",
            Squeezed(Words(await Ann.ReadAsync("/changes"))), StringComparison.Ordinal);
        string page = Squeezed(Words(await Ann.ReadAsync("/changes/1")));
        Assert.Contains("2025-26-Q1 HL-002 Changes what was released £7,500.00 £0.00 £7,500.00 £7,500.00", page, StringComparison.Ordinal);
        Assert.Contains("HL-002 is taken away: provider beta, provider name Beta, service name Refuge", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_else_puts_it_in_force_once()
    {
        await HoldAsync(Ann);

        var own = await Ann.PostAsync("/changes/1", "/changes/1", ("act", "accept"));
        string token = TokenOf(await Ben.ReadAsync("/changes/1"));
        var accepted = await Ben.PostAsync("/changes/1", "/changes/1", ("act", "accept"));
        var again = await Ben.ForgeAsync("/changes/1", ("__RequestVerificationToken", token), ("act", "accept"));
        var dropped = await Ben.ForgeAsync("/changes/1", ("__RequestVerificationToken", token), ("act", "drop"));

        Assert.Equal(HttpStatusCode.Conflict, own.Status);
        Assert.Contains("Ann Price sent the file or stands in it", own.Words, StringComparison.Ordinal);
        Assert.Contains("Accepted by Ben Rees", Squeezed(accepted.Words), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, again.Status);
        Assert.Contains("was accepted by Ben Rees", dropped.Words, StringComparison.Ordinal);
        Assert.Equal([("HL-002", "core", -750_000L)], await Site.Pipeline.Due());
        Assert.Equal(3, (await Site.Pipeline.Uploads.OfSlotAsync(new Slot.Reference(Dataset.Contracts))).Count);
    }

    [Fact]
    public async Task Dropped_it_never_counts()
    {
        await HoldAsync(Ann);

        var dropped = await Ben.PostAsync("/changes/1", "/changes/1", ("act", "drop"));

        Assert.Contains("Dropped by Ben Rees", Squeezed(dropped.Words), StringComparison.Ordinal);
        Assert.Empty(await Site.Pipeline.Due());
        Assert.Contains("Nothing is held.", await Ann.ReadAsync("/changes"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await Ann.GetAsync("/changes/2")).StatusCode);
    }

    [Fact]
    public async Task Four_eyes_are_two_accounts_whatever_they_are_called()
    {
        using var ann = Site.WithAccount(Role.Commissioner, "Ann Price", "oid-1");
        using var ben = Site.WithAccount(Role.Commissioner, "Ben Rees", "oid-2");
        using var annMarried = Site.WithAccount(Role.Commissioner, "Ann Moore", "oid-1");
        using var otherAnn = Site.WithAccount(Role.Commissioner, "Ann Price", "oid-3");
        await ann.PostAsync(Decisions, Decisions + "/propose", ("element", Partnership), ("decision", "not_met"),
            ("reason", "evidence_incomplete"));

        var own = await annMarried.PostAsync(Decisions, Decisions + "/approve", ("element", Partnership), ("act", "approve"));
        var approved = await ben.PostAsync(Decisions, Decisions + "/approve", ("element", Partnership), ("act", "approve"));
        var decidedOwn = await annMarried.PostAsync("/changes/1", "/changes/1", ("act", "accept"));
        var decided = await otherAnn.PostAsync("/changes/1", "/changes/1", ("act", "accept"));

        Assert.Contains("was proposed by the same person", own.Words, StringComparison.Ordinal);
        Assert.Contains("Decisions: held", approved.Words, StringComparison.Ordinal);
        Assert.Contains("Ann Price sent the file or stands in it", decidedOwn.Words, StringComparison.Ordinal);
        Assert.Contains("Accepted by Ann Price", Squeezed(decided.Words), StringComparison.Ordinal);
        Assert.Equal([("HL-001", TestPipeline.Partnership, -125_000L)], await Site.Pipeline.Due());
        var audited = (await Site.Pipeline.Rows<Core.Reporting.AuditRow>()).Where(r => r.Text("Act") == "take_in_decisions")
            .Select(r => (r.Text("By"), r.Text("Account")));
        Assert.Equal([("commissioner", ""), ("Ben Rees", "oid-2"), ("Ben Rees", "oid-2")], audited);
    }

    [Fact]
    public async Task What_a_proposal_would_change_is_seen_before_anybody_proposes_or_approves()
    {
        var look = await Ann.PostAsync(Decisions, Decisions + "/propose", ("act", "look"), ("element", Partnership),
            ("decision", "withdrawn"));

        Assert.Contains("HL-001, Working in partnership is taken away: decision met, reviewer Rita Roe, approver Sam Poe", look.Words,
            StringComparison.Ordinal);
        Assert.Contains("2025-26-Q1 HL-001 Changes what was released £23,750.00 £22,500.00 £23,750.00 £1,250.00", Squeezed(look.Words),
            StringComparison.Ordinal);
        Assert.Contains("it is held when it is sent", Squeezed(look.Words), StringComparison.Ordinal);
        Assert.Empty(await Site.Pipeline.ProposedDecisions.OfAsync(TestPipeline.Q1));

        await Ann.PostAsync(Decisions, Decisions + "/propose", ("act", "propose"), ("element", "HL-001|" + TestPipeline.Quality),
            ("decision", "met"));
        var before = await Ben.PostAsync(Decisions, Decisions + "/approve", ("act", "look"),
            ("element", "HL-001|" + TestPipeline.Quality));

        Assert.Contains(
            "HL-001, Cohesive quality standards is added: decision met, reviewer Ann Price, approver whoever approves", before.Words,
            StringComparison.Ordinal);
        Assert.Contains("£23,750.00 £24,500.00", Squeezed(before.Words), StringComparison.Ordinal);
        Assert.Single(await Site.Pipeline.ProposedDecisions.OfAsync(TestPipeline.Q1));
    }

    [Fact]
    public async Task A_file_of_decisions_is_looked_at_and_then_sent_and_its_sender_does_not_decide_on_it()
    {
        byte[] file = Encoding.UTF8.GetBytes(TestPipeline.Decisions(quality: "met", partnership: "withdrawn"));

        var look = await Ann.SendFilesAsync(Decisions, Decisions + "/file", [("act", "look")], ("file", "decisions.csv", file));
        Assert.Single(await Site.Pipeline.Uploads.OfSlotAsync(new Slot.Review(TestPipeline.Q1, Dataset.Decisions)));
        var sent = await Ann.ForgeAsync(Decisions + "/file",
            [.. Hidden(look.Text, "file", "against"), ("__RequestVerificationToken", TokenOf(look.Text)), ("act", "send")]);
        var own = await Ann.PostAsync("/changes/1", "/changes/1", ("act", "drop"));

        Assert.Contains("Cohesive quality standards is added", look.Words, StringComparison.Ordinal);
        Assert.Contains("Decisions: held", sent.Words, StringComparison.Ordinal);
        Assert.Contains("have somebody else decide", own.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_looked_at_a_file_before_another_came_is_told_to_look_again()
    {
        byte[] file = Encoding.UTF8.GetBytes(TestPipeline.Register("120000.00"));
        var look = await Ann.SendFilesAsync("/reference", "/reference/contracts", [("act", "look")], ("file", "contracts.csv", file));
        await Site.Pipeline.Take("reference/contracts.csv", TestPipeline.Register("110000.00"));

        var sent = await Ann.ForgeAsync("/reference/contracts",
            [.. Hidden(look.Text, "file", "against"), ("__RequestVerificationToken", TokenOf(look.Text)), ("act", "send")]);

        Assert.Contains("Somebody sent version 2 meanwhile", sent.Words, StringComparison.Ordinal);
        Assert.Equal(110_000_00,
            (await Site.Pipeline.Reference.RegisterAsync())!.Terms.First(t => t.Contract == ContractId.Parse("HL-001")).AnnualValue.Pence);
    }

    [Theory]
    [InlineData("calendar", "quarter,contract,due_on,extended_to\n2025-26-Q1,,2025-07-31,\n2025-26-Q1,HL-001,2025-07-31,2025-08-15\n",
        "2025-26-Q1, everyone is added: due on 31 July 2025",
        "2025-26-Q1, HL-001 is added: due on 31 July 2025, extended to 15 August 2025")]
    [InlineData("publication", "from_quarter,suppress_up_to,round_to\n2025-26-Q1,5,5\n",
        "The limit from 2025-26-Q1 on is added: suppress up to 5, round to 5", "Nothing changes of what any contract earns")]
    [InlineData("people", "person,role,provider\n11111111-1111-1111-1111-111111111111,provider,acme\n",
        "11111111-1111-1111-1111-111111111111 for acme is added", "Nothing changes of what any contract earns")]
    public async Task The_difference_of_every_reference_file_is_shown(string name, string text, string one, string other)
    {
        var look = await Ann.SendFilesAsync("/reference", $"/reference/{name}", [("act", "look")],
            ("file", $"{name}.csv", Encoding.UTF8.GetBytes(text)));

        Assert.Contains(one, look.Words, StringComparison.Ordinal);
        Assert.Contains(other, look.Words, StringComparison.Ordinal);
        Assert.Empty(await Site.Pipeline.Uploads.OfSlotAsync(Slot.At($"reference/{name}.csv")!));
    }

    [Fact]
    public async Task Other_weights_of_a_framework_are_tried_on_the_past()
    {
        await using var json = Core.Frameworks.DeliveredFrameworks.Open("performance");
        using var reader = new StreamReader(json);
        string text = (await reader.ReadToEndAsync()).Replace("\"weight\": 0.5", "\"weight\": 0.4", StringComparison.Ordinal);

        var look = await Ann.SendFilesAsync("/reference", "/reference/framework-performance", [("act", "look")],
            ("file", "performance.json", Encoding.UTF8.GetBytes(text)));

        Assert.Contains("2025-26-Q1 HL-001 Changes what was released £23,750.00 £23,500.00 £23,750.00 £250.00", Squeezed(look.Words),
            StringComparison.Ordinal);
        Assert.Contains("Row What Now Would be payment, elements, working_in_partnership weight 0.5 0.4 What is earned",
            Squeezed(look.Words), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_term_is_added_by_a_form_that_shows_first_what_it_changes()
    {
        var look = await Ann.PostAsync("/reference", "/reference/contracts/terms", ("contract", "HL-001"), ("starts_on", "2025-10-01"),
            ("annual_value_gbp", "120000.00"));

        Assert.Contains("HL-001 from 1 January 2020 Ends on 31 December 2030 30 September 2025", Squeezed(look.Words),
            StringComparison.Ordinal);
        Assert.Contains("HL-001 from 1 October 2025 is added: provider acme", look.Words, StringComparison.Ordinal);
        Assert.Contains("annual value in pounds £120,000.00, starts on 1 October 2025, ends on 31 December 2030", look.Words,
            StringComparison.Ordinal);
        Assert.Single((await Site.Pipeline.Reference.RegisterAsync())!.Terms, t => t.Contract == ContractId.Parse("HL-001"));

        var sent = await Ann.ForgeAsync("/reference/contracts",
            [.. Hidden(look.Text, "file", "against"), ("__RequestVerificationToken", TokenOf(look.Text)), ("act", "send")]);

        Assert.Contains("Contracts: accepted", sent.Words, StringComparison.Ordinal);
        Assert.Equal([(10_000_000L, new DateOnly(2025, 9, 30)), (12_000_000L, new DateOnly(2030, 12, 31))],
            (await Site.Pipeline.Reference.RegisterAsync())!.Terms.Where(t => t.Contract == ContractId.Parse("HL-001"))
                .Select(t => (t.AnnualValue.Pence, t.EndsOn)));
    }

    /// <summary>A register without the row of a paid contract, by the page.</summary>
    private static async Task HoldAsync(TestBrowser by)
    {
        byte[] file = Encoding.UTF8.GetBytes(TestPipeline.Register("100000.00", "HL-001"));
        string token = TokenOf(await by.ReadAsync("/reference"));
        var sent = await by.ForgeAsync("/reference/contracts", ("__RequestVerificationToken", token), ("act", "send"),
            ("file", Convert.ToBase64String(file)));
        Assert.Contains("Contracts: held", sent.Words, StringComparison.Ordinal);
    }

    private static IEnumerable<(string, string)> Hidden(string page, params string[] names) =>
        names.Select(name => (name, WebUtility.HtmlDecode(page.Split($"name=\"{name}\" value=\"")[1].Split('"')[0])));

    private static string TokenOf(string page) => page.Split("__RequestVerificationToken\" value=\"")[1].Split('"')[0];

    private static string Words(string page) => new Answer(HttpStatusCode.OK, null, page).Words;
}
