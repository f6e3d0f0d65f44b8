using System.Text.Json;
using FsCheck.Fluent;
using Pipeline.Core.Contracts;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Payments;
using Pipeline.Core.Submissions;

namespace Pipeline.Core.Tests.Payments;

public class LedgerTests
{
    private static readonly Contract One = Sample.Contract("HL-001");
    private static readonly Contract Two = Sample.Contract("HL-002", annualPence: 1);

    [Fact]
    public void At_first_all_that_is_earned_is_due()
    {
        var dues = Dues.Of(Sample.Q1, [Sample.Earning(One, Sample.Half_and_three_tenths, "quality")], []);
        Assert.Equal([("core", 2_250_000), ("quality", 75_000)], dues.Select(due => (due.Account.Line, due.Amount.Pence)));
        Assert.All(dues, due => Assert.Equal((new Account(One.Provider, One.Id, Sample.Q1, due.Account.Line), "SUP-1"),
            (due.Account, due.SupplierRef)));
    }

    [Fact]
    public void Once_it_is_released_nothing_is_due() =>
        Assert.Empty(Dues.Of(Sample.Q1, [Earning("one")], Release(1, [], Earning("one"))));

    [Fact]
    public void What_was_earned_and_no_longer_is_is_clawed_back()
    {
        var due = Assert.Single(Dues.Of(Sample.Q1, [Earning()], Release(1, [], Earning("one"))));
        Assert.Equal(("one", -50_000, 0, 50_000),
            (due.Account.Line, due.Amount.Pence, due.Entitlement.Pence, due.PreviouslyReleased.Pence));
    }

    [Fact]
    public void A_failed_payment_falls_due_again()
    {
        var ledger = Release(1, [], Earning("one"));
        var failed = ledger.Single(line => line.Line == "one");
        var reversal = failed.Reversed();
        Assert.Equal((LedgerKind.Reversal, -50_000, failed.PaymentId), (reversal.Kind, reversal.Amount.Pence, reversal.PaymentId));
        var due = Assert.Single(Dues.Of(Sample.Q1, [Earning("one")], [.. ledger, reversal]));
        Assert.Equal(("one", 50_000, 0), (due.Account.Line, due.Amount.Pence, due.PreviouslyReleased.Pence));
    }

    [Fact]
    public void A_reversal_is_not_reversed_nor_a_payment_restored_that_stands()
    {
        var payment = Release(1, [], Earning("one"))[0];
        Assert.Throws<InvalidOperationException>(() => payment.Reversed().Reversed());
        Assert.Throws<InvalidOperationException>(() => payment.Restored());
        Assert.Throws<InvalidOperationException>(() => payment.Reversed().Restored().Restored());
    }

    [Fact]
    public void A_payment_that_was_paid_after_all_counts_again_and_what_was_paid_for_it_meanwhile_is_taken_back()
    {
        var first = Release(1, [], Earning());
        List<LedgerLine> ledger = Release(2, [.. first, first[0].Reversed()], Earning());
        Assert.Equal(2_250_000, ledger[^1].Amount.Pence);
        ledger.Add(first[0].Reversed().Restored());
        var due = Assert.Single(Dues.Of(Sample.Q1, [Earning()], ledger));
        Assert.Equal((-2_250_000, "HL-001-2025-26-Q1-core-r002"), (due.Amount.Pence, due.Corrects?.ToString()));
        // Returned after that, it counts no more.
        Assert.Empty(Dues.Of(Sample.Q1, [Earning()], [.. ledger, first[0].Reversed()]));
        Assert.Equal("HL-001-2025-26-Q1-core-r002",
            Assert.Single(Dues.Of(Sample.Q1, [], [.. ledger, first[0].Reversed()])).Corrects?.ToString());
    }

