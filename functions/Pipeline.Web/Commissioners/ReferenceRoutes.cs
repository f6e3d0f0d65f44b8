using System.Globalization;
using CsvHelper;
using Microsoft.AspNetCore.Http;
using Pipeline.Core.Contracts;
using Pipeline.Core.Submissions;
using Pipeline.Steps.State;
using Pipeline.Web.People;
using Pipeline.Web.Shared;

namespace Pipeline.Web.Commissioners;

/// <summary>
/// Register, calendar, limits of publication and frameworks: shown, fetched, and replaced by a file of which the difference is shown first.
/// </summary>
internal static class ReferenceRoutes
{
    private const int TermsShown = 50;

    private static readonly Access Doing = Access.For(Role.Commissioner);

    public static IReadOnlyList<SiteRoute> All { get; } =
    [
        SiteRoute.Get("/reference", Access.For(Roles.Council), visit => ReferenceAsync(visit)),
        SiteRoute.Get("/reference/{name}", Access.For(Roles.Council), FileAsync),
        SiteRoute.Post("/reference/contracts/terms", Doing, TermAsync),
        SiteRoute.Post("/reference/{name}", Doing, SendAsync),
    ];

    private static async Task<IResult> ReferenceAsync(Visit visit, string? problem = null, FileLook? look = null,
        FileResult? result = null) =>
        await Html.PageAsync<ReferencePage>(
            visit, Content(visit, await visit.Steps.Reference.CurrentAsync(visit.Cancel)) with
                { Problem = problem, Look = look, Result = result }, problem is null
                    ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);

    private static ReferenceContent Content(Visit visit, CurrentReference current)
    {
        string text = visit.Asked("q").Trim();
        var found = (current.Register?.Terms ?? []).Where(term =>
            text.Length == 0 || new[] { term.Contract.ToString(), term.ProviderName, term.ServiceName }.Any(name =>
                name.Contains(text, StringComparison.OrdinalIgnoreCase)));
        var terms = Ordered.Of<Term>(visit, $"/reference?q={Uri.EscapeDataString(text)}",
        [
            new("Contract", "contract", term => term.Contract.ToString()),
            new("Provider", "provider", term => term.ProviderName),
            new("Service", "service", term => term.ServiceName),
            new("Framework", "framework", term => term.Framework),
            new("From", "from-day", term => term.StartsOn),
            new("To", "to-day", term => term.EndsOn),
            new("A year", "value", term => term.AnnualValue.Pence, IsNumber: true),
        ], found);
        return new ReferenceContent(current, text, terms,
            new Paging(terms.Path, Paging.FirstOf(visit, terms.Items.Count), TermsShown, terms.Items.Count));
    }

    /// <summary>The current version, byte for byte.</summary>
    private static async Task<IResult> FileAsync(Visit visit)
    {
        if (!(await visit.Steps.Reference.CurrentAsync(visit.Cancel)).Current.TryGetValue(visit.Part("name"), out var version))
            throw new NoSuchPageException();
        var (ending, type) = CurrentReference.IsFramework(version) ? (".json", "application/json") : (".csv", "text/csv; charset=utf-8");
        return Results.Stream(await visit.Steps.Files.OpenReadAsync(Archive.PathOf(version.Sha256, ending), cancel: visit.Cancel), type,
            $"{version.Slot}{ending}");
    }

    internal static Slot SlotOf(string name) =>
        name.StartsWith("framework-", StringComparison.Ordinal)
            && Slot.At($"reference/frameworks/{name["framework-".Length..]}.json") is { } framework ? framework
        : Slot.At($"reference/{name}.csv") as Slot.Reference ?? throw new NoSuchPageException(
            "There is no such reference file. There are "
            + $"{string.Join(", ", Dataset.All.OfType<ReferenceDataset>().Select(d => d.Name))}, and framework- with the id of one.");

