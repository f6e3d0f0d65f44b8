using System.Globalization;
using System.Text.RegularExpressions;
using Pipeline.Core.Reading;

namespace Pipeline.Core.Submissions;

/// <summary>What the name of a file says (domain.md section 2). It is read kindly where only one dataset can be meant.</summary>
public static partial class FileName
{
    /// <summary>What finance calls the files that it confirms payments with.</summary>
    private static readonly IReadOnlyList<string> OfFinance = ["payments", "run", "bacs"];

    /// <summary>What the workbook of a whole return is called, with a sheet for each dataset.</summary>
    public const string Return = "return";

    /// <summary>
    /// The dataset of the files named <c>{dataset}.csv</c> or <c>{dataset}-anything.csv</c>, in any case, with <c>_</c> or a space for
    /// <c>-</c>, with a mark of a copy, or with a number or date behind it. Null for any other name. A provider's may be
    /// workbooks.
    /// </summary>
    /// <typeparam name="T">The datasets that arrive in the file's folder.</typeparam>
    internal static T? DatasetOf<T>(string name)
        where T : Dataset
    {
        if (!IsCsv(name) && (typeof(T) != typeof(ReturnDataset) || !IsWorkbook(name)))
            return null;
        var datasets = Dataset.All.OfType<T>().ToList();
        if (datasets.Find(d => IsOf(name, d.Name)) is { } exact)
            return exact;
        // With another dataset's name behind it, nobody can say which of the two it holds.
        return datasets.Find(d => Means(name, d.Name)
            && !datasets.Exists(other => other != d && Folded(name).Contains(other.Name, StringComparison.Ordinal)));
    }

    /// <summary>Whether a name begins with a word, and what is added to it is no part of a longer one.</summary>
    private static bool Means(string name, string word)
    {
        string read = Folded(Path.GetFileNameWithoutExtension(name));
        read = read.StartsWith("copy-of-", StringComparison.Ordinal) ? read["copy-of-".Length..] : read;
        return read.StartsWith(word, StringComparison.Ordinal) && !read[word.Length..].StartsWithLetter();
    }

    /// <summary>Which of the datasets a name that none is known by is likely to mean; null when that is none, or more than one.</summary>
    internal static T? Meant<T>(string name)
        where T : Dataset =>
        Dataset.All.OfType<T>().Where(d => Folded(name).Contains(d.Name, StringComparison.Ordinal)).ToList() is [var only] ? only : null;

    /// <summary>
    /// Whether a file is the workbook of a whole return: <c>return.xlsx</c> or <c>return-anything.xlsx</c>, or as kindly read as the name
    /// of a dataset: <c>Return (1).xlsx</c>.
    /// </summary>
    public static bool IsReturn(string name) => IsWorkbook(name)
        && (IsOf(name.ToLowerInvariant(), Return) || (Means(name, Return) && Meant<ReturnDataset>(name) is null));

    /// <summary>Whether a file is read as a workbook.</summary>
    public static bool IsWorkbook(string name) => WorkbookName().IsMatch(name);

    internal static bool IsCsv(string name) => CsvName().IsMatch(name);

    /// <summary>
    /// Whether a file is none that anybody sends: what a system or a program leaves in a folder that it shows or has a file of open.
    /// </summary>
    public static bool IsOfSystem(string name) => OfSystem().IsMatch(name);

    /// <summary>
    /// Whether a name is the word for what the file holds, with nothing but numbers and a few plain words added, as in
    /// <c>outcomes-2-final.csv</c>. Anything else could name a person.
    /// </summary>
    public static bool IsPlain(string name)
    {
        string read = Folded(name);
        return Dataset.All.Select(d => d.Name).Concat(OfFinance).Append(Return)
            .Any(word => read.StartsWith(word, StringComparison.Ordinal) && PlainRest().IsMatch(read[word.Length..]));
    }

    /// <summary>
    /// The order in which files that are found together were made: numbers by their size, dates by their day, whatever stands between them,
    /// and a name before the same with something added.
    /// </summary>
    public static int CompareNaturally(string one, string other)
    {
        var (ours, theirs) = (Parts(one), Parts(other));
        for (int at = 0; at < Math.Min(ours.Count, theirs.Count); at++)
        {
            bool areNumbers = char.IsAsciiDigit(ours[at][0]) && char.IsAsciiDigit(theirs[at][0]);
            string left = areNumbers ? ours[at].TrimStart('0') : ours[at], right = areNumbers ? theirs[at].TrimStart('0') : theirs[at];
            int order = areNumbers && left.Length != right.Length
                ? left.Length.CompareTo(right.Length) : string.CompareOrdinal(left, right);
            if (order != 0)
                return order;
        }

        return ours.Count != theirs.Count ? ours.Count.CompareTo(theirs.Count) : string.CompareOrdinal(one, other);
    }

    private static List<string> Parts(string name) =>
        [.. Part().Matches(DayFirst().Replace(Path.ChangeExtension(name, null).ToLowerInvariant(), "$3-$2-$1")).Select(part => part.Value)];

    private static bool IsOf(string name, string word) => name.StartsWith(word, StringComparison.Ordinal)
        && name[word.Length] is '.' or '-';

    /// <summary>Whether a file is to count again though an earlier version had its bytes: <c>outcomes-restore.csv</c>.</summary>
    public static bool BringsBack(string name) => Folded(name).Contains("-restore", StringComparison.Ordinal);

    private static string Folded(string name) => name.ToLower(CultureInfo.InvariantCulture).Replace('_', '-').Replace(' ', '-');

    private static bool StartsWithLetter(this string text) => text.Length > 0 && char.IsAsciiLetter(text[0]);

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9 ._()-]{0,99}\.csv\z", RegexOptions.IgnoreCase)]
    private static partial Regex CsvName();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9 ._()-]{0,99}\.xlsx\z", RegexOptions.IgnoreCase)]
    private static partial Regex WorkbookName();

    [GeneratedRegex($@"\A([ ._()-]*({SheetName.Additions}))*[ ._()-]*\.(csv|xlsx)\z", RegexOptions.IgnoreCase)]
    private static partial Regex PlainRest();

    [GeneratedRegex(@"\A(\.DS_Store|\.localized|\._.*|Thumbs\.db|ehthumbs\.db|desktop\.ini|Icon\r|~\$.*|\.~lock\..*#)\z",
        RegexOptions.IgnoreCase)]
    private static partial Regex OfSystem();

    [GeneratedRegex("[0-9]+|[a-z]+")]
    private static partial Regex Part();

    [GeneratedRegex("(?<![0-9])(0[1-9]|[12][0-9]|3[01])[-._ ](0[1-9]|1[0-2])[-._ ]((?:19|20)[0-9]{2})(?![0-9])")]
    private static partial Regex DayFirst();
}
