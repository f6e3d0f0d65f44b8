using Microsoft.DurableTask.Client;
using Pipeline.Core;
using Pipeline.Functions.Payments;
using Pipeline.Functions.Quarters;

namespace Pipeline.Functions.Tests.Quarters;

public sealed class OrchestrationStarterTests
{
    private const string Refresh = "refresh-2025-26-Q1", Run = "run-2025-26-Q1-007";

    private static readonly Quarter Q1 = Quarter.Parse("2025-26-Q1");
    private static readonly RunToFollow Seventh = new(Q1, 7, default);

    private readonly OrchestrationService _service = new();

    public static TheoryData<OrchestrationRuntimeStatus?> Ended =>
        [null, OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated];

    public static TheoryData<OrchestrationRuntimeStatus> UnderWay =>
        [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended];

    [Theory]
    [MemberData(nameof(Ended))]
    public async Task A_quarter_whose_instance_has_ended_or_never_was_gets_another(OrchestrationRuntimeStatus? status)
    {
        Put(Refresh, status);

        await _service.Client.RefreshAsync(Q1, default);

        Assert.Equal([$"start {Refresh}"], _service.Told);
        Assert.Equal(Q1, _service.Inputs[Refresh]);
    }

    [Theory]
    [MemberData(nameof(UnderWay))]
    public async Task A_quarter_whose_instance_is_under_way_is_told_to_it(OrchestrationRuntimeStatus status)
    {
        Put(Refresh, status);

        await _service.Client.RefreshAsync(Q1, default);

        Assert.Equal([$"changed {Refresh}"], _service.Told);
    }

    [Theory]
    [MemberData(nameof(Ended))]
    public async Task A_run_that_nobody_follows_any_more_is_followed_anew(OrchestrationRuntimeStatus? status)
    {
        Put(Run, status);

        await _service.Client.FollowAsync(Seventh, default);

        Assert.Equal([$"start {Run}", $"acted {Run}"], _service.Told);
        Assert.Equal(Seventh, _service.Inputs[Run]);
    }

    [Theory]
    [MemberData(nameof(UnderWay))]
    public async Task A_run_that_is_followed_is_told_to_who_follows_it(OrchestrationRuntimeStatus status)
    {
        Put(Run, status);

        await _service.Client.FollowAsync(Seventh, default);
        await _service.Client.StartFollowingAsync(Seventh, default);

        Assert.Equal([$"acted {Run}"], _service.Told);
    }

    [Theory]
    [MemberData(nameof(Ended))]
    public async Task That_a_run_has_come_to_its_end_starts_nobody(OrchestrationRuntimeStatus? status)
    {
        Put(Run, status);

        await _service.Client.EndFollowingAsync(Seventh, default);

        Assert.Empty(_service.Told);
    }

    [Fact]
    public async Task An_instance_that_is_terminated_between_the_start_it_prevents_and_the_word_to_it_is_started_anew()
    {
        Put(Refresh, OrchestrationRuntimeStatus.Running);
        Put(Run, OrchestrationRuntimeStatus.Running);
        _service.Before = asked =>
        {
            if (asked == $"changed {Refresh}")
                Put(Refresh, OrchestrationRuntimeStatus.Terminated);
            if (asked == $"acted {Run}" && _service.Told.Count == 1)
                Put(Run, OrchestrationRuntimeStatus.Terminated);
        };

        await _service.Client.RefreshAsync(Q1, default);
        await _service.Client.FollowAsync(Seventh, default);

        Assert.Equal([$"start {Refresh}", $"start {Run}", $"acted {Run}"], _service.Told);
    }

    private void Put(string instance, OrchestrationRuntimeStatus? status)
    {
        if (status is { } known)
            _service.Instances[instance] = known;
    }
}
