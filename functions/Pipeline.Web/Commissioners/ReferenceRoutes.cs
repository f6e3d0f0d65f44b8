using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Pipeline.Core;
using Pipeline.Core.Contracts;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Payments;
using Pipeline.Core.Reading;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Arrivals;
using Pipeline.Steps.State;
using Pipeline.Web.People;
using Pipeline.Web.Shared;
using static Pipeline.Steps.Pages.PageText;

namespace Pipeline.Web.Commissioners;

/// <summary>Register, calendar, limits of publication and frameworks: shown, fetched, and replaced by a file of which the difference is shown first.</summary>
internal static class ReferenceRoutes
{
    /// <summary>Bytes. A file that is looked at before it counts stands in the page meanwhile.</summary>
    private const int LargestShown = 4 << 20;

    private static readonly Access Doing = Access.For(Role.Commissioner);

    public static IReadOnlyList<SiteRoute> All { get; } =
    [
        SiteRoute.Get("/reference", Access.For(Roles.Council), visit => ReferenceAsync(visit)),
        SiteRoute.Get("/reference/{name}", Access.For(Roles.Council), FileAsync),
        SiteRoute.Post("/reference/{name}", Doing, SendAsync),
    ];

    private static async Task<IResult> ReferenceAsync(Visit visit, string? problem = null, ReferenceLook? look = null, FileResult? result = null) =>
        await Html.PageAsync<ReferencePage>(
            visit, new ReferenceContent(await visit.Steps.Reference.CurrentAsync(visit.Cancel), problem, look, result), problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);

    /// <summary>The current version, byte for byte.</summary>
    private static async Task<IResult> FileAsync(Visit visit)
    {
        if (!(await visit.Steps.Reference.CurrentAsync(visit.Cancel)).Current.TryGetValue(visit.Part("name"), out var version))
            throw new NoSuchPageException();
        var (ending, type) = CurrentReference.IsFramework(version) ? (".json", "application/json") : (".csv", "text/csv; charset=utf-8");
        return Results.Stream(await visit.Steps.Files.OpenReadAsync(Archive.PathOf(version.Sha256, ending), cancel: visit.Cancel), type, $"{version.Slot}{ending}");
    }

    private static Slot SlotOf(string name) =>
        name.StartsWith("framework-", StringComparison.Ordinal) && Slot.At($"reference/frameworks/{name["framework-".Length..]}.json") is { } framework ? framework
        : Slot.At($"reference/{name}.csv") as Slot.Reference ?? throw new NoSuchPageException();

    private static async Task<IResult> SendAsync(Visit visit)
    {
        var slot = SlotOf(visit.Part("name"));
        if (visit.Given("act") == "send")
            return await PutInForceAsync(visit, slot);
        if (Uploading.FilesOf(visit) is not [{ Length: <= LargestShown } file])
            return await ReferenceAsync(visit, $"Choose one file, of at most {LargestShown >> 20} MB.");
        byte[] bytes = await Uploading.BytesOfAsync(file, visit.Cancel);
        var current = await visit.Steps.Reference.CurrentAsync(visit.Cancel);
        var check = new UploadCheck(current.Frameworks, current.Register, visit.Today).Run(slot, $"{slot.Name}.csv", new MemoryStream(bytes, writable: false));
        var (summary, findings) = Receipt.Of(check.Findings);
        var would = new Receipt(
            slot.Folder + slot.Name, "", 0, check.IsAccepted ? UploadStatus.Accepted : UploadStatus.Rejected, new Sha256(SHA256.HashData(bytes)), visit.Now,
            check.Rows, check.IsAccepted ? check.Rows : 0, check.Findings.Errors, check.Findings.Warnings, summary, findings);
        var framework = check.IsAccepted && slot is Slot.Framework at ? FrameworkFile.Read(new MemoryStream(bytes, writable: false), at.Id).Framework : null;
        var consequences = check.IsAccepted ? await visit.Steps.Reckoning.OfAsync(slot, check.Counts, framework, visit.Cancel) : [];
        return await ReferenceAsync(visit, look: new ReferenceLook(slot.Name, would, Difference(current, check.Counts), consequences, Convert.ToBase64String(bytes)));
    }

    private static async Task<IResult> PutInForceAsync(Visit visit, Slot slot)
    {
        string text = visit.Given("file");
        byte[] bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out int length) || length == 0)
            return await ReferenceAsync(visit, "Choose the file again, and look at it first.");
        var (receipt, path) = await visit.Steps.Send.RunAsync(slot, bytes[..length], cancel: visit.Cancel);
        foreach (var quarter in await visit.Steps.Changes.ChangedQuartersAsync(visit.Cancel))
            await visit.Host.QuarterChangedAsync(visit.Http, quarter);
        return await ReferenceAsync(visit, result: FileResult.Sent(slot.Name, receipt, path));
    }

    /// <summary>What a register would change, a sentence each; nothing of any other file.</summary>
    private static List<string> Difference(CurrentReference current, FileCounts? counts)
    {
        if (counts is not ContractList list)
            return [];
        var before = Sentences(current.Register?.Terms ?? []);
        var after = Sentences(list.Terms);
        return
        [
            .. after.Keys.Except(before.Keys).Select(key => $"{key} is added: {after[key]}"),
            .. before.Keys.Except(after.Keys).Select(key => $"{key} is taken away: {before[key]}"),
            .. before.Keys.Intersect(after.Keys).Where(key => before[key] != after[key]).Select(key => $"{key} changes from {before[key]} to {after[key]}"),
        ];
    }

    private static Dictionary<ContractId, string> Sentences(IEnumerable<Term> terms) =>
        terms.GroupBy(t => t.Contract).ToDictionary(t => t.Key, t => string.Join("; ", t.Select(Sentence)));

    private static string Sentence(Term term) =>
        $"{term.ServiceName} of {term.ProviderName} ({term.Provider}), {term.AnnualValue} a year, {term.Framework}, {string.Join(" and ", term.ClientGroups)}, {Day(term.StartsOn)} to {Day(term.EndsOn)}, supplier {term.SupplierRef}";
}

/// <param name="Name">Of its slot.</param>
/// <param name="Would">The receipt that it would get.</param>
/// <param name="Difference">What it would change in the register.</param>
/// <param name="Consequences">What it would change of what is earned, by quarter and contract.</param>
/// <param name="File">The file itself, as base64.</param>
public sealed record ReferenceLook(string Name, Receipt Would, IReadOnlyList<string> Difference, IReadOnlyList<Consequence> Consequences, string File);

/// <param name="Current">What is in force.</param>
/// <param name="Problem">Why something was not done.</param>
/// <param name="Look">A file that was looked at and does not count yet.</param>
/// <param name="Result">What became of a file that was sent.</param>
public sealed record ReferenceContent(CurrentReference Current, string? Problem, ReferenceLook? Look, FileResult? Result);
