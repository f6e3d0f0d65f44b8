using System.Text;
using Pipeline.Core.Findings;
using Pipeline.Core.Reading;

namespace Pipeline.Core.Submissions;

/// <summary><c>incidents</c>: serious incidents, accidents, near misses, complaints and safeguarding (domain.md section 4).</summary>
internal sealed class IncidentsReader(Quarter quarter) : DatasetReader(Dataset.Incidents)
{
    private const int IncidentRef = 0, Kind = 1, OccurredOn = 2, ReportedOn = 3, Status = 4;
    private const int DaysToReport = 2;

    internal static ReturnDataset Define() => new("incidents", "Incidents", "one incident or complaint",
    [
        new("incident_ref", "Incident reference", Form.Reference, "The incident, by your own reference."),
        new("kind", "Kind", Form.Code, "What kind of incident it is."),
        new("occurred_on", "Occurred on", Form.Date, "The day on which it occurred, in this quarter or before."),
        new("reported_on", "Reported on", Form.Date, "The day on which you reported it to the council."),
        new("status", "Status", Form.Code, "Whether it is still open."),
    ])
    {
        Source = "Strategic Outcomes Framework (2019), part five, Safeguarding and Complaints",
        Counts = typeof(IncidentCounts),
        Reader = (_, _, quarter) => new IncidentsReader(quarter),
        FixedCodes = [new("kind", Kinds), new("status", Statuses)],
    };

    internal static readonly CodeTable Kinds = new(["serious_incident", "accident", "near_miss", "complaint", "safeguarding"]);
    internal static readonly CodeTable Statuses = new(["open", "closed"]);

    private readonly QuarterDays _days = new(quarter);
    private readonly FirstLines<string> _seen = new();
    private readonly IncidentCount[] _counts = [.. Kinds.Codes.Select(k => new IncidentCount(k, 0, 0))];

    internal override void Read(Row row)
    {
        var reference = row.Reference(IncidentRef);
        if (!reference.IsEmpty)
            _seen.Check(row, Encoding.UTF8.GetString(reference), Rules.IncidentRepeated, IncidentRef);
        var kind = row.Code(Kind, Kinds);
        var occurred = _days.UpToEnd(row, OccurredOn, Rules.OccurredAfterQuarter);
        var reported = row.Date(ReportedOn);
        if (occurred.HasValue && reported.HasValue)
        {
            if (reported.Value < occurred.Value)
                row.Report(Rules.ReportedBeforeOccurred, ReportedOn, "a day on or after occurred_on");
            else if (reported.Value.DayNumber - occurred.Value.DayNumber > DaysToReport)
                row.Report(Rules.ReportedSlowly, ReportedOn);
        }

        var status = row.Code(Status, Statuses);
        if (!kind.HasValue)
            return;
        ref var count = ref _counts[kind.Value];
        count = count with
        {
            Occurred = count.Occurred + (occurred.HasValue && quarter.Contains(occurred.Value) ? 1 : 0),
            StillOpen = count.StillOpen + (status is { HasValue: true, Value: 0 } ? 1 : 0),
        };
    }

    internal override FileCounts Count() => new IncidentCounts([.. _counts.Where(c => c.Occurred + c.StillOpen > 0)]);
}

public sealed record IncidentCounts(IReadOnlyList<IncidentCount> Kinds) : FileCounts;

/// <param name="Occurred">Of those reported, the ones that occurred in the quarter.</param>
/// <param name="StillOpen">Of those reported, the ones still open.</param>
public sealed record IncidentCount(string Kind, long Occurred, long StillOpen);
