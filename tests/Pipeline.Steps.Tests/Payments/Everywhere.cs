using Pipeline.Steps.Stores;
using Pipeline.Steps.Tests.Stores;

namespace Pipeline.Steps.Tests.Payments;

/// <summary>Tries something at every storage call of a step: before each call, and after each write.</summary>
internal static class Everywhere
{
    /// <summary>
    /// Lets a step die, or lose its store, at each point in turn, and carries it out again: in the end everything is as if nothing had
    /// happened.
    /// </summary>
    /// <param name="start">A world before the step.</param>
    /// <param name="step">The step; it may be refused or do nothing the second time.</param>
    public static async Task Interrupted(Func<Task<TestPipeline>> start, Func<TestPipeline, Task> step)
    {
        var undisturbed = await start();
        await step(undisturbed);
        await undisturbed.RefreshAsync();
        string expected = await undisturbed.Everything();

        foreach (Fault fault in (Fault[])[new Fault.Crash(), new Fault.Unavailable()])
        {
            int points = await AtEachPoint(start, (_, _) => ValueTask.FromResult<Fault?>(fault), async (world, hit) =>
            {
                try
                {
                    await step(world);
                }
                catch (Exception exception) when (exception is CrashException or StoreUnavailableException)
                {
                    Assert.True(hit());
                }

                world.Calls.Hook = null;
                await step(world);
                await world.RefreshAsync();
                Assert.Equal(expected, await world.Everything());
            });
            Assert.InRange(points, 5, 1000);
        }
    }

    /// <summary>Lets something else happen as a whole at each point in turn of a step.</summary>
    public static async Task Overtaken(Func<Task<TestPipeline>> start, Func<TestPipeline, Task> step, Func<TestPipeline, Task> other,
        Func<TestPipeline, Task> check)
    {
        int points = await AtEachPoint(
            start,
            async (world, _) =>
            {
                await other(world);
                return null;
            },
            async (world, hit) =>
            {
                await step(world);
                world.Calls.Hook = null;
                if (hit())
                    await check(world);
            });
        Assert.InRange(points, 5, 1000);
    }

    private static async Task<int> AtEachPoint(Func<Task<TestPipeline>> start, Func<TestPipeline, StoreCall, ValueTask<Fault?>> happens,
        Func<TestPipeline, Func<bool>, Task> run)
    {
        for (int point = 1; ; point++)
        {
            var world = await start();
            // A large file is read, checked and kept at once.
            int asked = 0;
            world.Calls.Hook = call => Interlocked.Increment(ref asked) == point
                ? happens(world, call) : ValueTask.FromResult<Fault?>(null);
            await run(world, () => asked >= point);
            if (asked < point)
                return point - 1;
        }
    }
}
