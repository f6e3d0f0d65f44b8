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

    [Fact]
    public async Task A_quarter_is_known_from_the_day_it_begins_or_when_the_calendar_names_it()
    {
        var world = new TestPipeline();
        Assert.False(await world.Returns.KnowsAsync(TestPipeline.Q1, Today));
        await world.Put("reference/frameworks/performance.json",
            await (await TestPipeline.Reviewed()).Text("reference/frameworks/performance.json"));
        await world.Put("reference/contracts.csv", TestPipeline.Register("100000.00"));
        await world.TakeAll();
        var (before, next) = (Quarter.Parse("2020-21-Q1"), TestPipeline.Q1.Next!.Value.Next!.Value);
        Assert.True(await world.Returns.KnowsAsync(TestPipeline.Q1, Today));
        Assert.True(await world.Returns.KnowsAsync(before, Today));
        Assert.False(await world.Returns.KnowsAsync(Quarter.Parse("2019-20-Q3"), Today));
        Assert.False(await world.Returns.KnowsAsync(next, Today));
        // What is listed goes no further back than the quarter that ended last, until something has come for one before.
        Assert.Equal(["2025-26-Q2", "2025-26-Q1"], (await world.Returns.QuartersAsync(Today)).Select(quarter => quarter.ToString()));

        await world.Take("reference/calendar.csv", $"quarter,contract,due_on,extended_to\n{next},,2026-01-31,\n");
        Assert.True(await world.Returns.KnowsAsync(next, Today));
    }

    private static string Told(ContractReturn of) =>
        $"{of.Contract.Id}: {string.Join(", ", of.Datasets.Select(d => string.Create(CultureInfo.InvariantCulture, $"{d.Dataset.Name} {d.State.Word()} {d.Uploads.Count}")))}";
}
