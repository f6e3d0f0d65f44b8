using System.Text.Json;
using Pipeline.Core.Reading;
using Pipeline.Core.Submissions;

namespace Pipeline.Core.Tests.Submissions;

/// <summary><c>reference/council.csv</c>: who publishes, and where everybody may ask.</summary>
public sealed class CouncilTests
{
    [Theory]
    [InlineData("https://council.example/outcomes?about=support", "https://council.example/outcomes?about=support")]
    [InlineData("outcomes@council.example", "mailto:outcomes@council.example")]
    [InlineData("Housing.Support@adults.council.example", "mailto:Housing.Support@adults.council.example")]
    public void A_contact_is_a_page_or_a_mailbox_that_several_people_read(string contact, string link)
    {
        var list = Examples.CheckRows(Dataset.Council, $"The City Council,{contact}\n").Counts<CouncilList>();
        var readBack = (CouncilList)JsonSerializer.Deserialize<FileCounts>(JsonSerializer.Serialize<FileCounts>(list, CoreJson.Options),
            CoreJson.Options)!;

        Assert.Equal([new Council("The City Council", contact)], readBack.Rows);
        Assert.Equal(link, readBack.Rows[0].Link.OriginalString);
    }

    [Theory]
    [InlineData("ann.price@council.example")]
    [InlineData("a.price@council.example")]
    [InlineData("Ann Price <outcomes@council.example>")]
    [InlineData("outcomes@")]
    [InlineData("http://council.example/contact")]
    [InlineData("https://council")]
    [InlineData("javascript:alert(1)")]
    [InlineData("//council.example")]
    [InlineData("0121 496 0000")]
    [InlineData("ask Ann Price")]
    public void Nobodys_own_mailbox_and_nothing_else_is_one(string contact)
    {
        var check = Examples.CheckRows(Dataset.Council, $"The City Council,{contact}\n");

        Assert.Equal(["COU-002"], check.Findings.List.Select(finding => finding.Rule.Id));
        Assert.DoesNotContain("price", check.Findings.List[0].ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Without_a_row_nobody_is_named() => Assert.Empty(Examples.CheckRows(Dataset.Council, "").Counts<CouncilList>().Rows);
}
