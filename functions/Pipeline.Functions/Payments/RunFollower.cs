using Microsoft.DurableTask.Client;
using Pipeline.Functions.Quarters;

namespace Pipeline.Functions.Payments;

/// <summary>Has payment runs followed, one instance a run.</summary>
internal static class RunFollower
{
    /// <summary>Has a run that may still be released, or whose release is to be finished, followed to its end, and looked at now.</summary>
    public static async Task FollowAsync(this DurableTaskClient client, RunToFollow run, CancellationToken cancel)
    {
        for (int attempt = 1; ; attempt++)
        {
            await client.StartFollowingAsync(run, cancel);
            if (await client.TellAsync(run.InstanceId, PaymentRunOrchestration.Acted, cancel))
                return;
            if (attempt == OrchestrationStarter.Attempts)
                throw new InvalidOperationException($"The instance {run.InstanceId} neither starts nor listens.");
        }
    }

    /// <summary>Has a run followed, without a word to who does so already.</summary>
    public static Task StartFollowingAsync(this DurableTaskClient client, RunToFollow run, CancellationToken cancel) =>
        client.StartAsync(PaymentRunOrchestration.Name, run, run.InstanceId, cancel);

    /// <summary>Has whoever follows a run look at it, since it has come to its end. When nobody does, nothing is left to be done.</summary>
    public static Task EndFollowingAsync(this DurableTaskClient client, RunToFollow run, CancellationToken cancel) =>
        client.TellAsync(run.InstanceId, PaymentRunOrchestration.Acted, cancel);
}
