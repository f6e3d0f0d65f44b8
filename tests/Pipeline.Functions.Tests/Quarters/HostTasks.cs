using System.Text;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Core;
using Pipeline.Functions.Payments;
using Pipeline.Functions.Quarters;
using Pipeline.Steps.Quarters;
using Pipeline.Steps.Tests;

namespace Pipeline.Functions.Tests.Quarters;

/// <summary>The host's orchestrators and activities, for a worker that is not the Functions host.</summary>
internal static class HostTasks
{
    public static DurableTaskRegistry AddTasksOf(
        this DurableTaskRegistry tasks, TestPipeline world, Func<Task>? whenFinishing = null, Action<string>? whenRefreshing = null,
        Func<QuarterWork?, Task>? whenLooked = null)
    {
        var quarters = new QuarterActivity(world);
        var payments = new PaymentActivity(world, world.Clock, NullLogger<PaymentActivity>.Instance);
        return tasks
            .AddOrchestratorFunc<Quarter, object?>(RefreshOrchestration.Name, async (context, _) =>
            {
                await RefreshOrchestration.RunAsync(context, rest: TimeSpan.FromMilliseconds(1));
                return null;
            })
            .AddOrchestratorFunc<RunToFollow, string>(PaymentRunOrchestration.Name,
                (context, _) => PaymentRunOrchestration.RunAsync(context))
            .AddActivityFunc<Quarter, QuarterWork?>(nameof(QuarterActivity.FindWork), async (_, quarter) =>
            {
                var found = await quarters.FindWork(quarter);
                await (whenLooked?.Invoke(found) ?? Task.CompletedTask);
                return found;
            })
            .AddActivityFunc<ContractToRefresh>(nameof(QuarterActivity.RefreshContract), (_, what) =>
            {
                whenRefreshing?.Invoke(what.Contract.ToString());
                return quarters.RefreshContract(what);
            })
            .AddActivityFunc<PaidToRefresh>(nameof(QuarterActivity.RefreshPaid), (_, what) => quarters.RefreshPaid(what))
            .AddActivityFunc<FinishedWork>(nameof(QuarterActivity.Finish), async (_, what) =>
            {
                if (whenFinishing is not null)
                    await whenFinishing();
                await quarters.Finish(what);
            })
            .AddActivityFunc<RunToFollow>(nameof(PaymentActivity.FinishRelease), (_, run) => payments.FinishRelease(run))
            .AddActivityFunc<RunToFollow, string>(nameof(PaymentActivity.LookAtRun), (_, run) => payments.LookAtRun(run));
    }
}

/// <summary>As the host has it done: with the worker's serializer.</summary>
internal sealed class ByHost : DataConverter
{
    public override object? Deserialize(string? data, Type targetType) => data is null
        ? null : PipelineServices.Serializer.Deserialize(new MemoryStream(Encoding.UTF8.GetBytes(data)), targetType, default);

    public override string? Serialize(object? value) => value is null
        ? null : PipelineServices.Serializer.Serialize(value, value.GetType(), default).ToString();
}
