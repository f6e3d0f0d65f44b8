using System.Globalization;
using Pipeline.Core.Findings;

namespace Pipeline.Core.Reading;

/// <summary>Reports dates that are not where they should be relative to the quarter.</summary>
internal sealed class QuarterDays(Quarter quarter)
{
    private readonly string _expected = string.Create(CultureInfo.InvariantCulture,
        $"{quarter.FirstDay:yyyy-MM-dd} to {quarter.LastDay:yyyy-MM-dd}");

    /// <summary>Reads a date that must be in the quarter.</summary>
    public Day Within(Row row, int column, Rule rule)
    {
        var date = row.Date(column);
        if (date.HasValue && !quarter.Contains(date.Value))
            row.Report(rule, column, _expected);
        return date;
    }

    /// <summary>Reads a date that must not be after the quarter.</summary>
    public Day UpToEnd(Row row, int column, Rule rule)
    {
        var date = row.Date(column);
        if (date.HasValue && date.Value > quarter.LastDay)
            row.Report(rule, column, string.Create(CultureInfo.InvariantCulture, $"{quarter.LastDay:yyyy-MM-dd} or earlier"));
        return date;
    }
}
