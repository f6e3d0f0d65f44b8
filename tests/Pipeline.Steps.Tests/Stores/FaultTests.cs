using Pipeline.Core.Reporting;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Tests.Stores;

/// <summary>What can be made to go wrong with the in-memory stores.</summary>
public sealed class FaultTests
{
    private readonly StoreCalls _calls = new();
    private readonly InMemoryFileStore _files;
    private readonly InMemoryTableStore _tables;

    public FaultTests()
    {
        _files = new InMemoryFileStore(TimeProvider.System, _calls);
        _tables = new InMemoryTableStore(_calls);
    }

    [Fact]
    public async Task Calls_are_numbered_over_both_stores_and_writes_are_asked_about_twice()
    {
        var asked = new List<StoreCall>();
        _calls.Hook = call =>
        {
            asked.Add(call);
            return ValueTask.FromResult<Fault?>(null);
        };

        await Create("archive/a");
        await Insert("r");
        await _files.StatAsync("archive/a");
        await Names();
        await _files.OpenReadAsync("archive/a");
        await _tables.GetAsync("outcomes", "p", "r");
        await Keys();
        await ScannedKeys();
        await _files.WriteAsync("archive/a", new MemoryStream());

        Assert.Equal(
            [
                new(1, "Create", "archive/a", Moment.Before), new(1, "Create", "archive/a", Moment.After),
                new(2, "Submit", "outcomes/p", Moment.Before), new(2, "Submit", "outcomes/p", Moment.After),
                new(3, "Stat", "archive/a", Moment.Before), new(4, "List", "archive/", Moment.Before),
                new(5, "OpenRead", "archive/a", Moment.Before),
                new(6, "Get", "outcomes/p", Moment.Before), new(7, "Query", "outcomes/p", Moment.Before),
                new(8, "Scan", "outcomes", Moment.Before),
                new(9, "Write", "archive/a", Moment.Before), new(9, "Write", "archive/a", Moment.After),
            ],
            asked);
    }

    [Theory]
    [InlineData(Moment.Before, false)]
    [InlineData(Moment.After, true)]
    public async Task A_write_that_is_unavailable_happened_only_when_its_answer_was_lost(Moment moment, bool happened)
    {
        FaultAt(moment, new Fault.Unavailable());
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Create("archive/a"));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Insert("r"));

        _calls.Hook = null;
        Assert.Equal(happened ? ["archive/a"] : [], await Names());
        Assert.Equal(happened ? ["r"] : [], await Keys());
    }

    [Theory]
    [InlineData(Moment.Before, false)]
    [InlineData(Moment.After, true)]
    public async Task A_crash_is_no_error_of_the_store(Moment moment, bool happened)
    {
        FaultAt(moment, new Fault.Crash());
        var crash = await Assert.ThrowsAsync<CrashException>(() => Create("archive/a"));
        await Assert.ThrowsAsync<CrashException>(() => Insert("r"));

        Assert.IsNotAssignableFrom<StoreException>(crash);
        _calls.Hook = null;
        Assert.Equal(happened ? ["archive/a"] : [], await Names());
        Assert.Equal(happened ? ["r"] : [], await Keys());
    }

    [Fact]
    public async Task A_stale_listing_query_or_scan_answers_as_before_the_last_writes()
    {
        await Create("archive/a");
        await Create("archive/b");
        await Insert("r");
        await Insert("s");

        FaultAt(Moment.Before, new Fault.Stale(1));
        Assert.Equal(["archive/a"], await Names());
        Assert.Equal(["r"], await Keys());
        Assert.Equal(["r"], await ScannedKeys());

        FaultAt(Moment.Before, new Fault.Stale(1000));
        Assert.Empty(await Names());
        Assert.Empty(await Keys());
        Assert.Empty(await ScannedKeys());
    }

    [Fact]
    public async Task Stale_means_nothing_to_a_call_for_one_file_or_row()
    {
        FaultAt(Moment.Before, new Fault.Stale(1));
        await Create("archive/a");
        await Insert("r");

        Assert.NotNull(await _files.StatAsync("archive/a"));
        Assert.NotNull(await _tables.GetAsync("outcomes", "p", "r"));
        await Assert.ThrowsAsync<StoreAlreadyExistsException>(() => Create("archive/a"));
    }

    [Fact]
    public async Task A_hook_that_waits_lets_another_call_overtake()
    {
        var held = new TaskCompletionSource();
        _calls.Hook = async call =>
        {
            if (call.Number == 1)
                await held.Task;
            return null;
        };

        var first = Insert("r");
        await Insert("r");
        held.SetResult();

        await Assert.ThrowsAsync<StoreAlreadyExistsException>(() => first);
    }

    private void FaultAt(Moment moment, Fault fault) => _calls.Hook = call => ValueTask.FromResult(call.Moment == moment ? fault : null);

    private Task<string> Create(string path) => _files.CreateAsync(path, new MemoryStream());

    private Task Insert(string rowKey) =>
        _tables.SubmitAsync("outcomes", "p", [new RowChange.Insert(rowKey, new Dictionary<string, TableValue>())]);

    private async Task<List<string>> Names() => await _files.ListAsync("archive/").Select(file => file.Path).ToListAsync();

    private async Task<List<string>> Keys() => await _tables.QueryAsync("outcomes", "p").Select(row => row.RowKey).ToListAsync();

    private async Task<List<string>> ScannedKeys() => await _tables.ScanAsync("outcomes").Select(row => row.RowKey).ToListAsync();
}
