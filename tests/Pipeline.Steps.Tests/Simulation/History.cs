using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Arrivals;
using Pipeline.Steps.Payments;
using Pipeline.Steps.State;
using Pipeline.Steps.Stores;
using Pipeline.Steps.Tests.Stores;

namespace Pipeline.Steps.Tests.Simulation;

/// <summary>What is wrong with a history.</summary>
internal sealed class HistoryException(string message) : Exception(message);

/// <summary>What can happen in a history. A simulation in which one of these happens no more has gone dull.</summary>
internal enum Happening
{
    Crash,
    Outage,
    LostAnswer,
    OldListing,
    NoNews,
    NewsTwice,
    Accepted,
    AcceptedLate,
    Held,
    PutInForce,
    Dropped,
    Rejected,
    Quarantined,
    Duplicate,
    SetAside,
    FoundOnceMore,
    RunPrepared,
    RunApproved,
    RunRejected,
    RunExpired,
    RunStale,
    RunReleased,
    Clawback,
    ClawbackFromFormerProvider,
    LineOfTwoProviders,
    FailedAfterClawback,
    PaidAfterFailed,
    ReturnedAfterPaid,
    ValueChangedWithinQuarter,
    Reversal,
    ClosingBegun,
    ClosingBesideUpload,
    Closed,
    PlayedAgain,
    RunReplayed,
    TablesRestored,
    RunRepaired,
}

/// <summary>The steps as one host holds them.</summary>
internal sealed class Host(IFileStore files, ITableStore tables, TimeProvider clock, bool withPages)
    : AllSteps(files, tables, clock, withPages)
{
    public Process Process { get; } = new();
}

/// <summary>
/// One history of the whole system, all of it decided by a seed: what people do, in which order the calls of the stores happen, and what
/// goes wrong. A model checks each thing as it takes effect; at the end everything must have settled to what the model says, and the same
/// things done one by one, with nothing going wrong, must come to the same.
/// </summary>
/// <remarks>
/// Tables answer consistently, as the stores for which the steps are written do; listings of files and scans over a table may lag.
/// </remarks>
internal sealed class History
{
    private const int AtOnce = 4;

    /// <summary>The contract that can come under another framework; its clients are such as both frameworks know.</summary>
    private const string MovesFramework = "B-1";
    private static readonly ImmutableArray<string> People = ["Ann Archer", "Bob Barnes", "Cyd Cole"];
    private static readonly DateTimeOffset Beginning = new(2025, 10, 1, 9, 0, 0, TimeSpan.Zero);
    private readonly Random _random;
    private readonly SetClock _clock = new(Beginning);
    private readonly StoreCalls _calls = new();
    private readonly InMemoryFileStore _files;
    private readonly InMemoryTableStore _tables;
    private readonly SeededScheduler _scheduler = new();
    private readonly Watcher _watcher;
    private readonly Model _model = new();
    private readonly Host[] _hosts;
    private readonly bool _withPages;
    private readonly bool _isPlayedAgain;
    private readonly bool _areRunsReplayed;
    private readonly bool _areTablesRestored;
    private readonly bool _asDelivered;
    private readonly ImmutableArray<Deal> _deals;
    private readonly Dictionary<Happening, int> _happened = [];
    private readonly Dictionary<(string Path, string ETag), Upload> _written = [];
    private readonly Dictionary<string, Upload> _latest = [];
    private readonly Dictionary<Operation, Action<bool>> _ended = [];
    private readonly List<Action> _todo = [];
    private double _faults;
    private ImmutableArray<Deal> _registered;
    private int _serial;

    /// <summary>That pass as soon as nobody is at work: no step takes a day.</summary>
    private int _days;
    private int _writes;
    private bool _isOutside;

    /// <summary>Restores the tables as they were at some time.</summary>
    private Action? _backup;

    public History(int seed)
    {
        _random = new Random(seed);
        // The pages of quarters and contracts take longer to make than all the rest together, and the rows of zeros under the delivered
        // frameworks longer than what is in question here: what is taken in, paid and closed when, which is the same under small ones.
        _withPages = seed % 50 == 0;
        _asDelivered = seed % 10 == 0;
        _isPlayedAgain = seed % 2 == 0;
        _areRunsReplayed = seed % 4 == 1;
        _areTablesRestored = seed % 3 == 0;
        _deals = SimulatedPipeline.Deals(_asDelivered);
        _registered = [.. _deals.Take(3)];
        _files = new InMemoryFileStore(_clock, _calls);
        _tables = new InMemoryTableStore(_calls);
        _watcher = new Watcher(Rows, (path, etag) => _written[(path, etag)], _clock);
        _hosts = [new Host(_files, _tables, _clock, _withPages), new Host(_files, _tables, _clock, _withPages)];
        _calls.Hook = OnCall;
    }

    /// <summary>What happened, and how often.</summary>
    public IReadOnlyDictionary<Happening, int> Happened => _happened;

    public Model Model => _model;

    /// <summary>Everything that took effect, in words, in its order.</summary>
    public IEnumerable<string> Events => _watcher.Events.Select(seen => seen switch
    {
        Event.Versioned version => $"{version.Since} {version.Upload.Path} {version.ETag} {Text(version.Row)}",
        Event.RunWritten run => $"{run.Since} {Text(run.Row)}",
        Event.LedgerWritten line => $"{line.Since} {Text(line.Row)}",
        Event.ClosingWritten closing => $"{closing.Since} {Text(closing.Row)}",
        Event.Unnumbered file => $"{file.Since} {file.Upload.Path} {file.ETag} {file.IsSetAside} {file.At:O}",
        _ => seen.ToString(),
    });

    /// <exception cref="HistoryException">Something is not as it must be.</exception>
    public void Run()
    {
        _faults = new[] { 0, 0.002, 0.01, 0.03 }[_random.Next(4)];
        PutReference();
        if (Chance(0.1))
            _todo.Add(() => StartSweep());
        else
            Alone(host => host.Sweep.RunAsync());

        int deeds = _random.Next(8, 21);
        while (deeds > 0 || _todo.Count > 0 || _scheduler.Running.Count > 0)
        {
            _clock.Now += TimeSpan.FromSeconds(1);
            bool idle = _scheduler.Running.Count == 0;
            if (idle && _areTablesRestored && (_backup is null || Chance(0.05)))
                _backup = _tables.Backup();
            if (idle && _days > 0)
            {
                _clock.Now = new DateTimeOffset(_clock.Now.UtcDateTime.Date, TimeSpan.Zero).AddDays(_days).AddHours(9);
                _days = 0;
            }

            if (idle || (_scheduler.Running.Count < AtOnce && (deeds > 0 || _todo.Count > 0) && Chance(0.05)))
            {
                if (_todo.Count > 0 && (deeds == 0 || Chance(0.6)))
                {
                    var next = _todo[_random.Next(_todo.Count)];
                    _todo.Remove(next);
                    next();
                }
                else if (deeds > 0)
                {
                    deeds--;
                    Do();
                }
            }
            else
            {
                Step();
            }

            Reap();
        }

        Settle();
        CheckEnd();
        Replay();
        Restore();
    }

