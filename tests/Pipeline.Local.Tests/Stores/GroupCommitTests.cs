using System.Collections.Concurrent;
using Pipeline.Local.Stores;

namespace Pipeline.Local.Tests.Stores;

/// <summary>Many who wait for the disk at the same time wait for it once.</summary>
public sealed class GroupCommitTests
{
    [Fact]
    public async Task What_is_asked_for_meanwhile_is_carried_out_next_and_together()
    {
        using var first = new ManualResetEventSlim();
        var rounds = new ConcurrentQueue<int>();
        var together = new GroupCommit<int>(most: 10, requests =>
        {
            rounds.Enqueue(requests.Count);
            first.Wait();
        });

        var begun = together.CarryOutAsync(0);
        SpinWait.SpinUntil(() => !rounds.IsEmpty);
        var meanwhile = Enumerable.Range(1, 25).Select(together.CarryOutAsync).ToList();
        Assert.False(begun.IsCompleted);
        first.Set();
        await Task.WhenAll(meanwhile);

        Assert.Equal([1, 10, 10, 5], rounds);
    }

    [Fact]
    public async Task One_that_fails_alone_fails_no_other()
    {
        var together = new GroupCommit<int>(most: 10, requests => requests.Single().Failure =
            requests.Single().What == 1 ? new IOException() : null);

        await Assert.ThrowsAsync<IOException>(() => together.CarryOutAsync(1));
        await together.CarryOutAsync(2);
    }

    [Fact]
    public async Task What_fails_as_a_whole_fails_each_and_leaves_the_next_alone()
    {
        int round = 0;
        var together = new GroupCommit<int>(most: 10, _ =>
        {
            if (round++ == 0)
                throw new IOException();
        });

        await Assert.ThrowsAsync<IOException>(() => together.CarryOutAsync(1));
        await together.CarryOutAsync(2);
    }
}
