using Pipeline.Core;
using Pipeline.Core.Contracts;
using Pipeline.Core.Payments;
using Pipeline.Core.Submissions;

namespace Pipeline.Steps.State;

/// <summary>What contracts have earned by the accepted files of decisions and evidence, and which files these are.</summary>
internal sealed class Earnings(UploadLog uploads)
{
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
        var (id, quarter) = (contract.Id, contract.Quarter);
        var current =
            Upload.CurrentOf(await uploads.OfSlotAsync(new Slot.Return(contract.Provider, id, quarter, Dataset.Evidence), cancel));
        var evidence = current is null ? EvidenceCounts.None : (EvidenceCounts)await uploads.CountsAsync(current, cancel);
        return (
            Entitlement.Of(contract, register.FrameworkOf(contract).Payment, evidence.ByElement,
                decisions[id].ToDictionary(d => d.Element)),
            current is null ? null : InputFile.Evidence(id, quarter, current.Version, current.Sha256) with { Workbook = current.Workbook });
    }
}
