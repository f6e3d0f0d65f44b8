using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using System.Text;

namespace Pipeline.Core.Reading;

/// <summary>A field as read: a value, or nothing, because it is blank or because it was reported already.</summary>
internal readonly record struct Field<T>(bool HasValue, T Value)
{
    public static implicit operator Field<T>(T value) => new(true, value);
}

/// <summary>The place of a field's code in its table, or nothing. One number, since millions of rows hand it on.</summary>
internal readonly struct Place
{
    public static readonly Place Blank = new(-1);

    // The place + 1; 0: reported.
    private readonly int _number;

    private Place(int number) => _number = number;

    public bool HasValue => _number > 0;

    public bool IsBlank => _number < 0;

    /// <summary>Negative without a value.</summary>
    public int Value => _number - 1;

    public static implicit operator Place(int value) => new(value + 1);
}

/// <summary>The day that a field names, or nothing. One number too.</summary>
internal readonly struct Day
{
    public static readonly Day Blank = new(-1);

    // The day's number + 1; 0: reported.
    private readonly int _number;

    private Day(int number) => _number = number;

    public bool HasValue => _number > 0;

    public bool IsBlank => _number < 0;

    /// <summary>As <see cref="DateOnly.DayNumber"/>; negative without a value.</summary>
    public int Number => _number - 1;

    /// <summary>The first of all days without a value.</summary>
    public DateOnly Value => HasValue ? DateOnly.FromDayNumber(Number) : default;

    public static implicit operator Day(DateOnly value) => new(value.DayNumber + 1);
}

/// <summary>Reads the values that a field can hold from its bytes (domain.md section 3), whatever the machine's culture.</summary>
internal static class Fields
{
    private const int EarliestYear = 1900;

    private static readonly SearchValues<byte> InReferences =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./-"u8);

    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> field) =>
        field.IsEmpty || (field[0] > ' ' && field[^1] > ' ') ? field : field.Trim(" \t"u8);

    /// <summary>
    /// <c>2025-04-30</c> or <c>30/04/2025</c>, from 1900 on: nothing that is reported is older, and tables keep no date before 1601.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryDate(ReadOnlySpan<byte> field, out DateOnly date)
    {
        date = default;
        if (field.Length != 10)
            return false;
        ulong first = BinaryPrimitives.ReadUInt64LittleEndian(field);
        ulong last = BinaryPrimitives.ReadUInt16LittleEndian(field[8..]);
        // Both forms as yyyyMMdd.
        if ((first & 0xFF00_00FF_0000_0000) == 0x2D00_002D_0000_0000)
            first = (first & 0xFFFF_FFFF) | ((first >> 40 & 0xFFFF) << 32) | (last << 48);
        else if ((first & 0x0000_FF00_00FF_0000) == 0x0000_2F00_002F_0000)
            first = (first >> 48) | (last << 16) | ((first >> 24 & 0xFFFF) << 32) | (first << 48);
        else
            return false;
        return TryPairs(first, out ulong pairs)
            && TryDate(year: (int)((pairs & 0xFF) * 100 + (pairs >> 16 & 0xFF)), month: (int)(pairs >> 32 & 0xFF),
                day: (int)(pairs >> 48 & 0xFF), out date);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryDate(int year, int month, int day, out DateOnly date)
    {
        bool isDate = year >= EarliestYear && month is >= 1 and <= 12 && day >= 1
            && (day <= 28 || day <= DateTime.DaysInMonth(year, month));
        date = isDate ? new DateOnly(year, month, day) : default;
        return isDate;
    }

    /// <summary>Eight digits at once: in every other byte, the number that two of them make.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryPairs(ulong text, out ulong pairs)
    {
        unchecked
        {
            ulong digits = text ^ 0x3030_3030_3030_3030;
            pairs = digits * 10 + (digits >> 8);
            // Adding 0x76 takes what is above nine over 0x80, without reaching the next byte.
            return (((digits + 0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080) == 0;
        }
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

    /// <summary>
    /// A number of zero or more with at most two decimals and nine digits before them, in hundredths: <c>12.5</c> is 1250. Of that size,
    /// the rows of the largest file add up.
    /// </summary>
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
    public static bool IsReference(ReadOnlySpan<byte> field) =>
        field.Length is > 0 and <= 40 && IsLetterOrDigit(field[0]) && !field.ContainsAnyExcept(InReferences);

    /// <summary>Whether a value is what stands before a row of totals, with or without a number in the same cell: <c>TOTAL 4</c>.</summary>
    public static bool IsTotal(ReadOnlySpan<byte> field) =>
        // A glance at its beginning tells of nearly every value.
        field.Length is >= 5 and <= LongestTotal && (field[0] | 0x20) is 't' or 'g' or 's' && IsWordOfTotals(WithoutNumber(field));

    private const int LongestTotal = 32;

    private static bool IsWordOfTotals(ReadOnlySpan<byte> word) =>
        Ascii.EqualsIgnoreCase(word, "total"u8) || Ascii.EqualsIgnoreCase(word, "totals"u8)
        || Ascii.EqualsIgnoreCase(word, "grand total"u8)
        || Ascii.EqualsIgnoreCase(word, "subtotal"u8) || Ascii.EqualsIgnoreCase(word, "sub-total"u8);

    /// <summary>Without a number that a space or colon sets apart: <c>TOTAL4</c> is a reference like any other.</summary>
    private static ReadOnlySpan<byte> WithoutNumber(ReadOnlySpan<byte> field)
    {
        var text = field.TrimEnd("0123456789.,"u8);
        return text.Length == field.Length || text is [.., (byte)' ' or (byte)':'] ? text.TrimEnd(" :"u8) : field;
    }

    /// <summary>Whether a value says that there is none: n/a, none, nil, tbc, a dash.</summary>
    public static bool SaysNothing(ReadOnlySpan<byte> field) =>
        // None of them has a digit, and nearly every reference has: a glance at its end tells.
        field.Length is > 0 and <= 14 && field[^1] is not (>= (byte)'0' and <= (byte)'9') && IsNoValue(field);

    private static bool IsNoValue(ReadOnlySpan<byte> field)
    {
        Span<char> text = stackalloc char[field.Length];
        text = text[..Encoding.UTF8.GetChars(field, text)];
        return NoValues.Contains(text);
    }

    // Looked up by spans, which is found out once: to ask the set for it again costs more than to look.
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> NoValues = new[]
    {
        "-", "--", "–", "—", "n/a", "n.a", "n.a.", "na", "n-a", "n_a", "none", "nil", "null", "no", "tbc", "t.b.c", "t.b.c.", "tba", "tbd",
        "unknown", "pending", "missing", "not known", "not-known", "not_known", "not applicable", "not-applicable", "not_applicable",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>
    /// Whether a character stands in UTF-8 text that cannot be seen: a no-break space, one without width, a soft hyphen or a byte order
    /// mark.
    /// </summary>
    public static bool HasInvisible(ReadOnlySpan<byte> utf8) =>
        utf8.IndexOf("\u00A0"u8) >= 0 || utf8.IndexOf("\u00AD"u8) >= 0 || utf8.IndexOf("\u200B"u8) >= 0 || utf8.IndexOf("\u200C"u8) >= 0
        || utf8.IndexOf("\u200D"u8) >= 0 || utf8.IndexOf("\u202F"u8) >= 0 || utf8.IndexOf("\u2060"u8) >= 0 || utf8.IndexOf("\uFEFF"u8) >= 0;

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
