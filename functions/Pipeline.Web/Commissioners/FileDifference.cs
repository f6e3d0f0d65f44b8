using Pipeline.Core.Contracts;
using Pipeline.Core.Payments;
using Pipeline.Core.Reading;
using Pipeline.Core.Submissions;
using Pipeline.Web.Shared;
using static Pipeline.Steps.Pages.PageText;

namespace Pipeline.Web.Commissioners;

/// <summary>What a file of the council would change against what is in force, row by row, a sentence each.</summary>
internal static class FileDifference
{
    /// <param name="visit">Who asks.</param>
    /// <param name="slot">What the file is for.</param>
    /// <param name="counts">What it counts for; null of a framework, which takes the place of the one before as a whole.</param>
    public static async Task<IReadOnlyList<string>> OfAsync(Visit visit, Slot slot, FileCounts? counts)
    {
        if (counts is null)
            return [];
        var before = slot is Slot.Review { Dataset: var dataset } && dataset == Dataset.Decisions
            ? new DecisionList(await StandingAsync(visit, slot)) : await visit.Steps.Uploads.CurrentCountsAsync(slot, visit.Cancel);
        return Between(before is null ? [] : Rows(before), before is DecisionList standing && counts is DecisionList added
            ? Rows(new DecisionList(DecisionList.Standing([standing, added]))) : Rows(counts));
    }

    private static async Task<IReadOnlyList<Decision>> StandingAsync(Visit visit, Slot slot)
    {
        var lists = new List<DecisionList>();
        foreach (var upload in Upload.AcceptedOf(await visit.Steps.Uploads.OfSlotAsync(slot, visit.Cancel)))
            lists.Add((DecisionList)await visit.Steps.Uploads.CountsAsync(upload, visit.Cancel));
        return DecisionList.Standing(lists);
    }

    private static Dictionary<string, string> Rows(FileCounts counts) => counts switch
    {
        ContractList list => list.Terms.GroupBy(t => t.Contract)
            .ToDictionary(t => t.Key.ToString(), t => string.Join("; ", t.Select(Sentence))),
        CalendarList list => list.Entries.ToDictionary(
            row => $"{row.Quarter}, {row.Contract?.ToString() ?? "everyone"}",
            row => $"due on {Day(row.DueOn)}{(row.ExtendedTo is { } extended ? $", extended to {Day(extended)}" : "")}"),
        PublicationList list => list.Entries.ToDictionary(rule => $"The limit from {rule.From} on",
            rule => $"up to {rule.SuppressUpTo} suppressed, rounded to {rule.RoundTo}"),
        PeopleList list => list.People.Distinct().ToDictionary(tie => $"{tie.Person} for {tie.Provider}", _ => ""),
        CouncilList list => list.Rows.ToDictionary(council => "The council that publishes",
            council => $"{council.Title}, {council.Contact}"),
        DecisionList list => list.Decisions.ToDictionary(
            d => $"{d.Contract}, {Words(d.Element)}",
            d =>
                $"{(d.Met ? "met" : "not met")} on {Day(d.DecidedOn)} by {d.Reviewer} and "
                + $"{d.Approver}{(d.Reason is { } why ? $" ({Words(why)})" : "")}"),
        CheckList list => list.Checks.GroupBy(c => $"{c.Contract}, {Words(c.Check)} on {Day(c.CarriedOutOn)}")
            .ToDictionary(c => c.Key, c => c.Last().Passed ? "pass" : "fail"),
        _ => [],
    };

    private static IReadOnlyList<string> Between(Dictionary<string, string> before, Dictionary<string, string> after) =>
    [
        .. after.Keys.Except(before.Keys).Select(key => $"{key} is added{Tail(after[key])}"),
        .. before.Keys.Except(after.Keys).Select(key => $"{key} is taken away{Tail(before[key])}"),
        .. before.Keys.Intersect(after.Keys).Where(key => before[key] != after[key])
            .Select(key => $"{key} changes from {before[key]} to {after[key]}"),
    ];

    private static string Tail(string text) => text.Length == 0 ? "" : $": {text}";

    private static string Sentence(Term term) =>
        $"{term.ServiceName} of {term.ProviderName} ({term.Provider}), {term.AnnualValue} a year, {term.Framework}, "
        + $"{string.Join(" and ", term.ClientGroups)}, {Day(term.StartsOn)} to {Day(term.EndsOn)}, supplier {term.SupplierRef}";
}
