using System.Text.Json;
using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;

namespace Pipeline.Core.Tests.Reporting;

/// <summary>What a page tells of a contract is all that its rows say of it.</summary>
public sealed class ContractFiguresTests
{
    private static readonly Common At = new("2025-26-Q1", "2025-26", 1, "acme", "Acme", "HL-001", "Refuge", "performance");

    private static readonly IReadOnlyList<ReportingRow> Rows =
    [
        new CheckRow(At, "visit", new DateOnly(2025, 6, 2), "fail"),
        new MeasureRow(At, "hours", "delivered", "", 0, 1100.25),
        new CheckRow(At, "interview", null, "pass"),
        new ReturnRow(At, "hours", "late", 2, new DateOnly(2025, 7, 31)),
        new CheckRow(At, "visit", new DateOnly(2025, 5, 30), "pass"),
        new QualityRow(At, "Standard", "safeguarding", "not_assessed", 0, 0),
    ];

    [Fact]
    public void Checks_stand_in_the_order_of_their_rows() => Assert.Equal(
        [
            new DatedCheck("interview", null, "pass"), new DatedCheck("visit", new DateOnly(2025, 5, 30), "pass"),
            new DatedCheck("visit", new DateOnly(2025, 6, 2), "fail"),
        ],
        ContractFigures.Of(Rows).Checks);

    [Fact]
    public void What_is_kept_comes_back_as_it_was()
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(ContractFigures.Of(Rows), CoreJson.Options);
        var back = JsonSerializer.Deserialize<ContractFigures>(json, CoreJson.Options)!;
        Assert.Equal(ContractFigures.Of(Rows).Checks, back.Checks);
        Assert.Equal(1100.25, Sums.Of([back.Sums]).Measure("hours", "delivered").Value);
        Assert.Equal([new KeptReturn("hours", "late", 1)], back.Sums.Returns);
        Assert.Equal([new KeptAssessment("safeguarding", "not_assessed", 1)], back.Sums.Assessments);
    }
}
