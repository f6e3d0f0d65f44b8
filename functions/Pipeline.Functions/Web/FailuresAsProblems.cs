using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;
using Pipeline.Functions.Telemetry;
using Pipeline.Steps;
using Pipeline.Steps.Stores;

namespace Pipeline.Functions.Web;

/// <summary>
/// Answers a request to the API that fails, and one that would have to wait for a storage that is down, with a problem that says what to
/// do. The site has pages for that.
/// </summary>
internal sealed class FailuresAsProblems(AllSteps steps, ILogger<FailuresAsProblems> log) : IFunctionsWorkerMiddleware
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(4);

    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (context.GetHttpContext() is not { } http || !http.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase))
            await next(context);
        else if (await ProblemOfAsync(http, context.FunctionDefinition.Name, () => next(context)) is { } problem
            && !http.Response.HasStarted)
            await problem.ExecuteAsync(http);
    }

    /// <returns>Null when the request was answered.</returns>
    internal async Task<IResult?> ProblemOfAsync(HttpContext http, string function, Func<Task> answer)
    {
        try
        {
            // The health check has a limit of its own.
            if (function != nameof(Health) && !await new StorageReach(steps.Files, steps.Tables).AnswersAsync(Within, http.RequestAborted))
                return Problems.StorageIsDown;
            await answer();
            return null;
        }
        catch (Exception exception) when (!http.RequestAborted.IsCancellationRequested)
        {
            log.RequestFailed(function, exception);
            return exception is StoreException { } failure && failure is not StoreUnavailableException { IsDamage: true }
                ? Problems.StorageIsDown : Problems.Failed;
        }
    }
}
