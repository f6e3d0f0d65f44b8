using Pipeline.Core;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Arrivals;

/// <summary>
/// Takes in what an event tells of, after whatever must come before it: the reference files, and the slot's files that come first by name.
/// So events may come in any order: of files that are there together, each gets the number that the sweep would give it.
/// </summary>
public sealed class TakeInArrival(IFileStore files, Sweep sweep)
{
    /// <param name="path">Where a file arrived.</param>
    /// <param name="cancel">Ends the taking in; what was taken in stays.</param>
    /// <returns>What was taken in, in the ordinal order of the paths.</returns>
    public async Task<IReadOnlyList<TakenIn>> RunAsync(string path, CancellationToken cancel = default)
    {
        await ReferenceFiles.PutDeliveredAsync(files, cancel);
        var slot = Slot.At(path);
        var found = new SortedSet<string>(StringComparer.Ordinal) { path };
        foreach (string folder in new[] { "reference/", slot?.Folder }.OfType<string>().Distinct())
        {
            await foreach (var file in files.ListAsync(folder, cancel))
            {
                if (Slot.At(file.Path) is { } other && (other == slot || other is Slot.Reference or Slot.Framework))
                    found.Add(file.Path);
            }
        }

        return await sweep.RunAsync(found, cancel: cancel);
    }
}