    /// <summary>The reference files as they are before anything else happens.</summary>
    private void PutReference()
    {
        foreach (var (id, json) in SimulatedPipeline.Frameworks(_asDelivered))
            Put(SimulatedPipeline.Framework(id, json));
        Put(SimulatedPipeline.Calendar(SimulatedPipeline.Dates));
        Put(SimulatedPipeline.Register(_registered));
    }

    // What people do.

    private void Do()
    {
        int what = _random.Next(100);
        var quarter = SimulatedPipeline.Seasons[_random.Next(2)];
        switch (what)
        {
            case < 52:
                Arrive(Returned(quarter));
                break;
            case < 64:
                Arrive(Decided(quarter));
                break;
            case < 67:
                Reregister();
                break;
            case < 69:
                Arrive(SimulatedPipeline.Calendar([.. SimulatedPipeline.Dates,
                    (quarter.Name, "A-1", new DateOnly(2025, 10, 1), new DateOnly(2025, 10, 1 + _random.Next(30)))]));
                break;
            case < 83:
                _todo.Add(() => StartPrepare(quarter));
                break;
            case < 85:
                _todo.Add(() => Start("reject", host => host.Decide.RejectAsync(Q(quarter), _random.Next(1, 4), Name(), "Not agreed")));
                break;
            case < 88:
                _todo.Add(() => StartRelease(quarter, _random.Next(1, 4)));
                break;
            case < 91:
                Confirm(quarter);
                break;
            case < 93:
                _todo.Add(() => StartClose(quarter));
                break;
            case < 96:
                // The next morning, or after a run has expired.
                _days = Chance(0.6) ? 1 : 15;
                break;
            default:
                _todo.Add(() => StartSweep());
                break;
        }

        if (Chance(0.1))
            _todo.Add(StartDecideOnHeld);
        if (Chance(0.4))
            _todo.Add(StartReader);
        if (Chance(0.06))
            _todo.Add(StartRefresh);
    }

    private Upload Returned(Season quarter)
    {
        _serial++;
        var deal = _deals[_random.Next(_deals.Length)];
        deal = Deal.In(_registered, deal.Id, quarter) ?? deal;
        if (Chance(0.04))
            return SimulatedPipeline.Other("submissions/ash/", $"stray-{_random.Next(2)}.csv", null, null, new Meaning.Broken(),
                $"nobody knows\n{_serial}\n");
        string dataset = new[] { "outcomes", "evidence", "evidence", "evidence", "referrals", "hours" }[_random.Next(6)];
        string suffix = new[] { "", "", "-2", "-corrected" }[_random.Next(4)];
        string provider = Chance(0.04) ? "birch" : deal.Provider;
        // The very bytes of before: under their own name once more, or under another, or from another provider.
        var again = _latest.Values.Where(u => u.Contract is { } at && (at.Contract, at.Quarter) == (deal.Id, quarter.Name)
            && u.Slot!.EndsWith($"/{dataset}", StringComparison.Ordinal)).ToList();
        if (again.Count > 0 && Chance(0.25))
        {
            var one = again[_random.Next(again.Count)];
            return one with
            {
                Path = $"submissions/{provider}/{deal.Id}/{quarter.Name}/{dataset}{suffix}.csv",
                Slot = SimulatedPipeline.SlotOf(provider, deal.Id, quarter, dataset),
                Contract = (provider, deal.Id, quarter.Name),
            };
        }

        Meaning meaning = _random.Next(10) switch
        {
            0 => new Meaning.Broken(),
            1 => new Meaning.Personal(),
            _ => dataset switch
            {
                "outcomes" => new Meaning.Outcomes(_random.Next(3), new[] { "open", "fully_met", "not_met" }[_random.Next(3)],
                    deal.Outcomes),
                "evidence" =>
                    new Meaning.Evidence([.. deal.Elements.Where(_ => Chance(0.7))
                        .SelectMany(e => Enumerable.Range(1, _random.Next(1, 3)).Select(n => (e.Element, n)))]),
                "referrals" => new Meaning.Referrals(_random.Next(3), _random.Next(3)),
                _ => new Meaning.Hours(_random.Next(500)),
            },
        };
        return SimulatedPipeline.Return(deal, quarter, dataset, suffix, meaning, _serial, provider);
    }

    private Upload Decided(Season quarter)
    {
        _serial++;
        var all = _registered.Select(d => d.Id).Distinct().Select(id => Deal.In(_registered, id, quarter)!)
            .Where(d => d.IsActive(quarter) || Chance(0.1))
            .SelectMany(d => d.Elements.Where(_ => Chance(0.7))
                .Select(e => (d.Id, e.Element, Chance(0.75) ? "met" : Chance(0.5) ? "not_met" : "withdrawn"))).ToImmutableArray();
        return SimulatedPipeline.Decisions(quarter, Chance(0.8) ? "" : "-2",
            Chance(0.1) ? new Meaning.Broken() : new Meaning.Decisions(all), _serial);
    }

    private void Reregister()
    {
        _registered = [.. _deals.Where((_, n) => n switch { 0 => true, 3 => Chance(0.5), _ => Chance(0.8) }).SelectMany(Amended)];
        Arrive(SimulatedPipeline.Register(_registered));
        // A row that begins before the one before it ends, or gives the contract to another in the middle of a quarter.
        if (Chance(0.1))
        {
            var ends = new DateOnly(2025, 5, 1 + _random.Next(20));
            Arrive(SimulatedPipeline.Register(
                Chance(0.5)
                    ? [.. _registered, _registered[0] with { AnnualPence = 1 + _random.Next(1_000_000) }]
                    : [_registered[0] with { EndsOn = ends }, _registered[0] with { StartsOn = ends.AddDays(1),
                        Provider = _registered[0].Provider == "ash" ? "birch" : "ash", EndsOn = new DateOnly(2025, 6, 30) }],
                isBroken: true));
        }
    }

    /// <summary>
    /// A contract may be worth more, go to another provider, or come under another framework: for good, or from a day on.
    /// </summary>
    private IEnumerable<Deal> Amended(Deal deal)
    {
        if (Chance(0.3))
            deal = deal with { AnnualPence = deal.AnnualPence + _random.Next(-50_000, 100_000) };
        if (Chance(0.3))
            deal = deal with { Provider = deal.Provider == "ash" ? "birch" : "ash" };
        if (deal.Id == MovesFramework && Chance(0.4))
            deal = deal with { Framework = _deals[0].Framework, Outcomes = _deals[0].Outcomes, Elements = _deals[0].Elements };
        DateOnly[] days = [new(2025, 5, 20), new(2025, 6, 30), new(2025, 7, 1), new(2025, 7, 1), new(2025, 8, 14), new(2025, 10, 1)];
        var from = days[_random.Next(days.Length)];
        if (Chance(0.5) || from <= deal.StartsOn)
            return [deal];
        var then = deal with { StartsOn = from, AnnualPence = deal.AnnualPence + _random.Next(-50_000, 100_000) };
        if (from.Day == 1 && Chance(0.5))
            then = then with { Provider = deal.Provider == "ash" ? "birch" : "ash" };
        // Now and then there is a gap between the two, which is another quarter's or the same provider's.
        return [deal with { EndsOn = from.AddDays(Chance(0.8) || from.AddDays(-6) < deal.StartsOn ? -1 : -6) }, then];
    }

