using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Tests.Payments;

/// <summary>What the register says from a day on leaves what it said before as it was.</summary>
public sealed class TermsTests
{
    private const string First = "HL-001,acme,Acme,Floating support,homeless,performance,100000.00,2020-01-01,2030-12-31,SUP-1";

    /// <summary>The contract with its first term until a day, and another from the next on.</summary>
    private static string Register(string until, string then) =>
        TestPipeline.Register("100000.00")
            .Replace(First, $"{First.Replace("2030-12-31", until, StringComparison.Ordinal)}\n{then}", StringComparison.Ordinal);

    [Fact]
    public async Task A_value_that_rises_from_the_next_quarter_on_changes_nothing_of_what_was_released()
    {
        var world = await TestPipeline.Released();
        Assert.Equal(UploadStatus.Accepted,
            (await world.Take("reference/contracts.csv",
                Register("2025-06-30", First.Replace("100000.00", "120000.00", StringComparison.Ordinal)
                    .Replace("2020-01-01", "2025-07-01", StringComparison.Ordinal))))!.Receipt.Status);
        Assert.Empty(await world.Due());
    }

    [Fact]
    public async Task A_value_that_rises_within_the_quarter_is_paid_for_its_days()
    {
        var world = await TestPipeline.Released();
        await world.Take("reference/contracts.csv",
            Register("2025-05-16", First.Replace("100000.00", "200000.00", StringComparison.Ordinal)
                .Replace("2020-01-01", "2025-05-17", StringComparison.Ordinal)));
        // £25,000.00 for 46 of the 91 days and £50,000.00 for 45 of them are £37,362.64; a tenth of that is the pot, of which half is
        // partnership's.
        Assert.Equal([("HL-001", "core", 3_362_638 - 2_250_000), ("HL-001", TestPipeline.Partnership, 186_813 - 125_000)],
            await world.Due());
        Assert.Empty((await world.Replay.RunAsync(TestPipeline.Q1, 1))!.Differences);
    }

    [Fact]
    public async Task A_provider_that_takes_over_where_a_quarter_begins_leaves_the_former_what_it_has()
    {
        var world = await TestPipeline.Released();
        await world.Take("reference/contracts.csv",
            Register("2025-06-30", First.Replace("acme,Acme", "gamma,Gamma", StringComparison.Ordinal)
                .Replace("2020-01-01", "2025-07-01", StringComparison.Ordinal)));
        await world.RefreshAsync();
        Assert.Empty(await world.Due());
        Assert.Contains("Entitlement so far", await world.Text("statements/acme/HL-001/2025-26-Q1.html"), StringComparison.Ordinal);

        // Each sends its own quarters' returns, and not the other's; that rows are gone is said to who had sent them.
        Assert.Equal("SLT-002", await RuleFor("gamma", "2025-26-Q1"));
        Assert.Equal("SLT-002", await RuleFor("acme", "2025-26-Q2"));
        Assert.Equal("SLT-103", await RuleFor("acme", "2025-26-Q1"));
        Assert.Null(await RuleFor("gamma", "2025-26-Q2"));

        async Task<string?> RuleFor(string provider, string quarter) =>
            (await world.Take($"submissions/{provider}/HL-001/{quarter}/evidence.csv",
                "element,kind,evidence_ref,evidence_on,quantity,description\n"))!.Receipt.Summary is [var first, ..] ? first.Rule : null;
    }

    [Fact]
    public async Task A_register_with_two_providers_in_one_quarter_is_rejected_and_the_one_before_stands()
    {
        var world = await TestPipeline.Released();
        var receipt =
            (await world.Take("reference/contracts.csv",
                Register("2025-05-16", First.Replace("acme,Acme", "gamma,Gamma", StringComparison.Ordinal)
                    .Replace("2020-01-01", "2025-05-17", StringComparison.Ordinal))))!.Receipt;
        Assert.Equal((UploadStatus.Rejected, "CON-008"), (receipt.Status, Assert.Single(receipt.Summary).Rule));
        Assert.Empty(await world.Due());
    }

    [Fact]
    public async Task The_table_of_contracts_has_one_row_a_contract_and_year()
    {
        var world = await TestPipeline.Released();
        await world.Take("reference/contracts.csv",
            Register("2025-09-30", First.Replace("100000.00", "120000.00", StringComparison.Ordinal)
                .Replace("2020-01-01", "2025-10-01", StringComparison.Ordinal)));
        await world.RefreshAsync();
        var row = (await world.Rows<ContractRow>()).Single(r => r.RowKey == "HL-001");
        Assert.Equal((12_000_000L, new DateTime(2020, 1, 1)), (row.Whole("AnnualValuePence"), row.Instant("StartsOn").Date));
    }
}
