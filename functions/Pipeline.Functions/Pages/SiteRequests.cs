using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Pipeline.Web;

namespace Pipeline.Functions.Pages;

/// <summary>Hands the site every request that is for no other function.</summary>
public sealed class SiteRequests(IServiceProvider services)
{
    private readonly Lazy<RequestDelegate> _site = new(() => new ApplicationBuilder(services).UseSite().Build());

    /// <summary>The host tries routes in the order of the functions' names, so that this one has to come last.</summary>
    [Function("ZSite")]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", "post", Route = "{*path}")] HttpRequest request,
        [DurableClient] DurableTaskClient client)
    {
        var http = request.HttpContext;
        // The host's own endpoint and its values would stand in the way of the site's.
        http.SetEndpoint(null);
        http.Request.RouteValues = [];
        http.Features.Set(client);
        await _site.Value(http);
        return Results.Empty;
    }
}
