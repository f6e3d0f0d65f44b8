using System.Text;
using Pipeline.Core;
using Pipeline.Core.Reporting;
using Pipeline.Steps.Quarters;
using Pipeline.Steps.Stores;
using Pipeline.Steps.Tests.Payments;

namespace Pipeline.Steps.Tests.Quarters;

/// <summary>A public report is published by a named act, and corrected by numbered revisions.</summary>
public sealed class PublishingTests
{
    private const string Outcomes = "submissions/acme/HL-001/2025-26-Q1/outcomes.csv";

    /// <summary>With forty people who are supported.</summary>
    private static async Task<TestPipeline> Counted()
    {
        var world = await TestPipeline.Reviewed();
        await Send(world, 40);
        return world;
    }

    private static async Task Send(TestPipeline world, int clients)
    {
        var rows =
            new StringBuilder(
                "client_ref,client_group,outcome,indicator,need_identified_on,result,result_on,reason,evidence_ref,left_service_on,accommodation_before,accommodation_after\n");
        for (int n = 1; n <= clients; n++)
            rows.Append(System.Globalization.CultureInfo.InvariantCulture, $"C-{n},homeless,economic_wellbeing,,2025-04-01,open,,,,,,\n");
        Assert.Equal(0, (await world.Take(Outcomes, rows.ToString()))!.Receipt.Errors);
        await world.RefreshAsync();
    }

    private static Task<string?> Publish(TestPipeline world, Person? by = null, string why = "") =>
        world.Publish.RunAsync(TestPipeline.Q1, by ?? TestPipeline.Ann, why);

    [Fact]
    public async Task What_is_published_stays_whatever_is_sent_afterwards()
    {
        var world = await Counted();
        Assert.Contains("Not published: for the council alone", await world.Text(QuarterPages.PublicPath(TestPipeline.Q1)),
            StringComparison.Ordinal);
        Assert.Null(await Publish(world));
        var published = Assert.Single(await world.Published.OfAsync(TestPipeline.Q1));
        string page = await world.Text(published.PagePath), csv = await world.Text(published.CsvPath);
        Assert.Contains("Published on 10 July 2025. First publication.", page, StringComparison.Ordinal);
        Assert.Contains("economic_wellbeing,homeless,still_supported,open,40", csv, StringComparison.Ordinal);

        await Send(world, 90);

        Assert.Equal(published, Assert.Single(await world.Published.OfAsync(TestPipeline.Q1)));
        Assert.Equal((page, csv), (await world.Text(published.PagePath), await world.Text(published.CsvPath)));
        Assert.Contains("still_supported,open,90", await world.Text(QuarterPages.PublicCsvPath(TestPipeline.Q1)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_correction_is_a_revision_that_says_what_it_corrects()
    {
        var world = await Counted();
        Assert.Null(await Publish(world));
        await Send(world, 90);

        Assert.Contains("what this revision corrects", await Publish(world), StringComparison.Ordinal);
        Assert.Contains("about a person", await Publish(world, why: "ring 0121 496 0000"), StringComparison.Ordinal);
        Assert.Null(await Publish(world, TestPipeline.Ben, "A return that came late"));

        var reports = await world.Published.OfAsync(TestPipeline.Q1);
        Assert.Equal([(1, "Ann Price", null), (2, "Ben Rees", "A return that came late")],
            reports.Select(r => (r.Revision, r.Signature.By.ToString(), r.Why)));
        Assert.Contains("Revision 2: it takes the place of what was published before. It corrects: A return that came late",
            await world.Text(reports[1].PagePath), StringComparison.Ordinal);
        Assert.Equal(2, Assert.Single(await world.Published.LatestAsync()).Revision);
        await world.RefreshAsync();
        var audited = (await world.Rows<AuditRow>()).Where(row => row.Text("Act") == "publish")
            .Select(row => $"{row.Whole("Number")} {row.Text("By")}: {row.Text("Detail")}");
        Assert.Equal(["1 Ann Price: ", "2 Ben Rees: A return that came late"], audited);
    }

    [Fact]
    public async Task The_same_figures_are_published_once()
    {
        var world = await Counted();
        Assert.Null(await Publish(world));
        Assert.Null(await Publish(world));
        Assert.Equal(
            "The report is published already as it is now, as revision 1 by Ann Price on 10 July 2025: there is nothing to correct.",
            await Publish(world, TestPipeline.Ben, "Nothing"));
        Assert.Single(await world.Published.OfAsync(TestPipeline.Q1));
    }

    [Theory]
    [InlineData("reference/publication.csv", "from_quarter,suppress_up_to,round_to\n2025-26-Q1,10,5\n", "is a count from 1 to 10")]
    [InlineData("reference/council.csv", "title,contact\nThe City Council,https://council.example/outcomes\n",
        "<a href=\"https://council.example/outcomes\">")]
    public async Task What_is_told_beside_the_figures_is_corrected_by_a_revision_as_well(string path, string text, string told)
    {
        var world = await Counted();
        Assert.Null(await Publish(world));
        await world.Take(path, text);
        await world.RefreshAsync();

        Assert.Contains("what this revision corrects", await Publish(world), StringComparison.Ordinal);
        Assert.Null(await Publish(world, why: "What is told beside the figures"));

        var reports = await world.Published.OfAsync(TestPipeline.Q1);
        Assert.Equal(reports[0].Csv, reports[1].Csv);
        Assert.Contains(told, await world.Text(reports[1].PagePath), StringComparison.Ordinal);
        Assert.DoesNotContain(told, await world.Text(reports[0].PagePath), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_published_of_a_quarter_that_has_not_ended_is_unknown_or_is_being_brought_up_to_date()
    {
        var world = await Counted();
        Assert.Contains("has not ended", await world.Publish.RunAsync(Quarter.Parse("2025-26-Q2"), TestPipeline.Ann, ""),
            StringComparison.Ordinal);
        Assert.Contains("2031-32-Q1 has not begun: it begins on 1 April 2031.",
            await world.Publish.RunAsync(Quarter.Parse("2031-32-Q1"), TestPipeline.Ann, ""),
            StringComparison.Ordinal);
        await world.Take("submissions/acme/HL-001/2025-26-Q1/hours.csv", "month,commissioned_hours,delivered_hours\n2025-04,100,90\n");
        Assert.Contains("is just being brought up to date", await Publish(world), StringComparison.Ordinal);
        await world.RefreshAsync();
        Assert.Null(await Publish(world));
    }

    [Fact]
    public async Task Interrupted_anywhere_it_is_finished_by_doing_it_again() =>
        await Everywhere.Interrupted(Counted, async world => Assert.Null(await Publish(world)));

    [Fact]
    public async Task Of_two_who_publish_one_does_and_the_other_is_told()
    {
        string? mine = null, theirs = null;
        await Everywhere.Overtaken(
            Counted,
            async world => mine = await Publish(world, TestPipeline.Ben, "Again"),
            async world => theirs = await Publish(world),
            async world =>
            {
                var published = Assert.Single(await world.Published.OfAsync(TestPipeline.Q1));
                Assert.Equal(1, new[] { mine, theirs }.Count(why => why is null));
                Assert.Contains($"published already as it is now, as revision 1 by {published.Signature.By}", mine ?? theirs,
                    StringComparison.Ordinal);
            });
    }
}
