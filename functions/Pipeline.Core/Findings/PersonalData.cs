using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Pipeline.Core.Findings;

/// <summary>
/// Recognises what looks like something about a person (domain.md section 3). It errs on the side of finding: a provider can rename a
/// reference, nobody can take back a leak.
/// </summary>
public static partial class PersonalData
{
    /// <summary>The longest number there is without its separators: <c>00440</c> and ten digits more.</summary>
    private const int LongestNumber = 15;

    private static readonly FrozenSet<string> PersonalWords = new[]
    {
        "name", "names", "forename", "forenames", "surname", "firstname", "lastname", "fullname", "clientname", "familyname", "fname",
        "lname", "initials",
        "dob", "birth", "birthdate", "birthday", "dateofbirth", "nhs", "nhsno", "nhsnumber", "nino", "ni", "ninumber", "insurance",
        "passport",
        "address", "homeaddress", "street", "postcode", "phone", "phoneno", "phonenumber", "telephone", "telephoneno", "telephonenumber",
        "tel", "telno",
        "mobile", "mobileno", "mobilenumber", "contactno", "contactnumber", "email", "emailaddress", "mail",
    }.ToFrozenSet();

    /// <summary>
    /// Whether a column's name says that it holds something about a person, in one of its words or, as in <c>D.O.B.</c> and <c>post
    /// code</c>, in all of them together.
    /// </summary>
    internal static bool IsColumn(string header) =>
        WordPattern().Matches(header).Any(word => PersonalWords.Contains(word.Value.ToLowerInvariant()))
        || PersonalWords.Contains(string.Concat(header.Where(char.IsAsciiLetter)).ToLowerInvariant());