    [Fact]
    public void An_element_that_left_the_framework_is_clawed_back_last_and_keeps_its_name()
    {
        var ledger = Release(1, [], Earning("one", "five"));
        var rules = Sample.Rules(5, ("two", 1), ("three", 1), ("four", 1));
        var dues = Dues.Of(Sample.Q1, [Sample.Earning(One, rules, "four", "three")], ledger);
        Assert.Equal([("three", 50_000), ("four", 50_000), ("five", -50_000), ("one", -50_000)],
            dues.Select(due => (due.Account.Line, due.Amount.Pence)));
        Assert.Equal("Element five", dues[2].Title);
    }

    [Fact]
    public void A_contract_that_left_the_register_is_clawed_back_from_whom_it_was_paid()
    {
        var dues = Dues.Of(Sample.Q1, [], Release(1, [], Earning("one")));
        Assert.Equal([("core", -2_250_000), ("one", -50_000)], dues.Select(due => (due.Account.Line, due.Amount.Pence)));
        Assert.All(dues, due => Assert.Equal((One.Id, "acme", "SUP-1"),
            (due.Account.Contract, due.Account.Provider.ToString(), due.SupplierRef)));
    }

    [Fact]
    public void A_clawback_goes_against_the_supplier_of_the_payment_that_it_takes_back_whatever_the_register_says_by_now()
    {
        var elsewhere = One.With(term => term with { SupplierRef = "SUP-99", AnnualValue = new Money(90_000_00) });
        var dues = Dues.Of(Sample.Q1, [Sample.Earning(elsewhere, Sample.Five_fifths, "two")], Release(1, [], Earning("one")));
        Assert.Equal([("core", -225_000, "SUP-1"), ("two", 45_000, "SUP-99"), ("one", -50_000, "SUP-1")],
            dues.OrderBy(due => due.Account.Line != "core").ThenBy(due => due.Amount < Money.Zero)
                .Select(due => (due.Account.Line, due.Amount.Pence, due.SupplierRef)));
        // So does what left the framework.
        var rules = Sample.Rules(5, ("two", 1), ("three", 1), ("four", 1), ("six", 1));
        Assert.Contains(("one", "SUP-1"), Dues.Of(Sample.Q1, [Sample.Earning(elsewhere, rules)], Release(1, [], Earning("one")))
            .Select(due => (due.Account.Line, due.SupplierRef)));
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
        var more = One.With(term => term with { AnnualValue = new Money(200_000_00) });
        var ledger = Release(1, [], Earning());
        ledger = Release(2, ledger, Sample.Earning(more, Sample.Five_fifths));
        Assert.Equal("HL-001-2025-26-Q1-core-r002", Assert.Single(Dues.Of(Sample.Q1, [Earning()], ledger)).Corrects?.ToString());
        // Of a payment that was taken back nothing is left to take, and none of one that never arrived.
        var clawedBack = Release(3, ledger, Earning());
        Assert.Equal("HL-001-2025-26-Q1-core-r001", Assert.Single(Dues.Of(Sample.Q1, [], clawedBack)).Corrects?.ToString());
        Assert.Equal("HL-001-2025-26-Q1-core-r001",
            Assert.Single(Dues.Of(Sample.Q1, [], [.. ledger, ledger[1].Reversed()])).Corrects?.ToString());
    }

    [Fact]
    public void A_contract_that_moves_is_taken_back_in_full_from_who_was_paid_and_paid_in_full_to_who_has_it()
    {
        var moved = Moved(annualPence: 200_000_00);
        var dues = Dues.Of(Sample.Q1, [Sample.Earning(moved, Sample.Five_fifths, "two")], Release(1, [], Earning("one")));
        Assert.Equal(
            [("core", 4_500_000, "gamma", "SUP-3"), ("two", 100_000, "gamma", "SUP-3"), ("core", -2_250_000, "acme", "SUP-1"),
                ("one", -50_000, "acme", "SUP-1")],
            dues.Select(due => (due.Account.Line, due.Amount.Pence, due.Account.Provider.ToString(), due.SupplierRef)));
    }

