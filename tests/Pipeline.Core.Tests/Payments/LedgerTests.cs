using FsCheck.Fluent;
using Pipeline.Core.Contracts;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Payments;

namespace Pipeline.Core.Tests.Payments;

public class LedgerTests
{
    private static readonly Contract One = Sample.Contract("HL-001");
    private static readonly Contract Two = Sample.Contract("HL-002", annualPence: 1);

    [Fact]
    public void At_first_all_that_is_earned_is_due()
    {
        var dues = Dues.Of(Sample.Q1, [Sample.Earning(One, Sample.Half_and_three_tenths, "quality")], []);
        Assert.Equal([("core", 2_250_000), ("quality", 75_000)], dues.Select(due => (due.Line, due.Amount.Pence)));
        Assert.All(dues, due => Assert.Equal((One.Id, One.Provider, "SUP-1", Sample.Q1), (due.Contract, due.Provider, due.SupplierRef, due.Quarter)));
    }

    [Fact]
    public void Once_it_is_released_nothing_is_due() =>
        Assert.Empty(Dues.Of(Sample.Q1, [Earning("one")], Release(1, [], Earning("one"))));

    [Fact]
    public void What_was_earned_and_no_longer_is_is_clawed_back()
    {
        var due = Assert.Single(Dues.Of(Sample.Q1, [Earning()], Release(1, [], Earning("one"))));
        Assert.Equal(("one", -50_000, 0, 50_000), (due.Line, due.Amount.Pence, due.Entitlement.Pence, due.PreviouslyReleased.Pence));
    }

    [Fact]
    public void A_failed_payment_falls_due_again()
    {
        var ledger = Release(1, [], Earning("one"));
        var failed = ledger.Single(line => line.Line == "one");
        var reversal = failed.Reversed();
        Assert.Equal((LedgerKind.Reversal, -50_000, failed.PaymentId), (reversal.Kind, reversal.Amount.Pence, reversal.PaymentId));
        var due = Assert.Single(Dues.Of(Sample.Q1, [Earning("one")], [.. ledger, reversal]));
        Assert.Equal(("one", 50_000, 0), (due.Line, due.Amount.Pence, due.PreviouslyReleased.Pence));
    }

    [Fact]
    public void A_reversal_is_not_reversed() =>
        Assert.Throws<InvalidOperationException>(() => Release(1, [], Earning("one"))[0].Reversed().Reversed());

    [Fact]
    public void An_element_that_left_the_framework_is_clawed_back_last_and_keeps_its_name()
    {
        var ledger = Release(1, [], Earning("one", "five"));
        var rules = Sample.Rules(5, ("two", 1), ("three", 1), ("four", 1));
        var dues = Dues.Of(Sample.Q1, [Sample.Earning(One, rules, "four", "three")], ledger);
        Assert.Equal([("three", 50_000), ("four", 50_000), ("five", -50_000), ("one", -50_000)], dues.Select(due => (due.Line, due.Amount.Pence)));
        Assert.Equal("Element five", dues[2].Title);
    }

    [Fact]
    public void A_contract_that_left_the_register_is_clawed_back_from_whom_it_was_paid()
    {
        var dues = Dues.Of(Sample.Q1, [], Release(1, [], Earning("one")));
        Assert.Equal([("core", -2_250_000), ("one", -50_000)], dues.Select(due => (due.Line, due.Amount.Pence)));
        Assert.All(dues, due => Assert.Equal((One.Id, "acme", "SUP-1"), (due.Contract, due.Provider.ToString(), due.SupplierRef)));
    }

    [Fact]
    public void A_clawback_names_the_payment_that_it_takes_back()
    {
        var ledger = Release(1, [], Earning("one", "two"));
        var due = Assert.Single(Dues.Of(Sample.Q1, [Earning("two")], ledger));
        Assert.Equal("HL-001-2025-26-Q1-one-r001", due.Corrects?.ToString());
        Assert.Equal("HL-001-2025-26-Q1-one-r001", due.InRun(2).Corrects?.ToString());
        Assert.All(ledger, line => Assert.Null(line.Corrects));
    }

