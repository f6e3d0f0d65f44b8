using System.Net;
using Pipeline.Core;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Tests;
using Pipeline.Web.People;

namespace Pipeline.Web.Tests.Operations;

/// <summary>Who acts for which provider is changed by a page, as rows of the file of people.</summary>
public sealed class PeopleTests : IAsyncLifetime
{
    private const string Dee = "11111111-1111-1111-1111-111111111111";

    private TestSite _site = null!;
    private TestBrowser _eve = null!;

    public async Task InitializeAsync()
    {
        _site = await TestSite.StartAsync(await TestPipeline.Reviewed());
        _eve = _site.As(Role.Administrator, "Eve Hill");
    }

    public async Task DisposeAsync()
    {
        _eve.Dispose();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task A_person_is_tied_to_a_provider_and_taken_away_again_and_each_is_a_version_of_the_file()
    {
        var added = await _eve.PostAsync("/people", "/people", ("act", "add"), ("person", Dee), ("provider", "acme"));
        Assert.Contains("People: accepted", added.Words, StringComparison.Ordinal);
        Assert.Equal([ProviderId.Parse("acme")], (await _site.Pipeline.Reference.CurrentAsync()).People.ProvidersOf(Guid.Parse(Dee)));

        var again = await _eve.PostAsync("/people", "/people", ("act", "add"), ("person", Dee), ("provider", "acme"));
        Assert.Contains("acts for the provider already", again.Words, StringComparison.Ordinal);

        var removed = await _eve.PostAsync("/people", "/people", ("act", "remove"));
        Assert.Contains("Nobody acts for a provider yet.", removed.Words, StringComparison.Ordinal);
        Assert.Empty((await _site.Pipeline.Reference.CurrentAsync()).People.People);
        Assert.Equal(2, (await _site.Pipeline.Uploads.OfSlotAsync(new Slot.Reference(Dataset.People))).Count);
    }

    [Theory]
    [InlineData("Dee Lake", "acme", "Give the account's number")]
    [InlineData(Dee, "nobody-known", "Choose a provider of the register.")]
    [InlineData(Dee, "../x", "Choose a provider.")]
    public async Task What_cannot_be_is_said(string person, string provider, string says)
    {
        var answer = await _eve.PostAsync("/people", "/people", ("act", "add"), ("person", person), ("provider", provider));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Contains(says, answer.Words, StringComparison.Ordinal);
        Assert.Empty(await _site.Pipeline.Uploads.OfSlotAsync(new Slot.Reference(Dataset.People)));
    }

    [Fact]
    public async Task Where_there_are_no_links_the_folder_is_told() =>
        Assert.Contains("files go into the folder submissions/acme/",
            string.Join(' ', (await _eve.PostAsync("/people", "/people/link", ("provider", "acme"))).Words.Split((char[]?)null,
                StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
}
