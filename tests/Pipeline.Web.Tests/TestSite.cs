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
using Pipeline.Steps.Tests;
using Pipeline.Web.People;
using Pipeline.Web.Shared;

namespace Pipeline.Web.Tests;

/// <summary>The site on Kestrel, over a pipeline in memory.</summary>
internal sealed class TestSite : ISiteHost, IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestSite(TestPipeline pipeline)
    {
        Pipeline = pipeline;
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

    public TestPipeline Pipeline { get; }

    public AllSteps Steps => Pipeline;

    public TimeProvider Clock => Pipeline.Clock;

    public ISignIn SignIn { get; } = new TestSignIn();

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <param name="pipeline">With what has happened so far.</param>
    public static async Task<TestSite> StartAsync(TestPipeline pipeline)
    {
        var site = new TestSite(pipeline);
        await site._app.StartAsync();
        return site;
    }

    /// <summary>A browser in which nobody is signed in.</summary>
    public TestBrowser Nobody() => new(Address, null);

    public TestBrowser As(Role role, string name = "Ann Price", string? provider = null) =>
        new(Address, ChosenPerson.Write(PersonName.Parse(name), role, provider is null ? null : ProviderId.Parse(provider)));

    /// <summary>Somebody of the council with an account, as on Azure.</summary>
    public TestBrowser WithAccount(Role role, string name, string account) =>
        new(Address, $"{TestSignIn.Account}{account}~{ChosenPerson.Write(PersonName.Parse(name), role, null)}");

    /// <summary>Somebody who is signed in, and has no role.</summary>
    public TestBrowser WithoutRole() => new(Address, TestSignIn.WithoutRole);

    public Task QuarterChangedAsync(HttpContext http, Quarter quarter) => RefreshQuarter.RunAsync(Pipeline.Quarters, quarter);

    public Task RunChangedAsync(HttpContext http, PaymentRun run) => QuarterChangedAsync(http, run.Quarter);

    public Task<StatusContent> StatusAsync(CancellationToken cancel) =>
        Task.FromResult(new StatusContent(Clock.GetUtcNow(), false, 0, [], [], [], [], null));

    public bool GivesUploadLinks => false;

    public Task<Uri?> UploadLinkAsync(ProviderId provider, CancellationToken cancel) => Task.FromResult<Uri?>(null);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}

/// <summary>As on one machine, and people with accounts and somebody without a role besides, whom only Azure knows.</summary>
internal sealed class TestSignIn : ISignIn
{
    public const string WithoutRole = "without-role";
    public const string Account = "account~";

    private readonly ChosenPerson _chosen = new();

    public bool IsChecked => false;

    public string? SignOutPath => null;

    public string SignInPath(string back) => _chosen.SignInPath(back);

    public Task<Principal?> PersonAsync(HttpContext http) =>
        http.Request.Cookies[ChosenPerson.Cookie]?.Split('~') is ["account", var account, var chosen]
        ? Task.FromResult(ChosenPerson.Read(chosen) is { } person ? person with { Id = account } : null)
        : http.Request.Cookies[ChosenPerson.Cookie] == WithoutRole
        ? Task.FromResult<Principal?>(new Principal(PersonName.Parse("Nan Doe"), "oid-of-nobody", new HashSet<Role>(),
            new HashSet<ProviderId>()))
        : _chosen.PersonAsync(http);
}
