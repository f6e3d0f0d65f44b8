using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Core.Submissions;
using Pipeline.Functions.Quarters;
using Pipeline.Functions.Telemetry;
using Pipeline.Functions.Web;
using Pipeline.Steps;
using Pipeline.Web.Machines;

namespace Pipeline.Functions.Payments;

/// <summary>What people ask of payments. Who may approve what, and when, the steps decide; here it is only told who asks.</summary>
public sealed class PaymentRequests(AllSteps steps, TimeProvider clock, ILogger<PaymentRequests> log)
{
    private static readonly string[] Commissioners = [Roles.Commissioner];
    private static readonly string[] Finance = [Roles.Finance];
    private static readonly string[] Deciders = [Roles.Commissioner, Roles.Finance];
    private static readonly string[] Everybody = [Roles.Commissioner, Roles.Finance, Roles.Administrator];

    [Function("PreparePayments")]
    public Task<IResult> PrepareAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/quarters/{quarter}/runs")] HttpRequest request, string quarter,
        [DurableClient] DurableTaskClient client, CancellationToken cancel) => OfQuarterAsync(
            request, Deciders, quarter, async (by, at) =>
                await AnswerAsync("prepare", at, await steps.Prepare.RunAsync(at, by, cancel), client));

    [Function("ApprovePayments")]
    public Task<IResult> ApproveAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/quarters/{quarter}/runs/{number:int}/approve")]
        HttpRequest request, string quarter, int number,
        [DurableClient] DurableTaskClient client, CancellationToken cancel) => OfRunAsync(
            request, Deciders, quarter, number, async (by, run) =>
                await AnswerAsync("approve", run.Quarter, await steps.Decide.ApproveAsync(run.Quarter, number, by, cancel), client),
                cancel);

    [Function("RejectPayments")]
    public Task<IResult> RejectAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/quarters/{quarter}/runs/{number:int}/reject")]
        HttpRequest request, string quarter, int number,
        [DurableClient] DurableTaskClient client, CancellationToken cancel) => OfRunAsync(
            request, Deciders, quarter, number, async (by, run) =>
                await AnswerAsync("reject", run.Quarter,
                    await steps.Decide.RejectAsync(run.Quarter, number, by, request.Query["reason"].ToString(), cancel), client), cancel);

    [Function("ReleasePayments")]
    public Task<IResult> ReleaseAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/quarters/{quarter}/runs/{number:int}/release")]
        HttpRequest request, string quarter, int number,
        [DurableClient] DurableTaskClient client, CancellationToken cancel) =>
            OfRunAsync(request, Finance, quarter, number, async (by, run) =>
        {
            try
            {
                return await AnswerAsync("release", run.Quarter, await steps.Release.RunAsync(run.Quarter, number, by, cancel), client);
            }
            catch (Exception) when (run.State is RunState.Approved or RunState.Released)
            {
                // It may have begun: who follows the run carries it to its end.
                await TryAsync(run.Quarter, "release", () => client.FollowAsync(RunToFollow.Of(run), CancellationToken.None));
                throw;
            }
        }, cancel);

    [Function("PaymentStatus")]
    public Task<IResult> StatusAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/quarters/{quarter}/runs/{number:int}")]
        HttpRequest request, string quarter, int number,
        CancellationToken cancel) => OfRunAsync(request, Everybody, quarter, number, async (_, stored) =>
        {
            var run = await steps.Proposals.AsOfAsync(stored, clock.GetUtcNow(), cancel);
            return Results.Ok(RunAnswer.Of(run) with { State = await steps.Runs.WordAsync(run, cancel) });
        }, cancel);

    [Function("CloseQuarter")]
    public Task<IResult> CloseAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/quarters/{quarter}/close")] HttpRequest request, string quarter,
        [DurableClient] DurableTaskClient client, CancellationToken cancel) =>
            OfQuarterAsync(request, Commissioners, quarter, async (by, at) =>
        {
            if (request.Query["anyway"] != "true" && await steps.BeforeClosing.WhyNotYetAsync(at, "?anyway=true", cancel) is { } open)
                return Refused("close", at, open);
            if (await steps.Close.RunAsync(at, by, cancel) is { } why)
                return Refused("close", at, why);
            log.QuarterClosed(at);
            await TryAsync(at, "close", () => client.RefreshAsync(at, CancellationToken.None));
            return Results.NoContent();
        });

    private static async Task<IResult> OfQuarterAsync(HttpRequest request, string[] allowed, string quarter,
        Func<Person, Quarter, Task<IResult>> answer) =>
        !Principal.TryRead(request, allowed, out var acting, out var refusal) ? refusal
        : !Quarter.TryParse(quarter, out var at)
            ? Problems.Of(StatusCodes.Status400BadRequest, "That is no quarter.", "Write it as 2025-26-Q1.")
        : await answer(new Person(acting.Name, acting.ObjectId.ToString()), at);

    private Task<IResult> OfRunAsync(
        HttpRequest request, string[] allowed, string quarter, int number, Func<Person, PaymentRun, Task<IResult>> answer,
        CancellationToken cancel) =>
        OfQuarterAsync(request, allowed, quarter, async (by, at) => await steps.Runs.FindAsync(at, number, cancel) is { } stored
            ? await answer(by, stored.Run)
            : Problems.Of(StatusCodes.Status404NotFound, "There is no such run.", "Check the quarter and the number."));

    /// <summary>Answers with the run, and has it followed and shown by the tables.</summary>
    private async Task<IResult> AnswerAsync(string what, Quarter quarter, RunResult step, DurableTaskClient client)
    {
        if (step is not RunResult.Done { Run: var run })
            return Refused(what, quarter, ((RunResult.Refused)step).Why);
        log.RunStepTaken(quarter, what, run.Number, run.State.Word());
        await TryAsync(quarter, what, () => run.IsOpen
            ? client.FollowAsync(RunToFollow.Of(run), CancellationToken.None)
            : client.EndFollowingAsync(RunToFollow.Of(run), CancellationToken.None));
        await TryAsync(quarter, what, () => client.RefreshAsync(quarter, CancellationToken.None));
        return Results.Ok(RunAnswer.Of(run));
    }

    /// <summary>Tells an orchestration of what took effect already. When it cannot be told, the sweep makes up for it.</summary>
    private async Task TryAsync(Quarter quarter, string what, Func<Task> tell)
    {
        try
        {
            await tell();
        }
        catch (Exception exception)
        {
            log.NobodyTold(quarter, what, exception);
        }
    }

    private IResult Refused(string what, Quarter quarter, string why)
    {
        log.StepRefused(quarter, what);
        return Problems.Of(StatusCodes.Status409Conflict, "That was not done.", why);
    }
}
