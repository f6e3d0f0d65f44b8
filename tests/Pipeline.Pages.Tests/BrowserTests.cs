using System.Collections.Concurrent;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Pipeline.Pages.Tests;

[Collection(SamplePages.Name)]
public sealed class BrowserTests(SampleWorkspace sample, Browser browser)
{
    private const string Report = "reports/2025-26-Q2.html";
    private const string Statement = "statements/larkstone/HL-002/2025-26-Q1.html";

    /// <summary>One of each kind, and of receipts one of each outcome.</summary>
    private IReadOnlyList<string> Kinds =>
    [
        "reports/index.html", Report, "reports/2025-26-Q2/performance-1.html", "reports/2025-26-Q2-public.html", Statement,
        .. sample.Pages.Where(p => p.StartsWith("receipts/", StringComparison.Ordinal)).DistinctBy(VerdictOf),
    ];

    [BrowserFact]
    public async Task No_page_breaks_an_accessibility_rule()
    {
        foreach (string path in Kinds)
        {
            var page = await browser.OpenAsync(sample.UrlOf(path));
            // What is folded away is looked at, too.
            await page.EvaluateAsync("document.querySelectorAll('details').forEach(d => d.open = true)");
            var result = await page.RunAxe();
            Assert.True(result.Violations.Length == 0,
                $"{path}: {string.Join("; ", result.Violations.Select(v => $"{v.Id} {v.Help}: {string.Join(" | ", v.Nodes.Take(3).Select(n => n.Html))}"))}");
            await page.Context.CloseAsync();
        }
    }

    [BrowserFact]
    public async Task No_page_asks_for_anything_but_itself()
    {
        var asked = new ConcurrentQueue<string>();
        var page = await browser.OpenAsync("about:blank", asked: asked);
        foreach (string path in sample.Pages)
        {
            asked.Clear();
            await page.GotoAsync(sample.UrlOf(path));
            Assert.Equal([sample.UrlOf(path)], asked.Where(url => !url.StartsWith("data:", StringComparison.Ordinal)));
        }
    }

    [BrowserFact]
    public async Task A_name_of_markup_is_shown_as_it_is_written()
    {
        var page = await browser.OpenAsync(sample.UrlOf("statements/brindle-lane/YP-001/2025-26-Q1.html"));
        Assert.Contains(SampleWorkspace.NameOfMarkup, await page.InnerTextAsync("main"));
        Assert.Equal(0, await page.Locator("script, img").CountAsync());
        Assert.DoesNotContain("run", await page.TitleAsync());
    }

    [BrowserFact]
    public async Task No_page_scrolls_sideways_on_a_phone()
    {
        foreach (string path in Kinds)
        {
            var page = await browser.OpenAsync(sample.UrlOf(path), width: 320);
            await page.EvaluateAsync("document.querySelectorAll('details').forEach(d => d.open = true)");
            int wider = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            Assert.True(wider <= 0, $"{path} is {wider} pixels too wide.");
            await page.Context.CloseAsync();
        }
    }

    [BrowserFact]
    public async Task A_wide_table_scrolls_by_keyboard_in_its_own_region()
    {
        var page = await browser.OpenAsync(sample.UrlOf(Report), width: 660);
        var region = page.Locator("[role=group]:has(#performance-table-one-year)");
        Assert.True(await region.EvaluateAsync<bool>("e => e.scrollWidth > e.clientWidth"));
        await region.FocusAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await page.WaitForFunctionAsync("() => document.activeElement.scrollLeft > 0");
    }

