using System.Collections.Concurrent;
using Pipeline.Core;

namespace Pipeline.Steps;

/// <summary>
/// Takes in everything that arrived and was not taken in yet. Events are hints; the sweep is the guarantee (design.md section 3).
/// Reference files come first, then submissions, then reviews, then confirmations; within a slot the order is that of the names (domain.md section 2).
/// </summary>
public sealed class Sweep(IFileStore files, TakeIn takeIn)
{
    private static readonly IReadOnlyList<string> Arrivals = ["reference/", "submissions/", "reviews/", "confirmations/"];

    /// <param name="parallel">How many slots at once.</param>
    /// <param name="progress">Told of every file taken in.</param>
    /// <param name="cancel">Ends the sweep; what was taken in stays.</param>
    /// <returns>What was taken in, in the ordinal order of the paths.</returns>
    public async Task<IReadOnlyList<TakenIn>> RunAsync(int parallel = 1, IProgress<TakenIn>? progress = null, CancellationToken cancel = default)
    {
        var found = new List<string>();
        foreach (string arrival in Arrivals)
            found.AddRange(await takeIn.NotTakenInAsync(files.ListAsync(arrival, cancel), parallel, cancel));

        return await RunAsync(found, parallel, progress, cancel);
    }

    /// <summary>Takes in the files at these paths.</summary>
    public async Task<IReadOnlyList<TakenIn>> RunAsync(IEnumerable<string> paths, int parallel = 1, IProgress<TakenIn>? progress = null, CancellationToken cancel = default)
    {
        var taken = new ConcurrentBag<TakenIn>();
        foreach (var stage in paths.GroupBy(Stage).OrderBy(s => s.Key))
        {
            // Files of one slot follow each other; slots do not wait for one another.
            var slots = stage.GroupBy(path => Slot.At(path) is { } slot ? slot.Folder + slot.Name : path);
            // On the caller's scheduler, so that who decides the order of his own steps decides that of these too.
            var options = new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancel, TaskScheduler = TaskScheduler.Current };
            await Parallel.ForEachAsync(slots, options, async (slot, cancelled) =>
            {
                foreach (string path in slot.OrderBy(p => Path.ChangeExtension(p, null), StringComparer.Ordinal))
                {
                    if (await takeIn.RunAsync(path, cancel: cancelled) is { } result)
                    {
                        taken.Add(result);
                        progress?.Report(result);
                    }
                }
            });
        }

        return [.. taken.OrderBy(t => t.Path, StringComparer.Ordinal)];
    }

    /// <summary>What must be finished before what: contracts name frameworks, the calendar names contracts, and everything else is checked against all three.</summary>
    private static int Stage(string path) => Slot.At(path) switch
    {
        Slot.Framework => 0,
        Slot.Reference { Dataset: var dataset } when dataset == Dataset.Contracts => 1,
        Slot.Reference => 2,
        Slot.Return => 3,
        Slot.Review => 4,
        Slot.Confirmations => 5,
        _ => 6,
    };
}