    private void Confirm(Season quarter)
    {
        _serial++;
        var ids = Rows("ledger", quarter.Name).Where(r => r.Values.ContainsKey("ReleasedAt"))
            .Select(r =>
                $"{r.Text("Contract")}-{quarter.Name}-{r.Text("Line")}-r{r.Whole("Run"):000}{(r.Values.ContainsKey("NamesProvider") ? "-" + r.Text("Provider") : "")}").ToList();
        if (Chance(0.1))
            ids.Add($"A-1-{quarter.Name}-core-r009");
        // What was reported stays as it was or is corrected; now and then somebody says what cannot be.
        var chosen = ids.Where(id => Chance(_model.Now.LastReport(id) is null ? 0.4 : 0.15))
            .Select(id => (id, Chance(0.05) ? "returned" : _model.Now.LastReport(id) switch
        {
            null => Chance(0.6) ? "paid" : "failed",
            "paid" => "returned",
            _ => "paid",
        })).ToImmutableArray();
        Arrive(SimulatedPipeline.Confirmations(quarter, Chance(0.5) ? "bacs" : $"bacs-{_random.Next(3)}",
            DateOnly.FromDateTime(_clock.Now.UtcDateTime), chosen, _serial));
    }

    /// <summary>A payment turns out not to have arrived after it was taken back.</summary>
    private void FailTakenBack(Season quarter)
    {
        _serial++;
        var takenBack = Rows("ledger", quarter.Name).Where(r => r.Values.ContainsKey("ReleasedAt") && r.Values.ContainsKey("Corrects"))
            .Select(r => r.Text("Corrects")).Where(id => _model.Now.Counts(id))
            .Select(id => (id, _model.Now.LastReport(id) is null ? "failed" : "returned")).Distinct().ToImmutableArray();
        if (takenBack.Length > 0)
            Arrive(SimulatedPipeline.Confirmations(quarter, "bacs-late", DateOnly.FromDateTime(_clock.Now.UtcDateTime), takenBack,
                _serial));
    }

    /// <summary>A file arrives, and the news of it: once, more than once, late, or never.</summary>
    private void Arrive(Upload upload)
    {
        Put(upload);
        int news = Chance(0.15) ? 0 : Chance(0.25) ? 2 : 1;
        if (news != 1)
            Happen(news == 0 ? Happening.NoNews : Happening.NewsTwice);
        for (; news > 0; news--)
        {
            _todo.Add(() => Start($"take in {upload.Path}", host => host.TakeIn.RunAsync(upload.Path), _ =>
            {
                if (Chance(0.12))
                    _todo.Add(StartRefresh);
            }));
        }
    }

    private void Put(Upload upload)
    {
        string etag = Now(_files.WriteAsync(upload.Path, new MemoryStream(upload.Bytes)));
        _written[(upload.Path, etag)] = upload;
        _latest[upload.Path] = upload;
        _watcher.Paths[UploadLog.NameOf(upload.Path)] = upload.Path;
    }

    private void StartSweep() => Start("sweep", host => host.Sweep.RunAsync(_random.Next(1, 3)));

    private void StartRefresh() => Start("refresh", host => host.RefreshAsync());

    private void StartPrepare(Season quarter)
    {
        string by = People[_random.Next(People.Length)];
        StartStep("prepare", host => host.Prepare.RunAsync(Q(quarter), PersonName.Parse(by)), run =>
        {
            // Now and then somebody tries to agree to his own.
            string[] spellings = [$" {by.ToUpperInvariant()} ", $"{by[0]}. {by.Split(' ')[1]}", $"Dr {by}",
                $"{by.Split(' ')[1]}, {by.Split(' ')[0]}"];
            string approver = Chance(0.15) ? spellings[_random.Next(spellings.Length)] : People.First(p => p != by);
            _todo.Add(() =>
                StartStep("approve", host => host.Decide.ApproveAsync(Q(quarter), run.Number, PersonName.Parse(approver.Trim())),
                approved =>
            {
                for (int times = Chance(0.3) ? 2 : 1; times > 0; times--)
                    _todo.Add(() => StartRelease(quarter, run.Number));
            }));
        });
    }

    private void StartRelease(Season quarter, int number) =>
        StartStep("release", host => host.Release.RunAsync(Q(quarter), number, Name()), _ =>
    {
        if (Chance(0.5))
            Confirm(quarter);
        if (Chance(0.5))
            FailTakenBack(quarter);
        if (Chance(0.3))
        {
            // What was met is not any more, or the other way round, and is settled by another run.
            Arrive(Decided(quarter));
            _todo.Add(StartDecideOnHeld);
            _todo.Add(() => StartPrepare(quarter));
        }
        else if (Chance(0.5))
        {
            // Whose contract it was, or what it was worth.
            Reregister();
            _todo.Add(StartDecideOnHeld);
            _todo.Add(() => StartPrepare(quarter));
        }
    });

    /// <summary>Somebody puts what is held in force, or drops it: most often what was held last.</summary>
    private void StartDecideOnHeld()
    {
        int held = _model.Now.Held.Count;
        if (held == 0)
            return;
        int number = Chance(0.7) ? held : _random.Next(1, held + 1);
        var by = Name();
        bool accepts = Chance(0.8);
        string? refused = "";
        Start("decide on what is held", async host => refused =
            accepts ? await host.DecideChanges.AcceptAsync(number, by) : await host.DecideChanges.DropAsync(number, by), done =>
        {
            if (done && !accepts && refused is null)
                Happen(Happening.Dropped);
        });
    }

    private void StartClose(Season quarter) => Start("close", host => host.Close.RunAsync(Q(quarter), Name()));

    /// <summary>Somebody who takes a step of a run, and goes on to the next when it is done.</summary>
    private void StartStep(string name, Func<Host, Task<RunResult>> step, Action<PaymentRun> next)
    {
        RunResult? taken = null;
        Start(name, async host => taken = await step(host), done =>
        {
            if (taken is RunResult.Done { Run: var run })
                next(run);
            else if (!done && Chance(0.5))
                _todo.Add(() => StartStep(name, step, next));
        });
    }

