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

    /// <summary>The contracts whose rows were looked at one by one.</summary>
    private static async Task<IEnumerable<string>> Refreshed(TestPipeline world)
    {
        var refreshed = new SortedSet<string>(StringComparer.Ordinal);
        world.Calls.Hook = call =>
        {
            if (call.Operation == "Query" && call.Target.StartsWith("elements/", StringComparison.Ordinal))
                refreshed.Add(call.Target.Split('|')[1]);
            return ValueTask.FromResult<Fault?>(null);
        };
        await world.RefreshAsync();
        world.Calls.Hook = null;
        return refreshed;
    }
}
