using Pipeline.Core.Findings;
using Pipeline.Core.Reading;

namespace Pipeline.Core.Submissions;

/// <summary><c>social-value</c>: one row per activity for the wider community (domain.md section 4).</summary>
internal sealed class SocialValueReader(Quarter quarter) : DatasetReader(Dataset.SocialValue)
{
    private const int Category = 0, Activity = 1, DeliveredOn = 2, Beneficiaries = 3, Hours = 4, ValueGbp = 5;

    internal static ReturnDataset Define() => new("social-value", "Social value", "one activity for the wider community",
    [
        new("category", "Category", Form.Code, "What kind of social value it adds."),
        new("activity", "Activity", Form.Text, "What it was, in a few words."),
        new("delivered_on", "Delivered on", Form.Date, "The day on which it took place, in the quarter."),
        new("beneficiaries", "Beneficiaries", Form.WholeNumber, "How many people it was for."),
        new("hours", "Hours", Form.Number, "How many hours were given."),
        new("value_gbp", "Value in pounds", Form.Number, "What it was worth, in pounds."),
    ])
    {
        Source = "Strategic Outcomes Framework (2019), part four",
        Counts = typeof(SocialValueCounts),
        Reader = (_, _, quarter) => new SocialValueReader(quarter),
        FixedCodes = [new("category", Categories)],
    };

    internal static readonly CodeTable Categories = new(["economic", "social", "environmental"]);

    private readonly QuarterDays _days = new(quarter);
    private readonly SocialValueCount[] _counts = [.. Categories.Codes.Select(c => new SocialValueCount(c, 0, 0, 0, 0))];

    internal override void Read(Row row)
    {
        var category = row.Code(Category, Categories);
        row.Text(Activity);
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