    [BrowserTheory]
    [InlineData(1440, Media.Screen)]
    // What A4 has between its margins.
    [InlineData(680, Media.Print)]
    public async Task No_column_is_cut_on_a_screen_or_in_print(int width, Media media)
    {
        foreach (string path in Kinds.Union(sample.Pages.Where(p => p.StartsWith("reports/", StringComparison.Ordinal))))
        {
            var page = await browser.OpenAsync(sample.UrlOf(path), width);
            await page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = media });
            await page.EvaluateAsync("document.querySelectorAll('details').forEach(d => d.open = true)");
            string[] cut = await page.EvaluateAsync<string[]>(
                "[...document.querySelectorAll('.scroll')].filter(s => s.scrollWidth > s.clientWidth || s.firstElementChild.offsetWidth > "
                + "s.clientWidth).map(s => s.getAttribute('aria-labelledby'))");
            Assert.True(cut.Length == 0, $"{path} at {width}: {string.Join(", ", cut)}");
            await page.Context.CloseAsync();
        }
    }

    [BrowserFact]
    public async Task Figures_stand_below_each_other_with_their_names_on_a_phone_without_any_script()
    {
        var page = await browser.OpenAsync(sample.UrlOf(Report), width: 320, scripts: false);
        var cell = page.Locator("[role=group]:has(#performance-table-one) td").First;
        Assert.Equal("\"Need: \"", await LabelAsync(cell));
        Assert.Equal("block", await page.Locator("[role=group]:has(#performance-table-one) tbody tr").First.EvaluateAsync<string>(
            "e => getComputedStyle(e).display"));
        Assert.True((await page.Locator("[role=group]:has(#performance-table-one-year)").BoundingBoxAsync())!.Width <= 320);

        // As the browser has it: of `attr()`, what it stands for.
        static async Task<string> LabelAsync(ILocator cell) =>
            await cell.EvaluateAsync<string>("e => getComputedStyle(e, '::before').content");
    }

    [BrowserFact]
    public async Task The_first_tab_stop_skips_to_the_content()
    {
        var page = await browser.OpenAsync(sample.UrlOf(Report));
        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("Skip to main content", await page.EvaluateAsync<string>("document.activeElement.textContent"));
        Assert.True(await page.Locator(".skip").IsVisibleAsync());
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal("main", await page.EvaluateAsync<string>("document.activeElement.id"));
    }

    [BrowserFact]
    public async Task What_is_folded_away_opens_by_keyboard()
    {
        var page = await browser.OpenAsync(sample.UrlOf(Report));
        var details = page.Locator("details").First;
        Assert.False(await details.Locator("table").IsVisibleAsync());
        await details.Locator("summary").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        Assert.True(await details.Locator("table").IsVisibleAsync());
    }

    [BrowserFact]
    public async Task Every_link_of_a_page_leads_to_something()
    {
        foreach (string path in Kinds)
        {
            var page = await browser.OpenAsync(sample.UrlOf(path));
            foreach (string href in await page.EvaluateAsync<string[]>("[...document.links].map(a => a.href)"))
            {
                var target = new Uri(href);
                // The council's contact, on what is published, is the one link that leaves the pages.
                if (!target.IsFile)
                {
                    Assert.Equal(("reports/2025-26-Q2-public.html", "https://www.alderbridge.example/housing-support-outcomes"),
                        (path, href));
                    continue;
                }

                Assert.True(File.Exists(target.LocalPath), $"{path} links to {href}.");
                if (target.Fragment.Length > 1 && target.AbsolutePath == new Uri(sample.UrlOf(path)).AbsolutePath)
                    Assert.Equal(1, await page.Locator($"[id='{target.Fragment[1..]}']").CountAsync());
            }

            await page.Context.CloseAsync();
        }
    }

    [BrowserFact]
    public async Task Print_shows_all_and_leaves_the_way_about_out()
    {
        var page = await browser.OpenAsync(sample.UrlOf(Report));
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        Assert.False(await page.Locator(".contents").First.IsVisibleAsync());
        Assert.False(await page.Locator(".skip").IsVisibleAsync());
        var folded = page.Locator("details").First.Locator("table");
        Assert.True((await folded.BoundingBoxAsync())?.Height > 50);
        Assert.Equal("visible", await page.Locator(".scroll").First.EvaluateAsync<string>("e => getComputedStyle(e).overflowX"));
        byte[] pdf = await page.PdfAsync();
        Assert.StartsWith("%PDF-", System.Text.Encoding.ASCII.GetString(pdf, 0, 5));
    }

    private string VerdictOf(string path)
    {
        string text = sample.TextOf(path);
        int start = text.IndexOf("<title>", StringComparison.Ordinal);
        return text[start..text.IndexOf(':', start)];
    }
}
