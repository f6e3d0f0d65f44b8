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
        Assert.Equal(("Ann Archer", "finance"), (acting.Name.ToString(), Assert.Single(acting.Roles)));
    }

    [Fact]
    public void A_name_as_a_directory_lists_it_is_the_persons()
    {
        Assert.True(Principal.TryRead(SignIn.Request("Archer, Ann (Adult Social Care 2)", "finance"), ["finance"], out var listed, out _));
        Assert.Equal("Archer, Ann", listed.Name.ToString());
        Assert.Equal(Core.PersonName.Parse("Ann Archer"), listed.Name);
    }

    [Fact]
    public async Task Another_role_is_refused() => Assert.Equal(403, await RefusalAsync(SignIn.Request("Ann Archer", "finance"), "commissioner"));

    [Fact]
    public async Task No_role_is_refused() => Assert.Equal(403, await RefusalAsync(SignIn.Request("Ann Archer"), "commissioner"));

    [Theory]
    [InlineData("x@y")]
    [InlineData("Ann (Annie) Archer")]
    [InlineData("(Finance)")]
    public async Task A_name_that_cannot_be_recorded_is_refused(string name) => Assert.Equal(403, await RefusalAsync(SignIn.Request(name, "finance"), "finance"));

    [Fact]
    public async Task A_request_without_a_sign_in_is_refused() => Assert.Equal(401, await RefusalAsync(SignIn.NobodysRequest(), "finance"));

    [Theory]
    [InlineData("not base 64!")]
    [InlineData("e30tLQ==")]
    public async Task A_header_that_does_not_read_is_no_sign_in(string header)
    {
        var request = SignIn.NobodysRequest();
        request.Headers["X-MS-CLIENT-PRINCIPAL"] = header;

        Assert.Equal(401, await RefusalAsync(request, "finance"));
    }

    [Fact]
    public async Task Where_no_sign_in_is_checked_the_header_counts_for_nothing()
    {
        Environment.SetEnvironmentVariable(SignIn.IsChecked, null);
        try
        {
            Assert.Equal(401, await RefusalAsync(SignIn.Request("Ann Archer", "finance"), "finance"));
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
