using System.Text;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;
using Pipeline.Core.Payments;
using Pipeline.Functions.Payments;
using Pipeline.Functions.Tests.Quarters;
using Pipeline.Functions.Tests.Web;
using Pipeline.Steps.Stores;
using Pipeline.Steps.Tests;
using Pipeline.Steps.Tests.Stores;

namespace Pipeline.Functions.Tests.Payments;

[Collection(nameof(SignIn))]
public sealed class PaymentRequestsTests : IDisposable
{
    private const string Quarter = "2025-26-Q1", Instance = "run-2025-26-Q1-001", Refresh = "refresh-2025-26-Q1";
    private readonly OrchestrationService _orchestrations = new();
    private readonly RecordedLog _log = new();

    public void Dispose() => _log.Dispose();

    private List<string> Told => _orchestrations.Told;

    /// <summary>What can be asked for, by whom, and how it is answered when it is somebody who may.</summary>
    public static TheoryData<string, string, int> Operations => new()
    {
        { "prepare", "commissioner finance", 200 },
        { "approve", "commissioner finance", 200 },
        { "reject", "commissioner finance", 200 },
        { "release", "finance", 409 },
        { "status", "commissioner finance administrator", 200 },
        { "close", "commissioner", 204 },
    };

    public static TheoryData<string> Every => ["prepare", "approve", "reject", "release", "status", "close"];

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task A_request_is_answered_to_its_roles_and_refused_to_all_others(string operation, string roles, int answer)
    {
        foreach (string role in (string[])["commissioner", "finance", "administrator", "owner", ""])
        {
            var world = operation == "prepare" ? await TestPipeline.Reviewed() : await TestPipeline.Prepared();
            string before = await world.Everything();
            var result = await AskAsync(world, operation, SignIn.Request("Ben Rees", role));
            if (roles.Split(' ').Contains(role))
            {
                Assert.Equal(answer, (await SignIn.AnswerAsync(result)).Status);
                continue;
            }

            Assert.Equal(403, await SignIn.RefusalAsync(result));
            Assert.Equal(before, await world.Everything());
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public async Task A_request_of_nobody_is_refused(string operation)
    {
        var world = await TestPipeline.Prepared();

        Assert.Equal(401, await SignIn.RefusalAsync(await AskAsync(world, operation, SignIn.NobodysRequest())));
        Assert.Empty(Told);
    }

    [Theory]
    [MemberData(nameof(Every))]
    public async Task A_quarter_that_is_none_is_refused(string operation)
    {
        var world = await TestPipeline.Prepared();

        Assert.Equal(400, await SignIn.RefusalAsync(await AskAsync(world, operation, SignIn.Request("Ben Rees", "commissioner", "finance"),
            quarter: "2025-27-Q1")));
        Assert.Empty(Told);
    }

    [Theory]
    [InlineData("approve")]
    [InlineData("reject")]
    [InlineData("release")]
    [InlineData("status")]
    public async Task A_run_that_there_is_not_is_not_found(string operation)
    {
        var world = await TestPipeline.Prepared();

        Assert.Equal(404,
            await SignIn.RefusalAsync(await AskAsync(world, operation, SignIn.Request("Ben Rees", "commissioner", "finance"), number: 2)));
        Assert.Empty(Told);
    }

    [Fact]
    public async Task A_run_is_prepared_approved_and_released_by_three_people_and_followed_all_the_way()
    {
        var world = await TestPipeline.Reviewed();

        var prepared = await SignIn.AnswerAsync(await AskAsync(world, "prepare", SignIn.Request("Ann Price", "commissioner")));
        var approved = await SignIn.AnswerAsync(await AskAsync(world, "approve", SignIn.Request("Ben Rees", "commissioner")));
        var released = await SignIn.AnswerAsync(await AskAsync(world, "release", SignIn.Request("Cat Shaw", "finance")));

        Assert.Equal(("prepared", "Ann Price"),
            (prepared.Body.GetProperty("state").GetString(), prepared.Body.GetProperty("preparedBy").GetString()));
        Assert.Equal(("approved", "Ben Rees"),
            (approved.Body.GetProperty("state").GetString(), approved.Body.GetProperty("approvedBy").GetString()));
        Assert.Equal(("released", "Cat Shaw"),
            (released.Body.GetProperty("state").GetString(), released.Body.GetProperty("releasedBy").GetString()));
        Assert.Equal(await world.ReleasedPence(), released.Body.GetProperty("totalPence").GetInt64());
        string[] expected =
        [
            $"start {Instance}", $"acted {Instance}", $"start {Refresh}",
            $"acted {Instance}", $"changed {Refresh}",
            $"acted {Instance}", $"changed {Refresh}",
        ];
        Assert.Equal(expected, Told);
    }

    [Fact]
    public async Task Who_prepared_a_run_cannot_approve_it_under_any_role()
    {
        var world = await TestPipeline.Prepared();

        var result = await AskAsync(world, "approve", SignIn.Request("ANN  PRICE", "commissioner", "finance", "administrator"));

        Assert.Equal(409, await SignIn.RefusalAsync(result));
        Assert.Equal(RunState.Prepared, (await world.Runs.FindAsync(TestPipeline.Q1, 1))!.Run.State);
        Assert.Empty(Told);
    }

    [Fact]
    public async Task Nobody_acts_as_somebody_else_by_saying_so()
    {
        var world = await TestPipeline.Prepared();
        var request = SignIn.Request("Ann Price", "commissioner");
        request.QueryString = new QueryString("?by=Ben%20Rees&name=Ben%20Rees&approvedBy=Ben%20Rees");
        request.ContentType = "application/json";
        request.Body = new MemoryStream(Encoding.UTF8.GetBytes("""{"by":"Ben Rees","name":"Ben Rees","roles":["finance"]}"""));
        request.Headers["X-MS-CLIENT-PRINCIPAL-NAME"] = "Ben Rees";

        Assert.Equal(409, await SignIn.RefusalAsync(await AskAsync(world, "approve", request)));
        Assert.Equal(403, await SignIn.RefusalAsync(await AskAsync(world, "release", request)));
    }

    [Fact]
    public async Task A_release_asked_for_before_the_approval_is_refused_and_told_to_nobody()
    {
        var world = await TestPipeline.Prepared();

        Assert.Equal(409, await SignIn.RefusalAsync(await AskAsync(world, "release", SignIn.Request("Cat Shaw", "finance"))));

        Assert.Empty(Told);
    }

    /// <summary>
    /// Whoever follows the run may have ended, failed or been terminated, its history may be purged, and it may never have been started.
    /// </summary>
    [Theory]
    [InlineData(null)]
    [InlineData(OrchestrationRuntimeStatus.Completed)]
    [InlineData(OrchestrationRuntimeStatus.Failed)]
    [InlineData(OrchestrationRuntimeStatus.Terminated)]
    [InlineData(OrchestrationRuntimeStatus.Pending)]
    [InlineData(OrchestrationRuntimeStatus.Suspended)]
    public async Task No_step_depends_on_the_state_of_an_orchestration(OrchestrationRuntimeStatus? status)
    {
        foreach (string operation in (string[])["approve", "reject", "release"])
        {
            var world = operation == "release" ? await TestPipeline.Approved() : await TestPipeline.Prepared();
            foreach (string instance in (string[])[Instance, Refresh])
            {
                _orchestrations.Instances.Remove(instance);
                if (status is { } known)
                    _orchestrations.Instances.Add(instance, known);
            }

            var answer = await SignIn.AnswerAsync(await AskAsync(world, operation, SignIn.Request("Cat Shaw", "finance")));

            Assert.Equal(200, answer.Status);
            bool lives = status is OrchestrationRuntimeStatus.Pending or OrchestrationRuntimeStatus.Suspended;
            // A run that has come to its end needs nobody any more.
            Assert.Equal(
                [.. lives ? [$"acted {Instance}"] : operation == "approve" ? (string[])[$"start {Instance}", $"acted {Instance}"] : [],
                    $"{(lives ? "changed" : "start")} {Refresh}"],
                Told);
            Told.Clear();
        }
    }

    [Theory]
    [InlineData("prepare", 200)]
    [InlineData("approve", 200)]
    [InlineData("reject", 200)]
    [InlineData("release", 200)]
    [InlineData("close", 204)]
    public async Task What_took_effect_is_answered_as_done_when_the_orchestration_service_is_down(string operation, int status)
    {
        var world = operation switch { "prepare" => await TestPipeline.Reviewed(), "release" => await TestPipeline.Approved(),
            _ => await TestPipeline.Prepared() };
        _orchestrations.Before = _ => throw new RpcException(new Status(StatusCode.Unavailable, "Nobody is there."));

        var answer = await SignIn.AnswerAsync(await AskAsync(world, operation, SignIn.Request("Cat Shaw", "finance", "commissioner")));

        Assert.Equal(status, answer.Status);
        Assert.Contains(_log.Messages, message =>
            message.StartsWith($"NobodyTold: {Quarter}: {operation} took effect", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_release_that_the_store_interrupts_is_left_to_who_follows_the_run()
    {
        var world = await TestPipeline.Approved();
        world.Calls.Hook = call => ValueTask.FromResult<Fault?>(call is { Operation: "Submit", Moment: Moment.Before }
            && call.Target.StartsWith("ledger", StringComparison.Ordinal) ? new Fault.Unavailable() : null);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => AskAsync(world, "release", SignIn.Request("Cat Shaw", "finance")));

        Assert.Equal([$"start {Instance}", $"acted {Instance}"], Told);
    }

    [Fact]
    public async Task A_run_is_rejected_for_a_reason()
    {
        var world = await TestPipeline.Prepared();
        _orchestrations.Instances.Add(Instance, OrchestrationRuntimeStatus.Running);
        var request = SignIn.Request("Ben Rees", "finance");

        Assert.Equal(409, await SignIn.RefusalAsync(await AskAsync(world, "reject", request, reason: "")));
        var rejected = await SignIn.AnswerAsync(await AskAsync(world, "reject", request, reason: "Evidence is missing"));

        Assert.Equal(("rejected", "Evidence is missing"),
            (rejected.Body.GetProperty("state").GetString(), rejected.Body.GetProperty("reason").GetString()));
        Assert.Equal([$"acted {Instance}", $"start {Refresh}"], Told);
    }

    [Fact]
    public async Task The_status_is_that_of_now()
    {
        var world = await TestPipeline.Prepared();
        world.Clock.Now += PaymentRun.Lifetime;

        Assert.Equal("expired", await StateAsync(world));
    }

    [Fact]
    public async Task A_release_that_did_not_reach_finance_is_not_called_released()
    {
        var world = await TestPipeline.Approved();
        world.Calls.Hook = call => ValueTask.FromResult<Fault?>(call is { Operation: "Create", Moment: Moment.Before }
            && call.Target.EndsWith("run-001.json", StringComparison.Ordinal) ? new Fault.Crash() : null);
        await Assert.ThrowsAsync<CrashException>(() => AskAsync(world, "release", SignIn.Request("Cat Shaw", "finance")));
        world.Calls.Hook = null;

        Assert.Equal("release interrupted", await StateAsync(world));

        await AskAsync(world, "release", SignIn.Request("Cat Shaw", "finance"));
        Assert.Equal("released", await StateAsync(world));
    }

    [Fact]
    public async Task A_quarter_is_closed_once_and_who_closed_it_may_say_so_again()
    {
        var world = await TestPipeline.Reviewed();

        Assert.Equal(204, (await SignIn.AnswerAsync(await AskAsync(world, "close", SignIn.Request("Ann Price", "commissioner")))).Status);
        Assert.Equal(409, await SignIn.RefusalAsync(await AskAsync(world, "close", SignIn.Request("Ben Rees", "commissioner"))));
        Assert.Equal([$"start {Refresh}"], Told);

        // The refresh may not have been started the first time.
        Assert.Equal(204, (await SignIn.AnswerAsync(await AskAsync(world, "close", SignIn.Request("Ann Price", "commissioner")))).Status);
        Assert.Equal([$"start {Refresh}", $"changed {Refresh}"], Told);
    }

    [Fact]
    public async Task A_quarter_with_something_open_is_closed_only_for_who_says_that_they_know()
    {
        var world = await TestPipeline.Prepared();
        var requests = new PaymentRequests(world, world.Clock, _log.Of<PaymentRequests>());
        var refused = await SignIn.AnswerAsync(
            await requests.CloseAsync(SignIn.Request("Ann Price", "commissioner"), Quarter, _orchestrations.Client, default));
        Assert.Equal(409, refused.Status);
        Assert.Contains("Not released: run 1.", refused.Body.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Null(await world.Closings.OfAsync(TestPipeline.Q1));
    }

    private async Task<string?> StateAsync(TestPipeline world) =>
        (await SignIn.AnswerAsync(await AskAsync(world, "status", SignIn.Request("Ben Rees", "administrator")))).Body.GetProperty("state")
            .GetString();

    private Task<IResult> AskAsync(TestPipeline world, string operation, HttpRequest request, string quarter = Quarter, int number = 1,
        string reason = "Wrong")
    {
        var requests = new PaymentRequests(world, world.Clock, _log.Of<PaymentRequests>());
        if (operation == "reject")
            request.QueryString = QueryString.Create("reason", reason);
        if (operation == "close")
            request.QueryString = QueryString.Create("anyway", "true");
        return operation switch
        {
            "prepare" => requests.PrepareAsync(request, quarter, _orchestrations.Client, default),
            "approve" => requests.ApproveAsync(request, quarter, number, _orchestrations.Client, default),
            "reject" => requests.RejectAsync(request, quarter, number, _orchestrations.Client, default),
            "release" => requests.ReleaseAsync(request, quarter, number, _orchestrations.Client, default),
            "status" => requests.StatusAsync(request, quarter, number, default),
            _ => requests.CloseAsync(request, quarter, _orchestrations.Client, default),
        };
    }
}