    /// <summary>The letters before the first digit of a postcode.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> PostcodeAreas = (
        "AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK FY G GL GU GY HA HD "
        + "HG HP HR HS HU HX "
        + "IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK "
        + "SL SM SN SO SP SR SS "
        + "ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE").Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase)
            .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>
    /// Whether a file's name, or another text that somebody wrote, looks as if it held something about a person. A date is nothing special
    /// there.
    /// </summary>
    public static bool IsIn(string text) => InText(Encoding.UTF8.GetBytes(text), isProse: false) is not null;

    /// <summary>What a reference looks like; null when it looks like a reference and no more.</summary>
    /// <param name="reference">Already of the form of a reference: at most 40 letters, digits and <c>_ . / -</c>.</param>
    /// <param name="hasTenDigits">
    /// Whether its digits are ten in one piece, with nothing but letters around. One in eleven of any such numbers passes for an NHS
    /// number, so that what it looks like only tells together with the others of its column: see <see cref="ReferenceColumn"/>.
    /// </param>
    internal static Rule? InReference(ReadOnlySpan<byte> reference, out bool hasTenDigits)
    {
        hasTenDigits = false;
        return IsPlain(reference) ? null : InSuspect(reference, out hasTenDigits);
    }

    private static Rule? InSuspect(ReadOnlySpan<byte> reference, out bool hasTenDigits)
    {
        hasTenDigits = false;
        Span<char> text = stackalloc char[reference.Length];
        Encoding.UTF8.GetChars(reference, text);
        if (UuidPattern().IsMatch(text))
            return null;
        hasTenDigits = TenDigitsPattern().IsMatch(text);
        if (ReferenceDatePattern().IsMatch(text))
            return Rules.DateInText;
        return InWords(text, isReference: true, isProse: false);
    }

    /// <summary>
    /// Whether a whole reference is as a postcode in small letters and in one piece would be: five to seven small letters and digits.
    /// </summary>
    /// <param name="reference">Already of the form of a reference.</param>
    /// <param name="isPostcode">Whether it is one.</param>
    internal static bool HasFormOfSmallPostcode(ReadOnlySpan<byte> reference, out bool isPostcode)
    {
        isPostcode = false;
        // A glance at its ends tells of nearly every reference.
        return reference.Length is >= 5 and <= 7 && IsSmallOrDigit(reference[0]) && IsSmallOrDigit(reference[^1])
            && IsSmallLettersAndDigits(reference, out isPostcode);
    }

    private static bool IsSmallLettersAndDigits(ReadOnlySpan<byte> reference, out bool isPostcode)
    {
        isPostcode = false;
        Span<char> text = stackalloc char[reference.Length];
        int digits = 0;
        for (int at = 0; at < text.Length; at++)
        {
            if (!IsSmallOrDigit(reference[at]))
                return false;
            text[at] = (char)reference[at];
            digits += char.IsAsciiDigit(text[at]) ? 1 : 0;
        }

        if (digits == 0 || digits == text.Length)
            return false;
        isPostcode = IsPostcode(text, inCapitals: false);
        return true;
    }

    /// <summary>
    /// Whether a whole reference is as initials with a day of birth (<c>JS310180</c>) or a National Insurance number without its last
    /// letter would be: up to three letters, perhaps a separator, and six digits.
    /// </summary>
    /// <param name="reference">Already of the form of a reference.</param>
    /// <param name="letters">How many it begins with.</param>
    internal static bool HasFormOfLettersAndSixDigits(ReadOnlySpan<byte> reference, out int letters)
    {
        letters = 0;
        // What stands before the six digits tells of nearly every reference.
        if (reference.Length is < 7 or > 10 || reference[^7] is >= (byte)'0' and <= (byte)'9'
            || reference[^6..].ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return false;
        var before = reference[..^6];
        if (before[^1] is (byte)'-' or (byte)'_' or (byte)'.' or (byte)'/')
            before = before[..^1];
        letters = before.Length;
        foreach (byte b in before)
        {
            if (!char.IsAsciiLetter((char)b))
                return false;
        }

        return letters is 1 or 2 or 3;
    }

    /// <summary>Whether six digits are a day on which a client may have been born, as 310180 is.</summary>
    internal static bool IsBirth(ReadOnlySpan<byte> sixDigits) =>
        NumberOf(sixDigits[..2]) is >= 1 and <= 31 && NumberOf(sixDigits[2..4]) is >= 1 and <= 12
        && NumberOf(sixDigits[4..]) is <= 14 or >= 30;

    /// <summary>Whether a National Insurance number can begin with two letters.</summary>
    internal static bool IsNationalInsurancePrefix(ReadOnlySpan<byte> letters) =>
        letters.Length == 2 && IsNationalInsurancePrefix((char)letters[0], (char)letters[1]);

    private static int NumberOf(ReadOnlySpan<byte> twoDigits) => 10 * (twoDigits[0] - '0') + twoDigits[1] - '0';

    /// <summary>
    /// Whether a reference can be nothing of the kind, which a glance tells of nearly all: no letter after the digits, as postcodes and
    /// National Insurance numbers have, and too few digits, or digits in too few parts, for a telephone or NHS number or a date.
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
    /// <param name="utf8">The text.</param>
    /// <param name="isProse">Whether somebody wrote it for others to read: there a date is somebody's, and so is a National Insurance
    /// number without its last letter.</param>
    internal static Rule? InText(ReadOnlySpan<byte> utf8, bool isProse)
    {
        bool isPlain = Ascii.IsValid(utf8);
        if (isPlain && DigitCount(utf8) < 2 && !utf8.Contains((byte)'@'))
            return null;
        Span<char> text = utf8.Length <= 1024 ? stackalloc char[utf8.Length] : new char[utf8.Length];
        text = text[..Encoding.UTF8.GetChars(utf8, text)];
        if (!isPlain)
            text = Folded(text);
        if (EmailPattern().IsMatch(text))
            return Rules.EmailAddress;
        if (isProse && TextDatePattern().IsMatch(text))
            return Rules.DateInText;
        return InWords(text, isReference: false, isProse);
    }

    /// <summary>
    /// Full-width characters and the digits of any script as the plain ones, and without what cannot be seen. It is never longer, and
    /// written in the same place.
    /// </summary>
    private static Span<char> Folded(Span<char> text)
    {
        int length = 0;
        for (int at = 0; at < text.Length;)
        {
            if (Rune.DecodeFromUtf16(text[at..], out var rune, out int taken) != OperationStatus.Done)
                rune = Rune.ReplacementChar;
            at += taken;
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format)
                continue;
            if (Rune.IsDigit(rune))
                rune = new Rune((char)('0' + (int)Rune.GetNumericValue(rune)));
            else if (rune.Value is >= 0xFF01 and <= 0xFF5E)
                rune = new Rune(rune.Value - 0xFEE0);
            length += rune.EncodeToUtf16(text[length..]);
        }

        return text[..length];
    }

    /// <summary>Looks at every word, and at words that only separators stand between, as in <c>07700 900123</c>.</summary>
    private static Rule? InWords(ReadOnlySpan<char> text, bool isReference, bool isProse)
    {
        Span<char> joined = stackalloc char[LongestNumber];
        Span<int> lengths = stackalloc int[LongestNumber];
        for (int start = 0; (start = NextWord(text, start)) < text.Length; start = WordEnd(text, start))
        {
            if (WithinWord(text[start..WordEnd(text, start)], isReference) is { } within)
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
                if (Number(joined[..length], lengths[..words], isReference) is { } number)
                    return number;
                if (isProse && IsWithoutSuffix(joined[..length], lengths[..words]))
                    return Rules.NationalInsuranceNumber;
                if ((words == 1 || (words == 2 && end - from == 3)) && IsPostcode(joined[..length], inCapitals: isReference && words == 1))
                    return Rules.Postcode;
                from = NextWord(text, end);
                if (!AreSeparators(text[end..from]))
                    break;
            }
        }

        return null;
    }

    /// <summary>
    /// What stands in a word with letters around it, as in <c>NHS9434765919</c>. Where more digits stand in the word, as in a hexadecimal
    /// number, they are those of no person's number.
    /// </summary>
    /// <param name="word">Of letters and digits only.</param>
    /// <param name="isReference">Whether it stands in a reference.</param>
    private static Rule? WithinWord(ReadOnlySpan<char> word, bool isReference)
    {
        if (word.Length > 9 && !word[..^9].ContainsAnyInRange('0', '9') && IsNationalInsurance(word[^9..]))
            return Rules.NationalInsuranceNumber;
        int first = word.IndexOfAnyInRange('0', '9'), last = word.LastIndexOfAnyInRange('0', '9');
        if (first < 0 || last - first == word.Length - 1)
            return null;
        var digits = word[first..(last + 1)];
        return Number(digits, [digits.Length], isReference);
    }

    /// <param name="text">Of letters and digits only.</param>
    /// <param name="words">The lengths of the words that it was written in.</param>
    /// <param name="isReference">Whether it stands in a reference.</param>
    private static Rule? Number(ReadOnlySpan<char> text, ReadOnlySpan<int> words, bool isReference)
    {
        if (IsNationalInsurance(text))
            return Rules.NationalInsuranceNumber;
        if (text.Length < 10 || !AreDigits(text))
            return null;
        bool isInPieces = !isReference && AreEven(words);
        // Written 943 476 5919, in one, in pairs or digit by digit; a year and a number that happen to make ten digits are not.
        if (text.Length == 10 && (words is [10] or [3, 3, 4] || isInPieces) && IsNhsNumber(text))
            return Rules.NhsNumber;
        return IsAtHome(text, words, isReference, isInPieces) || IsAbroad(text, "44") || IsAbroad(text, "0044")
            ? Rules.TelephoneNumber : null;
    }

    /// <summary>Two letters as they are given out (QQ stands in examples), six digits and a letter from A to D.</summary>
    private static bool IsNationalInsurance(ReadOnlySpan<char> text) =>
        text.Length == 9 && (text[8] | 0x20) is >= 'a' and <= 'd' && AreDigits(text[2..8]) && IsNationalInsurancePrefix(text[0], text[1]);

    private static bool IsNationalInsurancePrefix(char first, char second)
    {
        if (!char.IsAsciiLetter(first) || !char.IsAsciiLetter(second))
            return false;
        (first, second) = (char.ToUpperInvariant(first), char.ToUpperInvariant(second));
        return (first, second) is ('Q', 'Q')
            || (first is not ('D' or 'F' or 'I' or 'Q' or 'U' or 'V') && second is not ('D' or 'F' or 'I' or 'O' or 'Q' or 'U' or 'V')
                && (first, second) is not (('B', 'G') or ('G', 'B') or ('K', 'N') or ('N', 'K') or ('N', 'T') or ('T', 'N') or ('Z', 'Z')));
    }

    /// <summary>A National Insurance number of which the last letter is left out, in one piece or in pairs.</summary>
    private static bool IsWithoutSuffix(ReadOnlySpan<char> text, ReadOnlySpan<int> words) =>
        text.Length == 8 && words is [8] or [2, 2, 2, 2] && AreDigits(text[2..]) && IsNationalInsurancePrefix(text[0], text[1]);

    /// <summary>Whether a number is written in pairs or digit by digit.</summary>
    private static bool AreEven(ReadOnlySpan<int> words) => words.Length > 1 && words[0] <= 2 && !words[..^1].ContainsAnyExcept(words[0])
        && words[^1] <= words[0];

    /// <summary>
    /// As dialled here. No area code is shorter than three digits (020, 0121, 07700), but some write 07-479 for a mobile's.
    /// </summary>
    private static bool IsAtHome(ReadOnlySpan<char> digits, ReadOnlySpan<int> words, bool isReference, bool isInPieces)
    {
        if (digits.Length > 11 || digits[0] != '0' || digits[1] == '0')
            return false;
        // Few numbers have ten digits. In one piece in a reference they are a counter.
        if (digits.Length == 10)
            return words[0] >= 3 && !(isReference && words.Length == 1);
        return words[0] >= 3 || isInPieces
            || (words[0] == 2 && words.Length <= 4 && digits[1] == '7' && digits[2] is '1' or '3' or '4' or '5' or '7' or '8' or '9');
    }

    /// <summary>As dialled from abroad; many write the area code's nought all the same: +44 (0)7700 900123.</summary>
    private static bool IsAbroad(ReadOnlySpan<char> digits, string prefix)
    {
        if (!digits.StartsWith(prefix))
            return false;
        var national = digits[prefix.Length..];
        return (national.StartsWith("0") ? national.Length - 1 : national.Length) is 9 or 10;
    }

    /// <summary>
    /// Modulus 11 over ten digits, the last of which is the check digit. None begins with 0, 1, 2, 5 or 8: those were never given out.
    /// </summary>
    private static bool IsNhsNumber(ReadOnlySpan<char> digits)
    {
        if (digits[0] is '0' or '1' or '2' or '5' or '8')
            return false;
        int sum = 0;
        for (int i = 0; i < 9; i++)
            sum += (digits[i] - '0') * (10 - i);
        int check = (11 - sum % 11) % 11;
        return check == digits[9] - '0';
    }

    /// <summary>A postcode area, a digit, perhaps a digit or letter more; then a digit and two letters of those that stand there.</summary>
    private static bool IsPostcode(ReadOnlySpan<char> text, bool inCapitals)
    {
        if (text.Length is < 5 or > 7 || !char.IsAsciiDigit(text[^3]) || !EndsPostcode(text[^2]) || !EndsPostcode(text[^1])
            || !char.IsAsciiLetter(text[0]))
            return false;
        if (inCapitals && text.ContainsAnyInRange('a', 'z'))
            return false;
        // M4 2nd floor.
        if (text[^2..] is "st" or "nd" or "rd" or "th")
            return false;
        var outward = text[..^3];
        int letters = char.IsAsciiLetter(outward[1]) ? 2 : 1;
        return outward.Length > letters && char.IsAsciiDigit(outward[letters]) && outward.Length - letters <= 2
            && PostcodeAreas.Contains(outward[..letters]);
    }

    private static bool EndsPostcode(char c) => char.IsAsciiLetter(c) && (c | 0x20) is not ('c' or 'i' or 'k' or 'm' or 'o' or 'v');

    private static bool IsSmallOrDigit(byte b) => b is >= (byte)'a' and <= (byte)'z' or >= (byte)'0' and <= (byte)'9';

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

    /// <summary>An address, also with spaces beside its <c>@</c>, and beside its points where it ends as most do.</summary>
    [GeneratedRegex(@"[^\s@]\s{0,2}@\s{0,2}([^\s@]+\.[^\s@]|[A-Z0-9-]+(\s?\.\s?[A-Z0-9-]+)*\s?\.\s?(com|net|org|info|eu|ie|uk)\b)",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex EmailPattern();

    /// <summary>Perhaps with a few letters before it.</summary>
    [GeneratedRegex(@"\A([A-Z]{1,3}[-_./]?)?[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\z",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex UuidPattern();

    [GeneratedRegex(@"\A[A-Z]*[0-9]{10}[A-Z]*\z", RegexOptions.IgnoreCase)]
    private static partial Regex TenDigitsPattern();

    private const string Year = "(1[89]|2[01])[0-9]{2}", Month = "(0[1-9]|1[0-2])", Day = "(0[1-9]|[12][0-9]|3[01])";
    private const string MonthLoose = "(0?[1-9]|1[0-2])", DayLoose = "(0?[1-9]|[12][0-9]|3[01])";

    /// <summary>The years in which those were born who are clients: a later one in a reference is that of a paper.</summary>
    private const string BirthYear = "(1[89][0-9]{2}|200[0-9]|201[0-4])", ShortBirthYear = "(0[0-9]|1[0-4]|[3-9][0-9])";

    /// <summary>
    /// 1980-01-31, 31/1/1980, 19800131, and 31-01-80 when no other number stands beside it. Numbers of a scheme are no dates:
    /// <c>EV/2025/07/003</c>,
    /// <c>HL/2025/1/12</c> (the twelfth of a quarter), <c>3-4-56</c>; and nobody who is helped was born on the day in
    /// <c>EV-20250612-01</c>.
    /// </summary>
    [GeneratedRegex($@"(?<![0-9])({BirthYear}[-/._]{Month}[-/._]{Day}|{DayLoose}[-/._]{MonthLoose}[-/._]{BirthYear}|{BirthYear}{Month}{Day}|{Day}{Month}{BirthYear})(?![0-9])|(?<![0-9]|[0-9][-/._]){Day}[-/._]{Month}[-/._]{ShortBirthYear}(?![0-9]|[-/._][0-9])", RegexOptions.ExplicitCapture)]
    private static partial Regex ReferenceDatePattern();

    /// <summary>Of whatever year, and 1980-1-31, 31.1.80, 31 01 1980, 31 January 1980, 31-Jan-80.</summary>
    [GeneratedRegex($@"(?<![0-9])({Year}\s?[-/._]\s?{MonthLoose}\s?[-/._]\s?{DayLoose}|{DayLoose}\s?[-/._]\s?{MonthLoose}\s?[-/._]\s?((1[89]|2[01])?[0-9]{{2}})|{DayLoose}\s{MonthLoose}\s{Year}|{DayLoose}(st|nd|rd|th)?[\s-]{{1,3}}(of\s)?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{{0,6}}[\s,.-]{{1,3}}((1[89]|2[01])?[0-9]{{2}})|{Year}{Month}{Day}|{Day}{Month}{Year})(?![0-9])", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex TextDatePattern();
}
