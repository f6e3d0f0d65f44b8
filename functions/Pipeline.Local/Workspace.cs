using Pipeline.Core;
using Pipeline.Steps;
using Pipeline.Steps.Payments;

namespace Pipeline.Local;

/// <summary>A folder that stands for the whole pipeline on one machine: its containers as folders, its tables in <c>tables.db</c>.</summary>
public sealed class Workspace : IDisposable
{
    private const string Database = "tables.db";

    /// <summary>A file that the process which takes files in keeps open for itself.</summary>
    private const string Turn = "turn.lock";

    /// <summary>Slots that are taken in at once: many more than there are processors, since most of the time each waits for the disk, and they wait for it together.</summary>
    public const int SlotsAtOnce = 256;

    private const int LockedOnLinux = 11, LockedOnMacOS = 35, LockedOnWindows = unchecked((int)0x80070020);

    private static readonly TimeSpan TurnRetry = TimeSpan.FromMilliseconds(50);

    private readonly SqliteTableStore _tables;

    public Workspace(string folder, TimeProvider clock)
        : this(folder, clock, new FolderFileStore(folder))
    {
    }

    /// <param name="files">Of the same folder.</param>
    internal Workspace(string folder, TimeProvider clock, IFileStore files)
    {
        Folder = Path.GetFullPath(folder);
        Directory.CreateDirectory(Folder);
        Files = files;
        _tables = new SqliteTableStore(Path.Join(Folder, Database));
        Uploads = new Uploads(Files, _tables);
        Reference = new Reference(Files, Uploads);
        Changes = new Changes(_tables);
        Ledger = new Ledger(_tables, Uploads);
        Runs = new Runs(Files, _tables);
        var closings = new Closings(_tables);
        TakeIn = new TakeIn(Files, Uploads, Reference, Changes, Ledger, closings, clock);
        Sweep = new Sweep(Files, TakeIn);
        var pages = new QuarterPages(Files, _tables, Reference, Changes);
        Quarters = new QuarterSteps(_tables, Uploads, Reference, Changes, Ledger, Runs, closings, pages);
        Proposals = new Proposals(Uploads, Reference, Ledger, Changes);
        Prepare = new PreparePayments(Runs, Proposals, Changes, clock);
        Decide = new DecidePayments(Runs, Proposals, Changes, clock);
        Release = new ReleasePayments(Files, Runs, Proposals, Ledger, Changes, clock);
        Close = new CloseQuarter(closings, Reference, Uploads, Changes, clock);
        Replay = new Replay(Files, Uploads, Runs, Ledger);
        Explain = new Explain(Runs, Proposals, Ledger, Replay);
    }

    /// <summary>Opens a workspace that is there, and makes none.</summary>
    /// <exception cref="WrongUseException">There is none.</exception>
    public static Workspace Existing(string folder, TimeProvider clock) => File.Exists(Path.Join(folder, Database))
        ? new Workspace(folder, clock)
        : throw new WrongUseException($"There is no workspace at {folder}. Make one with: pipeline run INPUT --workspace {folder}");

    /// <summary>Where it is, absolute.</summary>
    public string Folder { get; }

    public IFileStore Files { get; }

    public ITableStore Tables => _tables;

    public Uploads Uploads { get; }

    public Reference Reference { get; }

    public Changes Changes { get; }

    public Sweep Sweep { get; }

    public QuarterSteps Quarters { get; }

    public TakeIn TakeIn { get; }

    public Ledger Ledger { get; }

    public Runs Runs { get; }

    public Proposals Proposals { get; }

    public PreparePayments Prepare { get; }

    public DecidePayments Decide { get; }

    public ReleasePayments Release { get; }

    public CloseQuarter Close { get; }

    public Replay Replay { get; }

    public Explain Explain { get; }

    /// <summary>
    /// Waits until no other process takes files in here. Two that found the same files would number them against one another until both
    /// gave up. The turn falls with the process that has it.
    /// </summary>
    /// <param name="waiting">Told once, in a sentence, that there is somebody to wait for.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>The turn, which ends when it is disposed of.</returns>
    public async Task<IDisposable> TurnAsync(Action<string> waiting, CancellationToken cancel)
    {
        bool waits = false;
        while (true)
        {
            try
            {
                return new FileStream(Path.Join(Folder, Turn), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 0);
            }
            catch (IOException exception) when (exception.HResult is LockedOnLinux or LockedOnMacOS or LockedOnWindows)
            {
                if (!waits)
                    waiting("Another pipeline is taking files in here. Waiting for it to end.");
                waits = true;
                await Task.Delay(TurnRetry, cancel);
            }
        }
    }

    /// <inheritdoc cref="ReferenceFiles.PutDeliveredAsync"/>
    public Task AddDeliveredFrameworksAsync(CancellationToken cancel) => ReferenceFiles.PutDeliveredAsync(Files, cancel);

    /// <summary>Brings every quarter in which something changed up to date.</summary>
    public async Task<IReadOnlyList<Quarter>> RefreshAsync(CancellationToken cancel)
    {
        var refreshed = new List<Quarter>();
        foreach (var quarter in await Changes.ChangedQuartersAsync(cancel))
        {
            if (await RefreshQuarter.RunAsync(Quarters, quarter))
                refreshed.Add(quarter);
        }

        return refreshed;
    }

    public void Dispose() => _tables.Dispose();
}
