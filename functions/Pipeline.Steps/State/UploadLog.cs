using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Pipeline.Core;
using Pipeline.Core.Reading;
using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.State;

/// <summary>What was last taken in from a path.</summary>
/// <param name="ETag">The identity of the file as it was taken in; of a file that was quarantined, see
/// <see cref="UploadLog.QuarantinedAgainst"/>.</param>
/// <param name="Sha256">Of its bytes; null where that was not written down.</param>
/// <param name="Version">0 for a file that made none.</param>
/// <param name="RowETag">Of the row that says so.</param>
public sealed record LastTakenIn(string ETag, Sha256? Sha256, int Version, string RowETag)
{
    /// <summary>Where the receipt is of a file that fits no slot because of its name alone; else null.</summary>
    public string? UnplacedReceipt { get; init; }
}

/// <summary>
/// The log of what was taken in: a row for each numbered version of a slot, and a row for each file that says which of its contents was
/// taken in. Both are written in one batch, so that no file is taken in twice and none is forgotten.
/// </summary>
/// <remarks>
/// Each slot has a head, a row that changes with every version. A version is committed against the head that was read before its file was
/// checked: see <see cref="OpenSlot"/>.
/// </remarks>
public sealed partial class UploadLog(IFileStore files, ITableStore tables, Closings closings)
{
    private const string Table = "uploads";

    /// <summary>How many partitions of a quarter are asked for one by one.</summary>
    private const int MostAlone = 3;

    /// <summary>Below the 32,768 characters that a value may have.</summary>
    private const int MostCounts = 30_000;

    /// <summary>The partition of files that fit no slot.</summary>
    private const string Unplaced = "unplaced";

    /// <summary>The columns of a file. A row with a column of <see cref="Upload.Sha256"/> is a version.</summary>
    private const string FileETag = "ETag", FileSha256 = "Bytes", FileReceipt = "Receipt";

    /// <summary>The column of a head that tells who renewed it.</summary>
    private const string Renewal = "Renewal";

    private static readonly IReadOnlyDictionary<string, TableValue> Empty = new Dictionary<string, TableValue>();

    private readonly ITableStore _tables = tables;
    private readonly Closings _closings = closings;

    /// <summary>Whether this content of this file was taken in before.</summary>
    public async Task<bool> IsTakenInAsync(FileStat file, Slot? slot, CancellationToken cancel = default) =>
        (await LastFromAsync(file.Path, slot, cancel))?.ETag == file.Identity;

    /// <summary>What was last taken in from a path; null when nothing was.</summary>
    public async Task<LastTakenIn?> LastFromAsync(string path, Slot? slot, CancellationToken cancel = default) =>
        await _tables.GetAsync(Table, PartitionOf(slot), FileKey(path, slot), cancel) is { } row ? ReadLast(row) : null;

    private static LastTakenIn ReadLast(TableRow row) => new(
        row.Text(FileETag),
        row.Values.ContainsKey(FileSha256) ? Sha256.Parse(row.Text(FileSha256)) : null,
        (int)row.Whole(nameof(Upload.Version)),
        row.ETag) { UnplacedReceipt = row.Values.ContainsKey(FileReceipt) ? row.Text(FileReceipt) : null };

    /// <summary>
    /// Notes that a file whose bytes are those last taken in from its path, a restored or touched copy, is no new upload.
    /// </summary>
    /// <exception cref="StoreException">With <see cref="StoreChangedException"/>, something else was taken in from there
    /// meanwhile.</exception>
    public Task CommitSameAsync(FileStat file, Slot? slot, LastTakenIn last, CancellationToken cancel = default) => _tables.SubmitAsync(
        Table, PartitionOf(slot),
        [new RowChange.Replace(FileKey(file.Path, slot), OfFile(file.Identity, last.Sha256!.Value, last.Version, last.UnplacedReceipt),
            last.RowETag)],
        cancel);

    /// <summary>
    /// The paths of those files that may have to be taken in. It asks once for each quarter, not for each file: a sweep finds every file
    /// that ever arrived, and nearly all of them were taken in before.
    /// </summary>
    public async Task<IReadOnlyCollection<string>> NotTakenInAsync(IAsyncEnumerable<FileStat> found, int parallel,
        CancellationToken cancel = default)
    {
        // Each by the key of the row that says what was taken in from its path.
        var folders = new Dictionary<string, Dictionary<string, FileStat>>();
        var unplaced = new List<string>();
        await foreach (var file in found.WithCancellation(cancel))
        {
            if (Slot.At(file.Path) is not { } slot)
            {
                unplaced.Add(file.Path);
                continue;
            }

            if (!folders.TryGetValue(PartitionOf(slot), out var folder))
                folders.Add(PartitionOf(slot), folder = []);
            folder[FileKey(file.Path, slot)] = file;
        }

        // Use the caller's scheduler so that simulations control interleaving.
        var options = new ParallelOptions
            { MaxDegreeOfParallelism = parallel, CancellationToken = cancel, TaskScheduler = TaskScheduler.Current };
        await Parallel.ForEachAsync(Together(folders.Keys), options, async (ends, cancelled) =>
        {
            await foreach (var row in _tables.QueryPartitionsAsync(Table, ends.First, ends.Last, cancelled))
            {
                if (folders.TryGetValue(row.PartitionKey, out var folder) && folder.TryGetValue(row.RowKey, out var file)
                    && row.Text(FileETag) == file.Identity)
                    folder.Remove(row.RowKey);
            }
        });
        return [.. unplaced, .. folders.Values.SelectMany(folder => folder.Values).Select(file => file.Path)];
    }

