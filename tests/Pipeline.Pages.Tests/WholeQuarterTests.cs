using System.Text;
using Microsoft.Playwright;
using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Core.Reporting;
using Pipeline.Local.Commands;
using Pipeline.Local.Workspaces;
using Pipeline.Steps.Quarters;

namespace Pipeline.Pages.Tests;

/// <summary>
/// A whole quarter in a browser, in every role, with the clicks of those who do it; and the same by files and commands, which must come to
/// the same.
/// </summary>
[Collection(SamplePages.Name)]
public sealed class WholeQuarterTests(Browser browser) : IDisposable
{
    private const string Register =
        "contract,provider,provider_name,service_name,client_groups,framework,annual_value_gbp,starts_on,ends_on,supplier_ref\n"
        + "HL-001,acme,Acme,Floating support,homeless,performance,100000.00,2020-01-01,2030-12-31,SUP-1\n";

    /// <summary>Less than was paid by.</summary>
    private static readonly string Lowered = Register.Replace("100000.00", "90000.00", StringComparison.Ordinal);

    private const string Calendar = "quarter,contract,due_on,extended_to\n2025-26-Q1,,2025-07-05,\n";
    private const string Extended = Calendar + "2025-26-Q1,HL-001,2025-07-05,2025-07-20\n";
    private const string Broken = "month,commissioned_hours,delivered_hours\n2025-04,a lot,90\n";
    private const string Hours = "month,commissioned_hours,delivered_hours\n2025-04,100,90\n";
    private const string Evidence =
        "element,kind,evidence_ref,evidence_on,quantity,description\nworking_in_partnership,boards_attended,P-1,2025-05-01,1,\n";
    private const string Decided =
        "contract,element,decision,reviewer,approver,decided_on,reason,note\n"
        + "HL-001,working_in_partnership,met,Ann Price,Ben Rees,2025-07-10,,\n";
    private const string Failed = "HL-001-2025-26-Q1-core-r001", Paid = "HL-001-2025-26-Q1-working_in_partnership-r001";

    private static readonly Quarter Q1 = Quarter.Parse("2025-26-Q1");
    private static readonly PersonName Ann = PersonName.Parse("Ann Price"), Cat = PersonName.Parse("Cat Shaw"),
        Fay = PersonName.Parse("Fay Moss");

