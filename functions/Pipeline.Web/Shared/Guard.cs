using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Pipeline.Steps.Arrivals;
using Pipeline.Steps.Stores;

namespace Pipeline.Web.Shared;

/// <summary>Says to the browser what it may do with what it gets, and what is the matter when something fails.</summary>
internal sealed class Guard(ISiteHost host, Failures failures)
{
    /// <summary>Of the site's own pages: its one stylesheet, its one script, forms that come back here.</summary>
    private const string Policy =
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri "
        + "'none'; frame-ancestors 'none'";

    public async Task AnswerAsync(HttpContext http, RequestDelegate next)
    {
        // Last of all, since others set some of them as well.
        http.Response.OnStarting(() =>
        {
            var headers = http.Response.Headers;
            if (headers.ContentSecurityPolicy.Count == 0)
                headers.ContentSecurityPolicy = Policy;
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            if (!headers.CacheControl.ToString().StartsWith("public", StringComparison.Ordinal))
                headers.CacheControl = "no-store";
            headers.Remove("Pragma");
            headers["Referrer-Policy"] = "no-referrer";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            return Task.CompletedTask;
        });
        try
        {
            await next(http);
        }
        catch (Exception exception) when (!http.Response.HasStarted && exception is not OperationCanceledException)
        {
            if (await AnswerOfAsync(http, exception) is not { } answer)
                throw;
            http.Response.Clear();
            await answer.ExecuteAsync(http);
        }

        if (Failures.IsOne(http.Response.StatusCode))
            failures.Count(PersonOf(http), AddressOf(http, host));
    }

    /// <summary>Null when nobody is signed in.</summary>
    public static string? PersonOf(HttpContext http) => http.User.FindFirst(ClaimTypes.NameIdentifier)?.Value;

    /// <summary>Where a request comes from; on Azure as the platform's own front end says, which adds it last.</summary>
    public static string AddressOf(HttpContext http, ISiteHost host) =>
        host.SignIn.IsChecked && http.Request.Headers["X-Forwarded-For"].ToString() is { Length: > 0 } forwarded
            && IPEndPoint.TryParse(forwarded.Split(',')[^1].Trim(), out var last)
            ? last.Address.ToString()
            : http.Connection.RemoteIpAddress?.ToString() ?? "";

    public static Task<IResult> TooLargeAsync(Visit visit) => Html.ProblemAsync(
        visit, StatusCodes.Status413PayloadTooLarge, "The file is too large for this page",
        $"A page takes files of up to {Uploading.LargestMegabytes} MB together. Send a larger file by your upload link, or split what you "
        + "send into several times. Nothing was taken in.");

    /// <summary>Null: a mistake of ours, which the host is to know of.</summary>
    private async Task<IResult?> AnswerOfAsync(HttpContext http, Exception exception)
    {
        if (http.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal))
            return ProblemOf(exception);
        var visit = new Visit(http, host, http.User.Identity?.IsAuthenticated == true ? await host.SignIn.PersonAsync(http) : null);
        return exception switch
        {
            NoSuchPageException or StoreNotFoundException => await Html.NotFoundAsync(visit),
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } or InvalidDataException =>
                await TooLargeAsync(visit),
            AntiforgeryValidationException { InnerException: InvalidDataException
                or BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } } => await TooLargeAsync(visit),
            AntiforgeryValidationException => await Html.ProblemAsync(
                visit, StatusCodes.Status400BadRequest, "That was not done",
                "The page was open for too long, or you are somebody else now than when you opened it. Go back, load the page again, and "
                + "do it once more."),
            BadHttpRequestException bad => await Html.ProblemAsync(visit, bad.StatusCode, "That was not understood",
                "What the browser sent is not complete. Go back, and do it once more."),
            WaitsForScanException => await Html.ProblemAsync(
                visit, StatusCodes.Status202Accepted, "Your file is here, and is being scanned for malware",
                "When nothing is found in it, it is taken in by itself, most often within some minutes, and its receipt stands where it "
                + "always does. You need not send it again."),
            WaitsForRepairException waits => await Html.ProblemAsync(visit, StatusCodes.Status503ServiceUnavailable,
                "What was sent is kept, and waits for a repair", $"{waits.Message} What was sent is taken in by itself then."),
            StoreException => await Html.ProblemAsync(
                visit, StatusCodes.Status503ServiceUnavailable, "The files cannot be reached just now",
                "Nothing is lost. Try again in a minute; if it lasts, tell the administrator."),
            _ => null,
        };
    }

    private static IResult? ProblemOf(Exception exception) => exception switch
    {
        NoSuchPageException nowhere => Problems.NotFound(nowhere.What),
        StoreNotFoundException => Problems.NotFound(),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => Problems.TooLarge,
        BadHttpRequestException bad =>
            Problems.Of(bad.StatusCode, "That was not understood.", "The request is not complete. Nothing was done."),
        WaitsForScanException => Problems.Of(StatusCodes.Status202Accepted, "The file is being scanned for malware.",
            "When nothing is found in it, it is taken in by itself. It need not be sent again."),
        WaitsForRepairException waits =>
            Problems.Of(StatusCodes.Status503ServiceUnavailable, "What was sent is kept, and waits for a repair.", waits.Message),
        StoreException => Problems.Of(StatusCodes.Status503ServiceUnavailable, "Storage does not answer.",
            "Try again in a minute. Nothing is lost: what took effect stays, and is not done twice."),
        _ => null,
    };
}
