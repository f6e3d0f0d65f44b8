using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Pipeline.Local.Commands;

namespace Pipeline.Pages.Tests;

/// <summary>
/// The pages of the site over the sample, as everybody can read them: on a phone, a tablet and a screen, in light and in dark.
/// </summary>
[Collection(SamplePages.Name)]
public sealed class SitePagesTests(SampleWorkspace sample, Browser browser)
{
    private static readonly (string Cookie, string[] Paths)[] Pages =
    [
        ("commissioner||Ann%20Price",
        [
            "/", "/sign-in", "/returns", "/returns?quarter=2025-26-Q1", "/quarters/2025-26-Q1", "/quarters/2025-26-Q1/decisions",
            "/changes", "/reference", "/payments", "/payments/2025-26-Q1",
            "/payments/2025-26-Q1/explain/HL-001", "/pages", "/operations", "/people", "/published", "/search?q=support", "/nowhere",
            "/status",
            "/reports/index.html", "/reports/2025-26-Q2.html", "/reports/2025-26-Q2/strategic-2019-1.html",
            "/statements/larkstone/HL-001/2025-26-Q1.html",
            "/receipts/brindle-lane/YP-001/2025-26-Q1/outcomes/v2.html", "/reports/2025-26-Q2-public.html",
        ]),
        ("finance||Cat%20Shaw", ["/", "/payments/2025-26-Q1/confirm"]),
        ("provider|larkstone|Dee%20Lake",
        [
            "/", "/providers/larkstone", "/providers/larkstone/returns/HL-001/2025-26-Q1",
            "/providers/larkstone/returns/HL-001/2025-26-Q1?receipt=outcomes.v2",
            "/providers/larkstone/returns/HL-001/2025-26-Q1/outcomes", "/providers/larkstone/payments",
        ]),
    ];

    [BrowserTheory]
    [InlineData(320, ColorScheme.Light)]
    [InlineData(320, ColorScheme.Dark)]
    [InlineData(768, ColorScheme.Light)]
    [InlineData(1440, ColorScheme.Light)]
    [InlineData(1440, ColorScheme.Dark)]
    public async Task No_page_of_the_site_breaks_an_accessibility_rule_or_scrolls_sideways(int width, ColorScheme scheme)
    {
        await using var server = await PageServer.StartAsync(new LocalSite(sample.Workspace, null, TimeProvider.System), port: 0, default);
        foreach (var (cookie, paths) in Pages)
        {
            var page = await browser.OpenAsync("about:blank", width);
            await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
            await page.Context.AddCookiesAsync([new Cookie { Name = "pipeline-person", Value = cookie, Url = server.Address.ToString() }]);
            foreach (string path in paths)
            {
                await page.GotoAsync(new Uri(server.Address, path).ToString());
                await page.EvaluateAsync("document.querySelectorAll('details').forEach(d => d.open = true)");
                var result = await page.RunAxe();
                Assert.True(result.Violations.Length == 0,
                    $"{path}: {string.Join("; ", result.Violations.Select(v => $"{v.Id} {v.Help}: {string.Join(" | ", v.Nodes.Take(3).Select(n => n.Html))}"))}");
                int wider = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
                Assert.True(wider <= 0, $"{path} is {wider} pixels too wide.");
                Assert.Equal(0, await page.Locator("script:not([src]), img").CountAsync());
                Assert.All(Labels.WrongIn(await page.ContentAsync()), wrong => Assert.Fail($"{path}: {wrong}"));
            }

            await page.Context.CloseAsync();
        }
    }
}
