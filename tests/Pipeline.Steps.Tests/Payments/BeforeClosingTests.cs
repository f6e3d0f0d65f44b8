using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Core.Submissions;

namespace Pipeline.Steps.Tests.Payments;

public sealed class BeforeClosingTests
{
    [Fact]
    public async Task What_is_missing_unpaid_and_open_is_listed()
    {
        var world = await TestPipeline.Prepared();
        var unsettled = await world.BeforeClosing.OfAsync(TestPipeline.Q1);
        // Of HL-001 the evidence has come; under its framework there is no quality return.
        Assert.Equal([(ContractId.Parse("HL-001"), 6), (ContractId.Parse("HL-002"), 7)], unsettled.Missing);
        Assert.Equal((new ControlTotals(3, new Money(3_125_000)), 1, 0),
            (unsettled.Due, Assert.Single(unsettled.OpenRuns), unsettled.Unconfirmed));
        Assert.Equal(
            "2025-26-Q1 is not closed, since not all of it is settled. Not here: 6 returns of HL-001, 7 returns of HL-002. Not released: "
            + "run 1. "
            + "Not paid: £31,250.00 on 3 lines. See to it, or close it all the same with: --anyway",
            await world.BeforeClosing.WhyNotYetAsync(TestPipeline.Q1, "--anyway"));
    }

    [Fact]
    public async Task What_was_rejected_and_what_is_not_confirmed_is_listed()
    {
        var world = await TestPipeline.Released();
        await world.Take("submissions/acme/HL-001/2025-26-Q1/hours.csv", "month\n");
        var unsettled = await world.BeforeClosing.OfAsync(TestPipeline.Q1);
        Assert.Equal((ContractId.Parse("HL-001"), 1), Assert.Single(unsettled.Rejected));
        Assert.Equal((0, 3), (unsettled.Due.Count, unsettled.Unconfirmed));
        Assert.Empty(unsettled.OpenRuns);
        await world.Confirm("all", ("core", 1, "paid"), (TestPipeline.Partnership, 1, "paid"));
        Assert.Equal(1, (await world.BeforeClosing.OfAsync(TestPipeline.Q1)).Unconfirmed);
    }

    [Fact]
    public async Task Where_all_is_settled_nothing_is_listed()
    {
        var world = await TestPipeline.Released();
        foreach (var (provider, contract) in new[] { ("acme", "HL-001"), ("beta", "HL-002") })
        {
            foreach (var dataset in Dataset.Returns.Where(d => d != Dataset.Quality))
            {
                string path = $"submissions/{provider}/{contract}/2025-26-Q1/{dataset.Name}.csv";
                if (await world.Files.StatAsync(path) is null)
                    await world.Take(path, string.Join(',', dataset.Columns.Select(column => column.Name)) + "\n");
            }
        }

        await world.Take(
            "confirmations/2025-26-Q1/all.csv",
            TestPipeline.Confirmations(("core", 1, "paid"), (TestPipeline.Partnership, 1, "paid"))
                + "HL-002-2025-26-Q1-core-r001,paid,2025-07-10,BACS-1\n");
        Assert.Null(await world.BeforeClosing.WhyNotYetAsync(TestPipeline.Q1, "--anyway"));
    }
}
