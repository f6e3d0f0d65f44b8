using Pipeline.Core.Submissions;

namespace Pipeline.Steps.Tests.Arrivals;

/// <summary>A header alone says that there is nothing to report, and a file of few rows may be a part.</summary>
public sealed class NilReturnTests
{
    private const string Evidence = "submissions/acme/HL-001/2025-26-Q1/evidence.csv";

    [Fact]
    public async Task In_place_of_rows_it_counts_and_warns()
    {
        var world = await TestPipeline.Reviewed();
        Assert.Empty((await world.Take(Evidence, TestPipeline.Evidence(3)))!.Receipt.Findings);

        var nil = (await world.Take(Evidence, TestPipeline.Evidence(0)))!;

        Assert.Equal((UploadStatus.Accepted, 1L), (nil.Receipt.Status, nil.Receipt.Warnings));
        var told = Assert.Single(nil.Receipt.Findings);
        Assert.Equal(("SLT-103", "rows, as in version 2, which has 6"), (told.Rule, told.Expected));
    }

    [Theory]
    [InlineData(7, 3, "about as many rows as in version 2, which has 14; this file has 6")]
    [InlineData(6, 3, null)]
    [InlineData(4, 1, null)]
    public async Task Fewer_than_half_of_ten_rows_or_more_count_and_warn(int items, int then, string? expected)
    {
        var world = await TestPipeline.Reviewed();
        await world.Take(Evidence, TestPipeline.Evidence(items));

        var taken = (await world.Take(Evidence, TestPipeline.Evidence(then)))!;

        Assert.Equal(UploadStatus.Accepted, taken.Receipt.Status);
        Assert.Equal(expected is null ? [] : [("SLT-104", expected)], taken.Receipt.Findings.Select(f => (f.Rule, f.Expected!)));
    }

    [Fact]
    public async Task Where_nothing_counted_or_a_nil_return_did_it_is_nothing_to_warn_of()
    {
        var world = await TestPipeline.Reviewed();
        const string hours = "submissions/acme/HL-001/2025-26-Q1/hours.csv";

        Assert.Empty((await world.Take(hours, "month,commissioned_hours,delivered_hours\n"))!.Receipt.Findings);
        Assert.Empty((await world.Take(hours, "month,delivered_hours,commissioned_hours\n"))!.Receipt.Findings);
    }
}
