using System.Globalization;
using Pipeline.Core.Findings;

namespace Pipeline.Core.Payments;

public enum RunState
{
    Prepared,
    Approved,

    /// <summary>Its lines belong in the ledger and in the finance file.</summary>
    Released,
    Rejected,
    Expired,

    /// <summary>What it was prepared from has changed.</summary>
    Stale,
}

/// <summary>What a run of a quarter would hold if it were prepared now, and from what.</summary>
public sealed class Proposal
{
    /// <param name="quarter">Everything is of this quarter.</param>
    /// <param name="inputs">The files that the entitlements were worked out from.</param>
    /// <param name="entitlements">Of every contract that is active in the quarter.</param>
    /// <param name="ledger">Every line of the quarter.</param>
    public Proposal(Quarter quarter, Inputs inputs, IEnumerable<Entitlement> entitlements, IEnumerable<LedgerLine> ledger)
    {
        Quarter = quarter;
        Inputs = inputs;
        Ledger = [.. ledger];
        Entitlements = [.. entitlements];
        Dues = Payments.Dues.Of(quarter, Entitlements, Ledger);
    }

    public Quarter Quarter { get; }

    public Inputs Inputs { get; }

    public IReadOnlyList<Entitlement> Entitlements { get; }

    public IReadOnlyList<LedgerLine> Ledger { get; }

    public IReadOnlyList<Due> Dues { get; }
}

/// <summary>What came of a step: the run as it is afterwards, or why it cannot be taken.</summary>
public abstract record RunResult
{
    private RunResult() { }

    public sealed record Done(PaymentRun Run) : RunResult;

    /// <param name="Why">A sentence that also says what to do.</param>
    public sealed record Refused(string Why) : RunResult;
}

/// <summary>
/// A numbered batch of ledger lines for one quarter (domain.md section 6): <c>prepared</c>, then <c>approved</c> by somebody else, then
/// <c>released</c>; or <c>rejected</c>, <c>expired</c> or <c>stale</c>, which are final as <c>released</c> is.
/// </summary>
/// <remarks>
/// A release is repeatable when it is written in this order: the run as released, its ledger lines, the finance file. One that was
/// interrupted is finished by doing all three again: releasing a released run gives the same run, and no other run of the quarter can be
/// prepared before its lines are in the ledger and its files with finance.
/// </remarks>
public sealed record PaymentRun
{
    /// <summary>Exactly 14 times 24 hours after it was prepared a run has expired; up to the instant before, it has not.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(14);

    private const int MaxReasonLength = 200;

    public required Quarter Quarter { get; init; }

    /// <summary>1, 2, 3 … within the quarter.</summary>
    public required int Number { get; init; }

    public required RunState State { get; init; }

    public required Signature Prepared { get; init; }

    public Signature? Approved { get; init; }

    public Signature? Released { get; init; }

    public Signature? Rejected { get; init; }

    /// <summary>Why it was rejected, or what had changed when it was found stale.</summary>
    public string? Reason { get; init; }

    /// <summary>As the finance file has them: by contract, then in the framework's order. At least one.</summary>
    public required IReadOnlyList<LedgerLine> Lines { get; init; }

    /// <summary>
    /// The SHA-256 of the finance file that the lines make, fixed when the run was prepared: what is approved is the file that finance
    /// gets.
    /// </summary>
    public required Sha256 Hash { get; init; }

    /// <summary>What it was prepared from.</summary>
    public required Inputs Inputs { get; init; }

    /// <summary>
    /// Of each line, in their order, why it is not what was paid before; empty for a run of which that was not written down.
    /// </summary>
    public IReadOnlyList<LineReason> Reasons { get; init; } = [];

    public ControlTotals Totals => ControlTotals.Of(Lines);

    /// <summary>Of what is paid alone.</summary>
    public ControlTotals Payments => ControlTotals.Of([.. Lines.Where(line => line.Amount > Money.Zero)]);

    /// <summary>Of what is taken back alone.</summary>
    public ControlTotals Clawbacks => ControlTotals.Of([.. Lines.Where(line => line.Amount < Money.Zero)]);

    /// <summary><c>1 payment and 2 clawbacks, £0.00 in all</c>.</summary>
    public string TotalsInWords => Clawbacks.Count == 0 ? Totals.ToString() : string.Create(CultureInfo.InvariantCulture,
        $"{Payments.Count} payment{(Payments.Count == 1 ? "" : "s")} and "
        + $"{Clawbacks.Count} clawback{(Clawbacks.Count == 1 ? "" : "s")}, {Totals.Total} in all");

    /// <summary>By provider and supplier, in the order of their ids.</summary>
    public IReadOnlyList<ProviderTotal> Providers =>
    [
        .. from line in Lines
           group line.Amount by (line.Provider, line.SupplierRef) into of
           orderby of.Key.Provider, of.Key.SupplierRef
           select new ProviderTotal(of.Key.Provider, of.Key.SupplierRef, of.Where(amount => amount > Money.Zero).Sum(),
               of.Where(amount => amount < Money.Zero).Sum()),
    ];

