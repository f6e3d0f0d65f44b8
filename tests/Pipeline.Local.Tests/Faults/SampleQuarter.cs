using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Pipeline.Core.Payments;
using Pipeline.Core.Reporting;
using Pipeline.Local.Tests.Commands;
using Pipeline.Local.Workspaces;
using Pipeline.Steps.Stores;

namespace Pipeline.Local.Tests.Faults;

/// <summary>
/// The sample's first quarter taken in, approved and released by processes that nothing happens to: what all that is disturbed must come
/// to.
/// </summary>
public sealed class SampleQuarter : IAsyncLifetime, IDisposable
{
    public const string Today = "2025-10-20";
    public const string Quarter = "2025-26-Q1";

    private static readonly string[] Kept = ["archive", "quarantine", "receipts", "payments", "runs"];

    private readonly TempFolder _temp = new();
    private int _workspaces;

    /// <summary>Takes the sample in.</summary>
    public HostCommand Run { get; private set; } = null!;

    /// <summary>Releases the sample's first payment run.</summary>
    public HostCommand Release { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        string input = _temp.At("input"), workspace = _temp.At("undisturbed"), sample = Path.Join(Repository.Root, "sample-data");
        CopyFolder(sample, input, path => !path.StartsWith("expected", StringComparison.Ordinal)
            && !path.Contains("2025-26-Q2", StringComparison.Ordinal));
        Run = await MeasureAsync(_temp.At("nothing"), workspace, "run", input);
        foreach (string[] step in (string[][])[["prepare", Quarter, "--by", "Ann Price"], ["approve", Quarter, "1", "--by", "Ben Rees"]])
            Assert.Equal(0, (await Cli.RunAsync(["pay", .. step, "--workspace", workspace, "--today", Today])).Exit);
        CopyFolder(workspace, _temp.At("approved"), _ => true);
        Release = await MeasureAsync(_temp.At("approved"), workspace, "pay", "release", Quarter, "1", "--by", "Cat Shaw");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _temp.Dispose();

    /// <summary>A workspace in which a command has not begun yet.</summary>
    public string WorkspaceBefore(HostCommand command)
    {
        string workspace = _temp.At($"workspace-{Interlocked.Increment(ref _workspaces)}");
        CopyFolder(command.Before, workspace, _ => true);
        return workspace;
    }

    /// <summary>
    /// What nobody may lose or change once it is there: the bytes of uploads, receipts and payment files, versions and the ledger.
    /// </summary>
    public static async Task<IReadOnlyDictionary<string, string>> AcknowledgedAsync(string folder)
    {
        var acknowledged = new Dictionary<string, string>();
        if (!Directory.Exists(folder))
            return acknowledged;
        using (var workspace = new Workspace(folder, TimeProvider.System))
        {
            foreach (string table in (string[])["uploads", "ledger"])
            {
                // A slot's head is no acknowledgement: it changes with every version, and when one that died is taken in again.
                await foreach (var row in workspace.Tables.ScanAsync(table))
                {
                    if (!row.RowKey.EndsWith("|head", StringComparison.Ordinal))
                        acknowledged.Add($"{table} {row.PartitionKey} {row.RowKey}", Text(row));
                }
            }
        }

        foreach (var (path, bytes) in Cli.Bytes(folder)
            .Where(file => Kept.Any(container => file.Key.StartsWith(container + "/", StringComparison.Ordinal))))
            acknowledged.Add(path, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        return acknowledged;
    }

    /// <summary>The same again, after making sure that nothing of it was lost or changed.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> StillAcknowledgedAsync(IReadOnlyDictionary<string, string> before,
        string folder)
    {
        var now = await AcknowledgedAsync(folder);
        Assert.All(before, seen => Assert.Equal(seen.Value, now.GetValueOrDefault(seen.Key)));
        return now;
    }

    /// <summary>A release that died, wherever it did, is not taken for one that came to its end.</summary>
    public static async Task AssertInterruptionIsShownAsync(string folder)
    {
        var quarter = Core.Quarter.Parse(Quarter);
        bool isReleased;
        using (var workspace = new Workspace(folder, TimeProvider.System))
            isReleased = await workspace.Runs.FindAsync(quarter, 1) is { Run.State: RunState.Released };
        if (!isReleased)
            return;
        string said = (await Cli.RunAsync(["pay", "status", Quarter, "--workspace", folder, "--today", Today])).Output;
        Assert.Equal(
            !File.Exists(Path.Join(folder, "payments", Quarter, "run-001.json")),
            said.Contains("release interrupted", StringComparison.Ordinal)
                && said.Contains($"Next: pipeline pay release {Quarter} 1 --by NAME", StringComparison.Ordinal));
    }

    /// <summary>Everything in a workspace that means something: its reporting tables, the tables behind them and its files.</summary>
    /// <param name="folder">The workspace.</param>
    /// <param name="filesAreTheLedger">Whether nobody has tampered with the files for finance.</param>
    public static async Task<string[]> EndStateAsync(string folder, bool filesAreTheLedger = true)
    {
        var lines = new List<string>();
        using (var workspace = new Workspace(folder, TimeProvider.System))
        {
            foreach (string table in (string[])["uploads", "runs", "ledger", "closings", "changes", "quarters", "held",
                .. ReportingTable.All.Select(t => t.Name)])
            {
                await foreach (var row in workspace.Tables.ScanAsync(table))
                    lines.Add($"{table} {row.PartitionKey} {row.RowKey} {Text(row)}");
            }

            if (filesAreTheLedger)
                await AssertFilesAreTheLedgerAsync(workspace);
        }

        lines.AddRange(Cli.Digests(folder).Where(file => file.Contains('/', StringComparison.Ordinal)
            && !file.StartsWith(".writing", StringComparison.Ordinal)).Where(file => !IsEmptyList(file.Split(' ')[0])));
        return [.. lines];

        // A list of no finding, as who starts over leaves one, says no more than none does.
        bool IsEmptyList(string path) => path.StartsWith("receipts/", StringComparison.Ordinal)
            && path.EndsWith(".csv", StringComparison.Ordinal) && File.ReadLines(Path.Join(folder, path)).Count() == 1;
    }

    /// <summary>Line by line: so also in count and in pence, and nothing twice.</summary>
    private static async Task AssertFilesAreTheLedgerAsync(Workspace workspace)
    {
        var ledger = (await workspace.Ledger.OfQuarterAsync(Core.Quarter.Parse(Quarter))).Select(p =>
            (Id: p.Released.PaymentId.ToString(), p.Released.Amount.Pence));
        var files = new List<(string Id, long Pence)>();
        await foreach (var file in workspace.Files.ListAsync("payments/"))
        {
            if (!file.Path.EndsWith(".csv", StringComparison.Ordinal))
                continue;
            using var csv = new StreamReader(await workspace.Files.OpenReadAsync(file.Path));
            await csv.ReadLineAsync();
            while (await csv.ReadLineAsync() is { } line)
            {
                // A description may hold commas, but it stands between the two.
                string[] fields = line.Split(',');
                files.Add((fields[0], (long)(decimal.Parse(fields[^3], CultureInfo.InvariantCulture) * 100)));
            }
        }

        Assert.Equal(ledger.Order(), files.Order());
        Assert.Equal(files.Count, files.DistinctBy(f => f.Id).Count());
    }

    // ETags say how often something was written, and that means nothing.
    private static string Text(TableRow row) =>
        string.Join(' ', row.Values.Where(v => v.Key != "ETag").OrderBy(v => v.Key, StringComparer.Ordinal)
            .Select(v => $"{v.Key}={v.Value}"));

    /// <summary>Carries a command out once to its end.</summary>
    private static async Task<HostCommand> MeasureAsync(string before, string workspace, params string[] command)
    {
        long began = Stopwatch.GetTimestamp();
        using var process = HostProcess.Start(workspace, command);
        // It may be quicker than who looks.
        if (await process.WaitUntilItWorksAsync())
            began = Stopwatch.GetTimestamp();
        var said = await process.EndAsync();
        var took = Stopwatch.GetElapsedTime(began);
        Assert.Equal((0, ""), (said.Exit, said.Error));
        return new HostCommand(command, before, took, await EndStateAsync(workspace));
    }

    private static void CopyFolder(string from, string to, Func<string, bool> taken)
    {
        if (!Directory.Exists(from))
            return;
        foreach (string path in Cli.Bytes(from).Keys.Where(taken))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Join(to, path))!);
            File.Copy(Path.Join(from, path), Path.Join(to, path));
        }
    }
}

/// <param name="Words">What is typed, without the workspace and the day.</param>
/// <param name="Before">A copy of the workspace as it is before the command; no such folder when the command makes it.</param>
/// <param name="Took">How long a process of it worked, from when it had its tables open.</param>
/// <param name="EndState">What it comes to.</param>
public sealed record HostCommand(string[] Words, string Before, TimeSpan Took, string[] EndState);
