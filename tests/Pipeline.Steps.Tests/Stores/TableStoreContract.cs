using Pipeline.Core.Reporting;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Tests.Stores;

/// <summary>What every table store promises (see <see cref="ITableStore"/>). A store's own test class derives from this one.</summary>
public abstract class TableStoreContract
{
    private const string Table = "outcomes";
    private const string Partition = "2025-26-Q1|C1";

    public static TheoryData<TableValue> ValuesOfEveryKind =>
    [
        "", "text", "quotes \" ' and \\ and / and <&>", "line\r\nbreak\ttab", "é ẞ 中 😀 \uFFFD \u2028", "2025-04-01", "12", "true",
        "{\"fraction\": 1}",
        new string('x', TableLimits.TextBytes / 2),
        0L, 1L, -1L, long.MinValue, long.MaxValue,
        0.0, -0.0, 1.0, 0.1, 1 / 3.0, double.MaxValue, double.MinValue, double.Epsilon, 1e-300, 100.25,
        true, false,
        new DateOnly(1601, 1, 1), new DateOnly(2025, 4, 1), new DateOnly(9999, 12, 31),
        new DateTimeOffset(2025, 4, 1, 9, 30, 0, TimeSpan.FromHours(1)), DateTimeOffset.MaxValue,
        new DateTimeOffset(2025, 4, 1, 0, 0, 0, TimeSpan.Zero).AddTicks(1),
    ];

    /// <summary>The same store, empty at first, throughout one test.</summary>
    protected abstract ITableStore Store { get; }

    /// <summary>Whether it tells -0 from 0.</summary>
    protected virtual bool KeepsTheSignOfZero => true;

    [Theory]
    [MemberData(nameof(ValuesOfEveryKind), DisableDiscoveryEnumeration = true)]
    public async Task A_value_comes_back_as_it_was(TableValue value)
    {
        await Submit(new RowChange.Insert("r", Values(("Column", value))));

        var column = Assert.Single((await Get("r"))!.Values);
        Assert.Equal("Column", column.Key);
        Assert.Equal(value, column.Value);
        if (value is TableValue.Fraction fraction && (fraction.Value != 0 || KeepsTheSignOfZero))
            Assert.Equal(BitConverter.DoubleToInt64Bits(fraction.Value),
                BitConverter.DoubleToInt64Bits(((TableValue.Fraction)column.Value).Value));
    }

