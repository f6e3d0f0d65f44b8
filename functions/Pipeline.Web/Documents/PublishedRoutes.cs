using System.Globalization;
using Microsoft.AspNetCore.Http;
using Pipeline.Core.Reporting;
using Pipeline.Web.Shared;

namespace Pipeline.Web.Documents;

/// <summary>What was published, for everybody; nobody has to be signed in. Drafts are with the council's other reports.</summary>
internal static class PublishedRoutes
{
    public const string Path = "/published";

    public static IReadOnlyList<SiteRoute> All { get; } =
    [
        SiteRoute.Get(Path, Access.Anybody, async visit =>
            await Html.PageAsync<PublishedPage>(visit, new PublishedContent(null, await visit.Steps.Published.LatestAsync(visit.Cancel)))),
        SiteRoute.Get(Path + "/{quarter}", Access.Anybody, QuarterAsync),
        SiteRoute.Get(Path + "/{quarter}/{file}", Access.Anybody, FileAsync),
    ];

    public static string PathOf(PublishedReport report) =>
        string.Create(CultureInfo.InvariantCulture, $"{Path}/{report.Quarter}/r{report.Revision}.html");

    private static async Task<IResult> QuarterAsync(Visit visit) =>
        await visit.Steps.Published.OfAsync(visit.Quarter, visit.Cancel) is { Count: > 0 } revisions
            ? await Html.PageAsync<PublishedPage>(visit, new PublishedContent(visit.Quarter, [.. revisions.Reverse()]))
            : throw new NoSuchPageException();

    private static async Task<IResult> FileAsync(Visit visit)
    {
        var quarter = visit.Quarter;
        string file = visit.Part("file");
        foreach (var report in await visit.Steps.Published.OfAsync(quarter, visit.Cancel))
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"r{report.Revision}");
            if (file == name + ".html")
            {
                visit.Http.Response.Headers.ContentSecurityPolicy = DocumentRoutes.Policy;
                return Results.Stream(await visit.Steps.Files.OpenReadAsync(report.PagePath, cancel: visit.Cancel),
                    "text/html; charset=utf-8");
            }

            if (file == name + ".csv")
                return Results.Stream(await visit.Steps.Files.OpenReadAsync(report.CsvPath, cancel: visit.Cancel),
                    "text/csv; charset=utf-8", $"outcomes-{quarter}-{name}.csv");
        }

        throw new NoSuchPageException();
    }
}

/// <param name="Quarter">Whose revisions; null: the latest of every quarter.</param>
/// <param name="Reports">The latest first.</param>
public sealed record PublishedContent(Core.Quarter? Quarter, IReadOnlyList<PublishedReport> Reports);
