using Pipeline.Core.Findings;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Reading;

namespace Pipeline.Core.Submissions;

/// <summary><c>quality</c>: the result of each area of the framework's quality standard (domain.md section 4).</summary>
internal sealed class QualityReader(Framework framework, Quarter quarter) : DatasetReader(Dataset.Quality)
{
    private const int Standard = 0, Area = 1, Result = 2, AssessedOn = 3, EvidenceRef = 4;

    internal static ReturnDataset Define() => new("quality", "Quality", "one area of the quality standard",
    [
        new("standard", "Standard", Form.Code, "The quality standard."),
        new("area", "Area", Form.Code, "The area of it that was assessed; once each."),
        new("result", "Result", Form.Code, "Whether the area passed."),
        new("assessed_on", "Assessed on", Form.Date, "The day of the assessment, in this quarter or before."),
        new("evidence_ref", "Evidence reference", Form.Reference, "Where you keep the evidence, by your own reference.")
        {
            When = "when there is evidence",
        },
    ])
    {
        Source = "Strategic Outcomes Framework (2019), part five, The Birmingham Standard",
        Counts = typeof(QualityCounts),
        Reader = (framework, _, quarter) => new QualityReader(framework, quarter),
        FixedCodes = [new("result", PassOrFail)],
        FrameworkCodes = f =>
        [
            new("standard", f.Quality is { } standard ? [new Coded(standard.Code, standard.Standard)] : []),
            new("area", f.Quality?.Areas ?? []),
        ],
    };

    internal static readonly CodeTable PassOrFail = new(["pass", "fail"]);

    private readonly QuarterDays _days = new(quarter);
    private readonly CodeTable _standards = new(framework.Quality is { } standard ? [(standard.Code, standard.Standard)] : []);
    private readonly CodeTable _areas = new(framework.Quality?.Areas.Select(a => (a.Code, a.Title)) ?? []);
    private readonly SortedDictionary<int, bool> _passed = [];
    private readonly FirstLines<int> _seen = new();

    internal override void Read(Row row)
    {
        row.Code(Standard, _standards);
        var area = row.Code(Area, _areas);
        var result = row.Code(Result, PassOrFail);
        _days.UpToEnd(row, AssessedOn, Rules.AssessedAfterQuarter);
        row.EvidenceReference(EvidenceRef);
        if (!area.HasValue)
            return;
        _seen.Check(row, area.Value, Rules.AreaRepeated, Area);
        _passed[area.Value] = result is { HasValue: true, Value: 0 };
    }

    internal override FileCounts Count() =>
        new QualityCounts([.. _passed.Select(area => new AreaResult(_areas.Codes[area.Key], area.Value))]);
}

/// <summary>The areas assessed, and whether each passed.</summary>
public sealed record QualityCounts(IReadOnlyList<AreaResult> Areas) : FileCounts;

public sealed record AreaResult(string Area, bool Passed);
