using System.Globalization;
using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Steps.State;

namespace Pipeline.Steps.Payments;

/// <summary>Says in sentences where an amount comes from, down to the files.</summary>
public sealed class Explain(Runs runs, Proposals proposals, Ledger ledger, Replay replay)
{
    /// <summary>
    /// How a payment came about: by whom, and from the files that its run recorded. Null when no such payment was released.
    /// </summary>
    /// <exception cref="InvalidDataException">A file that the run recorded does not check any more.</exception>
    public async Task<IReadOnlyList<string>?> PaymentAsync(PaymentId id, CancellationToken cancel = default)
    {
        var payment = (await ledger.OfQuarterAsync(id.Quarter, cancel)).FirstOrDefault(p => p.Released.PaymentId == id);
        if (payment is null || await runs.FindAsync(id.Quarter, id.Run, cancel) is not { } stored)
            return null;
        var run = stored.Run;
        var line = payment.Released;
        var before = await replay.LedgerBeforeAsync(stored, cancel);
        IReadOnlyList<string> summary =
        [
            Invariant(
                $"Payment {id}: {line.Entitlement} earned on {line.Line} less {line.PreviouslyReleased} released before = {line.Amount}, to {line.Provider}, supplier {line.SupplierRef}."),
            Invariant(
                $"Run {run.Number} of {run.Quarter}: prepared by {run.Prepared.By} on {run.Prepared.At:d MMMM yyyy}, approved by {run.Approved?.By} on {run.Approved?.At:d MMMM yyyy}, released by {run.Released?.By} on {run.Released?.At:d MMMM yyyy}."),
            .. line.Corrects is { } paid ? new[] { $"It takes back what payment {paid} paid." } : [],
            .. payment.Reports.Select(r =>
                Invariant(
                    $"Finance reported it {r.Status} on {r.Confirmation.PaidOn:d MMMM yyyy}{(r.Confirmation.Reference.Length > 0 ? ", reference " + r.Confirmation.Reference : "")}.")),
            .. payment.Confirmation is null ? new[] { "Finance has not confirmed it yet." } : [],
            // What follows is from before the release: of payments it knows only those of earlier runs.
            Invariant($"As it was worked out before run {run.Number}:"),
        ];
        var entitlement = (await replay.EntitlementsAsync(run, cancel)).FirstOrDefault(e => e.Contract.Id == id.Contract);
        return [.. summary, .. Derive(id.Contract, line.Provider, id.Quarter, entitlement, before, run.Inputs)];
    }

    /// <summary>
    /// What has been earned for a contract and quarter and what is due now: of whoever has it, then of each provider that was paid for it.
    /// Null when the quarter is unknown, or the contract is not active in it and nothing was released to it.
    /// </summary>
    /// <param name="contract">Which.</param>
    /// <param name="quarter">Which.</param>
    /// <param name="only">Of this provider alone, to whom nothing of another is told; null: of all.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async Task<IReadOnlyList<string>?> ContractAsync(ContractId contract, Quarter quarter, ProviderId? only = null,
        CancellationToken cancel = default)
    {
        if (await proposals.OfAsync(quarter, cancel) is not { } proposal)
            return null;
        var entitlement = proposal.Entitlements.FirstOrDefault(e => e.Contract.Id == contract);
        var paid = proposal.Ledger.Where(line => line.Contract == contract).Select(line => line.Provider).Order();
        IEnumerable<ProviderId> holder = entitlement is null ? [] : [entitlement.Contract.Provider];
        return holder.Union(paid).Where(provider => only is null || provider == only).ToList() is { Count: > 0 } providers
            ? [.. providers.SelectMany(provider => Derive(contract, provider, quarter, entitlement, proposal.Ledger, proposal.Inputs))]
            : null;
    }

    private static IReadOnlyList<string> Derive(ContractId contract, ProviderId provider, Quarter quarter, Entitlement? entitlement,
        IReadOnlyList<LedgerLine> ledger, Inputs inputs)
    {
        if (entitlement?.Contract.Provider != provider)
            return Derivation.OfFormer(contract, provider, quarter, ledger,
                new[] { inputs.Register }.OfType<InputFile>().Concat(inputs.Decisions(quarter)));
        IEnumerable<InputFile?> files = [inputs.Register, inputs.Framework(entitlement!.Contract.Framework), .. inputs.Decisions(quarter),
            inputs.Evidence(contract, quarter)];
        return Derivation.Of(entitlement, ledger, files.OfType<InputFile>());
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
