using Pipeline.Core;
using Pipeline.Steps.State;

namespace Pipeline.Steps.Quarters;

/// <summary>
/// The steps that bring a quarter up to date, one method each: carried out directly on one machine, and as activities of an orchestration
/// on Azure.
/// </summary>
public interface IQuarterSteps
{
    /// <summary>What waits to be refreshed; null when nothing does.</summary>
    Task<QuarterWork?> FindWorkAsync(Quarter quarter);

    Task RefreshContractAsync(Quarter quarter, ContractId contract);

    /// <summary>Refreshes contracts whose ids are neighbours, and of which nothing changed but what was paid.</summary>
    Task RefreshPaidAsync(Quarter quarter, IReadOnlyList<ContractId> contracts);

    /// <summary>Refreshes what is made of all contracts together, and strikes out the work as done.</summary>
    Task FinishAsync(Quarter quarter, QuarterWork work);
}

/// <param name="Contracts">The contracts to refresh.</param>
/// <param name="Noted">The notes of <see cref="PendingChanges"/> that asked for it.</param>
public sealed record QuarterWork(IReadOnlyList<ContractId> Contracts, IReadOnlyList<string> Noted)
{
    /// <summary>The contracts of which nothing changed but what was paid, some neighbours at a time.</summary>
    public IReadOnlyList<IReadOnlyList<ContractId>> Paid { get; init; } = [];
}

/// <summary>
/// The order of the steps, the same on every host. It is replayed by orchestrations, so it reads no clock and does nothing itself.
/// </summary>
public static class RefreshQuarter
{
    /// <summary>Refreshes what changed, then looks whether more changed meanwhile, and goes round again.</summary>
    /// <returns>Whether there was anything to do.</returns>
    public static async Task<bool> RunAsync(IQuarterSteps steps, Quarter quarter)
    {
        bool worked = false;
        while (await RoundAsync(steps, quarter))
            worked = true;
        return worked;
    }

    /// <summary>One round of it, for a host that begins each anew.</summary>
    /// <returns>Whether there was anything to do; then there may be more.</returns>
    public static async Task<bool> RoundAsync(IQuarterSteps steps, Quarter quarter)
    {
        if (await steps.FindWorkAsync(quarter) is not { } work)
            return false;
        await Task.WhenAll(
        [
            .. work.Contracts.Select(contract => steps.RefreshContractAsync(quarter, contract)),
            .. work.Paid.Select(contracts => steps.RefreshPaidAsync(quarter, contracts)),
        ]);
        await steps.FinishAsync(quarter, work);
        return true;
    }
}
