using System.Text;
using Pipeline.Steps.Pages;

namespace Pipeline.Steps.Tests.Pages;

/// <summary>A page of which a part is put in the place of another.</summary>
public sealed class PartsTests
{
    [Theory]
    [InlineData("a<!--part x-->old<!--/part-->b", "<!--part x-->new<!--/part-->", "a<!--part x-->new<!--/part-->b")]
    [InlineData(
        "<!--part x-->1<!--/part-->-<!--part y-->2<!--/part-->",
        "<!--part y-->3<!--/part-->",
        "<!--part x-->1<!--/part-->-<!--part y-->3<!--/part-->")]
    [InlineData(
        "<!--part x-->1<!--/part-->-<!--part xy-->2<!--/part-->.",
        "\n<!--part x-->longer<!--/part-->\n<!--part xy--><!--/part-->\n",
        "<!--part x-->longer<!--/part-->-<!--part xy--><!--/part-->.")]
    [InlineData("as it was", "", "as it was")]
    public void Parts_stand_in_the_place_of_those_of_their_names(string page, string parts, string made) =>
        Assert.Equal(made, Made(page, parts));

    [Theory]
    [InlineData("a page", "<!--part x-->new<!--/part-->")]
    [InlineData("<!--part xy-->old<!--/part-->", "<!--part x-->new<!--/part-->")]
    [InlineData("<!--part x-->not ended", "<!--part x-->new<!--/part-->")]
    [InlineData("<!--part y-->1<!--/part--><!--part x-->2<!--/part-->", "<!--part x-->new<!--/part--><!--part y-->new<!--/part-->")]
    public void A_page_that_does_not_hold_them_all_in_their_order_is_left_to_be_made(string page, string parts) =>
        Assert.Null(Made(page, parts));

    private static string? Made(string page, string parts)
    {
        using var made = new MemoryStream();
        return Page.TryPutParts(Encoding.UTF8.GetBytes(page), Encoding.UTF8.GetBytes(parts), made)
            ? Encoding.UTF8.GetString(made.ToArray()) : null;
    }
}
