namespace Pipeline.Core.Submissions;

/// <summary>A field as read: a value, or nothing, because it is blank or because it was reported already.</summary>
internal readonly record struct Field<T>(bool HasValue, T Value)
{
    public static readonly Field<T> Nothing;

    public static implicit operator Field<T>(T value) => new(true, value);
}

/// <summary>Reads the values that a field can hold from its bytes (domain.md section 3), whatever the machine's culture.</summary>
internal static class Fields
{
    private const int EarliestYear = 1900;

    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> field) =>
        field.IsEmpty || (field[0] > ' ' && field[^1] > ' ') ? field : field.Trim(" \t"u8);

    /// <summary><c>2025-04-30</c> or <c>30/04/2025</c>, from 1900 on: nothing that is reported is older, and tables keep no date before 1601.</summary>
    public static bool TryDate(ReadOnlySpan<byte> field, out DateOnly date)
    {
        date = default;
        if (field.Length != 10)
            return false;
        int year, month, day;
        if (field[4] == '-' && field[7] == '-')
        {
            if (!TryDigits(field[..4], out year) || !TryDigits(field[5..7], out month) || !TryDigits(field[8..], out day))
                return false;
        }
        else if (field[2] != '/' || field[5] != '/' || !TryDigits(field[..2], out day) || !TryDigits(field[3..5], out month) || !TryDigits(field[6..], out year))
        {
            return false;
        }

        if (year < EarliestYear || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
            return false;
        date = new DateOnly(year, month, day);
        return true;
    }

    /// <summary>Digits only, up to nine of them.</summary>
    public static bool TryWhole(ReadOnlySpan<byte> field, out long number)
    {
        number = 0;
        if (field.Length is 0 or > 9 || !TryDigits(field, out int digits))
            return false;
        number = digits;
        return true;
    }

    /// <summary>A number of zero or more with at most two decimals and nine digits before them, in hundredths: <c>12.5</c> is 1250. Of that size, the rows of the largest file add up.</summary>
    public static bool TryHundredths(ReadOnlySpan<byte> field, out long hundredths)
    {
        hundredths = 0;
        int point = field.IndexOf((byte)'.');
        var whole = point < 0 ? field : field[..point];
        var decimals = point < 0 ? [] : field[(point + 1)..];
        if (whole.Length is 0 or > 9 || decimals.Length > 2 || (point >= 0 && decimals.IsEmpty))
            return false;
        foreach (byte b in whole)
        {
            if (b is < (byte)'0' or > (byte)'9')
                return false;
            hundredths = hundredths * 10 + (b - '0');
        }

        if (!TryDigits(decimals, out int fraction))
            return false;
        hundredths = hundredths * 100 + (decimals.Length == 1 ? fraction * 10 : fraction);
        return true;
    }

    /// <summary><c>[A-Za-z0-9][A-Za-z0-9_./-]{0,39}</c></summary>
    public static bool IsReference(ReadOnlySpan<byte> field)
    {
        if (field.Length is 0 or > 40 || !IsLetterOrDigit(field[0]))
            return false;
        foreach (byte b in field)
        {
            if (!IsLetterOrDigit(b) && b is not ((byte)'_' or (byte)'.' or (byte)'/' or (byte)'-'))
                return false;
        }

        return true;
    }

    /// <summary>The length of UTF-8 text in characters as a person counts them, near enough: code points.</summary>
    public static int CharacterCount(ReadOnlySpan<byte> utf8)
    {
        int count = 0;
        foreach (byte b in utf8)
            count += (b & 0xC0) == 0x80 ? 0 : 1;
        return count;
    }

    /// <summary>A spreadsheet's name of a cell: column 0 of row 12 is <c>A12</c>.</summary>
    public static string Cell(int column, long row)
    {
        string letters = "";
        for (int rest = column + 1; rest > 0; rest = (rest - 1) / 26)
            letters = (char)('A' + (rest - 1) % 26) + letters;
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{letters}{row}");
    }

    private static bool IsLetterOrDigit(byte b) =>
        b is >= (byte)'0' and <= (byte)'9' or >= (byte)'A' and <= (byte)'Z' or >= (byte)'a' and <= (byte)'z';

    private static bool TryDigits(ReadOnlySpan<byte> digits, out int number)
    {
        number = 0;
        foreach (byte b in digits)
        {
            if (b is < (byte)'0' or > (byte)'9')
                return false;
            number = number * 10 + (b - '0');
        }

        return true;
    }
}
