using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Pipeline.Steps.Pages;

namespace Pipeline.Web.Shared;

/// <summary>One step of the way back.</summary>
/// <param name="Text">What a person reads.</param>
/// <param name="Path">Where it leads.</param>
public sealed record Crumb(string Text, string Path)
{
    public static readonly Crumb Home = new("Home", "/");
}

/// <summary>Answers with a page, or sends the browser on to one.</summary>
internal static class Html
{
    /// <summary>A page of the site.</summary>
    /// <param name="visit">Whose.</param>
    /// <param name="parameters">Of the component.</param>
    /// <param name="status">Of the answer.</param>
    /// <param name="crumbs">The way back, where the component does not say it itself.</param>
    public static async Task<IResult> PageAsync<TPage>(Visit visit, IReadOnlyDictionary<string, object?> parameters,
        int status = StatusCodes.Status200OK, IReadOnlyList<Crumb>? crumbs = null)
        where TPage : IComponent =>
        new HtmlResult(
            await Page.RenderAsync<SiteRoot>(new Dictionary<string, object?>
            {
                [nameof(SiteRoot.Visit)] = visit,
                [nameof(SiteRoot.Crumbs)] = crumbs ?? [Crumb.Home],
                [nameof(SiteRoot.Type)] = typeof(TPage),
                [nameof(SiteRoot.Parameters)] = parameters,
            }),
            status);

    /// <summary>A page that shows one thing.</summary>
    public static Task<IResult> PageAsync<TPage>(Visit visit, object content, int status = StatusCodes.Status200OK,
        IReadOnlyList<Crumb>? crumbs = null)
        where TPage : IComponent => PageAsync<TPage>(visit, new Dictionary<string, object?> { ["Content"] = content }, status, crumbs);

    /// <summary>What is the matter and what to do.</summary>
    public static Task<IResult> ProblemAsync(Visit visit, int status, string title, string detail) =>
        PageAsync<ProblemPage>(visit, new Dictionary<string, object?>
            { [nameof(ProblemPage.Title)] = title, [nameof(ProblemPage.Detail)] = detail }, status);

    public static Task<IResult> NotFoundAsync(Visit visit) =>
        ProblemAsync(visit, StatusCodes.Status404NotFound, "There is no such page",
            "The address may be wrong, or what it names is not yours to see. Start again from the front page.");

    /// <summary>To a page by reading it, so that loading it again does nothing twice.</summary>
    public static IResult SeeOther(string path) => new SeeOtherResult(path);

    private sealed class HtmlResult(byte[] page, int status) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = status;
            httpContext.Response.ContentType = "text/html; charset=utf-8";
            httpContext.Response.ContentLength = page.Length;
            if (!HttpMethods.IsHead(httpContext.Request.Method))
                await httpContext.Response.Body.WriteAsync(page, httpContext.RequestAborted);
        }
    }

    private sealed class SeeOtherResult(string path) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = path;
            return Task.CompletedTask;
        }
    }
}
