using Pipeline.Core.Findings;
using Pipeline.Core.Submissions;

namespace Pipeline.Core.Tests.Submissions;

/// <summary>What a person mends in one go is told once.</summary>
public sealed class FindingGroupTests
{
    private static IReadOnlyList<FindingGroup> Of(long rows, string? sheet, params Finding[] findings)
    {
        var list = new FindingList();
        foreach (var finding in findings)
            list.Add(finding);
        var (summary, listed) = Receipt.Of(list);
        return FindingGroup.Of(Assert.Single(summary), listed, rows, sheet);
    }

    private static Finding Date(long line, string column = "seen_on", string? expected = "a date") =>
        new(Rules.DateIsSerialNumber, line, column, $"B{line}", expected);

    [Fact]
    public void Every_row_of_a_column_is_one_group()
    {
        var group = Assert.Single(Of(3, null, Date(2), Date(3), Date(4)));
        Assert.Equal(("seen_on", "a date", 3, "all 3 rows"), (group.Column, group.Expected, group.Count, group.Rows));
        Assert.Equal(["B2 to B4"], group.Places);
    }

    [Fact]
    public void Rows_between_which_another_is_right_are_told_apart()
    {
        var group = Assert.Single(Of(4, "outcomes", Date(2), Date(3), Date(5)));
        Assert.Equal("3 rows", group.Rows);
        Assert.Equal(["outcomes!B2 to B3", "outcomes!B5"], group.Places);
    }

    [Fact]
    public void Other_columns_and_other_expectations_are_groups_of_their_own()
    {
        var groups = Of(9, null, Date(2), Date(3, "left_on"), Date(4, expected: "another day"));
        Assert.Equal([("seen_on", "a date"), ("left_on", "a date"), ("seen_on", "another day")],
            groups.Select(group => (group.Column!, group.Expected!)));
        Assert.All(groups, group => Assert.Null(group.Rows));
    }

    [Fact]
    public void What_is_not_listed_counts_in_its_column()
    {
        const int rows = FindingList.ListedPerRule + 50;
        var group = Assert.Single(Of(rows, null, [.. Enumerable.Range(2, rows).Select(line => Date(line))]));
        Assert.Equal((rows, true), (group.Count, group.IsEveryRow));
        Assert.Equal([$"B2 to B{FindingList.ListedPerRule + 1}"], group.Places);
    }

    [Fact]
    public void A_finding_of_the_file_as_a_whole_has_no_place() =>
        Assert.Empty(Assert.Single(Of(3, null, new Finding(Rules.Late, 0))).Places);

    [Fact]
    public void Records_that_follow_each_other_are_told_by_their_first_and_last_line()
    {
        var group =
            Assert.Single(Of(9, null, new Finding(Rules.UnevenRow, 4), new Finding(Rules.UnevenRow, 5), new Finding(Rules.UnevenRow, 9)));
        Assert.Equal(["lines 4 to 5", "line 9"], group.Places);
    }

    [Fact]
    public void Records_of_a_workbook_are_told_with_their_sheet() => Assert.Equal(
        ["hours, lines 4 to 5", "hours, line 9"],
        Assert.Single(Of(9, "hours", new Finding(Rules.RowEmpty, 4), new Finding(Rules.RowEmpty, 5), new Finding(Rules.RowEmpty, 9)))
            .Places);
}
