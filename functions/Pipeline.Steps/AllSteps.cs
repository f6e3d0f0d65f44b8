using Pipeline.Core;
using Pipeline.Steps.Arrivals;
using Pipeline.Steps.Payments;
using Pipeline.Steps.Quarters;
using Pipeline.Steps.State;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps;

/// <summary>The steps as one process holds them, put together over its stores, the same for every host.</summary>
public class AllSteps
{
    /// <param name="files">Where files are.</param>
    /// <param name="tables">Where tables are.</param>
    /// <param name="clock">What the steps take for now.</param>
    /// <param name="withPages">Whether pages are made of what was counted.</param>
    /// <param name="awaitScans">Whether files of others are taken in only when a scan for malware has found nothing in them.</param>
    /// <param name="withTableFiles">Whether the reporting tables are kept as files as well.</param>
    public AllSteps(IFileStore files, ITableStore tables, TimeProvider clock, bool withPages = true, bool awaitScans = false,
        bool withTableFiles = false)
    {
        (Files, Tables) = (files, tables);
        Closings = new Closings(tables);
        Uploads = new UploadLog(files, tables, Closings);
        Reference = new Reference(files, Uploads);
        Changes = new PendingChanges(tables);
        Ledger = new Ledger(tables, Uploads);
        Runs = new Runs(files, tables);
        Reckoning = new Reckoning(Uploads, Reference, Ledger, Runs, Changes, Closings);
        Held = new HeldChanges(tables, Uploads);
        Scans = new ScanResults(tables);
        TakeIn = new TakeIn(files, Uploads, Reference, Changes, Ledger, Reckoning, Held, clock, scans: awaitScans ? Scans : null);
        Senders = new Senders(tables);
        DecideChanges = new DecideChanges(files, Held, Uploads, Senders, Changes, TakeIn, Reckoning, clock);
        var former = new FormerOrder(files, Uploads);
        Arrival = new TakeInArrival(files, TakeIn, former);
        Send = new SendFile(files, Uploads, Senders, TakeIn, clock);
        AddRows = new AddRows(files, Uploads);
        ProposedDecisions = new ProposedDecisions(tables);
        DecideElements = new DecideElements(ProposedDecisions, Send, clock);
        Sweeps = new WholeSweeps(tables);
        Sweep = new Sweep(files, TakeIn, Reference, former, Sweeps, clock);
        Published = new PublishedReports(tables);
        var pages = new QuarterPages(files, tables, Reference, Changes, Closings);
        TableFiles = new TableFiles(files, tables, Changes, clock);
        Quarters = new QuarterSteps(tables, Uploads, Reference, Changes, Ledger, Runs, Closings, Held, Senders, Published,
            withPages ? pages : null, withTableFiles ? TableFiles : null);
        Returns = new Returns(Uploads, Reference, Changes, Closings);
        Proposals = new Proposals(Uploads, Reference, Ledger, Returns, Runs, clock);
        Prepare = new PreparePayments(Runs, Proposals, Changes, Sweeps, clock);
        Decide = new DecidePayments(Runs, Proposals, Changes, Sweeps, clock);
        Release = new ReleasePayments(files, Runs, Proposals, Ledger, Changes, Sweeps, clock);
        TableBackup = new TableBackup(files, tables);
        BeforeClosing = new BeforeClosing(Returns, Proposals, Runs, Ledger, Held, DecideChanges, Closings, clock);
        Repair = new RepairPayments(files, Runs, Ledger, Changes, Sweeps);
        Publish = new PublishQuarter(files, Published, pages, Changes, Returns, clock);
        Close = new CloseQuarter(Closings, Reference, Uploads, Changes, Returns, clock);
        Replay = new Replay(files, Uploads, Runs, Ledger);
        Explain = new Explain(Runs, Proposals, Ledger, Replay);
    }

    public IFileStore Files { get; }

    public ITableStore Tables { get; }

    public UploadLog Uploads { get; }

    public Reference Reference { get; }

    public PendingChanges Changes { get; }

    public Ledger Ledger { get; }

    public Runs Runs { get; }

    public Closings Closings { get; }

    public WholeSweeps Sweeps { get; }

    public Reckoning Reckoning { get; }

    public HeldChanges Held { get; }

    public ScanResults Scans { get; }

    public TakeIn TakeIn { get; }

    public Senders Senders { get; }

    public DecideChanges DecideChanges { get; }

    public TakeInArrival Arrival { get; }

    public SendFile Send { get; }

    public AddRows AddRows { get; }

    public ProposedDecisions ProposedDecisions { get; }

    public DecideElements DecideElements { get; }

    public Sweep Sweep { get; }

    public QuarterSteps Quarters { get; }

    public TableFiles TableFiles { get; }

    public Returns Returns { get; }

    public Proposals Proposals { get; }

    public PreparePayments Prepare { get; }

    public DecidePayments Decide { get; }

    public ReleasePayments Release { get; }

    public TableBackup TableBackup { get; }

    public BeforeClosing BeforeClosing { get; }

    public RepairPayments Repair { get; }

    public PublishedReports Published { get; }

    public PublishQuarter Publish { get; }

    public CloseQuarter Close { get; }

    public Replay Replay { get; }

    public Explain Explain { get; }

    /// <summary>Brings every quarter in which something changed up to date.</summary>
    /// <returns>Those that were refreshed.</returns>
    public async Task<IReadOnlyList<Quarter>> RefreshAsync(CancellationToken cancel = default)
    {
        var refreshed = new List<Quarter>();
        foreach (var quarter in await Changes.ChangedQuartersAsync(cancel))
        {
            if (await RefreshQuarter.RunAsync(Quarters, quarter))
                refreshed.Add(quarter);
        }

        return refreshed;
    }
}
