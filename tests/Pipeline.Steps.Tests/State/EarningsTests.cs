using Pipeline.Steps.Tests.Stores;

namespace Pipeline.Steps.Tests.State;

/// <summary>What contracts earn is asked of storage together, and what never changes is asked once.</summary>
public sealed class EarningsTests
{
    private const string Evidence = "submissions/acme/HL-001/2025-26-Q1/evidence";

    [Fact]
    public async Task Evidence_that_counts_is_read_once()
    {
        var world = await TestPipeline.Reviewed();
        await world.Proposals.OfAsync(TestPipeline.Q1);
        var read = new List<string>();
        world.Calls.Hook = call =>
        {
            if (call.Target.Contains("evidence", StringComparison.Ordinal))
                read.Add(call.Target);
            return ValueTask.FromResult<Fault?>(null);
        };

        await world.Proposals.OfAsync(TestPipeline.Q1);
        world.Calls.Hook = null;

        Assert.Empty(read);
        await world.Take($"{Evidence}-2.csv", TestPipeline.Evidence(3));
        Assert.Equal(3, await ItemsAsync(world));
    }

    [Fact]
    public async Task Another_file_under_the_number_of_one_that_was_read_is_read()
    {
        var world = await TestPipeline.Reviewed();
        var restore = world.BackUpTables();
        await world.Take($"{Evidence}-2.csv", TestPipeline.Evidence(3));
        Assert.Equal(3, await ItemsAsync(world));

        restore();
        Assert.Equal(2, await ItemsAsync(world));
        await world.Take($"{Evidence}-3.csv", TestPipeline.Evidence(5));

        Assert.Equal(5, await ItemsAsync(world));
    }

    [Fact]
    public async Task Returns_that_a_page_has_read_give_the_same_as_evidence_that_is_read_for_it()
    {
        var world = await TestPipeline.Reviewed();
        var read = await world.Returns.OfQuarterAsync(TestPipeline.Q1, new DateOnly(2025, 7, 10));
        var asked = new List<string>();
        world.Calls.Hook = call =>
        {
            asked.Add(call.Target);
            return ValueTask.FromResult<Fault?>(null);
        };

        var ofPage = (await world.Proposals.OfAsync(TestPipeline.Q1, read))!;
        world.Calls.Hook = null;

        Assert.DoesNotContain(asked, target => target.Contains("HL-001", StringComparison.Ordinal));
        var proposal = (await world.Proposals.OfAsync(TestPipeline.Q1))!;
        Assert.Equal(proposal.Inputs.Entries, ofPage.Inputs.Entries);
        Assert.Equal(proposal.Dues, ofPage.Dues);
        Assert.Equal(2, ofPage.Entitlements.SelectMany(e => e.Elements).First(e => e.Element.Code == TestPipeline.Partnership)
            .Evidence.Items);
    }

    private static async Task<long> ItemsAsync(TestPipeline world) =>
        (await world.Proposals.OfAsync(TestPipeline.Q1))!.Entitlements.SelectMany(e => e.Elements)
            .First(element => element.Element.Code == TestPipeline.Partnership).Evidence.Items;
}
