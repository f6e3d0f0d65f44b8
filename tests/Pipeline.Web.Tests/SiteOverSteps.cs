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
using Pipeline.Steps.Quarters;
using Pipeline.Web.People;
using Pipeline.Web.Shared;

namespace Pipeline.Web.Tests;

/// <summary>The site on Kestrel, over steps in this process; what changed is brought up to date before the answer.</summary>
internal sealed class SiteOverSteps : ISiteHost, IAsyncDisposable
{
    private readonly WebApplication _app;

    /// <param name="steps">What it shows and does.</param>
    /// <param name="clock">What it takes for now.</param>
    /// <param name="signIn">Says who asks; null: whoever they say, as on one machine.</param>
    public SiteOverSteps(AllSteps steps, TimeProvider clock, ISignIn? signIn = null)
    {
        (Steps, Clock, SignIn) = (steps, clock, signIn ?? new ChosenPerson());
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = Site.LargestRequest;
        });
        builder.Services.AddSingleton<ISiteHost>(this).AddSite();
        _app = builder.Build();
        _app.UseSite();
    }

    public AllSteps Steps { get; }

    public TimeProvider Clock { get; }

    public ISignIn SignIn { get; }

    /// <summary>Once it is started.</summary>
    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public bool GivesUploadLinks => false;

    public Task StartAsync() => _app.StartAsync();

    public Task QuarterChangedAsync(HttpContext http, Quarter quarter) => RefreshQuarter.RunAsync(Steps.Quarters, quarter);

    public Task RunChangedAsync(HttpContext http, PaymentRun run) => QuarterChangedAsync(http, run.Quarter);

    public Task<StatusContent> StatusAsync(CancellationToken cancel) =>
        Task.FromResult(new StatusContent(Clock.GetUtcNow(), IsWatching: false, 0, [], [], [], [], null));

    public Task<Uri?> UploadLinkAsync(ProviderId provider, CancellationToken cancel) => Task.FromResult<Uri?>(null);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
