using FsCheck.Fluent;
using Pipeline.Core.Payments;

namespace Pipeline.Core.Tests.Payments;

public class PaymentRunTests
{
    private static readonly Proposal Earned = Sample.Proposal([Earning("one")]);

    private static PaymentRun Prepared => PaymentRun.Prepare(Earned, Sample.Ann.At(Sample.Noon), [], []).Done();

    private static PaymentRun Approved => Prepared.Approve(Sample.Ben.At(Sample.Noon.AddDays(1)), Earned).Done();

    private static PaymentRun Released => Approved.Release(Sample.Cat.At(Sample.Noon.AddDays(2)), Earned).Done();

    [Fact]
    public void A_run_is_prepared_approved_by_somebody_else_and_released()
    {
        Assert.Equal((RunState.Prepared, 1, Sample.Ann.At(Sample.Noon)), (Prepared.State, Prepared.Number, Prepared.Prepared));
        Assert.Equal(["HL-001-2025-26-Q1-core-r001", "HL-001-2025-26-Q1-one-r001"],
            Prepared.Lines.Select(line => line.PaymentId.ToString()));
        Assert.Equal(new ControlTotals(2, new Money(2_300_000)), Prepared.Totals);
        Assert.Same(Earned.Inputs, Prepared.Inputs);
        Assert.Equal((RunState.Approved, Sample.Ben.At(Sample.Noon.AddDays(1))), (Approved.State, Approved.Approved!));
        Assert.Equal((RunState.Released, Sample.Cat.At(Sample.Noon.AddDays(2))), (Released.State, Released.Released!));
        Assert.Equal(Prepared.Lines, Released.Lines);
        Assert.Equal(Prepared.Hash, Released.Hash);
    }

    [Fact]
    public void A_run_is_not_prepared_when_nothing_is_due() =>
        Assert.Equal(
            "Nothing is due for 2025-26-Q1: there is no run to prepare until a decision, a file or a failed payment changes that.",
            PaymentRun.Prepare(Sample.Proposal([]), Sample.Ann.At(Sample.Noon), [], []).Refused());

    [Fact]
    public void One_run_of_a_quarter_is_open_at_a_time()
    {
        Assert.Equal(
            "Run 1 of 2025-26-Q1 is still prepared: approve and release it, or reject it, before preparing another.",
            PaymentRun.Prepare(Earned, Sample.Ann.At(Sample.Noon), [Prepared], []).Refused());
        Assert.Equal(
            "Run 1 of 2025-26-Q1 is still approved: release or reject it before preparing another.",
            PaymentRun.Prepare(Earned, Sample.Ann.At(Sample.Noon), [Approved], []).Refused());
    }

    [Fact]
    public void After_a_closed_run_the_next_number_is_taken()
    {
        PaymentRun[] closed =
        [
            Prepared with { State = RunState.Expired, Number = 3 },
            Prepared with { State = RunState.Stale, Number = 2 },
            Prepared.Reject(Sample.Ann.At(Sample.Noon), "wrong day").Done(),
        ];
        var next = PaymentRun.Prepare(Earned, Sample.Ann.At(Sample.Noon), closed, []).Done();
        Assert.Equal(4, next.Number);
        Assert.All(next.Lines, line => Assert.Equal(4, line.Run));
    }

    [Fact]
    public void After_an_interrupted_release_no_other_run_is_prepared_until_it_is_in_the_ledger_and_with_finance()
    {
        var more = Earning("one", "two");
        const string why = "Run 1 of 2025-26-Q1 was interrupted while it was released: release it again before preparing another.";
        Assert.Equal(why, PaymentRun.Prepare(Sample.Proposal([more], Released.Lines.Take(1)), Sample.Ann.At(Sample.Noon), [Released], [])
            .Refused());
        var unsent = Released;
        Assert.Equal(why, PaymentRun.Prepare(Sample.Proposal([more], unsent.Lines), Sample.Ann.At(Sample.Noon), [unsent], [unsent])
            .Refused());
        var next = PaymentRun.Prepare(Sample.Proposal([more], Released.Lines), Sample.Ann.At(Sample.Noon), [Released], []).Done();
        Assert.Equal([("two", 50_000L)], next.Lines.Select(line => (line.Line, line.Amount.Pence)));
    }

