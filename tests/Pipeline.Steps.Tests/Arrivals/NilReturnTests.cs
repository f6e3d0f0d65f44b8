using Pipeline.Core.Submissions;

namespace Pipeline.Steps.Tests.Arrivals;

/// <summary>A header alone says that there is nothing to report.</summary>
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

    [Fact]
    public async Task Where_nothing_counted_or_a_nil_return_did_it_is_nothing_to_warn_of()
    {
        var world = await TestPipeline.Reviewed();
        const string hours = "submissions/acme/HL-001/2025-26-Q1/hours.csv";

        Assert.Empty((await world.Take(hours, "month,commissioned_hours,delivered_hours\n"))!.Receipt.Findings);
        Assert.Empty((await world.Take(hours, "month,delivered_hours,commissioned_hours\n"))!.Receipt.Findings);
    }
}
