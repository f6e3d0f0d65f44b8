using Pipeline.Local.Arrivals;

namespace Pipeline.Local.Tests.Arrivals;

/// <summary>Waiting for what the system tells of a workspace.</summary>
public sealed class FolderEventsTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly FolderEvents _hints;

    public FolderEventsTests()
    {
        foreach (string container in Steps.Arrivals.Sweep.Containers)
            Directory.CreateDirectory(_temp.At(container));
        _hints = new FolderEvents(_temp.Path);
    }

    public void Dispose()
    {
        _hints.Dispose();
        _temp.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)] // For a semaphore this is no end at all.
    [InlineData(-6)]
    public async Task A_time_that_is_over_already_is_no_wait(int milliseconds) =>
        await _hints.WaitAsync(TimeSpan.FromMilliseconds(milliseconds), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));

    [Fact]
    public async Task A_file_that_is_dropped_is_heard_of()
    {
        await File.WriteAllTextAsync(_temp.At("reference", "contracts.csv"), "contract\n");

        await _hints.WaitAsync(TimeSpan.FromHours(1), CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(1));

        _hints.Take(out var paths);
        Assert.Equal(["reference/contracts.csv"], paths);
    }

    [Fact]
    public async Task What_was_told_before_ends_the_wait_at_once()
    {
        _hints.Tell();

        await _hints.WaitAsync(TimeSpan.FromHours(1), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.True(_hints.Take(out var paths));
        Assert.Empty(paths);
        Assert.False(_hints.Take(out _));
    }
}
