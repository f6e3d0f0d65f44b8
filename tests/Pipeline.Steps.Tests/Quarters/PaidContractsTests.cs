using Pipeline.Core.Payments;
using Pipeline.Steps.State;
using Pipeline.Steps.Tests.Stores;

namespace Pipeline.Steps.Tests.Quarters;

/// <summary>After a payment run the contracts of its lines are made again, and no others.</summary>
public sealed class PaidContractsTests
{
    [Fact]
    public async Task A_release_makes_the_contracts_that_it_paid_again_and_no_others()
    {
        var world = await TestPipeline.Released();
        Assert.Equal(["HL-001", "HL-002"], await Refreshed(world));

        // Due again is what is met by now, of one contract alone.
        await world.Take("reviews/2025-26-Q1/decisions.csv", TestPipeline.Decisions(quality: "met"));
        await world.RefreshAsync();
        string other = await world.Text("statements/beta/HL-002/2025-26-Q1.html");
        var run = await world.PayAsync();
        Assert.Equal("HL-001", Assert.Single(run.Lines).Contract.ToString());
        Assert.Equal(["HL-001"], await Refreshed(world));
        Assert.Contains($"HL-001-2025-26-Q1-{run.Lines[0].Line}-r002", await world.Text("statements/acme/HL-001/2025-26-Q1.html"));
        Assert.Equal(other, await world.Text("statements/beta/HL-002/2025-26-Q1.html"));
        Assert.Equal(["HL-001"], (await world.Rows<Core.Reporting.PaymentRow>()).Where(row =>
            row.RowKey.StartsWith("002", StringComparison.Ordinal)).Select(row => row.PartitionKey.Split('|')[1]));
        Assert.Null(await world.Changes.OfAsync(TestPipeline.Q1));
    }

    [Fact]
    public async Task What_is_done_to_a_run_before_its_release_makes_no_contract_again()
    {
        var world = await TestPipeline.Approved();
        Assert.Empty(await Refreshed(world));
    }

    [Fact]
    public async Task A_release_makes_nothing_anew_but_payments_and_what_pages_say_of_them()
    {
        var world = await TestPipeline.Released();
        var written = await CallsOf(world, "Submit", "Write");
        Assert.Equal(
            [
                "audit/2025-26-Q1", "changes/2025-26-Q1", "payments/2025-26-Q1|HL-001", "payments/2025-26-Q1|HL-002",
                "reports/2025-26-Q1/performance-1.html", "statements/acme/HL-001/2025-26-Q1.html", "statements/beta/HL-002/2025-26-Q1.html",
            ],
            written);
    }

    [Fact]
    public async Task What_is_paid_changes_rows_and_pages_as_refreshing_all_does()
    {
        var world = await TestPipeline.Released();
        await Compared();
        // More is due, then less, then a payment fails and is paid again.
        await world.Take("reviews/2025-26-Q1/decisions.csv", TestPipeline.Decisions(quality: "met"));
        await Paid();
        await world.TakeHeld("reviews/2025-26-Q1/decisions-2.csv", TestPipeline.Decisions(quality: "not_met"));
        await Paid();
        await world.Confirm("first", ("core", 1, "failed"));
        await Paid();

        async Task Paid()
        {
            await world.RefreshAsync();
            await world.PayAsync();
            await Compared();
        }

        async Task Compared()
        {
            await world.RefreshAsync();
            string renewed = await world.Everything();
            Assert.True(await RefreshedWhole(world));
            Assert.Equal(await world.Everything(), renewed);
        }
    }

    [Fact]
    public async Task A_page_that_another_version_made_is_made_as_a_whole()
    {
        var world = await TestPipeline.Released();
        await world.Put("statements/acme/HL-001/2025-26-Q1.html", "Before there were parts.");
        await world.Put("reports/2025-26-Q1/performance-1.html", "Before there were parts.");
        await world.RefreshAsync();
        string renewed = await world.Everything();
        Assert.DoesNotContain("Before there were parts.", renewed, StringComparison.Ordinal);
        Assert.True(await RefreshedWhole(world));
        Assert.Equal(await world.Everything(), renewed);
    }

    [Fact]
    public async Task Who_had_the_contract_before_is_told_of_what_is_taken_back()
    {
        var world = await TestPipeline.Released();
        await world.RefreshAsync();
        await world.TakeHeld(
            "reference/contracts.csv",
            TestPipeline.Register("100000.00").Replace("HL-001,acme,Acme", "HL-001,gamma,Gamma", StringComparison.Ordinal));
        await world.RefreshAsync();
        await world.PayAsync();
        await world.RefreshAsync();
        Assert.Contains("HL-001-2025-26-Q1-core-r002", await world.Text("statements/acme/HL-001/2025-26-Q1.html"));
        string renewed = await world.Everything();
        Assert.True(await RefreshedWhole(world));
        Assert.Equal(await world.Everything(), renewed);
    }

    [Fact]
    public async Task Where_another_writes_a_statement_meanwhile_it_is_made_as_a_whole()
    {
        var world = await TestPipeline.Released();
        bool written = false;
        world.Calls.Hook = async call =>
        {
            if (!written && call is { Operation: "Write", Target: "statements/acme/HL-001/2025-26-Q1.html", Moment: Moment.Before })
            {
                written = true;
                await world.Put(call.Target, await world.Text(call.Target));
            }

            return null;
        };
        await world.RefreshAsync();
        world.Calls.Hook = null;
        string renewed = await world.Everything();
        Assert.True(written && await RefreshedWhole(world));
        Assert.Equal(await world.Everything(), renewed);
    }

    /// <summary>Has every contract refreshed as a whole.</summary>
    private static async Task<bool> RefreshedWhole(TestPipeline world)
    {
        await world.Changes.NoteAsync(TestPipeline.Q1, "whole", Runs.CommitOf(TestPipeline.Q1, 1, RunState.Prepared));
        return (await CallsOf(world, "Query")).Contains("outcomes/2025-26-Q1|HL-001");
    }

    /// <summary>The contracts whose payments were written.</summary>
    private static async Task<IEnumerable<string>> Refreshed(TestPipeline world) =>
        (await CallsOf(world, "Submit")).Where(target => target.StartsWith("payments/", StringComparison.Ordinal))
            .Select(target => target.Split('|')[1]);

    /// <summary>What a refresh asks the stores to do.</summary>
    private static async Task<IEnumerable<string>> CallsOf(TestPipeline world, params string[] operations)
    {
        var targets = new SortedSet<string>(StringComparer.Ordinal);
        world.Calls.Hook = call =>
        {
            if (operations.Contains(call.Operation))
                targets.Add(call.Target);
            return ValueTask.FromResult<Fault?>(null);
        };
        await world.RefreshAsync();
        world.Calls.Hook = null;
        return targets;
    }
}
