using DurableTask.Core.Exceptions;
using Grpc.Core;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Moq;

namespace Pipeline.Functions.Tests.Quarters;

/// <summary>A client that answers as that of the host does: what is under way is not started, and what is not cannot be told.</summary>
internal sealed class OrchestrationService
{
    private readonly Mock<DurableTaskClient> _client = new("test");
    private readonly Lock _lock = new();

    public OrchestrationService()
    {
        _client.Setup(c => c.ScheduleNewOrchestrationInstanceAsync(It.IsAny<TaskName>(), It.IsAny<object?>(),
            It.IsAny<StartOrchestrationOptions?>(), It.IsAny<CancellationToken>()))
            .Returns((TaskName _, object? input, StartOrchestrationOptions? options, CancellationToken _) => Start(input, options!));
        _client.Setup(c => c.RaiseEventAsync(It.IsAny<string>(), It.IsAny<string>(), It.IsAny<object?>(), It.IsAny<CancellationToken>()))
            .Returns((string instance, string what, object? _, CancellationToken _) => Tell(instance, what));
        _client.Setup(c => c.GetAllInstancesAsync(It.IsAny<OrchestrationQuery?>()))
            .Returns((OrchestrationQuery? query) => Pageable.Create((_, _) => Task.FromResult(new Page<OrchestrationMetadata>(
                [.. LongUnderWay.Where(i => i.CreatedAt <= query!.CreatedTo
                    && i.InstanceId.StartsWith(query.InstanceIdPrefix ?? "", StringComparison.Ordinal))]))));
    }

    public DurableTaskClient Client => _client.Object;

    /// <summary>Each instance that it knows; one that was purged, or never started, is none.</summary>
    public Dictionary<string, OrchestrationRuntimeStatus> Instances { get; } = [];

    public Dictionary<string, object?> Inputs { get; } = [];

    /// <summary>What was said to it that took effect: <c>start</c> or the event's name, and the instance.</summary>
    public List<string> Told { get; } = [];

    /// <summary>The instances that were started or told, once for each time.</summary>
    public List<string> Notified { get; } = [];

    /// <summary>What it says is under way.</summary>
    public List<OrchestrationMetadata> LongUnderWay { get; } = [];

    /// <summary>Called before everything that it is asked.</summary>
    public Action<string> Before { get; set; } = _ => { };

    /// <summary>What an instance does once it is started or told; nothing, unless a test says what.</summary>
    public Func<string, Task> Work { get; set; } = _ => Task.CompletedTask;

    private async Task<string> Start(object? input, StartOrchestrationOptions options)
    {
        string instance = options.InstanceId!;
        lock (_lock)
        {
            Before($"start {instance}");
            if (Instances.TryGetValue(instance, out var status) && options.DedupeStatuses!.Contains($"{status}"))
                throw new OrchestrationAlreadyExistsException($"An orchestration with the id {instance} exists.");
            (Instances[instance], Inputs[instance]) = (OrchestrationRuntimeStatus.Running, input);
            Told.Add($"start {instance}");
            Notified.Add(instance);
        }

        await Work(instance);
        return instance;
    }

    private async Task Tell(string instance, string what)
    {
        lock (_lock)
        {
            Before($"{what} {instance}");
            if (Instances.GetValueOrDefault(instance, OrchestrationRuntimeStatus.Terminated)
                is not (OrchestrationRuntimeStatus.Running or OrchestrationRuntimeStatus.Pending or OrchestrationRuntimeStatus.Suspended))
                throw new RpcException(new Status(StatusCode.FailedPrecondition,
                    $"The orchestration instance with the id {instance} is not running."));
            Notified.Add(instance);
            Told.Add($"{what} {instance}");
        }

        await Work(instance);
    }
}
