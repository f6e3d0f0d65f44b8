using System.Globalization;
using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Steps.State;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Payments;

/// <summary>Approves or rejects a payment run.</summary>
public sealed class DecidePayments(Runs runs, Proposals proposals, PendingChanges changes, WholeSweeps sweeps, TimeProvider clock)
{
    /// <summary>To approve again what one has approved changes nothing.</summary>
    public Task<RunResult> ApproveAsync(Quarter quarter, int number, Person by, CancellationToken cancel = default) => DecideAsync(
        quarter, number, RunState.Approved, (run, proposal) => run.State == RunState.Approved && run.Approved?.By == by
            && run.AsOf(clock.GetUtcNow(), proposal) == run
            ? new RunResult.Done(run)
            : run.Approve(new Signature(by, clock.GetUtcNow()), proposal), cancel);

    /// <summary>To reject again what one has rejected changes nothing.</summary>
    public Task<RunResult> RejectAsync(Quarter quarter, int number, Person by, string reason, CancellationToken cancel = default) =>
        DecideAsync(
        quarter, number, RunState.Rejected, (run, proposal) => run.State == RunState.Rejected && run.Rejected?.By == by
            && run.Reason == reason.Trim()
            ? new RunResult.Done(run)
            : run.AsOf(clock.GetUtcNow(), proposal).Reject(new Signature(by, clock.GetUtcNow()), reason), cancel);

    private Task<RunResult> DecideAsync(Quarter quarter, int number, RunState decided, Func<PaymentRun, Proposal, RunResult> decide,
        CancellationToken cancel) =>
        OptimisticRetry.OnConflictAsync(async () =>
        {
            // The run is read last: when somebody releases it meanwhile, it is found released, and not stale for what they released.
            if (await proposals.OfAsync(quarter, cancel) is not { } proposal
                || await runs.FindAsync(quarter, number, cancel) is not { } stored)
                return new RunResult.Refused(UnknownRun(quarter, number));
            var step = decide(await runs.WithExpiryAsync(stored, clock.GetUtcNow(), cancel), proposal);
            if (step is RunResult.Done { Run: var run } && run != stored.Run)
            {
                // It might be the very run that finance has the file of, or pay again what another paid.
                if (decided == RunState.Approved
                    && (await runs.BeyondLedgerAsync(quarter, cancel) ?? await sweeps.WhyOwedAsync(cancel)) is { } older)
                    return new RunResult.Refused(older);
                await changes.NoteDeedAsync(quarter, $"run|{number}|{decided}By", Runs.CommitOf(quarter, number, decided), cancel);
                await runs.ReplaceAsync(stored, run, cancel);
            }

            return step;
        });

    /// <summary>In a sentence that says what to do.</summary>
    internal static string UnknownRun(Quarter quarter, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"There is no run {number} of {quarter}: look its number up with pay status.");
}
