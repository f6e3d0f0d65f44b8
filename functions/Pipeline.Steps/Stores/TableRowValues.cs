using Pipeline.Core.Reporting;

namespace Pipeline.Steps.Stores;

/// <summary>Reads the columns of a row that the steps wrote themselves, so that each is there and of its kind.</summary>
public static class TableRowValues
{
    public static string Text(this TableRow row, string column) => ((TableValue.Text)row.Values[column]).Value;

    public static long Whole(this TableRow row, string column) => ((TableValue.Whole)row.Values[column]).Value;

    public static bool YesNo(this TableRow row, string column) => ((TableValue.YesNo)row.Values[column]).Value;

    public static DateTimeOffset Instant(this TableRow row, string column) => ((TableValue.Instant)row.Values[column]).Value;
}
