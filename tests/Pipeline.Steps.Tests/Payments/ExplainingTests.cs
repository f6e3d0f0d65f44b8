using System.Security.Cryptography;
using System.Text;
using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;
using Pipeline.Steps.State;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Tests.Payments;

public sealed class ExplainingTests
{
    [Fact]
    public async Task A_payment_is_explained_from_the_files_of_its_run()
    {
        var world = await TestPipeline.Released();
        await world.Take("submissions/acme/HL-001/2025-26-Q1/evidence.csv", TestPipeline.Evidence(5));
        await world.Take("reviews/2025-26-Q1/decisions.csv", TestPipeline.Decisions(quality: "met"));

        var lines = await world.Explain.PaymentAsync(PaymentId.Parse($"HL-001-2025-26-Q1-{TestPipeline.Partnership}-r001"));

        Assert.NotNull(lines);
        Assert.Equal(
            [
                $"Payment HL-001-2025-26-Q1-{TestPipeline.Partnership}-r001: £1,250.00 earned on {TestPipeline.Partnership} less £0.00 "
                + "released before = £1,250.00, to acme, supplier SUP-1.",
                "Run 1 of 2025-26-Q1: prepared by Ann Price on 10 July 2025, approved by Ben Rees on 10 July 2025, released by Cat Shaw on "
                + "10 July 2025.",
                "Finance has not confirmed it yet.",
                "As it was worked out before run 1:",
            ],
            lines.Take(4));
        Assert.Contains($"Worked out from the evidence of HL-001 for 2025-26-Q1, version 1, SHA-256 {Digest(TestPipeline.Evidence(2))}.",
            lines);
        Assert.Contains(
            $"Working in partnership and joint commissioning with others ({TestPipeline.Partnership}), evidence: 2 items accepted, "
            + "quantity 2.", lines);
        Assert.Contains(
            $"Working in partnership and joint commissioning with others ({TestPipeline.Partnership}), decision: met on 5 July 2025, "
            + "reviewed by Rita Roe, approved by Sam Poe.", lines);
        Assert.Equal("Due in all: £23,750.00.", lines[^1]);
    }

    [Fact]
    public async Task A_contract_is_explained_as_it_is_now()
    {
        var world = await TestPipeline.Released();
        await world.Take("reviews/2025-26-Q1/decisions.csv", TestPipeline.Decisions(quality: "met"));
        var lines = (await world.Explain.ContractAsync(ContractId.Parse("HL-001"), TestPipeline.Q1))!;
        Assert.Contains(lines, line => line.StartsWith("Run 1 released £22,500.00 on core", StringComparison.Ordinal));
        Assert.Equal("Due in all: £750.00.", lines[^1]);
    }

    [Fact]
    public async Task A_contract_that_left_the_register_is_explained_by_what_was_released()
    {
        var world = await TestPipeline.Released();
        string register = TestPipeline.Register("100000.00", "HL-001");
        await world.TakeHeld("reference/contracts.csv", register);
        string[] explained =
        [
            $"Worked out from the register of contracts, version 3, SHA-256 {Digest(register)}.",
            $"Worked out from the decisions of 2025-26-Q1, version 1, SHA-256 {Digest(TestPipeline.Decisions(quality: null))}.",
            "By the register beta does not have contract HL-002 in 2025-26-Q1 any more, so nothing is owed to beta and what it holds is "
            + "clawed back.",
            "Run 1 released £7,500.00 on core, payment HL-002-2025-26-Q1-core-r001: entitlement £7,500.00 then, less £0.00 released before.",
            "Due on core: £0.00 − £7,500.00 released so far = -£7,500.00, a clawback that corrects payment HL-002-2025-26-Q1-core-r001.",
            "Due in all: -£7,500.00.",
        ];
        Assert.Equal(explained, await world.Explain.ContractAsync(ContractId.Parse("HL-002"), TestPipeline.Q1));
        await world.PayAsync();
        Assert.Equal(["As it was worked out before run 2:", .. explained],
            (await world.Explain.PaymentAsync(PaymentId.Parse("HL-002-2025-26-Q1-core-r002")))!.Skip(4));
    }

    [Fact]
    public async Task What_is_unknown_is_not_explained()
    {
        var world = await TestPipeline.Released();
        Assert.Null(await world.Explain.PaymentAsync(PaymentId.Parse("HL-001-2025-26-Q1-core-r002")));
        Assert.Null(await world.Explain.ContractAsync(ContractId.Parse("HL-009"), TestPipeline.Q1));
        Assert.Null(await world.Explain.ContractAsync(ContractId.Parse("HL-001"), Quarter.Parse("2031-32-Q1")));
    }

