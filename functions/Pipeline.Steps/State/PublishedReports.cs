using System.Globalization;
using Pipeline.Core;
using Pipeline.Core.Reporting;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.State;

/// <summary>Which public reports were published. Each revision is entered once, after its files, and stays.</summary>
public sealed class PublishedReports(ITableStore tables)
{
    private const string Table = "published";
    private const string Why = "Why", Page = "Page", Csv = "Csv";

    /// <summary>The revisions of a quarter, the first first.</summary>
    public async Task<IReadOnlyList<PublishedReport>> OfAsync(Quarter quarter, CancellationToken cancel = default)
    {
        var published = new List<PublishedReport>();
        await foreach (var row in tables.QueryAsync(Table, quarter.ToString(), cancel: cancel))
            published.Add(Read(row));
        return published;
    }

    /// <summary>The latest revision of every quarter that was published, the latest quarter first.</summary>
    public async Task<IReadOnlyList<PublishedReport>> LatestAsync(CancellationToken cancel = default)
    {
        var latest = new Dictionary<Quarter, PublishedReport>();
        await foreach (var row in tables.ScanAsync(Table, cancel))
        {
            if (Read(row) is var report && (!latest.TryGetValue(report.Quarter, out var other) || other.Revision < report.Revision))
                latest[report.Quarter] = report;
        }

        return [.. latest.Values.OrderByDescending(report => report.Quarter)];
    }

    /// <exception cref="StoreAlreadyExistsException">Somebody else published this revision meanwhile.</exception>
    public Task EnterAsync(PublishedReport report, CancellationToken cancel = default)
    {
        var values = new Dictionary<string, TableValue> { [Page] = report.Page.ToString(), [Csv] = report.Csv.ToString() };
        values.AddSignature(report.Signature);
        if (report.Why is { } why)
            values.Add(Why, why);
        return tables.SubmitAsync(Table, report.Quarter.ToString(), [new RowChange.Insert(KeyOf(report.Revision), values)], cancel);
    }

    /// <summary>What makes a revision count.</summary>
    public static CommitMarker CommitOf(Quarter quarter, int revision) =>
        new(Table, quarter.ToString(), KeyOf(revision), SignatureColumns.At());

    private static string KeyOf(int revision) => revision.ToString("00000", CultureInfo.InvariantCulture);

    private static PublishedReport Read(TableRow row) => new(
        Quarter.Parse(row.PartitionKey), int.Parse(row.RowKey, CultureInfo.InvariantCulture), row.Signature(), row.Values.ContainsKey(Why)
            ? row.Text(Why) : null,
        Sha256.Parse(row.Text(Page)), Sha256.Parse(row.Text(Csv)));
}
