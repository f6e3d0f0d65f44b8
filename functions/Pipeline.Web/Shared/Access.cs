using Pipeline.Core;
using Pipeline.Web.People;

namespace Pipeline.Web.Shared;

/// <summary>Who may use a route.</summary>
public sealed class Access
{
    private Access(bool anybody, IReadOnlyList<Role> roles) => (IsForAnybody, Roles) = (anybody, roles);

    /// <summary>Nobody has to be signed in.</summary>
    public static Access Anybody { get; } = new(true, []);

    /// <summary>Whoever is signed in, with whatever roles or none.</summary>
    public static Access SignedIn { get; } = new(false, []);

    public static Access For(params IEnumerable<Role> roles) => new(false, [.. roles]);

    public bool IsForAnybody { get; }

    /// <summary>One of them is needed; none: to be signed in is enough.</summary>
    public IReadOnlyList<Role> Roles { get; }

    /// <summary>Whether a person has a role that may.</summary>
    public bool Allows(Principal? person) =>
        IsForAnybody || (person is not null && (Roles.Count == 0 || Roles.Any(person.Has)));

    /// <summary>Whether it is only as a provider that a person may, and so for their own contracts alone.</summary>
    public bool IsOwnOnly(Principal person) => Roles.Contains(Role.Provider)
        && !Roles.Any(role => role != Role.Provider && person.Has(role));

    /// <summary>Whether a person may see what is a provider's.</summary>
    public bool AllowsProvider(Principal person, string? provider) =>
        !IsOwnOnly(person) || (ProviderId.TryParse(provider, out var id) && person.Providers.Contains(id));
}
