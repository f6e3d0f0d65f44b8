using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Core;
using Pipeline.Core.Submissions;
using Pipeline.Local.Arrivals;
using Pipeline.Local.Workspaces;
using Pipeline.Steps.Pages;
using Pipeline.Steps.Quarters;
using Pipeline.Steps.Stores;

namespace Pipeline.Local.Commands;

/// <summary>Shows a workspace's pages to the browsers of this machine, and to nobody else.</summary>
/// <remarks>
/// It serves what is meant to be looked at and nothing besides: the pages of reports and statements, and receipts. A path is matched against what such
/// paths look like before the store is asked, so that none leads anywhere else. Requests by another host's name are refused, since a page of
/// another site could otherwise have its name lead here.
/// </remarks>
internal sealed partial class PageServer : IAsyncDisposable
{
    private const int LatestReceipts = 25;

    /// <summary>Folders and a file's name without its ending, none of which starts with a dot.</summary>
    private const string Name = "(?:/[A-Za-z0-9_][A-Za-z0-9_-]*)+";

    /// <summary>Each page allows its own style alone. It cannot be named here, since a page that was written by an earlier version has another.</summary>
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly string[] Reading = ["GET", "HEAD"];

    private readonly WebApplication _app;

    private PageServer(WebApplication app) => _app = app;

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <param name="workspace">Whose pages.</param>
    /// <param name="watch">What tells the status; null when nobody watches.</param>
    /// <param name="port">0 for any that is free.</param>
    /// <param name="cancel">Ends the start.</param>
    /// <exception cref="WrongUseException">The port cannot be had.</exception>
    public static async Task<PageServer> StartAsync(Workspace workspace, Watch? watch, int port, CancellationToken cancel)
    {
        // Nothing is read from the environment or from files, so that no setting of another program opens it to the network.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port);
            kestrel.AddServerHeader = false;
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddHostFiltering(hosts => hosts.AllowedHosts = ["127.0.0.1", "localhost"]);
        var app = builder.Build();
        app.Use(GuardAsync);
        app.UseHostFiltering();
        app.MapMethods("/", Reading, async (CancellationToken cancelled) => Html(await Page.OfAsync(await FrontAsync(workspace, cancelled))));
        app.MapMethods("/status", Reading, async (HttpContext context, CancellationToken cancelled) =>
        {
            context.Response.Headers.ContentSecurityPolicy = $"{Policy}; {Page.StatusScriptPolicy}";
            return Html(await Page.OfAsync(await StatusAsync(workspace, watch, cancelled)));
        });
        app.MapMethods("/{**path}", Reading, (string path, CancellationToken cancelled) => FileAsync(workspace.Files, path, cancelled));
        try
        {
            await app.StartAsync(cancel);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            // Somebody else has it, or the system keeps it for its own.
            await app.DisposeAsync();
            throw new WrongUseException($"Port {port} of this machine cannot be had. Let the system choose one: pipeline serve --port 0");
        }

        return new PageServer(app);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    /// <summary>Says to the browser what it may do with what it gets, and what is the matter when storage fails.</summary>
    private static async Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        try
        {
            await next(context);
        }
        catch (StoreException) when (!context.Response.HasStarted)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync("The workspace cannot be read just now. Nothing is lost; see to the disk, and ask again.\n");
        }
    }

    private static IResult Html(byte[] page) => Results.Bytes(page, "text/html; charset=utf-8");

    private static async Task<IResult> FileAsync(IFileStore files, string path, CancellationToken cancel)
    {
        if (Served().Match(path) is not { Success: true } served)
            return Results.NotFound();
        try
        {
            var content = await files.OpenReadAsync(path, cancel: cancel);
            return served.Groups["ending"].Value switch
            {
                "html" => Results.Stream(content, "text/html; charset=utf-8"),
                "json" => Results.Stream(content, "application/json"),
                // For a spreadsheet: a browser would show it as one long text.
                _ => Results.Stream(content, "text/csv; charset=utf-8", fileDownloadName: path.Replace('/', '-')),
            };
        }
        catch (StoreNotFoundException)
        {
            return Results.NotFound();
        }
    }

    private static async Task<FrontContent> FrontAsync(Workspace workspace, CancellationToken cancel)
    {
        var quarters = new List<Quarter>();
        await foreach (var file in workspace.Files.ListAsync("reports/", cancel))
        {
            if (Quarter.TryParse(Path.GetFileNameWithoutExtension(file.Path), out var quarter) && file.Path == QuarterPages.ReportPath(quarter))
                quarters.Add(quarter);
        }

        var register = await workspace.Reference.RegisterAsync(cancel);
        var statements = new List<(ProviderId Provider, ContractId Contract, Quarter Quarter)>();
        await foreach (var file in workspace.Files.ListAsync("statements/", cancel))
        {
            if (file.Path.Split('/') is [_, var provider, var contract, var name]
                && ProviderId.TryParse(provider, out var p) && ContractId.TryParse(contract, out var c) && Quarter.TryParse(Path.GetFileNameWithoutExtension(name), out var q))
                statements.Add((p, c, q));
        }

        return new FrontContent(
            quarters,
            [.. statements.GroupBy(s => (s.Provider, s.Contract)).Select(s => new ContractStatements(s.Key.Provider, s.Key.Contract, register?.Find(s.Key.Contract), [.. s.Select(each => each.Quarter).Order()]))],
            await ReceiptsAsync(workspace.Files, cancel));
    }

    private static async Task<IReadOnlyList<ReceiptLink>> ReceiptsAsync(IFileStore files, CancellationToken cancel)
    {
        // The oldest of those kept comes out first.
        var latest = new PriorityQueue<string, DateTimeOffset>();
        await foreach (var file in files.ListAsync("receipts/", cancel))
        {
            if (file.Path.EndsWith(".html", StringComparison.Ordinal))
            {
                latest.Enqueue(file.Path, file.LastModified);
                if (latest.Count > LatestReceipts)
                    latest.Dequeue();
            }
        }

        var links = new List<ReceiptLink>();
        while (latest.TryDequeue(out string? page, out _))
        {
            try
            {
                await using var json = await files.OpenReadAsync(Path.ChangeExtension(page, ".json"), cancel: cancel);
                links.Add(new ReceiptLink(await JsonSerializer.DeserializeAsync<Receipt>(json, CoreJson.Options, cancel) ?? throw new JsonException(), page));
            }
            catch (Exception exception) when (exception is StoreNotFoundException or JsonException)
            {
                // A page without its receipt was not written by the pipeline.
            }
        }

        links.Reverse();
        return links;
    }

    private static async Task<StatusContent> StatusAsync(Workspace workspace, Watch? watch, CancellationToken cancel) => watch is not null
        ? await watch.StatusAsync(cancel)
        : new StatusContent(TimeProvider.System.GetUtcNow(), IsWatching: false, 0, [], [], [], await workspace.Changes.ChangedQuartersAsync(cancel), null);

    /// <summary>Pages, publications and receipts; not the counts that stand beside the receipts.</summary>
    [GeneratedRegex($@"\A(?:(?:reports|statements|receipts){Name}\.(?<ending>html)|receipts{Name}\.(?<ending>csv|json)|reports{Name}\.(?<ending>csv))\z")]
    private static partial Regex Served();
}