    /// <summary>Why a line is not what was paid before, in words; empty where that was not written down.</summary>
    /// <param name="at">Of the line, from 0.</param>
    public string Why(int at) => at < Reasons.Count ? Reasons[at].ToString() : "";

    public bool IsOpen => State is RunState.Prepared or RunState.Approved;

    public DateTimeOffset ExpiresAt => Prepared.At + Lifetime;

    /// <summary>Whether it is open, and expired at an instant.</summary>
    public bool HasExpired(DateTimeOffset at) => IsOpen && at >= ExpiresAt;

    /// <param name="proposal">What is due now.</param>
    /// <param name="signature">Of who prepares it.</param>
    /// <param name="runs">Every run of the quarter, each <see cref="AsOf"/> now.</param>
    /// <param name="unsent">Of these, the released ones whose files for finance are not complete.</param>
    /// <param name="ofOthers">Released runs of other quarters, the one that tells where a provider was paid last first.</param>
    public static RunResult Prepare(Proposal proposal, Signature signature, IReadOnlyCollection<PaymentRun> runs,
        IReadOnlyCollection<PaymentRun> unsent, IEnumerable<PaymentRun>? ofOthers = null)
    {
        if (runs.Any(run => run.Quarter != proposal.Quarter))
            throw new ArgumentException("The runs must all be of the proposal's quarter.", nameof(runs));
        if (runs.FirstOrDefault(run => run.IsOpen) is { } open)
            return Refuse(
                $"{open.Name} is still {open.State.Word()}: {(open.State == RunState.Prepared ? "approve and release it, or reject it," : "release or reject it")} before preparing another.");
        var ledger = proposal.Ledger.ToHashSet();
        if (runs.FirstOrDefault(run => run.State == RunState.Released && (!ledger.IsSupersetOf(run.Lines) || unsent.Contains(run)))
            is { } interrupted)
            return Refuse($"{interrupted.Name} was interrupted while it was released: release it again before preparing another.");
        if (proposal.Dues.Count == 0)
            return Refuse(
                $"Nothing is due for {proposal.Quarter}: there is no run to prepare until a decision, a file or a failed payment changes that.");

        int number = runs.Select(run => run.Number).DefaultIfEmpty().Max() + 1;
        IReadOnlyList<LedgerLine> lines = [.. proposal.Dues.Select(due => due.InRun(number))];
        return new RunResult.Done(new PaymentRun
        {
            Quarter = proposal.Quarter,
            Number = number,
            State = RunState.Prepared,
            Prepared = signature,
            Lines = lines,
            Hash = FinanceFile.HashOf(lines),
            Inputs = proposal.Inputs,
            Reasons = LineReason.Of(
                lines, proposal.Inputs, proposal.Ledger, runs.Where(run => run.State == RunState.Released), ofOthers ?? []),
        });
    }

    /// <summary>
    /// Refuses to pay while finance has a file of a run that is not known as released: the tables are then older than the files, as after
    /// restoring a backup, and what that run paid would be paid again (domain.md section 6).
    /// </summary>
    /// <param name="quarter">Of all of them.</param>
    /// <param name="runs">Every run of the quarter.</param>
    /// <param name="withFinance">The numbers of the runs of which a file for finance is there.</param>
    /// <returns>Null when each of the files is of a released run.</returns>
    public static RunResult.Refused? RefuseBeyondLedger(Quarter quarter, IEnumerable<PaymentRun> runs, IEnumerable<int> withFinance) =>
        BeyondLedger(quarter, runs.Where(run => run.State == RunState.Released).Select(run => run.Number), withFinance) is { } why
            ? new RunResult.Refused(why) : null;

