using System.Text;
using Pipeline.Core;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Payments;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Arrivals;

namespace Pipeline.Steps.Tests.Arrivals;

/// <summary>What a file would change, in pounds and by contract, before it is sent.</summary>
public sealed class ReckoningTests
{
    private static readonly Slot Contracts = new Slot.Reference(Dataset.Contracts);
    private static readonly Slot Decisions = new Slot.Review(TestPipeline.Q1, Dataset.Decisions);

    private static async Task<IReadOnlyList<Consequence>> WouldChange(TestPipeline world, Slot slot, string text, DateOnly? today = null)
    {
        var register = (await world.Reference.RegisterAsync())!;
        using var bytes = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var check = new UploadCheck(register.Frameworks, register, new DateOnly(2025, 7, 10)).Run(slot, "file.csv", bytes);
        Assert.True(check.IsAccepted);
        string before = await world.Everything();
        var found = await world.Reckoning.OfAsync(slot, check.Counts, null, today: today);
        Assert.Equal(before, await world.Everything());
        return found;
    }

    [Fact]
    public async Task A_contract_that_leaves_the_register_gives_back_what_it_was_paid()
    {
        var world = await TestPipeline.Released();
        var dropped = Assert.Single(await WouldChange(world, Contracts, TestPipeline.Register("100000.00", "HL-001")));
        Assert.Equal(new Consequence(TestPipeline.Q1, ContractId.Parse("HL-002"), new Money(750_000), Money.Zero, new Money(750_000),
            new Money(750_000), IsDropped: true, IsClosed: false), dropped);
        Assert.True(dropped.TouchesWhatWasSettled);
    }

    [Fact]
    public async Task A_value_that_is_typed_wrong_shows_by_how_much()
    {
        var world = await TestPipeline.Released();
        var lowered = Assert.Single(await WouldChange(world, Contracts, TestPipeline.Register("10000.00")));
        // Nine tenths of 23,750.00 that were released.
        Assert.Equal((new Money(2_375_000), new Money(237_500), new Money(2_137_500)),
            (lowered.EarnedBefore, lowered.EarnedAfter, lowered.TakenBack));
        Assert.True(lowered.TouchesWhatWasSettled);
    }

    [Fact]
    public async Task Who_looks_ahead_sees_the_quarter_that_has_begun_though_nothing_has_come_for_it()
    {
        var world = await TestPipeline.Released();
        string raised = TestPipeline.Register("110000.00");
        Assert.Equal([TestPipeline.Q1], (await WouldChange(world, Contracts, raised)).Select(c => c.Quarter));
        Assert.Equal([TestPipeline.Q1], (await WouldChange(world, Contracts, raised, new DateOnly(2025, 6, 30))).Select(c => c.Quarter));
        Assert.Equal([TestPipeline.Q1, TestPipeline.Q1.Next!.Value],
            (await WouldChange(world, Contracts, raised, new DateOnly(2025, 7, 1))).Select(c => c.Quarter));
    }

    [Fact]
    public async Task What_adds_is_told_and_touches_nothing_that_was_settled()
    {
        var world = await TestPipeline.Released();
        var raised = Assert.Single(await WouldChange(world, Contracts, TestPipeline.Register("110000.00")));
        Assert.Equal((Money.Zero, false), (raised.TakenBack, raised.TouchesWhatWasSettled));
        Assert.Empty(await WouldChange(world, Contracts, TestPipeline.Register("100000.00")));
        Assert.Equal(new Money(75_000), Assert.Single(await WouldChange(world, Decisions, TestPipeline.Decisions(quality: "met")))
            is var met ? met.EarnedAfter - met.EarnedBefore : default);
    }

    [Fact]
    public async Task A_decision_that_is_turned_round_takes_back_what_was_paid_for_it_alone()
    {
        var world = await TestPipeline.Released();
        var turned = Assert.Single(await WouldChange(world, Decisions, TestPipeline.Decisions(quality: "met", partnership: "not_met")));
        Assert.Equal((new Money(-50_000), new Money(125_000)), (turned.EarnedAfter - turned.EarnedBefore, turned.TakenBack));
    }

    [Fact]
    public async Task Before_anything_is_released_nothing_is_taken_back()
    {
        var world = await TestPipeline.Reviewed();
        Assert.Equal((Money.Zero, false), Assert.Single(await WouldChange(world, Contracts, TestPipeline.Register("10000.00")))
            is var lowered ? (lowered.TakenBack, lowered.TouchesWhatWasSettled) : default);
    }

    [Fact]
    public async Task In_a_closed_quarter_whatever_changes_is_of_what_was_settled()
    {
        var world = await TestPipeline.Released();
        Assert.Null(await world.Close.RunAsync(TestPipeline.Q1, TestPipeline.Ann));
        var raised = Assert.Single(await WouldChange(world, Contracts, TestPipeline.Register("110000.00")));
        Assert.True(raised is { IsClosed: true, TouchesWhatWasSettled: true });
    }

    [Fact]
    public async Task Other_weights_of_a_framework_are_tried_on_what_was_earned()
    {
        var world = await TestPipeline.Released();
        await using var delivered = DeliveredFrameworks.Open("performance");
        using var reader = new StreamReader(delivered);
        string json = (await reader.ReadToEndAsync()).Replace("0.5", "0.4", StringComparison.Ordinal);
        using var bytes = new MemoryStream(Encoding.UTF8.GetBytes(json));
        var framework = FrameworkFile.Read(bytes, "performance").Framework!;
        var lowered = Assert.Single(await world.Reckoning.OfAsync(new Slot.Framework("performance"), null, framework));
        Assert.Equal((new Money(-25_000), new Money(25_000)), (lowered.EarnedAfter - lowered.EarnedBefore, lowered.TakenBack));
    }
}
