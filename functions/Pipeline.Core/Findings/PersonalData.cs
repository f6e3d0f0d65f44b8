using System.Collections.Frozen;
using System.Text;
using System.Text.RegularExpressions;

namespace Pipeline.Core.Findings;

/// <summary>Recognises what looks like something about a person (domain.md section 3). It errs on the side of finding: a provider can rename a reference, nobody can take back a leak.</summary>
public static partial class PersonalData
{
    /// <summary>The longest number there is without its separators: <c>00440</c> and ten digits more.</summary>
    private const int LongestNumber = 15;

    private static readonly FrozenSet<string> PersonalWords = new[]
    {
        "name", "names", "forename", "forenames", "surname", "firstname", "lastname", "fullname", "clientname", "familyname", "fname", "lname", "initials",
        "dob", "birth", "birthdate", "birthday", "dateofbirth", "nhs", "nhsno", "nhsnumber", "nino", "ni", "ninumber", "insurance", "passport",
        "address", "homeaddress", "street", "postcode", "phone", "phoneno", "phonenumber", "telephone", "telephoneno", "telephonenumber", "tel", "telno",
        "mobile", "mobileno", "mobilenumber", "contactno", "contactnumber", "email", "emailaddress", "mail",
    }.ToFrozenSet();

    /// <summary>Whether a column's name says that it holds something about a person, in one of its words or, as in <c>D.O.B.</c> and <c>post code</c>, in all of them together.</summary>
    internal static bool IsColumn(string header) =>
        WordPattern().Matches(header).Any(word => PersonalWords.Contains(word.Value.ToLowerInvariant()))
        || PersonalWords.Contains(string.Concat(header.Where(char.IsAsciiLetter)).ToLowerInvariant());

    /// <summary>Whether a file's name, or another text that somebody wrote, looks as if it held something about a person. A date is nothing special there.</summary>
    public static bool IsIn(string text) => InText(Encoding.UTF8.GetBytes(text), datesToo: false) is not null;

    /// <summary>What a reference looks like; null when it looks like a reference and no more.</summary>
    /// <param name="reference">Already of the form of a reference: at most 40 letters, digits and <c>_ . / -</c>.</param>
    internal static Rule? InReference(ReadOnlySpan<byte> reference)
    {
        if (IsPlain(reference))
            return null;
        Span<char> text = stackalloc char[reference.Length];
        Encoding.UTF8.GetChars(reference, text);
        if (ReferenceDatePattern().IsMatch(text))
            return Rules.DateInText;
        return InWords(text, postcodesInCapitals: false);
    }

    /// <summary>
    /// Whether a reference can be nothing of the kind, which a glance tells of nearly all: no letter after the digits, as postcodes and National Insurance numbers have,
    /// and too few digits, or digits in too few parts, for a telephone or NHS number or a date.
    /// </summary>
    private static bool IsPlain(ReadOnlySpan<byte> reference)
    {
        int digits = 0, parts = 0, part = 0, longest = 0;
        bool letterAfter = false;
        foreach (byte b in reference)
        {
            if (b is >= (byte)'0' and <= (byte)'9')
            {
                digits++;
                if (part++ == 0)
                    parts++;
                longest = Math.Max(longest, part);
                continue;
            }

            part = 0;
            letterAfter |= digits > 0 && (b | 0x20) is >= 'a' and <= 'z';
        }

        return digits < 2 || (!letterAfter && digits < 10 && longest < 8 && (parts < 3 || digits < 6));
    }

    /// <summary>What a text has in it; null when nothing of the kind.</summary>
    internal static Rule? InText(ReadOnlySpan<byte> utf8, bool datesToo)
    {
        int digits = DigitCount(utf8);
        if (digits < 2 && !utf8.Contains((byte)'@'))
            return null;
        Span<char> text = utf8.Length <= 1024 ? stackalloc char[utf8.Length] : new char[utf8.Length];
        text = text[..Encoding.UTF8.GetChars(utf8, text)];
        if (EmailPattern().IsMatch(text))
            return Rules.EmailAddress;
        if (digits < 2)
            return null;
        if (datesToo && TextDatePattern().IsMatch(text))
            return Rules.DateInText;
        // Postcodes in running text are written in capitals; in small letters "m4 2nd floor" and the like would be found.
        return InWords(text, postcodesInCapitals: true);
    }

