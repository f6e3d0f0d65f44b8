using System.Collections.Immutable;
using Pipeline.Core;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Tests.Simulation;

/// <summary>What became of a file.</summary>
internal enum Fate
{
    Accepted,
    AcceptedLate,
    Held,
    Rejected,
    Quarantined,
    Duplicate,
    SetAside,

    /// <summary>Its bytes are those that were last taken in from its path, so that it is no upload.</summary>
    Same,
}

/// <summary>A line that was paid.</summary>
/// <param name="Provider">To whom, or from whom it is taken back.</param>
/// <param name="Corrects">Of what is taken back, the payment.</param>
/// <param name="IsShared">Whether the run holds the same line of the contract for another provider too.</param>
internal sealed record Pay(string Id, string Contract, string Line, long Pence, long Entitled, long Before, int Run, string Provider,
    string? Corrects, bool IsShared);

/// <summary>All that is true at one time. Everything that follows is worked out from it anew, slowly and plainly.</summary>
internal sealed record Facts(
    ImmutableDictionary<string, (int Version, Upload Upload, bool Late)> Current,
    ImmutableDictionary<string, int> Versions,
    ImmutableHashSet<string> Closing,
    ImmutableHashSet<string> Closed,
    ImmutableDictionary<string, ImmutableList<Pay>> Paid,
    ImmutableHashSet<string> Entered,
    ImmutableHashSet<(string Quarter, int Run)> Sent,
    ImmutableDictionary<string, ImmutableList<(string Status, int Version)>> Reported,
    DateOnly Today)
{
    /// <summary>
    /// The digest of what was last taken in from each path; of what was set aside from it, with the register that it did not fit.
    /// </summary>
    public ImmutableDictionary<string, string> From { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>What was ever accepted of returns: an older copy that is restored repeats it.</summary>
    public ImmutableHashSet<(string Slot, string Sha256)> Accepted { get; init; } = [];

    /// <summary>Everything that was ever decided, in its order.</summary>
    public ImmutableList<(string Quarter, string Contract, string Element, string Decision)> Decided { get; init; } = [];

    /// <summary>What is or was held, by slot and version.</summary>
    public ImmutableDictionary<(string Slot, int Version), Upload> Held { get; init; } = ImmutableDictionary<(string, int), Upload>.Empty;

    /// <summary>With a file in force, whether it is held or not.</summary>
    public Facts With(Upload upload, int version) => upload.Meaning switch
    {
        Meaning.Register => this with { Current = Current.SetItem(upload.Slot!, (version, upload, false)) },
        Meaning.Decisions decisions => this with
        {
            Current = Current.SetItem(upload.Slot!, (version, upload, false)),
            Decided = Decided.AddRange(decisions.All.Select(d => (upload.Quarter!, d.Contract, d.Element, d.Decision))),
        },
        _ => this,
    };

    /// <summary>
    /// Whether a file would lower what was released, though its release is still under way, drop a contract that was paid, or change what a
    /// closed quarter earned.
    /// </summary>
    private bool TouchesWhatWasSettled(Upload upload)
    {
        var after = With(upload, 0);
        if (ReferenceEquals(after, this) || !Current.ContainsKey("reference/contracts"))
            return false;
        foreach (var quarter in SimulatedPipeline.Seasons)
        {
            var (was, would) = (ByAccount(quarter), after.ByAccount(quarter));
            foreach (string contract in was.Keys.Concat(would.Keys).Select(a => a.Contract).Distinct())
            {
                var (before, then) = (was.Where(a => a.Key.Contract == contract).ToDictionary(),
                    would.Where(a => a.Key.Contract == contract).ToDictionary());
                if (before.Count == then.Count && before.All(a => then.TryGetValue(a.Key, out long pence) && pence == a.Value))
                    continue;
                var had = PaidIn(quarter.Name).Where(p => p.Contract == contract && Counts(p.Id))
                    .ToLookup(p => (p.Contract, p.Line, p.Provider), p => p.Pence);
                if (had.Any(a => Math.Max(0, a.Sum() - then.GetValueOrDefault(a.Key)) > Math.Max(0,
                    a.Sum() - before.GetValueOrDefault(a.Key)))
                    || (before.Count > 0 && then.Count == 0 && had.Sum(a => a.Sum()) != 0)
                    || (Closing.Contains(quarter.Name) && before.Values.Sum() != then.Values.Sum()))
                    return true;
            }
        }

        return false;
    }

    private Dictionary<(string Contract, string Line, string Provider), long> ByAccount(Season quarter) => Deal.AllIn(Deals, quarter)
        .SelectMany(d => Earned(d, quarter), (d, earned) => KeyValuePair.Create((d.Id, earned.Line, d.Provider), earned.Pence))
        .ToDictionary();

    /// <summary>The version of the register that a file without a contract does not fit; a file without a slot fits none.</summary>
    private string RegisterFor(Upload upload) =>
        upload.Slot is null ? "" : Current.TryGetValue("reference/contracts", out var register) ? $"{register.Version}" : "0";

    public ImmutableArray<Deal> Deals => Of<Meaning.Register>("reference/contracts")?.Deals ?? [];

    public T? Of<T>(string slot)
        where T : Meaning => Current.TryGetValue(slot, out var current) ? (T)current.Upload.Meaning : null;

    /// <summary>What has to become of a file.</summary>
    public Fate FateOf(Upload upload)
    {
        bool registered = Current.ContainsKey("reference/contracts");
        var quarter = SimulatedPipeline.Seasons.FirstOrDefault(q => q.Name == upload.Quarter);
        var deal = upload.Contract is { } at && Deal.In(Deals, at.Contract, quarter!) is { } held && held.Provider == at.Provider
            ? held : null;
        if (upload.Slot is not null && From.GetValueOrDefault(upload.Path) == upload.Sha256)
            return Fate.Same;
        if (upload.Slot is null || (upload.Contract is not null && deal is null))
            return From.GetValueOrDefault($"aside {upload.Path}") == $"{upload.Sha256} {RegisterFor(upload)}" ? Fate.Same : Fate.SetAside;
        if (Current.TryGetValue(upload.Slot, out var current) && current.Upload.Sha256 == upload.Sha256)
            return Fate.Duplicate;
        if (upload.Contract is not null && Accepted.Contains((upload.Slot, upload.Sha256)))
            return Fate.Duplicate;
        if (upload.Quarter is not null && !registered)
            return Fate.Rejected;
        if (deal is not null && !deal.IsActive(quarter!))
            return Fate.Rejected;
        bool right = upload.Meaning switch
        {
            Meaning.Personal => false,
            Meaning.Broken => false,
            // Under another framework than that for which they were written, they name what is not in it.
            Meaning.Outcomes outcomes => outcomes.Clients == 0 || outcomes.Under.All(deal!.Outcomes.Contains),
            Meaning.Evidence evidence => evidence.Items.All(i => deal!.Elements.Any(e => e.Element == i.Element)),
            Meaning.Decisions decisions =>
                decisions.All.All(d =>
                    Deals.Any(deal => deal.Id == d.Contract && deal.IsActive(quarter!) && deal.Elements.Any(e => e.Element == d.Element))),
            Meaning.Confirmations confirmations =>
                confirmations.All.All(c => IsWithFinance(c.Payment, upload.Quarter!) && Follows(LastReport(c.Payment), c.Status)),
            Meaning.Register register => register.Deals.All(d => Current.ContainsKey($"reference/frameworks/framework-{d.Framework}")),
            Meaning.Calendar calendar => calendar.Entries.All(e => e.Contract.Length == 0 || Deals.Any(d => d.Id == e.Contract)),
            _ => true,
        };
        if (upload.Meaning is Meaning.Personal)
            return Fate.Quarantined;
        if (!right)
            return Fate.Rejected;
        if (deal is null)
            return TouchesWhatWasSettled(upload) ? Fate.Held : Fate.Accepted;
        var dates = Of<Meaning.Calendar>("reference/calendar")?.Entries ?? [];
        var own = dates.Where(d => d.Quarter == upload.Quarter && d.Contract == deal.Id)
            .Concat(dates.Where(d => d.Quarter == upload.Quarter && d.Contract.Length == 0)).ToList();
        bool extended = own is [{ ExtendedTo: { } to }, ..] && Today <= to;
        if (Closing.Contains(upload.Quarter!) && !extended)
            return Fate.Rejected;
        return own is [{ DueOn: var due }, ..] && Today > due ? Fate.AcceptedLate : Fate.Accepted;
    }

    /// <summary>Whether finance was told of a payment: it is in the ledger, and its run's files are written.</summary>
    public bool IsWithFinance(string payment, string quarter) =>
        Entered.Contains(payment) && PaidIn(quarter).Any(p => p.Id == payment && Sent.Contains((quarter, p.Run)));

    public ImmutableList<(string Status, int Version)> ReportsOf(string payment) => Reported.GetValueOrDefault(payment, []);

    /// <summary>What finance said of a payment last; null when it has said nothing.</summary>
    public string? LastReport(string payment) => ReportsOf(payment) is [.., var last] ? last.Status : null;

    /// <summary>Whether the money is where it was sent, as far as anybody knows.</summary>
    public bool Counts(string payment) => LastReport(payment) is null or "paid";

    /// <summary>Whether finance may say one thing of a payment after another.</summary>
    public static bool Follows(string? last, string status) =>
        (last, status) is (null, "paid" or "failed") or ("paid", "returned") or ("failed" or "returned", "paid");

    public ImmutableList<Pay> PaidIn(string quarter) => Paid.GetValueOrDefault(quarter, []);

    /// <summary>What a provider was paid on a line, less what it gave back: of both, what did not fail.</summary>
    public long Received(string quarter, string contract, string line, string provider) =>
        PaidIn(quarter).Where(p => (p.Contract, p.Line, p.Provider) == (contract, line, provider) && Counts(p.Id)).Sum(p => p.Pence);

    /// <summary>What a contract has earned, line by line.</summary>
    public List<(string Line, long Pence)> Earned(Deal deal, Season quarter)
    {
        var (core, elements) = Split(deal, quarter);
        return [("core", core), .. elements.Where(e => e.Element != "unallocated")
            .Select(e => (e.Element, StateOf(deal, quarter, e.Element) == "earned" ? e.Pence : 0))];
    }

    /// <summary>A quarter's instalment: the core, and each element's part of the pot.</summary>
    public static (long Core, List<(string Element, long Pence)> Elements) Split(Deal deal, Season quarter)
    {
        // Each day brings its part of what a whole quarter of its worth would.
        int days = quarter.LastDay.DayNumber - quarter.FirstDay.DayNumber + 1;
        long instalment = Round(deal.Worth.Sum(annual => Round(annual * quarter.Number, 4) - Round(annual * (quarter.Number - 1), 4)),
            days);
        long pot = Round(instalment, 10);
        List<(string Element, long Weight)> parts = [.. deal.Elements.Select(e => (e.Element, (long)e.Hundredths))];
        if (parts.Sum(p => p.Weight) < 100)
            parts.Add(("unallocated", 100 - parts.Sum(p => p.Weight)));
        long[] pence = [.. parts.Select(p => pot * p.Weight / 100)];
        var byFraction = Enumerable.Range(0, parts.Count).OrderByDescending(i => pot * parts[i].Weight % 100).ToList();
        for (int i = 0; pence.Sum() < pot; i++)
            pence[byFraction[i]]++;
        return (instalment - pot, [.. parts.Select((p, i) => (p.Element, pence[i]))]);

        // Nothing here is below zero.
        static long Round(long value, long by) => ((2 * value) + by) / (2 * by);
    }

    public string StateOf(Deal deal, Season quarter, string element)
    {
        // The last word on it, whichever file says it.
        string last = Decided.LastOrDefault(d => (d.Quarter, d.Contract, d.Element) == (quarter.Name, deal.Id, element)).Decision
            ?? "withdrawn";
        return (last, ItemsOf(deal, quarter, element).Count > 0) switch
        {
            ("met", true) => "earned",
            ("met", false) => "blocked",
            ("not_met", _) => "not_met",
            (_, true) => "awaiting_review",
            _ => "no_evidence",
        };
    }

    public List<(string Element, int Quantity)> ItemsOf(Deal deal, Season quarter, string element) =>
        [.. (Of<Meaning.Evidence>(SimulatedPipeline.SlotOf(deal.Provider, deal.Id, quarter, "evidence"))?.Items ?? []).Where(i =>
            i.Element == element)];

    /// <summary>What would be paid if a run were prepared now, by contract, line and provider.</summary>
    public ImmutableSortedDictionary<string, (long Entitled, long Before, string? Corrects)> Due(Season quarter)
    {
        var owed = Deal.AllIn(Deals, quarter)
            .SelectMany(d => Earned(d, quarter), (d, earned) =>
                KeyValuePair.Create((Contract: d.Id, earned.Line, d.Provider), earned.Pence)).ToDictionary();
        var due = ImmutableSortedDictionary.CreateBuilder<string, (long, long, string?)>(StringComparer.Ordinal);
        foreach (var account in PaidIn(quarter.Name).Select(p => (p.Contract, p.Line, p.Provider)).Union(owed.Keys))
        {
            long entitled = owed.GetValueOrDefault(account),
                before = Received(quarter.Name, account.Contract, account.Line, account.Provider);
            var paid = PaidIn(quarter.Name).Where(p => (p.Contract, p.Line, p.Provider) == account && Counts(p.Id));
            if (entitled != before)
                due[$"{account.Contract}|{account.Line}|{account.Provider}"] =
                    (entitled, before, before > entitled ? LatestLeft([.. paid]) : null);
        }

        return due.ToImmutable();
    }

    /// <summary>What was got last and is still had, of one who gave back what he had got last each time.</summary>
    private static string LatestLeft(IReadOnlyList<Pay> paid)
    {
        var left = paid.Where(p => p.Pence > 0).ToDictionary(p => p, p => p.Pence);
        foreach (var back in paid.Where(p => p.Pence < 0).OrderBy(p => p.Run))
        {
            long owed = -back.Pence;
            foreach (var from in paid.Where(p => p.Pence > 0 && p.Run < back.Run).OrderByDescending(p => p.Run))
            {
                long part = Math.Min(owed, left[from]);
                (owed, left[from]) = (owed - part, left[from] - part);
            }
        }

        return left.Where(l => l.Value > 0).MaxBy(l => l.Key.Run).Key.Id;
    }

    public string ReferenceVersions =>
        string.Join(';', Current.Where(c => c.Key.StartsWith("reference/", StringComparison.Ordinal))
            .Select(c => $"{c.Key} {c.Value.Version}").Order(StringComparer.Ordinal));

    /// <summary>The versions that what is due rests on.</summary>
    public string BasisOf(Season quarter) => string.Join(';', Deal.AllIn(Deals, quarter)
        .Select(d => SimulatedPipeline.SlotOf(d.Provider, d.Id, quarter, "evidence"))
        .Append("reference/contracts").Append($"reviews/{quarter.Name}/decisions")
        .Select(slot => Current.TryGetValue(slot, out var current) ? $"{slot} {current.Version}" : ""));
}

/// <summary>Plays what took effect, one thing after another, and says whether each was right.</summary>
internal sealed class Model
{
    private readonly List<Facts> _facts =
    [
        new(ImmutableDictionary<string, (int, Upload, bool)>.Empty, ImmutableDictionary<string, int>.Empty, [], [],
            ImmutableDictionary<string, ImmutableList<Pay>>.Empty, [], [], ImmutableDictionary<string, ImmutableList<(string, int)>>.Empty,
            default),
    ];

    private readonly HashSet<(string Path, string ETag)> _numbered = [];
    private readonly HashSet<(string Slot, int Version)> _putInForce = [];
    private readonly HashSet<string> _decidedOn = [];
    private readonly Dictionary<(string Quarter, long Number), (TableRow Row, Facts When)> _runs = [];
    private readonly HashSet<(string Quarter, string RowKey)> _ledger = [];

    public Facts Now => _facts[^1];

    /// <summary>How many events it has seen.</summary>
    public int Count => _facts.Count - 1;

    /// <summary>
    /// Whether each step rested on what was true when it took effect, so that the steps one by one would have come to the same.
    /// </summary>
    public bool IsOneByOne { get; private set; } = true;

    public IEnumerable<(string Quarter, long Number, string State)> Runs =>
        _runs.Select(r => (r.Key.Quarter, r.Key.Number, r.Value.Row.Text("State")));

    public List<string> Wrong { get; } = [];

    public void Apply(Event seen, DateTimeOffset at)
    {
        // What was true at some time between the step's beginning and now. No day passes in between.
        var today = Now with { Today = DateOnly.FromDateTime(at.UtcDateTime) };
        var possible = _facts.Skip(seen.Since).Select(f => f with { Today = today.Today }).ToList();
        _facts.Add(seen switch
        {
            Event.Versioned version => Versioned(version, possible, today),
            Event.HeldDecided decided => HeldDecided(decided, today),
            Event.PutInForce accepted => PutInForce(accepted, possible, today),
            Event.Unnumbered file => Unnumbered(file, possible, today),
            Event.Same same => Same(same, possible, today),
            Event.RunWritten run => RunWritten(run, possible, today),
            Event.LedgerWritten line => LedgerWritten(line, today),
            Event.Sent sent => Sent(sent, today),
            Event.ClosingWritten closing => ClosingWritten(closing, today),
            _ => throw new ArgumentOutOfRangeException(nameof(seen)),
        });
    }

    private Facts Versioned(Event.Versioned seen, List<Facts> possible, Facts now)
    {
        var (upload, row) = (seen.Upload, seen.Row);
        int version = (int)row.Whole("Version");
        Demand(upload.Slot is not null, "a file without a slot got a number");
        if (upload.Slot is null)
            return now;
        Demand(version == now.Versions.GetValueOrDefault(upload.Slot) + 1, "the numbers of a slot have a gap or repeat");
        Demand(_numbered.Add((upload.Path, seen.ETag)), "one upload got two numbers");
        Demand(row.Text("Sha256") == upload.Sha256, "a version has another digest than its file");
        var fate = (row.Text("Status"), row.YesNo("Late")) switch
        {
            ("Accepted", false) => Fate.Accepted,
            ("Accepted", true) => Fate.AcceptedLate,
            ("Held", _) => Fate.Held,
            ("Quarantined", _) => Fate.Quarantined,
            _ => Fate.Rejected,
        };
        // What was settled is read after what is in force, so that each may be of another time.
        Demand(possible.Any(f => f.FateOf(upload) == fate) || possible.Any(f => possible.Any(then =>
            (f with { Paid = then.Paid, Entered = then.Entered, Reported = then.Reported, Closing = then.Closing }).FateOf(upload)
                == fate)), $"it was {fate}, and should have been {string.Join(" or ", possible.Select(f => f.FateOf(upload)).Distinct())}");
        // Why it was rejected, and how much of it was read, depends on the reference files that it was checked against, and on whether the
        // quarter was closing.
        IsOneByOne &= fate is not (Fate.Rejected or Fate.Quarantined)
            || possible.All(f => f.ReferenceVersions == now.ReferenceVersions && f.Closing.SetEquals(now.Closing));
        // One by one, a release is finished before anything else is done.
        IsOneByOne &= now.FateOf(upload) == fate
            && (upload.Meaning is not Meaning.Confirmations || now.PaidIn(upload.Quarter!)
                .All(p => now.IsWithFinance(p.Id, upload.Quarter!)));
        bool accepted = fate is Fate.Accepted or Fate.AcceptedLate;
        Demand(!accepted || row.Whole("Rows") == upload.Rows, "not every row of an accepted file was counted");
        Demand((accepted || fate == Fate.Held) == (row.Whole("Errors") == 0), "a file is accepted or held exactly when it has no errors");
        // These hold at the very moment in which the version starts to count.
        Demand(now.FateOf(upload) != Fate.Duplicate, "a version that was accepted was taken in once more");
        // The closing at this moment; an extension, in a calendar that stood when the step began or came since.
        Demand(!accepted || upload.Contract is null || !now.Closed.Contains(upload.Quarter!)
            || possible.Any(f => (f with { Closing = now.Closing }).FateOf(upload) == fate), "a closed quarter took an upload");
        Demand(!accepted || upload.Meaning is not Meaning.Confirmations || now.FateOf(upload) == Fate.Accepted,
            "a payment was confirmed twice, or never released");

        var next = now with { Versions = now.Versions.SetItem(upload.Slot, version), From = now.From.SetItem(upload.Path, upload.Sha256) };
        if (fate == Fate.Held)
            return next with { Held = next.Held.SetItem((upload.Slot, version), upload) };
        if (!accepted)
            return next;
        if (upload.Meaning is Meaning.Decisions)
            return next.With(upload, version);
        next = next with
        {
            Current = next.Current.SetItem(upload.Slot, (version, upload, fate == Fate.AcceptedLate)),
            Accepted = next.Accepted.Add((upload.Slot, upload.Sha256)),
        };
        return upload.Meaning is Meaning.Confirmations confirmations
            ? next with { Reported = next.Reported.SetItems(
                confirmations.All.Select(c => KeyValuePair.Create(c.Payment, next.ReportsOf(c.Payment).Add((c.Status, version))))) }
            : next;

        void Demand(bool right, string what) => this.Demand(right, $"{upload.Path} version {version}: {what}");
    }

    private Facts PutInForce(Event.PutInForce seen, List<Facts> possible, Facts now)
    {
        var (upload, row) = (seen.Upload, seen.Row);
        int version = (int)row.Whole("Version"), held = (int)row.Whole("PutsInForce");
        string what = $"{upload.Slot} version {version}, that was held as {held}";
        Demand(now.Held.GetValueOrDefault((upload.Slot!, held)) == upload && _putInForce.Add((upload.Slot!, held)),
            $"{what}: it was not held, or put in force twice");
        Demand(version == now.Versions.GetValueOrDefault(upload.Slot!) + 1, $"{what}: the numbers of a slot have a gap or repeat");
        bool accepted = row.Text("Status") == "Accepted";
        Demand(row.Text("Sha256") == upload.Sha256, $"{what}: it is not what was held");
        Demand(possible.Any(f => Checks(f) == accepted), $"{what}: it was {row.Text("Status")}, and its check says otherwise");
        IsOneByOne &= Checks(now) == accepted && (accepted || possible.All(f => f.ReferenceVersions == now.ReferenceVersions));
        return (accepted ? now.With(upload, version) : now) with { Versions = now.Versions.SetItem(upload.Slot!, version) };

        // From no path and with no version before it, it is no repetition.
        bool Checks(Facts then) =>
            (then with { Current = then.Current.Remove(upload.Slot!) }).FateOf(upload with { Path = "" }) is Fate.Accepted or Fate.Held;
    }

    private Facts HeldDecided(Event.HeldDecided seen, Facts now)
    {
        Demand(_decidedOn.Add(seen.Row.RowKey), $"change {seen.Row.RowKey} was decided on twice");
        return now;
    }

    private Facts Unnumbered(Event.Unnumbered seen, List<Facts> possible, Facts now)
    {
        var fate = seen.IsSetAside ? Fate.SetAside : Fate.Duplicate;
        // It repeats the version that is current at this moment; whose contract it is says a register that stood when the step began or
        // came since.
        var when = fate == Fate.SetAside
            ? possible
                : possible.Select(f => now with { Current = now.Current.SetItems(f.Current.Where(c => c.Key == "reference/contracts")) });
        Demand(when.Any(f => f.FateOf(seen.Upload) == fate),
            $"{seen.Upload.Path}: it was {fate}, and should have been "
            + $"{string.Join(" or ", possible.Select(f => f.FateOf(seen.Upload)).Distinct())}");
        IsOneByOne &= now.FateOf(seen.Upload) == fate;
        var (path, sha256) = (seen.Upload.Path, seen.Upload.Sha256);
        return now with
            { From = seen.IsSetAside ? now.From.SetItem($"aside {path}", $"{sha256} {seen.Register}") : now.From.SetItem(path, sha256) };
    }

    private Facts Same(Event.Same seen, List<Facts> possible, Facts now)
    {
        // What was last taken in from the path is what stands at this moment, since its row is replaced as it was read; under which
        // register a file is set aside says one that stood when the step began or came since.
        Demand(possible.Any(f => (f with { From = now.From }).FateOf(seen.Upload) == Fate.Same),
            $"{seen.Upload.Path}: it was taken for what was taken in before, and should have been "
            + $"{string.Join(" or ", possible.Select(f => f.FateOf(seen.Upload)).Distinct())}");
        IsOneByOne &= now.FateOf(seen.Upload) == Fate.Same;
        return now;
    }

    private Facts RunWritten(Event.RunWritten seen, List<Facts> possible, Facts now)
    {
        var row = seen.Row;
        long number = row.Whole("Number");
        var quarter = SimulatedPipeline.Seasons.Single(q => q.Name == seen.Quarter);
        string state = row.Text("State");
        var key = (seen.Quarter, number);
        if (!_runs.TryGetValue(key, out var before))
        {
            Demand(state == "Prepared", "a run began otherwise than prepared");
            Demand(number == _runs.Keys.Where(r => r.Quarter == seen.Quarter).Select(r => r.Number).DefaultIfEmpty().Max() + 1,
                "the runs of a quarter have a gap");
            Demand(_runs.All(r => r.Key.Quarter != seen.Quarter || r.Value.Row.Text("State") != "Released"
                || now.Sent.Contains((r.Key.Quarter, (int)r.Key.Number))), "a run began before the one before it was with finance");
            _runs.Add(key, (row, now));
            Demand(!_runs.Any(r => r.Key != key && r.Key.Quarter == seen.Quarter
                && (r.Value.Row.Text("State") is "Prepared" or "Approved")),
                "two runs are open");
            IsOneByOne &= IsKnown(seen.Quarter, now)
                && possible.All(f => f.BasisOf(quarter) == now.BasisOf(quarter) && f.Due(quarter).SequenceEqual(now.Due(quarter)));
            return now;
        }

        string from = before.Row.Text("State");
        Demand((from, state) is ("Prepared", "Approved" or "Rejected" or "Expired" or "Stale")
            or ("Approved", "Released" or "Rejected" or "Expired" or "Stale"), $"a run went from {from} to {state}");
        _runs[key] = (row, before.When);
        if (state is "Approved" or "Released")
        {
            Demand(SurnameIn(row.Text("PreparedBy")) != SurnameIn(row.Text("ApprovedBy")), "who prepared it approved it");
            Demand(row.Instant(state + "At") < row.Instant("PreparedAt").AddDays(14), "an expired run went on");
            // What it was prepared from still stood when the step began, so it stood all the time in between.
            var then = possible[0];
            Demand(then.BasisOf(quarter) == before.When.BasisOf(quarter) && then.Due(quarter).SequenceEqual(before.When.Due(quarter)),
                $"a stale run was {state}");
            IsOneByOne &= now.BasisOf(quarter) == then.BasisOf(quarter) && now.Due(quarter).SequenceEqual(then.Due(quarter));
        }

        // Rejected while what it was prepared from changed: one by one, it is stale before it is rejected.
        if (state == "Rejected")
            IsOneByOne &= now.BasisOf(quarter) == before.When.BasisOf(quarter) && now.Due(quarter).SequenceEqual(before.When.Due(quarter));
        if (state != "Released")
            return now;
        var due = before.When.Due(quarter).Select(d => (Key: d.Key.Split('|'), Line: d.Value)).ToList();
        var lines = due.Select(d => (d.Key, d.Line, IsShared: due.Count(other => (other.Key[0], other.Key[1]) == (d.Key[0], d.Key[1])) > 1))
            .Select(d => new Pay(
            $"{d.Key[0]}-{seen.Quarter}-{d.Key[1]}-r{number:000}{(d.IsShared ? "-" + d.Key[2] : "")}", d.Key[0], d.Key[1],
            d.Line.Entitled - d.Line.Before, d.Line.Entitled, d.Line.Before, (int)number, d.Key[2], d.Line.Corrects, d.IsShared)).ToList();
        var after = now with { Paid = now.Paid.SetItem(seen.Quarter, now.PaidIn(seen.Quarter).AddRange(lines)) };
        // A payment before it that is confirmed to have failed while this run is released falls due again, and is not this run's to make
        // good.
        foreach (var line in lines)
            Demand(possible.Any(f => (after with { Reported = f.Reported }).Received(seen.Quarter, line.Contract, line.Line, line.Provider)
                == line.Entitled), "a line was paid otherwise than its entitlement");
        foreach (var back in lines.Where(l => l.Pence < 0))
            Demand(-back.Pence <= back.Before, "more is taken back than is held");
        return after;

        void Demand(bool right, string what) => this.Demand(right, $"run {number} of {seen.Quarter}: {what}");
    }

    private Facts LedgerWritten(Event.LedgerWritten seen, Facts now)
    {
        var row = seen.Row;
        Demand(_ledger.Add((seen.Quarter, row.RowKey)), $"{row.RowKey}: a line of the ledger was changed");
        if (row.Values.ContainsKey("ReleasedAt"))
        {
            var pay = now.PaidIn(seen.Quarter).FirstOrDefault(p => p.Contract == row.Text("Contract") && p.Line == row.Text("Line")
                && p.Provider == row.Text("Provider") && p.Run == row.Whole("Run"));
            Demand(pay is not null && pay.Pence == row.Whole("AmountPence"),
                $"{row.RowKey}: the ledger has a line that no released run has");
            if (pay is not null)
                return now with { Entered = now.Entered.Add(pay.Id) };
        }
        else if (row.Values.ContainsKey("PaymentId"))
        {
            string id = row.Text("PaymentId");
            long pence = now.PaidIn(seen.Quarter).FirstOrDefault(p => p.Id == id)?.Pence ?? 0;
            var reports = now.ReportsOf(id);
            int at = reports.FindIndex(r => r.Version == row.Whole("Version"));
            Demand(at >= 0, $"{row.RowKey}: the ledger has a confirmation that no file has");
            if (at >= 0)
            {
                bool before = at == 0 || reports[at - 1].Status == "paid", after = reports[at].Status == "paid";
                Demand(row.Whole("AmountPence") == (before == after ? 0 : after ? pence : -pence),
                    $"{row.RowKey}: a confirmation moves another amount than its payment's");
            }
        }

        return now;
    }

    private Facts Sent(Event.Sent seen, Facts now)
    {
        Demand(now.PaidIn(seen.Quarter).Where(p => p.Run == seen.Run).All(p => now.Entered.Contains(p.Id)),
            $"run {seen.Run} of {seen.Quarter} went to finance before it was in the ledger");
        return now with { Sent = now.Sent.Add((seen.Quarter, seen.Run)) };
    }

    private Facts ClosingWritten(Event.ClosingWritten seen, Facts now)
    {
        bool done = seen.Row.Values.ContainsKey("DoneAt");
        IsOneByOne &= IsKnown(seen.Quarter, now);
        Demand(!now.Closed.Contains(seen.Quarter) || done, $"{seen.Quarter} was opened again");
        return now with { Closing = now.Closing.Add(seen.Quarter), Closed = done ? now.Closed.Add(seen.Quarter) : now.Closed };
    }

    /// <summary>Here everybody has another one.</summary>
    private static string SurnameIn(string name) =>
        new[] { "ARCHER", "BARNES", "COLE" }.Single(surname => name.ToUpperInvariant().Contains(surname, StringComparison.Ordinal));

    /// <summary>Whether anything was taken in for a quarter. A file that is about to be makes it known a moment before.</summary>
    public static bool IsKnown(string quarter, Facts now) =>
        now.Versions.Keys.Any(slot => slot.Contains(quarter, StringComparison.Ordinal));

    private void Demand(bool right, string what)
    {
        if (!right)
            Wrong.Add(what);
    }
}
