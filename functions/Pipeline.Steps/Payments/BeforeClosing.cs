using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Steps.Quarters;
using Pipeline.Steps.State;

namespace Pipeline.Steps.Payments;

/// <summary>What is not settled in a quarter that somebody is about to close.</summary>
/// <param name="Missing">Returns that have not come, by contract.</param>
/// <param name="Rejected">Returns of which all that came was rejected, by contract.</param>
/// <param name="Due">What is due and in no released run; of how many lines.</param>
/// <param name="OpenRuns">The numbers of runs that are prepared or approved, or whose release was interrupted.</param>
/// <param name="Unconfirmed">Released payments of which finance has not told what became of them.</param>
public sealed record Unsettled(
    IReadOnlyList<(ContractId Contract, int Returns)> Missing, IReadOnlyList<(ContractId Contract, int Returns)> Rejected, ControlTotals Due, IReadOnlyList<int> OpenRuns, int Unconfirmed)
{
    public bool IsNothing => Missing.Count == 0 && Rejected.Count == 0 && Due.Count == 0 && OpenRuns.Count == 0 && Unconfirmed == 0;
}

/// <summary>Looks what is not settled before a quarter is closed, so that whoever closes it knows (domain.md section 6).</summary>
public sealed class BeforeClosing(Returns returns, Proposals proposals, Runs runs, Ledger ledger, TimeProvider clock)
{
    public async Task<Unsettled> OfAsync(Quarter quarter, CancellationToken cancel = default)
    {
        var now = clock.GetUtcNow();
        var contracts = await returns.OfQuarterAsync(quarter, LondonDay.Of(now), cancel: cancel);
        var proposal = await proposals.OfAsync(quarter, cancel);
        var stored = (await runs.OfQuarterAsync(quarter, cancel)).Select(run => proposal is null ? run.Run : run.Run.AsOf(now, proposal)).ToList();
        var open = stored.Where(run => run.IsOpen).Concat(await runs.InterruptedAsync(stored, cancel));
        return new Unsettled(
            Count(contracts, state => state is ReturnState.NotDueYet or ReturnState.Overdue),
            Count(contracts, state => state is ReturnState.Rejected),
            new ControlTotals(proposal?.Dues.Count ?? 0, (proposal?.Dues ?? []).Select(due => due.Amount).Sum()),
            [.. open.Select(run => run.Number).Order()],
            (await ledger.OfQuarterAsync(quarter, cancel)).Count(payment => payment.Confirmation is null));
    }

    private static IReadOnlyList<(ContractId, int)> Count(IEnumerable<ContractReturn> contracts, Func<ReturnState, bool> isOne) =>
        [.. contracts.Select(c => (c.Contract.Id, c.Datasets.Count(d => isOne(d.State)))).Where(c => c.Item2 > 0)];
}