    /// <summary>Somebody reads a partition of a table, at any time.</summary>
    private void StartReader()
    {
        var quarter = SimulatedPipeline.Seasons[_random.Next(2)];
        var deal = _deals[_random.Next(_deals.Length)];
        string table = Chance(0.5) ? "outcomes" : "elements";
        Start("read", async _ =>
        {
            var rows = new List<TableRow>();
            await foreach (var row in _tables.QueryAsync(table, $"{quarter.Name}|{deal.Id}"))
                rows.Add(row);
            if (table == "outcomes")
            {
                // Every file has as many needs under one outcome as under another; of what is not in its framework it has none.
                Demand(rows.Select(r => r.Whole("Need")).Where(need => need > 0 || deal.Id != MovesFramework).Distinct().Count() <= 1,
                    "a reader saw outcomes of two files");
                Demand(rows.All(r => r.Whole("Need") == r.Whole("PartMet") + r.Whole("FullyMet") + r.Whole("NotMet") + r.Whole("Open")),
                    "a reader saw a need that is in no state");
            }
            else if (rows.Count > 0)
            {
                var known = _written.Values.Select(u => u.Meaning).OfType<Meaning.Register>()
                    .Select(r => Deal.In(r.Deals, deal.Id, quarter))
                    .OfType<Deal>();
                long sum = rows.Sum(r => r.Whole("AvailablePence"));
                Demand(known.Select(d => Facts.Split(d, quarter)).Any(s => s.Core + s.Elements.Sum(e => e.Pence) == sum),
                    "a reader saw a pot that does not add up");
            }
        });
    }

    private PersonName Name() => PersonName.Parse(People[_random.Next(People.Length)]);

    // Hosts, calls and what goes wrong with them.

    private void Start(string name, Func<Host, Task> run, Action<bool>? whenEnded = null)
    {
        var host = _hosts[_random.Next(_hosts.Length)];
        var operation = new Operation(name, host.Process, _model.Count);
        if (whenEnded is not null)
            _ended[operation] = whenEnded;
        _scheduler.Start(operation, () => run(host));
    }

    /// <summary>Lets one call through, at random, and something go wrong with it, at random.</summary>
    private void Step()
    {
        if (_scheduler.Gates.Count == 0)
            throw new HistoryException($"Nothing goes on: {string.Join(", ", _scheduler.Running.Select(o => o.Name))}.");
        var gate = _scheduler.Gates[_random.Next(_scheduler.Gates.Count)];
        Fault? fault = null;
        if (_faults > 0 && gate.Call.Operation is "List" or "Scan" && Chance(0.1))
            fault = new Fault.Stale(_random.Next(1, 20));
        else if (Chance(_faults))
            fault = Chance(0.3) ? new Fault.Crash() : new Fault.Unavailable();
        if (fault is null)
        {
            _scheduler.Open(gate, null);
            return;
        }

        Happen(fault switch
        {
            Fault.Crash => Happening.Crash,
            Fault.Stale => Happening.OldListing,
            _ => gate.Call.Moment == Moment.Before ? Happening.Outage : Happening.LostAnswer,
        });
        if (fault is not Fault.Crash)
        {
            _scheduler.Open(gate, fault);
            return;
        }

        var dead = _scheduler.Running.Where(o => o.On == gate.By.On).ToList();
        _scheduler.Kill(gate.By.On);
        _hosts[Array.FindIndex(_hosts, h => h.Process == gate.By.On)] = new Host(_files, _tables, _clock, _withPages);
        foreach (var operation in dead.Where(_ended.ContainsKey))
            _ended[operation](false);
    }

    /// <summary>Looks what ended, and how.</summary>
    private void Reap()
    {
        foreach (var operation in _scheduler.Running.Where(o => o.Task.IsCompleted).ToList())
        {
            _scheduler.Running.Remove(operation);
            if (operation.Task.Exception?.InnerException is { } exception and not StoreException)
                throw new HistoryException($"{operation.Name}: {exception}");
            if (_ended.TryGetValue(operation, out var whenEnded))
                whenEnded(operation.Task.IsCompletedSuccessfully);
        }

        ThrowWhenWrong();
    }

