using System.Collections.Concurrent;
using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Core.Reading;
using Pipeline.Core.Submissions;

namespace Pipeline.Steps.State;

/// <summary>What the commissioner decided and checked. A file is of all contracts and each of them is refreshed by itself, so a version, which never changes, is read once.</summary>
internal sealed class Reviews(UploadLog uploads)
{
    private readonly ConcurrentDictionary<Quarter, Versioned<Decision>> _decisions = new();
    private readonly ConcurrentDictionary<Quarter, Versioned<CheckCarriedOut>> _checks = new();

    /// <summary>By the current versions of a quarter's files.</summary>
    public async Task<(IReadOnlyList<Decision> Decisions, IReadOnlyList<CheckCarriedOut> Checks)> OfAsync(Quarter quarter, ContractId contract)
    {
        var reviews = await uploads.OfQuarterAsync(quarter);
        var decisions = await CurrentAsync(quarter, Dataset.Decisions, reviews, _decisions, counts => ((DecisionList)counts).Decisions.ToLookup(d => d.Contract));
        var checks = await CurrentAsync(quarter, Dataset.Checks, reviews, _checks, counts => ((CheckList)counts).Checks.ToLookup(c => c.Contract));
        return ([.. decisions[contract]], [.. checks[contract]]);
    }

    private async Task<ILookup<ContractId, T>> CurrentAsync<T>(
        Quarter quarter, Dataset dataset, IReadOnlyList<Upload> reviews, ConcurrentDictionary<Quarter, Versioned<T>> read, Func<FileCounts, ILookup<ContractId, T>> byContract)
    {
        if (Upload.CurrentOf(reviews.Where(u => u.Slot == dataset.Name)) is not { } current)
            return Enumerable.Empty<T>().ToLookup(_ => default(ContractId));
        if (!read.TryGetValue(quarter, out var known) || known.Version != current.Version)
            read[quarter] = known = new Versioned<T>(current.Version, byContract(await uploads.CountsAsync(current)));
        return known.ByContract;
    }

    private sealed record Versioned<T>(int Version, ILookup<ContractId, T> ByContract);
}
