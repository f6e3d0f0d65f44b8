using Pipeline.Core.Payments;
using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Arrivals;

namespace Pipeline.Steps.Tests.Payments;

public sealed class ConfirmingTests
{
    private static string Rejecting(TakenIn? taken) => Assert.Single(taken!.Receipt.Summary).Rule;

    [Fact]
    public async Task A_paid_payment_is_shown_as_paid_and_is_not_due_again()
    {
        var world = await TestPipeline.Released();
        Assert.Equal(UploadStatus.Accepted, (await world.Confirm("july", ("core", 1, "paid")))!.Receipt.Status);
        await world.RefreshAsync();
        var row = (await world.Rows<PaymentRow>())[0].Values;
        Assert.Equal("paid 2025-07-10 BACS-1", $"{row["Status"]} {row["ConfirmedOn"]} {row["Reference"]}");
        Assert.Empty(await world.Due());
    }

    [Fact]
    public async Task A_failed_payment_falls_due_again_under_another_id()
    {
        var world = await TestPipeline.Released();
        await world.Confirm("july", ("core", 1, "failed"), (TestPipeline.Partnership, 1, "paid"));
        await world.RefreshAsync();
        Assert.Equal(["failed", "paid", "released"], (await world.Rows<PaymentRow>()).Select(r => r.Values["Status"].ToString()));
        Assert.Equal([("HL-001", "core", 2_250_000)], await world.Due());
        Assert.Equal(875_000, await world.ReleasedPence());

        await world.PayAsync();
        Assert.Equal(3_125_000, await world.ReleasedPence());
        Assert.Equal(UploadStatus.Accepted, (await world.Confirm("august", ("core", 2, "paid")))!.Receipt.Status);
        Assert.Empty(await world.Due());
    }

    [Theory]
    [InlineData("core", 2)]
    [InlineData(TestPipeline.Quality, 1)]
    public async Task A_payment_that_was_not_released_rejects_the_whole_file(string line, int run)
    {
        var world = await TestPipeline.Released();
        Assert.Equal("CNF-001", Rejecting(await world.Confirm("july", ("core", 1, "failed"), (line, run, "paid"))));
        Assert.Empty(await world.Due());
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(5, true)]
    [InlineData(6, true)] // Finance's day begins before the pipeline's.
    [InlineData(7, false)]
    public async Task A_payment_was_made_from_its_release_to_this_day(int daysAfterRelease, bool isAccepted)
    {
        var world = await TestPipeline.Released();
        var paidOn = DateOnly.FromDateTime(world.Clock.Now.UtcDateTime).AddDays(daysAfterRelease);
        world.Clock.Now += TimeSpan.FromDays(5);
        string text = $"payment_id,status,paid_on,reference\nHL-001-2025-26-Q1-core-r001,paid,{paidOn:yyyy-MM-dd},\n";

        var receipt = (await world.Take("confirmations/2025-26-Q1/july.csv", text))!.Receipt;

        Assert.Equal(isAccepted ? [] : ["CNF-004"], receipt.Summary.Select(s => s.Rule));
        Assert.Equal(isAccepted, receipt.Status == UploadStatus.Accepted);
    }

    [Fact]
    public async Task A_payment_is_confirmed_once()
    {
        var world = await TestPipeline.Released();
        await world.Confirm("july", ("core", 1, "paid"));
        Assert.Equal("CNF-002", Rejecting(await world.Confirm("july-2", ("core", 1, "failed"), (TestPipeline.Partnership, 1, "paid"))));
        Assert.Equal(UploadStatus.Duplicate, (await world.Confirm("july-3", ("core", 1, "paid")))!.Receipt.Status);
        Assert.Empty(await world.Due());
    }

