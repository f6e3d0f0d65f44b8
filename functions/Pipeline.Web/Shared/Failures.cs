using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace Pipeline.Web.Shared;

/// <summary>Counts what was refused to a person and to an address, so that nobody goes on trying: what is right is never counted.</summary>
/// <remarks>Each instance counts for itself, and forgets when it ends. The limiters of the framework have a clock of their own, and count
/// what is tried instead of what fails.</remarks>
internal sealed class Failures(TimeProvider clock)
{
    public const int MostOfPerson = 200;

    public const int MostOfAddress = 600;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    /// <summary>How many are remembered before those that are over are forgotten.</summary>
    private const int Remembered = 10_000;

    private readonly ConcurrentDictionary<string, Counted> _counted = new();

    /// <summary>How long a person or an address has to wait; null: not at all.</summary>
    public TimeSpan? WaitOf(string? person, string address) =>
        new[] { person is null ? null : Wait($"person {person}", MostOfPerson), Wait($"address {address}", MostOfAddress) }.Max();

    public void Count(string? person, string address)
    {
        if (person is not null)
            Add($"person {person}");
        Add($"address {address}");
    }

    /// <summary>Whether an answer is a refusal that somebody may be trying for: no token, no right, nothing there, or too much.</summary>
    public static bool IsOne(int status) =>
        status is StatusCodes.Status400BadRequest or StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden
            or StatusCodes.Status404NotFound or StatusCodes.Status413PayloadTooLarge;

    private TimeSpan? Wait(string key, int most) =>
        _counted.TryGetValue(key, out var counted) && counted.Count >= most && counted.Since + Window - clock.GetUtcNow() is var left
            && left > TimeSpan.Zero ? left : null;

    private void Add(string key)
    {
        var now = clock.GetUtcNow();
        if (_counted.Count >= Remembered)
        {
            foreach (var (old, counted) in _counted)
            {
                if (counted.Since + Window <= now)
                    _counted.TryRemove(old, out _);
            }
        }

        _counted.AddOrUpdate(key, _ => new Counted(now, 1), (_, before) =>
            before.Since + Window <= now ? new Counted(now, 1) : before with { Count = before.Count + 1 });
    }

    private sealed record Counted(DateTimeOffset Since, int Count);
}