    private static async Task<IResult> SendAsync(Visit visit)
    {
        var slot = SlotOf(visit.Part("name"));
        if (visit.Given("act") == "send")
            return await PutInForceAsync(visit, slot);
        if (Uploading.FilesOf(visit) is not [{ Length: <= FileLook.Largest } file])
            return await ReferenceAsync(visit, $"Choose one file, of at most {FileLook.Largest >> 20} MB.");
        return await ReferenceAsync(visit, look: await FileLook.OfAsync(visit, slot, await Uploading.BytesOfAsync(file, visit.Cancel)));
    }

    /// <summary>
    /// The register with one term more, looked at first. What is left blank is as in the contract's last term; a term that lasted longer
    /// ends the day before.
    /// </summary>
    private static async Task<IResult> TermAsync(Visit visit)
    {
        if (!DateOnly.TryParseExact(visit.Given("starts_on"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None,
            out var starts))
            return await ReferenceAsync(visit, "Say on which day the term begins.");
        var terms = (await visit.Steps.Reference.RegisterAsync(visit.Cancel))?.Terms ?? [];
        string contract = visit.Given("contract").Trim();
        var last = terms.Where(term => term.Contract.ToString() == contract).MaxBy(term => term.StartsOn);
        string[] added =
            [.. Dataset.Contracts.Columns.Select(column => visit.Given(column.Name).Trim() is { Length: > 0 } given ? given : last is null
                ? "" : ValuesOf(last)[column.Name])];
        using var bytes = new MemoryStream();
        using (var csv = CsvWriter.Create(bytes, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true))
        {
            csv.WriteRecord([.. Dataset.Contracts.Columns.Select(column => column.Name)]);
            foreach (var term in terms)
            {
                bool goesOn = term.Contract.ToString() == contract && term.StartsOn < starts && term.EndsOn >= starts;
                var values = ValuesOf(goesOn ? term with { EndsOn = starts.AddDays(-1) } : term);
                csv.WriteRecord([.. Dataset.Contracts.Columns.Select(column => values[column.Name])]);
            }

            csv.WriteRecord(added);
        }

        return await ReferenceAsync(visit, look: await FileLook.OfAsync(visit, new Slot.Reference(Dataset.Contracts), bytes.ToArray()));
    }

    private static Dictionary<string, string> ValuesOf(Term term) => new()
    {
        ["contract"] = term.Contract.ToString(),
        ["provider"] = term.Provider.ToString(),
        ["provider_name"] = term.ProviderName,
        ["service_name"] = term.ServiceName,
        ["client_groups"] = string.Join(';', term.ClientGroups),
        ["framework"] = term.Framework,
        ["annual_value_gbp"] = string.Create(CultureInfo.InvariantCulture, $"{term.AnnualValue.Pence / 100m:0.00}"),
        ["starts_on"] = term.StartsOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ["ends_on"] = term.EndsOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ["supplier_ref"] = term.SupplierRef,
    };

    private static async Task<IResult> PutInForceAsync(Visit visit, Slot slot)
    {
        if (FileLook.SentBack(visit) is not { } bytes)
            return await ReferenceAsync(visit, "Choose the file again, and look at it first.");
        if (await FileLook.OvertakenAsync(visit, slot) is { } why)
            return await ReferenceAsync(visit, why);
        var (receipt, path) = await visit.Steps.Send.RunAsync(slot, bytes, by: visit.Person.Person, cancel: visit.Cancel);
        await visit.TellChangedAsync();
        return await ReferenceAsync(visit, result: FileResult.Sent(slot.Name, receipt, path));
    }
}

/// <param name="Current">What is in force.</param>
/// <param name="Text">In the provider's, the service's or the contract's name, of the terms that are shown; blank: all.</param>
/// <param name="Terms">Of the register, as they were asked for.</param>
/// <param name="Paging">Of these.</param>
public sealed record ReferenceContent(CurrentReference Current, string Text, Ordered<Term> Terms, Paging Paging)
{
    /// <summary>Why something was not done.</summary>
    public string? Problem { get; init; }

    /// <summary>A file that was looked at and does not count yet.</summary>
    public FileLook? Look { get; init; }

    /// <summary>What became of a file that was sent.</summary>
    public FileResult? Result { get; init; }
}
