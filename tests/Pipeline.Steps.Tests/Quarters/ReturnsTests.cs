using System.Globalization;
using Pipeline.Core;
using Pipeline.Steps.Quarters;

namespace Pipeline.Steps.Tests.Quarters;

/// <summary>Which returns have come and which are still to come.</summary>
public sealed class ReturnsTests
{
    private static readonly DateOnly Today = new(2025, 7, 10);

    /// <summary>
    /// More than are read by one query, with ids of which one begins another, so that the order of ids is not that of keys.
    /// </summary>
    private static readonly string[] Ids = ["A", "A-1", "A0", "B",
        .. Enumerable.Range(0, 300).Select(n => string.Create(CultureInfo.InvariantCulture, $"C-{n:000}")), "C-0000", "Z", "Z-9"];

    [Fact]
    public async Task Every_contract_of_a_quarter_has_what_was_sent_for_it_however_many_there_are()
    {
        var world = await TestPipeline.Reviewed();
        string register =
            string.Concat(Ids.Select(id => $"{id},acme,Acme,Service {id},complex_needs,performance,1000.00,2025-04-01,2028-03-31,S-1\n"));
        await world.Take("reference/contracts.csv", TestPipeline.Register("100000.00") + register);
        const string Hours = "month,commissioned_hours,delivered_hours\n";
        string[] sent = ["A", "A-1", "B", "C-000", "C-0000", "C-149", "C-299", "Z", "Z-9"];
        foreach (string id in sent)
            await world.Take($"submissions/acme/{id}/2025-26-Q1/hours.csv", Hours);
        await world.Take("submissions/acme/A/2025-26-Q1/hours-2.csv", Hours + "2025-04,120.00,110.00\n");

        var returns = await world.Returns.OfQuarterAsync(TestPipeline.Q1, Today);

        Assert.Equal([.. Ids.Append("HL-001").Append("HL-002").Order(StringComparer.Ordinal)],
            returns.Select(r => r.Contract.Id.ToString()));
        Assert.Equal([.. sent.Append("HL-001").Order(StringComparer.Ordinal)],
            returns.Where(r => r.In > 0).Select(r => r.Contract.Id.ToString()));
        Assert.Equal(2, returns.Single(r => r.Contract.Id.ToString() == "A").Datasets.Single(d => d.Uploads.Count > 0).Current!.Version);
        foreach (var each in returns)
            Assert.Equal(Told(each),
                Told((await world.Returns.OfContractAsync(each.Contract.Provider, each.Contract.Id, TestPipeline.Q1, Today))!));
        Assert.Equal(returns.Where(r => r.Contract.Provider.ToString() == "acme").Select(Told),
            (await world.Returns.OfQuarterAsync(TestPipeline.Q1, Today, ProviderId.Parse("acme"))).Select(Told));
    }

    private static string Told(ContractReturn of) =>
        $"{of.Contract.Id}: {string.Join(", ", of.Datasets.Select(d => string.Create(CultureInfo.InvariantCulture, $"{d.Dataset.Name} {d.State.Word()} {d.Uploads.Count}")))}";
}
