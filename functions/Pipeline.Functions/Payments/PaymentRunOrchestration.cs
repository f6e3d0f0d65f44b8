using System.Globalization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Payments;
using Pipeline.Steps.State;

namespace Pipeline.Functions.Payments;

/// <summary>A run that was prepared, and until when it can be released.</summary>
public sealed record RunToFollow(string Quarter, int Number, DateTimeOffset ExpiresAt)
{
    public string InstanceId => string.Create(CultureInfo.InvariantCulture, $"run-{Quarter}-{Number:000}");
}

/// <summary>Somebody approved, rejected or wants to release the run.</summary>
/// <param name="Releasing">Who releases it; null for the other two.</param>
public sealed record RunActed(string? Releasing);

public sealed record RunToRelease(string Quarter, int Number, string By);

/// <summary>
/// Follows a payment run from its preparation to its end: waits until somebody acts, or it has expired, and carries a release to its end
/// even when whoever asked for it is gone. What the run's state is, and who may do what, say the steps: nothing is concluded from here.
/// </summary>
public static class PaymentRunOrchestration
{
    public const string Name = "PaymentRun";
    public const string Acted = "acted";

    private static readonly TaskOptions Retried = TaskOptions.FromRetryPolicy(new RetryPolicy(8, TimeSpan.FromSeconds(5), 3));

    /// <returns>The state in which the run ended.</returns>
    [Function(Name)]
    public static async Task<string> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var run = context.GetInput<RunToFollow>()!;
        RunActed? acted;
        string state;
        do
        {
            acted = await NextAsync(context, run.ExpiresAt);
            if (acted?.Releasing is { } by)
                await context.CallActivityAsync(nameof(PaymentActivity.ReleaseRun), new RunToRelease(run.Quarter, run.Number, by), Retried);
            state = await context.CallActivityAsync<string>(nameof(PaymentActivity.LookAtRun), run, Retried);
            context.SetCustomStatus(state);
        }
        while (acted is not null && PaymentActivity.IsOpen(state));
        return state;
    }

    /// <summary>What somebody does next; null when the run expires before.</summary>
    private static async Task<RunActed?> NextAsync(TaskOrchestrationContext context, DateTimeOffset expiresAt)
    {
        var left = expiresAt.UtcDateTime - context.CurrentUtcDateTime;
        if (left <= TimeSpan.Zero)
            return null;
        try
        {
            return await context.WaitForExternalEvent<RunActed>(Acted, left);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}

public sealed class PaymentActivity(Runs runs, Proposals proposals, ReleasePayments release, TimeProvider clock)
{
    /// <summary>A refusal is not told from here: the run is looked at afterwards, and is as it was.</summary>
    [Function(nameof(ReleaseRun))]
    public Task ReleaseRun([ActivityTrigger] RunToRelease what) => release.RunAsync(Quarter.Parse(what.Quarter), what.Number, PersonName.Parse(what.By));

    /// <returns>The state of the run now.</returns>
    [Function(nameof(LookAtRun))]
    public async Task<string> LookAtRun([ActivityTrigger] RunToFollow run)
    {
        var stored = await runs.FindAsync(Quarter.Parse(run.Quarter), run.Number) ?? throw new InvalidOperationException("The run that is followed does not exist.");
        return await runs.WordAsync(await proposals.AsOfAsync(stored.Run, clock.GetUtcNow()));
    }

    internal static bool IsOpen(string state) => state == RunState.Prepared.Word() || state == RunState.Approved.Word();
}