    private ValueTask<Fault?> OnCall(StoreCall call)
    {
        if (_isOutside)
            return default;
        if (call is { Moment: Moment.After })
            _writes++;
        try
        {
            if (Operation.Current.Value is not null)
            {
                foreach (var seen in _watcher.Look(call))
                {
                    _model.Apply(seen, _clock.Now);
                    Count(seen);
                }
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            _model.Wrong.Add(exception.ToString());
        }

        return _scheduler.Pass(call);
    }

    private void Happen(Happening what) => _happened[what] = _happened.GetValueOrDefault(what) + 1;

    private void Count(Event seen)
    {
        switch (seen)
        {
            case Event.Versioned { Row: var row }:
                Happen(row.YesNo("Late") ? Happening.AcceptedLate : Enum.Parse<Happening>(row.Text("Status")));
                break;
            case Event.PutInForce:
                Happen(Happening.PutInForce);
                break;
            case Event.Unnumbered file:
                Happen(file.IsSetAside ? Happening.SetAside : Happening.Duplicate);
                break;
            case Event.Same:
                Happen(Happening.FoundOnceMore);
                break;
            case Event.RunWritten { Row: var row }:
                Happen(Enum.Parse<Happening>("Run" + row.Text("State")));
                break;
            case Event.LedgerWritten { Row: var row } when row.Values.ContainsKey("AmountPence") && row.Whole("AmountPence") < 0:
                Happen(row.Values.ContainsKey("ReleasedAt") ? Happening.Clawback : Happening.Reversal);
                break;
            case Event.ClosingWritten { Row: var row }:
                Happen(row.Values.ContainsKey("DoneAt") ? Happening.Closed : Happening.ClosingBegun);
                if (_scheduler.Running.Any(o => o.Name.StartsWith("take in submissions/", StringComparison.Ordinal)
                    && o.Name.Contains(row.PartitionKey, StringComparison.Ordinal)))
                    Happen(Happening.ClosingBesideUpload);
                break;
        }
    }

    /// <summary>Runs one step from its beginning to its end, with nothing else going on.</summary>
    private void Alone(Func<Host, Task> run)
    {
        double before = _faults;
        _faults = 0;
        bool done = false;
        Start("alone", run, succeeded => done = succeeded);
        while (_scheduler.Running.Count > 0)
        {
            Step();
            if (_scheduler.Running.Count > 0 && _scheduler.Running[0].Task.IsCompleted
                && _scheduler.Running[0].Task.Exception is { } exception)
                throw new HistoryException($"With nothing going wrong: {exception}");
            Reap();
        }

        _faults = before;
        if (!done)
            throw new HistoryException("A step that ran alone did not end.");
    }

    // The end.

    /// <summary>Nothing goes wrong any more. People finish what was interrupted; then sweeping and refreshing come to rest.</summary>
    private void Settle()
    {
        _faults = 0;
        _hosts[0] = _hosts[1] = new Host(_files, _tables, _clock, _withPages);
        foreach (var (quarter, number, _) in _model.Runs.Where(r => r.State == "Released").ToList())
            Alone(host => host.Release.RunAsync(Quarter.Parse(quarter), (int)number, PersonName.Parse(People[0])));
        foreach (string quarter in _model.Now.Closing.Except(_model.Now.Closed))
            Alone(host => host.Close.RunAsync(Quarter.Parse(quarter), PersonName.Parse(People[0])));
        foreach (var row in Rows("held", "held").Where(r => r.Values.ContainsKey("At") && r.YesNo("IsAccepted")).ToList())
            Alone(host => host.DecideChanges.AcceptAsync(NumberOf(row), PersonName.Parse(row.Text("By"))));
        for (int round = 1; ; round++)
        {
            int before = _writes;
            Alone(host => host.Sweep.RunAsync());
            Alone(host => host.RefreshAsync());
            if (_writes == before)
                return;
            if (round > 3)
                throw new HistoryException("Sweeping and refreshing do not come to rest.");
        }
    }

    private void CheckEnd()
    {
        var now = _model.Now;
        foreach (var upload in _latest.Values)
        {
            var last = _watcher.Events.LastOrDefault(e => e is Event.Versioned v && v.Upload.Path == upload.Path || e is Event.Unnumbered u
                && u.Upload.Path == upload.Path || e is Event.Same s && s.Upload.Path == upload.Path);
            var taken = last switch
            {
                Event.Versioned version => version.Upload,
                Event.Unnumbered file => file.Upload,
                _ => (last as Event.Same)?.Upload,
            };
            Demand(taken == upload, $"{upload.Path} was left lying");
        }

        foreach (var seen in _watcher.Events.OfType<Event.Versioned>())
            CheckReceipt(seen);
        foreach (var quarter in SimulatedPipeline.Seasons.Where(q =>
            now.Versions.Keys.Any(slot => slot.Contains(q.Name, StringComparison.Ordinal)) && now.Deals.Length > 0))
        {
            CheckMoney(quarter);
            if (_areRunsReplayed)
                CheckReplays(quarter);
            foreach (var deal in _deals)
                CheckTables(quarter, deal);
        }

        ThrowWhenWrong();
    }

    private void CheckReceipt(Event.Versioned seen)
    {
        string folder = seen.Upload.Path.StartsWith("submissions/", StringComparison.Ordinal)
            ? $"receipts/{Path.GetDirectoryName(seen.Upload.Path)!["submissions/".Length..]}/{Path.GetFileName(seen.Upload.Slot)}/"
            : seen.Upload.Slot!.StartsWith("confirmations/", StringComparison.Ordinal)
                ? $"receipts/{Path.GetDirectoryName(seen.Upload.Slot)}/"
                : seen.Upload.Slot!.StartsWith("reference/", StringComparison.Ordinal)
                    ? $"receipts/reference/{Path.GetFileName(seen.Upload.Slot)}/" : $"receipts/{seen.Upload.Slot}/";
        long version = seen.Row.Whole("Version");
        string status = seen.Row.Text("Status");
        string receipt = Content($"{folder}v{version}.json");
        bool accepted = status == "Accepted";
        long rows = seen.Row.Whole("Rows");
        foreach (string part in (string[])[$"\"status\": \"{status.ToLowerInvariant()}\"", $"\"sha256\": \"{seen.Upload.Sha256}\"",
            $"\"rowsRead\": {rows},", $"\"rowsAccepted\": {(accepted ? rows : 0)},", $"\"version\": {version},"])
            Demand(receipt.Contains(part, StringComparison.OrdinalIgnoreCase),
                $"the receipt of {seen.Upload.Path} version {version} does not say {part}");
        string kept = $"{(status == "Quarantined" ? "quarantine" : "archive")}/{seen.Upload.Sha256}{Path.GetExtension(seen.Upload.Path)}";
        Demand(Content(kept) == Encoding.UTF8.GetString(seen.Upload.Bytes), $"{seen.Upload.Path} version {version} was not kept");
    }

    /// <summary>Ledger, finance files and the model agree on every payment.</summary>
    private void CheckMoney(Season quarter)
    {
        var paid = _model.Now.PaidIn(quarter.Name);
        var ledger = Rows("ledger", quarter.Name).Where(r => r.Values.ContainsKey("ReleasedAt")).ToList();
        Demand(ledger.Count == paid.Count && ledger.Sum(r => r.Whole("AmountPence")) == paid.Sum(p => p.Pence),
            $"the ledger of {quarter.Name} is not what was released");
        Demand(paid.Select(p => p.Id).Distinct().Count() == paid.Count, "a payment id repeats");
        foreach (var run in paid.GroupBy(p => p.Run))
        {
            string name = $"payments/{quarter.Name}/run-{run.Key:000}";
            var lines = Content(name + ".csv").Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(l => l.Split(','))
                .ToList();
            // No text of this world has a comma but the description, so the amounts are counted from the end.
            var inFile = lines.Select(l => (Id: l[0], Pence: Pence(l[^3]), Entitled: Pence(l[^2]), Before: Pence(l[^1])))
                .OrderBy(l => l.Id, StringComparer.Ordinal);
            Demand(inFile.SequenceEqual(run.Select(p => (p.Id, p.Pence, p.Entitled, p.Before)).OrderBy(l => l.Id, StringComparer.Ordinal)),
                $"{name}.csv is not what is due");
            foreach (var (fields, pay) in lines.Join(run, l => l[0], p => p.Id, (l, p) => (l, p)))
            {
                Demand((fields[1], fields[2]) == ($"SUP-{pay.Provider}", pay.Provider), $"{pay.Id} goes to somebody else");
                Demand(fields.Any(f => f.Contains(" corrects ", StringComparison.Ordinal)) == (pay.Corrects is not null)
                    && pay.Corrects is not null == pay.Pence < 0
                    && (pay.Corrects is null || fields.Any(f => f.Contains($" corrects {pay.Corrects})", StringComparison.Ordinal))),
                    $"{pay.Id} does not say what it corrects");
                if (pay.Pence < 0 && Deal.In(_model.Now.Deals, pay.Contract, quarter) is { } deal && deal.Provider != pay.Provider)
                    Happen(Happening.ClawbackFromFormerProvider);
                if (pay.IsShared)
                    Happen(Happening.LineOfTwoProviders);
            }

            string control = Content(name + ".json");
            Demand(control.Contains($"\"count\": {lines.Count},", StringComparison.Ordinal)
                && control.Contains($"\"totalPence\": {run.Sum(p => p.Pence)},", StringComparison.Ordinal),
                $"{name}.json has other totals");
        }

        if (paid.Count > 0 && Deal.AllIn(_model.Now.Deals, quarter).Any(d => d.Worth.Distinct().Count() > 1))
            Happen(Happening.ValueChangedWithinQuarter);
        // Who gave back what never arrived is owed it.
        foreach (var account in paid.Select(p => (p.Contract, p.Line, p.Provider)).Distinct()
            .Where(a => _model.Now.Received(quarter.Name, a.Contract, a.Line, a.Provider) < 0))
        {
            Happen(Happening.FailedAfterClawback);
            Demand(_model.Now.Due(quarter).GetValueOrDefault($"{account.Contract}|{account.Line}|{account.Provider}") is var due
                && due.Entitled > due.Before, $"{account} is not owed what it gave back");
        }

        var confirmed = Rows("ledger", quarter.Name).Where(r => r.Values.ContainsKey("PaymentId")).ToLookup(r => r.Text("PaymentId"));
        foreach (var pay in paid)
        {
            var reports = _model.Now.ReportsOf(pay.Id);
            Demand(confirmed[pay.Id].Count() == reports.Count, $"the confirmations of {pay.Id} are not entered");
            Demand(confirmed[pay.Id].Sum(r => r.Whole("AmountPence")) == (_model.Now.Counts(pay.Id) ? 0 : -pay.Pence),
                $"the confirmations of {pay.Id} do not add up");
            Demand(confirmed[pay.Id].Count(r => r.Values.ContainsKey("Corrects")) == Math.Max(0, reports.Count - 1),
                $"a confirmation of {pay.Id} does not say what it corrects");
            foreach (var (before, after) in reports.Zip(reports.Skip(1)))
                Happen(after.Status == "returned" ? Happening.ReturnedAfterPaid : Happening.PaidAfterFailed);
        }

        static long Pence(string pounds) => (long)(decimal.Parse(pounds, CultureInfo.InvariantCulture) * 100);
    }

    /// <summary>Every run comes out of the archive again, and every payment is explained.</summary>
    private void CheckReplays(Season quarter) => Outside(() =>
    {
        var host = new Host(_files, _tables, _clock, withPages: false);
        foreach (var run in _model.Now.PaidIn(quarter.Name).GroupBy(p => p.Run))
        {
            var replayed = Now(host.Replay.RunAsync(Q(quarter), run.Key));
            Demand(replayed is { Differences: [] },
                $"run {run.Key} of {quarter.Name} comes out otherwise: {string.Join(' ', replayed?.Differences ?? [])}");
            var explained = Now(host.Explain.PaymentAsync(PaymentId.Parse(run.First().Id)));
            Demand(explained?.Any(line => line.Contains(run.First().Id, StringComparison.Ordinal)) is true,
                $"{run.First().Id} is not explained");
            Happen(Happening.RunReplayed);
        }

        return true;
    });

    private void CheckTables(Season quarter, Deal original)
    {
        var now = _model.Now;
        string partition = $"{quarter.Name}|{original.Id}";
        var deal = Deal.In(now.Deals, original.Id, quarter);
        var paid = now.PaidIn(quarter.Name).Where(p => p.Contract == original.Id).ToList();
        Same("payments", paid.Select(p => (
            $"{p.Run:000}|{p.Line}{(p.IsShared ? "|" + p.Provider : "")}", $"{p.Id} {p.Pence} {now.LastReport(p.Id) ?? "released"}")),
            r => $"{r.Text("PaymentId")} {r.Whole("AmountPence")} {r.Text("Status")}");
        bool active = deal is not null && deal.IsActive(quarter);
        CheckFigures(partition, active);
        string Slot(string dataset) => SimulatedPipeline.SlotOf(deal!.Provider, original.Id, quarter, dataset);
        T? Current<T>(string dataset)
            where T : Meaning => active ? now.Of<T>(Slot(dataset)) : null;

        Same("returns", !active ? [] : ((string, int)[])[("outcomes", 0), ("evidence", 0), ("referrals", 0), ("hours", 0)] is var datasets
            ? datasets.Select(d => (d.Item1, StateOf(Slot(d.Item1)))) : [],
            r => $"{r.Text("State")} {r.Whole("CurrentVersion")}", r => r.RowKey is "outcomes" or "evidence" or "referrals" or "hours");
        var outcomes = Current<Meaning.Outcomes>("outcomes");
        Same("outcomes", !active ? [] : deal!.Outcomes.Select(o =>
            ($"{o}|{deal.Group}", $"{Clients(o)} {Of("fully_met", o)} {Of("not_met", o)} {Of("open", o)}")),
            r => $"{r.Whole("Need")} {r.Whole("FullyMet")} {r.Whole("NotMet")} {r.Whole("Open")}");
        Same("elements", !active ? [] : Elements(),
            r => $"{r.Text("State")} {r.Whole("Items")} {r.Whole("Quantity")} {r.Whole("AvailablePence")} {r.Whole("EarnedPence")}");
        var referrals = Current<Meaning.Referrals>("referrals");
        var before = active && quarter == SimulatedPipeline.Q2
            ? now.Of<Meaning.Referrals>(SimulatedPipeline.SlotOf(deal!.Provider, original.Id, SimulatedPipeline.Q1, "referrals")) : null;
        Same("measures", !active ? [] :
            [
                ("hours|delivered|-", $"0 {Current<Meaning.Hours>("hours")?.Delivered ?? 0}"),
                ("referrals|accepted|-", $"{referrals?.Accepted ?? 0} 0"),
                ("referrals|waiting_at_end|-", $"{referrals?.Waiting ?? 0} 0"),
                ("referrals|waiting_not_carried_over|-", $"{(referrals is null || before is null ? 0 : -before.Waiting)} 0"),
            ],
            r => string.Create(CultureInfo.InvariantCulture, $"{r.Whole("Count")} {((TableValue.Fraction)r.Values["Value"]).Value}"),
            r => r.RowKey is "hours|delivered|-" or "referrals|accepted|-" or "referrals|waiting_at_end|-"
                or "referrals|waiting_not_carried_over|-");

        int Clients(string outcome) => outcomes is not null && outcomes.Under.Contains(outcome) ? outcomes.Clients : 0;

        int Of(string result, string outcome) => outcomes?.Result == result ? Clients(outcome) : 0;

        string StateOf(string slot) => now.Current.TryGetValue(slot, out var current)
            ? $"{(current.Late ? "late" : current.Upload.Rows == 0 ? "nil" : "received")} {current.Version}"
            : now.Versions.ContainsKey(slot) ? "rejected 0" : "missing 0";

        IEnumerable<(string, string)> Elements()
        {
            var (core, elements) = Facts.Split(deal!, quarter);
            yield return ("core", $"earned 0 0 {core} {core}");
            foreach (var (element, pence) in elements)
            {
                string state = element == "unallocated" ? element : now.StateOf(deal!, quarter, element);
                var items = now.ItemsOf(deal!, quarter, element);
                yield return (element, $"{state} {items.Count} {items.Sum(i => i.Quantity)} {pence} {(state == "earned" ? pence : 0)}");
            }
        }

        void Same(string table, IEnumerable<(string Key, string Text)> expected, Func<TableRow, string> text,
            Func<TableRow, bool>? of = null)
        {
            string wanted = string.Join('\n', expected.Select(e => $"{e.Key}: {e.Text}").Order(StringComparer.Ordinal));
            string found = string.Join('\n', Rows(table, partition).Where(r => of is null || of(r)).Select(r => $"{r.RowKey}: {text(r)}")
                .Order(StringComparer.Ordinal));
            Demand(wanted == found, $"{table} {partition} should hold\n{wanted}\nand holds\n{found}");
        }
    }

    /// <summary>What a page tells of a contract is what its rows say.</summary>
    private void CheckFigures(string partition, bool isActive)
    {
        var kept = FiguresOfContracts.Read(Rows(FiguresOfContracts.Table, partition));
        Demand(kept is not null == isActive, $"there {(isActive ? "are no" : "are")} figures of {partition}");
        if (kept is null)
            return;
        var rows = ReportingTable.All.SelectMany(table => Rows(table.Name, partition).Select(row => table.Row(row.Values))).ToList();
        Demand(Told(kept).SequenceEqual(Told(ContractFigures.Of(rows))), $"the figures of {partition} are not those of its rows");

        static IEnumerable<string> Told(ContractFigures figures) =>
            JsonSerializer.SerializeToElement(figures.Sums).EnumerateObject()
                .Append(JsonSerializer.SerializeToElement(new { figures.Checks }).EnumerateObject().Single())
                .SelectMany(list => list.Value.EnumerateArray().Select(one => $"{list.Name} {one}")).Order(StringComparer.Ordinal);
    }

    private static string Text(TableRow row) =>
        $"{row.PartitionKey} {row.RowKey}: "
        + $"{string.Join(", ", row.Values.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => $"{v.Key}={v.Value}"))}";

    // The same things one by one.

    private void Replay()
    {
        // An upload that died, and had another fate when it was taken in at last, may have made a quarter known of which nothing came.
        if (!_isPlayedAgain || !_model.IsOneByOne || !Rows("quarters", "quarters").All(r => Model.IsKnown(r.RowKey, _model.Now)))
            return;
        Happen(Happening.PlayedAgain);
        var again = new SetClock(Beginning);
        var calm = (Files: new InMemoryFileStore(again), Tables: new InMemoryTableStore());
        var host = new Host(calm.Files, calm.Tables, again, withPages: false);
        var there = new Dictionary<string, string>();
        var numbered = Rows("held", "held")
            .Select(r => (Number: NumberOf(r), Slot: Slot.At(r.Text("Place"))!, Version: (int)r.Whole("Version"), Row: r)).ToList();
        foreach (var seen in _watcher.Events)
            Again(seen);
        Now(host.RefreshAsync());

        foreach (var table in ReportingTable.All.Select(t => t.Name).Concat(["ledger", "runs", "closings"]))
        {
            var (one, other) = (Lines(table, Scan(table)), Lines(table, AllOf(calm.Tables.ScanAsync(table))));
            Demand(one.SequenceEqual(other),
                $"one by one, {table} has\n{string.Join('\n', other.Except(one).Take(5))}\ninstead "
                + $"of\n{string.Join('\n', one.Except(other).Take(5))}");
        }

        foreach (var file in AllOf(calm.Files.ListAsync("payments/")).Concat(AllOf(calm.Files.ListAsync("archive/")))
            .Concat(AllOf(calm.Files.ListAsync("quarantine/"))))
            Demand(Content(file.Path) == TextOf(calm.Files, file.Path), $"one by one, {file.Path} is another");
        Demand(Outside(() => AllOf(_files.ListAsync("payments/"))).Count == AllOf(calm.Files.ListAsync("payments/")).Count,
            "one by one, other files go to finance");
        ThrowWhenWrong();

        void Again(Event seen)
        {
            switch (seen)
            {
                case Event.Versioned version:
                    again.Now = version.Row.Instant("TakenInAt");
                    if (version.Row.Text("Status") == "Held")
                        NumberAgain(version.Row);
                    PutAgain(version.Upload, version.ETag);
                    break;
                case Event.HeldDecided { Row: var row }:
                    again.Now = row.Instant("At");
                    DecideAgain(row);
                    break;
                case Event.PutInForce { Row: var row }:
                    again.Now = row.Instant("TakenInAt");
                    var accepted = numbered.Single(h => h.Version == row.Whole("PutsInForce") && h.Slot.Name == row.Text("Slot")
                        && h.Slot.Partition == row.PartitionKey);
                    string? why = Now(host.DecideChanges.AcceptAsync(accepted.Number, PersonName.Parse(accepted.Row.Text("By"))));
                    Demand(why is null == (row.Text("Status") == "Accepted"),
                        $"one by one, change {accepted.Number} is not {row.Text("Status")}: {why}");
                    break;
                case Event.Unnumbered file:
                    again.Now = file.At;
                    PutAgain(file.Upload, file.ETag);
                    break;
                case Event.Same same:
                    PutAgain(same.Upload, same.ETag);
                    break;
                case Event.RunWritten { Row: var row } expired when row.Text("State") == "Expired":
                    // Whoever takes a step of it finds that it has expired.
                    again.Now = expired.At;
                    Now(host.Release.RunAsync(Quarter.Parse(row.PartitionKey), (int)row.Whole("Number"), PersonName.Parse(People[0])));
                    break;
                case Event.RunWritten { Row: var row } when row.Text("State") is var state and not "Stale":
                    var (quarter, number) = (Quarter.Parse(row.PartitionKey), (int)row.Whole("Number"));
                    again.Now = row.Instant(state + "At");
                    var by = PersonName.Parse(row.Text(state + "By"));
                    var step = Now(state switch
                    {
                        "Prepared" => host.Prepare.RunAsync(quarter, by),
                        "Approved" => host.Decide.ApproveAsync(quarter, number, by),
                        "Rejected" => host.Decide.RejectAsync(quarter, number, by, row.Text("Reason")),
                        _ => host.Release.RunAsync(quarter, number, by),
                    });
                    Demand(step is RunResult.Done, $"one by one, run {number} of {quarter} is not {state}: {step}");
                    break;
                case Event.ClosingWritten { Row: var row }:
                    again.Now = row.Instant(row.Values.ContainsKey("DoneAt") ? "DoneAt" : "At");
                    if (row.Values.ContainsKey("DoneAt"))
                        Now(host.Close.RunAsync(Quarter.Parse(row.PartitionKey), PersonName.Parse(row.Text("By"))));
                    else
                        Now(host.Closings.BeginAsync(Quarter.Parse(row.PartitionKey),
                            new Signature(PersonName.Parse(row.Text("By")), again.Now)));
                    break;
            }
        }

        // Files whose taking in was interrupted leave gaps in the numbers.
        void NumberAgain(TableRow version)
        {
            int number = numbered.Single(h => h.Version == version.Whole("Version") && h.Slot.Name == version.Text("Slot")
                && h.Slot.Partition == version.PartitionKey).Number;
            foreach (var held in numbered.Where(h => h.Number <= number))
                host.Held.NumberAsync(held.Slot, held.Version).GetAwaiter().GetResult();
        }

        // Others may have done something between what was decided and the version that it made, or, as who closes a quarter, between what
        // a version was held against and its commit.
        void DecideAgain(TableRow row)
        {
            var by = PersonName.Parse(row.Text("By"));
            bool isAccepted = row.YesNo("IsAccepted");
            var change = Now(host.Held.WaitingAsync()).Single(c => c.Number == NumberOf(row));
            List<Quarter> quarters = [.. row.Text("Quarters").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Quarter.Parse)];
            if (!isAccepted && quarters.SequenceEqual(HeldFor(change)))
            {
                Demand(Now(host.DecideChanges.DropAsync(NumberOf(row), by)) is null, $"one by one, change {row.RowKey} is not dropped");
                return;
            }

            foreach (var quarter in quarters)
                host.Changes.NoteDeedAsync(quarter, $"held|{change.Number}", HeldChanges.CommitOf(change)).GetAwaiter().GetResult();
            host.Held.DecideAsync(change, new HeldDecision(isAccepted, new Signature(by, again.Now), quarters)).GetAwaiter().GetResult();
        }

        IEnumerable<Quarter> HeldFor(HeldChange change)
        {
            using var json = Now(host.Files.OpenReadAsync(UploadLog.ReceiptPath(change.Slot, change.Version)));
            return Receipt.ReadJson(json).Consequences!.Where(c => c.TouchesWhatWasSettled).Select(c => c.Quarter).Distinct().Order();
        }

        void PutAgain(Upload upload, string etag)
        {
            if (there.GetValueOrDefault(upload.Path) != etag)
                Now(calm.Files.WriteAsync(upload.Path, new MemoryStream(upload.Bytes)));
            there[upload.Path] = etag;
            Now(host.TakeIn.RunAsync(upload.Path));
        }

        // When two close a quarter at once, the slower one is done once more, to no effect.
        List<string> Lines(string table, IEnumerable<TableRow> rows) =>
            [
                .. rows.Select(r =>
                    $"{r.PartitionKey} {r.RowKey}: "
                    + $"{string.Join(", ", r.Values.Where(v => table != "closings" || v.Key != "DoneAt").OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => $"{v.Key}={v.Value}"))}")];
    }

