using System.Globalization;
using System.Text;
using Pipeline.Local.Commands;
using Pipeline.Local.Workspaces;

namespace Pipeline.Pages.Tests;

/// <summary>The pages of a council with two hundred contracts, on a phone.</summary>
[Collection(SamplePages.Name)]
public sealed class ManyContractsTests(Browser browser) : IAsyncLifetime, IDisposable
{
    private const int Contracts = 200;

    /// <summary>In pixels: all the contracts on one page took 120,000.</summary>
    private const int LongestPage = 30_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("pipeline-many-").FullName;
    private Workspace _workspace = null!;
    private PageServer _server = null!;

    public async Task InitializeAsync()
    {
        _workspace = new Workspace(_folder, new Autumn());
        await _workspace.AddDeliveredFrameworksAsync(default);
        await WriteAsync("reference/contracts.csv",
            "contract,provider,provider_name,service_name,client_groups,framework,annual_value_gbp,starts_on,ends_on,supplier_ref\n"
            + string.Concat(Enumerable.Range(1, Contracts)
                .Select(n => string.Create(CultureInfo.InvariantCulture,
                    $"HL-{n:000},provider-{n % 40},Provider of the {n % 40}th kind,Floating support "
                    + $"{n},homeless;young_people,performance,{100_000 + n}.00,2024-04-01,2027-03-31,S-{n}\n"))));
        for (int n = 1; n <= Contracts; n++)
        {
            await WriteAsync(string.Create(CultureInfo.InvariantCulture, $"submissions/provider-{n % 40}/HL-{n:000}/2025-26-Q1/hours.csv"),
                "month,commissioned_hours,delivered_hours\n2025-04,120.00,110.50\n");
            await WriteAsync(string.Create(CultureInfo.InvariantCulture,
                $"submissions/provider-{n % 40}/HL-{n:000}/2025-26-Q1/evidence.csv"),
                "element,kind,evidence_ref,evidence_on,quantity,description\n"
                + "working_in_partnership,boards_attended,EV-1,2025-05-01,1,minutes\n");
        }

        await _workspace.Sweep.RunAsync(8);
        await _workspace.RefreshAsync(default);
        _server = await PageServer.StartAsync(new LocalSite(_workspace, null, TimeProvider.System), port: 0, default);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose()
    {
        _workspace.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [BrowserFact]
    public async Task No_page_is_without_end_on_a_phone()
    {
        var page = await browser.OpenAsync(_server.Address.ToString(), width: 320, scripts: false);
        foreach (string path in new[]
        {
            "/", "/returns", "/returns?quarter=2025-26-Q1&state=received&sort=provider", "/quarters/2025-26-Q1",
            "/quarters/2025-26-Q1/decisions", "/reference", "/payments", "/payments/2025-26-Q1",
            "/pages", "/search?q=support", "/reports/2025-26-Q1.html", "/reports/2025-26-Q1/performance-1.html",
        })
        {
            var answer = await page.GotoAsync(new Uri(_server.Address, path).ToString());
            Assert.Equal((path, 200), (path, answer!.Status));
            int height = await page.EvaluateAsync<int>("document.documentElement.scrollHeight"),
                wider = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            Assert.True(height <= LongestPage, $"{path} is {height} pixels long.");
            Assert.True(wider <= 0, $"{path} is {wider} pixels too wide.");
        }

        await page.Context.CloseAsync();
    }

    private async Task WriteAsync(string path, string text)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        await _workspace.Files.WriteAsync(path, stream);
    }

    private sealed class Autumn : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2025, 10, 20, 9, 30, 0, TimeSpan.Zero);
    }
}
