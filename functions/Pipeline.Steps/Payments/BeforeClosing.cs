using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Arrivals;
using Pipeline.Steps.Pages;
using Pipeline.Steps.Quarters;
using Pipeline.Steps.State;

namespace Pipeline.Steps.Payments;

/// <summary>What is not settled in a quarter that somebody is about to close.</summary>
/// <param name="Missing">Returns that have not come, by contract.</param>
/// <param name="Rejected">Returns of which all that came was rejected, by contract.</param>
/// <param name="Due">What is due and in no released run; of how many lines.</param>
/// <param name="OpenRuns">The numbers of runs that are prepared or approved, or whose release was interrupted.</param>
/// <param name="Unconfirmed">Released payments of which finance has not told what became of them.</param>
/// <param name="Held">The changes that wait for a named person and touch the quarter.</param>
public sealed record Unsettled(
    IReadOnlyList<(ContractId Contract, int Returns)> Missing, IReadOnlyList<(ContractId Contract, int Returns)> Rejected,
    ControlTotals Due, IReadOnlyList<int> OpenRuns, int Unconfirmed,
    IReadOnlyList<HeldChange> Held)
{
    /// <summary>In sentences; none when all is settled.</summary>
    public IEnumerable<string> Sentences()
    {
        if (Missing.Count > 0)
            yield return $"Not here: {Listed(Missing)}.";
        if (Rejected.Count > 0)
            yield return $"Rejected and not sent again: {Listed(Rejected)}.";
        if (Held.Count > 0)
            yield return $"Held: {string.Join(", ", Held.Select(change => $"{change} (change {change.Number})"))}.";
        if (OpenRuns.Count > 0)
            yield return $"Not released: run {string.Join(", ", OpenRuns)}.";
        if (Due.Count > 0)
            yield return $"Not paid: {Due.Total} on {PageText.Counted(Due.Count, "line", "lines")}.";
        if (Unconfirmed > 0)
            yield return $"Not confirmed by finance: {PageText.Counted(Unconfirmed, "payment", "payments")}.";
    }

    private static string Listed(IReadOnlyList<(ContractId Contract, int Returns)> contracts)
    {
        const int shown = 10;
        string first = string.Join(", ",
            contracts.Take(shown).Select(c => $"{PageText.Counted(c.Returns, "return", "returns")} of {c.Contract}"));
        return contracts.Count > shown ? $"{first} and of {PageText.Number(contracts.Count - shown)} more contracts" : first;
    }
}

/// <summary>Looks what is not settled before a quarter is closed, so that whoever closes it knows (domain.md section 6).</summary>
public sealed class BeforeClosing(Returns returns, Proposals proposals, Runs runs, Ledger ledger, HeldChanges held, DecideChanges decide,
    Closings closings, TimeProvider clock)
{
    /// <summary>
    /// Why a quarter is not closed yet for somebody who does not say that they know what is open in it. Whether it can be closed at all is
    /// said by closing it.
    /// </summary>
    /// <param name="quarter">Which.</param>
    /// <param name="anyway">How to say it.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>Sentences; null when nothing is open.</returns>
    public async Task<string?> WhyNotYetAsync(Quarter quarter, string anyway, CancellationToken cancel = default) =>
        await closings.OfAsync(quarter, cancel) is null && await proposals.OfAsync(quarter, cancel) is { } proposal
        && string.Join(' ', (await OfAsync(quarter, proposal, cancel)).Sentences()) is { Length: > 0 } open
            ? $"{quarter} is not closed, since not all of it is settled. {open} See to it, or close it all the same with: {anyway}"
            : null;

    public async Task<Unsettled> OfAsync(Quarter quarter, CancellationToken cancel = default) =>
        await OfAsync(quarter, await proposals.OfAsync(quarter, cancel), cancel);

    private async Task<Unsettled> OfAsync(Quarter quarter, Proposal? proposal, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var contracts = await returns.OfQuarterAsync(quarter, LondonDay.Of(now), cancel: cancel);
        var stored = (await runs.OfQuarterAsync(quarter, cancel)).Select(run => proposal is null ? run.Run : run.Run.AsOf(now, proposal))
            .ToList();
        var open = stored.Where(run => run.IsOpen).Concat(await runs.InterruptedAsync(stored, cancel));
        return new Unsettled(
            Count(contracts, state => state is ReturnState.NotDueYet or ReturnState.Overdue),
            Count(contracts, state => state is ReturnState.Rejected),
            new ControlTotals(proposal?.Dues.Count ?? 0, (proposal?.Dues ?? []).Select(due => due.Amount).Sum()),
            [.. open.Select(run => run.Number).Order()],
            (await ledger.OfQuarterAsync(quarter, cancel)).Count(payment => payment.Confirmation is null),
            await HeldAsync(quarter, cancel));
    }

    /// <summary>The changes that wait for a named person and touch the quarter.</summary>
    public async Task<IReadOnlyList<HeldChange>> HeldAsync(Quarter quarter, CancellationToken cancel = default)
    {
        var touching = new List<HeldChange>();
        foreach (var change in await held.WaitingAsync(cancel))
        {
            if ((await decide.ConsequencesAsync(change, quarter, cancel)).Any(c => c.TouchesWhatWasSettled))
                touching.Add(change);
        }

        return touching;
    }

    private static IReadOnlyList<(ContractId, int)> Count(IEnumerable<ContractReturn> contracts, Func<ReturnState, bool> isOne) =>
        [.. contracts.Select(c => (c.Contract.Id, c.Datasets.Count(d => isOne(d.State)))).Where(c => c.Item2 > 0)];
}