    [Fact]
    public async Task Every_run_replays_byte_for_byte_whatever_came_after_it()
    {
        var world = await TestPipeline.Released();
        await world.Confirm("july", ("core", 1, "failed"));
        await world.TakeHeld("reviews/2025-26-Q1/decisions.csv", TestPipeline.Decisions(quality: "met", partnership: "not_met"));
        await world.PayAsync();
        await world.Confirm("august", ("core", 2, "failed"), (TestPipeline.Partnership, 1, "failed"));
        world.Clock.Now += TimeSpan.FromDays(1);
        // The evidence of HL-001 and the decisions on it came in under a register that is not the run's.
        await world.TakeHeld("reference/contracts.csv", TestPipeline.Register("100000.00", "HL-002"));
        await world.PayAsync();

        Assert.Equal(3, (await world.Runs.OfQuarterAsync(TestPipeline.Q1)).Count);
        for (int run = 1; run <= 3; run++)
            Assert.Empty((await world.Replay.RunAsync(TestPipeline.Q1, run))!.Differences);
    }

    [Fact]
    public async Task A_run_replays_after_its_contract_came_under_another_framework()
    {
        var world = await TestPipeline.Reviewed();
        await world.Take("reference/contracts.csv", TestPipeline.Register("100000.00")
            .Replace("Floating support,homeless,performance", "Floating support,homeless,strategic-2019", StringComparison.Ordinal));
        await world.Take("submissions/acme/HL-001/2025-26-Q1/evidence.csv",
            TestPipeline.Evidence(1) + "joint_referral_routes,joint_referrals,J-1,2025-05-01,1,\n");
        await world.Take("reviews/2025-26-Q1/decisions.csv",
            TestPipeline.Decisions(quality: null) + "HL-001,joint_referral_routes,met,Rita Roe,Sam Poe,2025-07-05,,\n");
        await world.Take("reference/contracts.csv", TestPipeline.Register("100000.00"));
        var run = await world.PayAsync();

        Assert.Equal([("core", 2_250_000), (TestPipeline.Partnership, 125_000), ("core", 750_000)],
            run.Lines.Select(line => (line.Line, line.Amount.Pence)));
        Assert.Empty((await world.Replay.RunAsync(TestPipeline.Q1, 1))!.Differences);
        Assert.Contains(
            (await world.Explain.PaymentAsync(run.Lines[1].PaymentId))!,
            line => line.Contains($"({TestPipeline.Partnership}), evidence: 1 item accepted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_replays_although_no_clock_tells_under_which_register_its_files_came_in()
    {
        var world = await TestPipeline.Reviewed();
        // All at one instant, and the last register has nothing of what the evidence and the decisions are about.
        await world.Take("reference/contracts.csv", TestPipeline.Register("100000.00", "HL-002"));
        await world.PayAsync();
        await world.Take("reference/contracts.csv", TestPipeline.Register("100000.00"));
        await world.Take("reference/contracts.csv", TestPipeline.Register("100000.00", "HL-003"));
        await world.PayAsync();

        Assert.Empty((await world.Replay.RunAsync(TestPipeline.Q1, 1))!.Differences);
        Assert.Empty((await world.Replay.RunAsync(TestPipeline.Q1, 2))!.Differences);
    }

    [Fact]
    public async Task A_run_replays_although_a_framework_that_came_in_alone_drops_what_the_register_names()
    {
        var world = await TestPipeline.Reviewed();
        string framework = await world.Text("reference/frameworks/performance.json");
        Assert.Equal(UploadStatus.Accepted,
            (await world.Take("reference/frameworks/performance.json",
                framework.Replace("\"homeless\"", "\"no_home\"", StringComparison.Ordinal)))!.Receipt.Status);
        await world.PayAsync();
        Assert.Empty((await world.Replay.RunAsync(TestPipeline.Q1, 1))!.Differences);
    }

    [Fact]
    public async Task A_replay_says_what_differs()
    {
        var world = await TestPipeline.Released();
        await world.TakeHeld("reviews/2025-26-Q1/decisions.csv", TestPipeline.Decisions(quality: "met", partnership: "not_met"));
        await world.PayAsync();
        var row = (await world.Tables.GetAsync("ledger", "2025-26-Q1", $"HL-001|001|{TestPipeline.Partnership}|released"))!;
        await world.Tables.SubmitAsync("ledger", "2025-26-Q1",
            [new RowChange.Replace(row.RowKey, new Dictionary<string, TableValue>(row.Values) { ["EntitlementPence"] = 125_001L },
                row.ETag)]);
        Assert.Equal(
            [
                $"HL-001-2025-26-Q1-{TestPipeline.Partnership}-r002 was released with -£1,250.00: entitlement £0.00 less £1,250.00; now "
                + "-£1,250.01 comes out: £0.00 less £1,250.01.",
                $"The file that finance got, payments/2025-26-Q1/run-002.csv, is not the one that comes out now: line 2 has -£1,250.00 "
                + $"(£0.00 less £1,250.00) for HL-001-2025-26-Q1-{TestPipeline.Partnership}-r002, but -£1,250.01 (£0.00 less £1,250.01) "
                + "comes out.",
                "The control file that finance got, payments/2025-26-Q1/run-002.json, is not the one that comes out now: line 11 differs, "
                + "totalPence.",
            ],
            (await world.Replay.RunAsync(TestPipeline.Q1, 2))!.Differences);
    }

    [Theory]
    [InlineData("decisions", "the decisions of 2025-26-Q1, version 1")]
    [InlineData("evidence", "the evidence of HL-001 for 2025-26-Q1, version 1")]
    [InlineData("register", "the register of contracts, version 1")]
    public async Task Bytes_in_the_archive_that_are_not_those_that_came_in_are_read_by_nobody(string file, string what)
    {
        var world = await TestPipeline.Released();
        var (came, changed) = file switch
        {
            "decisions" => (TestPipeline.Decisions(quality: null), TestPipeline.Decisions(quality: "met")),
            "evidence" => (TestPipeline.Evidence(2), TestPipeline.Evidence(3)),
            _ => (TestPipeline.Register("100000.00"), TestPipeline.Register("100000.01")),
        };
        await world.Put($"archive/{Digest(came)}.csv", changed);
        string why = $"In the archive, {what} is not the file that came in: its bytes are others.";
        Assert.Equal([why], (await world.Replay.RunAsync(TestPipeline.Q1, 1))!.Differences);
        Assert.Equal(why,
            (await Assert.ThrowsAsync<InvalidDataException>(() =>
                world.Explain.PaymentAsync(PaymentId.Parse("HL-001-2025-26-Q1-core-r001")))).Message);
    }

    [Fact]
    public async Task A_framework_in_the_archive_that_is_not_the_one_that_came_in_is_paid_by_nobody()
    {
        var world = await TestPipeline.Reviewed();
        string framework = await world.Text("reference/frameworks/performance.json");
        await world.Put($"archive/{Digest(framework)}.json", framework.Replace("0.1", "0.2", StringComparison.Ordinal));
        var restarted = new Reference(world.Files, world.Uploads);
        Assert.Contains("the file framework-performance is not the file that came in",
            (await Assert.ThrowsAsync<StoreUnavailableException>(() => restarted.CurrentAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_run_was_prepared_from_cannot_be_changed_afterwards()
    {
        var world = await TestPipeline.Approved();
        var file = Assert.Single(await world.Files.ListAsync("runs/").ToListAsync());
        await world.Put(file.Path, (await world.Text(file.Path)).Replace("\"failed\":[]", "\"failed\":[\"HL-001-2025-26-Q1-core-r001\"]",
            StringComparison.Ordinal));
        string before = await world.Everything();
        string why = (await Assert.ThrowsAsync<StoreUnavailableException>(() =>
            world.Release.RunAsync(TestPipeline.Q1, 1, TestPipeline.Cat))).Message;
        Assert.Equal($"The file {file.Path} is not the one that was written: release nothing, and find out who changed it.", why);
        Assert.Equal(before, await world.Everything());
    }

    [Fact]
    public async Task Only_a_released_run_is_replayed()
    {
        var world = await TestPipeline.Approved();
        Assert.Null(await world.Replay.RunAsync(TestPipeline.Q1, 1));
        Assert.Null(await world.Replay.RunAsync(TestPipeline.Q1, 2));
    }

    [Fact]
    public async Task The_audit_trail_says_who_did_what_when()
    {
        var world = await TestPipeline.Released();
        await world.Take("reviews/2025-26-Q1/decisions.csv", TestPipeline.Decisions(quality: "met"));
        await world.Confirm("july", ("core", 1, "paid"));
        (await world.Prepare.RunAsync(TestPipeline.Q1, TestPipeline.Ann)).Done();
        world.Clock.Now += TimeSpan.FromHours(1);
        (await world.Decide.RejectAsync(TestPipeline.Q1, 2, TestPipeline.Cat, "wait for August")).Done();
        Assert.Null(await world.Close.RunAsync(TestPipeline.Q1, TestPipeline.Ben));
        await world.RefreshAsync();
        await world.RefreshAsync();

        Assert.Equal(
            [
                "approve|00001 Ben Rees 2025-07-10T12:00:00Z 3 payments, £31,250.00 in all",
                "close|00000 Ben Rees 2025-07-10T13:00:00Z ",
                "prepare|00001 Ann Price 2025-07-10T12:00:00Z 3 payments, £31,250.00 in all",
                "prepare|00002 Ann Price 2025-07-10T12:00:00Z 1 payment, £750.00 in all",
                "reject|00002 Cat Shaw 2025-07-10T13:00:00Z wait for August",
                "release|00001 Cat Shaw 2025-07-10T12:00:00Z 3 payments, £31,250.00 in all",
                "take_in_confirmations|00001 finance 2025-07-10T12:00:00Z Version 1, accepted, 1 rows, SHA-256 "
                    + Digest(TestPipeline.Confirmations(("core", 1, "paid"))),
                "take_in_decisions|00001 commissioner 2025-07-10T12:00:00Z Version 1, accepted, 1 rows, SHA-256 "
                    + Digest(TestPipeline.Decisions(quality: null)),
                "take_in_decisions|00002 commissioner 2025-07-10T12:00:00Z Version 2, accepted, 2 rows, SHA-256 "
                    + Digest(TestPipeline.Decisions(quality: "met")),
            ],
            (await world.Rows<AuditRow>()).Select(r => $"{r.RowKey} {r.Values["By"]} {r.Values["DoneAt"]} {r.Values["Detail"]}"));
    }

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