    [Fact]
    public async Task A_row_comes_back_with_its_keys_and_all_its_columns_however_it_is_read()
    {
        var values = Values(("Need", 5L), ("need", 6L), ("OutcomeCode", "housing"), ("_Late", true), ("Value", 0.5),
            ("DueOn", new DateOnly(2025, 7, 14)));
        await Submit(new RowChange.Insert("housing|adults", values));

        foreach (var row in (TableRow[])[(await Get("housing|adults"))!, Assert.Single(await Query()), Assert.Single(await Scan())])
        {
            Assert.Equal((Partition, "housing|adults"), (row.PartitionKey, row.RowKey));
            Assert.Equal(values.OrderBy(v => v.Key, StringComparer.Ordinal), row.Values.OrderBy(v => v.Key, StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task A_row_may_have_no_columns_and_the_most_columns()
    {
        var most = Enumerable.Range(1, TableLimits.Columns).ToDictionary(n => $"Column{n}", n => (TableValue)(long)n);
        await Submit(new RowChange.Insert("none", Values()), new RowChange.Insert("most", most));

        Assert.Empty((await Get("none"))!.Values);
        Assert.Equal(most.OrderBy(v => v.Key), (await Get("most"))!.Values.OrderBy(v => v.Key));
    }

    [Fact]
    public async Task What_the_caller_changes_afterwards_does_not_change_the_row()
    {
        var values = new Dictionary<string, TableValue> { ["Number"] = 1L };
        await Submit(new RowChange.Insert("r", values));
        values["Number"] = 2L;

        Assert.Equal(1L, await Number("r"));
    }

    [Fact]
    public async Task A_table_that_was_never_written_is_empty()
    {
        Assert.Null(await Get("r"));
        Assert.Empty(await Query());
        Assert.Empty(await Scan());
    }

    [Fact]
    public async Task Rows_are_told_apart_by_table_partition_and_row_key()
    {
        await Store.SubmitAsync("outcomes", "p", [Insert("r", 1)]);
        await Store.SubmitAsync("reasons", "p", [Insert("r", 2)]);
        await Store.SubmitAsync("outcomes", "p2", [Insert("r", 3)]);
        await Store.SubmitAsync("outcomes", "P", [Insert("r", 4)]);
        await Store.SubmitAsync("outcomes", "p", [Insert("R", 5)]);
        await Store.SubmitAsync("outcomes", "", [Insert("", 6)]);

        Assert.Equal(1L, NumberOf(await Store.GetAsync("outcomes", "p", "r")));
        Assert.Equal(2L, NumberOf(await Store.GetAsync("reasons", "p", "r")));
        Assert.Equal(3L, NumberOf(await Store.GetAsync("outcomes", "p2", "r")));
        Assert.Equal(4L, NumberOf(await Store.GetAsync("outcomes", "P", "r")));
        Assert.Equal(5L, NumberOf(await Store.GetAsync("outcomes", "p", "R")));
        Assert.Equal(6L, NumberOf(await Store.GetAsync("outcomes", "", "")));
        Assert.Equal([2L], (await All(Store.ScanAsync("reasons"))).Select(NumberOf));
    }

    [Fact]
    public async Task Inserting_what_exists_fails_and_leaves_it_as_it_is()
    {
        await Submit(Insert("r", 1));
        var before = await Get("r");

        await Assert.ThrowsAsync<StoreAlreadyExistsException>(() => Submit(Insert("r", 2)));

        await AssertUnchanged(before!);
    }

    [Fact]
    public async Task A_replace_under_the_ETag_replaces_the_whole_row()
    {
        await Submit(new RowChange.Insert("r", Values(("Number", 1L), ("Old", true))));

        await Submit(new RowChange.Replace("r", Values(("Number", 2L), ("New", true)), (await Get("r"))!.ETag));

        Assert.Equal(["New", "Number"], (await Get("r"))!.Values.Keys.Order());
        Assert.Equal(2L, await Number("r"));
    }

    [Fact]
    public async Task A_replace_under_another_ETag_fails_and_leaves_the_row_as_it_is()
    {
        await Submit(Insert("r", 1));
        var old = (await Get("r"))!.ETag;
        await Submit(Replace("r", 2, old));
        var before = await Get("r");

        await Assert.ThrowsAsync<StoreChangedException>(() => Submit(Replace("r", 3, old)));

        await AssertUnchanged(before!);
    }

    [Fact]
    public async Task A_replace_under_an_ETag_needs_the_row()
    {
        await Submit(Insert("r", 1));
        var etag = (await Get("r"))!.ETag;
        await Submit(new RowChange.Delete("r", etag));

        await Assert.ThrowsAsync<StoreNotFoundException>(() => Submit(Replace("r", 2, etag)));

        Assert.Null(await Get("r"));
    }

    [Fact]
    public async Task A_replace_without_an_ETag_creates_and_replaces()
    {
        await Submit(Replace("r", 1, null));
        await Submit(Replace("r", 2, null));

        Assert.Equal(2L, await Number("r"));
    }

    [Fact]
    public async Task A_delete_under_the_ETag_takes_the_row_away()
    {
        await Submit(Insert("r", 1), Insert("s", 1));

        await Submit(new RowChange.Delete("r", (await Get("r"))!.ETag));

        Assert.Null(await Get("r"));
        Assert.Equal(["s"], (await Query()).Select(row => row.RowKey));
    }

    [Fact]
    public async Task A_delete_under_another_ETag_fails_and_one_under_an_ETag_needs_the_row()
    {
        await Submit(Insert("r", 1));
        var old = (await Get("r"))!.ETag;
        await Submit(Replace("r", 2, null));
        var before = await Get("r");

        await Assert.ThrowsAsync<StoreChangedException>(() => Submit(new RowChange.Delete("r", old)));
        await Assert.ThrowsAsync<StoreNotFoundException>(() => Submit(new RowChange.Delete("s", old)));

        await AssertUnchanged(before!);
    }

    [Fact]
    public async Task A_delete_without_an_ETag_takes_away_whatever_is_there_if_anything()
    {
        await Submit(Insert("r", 1));

        await Submit(new RowChange.Delete("r", null), new RowChange.Delete("never-there", null));

        Assert.Empty(await Query());
    }

    [Fact]
    public async Task An_ETag_changes_with_every_write_and_never_comes_back()
    {
        var seen = new List<string>();
        for (var round = 0; round < 5; round++)
        {
            await Submit(Insert("r", 1));
            seen.Add((await Get("r"))!.ETag);
            await Submit(Replace("r", 1, seen[^1]));
            seen.Add((await Get("r"))!.ETag);
            await Submit(Replace("r", 1, null));
            seen.Add((await Get("r"))!.ETag);
            await Submit(new RowChange.Delete("r", seen[^1]));
        }

        Assert.Equal(seen.Count, seen.Distinct().Count());
    }

    [Fact]
    public async Task A_write_leaves_the_ETags_of_other_rows_as_they_are()
    {
        await Submit(Insert("r", 1), Insert("s", 1));
        var before = await Get("r");

        await Submit(Replace("s", 2, null));

        await AssertUnchanged(before!);
    }

    public static TheoryData<string, int> FailingChanges
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (var kind in (string[])["insert of a row that exists", "replace of a changed row", "replace of a missing row",
                "delete of a changed row", "delete of a missing row"])
            {
                foreach (var position in (int[])[0, 2, 4])
                    cases.Add(kind, position);
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(FailingChanges))]
    public async Task One_failing_change_undoes_the_whole_batch(string kind, int position)
    {
        await Submit(Insert("changed", 1), Insert("replaced", 1), Insert("deleted", 1));
        var old = (await Get("changed"))!.ETag;
        await Submit(Replace("changed", 2, old));
        var before = await Query();

        RowChange failing = kind switch
        {
            "insert of a row that exists" => Insert("changed", 3),
            "replace of a changed row" => Replace("changed", 3, old),
            "replace of a missing row" => Replace("missing", 3, old),
            "delete of a changed row" => new RowChange.Delete("changed", old),
            _ => new RowChange.Delete("missing", old),
        };
        List<RowChange> batch = [Insert("inserted", 3), Replace("replaced", 3, null), new RowChange.Delete("deleted", null),
            Replace("put", 3, null)];
        batch.Insert(position, failing);

        var refusal = await Assert.ThrowsAnyAsync<StoreException>(() => Submit([.. batch]));

        Assert.IsNotType<StoreUnavailableException>(refusal);
        var after = await Query();
        Assert.Equal(before.Select(row => (row.RowKey, row.ETag, NumberOf(row))),
            after.Select(row => (row.RowKey, row.ETag, NumberOf(row))));
    }

    [Fact]
    public async Task After_a_batch_that_failed_the_next_one_goes_through()
    {
        await Submit(Insert("r", 1));
        await Assert.ThrowsAsync<StoreAlreadyExistsException>(() => Submit(Insert("s", 2), Insert("r", 2)));

        await Submit(Insert("s", 3));

        Assert.Equal(3L, await Number("s"));
    }

    [Fact]
    public async Task Rows_come_in_ordinal_order_of_their_keys()
    {
        string[] keys = ["a", "A", "b", "B", "a|b", "a-b", "a0", "aa", "", "10", "9", "09", "é", "e", "ẞ", "中", "\uE000", "\uFFFD",
            "\uFFEE", "😀", "\U0010FFFF", "a b", "~", "_"];
        foreach (var key in keys.Reverse())
            await Submit(Insert(key, 1));

        Assert.Equal(keys.Order(StringComparer.Ordinal), (await Query()).Select(row => row.RowKey));
        Assert.Equal(keys.Order(StringComparer.Ordinal), (await Scan()).Select(row => row.RowKey));
    }

    [Fact]
    public async Task A_scan_comes_in_ordinal_order_of_partition_and_row_key()
    {
        var expected = new List<(string, string)>();
        foreach (var partition in (string[])["b", "a", "a|1", "a-1", "B", "\uFFFD", "😀", "a0"])
        {
            foreach (var row in (string[])["2", "10", "1"])
            {
                await Store.SubmitAsync(Table, partition, [Insert(row, 1)]);
                expected.Add((partition, row));
            }
        }

        Assert.Equal(
            expected.OrderBy(key => key.Item1, StringComparer.Ordinal).ThenBy(key => key.Item2, StringComparer.Ordinal),
            (await Scan()).Select(row => (row.PartitionKey, row.RowKey)));
    }

    [Theory]
    [InlineData(null, null, "a b c|1 c|2 c} d")]
    [InlineData("b", null, "b c|1 c|2 c} d")]
    [InlineData(null, "c|2", "a b c|1")]
    [InlineData("b", "d", "b c|1 c|2 c}")]
    [InlineData("c|", "c}", "c|1 c|2")]
    [InlineData("b1", "c|1", "")]
    [InlineData("b", "b", "")]
    [InlineData("d", "b", "")]
    [InlineData("x", null, "")]
    [InlineData(null, "", "")]
    [InlineData("", "\uFFFF", "a b c|1 c|2 c} d")]
    public async Task A_range_begins_with_its_first_key_and_ends_before_its_last(string? from, string? to, string expected)
    {
        await Submit([.. "a b c|1 c|2 c} d".Split(' ').Select(key => Insert(key, 1))]);
        await Store.SubmitAsync(Table, Partition + "0", [Insert("c", 1)]);

        var rows = await All(Store.QueryAsync(Table, Partition, from, to));

        Assert.Equal(expected, string.Join(' ', rows.Select(row => row.RowKey)));
    }

    [Theory]
    [InlineData("q|b", "q|d", "q|b 1,q|b 2,q|c 1,q|c 2,q|d 1,q|d 2")]
    [InlineData("q|b", "q|b", "q|b 1,q|b 2")]
    [InlineData("q|", "q|B", "q|B 1,q|B 2")]
    [InlineData("q|c0", "q|c9", "")]
    [InlineData("q|d", "q|b", "")]
    [InlineData("q|d", "zz", "q|d 1,q|d 2,q|d-1 1,q|d-1 2,r 1,r 2")]
    public async Task A_range_of_partitions_begins_and_ends_with_its_keys(string from, string to, string expected)
    {
        foreach (var partition in (string[])["q|d-1", "q|d", "q|B", "r", "q|c", "q|b"])
            await Store.SubmitAsync(Table, partition, [Insert("2", 1), Insert("1", 1)]);

        var rows = await All(Store.QueryPartitionsAsync(Table, from, to));

        Assert.Equal(expected, string.Join(',', rows.Select(row => $"{row.PartitionKey} {row.RowKey}")));
        Assert.All(rows, row => Assert.Equal(1L, ((TableValue.Whole)row.Values.Values.Single()).Value));
    }

    [Fact]
    public async Task More_rows_than_one_page_come_all_and_once()
    {
        var keys = Enumerable.Range(0, 2_300).Select(number => $"{number:00000}").ToList();
        foreach (var batch in keys.Chunk(TableLimits.BatchOperations))
            await Submit([.. batch.Select(key => Insert(key, 1))]);

        Assert.Equal(keys, (await Query()).Select(row => row.RowKey));
        Assert.Equal(keys, (await Scan()).Select(row => row.RowKey));
    }

    [Fact]
    public async Task Rows_may_be_written_while_a_query_goes_on()
    {
        await Submit([.. Enumerable.Range(0, 50).Select(number => Insert($"{number:00}", 0))]);

        var seen = 0;
        await foreach (var row in Store.QueryAsync(Table, Partition))
        {
            await Submit(Replace(row.RowKey, 1, row.ETag));
            seen++;
        }

        Assert.Equal(50, seen);
        Assert.All(await Query(), row => Assert.Equal(1L, NumberOf(row)));
    }

    [Fact]
    public async Task A_query_may_be_left_before_its_end()
    {
        await Submit(Insert("r", 1), Insert("s", 2));

        for (var time = 0; time < 20; time++)
        {
            await foreach (var row in Store.QueryAsync(Table, Partition))
            {
                Assert.Equal("r", row.RowKey);
                break;
            }
        }

        await Submit(Replace("r", 3, null));
        Assert.Equal(3L, await Number("r"));
    }

    [Fact]
    public async Task Of_many_who_insert_the_same_row_exactly_one_wins()
    {
        var won = await Task.WhenAll(Enumerable.Range(0, 16).Select(writer => Task.Run(async () =>
        {
            try
            {
                await Submit(Insert("contested", writer), Insert($"mark of {writer}", writer));
                return true;
            }
            catch (StoreAlreadyExistsException)
            {
                return false;
            }
        })));

        Assert.Single(won, true);
        Assert.Equal(["contested", $"mark of {await Number("contested")}"], (await Query()).Select(row => row.RowKey));
    }

    [Fact]
    public async Task Of_many_who_replace_under_the_same_ETag_exactly_one_wins()
    {
        await Submit(Insert("r", -1));
        var etag = (await Get("r"))!.ETag;

        var won = await Task.WhenAll(Enumerable.Range(0, 16).Select(writer => Task.Run(async () =>
        {
            try
            {
                await Submit(Replace("r", writer, etag));
                return writer;
            }
            catch (StoreChangedException)
            {
                return -1;
            }
        })));

        Assert.Equal(await Number("r"), Assert.Single(won, writer => writer >= 0));
    }

    [Fact]
    public async Task No_addition_is_lost_when_many_add_one_under_the_ETag_they_read()
    {
        const int writers = 4, additions = 10;
        await Submit(Insert("r", 0));

        await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(async () =>
        {
            for (var added = 0; added < additions;)
            {
                var row = (await Get("r"))!;
                try
                {
                    await Submit(Replace("r", NumberOf(row) + 1, row.ETag));
                    added++;
                }
                catch (StoreChangedException)
                {
                    // Another was quicker: read again.
                }
            }
        })));

        Assert.Equal(writers * additions, await Number("r"));
    }

    [Fact]
    public async Task A_query_sees_a_batch_whole_or_not_at_all()
    {
        string[] keys = [.. Enumerable.Range(0, 20).Select(number => $"{number:00}")];
        await Submit([.. keys.Select(key => Insert(key, 0))]);
        using var ended = new CancellationTokenSource();

        var writing = Task.Run(async () =>
        {
            for (var round = 1; round <= 40; round++)
                await Submit([.. keys.Select(key => Replace(key, round, null))]);
            await ended.CancelAsync();
        });
        do
        {
            var rows = await Query();
            Assert.Equal(keys.Length, rows.Count);
            Assert.Single(rows.Select(NumberOf).Distinct());
        }
        while (!ended.IsCancellationRequested && !writing.IsFaulted);

        await writing;
    }

    [Fact]
    public async Task A_call_that_is_cancelled_before_it_begins_does_nothing()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Store.SubmitAsync(Table, Partition, [Insert("r", 1)], new CancellationToken(canceled: true)));

