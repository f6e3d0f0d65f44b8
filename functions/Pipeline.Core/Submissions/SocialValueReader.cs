using Pipeline.Core.Findings;
using Pipeline.Core.Reading;

namespace Pipeline.Core.Submissions;

/// <summary><c>social-value</c>: one row per activity for the wider community (domain.md section 4).</summary>
internal sealed class SocialValueReader(Quarter quarter) : DatasetReader(Dataset.SocialValue)
{
    private const int Category = 0, Activity = 1, DeliveredOn = 2, Beneficiaries = 3, Hours = 4, ValueGbp = 5;

    internal static readonly CodeTable Categories = new(["economic", "social", "environmental"]);

    private readonly QuarterDays _days = new(quarter);
    private readonly SocialValueCount[] _counts = [.. Categories.Codes.Select(c => new SocialValueCount(c, 0, 0, 0, 0))];

    internal override void Read(Row row)
    {
        var category = row.Code(Category, Categories);
        row.Text(Activity, required: true);
        _days.Within(row, DeliveredOn, Rules.DeliveredOutsideQuarter);
        var beneficiaries = row.Whole(Beneficiaries);
        var hours = row.Hundredths(Hours);
        var value = row.Hundredths(ValueGbp);
        if (!category.HasValue)
            return;
        ref var count = ref _counts[category.Value];
        count = count with
        {
            Activities = count.Activities + 1,
            Beneficiaries = count.Beneficiaries + beneficiaries.Value,
            HoursHundredths = count.HoursHundredths + hours.Value,
            ValuePence = count.ValuePence + value.Value,
        };
    }

    internal override FileCounts Count() => new SocialValueCounts([.. _counts.Where(c => c.Activities > 0)]);
}

public sealed record SocialValueCounts(IReadOnlyList<SocialValueCount> Categories) : FileCounts;

public sealed record SocialValueCount(string Category, long Activities, long Beneficiaries, long HoursHundredths, long ValuePence);
