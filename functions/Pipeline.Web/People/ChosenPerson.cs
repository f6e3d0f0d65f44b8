using Microsoft.AspNetCore.Http;
using Pipeline.Core;

namespace Pipeline.Web.People;

/// <summary>On one machine: whoever they say that they are. It checks nobody, and says so.</summary>
public sealed class ChosenPerson : ISignIn
{
    public const string Cookie = "pipeline-person";

    public const string Path = "/sign-in";

    public bool IsChecked => false;

    public string? SignOutPath => null;

    public string SignInPath(string back) => $"{Path}?back={Uri.EscapeDataString(back)}";

    public Task<Principal?> PersonAsync(HttpContext http) => Task.FromResult(Read(http.Request.Cookies[Cookie]));

    /// <summary>What a cookie says, if it is one that <see cref="Write"/> wrote.</summary>
    public static Principal? Read(string? cookie)
    {
        if (cookie?.Split('|') is not [var word, var provider, var text] || Roles.Find(word) is not { } role
            || !PersonName.TryParse(Uri.UnescapeDataString(text), out var name))
            return null;
        if (role != Role.Provider)
            return provider.Length == 0 ? new Principal(name, null, new HashSet<Role> { role }, new HashSet<ProviderId>()) : null;
        return ProviderId.TryParse(provider, out var id)
            ? new Principal(name, null, new HashSet<Role> { role }, new HashSet<ProviderId> { id }) : null;
    }

    /// <param name="name">Anybody's.</param>
    /// <param name="role">What they want to do.</param>
    /// <param name="provider">For whom, as a provider; else null.</param>
    public static string Write(PersonName name, Role role, ProviderId? provider) =>
        $"{role.Word()}|{(role == Role.Provider ? provider : null)}|{Uri.EscapeDataString(name.ToString())}";
}
