using System.Text;
using Pipeline.Steps.State;
using Pipeline.Steps.Tests.Payments;
using Pipeline.Steps.Tests.Stores;

namespace Pipeline.Steps.Tests.Quarters;

/// <summary>What of a quarter's pages is made again, and what they are made from.</summary>
public sealed class ContractsPagesTests
{
    private const string Report = "reports/2025-26-Q1.html";
    private const string First = "reports/2025-26-Q1/performance-1.html", Second = "reports/2025-26-Q1/performance-2.html",
        Third = "reports/2025-26-Q1/performance-3.html";

    [Fact]
    public async Task A_change_of_one_contract_reads_its_own_rows_and_the_figures_of_its_own_page_alone()
    {
        var world = await Many(60);
        var before = await ETags(world);
        await world.Take("submissions/acme/HL-001/2025-26-Q1/evidence.csv", TestPipeline.Evidence(3));

        var asked = await Asked(world);
        Assert.Equal(["Query kpis/2025-26-Q1|HL-001"], Of("kpis", asked));
        Assert.Equal(["Query figures/2025-26-Q1|HL-001", "QueryPartitions figures/2025-26-Q1|HL-001", "Submit figures/2025-26-Q1|HL-001"],
            Of("figures", asked).Distinct());
        Assert.DoesNotContain(asked, call => call.Target.StartsWith("contracts/", StringComparison.Ordinal));
        // Its own part.
        Assert.Single(asked, call => call.Target.StartsWith("ledger/", StringComparison.Ordinal));
        var after = await ETags(world);
        Assert.Equal(
            ["reports/2025-26-Q1-public.csv", "reports/2025-26-Q1-public.html", Report, First],
            after.Keys.Where(path => before.GetValueOrDefault(path) != after[path]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_contract_that_changed_shows_on_its_page_and_in_the_report()
    {
        var world = await Many(60);
        await world.Take("submissions/beta/HL-040/2025-26-Q1/hours.csv",
            "month,commissioned_hours,delivered_hours\n2025-04,1234.5,1100.25\n");
        await world.RefreshAsync();
        Assert.Contains("1,234.5", await world.Text(Second));
        Assert.DoesNotContain("1,234.5", await world.Text(First));
        Assert.Contains("1,234.5", await world.Text(Report));
        Assert.Contains("1,100.25", await world.Text(Report));
    }

    [Fact]
    public async Task A_contract_that_joins_moves_those_after_it_to_other_pages()
    {
        var world = await Many(50);
        await world.Take("submissions/beta/HL-025/2025-26-Q1/hours.csv",
            "month,commissioned_hours,delivered_hours\n2025-04,1234.5,1100.25\n");
        await world.RefreshAsync();
        Assert.Contains("1,234.5", await world.Text(First));

        await world.Take("reference/contracts.csv", Register(50, "HL-000"));
        await world.RefreshAsync();
        Assert.Contains("HL-000", await world.Text(First));
        Assert.DoesNotContain("1,234.5", await world.Text(First));
        Assert.Contains("1,234.5", await world.Text(Second));
        Assert.Contains("HL-050", await world.Text(Third));
        Assert.Contains("Page 2 of 3", await world.Text(Second));
        Assert.Contains("<dd>51 ", await world.Text(Report));
        Assert.Contains("1,234.5", await world.Text(Report));
    }

    [Fact]
    public async Task A_contract_that_leaves_is_on_no_page_and_in_no_sum()
    {
        var world = await Many(51);
        await world.Take("submissions/beta/HL-051/2025-26-Q1/hours.csv",
            "month,commissioned_hours,delivered_hours\n2025-04,1234.5,1100.25\n");
        await world.RefreshAsync();
        Assert.Contains("1,234.5", await world.Text(Third));
        Assert.Contains("1,234.5", await world.Text(Report));

        await world.Take("reference/contracts.csv", Register(50));
        await world.RefreshAsync();
        Assert.Contains("No contracts any more", await world.Text(Third));
        Assert.Contains("Page 2 of 2", await world.Text(Second));
        Assert.Contains("<dd>50 ", await world.Text(Report));
        Assert.DoesNotContain("1,234.5", await world.Text(Report));
        Assert.Null(FiguresOfContracts.Read(await world.Tables.QueryAsync(FiguresOfContracts.Table, "2025-26-Q1|HL-051").ToListAsync()));
    }

    [Fact]
    public async Task A_name_that_changed_in_the_register_shows_on_the_page()
    {
        var world = await Many(50);
        await world.Take("reference/contracts.csv",
            Register(50).Replace("HL-050,beta,Beta,Refuge,", "HL-050,beta,Beta,Haven,", StringComparison.Ordinal));
        await world.RefreshAsync();
        Assert.Contains("Haven", await world.Text(Second));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"form":0,"register":1,"framework":1,"contracts":[],"sums":null}""")]
    [InlineData("""{"sums":"of another version"}""")]
    public async Task Sums_that_cannot_be_used_are_made_again(string json)
    {
        var world = await Many(50);
        await world.Take("submissions/beta/HL-050/2025-26-Q1/hours.csv",
            "month,commissioned_hours,delivered_hours\n2025-04,1234.5,1100.25\n");
        await world.RefreshAsync();
        var sums = new SumsOfPages(world.Tables);
        await sums.ReplaceAsync(TestPipeline.Q1, "performance-2", await sums.OfPageAsync(TestPipeline.Q1, "performance-2"),
            Encoding.UTF8.GetBytes(json));
        await world.Take("submissions/acme/HL-001/2025-26-Q1/evidence.csv", TestPipeline.Evidence(3));
        await world.RefreshAsync();
        Assert.Contains("1,234.5", await world.Text(Report));
        Assert.Contains("HL-050", await Sums(world, "performance-2"));
    }

    /// <summary>As after an upgrade, or when somebody took the table away.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""
        {"form":0,"figures":{"sums":{"outcomes":[],"indicators":[],"reasons":[],"kpis":[],"measures":[],"elements":[],"returns":[],
        "assessments":[],"stars":[],"checks":[]},"checks":[]}}
        """)]
    [InlineData("""{"figures":"of another version"}""")]
    public async Task Figures_that_cannot_be_used_are_made_from_the_rows(string? json)
    {
        var world = await Many(50);
        await world.Take("submissions/beta/HL-050/2025-26-Q1/hours.csv",
            "month,commissioned_hours,delivered_hours\n2025-04,1234.5,1100.25\n");
        await world.RefreshAsync();
        var kept = await new FiguresOfContracts(world.Tables).OfContractAsync("2025-26-Q1|HL-050");
        await world.Tables.SubmitAsync(FiguresOfContracts.Table, "2025-26-Q1|HL-050",
            kept.ReplacedBy("figures", json is null ? null : Encoding.UTF8.GetBytes(json)));
        await world.Take("submissions/beta/HL-049/2025-26-Q1/hours.csv",
            "month,commissioned_hours,delivered_hours\n2025-04,4321.5,1100.25\n");
        await world.RefreshAsync();
        Assert.Contains("4,321.5", await world.Text(Second));
        Assert.Contains("1,234.5", await world.Text(Second));
        Assert.Contains("5,556", await world.Text(Report));
    }

    /// <summary>
    /// Between the contracts of one framework may stand so many of another that to read all of them costs more than to ask for each.
    /// </summary>
    [Fact]
    public async Task Contracts_with_many_of_another_framework_between_them_are_asked_for_one_by_one()
    {
        var world = await Many(9, "HL-005");
        await world.Take("submissions/acme/HL-001/2025-26-Q1/evidence.csv", TestPipeline.Evidence(3));
        Assert.Contains("QueryPartitions figures/2025-26-Q1|HL-001", Of("figures", await Asked(world)));
        Assert.DoesNotContain("HL-005", await world.Text(First));
        Assert.Contains("HL-005", await world.Text("reports/2025-26-Q1/strategic-2019-1.html"));

        world = await Many(9, "HL-002", "HL-003", "HL-004", "HL-005", "HL-006", "HL-007", "HL-008");
        await world.Take("submissions/acme/HL-001/2025-26-Q1/evidence.csv", TestPipeline.Evidence(3));
        Assert.Equal(["Query figures/2025-26-Q1|HL-001", "Query figures/2025-26-Q1|HL-001", "Query figures/2025-26-Q1|HL-009"],
            Of("figures", await Asked(world)).Where(call => call.StartsWith("Query", StringComparison.Ordinal)));
        Assert.Contains("HL-009", await world.Text(First));
    }

    [Fact]
    public async Task The_report_of_a_later_quarter_shows_what_changed_in_an_earlier_one()
    {
        var world = await Many(30);
        await world.Take("submissions/beta/HL-030/2025-26-Q2/hours.csv", "month,commissioned_hours,delivered_hours\n2025-07,1,1\n");
        await world.RefreshAsync();
        string before = await world.Text("reports/2025-26-Q2.html");
        await world.Take(
            "submissions/beta/HL-030/2025-26-Q1/outcomes.csv",
            "client_ref,client_group,outcome,indicator,need_identified_on,result,result_on,reason,evidence_ref,left_service_on,accommodation_before,accommodation_after\n"
            + "C-1,domestic_abuse,community,,2025-04-01,open,,,,,,\n");

        var asked = await Asked(world);
        Assert.DoesNotContain(asked, call => call.Target.StartsWith("kpis/2025-26-Q2", StringComparison.Ordinal));
        Assert.NotEqual(before, await world.Text("reports/2025-26-Q2.html"));
    }

    /// <summary>A process dies at each of its calls in turn; whoever comes next finishes.</summary>
    [Fact]
    public async Task A_refresh_that_is_interrupted_anywhere_is_finished_by_the_next()
    {
        await Everywhere.Interrupted(Resubmitted, world => world.RefreshAsync());
    }

    /// <summary>Of two who refresh at once, each having read its facts at another time, nobody's older ones stay.</summary>
    [Fact]
    public async Task A_refresh_that_another_overtakes_leaves_the_newer_figures()
    {
        await Everywhere.Overtaken(
            Resubmitted,
            world => world.RefreshAsync(),
            async world =>
            {
                await world.Take("submissions/acme/HL-001/2025-26-Q1/hours.csv",
                    "month,commissioned_hours,delivered_hours\n2025-04,4321.5,1100.25\n");
                await world.RefreshAsync();
            },
            async world =>
            {
                await world.RefreshAsync();
                Assert.Contains("4,321.5", await world.Text(First));
                Assert.Contains("4,321.5", await world.Text(Report));
                Assert.Contains("4321.5", await Sums(world, "performance-1"));
            });
    }

    private static async Task<TestPipeline> Resubmitted()
    {
        var world = await TestPipeline.Reviewed();
        await world.Take("submissions/acme/HL-001/2025-26-Q1/hours.csv",
            "month,commissioned_hours,delivered_hours\n2025-04,1234.5,1100.25\n");
        return world;
    }

    /// <summary>A quarter of many contracts, HL-001 on.</summary>
    /// <param name="others">The contracts of another framework.</param>
    private static async Task<TestPipeline> Many(int contracts, params string[] others)
    {
        var world = await TestPipeline.Reviewed();
        string register = Register(contracts);
        foreach (string other in others)
            register = register.Replace($"{other},beta,Beta,Refuge,domestic_abuse,performance,",
                $"{other},beta,Beta,Refuge,domestic_abuse,strategic-2019,", StringComparison.Ordinal);
        await world.Take("reference/contracts.csv", register);
        await world.RefreshAsync();
        return world;
    }

    private static string Register(int contracts, string? first = null) =>
        TestPipeline.Register("100000.00",
            string.Join(' ', Enumerable.Range(1, contracts).Select(n => $"HL-{n:000}").Prepend(first).OfType<string>()));

    /// <summary>What a refresh asks the stores for.</summary>
    private static async Task<IReadOnlyList<StoreCall>> Asked(TestPipeline world)
    {
        var asked = new List<StoreCall>();
        world.Calls.Hook = call =>
        {
            lock (asked)
                asked.Add(call);
            return default;
        };
        await world.RefreshAsync();
        world.Calls.Hook = null;
        return asked;
    }

    /// <summary>The calls to a table, in order.</summary>
    private static IEnumerable<string> Of(string table, IReadOnlyList<StoreCall> asked) =>
        asked.Where(call => call.Target.StartsWith($"{table}/", StringComparison.Ordinal)).Select(call => $"{call.Operation} {call.Target}")
            .Order(StringComparer.Ordinal);

    private static async Task<string> Sums(TestPipeline world, string page) =>
        Encoding.UTF8.GetString((await new SumsOfPages(world.Tables).OfPageAsync(TestPipeline.Q1, page)).Json!);

    private static async Task<Dictionary<string, string>> ETags(TestPipeline world) =>
        await world.Files.ListAsync("reports/").ToDictionaryAsync(file => file.Path, file => file.ETag);
}
