using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Pipeline.Steps;

namespace Pipeline.Functions.Web;

/// <summary>Whether the app runs and reaches its storage. It asks nobody who they are, and says nothing else.</summary>
public sealed class Health(AllSteps steps)
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(2.5);

    [Function("Health")]
    public async Task<IResult> RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/health")] HttpRequest request) =>
        await new StorageReach(steps.Files, steps.Tables).AnswersAsync(Within, request.HttpContext.RequestAborted)
            ? Results.Ok() : Problems.StorageIsDown;
}
