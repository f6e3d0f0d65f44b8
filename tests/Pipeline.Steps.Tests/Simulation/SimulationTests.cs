using System.Collections.Concurrent;
using System.Globalization;
using Xunit.Abstractions;

namespace Pipeline.Steps.Tests.Simulation;

/// <summary>
/// Histories of the whole system, each decided by its number. How many are played, and from which on, is said by the environment:
/// <c>PIPELINE_HISTORIES=100000 dotnet test tests/Pipeline.Steps.Tests --filter SimulationTests</c>.
/// </summary>
/// <remarks>
/// What is given up so that a run is quick: nine of ten histories have small framework files, one of fifty makes the pages of quarters
/// and contracts, and every other one is played again one by one. All three follow from the number, and so do all faults.
/// </remarks>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int InEveryRun = 5_000;

    [Fact]
    public void Every_history_comes_to_what_is_due_and_no_more()
    {
        int count = Setting("PIPELINE_HISTORIES", InEveryRun), first = Setting("PIPELINE_FIRST_HISTORY", 1);
        var failed = new ConcurrentBag<(int Seed, string Why)>();
        var happened = new ConcurrentDictionary<Happening, int>();

        // No more at once than there are processors: a history never waits for anything.
        Parallel.For(first, first + count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, (seed, loop) =>
        {
            try
            {
                var history = new History(seed);
                history.Run();
                foreach (var (what, times) in history.Happened)
                    happened.AddOrUpdate(what, times, (_, before) => before + times);
            }
            catch (Exception exception)
            {
                failed.Add((seed, exception is HistoryException ? exception.Message : exception.ToString()));
                if (failed.Count >= 20)
                    loop.Stop();
            }
        });

        Assert.True(failed.IsEmpty, string.Join("\n\n", failed.OrderBy(f => f.Seed).Select(f =>
            $"History {f.Seed} failed; play it again with PIPELINE_HISTORIES=1 PIPELINE_FIRST_HISTORY={f.Seed} dotnet test "
            + $"tests/Pipeline.Steps.Tests --filter SimulationTests\n{f.Why}")));
        string all = string.Join(", ", Enum.GetValues<Happening>().Select(what => $"{what} {happened.GetValueOrDefault(what)}"));
        output.WriteLine($"In {count} histories: {all}.");
        // A simulation in which something never happens proves nothing about it.
        if (count >= 1_000)
        {
            Assert.All(Enum.GetValues<Happening>(), what =>
                Assert.True(happened.GetValueOrDefault(what) > count / 1_000, $"Too seldom: {what}. {all}"));
            Assert.True(happened[Happening.PlayedAgain] > count / 6,
                $"Only {happened[Happening.PlayedAgain]} histories could be played again one by one.");
        }
    }

    [Fact]
    public void The_same_seed_makes_the_same_history()
    {
        static History Played(int seed)
        {
            var history = new History(seed);
            history.Run();
            return history;
        }

        // Those in which enough goes wrong.
        var first = Enumerable.Range(1, 200).Select(seed => (Seed: seed, History: Played(seed)))
            .Where(one => one.History.Happened.GetValueOrDefault(Happening.Crash) >= 2
                && one.History.Happened.GetValueOrDefault(Happening.LostAnswer) >= 2).Take(6).ToList();
        Assert.Equal(6, first.Count);
        Assert.All(first, one =>
        {
            var again = Played(one.Seed);
            Assert.Equal(one.History.Happened.OrderBy(h => h.Key), again.Happened.OrderBy(h => h.Key));
            Assert.Equal(one.History.Events, again.Events);
        });
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
