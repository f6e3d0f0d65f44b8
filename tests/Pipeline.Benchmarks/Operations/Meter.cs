using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;
using Pipeline.Local.Stores;
using Pipeline.Local.Workspaces;
using Pipeline.Steps;
using Pipeline.Steps.Arrivals;
using Pipeline.Steps.Quarters;
using Pipeline.Steps.State;
using Pipeline.Steps.Stores;
using Pipeline.Steps.Tests.Stores;
using Pipeline.Web.People;
using Pipeline.Web.Tests;

namespace Pipeline.Benchmarks.Operations;

/// <summary>
/// Counts what the steps ask of storage, in the fourth quarter of a year, whose report shows the three before it. A process has been at
/// work for a while: what it keeps in memory is there.
/// </summary>
internal sealed class Meter
{
    public const string TakenIn = "a file taken in", Refreshed = "its contract refreshed", Finished = "the quarter's finish",
        NothingFound = "a sweep that finds nothing", QuarterPage = "the site's page of a quarter",
        ReturnPage = "the site's page of a return", Paid = "a payment run",
        PaidRefreshed = "what it paid refreshed";

    private const int SlotsAtOnce = 4;

    /// <summary>Beside more contracts the stores are on the disk: in memory each takes two megabytes.</summary>
    private const int MostInMemory = 1_000;

    /// <summary>Of 2000 to 2025. With the others they are a bit fewer than 50,000 for each quarter of an hour that they rest.</summary>
    private const int OldQuarters = 100, OldInQuarter = 1_960;

    /// <summary>Three hours.</summary>
    private const int Sweeps = 12;

    private static readonly Quarter Quarter = new(2025, 4);

    private readonly Counter _counter = new();
    private readonly CountedFiles _files;
    private readonly ITableStore _tables;
    private readonly AllSteps _steps;
    private readonly SetClock _clock;

    private Meter(IFileStore files, ITableStore tables, SetClock clock)
    {
        (_files, _tables, _clock) = (new CountedFiles(files, _counter), tables, clock);
        _steps = new AllSteps(_files, new CountedTables(tables, _counter), clock);
    }