    [Fact]
    public void A_clawback_takes_back_the_latest_payment_that_did_not_fail()
    {
        var more = One with { AnnualValue = One.AnnualValue + One.AnnualValue };
        var ledger = Release(1, [], Earning());
        ledger = Release(2, ledger, Sample.Earning(more, Sample.Five_fifths));
        Assert.Equal("HL-001-2025-26-Q1-core-r002", Assert.Single(Dues.Of(Sample.Q1, [Earning()], ledger)).Corrects?.ToString());
        // Of a payment that was taken back nothing is left to take, and none of one that never arrived.
        var clawedBack = Release(3, ledger, Earning());
        Assert.Equal("HL-001-2025-26-Q1-core-r001", Assert.Single(Dues.Of(Sample.Q1, [], clawedBack)).Corrects?.ToString());
        Assert.Equal("HL-001-2025-26-Q1-core-r001", Assert.Single(Dues.Of(Sample.Q1, [], [.. ledger, ledger[1].Reversed()])).Corrects?.ToString());
    }

    [Fact]
    public void Who_was_paid_pays_back_and_who_has_the_contract_now_is_paid()
    {
        var moved = One with { Provider = ProviderId.Parse("gamma"), SupplierRef = "SUP-3" };
        var dues = Dues.Of(Sample.Q1, [Sample.Earning(moved, Sample.Five_fifths, "two")], Release(1, [], Earning("one")));
        Assert.Equal(
            [("one", -50_000, "acme", "SUP-1"), ("two", 50_000, "gamma", "SUP-3")],
            dues.Select(due => (due.Line, due.Amount.Pence, due.Provider.ToString(), due.SupplierRef)));
    }

    [Fact]
    public void Nobody_pays_back_what_was_paid_to_another_who_still_has_it()
    {
        // Acme is paid £22,500.00, and gamma, who has the contract since, £2,250.00 more.
        var moved = One with { Provider = ProviderId.Parse("gamma"), SupplierRef = "SUP-3", AnnualValue = new Money(One.AnnualValue.Pence * 11 / 10) };
        var ledger = Release(2, Release(1, [], Earning()), Sample.Earning(moved, Sample.Five_fifths));
        Assert.Equal([("acme", 2_250_000), ("gamma", 225_000)], ledger.Select(line => (line.Provider.ToString(), line.Amount.Pence)));

        // What gamma has is taken from gamma, and what only acme has from acme, before and after.
        Assert.Equal(("gamma", -225_000, 2), TakenBack(ledger, One.AnnualValue.Pence));
        Assert.Equal(("acme", -1_350_000, 1), TakenBack(ledger, One.AnnualValue.Pence / 2));
        ledger = Release(3, ledger, Sample.Earning(moved with { AnnualValue = One.AnnualValue }, Sample.Five_fifths));
        Assert.Equal(("acme", -1_125_000, 1), TakenBack(ledger, One.AnnualValue.Pence / 2));

        (string Provider, long Pence, int Run) TakenBack(IReadOnlyList<LedgerLine> from, long annualPence)
        {
            var due = Assert.Single(Dues.Of(Sample.Q1, [Sample.Earning(moved with { AnnualValue = new Money(annualPence) }, Sample.Five_fifths)], from));
            return (due.Provider.ToString(), due.Amount.Pence, due.CorrectedRun!.Value);
        }
    }

    [Fact]
    public void What_is_paid_after_a_clawback_is_the_first_to_be_taken_back()
    {
        var more = One with { AnnualValue = One.AnnualValue + One.AnnualValue };
        var ledger = Release(3, Release(2, Release(1, [], Earning()), []), Earning());
        Assert.Equal(3, Assert.Single(Dues.Of(Sample.Q1, [], ledger)).CorrectedRun);
        // Of the two payments of one provider the latest is named, though more is taken back.
        ledger = Release(4, ledger, Sample.Earning(more, Sample.Five_fifths));
        Assert.Equal(4, Assert.Single(Dues.Of(Sample.Q1, [], ledger)).CorrectedRun);
    }

