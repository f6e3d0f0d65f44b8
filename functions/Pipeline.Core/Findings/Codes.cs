namespace Pipeline.Core.Findings;

/// <summary>
/// Codes are written in small letters, digits and <c>_</c>; in a file case does not matter, and spaces and hyphens read as <c>_</c>
/// (domain.md section 3).
/// </summary>
public static class Codes
{
    /// <summary>The longest code there is, in characters.</summary>
    public const int MaxLength = 64;

    public static bool IsCode(string text) =>
        text.Length is > 0 and <= MaxLength && text.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '_');

    /// <summary>The code that a person's spelling of it stands for.</summary>
    public static string Of(string text) => string.Create(text.Length, text, (code, written) =>
    {
        for (int i = 0; i < code.Length; i++)
            code[i] = written[i] is ' ' or '-' ? '_' : char.ToLowerInvariant(written[i]);
    });
}
