using System.Text.Json;
using Pipeline.Core;
using Pipeline.Core.Contracts;
using Pipeline.Core.Payments;
using Pipeline.Core.Reading;
using Pipeline.Core.Submissions;
using Pipeline.Steps.State;
using Pipeline.Web.Shared;
using static Pipeline.Steps.Pages.PageText;

namespace Pipeline.Web.Commissioners;

/// <summary>What a file of the council would change against what is in force, row by row and value by value.</summary>
internal static class FileDifference
{
    /// <summary>Rows by what they are called, each with its values by the titles of their columns.</summary>
    private sealed class Rows : Dictionary<string, IReadOnlyList<(string Column, string Value)>>;

    /// <param name="visit">Who asks.</param>
    /// <param name="slot">What the file is for.</param>
    /// <param name="counts">What it counts for; null of a framework.</param>
    /// <param name="file">The file itself, from its start.</param>
    public static async Task<IReadOnlyList<RowDifference>> OfAsync(Visit visit, Slot slot, FileCounts? counts, Stream file)
    {
        if (slot is Slot.Framework)
            return await OfFrameworkAsync(visit, slot, file);
        var before = slot is Slot.Review { Dataset: var dataset } && dataset == Dataset.Decisions
            ? new DecisionList(await StandingAsync(visit, slot)) : await visit.Steps.Uploads.CurrentCountsAsync(slot, visit.Cancel);
        var after = before is DecisionList standing && counts is DecisionList added
            ? new DecisionList(DecisionList.Standing([standing, added])) : counts!;
        var several = SeveralTermsOf(before).Union(SeveralTermsOf(after)).ToHashSet();
        return Between(before is null ? [] : RowsOf(before, several), RowsOf(after, several));
    }

    /// <summary>By all that stands in the two files. One that is the first of its id has nothing to be compared with.</summary>
    private static async Task<IReadOnlyList<RowDifference>> OfFrameworkAsync(Visit visit, Slot slot, Stream file)
    {
        if (!(await visit.Steps.Reference.CurrentAsync(visit.Cancel)).Current.TryGetValue(slot.Name, out var current))
            return [];
        await using var inForce = await visit.Steps.Files.OpenReadAsync(Archive.PathOf(current.Sha256, ".json"), cancel: visit.Cancel);
        return Between(await RowsOfAsync(inForce, visit.Cancel), await RowsOfAsync(file, visit.Cancel));
    }

    private static async Task<IReadOnlyList<Decision>> StandingAsync(Visit visit, Slot slot)
    {
        var lists = new List<DecisionList>();
        foreach (var upload in Upload.AcceptedOf(await visit.Steps.Uploads.OfSlotAsync(slot, visit.Cancel)))
            lists.Add((DecisionList)await visit.Steps.Uploads.CountsAsync(upload, visit.Cancel));
        return DecisionList.Standing(lists);
    }

    private static IEnumerable<ContractId> SeveralTermsOf(FileCounts? counts) =>
        (counts as ContractList)?.Terms.GroupBy(term => term.Contract).Where(terms => terms.Count() > 1).Select(terms => terms.Key) ?? [];

