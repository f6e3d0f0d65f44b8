using Pipeline.Local.Stores;

namespace Pipeline.Local.Tests.Stores;

/// <summary>What several ask for at the same time is carried out together.</summary>
public sealed class GroupCommitTests
{
    [Fact]
    public async Task Who_asks_alone_waits_for_nobody()
    {
        var group = new Group();
        for (int i = 0; i < 3; i++)
            await group.AskAsync();
        Assert.Equal([1, 1, 1], group.Sizes);
        Assert.Equal(0, group.Moments);
    }

    [Fact]
    public async Task While_several_ask_more_are_waited_for_as_long_as_more_come()
    {
        var group = new Group { ComeLater = 3 };
        await group.AskTogetherAsync(2);
        await group.AllAsync();
        // The one that kept them waiting, then the two with the three that came one by one, until a moment in which nobody came.
        Assert.Equal([1, 5], group.Sizes);
        Assert.Equal(4, group.Moments);
    }

    [Fact]
    public async Task Nobody_waits_for_more_than_are_carried_out_at_once()
    {
        var group = new Group { ComeLater = 100 };
        await group.AskTogetherAsync(2);
        await group.AllAsync();
        Assert.Equal(Group.Most, group.Sizes[1]);
        Assert.True(group.Sizes.All(size => size <= Group.Most));
    }

    /// <summary>Tells how many were carried out together each time. While one waits for more, another comes, so many times.</summary>
    private sealed class Group
    {
        public const int Most = 10;

        private readonly GroupCommit<int> _commit;
        private readonly List<Task> _asked = [];
        private readonly TaskCompletionSource _isBusy = new();
        private TaskCompletionSource? _end;

        public Group() => _commit = new GroupCommit<int>(Most, CarryOut, Moment);

        public int ComeLater { get; set; }

        public List<int> Sizes { get; } = [];

        public int Moments { get; private set; }

        public Task AskAsync() => _commit.CarryOutAsync(0);

        /// <summary>So many ask while one is being carried out.</summary>
        public async Task AskTogetherAsync(int many)
        {
            _end = new TaskCompletionSource();
            _asked.Add(AskAsync());
            await _isBusy.Task;
            for (int i = 0; i < many; i++)
                _asked.Add(AskAsync());
            _end.SetResult();
        }

        public async Task AllAsync()
        {
            // Those that came meanwhile are asked for before the last of those before them is done.
            for (int i = 0; i < _asked.Count; i++)
                await _asked[i];
        }

        private void CarryOut(IReadOnlyList<GroupCommit<int>.Request> together)
        {
            Sizes.Add(together.Count);
            _isBusy.TrySetResult();
            _end?.Task.Wait();
        }

        private void Moment()
        {
            Moments++;
            if (ComeLater == 0)
                return;
            ComeLater--;
            _asked.Add(AskAsync());
        }
    }
}
