using System.Globalization;
using System.Security.Cryptography;
using Pipeline.Core;
using Pipeline.Core.Submissions;
using Pipeline.Steps.State;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Arrivals;

/// <summary>Puts a file where its kind arrives, under a name that nobody has used, and takes it in at once as any other.</summary>
public sealed class SendFile(IFileStore files, UploadLog uploads, Senders senders, TakeIn takeIn, TimeProvider clock)
{
    /// <summary>How many names are tried for a file that others send one for at the same time.</summary>
    private const int Attempts = 100;

    /// <param name="slot">What it is for.</param>
    /// <param name="bytes">The file.</param>
    /// <param name="ending">Of its name: <c>.csv</c>, say.</param>
    /// <param name="mark">Stands in its name: what kind of sending it was.</param>
    /// <param name="by">Who of the council sends it, which is kept with their account; null of what providers send.</param>
    /// <param name="proposedBy">Who else is behind what stands in it.</param>
    /// <param name="cancel">Ends the wait until the file is there; from then on it is taken in whether its sender waits or not.</param>
    /// <returns>Its receipt, and where that is.</returns>
    /// <exception cref="WaitsForScanException">The file is there, and is taken in when its scan has ended.</exception>
    public async Task<(Receipt Receipt, string Path)> RunAsync(Slot slot, byte[] bytes, string ending = ".csv", string mark = "",
        Person? by = null, IEnumerable<Person>? proposedBy = null, CancellationToken cancel = default)
    {
        int number = (await uploads.OfSlotAsync(slot, cancel)).Select(u => u.Version).DefaultIfEmpty(0).Max() + 1;
        var digest = new Sha256(SHA256.HashData(bytes));
        if (by is not null)
            await NoteAsync(slot, digest, by, proposedBy ?? [], cancel);
        string path = slot is Slot.Reference or Slot.Framework
            ? await WriteOverAsync(slot, bytes, cancel)
            : await CreateAsync(n => string.Create(CultureInfo.InvariantCulture, $"{slot.Folder}{slot.Name}{mark}-{n}{ending}"), number,
                bytes, cancel);
        if (await takeIn.RunAsync(path, cancel: CancellationToken.None) is [var taken, ..])
            return (taken.Receipt, taken.ReceiptPath);
        // Whoever watches what arrives was quicker.
        var version = (await uploads.OfSlotAsync(slot, CancellationToken.None)).Last(u => u.Sha256 == digest || u.Workbook == digest);
        return (await ReceiptAsync(slot, version), UploadLog.ReceiptPath(slot, version.Version));
    }

    private async Task<Receipt> ReceiptAsync(Slot slot, Upload version)
    {
        await using var json = await files.OpenReadAsync(UploadLog.ReceiptPath(slot, version.Version), cancel: CancellationToken.None);
        return Receipt.ReadJson(json);
    }

    /// <summary>The same for the workbook of a whole return, of which each filled sheet is an upload of its own.</summary>
    /// <returns>The receipt of each, and where it is; of a workbook that is refused as a whole, its own.</returns>
    /// <exception cref="WaitsForScanException">The file is there, and is taken in when its scan has ended.</exception>
    public async Task<IReadOnlyList<(Slot Slot, Receipt Receipt, string Path)>> SheetsAsync(Slot.Workbook slot, byte[] bytes,
        CancellationToken cancel = default)
    {
        int number = 1;
        await foreach (var file in files.ListAsync(slot.Folder + slot.Name, cancel))
            number++;
        string path = await CreateAsync(n => string.Create(CultureInfo.InvariantCulture, $"{slot.Folder}{slot.Name}-{n}.xlsx"), number,
            bytes, cancel);
        var taken = await takeIn.RunAsync(path, cancel: CancellationToken.None);
        List<(Slot Slot, Receipt Receipt, string Path)> sheets = [.. taken.Select(t => (t.Slot!, t.Receipt, t.ReceiptPath))];
        // Whoever watches what arrives may have been quicker with some of them.
        var digest = new Sha256(SHA256.HashData(bytes));
        foreach (var other in Dataset.Returns.Select(slot.Of).Append<Slot>(slot).Where(other => taken.All(t => t.Slot != other)))
        {
            if ((await uploads.OfSlotAsync(other, CancellationToken.None)).LastOrDefault(u => u.Workbook == digest) is { } upload)
                sheets.Add((other, await ReceiptAsync(other, upload), UploadLog.ReceiptPath(other, upload.Version)));
        }

        return sheets;
    }

    private async Task NoteAsync(Slot slot, Sha256 digest, Person by, IEnumerable<Person> proposedBy, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        foreach (var person in proposedBy.Distinct())
            await senders.NoteAsync(slot, digest, new SentBy(new Signature(person, now), IsSender: false), cancel);
        await senders.NoteAsync(slot, digest, new SentBy(new Signature(by, now), IsSender: true), cancel);
    }

    /// <summary>A reference file has one name.</summary>
    private async Task<string> WriteOverAsync(Slot slot, byte[] bytes, CancellationToken cancel)
    {
        string path = slot is Slot.Framework at ? $"{slot.Folder}{at.Id}.json" : $"{slot.Folder}{slot.Name}.csv";
        using var content = new MemoryStream(bytes, writable: false);
        await files.WriteAsync(path, content, cancel: cancel);
        return path;
    }

    private async Task<string> CreateAsync(Func<int, string> pathOf, int first, byte[] bytes, CancellationToken cancel)
    {
        for (int number = first; ; number++)
        {
            try
            {
                using var content = new MemoryStream(bytes, writable: false);
                await files.CreateAsync(pathOf(number), content, cancel);
                return pathOf(number);
            }
            catch (StoreAlreadyExistsException) when (number < first + Attempts)
            {
                // Somebody sent one just now, or put one there that was not taken in yet.
            }
        }
    }
}
