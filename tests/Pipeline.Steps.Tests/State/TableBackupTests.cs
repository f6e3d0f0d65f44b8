using System.Text;
using System.Text.RegularExpressions;
using Pipeline.Core.Reporting;
using Pipeline.Steps.State;
using Pipeline.Steps.Stores;
using Pipeline.Steps.Tests.Stores;

namespace Pipeline.Steps.Tests.State;

public sealed class TableBackupTests
{
    private static readonly DateOnly Day = new(2025, 7, 10);

    [Fact]
    public async Task Every_fact_comes_back_as_it_was()
    {
        var world = await TestPipeline.Released();
        await world.Confirm("july", ("core", 1, "paid"));
        var empty = new InMemoryTableStore(new StoreCalls());

        long made = await new TableBackup(world.Files, world.Tables).MakeAsync(Day);
        long restored = await new TableBackup(world.Files, empty).RestoreAsync(Day);

        Assert.True(made > 10);
        Assert.Equal(made, restored);
        foreach (string table in TableBackup.Facts)
            Assert.Equal(await RowsAsync(world.Tables, table), await RowsAsync(empty, table));
    }

    [Fact]
    public async Task Every_kind_of_value_comes_back_as_it_was()
    {
        var (files, tables, restored) = (new InMemoryFileStore(new SetClock(default), new StoreCalls()),
            new InMemoryTableStore(new StoreCalls()), new InMemoryTableStore(new StoreCalls()));
        var values = new Dictionary<string, TableValue>
        {
            ["Text"] = "a \"quoted\"\nline", ["Whole"] = long.MaxValue, ["Fraction"] = 0.1, ["YesNo"] = true,
            ["Instant"] = new DateTimeOffset(2025, 7, 10, 1, 2, 3, TimeSpan.Zero).AddTicks(1234567),
        };
        await tables.SubmitAsync("ledger", "a|b", [new RowChange.Insert("r", values)]);

        await new TableBackup(files, tables).MakeAsync(Day);
        await new TableBackup(files, restored).RestoreAsync(Day);

        Assert.Equal(await RowsAsync(tables, "ledger"), await RowsAsync(restored, "ledger"));
    }

    [Fact]
    public async Task Whatever_the_reporting_tables_hold_is_no_fact()
    {
        var world = await TestPipeline.Released();
        var known = new HashSet<string>();
        world.Calls.Hook = call =>
        {
            known.Add(call.Target.Split('/')[0]);
            return default;
        };
        await world.PayAsync().ContinueWith(_ => { }, TaskScheduler.Default);
        await world.RefreshAsync();

        // Each table that the steps touch is either copied or made anew.
        var made = ReportingTable.All.Select(t => t.Name);
        string[] files = ["archive", "confirmations", "payments", "receipts", "reference", "reports", "reviews", "runs", "statements",
            "submissions", "quarantine"];
        // Whether a sweep is owed is written by the restore itself.
        Assert.Empty(known.Except([.. TableBackup.Facts, .. made, "sums", "figures", "sweeps", .. files]));
    }

    [Fact]
    public async Task A_copy_that_was_interrupted_is_none()
    {
        var world = await TestPipeline.Released();
        world.Calls.Hook = call => ValueTask.FromResult<Fault?>(call is { Operation: "Write", Moment: Moment.Before }
            && call.Target.EndsWith("uploads.jsonl", StringComparison.Ordinal) ? new Fault.Unavailable() : null);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => new TableBackup(world.Files, world.Tables).MakeAsync(Day));

        world.Calls.Hook = null;
        Assert.False(await world.TableBackup.IsThereAsync(Day));
        await Assert.ThrowsAsync<StoreNotFoundException>(() => world.TableBackup.RestoreAsync(Day));
    }

    [Fact]
    public async Task A_copy_that_an_earlier_version_made_comes_back_without_the_tables_that_it_did_not_have()
    {
        var world = await TestPipeline.Released();
        await world.TableBackup.MakeAsync(Day);
        var older = new InMemoryFileStore(new SetClock(default), new StoreCalls());
        foreach (string table in TableBackup.Facts.Except(["held", "senders", "published"]))
        {
            await using var copied = await world.Files.OpenReadAsync($"backups/2025-07-10/{table}.jsonl");
            await older.WriteAsync($"backups/2025-07-10/{table}.jsonl", copied);
        }

        using var reader = new StreamReader(await world.Files.OpenReadAsync("backups/2025-07-10/backup.json"));
        string mark = await reader.ReadToEndAsync();
        var empty = new InMemoryTableStore(new StoreCalls());
        // Of a file that the mark tells of, something is lost.
        await WriteMarkAsync(mark);
        await Assert.ThrowsAsync<StoreNotFoundException>(() => new TableBackup(older, empty).RestoreAsync(Day));

        await WriteMarkAsync(Regex.Replace(mark, "\"(held|senders|published)\":[0-9]+,?", "").Replace(",}", "}", StringComparison.Ordinal));
        await new TableBackup(older, empty).RestoreAsync(Day);

        Assert.Equal(await RowsAsync(world.Tables, "ledger"), await RowsAsync(empty, "ledger"));
        Assert.Equal(await RowsAsync(world.Tables, "uploads"), await RowsAsync(empty, "uploads"));
        await WriteMarkAsync("{");
        await Assert.ThrowsAsync<StoreUnavailableException>(() => new TableBackup(older, empty).RestoreAsync(Day));

        async Task WriteMarkAsync(string text)
        {
            using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
            await older.WriteAsync("backups/2025-07-10/backup.json", content);
        }
    }

    [Fact]
    public async Task A_table_that_fails_while_it_is_copied_fails_the_copy()
    {
        var world = await TestPipeline.Released();
        world.Calls.Hook = call =>
            ValueTask.FromResult<Fault?>(call is { Operation: "Scan", Target: "uploads" } ? new Fault.Unavailable() : null);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => new TableBackup(world.Files, world.Tables).MakeAsync(Day));
    }

    private static async Task<IReadOnlyList<string>> RowsAsync(ITableStore tables, string table)
    {
        var rows = new List<string>();
        await foreach (var row in tables.ScanAsync(table))
            rows.Add(
                $"{row.PartitionKey} {row.RowKey} "
                + $"{string.Join(' ', row.Values.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => $"{v.Key}={v.Value.GetType().Name} {v.Value}"))}");
        return rows;
    }
}
