namespace Pipeline.Core;

/// <summary>Guards texts that a spreadsheet would take for a formula, or show otherwise than they stand.</summary>
public static class SpreadsheetFormulas
{
    /// <summary>What a text may not begin with; the library that writes CSV guards these itself, and takes no others.</summary>
    public const string FirstCharacters = "=+-@\t\r";

    /// <summary>
    /// The signs of formulas at full width, as spreadsheets in East Asian settings read them, and the controls of writing direction, which
    /// hide what follows.
    /// </summary>
    private const string WideOrHiding = "\uff1d\uff0b\uff0d\uff20\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069";

    /// <summary>The text, with an apostrophe in front where it begins with one of those that the library does not guard.</summary>
    public static string Guarded(string text) => text.Length > 0 && WideOrHiding.Contains(text[0], StringComparison.Ordinal)
        ? "'" + text : text;
}
