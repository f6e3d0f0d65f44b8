using System.Globalization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Functions.Telemetry;
using Pipeline.Steps;
using Pipeline.Steps.State;

namespace Pipeline.Functions.Payments;

/// <summary>A run that was prepared, and until when it can be released.</summary>
public sealed record RunToFollow(Quarter Quarter, int Number, DateTimeOffset ExpiresAt)
{
    public const string InstancePrefix = "run-";

    public static RunToFollow Of(PaymentRun run) => new(run.Quarter, run.Number, run.ExpiresAt);

    public string InstanceId => string.Create(CultureInfo.InvariantCulture, $"{InstancePrefix}{Quarter}-{Number:000}");
}

/// <summary>
/// Follows a payment run from its preparation to its end: waits until it is told that somebody acted, or the run has expired, and carries
/// an interrupted release to its end. What the run's state is, and who may do what, say the steps: nothing is concluded from here, and
/// nothing needs it to be there.
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
        bool isInTime;
        string state;
        do
        {
            isInTime = await WaitAsync(context, run.ExpiresAt);
            state = await LookAsync();
            if (state == Runs.ReleaseInterrupted)
            {
                await context.CallActivityAsync(nameof(PaymentActivity.FinishRelease), run, Retried);
                state = await LookAsync();
            }

            context.SetCustomStatus(state);
        }
        while (isInTime && PaymentActivity.IsOpen(state));
        return state;

        Task<string> LookAsync() => context.CallActivityAsync<string>(nameof(PaymentActivity.LookAtRun), run, Retried);
    }

    /// <summary>Waits until somebody acts.</summary>
    /// <returns>Whether somebody did before the run expired.</returns>
    private static async Task<bool> WaitAsync(TaskOrchestrationContext context, DateTimeOffset expiresAt)
    {
        var left = expiresAt.UtcDateTime - context.CurrentUtcDateTime;
        if (left <= TimeSpan.Zero)
            return false;
        try
        {
            await context.WaitForExternalEvent<object?>(Acted, left);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}

public sealed class PaymentActivity(AllSteps steps, TimeProvider clock, ILogger<PaymentActivity> log)
{
    /// <summary>
    /// Finishes a release in the name of who began it. A refusal ends nothing: the run stays as it is, and the next sweep has it tried
    /// again.
    /// </summary>
    [Function(nameof(FinishRelease))]
    public async Task FinishRelease([ActivityTrigger] RunToFollow run)
    {
        if ((await FindAsync(run)).Run is not { State: RunState.Released, Released.By: { } by })
            return;
        if (await steps.Release.RunAsync(run.Quarter, run.Number, by) is RunResult.Refused)
            log.StepRefused(run.Quarter, "finish release");
    }

    /// <returns>The state of the run now.</returns>
    [Function(nameof(LookAtRun))]
    public async Task<string> LookAtRun([ActivityTrigger] RunToFollow run) =>
        await steps.Runs.WordAsync(await steps.Proposals.AsOfAsync((await FindAsync(run)).Run, clock.GetUtcNow()));

    internal static bool IsOpen(string state) => state == RunState.Prepared.Word() || state == RunState.Approved.Word();

    private async Task<StoredRun> FindAsync(RunToFollow run) =>
        await steps.Runs.FindAsync(run.Quarter, run.Number)
            ?? throw new InvalidOperationException("The run that is followed does not exist.");
}
