using System.Security.Cryptography;
using System.Text;
using Pipeline.Core.Submissions;
using Pipeline.Local.Tests.Faults;
using Pipeline.Local.Workspaces;

namespace Pipeline.Local.Tests.Commands;

/// <summary>
/// <c>pay</c>, <c>close</c>, <c>explain</c> and <c>replay</c> as finance and the commissioner use them, and as nobody should: then each is
/// refused with a sentence that says what to do, and changes nothing.
/// </summary>
public sealed class PayingTests : IDisposable
{
    private const string Q1 = SampleInput.Quarter;
    private const string PaymentsHeader = "payment_id,status,paid_on,reference\n";

    private readonly TempFolder _temp = new();

    private string Workspace => _temp.At("workspace");

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task Nothing_is_prepared_that_is_not_known_or_not_somebodys()
    {
        await TakeInAsync();

        await RefusedAsync("2031-32-Q1 has not begun: it begins on 1 April 2031.", "pay", "prepare", "2031-32-Q1", "--by", "Ann Price");
        await RefusedAsync("A quarter is written 2025-26-Q1", "pay", "prepare", "2025-27-Q1", "--by", "Ann Price");
        await RefusedAsync("Give a name or initials", "pay", "prepare", Q1, "--by", "1");
        await RefusedAsync("Option '--by' is required", "pay", "prepare", Q1);
        foreach (string step in (string[])["approve", "release"])
            await RefusedAsync("There is no run 1 of 2025-26-Q1: look its number up with pay status.", "pay", step, Q1, "1", "--by",
                "Ben Rees");
        await RefusedAsync("There is no run 1 of 2025-26-Q1", "pay", "reject", Q1, "1", "--by", "Ben Rees", "--reason", "wrong");
        await RefusedAsync("Nothing is known of this quarter. See: pipeline pay status", "pay", "status", "2031-32-Q1");
    }

    [Fact]
    public async Task A_prepared_run_is_released_by_nobody_and_approved_by_somebody_else()
    {
        await PrepareAsync();

        foreach (string name in (string[])["Ann Price", "ANN PRICE", "  ann   price ", "Ann-Price"])
            await RefusedAsync("Run 1 of 2025-26-Q1 was prepared by the same person: have somebody else approve it.", "pay", "approve", Q1,
                "1", "--by", name);
        await RefusedAsync("Run 1 of 2025-26-Q1 is not approved: have somebody other than who prepared it approve it first.", "pay",
            "release", Q1, "1", "--by", "Cat Shaw");
        await RefusedAsync("Run 1 of 2025-26-Q1 is still prepared: approve and release it, or reject it, before preparing another.", "pay",
            "prepare", Q1, "--by", "Ben Rees");
        await RefusedAsync("There is no run 2 of 2025-26-Q1", "pay", "approve", Q1, "2", "--by", "Ben Rees");
        await RefusedAsync("The reason is missing or too long", "pay", "reject", Q1, "1", "--by", "Ben Rees", "--reason", " ");
        await RefusedAsync("No run 1 of 2025-26-Q1 was released. See: pipeline pay status 2025-26-Q1", "replay", Q1, "1");
        await RefusedAsync("No payment HL-001-2025-26-Q1-core-r001 was released.", "explain", $"HL-001-{Q1}-core-r001");
        // Who prepared it gets the same run again.
        await UnchangedAsync("Run 1 of 2025-26-Q1 is prepared", "pay", "prepare", Q1, "--by", "ann price");
    }

