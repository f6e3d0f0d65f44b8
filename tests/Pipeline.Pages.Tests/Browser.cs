using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Pipeline.Pages.Tests;

/// <summary>The machine's own Chromium, as a reader's browser would be, but without a window and with an empty profile.</summary>
public sealed class Browser : IAsyncLifetime
{
    /// <summary>In milliseconds: far longer than anything takes, since the machine may be busy with other things.</summary>
    private const float Patience = 120_000;

    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>The cookie of somebody who has chosen to be a commissioner.</summary>
    public const string AsCommissioner = "pipeline-person=commissioner||Ann%20Price";

    /// <summary>Null: there is none, and the tests that need it are skipped.</summary>
    public static string? Executable { get; } = Places.FirstOrDefault(File.Exists);

    public async Task InitializeAsync()
    {
        if (Executable is null)
            return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Executable,
            Headless = true,
            Timeout = Patience,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        });
    }

    /// <summary>A page in a profile of its own.</summary>
    /// <param name="url">Of a file.</param>
    /// <param name="width">Of the window, in pixels.</param>
    /// <param name="asked">When given, every address that the page asks for.</param>
    /// <param name="scripts">Whether scripts run.</param>
    public async Task<IPage> OpenAsync(string url, int width = 1200, ConcurrentQueue<string>? asked = null, bool scripts = true)
    {
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
            { ViewportSize = new ViewportSize { Width = width, Height = 900 }, JavaScriptEnabled = scripts });
        context.SetDefaultTimeout(Patience);
        if (url.StartsWith("http://", StringComparison.Ordinal))
            await context.AddCookiesAsync(
                [new Cookie { Name = AsCommissioner.Split('=')[0], Value = AsCommissioner.Split('=')[1],
                    Url = new Uri(url).GetLeftPart(UriPartial.Authority) }]);
        var page = await context.NewPageAsync();
        if (asked is not null)
            page.Request += (_, request) => asked.Enqueue(request.Url);
        await page.GotoAsync(url);
        return page;
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}

/// <summary>A theory of pages as a browser shows them.</summary>
public sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute() => Skip = new BrowserFactAttribute().Skip;
}

/// <summary>A fact of pages as a browser shows them.</summary>
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute()
    {
        // CI has one, and fails where it has not.
        if (Browser.Executable is null && Environment.GetEnvironmentVariable("CI") is null)
            Skip = "There is no Chromium on this machine: on Debian, apt-get install chromium.";
    }
}
