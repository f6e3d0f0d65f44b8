using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Pipeline.Core;

/// <summary>
/// The name or initials of a member of staff, 1 to 60 Latin letters, spaces and <c>. ' -</c> characters, with a letter among them;
/// or, as directories list people, the surname first, with a comma behind it.
/// Two names are equal when their letters are, whatever their case, accents, spacing, punctuation and titles, and whichever part comes
/// first:
/// <c>Ann-Marie O'Neil</c> is <c>ann marie oneil</c>, <c>O'Neil, Ann-Marie</c> and <c>Dr Ann-Marie O'Neil</c>, and <c>Renée</c> is
/// <c>Renee</c>. Letters that look alike or are written for one another are one: the dotless ı is <c>i</c>, which as a capital is the small
/// <c>l</c>;
/// <c>rn</c> is <c>m</c>, <c>vv</c> is <c>w</c>, <c>æ</c> and <c>ä</c> are <c>ae</c>, <c>ß</c> is <c>ss</c>.
/// Four eyes rest on this and on <see cref="CouldBe"/>, so it would rather take two people for one (such as <c>A.P.</c> and <c>P.A.</c>)
/// than one for two.
/// </summary>
/// <remarks>
/// The runtime has no Unicode normalisation without its globalisation data, so what would need it is refused instead: accents as characters
/// of their own, ligatures, and other scripts, whose letters can look like Latin ones.
/// </remarks>
public sealed class PersonName : IEquatable<PersonName>
{
    /// <summary>What to tell somebody whose text is not a name.</summary>
    public const string Expected =
        "Give a name or initials of 1 to 60 Latin letters, spaces and . ' - characters, each accented letter as a single character; a "
        + "surname that comes first has a comma behind it.";

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
        "IÌÍÎÏĨĪĬĮİıḬḮỈỊ",
        "JĴ",
        "KĶĸḰḲḴ",
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

    /// <summary>
    /// Letters for which others are written or read: first what one letter stands for, then pairs of letters that look like one, or that
    /// are written for an accented one. The capital I and the small l are one in most typefaces, as Unicode's list of confusable characters
    /// has it.
    /// </summary>
    private static readonly (string Written, string Folded)[] Folded =
    [
        ("Æ", "AE"), ("Œ", "OE"), ("ß", "SS"), ("Þ", "TH"), ("Ŋ", "NG"),
        ("AE", "A"), ("OE", "O"), ("UE", "U"), ("AA", "A"),
        ("M", "RN"), ("W", "VV"), ("L", "I"),
    ];

    private static readonly FrozenDictionary<char, char> Plain =
        Alike.SelectMany(letters => letters.Skip(1), (letters, accented) => KeyValuePair.Create(accented, letters[0])).ToFrozenDictionary();

    /// <summary>What stands before or behind a name and is no part of it, as it is folded.</summary>
    private static readonly FrozenSet<string> Titles = new[]
    {
        "Dr", "Mr", "Mrs", "Ms", "Miss", "Mx", "Prof", "Professor", "Doctor", "Sir", "Dame", "Lord", "Lady", "Rev", "Revd", "Reverend",
        "Hon", "Cllr",
        "Councillor", "Esq", "PhD", "MBE", "OBE", "CBE",
    }.Select(Fold).ToFrozenSet();

    private readonly string _text;
    private readonly string _letters;

    /// <summary>With what could be a title.</summary>
    private readonly string _all;

    /// <summary>Folded, without titles; at least one.</summary>
    private readonly IReadOnlyList<string> _words;