    /// <summary>
    /// The first and last of partitions that are asked for by one query: those of a quarter, where they are so many that they are most of
    /// its partitions, else each by itself.
    /// </summary>
    private static IEnumerable<(string First, string Last)> Together(IEnumerable<string> partitions) =>
        partitions.GroupBy(partition => partition.Split('|')[0]).SelectMany(ofQuarter =>
        {
            var keys = ofQuarter.Order(StringComparer.Ordinal).ToList();
            return keys.Count > MostAlone ? [(keys[0], keys[^1])] : keys.Select(key => (key, key));
        });

    /// <summary>The numbered uploads of a slot, oldest first.</summary>
    public async Task<IReadOnlyList<Upload>> OfSlotAsync(Slot slot, CancellationToken cancel = default)
    {
        var uploads = new List<Upload>();
        await foreach (var row in _tables.QueryAsync(Table, PartitionOf(slot), $"{slot.Name}|0", $"{slot.Name}|:", cancel))
            uploads.Add(Read(row));
        return uploads;
    }

    /// <summary>The numbered uploads of every slot that a provider has for a contract and quarter.</summary>
    public Task<IReadOnlyList<Upload>> OfReturnAsync(ProviderId provider, ContractId contract, Quarter quarter,
        CancellationToken cancel = default) =>
        OfPartitionAsync(Slot.Return.PartitionOf(provider, contract, quarter), cancel);

    /// <summary>
    /// The numbered uploads of the returns of a quarter, by partition: of every contract whose id lies between two, these included, in the
    /// ordinal order of the partitions' keys.
    /// </summary>
    /// <remarks>By one query for all of them, since a page that asks contract by contract waits for thousands.</remarks>
    public Task<ILookup<string, Upload>> OfReturnsAsync(Quarter quarter, ContractId first, ContractId last,
        CancellationToken cancel = default) => OfReturnsAsync(quarter, first, last, of: null, cancel);

    /// <inheritdoc cref="OfReturnsAsync(Quarter, ContractId, ContractId, CancellationToken)"/>
    /// <summary>
    /// The same of one dataset, with what they count for; null: of every one, without but for evidence, by which contracts earn.
    /// </summary>
    public async Task<ILookup<string, Upload>> OfReturnsAsync(Quarter quarter, ContractId first, ContractId last, Dataset? of,
        CancellationToken cancel = default)
    {
        var uploads = new List<(string Partition, Upload Upload)>();
        await foreach (var row in _tables.QueryPartitionsAsync(Table, $"{quarter}|{first}|", $"{quarter}|{last}}}", cancel))
        {
            if (IsVersion(row.RowKey) && (of is null || IsOf(of, row.RowKey)))
                // Who asks of every dataset wants to know what came, of thousands of contracts, and at most what they have earned.
                uploads.Add((row.PartitionKey, Read(row, withCounts: of is not null || IsOf(Dataset.Evidence, row.RowKey))));
        }

        return uploads.ToLookup(u => u.Partition, u => u.Upload);
    }

    /// <summary>The numbered uploads of a quarter that are no one contract's: decisions, checks and confirmations.</summary>
    public Task<IReadOnlyList<Upload>> OfQuarterAsync(Quarter quarter, CancellationToken cancel = default) =>
        OfPartitionAsync(Slot.CommonPartition(quarter), cancel);

    /// <summary>The numbered uploads of every reference file.</summary>
    public Task<IReadOnlyList<Upload>> OfReferenceAsync(CancellationToken cancel = default) =>
        OfPartitionAsync(Slot.ReferencePartition, cancel);

    /// <summary>
    /// Changes the heads of everything that a provider returns for a contract and quarter, so that whatever is being taken in is checked
    /// once more before it counts.
    /// </summary>
    public Task RenewHeadsAsync(ProviderId provider, ContractId contract, Quarter quarter, CancellationToken cancel = default) =>
        _tables.SubmitAsync(
        Table, Slot.Return.PartitionOf(provider, contract, quarter),
        [.. Dataset.Returns.Select(dataset => new RowChange.Replace(HeadKey(dataset.Name), Empty, ETag: null))], cancel);

