using Pipeline.Core.Contracts;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Payments;

namespace Pipeline.Core.Tests.Payments;

/// <summary>Values to vary in tests.</summary>
internal static class Sample
{
    public static readonly Quarter Q1 = Quarter.Parse("2025-26-Q1");

    public static readonly DateTimeOffset Noon = new(2025, 7, 10, 12, 0, 0, TimeSpan.Zero);

    public static readonly PersonName Ann = PersonName.Parse("Ann Price");

    public static readonly PersonName Ben = PersonName.Parse("Ben Rees");

    public static readonly PersonName Cat = PersonName.Parse("Cat Shaw");

    public static Signature At(this PersonName name, DateTimeOffset at) => new(name, at);

    /// <summary>Half, three tenths, and the rest unallocated.</summary>
    public static readonly PaymentRules Half_and_three_tenths = Rules(10, ("partnership", 5), ("quality", 3));

    /// <summary>Five equal elements and nothing unallocated.</summary>
    public static readonly PaymentRules Five_fifths = Rules(5, ("one", 1), ("two", 1), ("three", 1), ("four", 1), ("five", 1));

    public static PaymentRules Rules(long total, params (string Code, long Weight)[] elements) =>
        new(1000, total, [.. elements.Select(e => new Element(e.Code, $"Element {e.Code}", e.Weight, []))]);

    public static Contract Contract(string id = "HL-001", long annualPence = 100_000_00, string starts = "2020-01-01",
        string ends = "2030-12-31") => new(
        Q1, [Term(id, annualPence, starts, ends)]);

    public static Term Term(string id = "HL-001", long annualPence = 100_000_00, string starts = "2020-01-01",
        string ends = "2030-12-31") => new(
        ContractId.Parse(id), ProviderId.Parse("acme"), "Acme", "Floating support", ["homeless"], "performance", new Money(annualPence),
        DateOnly.ParseExact(starts, "yyyy-MM-dd"), DateOnly.ParseExact(ends, "yyyy-MM-dd"), "SUP-1");

    /// <summary>With other terms.</summary>
    public static Contract With(this Contract contract, Func<Term, Term> change) =>
        new(contract.Quarter, [.. contract.Terms.Select(change)]);

    /// <summary>With evidence and a decision of met for the elements named.</summary>
    public static Entitlement Earning(Contract contract, PaymentRules rules, params string[] earned) => Entitlement.Of(
        contract, rules,
        earned.ToDictionary(code => code, _ => new ElementEvidence(2, 7)),
        earned.ToDictionary(code => code, code => Decision(contract, code)));

    public static Decision Decision(Contract contract, string element, bool met = true) => new(
        contract.Id, element, met, "Ann Price", "Ben Rees", new DateOnly(2025, 7, 9), met ? null : "evidence_incomplete");

    public static Sha256 Hash(byte filledWith) => new(Enumerable.Repeat(filledWith, 32).ToArray());

    public static Inputs Inputs(int decisionsVersion = 2) => new(
    [
        InputFile.Register(1, Hash(1)),
        InputFile.Framework("performance", null, Hash(2)),
        InputFile.Decisions(Q1, decisionsVersion, Hash((byte)(10 + decisionsVersion))),
    ]);

    public static Proposal Proposal(IEnumerable<Entitlement> entitlements, IEnumerable<LedgerLine>? ledger = null, Inputs? inputs = null) =>
        new(Q1, inputs ?? Inputs(), entitlements, ledger ?? []);

    public static PaymentRun Done(this RunResult step) => Assert.IsType<RunResult.Done>(step).Run;

    public static string Refused(this RunResult step) => Assert.IsType<RunResult.Refused>(step).Why;
}