    /// <param name="beside">How many contracts there are beside the one that is looked at; each has sent one file.</param>
    /// <returns>By what was done, in the order in which it was.</returns>
    public static async Task<IReadOnlyList<(string What, Counts Counted)>> CountAsync(int beside)
    {
        var clock = new SetClock(new DateTimeOffset(2026, 4, 10, 12, 0, 0, TimeSpan.Zero));
        if (beside <= MostInMemory)
            return await CountAsync(new Meter(new InMemoryFileStore(clock), new InMemoryTableStore(), clock), beside);
        var folder = Directory.CreateTempSubdirectory("operations-");
        try
        {
            using var tables = new SqliteTableStore(Path.Join(folder.FullName, "tables.db"));
            return await CountAsync(new Meter(new FolderFileStore(folder.FullName), tables, clock), beside);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<IReadOnlyList<(string What, Counts Counted)>> CountAsync(Meter meter, int beside)
    {
        await meter.SetUpAsync(beside + 1);
        var counted = await meter.CountAsync();
        // Old files are the same whatever stands beside them.
        if (beside == 1)
            counted.AddRange(await meter.CountBesideOldAsync());
        return counted;
    }

    private async Task SetUpAsync(int contracts)
    {
        await ReferenceFiles.PutDeliveredAsync(_files);
        await PutAsync("reference/contracts.csv", stream => Generator.Contracts(stream, contracts));
        for (var quarter = new Quarter(Quarter.StartYear, 1); quarter < Quarter; quarter = quarter.Next!.Value)
            await PutReturnAsync(0, Dataset.Outcomes, quarter);
        foreach (var dataset in Dataset.Returns.Where(dataset => dataset != Dataset.Outcomes))
            await PutReturnAsync(0, dataset, Quarter);
        for (int contract = 1; contract < contracts; contract++)
            await PutReturnAsync(contract, Dataset.Evidence, Quarter);
        await _steps.Sweep.RunAsync(Workspace.SlotsAtOnce);
        await _steps.RefreshAsync();
    }

    private async Task<List<(string What, Counts Counted)>> CountAsync()
    {
        var counted = new List<(string What, Counts Counted)>();
        await PutReturnAsync(0, Dataset.Outcomes, Quarter);
        await AddAsync(TakenIn, () => _steps.Arrival.RunAsync(Generator.PathOf(0, Dataset.Outcomes, Quarter)));
        QuarterWork? work = null;
        await AddAsync(Refreshed, async () =>
        {
            work = await _steps.Quarters.FindWorkAsync(Quarter) ?? throw new InvalidOperationException("The file changed nothing.");
            foreach (var contract in work.Contracts)
                await _steps.Quarters.RefreshContractAsync(Quarter, contract);
        });
        await AddAsync(Finished, async () =>
        {
            await _steps.Quarters.FinishAsync(Quarter, work!);
            if (await _steps.Quarters.FindWorkAsync(Quarter) is not null)
                throw new InvalidOperationException("The quarter was not finished.");
        });
        await AddAsync(NothingFound, SweepAsync);
        await using (var site = new SiteOverSteps(_steps, _clock))
        {
            await site.StartAsync();
            using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = site.Address };
            browser.DefaultRequestHeaders.Add(
                "Cookie", $"{ChosenPerson.Cookie}={ChosenPerson.Write(PersonName.Parse("Ann Price"), Role.Commissioner, null)}");
            string quarter = $"/quarters/{Quarter}",
                of = $"/providers/{Generator.ProviderId(0)}/returns/{Generator.ContractId(0)}/{Quarter}";
            // What the site makes once, as the keys of its forms, is made.
            await browser.GetByteArrayAsync(new Uri(quarter, UriKind.Relative));
            await AddAsync(QuarterPage, () => browser.GetByteArrayAsync(new Uri(quarter, UriKind.Relative)));
            await AddAsync(ReturnPage, () => browser.GetByteArrayAsync(new Uri(of, UriKind.Relative)));
        }

        await AddAsync(Paid, PayAsync);
        await AddAsync(PaidRefreshed, () => RefreshQuarter.RunAsync(_steps.Quarters, Quarter));
        return counted;

        async Task AddAsync(string what, Func<Task> work) => counted.Add((what, await _counter.CountAsync(work)));
    }

    /// <summary>Sweeps for three hours, beside a quarter of the old files, beside half of them and beside all.</summary>
    private async Task<IReadOnlyList<(string What, Counts Counted)>> CountBesideOldAsync()
    {
        var counted = new List<(string What, Counts Counted)> { ("three hours of sweeps", await _counter.CountAsync(SweepForHoursAsync)) };
        int there = 0;
        foreach (int quarters in (int[])[OldQuarters / 4, OldQuarters / 2, OldQuarters])
        {
            for (; there < quarters; there++)
                await PutOldAsync(new Quarter(2000 + (there / 4), (there % 4) + 1));
            // How many there are, and the register that they were swept with, is known from the second sweep of them on.
            await SweepForHoursAsync();
            counted.Add(($"three hours of sweeps beside {there * OldInQuarter / 1000} thousand old files",
                await _counter.CountAsync(SweepForHoursAsync)));
        }

        return counted;
    }

    private async Task SweepForHoursAsync()
    {
        for (int sweep = 0; sweep < Sweeps; sweep++)
        {
            await SweepAsync();
            _clock.Now += TimeSpan.FromMinutes(15);
        }
    }

    /// <summary>As the functions app does every quarter of an hour.</summary>
    private async Task SweepAsync()
    {
        await _steps.Changes.ChangedBeforeAsync(_clock.GetUtcNow());
        await ReferenceFiles.PutDeliveredAsync(_files);
        await _steps.Uploads.AreQuarantinedAsync();
        if ((await _steps.Sweep.RunInTurnAsync(SlotsAtOnce)).Count > 0)
            throw new InvalidOperationException("The sweep found something.");
        await _steps.Changes.ChangedQuartersAsync();
        foreach (var quarter in await _steps.Changes.KnownQuartersAsync())
            await _steps.Runs.InterruptedAsync((await _steps.Runs.OfQuarterAsync(quarter)).Select(stored => stored.Run));
    }

    private async Task PayAsync()
    {
        var (one, another) = (PersonName.Parse("Ada Preparer"), PersonName.Parse("Ben Approver"));
        var run = Done(await _steps.Prepare.RunAsync(Quarter, one));
        Done(await _steps.Decide.ApproveAsync(Quarter, run.Number, another));
        Done(await _steps.Release.RunAsync(Quarter, run.Number, one));
    }

    private static PaymentRun Done(RunResult step) => step is RunResult.Done done
        ? done.Run : throw new InvalidOperationException("A step of the payment run was refused.");

    private Task PutReturnAsync(int contract, Dataset dataset, Quarter quarter) =>
        PutAsync(Generator.PathOf(contract, dataset, quarter), stream => Generator.Return(dataset, stream, contract, quarter));

    private async Task PutAsync(string path, Action<Stream> write)
    {
        using var content = new MemoryStream();
        write(content);
        content.Position = 0;
        await _files.WriteAsync(path, content);
    }

    /// <summary>
    /// Files of an old quarter, each with the row that says that it was taken in; if it said something else, a sweep would find them.
    /// </summary>
    private async Task PutOldAsync(Quarter quarter)
    {
        string partition = Slot.Return.PartitionOf(
            ProviderId.Parse(Generator.ProviderId(0)), ContractId.Parse(Generator.ContractId(0)), quarter);
        var rows = new List<RowChange>();
        for (int name = 0; name < OldInQuarter; name++)
        {
            string path = Path.ChangeExtension(Generator.PathOf(0, Dataset.Hours, quarter), null) + $"-{name}.csv";
            using var content = new MemoryStream([1]);
            string etag = await _files.WriteAsync(path, content);
            rows.Add(new RowChange.Insert($"{Dataset.Hours.Name}|file|{UploadLog.NameOf(path)}",
                new Dictionary<string, TableValue> { ["ETag"] = etag }));
        }

        foreach (var batch in rows.Chunk(TableLimits.BatchOperations))
            await _tables.SubmitAsync("uploads", partition, batch);
    }

    private sealed class SetClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
