using System.Globalization;
using Microsoft.AspNetCore.Http;
using Pipeline.Core;
using Pipeline.Core.Submissions;
using Pipeline.Steps.State;
using Pipeline.Web.People;
using Pipeline.Web.Shared;

namespace Pipeline.Web.Commissioners;

/// <summary>
/// What is held, since it would change what was released or closed: shown with its effect, and put in force or dropped by a named person.
/// </summary>
internal static class ChangeRoutes
{
    private const int DecidedShown = 50;

    private static readonly Access Doing = Access.For(Role.Commissioner);

    public static IReadOnlyList<SiteRoute> All { get; } =
    [
        SiteRoute.Get(Path, Access.For(Roles.Council), ChangesAsync),
        SiteRoute.Get(Path + "/{number}", Access.For(Roles.Council), visit => ChangeAsync(visit)),
        SiteRoute.Post(Path + "/{number}", Doing, DecideAsync),
    ];

    public const string Path = "/changes";

    public static string PathOf(HeldChange change) => string.Create(CultureInfo.InvariantCulture, $"{Path}/{change.Number}");

    private static async Task<IResult> ChangesAsync(Visit visit)
    {
        var waiting = new List<HeldFile>();
        foreach (var change in await visit.Steps.Held.WaitingAsync(visit.Cancel))
            waiting.Add(await FileOfAsync(visit, change));
        var decided = (await visit.Steps.Held.AllAsync(visit.Cancel)).Where(change =>
            change.Decision is not null && waiting.All(w => w.Change.Number != change.Number));
        return await Html.PageAsync<ChangesPage>(visit, new ChangesContent(waiting, [.. decided.Reverse().Take(DecidedShown)]));
    }

    private static async Task<HeldFile> FileOfAsync(Visit visit, HeldChange change)
    {
        var version = (await visit.Steps.Uploads.OfSlotAsync(change.Slot, visit.Cancel)).Single(u => u.Version == change.Version);
        var sent = await visit.Steps.Senders.OfAsync(change.Slot, version, visit.Cancel);
        return new HeldFile(change, version, sent.FirstOrDefault(s => s.IsSender)?.Signature.By,
            await visit.Steps.DecideChanges.ConsequencesAsync(change, cancel: visit.Cancel));
    }

    private static async Task<IResult> ChangeAsync(Visit visit, string? problem = null)
    {
        int number = visit.Number;
        if ((await visit.Steps.Held.AllAsync(visit.Cancel)).FirstOrDefault(change => change.Number == number) is not { } change)
            throw new NoSuchPageException();
        var file = await FileOfAsync(visit, change);
        bool waits = change.Decision is null
            || (change.Decision.IsAccepted && await visit.Steps.Held.AcceptedAsAsync(change, visit.Cancel) is null);
        var difference = waits ? await DifferenceAsync(visit, file) : [];
        return await Html.PageAsync<ChangePage>(visit, new ChangeContent(file, waits, difference, problem),
            problem is null ? StatusCodes.Status200OK : StatusCodes.Status409Conflict);
    }

    private static async Task<IReadOnlyList<RowDifference>> DifferenceAsync(Visit visit, HeldFile held)
    {
        var (slot, version) = (held.Change.Slot, held.Version);
        var counts = slot is Slot.Framework ? null : await visit.Steps.Uploads.CountsAsync(version, visit.Cancel);
        string path = slot is Slot.Framework ? Archive.PathOf(version.Sha256, ".json") : Archive.PathOf(version);
        await using var file = await visit.Steps.Files.OpenReadAsync(path, cancel: visit.Cancel);
        return await FileDifference.OfAsync(visit, slot, counts, file);
    }

    private static async Task<IResult> DecideAsync(Visit visit)
    {
        var (decide, by) = (visit.Steps.DecideChanges, visit.Person.Person);
        string? problem = visit.Given("act") switch
        {
            "accept" => await decide.AcceptAsync(visit.Number, by, visit.Cancel),
            "drop" => await decide.DropAsync(visit.Number, by, visit.Cancel),
            _ => "Choose whether it is put in force or dropped.",
        };
        if (problem is not null)
            return await ChangeAsync(visit, problem);
        await visit.TellChangedAsync();
        return Html.SeeOther(string.Create(CultureInfo.InvariantCulture, $"{Path}/{visit.Number}"));
    }
}

/// <param name="Change">What is held.</param>
/// <param name="Version">Of its slot.</param>
/// <param name="SentBy">Who sent it by the site; null when it came otherwise.</param>
/// <param name="Consequences">What it would change of what is earned, as it was reckoned when it came.</param>
public sealed record HeldFile(HeldChange Change, Upload Version, Person? SentBy, IReadOnlyList<Core.Payments.Consequence> Consequences);

/// <param name="Waiting">By number.</param>
/// <param name="Decided">The latest first.</param>
public sealed record ChangesContent(IReadOnlyList<HeldFile> Waiting, IReadOnlyList<HeldChange> Decided);

/// <param name="File">What is, or was, held.</param>
/// <param name="Waits">Whether somebody still has to decide.</param>
/// <param name="Difference">What it would change, value by value, against what is in force now.</param>
/// <param name="Problem">Why something was not done.</param>
public sealed record ChangeContent(HeldFile File, bool Waits, IReadOnlyList<RowDifference> Difference, string? Problem);