    /// <param name="counts">Of a file.</param>
    /// <param name="several">The contracts that have several terms, before or after, so that the first day tells which one it is.</param>
    private static Rows RowsOf(FileCounts counts, HashSet<ContractId> several)
    {
        var rows = new Rows();
        switch (counts)
        {
            case ContractList list:
                foreach (var term in list.Terms)
                    Add(several.Contains(term.Contract) ? $"{term.Contract} from {Day(term.StartsOn)}" : $"{term.Contract}",
                        Dataset.Contracts,
                        ("provider", $"{term.Provider}"), ("provider_name", term.ProviderName), ("service_name", term.ServiceName),
                        ("client_groups", string.Join(" and ", term.ClientGroups)), ("framework", term.Framework),
                        ("annual_value_gbp", $"{term.AnnualValue}"), ("starts_on", Day(term.StartsOn)), ("ends_on", Day(term.EndsOn)),
                        ("supplier_ref", term.SupplierRef));
                break;
            case CalendarList list:
                foreach (var entry in list.Entries)
                    Add($"{entry.Quarter}, {entry.Contract?.ToString() ?? "everyone"}", Dataset.Calendar,
                        ("due_on", Day(entry.DueOn)), ("extended_to", entry.ExtendedTo is { } extended ? Day(extended) : ""));
                break;
            case PublicationList list:
                foreach (var rule in list.Entries)
                    Add($"The limit from {rule.From} on", Dataset.Publication, ("suppress_up_to", $"{rule.SuppressUpTo}"),
                        ("round_to", $"{rule.RoundTo}"));
                break;
            case PeopleList list:
                foreach (var tie in list.People)
                    Add($"{tie.Person} for {tie.Provider}", Dataset.People);
                break;
            case CouncilList list:
                foreach (var council in list.Rows)
                    Add("The council that publishes", Dataset.Council, ("title", council.Title), ("contact", council.Contact));
                break;
            case DecisionList list:
                foreach (var decision in list.Decisions)
                    Add($"{decision.Contract}, {Words(decision.Element)}", Dataset.Decisions,
                        ("decision", decision.Met ? "met" : "not met"), ("reviewer", decision.Reviewer),
                        ("approver", decision.Approver), ("decided_on", Day(decision.DecidedOn)),
                        ("reason", decision.Reason is { } why ? Words(why) : ""));
                break;
            case CheckList list:
                foreach (var check in list.Checks)
                    Add($"{check.Contract}, {Words(check.Check)} on {Day(check.CarriedOutOn)}", Dataset.Checks,
                        ("result", check.Passed ? "pass" : "fail"));
                break;
        }

        return rows;

        // The last of a file is the one that stands.
        void Add(string row, Dataset dataset, params (string Column, string Value)[] values) => rows[row] =
            [.. values.Select(value => (dataset.Columns.First(column => column.Name == value.Column).Title, value.Value))];
    }

    /// <summary>What stands in a framework file: a row for each object, called by where it is and by its code or id.</summary>
    private static async Task<Rows> RowsOfAsync(Stream file, CancellationToken cancel)
    {
        using var json = await JsonDocument.ParseAsync(file, cancellationToken: cancel);
        var rows = new Rows();
        Add("The framework", json.RootElement, "");
        return rows;

        void Add(string row, JsonElement of, string inner)
        {
            var values = new List<(string, string)>();
            foreach (var part in of.EnumerateObject())
            {
                string name = inner + part.Name;
                if (part.Value.ValueKind == JsonValueKind.Object)
                    Add(name, part.Value, name + ", ");
                else if (part.Value.ValueKind == JsonValueKind.Array && part.Value.EnumerateArray().Any(IsObject))
                    AddEach(name, part.Value);
                else
                    values.Add((part.Name, TextOf(part.Value)));
            }

            rows[row] = values;
        }

        void AddEach(string name, JsonElement list)
        {
            int number = 0;
            foreach (var item in list.EnumerateArray().Where(IsObject))
            {
                number++;
                string row = $"{name}, {CodeOf(item) ?? $"{number}"}";
                Add(row, item, row + ", ");
            }
        }

        static bool IsObject(JsonElement item) => item.ValueKind == JsonValueKind.Object;

        static string? CodeOf(JsonElement item) => item.TryGetProperty("code", out var code) || item.TryGetProperty("id", out code)
            ? code.ToString() : null;

        static string TextOf(JsonElement value) => value.ValueKind == JsonValueKind.Array
            ? string.Join(", ", value.EnumerateArray()) : value.ToString();
    }

    /// <summary>What is altered first, which is seen least easily.</summary>
    private static IReadOnlyList<RowDifference> Between(Rows before, Rows after) =>
    [
        .. before.Keys.Intersect(after.Keys).Select(row => new RowDifference(row, DifferenceKind.Altered,
            [.. Values(before[row], after[row]).Where(value => value.Was != value.Now)])).Where(row => row.Values.Count > 0),
        .. before.Keys.Except(after.Keys).Select(row => new RowDifference(row, DifferenceKind.TakenAway, Values(before[row], []))),
        .. after.Keys.Except(before.Keys).Select(row => new RowDifference(row, DifferenceKind.Added, Values([], after[row]))),
    ];

    private static IReadOnlyList<ValueDifference> Values(
        IReadOnlyList<(string Column, string Value)> before, IReadOnlyList<(string Column, string Value)> after) =>
    [
        .. before.Concat(after).Select(value => value.Column).Distinct().Select(column => new ValueDifference(
            column, before.FirstOrDefault(value => value.Column == column).Value ?? "",
            after.FirstOrDefault(value => value.Column == column).Value ?? "")),
    ];
}
