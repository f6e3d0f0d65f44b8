using Parquet;
using Parquet.Schema;
using Pipeline.Core.Reporting;
using Pipeline.Steps.Quarters;

namespace Pipeline.Steps.Tests.Quarters;

/// <summary>The reporting tables as Parquet files, read back and compared with the tables.</summary>
public sealed class TableFilesTests
{
    [Fact]
    public async Task Files_say_what_the_tables_say_of_the_quarter()
    {
        var world = await TestPipeline.Released();
        await world.Take("submissions/acme/HL-001/2025-26-Q2/hours.csv", "month,commissioned_hours,delivered_hours\n");
        await world.RefreshAsync();
        await NotedAsync(world);

        Assert.True(await world.TableFiles.WriteSettledAsync(TestPipeline.Q1));

        int rows = 0;
        foreach (var table in ReportingTable.All)
        {
            string partition = table.Name == "contracts" ? "2025-26" : "2025-26-Q1";
            var stored = await world.Tables.ScanAsync(table.Name)
                .Where(row => row.PartitionKey == partition || row.PartitionKey.StartsWith(partition + "|", StringComparison.Ordinal))
                .ToListAsync();
            var read = await ReadAsync(world, TableFiles.PathOf(table, TestPipeline.Q1));

            Assert.Equal(["PartitionKey", "RowKey", .. table.Columns], read.Columns);
            Assert.Equal(
                stored.Select(row =>
                    Line([row.PartitionKey, row.RowKey, .. table.Columns.Select(c => ValueOf(row.Values.GetValueOrDefault(c)))])),
                    read.Rows.Select(Line));
            rows += stored.Count;
        }

        Assert.True(rows > 100, $"{rows}");
        Assert.Contains(await world.Tables.ScanAsync("outcomes").ToListAsync(),
            row => row.PartitionKey.StartsWith("2025-26-Q2|", StringComparison.Ordinal));
    }

    [Fact]
    public async Task They_are_written_once_the_quarter_has_settled_and_again_only_after_a_change()
    {
        var world = await TestPipeline.Reviewed();
        Assert.False(await world.TableFiles.WriteSettledAsync(TestPipeline.Q1));
        await world.TableFiles.NoteAsync(TestPipeline.Q1);
        world.Clock.Now = world.Clock.Now.AddMinutes(10).AddSeconds(-1);
        Assert.False(await world.TableFiles.WriteSettledAsync(TestPipeline.Q1));

        world.Clock.Now = world.Clock.Now.AddSeconds(1);
        Assert.True(await world.TableFiles.WriteSettledAsync(TestPipeline.Q1));
        Assert.False(await world.TableFiles.WriteSettledAsync(TestPipeline.Q1));

        await NotedAsync(world);
        await world.Take("submissions/acme/HL-001/2025-26-Q1/evidence-3.csv", TestPipeline.Evidence(3));
        Assert.False(await world.TableFiles.WriteSettledAsync(TestPipeline.Q1));
        await world.RefreshAsync();
        Assert.True(await world.TableFiles.WriteSettledAsync(TestPipeline.Q1));
    }

    /// <summary>The note is older than what is read; one that comes meanwhile makes the files be written again.</summary>
    [Fact]
    public async Task A_change_while_they_are_written_has_them_written_again()
    {
        var world = await TestPipeline.Reviewed();
        await NotedAsync(world);
        bool changed = false;
        world.Calls.Hook = async call =>
        {
            if (!changed && call.Operation == "QueryPartitions" && call.Target == "payments/2025-26-Q1")
            {
                changed = true;
                await world.TableFiles.NoteAsync(TestPipeline.Q1);
                world.Clock.Now = world.Clock.Now.AddMinutes(11);
            }

            return null;
        };

        Assert.True(await world.TableFiles.WriteSettledAsync(TestPipeline.Q1));

        Assert.True(changed);
        Assert.True(await world.TableFiles.WriteSettledAsync(TestPipeline.Q1));
        Assert.False(await world.TableFiles.WriteSettledAsync(TestPipeline.Q1));
    }

