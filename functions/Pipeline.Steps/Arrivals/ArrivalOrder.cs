using Pipeline.Core.Submissions;

namespace Pipeline.Steps.Arrivals;

/// <summary>The order in which files that are there together are taken in (domain.md section 2).</summary>
public static class ArrivalOrder
{
    /// <returns>
    /// Stages, each to be finished before the next begins; of each its places, which do not wait for one another; of each its files, which
    /// follow each other.
    /// </returns>
    public static IEnumerable<IEnumerable<IEnumerable<string>>> Of(IEnumerable<string> paths) =>
        from stage in paths.Where(path => !FileName.IsOfSystem(path.Split('/')[^1]))
            .GroupBy(path => Slot.At(path)?.Precedence ?? int.MaxValue)
        orderby stage.Key
        select stage.GroupBy(PlaceOf).Select(place => place.Order(Naturally).AsEnumerable());

    private static readonly IComparer<string> Naturally = Comparer<string>.Create(FileName.CompareNaturally);

    /// <summary>
    /// What is taken in one place after the other: a provider's files of one kind, so that each is compared with those of its other
    /// quarters and contracts also when they come together.
    /// </summary>
    public static string LaneOf(string path) => Slot.At(path) is Slot.OfContract at ? $"{at.Provider}/{at.Name}" : PlaceOf(path);

    /// <summary>What a file is for, whose files follow each other; the file itself when it fits no slot.</summary>
    public static string PlaceOf(string path) => Slot.At(path) is { } slot ? slot.Folder + slot.Name : path;
}
