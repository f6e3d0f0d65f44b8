using Microsoft.AspNetCore.Http;
using Pipeline.Core;
using Pipeline.Steps.Tests;
using Pipeline.Web.People;

namespace Pipeline.Web.Tests;

/// <summary>The site over a pipeline in memory.</summary>
internal sealed class TestSite : IAsyncDisposable
{
    private readonly SiteOverSteps _served;

    private TestSite(TestPipeline pipeline) =>
        (Pipeline, _served) = (pipeline, new SiteOverSteps(pipeline, pipeline.Clock, new TestSignIn()));

    public TestPipeline Pipeline { get; }

    public Uri Address => _served.Address;

    /// <param name="pipeline">With what has happened so far.</param>
    public static async Task<TestSite> StartAsync(TestPipeline pipeline)
    {
        var site = new TestSite(pipeline);
        await site._served.StartAsync();
        return site;
    }

    public ValueTask DisposeAsync() => _served.DisposeAsync();

    /// <summary>A browser in which nobody is signed in.</summary>
    public TestBrowser Nobody() => new(Address, null);

    public TestBrowser As(Role role, string name = "Ann Price", string? provider = null) =>
        new(Address, ChosenPerson.Write(PersonName.Parse(name), role, provider is null ? null : ProviderId.Parse(provider)));

    /// <summary>Somebody of the council with an account, as on Azure.</summary>
    public TestBrowser WithAccount(Role role, string name, string account) =>
        new(Address, $"{TestSignIn.Account}{account}~{ChosenPerson.Write(PersonName.Parse(name), role, null)}");

    /// <summary>Somebody who is signed in, and has no role.</summary>
    public TestBrowser WithoutRole() => new(Address, TestSignIn.WithoutRole);
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
