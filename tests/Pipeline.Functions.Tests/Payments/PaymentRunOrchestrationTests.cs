using Microsoft.DurableTask;
using Moq;
using Pipeline.Functions.Payments;

namespace Pipeline.Functions.Tests.Payments;

public sealed class PaymentRunOrchestrationTests
{
    private static readonly DateTime Now = new(2025, 7, 20, 9, 0, 0, DateTimeKind.Utc);
    private static readonly RunToFollow Run = new("2025-26-Q1", 1, new DateTimeOffset(Now.AddDays(14)));

    private readonly Mock<TaskOrchestrationContext> _context = new();
    private readonly Queue<Task<RunActed>> _events = new();
    private readonly Queue<string> _states = new();
    private readonly List<string> _calls = [];
    private Task _timer = new TaskCompletionSource().Task;

    public PaymentRunOrchestrationTests()
    {
        _context.Setup(c => c.GetInput<RunToFollow>()).Returns(Run);
        _context.Setup(c => c.CurrentUtcDateTime).Returns(Now);
        _context.Setup(c => c.CreateTimer(It.IsAny<TimeSpan>(), It.IsAny<CancellationToken>())).Callback((TimeSpan left, CancellationToken _) => _calls.Add($"wait {left.TotalDays} days")).Returns(() => _timer);
        _context.Setup(c => c.CreateTimer(It.IsAny<DateTime>(), It.IsAny<CancellationToken>())).Returns(() => _timer);
        _context.Setup(c => c.WaitForExternalEvent<RunActed>(PaymentRunOrchestration.Acted, It.IsAny<CancellationToken>()))
            .Returns((string _, CancellationToken cancel) => _events.Count > 0 ? _events.Dequeue() : Never(cancel));
        _context.Setup(c => c.CallActivityAsync<string>("LookAtRun", Run, It.IsAny<TaskOptions?>())).Callback(() => _calls.Add("look")).ReturnsAsync(() => _states.Dequeue());
        _context.Setup(c => c.CallActivityAsync("ReleaseRun", It.IsAny<object?>(), It.IsAny<TaskOptions?>()))
            .Callback((TaskName _, object? what, TaskOptions? _) => _calls.Add($"release by {((RunToRelease)what!).By}")).Returns(Task.CompletedTask);
    }

    [Fact]
    public async Task An_approved_run_waits_to_be_released_and_ends_released()
    {
        Happens(new RunActed(null), "approved");
        Happens(new RunActed("B. Baker"), "released");

        Assert.Equal("released", await PaymentRunOrchestration.RunAsync(_context.Object));

        Assert.Equal(["wait 14 days", "look", "wait 14 days", "release by B. Baker", "look"], _calls);
    }

    [Fact]
    public async Task A_rejected_run_ends_at_once()
    {
        Happens(new RunActed(null), "rejected");

        Assert.Equal("rejected", await PaymentRunOrchestration.RunAsync(_context.Object));

        Assert.Equal(["wait 14 days", "look"], _calls);
    }

    [Fact]
    public async Task A_release_that_the_step_refuses_leaves_the_run_waiting()
    {
        Happens(new RunActed("B. Baker"), "prepared");
        Happens(new RunActed(null), "rejected");

        Assert.Equal("rejected", await PaymentRunOrchestration.RunAsync(_context.Object));

        Assert.Equal(["wait 14 days", "release by B. Baker", "look", "wait 14 days", "look"], _calls);
    }

    [Fact]
    public async Task A_run_on_which_nobody_acts_ends_when_it_expires()
    {
        _timer = Task.CompletedTask;
        _states.Enqueue("expired");

        Assert.Equal("expired", await PaymentRunOrchestration.RunAsync(_context.Object));

        Assert.DoesNotContain(_calls, call => call.StartsWith("release", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_that_is_looked_at_after_its_time_does_not_wait()
    {
        _context.Setup(c => c.CurrentUtcDateTime).Returns(Now.AddDays(15));
        _states.Enqueue("expired");

        Assert.Equal("expired", await PaymentRunOrchestration.RunAsync(_context.Object));

        Assert.Equal(["look"], _calls);
    }

    private void Happens(RunActed acted, string state)
    {
        _events.Enqueue(Task.FromResult(acted));
        _states.Enqueue(state);
    }

    private static Task<RunActed> Never(CancellationToken cancel)
    {
        var never = new TaskCompletionSource<RunActed>();
        cancel.Register(() => never.TrySetCanceled(cancel));
        return never.Task;
    }
}
