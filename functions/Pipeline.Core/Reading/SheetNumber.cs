using System.Globalization;

namespace Pipeline.Core.Reading;

/// <summary>What was typed into a cell that holds a number: a spreadsheet keeps dates and times as numbers of days.</summary>
internal static class SheetNumber
{
    private const int SecondsInDay = 86_400;

    /// <summary>31 December 9999.</summary>
    private const int LastDay = 2_958_465;

    /// <param name="number">As the workbook has it.</param>
    /// <param name="kind">As the cell's format tells.</param>
    /// <param name="firstDay">Added to days.</param>
    /// <exception cref="InvalidDataException">It is no number.</exception>
    public static ReadOnlySpan<char> Text(ReadOnlySpan<char> number, NumberKind kind, int firstDay)
    {
        // Nearly every number is a whole one, and written as itself.
        if (kind == NumberKind.Number && number.Length <= 15 && !number.ContainsAnyExceptInRange('0', '9'))
            return number;
        if (!double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value))
            throw new InvalidDataException();
        return kind switch
        {
            NumberKind.Time when value is >= 0 and < LastDay => Time((long)Math.Round(value * SecondsInDay)),
            NumberKind.Date or NumberKind.Month when value is >= 0 and < LastDay =>
                DayAndTime((long)Math.Round(value * SecondsInDay), firstDay, kind) ?? Plain(value),
            _ => Plain(value),
        };
    }

    private static string? DayAndTime(long seconds, int firstDay, NumberKind kind)
    {
        var (day, time) = Math.DivRem(seconds, SecondsInDay);
        day += firstDay;
        // Spreadsheets count a 29 February 1900, which there was not, as day 60.
        if (day is < 1 or 60 or > LastDay)
            return null;
        var date = new DateOnly(1899, 12, day < 60 ? 31 : 30).AddDays((int)day);
        return kind == NumberKind.Month && date.Day == 1 && time == 0 ? date.ToString("yyyy-MM", CultureInfo.InvariantCulture)
            : date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
                + (time == 0 ? "" : " " + TimeSpan.FromSeconds(time).ToString("hh':'mm':'ss", CultureInfo.InvariantCulture));
    }

    private static string Time(long seconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:00}:{seconds / 60 % 60:00}:{seconds % 60:00}");

    /// <summary>With the fifteen digits that a spreadsheet keeps of a number, and no exponent as far as one can do without.</summary>
    private static string Plain(double value) => Math.Abs(value) is 0 or (>= 1e-9 and < 1e27)
        ? ((decimal)value).ToString(CultureInfo.InvariantCulture)
        : value.ToString("G15", CultureInfo.InvariantCulture);
}
