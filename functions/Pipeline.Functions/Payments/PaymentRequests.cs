using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Functions.Quarters;
using Pipeline.Steps.Payments;

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
        [DurableClient] DurableTaskClient client, CancellationToken cancel) => AnswerAsync(request, Commissioners, quarter, async (by, at) =>
        {
            var step = await prepare.RunAsync(at, by, cancel);
            if (step is RunStep.Done { Run: var run })
                await client.StartPaymentRunAsync(Follow(run), cancel);
            return Answer("prepare", at, step);
        });

    [Function("ApprovePayments")]
    public Task<IResult> ApproveAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "quarters/{quarter}/runs/{number:int}/approve")] HttpRequest request, string quarter, int number,
        [DurableClient] DurableTaskClient client, CancellationToken cancel) => AnswerAsync(request, Deciders, quarter, async (by, at) =>
        {
            var step = await decide.ApproveAsync(at, number, by, cancel);
            await TellAsync(client, step, releasing: null, cancel);
            return Answer("approve", at, step);
        });

    [Function("RejectPayments")]
    public Task<IResult> RejectAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "quarters/{quarter}/runs/{number:int}/reject")] HttpRequest request, string quarter, int number,
        [DurableClient] DurableTaskClient client, CancellationToken cancel) => AnswerAsync(request, Deciders, quarter, async (by, at) =>
        {
            var step = await decide.RejectAsync(at, number, by, request.Query["reason"].ToString(), cancel);
            await TellAsync(client, step, releasing: null, cancel);
            return Answer("reject", at, step);
        });

    [Function("ReleasePayments")]
    public Task<IResult> ReleaseAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "quarters/{quarter}/runs/{number:int}/release")] HttpRequest request, string quarter, int number,
        [DurableClient] DurableTaskClient client, CancellationToken cancel) => AnswerAsync(request, Finance, quarter, async (by, at) =>
        {
            // Told first, so that the release is carried to its end even if this host dies in the middle of it.
            if (await runs.FindAsync(at, number, cancel) is { } stored)
                await TellAsync(client, new RunStep.Done(stored.Run), by, cancel);
            return Answer("release", at, await release.RunAsync(at, number, by, cancel));
        });

    [Function("PaymentStatus")]
    public Task<IResult> StatusAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "quarters/{quarter}/runs/{number:int}")] HttpRequest request, string quarter, int number,
        CancellationToken cancel) => AnswerAsync(request, Everybody, quarter, async (_, at) =>
        {
            if (await runs.FindAsync(at, number, cancel) is not { } stored || await proposals.OfAsync(at, cancel) is not { } proposal)
                return Acting.Problem(StatusCodes.Status404NotFound, "There is no such run.", "Check the quarter and the number.");
            return Results.Ok(RunAnswer.Of(stored.Run.AsOf(clock.GetUtcNow(), proposal)));
        });

    [Function("CloseQuarter")]
    public Task<IResult> CloseAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "quarters/{quarter}/close")] HttpRequest request, string quarter,
        [DurableClient] DurableTaskClient client, CancellationToken cancel) => AnswerAsync(request, Commissioners, quarter, async (by, at) =>
        {
            if (await close.RunAsync(at, by, cancel) is { } why)
                return Refused("close", at, why);
            log.QuarterClosed(at);
            await client.StartRefreshAsync(at, cancel);
            return Results.NoContent();
        });

    private static RunToFollow Follow(PaymentRun run) => new(run.Quarter.ToString(), run.Number, run.ExpiresAt);

    private static async Task<IResult> AnswerAsync(HttpRequest request, string[] allowed, string quarter, Func<PersonName, Quarter, Task<IResult>> answer) =>
        !Acting.TryRead(request, allowed, out var acting, out var refusal) ? refusal
        : !Quarter.TryParse(quarter, out var at) ? Acting.Problem(StatusCodes.Status400BadRequest, "That is no quarter.", "Write it as 2025-26-Q1.")
        : await answer(acting.Name, at);

    /// <summary>Tells the orchestration that follows the run, and has the tables show what happened.</summary>
    private static async Task TellAsync(DurableTaskClient client, RunStep step, PersonName? releasing, CancellationToken cancel)
    {
        if (step is not RunStep.Done { Run: var run })
            return;
        await client.StartPaymentRunAsync(Follow(run), cancel);
        await client.RaiseEventAsync(Follow(run).InstanceId, PaymentRunOrchestration.Acted, new RunActed(releasing?.ToString()), cancel);
        await client.StartRefreshAsync(run.Quarter, cancel);
    }

    private IResult Answer(string what, Quarter quarter, RunStep step)
    {
        if (step is not RunStep.Done { Run: var run })
            return Refused(what, quarter, ((RunStep.Refused)step).Why);
        log.RunStepTaken(quarter, what, run.Number, run.State.Word());
        return Results.Ok(RunAnswer.Of(run));
    }

    private IResult Refused(string what, Quarter quarter, string why)
    {
        log.StepRefused(quarter, what);
        return Acting.Problem(StatusCodes.Status409Conflict, "That was not done.", why);
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
