using Pipeline.Local.Tests;
using System.Security.Cryptography;
using Microsoft.Playwright;
using Pipeline.Local.Commands;

namespace Pipeline.Pages.Tests;

/// <summary>
/// The pictures in the README, of pages of the sample. They are renewed with <c>RENEW_PICTURES=1 dotnet test tests/Pipeline.Pages.Tests
/// --filter Pictures</c>.
/// </summary>
[Collection(SamplePages.Name)]
public sealed class PicturesTests(PlainSampleWorkspace sample, Browser browser) : IClassFixture<PlainSampleWorkspace>
{
    private const int MostBytes = 200_000;

    private static readonly string Folder = Path.Combine(Repository.Root, "sample-data", "pictures");

    private static readonly bool IsRenewing = Environment.GetEnvironmentVariable("RENEW_PICTURES") == "1";

    private const string Receipt = "receipts/brindle-lane/YP-001/2025-26-Q1/outcomes/v2.html";
    private const string Report = "reports/2025-26-Q2.html";

    [BrowserTheory]
    [InlineData("receipt", Receipt, "main")]
    [InlineData("report", Report, "#performance")]
    public async Task A_picture_is_small_and_shows_a_windowful_of_its_page(string name, string path, string from)
    {
        var page = await browser.OpenAsync(sample.UrlOf(path), width: 1000);
        await page.Locator(from).EvaluateAsync("e => e.scrollIntoView()");
        byte[] png = await page.ScreenshotAsync(new PageScreenshotOptions { Type = ScreenshotType.Png });
        Assert.InRange(png.Length, 10_000, MostBytes);
        if (IsRenewing)
        {
            Directory.CreateDirectory(Folder);
            await File.WriteAllBytesAsync(Path.Combine(Folder, name + ".png"), png);
            await File.WriteAllTextAsync(Path.Combine(Folder, name + ".sha256"), await HashOfAsync(path) + "\n");
        }

        Assert.InRange(new FileInfo(Path.Combine(Folder, name + ".png")).Length, 10_000, MostBytes);
    }

    /// <summary>
    /// Of the site, as a commissioner sees it. They are looked at when they are renewed: the site's own pages have no bytes that stay.
    /// </summary>
    [BrowserTheory]
    [InlineData("site-home", "/")]
    [InlineData("site-report", "/" + Report)]
    public async Task A_picture_of_the_site_is_small_and_leads_the_README(string name, string path)
    {
        string folder = Path.Combine(Repository.Root, "docs", "pictures"), file = Path.Combine(folder, name + ".png");
        await using var server = await PageServer.StartAsync(new LocalSite(sample.Workspace, null, new FixedDay()), port: 0, default);
        var page = await browser.OpenAsync(new Uri(server.Address, path).ToString(), width: 1000);
        byte[] png = await page.ScreenshotAsync(new PageScreenshotOptions { Type = ScreenshotType.Png });
        Assert.InRange(png.Length, 10_000, MostBytes);
        if (IsRenewing)
        {
            Directory.CreateDirectory(folder);
            await File.WriteAllBytesAsync(file, png);
        }

        Assert.InRange(new FileInfo(file).Length, 10_000, MostBytes);
        string readme = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "README.md"));
        Assert.InRange(readme.IndexOf($"(docs/pictures/{name}.png)", StringComparison.Ordinal), 0,
            readme.IndexOf("\n## ", StringComparison.Ordinal));
    }

    private sealed class FixedDay : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2025, 10, 20, 9, 30, 0, TimeSpan.Zero);
    }

    [Theory]
    [InlineData("receipt", Receipt)]
    [InlineData("report", Report)]
    public async Task A_picture_was_made_of_the_page_as_it_is(string name, string path)
    {
        Assert.Contains($"(sample-data/pictures/{name}.png)", await File.ReadAllTextAsync(Path.Combine(Repository.Root, "README.md")),
            StringComparison.Ordinal);
        // Renewed as the summary of this class says.
        Assert.Equal(await HashOfAsync(path), (await File.ReadAllTextAsync(Path.Combine(Folder, name + ".sha256"))).Trim());
    }

    private async Task<string> HashOfAsync(string path) =>
        Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(sample.FileOf(path))));
}