    /// <summary>Looks at every word, and at words that only separators stand between, as in <c>07700 900123</c>.</summary>
    private static Rule? InWords(ReadOnlySpan<char> text, bool postcodesInCapitals)
    {
        Span<char> joined = stackalloc char[LongestNumber];
        Span<int> lengths = stackalloc int[LongestNumber];
        for (int start = 0; (start = NextWord(text, start)) < text.Length; start = WordEnd(text, start))
        {
            if (WithinWord(text[start..WordEnd(text, start)]) is { } within)
                return within;
            int length = 0, words = 0;
            for (int from = start; from < text.Length;)
            {
                int end = WordEnd(text, from);
                if (length + end - from > LongestNumber)
                    break;
                text[from..end].CopyTo(joined[length..]);
                length += end - from;
                lengths[words++] = end - from;
                if (Number(joined[..length], lengths[..words]) is { } number)
                    return number;
                if (words <= 2 && IsPostcode(joined[..length], postcodesInCapitals))
                    return Rules.Postcode;
                from = NextWord(text, end);
                if (!AreSeparators(text[end..from]))
                    break;
            }
        }

        return null;
    }

    /// <summary>What stands in a word with letters around it, as in <c>NHS9434765919</c>. A counter with noughts before it, as in <c>C0000012345</c>, is no NHS number there.</summary>
    /// <param name="word">Of letters and digits only.</param>
    private static Rule? WithinWord(ReadOnlySpan<char> word)
    {
        if (word.Length > 9 && Number(word[^9..], [9]) is { } atEnd)
            return atEnd;
        for (int start = 0, end; start < word.Length; start = end + 1)
        {
            end = start;
            while (end < word.Length && char.IsAsciiDigit(word[end]))
                end++;
            var digits = word[start..end];
            if (digits.Length < word.Length && Number(digits, [digits.Length]) is { } number && (number != Rules.NhsNumber || digits[0] != '0'))
                return number;
        }

        return null;
    }

    /// <param name="text">Of letters and digits only.</param>
    /// <param name="words">The lengths of the words that it was written in.</param>
    private static Rule? Number(ReadOnlySpan<char> text, ReadOnlySpan<int> words)
    {
        if (text.Length == 9 && char.IsAsciiLetter(text[0]) && char.IsAsciiLetter(text[1]) && (text[8] | 0x20) is >= 'a' and <= 'd' && AreDigits(text[2..8]))
            return Rules.NationalInsuranceNumber;
        if (text.Length < 10 || !AreDigits(text))
            return null;
        // Written 943 476 5919 or in one; a year and a number that happen to make ten digits are not.
        if (text.Length == 10 && words is [10] or [3, 3, 4] && IsNhsNumber(text))
            return Rules.NhsNumber;
        // No area code is shorter than three digits: 020, 0121, 07700.
        bool isTelephone = (text[0] == '0' && text[1] != '0' && words[0] >= 3 && text.Length <= 11)
            || IsAbroad(text, "44")
            || IsAbroad(text, "0044");
        return isTelephone ? Rules.TelephoneNumber : null;
    }

    /// <summary>As dialled from abroad; many write the area code's nought all the same: +44 (0)7700 900123.</summary>
    private static bool IsAbroad(ReadOnlySpan<char> digits, string prefix)
    {
        if (!digits.StartsWith(prefix))
            return false;
        var national = digits[prefix.Length..];
        return (national.StartsWith("0") ? national.Length - 1 : national.Length) is 9 or 10;
    }

    /// <summary>Modulus 11 over ten digits, the last of which is the check digit.</summary>
    private static bool IsNhsNumber(ReadOnlySpan<char> digits)
    {
        int sum = 0;
        for (int i = 0; i < 9; i++)
            sum += (digits[i] - '0') * (10 - i);
        int check = (11 - sum % 11) % 11;
        return check == digits[9] - '0';
    }