    [Fact]
    public void A_released_run_can_be_released_again_whatever_has_changed_since()
    {
        var later = Sample.Proposal([Earning()], Released.Lines, Sample.Inputs(decisionsVersion: 3));
        var released = Released;
        Assert.Same(released, released.Release(Sample.Ann.At(Sample.Noon.AddDays(100)), later).Done());
    }

    [Theory]
    [InlineData("Ann Price")]
    [InlineData(" ann  PRICE ")]
    [InlineData("Ann-Price")]
    [InlineData("Ann Pr\u0131ce")]
    [InlineData("A.P.")]
    [InlineData("Dr A. Price")]
    public void Nobody_approves_their_own_run(string spelling) =>
        Assert.Equal(
            "Run 1 of 2025-26-Q1 was prepared by the same person: have somebody else approve it.",
            Prepared.Approve(PersonName.Parse(spelling).At(Sample.Noon), Earned).Refused());

    [Fact]
    public void Nobody_approves_their_own_run_however_the_name_is_spelled()
    {
        var spelled =
            from letters in Gen.Elements([.. "abcxyzéßñŵøıłșẁ"]).NonEmptyListOf().Where(l => l.Count <= 15)
            from capitals in Gen.Choose(0, 1).ListOf(letters.Count)
            from gaps in Gen.Elements("", "", " ", "\t", "\u00a0", "-", "'", ". ").ListOf(letters.Count)
            select (
                Plain: string.Concat(letters),
                Other: string.Concat(letters.Select((c, i) => (capitals[i] == 1 ? char.ToUpperInvariant(c) : c) + gaps[i])));
        Property.HoldsFor(spelled, name =>
        {
            var run = PaymentRun.Prepare(Earned, PersonName.Parse(name.Plain).At(Sample.Noon), [], []).Done();
            Assert.Contains("same person", run.Approve(PersonName.Parse(name.Other).At(Sample.Noon), Earned).Refused(),
                StringComparison.Ordinal);
            Assert.Equal(RunState.Approved, run.Approve(PersonName.Parse("q" + name.Plain + "q").At(Sample.Noon), Earned).Done().State);
        });
    }