    /// <inheritdoc cref="RefuseBeyondLedger"/>
    /// <param name="quarter">Of all of them.</param>
    /// <param name="released">The numbers of the runs that are known as released.</param>
    /// <param name="withFinance">The numbers of the runs of which a file for finance is there.</param>
    /// <returns>A sentence that also says what to do; null when each of the files is of a released run.</returns>
    public static string? BeyondLedger(Quarter quarter, IEnumerable<int> released, IEnumerable<int> withFinance)
    {
        var unknown = withFinance.Except(released).Order().ToList();
        return unknown.Count == 0 ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"payments/{quarter}/ holds the file of run {string.Join(", ", unknown)}, which the ledger does not know as released: the tables look older than the files, as after restoring a backup, and what was paid already would be paid again. Leave the file where it is, and rebuild the tables from the files first: pipeline repair");
    }

    /// <summary>The run as it stands at an instant: expired or stale if it is open and has become so, else unchanged.</summary>
    public PaymentRun AsOf(DateTimeOffset at, Proposal proposal)
    {
        if (proposal.Quarter != Quarter)
            throw new ArgumentException("The proposal must be of the run's quarter.", nameof(proposal));
        if (!IsOpen)
            return this;
        if (HasExpired(at))
            return this with { State = RunState.Expired };
        return WhatChanged(proposal) is { } changed ? this with { State = RunState.Stale, Reason = changed } : this;
    }

    /// <summary>Somebody other than who prepared it agrees to the lines.</summary>
    public RunResult Approve(Signature signature, Proposal proposal)
    {
        var now = AsOf(signature.At, proposal);
        if (now.State != RunState.Prepared)
            return now.RefuseForState();
        if (signature.By.CouldBe(Prepared.By))
            return Refuse($"{Name} was prepared by the same person: have somebody else approve it.");
        return now.RefuseBefore(signature.At) ?? now.WithIntactLines(now with { State = RunState.Approved, Approved = signature });
    }

    /// <summary>The lines go to the ledger and to finance. A released run can be released again and stays as it is.</summary>
    public RunResult Release(Signature signature, Proposal proposal)
    {
        var now = AsOf(signature.At, proposal);
        return now.State switch
        {
            RunState.Released => now.WithIntactLines(now),
            RunState.Approved => now.RefuseBefore(signature.At)
                ?? now.WithIntactLines(now with { State = RunState.Released, Released = signature }),
            _ => now.RefuseForState(),
        };
    }

    /// <param name="signature">Anybody's, who prepared it included.</param>
    /// <param name="reason">1 to 200 characters.</param>
    public RunResult Reject(Signature signature, string reason)
    {
        string why = reason.Trim();
        if (!IsOpen)
            return RefuseForState();
        if (why.Length is 0 or > MaxReasonLength || why.Any(char.IsControl))
            return Refuse(
                $"The reason is missing or too long: say in 1 to {MaxReasonLength} characters, on one line, why this run is rejected.");
        if (PersonalData.IsIn(why))
            return Refuse(
                $"The reason looks as if it held something about a person, and it is kept for good: say why this run is rejected without anybody's number, address or telephone number.");
        return RefuseBefore(signature.At) as RunResult
            ?? new RunResult.Done(this with { State = RunState.Rejected, Rejected = signature, Reason = why });
    }

    /// <summary>In a sentence: <c>Run 1 of 2025-26-Q1</c>.</summary>
    private FormattableString Name => $"Run {Number} of {Quarter}";

    /// <summary>What makes the run stale, or null.</summary>
    private string? WhatChanged(Proposal proposal)
    {
        List<string> changes = [.. proposal.Inputs.ChangesSince(Inputs)];
        IReadOnlyList<LedgerLine> lines = [.. proposal.Dues.Select(due => due.InRun(Number))];
        if (!lines.SequenceEqual(Lines))
            changes.Add($"what is due changed from {Totals} to {ControlTotals.Of(lines)}");
        // A hundred files may have come in since; the first few say enough.
        const int shown = 10;
        return changes.Count switch
        {
            0 => null,
            <= shown => string.Join("; ", changes),
            _ => string.Create(CultureInfo.InvariantCulture,
                $"{string.Join("; ", changes.Take(shown))}; and {changes.Count - shown} more changes"),
        };
    }

    /// <summary>
    /// No step is taken before the one that it follows: a clock that goes back would keep a run from expiring, and tell of deeds that were
    /// not done then.
    /// </summary>
    private RunResult.Refused? RefuseBefore(DateTimeOffset at)
    {
        var (latest, what) = Approved is { } approved ? (approved.At, RunState.Approved) : (Prepared.At, RunState.Prepared);
        return at < latest
            ? Refuse(
                $"{Name} was {what.Word()} on {latest.UtcDateTime:d MMMM yyyy} at {latest.UtcDateTime:HH:mm} UTC, and nothing is done with it before then: set the clock right, or name a later day.")
            : null;
    }

    private RunResult WithIntactLines(PaymentRun next) => FinanceFile.HashOf(Lines) == Hash
        ? new RunResult.Done(next)
        : Refuse($"The lines of {Name} are not those that it was prepared with: release nothing, and find out who changed them.");

    private RunResult.Refused RefuseForState() => State switch
    {
        RunState.Prepared => Refuse($"{Name} is not approved: have somebody other than who prepared it approve it first."),
        RunState.Approved => Refuse($"{Name} is approved already: release or reject it."),
        RunState.Released => Refuse($"{Name} is released already: prepare another run for what has fallen due since."),
        RunState.Rejected => Refuse($"{Name} was rejected: prepare another."),
        RunState.Expired => Refuse($"{Name} expired {Lifetime.Days} days after it was prepared: prepare another."),
        _ => Refuse($"{Name} is stale, for {Reason}: prepare another."),
    };

    private static RunResult.Refused Refuse(FormattableString why) => new(why.ToString(CultureInfo.InvariantCulture));
}

public static class RunStates
{
    /// <summary>As it is published in tables and files.</summary>
    public static string Word(this RunState state) => state switch
    {
        RunState.Prepared => "prepared",
        RunState.Approved => "approved",
        RunState.Released => "released",
        RunState.Rejected => "rejected",
        RunState.Expired => "expired",
        RunState.Stale => "stale",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };
}