    /// <summary>Commits that a file was quarantined, since it fits no slot.</summary>
    /// <param name="file">That was quarantined.</param>
    /// <param name="sha256">Of its bytes.</param>
    /// <param name="receipt">Where its receipt is, when it fits no slot because of its name alone; else null.</param>
    /// <param name="cancel">Ends the wait.</param>
    public Task CommitQuarantinedAsync(FileStat file, Sha256 sha256, string? receipt, CancellationToken cancel = default) =>
        _tables.SubmitAsync(
            Table, Unplaced, [new RowChange.Replace(FileKey(file.Path, null), OfFile(file.Identity, sha256, 0, receipt), ETag: null)],
            cancel);

    /// <summary>Where the receipts are of files that once came, and fit no slot because of their name alone.</summary>
    public async Task<IReadOnlyList<string>> UnplacedReceiptsAsync(CancellationToken cancel = default)
    {
        var receipts = new List<string>();
        await foreach (var row in _tables.QueryAsync(Table, Unplaced, cancel: cancel))
        {
            if (row.Values.ContainsKey(FileReceipt))
                receipts.Add(row.Text(FileReceipt));
        }

        return receipts;
    }

    /// <summary>The ETag of a file as it is quarantined against a version of the register, which counts with no other.</summary>
    public static string QuarantinedAgainst(FileStat file, int register) =>
        string.Create(CultureInfo.InvariantCulture, $"{file.Identity} {register}");

    /// <summary>Whether two files were quarantined against one version of the register, or both fit no slot.</summary>
    /// <param name="one">The ETag of one as it is quarantined.</param>
    /// <param name="other">The ETag of the other.</param>
    public static bool AreAgainstOne(string one, string other) =>
        one.Split(' ').ElementAtOrDefault(1) == other.Split(' ').ElementAtOrDefault(1);

    /// <summary>Tells of a file whether this content of it is quarantined by now, against whatever register.</summary>
    public async Task<Predicate<FileStat>> AreQuarantinedAsync(CancellationToken cancel = default)
    {
        var etags = new Dictionary<string, string>();
        await foreach (var row in _tables.QueryAsync(Table, Unplaced, cancel: cancel))
            etags.Add(row.RowKey, row.Text(FileETag));
        return file => etags.TryGetValue(FileKey(file.Path, null), out string? etag)
            && etag.StartsWith($"{file.Identity} ", StringComparison.Ordinal);
    }

    /// <summary>What the current version of a slot counts for; null when there is none.</summary>
    public async Task<FileCounts?> CurrentCountsAsync(Slot slot, CancellationToken cancel = default) =>
        Upload.CurrentOf(await OfSlotAsync(slot, cancel)) is { } current ? await CountsAsync(current, cancel) : null;

    /// <summary>What an accepted version counts for.</summary>
    public async Task<FileCounts> CountsAsync(Upload upload, CancellationToken cancel = default)
    {
        if (upload.Counts is { } json)
            return await ReadAsync("The log of uploads", () => ValueTask.FromResult(
                JsonSerializer.Deserialize<FileCounts>(json, CoreJson.Options)));
        // It is made of words of the slot alone, so that it may be shown.
        string path = CountsPath(upload.ReceiptFolder, upload.Version);
        await using var stream = await files.OpenReadAsync(path, cancel: cancel);
        return await ReadAsync($"The file {path}", () => JsonSerializer.DeserializeAsync<FileCounts>(stream, CoreJson.Options, cancel));

        static async Task<FileCounts> ReadAsync(string where, Func<ValueTask<FileCounts?>> read)
        {
            try
            {
                return await read() ?? throw new JsonException("There is nothing in it.");
            }
            catch (Exception exception) when (exception is JsonException or NotSupportedException or FormatException)
            {
                throw new StoreUnavailableException($"{where} does not hold what was written to it.", exception) { IsDamage = true };
            }
        }
    }

    /// <summary>
    /// What a version counts for, as it is kept with the version; null when that is too long, or of what is no return, which would be read
    /// with every look at what there is.
    /// </summary>
    public static string? WithVersion(Slot slot, byte[] counts) =>
        slot is Slot.OfContract && counts.Length <= MostCounts ? Encoding.UTF8.GetString(counts) : null;

    public static string CountsPath(string receiptFolder, int version) => $"{receiptFolder}v{version}.counts.json";

    public static string ReceiptPath(Slot slot, int version) => $"{slot.ReceiptFolder}v{version}.json";

    /// <summary>Whether a version counts.</summary>
    public async Task<bool> IsCommittedAsync(Slot slot, int version, CancellationToken cancel = default) =>
        CommitOf(slot, version) is var commit
            && await _tables.GetAsync(commit.Table, commit.PartitionKey, commit.RowKey, cancel) is not null;

