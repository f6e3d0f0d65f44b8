using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Pipeline.Core;

/// <summary>An organisation that delivers support: <c>[a-z0-9][a-z0-9-]{0,30}</c>.</summary>
public readonly partial record struct ProviderId : IComparable<ProviderId>
{
    private readonly string? _text;

    private ProviderId(string text) => _text = text;

    public static bool TryParse([NotNullWhen(true)] string? text, out ProviderId id)
    {
        bool valid = text is not null && Pattern().IsMatch(text);
        id = valid ? new ProviderId(text!) : default;
        return valid;
    }

    /// <exception cref="FormatException">Not a provider's id.</exception>
    public static ProviderId Parse(string text) =>
        TryParse(text, out var id)
            ? id
                : throw new FormatException(
                    "A provider's id is 1 to 31 small letters, digits and hyphens, and starts with a letter or digit.");

    public int CompareTo(ProviderId other) => string.CompareOrdinal(_text, other._text);

    public override string ToString() => _text ?? "";

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,30}\z")]
    private static partial Regex Pattern();
}

/// <summary>One service a provider is paid for: <c>[A-Za-z0-9][A-Za-z0-9-]{0,30}</c>, compared exactly.</summary>
public readonly partial record struct ContractId : IComparable<ContractId>
{
    private readonly string? _text;

    private ContractId(string text) => _text = text;

    public static bool TryParse([NotNullWhen(true)] string? text, out ContractId id)
    {
        bool valid = text is not null && Pattern().IsMatch(text);
        id = valid ? new ContractId(text!) : default;
        return valid;
    }

    /// <exception cref="FormatException">Not a contract's id.</exception>
    public static ContractId Parse(string text) =>
        TryParse(text, out var id)
            ? id : throw new FormatException("A contract's id is 1 to 31 letters, digits and hyphens, and starts with a letter or digit.");

    public int CompareTo(ContractId other) => string.CompareOrdinal(_text, other._text);

    public override string ToString() => _text ?? "";

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9-]{0,30}\z")]
    private static partial Regex Pattern();
}

/// <summary>The SHA-256 of an upload's bytes, 64 small hexadecimal digits.</summary>
public readonly partial record struct Sha256
{
    private readonly string? _text;

    /// <param name="digest">32 bytes.</param>
    public Sha256(ReadOnlySpan<byte> digest)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(digest.Length, 32);
        _text = Convert.ToHexStringLower(digest);
    }

    private Sha256(string text) => _text = text;

    /// <summary>Stands in the place of the digest of a file that was refused unread: all zeros.</summary>
    public static Sha256 Unread { get; } = new(new byte[32]);

    public static bool TryParse([NotNullWhen(true)] string? text, out Sha256 sha256)
    {
        bool isOne = text is not null && Pattern().IsMatch(text);
        sha256 = isOne ? new Sha256(text!) : default;
        return isOne;
    }

    /// <exception cref="FormatException">Not 64 small hexadecimal digits.</exception>
    public static Sha256 Parse(string text) => TryParse(text, out var sha256)
        ? sha256 : throw new FormatException("A SHA-256 is 64 small hexadecimal digits.");

    public override string ToString() => _text ?? "";

    [GeneratedRegex(@"\A[0-9a-f]{64}\z")]
    private static partial Regex Pattern();
}
