using System.Globalization;

namespace Pipeline.Core.Submissions;

/// <summary>The findings of one rule in one column of which the same is expected: what a person mends in one go.</summary>
/// <param name="Column">Its name; null: they are about records, or the file as a whole.</param>
/// <param name="Expected">What would have been right; null when the rule says it all.</param>
/// <param name="Count">How many they are, listed or not.</param>
/// <param name="IsEveryRow">Whether every row of the file has it.</param>
/// <param name="Places">Where the listed ones are, rows that follow each other as one: <c>E2 to E213</c>, <c>line 12</c>.</param>
public sealed record FindingGroup(string? Column, string? Expected, long Count, bool IsEveryRow, IReadOnlyList<string> Places)
{
    /// <summary>
    /// How many rows have it, where that is more than one: <c>all 212 rows</c>, <c>13 rows</c>; null for one, and for what is about no row.
    /// </summary>
    public string? Rows => Count == 1 || Column is null
        ? null : string.Create(CultureInfo.InvariantCulture, $"{(IsEveryRow ? "all " : "")}{Count:#,0} rows");

    /// <param name="rule">That is broken.</param>
    /// <param name="findings">All that are listed, in the order of their lines.</param>
    /// <param name="rows">How many were read.</param>
    /// <param name="sheet">Of the workbook; null: it has but one, or the file is no workbook.</param>
    /// <returns>In the order of their first lines.</returns>
    public static IReadOnlyList<FindingGroup> Of(ReceiptRule rule, IEnumerable<ReceiptFinding> findings, long rows, string? sheet)
    {
        var listed = findings.Where(finding => finding.Rule == rule.Rule).ToList();
        var columns = listed.GroupBy(finding => (finding.Column, finding.Expected)).ToList();
        return
        [
            .. from found in columns
               let isOnlyOne = columns.Count(other => other.Key.Column == found.Key.Column) == 1
               let total = rule.Columns.FirstOrDefault(column => column.Column == found.Key.Column)?.Count ?? 0
               // How those that are not listed divide by what is expected is not known.
               let count = isOnlyOne ? Math.Max(total, found.LongCount()) : found.LongCount()
               select new FindingGroup(found.Key.Column, found.Key.Expected, count, count == rows && count > 1, PlacesOf(found, sheet)),
        ];
    }

    /// <summary>A finding's cell, with the sheet in front where there is one.</summary>
    public static string? CellOf(ReceiptFinding finding, string? sheet) =>
        finding.Cell is null || sheet is null ? finding.Cell : $"{sheet}!{finding.Cell}";

    /// <summary>Where one finding is, when that is not the file as a whole.</summary>
    public static string? PlaceOf(ReceiptFinding finding, string? sheet) =>
        CellOf(finding, sheet)
            ?? (finding.Line > 0 ? Of(sheet) + string.Create(CultureInfo.InvariantCulture, $"line {finding.Line}") : null);

    private static string Of(string? sheet) => sheet is null ? "" : $"{sheet}, ";

    private static List<string> PlacesOf(IEnumerable<ReceiptFinding> findings, string? sheet)
    {
        var places = new List<string>();
        ReceiptFinding? first = null, last = null;
        foreach (var finding in findings)
        {
            if (last is not null && IsNext(last, finding))
            {
                last = finding;
                continue;
            }

            Add();
            first = last = finding;
        }

        Add();
        return places;

        void Add()
        {
            if (first is null || last is null || PlaceOf(first, sheet) is not { } from)
                return;
            places.Add(first == last ? from
                : last.Cell is { } cell ? $"{from} to {cell}"
                : Of(sheet) + string.Create(CultureInfo.InvariantCulture, $"lines {first.Line} to {last.Line}"));
        }
    }

    /// <summary>Whether a finding stands in the row below another, in the same column of the sheet.</summary>
    private static bool IsNext(ReceiptFinding above, ReceiptFinding below) =>
        above.Cell is { } one && below.Cell is { } other
            ? Split(one) is var (column, row) && Split(other) == (column, row + 1)
            : above.Cell is null && below.Cell is null && above.Line > 0 && below.Line == above.Line + 1;

    private static (string Column, long Row) Split(string cell)
    {
        string column = cell.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        return (column, long.Parse(cell.AsSpan(column.Length), CultureInfo.InvariantCulture));
    }
}