    [Fact]
    public async Task Numbers_are_numbers_days_are_timestamps_in_UTC_and_a_day_that_there_is_not_is_absent()
    {
        var world = await TestPipeline.Reviewed();
        using var file = new MemoryStream();
        await ReportingParquet.WriteAsync(world.Tables.ScanAsync("returns"), ReportingTable.Of<ReturnRow>(), file);
        file.Position = 0;

        await using var parquet = await ParquetReader.CreateAsync(file);

        var fields = parquet.Schema.GetDataFields().ToDictionary(f => f.Name);
        Assert.Equal(typeof(long), fields["CurrentVersion"].ClrType);
        Assert.True(Assert.IsType<DateTimeDataField>(fields["DueOn"]).IsAdjustedToUTC);
        Assert.True(fields["DueOn"].IsNullable);
    }

    [Fact]
    public async Task A_table_without_rows_has_its_columns()
    {
        var world = new TestPipeline();
        using var file = new MemoryStream();

        Assert.Equal(0, await ReportingParquet.WriteAsync(world.Tables.ScanAsync("outcomes"), ReportingTable.Of<OutcomeRow>(), file));

        file.Position = 0;
        await using var parquet = await ParquetReader.CreateAsync(file);
        Assert.Equal(ReportingTable.Of<OutcomeRow>().Columns.Count + 2, parquet.Schema.GetDataFields().Length);
    }

    /// <summary>So long ago that the quarter has settled since.</summary>
    private static async Task NotedAsync(TestPipeline world)
    {
        await world.TableFiles.NoteAsync(TestPipeline.Q1);
        world.Clock.Now = world.Clock.Now.AddMinutes(10);
    }

    private static string Line(IEnumerable<object?> values) => string.Join(" | ", values.Select(value => value switch
    {
        null => "-",
        DateTime instant => instant.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
        IFormattable number => $"{value.GetType().Name} {number.ToString(null, System.Globalization.CultureInfo.InvariantCulture)}",
        _ => $"{value.GetType().Name} {value}",
    }));

    private static object? ValueOf(TableValue? value) => value switch
    {
        null => null,
        TableValue.Text text => text.Value,
        TableValue.Whole whole => whole.Value,
        TableValue.Fraction fraction => fraction.Value,
        TableValue.YesNo yesNo => yesNo.Value,
        TableValue.Instant instant => instant.Value.UtcDateTime,
        _ => throw new ArgumentException("There is no other value.", nameof(value)),
    };

    private static async Task<(IReadOnlyList<string> Columns, IReadOnlyList<object?[]> Rows)> ReadAsync(AllSteps world, string path)
    {
        using var whole = new MemoryStream();
        await using (var stream = await world.Files.OpenReadAsync(path))
            await stream.CopyToAsync(whole);
        whole.Position = 0;
        await using var parquet = await ParquetReader.CreateAsync(whole);
        var fields = parquet.Schema.GetDataFields();
        var rows = new List<object?[]>();
        foreach (var group in parquet.RowGroups)
        {
            var columns = new List<object?[]>();
            foreach (var field in fields)
                columns.Add(await ColumnAsync(group, field, (int)group.RowCount));
            for (int row = 0; row < group.RowCount; row++)
                rows.Add([.. columns.Select(column => column[row])]);
        }

        return ([.. fields.Select(f => f.Name)], rows);
    }

    private static async Task<object?[]> ColumnAsync(ParquetRowGroupReader group, DataField field, int rows)
    {
        if (field.ClrType == typeof(string) || field.ClrType == typeof(ReadOnlyMemory<char>))
        {
            var texts = new string?[rows];
            await group.ReadAsync(field, texts.AsMemory());
            return texts;
        }

        return field.ClrType == typeof(long) ? await ValuesAsync<long>()
            : field.ClrType == typeof(double) ? await ValuesAsync<double>()
            : field.ClrType == typeof(bool) ? await ValuesAsync<bool>()
            : await ValuesAsync<DateTime>();

        async Task<object?[]> ValuesAsync<T>()
            where T : struct
        {
            var values = new T?[rows];
            await group.ReadAsync<T>(field, values.AsMemory());
            return [.. values.Select(value => (object?)value)];
        }
    }
}