    [Fact]
    public void A_payment_names_its_provider_where_the_run_holds_its_line_for_another_too()
    {
        var ledger = Release(1, [], Earning("one"));
        var run = Dues.Of(Sample.Q1, [Sample.Earning(Moved(), Sample.Five_fifths, "two")], ledger).Select(due => due.InRun(2)).ToList();
        Assert.Equal(
            ["HL-001-2025-26-Q1-core-r002-gamma", "HL-001-2025-26-Q1-two-r002", "HL-001-2025-26-Q1-core-r002-acme",
                "HL-001-2025-26-Q1-one-r002"],
            run.Select(line => line.PaymentId.ToString()));
        // Whatever corrects such a payment names it as it is called.
        var back = Dues.Of(Sample.Q1, [], [.. ledger, .. run]);
        Assert.Equal(["HL-001-2025-26-Q1-core-r002-gamma", "HL-001-2025-26-Q1-two-r002"], back.Select(due => due.Corrects?.ToString()));
    }

    [Fact]
    public void Nobody_gives_back_more_than_they_hold()
    {
        // Acme holds £13,500.00 and gamma £22,500.00 when the contract leaves the register: each gives back its own.
        var small = One.With(term => term with { AnnualValue = new Money(60_000_00) });
        var ledger = Release(2, Release(1, [], Sample.Earning(small, Sample.Five_fifths)), Sample.Earning(Moved(), Sample.Five_fifths));
        Assert.Equal([("acme", 1_350_000L), ("gamma", 2_250_000), ("acme", -1_350_000)],
            ledger.Select(line => (line.Provider.ToString(), line.Amount.Pence)));
        ledger = Release(3, ledger);
        Assert.Equal(("gamma", -2_250_000), (ledger[^1].Provider.ToString(), ledger[^1].Amount.Pence));
        Assert.Empty(Dues.Of(Sample.Q1, [], ledger));
    }

    [Fact]
    public void A_payment_that_fails_after_its_clawback_leaves_each_party_right()
    {
        // Acme is to get £22,500.00 and gives £9,000.00 of it back; then the first payment fails, and gamma has the contract.
        var less = One.With(term => term with { AnnualValue = new Money(60_000_00) });
        var ledger = Release(2, Release(1, [], Earning()), Sample.Earning(less, Sample.Five_fifths));
        ledger.Add(ledger[0].Reversed());
        Assert.Equal(("acme", 2_250_000, null), Only(Dues.Of(Sample.Q1, [Sample.Earning(less, Sample.Five_fifths)], ledger)));
        var moved = Dues.Of(Sample.Q1, [Sample.Earning(Moved(annualPence: 60_000_00), Sample.Five_fifths)], ledger);
        Assert.Equal([("gamma", 1_350_000L, null), ("acme", 900_000, null)],
            moved.Select(due => (due.Account.Provider.ToString(), due.Amount.Pence, due.Corrects)));
        // Whoever got their own back has nothing more to give.
        ledger.AddRange(moved.Select(due => due.InRun(3)));
        Assert.Equal(("gamma", -1_350_000, "HL-001-2025-26-Q1-core-r003-gamma"), Only(Dues.Of(Sample.Q1, [], ledger)));

        static (string Provider, long Pence, string? Corrects) Only(IReadOnlyList<Due> dues) =>
            Assert.Single(dues) is var due ? (due.Account.Provider.ToString(), due.Amount.Pence, due.Corrects?.ToString()) : default;
    }

    [Fact]
    public void A_line_of_a_run_that_was_written_before_there_were_accounts_is_still_read()
    {
        const string written =
            """
            {"contract":"HL-001","provider":"acme","supplierRef":"SUP-1","quarter":"2025-26-Q1","line":"core","title":"Core payment","run":2,
             "entitlement":0,"previouslyReleased":2250000,"kind":"released","correctedRun":1}
            """;
        var line = JsonSerializer.Deserialize<LedgerLine>(written, CoreJson.Options)!;
        Assert.Equal(Release(2, Release(1, [], Earning()))[^1], line);
        Assert.Equal(line, JsonSerializer.Deserialize<LedgerLine>(JsonSerializer.Serialize(line, CoreJson.Options), CoreJson.Options));
    }

