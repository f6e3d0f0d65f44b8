using System.Collections.Concurrent;
using System.Diagnostics;
using Pipeline.Local.Arrivals;
using Pipeline.Local.Screen;

namespace Pipeline.Local.Tests.Arrivals;

/// <summary>A watch that goes on, and what it said.</summary>
internal sealed class Watching : IAsyncDisposable
{
    /// <summary>Far longer than anything takes, since the machine may be busy with other things.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;

    /// <param name="workspace">The folder.</param>
    /// <param name="today">The day on which files are taken in.</param>
    public Watching(string workspace, string today = "2025-07-15")
    {
        Watch =
            new Watch(workspace, new FixedDay(DateOnly.ParseExact(today, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)));
        Watch.TookIn += Taken.Enqueue;
        Watch.TroubleChanged += Troubles.Enqueue;
        _watching = Task.Run(() => Watch.RunAsync(_stop.Token));
    }

    public Watch Watch { get; }

    public ConcurrentQueue<TakenInFile> Taken { get; } = [];

    public ConcurrentQueue<string?> Troubles { get; } = [];

    public async Task UntilAsync(Func<bool> isSo, TimeSpan? within = null)
    {
        var since = Stopwatch.StartNew();
        while (!isSo())
        {
            if (_watching.IsCompleted)
                await _watching;
            Assert.True(since.Elapsed < (within ?? Patience), $"{Taken.Count} files taken in. {string.Join(' ', Troubles)}");
            await Task.Delay(20);
        }
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _watching;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Watch.Dispose();
        _stop.Dispose();
    }

    private sealed class FixedDay(DateOnly day) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(day, new TimeOnly(12, 0), TimeSpan.Zero);
    }
}
