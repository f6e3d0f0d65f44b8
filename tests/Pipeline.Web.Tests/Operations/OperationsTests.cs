using System.Net;
using Pipeline.Steps.Tests;
using Pipeline.Web.People;

namespace Pipeline.Web.Tests.Operations;

/// <summary>What the engineer on call sees and does, and what everybody finds.</summary>
public sealed class OperationsTests : SiteTests
{
    private protected override Task<TestPipeline> BeforeAsync() => TestPipeline.Released();

    [Fact]
    public async Task Whoever_has_nothing_to_do_is_told_so_once_and_that_the_stores_are_reached()
    {
        Assert.Equal(2, (await Eve.ReadAsync("/")).Split("Nothing waits for you.").Length);
        Assert.Equal(4, (await Eve.ReadAsync("/operations")).Split(">Reached</span>").Length);
    }

    [Fact]
    public async Task A_sweep_takes_in_what_was_missed()
    {
        await Site.Pipeline.Put("submissions/acme/HL-001/2025-26-Q1/hours.csv",
            "month,commissioned_hours,delivered_hours\n2025-04,100,90\n");

        var answer = await Eve.PostAsync("/operations", "/operations/sweep");

        Assert.Contains("1 file was taken in.", answer.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_fits_nowhere_is_counted_and_its_name_is_not_shown()
    {
        await Site.Pipeline.Take("submissions/zebedee smith.csv", "x\n");

        string page = await Eve.ReadAsync("/operations");

        Assert.Contains("Files that fit nowhere", page, StringComparison.Ordinal);
        Assert.Contains("/receipts/_unplaced/", page, StringComparison.Ordinal);
        Assert.DoesNotContain("zebedee", page, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("floating", "/providers/acme/returns/HL-001/")]
    [InlineData("HL-001", "/providers/acme/returns/HL-001/")]
    [InlineData("acme", "/providers/acme")]
    [InlineData("HL-001-2025-26-Q1-core-r001", "/payments/2025-26-Q1/lines/HL-001-2025-26-Q1-core-r001")]
    [InlineData("2025-26-Q1", "/quarters/2025-26-Q1")]
    [InlineData("HL-001-2025-26-Q1-evidence-v1", "/receipts/acme/HL-001/2025-26-Q1/evidence/v1.html")]
    [InlineData("2025-26-Q1-decisions-v1", "/receipts/reviews/2025-26-Q1/decisions/v1.html")]
    [InlineData("contracts-v1", "/receipts/reference/contracts/v1.html")]
    public async Task Searching_leads_there(string text, string path) =>
        Assert.Contains($"href=\"{path}", await Eve.ReadAsync("/search?q=" + text), StringComparison.Ordinal);

    [Theory]
    [InlineData("refuge")]
    [InlineData("HL-002")]
    [InlineData("beta")]
    [InlineData("HL-001-2025-26-Q1-core-r001")]
    [InlineData("HL-002-2025-26-Q1-hours-v1")]
    [InlineData("2025-26-Q1-decisions-v1")]
    [InlineData("contracts-v1")]
    [InlineData("HL-001-2025-26-Q1-evidence-v2")]
    [InlineData("%3Cscript%3E")]
    public async Task A_provider_finds_nothing_of_others(string text)
    {
        await Site.Pipeline.Take("submissions/beta/HL-002/2025-26-Q1/hours.csv",
            "month,commissioned_hours,delivered_hours\n2025-04,100,90\n");
        using var acme = Site.As(Role.Provider, provider: "acme");
        Assert.Contains("/receipts/acme/HL-001/2025-26-Q1/evidence/v1.html",
            await acme.ReadAsync("/search?q=HL-001-2025-26-Q1-evidence-v1"), StringComparison.Ordinal);

        string page = await acme.ReadAsync("/search?q=" + text);

        Assert.Contains("Nothing was found.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_has_no_role_finds_nothing()
    {
        using var nobody = Site.WithoutRole();

        Assert.Contains("Nothing was found.", await nobody.ReadAsync("/search?q=acme"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await nobody.GetAsync("/operations")).StatusCode);
    }
}
