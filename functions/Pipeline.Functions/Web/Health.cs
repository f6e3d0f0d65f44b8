using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Pipeline.Steps.Stores;

namespace Pipeline.Functions.Web;

/// <summary>Whether the app runs and reaches its storage. It asks nobody who they are, and says nothing else.</summary>
public sealed class Health(IFileStore files, ITableStore tables)
{
    [Function("Health")]
    public async Task<IResult> RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequest _, CancellationToken cancel)
    {
        try
        {
            await files.StatAsync("reference/contracts.csv", cancel);
            await tables.GetAsync("changes", "-", "-", cancel);
            return Results.Ok();
        }
        catch (StoreUnavailableException)
        {
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }
    }
}
