using Pipeline.Core;
using Pipeline.Core.Contracts;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Pages;
using Pipeline.Steps.Quarters;

namespace Pipeline.Steps.Tests.Pages;

/// <summary>How large the pages of a quarter become.</summary>
public sealed class ReportSizeTests
{
    private const int Contracts = 500;
    private const int MostBytes = 750_000;

    [Theory]
    [InlineData("strategic-2019")]
    [InlineData("performance")]
    public async Task No_page_comes_near_a_megabyte_with_five_hundred_contracts_that_report_everything(string id)
    {
        using var json = DeliveredFrameworks.Open(id);
        var framework = FrameworkFile.Read(json).Framework!;
        var quarter = Quarter.Parse("2025-26-Q4");
        var contracts = Enumerable.Range(1, Contracts).Select(n => Full(framework, quarter, n)).ToDictionary(c => c.Contract);
        IReadOnlyList<PageOfContracts> pages = [.. PageOfContracts.Of(framework, [.. contracts.Keys], quarter)];
        var report = new FrameworkReport(framework, pages, Sums.Of(contracts.Values.Select(c => c.Figures.Sums)),
            new Dictionary<Quarter, Sums>());

        byte[] whole = await Page.OfAsync(new ReportContent(quarter, [report]));
        Assert.InRange(whole.Length, 20_000, MostBytes);
        Assert.Equal(20, pages.Count);
        Assert.Equal(contracts.Keys, pages.SelectMany(p => p.Contracts));
        string links = System.Text.Encoding.UTF8.GetString(whole);
        foreach (var page in pages)
        {
            byte[] some = await Page.OfAsync(new ContractsContent(page, [.. page.Contracts.Select(c => contracts[c])]));
            Assert.InRange(some.Length, 20_000, MostBytes);
            Assert.Contains($"href=\"{QuarterPages.ContractsPath(page)["reports/".Length..]}\"", links, StringComparison.Ordinal);
        }
    }

    /// <summary>Each framework has a page of its own then, and the report says what happened under each.</summary>
    [Fact]
    public async Task No_page_comes_near_a_megabyte_with_two_hundred_frameworks()
    {
        using var json = DeliveredFrameworks.Open("strategic-2019");
        var strategic = FrameworkFile.Read(json).Framework!;
        var quarter = Quarter.Parse("2025-26-Q4");
        IReadOnlyList<FrameworkReport> reports =
        [
            .. from n in Enumerable.Range(1, 200)
               let framework = strategic with { Id = $"framework-{n:000}", Title = $"{strategic.Title}, as the {n}th partner has it" }
               let contracts = Enumerable.Range(25 * n, 25).Select(contract => Full(framework, quarter, contract)).ToList()
               let sums = Sums.Of(contracts.Select(c => c.Figures.Sums))
               select new FrameworkReport(framework, [.. PageOfContracts.Of(framework, [.. contracts.Select(c => c.Contract)], quarter)],
                   sums, new Dictionary<Quarter, Sums>
                       { [quarter.Previous!.Value] = sums, [new Quarter(2025, 1)] = sums, [new Quarter(2025, 2)] = sums }),
        ];

        byte[] whole = await Page.OfAsync(new ReportContent(quarter, reports));
        Assert.InRange(whole.Length, 20_000, MostBytes);
        string links = System.Text.Encoding.UTF8.GetString(whole);
        Assert.All(reports, report =>
            Assert.Contains($"href=\"{QuarterPages.FrameworkPath(new FrameworkContent(quarter, report))["reports/".Length..]}\"", links,
                StringComparison.Ordinal));
        byte[] one = await Page.OfAsync(new FrameworkContent(quarter, reports[0]));
        Assert.InRange(one.Length, 20_000, MostBytes);
        Assert.Contains("href=\"../framework-001-1.html\"", System.Text.Encoding.UTF8.GetString(one), StringComparison.Ordinal);
        Assert.InRange((await Page.OfAsync(new PublicContent(quarter, reports, new Publication(PublicationLimits.Default)))).Length, 20_000,
            MostBytes);
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(4, true)]
    public void Up_to_three_frameworks_stand_in_one_report(int frameworks, bool isDivided) =>
        Assert.Equal(isDivided, ReportContent.IsDividedBy(frameworks));

    /// <summary>A contract with clients in every count there is.</summary>
    internal static ContractReport Full(Framework framework, Quarter quarter, int n)
    {
        var contract = new Contract(quarter, [new Term(
            ContractId.Parse($"CONTRACT-{n:0000}"), ProviderId.Parse($"provider-{n:0000}"), $"A provider with a name of usual length {n}",
            $"Floating support in the north of the city {n}",
            [.. framework.ClientGroups.Select(g => g.Code)], framework.Id, new Money(123_456_78), new DateOnly(2025, 4, 1),
            new DateOnly(2028, 3, 31), $"S-{n}")]);
        var at = new Common(quarter.ToString(), quarter.FinancialYear.ToString(), quarter.Number, contract.Provider.ToString(),
            contract.ProviderName, contract.Id.ToString(), contract.ServiceName, framework.Id);
        var rows = new List<ReportingRow>();
        foreach (var outcome in framework.Outcomes)
        {
            foreach (var group in framework.ClientGroups.Where(g => outcome.IsFor(g.Code)))
            {
                rows.Add(new OutcomeRow(at, outcome.Code, outcome.Title, outcome.Area, group.Code, 4_000, 1_000, 1_000, 1_000, 1_000, 300,
                    300, 300, 900));
                rows.AddRange(outcome.Indicators.Select(i =>
                    new OutputRow(at, outcome.Code, outcome.Title, i.Code, i.Title, group.Code, 4_000, 1_000, 1_000, 1_000, 1_000)));
                rows.AddRange(framework.Reasons.Select(r =>
                    new ReasonRow(at, outcome.Code, outcome.Title, r.Code, r.Title, group.Code, 100)));
            }
        }

        rows.AddRange(from kpi in framework.Kpis from g in framework.ClientGroups select new KpiRow(at, kpi.Code, kpi.Title, g.Code,
            1_000));
        rows.AddRange(Dataset.Returns.Select(d => new ReturnRow(at, d.Name, "received", 1, new DateOnly(2026, 4, 30))));
        rows.Add(new MeasureRow(at, "referrals", "waiting_not_carried_over", "", 3, 0));
        return new ContractReport(contract, ContractFigures.Of(rows), []);
    }
}
