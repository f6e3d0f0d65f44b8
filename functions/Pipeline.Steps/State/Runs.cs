using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.State;

/// <summary>A payment run as it is stored.</summary>
/// <param name="Run">As it was last written; it may have expired or gone stale since.</param>
/// <param name="Failed">The payments that did not count when it was prepared, since they had failed or been returned.</param>
/// <param name="Content">The SHA-256 of the file that holds what never changes of it.</param>
/// <param name="ETag">Of its row.</param>
public sealed record StoredRun(PaymentRun Run, IReadOnlyList<string> Failed, Sha256 Content, string ETag);

/// <summary>A released run as its own file and the files for finance say.</summary>
/// <param name="Content">The SHA-256 of the file that holds what it was prepared with.</param>
public sealed record RebuiltRun(PaymentRun Run, Sha256 Content);

/// <summary>
/// The payment runs. What a run was prepared with is a file, written once and named after its digest, since lines have no limit; how far
/// it has come is a row in the partition of its quarter.
/// </summary>
public sealed class Runs(IFileStore files, ITableStore tables)
{
    /// <summary>What people are told of a run whose release is to be finished.</summary>
    public const string ReleaseInterrupted = "release interrupted";

    private const string Table = "runs";
    private const string ContentColumn = "Content";

    /// <summary>In the order of their numbers.</summary>
    public async Task<IReadOnlyList<StoredRun>> OfQuarterAsync(Quarter quarter, CancellationToken cancel = default)
    {
        var rows = new List<TableRow>();
        await foreach (var row in tables.QueryAsync(Table, quarter.ToString(), cancel: cancel))
            rows.Add(row);
        var runs = new List<StoredRun>();
        foreach (var row in rows)
            runs.Add(await ReadAsync(quarter, row, cancel));
        return [.. runs.OrderBy(r => r.Run.Number)];
    }

    public async Task<StoredRun?> FindAsync(Quarter quarter, int number, CancellationToken cancel = default) =>
        await tables.GetAsync(Table, quarter.ToString(), KeyOf(number), cancel) is { } row ? await ReadAsync(quarter, row, cancel) : null;

    /// <summary>The run of a quarter that was prepared last; null before the first.</summary>
    public async Task<StoredRun?> LastAsync(Quarter quarter, CancellationToken cancel = default)
    {
        TableRow? last = null;
        await foreach (var row in tables.QueryAsync(Table, quarter.ToString(), cancel: cancel))
            last = last is null || row.Whole(nameof(PaymentRun.Number)) > last.Whole(nameof(PaymentRun.Number)) ? row : last;
        return last is null ? null : await ReadAsync(quarter, last, cancel);
    }

    /// <summary>
    /// Of runs, those that were released and whose files for finance are not complete: to release them again finishes them.
    /// </summary>
    public async Task<IReadOnlyList<PaymentRun>> InterruptedAsync(IEnumerable<PaymentRun> runs, CancellationToken cancel = default)
    {
        var interrupted = new List<PaymentRun>();
        foreach (var run in runs.Where(run => run.State == RunState.Released))
        {
            if (!await files.AreCompleteAsync(run.Quarter, run.Number, cancel))
                interrupted.Add(run);
        }

        return interrupted;
    }

    /// <summary>The numbers of the runs of which finance has a file, whether or not they are known here.</summary>
    public Task<IReadOnlyCollection<int>> WithFinanceAsync(Quarter quarter, CancellationToken cancel = default) =>
        files.RunsWithFinanceAsync(quarter, cancel);

    /// <summary>The quarters of which finance has files, whether or not their runs are known here.</summary>
    public Task<IReadOnlyCollection<Quarter>> QuartersWithFinanceAsync(CancellationToken cancel = default) =>
        files.QuartersWithFinanceAsync(cancel);

    /// <summary>
    /// Whether finance has a file of a run that is not known here as released; then a sentence that also says what to do.
    /// </summary>
    public async Task<string?> BeyondLedgerAsync(Quarter quarter, CancellationToken cancel = default)
    {
        // The files first: one that is there then was written after its run.
        var withFinance = await WithFinanceAsync(quarter, cancel);
        if (withFinance.Count == 0)
            return null;
        var released = new HashSet<int>();
        await foreach (var row in tables.QueryAsync(Table, quarter.ToString(), cancel: cancel))
        {
            if (row.Text(nameof(PaymentRun.State)) == nameof(RunState.Released))
                released.Add((int)row.Whole(nameof(PaymentRun.Number)));
        }

        return PaymentRun.BeyondLedger(quarter, released, withFinance);
    }

