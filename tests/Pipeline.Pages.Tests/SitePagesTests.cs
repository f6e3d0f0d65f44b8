using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Pipeline.Local.Commands;
using Pipeline.Local.Workspaces;
using Pipeline.Web;

namespace Pipeline.Pages.Tests;

/// <summary>
/// The pages of the site over the sample, as everybody can read them: on a phone, a tablet and a screen, in light and in dark.
/// </summary>
[Collection(SamplePages.Name)]
public sealed class SitePagesTests(SampleWorkspace sample, Browser browser)
{
    private static readonly (string Cookie, string[] Paths)[] Sample =
    [
        ("commissioner||Ann%20Price",
        [
            "/", "/sign-in", "/returns", "/returns?quarter=2025-26-Q1&sort=-due", "/quarters/2025-26-Q1", "/quarters/2025-26-Q1/decisions",
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

    /// <summary>Of a quarter in which everything happened: what the sample has nothing of.</summary>
    private static readonly (string Cookie, string[] Paths)[] Played =
    [
        ("commissioner||Ann%20Price",
        [
            "/", "/quarters/2025-26-Q1", "/quarters/2025-26-Q1/decisions", "/changes", "/changes/1", "/people",
            "/payments/2025-26-Q1", "/payments/2025-26-Q1/runs/1?sort=-amount",
            "/payments/2025-26-Q1/lines/HL-001-2025-26-Q1-core-r001", "/published/2025-26-Q1", "/published/2025-26-Q1/r1.html",
            "/receipts/reference/contracts/v2.html", "/receipts/reviews/2025-26-Q1/decisions/v1.html",
            "/receipts/confirmations/2025-26-Q1/v1.html",
        ]),
        ("finance||Cat%20Shaw", ["/", "/payments/2025-26-Q1/confirm", "/payments/2025-26-Q1/confirm?show=confirmed"]),
        ("provider|acme|Dee%20Lake",
            ["/providers/acme/payments?quarter=2025-26-Q1", "/providers/acme/payments/HL-001/2025-26-Q1"]),
    ];

    /// <summary>What is fetched and not looked at, and what has no page of its own.</summary>
    private static readonly string[] NoPages =
    [
        "/reference/{name}", "/providers/{provider}/templates/{contract}/{dataset}", "/payments/{quarter}/runs/{number}/file.csv",
        "/payments/{quarter}/runs/{number}/file.json", "/assets/{name}", "/receipts/_unplaced/{file}", "/returns/reminders.csv",
        "/api/{**path}", "/{**path}",
    ];

    [Fact]
    public void Every_page_of_the_site_is_looked_at()
    {
        string[] paths = [.. Sample.Concat(Played).SelectMany(of => of.Paths).Select(path => path.Split('?')[0])];

        foreach (var route in SiteRoutes.All.Where(r => r.Method == "GET" && r.Machines is null && !NoPages.Contains(r.Pattern)))
        {
            var pattern =
                new Regex($"^{Regex.Replace(route.Pattern, @"\{(\*\*)?[a-z]+\}", part => part.Groups[1].Success ? ".+" : "[^/]+")}$");
            Assert.True(paths.Any(pattern.IsMatch), $"{route.Pattern} is not looked at.");
        }
    }

    [BrowserTheory]
    [InlineData(320)]
    [InlineData(768)]
    [InlineData(1440)]
    public async Task No_page_of_the_site_breaks_an_accessibility_rule_or_scrolls_sideways(int width)
    {
        await LookAsync(sample.Workspace, Sample, width);
        string folder = Directory.CreateTempSubdirectory("pipeline-played-").FullName;
        using (var workspace = new Workspace(folder, new Noon()))
        {
            await WholeQuarter.SetUpAsync(workspace);
            await WholeQuarter.PlayAsync(workspace);
            await LookAsync(workspace, Played, width);
        }

        Directory.Delete(folder, recursive: true);
    }

    [BrowserFact]
    public async Task In_print_a_page_is_what_it_is_about_alone()
    {
        await using var server = await PageServer.StartAsync(new LocalSite(sample.Workspace, null, TimeProvider.System), port: 0, default);
        var page = await browser.OpenAsync(new Uri(server.Address, "/reports/2025-26-Q2.html").ToString());
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });

        foreach (string left in new[] { ".who", ".crumbs", ".top nav", "main .csv" })
            Assert.False(await page.Locator(left).First.IsVisibleAsync(), left);
        Assert.True(await page.Locator("main table").First.IsVisibleAsync());
        await page.Context.CloseAsync();
    }

    private async Task LookAsync(Workspace workspace, (string Cookie, string[] Paths)[] pages, int width)
    {
        await using var server = await PageServer.StartAsync(new LocalSite(workspace, null, TimeProvider.System), port: 0, default);
        foreach (var (cookie, paths) in pages)
        {
            var page = await browser.OpenAsync("about:blank", width);
            await page.Context.AddCookiesAsync([new Cookie { Name = "pipeline-person", Value = cookie, Url = server.Address.ToString() }]);
            foreach (string path in paths)
            {
                var answer = await page.GotoAsync(new Uri(server.Address, path).ToString());
                Assert.Equal((path, path != "/nowhere"), (path, answer!.Ok));
                await page.EvaluateAsync("document.querySelectorAll('details').forEach(d => d.open = true)");
                await CheckAsync(page, path, ColorScheme.Light, new AxeRunOptions());
                // Colours are all that is another in the dark.
                await CheckAsync(page, path, ColorScheme.Dark, new AxeRunOptions { RunOnly = RunOnlyOptions.Rules("color-contrast") });
                int wider = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
                Assert.True(wider <= 0, $"{path} is {wider} pixels too wide.");
                Assert.Equal(0, await page.Locator("script:not([src]), img").CountAsync());
                Assert.All(Labels.WrongIn(await page.ContentAsync()), wrong => Assert.Fail($"{path}: {wrong}"));
            }

            await page.Context.CloseAsync();
        }
    }

    private static async Task CheckAsync(IPage page, string path, ColorScheme scheme, AxeRunOptions options)
    {
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
        var result = await page.RunAxe(options);
        Assert.True(result.Violations.Length == 0, $"{path}, {scheme}: " + string.Join("; ", result.Violations.Select(v =>
            $"{v.Id} {v.Help}: {string.Join(" | ", v.Nodes.Take(3).Select(n => n.Html))}")));
    }
}
