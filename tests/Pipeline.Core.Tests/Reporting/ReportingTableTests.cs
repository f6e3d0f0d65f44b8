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
}
