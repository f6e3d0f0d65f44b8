using System.Globalization;
using System.Text.Json.Serialization;

namespace Pipeline.Core.Payments;

/// <summary>Why a line of a run is not what was paid in its account before.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "why")]
[JsonDerivedType(typeof(First), "first")]
[JsonDerivedType(typeof(FallsDueAgain), "falls_due_again")]
[JsonDerivedType(typeof(ArrivedAfterAll), "arrived_after_all")]
[JsonDerivedType(typeof(Changed), "changed")]
public abstract record LineReason
{
    private LineReason() { }

    /// <summary>
    /// The run that paid the provider for the contract last, when that went to another supplier than this line; else null.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OtherSupplier? Elsewhere { get; init; }

    /// <summary>Nothing was paid in the account before.</summary>
    public sealed record First : LineReason;

    /// <summary>What is earned is what it was, and the account holds something else: a payment failed or came back.</summary>
    /// <param name="Run">The latest before that has a line in the account.</param>
    public sealed record FallsDueAgain(int Run) : LineReason;

    /// <summary>What is earned is what it was, and a payment that had failed arrived after it was paid again.</summary>
    /// <param name="Run">The latest before that has a line in the account.</param>
    /// <param name="Arrived">The run of the payment.</param>
    public sealed record ArrivedAfterAll(int Run, int Arrived) : LineReason;

    /// <summary>What is earned changed.</summary>
    /// <param name="Run">The latest before that has a line in the account.</param>
    /// <param name="EntitlementBefore">What was earned then.</param>
    /// <param name="Files">Those that it is worked out from now and was not then.</param>
    public sealed record Changed(int Run, Money EntitlementBefore, IReadOnlyList<InputFile> Files) : LineReason
    {
        public bool Equals(Changed? other) => other is not null && (Run, EntitlementBefore) == (other.Run, other.EntitlementBefore)
            && Files.SequenceEqual(other.Files);

        public override int GetHashCode() => HashCode.Combine(Run, EntitlementBefore, Files.Count);
    }

    /// <summary>Of each line, in their order.</summary>
    /// <param name="lines">Of a run.</param>
    /// <param name="inputs">What the run is prepared from.</param>
    /// <param name="ledger">Every line of the quarter.</param>
    /// <param name="released">The released runs of the quarter before it.</param>
    /// <param name="ofOthers">Released runs of other quarters, the one that tells where a provider was paid last first.</param>
    public static IReadOnlyList<LineReason> Of(IReadOnlyCollection<LedgerLine> lines, Inputs inputs, IEnumerable<LedgerLine> ledger,
        IEnumerable<PaymentRun> released, IEnumerable<PaymentRun> ofOthers)
    {
        var arrived = ledger.Where(line => line.Kind == LedgerKind.Restoration && line.Amount > Money.Zero).ToLookup(line => line.Account);
        IReadOnlyList<PaymentRun> latestFirst = [.. released.OrderByDescending(run => run.Number)];
        // Read once for all lines, of which there may be tens of thousands.
        var latest = new Dictionary<Account, (int Run, LedgerLine Line)>();
        var filesOf = new Dictionary<int, HashSet<InputFile>>();
        foreach (var run in latestFirst)
        {
            filesOf.Add(run.Number, [.. run.Inputs.Entries]);
            foreach (var line in run.Lines)
                latest.TryAdd(line.Account, (run.Number, line));
        }

        var paidLast = new Dictionary<(ProviderId, ContractId), OtherSupplier>();
        foreach (var run in latestFirst.Concat(ofOthers))
        {
            foreach (var line in run.Lines.Where(line => line.Amount > Money.Zero))
                paidLast.TryAdd((line.Provider, line.Contract), new OtherSupplier(line.SupplierRef, line.Quarter, line.Run));
        }

        return [.. lines.Select(line => Reason(line) with
        {
            // A clawback goes to nobody.
            Elsewhere = line.Amount > Money.Zero && paidLast.GetValueOrDefault((line.Provider, line.Contract)) is { } last
                && last.SupplierRef != line.SupplierRef ? last : null,
        })];

        LineReason Reason(LedgerLine line)
        {
            if (!latest.TryGetValue(line.Account, out var before))
                return new First();
            if (before.Line.Entitlement == line.Entitlement)
                return line.Amount < Money.Zero && arrived[line.Account].MaxBy(payment => payment.Run) is { } late
                    ? new ArrivedAfterAll(before.Run, late.Run) : new FallsDueAgain(before.Run);
            var evidence = inputs.Evidence(line.Contract, line.Quarter);
            var files = new[] { inputs.Register, evidence }.OfType<InputFile>().Concat(inputs.Decisions(line.Quarter))
                .Concat(inputs.Frameworks);
            return new Changed(before.Run, before.Line.Entitlement, [.. files.Where(file => !filesOf[before.Run].Contains(file))]);
        }
    }

    /// <summary>In words that stand in a table: <c>£1,250.00 in run 1; since then: the decisions of 2025-26-Q1, version 2</c>.</summary>
    public sealed override string ToString() => Elsewhere is { } other ? $"{Amount()}; {other}" : Amount();

    private string Amount() => this switch
    {
        First => "first payment",
        FallsDueAgain again =>
            string.Create(CultureInfo.InvariantCulture, $"earned as in run {again.Run}, of which a payment failed or came back"),
        ArrivedAfterAll late => string.Create(CultureInfo.InvariantCulture,
            $"earned as in run {late.Run}; the payment of run {late.Arrived} arrived after all, so that it was paid twice"),
        Changed changed => string.Create(
            CultureInfo.InvariantCulture,
            $"earned {changed.EntitlementBefore} in run "
            + $"{changed.Run}{(changed.Files.Count == 0 ? "" : $"; since then: {string.Join("; ", changed.Files.Select(file => file.Name))}")}"),
        _ => throw new InvalidOperationException("There is no such reason."),
    };
}

/// <summary>
/// Where a provider was paid for a contract before. A slip or a fraud in the register moves money to somebody else at the same amount, so
/// that who approves a run is told.
/// </summary>
/// <param name="SupplierRef">How finance knew the provider then.</param>
/// <param name="Quarter">Of the run.</param>
/// <param name="Run">Its number.</param>
public sealed record OtherSupplier(string SupplierRef, Quarter Quarter, int Run)
{
    /// <summary><c>to another supplier than SUP-1, who was paid in run 1 of 2025-26-Q1</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"to another supplier than {SupplierRef}, who was paid in run {Run} of {Quarter}");
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
