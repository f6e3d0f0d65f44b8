using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Pipeline.Core;
using Pipeline.Steps;
using Pipeline.Steps.Quarters;

namespace Pipeline.Functions.Quarters;

/// <summary>
/// Keeps one quarter up to date. The sequence of a round is that of <see cref="RefreshQuarter"/>; here its steps become activities.
/// It never ends by itself: whoever notes a change tells it, and a word to an instance that waits is kept, while one that comes between an
/// instance's last look and its end would be lost.
/// </summary>
public static class RefreshOrchestration
{
    public const string Name = "RefreshQuarter";
    public const string Changed = "changed";

    /// <summary>
    /// After a round. The first file of a return is refreshed at once; those that come on its heels, and those of others meanwhile, are
    /// refreshed together, so that each costs a fraction of a round.
    /// </summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(30);

    [Function(Name)]
    public static Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context) => RunAsync(context, Rest);

    internal static async Task RunAsync(TaskOrchestrationContext context, TimeSpan rest)
    {
        var quarter = context.GetInput<Quarter>();
        var changed = context.WaitForExternalEvent<object?>(Changed);
        if (await RefreshQuarter.RoundAsync(new QuarterActivities(context), quarter))
            await context.CreateTimer(rest, default);
        else
            await changed;
        // Each round begins a new history, and with a look that sees all that was told of before: not one round for each word.
        context.ContinueAsNew(quarter, preserveUnprocessedEvents: false);
    }

    public static string InstanceOf(Quarter quarter) => $"refresh-{quarter}";
}

/// <summary>The steps of a quarter as activities, each tried again when storage does not answer.</summary>
internal sealed class QuarterActivities(TaskOrchestrationContext context) : IQuarterSteps
{
    private static readonly TaskOptions Retried = TaskOptions.FromRetryPolicy(new RetryPolicy(5, TimeSpan.FromSeconds(5), 3));

    public Task<QuarterWork?> FindWorkAsync(Quarter quarter) =>
        context.CallActivityAsync<QuarterWork?>(nameof(QuarterActivity.FindWork), quarter, Retried);

    public Task RefreshContractAsync(Quarter quarter, ContractId contract) =>
        context.CallActivityAsync(nameof(QuarterActivity.RefreshContract), new ContractToRefresh(quarter, contract), Retried);

    public Task RefreshPaidAsync(Quarter quarter, IReadOnlyList<ContractId> contracts) =>
        context.CallActivityAsync(nameof(QuarterActivity.RefreshPaid), new PaidToRefresh(quarter, contracts), Retried);

    public Task FinishAsync(Quarter quarter, QuarterWork work) =>
        context.CallActivityAsync(nameof(QuarterActivity.Finish), new FinishedWork(quarter, work), Retried);
}

/// <summary>The activities; each may be carried out more than once.</summary>
public sealed class QuarterActivity(AllSteps steps)
{
    [Function(nameof(FindWork))]
    public Task<QuarterWork?> FindWork([ActivityTrigger] Quarter quarter) => steps.Quarters.FindWorkAsync(quarter);

    [Function(nameof(RefreshContract))]
    public Task RefreshContract([ActivityTrigger] ContractToRefresh what) =>
        steps.Quarters.RefreshContractAsync(what.Quarter, what.Contract);

    [Function(nameof(RefreshPaid))]
    public Task RefreshPaid([ActivityTrigger] PaidToRefresh what) => steps.Quarters.RefreshPaidAsync(what.Quarter, what.Contracts);

    [Function(nameof(Finish))]
    public Task Finish([ActivityTrigger] FinishedWork what) => steps.Quarters.FinishAsync(what.Quarter, what.Work);
}

/// <summary>An activity is told one value.</summary>
public sealed record ContractToRefresh(Quarter Quarter, ContractId Contract);

/// <inheritdoc cref="ContractToRefresh"/>
public sealed record PaidToRefresh(Quarter Quarter, IReadOnlyList<ContractId> Contracts);

/// <inheritdoc cref="ContractToRefresh"/>
public sealed record FinishedWork(Quarter Quarter, QuarterWork Work);
