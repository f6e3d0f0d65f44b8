using System.Text;
using Microsoft.AspNetCore.Http;
using Pipeline.Core;
using Pipeline.Core.Submissions;
using Pipeline.Web.People;
using Pipeline.Web.Shared;

namespace Pipeline.Web.Operations;

/// <summary>
/// People who act for providers, and the links by which providers' own systems send: given by the administrator or a commissioner.
/// </summary>
internal static class PeopleRoutes
{
    public const string Path = "/people";

    private static readonly Access Doing = Access.For(Role.Administrator, Role.Commissioner);

    public static IReadOnlyList<SiteRoute> All { get; } =
    [
        SiteRoute.Get(Path, Access.For(Roles.Council), visit => PeopleAsync(visit)),
        SiteRoute.Post(Path, Doing, ChangeAsync),
        SiteRoute.Post(Path + "/link", Doing, LinkAsync),
    ];

    private static async Task<IResult> PeopleAsync(Visit visit, string? problem = null, FileResult? result = null,
        ProviderLink? link = null)
    {
        var current = await visit.Steps.Reference.CurrentAsync(visit.Cancel);
        var providers = (current.Register?.ProviderNames ?? new Dictionary<ProviderId, string>()).OrderBy(p => p.Value,
            StringComparer.Ordinal).Select(p => (p.Key, p.Value));
        return await Html.PageAsync<PeoplePage>(
            visit, new PeopleContent(current.People, [.. providers], problem, result, link), problem is null
                ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    /// <summary>A row more or less of the file of people, which is taken in as any other.</summary>
    private static async Task<IResult> ChangeAsync(Visit visit)
    {
        if (!Guid.TryParseExact(visit.Given("person").Trim(), "D", out var person))
            return await PeopleAsync(visit,
                "Give the account's number as the person reads it on their front page, such as 11111111-2222-3333-4444-555555555555.");
        if (!ProviderId.TryParse(visit.Given("provider"), out var provider))
            return await PeopleAsync(visit, "Choose a provider.");
        var (why, sent) = await TieAsync(visit, new PersonOfProvider(person, provider), isToBe: visit.Given("act") != "remove");
        return await PeopleAsync(visit, why, sent is { } file ? FileResult.Sent(Dataset.People.Name, file.Receipt, file.Path) : null);
    }

    /// <summary>Has an account act for a provider, or not any more.</summary>
    /// <returns>Why not, and what to do; or the receipt of the file of people, and where it is.</returns>
    internal static async Task<(string? Why, (Receipt Receipt, string Path)? Sent)> TieAsync(Visit visit, PersonOfProvider tie, bool isToBe)
    {
        var current = await visit.Steps.Reference.CurrentAsync(visit.Cancel);
        bool isThere = current.People.People.Contains(tie);
        if (isThere == isToBe)
            return (isThere ? "This person acts for the provider already."
                : "This person does not act for the provider any more: somebody has taken it away.", null);
        if (isToBe && current.Register?.ProviderNames.ContainsKey(tie.Provider) != true)
            return ("Choose a provider of the register.", null);
        var left = isToBe ? current.People.People.Append(tie) : current.People.People.Where(p => p != tie);
        string file = string.Join('\n', ["person,role,provider", .. left.Select(p => $"{p.Person},provider,{p.Provider}"), ""]);
        return (null, await visit.Steps.Send.RunAsync(new Slot.Reference(Dataset.People), Encoding.UTF8.GetBytes(file),
            by: visit.Person.Person, cancel: visit.Cancel));
    }

    /// <summary>It is shown once, on the answer to the form, and kept nowhere.</summary>
    private static async Task<IResult> LinkAsync(Visit visit)
    {
        if (!ProviderId.TryParse(visit.Given("provider"), out var provider)
            || (await visit.Steps.Reference.RegisterAsync(visit.Cancel))?.ProviderNames.ContainsKey(provider) != true)
            return await PeopleAsync(visit, "Choose a provider of the register.");
        return await PeopleAsync(visit, link: new ProviderLink(provider, await visit.Host.UploadLinkAsync(provider, visit.Cancel)));
    }
}

/// <param name="Provider">Whose.</param>
/// <param name="Link">Null where there are none: files go into the provider's folder.</param>
public sealed record ProviderLink(ProviderId Provider, Uri? Link);

/// <param name="People">Who acts for whom.</param>
/// <param name="Providers">Of the register, by name.</param>
/// <param name="Problem">Why something was not done.</param>
/// <param name="Result">What became of the file of people.</param>
/// <param name="Link">That was asked for.</param>
public sealed record PeopleContent(PeopleList People, IReadOnlyList<(ProviderId Id, string Name)> Providers, string? Problem,
    FileResult? Result, ProviderLink? Link);