    /// <summary>One or two letters, a digit, perhaps a digit or letter more; then a digit and two letters.</summary>
    private static bool IsPostcode(ReadOnlySpan<char> text, bool inCapitals)
    {
        if (text.Length is < 5 or > 7 || !char.IsAsciiDigit(text[^3]) || !char.IsAsciiLetter(text[^2]) || !char.IsAsciiLetter(text[^1]) || !char.IsAsciiLetter(text[0]))
            return false;
        if (inCapitals && text.ContainsAnyInRange('a', 'z'))
            return false;
        var area = text[..^3];
        int letters = char.IsAsciiLetter(area[1]) ? 2 : 1;
        return area.Length > letters && char.IsAsciiDigit(area[letters]) && area.Length - letters <= 2;
    }

    private static int DigitCount(ReadOnlySpan<byte> text)
    {
        int digits = 0;
        foreach (byte b in text)
            digits += b is >= (byte)'0' and <= (byte)'9' ? 1 : 0;
        return digits;
    }

    private static int NextWord(ReadOnlySpan<char> text, int from)
    {
        while (from < text.Length && !char.IsAsciiLetterOrDigit(text[from]))
            from++;
        return from;
    }

    private static int WordEnd(ReadOnlySpan<char> text, int from)
    {
        while (from < text.Length && char.IsAsciiLetterOrDigit(text[from]))
            from++;
        return from;
    }

    /// <summary>What people write within a number: spaces, brackets and dashes of any kind, at most three in a row.</summary>
    private static bool AreSeparators(ReadOnlySpan<char> between)
    {
        foreach (char c in between)
        {
            if (!char.IsWhiteSpace(c) && c is not ('-' or '/' or '.' or '_' or '(' or ')' or (>= '\u2010' and <= '\u2015')))
                return false;
        }

        return between.Length <= 3;
    }

    private static bool AreDigits(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');

    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z]?[a-z]+")]
    private static partial Regex WordPattern();

    [GeneratedRegex(@"[^\s@]@[^\s@]+\.[^\s@]")]
    private static partial Regex EmailPattern();

    private const string Year = "(1[89]|2[01])[0-9]{2}", Month = "(0[1-9]|1[0-2])", Day = "(0[1-9]|[12][0-9]|3[01])";
    private const string MonthLoose = "(0?[1-9]|1[0-2])", DayLoose = "(0?[1-9]|[12][0-9]|3[01])";
    private const string EightDigits = $"(?<![0-9])({Year}{Month}{Day}|{Day}{Month}{Year})(?![0-9])";

    /// <summary>
    /// 1980-01-31, 31/1/1980, 19800131, and 31-01-80 when no other number stands beside it. Numbers of a scheme are no dates: <c>EV/2025/07/003</c>,
    /// <c>HL/2025/1/12</c> (the twelfth of a quarter), <c>3-4-56</c>.
    /// </summary>
    [GeneratedRegex($@"(?<![0-9])({Year}[-/._]{Month}[-/._]{Day}|{DayLoose}[-/._]{MonthLoose}[-/._]{Year})(?![0-9])|{EightDigits}|(?<![0-9]|[0-9][-/._]){Day}[-/._]{Month}[-/._][0-9]{{2}}(?![0-9]|[-/._][0-9])", RegexOptions.ExplicitCapture)]
    private static partial Regex ReferenceDatePattern();

    /// <summary>The same, and 1980-1-31, 31.1.80, 31 January 1980, 31-Jan-80.</summary>
    [GeneratedRegex($@"(?<![0-9])({Year}\s?[-/._]\s?{MonthLoose}\s?[-/._]\s?{DayLoose}|{DayLoose}\s?[-/._]\s?{MonthLoose}\s?[-/._]\s?((1[89]|2[01])?[0-9]{{2}})|{DayLoose}(st|nd|rd|th)?[\s-]{{1,3}}(of\s)?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{{0,6}}[\s,.-]{{1,3}}((1[89]|2[01])?[0-9]{{2}}))(?![0-9])|{EightDigits}", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex TextDatePattern();
}
