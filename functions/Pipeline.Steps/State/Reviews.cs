using System.Collections.Concurrent;
using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Core.Reading;
using Pipeline.Core.Submissions;

namespace Pipeline.Steps.State;

/// <summary>
/// What the commissioner decided and checked. A file is of all contracts and each of them is refreshed by itself, so a version, which never
/// changes, is read once.
/// </summary>
internal sealed class Reviews(UploadLog uploads)
{
    private readonly ConcurrentDictionary<Quarter, Versioned<Decision>> _decisions = new();
    private readonly ConcurrentDictionary<Quarter, Versioned<CheckCarriedOut>> _checks = new();

    /// <summary>By the accepted files of a quarter.</summary>
    public async Task<(IReadOnlyList<Decision> Decisions, IReadOnlyList<CheckCarriedOut> Checks)> OfAsync(Quarter quarter,
        ContractId contract)
    {
        var reviews = await uploads.OfQuarterAsync(quarter);
        // Decisions add up; of the checks the current file is the whole list.
        var decisions = await StandingAsync(
            quarter, Upload.AcceptedOf(reviews.Where(u => u.Slot == Dataset.Decisions.Name)), _decisions,
            lists => DecisionList.Standing(lists.Cast<DecisionList>()).ToLookup(d => d.Contract));
        var checks = await StandingAsync(
            quarter, Upload.CurrentOf(reviews.Where(u => u.Slot == Dataset.Checks.Name)) is { } current
                ? [current] : [], _checks, lists => lists.SelectMany(list => ((CheckList)list).Checks).ToLookup(c => c.Contract));
        return ([.. decisions[contract]], [.. checks[contract]]);
    }

    private async Task<ILookup<ContractId, T>> StandingAsync<T>(
        Quarter quarter, IReadOnlyList<Upload> files, ConcurrentDictionary<Quarter, Versioned<T>> read,
        Func<IEnumerable<FileCounts>, ILookup<ContractId, T>> byContract)
    {
        int version = files.Select(u => u.Version).LastOrDefault();
        if (!read.TryGetValue(quarter, out var known) || known.Version != version)
        {
            var lists = new List<FileCounts>();
            foreach (var file in files)
                lists.Add(await uploads.CountsAsync(file));
            read[quarter] = known = new Versioned<T>(version, byContract(lists));
        }

        return known.ByContract;
    }

    /// <param name="Version">The last of those that it is made of; 0 when there are none.</param>
    /// <param name="ByContract">What stands.</param>
    private sealed record Versioned<T>(int Version, ILookup<ContractId, T> ByContract);
}