    [Fact]
    public async Task Who_approves_sees_every_line_and_payments_and_clawbacks_apart()
    {
        await ReleaseAsync();
        await TakeInAsync(new KeyValuePair<string, string>(SampleInput.Contracts,
            SampleInput.Reference[SampleInput.Contracts].Replace("33333.33", "40000.00", StringComparison.Ordinal)
                .Replace("100000.00", "60000.00", StringComparison.Ordinal)));
        // It takes back, and is meant.
        await DoneAsync("changes", "accept", "1", "--by", "Cat Shaw");

        string prepared = await DoneAsync("pay", "prepare", Q1, "--by", "Ann Price");
        Assert.Matches(@"acme +HL-001 +core +-£9,000\.00 +earned £22,500\.00 in run 1;", prepared);
        Assert.Matches(@"brook +PO-001 +core +£1,500\.00 +earned £7,500\.00 in run 1;", prepared);
        Assert.Matches(@"acme +S-1 +£0\.00 +-£9,200\.00 +-£9,200\.00", prepared);
        Assert.Contains("Payments: 1, £1,500.00. Clawbacks: 2, -£9,200.00. Net: -£7,700.00.", prepared, StringComparison.Ordinal);
        Assert.Contains("Prepared by Ann Price on 15 July 2025 at 12:00 UTC. It expires on 29 July 2025 at 12:00 UTC.", prepared,
            StringComparison.Ordinal);
        await UnchangedAsync("Payments: 1, £1,500.00. Clawbacks: 2, -£9,200.00. Net: -£7,700.00.", "pay", "status", Q1, "2");
        Assert.Contains("Released by Cat Shaw on 15 July 2025", await UnchangedAsync("first payment", "pay", "status", Q1, "1"),
            StringComparison.Ordinal);
        await RefusedAsync("There is no run 3 of 2025-26-Q1. See: pipeline pay status 2025-26-Q1", "pay", "status", Q1, "3");

        using var json = System.Text.Json.JsonDocument.Parse(await UnchangedAsync("", "pay", "status", Q1, "2", "--json"));
        Assert.Equal(-920_000, json.RootElement.GetProperty("clawbacks").GetProperty("totalPence").GetInt64());
        Assert.Equal(150_000, json.RootElement.GetProperty("providers")[1].GetProperty("netPence").GetInt64());
        Assert.Equal("earned £22,500.00 in run 1; since then: the register of contracts, version 3",
            json.RootElement.GetProperty("lines")[0].GetProperty("why").GetString());
        using var all = System.Text.Json.JsonDocument.Parse(await UnchangedAsync("", "pay", "status", "--json"));
        Assert.Equal(["released", "prepared"], all.RootElement.GetProperty("runs").EnumerateArray()
            .Select(run => run.GetProperty("state").GetString()));
    }

    /// <summary>A row that is lost from the register, and a value that lost a digit, say what they do before anything is paid.</summary>
    [Fact]
    public async Task What_lowers_what_was_released_is_told_before_it_is_sent_and_when_it_is_taken_in()
    {
        await ReleaseAsync();
        string lost = string.Join('\n', SampleInput.Reference[SampleInput.Contracts].Split('\n')
            .Where(line => !line.StartsWith("PO-001", StringComparison.Ordinal)));
        string file = Path.Join(SampleInput.Write(_temp.At("tried"), [new("contracts.csv", lost)]), "contracts.csv");

        string tried = await UnchangedAsync("not in the register any more", "what-if", file);
        Assert.Matches(@"2025-26-Q1 +PO-001 +£7,500\.00 +£0\.00 +£7,500\.00 +£7,500\.00", tried);
        Assert.Contains("£7,500.00 of what was released would be taken back.", tried, StringComparison.Ordinal);
        await UnchangedAsync("\"takenBack\": 750000", "what-if", file, "--json");
        await RefusedAsync("cannot be told by its name", "what-if",
            SampleInput.Write(_temp.At("tried"), [new("notes.csv", "")]) + "/notes.csv");

        SampleInput.Write(_temp.At("input"),
            [.. SampleInput.All.Where(f => f.Key is not (SampleInput.Contracts or "reference/calendar.csv")),
                new(SampleInput.Contracts, lost),
                new("reference/calendar.csv", "quarter,contract,due_on,extended_to\n2025-26-Q1,,2025-07-31,\n")]);
        string taken = await DoneAsync("run", _temp.At("input"));
        Assert.Contains("would change what was released or closed, and the next payment run would take back £7,500.00.", taken,
            StringComparison.Ordinal);
        Assert.Contains("2025-26-Q1 PO-001: £7,500.00 earned now, £0.00 with it, £7,500.00 released; it would be in the register no more",
            taken, StringComparison.Ordinal);
        string receipt = await File.ReadAllTextAsync(Path.Join(Workspace, "receipts", "reference", "contracts", "v2.json"));
        Assert.Contains("\"kind\": \"ended\"", receipt, StringComparison.Ordinal);
        Assert.Contains("What it would change in money",
            await File.ReadAllTextAsync(Path.Join(Workspace, "receipts", "reference", "contracts", "v2.html")), StringComparison.Ordinal);

        // It waits, is listed wherever somebody looks, and is dropped by a named person, once.
        Assert.Contains("1: reference/contracts version 2", await UnchangedAsync("not in the register any more", "changes"),
            StringComparison.Ordinal);
        await UnchangedAsync("\"takenBack\": 750000", "changes", "--json");
        await UnchangedAsync("Held: reference/contracts version 2.", "status");
        await RefusedAsync("Held: reference/contracts version 2 (change 1).", "close", Q1, "--by", "Ann Price");
        await RefusedAsync("Nothing is held under this number: look at the list. See: pipeline changes", "changes", "drop", "2", "--by",
            "Ben Rees");
        Assert.Contains("Change 1 is dropped.", await DoneAsync("changes", "drop", "1", "--by", "Ben Rees"), StringComparison.Ordinal);
        await UnchangedAsync("Nothing is held.", "changes");
        await RefusedAsync("reference/contracts version 2 was dropped by Ben Rees on", "changes", "accept", "1", "--by", "Cat Shaw");
    }

