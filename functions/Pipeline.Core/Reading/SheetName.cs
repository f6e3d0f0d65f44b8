using System.Text.RegularExpressions;

namespace Pipeline.Core.Reading;

/// <summary>What the name of a workbook's sheet says (domain.md section 3). It is read as kindly as that of a file.</summary>
internal static partial class SheetName
{
    /// <summary>The sheets of the template that explain the others: nobody fills them in.</summary>
    public const string Codes = "codes", Example = "example", Glossary = "glossary";

    /// <summary>What may stand behind a word without meaning anything else: numbers, quarters, marks of a copy, plain words.</summary>
    public const string Additions =
        "[0-9]|[qv][0-9]|copy|final|new|nil|revised|corrected|amended|updated|resubmission|resubmitted|restore|return";

    private static readonly string[] OfTemplate = [Codes, Example, Glossary];

    /// <summary>
    /// The one whose name it is, in any case, with <c>_</c> or a space for <c>-</c>, and with nothing but a mark of a copy, a quarter or a
    /// number added: <c>hours (2)</c>, <c>Evidence Q2</c>. Null for any other name.
    /// </summary>
    public static Layout? DatasetOf(string sheet, IEnumerable<Layout> datasets) =>
        datasets.FirstOrDefault(dataset => IsOf(sheet, dataset.Name));

    /// <summary>Whether it is the dataset's name and nothing is added.</summary>
    public static bool Is(string sheet, Layout dataset) => Folded(sheet) == dataset.Name;

    /// <summary>Whether it is a sheet of the template that explains the others.</summary>
    public static bool IsOfTemplate(string sheet) => OfTemplate.Any(word => IsOf(sheet, word));

    private static bool IsOf(string sheet, string word)
    {
        string read = Folded(sheet);
        read = read.StartsWith("copy-of-", StringComparison.Ordinal) ? read["copy-of-".Length..] : read;
        return read.StartsWith(word, StringComparison.Ordinal) && Added().IsMatch(read[word.Length..]);
    }

    private static string Folded(string sheet) => sheet.Trim().ToLowerInvariant().Replace('_', '-').Replace(' ', '-');

    [GeneratedRegex($@"\A([ ._()-]*({Additions}))*[ ._()-]*\z")]
    private static partial Regex Added();
}
