using Pipeline.Core.Reporting;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Tests.Payments;

/// <summary>A run that is recomputed is compared with the rows of the ledger, too, by which it is known what was paid.</summary>
public sealed class ReplayingTests
{
    private const string Core = "HL-001-2025-26-Q1-core-r001";

    [Fact]
    public async Task A_run_whose_rows_are_as_they_were_entered_comes_out_the_same() =>
        Assert.Empty(await DifferencesAsync(_ => null));

    [Fact]
    public async Task A_row_that_was_lost_is_told() =>
        Assert.Equal([$"{Core} was released with £22,500.00, but is not in the ledger."],
            await DifferencesAsync(row => new RowChange.Delete(row.RowKey, row.ETag)));

    [Fact]
    public async Task A_row_with_another_amount_is_told() => Assert.Equal(
        [$"{Core} was released with £22,500.00, but is in the ledger with £22,500.01."],
        await DifferencesAsync(row => new RowChange.Replace(row.RowKey, With(row, "EntitlementPence", 2_250_001L), row.ETag)));

    [Theory]
    [InlineData("SupplierRef")]
    [InlineData("Title")]
    public async Task A_row_that_says_something_else_is_told(string column) => Assert.Equal(
        [$"{Core} is in the ledger otherwise than it was released."],
        await DifferencesAsync(row => new RowChange.Replace(row.RowKey, With(row, column, "other"), row.ETag)));

    [Fact]
    public async Task A_row_that_was_added_is_told() => Assert.Equal(
        ["HL-001-2025-26-Q1-other-r001 is in the ledger with £22,500.00, but not in the run."],
        await DifferencesAsync(row => new RowChange.Insert(row.RowKey.Replace("core", "other", StringComparison.Ordinal),
            With(row, "Line", "other"))));

    private static async Task<IReadOnlyList<string>> DifferencesAsync(Func<TableRow, RowChange?> change)
    {
        var world = await TestPipeline.Released();
        var row = (await world.Tables.QueryAsync("ledger", TestPipeline.Q1.ToString()).ToListAsync()).Single(r =>
            r.RowKey.StartsWith("HL-001|001|core|", StringComparison.Ordinal));
        if (change(row) is { } changed)
            await world.Tables.SubmitAsync("ledger", TestPipeline.Q1.ToString(), [changed]);
        return (await world.Replay.RunAsync(TestPipeline.Q1, 1))!.Differences;
    }

    private static Dictionary<string, TableValue> With(TableRow row, string column, TableValue value) =>
        new(row.Values) { [column] = value };
}
