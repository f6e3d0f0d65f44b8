using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Pipeline.Core;

/// <summary>
/// The name or initials of a member of staff, 1 to 60 Latin letters, spaces and <c>. ' -</c> characters, with a letter among them;
/// or, as directories list people, the surname first, with a comma behind it.
/// Two names are equal when their letters are, whatever their case, accents, spacing and punctuation, and whichever part comes first:
/// <c>Ann-Marie O'Neil</c> is <c>ann marie oneil</c> and <c>O'Neil, Ann-Marie</c>, and <c>Renée</c> is <c>Renee</c>.
/// Four eyes rest on this, so it would rather take two people for one (such as <c>A.P.</c> and <c>P.A.</c>) than one for two.
/// </summary>
/// <remarks>
/// The runtime has no Unicode normalisation without its globalisation data, so what would need it is refused instead: accents as characters
/// of their own, ligatures, and other scripts, whose letters can look like Latin ones.
/// </remarks>
public sealed class PersonName : IEquatable<PersonName>
{
    /// <summary>What to tell somebody whose text is not a name.</summary>
    public const string Expected = "Give a name or initials of 1 to 60 Latin letters, spaces and . ' - characters, each accented letter as a single character; a surname that comes first has a comma behind it.";

    private const int MaxLength = 60;

    /// <summary>Each letter of the alphabet, and what is it with an accent or a stroke.</summary>
    private static readonly string[] Alike =
    [
        "AÀÁÂÃÄÅĀĂĄḀẠẢẤẦẨẪẬẮẰẲẴẶ",
        "BḂḄḆ",
        "CÇĆĈĊČḈ",
        "DÐĎĐḊḌḎḐḒ",
        "EÈÉÊËĒĔĖĘĚḔḖḘḚḜẸẺẼẾỀỂỄỆ",
        "FḞ",
        "GĜĞĠĢḠ",
        "HĤĦḢḤḦḨḪ",
        "IÌÍÎÏĨĪĬĮİḬḮỈỊ",
        "JĴ",
        "KĶḰḲḴ",
        "LĹĻĽŁḶḸḺḼ",
        "MḾṀṂ",
        "NÑŃŅŇṄṆṈṊ",
        "OÒÓÔÕÖØŌŎŐṌṎṐṒỌỎỐỒỔỖỘỚỜỞỠỢ",
        "PṔṖ",
        "RŔŖŘṘṚṜṞ",
        "SŚŜŞŠȘṠṢṤṦṨ",
        "TŢŤŦȚṪṬṮṰ",
        "UÙÚÛÜŨŪŬŮŰŲṲṴṶṸṺỤỦỨỪỬỮỰ",
        "VṼṾ",
        "WŴẀẂẄẆẈ",
        "XẊẌ",
        "YÝŶŸẎỲỴỶỸ",
        "ZŹŻŽẐẒẔ",
    ];

    private static readonly FrozenDictionary<char, char> Plain = Alike.SelectMany(letters => letters.Skip(1), (letters, accented) => KeyValuePair.Create(accented, letters[0])).ToFrozenDictionary();

    private readonly string _text;
    private readonly string _letters;

    private PersonName(string text, string letters)
    {
        _text = text;
        _letters = letters;
    }

    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out PersonName? name)
    {
        name = null;
        string written = string.Join(' ', (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        string[] parts = written.Split(',');
        if (parts.Length > 2 || written.Length > MaxLength || parts.Any(part => !part.Any(IsLetter) || !part.All(c => IsLetter(c) || c is ' ' or '.' or '\'' or '-')))
            return false;
        string letters = string.Concat(written.Where(IsLetter).Select(char.ToUpperInvariant).Select(letter => Plain.GetValueOrDefault(letter, letter)));
        name = new PersonName(written, FromAnyPart(letters));
        return true;
    }

    /// <exception cref="FormatException">Not a name; the message is <see cref="Expected"/>.</exception>
    public static PersonName Parse(string text) => TryParse(text, out var name) ? name : throw new FormatException(Expected);

    public bool Equals(PersonName? other) => other is not null && _letters == other._letters;

    public override bool Equals(object? obj) => Equals(obj as PersonName);

    public override int GetHashCode() => _letters.GetHashCode(StringComparison.Ordinal);

    public static bool operator ==(PersonName? left, PersonName? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(PersonName? left, PersonName? right) => !(left == right);

    /// <summary>As it was written, with single spaces.</summary>
    public override string ToString() => _text;

    /// <summary>The same for all that begin with another of the letters and go round: so also with another part of a name.</summary>
    private static string FromAnyPart(string letters) => Enumerable.Range(0, letters.Length).Select(first => letters[first..] + letters[..first]).Min(StringComparer.Ordinal)!;

    /// <summary>Latin letters that have no second spelling: not the ligatures, and not the capital ß, which has no simple mapping to the small one.</summary>
    private static bool IsLetter(char c) =>
        char.IsAsciiLetter(c)
        || (char.IsLetter(c)
            && c is (>= '\u00c0' and <= '\u017e') or (>= '\u0218' and <= '\u021b') or (>= '\u1e00' and <= '\u1e99') or (>= '\u1ea0' and <= '\u1ef9')
            && c is not ('\u0132' or '\u0133' or '\u013f' or '\u0140' or '\u0149'));
}
