using System.Text;
using System.Text.RegularExpressions;
using Pipeline.Core.Findings;

namespace Pipeline.Core.Reading;

/// <summary>Tells how a date is written that is not written as it should be, so that it can be said how to mend it.</summary>
internal static partial class DateForms
{
    /// <summary>No date in any writing is longer.</summary>
    private const int Longest = 40;

    /// <param name="field">Not a date in one of the two forms that are read.</param>
    public static Rule RuleOf(ReadOnlySpan<byte> field)
    {
        if (field.Length > Longest)
            return Rules.NotADate;
        string text = Encoding.UTF8.GetString(field);
        if (SerialNumber().IsMatch(text))
            return Rules.DateIsSerialNumber;
        if (WithTime().Match(text) is { Success: true } timed && IsDate(timed.Groups[1].Value))
            return Rules.DateHasTime;
        if (InWords().IsMatch(text))
            return Rules.DateInWords;
        if (Numbers().Match(text) is { Success: true } numbers)
        {
            string first = numbers.Groups[1].Value.PadLeft(2, '0'), second = numbers.Groups[2].Value.PadLeft(2, '0'),
                year = numbers.Groups[3].Value;
            bool isShort = year.Length == 2;
            year = isShort ? "20" + year : year;
            if (!IsDate($"{first}/{second}/{year}") && IsDate($"{second}/{first}/{year}"))
                return Rules.DateMonthFirst;
            if (isShort)
                return Rules.DateYearTooShort;
            if (IsDate($"{first}/{second}/{year}"))
                return Rules.DateWrittenOtherwise;
        }

        return YearFirst().Match(text) is { Success: true } parts
            && IsDate($"{parts.Groups[1].Value}-{parts.Groups[2].Value.PadLeft(2, '0')}-{parts.Groups[3].Value.PadLeft(2, '0')}")
            ? Rules.DateWrittenOtherwise
            : Rules.NotADate;
    }

    private static bool IsDate(string text) => Fields.TryDate(Encoding.UTF8.GetBytes(text), out _);

    /// <summary>Of a day from 1954 to 2119, perhaps with the part of the day behind a point.</summary>
    [GeneratedRegex(@"\A[2-7][0-9]{4}(\.[0-9]+)?\z")]
    private static partial Regex SerialNumber();

    [GeneratedRegex(@"\A([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}/[0-9]{2}/[0-9]{4})[T ]+[0-9]{1,2}:[0-9]{2}", RegexOptions.IgnoreCase)]
    private static partial Regex WithTime();

    [GeneratedRegex(@"\A([0-9]{1,2}(st|nd|rd|th)?)?[ .,/-]*(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[ .,/-]+[0-9]",
        RegexOptions.IgnoreCase)]
    private static partial Regex InWords();

    [GeneratedRegex(@"\A([0-9]{1,2})[./ -]([0-9]{1,2})[./ -]([0-9]{4}|[0-9]{2})\z")]
    private static partial Regex Numbers();

    [GeneratedRegex(@"\A([12][0-9]{3})[./ -]?([0-9]{1,2})[./ -]?([0-9]{1,2})\z")]
    private static partial Regex YearFirst();
}
