using System.Collections.Concurrent;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Arrivals;

/// <summary>Follows a sweep as it goes. It is told from several threads at once.</summary>
public interface ISweepFollower
{
    /// <summary>So many rows of a file were read so far.</summary>
    void RowsRead(string path, long rows) { }

    /// <summary>A file was looked at.</summary>
    /// <param name="path">The file.</param>
    /// <param name="taken">What became of it; nothing when there was nothing to take in.</param>
    void Done(string path, IReadOnlyList<TakenIn> taken) { }

    /// <summary>A file waits for its scan, and is no failure.</summary>
    void Waits(string path) { }

    /// <summary>A file could not be taken in, most likely since the store failed, and stays to be taken in.</summary>
    /// <returns>Whether to go on with the other slots; else the failure ends the work.</returns>
    bool Failed(string path, Exception exception) => false;
}

/// <summary>
/// Reports the rows of one file to who follows. At once, on the thread that reads: a <see cref="Progress{T}"/> would report later, and out
/// of order.
/// </summary>
public sealed class RowsOf(string path, ISweepFollower follower) : IProgress<long>
{
    public void Report(long value) => follower.RowsRead(path, value);
}

/// <summary>
/// Takes in everything that arrived and was not taken in yet. Events are hints; the sweep is the guarantee
/// (docs/decisions/16-events-are-hints.md). Reference files come first, then submissions, then reviews, then confirmations; within a slot
/// the order is that of the names (domain.md section 2).
/// </summary>
public sealed class Sweep(IFileStore files, TakeIn takeIn)
{
    /// <summary>Where files arrive.</summary>
    public static readonly IReadOnlyList<string> Containers = ["reference", "submissions", "reviews", "confirmations"];

    /// <param name="parallel">How many slots at once; those of one provider and dataset never are.</param>
    /// <param name="follower">Told how it goes.</param>
    /// <param name="cancel">Ends the sweep; what was taken in stays.</param>
    /// <returns>What was taken in, in the ordinal order of the paths.</returns>
    public async Task<IReadOnlyList<TakenIn>> RunAsync(int parallel = 1, ISweepFollower? follower = null,
        CancellationToken cancel = default)
    {
        var found = new List<string>();
        foreach (string container in Containers)
            found.AddRange(await takeIn.NotTakenInAsync(files.ListAsync(container + "/", cancel), parallel, cancel));
        return await RunAsync(found, parallel, follower, cancel: cancel);
    }

    /// <summary>Takes in the files at these paths.</summary>
    /// <param name="paths">Container and name.</param>
    /// <param name="parallel">How many slots at once.</param>
    /// <param name="follower">Told how it goes.</param>
    /// <param name="stop">Lets no further file begin; those begun are finished.</param>
    /// <param name="cancel">Ends the sweep; what was taken in stays.</param>
    /// <returns>What was taken in, in the ordinal order of the paths.</returns>
    public async Task<IReadOnlyList<TakenIn>> RunAsync(
        IEnumerable<string> paths, int parallel = 1, ISweepFollower? follower = null, CancellationToken stop = default,
        CancellationToken cancel = default)
    {
        var taken = new ConcurrentBag<TakenIn>();
        foreach (var places in ArrivalOrder.Of(paths))
        {
            var lanes = places.Select(place => place.ToList()).GroupBy(place => ArrivalOrder.LaneOf(place[0]));
            // Use the caller's scheduler so that simulations control interleaving.
            var options = new ParallelOptions
                { MaxDegreeOfParallelism = parallel, CancellationToken = cancel, TaskScheduler = TaskScheduler.Current };
            await Parallel.ForEachAsync(lanes, options, async (lane, cancelled) =>
            {
                foreach (var place in lane.OrderBy(place => place[0], StringComparer.Ordinal))
                    await PlaceAsync(place, cancelled);
            });
        }

        return [.. taken.OrderBy(t => t.Path, StringComparer.Ordinal).ThenBy(t => t.ReceiptPath, StringComparer.Ordinal)];

        async Task PlaceAsync(IReadOnlyList<string> place, CancellationToken cancelled)
        {
            foreach (string path in place)
            {
                if (stop.IsCancellationRequested)
                    return;
                try
                {
                    var rowsRead = follower is null ? null : new RowsOf(path, follower);
                    var results = await takeIn.RunAsync(path, rowsRead, path == place[^1] ? null : place[^1], cancelled);
                    foreach (var result in results)
                        taken.Add(result);
                    follower?.Done(path, results);
                }
                catch (WaitsForScanException waits)
                {
                    follower?.Waits(path);
                    if (waits.HoldsUpOthers)
                        return;
                }
                catch (Exception exception) when (!cancelled.IsCancellationRequested && follower?.Failed(path, exception) is true)
                {
                    // The slot's later files wait, so that their order holds.
                    return;
                }
            }
        }
    }
}