    // Older tables beside newer files.

    /// <summary>
    /// Restores the tables as they were at some time, with all files as they are. Nothing is prepared where finance knows more; repaired,
    /// the tables have all that was released, and what is due then is due by what the files say.
    /// </summary>
    private void Restore()
    {
        if (_backup is null || !_areTablesRestored)
            return;
        Outside(() =>
        {
            var released = SimulatedPipeline.Seasons.ToDictionary(q => q.Name, q => Released(q.Name));
            _backup();
            Happen(Happening.TablesRestored);
            var host = new Host(_files, _tables, _clock, withPages: false);
            var by = PersonName.Parse(People[0]);
            foreach (var quarter in SimulatedPipeline.Seasons)
            {
                var known = Rows("runs", quarter.Name).Where(r => r.Text("State") == "Released").Select(r => (int)r.Whole("Number"))
                    .ToList();
                bool isOlder = AllOf(_files.ListAsync($"payments/{quarter.Name}/"))
                    .Any(f => !known.Contains(int.Parse(f.Path.Split('-')[^1][..3], CultureInfo.InvariantCulture)));
                Demand(!isOlder || Now(host.Prepare.RunAsync(Q(quarter), by)) is RunResult.Refused,
                    $"older tables let {quarter.Name} be prepared");
            }

            foreach (var unknown in Now(host.Repair.FindAsync()))
            {
                Demand(unknown is UnknownRun.Rebuilt, $"the files of run {unknown.Number} of {unknown.Quarter} do not agree");
                if (unknown is UnknownRun.Rebuilt rebuilt)
                {
                    host.Repair.WriteAsync(rebuilt).GetAwaiter().GetResult();
                    Happen(Happening.RunRepaired);
                }
            }

            foreach (var quarter in SimulatedPipeline.Seasons)
            {
                foreach (var run in Rows("runs", quarter.Name).Where(r => r.Text("State") == "Released"))
                    Now(host.Release.RunAsync(Q(quarter), (int)run.Whole("Number"), by));
            }

            // It has a thread of its own for each slot.
            host.Sweep.RunAsync(follower: new WaitsForTheRegister()).GetAwaiter().GetResult();
            Now(host.RefreshAsync());
            foreach (var quarter in SimulatedPipeline.Seasons)
                Demand(Released(quarter.Name).SequenceEqual(released[quarter.Name]),
                    $"the ledger of {quarter.Name} is not what was released before the tables were restored");
            return true;
        });
        ThrowWhenWrong();

        List<string> Released(string quarter) =>
            [.. Rows("ledger", quarter).Where(r => r.Values.ContainsKey("ReleasedAt")).Select(Text).Order(StringComparer.Ordinal)];
    }

