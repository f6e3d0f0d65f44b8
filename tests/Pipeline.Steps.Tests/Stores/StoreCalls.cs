using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Tests.Stores;

/// <summary>
/// When a store asks whether something is to go wrong: before a call has done anything, or after a write has taken effect and before its
/// answer goes out.
/// </summary>
public enum Moment
{
    Before,
    After,
}

/// <summary>One call of an in-memory store.</summary>
/// <param name="Number">From 1, over all stores that share a <see cref="StoreCalls"/>; the same before and after.</param>
/// <param name="Operation">The port's method, without Async.</param>
/// <param name="Target">The path or prefix, or table and partition.</param>
/// <param name="Moment">Reading calls are asked about before alone.</param>
public sealed record StoreCall(int Number, string Operation, string Target, Moment Moment);

/// <summary>What is to go wrong with a call.</summary>
public abstract record Fault
{
    private Fault() { }

    /// <summary>The store cannot be reached; asked after the effect, its answer is lost.</summary>
    public sealed record Unavailable : Fault;

    /// <summary>The process dies here.</summary>
    public sealed record Crash : Fault;

    /// <summary>A listing, query or scan answers as it would have so many writes of that store ago. Means nothing to other calls.</summary>
    public sealed record Stale(int Writes) : Fault;
}

/// <summary>The end of a process in the middle of a step. No step may catch it, so it is no <see cref="StoreException"/>.</summary>
public sealed class CrashException(StoreCall call)
    : Exception(
        $"The process died {(call.Moment == Moment.Before ? "before" : "after")} {call.Operation} {call.Target} (call {call.Number}).");

/// <summary>
/// Numbers the calls of in-memory stores and asks a hook what is to go wrong with each. A hook that awaits lets a scheduler put other calls
/// in between.
/// </summary>
public sealed class StoreCalls
{
    private int _count;

    /// <summary>Null answers, and no hook, mean that all goes well.</summary>
    public Func<StoreCall, ValueTask<Fault?>>? Hook { get; set; }

    internal int Next() => Interlocked.Increment(ref _count);

    /// <summary>Gives back how many writes ago the answer is to be from.</summary>
    internal async ValueTask<int> Ask(int number, string operation, string target, Moment moment)
    {
        if (Hook is not { } hook)
            return 0;
        var call = new StoreCall(number, operation, target, moment);
        return await hook(call) switch
        {
            Fault.Unavailable =>
                throw new StoreUnavailableException($"{target} could not be reached ({operation}, {moment}, call {number})."),
            Fault.Crash => throw new CrashException(call),
            Fault.Stale stale => stale.Writes,
            _ => 0,
        };
    }
}

/// <summary>What a store holds, and held before each of its last writes. The states share what did not change.</summary>
internal sealed class History<T>(T first)
{
    private const int Kept = 64;

    private readonly List<T> _states = [first];

    public T Now => _states[^1];

    public T Ago(int writes) => _states[Math.Max(0, _states.Count - 1 - writes)];

    public void Add(T state)
    {
        if (_states.Count == Kept)
            _states.RemoveAt(0);
        _states.Add(state);
    }
}
