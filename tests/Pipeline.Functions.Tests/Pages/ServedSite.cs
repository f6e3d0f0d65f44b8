using System.Net;
using System.Text.Json;
using Azure.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Moq;
using Pipeline.Azure.Tests;
using Pipeline.Core;
using Pipeline.Functions.Pages;
using Pipeline.Functions.Tests.Quarters;
using Pipeline.Functions.Tests.Web;
using Pipeline.Steps;
using Pipeline.Steps.Arrivals;
using Pipeline.Steps.Quarters;

namespace Pipeline.Functions.Tests.Pages;

/// <summary>
/// The site over an emulated account of its own, handed requests as the host hands them over, by an address that browsers reach.
/// </summary>
/// <remarks>What its orchestrations do is done before they count as told; that they do it is tested by replaying them.</remarks>
internal sealed class ServedSite : IAsyncDisposable
{
    /// <summary>By which App Service says who signed in.</summary>
    public const string PrincipalHeader = "X-MS-CLIENT-PRINCIPAL";

    private readonly WebApplication _app;

    private ServedSite(WebApplication app, OrchestrationService orchestrations) => (_app, Orchestrations) = (app, orchestrations);

    public OrchestrationService Orchestrations { get; }

    public AllSteps Steps => _app.Services.GetRequiredService<AllSteps>();

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <param name="clock">What it takes for now.</param>
    /// <param name="awaitScans">Whether uploads are scanned for malware.</param>
    public static async Task<ServedSite> StartAsync(TimeProvider clock, bool awaitScans = false)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddLogging().AddPipeline(Mock.Of<TokenCredential>(), awaitScans)
            .Replace(ServiceDescriptor.Singleton(Azurite.NewAccounts())).Replace(ServiceDescriptor.Singleton(clock));
        var app = builder.Build();
        var function = new SiteRequests(app.Services);
        var orchestrations = new OrchestrationService
            { Work = instance => RefreshAsync(app.Services.GetRequiredService<AllSteps>(), instance) };
        app.Run(async http => await (await function.RunAsync(http.Request, orchestrations.Client)).ExecuteAsync(http));
        await app.StartAsync();
        var site = new ServedSite(app, orchestrations);
        await ReferenceFiles.PutDeliveredAsync(site.Steps.Files);
        return site;
    }

    /// <summary>What App Service writes into its header of somebody with the account that <see cref="SignIn.ObjectIdOf"/> says.</summary>
    public static string PrincipalOf(string name, string role, Guid? account = null) =>
        Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(new
    {
        auth_typ = "aad",
        name_typ = "name",
        role_typ = "roles",
        claims = new[] { new { typ = "name", val = name }, new { typ = "oid", val = $"{account ?? SignIn.ObjectIdOf(name)}" },
            new { typ = "roles", val = role } },
    }));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task RefreshAsync(AllSteps steps, string instance)
    {
        const string Refresh = "refresh-";
        if (instance.StartsWith(Refresh, StringComparison.Ordinal))
            await RefreshQuarter.RunAsync(steps.Quarters, Quarter.Parse(instance[Refresh.Length..]));
    }
}