    /// <summary>How far a run has come, in the words that people are told: its state, or that its release was interrupted.</summary>
    public async Task<string> WordAsync(PaymentRun run, CancellationToken cancel = default) =>
        WordOf(run, await InterruptedAsync([run], cancel));

    /// <inheritdoc cref="WordAsync"/>
    /// <param name="run">Which.</param>
    /// <param name="interrupted">As <see cref="InterruptedAsync"/> found them, the run among those that were looked at.</param>
    public static string WordOf(PaymentRun run, IReadOnlyList<PaymentRun> interrupted) =>
        interrupted.Contains(run) ? ReleaseInterrupted : run.State.Word();

    /// <summary>A run that was released, as its files say, while it is not known here as released; null when they do not agree.</summary>
    /// <remarks>What it was prepared with must make, to the byte, both the payment file and the control file that finance has.</remarks>
    public async Task<RebuiltRun?> FromFilesAsync(Quarter quarter, int number, CancellationToken cancel = default)
    {
        if (await files.BytesAsync(FilesForFinance.PathOf(quarter, number), cancel) is not { } payments
            || await files.BytesAsync(FilesForFinance.ControlPathOf(quarter, number), cancel) is not { } control)
            return null;
        await foreach (var file in files.ListAsync($"runs/{quarter}/", cancel))
        {
            if (!Sha256.TryParse(Path.GetFileNameWithoutExtension(file.Path), out var digest))
                continue;
            var content = await ContentAsync(file.Path, digest, cancel);
            if (FinanceFile.ReadControl(control, content.Lines, new Inputs(content.Inputs), content.Reasons ?? []) is { } run
                && run.Quarter == quarter && run.Number == number && run.Hash == new Sha256(SHA256.HashData(payments)))
                return new RebuiltRun(run, digest);
        }

        return null;
    }

    /// <summary>Writes a run that was rebuilt from its files.</summary>
    /// <param name="run">Released.</param>
    /// <param name="before">As it is stored; null when it is not.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="StoreException">Somebody else wrote it since it was read.</exception>
    public Task RebuildAsync(RebuiltRun run, StoredRun? before, CancellationToken cancel = default)
    {
        var values = Write(run.Run, run.Content);
        return tables.SubmitAsync(
            Table,
            run.Run.Quarter.ToString(),
            [before is null ? new RowChange.Insert(KeyOf(run.Run.Number), values) : new RowChange.Replace(KeyOf(run.Run.Number), values,
                before.ETag)],
            cancel);
    }

