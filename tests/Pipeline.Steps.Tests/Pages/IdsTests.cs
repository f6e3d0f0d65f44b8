using System.Text;
using System.Text.RegularExpressions;
using Pipeline.Core;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Reporting;
using Pipeline.Steps.Pages;

namespace Pipeline.Steps.Tests.Pages;

/// <summary>What a screen reader finds its way by.</summary>
public sealed partial class IdsTests
{
    [Theory]
    [InlineData("strategic-2019")]
    [InlineData("performance")]
    public async Task Every_id_is_on_a_page_once_and_every_label_is_there(string id)
    {
        using var json = DeliveredFrameworks.Open(id);
        var framework = FrameworkFile.Read(json).Framework!;
        var quarter = Quarter.Parse("2025-26-Q4");
        IReadOnlyList<ContractReport> contracts = [.. Enumerable.Range(1, 2).Select(n => ReportSizeTests.Full(framework, quarter, n))];
        IReadOnlyList<PageOfContracts> pages = [.. PageOfContracts.Of(framework, [.. contracts.Select(c => c.Contract)], quarter)];
        var report = new FrameworkReport(framework, pages, Sums.Of(contracts.Select(c => c.Figures.Sums)), new Dictionary<Quarter, Sums>());

        AssertIds(await Page.OfAsync(new ReportContent(quarter, [report])), $"{id}-one-groups");
        AssertIds(await Page.OfAsync(new ContractsContent(pages.Single(), contracts)), $"{id}-three-contracts");
    }

    /// <param name="page">As it is written.</param>
    /// <param name="one">An id that it has.</param>
    private static void AssertIds(byte[] page, string one)
    {
        string html = Encoding.UTF8.GetString(page);
        var ids = Id().Matches(html).Select(m => m.Groups[1].Value).ToList();
        Assert.Contains(one, ids);
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(LabelledBy().Matches(html), label => Assert.Contains(label.Groups[1].Value, ids));
    }

    [GeneratedRegex(""" id="([^"]*)""")]
    private static partial Regex Id();

    [GeneratedRegex(""" aria-labelledby="([^"]*)""")]
    private static partial Regex LabelledBy();
}
