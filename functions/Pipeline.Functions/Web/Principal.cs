using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Pipeline.Core;

namespace Pipeline.Functions.Web;

/// <summary>The app roles of the sign-in (infra/hooks/app-roles.json).</summary>
internal static class Roles
{
    public const string Commissioner = "commissioner", Finance = "finance", Administrator = "administrator", Provider = "provider";
}

/// <summary>Who asks, as App Service says that they signed in; nothing in the request's body or address can say so.</summary>
/// <param name="ObjectId">The account's, which stays when the person is called otherwise.</param>
internal sealed partial record Principal(PersonName Name, Guid ObjectId, IReadOnlySet<string> Roles)
{
    private const string Header = "X-MS-CLIENT-PRINCIPAL";

    /// <summary>
    /// Set by App Service where it checks the sign-in, on every plan; an app setting of the name would take its place, so that infra has
    /// none. Where nobody checks it, the header is what anybody wrote.
    /// </summary>
    private const string SignInIsChecked = "WEBSITE_AUTH_ENABLED";

    /// <summary>Who asks, when they have one of the roles; else the answer that says why not.</summary>
    public static bool TryRead(HttpRequest request, IReadOnlyCollection<string> allowed, out Principal acting, out IResult refusal)
    {
        acting = null!;
        refusal = null!;
        if (!string.Equals(Environment.GetEnvironmentVariable(SignInIsChecked), "True", StringComparison.OrdinalIgnoreCase))
            refusal = Problems.SignInNotChecked;
        else if (Claims(request) is not { } claims)
            refusal = Problems.Of(StatusCodes.Status401Unauthorized, "Nobody is signed in.", "Sign in with your own account.");
        else if (!PersonName.TryParse(claims.NameOf(), out var name))
            refusal = Problems.Of(StatusCodes.Status403Forbidden, "Your account has no name that can be recorded.", PersonName.Expected);
        else if (claims.ObjectIdOf() is not { } objectId)
            refusal = Problems.Of(StatusCodes.Status403Forbidden, "Your account has no object id.",
                "Sign in with your own account of the council's directory, not as a program.");
        else if (!claims.RolesOf().Overlaps(allowed))
            refusal = Problems.Of(StatusCodes.Status403Forbidden, "Your account may not do this.",
                $"Ask for the role {string.Join(" or ", allowed)}.");
        else
            acting = new Principal(name, objectId, claims.RolesOf());
        return acting is not null;
    }

    /// <summary>Who asks, whatever they may do; null when nobody is signed in, or nobody checks it.</summary>
    public static Principal? Find(HttpRequest request) =>
        string.Equals(Environment.GetEnvironmentVariable(SignInIsChecked), "True", StringComparison.OrdinalIgnoreCase)
        && Claims(request) is { } claims && PersonName.TryParse(claims.NameOf(), out var name) && claims.ObjectIdOf() is { } objectId
            ? new Principal(name, objectId, claims.RolesOf())
            : null;

    /// <summary>Null when there is none, or it does not read: whoever wrote it, it was not App Service.</summary>
    private static ClientPrincipal? Claims(HttpRequest request)
    {
        try
        {
            return request.Headers[Header].ToString() is { Length: > 0 } header
                ? JsonSerializer.Deserialize<ClientPrincipal>(Convert.FromBase64String(header), JsonSerializerOptions.Web) : null;
        }
        catch (Exception exception) when (exception is FormatException or JsonException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>What App Service writes into the header.</summary>
    private sealed partial record ClientPrincipal(string? Name_typ, string? Role_typ, IReadOnlyList<Claim?>? Claims)
    {
        /// <summary>What it is called depends on whether App Service keeps the tokens.</summary>
        private static readonly string[] ObjectId = ["oid", "http://schemas.microsoft.com/identity/claims/objectidentifier"];

        private IEnumerable<Claim> Stated => (Claims ?? []).OfType<Claim>();

        /// <summary>Without what directories add in brackets at the end to tell where somebody works.</summary>
        public string? NameOf() =>
            (Stated.FirstOrDefault(c => c.Typ == "name") ?? Stated.FirstOrDefault(c => c.Typ == Name_typ))?.Val is { } name
            ? BracketAtTheEnd().Replace(name, "")
            : null;

        public Guid? ObjectIdOf() => Stated.Where(c => ObjectId.Contains(c.Typ))
            .Select(c => Guid.TryParse(c.Val, out var id) ? id : (Guid?)null).FirstOrDefault();

        public HashSet<string> RolesOf() => Stated.Where(c => c.Typ == "roles" || c.Typ == Role_typ).Select(c => c.Val).OfType<string>()
            .ToHashSet(StringComparer.Ordinal);

        [GeneratedRegex(@"\s*\([^()]*\)\s*\z")]
        private static partial Regex BracketAtTheEnd();
    }

    private sealed record Claim(string? Typ, string? Val);
}
