using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Pipeline.Functions.Telemetry;
using Pipeline.Steps.Arrivals;

namespace Pipeline.Functions.Arrivals;

/// <summary>What became of the files of an event or a sweep. One that fails is logged and passed over: it stops no other.</summary>
internal sealed class FollowedFiles(ILogger log) : ISweepFollower
{
    private readonly ConcurrentQueue<TakenIn> _taken = new();
    private readonly ConcurrentQueue<string> _failed = new();
    private readonly ConcurrentQueue<string> _waiting = new();

    public IReadOnlyCollection<TakenIn> Taken => _taken;

    /// <summary>Where they are.</summary>
    public IReadOnlyCollection<string> Failed => _failed;

    /// <summary>Where those are that wait for their scan.</summary>
    public IReadOnlyCollection<string> Waiting => _waiting;

    void ISweepFollower.Waits(string path) => _waiting.Enqueue(path);

    void ISweepFollower.Done(string path, IReadOnlyList<TakenIn> taken)
    {
        foreach (var each in taken)
        {
            _taken.Enqueue(each);
            log.TakenIn(each);
        }
    }

    bool ISweepFollower.Failed(string path, Exception exception)
    {
        _failed.Enqueue(path);
        log.FilePassedOver(path, exception);
        return true;
    }
}
