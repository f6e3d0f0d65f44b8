using System.Text;
using Microsoft.Playwright;
using Pipeline.Core.Reporting;
using Pipeline.Local.Workspaces;
using Pipeline.Steps;
using Pipeline.Steps.Quarters;
using static Pipeline.Pages.Tests.WholeQuarter;

namespace Pipeline.Pages.Tests;

/// <summary>
/// A whole quarter in a browser, in every role, with the clicks of those who do it; and the same by files and commands, which must come to
/// the same.
/// </summary>
[Collection(SamplePages.Name)]
public sealed class WholeQuarterTests(Browser browser) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pipeline-quarter-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public enum Host
    {
        Serve,
        Azure,
    }

    [BrowserTheory]
    [InlineData(Host.Serve, true)]
    [InlineData(Host.Serve, false)]
    [InlineData(Host.Azure, true)]
    public async Task By_clicks_it_comes_to_what_it_comes_to_by_files_and_commands(Host kind, bool scripts)
    {
        await using QuarterHost clicked = kind == Host.Serve
            ? await ServeHost.StartAsync(Path.Combine(_folder, "clicked"), new Noon()) : await AzureHost.StartAsync(new Noon());
        await SetUpAsync(clicked.Steps);
        await ClickAsync(clicked, scripts);
        using var commanded = new Workspace(Path.Combine(_folder, "commanded"), new Noon());
        await SetUpAsync(commanded);
        await PlayAsync(commanded);

        foreach (var table in ReportingTable.All)
            Assert.Equal((table.Name, await TableAsync(commanded, table)),
                (table.Name, WithoutSenders(clicked.WithoutAccounts(await TableAsync(clicked.Steps, table)))));
        Assert.Equal(await TextAsync(commanded, "payments/2025-26-Q1/run-002.csv"),
            await TextAsync(clicked.Steps, "payments/2025-26-Q1/run-002.csv"));
    }

    /// <summary>The same clicks at either host.</summary>
    private async Task ClickAsync(QuarterHost host, bool scripts)
    {
        var site = host.Address;
        var page = await browser.OpenAsync("about:blank", scripts: scripts);

        await host.BeAsync(page, "Dee Lake", "provider", "Acme");
        await page.ClickAsync("main a:has-text('Floating support, 2025-26-Q1')");
        await SendAsync("hours.xlsx", Broken);
        Assert.Contains("Hours: rejected", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        Assert.Contains("B2", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        await SendAsync("hours.xlsx", Mended);
        Assert.Contains("Hours: accepted", await page.InnerTextAsync("main"), StringComparison.Ordinal);

        await host.BeAsync(page, "Ann Price", "commissioner");
        await page.GotoAsync(new Uri(site, "quarters/2025-26-Q1").ToString());
        await page.FillAsync("#extended_to", "2025-07-20");
        await page.ClickAsync("button:has-text('Extend')");
        Assert.Contains("Calendar: accepted", await page.InnerTextAsync("main"), StringComparison.Ordinal);

        await host.BeAsync(page, "Dee Lake", "provider", "Acme");
        await page.ClickAsync("main a:has-text('Floating support, 2025-26-Q1')");
        await SendAsync("evidence.csv", Utf8(Evidence));

        await host.BeAsync(page, "Ann Price", "commissioner");
        await page.ClickAsync("main a:has-text('Decisions of 2025-26-Q1: look at the evidence')");
        await page.CheckAsync("input[value='HL-001|working_in_partnership']");
        await page.SelectOptionAsync("#decision", "met");
        await page.ClickAsync("button:has-text('Propose')");
        await host.BeAsync(page, "Ben Rees", "commissioner");
        await page.ClickAsync("main a:has-text('Decisions of 2025-26-Q1: approve or drop')");
        await page.ClickAsync("button[value=approve]");
        Assert.Contains("Decisions: accepted", await page.InnerTextAsync("main"), StringComparison.Ordinal);

        await PayAsync(1);
        await host.BeAsync(page, "Cat Shaw", "finance");
        await page.ClickAsync("main a:has-text('2025-26-Q1: confirm payments')");
        await page.FillAsync("#paid_on", "2025-07-10");
        await page.SelectOptionAsync($"select[name='status-{Failed}']", "failed");
        await page.SelectOptionAsync($"select[name='status-{Paid}']", "paid");
        await page.ClickAsync("button:has-text('Confirm these')");
        Assert.Contains("Confirmations: accepted", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        await PayAsync(2);

        await host.BeAsync(page, "Ann Price", "commissioner");
        await page.GotoAsync(new Uri(site, "reference").ToString());
        await page.ClickAsync("summary:has-text('Register of contracts')");
        await page.SetInputFilesAsync("#file-contracts",
            new FilePayload { Name = "contracts.csv", MimeType = "text/csv", Buffer = Utf8(Lowered) });
        await page.ClickAsync("form[action='/reference/contracts'] button:has-text('Look at it first')");
        Assert.Contains("Annual value in pounds", await page.InnerTextAsync("table:has(#altered)"), StringComparison.Ordinal);
        await page.ClickAsync("button:has-text('Put it in force')");
        Assert.Contains("Contracts: held", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        await host.BeAsync(page, "Ben Rees", "commissioner");
        await page.ClickAsync("main a:has-text('Held changes: put in force or drop')");
        await page.ClickAsync("main a:has-text('Change 1')");
        await page.ClickAsync("button:has-text('Put it in force')");
        Assert.Contains("by Ben Rees", await page.InnerTextAsync("main"), StringComparison.Ordinal);

        await host.BeAsync(page, "Ann Price", "commissioner");
        await page.GotoAsync(new Uri(site, "quarters/2025-26-Q1").ToString());
        await page.CheckAsync("#seen");
        await page.ClickAsync("button:has-text('Publish revision 1')");
        await page.ClickAsync("main a:has-text('Revision 1')");
        Assert.Contains("Published on 10 July 2025. First publication.", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        await page.GotoAsync(new Uri(site, "quarters/2025-26-Q1").ToString());
        await page.CheckAsync("#sure");
        await page.ClickAsync("button:has-text('Close 2025-26-Q1')");
        Assert.Contains("Closed by Ann Price", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        await page.Context.CloseAsync();

        async Task SendAsync(string name, byte[] bytes)
        {
            await page.SetInputFilesAsync("#files", new FilePayload { Name = name, MimeType = "application/octet-stream", Buffer = bytes });
            await page.ClickAsync("button[value=send]");
        }

        async Task PayAsync(int run)
        {
            await host.BeAsync(page, "Cat Shaw", "finance");
            await page.ClickAsync("main a:has-text('2025-26-Q1: prepare what is due')");
            await page.ClickAsync("button:has-text('Prepare')");
            await host.BeAsync(page, "Fay Moss", "finance");
            await page.ClickAsync($"main a:has-text('Run {run} of 2025-26-Q1')");
            await page.ClickAsync("button:has-text('Approve')");
            await host.BeAsync(page, "Cat Shaw", "finance");
            await page.ClickAsync($"main a:has-text('Run {run} of 2025-26-Q1')");
            await page.ClickAsync("button:has-text('Release')");
            var download = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("main a:has-text('The file to pay from')"));
            Assert.Equal($"payments-2025-26-Q1-run-00{run}.csv", download.SuggestedFilename);
        }
    }

    private static async Task<string> TableAsync(AllSteps steps, ReportingTable table)
    {
        using var csv = new MemoryStream();
        await ReportingExport.WriteAsync(steps.Tables, table, csv);
        return Encoding.UTF8.GetString(csv.ToArray());
    }

    /// <summary>A file does not say who sent it; the site knows.</summary>
    private static string WithoutSenders(string csv) => string.Join('\n', csv.Split('\n').Select(row =>
        row.Contains(",take_in_decisions,", StringComparison.Ordinal)
            ? row.Replace(",Ben Rees,", ",commissioner,", StringComparison.Ordinal)
        : row.Contains(",take_in_confirmations,", StringComparison.Ordinal)
            ? row.Replace(",Cat Shaw,", ",finance,", StringComparison.Ordinal)
        : row));

    private static async Task<string> TextAsync(AllSteps steps, string path)
    {
        using var text = new StreamReader(await steps.Files.OpenReadAsync(path));
        return await text.ReadToEndAsync();
    }
}
