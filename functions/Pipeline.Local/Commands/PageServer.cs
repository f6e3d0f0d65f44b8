using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Web;
using Pipeline.Web.Shared;

namespace Pipeline.Local.Commands;

/// <summary>Serves the site to the browsers of this machine, and to nobody else.</summary>
/// <remarks>Requests by another host's name are refused, since a page of another site could otherwise have its name lead here.</remarks>
internal sealed class PageServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private PageServer(WebApplication app) => _app = app;

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <param name="site">What it serves.</param>
    /// <param name="port">0 for any that is free.</param>
    /// <param name="cancel">Ends the start.</param>
    /// <exception cref="WrongUseException">The port cannot be had.</exception>
    public static async Task<PageServer> StartAsync(ISiteHost site, int port, CancellationToken cancel)
    {
        // Nothing is read from the environment or from files, so that no setting of another program opens it to the network.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = Site.LargestRequest;
        });
        builder.Services.AddSingleton(site).AddSite();
        builder.Services.AddHostFiltering(hosts => (hosts.AllowedHosts, hosts.AllowEmptyHosts) = (["127.0.0.1", "localhost"], false));
        var app = builder.Build();
        app.UseHostFiltering();
        app.UseSite();
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
}
