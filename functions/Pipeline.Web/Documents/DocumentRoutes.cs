using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Pipeline.Web.People;
using Pipeline.Web.Shared;

namespace Pipeline.Web.Documents;

/// <summary>The files that are kept to be looked at: pages of reports and statements, and receipts, byte for byte.</summary>
/// <remarks>A path is matched against what such paths look like before the store is asked, so that none leads anywhere else.</remarks>
internal static partial class DocumentRoutes
{
    private static readonly Access Council = Access.For(Roles.Council);
    private static readonly Access OfProvider = Access.For([Role.Provider, .. Roles.Council]);

    /// <summary>Each file allows its own style alone. It cannot be named here, since a page that was written by an earlier version has another.</summary>
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Folders and a file's name without its ending, none of which starts with a dot.</summary>
    private const string Name = "(?:/[A-Za-z0-9_][A-Za-z0-9_-]*)+";

    public static IReadOnlyList<SiteRoute> All { get; } =
    [
        SiteRoute.Get("/pages", Council, KeptPages.AnswerAsync),
        SiteRoute.Get("/reports/{**rest}", Council, FileAsync),
        SiteRoute.Get("/statements/{provider}/{contract}/{file}", OfProvider, FileAsync),
        SiteRoute.Get("/receipts/{provider}/{contract}/{quarter}/{dataset}/{file}", OfProvider, FileAsync),
        SiteRoute.Get("/receipts/reviews/{quarter}/{dataset}/{file}", Council, FileAsync),
        SiteRoute.Get("/receipts/reference/{name}/{file}", Council, FileAsync),
        SiteRoute.Get("/receipts/confirmations/{quarter}/{file}", Council, FileAsync),
        SiteRoute.Get("/receipts/_unplaced/{file}", Council, FileAsync),
    ];

    private static async Task<IResult> FileAsync(Visit visit)
    {
        string path = visit.Http.Request.Path.Value!.TrimStart('/');
        if (Served().Match(path) is not { Success: true } served)
            return await Html.NotFoundAsync(visit);
        var content = await visit.Steps.Files.OpenReadAsync(path, cancel: visit.Cancel);
        visit.Http.Response.Headers.ContentSecurityPolicy = Policy;
        return served.Groups["ending"].Value switch
        {
            "html" => Results.Stream(content, "text/html; charset=utf-8"),
            "json" => Results.Stream(content, "application/json"),
            // For a spreadsheet: a browser would show it as one long text.
            _ => Results.Stream(content, "text/csv; charset=utf-8", fileDownloadName: path.Replace('/', '-')),
        };
    }

    /// <summary>Pages, publications and receipts; not the counts that stand beside the receipts.</summary>
    [GeneratedRegex($@"\A(?:(?:reports|statements|receipts){Name}\.(?<ending>html)|receipts{Name}\.(?<ending>csv|json)|reports{Name}\.(?<ending>csv))\z")]
    private static partial Regex Served();
}
