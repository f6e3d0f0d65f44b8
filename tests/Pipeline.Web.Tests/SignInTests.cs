using System.Net;
using Pipeline.Core;
using Pipeline.Web.People;

namespace Pipeline.Web.Tests;

/// <summary>Who somebody is, on one machine: whoever they say.</summary>
public sealed class SignInTests : SiteTests
{
    [Fact]
    public async Task Who_is_chosen_is_shown_on_every_page_and_that_nobody_checked_it()
    {
        using var browser = Site.Nobody();

        var home = await browser.PostAsync(ChosenPerson.Path, ChosenPerson.Path, ("name", "Zoë O'Neil"), ("role", "commissioner"),
            ("back", "/status"));

        Assert.Equal((HttpStatusCode.SeeOther, "/status"), (home.Status, home.Path));
        Assert.Matches(@"Chosen, and checked by nobody:\s+Zoë O'Neil\s*, commissioner", home.Words);
    }

    [Theory]
    [InlineData("", "finance", "", "Give a name or initials")]
    [InlineData("<b>", "finance", "", "Give a name or initials")]
    [InlineData("Ann Price", "", "", "Choose a role")]
    [InlineData("Ann Price", "king", "", "Choose a role")]
    [InlineData("Ann Price", "provider", "", "Choose a role")]
    [InlineData("Ann Price", "provider", "A/../b", "Choose a role")]
    public async Task What_cannot_be_chosen_is_said(string name, string role, string provider, string says)
    {
        using var browser = Site.Nobody();
        string token = (await browser.ReadAsync(ChosenPerson.Path)).Split("__RequestVerificationToken\" value=\"")[1].Split('"')[0];

        var answer = await browser.ForgeAsync(ChosenPerson.Path, ("__RequestVerificationToken", token), ("name", name), ("role", role),
            ("provider", provider));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Contains(says, answer.Words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("//evil.example/")]
    [InlineData("https://evil.example/")]
    [InlineData("/\\evil.example")]
    [InlineData("")]
    public async Task It_leads_to_no_other_site(string back)
    {
        using var browser = Site.Nobody();
        string token = (await browser.ReadAsync(ChosenPerson.Path)).Split("__RequestVerificationToken\" value=\"")[1].Split('"')[0];

        Assert.Equal("/", (await browser.ForgeAsync(ChosenPerson.Path, ("__RequestVerificationToken", token), ("name", "Ann Price"),
            ("role", "finance"), ("back", back))).Path);
    }

    [Theory]
    [InlineData("king||Ann%20Price")]
    [InlineData("finance||")]
    [InlineData("finance|acme|Ann%20Price")]
    [InlineData("provider||Ann%20Price")]
    [InlineData("provider|../x|Ann%20Price")]
    [InlineData("provider|acme|Ann%20Price|more")]
    [InlineData("")]
    [InlineData(null)]
    public void A_cookie_that_was_not_written_here_is_nobody(string? cookie) => Assert.Null(ChosenPerson.Read(cookie));

    [Fact]
    public void A_cookie_says_again_who_was_chosen()
    {
        var person = ChosenPerson.Read(ChosenPerson.Write(PersonName.Parse("O'Neil, Zoë"), Role.Provider, ProviderId.Parse("acme")));

        Assert.Equal("O'Neil, Zoë", person!.Name.ToString());
        Assert.Equal([Role.Provider], person.Roles);
        Assert.Equal([ProviderId.Parse("acme")], person.Providers);
    }

    [Fact]
    public async Task Whoever_is_tied_to_nothing_is_told_how_to_be()
    {
        using var browser = Site.WithoutRole();

        string home = await browser.ReadAsync("/");

        Assert.Contains("there is nothing here for you yet", home, StringComparison.Ordinal);
        Assert.Contains("oid-of-nobody", home, StringComparison.Ordinal);
    }
}
