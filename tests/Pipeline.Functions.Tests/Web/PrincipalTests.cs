using Microsoft.AspNetCore.Http;
using Pipeline.Functions.Web;

namespace Pipeline.Functions.Tests.Web;

[Collection(nameof(SignIn))]
public sealed class PrincipalTests
{
    [Fact]
    public void Who_asks_is_the_name_and_the_roles_of_the_sign_in()
    {
        Assert.True(Principal.TryRead(SignIn.Request("Ann Archer", "finance"), ["finance", "commissioner"], out var acting, out _));
        Assert.Equal(("Ann Archer", SignIn.ObjectIdOf("Ann Archer"), "finance"),
            (acting.Name.ToString(), acting.ObjectId, Assert.Single(acting.Roles)));
    }

    [Fact]
    public void A_name_as_a_directory_lists_it_is_the_persons()
    {
        Assert.True(Principal.TryRead(SignIn.Request("Archer, Ann (Adult Social Care 2)", "finance"), ["finance"], out var listed, out _));
        Assert.Equal("Archer, Ann", listed.Name.ToString());
        Assert.Equal(Core.PersonName.Parse("Ann Archer"), listed.Name);
    }

    [Fact]
    public async Task Another_role_is_refused() =>
        Assert.Equal(403, await RefusalAsync(SignIn.Request("Ann Archer", "finance"), "commissioner"));

    [Fact]
    public async Task No_role_is_refused() => Assert.Equal(403, await RefusalAsync(SignIn.Request("Ann Archer"), "commissioner"));

    [Theory]
    [InlineData("x@y")]
    [InlineData("Ann (Annie) Archer")]
    [InlineData("(Finance)")]
    public async Task A_name_that_cannot_be_recorded_is_refused(string name) =>
        Assert.Equal(403, await RefusalAsync(SignIn.Request(name, "finance"), "finance"));

    [Fact]
    public async Task A_request_without_a_sign_in_is_refused() => Assert.Equal(401, await RefusalAsync(SignIn.NobodysRequest(), "finance"));

    /// <summary>With the tokens not kept, claims have the names of the directory's protocol before this one.</summary>
    [Fact]
    public void The_object_id_is_found_under_either_of_its_names()
    {
        var request =
            SignIn.RequestWith(
                $$"""{"name_typ":"n","role_typ":"r","claims":[{"typ":"n","val":"Ann Archer"},{"typ":"r","val":"finance"},{"typ":"http://schemas.microsoft.com/identity/claims/objectidentifier","val":"{{SignIn.ObjectIdOf("Ann Archer")}}"}]}""");

        Assert.True(Principal.TryRead(request, ["finance"], out var acting, out _));
        Assert.Equal(SignIn.ObjectIdOf("Ann Archer"), acting.ObjectId);
    }

    [Theory]
    [InlineData("""{"claims":[{"typ":"name","val":"Ann Archer"},{"typ":"roles","val":"finance"}],"role_typ":"roles"}""")]
    [InlineData("""{"claims":[{"typ":"name","val":"Ann Archer"},{"typ":"roles","val":"finance"},{"typ":"oid","val":"somebody"}],"role_typ":"roles"}""")]
    public async Task An_account_without_an_object_id_is_refused(string principal) =>
        Assert.Equal(403, await RefusalAsync(SignIn.RequestWith(principal), "finance"));

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"claims":{}}""")]
    [InlineData("""{"claims":[1]}""")]
    [InlineData("""{"claims":[{"typ":1,"val":true}]}""")]
    public async Task A_principal_that_is_none_is_no_sign_in(string principal) =>
        Assert.Equal(401, await RefusalAsync(SignIn.RequestWith(principal), "finance"));

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"claims":[null,{},{"typ":"name"},{"typ":"roles","val":null}],"name_typ":null,"role_typ":null}""")]
    public async Task A_principal_that_says_nothing_may_do_nothing(string principal) =>
        Assert.Equal(403, await RefusalAsync(SignIn.RequestWith(principal), "finance"));

    [Theory]
    [InlineData("not base 64!")]
    [InlineData("e30tLQ==")]
    public async Task A_header_that_does_not_read_is_no_sign_in(string header)
    {
        var request = SignIn.NobodysRequest();
        request.Headers["X-MS-CLIENT-PRINCIPAL"] = header;

        Assert.Equal(401, await RefusalAsync(request, "finance"));
    }

    /// <summary>Nobody can mend that by signing in again.</summary>
    [Fact]
    public async Task Where_no_sign_in_is_checked_the_header_counts_for_nothing()
    {
        Environment.SetEnvironmentVariable(SignIn.IsChecked, null);
        try
        {
            Assert.Equal(500, await RefusalAsync(SignIn.Request("Ann Archer", "finance"), "finance"));
        }
        finally
        {
            Environment.SetEnvironmentVariable(SignIn.IsChecked, "True");
        }
    }

    private static Task<int> RefusalAsync(HttpRequest request, string allowed)
    {
        Assert.False(Principal.TryRead(request, [allowed], out _, out var refusal));
        return SignIn.RefusalAsync(refusal);
    }
}
