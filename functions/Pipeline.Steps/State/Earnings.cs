using System.Collections.Concurrent;
using Pipeline.Core;
using Pipeline.Core.Contracts;
using Pipeline.Core.Payments;
using Pipeline.Core.Submissions;

namespace Pipeline.Steps.State;

/// <summary>What contracts have earned by the accepted files of decisions and evidence, and which files these are.</summary>
internal sealed class Earnings(UploadLog uploads)
{
    /// <summary>How much evidence is kept; of a contract and quarter it takes some hundred bytes.</summary>
    private const int MostKept = 50_000;

    // A version's counts never change. By its bytes as well, since tables that are restored number anew.
    private readonly ConcurrentDictionary<(string Place, int Version, Sha256 Sha256), EvidenceCounts> _evidence = new();

    /// <summary>Every accepted file of decisions of a quarter, oldest first: they add up.</summary>
    public async Task<IReadOnlyList<(InputFile File, DecisionList List)>> DecisionsAsync(Quarter quarter, CancellationToken cancel)
    {
        var decisions = new List<(InputFile, DecisionList)>();
        foreach (var upload in Upload.AcceptedOf(await uploads.OfSlotAsync(new Slot.Review(quarter, Dataset.Decisions), cancel)))
            decisions.Add((InputFile.Decisions(quarter, upload.Version, upload.Sha256),
                (DecisionList)await uploads.CountsAsync(upload, cancel)));
        return decisions;
    }

    /// <param name="register">By which the contract is paid.</param>
    /// <param name="contract">Active in its quarter.</param>
    /// <param name="decisions">Those that stand in the quarter.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>With the file of evidence that counts, if any.</returns>
    public async Task<(Entitlement Entitlement, InputFile? Evidence)> OfAsync(
        Register register, Contract contract, ILookup<ContractId, Decision> decisions, CancellationToken cancel)
    {
        var slot = new Slot.Return(contract.Provider, contract.Id, contract.Quarter, Dataset.Evidence);
        return await OfAsync(register, contract, decisions, await uploads.OfSlotAsync(slot, cancel), cancel);
    }

    /// <summary>The same of all contracts that are active in a quarter.</summary>
    /// <param name="register">By which they are paid.</param>
    /// <param name="quarter">Which.</param>
    /// <param name="decisions">Those that stand in the quarter.</param>
    /// <param name="evidence">The versions of every file of evidence, by partition; null: they are read.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async Task<IReadOnlyList<(Entitlement Entitlement, InputFile? Evidence)>> OfActiveAsync(
        Register register, Quarter quarter, ILookup<ContractId, Decision> decisions, ILookup<string, Upload>? evidence,
        CancellationToken cancel)
    {
        var active = register.Active(quarter).ToList();
        if (active.Count == 0)
            return [];
        var ordinal = active.Select(contract => contract.Id).OrderBy(id => $"{id}|", StringComparer.Ordinal).ToList();
        var versions = evidence ?? await uploads.OfReturnsAsync(quarter, ordinal[0], ordinal[^1], Dataset.Evidence, cancel);
        return await Task.WhenAll(active.Select(contract => OfAsync(
            register, contract, decisions, versions[Slot.Return.PartitionOf(contract.Provider, contract.Id, quarter)], cancel)));
    }

    private async Task<(Entitlement Entitlement, InputFile? Evidence)> OfAsync(
        Register register, Contract contract, ILookup<ContractId, Decision> decisions, IEnumerable<Upload> versions,
        CancellationToken cancel)
    {
        var (id, quarter) = (contract.Id, contract.Quarter);
        var current = Upload.CurrentOf(versions);
        var evidence = current is null ? EvidenceCounts.None : await EvidenceAsync(current, cancel);
        return (
            Entitlement.Of(contract, register.FrameworkOf(contract).Payment, evidence.ByElement,
                decisions[id].ToDictionary(d => d.Element)),
            current is null ? null : InputFile.Evidence(id, quarter, current.Version, current.Sha256) with { Workbook = current.Workbook });
    }

    private async Task<EvidenceCounts> EvidenceAsync(Upload version, CancellationToken cancel)
    {
        var key = (version.ReceiptFolder, version.Version, version.Sha256);
        if (_evidence.TryGetValue(key, out var kept))
            return kept;
        var read = (EvidenceCounts)await uploads.CountsAsync(version, cancel);
        if (_evidence.Count >= MostKept)
            _evidence.Clear();
        return _evidence[key] = read;
    }
}
