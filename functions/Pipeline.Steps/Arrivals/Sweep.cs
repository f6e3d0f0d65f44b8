using System.Collections.Concurrent;
using Pipeline.Steps.State;
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
/// <param name="files">Where they arrive.</param>
/// <param name="takeIn">Takes each in.</param>
/// <param name="reference">The register.</param>
/// <param name="former">In which order they came before.</param>
/// <param name="whole">The sweeps that looked at everything.</param>
/// <param name="clock">What it takes for now.</param>
/// <param name="mostAtOnce">How many submissions every sweep looks at; of more, it is as if a part of them had its turn.</param>
public sealed class Sweep(IFileStore files, TakeIn takeIn, Reference reference, FormerOrder former, WholeSweeps whole, TimeProvider clock,
    long mostAtOnce = Sweep.MostAtOnce)
{
    /// <summary>Where files arrive.</summary>
    public static readonly IReadOnlyList<string> Containers = ["reference", Submissions, "reviews", "confirmations"];

    private const string Submissions = "submissions";

    /// <summary>To list so many and to look them up takes some seconds.</summary>
    private const long MostAtOnce = 50_000;

    /// <summary>How often a host that sweeps again and again does, at most.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(15);

    /// <summary>Looks at everything.</summary>
    /// <param name="parallel">How many slots at once; those of one provider and dataset never are.</param>
    /// <param name="follower">Told how it goes.</param>
    /// <param name="cancel">Ends the sweep; what was taken in stays.</param>
    /// <returns>What was taken in, in the ordinal order of the paths.</returns>
    public async Task<IReadOnlyList<TakenIn>> RunAsync(int parallel = 1, ISweepFollower? follower = null,
        CancellationToken cancel = default) =>
        (await RunAsync(Containers, (await whole.ReadAsync(cancel)).Owed, parallel, follower, cancel)).Taken;

    /// <summary>
    /// The same for a host that sweeps every quarter of an hour. Submissions stay, and are more each quarter: the more there are, the
    /// longer they rest after a sweep that left none of them, so that in the long run they cost the same however many they have become.
    /// They do not rest when the register has changed since, which other files may have waited for.
    /// </summary>
    /// <inheritdoc cref="RunAsync(int, ISweepFollower?, CancellationToken)"/>
    public async Task<IReadOnlyList<TakenIn>> RunInTurnAsync(int parallel, ISweepFollower? follower = null,
        CancellationToken cancel = default)
    {
        var now = clock.GetUtcNow();
        var (last, owed) = await whole.ReadAsync(cancel);
        // Nobody asks for it while they are few.
        int? register = last is null ? null : await reference.RegisterVersionAsync(cancel);
        bool rest = owed is null && last is not null && last.Files > mostAtOnce && last.Register == register
            && now - last.At < Interval * ((double)last.Files / mostAtOnce);
        var (taken, submissions, isComplete) =
            await RunAsync(rest ? Containers.Except([Submissions]) : Containers, owed, parallel, follower, cancel);
        if (!rest && isComplete && (submissions > mostAtOnce || last is not null))
            await whole.NoteAsync(new WholeSweep(now, submissions, register), cancel);
        return taken;
    }

    private async Task<(IReadOnlyList<TakenIn> Taken, long Submissions, bool IsComplete)> RunAsync(
        IEnumerable<string> containers, string? owed, int parallel, ISweepFollower? follower, CancellationToken cancel)
    {
        long submissions = 0;
        var found = new List<string>();
        foreach (string container in containers)
            found.AddRange(await takeIn.NotTakenInAsync(ListAsync(container), parallel, cancel));

        var (taken, isComplete) = await TakeInAsync(found, parallel, follower, stop: default, cancel);
        if (owed is not null && isComplete)
            await whole.SettleAsync(owed, cancel);
        return (taken, submissions, isComplete);

        async IAsyncEnumerable<FileStat> ListAsync(string container)
        {
            await foreach (var file in files.ListAsync(container + "/", cancel))
            {
                if (container == Submissions)
                    submissions++;
                yield return file;
            }
        }
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
        CancellationToken cancel = default) =>
        (await TakeInAsync(paths, parallel, follower, stop, cancel)).Taken;

    /// <returns>What was taken in, and whether nothing is left.</returns>
    private async Task<(IReadOnlyList<TakenIn> Taken, bool IsComplete)> TakeInAsync(
        IEnumerable<string> paths, int parallel, ISweepFollower? follower, CancellationToken stop, CancellationToken cancel)
    {
        var taken = new ConcurrentBag<TakenIn>();
        bool isComplete = true;
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

        return ([.. taken.OrderBy(t => t.Path, StringComparer.Ordinal).ThenBy(t => t.ReceiptPath, StringComparer.Ordinal)], isComplete);

        async Task PlaceAsync(IReadOnlyList<string> place, CancellationToken cancelled)
        {
            try
            {
                place = await former.OfAsync(place, cancelled);
            }
            catch (Exception exception) when (!cancelled.IsCancellationRequested && follower?.Failed(place[0], exception) is true)
            {
                isComplete = false;
                return;
            }

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
                    isComplete = false;
                    follower?.Waits(path);
                    if (waits.HoldsUpOthers)
                        return;
                }
                catch (Exception exception) when (!cancelled.IsCancellationRequested && follower?.Failed(path, exception) is true)
                {
                    // The slot's later files wait, so that their order holds.
                    isComplete = false;
                    return;
                }
            }
        }
    }
}
