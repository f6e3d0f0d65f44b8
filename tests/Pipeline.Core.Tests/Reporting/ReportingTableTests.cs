using Pipeline.Core.Reporting;

namespace Pipeline.Core.Tests.Reporting;

public sealed class ReportingTableTests
{
    private static readonly Common At = new("2025-26-Q1", "2025-26", 1, "acme", "Acme", "HL-001", "Support", "graded");

    public static TheoryData<ReportingRow> Rows =>
    [
        new OutcomeRow(At, "health", "Health", "Area", "homeless", 1, 2, 3, 4, 5, 6, 7, 8, 9),
        new MeasureRow(At, "hours", "delivered", "", 0, 1.25),
        new ElementRow(At, "quality", "Quality", "earned", 1, 2, "met", "R", "A", new DateOnly(2025, 7, 1), 3000, 100, 100),
        new ElementRow(At, "quality", "Quality", "no_evidence", 0, 0, "", "", "", null, 3000, 100, 0),
        new SubmissionRow(At, "outcomes", 1, "accepted", 1, 0, 0, "ab", new DateOnly(2025, 7, 1), true, "outcomes.csv"),
    ];

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_row_comes_back_from_its_columns(ReportingRow row)
    {
        var table = ReportingTable.Of(row);
        Assert.Equal(row, table.Row(table.Values(row)));
    }

    [Fact]
    public void Rows_of_other_contracts_that_come_in_turn_keep_what_is_common_to_their_own()
    {
        var table = ReportingTable.Of<KpiRow>();
        KpiRow[] rows =
        [
            new(At, "work", "Work", "homeless", 1),
            new(At with { Framework = "other" }, "work", "Work", "homeless", 2),
            new(At with { Quarter = "2025-26-Q2" }, "work", "Work", "homeless", 3),
            new(At, "work", "Work", "homeless", 4),
        ];
        var values = rows.Select(table.Values).ToList();
        Assert.Equal(rows, values.Select(table.Row));
        Assert.Equal(["graded", "other", "graded", "graded"], values.Select(row => row["Framework"].ToString()));
    }

    [Fact]
    public void A_day_that_there_is_not_is_no_column_of_the_row()
    {
        var values = ReportingTable.Of<ElementRow>()
            .Values(new ElementRow(At, "quality", "Quality", "no_evidence", 0, 0, "", "", "", null, 3000, 100, 0));
        Assert.False(values.ContainsKey("DecidedOn"));
        var columns = ReportingTable.Of<ElementRow>().Columns.Except(["DecidedOn"]).ToList();
        Assert.Equal(columns, values.Keys);
        Assert.Equal(columns.Count, values.Count);
    }
}
