using System.Text.Json;
using Pipeline.Core;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Pages;

namespace Pipeline.Steps;

/// <summary>What became of a file that was found.</summary>
/// <param name="Path">Where it was found.</param>
/// <param name="Slot">What it is for; null when it fits no slot.</param>
/// <param name="Receipt">What its sender gets back.</param>
/// <param name="ReceiptPath">Where the receipt is.</param>
public sealed record TakenIn(string Path, Slot? Slot, Receipt Receipt, string ReceiptPath);

/// <summary>
/// Takes one file in (design.md section 3): slot, digest, duplicate, check and count in one pass, archive, receipt, version.
/// Every write is repeatable: a file whose taking in died anywhere is taken in again and ends the same.
/// </summary>
public sealed class TakeIn(IFileStore files, Uploads uploads, Reference reference, Changes changes, TimeProvider clock, long sizeLimit = FileCheck.DefaultSizeLimit)
{
    /// <summary>Takes in the file at a path as it is now.</summary>
    /// <returns>Null when there is no such file, or it was taken in before.</returns>
    /// <exception cref="StoreException">Nothing was lost: the file is found again.</exception>
    public async Task<TakenIn?> RunAsync(string path, IProgress<long>? rowsRead = null, CancellationToken cancel = default)
    {
        if (await files.StatAsync(path, cancel) is not { } file)
            return null;
        var slot = Slot.At(path);
        var against = await AgainstAsync(cancel);
        var misplaced = against.Misplaced(slot);
        if (slot is null || misplaced is not null)
            return await SetAsideAsync(file, slot, misplaced!, cancel);
        if (await uploads.IsTakenInAsync(file, slot, cancel))
            return null;

        var bytes = await UploadBytes.ReadAsync(files, file, cancel);
        if (Upload.CurrentOf(await uploads.OfSlotAsync(slot, cancel)) is { } current && current.Sha256 == bytes.Sha256)
            return await AnswerDuplicateAsync(file, slot, bytes, current, cancel);

        var check = await CheckAsync(against, slot, file, bytes, rowsRead, cancel);
        var status = check.Findings.HasPersonalData ? UploadStatus.Quarantined : check.IsAccepted ? UploadStatus.Accepted : UploadStatus.Rejected;
        string extension = Path.GetExtension(file.Path);
        await bytes.KeepAsync(status == UploadStatus.Quarantined ? Archive.QuarantinePathOf(bytes.Sha256, extension) : Archive.PathOf(bytes.Sha256, extension), cancel);
        return await CommitAsync(file, slot, bytes.Sha256, check, status, cancel);
    }

    /// <summary>Numbers the upload and publishes its receipt and counts; the version's row comes last and makes it count.</summary>
    private async Task<TakenIn?> CommitAsync(FileStat file, Slot slot, Sha256 sha256, CheckedFile check, UploadStatus status, CancellationToken cancel)
    {
        string fileName = PersonalFileName(file, slot) ? "" : file.Path[slot.Folder.Length..];
        bool late = check.Findings.ByRule.Any(c => c.Rule == Rules.Late);
        var before = await uploads.OfSlotAsync(slot, cancel);
        int standing = Upload.CurrentOf(before)?.Version ?? 0;
        int version = before.Select(u => u.Version).DefaultIfEmpty(0).Max();
        while (true)
        {
            version++;
            var (summary, findings) = Receipt.Of(check.Findings);
            var receipt = new Receipt(
                slot.Folder + slot.Name, fileName, version, status, sha256, clock.GetUtcNow(), check.Rows, check.IsAccepted ? check.Rows : 0,
                check.Findings.Errors, check.Findings.Warnings, summary, findings);
            string receiptPath = Uploads.ReceiptPath(slot, version);
            if (!await ClaimAsync(receiptPath, receipt, cancel))
                continue;
            await WriteAsync($"{slot.ReceiptFolder}v{version}.csv", receipt.WriteCsv, cancel);
            await WritePageAsync(receipt, receiptPath, slot, standing, cancel);
            if (check is { IsAccepted: true, Counts: not null })
                await WriteAsync(Uploads.CountsPath(slot, version), stream => JsonSerializer.Serialize(stream, check.Counts, CoreJson.Options), cancel);
            await changes.NoteAsync(slot, version, cancel);
            var upload = new Upload(slot.Name, version, status, check.Rows, check.Findings.Errors, check.Findings.Warnings, sha256, receipt.TakenInAt, late, fileName);
            if (await uploads.CommitAsync(file, slot, upload, cancel))
                return new TakenIn(file.Path, slot, receipt, receiptPath);
            // Somebody took the same file in at the same time.
            if (await uploads.IsTakenInAsync(file, slot, cancel))
                return null;
        }
    }

