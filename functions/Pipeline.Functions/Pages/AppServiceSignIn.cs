using Microsoft.AspNetCore.Http;
using Pipeline.Core;
using Pipeline.Steps;
using Pipeline.Web.People;
using Person = Pipeline.Web.People.Principal;

namespace Pipeline.Functions.Pages;

/// <summary>Who asks for a page: as App Service says that they signed in, and for which providers as the council says.</summary>
internal sealed class AppServiceSignIn(AllSteps steps) : ISignIn
{
    public bool IsChecked => true;

    public string SignOutPath => "/.auth/logout?post_logout_redirect_uri=/";

    public string SignInPath(string back) => $"/.auth/login/aad?post_login_redirect_uri={Uri.EscapeDataString(back)}";

    public async Task<Person?> PersonAsync(HttpContext http)
    {
        if (Web.Principal.Find(http.Request) is not { } signedIn)
            return null;
        var roles = signedIn.Roles.Select(Pipeline.Web.People.Roles.Find).OfType<Role>().ToHashSet();
        var providers = roles.Contains(Role.Provider)
            ? (await steps.Reference.CurrentAsync(http.RequestAborted)).People.ProvidersOf(signedIn.ObjectId).ToHashSet()
                : new HashSet<ProviderId>();
        return new Person(signedIn.Name, signedIn.ObjectId.ToString(), roles, providers);
    }
}