    private readonly string _folder = Directory.CreateTempSubdirectory("pipeline-quarter-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [BrowserTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task By_clicks_it_comes_to_what_it_comes_to_by_files_and_commands(bool scripts)
    {
        using var clicked = await NewAsync("clicked");
        await using (var server = await PageServer.StartAsync(new LocalSite(clicked, null, new Noon()), port: 0, default))
            await ClickAsync(server.Address, scripts);
        using var commanded = await NewAsync("commanded");
        await CommandAsync(commanded);

        foreach (var table in ReportingTable.All)
            Assert.Equal((table.Name, await TableAsync(commanded, table)), (table.Name, WithoutSenders(await TableAsync(clicked, table))));
        Assert.Equal(await TextAsync(commanded, "payments/2025-26-Q1/run-002.csv"),
            await TextAsync(clicked, "payments/2025-26-Q1/run-002.csv"));
    }

    private async Task ClickAsync(Uri site, bool scripts)
    {
        var page = await browser.OpenAsync(new Uri(site, "sign-in").ToString(), scripts: scripts);

        await BeAsync("Dee Lake, provider Acme");
        await page.ClickAsync("main a:has-text('Floating support, 2025-26-Q1')");
        await SendAsync("hours.csv", Broken);
        Assert.Contains("Hours: rejected", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        await SendAsync("hours.csv", Hours);
        Assert.Contains("Hours: accepted", await page.InnerTextAsync("main"), StringComparison.Ordinal);

        await BeAsync("Ann Price, commissioner");
        await page.GotoAsync(new Uri(site, "quarters/2025-26-Q1").ToString());
        await page.FillAsync("#extended_to", "2025-07-20");
        await page.ClickAsync("button:has-text('Extend')");
        Assert.Contains("Calendar: accepted", await page.InnerTextAsync("main"), StringComparison.Ordinal);

        await BeAsync("Dee Lake, provider Acme");
        await page.ClickAsync("main a:has-text('Floating support, 2025-26-Q1')");
        await SendAsync("evidence.csv", Evidence);

        await BeAsync("Ann Price, commissioner");
        await page.ClickAsync("main a:has-text('Decisions of 2025-26-Q1: look at the evidence')");
        await page.CheckAsync("input[value='HL-001|working_in_partnership']");
        await page.SelectOptionAsync("#decision", "met");
        await page.ClickAsync("button:has-text('Propose')");
        await BeAsync("Ben Rees, commissioner");
        await page.ClickAsync("main a:has-text('Decisions of 2025-26-Q1: approve or drop')");
        await page.ClickAsync("button[value=approve]");
        Assert.Contains("Decisions: accepted", await page.InnerTextAsync("main"), StringComparison.Ordinal);

        await PayAsync(1);
        await BeAsync("Cat Shaw, finance");
        await page.ClickAsync("main a:has-text('2025-26-Q1: confirm payments')");
        await page.FillAsync("#paid_on", "2025-07-10");
        await page.SelectOptionAsync($"select[name='status-{Failed}']", "failed");
        await page.SelectOptionAsync($"select[name='status-{Paid}']", "paid");
        await page.ClickAsync("button:has-text('Confirm these')");
        Assert.Contains("Confirmations: accepted", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        await PayAsync(2);

        await BeAsync("Ann Price, commissioner");
        await page.GotoAsync(new Uri(site, "reference").ToString());
        await page.ClickAsync("summary:has-text('Register of contracts')");
        await page.SetInputFilesAsync("#file-contracts",
            new FilePayload { Name = "contracts.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(Lowered) });
        await page.ClickAsync("form[action='/reference/contracts'] button:has-text('Look at it first')");
        Assert.Contains("HL-001 changes from", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        await page.ClickAsync("button:has-text('Put it in force')");
        Assert.Contains("Contracts: held", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        await BeAsync("Ben Rees, commissioner");
        await page.ClickAsync("main a:has-text('Held changes: put in force or drop')");
        await page.ClickAsync("main a:has-text('Change 1')");
        await page.ClickAsync("button:has-text('Put it in force')");
        Assert.Contains("by Ben Rees", await page.InnerTextAsync("main"), StringComparison.Ordinal);

        await BeAsync("Ann Price, commissioner");
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

        async Task BeAsync(string whom)
        {
            await page.GotoAsync(new Uri(site, "sign-in").ToString());
            await page.ClickAsync($"button:has-text('{whom}')");
            await page.Locator("h1:has-text('Home')").WaitForAsync();
        }

        async Task SendAsync(string name, string text)
        {
            await page.SetInputFilesAsync("#files",
                new FilePayload { Name = name, MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(text) });
            await page.ClickAsync("button[value=send]");
        }

        async Task PayAsync(int run)
        {
            await BeAsync("Cat Shaw, finance");
            await page.ClickAsync("main a:has-text('2025-26-Q1: prepare what is due')");
            await page.ClickAsync("button:has-text('Prepare')");
            await BeAsync("Fay Moss, finance");
            await page.ClickAsync($"main a:has-text('Run {run} of 2025-26-Q1')");
            await page.ClickAsync("button:has-text('Approve')");
            await BeAsync("Cat Shaw, finance");
            await page.ClickAsync($"main a:has-text('Run {run} of 2025-26-Q1')");
            await page.ClickAsync("button:has-text('Release')");
            var download = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("main a:has-text('The file to pay from')"));
            Assert.Equal($"payments-2025-26-Q1-run-00{run}.csv", download.SuggestedFilename);
        }
    }

    private static async Task CommandAsync(Workspace workspace)
    {
        await TakeAsync("submissions/acme/HL-001/2025-26-Q1/hours-1.csv", Broken);
        await TakeAsync("submissions/acme/HL-001/2025-26-Q1/hours-2.csv", Hours);
        await TakeAsync("reference/calendar.csv", Extended);
        await TakeAsync("submissions/acme/HL-001/2025-26-Q1/evidence-1.csv", Evidence);
        await TakeAsync("reviews/2025-26-Q1/decisions-1.csv", Decided);
        await PayAsync(1);
        await TakeAsync("confirmations/2025-26-Q1/confirmations-1.csv",
            $"payment_id,status,paid_on,reference\n{Failed},failed,2025-07-10,\n{Paid},paid,2025-07-10,\n");
        await PayAsync(2);
        await TakeAsync("reference/contracts.csv", Lowered);
        Assert.Null(await workspace.DecideChanges.AcceptAsync(1, PersonName.Parse("Ben Rees")));
        await workspace.RefreshAsync();
        Assert.Null(await workspace.Publish.RunAsync(Q1, Ann, ""));
        Assert.Null(await workspace.Close.RunAsync(Q1, Ann));
        await workspace.RefreshAsync();

        async Task TakeAsync(string path, string text)
        {
            await PutAsync(workspace, path, text);
            Assert.NotNull(await workspace.TakeIn.RunAsync(path));
        }

        async Task PayAsync(int run)
        {
            Assert.IsType<RunResult.Done>(await workspace.Prepare.RunAsync(Q1, Cat));
            Assert.IsType<RunResult.Done>(await workspace.Decide.ApproveAsync(Q1, run, Fay));
            Assert.IsType<RunResult.Done>(await workspace.Release.RunAsync(Q1, run, Cat));
        }
    }

    /// <summary>A workspace with a register and a calendar, before anything came.</summary>
    private async Task<Workspace> NewAsync(string name)
    {
        var workspace = new Workspace(Path.Combine(_folder, name), new Noon());
        await workspace.AddDeliveredFrameworksAsync(default);
        await PutAsync(workspace, "reference/contracts.csv", Register);
        await PutAsync(workspace, "reference/calendar.csv", Calendar);
        await workspace.Sweep.RunAsync();
        await workspace.RefreshAsync();
        return workspace;
    }

    private static Task<string> PutAsync(Workspace workspace, string path, string text) =>
        workspace.Files.WriteAsync(path, new MemoryStream(Encoding.UTF8.GetBytes(text)));

    private static async Task<string> TableAsync(Workspace workspace, ReportingTable table)
    {
        using var csv = new MemoryStream();
        await ReportingExport.WriteAsync(workspace.Tables, table, csv);
        return Encoding.UTF8.GetString(csv.ToArray());
    }

    /// <summary>A file does not say who sent it; the site knows.</summary>
    private static string WithoutSenders(string csv) => string.Join('\n', csv.Split('\n').Select(row =>
        row.Contains(",take_in_decisions,", StringComparison.Ordinal)
            ? row.Replace(",Ben Rees,", ",commissioner,", StringComparison.Ordinal)
        : row.Contains(",take_in_confirmations,", StringComparison.Ordinal)
            ? row.Replace(",Cat Shaw,", ",finance,", StringComparison.Ordinal)
        : row));

    private static async Task<string> TextAsync(Workspace workspace, string path)
    {
        using var text = new StreamReader(await workspace.Files.OpenReadAsync(path));
        return await text.ReadToEndAsync();
    }

    private sealed class Noon : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2025, 7, 10, 12, 0, 0, TimeSpan.Zero);
    }
}
