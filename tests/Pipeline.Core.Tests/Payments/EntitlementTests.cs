using Pipeline.Core.Payments;
using Pipeline.Core.Submissions;

namespace Pipeline.Core.Tests.Payments;

public class EntitlementTests
{
    [Fact]
    public void Half_and_three_tenths_of_a_hundred_thousand_pounds()
    {
        var entitlement = Sample.Earning(Sample.Contract(), Sample.Half_and_three_tenths, "partnership", "quality");
        Assert.Equal(2_500_000, entitlement.Instalment.Amount.Pence);
        Assert.Equal(250_000, entitlement.Pot.Pence);
        Assert.Equal(2_250_000, entitlement.Core.Pence);
        Assert.Equal([("core", 2_250_000), ("partnership", 125_000), ("quality", 75_000)],
            entitlement.Lines.Select(line => (line.Line, line.Amount.Pence)));
        Assert.Equal(50_000, entitlement.Unallocated.Pence);
        Assert.Equal(2_450_000, entitlement.Total.Pence);
    }

    [Fact]
    public void Five_fifths_of_an_amount_that_does_not_divide()
    {
        var entitlement = Sample.Earning(Sample.Contract(annualPence: 33_333_33), Sample.Five_fifths, "one", "five");
        Assert.Equal((833_333, 83_333, 750_000), (entitlement.Instalment.Amount.Pence, entitlement.Pot.Pence, entitlement.Core.Pence));
        Assert.Equal([16_667, 16_667, 16_667, 16_666, 16_666], entitlement.Elements.Select(e => e.Available.Pence));
        Assert.Equal([16_667, 0, 0, 0, 16_666], entitlement.Elements.Select(e => e.Earned.Pence));
        Assert.Equal(0, entitlement.Unallocated.Pence);
    }

    [Theory]
    [InlineData(true, 1, "earned", 1)]
    [InlineData(true, 0, "blocked", 0)]
    [InlineData(false, 1, "not_met", 0)]
    [InlineData(false, 0, "not_met", 0)]
    [InlineData(null, 1, "awaiting_review", 0)]
    [InlineData(null, 0, "no_evidence", 0)]
    public void Only_what_is_decided_met_on_evidence_is_earned(bool? met, long items, string state, long earned)
    {
        var contract = Sample.Contract();
        var entitlement = Entitlement.Of(
            contract, Sample.Half_and_three_tenths,
            new Dictionary<string, ElementEvidence> { ["quality"] = new(items, items * 3) },
            met is { } decided ? new Dictionary<string, Decision> { ["quality"] = Sample.Decision(contract, "quality", decided) } : []);
        var quality = entitlement.Elements[1];
        Assert.Equal(state, quality.State.Word());
        Assert.Equal(75_000, quality.Available.Pence);
        Assert.Equal(75_000 * earned, quality.Earned.Pence);
        Assert.Equal((items, items * 3), (quality.Evidence.Items, quality.Evidence.Quantity));
        Assert.Equal(met, quality.Decision?.Met);
        Assert.Equal(ElementState.NoEvidence, entitlement.Elements[0].State);
    }

    [Fact]
    public void Nothing_is_due_when_the_contract_is_not_active()
    {
        var entitlement = Sample.Earning(Sample.Contract(starts: "2025-07-01"), Sample.Five_fifths, "one");
        Assert.All(entitlement.Lines, line => Assert.Equal(Money.Zero, line.Amount));
        Assert.Empty(Dues.Of(Sample.Q1, [entitlement], []));
    }

    [Fact]
    public void Evidence_and_decisions_on_what_is_no_element_change_nothing() =>
        Assert.Equal(
            Sample.Earning(Sample.Contract(), Sample.Five_fifths).Lines,
            Sample.Earning(Sample.Contract(), Sample.Five_fifths, "six").Lines);

    [Fact]
    public void Another_contracts_decision_is_refused() =>
        Assert.Throws<ArgumentException>(() => Entitlement.Of(
            Sample.Contract(), Sample.Five_fifths, new Dictionary<string, ElementEvidence>(),
            new Dictionary<string, Decision> { ["one"] = Sample.Decision(Sample.Contract("HL-002"), "one") }));

    [Fact]
    public void Every_state_has_a_word_of_its_own() =>
        Assert.Equal(Enum.GetValues<ElementState>().Length,
            Enum.GetValues<ElementState>().Select(state => state.Word()).Distinct().Count());
}
