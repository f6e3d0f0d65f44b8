using Pipeline.Core.Submissions;
using Pipeline.Steps.State;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Arrivals;

/// <summary>The files that are there and fit no slot, so that nobody believes they count.</summary>
public static class UnplacedFiles
{
    /// <summary>Whether a file that arrived fits no slot, and somebody sent it.</summary>
    public static bool Is(string path) => Slot.At(path) is null && !FileName.IsOfSystem(path.Split('/')[^1]);

    /// <summary>
    /// The receipts of every file that is there and fits no slot, or whose contract is not the provider's: it counts as little.
    /// </summary>
    /// <param name="files">Where all arrive.</param>
    /// <param name="current">With the register.</param>
    /// <param name="cancel">Ends the look.</param>
    /// <returns>In the order of the containers and of the files' paths; a file that was not looked at yet has none.</returns>
    public static async Task<IReadOnlyList<string>> ReceiptsAsync(IFileStore files, CurrentReference current,
        CancellationToken cancel = default)
    {
        var against = new UploadCheck(current.Frameworks, current.Register, default);
        var unplaced = new List<string>();
        foreach (string container in Sweep.Containers)
        {
            await foreach (var file in files.ListAsync(container + "/", cancel))
            {
                if (Is(file.Path) || (Slot.At(file.Path) is { } slot && against.Misplaced(slot) is not null))
                    unplaced.Add(file.Path);
            }
        }

        var receipts = new List<string>();
        foreach (string path in unplaced)
        {
            foreach (string folder in new[] { Slot.FolderAt(path)?.ReceiptFolder, Slot.UnplacedReceipts }.OfType<string>())
            {
                string receipt = $"{folder}{UploadLog.NameOf(path)}.json";
                if (await files.StatAsync(receipt, cancel) is null)
                    continue;
                receipts.Add(receipt);
                break;
            }
        }

        return receipts;
    }

    /// <summary>How many folders are looked into for whether what came is still there.</summary>
    private const int FoldersLookedInto = 50;

    /// <summary>
    /// The pages of the receipts of files that are in a provider's folders under names that say nothing. Without looking at all files: the
    /// log of what was taken in has what came, and the folders tell what is still there.
    /// </summary>
    /// <param name="uploads">What was taken in.</param>
    /// <param name="files">Where the folders are.</param>
    /// <param name="folders">What the receipts' paths begin with: <c>receipts/acme/</c>, say.</param>
    /// <param name="cancel">Ends the look.</param>
    public static async Task<IReadOnlyList<string>> PagesAsync(UploadLog uploads, IFileStore files, string folders,
        CancellationToken cancel = default)
    {
        var came = (await uploads.UnplacedReceiptsAsync(cancel)).Where(path => path.StartsWith(folders, StringComparison.Ordinal))
            .GroupBy(path => path[..(path.LastIndexOf('/') + 1)]).OrderBy(folder => folder.Key, StringComparer.Ordinal).ToList();
        var receipts = came.Skip(FoldersLookedInto).SelectMany(folder => folder).ToList();
        foreach (var folder in came.Take(FoldersLookedInto))
        {
            var there = new HashSet<string>();
            await foreach (var file in files.ListAsync(Slot.FolderOfUnplaced(folder.Key), cancel))
            {
                if (Is(file.Path))
                    there.Add($"{folder.Key}{UploadLog.NameOf(file.Path)}.json");
            }

            receipts.AddRange(folder.Where(there.Contains));
        }

        return [.. receipts.Select(path => Path.ChangeExtension(path, ".html")).Order(StringComparer.Ordinal)];
    }
}
