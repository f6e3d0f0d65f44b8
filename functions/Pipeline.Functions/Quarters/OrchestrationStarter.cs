using DurableTask.Core.Exceptions;
using Grpc.Core;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Pipeline.Core;

namespace Pipeline.Functions.Quarters;

/// <summary>
/// Starts orchestrations, one at a time of each instance, and tells those under way. Whatever became of an instance (it ended, failed, was
/// terminated, purged, or never started), there is one afterwards that knows.
/// </summary>
internal static class OrchestrationStarter
{
    /// <summary>
    /// An instance may end between the start that it prevents and the word to it. Twice in a row it does not, but for being ended by
    /// somebody.
    /// </summary>
    public const int Attempts = 3;

    private static readonly OrchestrationRuntimeStatus[] UnderWay =
        [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended];

    /// <summary>
    /// Has a quarter refreshed: by the instance that waits for its changes, else by a new one, which looks for them first.
    /// </summary>
    public static async Task RefreshAsync(this DurableTaskClient client, Quarter quarter, CancellationToken cancel)
    {
        string instance = RefreshOrchestration.InstanceOf(quarter);
        for (int attempt = 1; ; attempt++)
        {
            if (await client.StartAsync(RefreshOrchestration.Name, quarter, instance, cancel)
                || await client.TellAsync(instance, RefreshOrchestration.Changed, cancel))
            {
                return;
            }

            if (attempt == Attempts)
                throw new InvalidOperationException($"The instance {instance} neither starts nor listens.");
        }
    }

    /// <returns>Whether it was started; else it is under way.</returns>
    public static async Task<bool> StartAsync(this DurableTaskClient client, string name, object input, string instance,
        CancellationToken cancel)
    {
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(name, input,
                new StartOrchestrationOptions(instance).WithDedupeStatuses(UnderWay), cancel);
            return true;
        }
        catch (OrchestrationAlreadyExistsException)
        {
            return false;
        }
    }

    /// <returns>Whether it was told; else it is not under way.</returns>
    public static async Task<bool> TellAsync(this DurableTaskClient client, string instance, string what, CancellationToken cancel)
    {
        try
        {
            await client.RaiseEventAsync(instance, what, null, cancel);
            return true;
        }
        catch (RpcException exception) when (exception.StatusCode is StatusCode.FailedPrecondition or StatusCode.NotFound)
        {
            return false;
        }
    }
}
