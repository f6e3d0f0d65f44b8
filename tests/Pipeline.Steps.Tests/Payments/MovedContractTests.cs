using Pipeline.Core;
using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;

namespace Pipeline.Steps.Tests.Payments;

/// <summary>
/// A contract that goes to another provider within a quarter: what was returned for it stays its own, and the register says who is paid.
/// </summary>
public sealed class MovedContractTests
{
    private const string AcmesStatement = "statements/acme/HL-001/2025-26-Q1.html";

    private static async Task<TestPipeline> Moved()
    {
        var world = await TestPipeline.Reviewed();
        await world.Take("reference/contracts.csv",
            TestPipeline.Register("100000.00").Replace(",acme,Acme,", ",gamma,Gamma,", StringComparison.Ordinal));
        await world.RefreshAsync();
        return world;
    }

    [Fact]
    public async Task What_one_provider_returned_never_counts_for_another()
    {
        var world = await Moved();

        Assert.Equal([("HL-001", "core", 2_250_000), ("HL-002", "core", 750_000)], await world.Due());
        var partnership = (await world.Rows<ElementRow>()).Single(r =>
            r.PartitionKey == "2025-26-Q1|HL-001" && r.RowKey == TestPipeline.Partnership);
        Assert.Equal("gamma blocked 0", $"{partnership.Values["ProviderId"]} {partnership.Values["State"]} {partnership.Values["Items"]}");
        Assert.DoesNotContain("acme", await world.Text("statements/gamma/HL-001/2025-26-Q1.html"), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(await world.Rows<SubmissionRow>(), row => row.PartitionKey.EndsWith("HL-001", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_same_bytes_from_who_has_it_now_are_no_duplicate()
    {
        var world = await Moved();
        var taken = (await world.Take("submissions/gamma/HL-001/2025-26-Q1/evidence.csv",
            await world.Text("submissions/acme/HL-001/2025-26-Q1/evidence.csv")))!;
        Assert.Equal((1, UploadStatus.Accepted, "receipts/gamma/HL-001/2025-26-Q1/evidence/v1.json"),
            (taken.Receipt.Version, taken.Receipt.Status, taken.ReceiptPath));
        Assert.Contains(("HL-001", TestPipeline.Partnership, 125_000), await world.Due());
    }

    [Fact]
    public async Task The_provider_that_has_it_now_is_paid()
    {
        var world = await Moved();
        var run = await world.PayAsync();
        Assert.Equal(["gamma", "beta"], run.Lines.Select(line => line.Provider.ToString()));
        Assert.Empty((await world.Replay.RunAsync(TestPipeline.Q1, 1))!.Differences);
        Assert.Contains("Payment HL-001-2025-26-Q1-core-r001", (await world.Explain.PaymentAsync(run.Lines[0].PaymentId))![0],
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_provider_that_was_paid_pays_back()
    {
        var world = await TestPipeline.Released();
        await world.TakeHeld("reference/contracts.csv", TestPipeline.Register("100000.00")
            .Replace(",acme,Acme,", ",gamma,Gamma,", StringComparison.Ordinal).Replace("SUP-1", "SUP-3", StringComparison.Ordinal)
            + "HL-003,acme,Acme Trust,Refuge,domestic_abuse,performance,0.00,2020-01-01,2030-12-31,SUP-1\n");
        await world.Take("submissions/gamma/HL-001/2025-26-Q1/evidence.csv", TestPipeline.Evidence(2));
        await world.Take("reviews/2025-26-Q1/decisions.csv", TestPipeline.Decisions(quality: "met", partnership: "not_met"));
        var run = await world.PayAsync();
        Assert.Equal(
            [("HL-001-2025-26-Q1-core-r002-gamma", 2_250_000, "SUP-3"),
                ("HL-001-2025-26-Q1-cohesive_quality_standards-r002", 75_000, "SUP-3"),
                ("HL-001-2025-26-Q1-core-r002-acme", -2_250_000, "SUP-1"),
                ("HL-001-2025-26-Q1-working_in_partnership-r002", -125_000, "SUP-1")],
            run.Lines.Select(line => (line.PaymentId.ToString(), line.Amount.Pence, line.SupplierRef)));
        Assert.Empty((await world.Replay.RunAsync(TestPipeline.Q1, 2))!.Differences);
        // The commissioner is told of both.
        var explained = (await world.Explain.ContractAsync(ContractId.Parse("HL-001"), TestPipeline.Q1))!;
        Assert.Contains("Contract HL-001 of gamma for 2025-26-Q1, 1 April 2025 to 30 June 2025.", explained);
        Assert.Contains(
            "By the register acme does not have contract HL-001 in 2025-26-Q1 any more, so nothing is owed to acme and what it holds is "
            + "clawed back.", explained);
        // A provider is told of its own account alone.
        Assert.DoesNotContain((await world.Explain.ContractAsync(ContractId.Parse("HL-001"), TestPipeline.Q1, ProviderId.Parse("acme")))!,
            line => line.Contains("gamma", StringComparison.Ordinal));
        Assert.Equal(
            "Payment HL-001-2025-26-Q1-core-r002-acme: £0.00 earned on core less £22,500.00 released before = -£22,500.00, to acme, "
            + "supplier SUP-1.",
            (await world.Explain.PaymentAsync(run.Lines[2].PaymentId))![0]);

        await world.RefreshAsync();
        Assert.Equal(
            ["001|core acme Acme Trust", $"001|{TestPipeline.Partnership} acme Acme Trust", $"002|{TestPipeline.Quality} gamma Gamma",
                "002|core|acme acme Acme Trust", "002|core|gamma gamma Gamma", $"002|{TestPipeline.Partnership} acme Acme Trust"],
            (await world.Rows<PaymentRow>()).Where(r => r.PartitionKey.EndsWith("HL-001", StringComparison.Ordinal))
                .Select(r => $"{r.RowKey} {r.Values["ProviderId"]} {r.Values["ProviderName"]}"));
        // What another was paid is not shown to who has it now.
        string statement = await world.Text("statements/gamma/HL-001/2025-26-Q1.html");
        Assert.Contains("HL-001-2025-26-Q1-core-r002-gamma", statement, StringComparison.Ordinal);
        Assert.DoesNotContain("core-r001", statement, StringComparison.Ordinal);
        Assert.DoesNotContain("-acme", statement, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_statement_of_the_provider_that_had_it_says_what_it_was_paid_and_no_more()
    {
        var world = await TestPipeline.Released();
        await world.RefreshAsync();
        Assert.Contains("Entitlement so far", await world.Text(AcmesStatement), StringComparison.Ordinal);
        await world.TakeHeld("reference/contracts.csv",
            TestPipeline.Register("100000.00").Replace(",acme,Acme,", ",gamma,Gamma,", StringComparison.Ordinal));
        await world.RefreshAsync();
        string moved = await world.Text(AcmesStatement);
        Assert.DoesNotContain("Entitlement so far", moved, StringComparison.Ordinal);
        Assert.Contains("HL-001-2025-26-Q1-core-r001", moved, StringComparison.Ordinal);
        Assert.Contains("Entitlement so far", await world.Text("statements/gamma/HL-001/2025-26-Q1.html"), StringComparison.Ordinal);

        // What is taken back from it is said there too, and it is whole again when the contract comes back.
        await world.Take("reviews/2025-26-Q1/decisions.csv", TestPipeline.Decisions(quality: null, partnership: "not_met"));
        await world.PayAsync();
        await world.RefreshAsync();
        Assert.Contains($"HL-001-2025-26-Q1-{TestPipeline.Partnership}-r002", await world.Text(AcmesStatement), StringComparison.Ordinal);
        await world.TakeHeld("reference/contracts.csv", TestPipeline.Register("100000.00"));
        await world.RefreshAsync();
        Assert.Contains("Entitlement so far", await world.Text(AcmesStatement), StringComparison.Ordinal);
        Assert.DoesNotContain("Entitlement so far", await world.Text("statements/gamma/HL-001/2025-26-Q1.html"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2020-01-01,2030-12-31,SUP-1", "2020-01-01,2025-03-31,SUP-1")]
    [InlineData("HL-001,acme", "HL-009,acme")]
    public async Task The_statement_of_a_contract_that_ended_or_left_the_register_says_so(string there, string now)
    {
        var world = await TestPipeline.Reviewed();
        await world.Take("reference/contracts.csv", TestPipeline.Register("100000.00").Replace(there, now, StringComparison.Ordinal));
        await world.RefreshAsync();
        Assert.Contains("Nothing has been released to acme", await world.Text(AcmesStatement), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_provider_that_has_it_now_sends_versions_of_its_own()
    {
        var world = await Moved();
        Assert.Equal(
            (1, UploadStatus.Accepted),
            await world.Take("submissions/gamma/HL-001/2025-26-Q1/evidence.csv", TestPipeline.Evidence(3)) is { Receipt: var own }
                ? (own.Version, own.Status) : default);
        Assert.Equal("SLT-002",
            Assert.Single(
                (await world.Take("submissions/acme/HL-001/2025-26-Q1/evidence.csv", TestPipeline.Evidence(4)))!.Receipt.Summary).Rule);
        await world.RefreshAsync();
        Assert.Equal(3L, (await world.Rows<ElementRow>()).Single(r =>
            r.RowKey == TestPipeline.Partnership && r.PartitionKey.EndsWith("HL-001", StringComparison.Ordinal)).Values["Items"]);
    }
}
