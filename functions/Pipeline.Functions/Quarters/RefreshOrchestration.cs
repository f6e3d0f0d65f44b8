using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Pipeline.Core;
using Pipeline.Steps.Quarters;

namespace Pipeline.Functions.Quarters;

/// <summary>Brings one quarter up to date. The sequence is that of <see cref="RefreshQuarter"/>; here its steps become activities.</summary>
public static class RefreshOrchestration
{
    public const string Name = "RefreshQuarter";

    [Function(Name)]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        string quarter = context.GetInput<string>()!;
        // Each round begins a new history: a quarter that keeps changing does not make it longer and longer.
        if (await RefreshQuarter.RoundAsync(new QuarterActivities(context), Quarter.Parse(quarter)))
            context.ContinueAsNew(quarter);
    }
}

/// <summary>The steps of a quarter as activities, each tried again when storage does not answer.</summary>
internal sealed class QuarterActivities(TaskOrchestrationContext context) : IQuarterSteps
{
    private static readonly TaskOptions Retried = TaskOptions.FromRetryPolicy(new RetryPolicy(5, TimeSpan.FromSeconds(5), 3));

    public async Task<QuarterWork?> FindWorkAsync(Quarter quarter) =>
        await context.CallActivityAsync<FoundWork?>(nameof(QuarterActivity.FindWork), quarter.ToString(), Retried) is { } found
            ? new QuarterWork([.. found.Contracts.Select(ContractId.Parse)], found.Noted)
            : null;

    public Task RefreshContractAsync(Quarter quarter, ContractId contract) =>
        context.CallActivityAsync(nameof(QuarterActivity.RefreshContract), new ContractToRefresh(quarter.ToString(), contract.ToString()), Retried);

    public Task FinishAsync(Quarter quarter, QuarterWork work) =>
        context.CallActivityAsync(nameof(QuarterActivity.Finish), new FinishedWork(quarter.ToString(), FoundWork.Of(work)), Retried);
}

/// <summary>The activities; each may be carried out more than once.</summary>
public sealed class QuarterActivity(IQuarterSteps steps)
{
    [Function(nameof(FindWork))]
    public async Task<FoundWork?> FindWork([ActivityTrigger] string quarter) =>
        await steps.FindWorkAsync(Quarter.Parse(quarter)) is { } work ? FoundWork.Of(work) : null;

    [Function(nameof(RefreshContract))]
    public Task RefreshContract([ActivityTrigger] ContractToRefresh what) => steps.RefreshContractAsync(Quarter.Parse(what.Quarter), ContractId.Parse(what.Contract));

    [Function(nameof(Finish))]
    public Task Finish([ActivityTrigger] FinishedWork what) =>
        steps.FinishAsync(Quarter.Parse(what.Quarter), new QuarterWork([.. what.Work.Contracts.Select(ContractId.Parse)], what.Work.Noted));
}

/// <summary><see cref="QuarterWork"/> as it is in an orchestration's history: texts, so that it reads the same in every version of the code.</summary>
public sealed record FoundWork(IReadOnlyList<string> Contracts, IReadOnlyList<string> Noted)
{
    internal static FoundWork Of(QuarterWork work) => new([.. work.Contracts.Select(c => c.ToString())], work.Noted);
}

public sealed record ContractToRefresh(string Quarter, string Contract);

public sealed record FinishedWork(string Quarter, FoundWork Work);
