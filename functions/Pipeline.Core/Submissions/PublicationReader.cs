using Pipeline.Core.Findings;
using Pipeline.Core.Reading;

namespace Pipeline.Core.Submissions;

/// <summary>
/// <c>reference/publication.csv</c>: by which rules a quarter is published, each row from a quarter on until the next row's.
/// </summary>
internal sealed class PublicationReader() : DatasetReader(Dataset.Publication)
{
    private const int FromQuarter = 0, SuppressUpTo = 1, RoundTo = 2;

    internal static ReferenceDataset Define() => new("publication", "Rules of publication", "the rules from a quarter on",
    [
        new("from_quarter", "From quarter", Form.Quarter, "The first quarter that is published by these rules."),
        new("suppress_up_to", "Suppress up to", Form.WholeNumber, "The largest count that is not shown; 0 to show all."),
        new("round_to", "Round to", Form.WholeNumber, "What the other counts are rounded to; 1 for no rounding."),
    ])
    {
        Source = "domain.md section 4",
        Counts = typeof(PublicationList),
        Reader = (_, _) => new PublicationReader(),
    };

    private readonly SortedDictionary<Quarter, PublicationEntry> _entries = [];
    private readonly FirstLines<Quarter> _seen = new();

    internal override void Read(Row row)
    {
        var from = row.Quarter(FromQuarter);
        if (from is { } quarter)
            _seen.Check(row, quarter, Rules.PublicationRepeated, FromQuarter);
        var (suppress, round) = (row.Whole(SuppressUpTo), row.Whole(RoundTo));
        if (!suppress.HasValue)
            return;
        if (!PublicationLimits.CanSuppressUpTo(suppress.Value))
        {
            row.Report(Rules.SuppressionOutOfRange, SuppressUpTo);
            return;
        }

        if (suppress.Value == 0)
            row.Report(Rules.NothingSuppressed, SuppressUpTo);
        if (!round.HasValue)
            return;
        if (!PublicationLimits.CanRoundTo(round.Value, suppress.Value))
            row.Report(Rules.RoundingOutOfRange, RoundTo);
        else if (from is not null)
            _entries[from.Value] = new PublicationEntry(from.Value, suppress.Value, round.Value);
    }

    internal override FileCounts Count() => new PublicationList([.. _entries.Values]);
}

/// <summary>By which rules quarters are published.</summary>
/// <param name="Entries">In the order of their quarters.</param>
public sealed record PublicationList(IReadOnlyList<PublicationEntry> Entries) : FileCounts
{
    public static readonly PublicationList None = new([]);

    /// <summary>The rules of the latest row that is not after the quarter; before all rows, the usual ones.</summary>
    public PublicationLimits Of(Quarter quarter) =>
        Entries.LastOrDefault(e => e.From <= quarter) is { } entry
            ? new PublicationLimits(entry.SuppressUpTo, entry.RoundTo) : PublicationLimits.Default;
}

/// <param name="From">The first quarter that is published by the rules.</param>
/// <param name="SuppressUpTo">With <paramref name="RoundTo"/>, what <see cref="PublicationLimits"/> take.</param>
public sealed record PublicationEntry(Quarter From, long SuppressUpTo, long RoundTo);
