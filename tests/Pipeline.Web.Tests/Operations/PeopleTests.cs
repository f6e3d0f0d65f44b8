using System.Net;
using Pipeline.Core;
using Pipeline.Core.Submissions;

namespace Pipeline.Web.Tests.Operations;

/// <summary>Who acts for which provider is changed by a page, as rows of the file of people.</summary>
public sealed class PeopleTests : SiteTests
{
    private const string Account = "11111111-1111-1111-1111-111111111111";

    [Fact]
    public async Task A_person_is_tied_to_a_provider_and_taken_away_again_and_each_is_a_version_of_the_file()
    {
        var added = await Eve.PostAsync("/people", "/people", ("act", "add"), ("person", Account), ("provider", "acme"));
        Assert.Contains("People: accepted", added.Words, StringComparison.Ordinal);
        Assert.Equal([ProviderId.Parse("acme")], (await Site.Pipeline.Reference.CurrentAsync()).People.ProvidersOf(Guid.Parse(Account)));

        var again = await Eve.PostAsync("/people", "/people", ("act", "add"), ("person", Account), ("provider", "acme"));
        Assert.Contains("acts for the provider already", again.Words, StringComparison.Ordinal);

        var removed = await Eve.PostAsync("/people", "/people", ("act", "remove"));
        Assert.Contains("Nobody acts for a provider yet.", removed.Words, StringComparison.Ordinal);
        Assert.Empty((await Site.Pipeline.Reference.CurrentAsync()).People.People);
        Assert.Equal(2, (await Site.Pipeline.Uploads.OfSlotAsync(new Slot.Reference(Dataset.People))).Count);
    }

    [Theory]
    [InlineData("Dee Lake", "acme", "Give the account's number")]
    [InlineData(Account, "nobody-known", "Choose a provider of the register.")]
    [InlineData(Account, "../x", "Choose a provider.")]
    public async Task What_cannot_be_is_said(string person, string provider, string says)
    {
        var answer = await Eve.PostAsync("/people", "/people", ("act", "add"), ("person", person), ("provider", provider));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Contains(says, answer.Words, StringComparison.Ordinal);
        Assert.Empty(await Site.Pipeline.Uploads.OfSlotAsync(new Slot.Reference(Dataset.People)));
    }

    [Fact]
    public async Task Where_there_are_no_links_the_folder_is_told() =>
        Assert.Contains("files go into the folder submissions/acme/",
            string.Join(' ', (await Eve.PostAsync("/people", "/people/link", ("provider", "acme"))).Words.Split((char[]?)null,
                StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
}
