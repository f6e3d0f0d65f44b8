using System.Collections.Concurrent;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Pipeline.Local.Arrivals;
using Pipeline.Local.Commands;

namespace Pipeline.Pages.Tests;

/// <summary>The two pages that <c>serve</c> makes itself, in a browser of this machine.</summary>
[Collection(SamplePages.Name)]
public sealed class ServedPagesTests(SampleWorkspace sample, Browser browser) : IAsyncLifetime, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pipeline-served-").FullName;
    private readonly CancellationTokenSource _stop = new();
    private PageServer _ofSample = null!;
    private PageServer _ofWatch = null!;
    private Watch _watch = null!;
    private Task _watching = Task.CompletedTask;

    public async Task InitializeAsync()
    {
        _ofSample = await PageServer.StartAsync(new LocalSite(sample.Workspace, null, TimeProvider.System), port: 0, default);
        Drop("reference/contracts.csv",
            await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "sample-data/reference/contracts.csv")));
        _watch = new Watch(_folder, TimeProvider.System);
        _ofWatch = await PageServer.StartAsync(new LocalSite(_watch.Workspace, _watch, TimeProvider.System), port: 0, default);
        _watching = Task.Run(() => _watch.RunAsync(_stop.Token));
    }

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        await _ofWatch.DisposeAsync();
        await _ofSample.DisposeAsync();
    }

    public void Dispose()
    {
        _watch.Dispose();
        _stop.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Front => new Uri(_ofSample.Address, "pages").ToString();

    private string Status => new Uri(_ofWatch.Address, "status").ToString();

    [BrowserFact]
    public async Task No_page_breaks_an_accessibility_rule_or_scrolls_sideways_or_asks_anybody_else()
    {
        await TakeInAsync();
        foreach (string url in new[] { Front, new Uri(_ofSample.Address, "status").ToString(), Status })
        {
            var asked = new ConcurrentQueue<string>();
            var page = await browser.OpenAsync(url, width: 320, asked);
            var result = await page.RunAxe();
            Assert.True(result.Violations.Length == 0,
                $"{url}: {string.Join("; ", result.Violations.Select(v => $"{v.Id} {v.Help}: {string.Join(" | ", v.Nodes.Take(3).Select(n => n.Html))}"))}");
            Assert.Equal(0, await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
            Assert.All(asked.Where(a => !a.StartsWith("data:", StringComparison.Ordinal)),
                a => Assert.StartsWith("http://127.0.0.1:", a, StringComparison.Ordinal));
            await page.Context.CloseAsync();
        }
    }

    [BrowserFact]
    public async Task The_front_page_shows_names_as_they_are_written_and_no_client()
    {
        var page = await browser.OpenAsync(Front);
        string text = await page.InnerTextAsync("main");

        Assert.Contains(SampleWorkspace.NameOfMarkup, text, StringComparison.Ordinal);
        Assert.Equal(0, await page.Locator("script:not([src]), img").CountAsync());
        Assert.DoesNotContain(text.Split([' ', '\n', '\t', ','], StringSplitOptions.RemoveEmptyEntries), sample.ClientReferences.Contains);
        // The whole way by keyboard: past the skip link, the menu and the link to the status, to a report.
        var report = page.Locator("a", new PageLocatorOptions { HasTextString = "Report 2025-26-Q2" });
        var stops = new List<string>();
        while (stops.Count < 20 && !await report.EvaluateAsync<bool>("link => link === document.activeElement"))
        {
            await page.Keyboard.PressAsync("Tab");
            stops.Add(await page.EvaluateAsync<string>("document.activeElement.textContent"));
        }

        Assert.Equal(["Skip to main content", "Outcomes Pipeline", "Home", "Returns", "Reference", "Payments", "Reports and receipts",
            "Published", "Operations", "Search", "Be somebody else", "Home", "What is being taken in now", "All reports and publications",
            "Report 2025-26-Q2"], stops);
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("h1", new PageLocatorOptions { HasTextString = "July to September 2025" }).WaitForAsync();
        Assert.Equal(new Uri(_ofSample.Address, "reports/2025-26-Q2.html").ToString(), page.Url);
    }

    [BrowserFact]
    public async Task The_status_page_follows_what_is_taken_in_and_stays_where_its_reader_is()
    {
        var page = await browser.OpenAsync(Status);
        await page.EvaluateAsync("window.isTheSame = true");
        await page.Locator("a", new PageLocatorOptions { HasTextString = "Look again" }).FocusAsync();

        await TakeInAsync();

        await page.Locator("[data-live=taken-in] th >> text=submissions/wrenfield/DA-001/2025-26-Q1/hours").WaitForAsync();
        await page.Locator("text=Nothing waits").WaitForAsync();
        Assert.True(await page.EvaluateAsync<bool>("window.isTheSame"));
        Assert.Equal("Look again", await page.EvaluateAsync<string>("document.activeElement.textContent"));
    }

    [BrowserFact]
    public async Task The_status_page_says_the_same_to_who_runs_no_scripts()
    {
        var page = await browser.OpenAsync(Status, scripts: false);
        await TakeInAsync();

        var place = page.Locator("text=submissions/wrenfield/DA-001/2025-26-Q1/hours");
        for (int looks = 0; looks < 100 && await place.CountAsync() == 0; looks++)
            await page.Locator("a", new PageLocatorOptions { HasTextString = "Look again" }).ClickAsync();

        Assert.NotEqual(0, await place.CountAsync());
        await page.Locator("main a", new PageLocatorOptions { HasTextString = "Receipt" }).First.ClickAsync();
        Assert.Contains("/receipts/", page.Url, StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task When_the_server_stops_the_status_page_says_so()
    {
        var page = await browser.OpenAsync(Status);
        await _ofWatch.DisposeAsync();

        await page.Locator("text=The server has stopped").WaitForAsync();
    }

    private async Task TakeInAsync()
    {
        Drop("submissions/wrenfield/DA-001/2025-26-Q1/hours.csv", "month,commissioned_hours,delivered_hours\n2025-04,100,90\n");
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Add("Cookie", Browser.AsCommissioner);
        for (int looks = 0; looks < 600; looks++)
        {
            if ((await client.GetStringAsync(Status)).Contains("/hours/v1.html", StringComparison.Ordinal))
                return;
            await Task.Delay(100);
        }

        Assert.Fail(await client.GetStringAsync(Status));
    }

    private void Drop(string path, string text)
    {
        string file = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
