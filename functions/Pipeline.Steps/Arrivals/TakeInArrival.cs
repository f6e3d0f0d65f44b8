using Pipeline.Core.Submissions;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Arrivals;

/// <summary>
/// Takes in what an event tells of, after whatever must come before it: the reference files, and the slot's files that come first by name.
/// So events may come in any order: of files that are there together, each gets the number that the sweep would give it.
/// </summary>
public sealed class TakeInArrival(IFileStore files, TakeIn takeIn)
{
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
        try
        {
            await ReferenceFiles.PutDeliveredAsync(files, cancel);
        }
        catch (StoreException exception) when (follower?.Failed("reference/frameworks/", exception) is true)
        {
            // They are put with the next file.
        }

        var taken = new List<TakenIn>();
        foreach (var place in ArrivalOrder.Of(await WithWhatComesBeforeAsync(path, cancel)).SelectMany(stage => stage))
            await TakeInAsync(place);
        return [.. taken.OrderBy(t => t.Path, StringComparer.Ordinal)];

        async Task TakeInAsync(IEnumerable<string> place)
        {
            foreach (string next in place)
            {
                try
                {
                    var results = await takeIn.RunAsync(next, follower is null ? null : new RowsOf(next, follower), cancel: cancel);
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

    private async Task<IEnumerable<string>> WithWhatComesBeforeAsync(string path, CancellationToken cancel)
    {
        var slot = Slot.At(path);
        var found = new SortedSet<string>(StringComparer.Ordinal) { path };
        foreach (string folder in new[] { "reference/", slot?.Folder }.OfType<string>().Distinct())
        {
            await foreach (var file in files.ListAsync(folder, cancel))
            {
                if (Slot.At(file.Path) is { } other
                    && (other == slot || other is Slot.Reference or Slot.Framework || (slot is Slot.Workbook && other is Slot.Return)))
                    found.Add(file.Path);
            }
        }

        return found;
    }
}