    /// <summary>The calendar names a contract that was paid: it is the register that lost it, and nothing else stops.</summary>
    [Theory]
    [InlineData("PO-001")]
    [InlineData("")]
    public async Task A_register_that_lost_rows_which_the_calendar_names_is_held_and_the_calendar_is_right(string lost)
    {
        await ReleaseAsync();
        string[] lines = SampleInput.Reference[SampleInput.Contracts].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        SampleInput.Write(_temp.At("input"), [new(SampleInput.Contracts, string.Join('\n', lines
            .Where((line, at) => at == 0 || (lost.Length > 0 && !line.StartsWith(lost, StringComparison.Ordinal)))) + "\n")]);
        Assert.Contains("Held: reference/contracts would change", await DoneAsync("run", _temp.At("input")), StringComparison.Ordinal);
        // Put in force by somebody who means it, it leaves the calendar as it was accepted.
        await DoneAsync("changes", "accept", "1", "--by", "Cat Shaw");
        Assert.DoesNotContain("CAL-001", await DoneAsync("run", _temp.At("input")), StringComparison.Ordinal);
    }

    /// <summary>
    /// A value whose point was typed one place off is held however it is typed, and in force when somebody says that it is meant.
    /// </summary>
    [Fact]
    public async Task A_value_with_its_point_one_place_off_is_held_until_somebody_means_it()
    {
        await ReleaseAsync();
        string register = SampleInput.Reference[SampleInput.Contracts];
        string slipped = register.Replace("100000.00", "10000.00", StringComparison.Ordinal);
        Assert.NotEqual(register, slipped);
        SampleInput.Write(_temp.At("input"),
            [.. SampleInput.All.Where(f => f.Key != SampleInput.Contracts), new(SampleInput.Contracts, slipped)]);
        Assert.Contains("Held: reference/contracts would change", await DoneAsync("run", _temp.At("input")), StringComparison.Ordinal);
        await RefusedAsync("Nothing is due", "pay", "prepare", Q1, "--by", "Ann Price");
        await RefusedAsync("Change 1 is held; see pipeline changes.", "pay", "prepare", Q1, "--by", "Ann Price");
        await UnchangedAsync("Change 1 is held; see pipeline changes.", "pay", "status", Q1);
        await UnchangedAsync("on 1 contract in 1 quarter; £20,700.00 of what was released would be taken back.", "changes");
        Assert.Contains("Change 1 is in force. £2,300.00 is earned instead of £23,000.00, on 1 contract in 1 quarter, and £20,700.00 of "
            + "what was released is to be taken back. Next: pipeline pay prepare 2025-26-Q1 --by NAME",
            await DoneAsync("changes", "accept", "1", "--by", "Cat Shaw"), StringComparison.Ordinal);
        await UnchangedAsync("Nothing is held.", "changes");
        Assert.Contains("£", await DoneAsync("pay", "prepare", Q1, "--by", "Ann Price"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_register_that_pays_another_supplier_says_so_though_nothing_is_earned_otherwise()
    {
        await ReleaseAsync();
        string moved = SampleInput.Reference[SampleInput.Contracts].Replace(",S-1", ",S-9", StringComparison.Ordinal);
        string file = Path.Join(SampleInput.Write(_temp.At("tried"), [new("contracts.csv", moved)]), "contracts.csv");
        await UnchangedAsync("Money would go to another supplier for 1 contract.", "what-if", file);
        SampleInput.Write(_temp.At("input"), [new(SampleInput.Contracts, moved)]);
        string taken = await DoneAsync("run", _temp.At("input"));
        Assert.Contains("reference/contracts: money goes to another supplier from now on, for 1 contract.", taken,
            StringComparison.Ordinal);
        Assert.Contains("HL-001 altered, paid to S-9 instead of S-1", taken, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rejected_run_is_over()
    {
        await PrepareAsync();
        await DoneAsync("pay", "reject", Q1, "1", "--by", "Ben Rees", "--reason", "wait for July.");
        await UnchangedAsync("Run 1 was rejected: wait for July.\nReleased", "pay", "status", Q1);

        await RefusedAsync("Run 1 of 2025-26-Q1 was rejected: prepare another.", "pay", "approve", Q1, "1", "--by", "Ben Rees");
        await RefusedAsync("Run 1 of 2025-26-Q1 was rejected: prepare another.", "pay", "release", Q1, "1", "--by", "Cat Shaw");
        await RefusedAsync("Run 1 of 2025-26-Q1 was rejected: prepare another.", "pay", "reject", Q1, "1", "--by", "Cat Shaw", "--reason",
            "also wrong");
        Assert.Contains("Run 2 of 2025-26-Q1 is prepared", await DoneAsync("pay", "prepare", Q1, "--by", "Ann Price"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_expires_fourteen_days_after_it_was_prepared()
    {
        await PrepareAsync();
        await RefusedAsync("Run 1 of 2025-26-Q1 was prepared on 15 July 2025 at 12:00 UTC, and nothing is done with it before then", "pay",
            "approve", Q1, "1", "--by", "Ben Rees", "--today", "2025-07-14");
        await DoneAsync("pay", "approve", Q1, "1", "--by", "Ben Rees", "--today", "2025-07-28");
        await RefusedAsync("Run 1 of 2025-26-Q1 was approved on 28 July 2025 at 12:00 UTC, and nothing is done with it before then", "pay",
            "release", Q1, "1", "--by", "Cat Shaw", "--today", "2025-07-27");
        await UnchangedAsync("expired", "pay", "status", Q1, "--today", "2025-07-29");
        // It was prepared at noon. Once it was seen to have expired, no earlier day revives it.
        const string expired = "Run 1 of 2025-26-Q1 expired 14 days after it was prepared: prepare another.";
        Assert.Contains(expired, (await SayAsync("pay", "release", Q1, "1", "--by", "Cat Shaw", "--today", "2025-07-29")).Error,
            StringComparison.Ordinal);
        await RefusedAsync(expired, "pay", "release", Q1, "1", "--by", "Cat Shaw", "--today", "2025-07-28");
        await RefusedAsync(expired, "pay", "approve", Q1, "1", "--by", "Ben Rees", "--today", "2025-07-28");
    }

    [Fact]
    public async Task A_run_whose_files_changed_is_stale_and_says_what_changed()
    {
        await PrepareAsync();
        await DoneAsync("pay", "approve", Q1, "1", "--by", "Ben Rees");
        await TakeInAsync(new KeyValuePair<string, string>(
            $"reviews/{Q1}/decisions.csv",
            "contract,element,decision,reviewer,approver,decided_on,reason,note\n"
            + "HL-001,working_in_partnership,not_met,J. Marsh,R. Tate,2025-07-10,evidence_incomplete,\n"));

        const string why =
            "Run 1 of 2025-26-Q1 is stale, for the decisions of 2025-26-Q1 came in, as version 2; what is due changed from 3 payments, "
            + "£30,500.00 in all to 2 payments, £30,000.00 in all: prepare another.";
        await RefusedAsync(why, "pay", "release", Q1, "1", "--by", "Cat Shaw");
        await RefusedAsync(why, "pay", "approve", Q1, "1", "--by", "Cat Shaw");
        await UnchangedAsync("Run 1 is stale, for the decisions of 2025-26-Q1 came in, as version 2; what is due changed", "pay", "status",
            Q1);
        Assert.Contains("Run 2 of 2025-26-Q1 is prepared: 2 payments, £30,000.00 in all.",
            await DoneAsync("pay", "prepare", Q1, "--by", "Ann Price"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Approving_and_releasing_again_change_nothing()
    {
        await PrepareAsync();
        await DoneAsync("pay", "approve", Q1, "1", "--by", "Ben Rees");
        await UnchangedAsync("Run 1 of 2025-26-Q1 is approved", "pay", "approve", Q1, "1", "--by", "ben rees");
        await RefusedAsync("Run 1 of 2025-26-Q1 is approved already: release or reject it.", "pay", "approve", Q1, "1", "--by", "Cat Shaw");
        await DoneAsync("pay", "release", Q1, "1", "--by", "Cat Shaw");
        await UnchangedAsync("Run 1 of 2025-26-Q1 is released: 3 payments, £30,500.00 in all.", "pay", "release", Q1, "1", "--by",
            "Ann Price");
        await RefusedAsync("Run 1 of 2025-26-Q1 is released already: prepare another run for what has fallen due since.", "pay", "approve",
            Q1, "1", "--by", "Ben Rees");
        await RefusedAsync("Run 1 of 2025-26-Q1 is released already", "pay", "reject", Q1, "1", "--by", "Ben Rees", "--reason", "too late");
        await RefusedAsync("Nothing is due for 2025-26-Q1", "pay", "prepare", Q1, "--by", "Ann Price");
    }

    [Theory]
    [InlineData("run-001.csv", "run-001.json")]
    [InlineData("run-001.json")]
    public async Task A_release_that_did_not_reach_finance_is_shown_and_finished_first(params string[] missing)
    {
        await ReleaseAsync();
        string[] before = await SampleQuarter.EndStateAsync(Workspace);
        foreach (string file in missing)
            File.Delete(Path.Join(Workspace, "payments", Q1, file));

        string status = await DoneAsync("pay", "status", Q1);
        Assert.Matches(@"1 +release interrupted +3 ", status);
        Assert.Contains("Next: pipeline pay release 2025-26-Q1 1 --by NAME", status, StringComparison.Ordinal);
        await RefusedAsync("Run 1 of 2025-26-Q1 was interrupted while it was released: release it again before preparing another.", "pay",
            "prepare", Q1, "--by", "Ann Price");
        string early = Path.Join(SampleInput.Write(_temp.At("finance"),
            [new("early.csv", PaymentsHeader + $"HL-001-{Q1}-core-r001,paid,2025-07-15,B-1\n")]), "early.csv");
        await RefusedAsync("Nothing was confirmed, for 1 error. Line 2: No payment of this id was released for this quarter.", "pay",
            "confirm", early);

        await DoneAsync("pay", "release", Q1, "1", "--by", "Cat Shaw");
        Assert.Equal(before, await SampleQuarter.EndStateAsync(Workspace));
        Assert.DoesNotContain("interrupted", await DoneAsync("pay", "status", Q1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_payment_is_confirmed_once_and_only_if_it_was_released()
    {
        await ReleaseAsync();
        string Confirmations(string name, string rows) =>
            Path.Join(SampleInput.Write(_temp.At("finance"), [new(name, PaymentsHeader + rows)]), name);

        await RefusedAsync("There is no file", "pay", "confirm", _temp.At("nowhere.csv"));
        await RefusedAsync("The file names no payment.", "pay", "confirm", Confirmations("empty.csv", ""));
        await RefusedAsync(
            "Nothing was confirmed, for 1 error. Line 3:", "pay", "confirm",
            Confirmations("unknown.csv", $"HL-001-{Q1}-core-r001,paid,2025-07-15,B-1\nHL-001-{Q1}-core-r002,paid,2025-07-15,B-1\n"));
        // What is wrong is said by cell, with what was expected; of the file as a whole, what kind of file it is.
        await RefusedAsync(
            "Nothing was confirmed, for 1 error. Line 2: The value is not one of the codes that this column takes. Write one of the codes "
            + "that are listed as expected, as it stands there; the words in brackets say what it means. (B2 status: one of paid, failed, "
            + "returned)",
            "pay", "confirm", Confirmations("word.csv", $"HL-001-{Q1}-core-r001,Zebedee,2025-07-15,B-1\n"));
        await RefusedAsync(
            "Nothing was confirmed, for 1 error. Line 2: The day is before the payment was released, or for one that was returned before "
            + "it "
            + "was paid; or it is still to come. Correct paid_on to the day on which the payment was made, failed or was returned. (C2 "
            + "paid_on: from 2025-07-15, when it was released, to 2025-07-15)",
            "pay", "confirm", Confirmations("slip.csv", $"HL-001-{Q1}-core-r001,paid,2052-07-15,B-1\n"));
        await RefusedAsync("And 1 more.", "pay", "confirm",
            Confirmations("many.csv", string.Concat(Enumerable.Repeat($"HL-001-{Q1}-core-r002,paid,2025-07-15,B-1\n", 6))));
        await RefusedAsync(
            "Nothing was confirmed, for 1 error. Line 1: The names of the columns are separated by semicolons or tabs",
            "pay", "confirm", Semicolons("semicolons.csv", PaymentsHeader + $"HL-001-{Q1}-core-r001,paid,2025-07-15,B-1\n"));
        await RefusedAsync("Nothing was confirmed, for 1 error. The file was read as CSV text, but", "pay", "confirm",
            Semicolons("workbook.csv", "PK\u0003\u0004" + new string('x', 100)));
        string Semicolons(string name, string text) =>
            Path.Join(SampleInput.Write(_temp.At("finance"), [new(name, text.Replace(',', ';'))]), name);
        string paid = Confirmations("paid.csv",
            $"HL-001-{Q1}-core-r001,failed,2025-07-15,B-1\nPO-001-{Q1}-core-r001,paid,2025-07-15,B-2\n");
        Assert.Contains("Taken in: 2 payments of 2025-26-Q1: 1 failed, £22,500.00; 1 paid, £7,500.00.",
            await DoneAsync("pay", "confirm", paid), StringComparison.Ordinal);
        await RefusedAsync("Nothing was confirmed, for 1 error. Line 2:", "pay", "confirm",
            Confirmations("again.csv", $"PO-001-{Q1}-core-r001,failed,2025-07-16,B-2\n"));
        await UnchangedAsync("This file was taken in before; nothing has changed.", "pay", "confirm", paid);

        // What failed falls due again.
        Assert.Matches(@"1 +released +3 +£30,500\.00 +Ann Price; Ben Rees; Cat Shaw +1 +1 +0", await DoneAsync("pay", "status", Q1));
        Assert.Contains("Released: £8,000.00. Due now: £22,500.00 on 1 line.", await DoneAsync("pay", "status"), StringComparison.Ordinal);
        Assert.Contains("Finance reported it failed on 15 July 2025, reference B-1.", await DoneAsync("explain", $"HL-001-{Q1}-core-r001"),
            StringComparison.Ordinal);
    }

    /// <summary>By its digest it is named where it is taken in, and a name that did would put it into quarantine.</summary>
    [Fact]
    public void The_digest_of_no_file_of_confirmations_looks_like_somebodys_number() => Assert.DoesNotContain(
        Enumerable.Range(1, 10_000).Select(n => $"confirmations-{Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(n)))}.csv"),
        Core.Findings.PersonalData.IsIn);

    [Fact]
    public async Task A_file_of_confirmations_that_was_rejected_before_is_looked_at_again()
    {
        await PrepareAsync();
        string text = PaymentsHeader + $"HL-001-{Q1}-core-r001,paid,2025-07-15,B-1\n";
        string name = $"confirmations-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}.csv";
        string file = Path.Join(SampleInput.Write(_temp.At("finance"), [new("paid.csv", text)]), "paid.csv");
        SampleInput.Write(Path.Join(Workspace, "confirmations", Q1), [new(name, text)]);
        await SayAsync("run", _temp.At("input"));
        Assert.Contains("CNF-001", await File.ReadAllTextAsync(Path.Join(Workspace, "receipts", "confirmations", Q1, "v1.json")),
            StringComparison.Ordinal);

        await RefusedAsync("Nothing was confirmed, for 1 error. Line 2: No payment of this id was released for this quarter.", "pay",
            "confirm", file);
        await DoneAsync("pay", "approve", Q1, "1", "--by", "Ben Rees");
        await DoneAsync("pay", "release", Q1, "1", "--by", "Cat Shaw");
        Assert.Contains("Taken in: 1 payment of 2025-26-Q1: 1 paid, £22,500.00.",
            await DoneAsync("pay", "confirm", file), StringComparison.Ordinal);
        await UnchangedAsync("This file was taken in before; nothing has changed.", "pay", "confirm", file);
        // Under its old name it would be no new upload.
        Assert.Equal([name.Replace(".csv", "-1.csv", StringComparison.Ordinal), name],
            new DirectoryInfo(Path.Join(Workspace, "confirmations", Q1)).EnumerateFiles().Select(f => f.Name)
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_penny_is_explained_and_every_run_replayed()
    {
        await ReleaseAsync();

        string payment = await UnchangedAsync("£500.00", "explain", $"HL-001-{Q1}-working_in_partnership-r001");
        Assert.Contains(
            "prepared by Ann Price on 15 July 2025, approved by Ben Rees on 15 July 2025, released by Cat Shaw on 15 July 2025.", payment,
            StringComparison.Ordinal);
        Assert.Contains("£100,000.00", payment, StringComparison.Ordinal);
        Assert.Contains("J. Marsh", payment, StringComparison.Ordinal);
        Assert.Contains("the evidence of HL-001 for 2025-26-Q1", payment, StringComparison.Ordinal);
        Assert.Contains("£33,333.33", await UnchangedAsync("£7,500.00", "explain", "PO-001", Q1), StringComparison.Ordinal);
        await UnchangedAsync("Run 1 of 2025-26-Q1 comes out the same: 3 payments, £30,500.00 in all", "replay", Q1, "1");

        await RefusedAsync("This is no payment.", "explain", "HL-001");
        await RefusedAsync("No payment HL-001-2025-26-Q1-core-r002 was released. Look payments up", "explain", $"HL-001-{Q1}-core-r002");
        await RefusedAsync("Nothing is known of XX-001 in 2025-26-Q1", "explain", "XX-001", Q1);
        await RefusedAsync("Nothing is known of HL-001 in 2031-32-Q1", "explain", "HL-001", "2031-32-Q1");
        await RefusedAsync("A quarter is written", "explain", "HL-001", "nonsense");
        await RefusedAsync("This is no contract.", "explain", "?", Q1);
        await RefusedAsync("No run 2 of 2025-26-Q1 was released.", "replay", Q1, "2");
        await RefusedAsync("No run 1 of 2031-32-Q1 was released.", "replay", "2031-32-Q1", "1");
    }

    [Fact]
    public async Task Who_looks_writes_nothing_while_confirmations_wait_to_be_entered()
    {
        await ReleaseAsync();
        SampleInput.Write(Path.Join(Workspace, "confirmations", Q1),
            [new("july.csv", PaymentsHeader + $"HL-001-{Q1}-core-r001,failed,2025-07-15,B-1\n")]);
        using (var workspace = new Workspace(Workspace, TimeProvider.System))
            Assert.Equal(UploadStatus.Accepted,
                Assert.Single(await workspace.TakeIn.RunAsync($"confirmations/{Q1}/july.csv")).Receipt.Status);

        await UnchangedAsync("everything", "status");
        await UnchangedAsync("2025-26-Q1", "status", Q1);
        await UnchangedAsync("Due now: £22,500.00 on 1 line.", "pay", "status", Q1);
        await UnchangedAsync("Finance reported it failed", "explain", $"HL-001-{Q1}-core-r001");
        await UnchangedAsync("failed or was returned", "explain", "HL-001", Q1);
        await UnchangedAsync("Nothing is held.", "changes");
        await UnchangedAsync("comes out the same", "replay", Q1, "1");
        await UnchangedAsync("contracts.csv", "what-if", Path.Join(_temp.At("input"), SampleInput.Contracts));

        await DoneAsync("run", _temp.At("input"));
        using var refreshed = new Workspace(Workspace, TimeProvider.System);
        Assert.Contains("HL-001|001|core|confirmed|00001",
            (await refreshed.Tables.ScanAsync("ledger").ToListAsync()).Select(row => row.RowKey));
    }

    [Fact]
    public async Task A_payment_file_that_somebody_changed_replays_differently()
    {
        await ReleaseAsync();
        string file = Path.Join(Workspace, "payments", Q1, "run-001.csv");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace("22500.00", "22500.01", StringComparison.Ordinal));

        var said = await SayAsync("replay", Q1, "1");

        Assert.Equal(
            (1,
                $"The file that finance got, payments/{Q1}/run-001.csv, is not the one that comes out now: line 2 has £22,500.01 "
                + $"(£22,500.01 less £0.00) for HL-001-{Q1}-core-r001, but £22,500.00 (£22,500.00 less £0.00) comes out.\n"),
                (said.Exit, said.Output));
        await RefusedAsync("Run 1 of 2025-26-Q1 is not sent to finance.", "pay", "release", Q1, "1", "--by", "Cat Shaw");
        File.Delete(file);
        Assert.Equal($"The file that finance got, payments/{Q1}/run-001.csv, is not there.\n", (await SayAsync("replay", Q1, "1")).Output);
    }

    [Fact]
    public async Task A_quarters_public_report_is_published_as_revisions_that_stay()
    {
        await TakeInAsync();
        await RefusedAsync("2031-32-Q1 has not begun: it begins on 1 April 2031.", "publish", "2031-32-Q1", "--by", "Ann Price");
        await RefusedAsync("Give a name or initials", "publish", Q1, "--by", "1");

        string said = await DoneAsync("publish", Q1, "--by", "Ann Price");

        Assert.StartsWith($"{Q1} is published as revision 1: reports/published/{Q1}-", said, StringComparison.Ordinal);
        string first = Path.Join(Workspace, said.Split(' ')[6]);
        byte[] published = await File.ReadAllBytesAsync(first);
        Assert.Contains("First publication", Encoding.UTF8.GetString(published), StringComparison.Ordinal);
        Assert.Contains("revision 1", await DoneAsync("publish", Q1, "--by", "ann price"), StringComparison.Ordinal);
        await RefusedAsync("The report is published already as it is now, as revision 1 by Ann Price", "publish", Q1, "--by", "Ben Rees");

        SampleInput.Write(_temp.At("limits"), [new("reference/publication.csv", "from_quarter,suppress_up_to,round_to\n2025-26-Q1,0,1\n")]);
        await DoneAsync("run", _temp.At("limits"));
        await RefusedAsync("Revision 1 is published and stays: say in 1 to 200 characters, on one line, what this revision corrects.",
            "publish", Q1, "--by", "Ben Rees");
        Assert.StartsWith($"{Q1} is published as revision 2: ",
            await DoneAsync("publish", Q1, "--by", "Ben Rees", "--correction", "The limits of publication"), StringComparison.Ordinal);
        Assert.Equal(published, await File.ReadAllBytesAsync(first));
    }

    [Fact]
    public async Task A_quarter_is_closed_once_and_only_the_calendar_opens_it_again()
    {
        await TakeInAsync();
        await RefusedAsync("2031-32-Q1 has not begun: it begins on 1 April 2031.", "close", "2031-32-Q1", "--by", "Ann Price");
        await RefusedAsync("2025-26-Q1 is not closed, since not all of it is settled. Not here: ", "close", Q1, "--by", "Ann Price");
        await RefusedAsync(
            "Rejected and not sent again: 1 return of PO-001. Not paid: £30,500.00 on 3 lines. See to it, or close it all the same with: "
            + "pipeline close 2025-26-Q1 --by NAME --anyway", "close", Q1, "--by", "Ann Price");
        Assert.Contains("2025-26-Q1 is closed.", await DoneAsync("close", Q1, "--by", "Ann Price", "--anyway"), StringComparison.Ordinal);
        Assert.Contains("The quarter is closed since 2025-07-15, by Ann Price.", await DoneAsync("status", Q1), StringComparison.Ordinal);
        foreach (string page in (string[])[$"reports/{Q1}.html", $"statements/acme/HL-001/{Q1}.html"])
            Assert.Contains("closed on 15 July 2025", await File.ReadAllTextAsync(Path.Join(Workspace, page)), StringComparison.Ordinal);
        await RefusedAsync(
            "2025-26-Q1 was closed by Ann Price on 15 July 2025: a quarter is closed once; to let a contract upload all the same, extend "
            + "it in the calendar.", "close", Q1, "--by", "Ben Rees");

        // Given again, it does what is left to do.
        const string hours = "month,commissioned_hours,delivered_hours\n2025-04,100,80\n";
        using (var workspace = new Workspace(Workspace, TimeProvider.System))
        {
            await workspace.Changes.NoteAsync(new Slot.Return(Core.ProviderId.Parse("acme"), Core.ContractId.Parse("HL-001"),
                Core.Quarter.Parse(Q1), Dataset.Hours), 1);
            Assert.NotEmpty(await workspace.Changes.ChangedQuartersAsync());
        }

        Assert.Contains("2025-26-Q1 is closed.", await DoneAsync("close", Q1, "--by", "ann price"), StringComparison.Ordinal);
        using (var workspace = new Workspace(Workspace, TimeProvider.System))
            Assert.Empty(await workspace.Changes.ChangedQuartersAsync());
        await TakeInAsync(
            new("reference/calendar.csv",
                "quarter,contract,due_on,extended_to\n2025-26-Q1,,2025-07-31,\n2025-26-Q1,PO-001,2025-07-10,2025-07-15\n"),
            new(SampleInput.Acme + "hours.csv", hours),
            new(SampleInput.Brook + "hours.csv", hours));

        string Receipt(string provider, string contract) =>
            File.ReadAllText(Path.Join(Workspace, "receipts", provider, contract, Q1, "hours", "v2.json"));
        Assert.Contains("SLT-004", Receipt("acme", "HL-001"), StringComparison.Ordinal);
        Assert.Contains("\"status\": \"accepted\"", Receipt("brook", "PO-001"), StringComparison.Ordinal);
    }

    private async Task TakeInAsync(params KeyValuePair<string, string>[] changed)
    {
        SampleInput.Write(_temp.At("input"), [.. SampleInput.All.Where(file => !changed.Any(c => c.Key == file.Key)), .. changed]);
        await DoneAsync("run", _temp.At("input"));
    }

    private async Task PrepareAsync()
    {
        await TakeInAsync();
        await DoneAsync("pay", "prepare", Q1, "--by", "Ann Price");
    }

    private async Task ReleaseAsync()
    {
        await PrepareAsync();
        await DoneAsync("pay", "approve", Q1, "1", "--by", "Ben Rees");
        await DoneAsync("pay", "release", Q1, "1", "--by", "Cat Shaw");
    }

    private Task<Said> SayAsync(params string[] command) =>
        Cli.RunAsync([.. command, "--workspace", Workspace,
            .. command.Contains("--today") ? Array.Empty<string>() : ["--today", "2025-07-15"]]);

    private async Task<string> DoneAsync(params string[] command)
    {
        var said = await SayAsync(command);
        Assert.Equal((0, ""), (said.Exit, said.Error));
        return said.Output;
    }

    private async Task<string> UnchangedAsync(string sentence, params string[] command)
    {
        string[] before = await SampleQuarter.EndStateAsync(Workspace);
        string output = await DoneAsync(command);
        Assert.Contains(sentence, output, StringComparison.Ordinal);
        Assert.Equal(before, await SampleQuarter.EndStateAsync(Workspace));
        return output;
    }

    private async Task RefusedAsync(string sentence, params string[] command)
    {
        string[] before = await SampleQuarter.EndStateAsync(Workspace, filesAreTheLedger: false);
        var said = await SayAsync(command);
        Assert.Contains(sentence, said.Error, StringComparison.Ordinal);
        Assert.Single(said.Error.TrimEnd('\n').Split('\n'));
        Assert.Equal((2, ""), (said.Exit, said.Output));
        Assert.Equal(before, await SampleQuarter.EndStateAsync(Workspace, filesAreTheLedger: false));
    }
}