    /// <summary>
    /// Tables that are older than the first register may have it held, since it takes back what was paid; then what names contracts waits.
    /// </summary>
    private sealed class WaitsForTheRegister : ISweepFollower
    {
        bool ISweepFollower.Failed(string path, Exception exception) => exception is WaitsForRepairException;
    }

    // Looking at the stores from outside, where nothing goes wrong and nothing waits.

    private List<TableRow> Rows(string table, string partition) => Outside(() => AllOf(_tables.QueryAsync(table, partition)));

    private List<TableRow> Scan(string table) => Outside(() => AllOf(_tables.ScanAsync(table)));

    private string Content(string path) => Outside(() => Now(_files.StatAsync(path)) is null ? "" : TextOf(_files, path));

    private T Outside<T>(Func<T> look)
    {
        bool before = _isOutside;
        _isOutside = true;
        try
        {
            return look();
        }
        finally
        {
            _isOutside = before;
        }
    }

    private static string TextOf(InMemoryFileStore store, string path)
    {
        using var reader = new StreamReader(Now(store.OpenReadAsync(path)));
        return reader.ReadToEnd();
    }

    private static List<T> AllOf<T>(IAsyncEnumerable<T> all) => Now(all.ToListAsync().AsTask());

    private static T Now<T>(Task<T> task) => task.IsCompleted
        ? task.GetAwaiter().GetResult() : throw new HistoryException("Something waits that should not.");

    private static int NumberOf(TableRow held) => int.Parse(held.RowKey, CultureInfo.InvariantCulture);

    private static Quarter Q(Season season) => Quarter.Parse(season.Name);

    private bool Chance(double of) => _random.NextDouble() < of;

    private void Demand(bool right, string what)
    {
        if (!right)
            _model.Wrong.Add(what);
    }

    private void ThrowWhenWrong()
    {
        if (_model.Wrong.Count > 0)
            throw new HistoryException(string.Join('\n', _model.Wrong.Distinct()));
    }
}
