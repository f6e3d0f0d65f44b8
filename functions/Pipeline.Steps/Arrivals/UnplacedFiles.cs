using Pipeline.Core.Submissions;
using Pipeline.Steps.State;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Arrivals;

/// <summary>The files that are there and fit no slot, so that nobody believes they count.</summary>
public static class UnplacedFiles
{
    /// <summary>Whether a file that arrived fits no slot, and somebody sent it.</summary>
    public static bool Is(string path) => Slot.At(path) is null && !FileName.IsOfSystem(path.Split('/')[^1]);

    /// <summary>Where the receipts stand of those of the files that have one, in the order of the files.</summary>
    public static async Task<IReadOnlyList<string>> ReceiptsAsync(IFileStore files, IEnumerable<string> paths,
        CancellationToken cancel = default)
    {
        var receipts = new List<string>();
        foreach (string path in paths)
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
}
