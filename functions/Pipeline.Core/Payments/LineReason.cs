using System.Globalization;
using System.Text.Json.Serialization;

namespace Pipeline.Core.Payments;

/// <summary>Why a line of a run is not what was paid in its account before.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "why")]
[JsonDerivedType(typeof(First), "first")]
[JsonDerivedType(typeof(FallsDueAgain), "falls_due_again")]
[JsonDerivedType(typeof(Changed), "changed")]
public abstract record LineReason
{
    private LineReason() { }

    /// <summary>Nothing was paid in the account before.</summary>
    public sealed record First : LineReason;

    /// <summary>What is earned is what it was, and the account holds something else: a payment failed or came back.</summary>
    /// <param name="Run">The latest before that has a line in the account.</param>
    public sealed record FallsDueAgain(int Run) : LineReason;

    /// <summary>What is earned changed.</summary>
    /// <param name="Run">The latest before that has a line in the account.</param>
    /// <param name="EntitlementBefore">What was earned then.</param>
    /// <param name="Files">Those that it is worked out from now and was not then.</param>
    public sealed record Changed(int Run, Money EntitlementBefore, IReadOnlyList<InputFile> Files) : LineReason
    {
        public bool Equals(Changed? other) => other is not null && (Run, EntitlementBefore) == (other.Run, other.EntitlementBefore) && Files.SequenceEqual(other.Files);

        public override int GetHashCode() => HashCode.Combine(Run, EntitlementBefore, Files.Count);
    }

    /// <param name="line">Of a run.</param>
    /// <param name="inputs">What the run is prepared from.</param>
    /// <param name="released">The released runs of the quarter before it.</param>
    public static LineReason Of(LedgerLine line, Inputs inputs, IEnumerable<PaymentRun> released)
    {
        var latest = released.OrderByDescending(run => run.Number)
            .Select(run => (Run: run, Line: run.Lines.FirstOrDefault(before => before.Account == line.Account)))
            .FirstOrDefault(before => before.Line is not null);
        if (latest.Line is not { } before)
            return new First();
        if (before.Entitlement == line.Entitlement)
            return new FallsDueAgain(latest.Run.Number);
        var evidence = inputs.Evidence(line.Contract, line.Quarter);
        var files = new[] { inputs.Register, evidence }.OfType<InputFile>().Concat(inputs.Decisions(line.Quarter)).Concat(inputs.Frameworks);
        return new Changed(latest.Run.Number, before.Entitlement, [.. files.Except(latest.Run.Inputs.Entries)]);
    }

    /// <summary>In words that stand in a table: <c>£1,250.00 in run 1; since then: the decisions of 2025-26-Q1, version 2</c>.</summary>
    public sealed override string ToString() => this switch
    {
        First => "first payment",
        FallsDueAgain again => string.Create(CultureInfo.InvariantCulture, $"earned as in run {again.Run}, of which a payment failed or came back"),
        Changed changed => string.Create(
            CultureInfo.InvariantCulture,
            $"earned {changed.EntitlementBefore} in run {changed.Run}{(changed.Files.Count == 0 ? "" : $"; since then: {string.Join("; ", changed.Files.Select(file => file.Name))}")}"),
        _ => throw new InvalidOperationException("There is no such reason."),
    };
}

/// <summary>What a run pays to one provider and takes back from it.</summary>
/// <param name="Provider">Who.</param>
/// <param name="SupplierRef">How finance knows it.</param>
/// <param name="Payments">Zero or more.</param>
/// <param name="Clawbacks">Zero or less.</param>
public sealed record ProviderTotal(ProviderId Provider, string SupplierRef, Money Payments, Money Clawbacks)
{
    public Money Net => Payments + Clawbacks;
}
