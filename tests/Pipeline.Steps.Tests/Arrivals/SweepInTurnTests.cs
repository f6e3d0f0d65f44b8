using Pipeline.Core.Submissions;
using Pipeline.Steps.Arrivals;
using Pipeline.Steps.State;
using Pipeline.Steps.Tests.Stores;

namespace Pipeline.Steps.Tests.Arrivals;

/// <summary>Submissions that are many rest between sweeps, and nothing that came without an event is lost by it.</summary>
public sealed class SweepInTurnTests
{
    private const string Hours = "month,commissioned_hours,delivered_hours\n";
    private const string Old = "submissions/acme/HL-001/2024-25-Q1/hours.csv", Theirs = "submissions/beta/HL-003/2025-26-Q1/hours.csv";

    private TestPipeline _world = new();

    [Fact]
    public async Task A_file_of_an_old_quarter_that_came_without_an_event_is_found_when_the_submissions_have_rested()
    {
        await WithSixAsync(mostAtOnce: 2);
        await _world.Put(Old, Hours);
        Assert.Equal([], await AfterAsync(minutes: 15, mostAtOnce: 2));
        Assert.Equal([], await AfterAsync(minutes: 29, mostAtOnce: 2));
        // Six files at two a quarter of an hour.
        Assert.Equal([Old], await AfterAsync(minutes: 1, mostAtOnce: 2));
    }

    [Fact]
    public async Task While_they_rest_nobody_lists_them_and_all_else_is_looked_at()
    {
        await WithSixAsync(mostAtOnce: 2);
        await _world.Put("reviews/2025-26-Q1/checks.csv", "contract,check,carried_out_on,result\n");
        var asked = new List<string>();
        _world.Calls.Hook = call =>
        {
            if (call is { Operation: "List", Moment: Moment.Before })
                asked.Add(call.Target);
            return default;
        };

        Assert.Equal(["reviews/2025-26-Q1/checks.csv"], await AfterAsync(minutes: 15, mostAtOnce: 2));

        Assert.Equal(["reference/", "reviews/", "confirmations/"], asked);
    }

    /// <summary>Twice as many rest twice as long: a sweep costs what one of so many costs that they do not rest.</summary>
    [Theory]
    [InlineData(50, 20)]
    [InlineData(100, 10)]
    [InlineData(250, 4)]
    [InlineData(1_000, 1)]
    public async Task In_the_long_run_as_many_files_are_looked_at_however_many_there_are(int submissions, int looks)
    {
        _world = await TestPipeline.Reviewed();
        for (int there = await _world.Files.ListAsync("submissions/").CountAsync(); there < submissions; there++)
            await _world.Put($"submissions/acme/HL-001/2025-26-Q1/hours-{there}.csv", Hours);
        await AfterAsync(minutes: 0, mostAtOnce: 50);
        await AfterAsync(minutes: 0, mostAtOnce: 50);
        int looked = 0;
        _world.Calls.Hook = call =>
        {
            looked += call is { Operation: "List", Target: "submissions/" } ? 1 : 0;
            return default;
        };

        for (int sweep = 0; sweep < 20; sweep++)
            Assert.Equal([], await AfterAsync(minutes: 15, mostAtOnce: 50));

        Assert.Equal(looks, looked);
    }

    [Fact]
    public async Task Few_are_looked_at_by_every_sweep()
    {
        await WithSixAsync(mostAtOnce: 6);
        await _world.Put(Old, Hours);
        Assert.Equal([Old], await AfterAsync(minutes: 0, mostAtOnce: 6));
    }

    [Fact]
    public async Task They_do_not_rest_when_one_of_them_could_not_be_taken_in()
    {
        await WithSixAsync(mostAtOnce: 2);
        await _world.Put(Old, Hours);
        _world.Calls.Hook = call => ValueTask.FromResult<Fault?>(call is { Operation: "OpenRead", Target: Old, Moment: Moment.Before }
            ? new Fault.Unavailable() : null);
        Assert.Equal([], await AfterAsync(minutes: 45, mostAtOnce: 2));
        _world.Calls.Hook = null;
        Assert.Equal([Old], await AfterAsync(minutes: 15, mostAtOnce: 2));
    }

    /// <summary>It lay in quarantine, since the register did not know its contract.</summary>
    [Fact]
    public async Task They_do_not_rest_when_the_register_has_changed()
    {
        await WithSixAsync(mostAtOnce: 2);
        await _world.Put(Theirs, Hours);
        Assert.Equal([Theirs], await AfterAsync(minutes: 45, mostAtOnce: 2));
        Assert.Null(await _world.Uploads.CurrentCountsAsync(Slot.At(Theirs)!));
        await _world.Take("reference/contracts.csv", TestPipeline.Register("100000.00", "HL-001 HL-002 HL-003"));
        Assert.Equal([Theirs], await AfterAsync(minutes: 15, mostAtOnce: 2));
        Assert.NotNull(await _world.Uploads.CurrentCountsAsync(Slot.At(Theirs)!));
    }

    /// <summary>What came since the copy is not in them, though its file is older than the last sweep.</summary>
    [Fact]
    public async Task They_do_not_rest_when_older_tables_were_restored()
    {
        await WithSixAsync(mostAtOnce: 2);
        var day = new DateOnly(2025, 7, 10);
        await _world.TableBackup.MakeAsync(day);
        await _world.Put(Old, Hours);
        await _world.TableBackup.RestoreAsync(day);
        Assert.Equal([Old], await AfterAsync(minutes: 0, mostAtOnce: 2));
    }

    private async Task WithSixAsync(long mostAtOnce)
    {
        _world = await TestPipeline.Reviewed();
        foreach (string dataset in (string[])["outcomes", "referrals", "incidents", "feedback", "social-value"])
            await _world.Put($"submissions/acme/HL-001/2025-26-Q1/{dataset}.csv", "");
        Assert.Equal(5, (await AfterAsync(minutes: 0, mostAtOnce)).Count);
        // From the second sweep of many on it is known which register they were swept with.
        Assert.Equal([], await AfterAsync(minutes: 0, mostAtOnce));
    }

    private async Task<IReadOnlyList<string>> AfterAsync(int minutes, long mostAtOnce)
    {
        _world.Clock.Now += TimeSpan.FromMinutes(minutes);
        var sweep = new Sweep(_world.Files, _world.TakeIn, _world.Reference,
            new FormerOrder(_world.Files, _world.Uploads), new WholeSweeps(_world.Tables), _world.Clock, mostAtOnce);
        return [.. (await sweep.RunInTurnAsync(parallel: 1, new Passing())).Select(taken => taken.Path)];
    }

    private sealed class Passing : ISweepFollower
    {
        bool ISweepFollower.Failed(string path, Exception exception) => true;
    }
}
