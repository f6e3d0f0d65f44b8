using System.Collections.Frozen;
using System.Text;
using System.Text.RegularExpressions;

namespace Pipeline.Core.Submissions;

/// <summary>Recognises what looks like something about a person (domain.md section 3). It errs on the side of finding: a provider can rename a reference, nobody can take back a leak.</summary>
public static partial class PersonalData
{
    private static readonly FrozenSet<string> PersonalWords = new[]
    {
        "name", "forename", "surname", "firstname", "lastname", "fullname", "initials", "dob", "birth", "birthdate", "birthday",
        "nhs", "nhsno", "nhsnumber", "nino", "ni", "insurance", "passport", "address", "street", "postcode", "phone", "telephone", "tel", "mobile", "email", "mail",
    }.ToFrozenSet();

    /// <summary>Whether a column's name says that it holds something about a person.</summary>
    internal static bool IsColumn(string header) => WordPattern().Matches(header).Any(word => PersonalWords.Contains(word.Value.ToLowerInvariant()));

    /// <summary>Whether a file's name looks as if it held something about a person. A date is nothing special there.</summary>
    public static bool IsInFileName(string fileName) => InText(Encoding.UTF8.GetBytes(fileName), datesToo: false) is not null;

    /// <summary>What a reference looks like; null when it looks like a reference and no more.</summary>
    /// <param name="reference">Already of the form of a reference: letters, digits and <c>_ . / -</c>.</param>
    internal static Rule? InReference(ReadOnlySpan<byte> reference)
    {
        // Every kind has a digit in it, and most have many: nearly all references end here.
        int digits = 0;
        foreach (byte b in reference)
            digits += b is >= (byte)'0' and <= (byte)'9' ? 1 : 0;
        if (digits < 2)
            return null;
        if (DateInReference(reference))
            return Rules.DateInText;

        Span<byte> letters = stackalloc byte[reference.Length];
        int length = 0, part = 0;
        foreach (byte b in reference)
        {
            if (b is (byte)'_' or (byte)'.' or (byte)'/' or (byte)'-')
            {
                if (part > 0 && Number(letters[part..length]) is { } inPart)
                    return inPart;
                part = length;
                continue;
            }

            letters[length++] = (byte)(b | (b >= (byte)'A' ? 0x20 : 0));
        }

        var whole = letters[..length];
        return (part > 0 ? Number(whole[part..]) : null) ?? Number(whole) ?? (IsPostcode(whole) ? Rules.Postcode : null);
    }

    /// <summary>What a text has in it; null when nothing of the kind.</summary>
    internal static Rule? InText(ReadOnlySpan<byte> utf8, bool datesToo)
    {
        string text = Encoding.UTF8.GetString(utf8);
        if (EmailPattern().IsMatch(text))
            return Rules.EmailAddress;
        if (NationalInsurancePattern().IsMatch(text))
            return Rules.NationalInsuranceNumber;
        if (datesToo && DatePattern().IsMatch(text))
            return Rules.DateInText;
        foreach (Match digits in DigitsPattern().Matches(text))
        {
            if (Number([.. digits.Value.Where(char.IsAsciiDigit).Select(c => (byte)c)]) is { } rule)
                return rule;
        }

        return PostcodePattern().IsMatch(text) ? Rules.Postcode : null;
    }

    /// <summary>A National Insurance, NHS or telephone number, without separators, letters small.</summary>
    private static Rule? Number(ReadOnlySpan<byte> text)
    {
        if (text.Length == 9 && IsLetter(text[0]) && IsLetter(text[1]) && text[8] is >= (byte)'a' and <= (byte)'d' && AreDigits(text[2..8]))
            return Rules.NationalInsuranceNumber;
        if (text.Length is < 10 or > 14 || !AreDigits(text))
            return null;
        if (text.Length == 10 && IsNhsNumber(text))
            return Rules.NhsNumber;
        bool isTelephone = (text[0] == '0' && text[1] != '0' && text.Length <= 11)
            || (text.StartsWith("44"u8) && text.Length is 11 or 12)
            || (text.StartsWith("0044"u8) && text.Length is 13 or 14);
        return isTelephone ? Rules.TelephoneNumber : null;
    }

    /// <summary>Modulus 11 over ten digits, the last of which is the check digit.</summary>
    private static bool IsNhsNumber(ReadOnlySpan<byte> digits)
    {
        int sum = 0;
        for (int i = 0; i < 9; i++)
            sum += (digits[i] - '0') * (10 - i);
        int check = (11 - sum % 11) % 11;
        return check == digits[9] - '0';
    }

    /// <summary>One or two letters, a digit, perhaps a digit or letter more; then a digit and two letters.</summary>
    private static bool IsPostcode(ReadOnlySpan<byte> text)
    {
        if (text.Length is < 5 or > 7 || !IsDigit(text[^3]) || !IsLetter(text[^2]) || !IsLetter(text[^1]) || !IsLetter(text[0]))
            return false;
        var area = text[..^3];
        int letters = IsLetter(area[1]) ? 2 : 1;
        return area.Length > letters && IsDigit(area[letters]) && area.Length - letters <= 2;
    }

    /// <summary>A date with separators anywhere between them: 1980-01-31, 31/1/1980, 31.01.1980.</summary>
    private static bool DateInReference(ReadOnlySpan<byte> text)
    {
        // Without two separators there is no date.
        int separators = 0;
        foreach (byte b in text)
            separators += b is (byte)'/' or (byte)'-' or (byte)'.' or (byte)'_' ? 1 : 0;
        return separators >= 2 && DatePattern().IsMatch(Encoding.UTF8.GetString(text).Replace('_', '-'));
    }

    private static bool IsDigit(byte b) => b is >= (byte)'0' and <= (byte)'9';

    private static bool IsLetter(byte b) => b is >= (byte)'a' and <= (byte)'z';

    private static bool AreDigits(ReadOnlySpan<byte> text) => !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    [GeneratedRegex("[A-Z]?[a-z]+|[A-Z]+")]
    private static partial Regex WordPattern();

    [GeneratedRegex(@"[^\s@]@[^\s@]+\.[^\s@]")]
    private static partial Regex EmailPattern();

    [GeneratedRegex(@"(?<![A-Za-z0-9])[A-Za-z]{2}[ -]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?[A-Da-d](?![A-Za-z0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex NationalInsurancePattern();

    // Postcodes in running text are written in capitals; in small letters "m4 2nd floor" and the like would be found.
    [GeneratedRegex(@"(?<![A-Za-z0-9])[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}(?![A-Za-z0-9])")]
    private static partial Regex PostcodePattern();

    [GeneratedRegex(@"\+?[0-9(][0-9 ()./-]{8,24}[0-9]")]
    private static partial Regex DigitsPattern();

    [GeneratedRegex(@"(?<![0-9])((1[89]|2[01])[0-9]{2}[-/.](0?[1-9]|1[0-2])[-/.](0?[1-9]|[12][0-9]|3[01])|(0?[1-9]|[12][0-9]|3[01])[-/.](0?[1-9]|1[0-2])[-/.]((1[89]|2[01])?[0-9]{2}))(?![0-9])")]
    private static partial Regex DatePattern();
}
