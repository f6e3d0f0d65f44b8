using System.Net;
using System.Text;
using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Tests;
using Pipeline.Web.People;

namespace Pipeline.Web.Tests.Commissioners;

/// <summary>A commissioner's quarter by pages: returns, decisions by two people, checks, extensions, the register, closing.</summary>
public sealed class QuarterTests : SiteTests
{
    private const string Quarter = "/quarters/2025-26-Q1";
    private const string Decisions = Quarter + "/decisions";
    private const string Quality = "HL-001|" + TestPipeline.Quality;

    [Fact]
    public async Task A_decision_is_proposed_by_one_and_approved_by_another_and_is_a_file_like_any_other()
    {
        var proposed = await Ann.PostAsync(Decisions, Decisions + "/propose", ("element", Quality), ("decision", "met"),
            ("note", "seen on site"));
        Assert.Equal((HttpStatusCode.SeeOther, Decisions), (proposed.Status, proposed.Path));
        Assert.Equal(ElementState.AwaitingReview, await StateAsync());

        var approved = await Ben.PostAsync(Decisions, Decisions + "/approve", ("element", Quality), ("act", "approve"));

        Assert.Contains("Decisions: accepted", approved.Words, StringComparison.Ordinal);
        Assert.Equal(ElementState.Earned, await StateAsync());
        Assert.Empty(await Site.Pipeline.ProposedDecisions.OfAsync(TestPipeline.Q1));
        var version = (await Site.Pipeline.Uploads.OfSlotAsync(new Slot.Review(TestPipeline.Q1, Dataset.Decisions)))[^1];
        string file = await Site.Pipeline.Text($"archive/{version.Sha256}.csv");
        Assert.Contains("HL-001,cohesive_quality_standards,met,Ann Price,Ben Rees,2025-07-10,,seen on site", file,
            StringComparison.Ordinal);
        // What was decided before stands, and is not written again.
        Assert.DoesNotContain("working_in_partnership", file, StringComparison.Ordinal);
        Assert.Contains("by Rita Roe and Sam Poe", await Ann.ReadAsync(Decisions), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_approves_what_they_proposed()
    {
        await Ann.PostAsync(Decisions, Decisions + "/propose", ("element", Quality), ("decision", "met"));

        var answer = await Ann.PostAsync(Decisions, Decisions + "/approve", ("element", Quality), ("act", "approve"));

        Assert.Equal(HttpStatusCode.Conflict, answer.Status);
        Assert.Contains("was proposed by the same person", answer.Words, StringComparison.Ordinal);
        Assert.Equal(ElementState.AwaitingReview, await StateAsync());
    }

    [Fact]
    public async Task Who_approves_second_is_told_that_somebody_did_already()
    {
        await Ann.PostAsync(Decisions, Decisions + "/propose", ("element", Quality), ("decision", "met"));
        string token = (await Ben.ReadAsync(Decisions)).Split("__RequestVerificationToken\" value=\"")[1].Split('"')[0];
        using var cat = Site.As(Role.Commissioner, "Cat Shaw");
        await cat.PostAsync(Decisions, Decisions + "/approve", ("element", Quality), ("act", "approve"));

        var answer = await Ben.ForgeAsync(Decisions + "/approve", ("__RequestVerificationToken", token), ("element", Quality),
            ("act", "approve"));

        Assert.Equal(HttpStatusCode.Conflict, answer.Status);
        Assert.Contains("somebody has approved or dropped it", answer.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_would_be_rejected_is_not_proposed_and_it_is_said_why()
    {
        var answer = await Ann.PostAsync(Decisions, Decisions + "/propose", ("element", Quality), ("decision", "not_met"));

        Assert.Equal(HttpStatusCode.Conflict, answer.Status);
        Assert.Empty(await Site.Pipeline.ProposedDecisions.OfAsync(TestPipeline.Q1));
    }

    [Fact]
    public async Task A_proposal_is_dropped()
    {
        await Ann.PostAsync(Decisions, Decisions + "/propose", ("element", Quality), ("decision", "not_met"),
            ("reason", "evidence_incomplete"));
        Assert.Single(await Site.Pipeline.ProposedDecisions.OfAsync(TestPipeline.Q1));

        await Ann.PostAsync(Decisions, Decisions + "/approve", ("element", Quality), ("act", "drop"));

        Assert.Empty(await Site.Pipeline.ProposedDecisions.OfAsync(TestPipeline.Q1));
    }

    [Fact]
    public async Task What_the_decision_is_made_on_stands_beside_it()
    {
        string page = WebUtility.HtmlDecode(await Ann.ReadAsync(Decisions));

        Assert.Contains("Elements of HL-001", page, StringComparison.Ordinal);
        Assert.Contains("Awaiting review", page, StringComparison.Ordinal);
        Assert.Contains("£750.00", page, StringComparison.Ordinal);
        Assert.Contains("by Rita Roe and Sam Poe", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Elements of HL-002", await Ann.ReadAsync(Decisions + "?state=awaiting_review"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_extension_is_a_row_of_the_calendar()
    {
        await Site.Pipeline.Take("reference/calendar.csv",
            "quarter,contract,due_on,extended_to\n2025-26-Q1,,2025-07-05,\n2025-26-Q1,HL-002,2025-07-06,\n");

        var answer = await Ann.PostAsync(Quarter, Quarter + "/extend", ("contract", "HL-001"), ("extended_to", "2025-07-20"));

        Assert.Contains("Calendar: accepted", answer.Words, StringComparison.Ordinal);
        Assert.Contains("Version 2: 3 rows taken in. It counts now.", answer.Words, StringComparison.Ordinal);
        Assert.Equal(
            "quarter,contract,due_on,extended_to\n2025-26-Q1,,2025-07-05,\n2025-26-Q1,HL-002,2025-07-06,\n"
            + "2025-26-Q1,HL-001,2025-07-05,2025-07-20\n", await Site.Pipeline.Text("reference/calendar.csv"));
        using var acme = Site.As(Role.Provider, provider: "acme");
        Assert.Contains("extended to 20 July 2025", await acme.ReadAsync("/providers/acme"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_is_recorded_beside_those_before()
    {
        await Ann.PostAsync(Quarter, Quarter + "/checks", ("contract", "HL-001"), ("check", "spot_check"),
            ("carried_out_on", "2025-05-01"), ("result", "pass"), ("note", ""));
        var answer = await Ann.PostAsync(Quarter, Quarter + "/checks", ("contract", "HL-002"), ("check", "file_audit"),
            ("carried_out_on", "2025-06-01"), ("result", "fail"), ("note", "two, of ten"));

        Assert.Contains("Checks: accepted", answer.Words, StringComparison.Ordinal);
        var checks = (CheckList)(await Site.Pipeline.Uploads.CurrentCountsAsync(new Slot.Review(TestPipeline.Q1, Dataset.Checks)))!;
        Assert.Equal([("HL-001", "spot_check"), ("HL-002", "file_audit")], checks.Checks.Select(c => (c.Contract.ToString(), c.Check)));
    }

    [Fact]
    public async Task Returns_are_found_by_state_and_words_and_can_be_copied()
    {
        await Site.Pipeline.Take("reference/calendar.csv", "quarter,contract,due_on,extended_to\n2025-26-Q1,,2025-07-05,\n");

        string overdue = WebUtility.HtmlDecode(await Ann.ReadAsync("/returns?quarter=2025-26-Q1&state=overdue&q=refuge"));
        string received = await Ann.ReadAsync("/returns?quarter=2025-26-Q1&state=received");

        Assert.Contains("1 contract of 2", overdue, StringComparison.Ordinal);
        Assert.Contains("Beta\tHL-002\tRefuge\toutcomes, referrals, evidence", overdue, StringComparison.Ordinal);
        Assert.Contains("due on 5 July 2025, 5 days ago", overdue, StringComparison.Ordinal);
        Assert.DoesNotContain("Refuge", received, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_missing_is_a_file_for_reminders_with_every_contract_that_was_found()
    {
        await Site.Pipeline.Take("reference/calendar.csv", "quarter,contract,due_on,extended_to\n2025-26-Q1,,2025-07-05,\n");

        string[] found = (await Ann.ReadAsync("/returns/reminders.csv?quarter=2025-26-Q1&state=overdue&q=refuge")).Split("\r\n");

        Assert.Equal("provider,contract,service,missing,due", found[0]);
        Assert.StartsWith("Beta,HL-002,Refuge,\"outcomes, referrals, evidence", found[1], StringComparison.Ordinal);
        Assert.EndsWith("\"due on 5 July 2025, 5 days ago\"", found[1], StringComparison.Ordinal);
        Assert.Equal([""], found[2..]);
    }

    [Fact]
    public async Task A_broken_file_takes_nobody_off_the_list_of_what_is_overdue()
    {
        await Site.Pipeline.Take("reference/calendar.csv", "quarter,contract,due_on,extended_to\n2025-26-Q1,,2025-07-05,\n");
        foreach (var dataset in Dataset.Returns)
            await Site.Pipeline.Take($"submissions/beta/HL-002/2025-26-Q1/{dataset}.csv", "broken");

        string overdue = WebUtility.HtmlDecode(await Ann.ReadAsync("/returns?quarter=2025-26-Q1&state=overdue&q=refuge"));
        string reminders = await Ann.ReadAsync("/returns/reminders.csv?quarter=2025-26-Q1&state=overdue&q=refuge");

        Assert.Contains("1 contract of 2", overdue, StringComparison.Ordinal);
        Assert.Contains("Rejected</span>, 5 days overdue", overdue, StringComparison.Ordinal);
        Assert.Contains("Beta,HL-002,Refuge", reminders, StringComparison.Ordinal);
        using var page = System.Text.Json.JsonDocument.Parse(
            await Ann.ReadAsync("/api/providers/beta/returns/2025-26-Q1"));
        Assert.All(page.RootElement[0].GetProperty("datasets").EnumerateArray(), dataset => Assert.Equal(("rejected", 5),
            (dataset.GetProperty("state").GetString(), dataset.GetProperty("daysOverdue").GetInt32())));
    }

    [Fact]
    public async Task Of_very_many_reminders_the_page_has_the_file_alone()
    {
        await Site.Pipeline.Take("reference/contracts.csv", TestPipeline.Register("100000.00",
            string.Join(' ', Enumerable.Range(1, 101).Select(n => $"HL-{n:000}"))));

        string page = await Ann.ReadAsync("/returns?quarter=2025-26-Q1");

        Assert.DoesNotContain("<textarea", page, StringComparison.Ordinal);
        Assert.Contains("101 contracts of those that were found", page, StringComparison.Ordinal);
        Assert.Equal(101, (await Ann.ReadAsync("/returns/reminders.csv?quarter=2025-26-Q1")).Split("\r\n").Length - 2);
    }

    [Fact]
    public async Task The_register_is_searched_and_put_in_order()
    {
        string found = await Ann.ReadAsync("/reference?q=refuge"), falling = await Ann.ReadAsync("/reference?q=&sort=-value");

        Assert.Contains("1 of 2 terms", found, StringComparison.Ordinal);
        Assert.DoesNotContain("Floating support", found, StringComparison.Ordinal);
        Assert.True(falling.IndexOf("Floating support", StringComparison.Ordinal) < falling.IndexOf("Refuge", StringComparison.Ordinal));
        string rising = await Ann.ReadAsync("/reference?sort=value");
        Assert.True(rising.IndexOf("Refuge", StringComparison.Ordinal) < rising.IndexOf("Floating support", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Returns_and_contracts_with_decisions_stand_in_the_order_that_is_asked_for()
    {
        Assert.True(IsFirst(await Ann.ReadAsync("/returns?quarter=2025-26-Q1"), "HL-001"));
        Assert.True(IsFirst(await Ann.ReadAsync("/returns?quarter=2025-26-Q1&sort=-provider"), "HL-002"));
        Assert.True(IsFirst(await Ann.ReadAsync(Decisions), "Elements of HL-001"));
        Assert.True(IsFirst(await Ann.ReadAsync(Decisions + "?sort=service"), "Elements of HL-001"));
        Assert.True(IsFirst(await Ann.ReadAsync(Decisions + "?sort=-service"), "Elements of HL-002"));

        static bool IsFirst(string page, string of)
        {
            string other = of.Contains("HL-001", StringComparison.Ordinal)
                ? of.Replace("HL-001", "HL-002", StringComparison.Ordinal) : of.Replace("HL-002", "HL-001", StringComparison.Ordinal);
            return page.IndexOf(of, StringComparison.Ordinal) is >= 0 and var at && at < page.IndexOf(other, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_register_is_looked_at_before_it_counts()
    {
        byte[] file = Encoding.UTF8.GetBytes(TestPipeline.Register("120000.00", "HL-001 HL-003"));

        var look = await Ann.SendFilesAsync("/reference", "/reference/contracts", [("act", "look")], ("file", "contracts.csv", file));

        Assert.Contains("Row What Now Would be HL-001 Annual value in pounds £100,000.00 £120,000.00 HL-002", Squeezed(look.Words),
            StringComparison.Ordinal);
        Assert.Contains("HL-002 is taken away", look.Words, StringComparison.Ordinal);
        Assert.Contains("HL-003 is added", look.Words, StringComparison.Ordinal);
        Assert.Equal(100_000_00,
            (await Site.Pipeline.Reference.RegisterAsync())!.Terms.First(t => t.Contract == ContractId.Parse("HL-001")).AnnualValue.Pence);
    }

    [Fact]
    public async Task What_it_would_change_in_pounds_is_shown_before_it_counts()
    {
        await Site.Pipeline.PayAsync();
        byte[] file = Encoding.UTF8.GetBytes(TestPipeline.Register("60000.00"));

        var look = await Ann.SendFilesAsync("/reference", "/reference/contracts", [("act", "look")], ("file", "contracts.csv", file));

        // A core payment of £22,500.00 and an element of £1,250.00, of £100,000.00 a year.
        string[] row = [.. look.Words.Split("What is earned, in every quarter that is known")[1].Split((char[]?)null,
            StringSplitOptions.RemoveEmptyEntries).SkipWhile(word => word != "2025-26-Q1").Take(11)];
        Assert.Equal("2025-26-Q1 HL-001 Changes what was released £23,750.00 £14,250.00 £23,750.00 £9,500.00",
            string.Join(' ', row.Take(10)));
        Assert.Equal(3_125_000, await Site.Pipeline.ReleasedPence());
    }

    [Fact]
    public async Task Put_in_force_it_is_taken_in_like_any_other()
    {
        byte[] file = Encoding.UTF8.GetBytes(TestPipeline.Register("120000.00"));
        string token = (await Ann.ReadAsync("/reference")).Split("__RequestVerificationToken\" value=\"")[1].Split('"')[0];

        var answer = await Ann.ForgeAsync("/reference/contracts", ("__RequestVerificationToken", token), ("act", "send"),
            ("file", Convert.ToBase64String(file)));

        Assert.Contains("Contracts: accepted", answer.Words, StringComparison.Ordinal);
        Assert.Equal(120_000_00,
            (await Site.Pipeline.Reference.RegisterAsync())!.Terms.First(t => t.Contract == ContractId.Parse("HL-001")).AnnualValue.Pence);
        using var download = await Ann.GetAsync("/reference/contracts");
        Assert.Equal(file, await download.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Closing_shows_what_is_open_and_asks_whether_one_has_looked()
    {
        string page = await Ann.ReadAsync(Quarter);
        Assert.Contains("2 contracts have files still to come", page, StringComparison.Ordinal);
        Assert.Contains("1 element has evidence and no decision", page, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.Conflict, (await Ann.PostAsync(Quarter, Quarter + "/close")).Status);
        var closed = await Ann.PostAsync(Quarter, Quarter + "/close", ("sure", "yes"));

        Assert.Contains("Closed by Ann Price", closed.Words, StringComparison.Ordinal);
        Assert.True((await Site.Pipeline.Closings.OfAsync(TestPipeline.Q1))!.IsDone);
    }

    private async Task<ElementState> StateAsync() =>
        (await Site.Pipeline.Proposals.OfAsync(TestPipeline.Q1))!.Entitlements.First(e =>
            e.Contract.Id == ContractId.Parse("HL-001")).Elements.First(e => e.Element.Code == TestPipeline.Quality).State;
}
