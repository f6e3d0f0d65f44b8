using Microsoft.AspNetCore.Http;
using Pipeline.Core;
using Pipeline.Steps.Pages;
using Pipeline.Web.Commissioners;
using Pipeline.Web.Finance;
using Pipeline.Web.Operations;
using Pipeline.Web.People;
using Pipeline.Web.Providers;
using Pipeline.Web.Shared;

namespace Pipeline.Web.Home;

/// <summary>Where everybody begins: who they are, and what waits for them.</summary>
internal static class HomeRoutes
{
    public static IReadOnlyList<SiteRoute> All { get; } =
    [
        SiteRoute.Get("/", Access.SignedIn, HomeAsync),
        SiteRoute.Get(ChosenPerson.Path, Access.Anybody, ChooseAsync),
        SiteRoute.Post(ChosenPerson.Path, Access.Anybody, ChosenAsync),
        SiteRoute.Get("/status", Access.For(Roles.Council), async visit =>
            await Html.PageAsync<StatusPage>(visit, await visit.Host.StatusAsync(visit.Cancel))),
    ];

    private static async Task<IResult> HomeAsync(Visit visit)
    {
        var parts = new List<Waiting>();
        foreach (var provider in visit.Person.Providers.Order())
            parts.Add(await ProviderRoutes.WaitingAsync(visit, provider));
        if (visit.Person.Has(Role.Commissioner))
            parts.Add(await CommissionerRoutes.WaitingAsync(visit));
        if (visit.Person.Has(Role.Finance) || visit.Person.Has(Role.Commissioner))
            parts.Add(await FinanceRoutes.WaitingAsync(visit));
        if (visit.Person.Has(Role.Administrator))
            parts.Add(await OperationsRoutes.WaitingAsync(visit));
        if (Roles.Council.Any(visit.Person.Has))
            parts.Add(new Waiting("Everything", null,
                [new Crumb("All reports, statements and receipts", "/pages"), new Crumb("What is being taken in now", "/status")]));
        return await Html.PageAsync<HomePage>(visit, (IReadOnlyList<Waiting>)parts);
    }

    private static Task<IResult> ChooseAsync(Visit visit) => visit.Host.SignIn.IsChecked
        ? Html.NotFoundAsync(visit)
        : ChooserAsync(visit, null, StatusCodes.Status200OK);

    private static async Task<IResult> ChooserAsync(Visit visit, string? problem, int status)
    {
        var providers = (await visit.Steps.Reference.RegisterAsync(visit.Cancel))?.ProviderNames ?? new Dictionary<ProviderId, string>();
        return await Html.PageAsync<ChooserPage>(
            visit, new ChooserContent([.. providers.OrderBy(p => p.Value, StringComparer.Ordinal).Select(p => (p.Key, p.Value))],
                Back(visit.Asked("back")), problem), status);
    }

    private static async Task<IResult> ChosenAsync(Visit visit)
    {
        if (visit.Host.SignIn.IsChecked)
            return await Html.NotFoundAsync(visit);
        if (!PersonName.TryParse(visit.Given("name"), out var name))
            return await ChooserAsync(visit, PersonName.Expected, StatusCodes.Status422UnprocessableEntity);
        ProviderId? provider = ProviderId.TryParse(visit.Given("provider"), out var id) ? id : null;
        if (Roles.Find(visit.Given("role")) is not { } role || (role == Role.Provider && provider is null))
            return await ChooserAsync(visit, "Choose a role, and as a provider which one.", StatusCodes.Status422UnprocessableEntity);
        visit.Http.Response.Cookies.Append(ChosenPerson.Cookie, ChosenPerson.Write(name, role, provider), new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Secure = visit.Http.Request.IsHttps,
            Path = "/",
        });
        return Html.SeeOther(Back(visit.Given("back")));
    }

    /// <summary>A path of this site, whatever was asked for.</summary>
    private static string Back(string asked) =>
        asked.StartsWith('/') && !asked.StartsWith("//", StringComparison.Ordinal) && !asked.Contains('\\') && !asked.Any(char.IsControl)
            ? asked : "/";
}

/// <param name="Providers">Of the register, by name.</param>
/// <param name="Back">Where to go then.</param>
/// <param name="Problem">What was wrong with what was chosen; null when nothing was.</param>
public sealed record ChooserContent(IReadOnlyList<(ProviderId Id, string Name)> Providers, string Back, string? Problem);