    [Fact]
    public void A_run_expires_exactly_14_days_after_it_was_prepared()
    {
        var lastInstant = Sample.Noon.AddDays(14).AddTicks(-1);
        Assert.Equal(RunState.Approved, Prepared.Approve(Sample.Ben.At(lastInstant), Earned).Done().State);
        Assert.Equal(RunState.Released, Approved.Release(Sample.Ben.At(lastInstant), Earned).Done().State);
        Assert.Equal(RunState.Expired, Prepared.AsOf(Sample.Noon.AddDays(14), Earned).State);
        Assert.Equal(
            "Run 1 of 2025-26-Q1 expired 14 days after it was prepared: prepare another.",
            Prepared.Approve(Sample.Ben.At(Sample.Noon.AddDays(14)), Earned).Refused());
        Assert.Contains("expired", Approved.Release(Sample.Ben.At(Sample.Noon.AddDays(14)), Earned).Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void No_step_of_a_run_is_taken_before_the_one_that_it_follows()
    {
        const string ofPrepared =
            "Run 1 of 2025-26-Q1 was prepared on 10 July 2025 at 12:00 UTC, and nothing is done with it before then: set the clock right, "
            + "or name a later day.";
        const string ofApproved =
            "Run 1 of 2025-26-Q1 was approved on 11 July 2025 at 12:00 UTC, and nothing is done with it before then: set the clock right, "
            + "or name a later day.";
        var (early, late) = (Sample.Noon.AddTicks(-1), Sample.Noon.AddDays(1).AddTicks(-1));
        Assert.Equal(ofPrepared, Prepared.Approve(Sample.Ben.At(early), Earned).Refused());
        Assert.Equal(ofPrepared, Prepared.Reject(Sample.Ben.At(early), "wrong").Refused());
        Assert.Equal(ofApproved, Approved.Release(Sample.Cat.At(late), Earned).Refused());
        Assert.Equal(ofApproved, Approved.Reject(Sample.Ben.At(late), "wrong").Refused());
        // At the same instant it may be, and a released run stays as it is whenever it is released again.
        Assert.Equal(RunState.Approved, Prepared.Approve(Sample.Ben.At(Sample.Noon), Earned).Done().State);
        Assert.Equal(RunState.Released, Approved.Release(Sample.Cat.At(Sample.Noon.AddDays(1)), Earned).Done().State);
        Assert.Equal(RunState.Released, Released.Release(Sample.Cat.At(early), Earned).Done().State);
    }

    [Fact]
    public void An_instant_is_the_same_in_every_time_zone() =>
        Assert.Equal(RunState.Expired, Prepared.AsOf(Sample.Noon.AddDays(14).ToOffset(TimeSpan.FromHours(-5)), Earned).State);

    [Fact]
    public void A_run_is_stale_when_a_file_changed_even_if_the_lines_did_not()
    {
        var later = Sample.Proposal([Earning("one")], inputs: Sample.Inputs(decisionsVersion: 3));
        const string Why = "the decisions of 2025-26-Q1 fell away; the decisions of 2025-26-Q1 came in, as version 3";
        Assert.Equal((RunState.Stale, Why), (Prepared.AsOf(Sample.Noon, later).State, Prepared.AsOf(Sample.Noon, later).Reason));
        Assert.Equal($"Run 1 of 2025-26-Q1 is stale, for {Why}: prepare another.",
            Prepared.Approve(Sample.Ben.At(Sample.Noon), later).Refused());
        Assert.Equal($"Run 1 of 2025-26-Q1 is stale, for {Why}: prepare another.",
            Approved.Release(Sample.Ben.At(Sample.Noon), later).Refused());
    }

    [Fact]
    public void A_run_is_stale_when_the_lines_changed_even_if_no_file_did()
    {
        var failed = Prepared.Lines[0] with { Run = 7 };
        var later = Sample.Proposal([Earning("one")], [failed]);
        Assert.Equal("what is due changed from 2 payments, £23,000.00 in all to 1 payment, £500.00 in all",
            Approved.AsOf(Sample.Noon, later).Reason);
        Assert.Contains("is stale", Approved.Release(Sample.Ben.At(Sample.Noon), later).Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_very_many_changes_the_first_few_are_named()
    {
        var late = Enumerable.Range(100, 12).Select(i => InputFile.Evidence(ContractId.Parse($"HL-{i}"), Sample.Q1, 1, Sample.Hash(1)));
        var reason = Prepared.AsOf(Sample.Noon,
            Sample.Proposal([Earning("one")], inputs: new Inputs([.. Earned.Inputs.Entries, .. late]))).Reason!;
        Assert.Contains("the evidence of HL-109 for 2025-26-Q1 came in, as version 1; and 2 more changes", reason,
            StringComparison.Ordinal);
        Assert.DoesNotContain("HL-110", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_open_neither_expires_nor_becomes_stale()
    {
        var later = Sample.Proposal([], inputs: Sample.Inputs(decisionsVersion: 3));
        var released = Released;
        Assert.Same(released, released.AsOf(Sample.Noon.AddDays(100), later));
    }

    [Theory]
    [InlineData(RunState.Prepared, null, "is not approved: have somebody other than who prepared it approve it first.")]
    [InlineData(RunState.Approved, "is approved already: release or reject it.", null)]
    [InlineData(RunState.Released, "is released already: prepare another run for what has fallen due since.", null)]
    [InlineData(RunState.Rejected, "was rejected: prepare another.", "was rejected: prepare another.")]
    [InlineData(RunState.Expired, "expired 14 days after it was prepared: prepare another.",
        "expired 14 days after it was prepared: prepare another.")]
    [InlineData(RunState.Stale, "is stale, for a change: prepare another.", "is stale, for a change: prepare another.")]
    public void Steps_are_taken_in_their_order(RunState state, string? approve, string? release)
    {
        var run = Prepared with { State = state, Reason = "a change" };
        var approved = run.Approve(Sample.Ben.At(Sample.Noon), Earned);
        var released = run.Release(Sample.Ben.At(Sample.Noon), Earned);
        Assert.Equal(approve is null ? null : $"Run 1 of 2025-26-Q1 {approve}", (approved as RunResult.Refused)?.Why);
        Assert.Equal(release is null ? null : $"Run 1 of 2025-26-Q1 {release}", (released as RunResult.Refused)?.Why);
        Assert.Equal(
            state is RunState.Prepared or RunState.Approved,
            run.Reject(Sample.Ben.At(Sample.Noon), "no") is RunResult.Done);
    }

    [Fact]
    public void A_run_is_rejected_with_a_reason()
    {
        var rejected = Approved.Reject(Sample.Ann.At(Sample.Noon.AddDays(1)), "  HL-002 is missing ").Done();
        Assert.Equal((RunState.Rejected, Sample.Ann.At(Sample.Noon.AddDays(1)), "HL-002 is missing"),
            (rejected.State, rejected.Rejected!, rejected.Reason));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(200, true)]
    [InlineData(201, false)]
    public void A_reason_has_1_to_200_characters(int length, bool taken) =>
        Assert.Equal(taken, Prepared.Reject(Sample.Ben.At(Sample.Noon), $" {new string('x', length)} ") is RunResult.Done);

    [Fact]
    public void A_reason_is_one_line() =>
        Assert.Contains("on one line", Prepared.Reject(Sample.Ben.At(Sample.Noon), "one\ntwo").Refused(), StringComparison.Ordinal);

    [Theory]
    [InlineData("The evidence of QQ123456C is false")]
    [InlineData("Ring 07700 900123")]
    public void A_reason_is_about_nobody(string reason)
    {
        string refused = Prepared.Reject(Sample.Ben.At(Sample.Noon), reason).Refused();
        Assert.Contains("about a person", refused, StringComparison.Ordinal);
        Assert.DoesNotContain(reason[^6..], refused, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_that_were_tampered_with_are_neither_approved_nor_released()
    {
        // The supplier's reference decides who gets the money, and no inputs shows it.
        LedgerLine[] tampered = [.. Prepared.Lines.Select(line => line with { SupplierRef = "SUP-2" })];
        var proposal =
            Sample.Proposal(
                [Sample.Earning(Sample.Contract().With(term => term with { SupplierRef = "SUP-2" }), Sample.Five_fifths, "one")]);
        const string Why =
            "The lines of Run 1 of 2025-26-Q1 are not those that it was prepared with: release nothing, and find out who changed them.";
        Assert.Equal(Why, (Prepared with { Lines = tampered }).Approve(Sample.Ben.At(Sample.Noon), proposal).Refused());
        Assert.Equal(Why, (Approved with { Lines = tampered }).Release(Sample.Ben.At(Sample.Noon.AddDays(1)), proposal).Refused());
        Assert.Equal(Why, (Released with { Lines = tampered }).Release(Sample.Ben.At(Sample.Noon), proposal).Refused());
    }

    [Fact]
    public void Another_quarters_runs_and_proposals_are_a_programmers_mistake()
    {
        var other = new Proposal(Quarter.Parse("2025-26-Q2"), Sample.Inputs(), [], []);
        Assert.Throws<ArgumentException>(() => Prepared.AsOf(Sample.Noon, other));
        Assert.Throws<ArgumentException>(() => PaymentRun.Prepare(other, Sample.Ann.At(Sample.Noon), [Prepared], []));
    }

    private static Entitlement Earning(params string[] earned) => Sample.Earning(Sample.Contract(), Sample.Five_fifths, earned);
}
