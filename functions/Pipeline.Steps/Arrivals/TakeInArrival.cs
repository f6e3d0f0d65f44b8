using Pipeline.Core.Submissions;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Arrivals;

/// <summary>
/// Takes in what an event tells of, after whatever must come before it: the reference files, and the slot's files that come first by name.
/// So events may come in any order: of files that are there together, each gets the number that the sweep would give it.
/// </summary>
public sealed class TakeInArrival(IFileStore files, TakeIn takeIn, FormerOrder former)
{
    private const string ReferenceFolder = "reference/";

    /// <param name="path">Where a file arrived.</param>
    /// <param name="follower">
    /// Told what becomes of each file. One of another slot that fails is passed over where it says so, and what was in force before it
    /// stays in force.
    /// </param>
    /// <param name="cancel">Ends the taking in; what was taken in stays.</param>
    /// <returns>What was taken in, in the ordinal order of the paths.</returns>
    /// <exception cref="StoreException">The file, or one of its slot that comes before it, could not be taken in.</exception>
    public async Task<IReadOnlyList<TakenIn>> RunAsync(string path, ISweepFollower? follower = null, CancellationToken cancel = default)
    {
        string own = ArrivalOrder.PlaceOf(path);
        var (before, reference) = await WhatComesBeforeAsync(path, cancel);
        before.Add(path);
        try
        {
            before.UnionWith(await ReferenceFiles.PutDeliveredAsync(files, reference, cancel));
        }
        catch (StoreException exception) when (follower?.Failed("reference/frameworks/", exception) is true)
        {
            // They are put with the next file.
        }

        var taken = new List<TakenIn>();
        foreach (var place in ArrivalOrder.Of(before).SelectMany(stage => stage))
            await TakeInAsync([.. place]);
        return [.. taken.OrderBy(t => t.Path, StringComparer.Ordinal)];

        async Task TakeInAsync(IReadOnlyList<string> place)
        {
            string? last = null;
            try
            {
                place = await former.OfAsync(place, cancel);
            }
            catch (Exception exception) when (!cancel.IsCancellationRequested && ArrivalOrder.PlaceOf(place[0]) != own
                && follower?.Failed(place[0], exception) is true)
            {
                return;
            }

            foreach (string next in place)
            {
                try
                {
                    if (place.Count > 1)
                        last ??= await LastToTakeInAsync(place, cancel);
                    var results = await takeIn.RunAsync(
                        next, follower is null ? null : new RowsOf(next, follower), next == last ? null : last, cancel);
                    taken.AddRange(results);
                    follower?.Done(next, results);
                }
                catch (WaitsForScanException waits)
                {
                    follower?.Waits(next);
                    if (waits.HoldsUpOthers)
                        return;
                }
                catch (Exception exception) when (!cancel.IsCancellationRequested && ArrivalOrder.PlaceOf(next) != own
                    && follower?.Failed(next, exception) is true)
                {
                    return;
                }
            }
        }
    }

    /// <summary>The last of a slot's files that was not taken in before, which counts of those that came together.</summary>
    private async Task<string> LastToTakeInAsync(IReadOnlyList<string> place, CancellationToken cancel)
    {
        var left = await takeIn.NotTakenInAsync(StatsAsync(), parallel: 1, cancel);
        return place.LastOrDefault(left.Contains) ?? place[^1];

        async IAsyncEnumerable<FileStat> StatsAsync()
        {
            foreach (string path in place)
            {
                if (await files.StatAsync(path, cancel) is { } file)
                    yield return file;
            }
        }
    }

    /// <summary>
    /// What may have to be taken in before a file, and the reference files that are there. Nearly all of them were taken in: so it is asked
    /// once which were not, and those are not looked at one by one.
    /// </summary>
    private async Task<(HashSet<string> Before, HashSet<string> Reference)> WhatComesBeforeAsync(string path, CancellationToken cancel)
    {
        var slot = Slot.At(path);
        var (found, reference) = (new List<FileStat>(), new HashSet<string>());
        string? own = slot is Slot.Reference or Slot.Framework ? null : slot?.Folder;
        foreach (string folder in new[] { ReferenceFolder, own }.OfType<string>())
        {
            await foreach (var file in files.ListAsync(folder, cancel))
            {
                if (folder == ReferenceFolder)
                    reference.Add(file.Path);
                if (file.Path != path && Slot.At(file.Path) is { } other
                    && (other == slot || other is Slot.Reference or Slot.Framework || (slot is Slot.Workbook && other is Slot.Return)))
                    found.Add(file);
            }
        }

        return ([.. await takeIn.NotTakenInAsync(found.ToAsyncEnumerable(), parallel: 1, cancel)], reference);
    }
}
