using System.Text.RegularExpressions;

namespace Pipeline.Core.Submissions;

/// <summary>What the name of a file says (domain.md section 2).</summary>
public static partial class FileName
{
    /// <summary>What finance calls the files that it confirms payments with.</summary>
    private static readonly IReadOnlyList<string> OfFinance = ["payments", "run", "bacs"];

    /// <summary>What the workbook of a whole return is called, with a sheet for each dataset.</summary>
    internal const string Return = "return";

    /// <summary>The dataset of the files named <c>{dataset}.csv</c> or <c>{dataset}-anything.csv</c>; null for any other name. A provider's may be workbooks.</summary>
    /// <typeparam name="T">The datasets that arrive in the file's folder.</typeparam>
    internal static T? DatasetOf<T>(string name)
        where T : Dataset =>
        IsCsv(name) || (typeof(T) == typeof(ReturnDataset) && IsWorkbook(name)) ? Dataset.All.OfType<T>().FirstOrDefault(d => IsOf(name, d.Name)) : null;

    /// <summary>Whether a file is the workbook of a whole return: <c>return.xlsx</c> or <c>return-anything.xlsx</c>.</summary>
    internal static bool IsReturn(string name) => IsWorkbook(name) && IsOf(name, Return);

    /// <summary>Whether a file is read as a workbook.</summary>
    public static bool IsWorkbook(string name) => WorkbookName().IsMatch(name);

    internal static bool IsCsv(string name) => CsvName().IsMatch(name);

    /// <summary>
    /// Whether a name is the word for what the file holds, with nothing but numbers and a few plain words added, as in <c>outcomes-2-final.csv</c>.
    /// Anything else could name a person.
    /// </summary>
    public static bool IsPlain(string name) => Dataset.All.Select(d => d.Name).Concat(OfFinance)
        .Append(Return).Any(word => name.StartsWith(word, StringComparison.OrdinalIgnoreCase) && PlainRest().IsMatch(name[word.Length..]));

    private static bool IsOf(string name, string word) => name.StartsWith(word, StringComparison.Ordinal) && name[word.Length] is '.' or '-';

    private const string PlainWord =
        "[0-9]|[qv][0-9]|copy|final|new|nil|revised|corrected|amended|updated|resubmission|resubmitted|return";

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9 ._()-]{0,99}\.csv\z")]
    private static partial Regex CsvName();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9 ._()-]{0,99}\.xlsx\z")]
    private static partial Regex WorkbookName();

    [GeneratedRegex($@"\A([ ._()-]*({PlainWord}))*[ ._()-]*\.(csv|xlsx)\z", RegexOptions.IgnoreCase)]
    private static partial Regex PlainRest();
}
