using Pipeline.Core.Findings;
using Pipeline.Core.Reading;

namespace Pipeline.Core.Submissions;

/// <summary><c>hours</c>: commissioned and delivered hours of each month (domain.md section 4).</summary>
internal sealed class HoursReader(Quarter quarter) : DatasetReader(Dataset.Hours)
{
    private const int Month = 0, CommissionedHours = 1, DeliveredHours = 2;
    private const int HighestUtilisation = 120;

    internal static ReturnDataset Define() => new("hours", "Hours", "one month of the quarter",
    [
        new("month", "Month", Form.Month, "One of the three months of the quarter; once each."),
        new("commissioned_hours", "Commissioned hours", Form.Number, "Hours of support that the contract asks for in the month."),
        new("delivered_hours", "Delivered hours", Form.Number, "Hours of support that were delivered in the month."),
    ])
    {
        Source = "Strategic Outcomes Framework (2019), part three, Commissioned hours are delivered",
        Counts = typeof(HoursCounts),
        Reader = (_, _, quarter) => new HoursReader(quarter),
    };

    private readonly FirstLines<DateOnly> _seen = new();
    private long _commissioned;
    private long _delivered;

    internal override void Read(Row row)
    {
        ReadMonth(row);
        var commissioned = row.Hundredths(CommissionedHours);
        var delivered = row.Hundredths(DeliveredHours);
        if (commissioned.HasValue && delivered.HasValue && delivered.Value * 100 > commissioned.Value * HighestUtilisation)
            row.Report(Rules.UtilisationHigh, DeliveredHours);
        _commissioned += commissioned.Value;
        _delivered += delivered.Value;
    }

    internal override FileCounts Count() => new HoursCounts(_commissioned, _delivered);

    private void ReadMonth(Row row)
    {
        var field = row[Month];
        if (field.IsEmpty)
            row.Report(Rules.ValueMissing, Month);
        else if (!Fields.TryDate([.. field, .. "-01"u8], out var first) || field[4] != '-')
            row.ReportForm(Rules.NotAMonth, Month, datesToo: false);
        else if (row.IsToCome(first, Month))
            return;
        else if (!quarter.Contains(first))
            row.Report(Rules.MonthOutsideQuarter, Month,
                $"{quarter.FirstDay:yyyy-MM}, {quarter.FirstDay.AddMonths(1):yyyy-MM} or {quarter.LastDay:yyyy-MM}");
        else
            _seen.Check(row, first, Rules.MonthRepeated, Month);
    }
}

/// <summary>Hours in hundredths, so that they add up exactly.</summary>
public sealed record HoursCounts(long CommissionedHundredths, long DeliveredHundredths) : FileCounts;
