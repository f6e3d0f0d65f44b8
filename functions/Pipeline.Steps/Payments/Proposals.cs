using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Quarters;
using Pipeline.Steps.State;

namespace Pipeline.Steps.Payments;

/// <summary>What is due in a quarter now, and from which files.</summary>
public sealed class Proposals(UploadLog uploads, Reference reference, Ledger ledger, Returns returns, Runs runs, TimeProvider clock)
{
    private readonly Earnings _earnings = new(uploads);

    /// <summary>Null for a quarter that is not known: it has not begun, and the calendar does not name it.</summary>
    public Task<Proposal?> OfAsync(Quarter quarter, CancellationToken cancel = default) => OfAsync(quarter, read: null, cancel);

    /// <inheritdoc cref="OfAsync(Quarter, CancellationToken)"/>
    /// <param name="quarter">Which.</param>
    /// <param name="read">Every contract's return of the quarter where somebody has read them, so that thousands of rows are not read
    /// twice for one page; null: only what is needed of them is read.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async Task<Proposal?> OfAsync(Quarter quarter, IReadOnlyList<ContractReturn>? read, CancellationToken cancel = default)
    {
        var current = await reference.CurrentAsync(cancel);
        if (current.Register is not { } register
            || !await returns.KnowsAsync(quarter, LondonDay.Of(clock.GetUtcNow()), cancel))
            return null;
        var decided = await _earnings.DecisionsAsync(quarter, cancel);
        var decisions = DecisionList.Standing([.. decided.Select(file => file.List)]).ToLookup(d => d.Contract);
        var contracts = await _earnings.OfActiveAsync(register, quarter, decisions, read is null ? null : EvidenceOf(read), cancel);
        var registered = current.Contracts!;
        IEnumerable<InputFile?> inputs =
        [
            InputFile.Register(registered.Version, registered.Sha256),
            // The register is read against the frameworks that it names, whichever contracts are active.
            .. register.Terms.Select(term => term.Framework).Distinct()
                .Select(id => (Id: id, Version: current.VersionOf(register.Frameworks[id])))
                .Select(f => InputFile.Framework(f.Id, f.Version.Version, f.Version.Sha256)),
            .. decided.Select(file => file.File),
            .. contracts.Select(c => c.Evidence),
        ];
        var payments = await ledger.OfQuarterAsync(quarter, cancel);
        return new Proposal(quarter, new Inputs(inputs.OfType<InputFile>()), contracts.Select(c => c.Entitlement),
            payments.SelectMany(p => p.Lines));
    }

    private static ILookup<string, Upload> EvidenceOf(IReadOnlyList<ContractReturn> returns) =>
        (from each in returns
         from sent in each.Datasets.Where(sent => sent.Dataset == Dataset.Evidence)
         from version in sent.Uploads
         select (Partition: Slot.Return.PartitionOf(each.Contract.Provider, each.Contract.Id, each.Quarter), Version: version))
        .ToLookup(each => each.Partition, each => each.Version);

    /// <summary>A stored run as it is now: it may have expired or gone stale since it was written.</summary>
    /// <remarks>It is read last: when somebody releases it meanwhile, it is found released, and not stale for what they released.</remarks>
    public async Task<PaymentRun> AsOfAsync(PaymentRun run, DateTimeOffset now, CancellationToken cancel = default)
    {
        if (await OfAsync(run.Quarter, cancel) is not { } proposal)
            return run;
        var latest = (await runs.FindAsync(run.Quarter, run.Number, cancel))?.Run ?? run;
        return latest.AsOf(now, proposal);
    }
}
