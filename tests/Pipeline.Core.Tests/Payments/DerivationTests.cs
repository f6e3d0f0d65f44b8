using Pipeline.Core.Contracts;
using Pipeline.Core.Payments;

namespace Pipeline.Core.Tests.Payments;

public class DerivationTests
{
    [Fact]
    public void Every_penny_is_explained()
    {
        var contract = Sample.Contract(annualPence: 33_333_33, starts: "2025-05-17");
        var rules = Sample.Rules(10, ("partnership", 5), ("quality", 3));
        var entitlement = Entitlement.Of(
            contract, rules,
            new Dictionary<string, ElementEvidence> { ["partnership"] = new(1, 12) },
            new Dictionary<string, Decision>
            {
                ["partnership"] = Sample.Decision(contract, "partnership"),
                ["quality"] = Sample.Decision(contract, "quality", met: false),
            });
        var earlier = Sample.Earning(contract, rules, "quality");
        var ledger = Dues.Of(Sample.Q1, [earlier], []).Select(due => due.InRun(1)).ToList();
        ledger.Add(ledger[0].Reversed());

        Assert.Equal(
            $"""
            Worked out from the decisions of 2025-26-Q1, version 2, SHA-256 {Sample.Hash(1)}.
            Worked out from the framework performance, SHA-256 {Sample.Hash(2)}.
            """.Split('\n'),
            Explained().Take(2));
        Assert.Equal(
            """
            Contract HL-001 of acme for 2025-26-Q1, 1 April 2025 to 30 June 2025.
            Annual value: £33,333.33.
            By the end of quarter 1: £33,333.33 × 1/4 = £8,333.33, to the nearest penny.
            By its start: £33,333.33 × 0/4 = £0.00, to the nearest penny.
            Instalment for a whole quarter: £8,333.33 − £0.00 = £8,333.33.
            Active from 17 May 2025 to 31 December 2030: 45 of the quarter's 91 days.
            Instalment for the active days: £8,333.33 × 45/91 = £4,120.88, to the nearest penny.
            Pot for outcomes: £4,120.88 × 10 % = £412.09, to the nearest penny.
            Core payment: £4,120.88 − £412.09 = £3,708.79; it does not depend on outcomes.
            Left over when the shares of the pot are rounded down: 2 pence, one each to the largest remainders, of equal ones the earlier.
            Element partnership (partnership), share: £412.09 × 5/10 = £206.04 and 5/10 of a penny, without an extra penny: £206.04.
            Element partnership (partnership), evidence: 1 item accepted, quantity 12.
            Element partnership (partnership), decision: met on 9 July 2025, reviewed by Ann Price, approved by Ben Rees.
            Element partnership (partnership), earned: £206.04 of £206.04, earned: decided met, and there is evidence.
            Element quality (quality), share: £412.09 × 3/10 = £123.62 and 7/10 of a penny, with an extra penny: £123.63.
            Element quality (quality), evidence: 0 items accepted, quantity 0.
            Element quality (quality), decision: not met on 9 July 2025, reviewed by Ann Price, approved by Ben Rees, reason evidence_incomplete.
            Element quality (quality), earned: £0.00 of £123.63, not_met: decided not met.
            Unallocated, share: £412.09 × 2/10 = £82.41 and 8/10 of a penny, with an extra penny: £82.42; no element can earn it and it is never paid.
            Entitlement: core £3,708.79 + partnership £206.04 + quality £0.00 = £3,914.83.
            Run 1 released £3,708.79 on core, payment HL-001-2025-26-Q1-core-r001: entitlement £3,708.79 then, less £0.00 released before.
            Run 1 released £123.63 on quality, payment HL-001-2025-26-Q1-quality-r001: entitlement £123.63 then, less £0.00 released before.
            Payment HL-001-2025-26-Q1-core-r001 failed or was returned, which put -£3,708.79 on core.
            Due on core: £3,708.79 − £0.00 released so far = £3,708.79.
            Due on partnership: £206.04 − £0.00 released so far = £206.04.
            Due on quality: £0.00 − £123.63 released so far = -£123.63, a clawback that corrects payment HL-001-2025-26-Q1-quality-r001.
            Due in all: £3,791.20.
            """.Split('\n'),
            Explained().Skip(2));

        IReadOnlyList<string> Explained() => Derivation.Of(
            entitlement, ledger,
            [InputFile.Decisions(Sample.Q1, 2, Sample.Hash(1)), InputFile.Framework("performance", null, Sample.Hash(2))]);
    }