    [Fact]
    public async Task A_payment_that_failed_and_was_paid_after_all_is_not_due_and_the_second_is_taken_back()
    {
        var world = await TestPipeline.Released();
        await world.Confirm("july", ("core", 1, "failed"));
        await world.PayAsync();
        Assert.Equal(UploadStatus.Accepted, (await world.Confirm("august", ("core", 1, "paid")))!.Receipt.Status);
        Assert.Equal([("HL-001", "core", -2_250_000)], await world.Due());
        var back = (await world.PayAsync()).Lines[0];
        Assert.Equal((-2_250_000, "HL-001-2025-26-Q1-core-r002"), (back.Amount.Pence, back.Corrects?.ToString()));
        Assert.Equal(3_125_000, await world.ReleasedPence());
        foreach (int run in new[] { 1, 2, 3 })
            Assert.Empty((await world.Replay.RunAsync(TestPipeline.Q1, run))!.Differences);
        Assert.Equal(
            ["Finance reported it failed on 10 July 2025, reference BACS-1.",
                "Finance reported it paid on 10 July 2025, reference BACS-1."],
            (await world.Explain.PaymentAsync(Core.Payments.PaymentId.Parse("HL-001-2025-26-Q1-core-r001")))!.Where(line =>
                line.StartsWith("Finance", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_payment_that_was_paid_and_returned_falls_due_again()
    {
        var world = await TestPipeline.Released();
        await world.Confirm("july", ("core", 1, "paid"), (TestPipeline.Partnership, 1, "paid"));
        Assert.Equal(UploadStatus.Accepted, (await world.Confirm("august", ("core", 1, "returned")))!.Receipt.Status);
        await world.RefreshAsync();
        Assert.Equal(["returned", "paid", "released"], (await world.Rows<PaymentRow>()).Select(r => r.Values["Status"].ToString()));
        Assert.Equal([("HL-001", "core", 2_250_000)], await world.Due());
    }

    [Fact]
    public async Task Each_correction_is_a_row_of_its_own_that_names_the_one_it_corrects()
    {
        var world = await TestPipeline.Released();
        await world.Confirm("july", ("core", 1, "failed"));
        await world.RefreshAsync();
        await world.Confirm("august", ("core", 1, "paid"));
        await world.Confirm("september", ("core", 1, "returned"));
        await world.RefreshAsync();
        var rows = new List<string>();
        await foreach (var row in world.Tables.QueryAsync("ledger", "2025-26-Q1"))
        {
            if (row.Values.ContainsKey("PaymentId"))
                rows.Add($"{row.RowKey} {row.Values["AmountPence"]} {row.Values.GetValueOrDefault("Corrects")}");
        }

        Assert.Equal(
        [
            "HL-001|001|core|confirmed|00001 -2250000 ",
            "HL-001|001|core|confirmed|00002 2250000 HL-001|001|core|confirmed|00001",
            "HL-001|001|core|confirmed|00003 -2250000 HL-001|001|core|confirmed|00002",
        ],
            rows);
    }

    [Theory]
    [InlineData("paid", "paid", "CNF-002")]
    [InlineData("paid", "failed", "CNF-002")]
    [InlineData("failed", "failed", "CNF-002")]
    [InlineData("failed", "returned", "CNF-005")]
    public async Task What_does_not_correct_rejects_the_file(string first, string second, string rule)
    {
        var world = await TestPipeline.Released();
        await world.Confirm("july", ("core", 1, first));
        Assert.Equal(rule, Rejecting(await world.Confirm("august", ("core", 1, second), (TestPipeline.Partnership, 1, "paid"))));
    }

    [Fact]
    public Task Entering_a_correction_interrupted_anywhere_enters_it_once() => Everywhere.Interrupted(
        async () =>
        {
            var world = await TestPipeline.Released();
            await world.Confirm("a", ("core", 1, "failed"));
            await world.Confirm("b", ("core", 1, "paid"), (TestPipeline.Partnership, 1, "paid"));
            await world.Confirm("c", ("core", 1, "returned"));
            return world;
        },
        world => world.RefreshAsync());

    [Fact]
    public async Task Of_two_files_in_one_sweep_the_second_sees_what_the_first_confirmed()
    {
        var world = await TestPipeline.Released();
        await world.Put("confirmations/2025-26-Q1/a.csv", TestPipeline.Confirmations(("core", 1, "paid")));
        await world.Put("confirmations/2025-26-Q1/b.csv", TestPipeline.Confirmations(("core", 1, "failed")));
        await world.Put("confirmations/2025-26-Q1/c.csv", TestPipeline.Confirmations((TestPipeline.Partnership, 1, "failed")));
        var taken = await world.Sweep.RunAsync(parallel: 4);
        Assert.Equal([UploadStatus.Accepted, UploadStatus.Rejected, UploadStatus.Accepted], taken.Select(t => t.Receipt.Status));
        Assert.Equal([("HL-001", TestPipeline.Partnership, 125_000)], await world.Due());
    }

    [Fact]
    public Task Of_two_files_at_once_one_confirms_the_payment() => Everywhere.Overtaken(
        TestPipeline.Released,
        world => world.Confirm("a", ("core", 1, "paid"), (TestPipeline.Partnership, 1, "paid")),
        world => world.Confirm("b", ("core", 1, "paid")),
        async world =>
        {
            var versions = await world.Uploads.OfQuarterAsync(TestPipeline.Q1);
            Assert.Equal(
                [UploadStatus.Accepted, UploadStatus.Rejected],
                versions.Where(u => u.Slot == "confirmations").OrderBy(u => u.Status).Select(u => u.Status));
            Assert.Equal([1, 2], versions.Where(u => u.Slot == "confirmations").Select(u => u.Version));
            Assert.NotNull((await world.Ledger.OfQuarterAsync(TestPipeline.Q1))[0].Confirmation);
            foreach (var upload in versions.Where(u => u.Slot == "confirmations"))
                Assert.Contains($"\"status\": \"{upload.Status.Word()}\"",
                    await world.Text($"receipts/confirmations/2025-26-Q1/v{upload.Version}.json"), StringComparison.Ordinal);
        });

    [Fact]
    public Task One_file_taken_in_twice_at_once_counts_once() => Everywhere.Overtaken(
        async () =>
        {
            var world = await TestPipeline.Released();
            await world.Put("confirmations/2025-26-Q1/a.csv", TestPipeline.Confirmations(("core", 1, "failed")));
            return world;
        },
        world => world.TakeIn.RunAsync("confirmations/2025-26-Q1/a.csv"),
        world => world.TakeIn.RunAsync("confirmations/2025-26-Q1/a.csv"),
        async world =>
        {
            Assert.Single(await world.Uploads.OfQuarterAsync(TestPipeline.Q1), u => u.Slot == "confirmations");
            Assert.Equal([("HL-001", "core", 2_250_000)], await world.Due());
        });

    [Fact]
    public Task Entering_confirmations_interrupted_anywhere_is_finished_by_whoever_reads_next() => Everywhere.Interrupted(
        async () =>
        {
            var world = await TestPipeline.Released();
            await world.Confirm("a", ("core", 1, "failed"), (TestPipeline.Partnership, 1, "paid"));
            return world;
        },
        world => world.RefreshAsync());

    [Fact]
    public Task A_payment_that_fails_while_another_run_is_released_falls_due_after_it() => Everywhere.Overtaken(
        async () =>
        {
            var world = await TestPipeline.Released();
            await world.Take("reviews/2025-26-Q1/decisions.csv", TestPipeline.Decisions(quality: "met"));
            (await world.Prepare.RunAsync(TestPipeline.Q1, TestPipeline.Ann)).Done();
            (await world.Decide.ApproveAsync(TestPipeline.Q1, 2, TestPipeline.Ben)).Done();
            return world;
        },
        world => world.Release.RunAsync(TestPipeline.Q1, 2, TestPipeline.Cat),
        world => world.Confirm("july", ("core", 1, "failed")),
        async world =>
        {
            await world.PayAsync();
            Assert.Equal(3_200_000, await world.ReleasedPence());
            Assert.Empty(await world.Due());
        });
}
