using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Steps;
using Pipeline.Steps.Pages;
using Pipeline.Web;
using Pipeline.Web.People;
using Pipeline.Web.Shared;

namespace Pipeline.Benchmarks.Operations;

/// <summary>The site on Kestrel, looked at by a commissioner.</summary>
internal sealed class MeteredSite : ISiteHost, IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _browser = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    private MeteredSite(AllSteps steps, TimeProvider clock)
    {
        (Steps, Clock) = (steps, clock);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton<ISiteHost>(this).AddSite();
        _app = builder.Build();
        _app.UseSite();
    }

    public AllSteps Steps { get; }

    public TimeProvider Clock { get; }

    public ISignIn SignIn { get; } = new ChosenPerson();

    public bool GivesUploadLinks => false;

    public static async Task<MeteredSite> StartAsync(AllSteps steps, TimeProvider clock)
    {
        var site = new MeteredSite(steps, clock);
        await site._app.StartAsync();
        site._browser.BaseAddress =
            new Uri(site._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        site._browser.DefaultRequestHeaders.Add("Cookie",
            $"{ChosenPerson.Cookie}={ChosenPerson.Write(PersonName.Parse("Ann Price"), Role.Commissioner, null)}");
        return site;
    }

    public async Task GetAsync(string path)
    {
        using var answer = await _browser.GetAsync(new Uri(path, UriKind.Relative));
        if (answer.StatusCode != HttpStatusCode.OK)
            throw new InvalidOperationException($"{path} was answered with {answer.StatusCode}.");
        await answer.Content.ReadAsByteArrayAsync();
    }

    public Task QuarterChangedAsync(HttpContext http, Quarter quarter) => Task.CompletedTask;

    public Task RunChangedAsync(HttpContext http, PaymentRun run) => Task.CompletedTask;

    public Task<StatusContent> StatusAsync(CancellationToken cancel) =>
        Task.FromResult(new StatusContent(Clock.GetUtcNow(), IsWatching: false, 0, [], [], [], [], null));

    public Task<Uri?> UploadLinkAsync(ProviderId provider, CancellationToken cancel) => Task.FromResult<Uri?>(null);

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
