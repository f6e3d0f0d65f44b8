using Pipeline.Core;
using Pipeline.Core.Contracts;
using Pipeline.Core.Payments;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Quarters;
using Pipeline.Steps.State;

namespace Pipeline.Steps.Payments;

/// <summary>What is due in a quarter now, and from which files.</summary>
public sealed class Proposals(UploadLog uploads, Reference reference, Ledger ledger, Returns returns, TimeProvider clock)
{
    /// <summary>Null for a quarter that is not known: it has not begun, and the calendar does not name it.</summary>
    public async Task<Proposal?> OfAsync(Quarter quarter, CancellationToken cancel = default)
    {
        var current = await reference.CurrentAsync(cancel);
        if (current.Register is not { } register || !(await returns.QuartersAsync(LondonDay.Of(clock.GetUtcNow()), cancel)).Contains(quarter))
            return null;
        var (decided, decisions) = await DecisionsAsync(quarter, cancel);
        var contracts = await Task.WhenAll(register.Active(quarter)
            .Select(contract => EarnedAsync(quarter, register, contract, decisions, cancel)));
        var registered = current.Contracts!;
        IEnumerable<InputFile?> inputs =
        [
            InputFile.Register(registered.Version, registered.Sha256),
            // The register is read against the frameworks that it names, whichever contracts are active.
            .. register.Terms.Select(term => term.Framework).Distinct().Select(id => (Id: id, Version: current.VersionOf(register.Frameworks[id])))
                .Select(f => InputFile.Framework(f.Id, f.Version.Version, f.Version.Sha256)),
            .. decided,
            .. contracts.Select(c => c.Evidence),
        ];
        var payments = await ledger.OfQuarterAsync(quarter, cancel);
        return new Proposal(quarter, new Inputs(inputs.OfType<InputFile>()), contracts.Select(c => c.Entitlement), payments.SelectMany(p => p.Lines));
    }

    /// <summary>A stored run as it is now: it may have expired or gone stale since it was written.</summary>
    public async Task<PaymentRun> AsOfAsync(PaymentRun run, DateTimeOffset now, CancellationToken cancel = default) =>
        await OfAsync(run.Quarter, cancel) is { } proposal ? run.AsOf(now, proposal) : run;

    private async Task<(IEnumerable<InputFile> Files, ILookup<ContractId, Decision> Decisions)> DecisionsAsync(Quarter quarter, CancellationToken cancel)
    {
        var accepted = Upload.AcceptedOf(await uploads.OfSlotAsync(new Slot.Review(quarter, Dataset.Decisions), cancel));
        var lists = new List<DecisionList>();
        foreach (var upload in accepted)
            lists.Add((DecisionList)await uploads.CountsAsync(upload, cancel));
        return (accepted.Select(upload => InputFile.Decisions(quarter, upload.Version, upload.Sha256)), DecisionList.Standing(lists).ToLookup(d => d.Contract));
    }

    private async Task<(InputFile? Evidence, Entitlement Entitlement)> EarnedAsync(
        Quarter quarter, Register register, Contract contract, ILookup<ContractId, Decision> decisions, CancellationToken cancel)
    {
        var slot = new Slot.Return(contract.Provider, contract.Id, quarter, Dataset.Evidence);
        var current = Upload.CurrentOf(await uploads.OfSlotAsync(slot, cancel));
        var evidence = current is null ? EvidenceCounts.None : (EvidenceCounts)await uploads.CountsAsync(current, cancel);
        return (
            current is null ? null : InputFile.Evidence(contract.Id, quarter, current.Version, current.Sha256) with { Workbook = current.Workbook },
            Entitlement.Of(contract, register.FrameworkOf(contract).Payment, evidence.ByElement, decisions[contract.Id].ToDictionary(d => d.Element)));
    }
}
