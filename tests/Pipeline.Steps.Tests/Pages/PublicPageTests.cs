using System.Text;
using Pipeline.Core;
using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Pages;

namespace Pipeline.Steps.Tests.Pages;

public sealed class PublicPageTests
{
    private static readonly string[] Claims = ["is a count from 1 to", "is a total that is not shown", "Counts are protected",
        "Other counts", "rounded", "are rounded to the nearest"];

    /// <summary>A council that counts few people must not be told that its counts are protected when they are not.</summary>
    [Theory]
    [InlineData(7, 5,
        "is a count from 1 to|is a total that is not shown|Counts are protected|Other counts|rounded|are rounded to the nearest")]
    [InlineData(7, 1, "is a count from 1 to|is a total that is not shown|Counts are protected")]
    [InlineData(0, 2, "rounded|are rounded to the nearest")]
    [InlineData(0, 1, "")]
    public async Task It_says_of_the_counts_what_is_done_to_them(long suppressUpTo, long roundTo, string claims)
    {
        string page =
            Encoding.UTF8.GetString(await Page.OfAsync(new PublicContent(Quarter.Parse("2025-26-Q1"), [],
                new Publication(new PublicationLimits(suppressUpTo, roundTo)))));
        Assert.Equal(claims.Split('|', StringSplitOptions.RemoveEmptyEntries),
            Claims.Where(claim => page.Contains(claim, StringComparison.Ordinal)));
    }
}
