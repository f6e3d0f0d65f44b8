using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Pipeline.Functions.Tests.Web;

/// <summary>Tests that need the sign-in to be checked follow one another, since the setting is the process's.</summary>
[CollectionDefinition(nameof(SignIn))]
public sealed class SignIn : ICollectionFixture<SignIn>, IDisposable
{
    public const string IsChecked = "WEBSITE_AUTH_ENABLED";

    /// <summary>Of the account of somebody who is called so.</summary>
    public static Guid ObjectIdOf(string name) =>
        new(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16));

    public SignIn() => Environment.SetEnvironmentVariable(IsChecked, "True");

    public void Dispose() => Environment.SetEnvironmentVariable(IsChecked, null);

    /// <summary>A request as App Service passes it on.</summary>
    public static HttpRequest Request(string name, params string[] roles)
    {
        object[] claims = [new { typ = "name", val = name }, new { typ = "oid", val = $"{ObjectIdOf(name)}" },
            .. roles.Select(role => new { typ = "roles", val = role })];
        return RequestWith(JsonSerializer.Serialize(new { auth_typ = "aad", name_typ = "name", role_typ = "roles", claims }));
    }

    /// <summary>A request whose header says this.</summary>
    public static HttpRequest RequestWith(string principal)
    {
        var request = NobodysRequest();
        request.Headers["X-MS-CLIENT-PRINCIPAL"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(principal));
        return request;
    }

    public static HttpRequest NobodysRequest() =>
        new DefaultHttpContext { RequestServices = new ServiceCollection().AddLogging().BuildServiceProvider() }.Request;

    /// <summary>What comes over the wire.</summary>
    public static async Task<(int Status, string? ContentType, JsonElement Body)> AnswerAsync(IResult result)
    {
        var context = NobodysRequest().HttpContext;
        using var body = new MemoryStream();
        context.Response.Body = body;
        await result.ExecuteAsync(context);
        return (context.Response.StatusCode, context.Response.ContentType,
            body.Length == 0 ? default : JsonDocument.Parse(body.ToArray()).RootElement.Clone());
    }

    /// <summary>The status of an answer which has to be a refusal that says why and what to do.</summary>
    public static async Task<int> RefusalAsync(IResult result)
    {
        var (status, contentType, body) = await AnswerAsync(result);
        Assert.Equal("application/problem+json", contentType);
        Assert.Equal(status, body.GetProperty("status").GetInt32());
        Assert.EndsWith(".", body.GetProperty("title").GetString(), StringComparison.Ordinal);
        Assert.EndsWith(".", body.GetProperty("detail").GetString(), StringComparison.Ordinal);
        return status;
    }
}
