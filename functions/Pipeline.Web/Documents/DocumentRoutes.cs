using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Pipeline.Core;
using Pipeline.Web.People;
using Pipeline.Web.Shared;

namespace Pipeline.Web.Documents;

/// <summary>The files that are kept to be looked at: pages of reports and statements, and receipts, byte for byte.</summary>
/// <remarks>A path is matched against what such paths look like before the store is asked, so that none leads anywhere else.</remarks>
internal static partial class DocumentRoutes
{
    private static readonly Access Council = Access.For(Roles.Council);
    private static readonly Access OfProvider = Access.For([Role.Provider, .. Roles.Council]);

    /// <summary>
    /// Each file allows its own style alone. It cannot be named here, since a page that was written by an earlier version has another.
    /// </summary>
    internal const string Policy =
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

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
        // What is published is shown as the public sees it.
        if (served.Groups["ending"].Value == "html" && !path.EndsWith("-public.html", StringComparison.Ordinal))
            return await PageAsync(visit, path);
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

    /// <summary>A page in the frame of the site; as the file that it is; or one of its tables.</summary>
    private static async Task<IResult> PageAsync(Visit visit, string path)
    {
        using var reader = new StreamReader(await visit.Steps.Files.OpenReadAsync(path, cancel: visit.Cancel), Encoding.UTF8);
        string html = await reader.ReadToEndAsync(visit.Cancel);
        string name = path.Replace('/', '-'), table = visit.Asked("table");
        if (table.Length > 0)
            return KeptPage.CsvOf(html, table) is { } csv
                ? Results.Bytes(csv, "text/csv; charset=utf-8", $"{Path.GetFileNameWithoutExtension(name)}-{table}.csv")
                    : await Html.NotFoundAsync(visit);
        bool asFile = visit.Asked("as") == "file";
        if (!asFile && KeptPage.Of(html) is { } page)
        {
            var (before, after) = await BesideAsync(visit, path);
            return await Html.PageAsync<KeptPageView>(visit, new KeptPageContent(page, before, after), crumbs: CrumbsOf(visit));
        }

        visit.Http.Response.Headers.ContentSecurityPolicy = Policy;
        return Results.Bytes(Encoding.UTF8.GetBytes(html), "text/html; charset=utf-8", asFile ? name : null);
    }

    /// <summary>The statements of a contract for the quarters beside that of a statement, where there are any.</summary>
    private static async Task<(string? Before, string? After)> BesideAsync(Visit visit, string path)
    {
        if (!path.StartsWith("statements/", StringComparison.Ordinal)
            || !Quarter.TryParse(Path.GetFileNameWithoutExtension(path), out var quarter))
            return (null, null);
        return (await FindAsync(quarter.Previous), await FindAsync(quarter.Next));

        async Task<string?> FindAsync(Quarter? other) =>
            other is { } there && await visit.Steps.Files.StatAsync($"{path[..path.LastIndexOf('/')]}/{there}.html", visit.Cancel)
                is not null ? $"{there}.html" : null;
    }

    private static IReadOnlyList<Crumb> CrumbsOf(Visit visit) =>
        Roles.Council.Any(visit.Person.Has) ? [Crumb.Home, new Crumb("Reports and receipts", "/pages")]
            : [Crumb.Home, new Crumb("Returns", $"/providers/{visit.Provider}")];

    /// <summary>Pages, publications and receipts; not the counts that stand beside the receipts.</summary>
    [GeneratedRegex($@"\A(?:(?:reports|statements|receipts){Name}\.(?<ending>html)|receipts{Name}\.(?<ending>csv|json)|reports{Name}\.(?<ending>csv))\z")]
    private static partial Regex Served();
}

/// <param name="Page">What it says.</param>
/// <param name="Before">The same for the quarter before; null where there is none.</param>
/// <param name="After">The same for the quarter after; null where there is none.</param>
public sealed record KeptPageContent(KeptPage Page, string? Before, string? After);
