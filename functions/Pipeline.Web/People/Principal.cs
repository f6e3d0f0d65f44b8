using System.Security.Claims;
using Pipeline.Core;

namespace Pipeline.Web.People;

/// <summary>What somebody may do.</summary>
public enum Role
{
    Provider,
    Commissioner,
    Finance,
    Administrator,
}

/// <summary>Who asks. It is made in one place a host, before any page is: see <see cref="ISignIn"/>.</summary>
/// <param name="Name">As it is shown and recorded.</param>
/// <param name="Id">The account's object id; null on one machine, where the name is all there is.</param>
/// <param name="Roles">May be none.</param>
/// <param name="Providers">For whom somebody with the role of a provider acts; may be none.</param>
public sealed record Principal(PersonName Name, string? Id, IReadOnlySet<Role> Roles, IReadOnlySet<ProviderId> Providers)
{
    /// <summary>As it acts and is recorded.</summary>
    public Person Person => new(Name, Id);

    public bool Has(Role role) => Roles.Contains(role);

    /// <summary>For the framework, which ties a form's token to it: a token of one person is no other's.</summary>
    internal ClaimsPrincipal ToClaims() => new(new ClaimsIdentity(
        [new Claim(ClaimTypes.NameIdentifier, Id ?? $"{Name}|{string.Join(',', Roles.Order())}|{string.Join(',', Providers.Order())}")],
        "site"));
}

public static class Roles
{
    /// <summary>Everybody who works for the council.</summary>
    public static readonly IReadOnlyList<Role> Council = [Role.Commissioner, Role.Finance, Role.Administrator];

    /// <summary>As the sign-in has it: <c>commissioner</c>.</summary>
    public static string Word(this Role role) => role switch
    {
        Role.Provider => "provider",
        Role.Commissioner => "commissioner",
        Role.Finance => "finance",
        Role.Administrator => "administrator",
        _ => throw new ArgumentOutOfRangeException(nameof(role)),
    };

    public static Role? Find(string? word) => Enum.GetValues<Role>().Cast<Role?>().FirstOrDefault(role => role!.Value.Word() == word);
}
