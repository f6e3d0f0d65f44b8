using Microsoft.AspNetCore.Http;

namespace Pipeline.Web.People;

/// <summary>Says who asks. There is one for each host.</summary>
public interface ISignIn
{
    /// <summary>Null when nobody is signed in.</summary>
    Task<Principal?> PersonAsync(HttpContext http);

    /// <summary>Where somebody who has to sign in goes first.</summary>
    /// <param name="back">The path to come back to, from this site.</param>
    string SignInPath(string back);

    /// <summary>Where a host other than this site ends the sign-in; null where <see cref="ChosenPerson"/> does.</summary>
    string? SignOutPath { get; }

    /// <summary>Whether anybody checks who it is.</summary>
    bool IsChecked { get; }
}