        Assert.Null(await Get("r"));
    }

    [Fact]
    public async Task The_largest_batch_is_taken_and_one_more_change_is_not()
    {
        var largest = Enumerable.Range(1, TableLimits.BatchOperations).Select(number => Insert($"{number}", number)).ToArray();
        await Submit(largest);
        Assert.Equal(TableLimits.BatchOperations, (await Query()).Count);

        await AssertRefused([.. Enumerable.Range(1, TableLimits.BatchOperations + 1).Select(number => Insert($"more {number}", number))]);
        await AssertRefused([]);
    }

    [Fact]
    public async Task A_batch_that_breaks_a_limit_is_refused_before_anything_happens()
    {
        await AssertRefused(Insert("r", 1), Insert("r", 2));
        await AssertRefused(Insert("r", 1), Insert("a/b", 2));
        await AssertRefused(Insert("r", 1), Insert(new string('k', 513), 2));
        await AssertRefused(Insert("r", 1), new RowChange.Insert("s", Values(("Text", new string('x', 32_769)))));
        await AssertRefused(Insert("r", 1), new RowChange.Insert("s", Values(("Day", new DateOnly(1600, 12, 31)))));
        await AssertRefused(Insert("r", 1), new RowChange.Insert("s", Values(("Fraction", double.NaN))));
        await AssertRefused(Insert("r", 1), new RowChange.Insert("s", Values(("not a name", true))));
        await AssertRefused(Insert("r", 1),
            new RowChange.Insert("s", Enumerable.Range(0, 253).ToDictionary(n => $"C{n}", _ => (TableValue)true)));
    }

    [Fact]
    public async Task Names_and_keys_that_no_table_can_have_are_refused_by_every_call()
    {
        foreach (var table in (string[])["", "ab", "Outcomes", "out-comes", "1outcomes"])
        {
            await Assert.ThrowsAsync<ArgumentException>(() => Store.GetAsync(table, "p", "r"));
            await Assert.ThrowsAsync<ArgumentException>(() => All(Store.QueryAsync(table, "p")));
            await Assert.ThrowsAsync<ArgumentException>(() => All(Store.ScanAsync(table)));
            await Assert.ThrowsAsync<ArgumentException>(() => Store.SubmitAsync(table, "p", [Insert("r", 1)]));
        }
        await Assert.ThrowsAsync<ArgumentException>(() => Store.GetAsync(Table, "p/", "r"));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.GetAsync(Table, "p", "r#"));
        await Assert.ThrowsAsync<ArgumentException>(() => All(Store.QueryAsync(Table, "p?")));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.SubmitAsync(Table, "p\\", [Insert("r", 1)]));
    }

    [Fact]
    public async Task An_error_never_holds_a_value()
    {
        const string value = "the-value";
        await Submit(new RowChange.Insert("r", Values(("Text", value))));

        StoreException[] errors =
        [
            await Assert.ThrowsAsync<StoreAlreadyExistsException>(() => Submit(new RowChange.Insert("r", Values(("Text", value))))),
            await Assert.ThrowsAsync<StoreChangedException>(() => Submit(new RowChange.Replace("r", Values(("Text", value)), "other"))),
            await Assert.ThrowsAsync<StoreNotFoundException>(() => Submit(new RowChange.Replace("s", Values(("Text", value)), "other"))),
        ];

        Assert.All(errors, error => Assert.DoesNotContain(value, error.ToString(), StringComparison.Ordinal));
    }

    protected static RowChange Insert(string rowKey, long number) => new RowChange.Insert(rowKey, Values(("Number", number)));

    protected static RowChange Replace(string rowKey, long number, string? etag) =>
        new RowChange.Replace(rowKey, Values(("Number", number)), etag);

    protected static Dictionary<string, TableValue> Values(params (string Name, TableValue Value)[] values) =>
        values.ToDictionary(v => v.Name, v => v.Value);

    protected static async Task<List<TableRow>> All(IAsyncEnumerable<TableRow> rows)
    {
        var all = new List<TableRow>();
        await foreach (var row in rows)
            all.Add(row);
        return all;
    }

    protected static long NumberOf(TableRow? row) => ((TableValue.Whole)row!.Values["Number"]).Value;

    protected Task Submit(params RowChange[] changes) => Store.SubmitAsync(Table, Partition, changes);

    protected Task<TableRow?> Get(string rowKey) => Store.GetAsync(Table, Partition, rowKey);

    protected Task<List<TableRow>> Query() => All(Store.QueryAsync(Table, Partition));

    protected Task<List<TableRow>> Scan() => All(Store.ScanAsync(Table));

    protected async Task<long> Number(string rowKey) => NumberOf(await Get(rowKey));

    private async Task AssertRefused(params RowChange[] changes)
    {
        var before = (await Query()).Select(row => (row.RowKey, row.ETag)).ToList();
        await Assert.ThrowsAsync<ArgumentException>(() => Submit(changes));
        Assert.Equal(before, (await Query()).Select(row => (row.RowKey, row.ETag)));
    }

    private async Task AssertUnchanged(TableRow before)
    {
        var after = await Get(before.RowKey);
        Assert.Equal((before.ETag, NumberOf(before)), (after!.ETag, NumberOf(after)));
    }
}