    [Fact]
    public void Contracts_come_in_ordinal_order_and_lines_in_the_frameworks()
    {
        var entitlements = new[] { "b", "B", "a-1", "a" }.Select(id => Sample.Earning(Sample.Contract(id), Sample.Five_fifths, "two", "one"));
        var dues = Dues.Of(Sample.Q1, entitlements, []);
        Assert.Equal(["B", "a", "a-1", "b"], dues.Select(due => due.Contract.ToString()).Distinct());
        Assert.Equal(["core", "one", "two"], dues.Take(3).Select(due => due.Line));
    }

    [Fact]
    public void Other_quarters_and_a_contract_named_twice_are_refused()
    {
        var ledger = Release(1, [], Earning());
        Assert.Throws<ArgumentException>(() => Dues.Of(Quarter.Parse("2025-26-Q2"), [], ledger));
        Assert.Throws<ArgumentException>(() => Dues.Of(Quarter.Parse("2025-26-Q2"), [Earning()], []));
        Assert.Throws<ArgumentException>(() => Dues.Of(Sample.Q1, [Earning(), Earning()], []));
    }

    [Fact]
    public void After_any_history_a_run_makes_the_ledger_equal_the_entitlements()
    {
        var entitlement =
            from present in Gen.Choose(0, 5)
            from annual in Gen.Choose(0, 10_000_00)
            from rules in Gen.SubListOf<Element>(Sample.Five_fifths.Elements)
            from earned in Gen.SubListOf<string>(["one", "two", "three", "four", "five"])
            select (Present: present > 0, Annual: annual, Rules: Sample.Five_fifths with { Elements = [.. rules] }, Earned: earned.ToArray());
        var step =
            from first in entitlement
            from second in entitlement
            from failures in Gen.Choose(0, int.MaxValue)
            select (First: first, Second: second, Failures: failures);
        Property.HoldsFor(Gen.Choose(1, 8).SelectMany(count => step.ListOf(count)), steps =>
        {
            List<LedgerLine> ledger = [];
            int run = 0;
            foreach (var (first, second, failures) in steps)
            {
                List<Entitlement> now = [];
                if (first.Present)
                    now.Add(Sample.Earning(One with { AnnualValue = new Money(first.Annual) }, first.Rules, first.Earned));
                if (second.Present)
                    now.Add(Sample.Earning(Two with { AnnualValue = new Money(second.Annual) }, second.Rules, second.Earned));

                var lines = Dues.Of(Sample.Q1, now, ledger).Select(due => due.InRun(run + 1)).ToList();
                Assert.DoesNotContain(lines, line => line.Amount == Money.Zero);
                Assert.All(lines, line => Assert.Equal(line.Amount < Money.Zero, line.Corrects is not null));
                ledger.AddRange(lines);
                run++;
                AssertEqualEntitlements(now, ledger);

                // Some of the payments fail, and so fall due again together with what changes next.
                var failed = lines.Where((_, i) => ((failures >> (i % 31)) & 1) == 1).ToList();
                ledger.AddRange(failed.Select(line => line.Reversed()));
                Assert.Equal(failed.Count, Dues.Of(Sample.Q1, now, ledger).Count);
                Assert.Equal(failed.Select(line => line.Amount).Sum(), Dues.Of(Sample.Q1, now, ledger).Select(due => due.Amount).Sum());
            }
        }, cases: 200);
    }

    private static void AssertEqualEntitlements(IReadOnlyList<Entitlement> entitlements, IReadOnlyList<LedgerLine> ledger)
    {
        var owed = entitlements.SelectMany(e => e.Lines, (e, line) => (e.Contract.Id, line.Line, line.Amount)).Where(line => line.Amount != Money.Zero).ToHashSet();
        var released = ledger.GroupBy(line => (line.Contract, line.Line), (key, lines) => (key.Contract, key.Line, lines.Released()))
            .Where(line => line.Item3 != Money.Zero).ToHashSet();
        Assert.Equal(owed, released);
    }

    private static Entitlement Earning(params string[] earned) => Sample.Earning(One, Sample.Five_fifths, earned);

    private static List<LedgerLine> Release(int run, IReadOnlyList<LedgerLine> ledger, params Entitlement[] entitlements) =>
        [.. ledger, .. Dues.Of(Sample.Q1, entitlements, ledger).Select(due => due.InRun(run))];
}
