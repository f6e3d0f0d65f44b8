using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Pipeline.Functions.Tests;

public sealed class ActingTests : IDisposable
{
    private const string SignInIsChecked = "WEBSITE_AUTH_ENABLED";

    public ActingTests() => Environment.SetEnvironmentVariable(SignInIsChecked, "True");

    public void Dispose() => Environment.SetEnvironmentVariable(SignInIsChecked, null);

    [Fact]
    public void Who_asks_is_the_name_and_the_roles_of_the_sign_in()
    {
        Assert.True(Acting.TryRead(Request("Ann Archer", "finance"), ["finance", "commissioner"], out var acting, out _));
        Assert.Equal(("Ann Archer", "finance"), (acting.Name.ToString(), Assert.Single(acting.Roles)));
    }

    [Fact]
    public void Another_role_is_refused() => Assert.Equal(403, Refusal(Request("Ann Archer", "finance"), "commissioner"));

    [Fact]
    public void No_role_is_refused() => Assert.Equal(403, Refusal(Request("Ann Archer"), "commissioner"));

    [Fact]
    public void A_name_that_cannot_be_recorded_is_refused() => Assert.Equal(403, Refusal(Request("x@y", "finance"), "finance"));

    [Fact]
    public void A_request_without_a_sign_in_is_refused() => Assert.Equal(401, Refusal(new DefaultHttpContext().Request, "finance"));

    [Theory]
    [InlineData("not base 64!")]
    [InlineData("e30tLQ==")]
    public void A_header_that_does_not_read_is_no_sign_in(string header)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers["X-MS-CLIENT-PRINCIPAL"] = header;

        Assert.Equal(401, Refusal(request, "finance"));
    }

    [Fact]
    public void Where_no_sign_in_is_checked_the_header_counts_for_nothing()
    {
        Environment.SetEnvironmentVariable(SignInIsChecked, null);

        Assert.Equal(401, Refusal(Request("Ann Archer", "finance"), "finance"));
    }

    private static int? Refusal(HttpRequest request, string allowed)
    {
        Assert.False(Acting.TryRead(request, [allowed], out _, out var refusal));
        return Assert.IsType<ProblemHttpResult>(refusal).StatusCode;
    }

    private static HttpRequest Request(string name, params string[] roles)
    {
        var request = new DefaultHttpContext().Request;
        object[] claims = [new { typ = "name", val = name }, .. roles.Select(role => new { typ = "roles", val = role })];
        request.Headers["X-MS-CLIENT-PRINCIPAL"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { auth_typ = "aad", name_typ = "name", role_typ = "roles", claims })));
        return request;
    }
}