    /// <summary>Claims a version's number by being the first to write its receipt. One that this same upload wrote before it died is its own.</summary>
    private async Task<bool> ClaimAsync(string receiptPath, Receipt receipt, CancellationToken cancel)
    {
        try
        {
            using var json = new MemoryStream();
            receipt.WriteJson(json);
            json.Position = 0;
            await files.CreateAsync(receiptPath, json, cancel);
            return true;
        }
        catch (StoreAlreadyExistsException)
        {
            await using var stream = await files.OpenReadAsync(receiptPath, cancel: cancel);
            var claimed = Receipt.ReadJson(stream);
            if (claimed.Sha256 != receipt.Sha256 || claimed.FileName != receipt.FileName)
                return false;
        }

        await WriteAsync(receiptPath, receipt.WriteJson, cancel);
        return true;
    }

    private async Task<TakenIn> AnswerDuplicateAsync(FileStat file, Slot slot, UploadBytes bytes, Upload current, CancellationToken cancel)
    {
        var receipt = new Receipt(
            slot.Folder + slot.Name, PersonalFileName(file, slot) ? "" : file.Path[slot.Folder.Length..], current.Version, UploadStatus.Duplicate, bytes.Sha256, clock.GetUtcNow(),
            current.Rows, 0, 0, 0, [], []);
        string receiptPath = $"{slot.ReceiptFolder}duplicate-of-v{current.Version}.json";
        await WriteAsync(receiptPath, receipt.WriteJson, cancel);
        await WritePageAsync(receipt, receiptPath, slot, current.Version, cancel);
        await uploads.CommitWithoutVersionAsync(file, slot, cancel);
        return new TakenIn(file.Path, slot, receipt, receiptPath);
    }

    /// <summary>Quarantines a file that fits no slot, or whose contract is not the provider's. The contract's own slots are left as they are.</summary>
    private async Task<TakenIn?> SetAsideAsync(FileStat found, Slot? slot, Rule rule, CancellationToken cancel)
    {
        // With another register the file may find its contract, so it is looked at again then.
        var file = slot is null ? found : found with { ETag = $"{found.ETag} {await reference.RegisterVersionAsync(cancel)}" };
        if (await uploads.IsTakenInAsync(file, null, cancel))
            return null;
        var bytes = await UploadBytes.ReadAsync(files, found, cancel);
        var findings = new Findings();
        findings.Add(new Finding(rule, 0));
        var (summary, listed) = Receipt.Of(findings);
        var receipt = new Receipt("", "", 0, UploadStatus.Quarantined, bytes.Sha256, clock.GetUtcNow(), 0, 0, 1, 0, summary, listed);
        string receiptPath = $"receipts/_unplaced/{Uploads.NameOf(file.Path)}.json";
        await bytes.KeepAsync(Archive.QuarantinePathOf(bytes.Sha256, ".csv"), cancel);
        await WriteAsync(receiptPath, receipt.WriteJson, cancel);
        await WritePageAsync(receipt, receiptPath, null, 0, cancel);
        await uploads.CommitWithoutVersionAsync(file, null, cancel);
        return new TakenIn(file.Path, null, receipt, receiptPath);
    }

    private async Task<UploadCheck> AgainstAsync(CancellationToken cancel)
    {
        var register = await reference.RegisterAsync(cancel);
        return new UploadCheck(
            register?.Frameworks ?? await reference.FrameworksAsync(cancel), register, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime), sizeLimit);
    }

    private static async Task<CheckedFile> CheckAsync(UploadCheck against, Slot slot, FileStat file, UploadBytes bytes, IProgress<long>? rowsRead, CancellationToken cancel)
    {
        await using var stream = await bytes.OpenAsync(cancel);
        return against.Run(slot, file.Path[slot.Folder.Length..], stream, rowsRead);
    }

    /// <summary>Whether what a sender added to a file's name looks like something about a person.</summary>
    private static bool PersonalFileName(FileStat file, Slot slot) => PersonalData.IsInFileName(file.Path[slot.Folder.Length..]);

    /// <summary>The receipt as a page, beside it.</summary>
    private async Task WritePageAsync(Receipt receipt, string receiptPath, Slot? slot, int standing, CancellationToken cancel)
    {
        string path = Path.ChangeExtension(receiptPath, ".html");
        byte[] page = await Page.OfAsync(new ReceiptContent(receipt, path, slot, await reference.RegisterAsync(cancel), standing));
        await WriteAsync(path, stream => stream.Write(page), cancel);
    }

    private async Task WriteAsync(string path, Action<Stream> write, CancellationToken cancel)
    {
        using var buffer = new MemoryStream();
        write(buffer);
        buffer.Position = 0;
        await files.WriteAsync(path, buffer, cancel: cancel);
    }
}