    [Fact]
    public void Each_term_of_the_quarter_is_explained()
    {
        var contract =
            new Contract(Sample.Q1, [Sample.Term(ends: "2025-05-16"), Sample.Term(annualPence: 33_333_33, starts: "2025-05-17")]);
        Assert.Equal(
            """
            Annual value: £100,000.00.
            By the end of quarter 1: £100,000.00 × 1/4 = £25,000.00, to the nearest penny.
            By its start: £100,000.00 × 0/4 = £0.00, to the nearest penny.
            Instalment for a whole quarter: £25,000.00 − £0.00 = £25,000.00.
            Active from 1 January 2020 to 16 May 2025: 46 of the quarter's 91 days.
            Annual value: £33,333.33.
            By the end of quarter 1: £33,333.33 × 1/4 = £8,333.33, to the nearest penny.
            By its start: £33,333.33 × 0/4 = £0.00, to the nearest penny.
            Instalment for a whole quarter: £8,333.33 − £0.00 = £8,333.33.
            Active from 17 May 2025 to 31 December 2030: 45 of the quarter's 91 days.
            Instalment for the active days: (£25,000.00 × 46 + £8,333.33 × 45)/91 = £16,758.24, to the nearest penny.
            """.Split('\n'),
            Derivation.Of(Sample.Earning(contract, Sample.Five_fifths), [], []).Skip(1).Take(11));
    }

    [Fact]
    public void Of_another_contracts_ledger_nothing_is_said()
    {
        var other = Dues.Of(Sample.Q1, [Sample.Earning(Sample.Contract("HL-002"), Sample.Five_fifths)], []).Select(due => due.InRun(1));
        var lines = Derivation.Of(Sample.Earning(Sample.Contract(), Sample.Five_fifths), other, []);
        Assert.DoesNotContain(lines, line => line.Contains("HL-002", StringComparison.Ordinal));
        Assert.Contains("Nothing has been released so far.", lines);
    }

    [Fact]
    public void Of_what_another_provider_was_paid_for_the_contract_nothing_is_said()
    {
        var ledger =
            Dues.Of(Sample.Q1,
                [Sample.Earning(Sample.Contract().With(term => term with { Provider = ProviderId.Parse("gamma") }), Sample.Five_fifths)],
                []).Select(due => due.InRun(1)).ToList();
        Assert.Contains("Nothing has been released so far.",
            Derivation.Of(Sample.Earning(Sample.Contract(), Sample.Five_fifths), ledger, []));
        Assert.Contains("Due in all: £22,500.00.", Derivation.Of(Sample.Earning(Sample.Contract(), Sample.Five_fifths), ledger, []));
        Assert.Contains("Nothing is due.",
            Derivation.OfFormer(ContractId.Parse("HL-001"), ProviderId.Parse("acme"), Sample.Q1, ledger, []));
    }

    [Fact]
    public void Of_a_contract_that_left_the_register_what_was_released_is_explained()
    {
        var ledger = Dues.Of(Sample.Q1, [Sample.Earning(Sample.Contract(), Sample.Five_fifths)], []).Select(due => due.InRun(1)).ToList();
        ledger.AddRange(Dues.Of(Sample.Q1, [Sample.Earning(Sample.Contract(annualPence: 50_000_00), Sample.Five_fifths)], ledger)
            .Select(due => due.InRun(2)).ToList());
        Assert.Equal(
            $"""
            Worked out from the register of contracts, version 3, SHA-256 {Sample.Hash(1)}.
            By the register acme does not have contract HL-001 in 2025-26-Q1 any more, so nothing is owed to acme and what it holds is clawed back.
            Run 1 released £22,500.00 on core, payment HL-001-2025-26-Q1-core-r001: entitlement £22,500.00 then, less £0.00 released before.
            Run 2 released -£11,250.00 on core, payment HL-001-2025-26-Q1-core-r002: entitlement £11,250.00 then, less £22,500.00 released before; it corrects payment HL-001-2025-26-Q1-core-r001.
            Due on core: £0.00 − £11,250.00 released so far = -£11,250.00, a clawback that corrects payment HL-001-2025-26-Q1-core-r001.
            Due in all: -£11,250.00.
            """.Split('\n'),
            Derivation.OfFormer(ContractId.Parse("HL-001"), ProviderId.Parse("acme"), Sample.Q1, ledger,
                [InputFile.Register(3, Sample.Hash(1))]));
    }

    [Fact]
    public void When_all_is_released_nothing_is_due()
    {
        var entitlement = Sample.Earning(Sample.Contract(), Sample.Five_fifths, "one");
        Assert.Equal("Nothing is due.",
            Derivation.Of(entitlement, Dues.Of(Sample.Q1, [entitlement], []).Select(due => due.InRun(1)), [])[^1]);
    }

    [Fact]
    public void Every_line_is_one_sentence() =>
        Assert.All(
            Derivation.Of(Sample.Earning(Sample.Contract(), Sample.Half_and_three_tenths, "quality"), [], Sample.Inputs().Entries),
            line => Assert.True(line.EndsWith('.') && !line.Contains('\n', StringComparison.Ordinal)));
}
