using Pipeline.Steps.Tests;
using Pipeline.Web.People;

namespace Pipeline.Web.Tests;

/// <summary>Tests of the site over a pipeline in memory, and the browsers of those who use it.</summary>
public abstract class SiteTests : IAsyncLifetime
{
    private TestSite? _site;
    private TestBrowser? _ann, _ben, _cat, _eve, _dee;

    private protected TestSite Site => _site!;

    /// <summary>A commissioner.</summary>
    private protected TestBrowser Ann => _ann ??= Site.As(Role.Commissioner);

    /// <summary>Another.</summary>
    private protected TestBrowser Ben => _ben ??= Site.As(Role.Commissioner, "Ben Rees");

    /// <summary>Of finance.</summary>
    private protected TestBrowser Cat => _cat ??= Site.As(Role.Finance, "Cat Shaw");

    /// <summary>An administrator.</summary>
    private protected TestBrowser Eve => _eve ??= Site.As(Role.Administrator, "Eve Hill");

    /// <summary>Of the provider Acme.</summary>
    private protected TestBrowser Dee => _dee ??= Site.As(Role.Provider, "Dee Lake", "acme");

    public async Task InitializeAsync() => _site = await TestSite.StartAsync(await BeforeAsync());

    public async Task DisposeAsync()
    {
        foreach (var browser in new[] { _ann, _ben, _cat, _eve, _dee })
            browser?.Dispose();
        await Site.DisposeAsync();
    }

    /// <summary>The words of a page with one space between them, however they are laid out.</summary>
    private protected static string Squeezed(string words) =>
        string.Join(' ', words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>What has happened before: evidence, and one decision, unless a class says otherwise.</summary>
    private protected virtual Task<TestPipeline> BeforeAsync() => TestPipeline.Reviewed();
}
