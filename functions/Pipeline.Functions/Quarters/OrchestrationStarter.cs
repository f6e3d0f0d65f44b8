using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Pipeline.Core;

namespace Pipeline.Functions.Quarters;

/// <summary>Starts orchestrations, one at a time of each instance.</summary>
internal static class OrchestrationStarter
{
    private static readonly OrchestrationRuntimeStatus[] UnderWay = [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended];

    private static readonly OrchestrationRuntimeStatus[] Ever = [.. UnderWay, OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated];

    /// <summary>Refreshes a quarter, unless that is under way: it looks for more work before it ends.</summary>
    public static Task StartRefreshAsync(this DurableTaskClient client, Quarter quarter, CancellationToken cancel) =>
        client.StartAsync(RefreshOrchestration.Name, quarter.ToString(), $"refresh-{quarter}", UnderWay, cancel);

    /// <summary>Follows a payment run, once and for all.</summary>
    public static Task StartPaymentRunAsync(this DurableTaskClient client, Payments.RunToFollow run, CancellationToken cancel) =>
        client.StartAsync(Payments.PaymentRunOrchestration.Name, run, run.InstanceId, Ever, cancel);

    private static async Task StartAsync(
        this DurableTaskClient client, string name, object input, string instance, OrchestrationRuntimeStatus[] already, CancellationToken cancel)
    {
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(name, input, new StartOrchestrationOptions(instance).WithDedupeStatuses(already), cancel);
        }
        catch (OrchestrationAlreadyExistsException)
        {
            // Somebody started it before.
        }
    }
}
