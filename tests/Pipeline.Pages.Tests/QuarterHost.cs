using Microsoft.Playwright;
using Pipeline.Functions.Tests.Pages;
using Pipeline.Functions.Tests.Web;
using Pipeline.Local.Commands;
using Pipeline.Local.Workspaces;
using Pipeline.Steps;

namespace Pipeline.Pages.Tests;

/// <summary>Where a quarter is played: the site, what it works on, and how somebody comes to be signed in there.</summary>
internal abstract class QuarterHost : IAsyncDisposable
{
    public abstract Uri Address { get; }

    public abstract AllSteps Steps { get; }

    /// <summary>Has somebody stand on their front page.</summary>
    /// <param name="page">In whose browser.</param>
    /// <param name="name">Who.</param>
    /// <param name="role">As the sign-in has it: <c>commissioner</c>.</param>
    /// <param name="provider">By name, for whom somebody of a provider acts.</param>
    public abstract Task BeAsync(IPage page, string name, string role, string? provider = null);

    /// <summary>A table without the accounts of those who signed in, which no file and no command knows of.</summary>
    public virtual string WithoutAccounts(string csv) => csv;

    public abstract ValueTask DisposeAsync();
}

/// <summary>As <c>pipeline serve</c> has it: a workspace, and whoever one says that one is.</summary>
internal sealed class ServeHost : QuarterHost
{
    private readonly Workspace _workspace;
    private readonly PageServer _server;

    private ServeHost(Workspace workspace, PageServer server) => (_workspace, _server) = (workspace, server);

    public override Uri Address => _server.Address;

    public override AllSteps Steps => _workspace;

    public static async Task<ServeHost> StartAsync(string folder, TimeProvider clock)
    {
        var workspace = new Workspace(folder, clock);
        return new ServeHost(workspace, await PageServer.StartAsync(new LocalSite(workspace, null, clock), port: 0, default));
    }

    public override async Task BeAsync(IPage page, string name, string role, string? provider = null)
    {
        await page.GotoAsync(new Uri(Address, "sign-in").ToString());
        await page.ClickAsync($"button:has-text('{name}, {role}{(provider is null ? "" : " " + provider)}')");
        await page.Locator("h1:has-text('Home')").WaitForAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _workspace.Dispose();
    }
}

/// <summary>As Azure has it: the stores of an emulated account, and whoever App Service says that signed in.</summary>
internal sealed class AzureHost : QuarterHost
{
    private readonly SignIn _checked = new();
    private readonly HashSet<string> _accounts = [];
    private readonly ServedSite _site;

    private AzureHost(ServedSite site) => _site = site;

    public override Uri Address => _site.Address;

    public override AllSteps Steps => _site.Steps;

    public static async Task<AzureHost> StartAsync(TimeProvider clock) => new(await ServedSite.StartAsync(clock));

    public override async Task BeAsync(IPage page, string name, string role, string? provider = null)
    {
        _accounts.Add($"{SignIn.ObjectIdOf(name)}");
        await page.Context.SetExtraHTTPHeadersAsync([KeyValuePair.Create(ServedSite.PrincipalHeader, ServedSite.PrincipalOf(name, role))]);
        await page.GotoAsync(Address.ToString());
        await page.Locator("h1:has-text('Home')").WaitForAsync();
    }

    public override string WithoutAccounts(string csv) =>
        _accounts.Aggregate(csv, (left, account) => left.Replace(account, "", StringComparison.Ordinal));

    public override async ValueTask DisposeAsync()
    {
        await _site.DisposeAsync();
        _checked.Dispose();
    }
}
