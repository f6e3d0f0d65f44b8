using Microsoft.DurableTask;
using Moq;
using Pipeline.Core;
using Pipeline.Functions.Quarters;
using Pipeline.Steps.Quarters;

namespace Pipeline.Functions.Tests.Quarters;

public sealed class RefreshOrchestrationTests
{
    private static readonly Quarter Quarter = Quarter.Parse("2025-26-Q1");
    private readonly Mock<TaskOrchestrationContext> _context = new();
    private readonly TaskCompletionSource<object?> _changed = new();
    private readonly List<string> _calls = [];

    public RefreshOrchestrationTests()
    {
        _context.Setup(c => c.GetInput<Quarter>()).Returns(Quarter);
        _context.Setup(c => c.WaitForExternalEvent<object?>(RefreshOrchestration.Changed, It.IsAny<CancellationToken>()))
            .Returns(_changed.Task);
    }

    [Fact]
    public async Task A_quarter_without_work_waits_for_the_next_change_and_looks_again()
    {
        Found(null);

        var run = RefreshOrchestration.RunAsync(_context.Object);

        Assert.Equal(["FindWork"], _calls);
        Assert.False(run.IsCompleted);
        _context.Verify(c => c.ContinueAsNew(It.IsAny<object?>(), It.IsAny<bool>()), Times.Never);
        _changed.SetResult(null);
        await run;
        _context.Verify(c => c.ContinueAsNew(Quarter, false), Times.Once);
    }

    [Fact]
    public async Task Every_contract_is_refreshed_then_the_work_is_struck_out_and_it_goes_round_again()
    {
        Found(new QuarterWork([ContractId.Parse("C1"), ContractId.Parse("C2"), ContractId.Parse("C3")], ["note"]));

        await RefreshOrchestration.RunAsync(_context.Object);

        Assert.Equal(["FindWork", "RefreshContract C1", "RefreshContract C2", "RefreshContract C3", "Finish note"], _calls);
        _context.Verify(c => c.ContinueAsNew(Quarter, false), Times.Once);
    }

    [Fact]
    public async Task After_a_round_it_rests_so_that_what_comes_meanwhile_is_refreshed_together()
    {
        Found(new QuarterWork([ContractId.Parse("C1")], ["note"]));
        var rest = new TaskCompletionSource();
        _context.Setup(c => c.CreateTimer(TimeSpan.FromSeconds(30), It.IsAny<CancellationToken>())).Returns(rest.Task);

        var run = RefreshOrchestration.RunAsync(_context.Object);

        Assert.Equal("Finish note", _calls[^1]);
        Assert.False(run.IsCompleted);
        rest.SetResult();
        await run;
        _context.Verify(c => c.ContinueAsNew(Quarter, false), Times.Once);
    }

    [Fact]
    public async Task Contracts_that_were_only_paid_are_refreshed_page_by_page()
    {
        ContractId one = ContractId.Parse("C1"), two = ContractId.Parse("C2"), three = ContractId.Parse("C3");
        Found(new QuarterWork([one], ["note"]) { Paid = [[two, three]] });

        await RefreshOrchestration.RunAsync(_context.Object);

        Assert.Equal(["FindWork", "RefreshContract C1", "RefreshPaid C2,C3", "Finish note"], _calls);
    }

    [Fact]
    public async Task Contracts_are_refreshed_at_the_same_time()
    {
        Found(new QuarterWork([ContractId.Parse("C1"), ContractId.Parse("C2")], []));
        var first = new TaskCompletionSource();
        _context.Setup(c => c.CallActivityAsync("RefreshContract", new ContractToRefresh(Quarter, ContractId.Parse("C1")),
            It.IsAny<TaskOptions?>())).Returns(first.Task);

        var run = RefreshOrchestration.RunAsync(_context.Object);

        Assert.Contains("RefreshContract C2", _calls);
        Assert.DoesNotContain(_calls, call => call.StartsWith("Finish", StringComparison.Ordinal));
        first.SetResult();
        await run;
        Assert.Equal("Finish ", _calls[^1]);
    }

    [Fact]
    public async Task Work_is_not_struck_out_when_a_contract_fails_and_the_others_are_refreshed_all_the_same()
    {
        Found(new QuarterWork([ContractId.Parse("C1"), ContractId.Parse("C2")], ["note"]));
        _context.Setup(c => c.CallActivityAsync("RefreshContract", new ContractToRefresh(Quarter, ContractId.Parse("C1")),
            It.IsAny<TaskOptions?>())).ThrowsAsync(new TaskFailedException("RefreshContract", 0, new InvalidOperationException()));

        await Assert.ThrowsAsync<TaskFailedException>(() => RefreshOrchestration.RunAsync(_context.Object));

        Assert.Equal(["FindWork", "RefreshContract C2"], _calls);
        _context.Verify(c => c.ContinueAsNew(It.IsAny<object?>(), It.IsAny<bool>()), Times.Never);
    }

    [Fact]
    public async Task Every_activity_is_tried_again()
    {
        Found(new QuarterWork([ContractId.Parse("C1")], []));

        await RefreshOrchestration.RunAsync(_context.Object);

        foreach (var call in _context.Invocations.Where(i => i.Method.Name == nameof(TaskOrchestrationContext.CallActivityAsync)))
            Assert.True(Assert.IsType<TaskOptions>(call.Arguments[2]).Retry?.Policy?.MaxNumberOfAttempts > 1);
    }

    private void Found(QuarterWork? work)
    {
        _context.Setup(c => c.CallActivityAsync<QuarterWork?>("FindWork", Quarter, It.IsAny<TaskOptions?>()))
            .Callback(() => _calls.Add("FindWork")).ReturnsAsync(work);
        _context.Setup(c => c.CallActivityAsync("RefreshContract", It.IsAny<object?>(), It.IsAny<TaskOptions?>()))
            .Callback((TaskName _, object? what, TaskOptions? _) => _calls.Add($"RefreshContract {((ContractToRefresh)what!).Contract}"))
            .Returns(Task.CompletedTask);
        _context.Setup(c => c.CallActivityAsync("RefreshPaid", It.IsAny<object?>(), It.IsAny<TaskOptions?>()))
            .Callback((TaskName _, object? what, TaskOptions? _) =>
                _calls.Add($"RefreshPaid {string.Join(',', ((PaidToRefresh)what!).Contracts)}"))
            .Returns(Task.CompletedTask);
        _context.Setup(c => c.CallActivityAsync("Finish", It.IsAny<object?>(), It.IsAny<TaskOptions?>()))
            .Callback((TaskName _, object? what, TaskOptions? _) =>
                _calls.Add($"Finish {string.Join(',', ((FinishedWork)what!).Work.Noted)}")).Returns(Task.CompletedTask);
    }
}