    [Fact]
    public void What_is_paid_after_a_clawback_is_the_first_to_be_taken_back()
    {
        var more = One.With(term => term with { AnnualValue = new Money(200_000_00) });
        var ledger = Release(3, Release(2, Release(1, [], Earning()), []), Earning());
        Assert.Equal(3, Assert.Single(Dues.Of(Sample.Q1, [], ledger)).Corrects?.Run);
        // Of the two payments of one provider the latest is named, though more is taken back.
        ledger = Release(4, ledger, Sample.Earning(more, Sample.Five_fifths));
        Assert.Equal(4, Assert.Single(Dues.Of(Sample.Q1, [], ledger)).Corrects?.Run);
    }

    [Fact]
    public void Contracts_come_in_ordinal_order_and_lines_in_the_frameworks()
    {
        var entitlements = new[] { "b", "B", "a-1", "a" }.Select(id =>
            Sample.Earning(Sample.Contract(id), Sample.Five_fifths, "two", "one"));
        var dues = Dues.Of(Sample.Q1, entitlements, []);
        Assert.Equal(["B", "a", "a-1", "b"], dues.Select(due => due.Account.Contract.ToString()).Distinct());
        Assert.Equal(["core", "one", "two"], dues.Take(3).Select(due => due.Account.Line));
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
            from provider in Gen.Elements("acme", "gamma", "delta")
            select (Present: present > 0, Annual: annual, Provider: ProviderId.Parse(provider),
                Rules: Sample.Five_fifths with { Elements = [.. rules] }, Earned: earned.ToArray());
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
                    now.Add(Sample.Earning(One.With(term => term with { AnnualValue = new Money(first.Annual), Provider = first.Provider }),
                        first.Rules, first.Earned));
                if (second.Present)
                    now.Add(
                        Sample.Earning(Two.With(term => term with { AnnualValue = new Money(second.Annual), Provider = second.Provider }),
                            second.Rules, second.Earned));

                var lines = Dues.Of(Sample.Q1, now, ledger).Select(due => due.InRun(run + 1)).ToList();
                Assert.DoesNotContain(lines, line => line.Amount == Money.Zero);
                Assert.All(lines, line => Assert.Equal(line.Amount < Money.Zero, line.Corrects is not null));
                Assert.All(lines, line => Assert.True(-line.Amount <= ledger.Where(l => l.Account == line.Account).Released()
                    || line.Amount > Money.Zero, "More is taken back than is held."));
                Assert.Equal(lines.Count, lines.Select(line => line.PaymentId).Distinct().Count());
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
        var owed = entitlements.SelectMany(e => e.Lines, (e, line) =>
            (Account: new Account(e.Contract.Provider, e.Contract.Id, Sample.Q1, line.Line), line.Amount))
                .Where(line => line.Amount != Money.Zero).ToHashSet();
        var released = ledger.GroupBy(line => line.Account, (account, lines) => (account, lines.Released()))
            .Where(line => line.Item2 != Money.Zero).ToHashSet();
        Assert.Equal(owed, released);
    }

    /// <summary>The first contract, which gamma has.</summary>
    private static Contract Moved(long annualPence = 100_000_00) =>
        One.With(term => term with { Provider = ProviderId.Parse("gamma"), SupplierRef = "SUP-3", AnnualValue = new Money(annualPence) });

    private static Entitlement Earning(params string[] earned) => Sample.Earning(One, Sample.Five_fifths, earned);

    private static List<LedgerLine> Release(int run, IReadOnlyList<LedgerLine> ledger, params Entitlement[] entitlements) =>
        [.. ledger, .. Dues.Of(Sample.Q1, entitlements, ledger).Select(due => due.InRun(run))];
}
