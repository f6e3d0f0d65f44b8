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
using Pipeline.Steps.Payments;
using Pipeline.Steps.Quarters;
using Pipeline.Steps.State;

namespace Pipeline.Functions.Payments;

/// <summary>What people ask of payments. Who may approve what, and when, the steps decide; here it is only told who asks.</summary>
public sealed class PaymentRequests(
    PreparePayments prepare, DecidePayments decide, ReleasePayments release, CloseQuarter close, Runs runs, Proposals proposals, TimeProvider clock, ILogger<PaymentRequests> log)
{
    private static readonly string[] Commissioners = [Roles.Commissioner];
    private static readonly string[] Finance = [Roles.Finance];
    private static readonly string[] Deciders = [Roles.Commissioner, Roles.Finance];
    private static readonly string[] Everybody = [Roles.Commissioner, Roles.Finance, Roles.Administrator];

    [Function("PreparePayments")]
    public Task<IResult> PrepareAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "quarters/{quarter}/runs")] HttpRequest request, string quarter,
        [DurableClient] DurableTaskClient client, CancellationToken cancel) => OfQuarterAsync(
            request, Commissioners, quarter, async (by, at) => await AnswerAsync("prepare", at, await prepare.RunAsync(at, by, cancel), client, told: null, cancel));

    [Function("ApprovePayments")]
    public Task<IResult> ApproveAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "quarters/{quarter}/runs/{number:int}/approve")] HttpRequest request, string quarter, int number,
        [DurableClient] DurableTaskClient client, CancellationToken cancel) => OfRunAsync(
            request, Deciders, quarter, number, async (by, run) =>
                await AnswerAsync("approve", run.Quarter, await decide.ApproveAsync(run.Quarter, number, by, cancel), client, new RunActed(null), cancel), cancel);

    [Function("RejectPayments")]
    public Task<IResult> RejectAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "quarters/{quarter}/runs/{number:int}/reject")] HttpRequest request, string quarter, int number,
        [DurableClient] DurableTaskClient client, CancellationToken cancel) => OfRunAsync(
            request, Deciders, quarter, number, async (by, run) =>
                await AnswerAsync("reject", run.Quarter, await decide.RejectAsync(run.Quarter, number, by, request.Query["reason"].ToString(), cancel), client, new RunActed(null), cancel), cancel);

    [Function("ReleasePayments")]
    public Task<IResult> ReleaseAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "quarters/{quarter}/runs/{number:int}/release")] HttpRequest request, string quarter, int number,
        [DurableClient] DurableTaskClient client, CancellationToken cancel) => OfRunAsync(request, Finance, quarter, number, async (by, run) =>
        {
            // Told first, so that the release is carried to its end even if this host dies in the middle of it. Who asks before the
            // approval is refused, and must not find the run released once it is approved.
            if (run.State is RunState.Approved or RunState.Released)
                await NotifyOrchestrationAsync(client, run, new RunActed(by.ToString()), cancel);
            return await AnswerAsync("release", run.Quarter, await release.RunAsync(run.Quarter, number, by, cancel), client, told: null, cancel);
        }, cancel);

    [Function("PaymentStatus")]
    public Task<IResult> StatusAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "quarters/{quarter}/runs/{number:int}")] HttpRequest request, string quarter, int number,
        CancellationToken cancel) => OfRunAsync(request, Everybody, quarter, number, async (_, stored) =>
        {
            var run = await proposals.AsOfAsync(stored, clock.GetUtcNow(), cancel);
            return Results.Ok(RunAnswer.Of(run) with { State = await runs.WordAsync(run, cancel) });
        }, cancel);

    [Function("CloseQuarter")]
    public Task<IResult> CloseAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "quarters/{quarter}/close")] HttpRequest request, string quarter,
        [DurableClient] DurableTaskClient client, CancellationToken cancel) => OfQuarterAsync(request, Commissioners, quarter, async (by, at) =>
        {
            if (await close.RunAsync(at, by, cancel) is { } why)
                return Refused("close", at, why);
            log.QuarterClosed(at);
            await client.StartRefreshAsync(at, cancel);
            return Results.NoContent();
        });

    private static async Task<IResult> OfQuarterAsync(HttpRequest request, string[] allowed, string quarter, Func<PersonName, Quarter, Task<IResult>> answer) =>
        !Principal.TryRead(request, allowed, out var acting, out var refusal) ? refusal
        : !Quarter.TryParse(quarter, out var at) ? Principal.Problem(StatusCodes.Status400BadRequest, "That is no quarter.", "Write it as 2025-26-Q1.")
        : await answer(acting.Name, at);

    private Task<IResult> OfRunAsync(
        HttpRequest request, string[] allowed, string quarter, int number, Func<PersonName, PaymentRun, Task<IResult>> answer, CancellationToken cancel) =>
        OfQuarterAsync(request, allowed, quarter, async (by, at) => await runs.FindAsync(at, number, cancel) is { } stored
            ? await answer(by, stored.Run)
            : Principal.Problem(StatusCodes.Status404NotFound, "There is no such run.", "Check the quarter and the number."));

    private static RunToFollow Follow(PaymentRun run) => new(run.Quarter.ToString(), run.Number, run.ExpiresAt);

    /// <summary>Tells the orchestration that follows the run.</summary>
    private static async Task NotifyOrchestrationAsync(DurableTaskClient client, PaymentRun run, RunActed? told, CancellationToken cancel)
    {
        await client.StartPaymentRunAsync(Follow(run), cancel);
        if (told is not null)
            await client.RaiseEventAsync(Follow(run).InstanceId, PaymentRunOrchestration.Acted, told, cancel);
    }

    /// <summary>Answers with the run, and has it followed and shown by the tables.</summary>
    private async Task<IResult> AnswerAsync(string what, Quarter quarter, RunResult step, DurableTaskClient client, RunActed? told, CancellationToken cancel)
    {
        if (step is not RunResult.Done { Run: var run })
            return Refused(what, quarter, ((RunResult.Refused)step).Why);
        log.RunStepTaken(quarter, what, run.Number, run.State.Word());
        await NotifyOrchestrationAsync(client, run, told, cancel);
        await client.StartRefreshAsync(quarter, cancel);
        return Results.Ok(RunAnswer.Of(run));
    }

    private IResult Refused(string what, Quarter quarter, string why)
    {
        log.StepRefused(quarter, what);
        return Principal.Problem(StatusCodes.Status409Conflict, "That was not done.", why);
    }
}

/// <summary>A run as it is answered: totals, no lines.</summary>
internal sealed record RunAnswer(
    string Quarter, int Run, string State, string PreparedBy, string? ApprovedBy, string? ReleasedBy, string? Reason, DateTimeOffset ExpiresAt, int Lines, long TotalPence)
{
    public static RunAnswer Of(PaymentRun run) => new(
        run.Quarter.ToString(), run.Number, run.State.Word(), run.PreparedBy.ToString(), run.ApprovedBy?.ToString(), run.ReleasedBy?.ToString(), run.Reason, run.ExpiresAt,
        run.Totals.Count, run.Totals.Total.Pence);
}
