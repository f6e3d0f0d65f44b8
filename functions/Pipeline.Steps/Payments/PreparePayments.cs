using System.Globalization;
using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Steps.Quarters;
using Pipeline.Steps.State;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Payments;

/// <summary>Fixes what is due in a quarter as a payment run for somebody else to approve.</summary>
/// <remarks>
/// The runs are read before the ledger: a run that is released meanwhile is then either not in the ledger, and prevents the new one, or in
/// the ledger, and not due again. The new run's row is inserted, with the end of the one before, only while the runs are as they were read.
/// The files for finance are listed before both: a file that is there then was written after its run and its lines.
/// </remarks>
public sealed class PreparePayments(Runs runs, Proposals proposals, PendingChanges changes, WholeSweeps sweeps, TimeProvider clock)
{
    /// <summary>To prepare again, while one's own run is open, gives that run.</summary>
    public Task<RunResult> RunAsync(Quarter quarter, Person by, CancellationToken cancel = default) =>
        OptimisticRetry.OnConflictAsync(async () =>
    {
        var withFinance = await runs.WithFinanceAsync(quarter, cancel);
        var before = await runs.OfQuarterAsync(quarter, cancel);
        if (await proposals.OfAsync(quarter, cancel) is not { } proposal)
            return new RunResult.Refused(CloseQuarter.UnknownQuarter(quarter, LondonDay.Of(clock.GetUtcNow())));
        if (PaymentRun.RefuseBeyondLedger(quarter, before.Select(stored => stored.Run), withFinance) is { } older)
            return older;
        if (await sweeps.WhyOwedAsync(cancel) is { } owed)
            return new RunResult.Refused(owed);
        var at = clock.GetUtcNow();
        if (LondonDay.Of(at) < quarter.FirstDay)
            return new RunResult.Refused(string.Create(CultureInfo.InvariantCulture,
                $"{quarter} has not begun: nothing is paid for it before {quarter.FirstDay:d MMMM yyyy}."));
        var now = before.Select(stored => (Before: stored, After: stored.Run.AsOf(at, proposal))).ToList();
        if (now.FirstOrDefault(r => r.After.State == RunState.Prepared && r.After.Prepared.By == by).After is { } own)
            return new RunResult.Done(own);
        var unsent = await runs.InterruptedAsync(now.Select(r => r.After), cancel);
        var step = PaymentRun.Prepare(proposal, new Signature(by, at), [.. now.Select(r => r.After)], unsent,
            await PaidBeforeAsync(proposal, before.Select(stored => stored.Run), cancel));
        if (step is RunResult.Done { Run: var run })
        {
            await changes.NoteDeedAsync(quarter, $"run|{run.Number}|prepare", Runs.CommitOf(quarter, run.Number, RunState.Prepared),
                cancel);
            var failed = proposal.Ledger.Where(line => line.Kind == LedgerKind.Released).Except(proposal.Ledger.Standing())
                .Select(line => line.PaymentId.ToString());
            await runs.AddAsync(run, [.. failed], now.Where(r => r.After != r.Before.Run), cancel);
        }

        return step;
    });

    /// <summary>
    /// Released runs of other quarters, of the latest quarter first, until all who would be paid and are not in one of this quarter's are
    /// in one of them, or none is left.
    /// </summary>
    private async Task<IReadOnlyList<PaymentRun>> PaidBeforeAsync(Proposal proposal, IEnumerable<PaymentRun> ofQuarter,
        CancellationToken cancel)
    {
        var unpaid = proposal.Dues.Select(due => (due.Account.Provider, due.Account.Contract)).ToHashSet();
        unpaid.ExceptWith(ofQuarter.Where(run => run.State == RunState.Released).SelectMany(Paid));
        var found = new List<PaymentRun>();
        foreach (var quarter in (await changes.KnownQuartersAsync(cancel)).Where(q => q != proposal.Quarter).Reverse())
        {
            if (unpaid.Count == 0)
                break;
            found.AddRange((await runs.OfQuarterAsync(quarter, cancel)).Select(stored => stored.Run)
                .Where(run => run.State == RunState.Released).Reverse());
            unpaid.ExceptWith(found.SelectMany(Paid));
        }

        return found;
    }

    private static IEnumerable<(ProviderId, ContractId)> Paid(PaymentRun run) =>
        run.Lines.Where(line => line.Amount > Money.Zero).Select(line => (line.Provider, line.Contract));
}
