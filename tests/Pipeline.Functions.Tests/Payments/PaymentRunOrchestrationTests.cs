using Microsoft.DurableTask;
using Moq;
using Pipeline.Core;
using Pipeline.Functions.Payments;

namespace Pipeline.Functions.Tests.Payments;

public sealed class PaymentRunOrchestrationTests
{
    private static readonly DateTime Now = new(2025, 7, 20, 9, 0, 0, DateTimeKind.Utc);
    private static readonly RunToFollow Run = new(Quarter.Parse("2025-26-Q1"), 1, new DateTimeOffset(Now.AddDays(14)));

    private readonly Mock<TaskOrchestrationContext> _context = new();
    private readonly Queue<Task<object?>> _events = new();
    private readonly Queue<string> _states = new();
    private readonly List<string> _calls = [];
    private Task _timer = new TaskCompletionSource().Task;

    public PaymentRunOrchestrationTests()
    {
        _context.Setup(c => c.GetInput<RunToFollow>()).Returns(Run);
        _context.Setup(c => c.CurrentUtcDateTime).Returns(Now);
        _context.Setup(c => c.CreateTimer(It.IsAny<TimeSpan>(), It.IsAny<CancellationToken>()))
            .Callback((TimeSpan left, CancellationToken _) => _calls.Add($"wait {left.TotalDays} days")).Returns(() => _timer);
        _context.Setup(c => c.CreateTimer(It.IsAny<DateTime>(), It.IsAny<CancellationToken>())).Returns(() => _timer);
        _context.Setup(c => c.WaitForExternalEvent<object?>(PaymentRunOrchestration.Acted, It.IsAny<CancellationToken>()))
            .Returns((string _, CancellationToken cancel) => _events.Count > 0 ? _events.Dequeue() : Never(cancel));
        _context.Setup(c => c.CallActivityAsync<string>("LookAtRun", Run, It.IsAny<TaskOptions?>())).Callback(() => _calls.Add("look"))
            .ReturnsAsync(() => _states.Dequeue());
        _context.Setup(c => c.CallActivityAsync("FinishRelease", Run, It.IsAny<TaskOptions?>())).Callback(() => _calls.Add("finish"))
            .Returns(Task.CompletedTask);
    }

    [Fact]
    public async Task An_approved_run_waits_to_be_released_and_ends_released()
    {
        Happens("approved");
        Happens("released");

        Assert.Equal("released", await PaymentRunOrchestration.RunAsync(_context.Object));

        Assert.Equal(["wait 14 days", "look", "wait 14 days", "look"], _calls);
    }

    [Fact]
    public async Task A_rejected_run_ends_at_once()
    {
        Happens("rejected");

        Assert.Equal("rejected", await PaymentRunOrchestration.RunAsync(_context.Object));

        Assert.Equal(["wait 14 days", "look"], _calls);
    }

    [Fact]
    public async Task An_interrupted_release_is_finished()
    {
        Happens("release interrupted", "released");

        Assert.Equal("released", await PaymentRunOrchestration.RunAsync(_context.Object));

        Assert.Equal(["wait 14 days", "look", "finish", "look"], _calls);
    }

    [Fact]
    public async Task A_release_that_the_step_refuses_to_finish_is_left_to_the_next_sweep()
    {
        Happens("release interrupted", "release interrupted");

        Assert.Equal("release interrupted", await PaymentRunOrchestration.RunAsync(_context.Object));

        Assert.Equal(["wait 14 days", "look", "finish", "look"], _calls);
    }

    [Fact]
    public async Task A_release_that_is_found_interrupted_after_the_run_would_have_expired_is_finished_too()
    {
        _context.Setup(c => c.CurrentUtcDateTime).Returns(Now.AddDays(15));
        _states.Enqueue("release interrupted");
        _states.Enqueue("released");

        Assert.Equal("released", await PaymentRunOrchestration.RunAsync(_context.Object));

        Assert.Equal(["look", "finish", "look"], _calls);
    }

    [Fact]
    public async Task A_run_on_which_nobody_acts_ends_when_it_expires()
    {
        _timer = Task.CompletedTask;
        _states.Enqueue("expired");

        Assert.Equal("expired", await PaymentRunOrchestration.RunAsync(_context.Object));

        Assert.DoesNotContain(_calls, call => call.StartsWith("finish", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_that_is_looked_at_after_its_time_does_not_wait()
    {
        _context.Setup(c => c.CurrentUtcDateTime).Returns(Now.AddDays(15));
        _states.Enqueue("expired");

        Assert.Equal("expired", await PaymentRunOrchestration.RunAsync(_context.Object));

        Assert.Equal(["look"], _calls);
    }

    /// <param name="states">Those in which the run is found afterwards, one after the other.</param>
    private void Happens(params string[] states)
    {
        _events.Enqueue(Task.FromResult<object?>(null));
        foreach (string state in states)
            _states.Enqueue(state);
    }

    private static Task<object?> Never(CancellationToken cancel)
    {
        var never = new TaskCompletionSource<object?>();
        cancel.Register(() => never.TrySetCanceled(cancel));
        return never.Task;
    }
}
