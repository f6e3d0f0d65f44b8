using System.Security.Cryptography;
using Pipeline.Core;
using Pipeline.Core.Submissions;
using Pipeline.Steps.State;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Arrivals;

/// <summary>
/// The order in which a slot's files came before, where tables were restored that are older than the receipts (domain.md section 6): by
/// their names another of them might count now, and confirmations that correct each other would be refused.
/// </summary>
public sealed class FormerOrder(IFileStore files, UploadLog uploads)
{
    /// <param name="place">Files of one slot, in the order of their names.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="StoreException">A file was taken away, or the store failed.</exception>
    /// <returns>
    /// First those of which there are receipts that the tables know nothing of, as these are numbered; then the others, as they were. A
    /// sheet of a return's workbook has its receipt elsewhere, so that such workbooks stay as they were, too.
    /// </returns>
    public async Task<IReadOnlyList<string>> OfAsync(IReadOnlyList<string> place, CancellationToken cancel = default)
    {
        if (place.Count < 2 || Slot.At(place[0]) is not { } slot || await UnknownAsync(slot, cancel) is not { Count: > 0 } receipts)
            return place;
        var numbered = new List<(string Path, int Number)>();
        foreach (string path in place)
            numbered.Add((path, await NumberAsync(path, slot, receipts, cancel)));
        return [.. numbered.OrderBy(file => file.Number).Select(file => file.Path)];
    }

    /// <summary>The receipts of a slot's uploads after the last that the tables know, oldest first.</summary>
    private async Task<IReadOnlyList<Receipt>> UnknownAsync(Slot slot, CancellationToken cancel)
    {
        var receipts = new List<Receipt>();
        int version = (await uploads.OfSlotAsync(slot, cancel)) is [.., var last] ? last.Version : 0;
        while (await files.BytesAsync(UploadLog.ReceiptPath(slot, ++version), cancel) is { } json)
        {
            using var stream = new MemoryStream(json, writable: false);
            receipts.Add(Receipt.ReadJson(stream));
        }

        return receipts;
    }

    /// <summary>Which receipt is a file's: of its bytes, and where there are several of these, of its name.</summary>
    private async Task<int> NumberAsync(string path, Slot slot, IReadOnlyList<Receipt> receipts, CancellationToken cancel)
    {
        await using var stream = await files.OpenReadAsync(path, cancel: cancel);
        var sha256 = new Sha256(await SHA256.HashDataAsync(stream, cancel));
        string name = TakeIn.PublishedName(path, slot);
        return receipts.Where(receipt => (receipt.Workbook ?? receipt.Sha256) == sha256)
            .OrderByDescending(receipt => receipt.FileName == name).FirstOrDefault()?.Version ?? int.MaxValue;
    }
}
