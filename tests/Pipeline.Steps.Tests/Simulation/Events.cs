using System.Globalization;
using Pipeline.Steps.State;
using Pipeline.Steps.Stores;
using Pipeline.Steps.Tests.Stores;

namespace Pipeline.Steps.Tests.Simulation;

/// <summary>Something that took effect in the stores, in the order in which it did.</summary>
/// <param name="Since">How many events there were when the step that caused it began: what it rests on was true then or later.</param>
internal abstract record Event(int Since)
{
    /// <summary>A file became a numbered version of its slot.</summary>
    public sealed record Versioned(Upload Upload, string ETag, TableRow Row, int Since) : Event(Since);

    /// <summary>Somebody decided on a held version.</summary>
    public sealed record HeldDecided(TableRow Row, int Since) : Event(Since);

    /// <summary>A held version that was accepted became one that is in force, or is rejected since it does not check any more.</summary>
    public sealed record PutInForce(Upload Upload, TableRow Row, int Since) : Event(Since);

    /// <summary>A file was taken in without a number: as a duplicate, or set aside.</summary>
    /// <param name="Register">The version of the register that a file which was set aside did not fit; empty for others.</param>
    public sealed record Unnumbered(Upload Upload, string ETag, bool IsSetAside, string Register, DateTimeOffset At, int Since)
        : Event(Since);

    /// <summary>A file whose bytes were last taken in from its path was found once more.</summary>
    public sealed record Same(Upload Upload, string ETag, int Since) : Event(Since);

    public sealed record RunWritten(string Quarter, TableRow Row, DateTimeOffset At, int Since) : Event(Since);

    public sealed record LedgerWritten(string Quarter, TableRow Row, int Since) : Event(Since);

    /// <summary>The control file of a run was written, which says that its payment file is complete.</summary>
    public sealed record Sent(string Quarter, int Run, int Since) : Event(Since);

    public sealed record ClosingWritten(string Quarter, TableRow Row, int Since) : Event(Since);
}

/// <summary>Sees what took effect in the tables that everything else is worked out from, and what goes to finance.</summary>
internal sealed class Watcher(Func<string, string, IEnumerable<TableRow>> read, Func<string, string, Upload> written, TimeProvider clock)
{
    private readonly Dictionary<(string, string, string), TableRow> _known = [];

    public List<Event> Events { get; } = [];

    /// <summary>The paths of all files ever written, by the short names that the log of uploads knows them by.</summary>
    public Dictionary<string, string> Paths { get; } = [];

    /// <summary>To be told of each batch as soon as it has taken effect.</summary>
    public IEnumerable<Event> Look(StoreCall call)
    {
        if (call is { Operation: "Create", Moment: Moment.After } && call.Target.Split('/') is ["payments", var quarter, var file]
            && file.EndsWith(".json", StringComparison.Ordinal))
        {
            var sent = new Event.Sent(quarter, int.Parse(file[4..7], CultureInfo.InvariantCulture), Operation.Current.Value!.Start);
            Events.Add(sent);
            yield return sent;
        }

        if (call is not { Operation: "Submit", Moment: Moment.After })
            yield break;
        int slash = call.Target.IndexOf('/', StringComparison.Ordinal);
        string table = call.Target[..slash], partition = call.Target[(slash + 1)..];
        if (table is not ("uploads" or "runs" or "ledger" or "closings" or "held"))
            yield break;
        int since = Operation.Current.Value!.Start;
        var rows = read(table, partition).ToList();
        foreach (var row in rows)
        {
            var before = _known.GetValueOrDefault((table, partition, row.RowKey));
            if (before?.ETag == row.ETag)
                continue;
            _known[(table, partition, row.RowKey)] = row;
            Event? seen = table switch
            {
                "runs" => new Event.RunWritten(partition, row, clock.GetUtcNow(), since),
                "ledger" => new Event.LedgerWritten(partition, row, since),
                "closings" => new Event.ClosingWritten(partition, row, since),
                "held" => row.Values.ContainsKey("At") ? new Event.HeldDecided(row, since) : null,
                _ when row.Values.ContainsKey("PutsInForce") => new Event.PutInForce(HeldAs(row), row, since),
                _ when row.RowKey.Split('|') is [var slot, "file", var name] => OfUpload(slot, name, before, row, rows, since),
                _ => null,
            };
            if (seen is null)
                continue;
            Events.Add(seen);
            yield return seen;
        }
    }

    private Upload HeldAs(TableRow row) => Events.OfType<Event.Versioned>().Single(e =>
        e.Row.PartitionKey == row.PartitionKey && e.Row.Text("Slot") == row.Text("Slot")
            && e.Row.Whole("Version") == row.Whole("PutsInForce")).Upload;

    private Event OfUpload(string slot, string file, TableRow? before, TableRow row, List<TableRow> rows, int since)
    {
        // A file that is set aside is known by its content and the register that it did not fit.
        string etag = row.Text("ETag").Split(' ')[0];
        var upload = written(Paths[file], etag);
        long version = row.Whole("Version");
        if (before is not null && before.Text("Bytes") == row.Text("Bytes") && before.Whole("Version") == version
            && UploadLog.AreAgainstOne(before.Text("ETag"), row.Text("ETag")))
            return new Event.Same(upload, etag, since);
        return version == 0
            ? new Event.Unnumbered(upload, etag, slot == "none", row.Text("ETag").Split(' ').ElementAtOrDefault(1) ?? "", clock.GetUtcNow(),
                since)
            : new Event.Versioned(upload, etag,
                rows.Single(r => r.RowKey == string.Create(CultureInfo.InvariantCulture, $"{slot}|{version:00000}")), since);
    }
}
