using Pipeline.Core.Payments;

namespace Pipeline.Core.Tests.Payments;

public sealed class LineReasonTests
{
    private static readonly Proposal Earned = Sample.Proposal([Sample.Earning(Sample.Contract(), Sample.Five_fifths, "one")]);

    private static PaymentRun Released => PaymentRun.Prepare(Earned, Sample.Ann.At(Sample.Noon), [], []).Done()
        .Approve(Sample.Ben.At(Sample.Noon), Earned).Done().Release(Sample.Cat.At(Sample.Noon), Earned).Done();

    [Fact]
    public void Nothing_was_paid_before() => Assert.All(Released.Reasons, reason => Assert.Equal(new LineReason.First(), reason));

    [Fact]
    public void What_is_earned_changed_by_the_files_that_did()
    {
        var now = Sample.Proposal([Sample.Earning(Sample.Contract(), Sample.Five_fifths)], Released.Lines,
            Sample.Inputs(decisionsVersion: 3));
        var next = PaymentRun.Prepare(now, Sample.Ann.At(Sample.Noon), [Released], []).Done();
        Assert.Equal("earned £500.00 in run 1; since then: the decisions of 2025-26-Q1, version 3", Assert.Single(next.Reasons).ToString());
        Assert.Equal((new ControlTotals(0, Money.Zero), new ControlTotals(1, new Money(-50_000))), (next.Payments, next.Clawbacks));
        Assert.Equal(("0 payments and 1 clawback, -£500.00 in all", "2 payments, £23,000.00 in all"),
            (next.TotalsInWords, Released.TotalsInWords));
    }

    [Fact]
    public void What_failed_falls_due_again()
    {
        var failed = Sample.Proposal([Sample.Earning(Sample.Contract(), Sample.Five_fifths, "one")],
            [.. Released.Lines, Released.Lines[0].Reversed()]);
        var next = PaymentRun.Prepare(failed, Sample.Ann.At(Sample.Noon), [Released], []).Done();
        Assert.Equal(new LineReason.FallsDueAgain(1), Assert.Single(next.Reasons));
    }

    [Fact]
    public void What_arrived_after_it_was_paid_again_was_paid_twice()
    {
        var failed = Sample.Proposal([Sample.Earning(Sample.Contract(), Sample.Five_fifths, "one")],
            [.. Released.Lines, Released.Lines[0].Reversed()]);
        var again = PaymentRun.Prepare(failed, Sample.Ann.At(Sample.Noon), [Released], []).Done()
            .Approve(Sample.Ben.At(Sample.Noon), failed).Done().Release(Sample.Cat.At(Sample.Noon), failed).Done();
        var arrived = Sample.Proposal([Sample.Earning(Sample.Contract(), Sample.Five_fifths, "one")],
            [.. Released.Lines, Released.Lines[0].Reversed(), .. again.Lines, Released.Lines[0].Reversed().Restored()]);
        var back = PaymentRun.Prepare(arrived, Sample.Ann.At(Sample.Noon), [Released, again], []).Done();
        Assert.Equal("earned as in run 2; the payment of run 1 arrived after all, so that it was paid twice",
            Assert.Single(back.Reasons).ToString());
    }

    [Fact]
    public void Who_approves_is_told_when_money_goes_to_another_supplier_than_before()
    {
        var moved = Sample.Contract().With(term => term with { SupplierRef = "SUP-2" });
        var now = Sample.Proposal([Sample.Earning(moved, Sample.Five_fifths, "two")], Released.Lines);
        // What is taken back goes to nobody.
        Assert.Equal(
            ["earned £500.00 in run 1", "first payment; to another supplier than SUP-1, who was paid in run 1 of 2025-26-Q1"],
            PaymentRun.Prepare(now, Sample.Ann.At(Sample.Noon), [Released], []).Done().Reasons.Select(reason => reason.ToString()).Order());

        // And where another quarter paid last; one that paid the same supplier tells nothing.
        var first = Sample.Proposal([Sample.Earning(moved, Sample.Five_fifths)]);
        Assert.Equal(
            "first payment; to another supplier than SUP-1, who was paid in run 1 of 2025-26-Q1",
            Assert.Single(PaymentRun.Prepare(first, Sample.Ann.At(Sample.Noon), [], [], [Released]).Done().Reasons).ToString());
        var same = PaymentRun.Prepare(Earned, Sample.Ann.At(Sample.Noon), [], [], [Released]).Done();
        Assert.All(same.Reasons, reason => Assert.Equal(new LineReason.First(), reason));
    }

    [Fact]
    public void A_run_that_was_never_released_is_nothing_that_was_paid_before()
    {
        var rejected = PaymentRun.Prepare(Earned, Sample.Ann.At(Sample.Noon), [], []).Done().Reject(Sample.Ben.At(Sample.Noon), "wrong")
            .Done();
        Assert.All(PaymentRun.Prepare(Earned, Sample.Ann.At(Sample.Noon), [rejected], []).Done().Reasons,
            reason => Assert.Equal(new LineReason.First(), reason));
    }
}