    private PersonName(string text)
    {
        _text = text;
        _all = FromAnyPart(Fold(text));
        var words = text.Split([' ', ',', '.', '-'], StringSplitOptions.RemoveEmptyEntries).Select(Fold).Where(word => word.Length > 0)
            .ToList();
        var named = words.Where(word => !Titles.Contains(word)).ToList();
        _words = named.Count > 0 ? named : words;
        // Joined first: what looks like one letter may stand across a space.
        _letters = FromAnyPart(Fold(string.Concat(_words)));
    }

    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out PersonName? name)
    {
        name = null;
        string written = string.Join(' ', (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        string[] parts = written.Split(',');
        if (parts.Length > 2 || written.Length > MaxLength
            || parts.Any(part => !part.Any(IsLetter) || !part.All(c => IsLetter(c) || c is ' ' or '.' or '\'' or '-')))
            return false;
        name = new PersonName(written);
        return true;
    }

    /// <exception cref="FormatException">Not a name; the message is <see cref="Expected"/>.</exception>
    public static PersonName Parse(string text) => TryParse(text, out var name) ? name : throw new FormatException(Expected);

    /// <summary>
    /// Whether two names could be one person's: they are equal, or every word of the shorter is a word of the longer or the initial of one,
    /// or has one for its initial. So <c>A. Price</c> could be <c>Ann Price</c> and <c>Ann Marie Price</c>, and <c>AP</c> could be all
    /// three.
    /// </summary>
    public bool CouldBe(PersonName other) => this == other || _all == other._all
        || Versions().Any(one => other.Versions().Any(two => one.Count <= two.Count ? Fits(one, two) : Fits(two, one)));

    public bool Equals(PersonName? other) => other is not null && _letters == other._letters;

    public override bool Equals(object? obj) => Equals(obj as PersonName);

    public override int GetHashCode() => _letters.GetHashCode(StringComparison.Ordinal);

    public static bool operator ==(PersonName? left, PersonName? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(PersonName? left, PersonName? right) => !(left == right);

    /// <summary>As it was written, with single spaces.</summary>
    public override string ToString() => _text;

    /// <summary>Its words; and a name of a few capitals alone, as <c>AP</c>, taken for initials too.</summary>
    private IEnumerable<IReadOnlyList<string>> Versions()
    {
        yield return _words;
        if (_text.Length is > 1 and <= 4 && _text.All(char.IsAsciiLetterUpper))
            yield return [.. _text.Select(letter => Fold(letter.ToString()))];
    }

    /// <summary>Whether each of some words can be given one of others that it could be, no two the same.</summary>
    private static bool Fits(IReadOnlyList<string> words, IReadOnlyList<string> others) =>
        words.Count == 0 || others.Select((other, i) => (Other: other, At: i)).Any(candidate =>
        WordCouldBe(words[0], candidate.Other) && Fits([.. words.Skip(1)], [.. others.Where((_, i) => i != candidate.At)]));

    /// <summary>One folded letter is an initial; of a letter that folds to two, so are both.</summary>
    private static bool WordCouldBe(string word, string other) =>
        word == other || (IsInitial(word) && other.StartsWith(word, StringComparison.Ordinal))
            || (IsInitial(other) && word.StartsWith(other, StringComparison.Ordinal));

    private static bool IsInitial(string word) => word.Length == 1 || word is "RN" or "VV";

    /// <summary>Without case, accents and punctuation, and letters that look alike as one.</summary>
    private static string Fold(string text)
    {
        string folded =
            string.Concat(text.Where(IsLetter).Select(char.ToUpperInvariant).Select(letter => Plain.GetValueOrDefault(letter, letter)));
        // Until nothing changes, so that it makes no difference where a name is divided.
        for (string before = ""; before != folded;)
        {
            before = folded;
            folded = Folded.Aggregate(folded, (letters, pair) => letters.Replace(pair.Written, pair.Folded, StringComparison.Ordinal));
        }

        return folded;
    }

    /// <summary>The same for all that begin with another of the letters and go round: so also with another part of a name.</summary>
    private static string FromAnyPart(string letters) =>
        Enumerable.Range(0, letters.Length).Select(first => letters[first..] + letters[..first]).Min(StringComparer.Ordinal)!;

    /// <summary>
    /// Latin letters that have no second spelling: not the ligatures, and not the capital ß, which has no simple mapping to the small one.
    /// </summary>
    private static bool IsLetter(char c) =>
        char.IsAsciiLetter(c)
        || (char.IsLetter(c)
            && c is (>= '\u00c0' and <= '\u017e') or (>= '\u0218' and <= '\u021b') or (>= '\u1e00' and <= '\u1e99')
                or (>= '\u1ea0' and <= '\u1ef9')
            && c is not ('\u0132' or '\u0133' or '\u013f' or '\u0140' or '\u0149'));
}
