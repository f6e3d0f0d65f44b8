using System.Text.Json;
using Pipeline.Core;
using Pipeline.Core.Contracts;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Findings;
using Pipeline.Core.Reading;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Pages;
using Pipeline.Steps.State;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Arrivals;

/// <summary>What became of a file that was found.</summary>
/// <param name="Path">Where it was found.</param>
/// <param name="Slot">What it is for; null when it fits no slot.</param>
/// <param name="Receipt">What its sender gets back.</param>
/// <param name="ReceiptPath">Where the receipt is.</param>
public sealed record TakenIn(string Path, Slot? Slot, Receipt Receipt, string ReceiptPath);

/// <summary>
/// Takes one file in (docs/what-happens.md): slot, digest, duplicate, check and count in one pass, archive, receipt, version.
/// Every write is repeatable: a file whose taking in died anywhere is taken in again and ends the same.
/// </summary>
#pragma warning disable CA1001 // Its semaphore holds nothing to dispose of while nobody asks for a wait handle.
public sealed class TakeIn(
#pragma warning restore CA1001
    IFileStore files, UploadLog uploads, Reference reference, PendingChanges changes, Ledger ledger, Reckoning reckoning, HeldChanges held,
    TimeProvider clock, long sizeLimit = FileCheck.DefaultSizeLimit, ScanResults? scans = null)
{
    /// <summary>
    /// As many large files at once as there are processors: each keeps more than one of them busy, and its clients in memory.
    /// </summary>
    private readonly SemaphoreSlim _large = new(Environment.ProcessorCount);

    /// <summary>Takes in the file at a path as it is now.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="rowsRead">Told of each row.</param>
    /// <param name="last">The last file of its slot that came with it, which is taken in after it; null when it is that itself, or came
    /// alone.</param>
    /// <param name="cancel">Ends it; what was taken in stays.</param>
    /// <returns>One upload, or of a return's workbook one for each filled sheet; none when there is no such file, or its bytes are those
    /// that were last taken in from there.</returns>
    /// <exception cref="StoreException">Nothing was lost: the file is found again.</exception>
    /// <exception cref="WaitsForRepairException">It is about what was released, of which the tables do not know all.</exception>
    /// <exception cref="WaitsForScanException">It is not known yet whether the file carries malware.</exception>
    public async Task<IReadOnlyList<TakenIn>> RunAsync(string path, IProgress<long>? rowsRead = null, string? last = null,
        CancellationToken cancel = default)
    {
        var taken = new List<TakenIn>();
        await OptimisticRetry.OnConflictAsync(
            async () =>
            {
                await AttemptAsync(path, taken, rowsRead, last, cancel);
                return true;
            },
            clock,
            cancel);
        return taken;
    }

    /// <inheritdoc cref="UploadLog.NotTakenInAsync"/>
    public Task<IReadOnlyCollection<string>> NotTakenInAsync(IAsyncEnumerable<FileStat> found, int parallel,
        CancellationToken cancel = default) =>
        uploads.NotTakenInAsync(found, parallel, cancel);

    /// <summary>The payments of a quarter that finance was told of, by id. Nobody can have paid the others.</summary>
    public async Task<IReadOnlyDictionary<string, ConfirmablePayment>> ConfirmableAsync(Quarter quarter, CancellationToken cancel = default)
    {
        var confirmable = new Dictionary<string, ConfirmablePayment>();
        foreach (var run in (await ledger.OfQuarterAsync(quarter, cancel)).GroupBy(p => p.Released.Run))
        {
            if (!await files.AreCompleteAsync(quarter, run.Key, cancel))
                continue;
            foreach (var payment in run)
                confirmable.Add(payment.Released.PaymentId.ToString(),
                    new ConfirmablePayment(LondonDay.Of(payment.ReleasedAt), payment.Confirmation?.Paid, payment.Confirmation?.PaidOn));
        }

        return confirmable;
    }

    /// <summary>
    /// Checks the bytes of a held version again, against what is in force now, and takes them in as a version that is not held.
    /// </summary>
    /// <param name="slot">Of the commissioner's.</param>
    /// <param name="waiting">The held version.</param>
    /// <param name="commits">Whether a version is committed, of what checks and of what does not: that one is rejected.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>What the check found.</returns>
    /// <exception cref="StoreException">With <see cref="StoreChangedException"/>, another version was committed meanwhile.</exception>
    internal async Task<FindingList> PutInForceAsync(Slot slot, Upload waiting, Predicate<CheckedFile> commits, CancellationToken cancel)
    {
        string extension = slot is Slot.Framework ? ".json" : ".csv";
        string path = Archive.PathOf(waiting.Sha256, extension);
        var open = await uploads.OpenAsync(await reference.CurrentAsync(cancel), slot, path, cancel);
        var against = Against(open.Reference);
        var file = await files.StatAsync(path, cancel) ?? throw new StoreUnavailableException($"The archive does not hold {path}.")
            { IsDamage = true };
        await using var bytes = await UploadBytes.ReadAsync(files, file, cancel);
        await using var stream = await bytes.OpenAsync(cancel);
        var check = against.Run(slot, slot.Name + extension, stream);
        if (commits(check) && open.Versions.All(u => u.PutsInForce != waiting.Version))
            await CommitAsync(file, open, bytes, check, against, cancel, waiting);
        return check.Findings;
    }

    /// <param name="taken">What is committed is added to it, whatever becomes of the rest.</param>
    private async Task AttemptAsync(string path, List<TakenIn> taken, IProgress<long>? rowsRead, string? lastOfSlot,
        CancellationToken cancel)
    {
        if (FileName.IsOfSystem(path.Split('/')[^1]) || await files.StatAsync(path, cancel) is not { } file)
            return;
        var slot = Slot.At(path);
        if (slot is not null && await uploads.IsTakenInAsync(file, slot, cancel))
            return;
        // Before anything reads a byte of it.
        var scanned = await ScannedAsync(file, cancel);
        // One reading tells what a file is checked against and under which register it is quarantined: these must not differ.
        var current = await reference.CurrentAsync(cancel);
        var against = Against(current) with { Scanned = scanned };
        var misplaced = against.Misplaced(slot);
        bool isLarge = UploadBytes.IsLarge(file) && slot is not null && misplaced is null;
        if (isLarge)
            await _large.WaitAsync(cancel);
        try
        {
            if (slot is Slot.Workbook workbook && misplaced is null && against.RefusedUnread(file) is null)
                await CheckSheetsAsync(file, workbook, current, against, taken, rowsRead, cancel);
            else if (await (slot is null || misplaced is not null
                ? QuarantineAsync(file, slot, misplaced!, against, current.Contracts?.Version ?? 0, cancel)
                : CheckAsync(file, slot, current, against, rowsRead, lastOfSlot, cancel)) is { } one)
                taken.Add(one);
        }
        finally
        {
            if (isLarge)
                _large.Release();
        }
    }

    /// <summary>
    /// Takes in each filled sheet of a return's workbook, for a slot of its own. Those that were taken in before it died are left as they
    /// are.
    /// </summary>
    private async Task CheckSheetsAsync(
        FileStat file, Slot.Workbook workbook, CurrentReference current, UploadCheck against, List<TakenIn> taken,
        IProgress<long>? rowsRead, CancellationToken cancel)
    {
        var known = new Dictionary<Slot, UploadLog.OpenSlot>();
        // The workbook's own slot comes last, so that what it says of the quarter holds for those of the sheets.
        foreach (var slot in Dataset.Returns.Select(workbook.Of).Append<Slot>(workbook))
            known.Add(slot, await uploads.OpenAsync(current, slot, file.Path, cancel));
        var last = known[workbook].Last;
        against = await InQuarterAsync(against, known[workbook], cancel);
        await using var bytes = await UploadBytes.ReadAsync(files, file, cancel);
        if (last?.Sha256 == bytes.Sha256)
        {
            await uploads.CommitSameAsync(file, workbook, last, cancel);
            return;
        }

        await using var stream = await bytes.OpenSeekableAsync(cancel);
        foreach (var (slot, check) in against.RunSheets(workbook, file.Path[workbook.Folder.Length..], stream, rowsRead))
        {
            var open = known[slot];
            if (open.Last?.ETag == file.Identity)
                continue;
            taken.Add(check.SheetSha256 is { } rows && open.RepeatedBy(rows, file.Path) is { } repeated
                ? await AnswerDuplicateAsync(file, open, bytes, check, repeated, against, cancel)
                : await CommitAsync(file, open, bytes, check, against, cancel));
        }

        await known[workbook].CommitSheetsAsync(file, bytes.Sha256, cancel);
    }

    /// <returns>Null when it was taken in meanwhile.</returns>
    private async Task<TakenIn?> CheckAsync(
        FileStat file, Slot slot, CurrentReference current, UploadCheck against, IProgress<long>? rowsRead, string? lastOfSlot,
        CancellationToken cancel)
    {
        var open = await uploads.OpenAsync(current, slot, file.Path, cancel);
        if (open.Last?.ETag == file.Identity)
            return null;
        if (await reckoning.WaitsForAsync(slot, cancel) is { } why)
            throw new WaitsForRepairException(why) { Path = file.Path };
        against = await InQuarterAsync(against, open, cancel);
        // A small file is fetched once; a large one is checked, and on its way to where it is kept, while its digest is made. What came
        // from this path before may be the same again, so that its digest comes first.
        bool isWorkbook = IsWorkbook(file, slot);
        if (against.RefusedUnread(file) is { } refused)
            return await CommitAsync(file, open, UploadBytes.Unread(files, file),
                UploadCheck.RunUnread(refused, file.Path[slot.Folder.Length..]), against, cancel, lastOfSlot: lastOfSlot);
        var ahead = UploadBytes.IsLarge(file) && !isWorkbook && open.Last is null
            ? Task.Run(() => ReadAndCheckAsync(against, slot, file, files.OpenReadAsync(file.Path, file.ETag, cancel), rowsRead), cancel)
            : null;
        try
        {
            await using var bytes = await UploadBytes.ReadAsync(files, file, cancel);
            if (open.Last?.Sha256 == bytes.Sha256)
            {
                await uploads.CommitSameAsync(file, slot, open.Last, cancel);
                return null;
            }

            // What a workbook is known by is in it.
            var check = isWorkbook ? await ReadAndCheckAsync(against, slot, file, bytes.OpenSeekableAsync(cancel), rowsRead) : null;
            if (open.RepeatedBy(check?.SheetSha256 ?? bytes.Sha256, file.Path) is { } repeated)
                return await AnswerDuplicateAsync(file, open, bytes, check, repeated, against, cancel);

            check ??= await (ahead ?? ReadAndCheckAsync(against, slot, file, bytes.OpenAsync(cancel), rowsRead));
            return await CommitAsync(file, open, bytes, check, against, cancel, lastOfSlot: lastOfSlot);
        }
        finally
        {
            // The file is read until its check ends, however its taking in does.
            if (ahead is not null)
                await ((Task)ahead).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// Warns of a file that is the current one of the quarter before or after, or of another contract of its provider: most likely the
    /// wrong one was picked. Nil returns are all alike.
    /// </summary>
    /// <param name="isNew">Whether nobody sent these bytes before.</param>
    private async Task NoteSameElsewhereAsync(Slot slot, CheckedFile check, UploadBytes bytes, bool isNew, UploadCheck against,
        CancellationToken cancel)
    {
        // A sheet may be the same as one of a workbook whose other sheets were others.
        if (slot is not Slot.Return at || check.Rows == 0 || (isNew && check.SheetSha256 is null))
            return;
        foreach (var other in new[] { at.Quarter.Previous, at.Quarter.Next }.OfType<Quarter>())
        {
            if (await IsCurrentAsync(at with { Quarter = other }))
                check.Findings.Add(new Finding(Rules.SameElsewhere, 0,
                    Expected: $"the file of {at.Quarter}; these are the bytes of the current file of {other}"));
        }

        // A provider may have thousands of contracts. What none of them sent is new, and they need not be asked.
        if (isNew)
            return;
        foreach (var other in against.Register!.Active(at.Quarter, at.Provider).Where(contract => contract.Id != at.Contract))
        {
            if (!await IsCurrentAsync(at with { Contract = other.Id }))
                continue;
            check.Findings.Add(new Finding(Rules.SameElsewhere, 0,
                Expected: $"the file of {at.Contract}; these are the bytes of the current file of {other.Id}"));
            return;
        }

        async Task<bool> IsCurrentAsync(Slot other) =>
            Upload.CurrentOf(await uploads.OfSlotAsync(other, cancel)) is { } current
                && current.Sha256 == (check.SheetSha256 ?? bytes.Sha256);
    }

    private static string ExtensionOf(FileStat file) => Path.GetExtension(file.Path).ToLowerInvariant();

    /// <summary>Where an upload's bytes are kept: one with something about a person in it is in no archive.</summary>
    private static string KeptAt(UploadStatus status, Sha256 sha256, string extension) =>
        status == UploadStatus.Quarantined ? Archive.QuarantinePathOf(sha256, extension) : Archive.PathOf(sha256, extension);

    private static UploadStatus StatusOf(CheckedFile check) =>
        check.Findings.HasPersonalData ? UploadStatus.Quarantined : check.IsAccepted ? UploadStatus.Accepted : UploadStatus.Rejected;

    /// <summary>
    /// Numbers the upload, keeps its bytes and publishes its receipt and counts; the version's row comes last and makes it count.
    /// </summary>
    private async Task<TakenIn> CommitAsync(
        FileStat file, UploadLog.OpenSlot open, UploadBytes bytes, CheckedFile check, UploadCheck against, CancellationToken cancel,
        Upload? accepted = null,
        string? lastOfSlot = null)
    {
        var (slot, version) = (open.Slot, open.Next);
        var status = StatusOf(check);
        bool isNew = await bytes.KeepAsync(KeptAt(status, bytes.Sha256, ExtensionOf(file)), cancel);
        await NoteSameElsewhereAsync(slot, check, bytes, isNew, against, cancel);
        if (slot is Slot.Return)
            UploadCheck.NoteFewerRows(check, open.Current);
        var registerChanges = check.Counts is ContractList contracts ? RegisterChange.Between(
            open.Current is { } inForce ? (ContractList)await uploads.CountsAsync(inForce, cancel) : null, contracts) : null;
        foreach (var jump in registerChanges?.Where(change => change.IsJump) ?? [])
            check.Findings.Add(new Finding(Rules.ValueJumps, 0, Expected: $"about {jump.ValueBefore} a year for {jump.Contract}"));
        string fileName = accepted?.FileName ?? PublishedName(file.Path, slot);
        bool late = check.Findings.ByRule.Any(c => c.Rule == Rules.Late);
        var (summary, findings) = Receipt.Of(check.Findings);
        var receipt = new Receipt(
            slot.Folder + slot.Name, fileName, version, status, check.SheetSha256
                ?? bytes.Sha256, clock.GetUtcNow(), check.Rows, check.IsAccepted ? check.Rows : 0,
            check.Findings.Errors, check.Findings.Warnings, summary, findings)
                { Workbook = WorkbookOf(file, slot, bytes), Sheet = check.Sheet, DueOn = against.DueOn(slot),
                    CameBefore = lastOfSlot is null || slot is not Slot.Return ? null : PublishedName(lastOfSlot, slot) };
        if (status == UploadStatus.Accepted)
            receipt = await WithConsequencesAsync(receipt with { RegisterChanges = registerChanges }, open, bytes, check, cancel);
        if (accepted is null && receipt.Consequences?.Any(change => change.TouchesWhatWasSettled) == true)
        {
            receipt = receipt with { Status = status = UploadStatus.Held, RowsAccepted = 0 };
            await held.NumberAsync(slot, version, cancel);
        }

        string receiptPath = UploadLog.ReceiptPath(slot, version);
        List<(string Path, byte[] Content)> publications =
        [
            (receiptPath, FileWriting.BytesOf(receipt.WriteJson)),
            await PageAsync(receipt, receiptPath, slot, against, open.Current?.Version ?? 0, check.Counts ?? check.CountsSoFar),
        ];
        byte[]? counts = check is { IsAccepted: true, Counts: not null }
            ? JsonSerializer.SerializeToUtf8Bytes(check.Counts, CoreJson.Options) : null;
        string? withVersion = counts is null ? null : UploadLog.WithVersion(slot, counts);
        if (counts is not null && withVersion is null)
            publications.Add((UploadLog.CountsPath(slot.ReceiptFolder, version), counts));
        await PublishAsync(open, publications, receipt, cancel);
        // No file makes a quarter known that has not begun (domain.md section 4).
        if (against.HasBegun(slot))
            await changes.NoteAsync(slot, version, cancel);
        var upload = new Upload(slot.Name, version, status, check.Rows, check.Findings.Errors, check.Findings.Warnings, receipt.Sha256,
            receipt.TakenInAt, late, fileName, slot.ReceiptFolder)
        {
            Workbook = receipt.Workbook,
            Counts = withVersion,
            PutsInForce = accepted?.Version,
        };
        await open.CommitAsync(accepted is null ? file : null, upload, cancel);
        return new TakenIn(file.Path, slot, receipt, receiptPath);
    }

    /// <summary>
    /// Says on the receipt of what the commissioner sends what it changes: nobody else's file changes what others are paid.
    /// </summary>
    private async Task<Receipt> WithConsequencesAsync(Receipt receipt, UploadLog.OpenSlot open, UploadBytes bytes, CheckedFile check,
        CancellationToken cancel)
    {
        var slot = open.Slot;
        if (slot is not (Slot.Reference or Slot.Framework or Slot.Review))
            return receipt;
        Framework? framework = null;
        if (slot is Slot.Framework at)
        {
            await using var json = await bytes.OpenAsync(cancel);
            framework = FrameworkFile.Read(json, at.Id).Framework;
        }

        return receipt with
        {
            Consequences = await reckoning.OfAsync(slot, check.Counts, framework, cancel: cancel) is { Count: > 0 } consequences
                ? consequences : null,
        };
    }

    /// <summary>
    /// Writes the files of a version that is not committed yet. Somebody may have written them for the same number before, and died or be
    /// about to commit it. Theirs are written over, but only as they were before the head was renewed: whoever commits in the end has
    /// written all of them last.
    /// </summary>
    /// <remarks>
    /// The list of findings for a spreadsheet comes after the receipt, and only where there are any: so where there is no receipt, there is
    /// no list either. Where somebody else's receipt is there, its list may be about to be written, so that the place is taken.
    /// </remarks>
    private async Task PublishAsync(UploadLog.OpenSlot open, List<(string Path, byte[] Content)> publications, Receipt receipt,
        CancellationToken cancel)
    {
        string list = Path.ChangeExtension(publications[0].Path, ".csv");
        FileStat? listLeft = null;
        // Whoever writes any of them writes the receipt, which comes first: of nearly every version there is none. Where it is only others
        // that are left, to create them fails, and the next attempt finds the receipt that this one made.
        var left = new FileStat?[publications.Count];
        left[0] = await files.StatAsync(publications[0].Path, cancel);
        if (left[0] is not null)
        {
            for (int other = 1; other < left.Length; other++)
                left[other] = await files.StatAsync(publications[other].Path, cancel);
            listLeft = await files.StatAsync(list, cancel);
            await open.RenewAsync(cancel);
        }

        // Side by side, since each waits for the disk and none for another.
        await Task.WhenAll(publications.Zip(left, (publication, there) =>
            files.WriteOverAsync(publication.Path, there, publication.Content, cancel)));
        if (receipt.Summary.Count > 0 || left[0] is not null)
            await files.WriteOverAsync(list, listLeft, FileWriting.BytesOf(receipt.WriteCsv), cancel);
    }

    private async Task<TakenIn> AnswerDuplicateAsync(
        FileStat file, UploadLog.OpenSlot open, UploadBytes bytes, CheckedFile? check, Upload repeated, UploadCheck against,
        CancellationToken cancel)
    {
        var slot = open.Slot;
        var receipt = new Receipt(
            slot.Folder + slot.Name, PublishedName(file.Path, slot), repeated.Version, UploadStatus.Duplicate, repeated.Sha256,
            clock.GetUtcNow(),
            repeated.Rows, 0, 0, 0, [], []) { Workbook = WorkbookOf(file, slot, bytes), Sheet = check?.Sheet };
        string receiptPath = $"{slot.ReceiptFolder}duplicate-of-v{repeated.Version}.json";
        await WriteAsync((receiptPath, FileWriting.BytesOf(receipt.WriteJson)), cancel);
        await WriteAsync(await PageAsync(receipt, receiptPath, slot, against, open.Current?.Version ?? 0), cancel);
        await open.CommitDuplicateAsync(file, bytes.Sha256, cancel);
        return new TakenIn(file.Path, slot, receipt, receiptPath);
    }

    /// <summary>
    /// Puts a file into quarantine that fits no slot, or whose contract is not the provider's. The contract's own slots are left as they
    /// are.
    /// </summary>
    private async Task<TakenIn?> QuarantineAsync(FileStat found, Slot? slot, Rule rule, UploadCheck against, int register,
        CancellationToken cancel)
    {
        // With another register the file may find its contract, so it is looked at again then.
        var file = slot is null ? found : found with { ETag = UploadLog.QuarantinedAgainst(found, register), ChangedAt = null };
        var last = await uploads.LastFromAsync(file.Path, null, cancel);
        if (last?.ETag == file.Identity)
            return null;
        var refused = against.RefusedUnread(found);
        await using var bytes = refused is not null ? UploadBytes.Unread(files, found) : await UploadBytes.ReadAsync(files, found, cancel);
        // What was taken in stays, even when its contract leaves the register.
        if (refused is null && slot is not null && await uploads.LastFromAsync(found.Path, slot, cancel) is { } before
            && before.Sha256 == bytes.Sha256)
        {
            await uploads.CommitSameAsync(found, slot, before, cancel);
            return null;
        }

        if (last is not null && last.Sha256 == bytes.Sha256 && refused is null && UploadLog.AreAgainstOne(last.ETag, file.Identity))
        {
            await uploads.CommitSameAsync(file, null, last, cancel);
            return null;
        }

        // In the place of the folder's other receipts, where its sender looks, when the folder is a provider's own.
        string? ownFolder = Slot.FolderAt(found.Path) is { } at && against.Register?.Find(at.Contract, at.Quarter)?.Provider == at.Provider
            ? at.ReceiptFolder
            : null;
        var findings = new FindingList();
        findings.Add(new Finding(rule, 0, Expected: slot is null ? Slot.ExpectedAt(found.Path, ownFolder is not null) : null));
        if (refused is not null)
            findings.Add(refused);
        var (summary, listed) = Receipt.Of(findings);
        // Its sender must know which file it is about; nobody else what they called it.
        var receipt = new Receipt("", new PathRedactor(against.Register).Of(found.Path), 0, UploadStatus.Quarantined, bytes.Sha256,
            clock.GetUtcNow(), 0, 0, findings.Errors, 0, summary, listed);
        string receiptPath = $"{ownFolder ?? Slot.UnplacedReceipts}{UploadLog.NameOf(file.Path)}.json";
        await bytes.KeepAsync(Archive.QuarantinePathOf(bytes.Sha256, slot is not null && IsWorkbook(found, slot) ? ".xlsx" : ".csv"),
            cancel);
        await WriteAsync((receiptPath, FileWriting.BytesOf(receipt.WriteJson)), cancel);
        await WriteAsync(await PageAsync(receipt, receiptPath, null, against, 0), cancel);
        await uploads.CommitQuarantinedAsync(file, bytes.Sha256, slot is null && ownFolder is not null ? receiptPath : null, cancel);
        return new TakenIn(file.Path, null, receipt, receiptPath);
    }

    /// <summary>What the scan for malware refuses a file for; null when it may be read.</summary>
    private async Task<Rule?> ScannedAsync(FileStat file, CancellationToken cancel)
    {
        if (scans is null || !ScanResults.Covers(file.Path))
            return null;
        return await scans.OfAsync(file, cancel) switch
        {
            ScanResult.Clean => null,
            ScanResult.Malware => Rules.MalwareFound,
            ScanResult.NotScanned => Rules.NotScanned,
            _ => throw new WaitsForScanException { HoldsUpOthers = clock.GetUtcNow() - file.LastModified < ScanResults.Usual },
        };
    }

    private UploadCheck Against(CurrentReference current) =>
        new(current.Register?.Frameworks ?? current.Frameworks, current.Register, LondonDay.Of(clock.GetUtcNow()), sizeLimit);

    /// <summary>With what is known of the slot's quarter.</summary>
    private async Task<UploadCheck> InQuarterAsync(UploadCheck against, UploadLog.OpenSlot open, CancellationToken cancel) =>
        open.Slot is Slot.Confirmations at
        ? against with { Payments = await ConfirmableAsync(at.Quarter, cancel) }
        : against with { IsClosed = open.IsClosed };

    private static async Task<CheckedFile> ReadAndCheckAsync(UploadCheck against, Slot slot, FileStat file, Task<Stream> bytes,
        IProgress<long>? rowsRead)
    {
        await using var stream = await bytes;
        return against.Run(slot, file.Path[slot.Folder.Length..], stream, rowsRead);
    }

    private static bool IsWorkbook(FileStat file, Slot slot) =>
        slot is Slot.Workbook || (slot is Slot.Return && FileName.IsWorkbook(file.Path[slot.Folder.Length..]));

    private static Sha256? WorkbookOf(FileStat file, Slot slot, UploadBytes bytes) => IsWorkbook(file, slot) ? bytes.Sha256 : null;

    /// <summary>The file's name in its slot's folder, as far as it cannot say anything about a person.</summary>
    internal static string PublishedName(string path, Slot slot)
    {
        string fileName = path[slot.Folder.Length..];
        return PersonalData.IsIn(fileName) ? "" : slot.PublishedName(fileName);
    }

    /// <summary>The receipt as a page, beside it.</summary>
    private static async Task<(string Path, byte[] Content)> PageAsync(
        Receipt receipt, string receiptPath, Slot? slot, UploadCheck against, int standing, FileCounts? counts = null)
    {
        string path = Path.ChangeExtension(receiptPath, ".html");
        return (path, await Page.OfAsync(new ReceiptContent(receipt, path, slot, against.Register, standing) { Counts = counts }));
    }

    private async Task WriteAsync((string Path, byte[] Content) file, CancellationToken cancel)
    {
        using var content = new MemoryStream(file.Content, writable: false);
        await files.WriteAsync(file.Path, content, cancel: cancel);
    }
}