    /// <summary>What makes a version count.</summary>
    public static CommitMarker CommitOf(Slot slot, int version) =>
        new(Table, PartitionOf(slot), string.Create(CultureInfo.InvariantCulture, $"{slot.Name}|{version:00000}"), nameof(Upload.Sha256));

    /// <summary>A short name for a path that says nothing about it.</summary>
    public static string NameOf(string path) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..32];

    private static string PartitionOf(Slot? slot) => slot?.Partition ?? Unplaced;

    /// <summary>Whether a row is a version and neither a head nor a file: by its key, so that nobody reads what else is in it.</summary>
    private static bool IsVersion(string rowKey) => rowKey.IndexOf('|') is > 0 and var at && at + 1 < rowKey.Length
        && char.IsAsciiDigit(rowKey[at + 1]);

    private static bool IsOf(Dataset dataset, string rowKey) => rowKey.Length > dataset.Name.Length
        && rowKey[dataset.Name.Length] == '|' && rowKey.StartsWith(dataset.Name, StringComparison.Ordinal);

    private static string HeadKey(string slot) => $"{slot}|head";

    private static string FileKey(string path, Slot? slot) => $"{slot?.Name ?? "none"}|file|{NameOf(path)}";

    private static RowChange.Replace TakenIn(FileStat file, Slot? slot, Sha256 sha256, int version) =>
        new(FileKey(file.Path, slot), OfFile(file.Identity, sha256, version), ETag: null);

    private static Dictionary<string, TableValue> OfFile(string etag, Sha256 sha256, int version, string? receipt = null)
    {
        var values = new Dictionary<string, TableValue>
            { [FileETag] = etag, [FileSha256] = sha256.ToString(), [nameof(Upload.Version)] = (long)version };
        if (receipt is not null)
            values.Add(FileReceipt, receipt);
        return values;
    }

    private async Task<IReadOnlyList<Upload>> OfPartitionAsync(string partitionKey, CancellationToken cancel)
    {
        var uploads = new List<Upload>();
        await foreach (var row in _tables.QueryAsync(Table, partitionKey, cancel: cancel))
        {
            if (row.Values.ContainsKey(nameof(Upload.Sha256)))
                uploads.Add(Read(row));
        }

        return uploads;
    }

    private static Dictionary<string, TableValue> Write(Upload upload)
    {
        var values = WriteAll(upload);
        if (upload.Workbook is { } workbook)
            values.Add(nameof(Upload.Workbook), workbook.ToString());
        if (upload.Counts is { } counts)
            values.Add(nameof(Upload.Counts), counts);
        if (upload.PutsInForce is { } held)
            values.Add(nameof(Upload.PutsInForce), (long)held);
        return values;
    }

    private static Dictionary<string, TableValue> WriteAll(Upload upload) => new()
    {
        [nameof(Upload.Slot)] = upload.Slot,
        [nameof(Upload.Version)] = (long)upload.Version,
        [nameof(Upload.Status)] = upload.Status.ToString(),
        [nameof(Upload.Rows)] = upload.Rows,
        [nameof(Upload.Errors)] = upload.Errors,
        [nameof(Upload.Warnings)] = upload.Warnings,
        [nameof(Upload.Sha256)] = upload.Sha256.ToString(),
        [nameof(Upload.TakenInAt)] = upload.TakenInAt,
        [nameof(Upload.Late)] = upload.Late,
        [nameof(Upload.FileName)] = upload.FileName,
        [nameof(Upload.ReceiptFolder)] = upload.ReceiptFolder,
    };

    private static Upload Read(TableRow row, bool withCounts = true) => new(
        row.Text(nameof(Upload.Slot)),
        (int)row.Whole(nameof(Upload.Version)),
        Enum.Parse<UploadStatus>(row.Text(nameof(Upload.Status))),
        row.Whole(nameof(Upload.Rows)),
        row.Whole(nameof(Upload.Errors)),
        row.Whole(nameof(Upload.Warnings)),
        Sha256.Parse(row.Text(nameof(Upload.Sha256))),
        row.Instant(nameof(Upload.TakenInAt)),
        row.YesNo(nameof(Upload.Late)),
        row.Text(nameof(Upload.FileName)),
        row.Text(nameof(Upload.ReceiptFolder)))
    {
        Workbook = row.Values.ContainsKey(nameof(Upload.Workbook)) ? Sha256.Parse(row.Text(nameof(Upload.Workbook))) : null,
        Counts = withCounts && row.Values.ContainsKey(nameof(Upload.Counts)) ? row.Text(nameof(Upload.Counts)) : null,
        PutsInForce = row.Values.ContainsKey(nameof(Upload.PutsInForce)) ? (int)row.Whole(nameof(Upload.PutsInForce)) : null,
    };
}
