using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Moq;
using Pipeline.Core;
using Pipeline.Functions.Payments;
using Pipeline.Functions.Quarters;

namespace Pipeline.Functions.Tests.Quarters;

public sealed class OrchestrationStarterTests
{
    private readonly Mock<DurableTaskClient> _client = new("test");
    private readonly List<StartOrchestrationOptions?> _started = [];

    public OrchestrationStarterTests() => _client
        .Setup(c => c.ScheduleNewOrchestrationInstanceAsync(It.IsAny<TaskName>(), It.IsAny<object?>(), It.IsAny<StartOrchestrationOptions?>(), It.IsAny<CancellationToken>()))
        .Callback((TaskName _, object? _, StartOrchestrationOptions? options, CancellationToken _) => _started.Add(options)).ReturnsAsync("");

    [Fact]
    public async Task A_quarter_has_one_instance_which_is_not_started_while_it_is_under_way()
    {
        await _client.Object.StartRefreshAsync(Quarter.Parse("2025-26-Q1"), default);

        var options = Assert.Single(_started)!;
        Assert.Equal("refresh-2025-26-Q1", options.InstanceId);
        Assert.Equal(["Pending", "Running", "Suspended"], options.DedupeStatuses);
    }

    [Fact]
    public async Task A_payment_run_is_followed_once()
    {
        await _client.Object.StartPaymentRunAsync(new RunToFollow("2025-26-Q1", 7, default), default);

        var options = Assert.Single(_started)!;
        Assert.Equal("run-2025-26-Q1-007", options.InstanceId);
        Assert.Equal(["Completed", "Failed", "Pending", "Running", "Suspended", "Terminated"], options.DedupeStatuses!.Order());
    }

    [Fact]
    public async Task To_start_what_is_under_way_changes_nothing()
    {
        _client.Setup(c => c.ScheduleNewOrchestrationInstanceAsync(It.IsAny<TaskName>(), It.IsAny<object?>(), It.IsAny<StartOrchestrationOptions?>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new OrchestrationAlreadyExistsException("There is one."));

        await _client.Object.StartRefreshAsync(Quarter.Parse("2025-26-Q1"), default);
    }
}
