using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Tests.Payments;
using Pipeline.Steps.Tests.Stores;

namespace Pipeline.Steps.Tests.Quarters;

public sealed class ClosingTests
{
    private const string EvidencePath = "submissions/acme/HL-001/2025-26-Q1/evidence.csv";

    private static async Task<TestPipeline> Closed()
    {
        var world = await TestPipeline.Reviewed();
        Assert.Null(await world.Close.RunAsync(TestPipeline.Q1, TestPipeline.Ann));
        return world;
    }

    [Fact]
    public async Task A_closed_quarter_takes_no_upload()
    {
        var world = await Closed();
        var taken = await world.Take(EvidencePath, TestPipeline.Evidence(3));
        Assert.Equal(UploadStatus.Rejected, taken!.Receipt.Status);
        Assert.Equal("SLT-004", Assert.Single(taken.Receipt.Summary).Rule);
    }

    [Fact]
    public async Task A_quarter_takes_no_upload_from_when_its_closing_began()
    {
        var world = await TestPipeline.Reviewed();
        // Whoever began died, or is about to finish.
        await world.Closings.BeginAsync(TestPipeline.Q1, new Signature(TestPipeline.Ann, world.Clock.Now));
        Assert.Equal(UploadStatus.Rejected, (await world.Take(EvidencePath, TestPipeline.Evidence(3)))!.Receipt.Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_extension_counts_to_the_end_of_its_last_day(bool lastDay)
    {
        var world = await Closed();
        await world.Take("reference/calendar.csv", "quarter,contract,due_on,extended_to\n2025-26-Q1,HL-001,2025-07-04,2025-07-20\n");
        world.Clock.Now = new DateTimeOffset(2025, 7, 20, lastDay ? 22 : 23, lastDay ? 59 : 0, 0, TimeSpan.Zero);
        var taken = await world.Take(EvidencePath, TestPipeline.Evidence(3));
        Assert.Equal(lastDay ? UploadStatus.Accepted : UploadStatus.Rejected, taken!.Receipt.Status);
        Assert.Equal(lastDay ? "SLT-101" : "SLT-004", Assert.Single(taken.Receipt.Summary).Rule);
    }

    [Fact]
    public async Task Another_contracts_extension_does_not_count()
    {
        var world = await Closed();
        await world.Take("reference/calendar.csv", "quarter,contract,due_on,extended_to\n2025-26-Q1,HL-002,2025-07-31,2025-08-20\n");
        Assert.Equal(UploadStatus.Rejected, (await world.Take(EvidencePath, TestPipeline.Evidence(3)))!.Receipt.Status);
    }

    [Fact]
    public async Task Later_decisions_and_confirmations_still_adjust_payments()
    {
        var world = await Closed();
        await world.PayAsync();
        await world.TakeHeld("reviews/2025-26-Q1/decisions.csv", TestPipeline.Decisions(quality: "met"));
        await world.Confirm("july", ("core", 1, "failed"));
        Assert.Equal([("HL-001", "core", 2_250_000), ("HL-001", TestPipeline.Quality, 75_000)], await world.Due());
    }

    [Fact]
    public async Task A_quarter_is_closed_once()
    {
        var world = await Closed();
        string before = await world.Everything();
        Assert.Equal(
            "2025-26-Q1 was closed by Ann Price on 10 July 2025: a quarter is closed once; to let a contract upload all the same, extend "
            + "it in the calendar.",
            await world.Close.RunAsync(TestPipeline.Q1, TestPipeline.Ben));
        Assert.Equal(before, await world.Everything());
    }

    [Fact]
    public async Task Who_closed_a_quarter_is_told_again_that_it_is_closed()
    {
        var world = await Closed();
        string before = await world.Everything();
        Assert.Null(await world.Close.RunAsync(TestPipeline.Q1, TestPipeline.Ann));
        Assert.Equal(before, await world.Everything());
    }

    [Fact]
    public async Task A_quarter_of_which_nothing_came_is_not_closed()
    {
        var world = await TestPipeline.Reviewed();
        Assert.StartsWith("2031-32-Q1 has not begun: it begins on 1 April 2031.",
            await world.Close.RunAsync(Quarter.Parse("2031-32-Q1"), TestPipeline.Ann));
    }

    [Fact]
    public Task Closing_interrupted_anywhere_is_done_again() =>
        Everywhere.Interrupted(TestPipeline.Reviewed, world => world.Close.RunAsync(TestPipeline.Q1, TestPipeline.Ann));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task A_quarter_that_closes_while_a_file_is_taken_in_takes_it_before_or_not_at_all(bool died)
    {
        long before = 0;
        return Everywhere.Overtaken(
            async () =>
            {
                var world = await TestPipeline.Reviewed();
                await world.Put(EvidencePath, TestPipeline.Evidence(3));
                if (died)
                {
                    // The first attempt leaves its receipt behind, and dies before the version counts.
                    world.Calls.Hook = call => ValueTask.FromResult<Fault?>(
                        call is { Operation: "Submit", Target: "uploads/2025-26-Q1|HL-001|acme" } ? new Fault.Crash() : null);
                    await Assert.ThrowsAsync<CrashException>(() => world.TakeIn.RunAsync(EvidencePath));
                    world.Calls.Hook = null;
                }

                return world;
            },
            world => world.TakeIn.RunAsync(EvidencePath),
            async world =>
            {
                Assert.Null(await world.Close.RunAsync(TestPipeline.Q1, TestPipeline.Ann));
                before = await Accepted(world);
            },
            async world =>
            {
                var versions =
                    (await world.Uploads.OfReturnAsync(ProviderId.Parse("acme"), ContractId.Parse("HL-001"), TestPipeline.Q1)).ToList();
                Assert.Equal(2, versions.Count);
                if (await world.Closings.OfAsync(TestPipeline.Q1) is not null)
                    Assert.Equal(before, await Accepted(world));
                foreach (var upload in versions)
                    Assert.Contains($"\"status\": \"{upload.Status.Word()}\"",
                        await world.Text($"receipts/acme/HL-001/2025-26-Q1/evidence/v{upload.Version}.json"), StringComparison.Ordinal);
            });

        static async Task<long> Accepted(TestPipeline world) =>
            (await world.Uploads.OfReturnAsync(ProviderId.Parse("acme"), ContractId.Parse("HL-001"), TestPipeline.Q1)).Count(u =>
                u.Status == UploadStatus.Accepted);
    }

    [Fact]
    public Task A_file_that_is_taken_in_while_the_quarter_closes_counts_only_until_it_is_closed() => Everywhere.Overtaken(
        TestPipeline.Reviewed,
        async world => Assert.Null(await world.Close.RunAsync(TestPipeline.Q1, TestPipeline.Ann)),
        world => world.Take(EvidencePath, TestPipeline.Evidence(3)),
        async world =>
        {
            Assert.True((await world.Closings.OfAsync(TestPipeline.Q1))!.IsDone);
            Assert.Equal(UploadStatus.Rejected, (await world.Take(EvidencePath, TestPipeline.Evidence(4)))!.Receipt.Status);
        });
}