    /// <summary>Adds a run that was prepared and, in the same batch, ends the one that had expired or gone stale.</summary>
    /// <param name="run">Of a new number.</param>
    /// <param name="failed">The payments that have failed.</param>
    /// <param name="ended">Each as stored, and as it is from now on.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="StoreException">With <see cref="StoreAlreadyExistsException"/> or <see cref="StoreChangedException"/>, somebody
    /// else prepared one or changed an ended one.</exception>
    public async Task AddAsync(PaymentRun run, IReadOnlyList<string> failed, IEnumerable<(StoredRun Before, PaymentRun After)> ended,
        CancellationToken cancel = default)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(new RunContent(run.Lines, run.Inputs.Entries, failed, run.Reasons),
            CoreJson.Options);
        var content = new Sha256(SHA256.HashData(json));
        // It is there already when an earlier attempt died before it inserted the row.
        await files.CreateOnceAsync(PathOf(run.Quarter, content), json, cancel);
        await tables.SubmitAsync(
            Table, run.Quarter.ToString(),
            [.. ended.Select(e => Replacing(e.Before, e.After)), new RowChange.Insert(KeyOf(run.Number), Write(run, content))], cancel);
    }

    /// <summary>Writes how far a run has come.</summary>
    /// <exception cref="StoreChangedException">Somebody else did since it was read.</exception>
    public Task ReplaceAsync(StoredRun before, PaymentRun after, CancellationToken cancel = default) =>
        tables.SubmitAsync(Table, after.Quarter.ToString(), [Replacing(before, after)], cancel);

    /// <summary>
    /// Writes down that an open run has expired, if it has: it stays so then, whatever the clock says later (domain.md section 6).
    /// </summary>
    /// <returns>The run, expired or as it is stored.</returns>
    /// <exception cref="StoreChangedException">Somebody else wrote how far it has come since it was read.</exception>
    public async Task<PaymentRun> WithExpiryAsync(StoredRun stored, DateTimeOffset at, CancellationToken cancel = default)
    {
        if (!stored.Run.HasExpired(at))
            return stored.Run;
        var expired = stored.Run with { State = RunState.Expired };
        await ReplaceAsync(stored, expired, cancel);
        return expired;
    }

    /// <summary>What makes a step of a run count.</summary>
    /// <param name="quarter">Of the run.</param>
    /// <param name="number">Of the run.</param>
    /// <param name="step">The state that the step leads to; one that a person signs.</param>
    public static CommitMarker CommitOf(Quarter quarter, int number, RunState step) =>
        new(Table, quarter.ToString(), KeyOf(number), SignatureColumns.By(step.ToString()));

    private static string KeyOf(int number) => number.ToString("000", CultureInfo.InvariantCulture);

    private static string PathOf(Quarter quarter, Sha256 content) => $"runs/{quarter}/{content}.json";

    private static RowChange.Replace Replacing(StoredRun before, PaymentRun after) =>
        new(KeyOf(after.Number), Write(after, before.Content), before.ETag);

    private static Dictionary<string, TableValue> Write(PaymentRun run, Sha256 content)
    {
        var values = new Dictionary<string, TableValue>
        {
            [nameof(PaymentRun.Number)] = (long)run.Number,
            [nameof(PaymentRun.State)] = run.State.ToString(),
            [nameof(PaymentRun.Hash)] = run.Hash.ToString(),
            [ContentColumn] = content.ToString(),
        };
        values.AddSignature(nameof(RunState.Prepared), run.Prepared);
        values.AddSignature(nameof(RunState.Approved), run.Approved);
        values.AddSignature(nameof(RunState.Released), run.Released);
        values.AddSignature(nameof(RunState.Rejected), run.Rejected);
        if (run.Reason is { } reason)
            values.Add(nameof(PaymentRun.Reason), reason);
        return values;
    }

    private async Task<StoredRun> ReadAsync(Quarter quarter, TableRow row, CancellationToken cancel)
    {
        var digest = Sha256.Parse(row.Text(ContentColumn));
        var content = await ContentAsync(PathOf(quarter, digest), digest, cancel);
        var run = new PaymentRun
        {
            Quarter = quarter,
            Number = (int)row.Whole(nameof(PaymentRun.Number)),
            State = Enum.Parse<RunState>(row.Text(nameof(PaymentRun.State))),
            Prepared = row.Signature(nameof(RunState.Prepared)),
            Approved = row.FindSignature(nameof(RunState.Approved)),
            Released = row.FindSignature(nameof(RunState.Released)),
            Rejected = row.FindSignature(nameof(RunState.Rejected)),
            Reason = row.Values.ContainsKey(nameof(PaymentRun.Reason)) ? row.Text(nameof(PaymentRun.Reason)) : null,
            Lines = content.Lines,
            Hash = Sha256.Parse(row.Text(nameof(PaymentRun.Hash))),
            Inputs = new Inputs(content.Inputs),
            Reasons = content.Reasons ?? [],
        };
        return new StoredRun(run, content.Failed, digest, row.ETag);
    }

    /// <summary>What never changes of a run, after making sure that nobody changed it.</summary>
    private async Task<RunContent> ContentAsync(string path, Sha256 digest, CancellationToken cancel)
    {
        await using var stream = await files.OpenReadAsync(path, cancel: cancel);
        using var json = new MemoryStream();
        await stream.CopyToAsync(json, cancel);
        if (new Sha256(SHA256.HashData(json.ToArray())) != digest)
            throw new StoreUnavailableException(
                $"The file {path} is not the one that was written: release nothing, and find out who changed it.") { IsDamage = true };
        json.Position = 0;
        return JsonSerializer.Deserialize<RunContent>(json, CoreJson.Options)!;
    }

    private sealed record RunContent(IReadOnlyList<LedgerLine> Lines, [property: JsonPropertyName("basis")]
    IReadOnlyList<InputFile> Inputs, IReadOnlyList<string> Failed, IReadOnlyList<LineReason>? Reasons = null);
}
