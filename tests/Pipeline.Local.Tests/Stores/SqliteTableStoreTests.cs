using System.Text;
using Microsoft.Data.Sqlite;
using Pipeline.Local.Stores;
using Pipeline.Steps.Stores;
using Pipeline.Steps.Tests.Stores;

namespace Pipeline.Local.Tests.Stores;

public sealed class SqliteTableStoreTests : TableStoreContract, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly SqliteTableStore _store;

    public SqliteTableStoreTests() => _store = new SqliteTableStore(Database);

    protected override ITableStore Store => _store;

    private string Database => _folder.At("workspace", "tables.db");

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_was_written_is_there_when_the_database_is_opened_again()
    {
        await Submit(Insert("r", 7));
        var etag = (await Get("r"))!.ETag;
        _store.Dispose();

        using var again = new SqliteTableStore(Database);
        var row = await again.GetAsync("outcomes", "2025-26-Q1|C1", "r");

        Assert.Equal((7L, etag), (NumberOf(row), row!.ETag));
        await again.SubmitAsync("outcomes", "2025-26-Q1|C1", [Replace("r", 8, etag)]);
    }

    [Fact]
    public void The_database_keeps_a_write_ahead_log_and_ordinal_text()
    {
        using var connection = Connect();

        Assert.Equal("wal", Ask(connection, "PRAGMA journal_mode"));
        Assert.Equal("UTF-16be", Ask(connection, "PRAGMA encoding"));
    }

    [Fact]
    public async Task A_person_with_an_SQLite_shell_can_read_the_rows()
    {
        await Submit(new RowChange.Insert("r",
            Values(("Title", "Café <&> \"x\""), ("Need", 5L), ("Late", true), ("Value", 0.5), ("DueOn", new DateOnly(2025, 7, 14)))));

        using var connection = Connect();

        Assert.Equal(
            """{"Title":"Café <&> \"x\"","Need":5,"Late":true,"Value":{"fraction":0.5},"DueOn":{"instant":"2025-07-14T00:00:00.0000000Z"}}""",
            Encoding.UTF8.GetString(
                Assert.IsType<byte[]>(Ask(connection, "SELECT columns FROM rows WHERE table_name = 'outcomes' AND row_key = 'r'"))));
    }

    [Fact]
    public async Task Two_stores_on_one_database_are_one_store()
    {
        using var other = new SqliteTableStore(Database);
        await Submit(Insert("r", 0));
        Assert.Equal((await Get("r"))!.ETag, (await other.GetAsync("outcomes", "2025-26-Q1|C1", "r"))!.ETag);

        await Task.WhenAll(((ITableStore[])[_store, other, _store, other]).Select(one => Task.Run(async () =>
        {
            for (var added = 0; added < 25;)
            {
                var row = (await one.GetAsync("outcomes", "2025-26-Q1|C1", "r"))!;
                try
                {
                    await one.SubmitAsync("outcomes", "2025-26-Q1|C1", [Replace("r", NumberOf(row) + 1, row.ETag)]);
                    added++;
                }
                catch (StoreChangedException)
                {
                    // Another was quicker: read again.
                }
            }
        })));

        Assert.Equal(100L, await Number("r"));
    }

    [Fact]
    public async Task Many_stores_may_open_a_new_database_at_once()
    {
        var file = _folder.At("another", "tables.db");
        var stores = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => new SqliteTableStore(file))));
        try
        {
            await Task.WhenAll(stores.Select((one, at) => Task.Run(() => one.SubmitAsync("outcomes", "p", [Insert($"{at}", at)]))));

            var rows = await All(stores[0].QueryAsync("outcomes", "p"));
            Assert.Equal(Enumerable.Range(0, 8).Select(at => (long)at), rows.Select(NumberOf));
            Assert.Equal(8, rows.Select(row => row.ETag).Distinct().Count());
        }
        finally
        {
            foreach (var one in stores)
                one.Dispose();
        }
    }

    [Fact]
    public async Task A_query_goes_on_with_the_rows_as_they_were_when_it_began()
    {
        await Submit(Insert("a", 1), Insert("b", 1), Insert("c", 1));

        var seen = new List<(string, long)>();
        await foreach (var row in Store.QueryAsync("outcomes", "2025-26-Q1|C1"))
        {
            if (seen.Count == 0)
                await Submit(Replace("b", 2, null), new RowChange.Delete("c", null), Insert("d", 2));
            seen.Add((row.RowKey, NumberOf(row)));
        }

        Assert.Equal([("a", 1L), ("b", 1L), ("c", 1L)], seen);
    }

    [Fact]
    public async Task Reading_goes_on_while_another_process_writes()
    {
        await Submit(Insert("r", 1));
        using var connection = Connect();
        Ask(connection, "BEGIN IMMEDIATE");

        Assert.Equal(1L, await Number("r"));
        Assert.Single(await Query());
    }

    [Fact]
    public async Task A_process_that_never_stops_writing_makes_the_store_unavailable_and_nothing_happens()
    {
        using var impatient = new SqliteTableStore(Database, TimeSpan.FromSeconds(1));
        using var connection = Connect();
        Ask(connection, "BEGIN IMMEDIATE");

        await Assert.ThrowsAsync<StoreUnavailableException>(() => impatient.SubmitAsync("outcomes", "p", [Insert("r", 1)]));

        Ask(connection, "ROLLBACK");
        Assert.Empty(await Scan());
        await impatient.SubmitAsync("outcomes", "p", [Insert("r", 1)]);
    }

    [Fact]
    public async Task Another_processs_transaction_is_waited_for()
    {
        using var connection = Connect();
        Ask(connection, "BEGIN IMMEDIATE");
        var submitting = Task.Run(() => Submit(Insert("r", 1)));
        await Task.Delay(50);
        Assert.False(submitting.IsCompleted);
        Ask(connection, "COMMIT");

        await submitting;
        Assert.Equal(1L, await Number("r"));
    }

    [Fact]
    public async Task A_full_disk_makes_the_store_unavailable_and_undoes_the_batch()
    {
        await Submit(Insert("r", 1));
        var before = await Get("r");
        Ask(_store.WritingConnection, "PRAGMA max_page_count = 1");

        var text = new string('x', 30_000);
        await Assert.ThrowsAsync<StoreUnavailableException>(() =>
            Submit(Replace("r", 2, null), new RowChange.Insert("s", Values(("Text", text))),
                new RowChange.Insert("t", Values(("Text", text)))));

        Assert.Equal(before!.ETag, (await Get("r"))!.ETag);
        Assert.Equal(["r"], (await Query()).Select(row => row.RowKey));
        Ask(_store.WritingConnection, "PRAGMA max_page_count = 1000000");
        await Submit(new RowChange.Insert("s", Values(("Text", text))));
    }

    [Fact]
    public async Task A_database_that_may_only_be_read_makes_writing_unavailable()
    {
        await Submit(Insert("r", 1));
        Ask(_store.WritingConnection, "PRAGMA query_only = 1");

        await Assert.ThrowsAsync<StoreUnavailableException>(() => Submit(Replace("r", 2, null)));

        Assert.Equal(1L, await Number("r"));
    }

    [Fact]
    public void What_is_no_database_is_unavailable()
    {
        var file = _folder.At("text.db");
        File.WriteAllText(file, new string('x', 10_000));

        Assert.Throws<StoreUnavailableException>(() => new SqliteTableStore(file));
        Assert.Throws<StoreUnavailableException>(() => new SqliteTableStore(Path.Join(file, "below.db")));
        Assert.Throws<StoreUnavailableException>(() => new SqliteTableStore(_folder.Path));
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        return connection;
    }

    private static object? Ask(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
