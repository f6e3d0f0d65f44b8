using System.Net;
using Pipeline.Steps.Tests;
using Pipeline.Web.People;

namespace Pipeline.Web.Tests.Documents;

/// <summary>What is published is for everybody; what is not is for the council.</summary>
public sealed class PublishedTests : SiteTests
{
    private const string Quarter = "/quarters/2025-26-Q1";

    [Fact]
    public async Task A_draft_is_for_the_council_alone_and_what_is_published_for_everybody()
    {
        using var nobody = Site.Nobody();
        using var acme = Site.As(Role.Provider, "Dee Lake", "acme");
        Assert.Contains("Not published: for the council alone", await Ann.ReadAsync("/reports/2025-26-Q1-public.html"),
            StringComparison.Ordinal);
        Assert.Contains("Report of 2025-26-Q1: look at the draft and publish it", await Ann.ReadAsync("/"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await nobody.GetAsync("/published/2025-26-Q1")).StatusCode);

        var published = await Ann.PostAsync(Quarter, Quarter + "/publish", ("sure", "yes"));

        Assert.Equal(HttpStatusCode.SeeOther, published.Status);
        Assert.Contains("Revision 1 , by Ann Price", published.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("publish it", await Ann.ReadAsync("/"), StringComparison.Ordinal);
        foreach (var somebody in new[] { nobody, acme })
        {
            Assert.Contains("/published/2025-26-Q1/r1.html", await somebody.ReadAsync("/published"), StringComparison.Ordinal);
            string page = await somebody.ReadAsync("/published/2025-26-Q1/r1.html");
            Assert.Contains("Published on 10 July 2025. First publication.", page, StringComparison.Ordinal);
            Assert.DoesNotContain("Ann Price", page, StringComparison.Ordinal);
            Assert.StartsWith("quarter,framework,", await somebody.ReadAsync("/published/2025-26-Q1/r1.csv"), StringComparison.Ordinal);
            Assert.NotEqual(HttpStatusCode.OK, (await somebody.GetAsync("/reports/2025-26-Q1-public.html")).StatusCode);
            Assert.NotEqual(HttpStatusCode.OK, (await somebody.GetAsync("/reports/2025-26-Q1-public.csv")).StatusCode);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await nobody.GetAsync("/published/2025-26-Q1/r2.html")).StatusCode);
    }

    [Fact]
    public async Task It_is_asked_whether_one_has_looked_and_a_correction_says_what_it_corrects()
    {
        Assert.Equal(HttpStatusCode.Conflict, (await Ann.PostAsync(Quarter, Quarter + "/publish")).Status);
        await Ann.PostAsync(Quarter, Quarter + "/publish", ("sure", "yes"));
        await Site.Pipeline.Take("reference/publication.csv", "from_quarter,suppress_up_to,round_to\n2025-26-Q1,0,1\n");
        await Site.Pipeline.RefreshAsync();
        await Site.Pipeline.Take("submissions/acme/HL-001/2025-26-Q1/outcomes.csv",
            "client_ref,client_group,outcome,indicator,need_identified_on,result,result_on,reason,evidence_ref,left_service_on,accommodation_before,accommodation_after\nC-1,homeless,economic_wellbeing,,2025-04-01,open,,,,,,\n");
        await Site.Pipeline.RefreshAsync();

        Assert.Equal(HttpStatusCode.Conflict, (await Ann.PostAsync(Quarter, Quarter + "/publish", ("sure", "yes"))).Status);
        await Ann.PostAsync(Quarter, Quarter + "/publish", ("sure", "yes"), ("why", "A return that was missing"));

        Assert.Contains("A return that was missing", await Ann.ReadAsync("/published"), StringComparison.Ordinal);
        Assert.Equal(2, (await Site.Pipeline.Published.OfAsync(TestPipeline.Q1)).Count);
        Assert.Contains("First publication", await Ann.ReadAsync("/published/2025-26-Q1/r1.html"), StringComparison.Ordinal);
    }
}
