using System.Text;
using Pipeline.Core.Reporting;
using Pipeline.Steps.Quarters;
using Pipeline.Steps.Stores;
using Pipeline.Steps.Tests.Stores;

namespace Pipeline.Steps.Tests.Quarters;

public sealed class ReportingExportTests
{
    private readonly InMemoryTableStore _tables = new();

    private async Task<string[]> WriteAsync(ReportingTable table)
    {
        using var stream = new MemoryStream();
        await ReportingExport.WriteAsync(_tables, table, stream);
        string text = Encoding.UTF8.GetString(stream.ToArray());
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        return text[..^1].Split('\n');
    }

    private Task PutAsync(string table, string partitionKey, string rowKey, params (string Column, TableValue Value)[] values) =>
        _tables.SubmitAsync(table, partitionKey, [new RowChange.Insert(rowKey, values.ToDictionary(v => v.Column, v => v.Value))]);

    [Fact]
    public async Task An_empty_table_is_its_header()
    {
        foreach (var table in ReportingTable.All)
            Assert.Equal(["PartitionKey,RowKey," + string.Join(',', table.Columns)], await WriteAsync(table));
    }

    [Fact]
    public async Task Rows_come_in_the_order_of_their_keys_and_absent_values_are_empty()
    {
        await PutAsync("checks", "2025-26-Q1|B", "spot_check|2025-05-01", ("Check", "spot_check"),
            ("CarriedOutOn", new DateOnly(2025, 5, 1)), ("Result", "pass"));
        await PutAsync("checks", "2025-26-Q1|A", "governance|-", ("Check", "governance"), ("QuarterNumber", 1L));

        Assert.Equal(
            ["2025-26-Q1|A,governance|-,,,1,,,,,,governance,,", "2025-26-Q1|B,spot_check|2025-05-01,,,,,,,,,spot_check,2025-05-01,pass"],
            (await WriteAsync(ReportingTable.Of<CheckRow>()))[1..]);
    }

    [Theory]
    [InlineData("=1+1", "\"'=1+1\"")]
    [InlineData("@SUM(A1)", "\"'@SUM(A1)\"")]
    [InlineData("-5", "\"'-5\"")]
    [InlineData("+44", "\"'+44\"")]
    [InlineData("a=b", "a=b")]
    [InlineData("a, b", "\"a, b\"")]
    [InlineData("say \"a\"", "\"say \"\"a\"\"\"")]
    public async Task Text_is_guarded_against_spreadsheet_formulas(string text, string written)
    {
        await PutAsync("checks", "p", "r", ("Result", text));

        Assert.EndsWith("," + written, (await WriteAsync(ReportingTable.Of<CheckRow>()))[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1234567L, 0.1, "-1234567,0.1")]
    [InlineData(0L, 0.0001, "0,0.0001")]
    [InlineData(long.MaxValue, 1e15, "9223372036854775807,1000000000000000")]
    [InlineData(1L, -12.5, "1,-12.5")]
    public async Task Numbers_are_plain_digits(long count, double value, string written)
    {
        await PutAsync("measures", "p", "r", ("Count", count), ("Value", value));

        Assert.EndsWith(",,," + written, (await WriteAsync(ReportingTable.Of<MeasureRow>()))[1], StringComparison.Ordinal);
    }
}
