using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Pipeline.Core.Frameworks;

namespace Pipeline.Steps.Tests.Simulation;

/// <summary>A row of a version of the register: what a contract is from a day to a day.</summary>
/// <param name="Elements">Its framework's payment elements in order, each with its hundredths of the pot; the rest is nobody's.</param>
internal sealed record Deal(
    string Id, string Provider, string Framework, string Group, long AnnualPence, DateOnly StartsOn, ImmutableArray<string> Outcomes,
    ImmutableArray<(string Element, string Kind, int Hundredths)> Elements)
{
    public DateOnly EndsOn { get; init; } = new(2027, 3, 31);

    /// <summary>What the contract is worth a year on each day of a quarter, on which there is a row for it.</summary>
    public ImmutableArray<long> Worth { get; init; } = [];

    public bool IsActive(Season quarter) => StartsOn <= quarter.LastDay && quarter.FirstDay <= EndsOn;

    /// <summary>
    /// What a contract is in a quarter: the last of its rows for a day of it; where there is none, the last before, or else the first.
    /// </summary>
    public static Deal? In(IEnumerable<Deal> rows, string contract, Season quarter)
    {
        var own = rows.Where(d => d.Id == contract).OrderBy(d => d.StartsOn).ToList();
        var deal = own.LastOrDefault(d => d.IsActive(quarter)) ?? own.LastOrDefault(d => d.EndsOn < quarter.FirstDay)
            ?? own.FirstOrDefault();
        if (deal is null)
            return null;
        var worth = ImmutableArray.CreateBuilder<long>();
        for (var day = quarter.FirstDay; day <= quarter.LastDay; day = day.AddDays(1))
            worth.AddRange(own.Where(d => d.StartsOn <= day && day <= d.EndsOn).Select(d => d.AnnualPence));
        return deal with { Worth = worth.ToImmutable() };
    }

    /// <summary>What each contract with a row for a day of a quarter is in it.</summary>
    public static IEnumerable<Deal> AllIn(IReadOnlyCollection<Deal> rows, Season quarter) =>
        rows.Select(d => d.Id).Distinct().Select(id => In(rows, id, quarter)!).Where(d => d.IsActive(quarter));
}

/// <summary>A quarter, as plain dates.</summary>
internal sealed record Season(string Name, int Number, DateOnly FirstDay, DateOnly LastDay);

/// <summary>What is in a file, as whoever wrote it knows.</summary>
internal abstract record Meaning
{
    /// <summary>As many needs under each of these outcomes, all of one result.</summary>
    public sealed record Outcomes(int Clients, string Result, ImmutableArray<string> Under) : Meaning;

    public sealed record Evidence(ImmutableArray<(string Element, int Quantity)> Items) : Meaning;

    public sealed record Referrals(int Accepted, int Waiting) : Meaning;

    public sealed record Hours(int Delivered) : Meaning;

    /// <summary>Met, not met, or taken back.</summary>
    public sealed record Decisions(ImmutableArray<(string Contract, string Element, string Decision)> All) : Meaning;

    public sealed record Confirmations(ImmutableArray<(string Payment, string Status)> All) : Meaning;

    public sealed record Register(ImmutableArray<Deal> Deals) : Meaning;

    public sealed record Calendar(ImmutableArray<(string Quarter, string Contract, DateOnly DueOn, DateOnly? ExtendedTo)> Entries)
        : Meaning;

    public sealed record Framework : Meaning;

    /// <summary>Something in it is wrong.</summary>
    public sealed record Broken : Meaning;

    public sealed record Personal : Meaning;
}

/// <summary>A file that somebody put somewhere.</summary>
/// <param name="Path">Where.</param>
/// <param name="Slot">What it is for, by its folder and dataset, whoever sends it; null when its place is nobody's.</param>
/// <param name="Contract">Of which contract of which provider in which quarter, if so.</param>
internal sealed record Upload(string Path, string? Slot, (string Provider, string Contract, string Quarter)? Contract, string? Quarter,
    Meaning Meaning, byte[] Bytes, int Rows)
{
    public string Sha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(Bytes));
}

/// <summary>The small world that a simulation plays in: who there is, and how their files are written.</summary>
internal static class SimulatedPipeline
{
    public static readonly Season Q1 = new("2025-26-Q1", 1, new DateOnly(2025, 4, 1), new DateOnly(2025, 6, 30));
    public static readonly Season Q2 = new("2025-26-Q2", 2, new DateOnly(2025, 7, 1), new DateOnly(2025, 9, 30));
    public static readonly ImmutableArray<Season> Seasons = [Q1, Q2];

    private static readonly ImmutableArray<(string, string, int)> StrategicElements =
    [
        ("working_in_partnership", "boards_attended", 20), ("joint_referral_routes", "joint_referrals", 20),
        ("cohesive_quality_standards", "meet_contract", 20),
        ("joint_commissioning", "jointly_commissioned", 20), ("commissioned_hours", "utilisation", 20),
    ];

    private static readonly ImmutableArray<(string, string, int)> PerformanceElements =
        [("working_in_partnership", "boards_attended", 50), ("cohesive_quality_standards", "meet_contract", 30)];

    /// <summary>The delivered framework files.</summary>
    private static readonly ImmutableDictionary<string, byte[]> Delivered = DeliveredFrameworks.Ids.ToImmutableDictionary(id => id, id =>
    {
        using var json = DeliveredFrameworks.Open(id);
        using var bytes = new MemoryStream();
        json.CopyTo(bytes);
        return bytes.ToArray();
    });

    private static readonly ImmutableDictionary<string, byte[]> Small =
        Delivered.ToImmutableDictionary(file => file.Key, file => Smaller(file.Value));

    private static readonly ImmutableArray<Deal> DealsAsDelivered = DealsUnder(
        ["succeed_economically", "health_and_wellbeing", "maintain_accommodation", "inclusion", "homeless"],
        ["health_and_wellbeing", "community", "accommodation", "economic_wellbeing"]);

    private static readonly ImmutableArray<Deal> DealsInSmall =
        DealsUnder(["succeed_economically", "homeless"], ["health_and_wellbeing", "community"]);

    /// <summary>The framework files, as they are delivered or of the same names, payments and rules with little to count in them.</summary>
    public static ImmutableDictionary<string, byte[]> Frameworks(bool asDelivered) => asDelivered ? Delivered : Small;

    /// <summary>Under these frameworks. The last one is not registered at first.</summary>
    public static ImmutableArray<Deal> Deals(bool asDelivered) => asDelivered ? DealsAsDelivered : DealsInSmall;

    public static readonly ImmutableArray<(string Quarter, string Contract, DateOnly DueOn, DateOnly? ExtendedTo)> Dates =
        [("2025-26-Q1", "", new DateOnly(2025, 10, 20), null), ("2025-26-Q2", "", new DateOnly(2026, 12, 31), null)];

    /// <summary>A file that a provider returns.</summary>
    public static Upload Return(Deal deal, Season quarter, string dataset, string suffix, Meaning meaning, int serial,
        string? provider = null)
    {
        string folder = $"submissions/{provider ?? deal.Provider}/{deal.Id}/{quarter.Name}/";
        var (text, rows) = TextOf(deal, quarter, dataset, meaning, serial);
        return new Upload($"{folder}{dataset}{suffix}.csv", SlotOf(provider ?? deal.Provider, deal.Id, quarter, dataset),
            (provider ?? deal.Provider, deal.Id, quarter.Name), quarter.Name, meaning, Encoding.UTF8.GetBytes(text), rows);
    }

    /// <summary>What a provider returns for a contract is its own, whoever has the contract before or after.</summary>
    public static string SlotOf(string provider, string contract, Season quarter, string dataset) =>
        $"submissions/{provider}/{contract}/{quarter.Name}/{dataset}";

    /// <summary>A file that is no provider's.</summary>
    public static Upload Other(string folder, string file, string? slot, string? quarter, Meaning meaning, string text) =>
        new(folder + file, slot is null ? null : folder + slot, null, quarter, meaning, Encoding.UTF8.GetBytes(text),
            text.Count(c => c == '\n') - 1);

    public static Upload Decisions(Season quarter, string suffix, Meaning meaning, int serial)
    {
        var all = meaning is Meaning.Decisions decisions ? decisions.All : [("A-1", "working_in_partnership", "met")];
        // One person who decides alone breaks the rule of four eyes.
        string approver = meaning is Meaning.Broken ? "Rita Rowe" : "Pat Pym";
        string day = Day(quarter.FirstDay.AddDays(serial % 20));
        return Other($"reviews/{quarter.Name}/", $"decisions{suffix}.csv", "decisions", quarter.Name, meaning,
            Lines("contract,element,decision,reviewer,approver,decided_on,reason,note",
                all.Select(d =>
                    $"{d.Contract},{d.Element},{d.Decision},Rita "
                    + $"Rowe,{approver},{day},{(d.Decision == "met" ? "" : "evidence_incomplete")},number {serial}")));
    }

    public static Upload Confirmations(Season quarter, string name, DateOnly paidOn, ImmutableArray<(string Payment, string Status)> all,
        int serial) =>
        Other($"confirmations/{quarter.Name}/", $"{name}.csv", "confirmations", quarter.Name, new Meaning.Confirmations(all),
            Lines("payment_id,status,paid_on,reference", all.Select(c => $"{c.Payment},{c.Status},{Day(paidOn)},BACS-{serial}")));

    public static Upload Register(ImmutableArray<Deal> deals, bool isBroken = false) =>
        Other("reference/", "contracts.csv", "contracts", null, isBroken ? new Meaning.Broken() : new Meaning.Register(deals),
        Lines("contract,provider,provider_name,service_name,client_groups,framework,annual_value_gbp,starts_on,ends_on,supplier_ref",
            deals.Select(d =>
                $"{d.Id},{d.Provider},Provider {d.Provider},Service "
                + $"{d.Id},{d.Group},{d.Framework},{d.AnnualPence / 100}.{d.AnnualPence % 100:00},{Day(d.StartsOn)},{Day(d.EndsOn)},SUP-{d.Provider}")));

    public static Upload Calendar(ImmutableArray<(string Quarter, string Contract, DateOnly DueOn, DateOnly? ExtendedTo)> dates) =>
        Other("reference/", "calendar.csv", "calendar", null, new Meaning.Calendar(dates),
        Lines("quarter,contract,due_on,extended_to",
            dates.Select(d => $"{d.Quarter},{d.Contract},{Day(d.DueOn)},{(d.ExtendedTo is { } day ? Day(day) : "")}")));

    public static Upload Framework(string id, byte[] json) =>
        new($"reference/frameworks/{id}.json", $"reference/frameworks/framework-{id}", null, null, new Meaning.Framework(), json, 0);

    private static ImmutableArray<Deal> DealsUnder(ImmutableArray<string> strategic, ImmutableArray<string> performance) =>
    [
        new("A-1", "ash", "strategic-2019", "homeless", 10_000_000, new DateOnly(2024, 4, 1), strategic, StrategicElements),
        new("A-2", "ash", "performance", "young_people", 3_333_333, new DateOnly(2024, 4, 1), performance, PerformanceElements),
        new("B-1", "birch", "performance", "homeless", 7_777_777, new DateOnly(2025, 5, 19), performance, PerformanceElements),
        new("B-2", "birch", "strategic-2019", "homeless", 1_234_567, new DateOnly(2025, 7, 1), strategic, StrategicElements),
    ];

    /// <summary>Two outcomes of which one has an indicator, and one of whatever else there is a list of.</summary>
    private static byte[] Smaller(byte[] framework)
    {
        var json = JsonNode.Parse(framework)!.AsObject();
        Keep(json["outcomes"], outcome => Code(outcome) is "succeed_economically" or "homeless" or "community"
            || (Code(outcome) == "health_and_wellbeing" && Code(json) == "performance"));
        foreach (var (outcome, first) in json["outcomes"]!.AsArray().Select((outcome, n) => (outcome, n == 0)))
            Keep(outcome!["indicators"], indicator => first && Code(indicator) is "maximise_income" or "physical_health");
        Keep(json["accommodation"], place => Code(place) is "rough_sleeping" or "council_tenancy");
        Keep(json["kpis"], kpi => Code(kpi) == "moved_on");
        Keep(json["reasons"], reason => Code(reason) == "client_choice");
        Keep(json["referralRoutes"], route => Code(route) == "self");
        Keep(json["referralReasons"], reason => Code(reason) == "no_capacity");
        Keep(json["quality"]?["areas"], area => Code(area) == "safeguarding");
        Keep(json["interpretations"], _ => false);
        return Encoding.UTF8.GetBytes(json.ToJsonString());

        static string? Code(JsonNode? part) => (string?)(part!["code"] ?? part["id"]);

        static void Keep(JsonNode? list, Func<JsonNode?, bool> wanted) => list?.AsArray().RemoveAll(part => !wanted(part));
    }

    private static (string Text, int Rows) TextOf(Deal deal, Season quarter, string dataset, Meaning meaning, int serial)
    {
        string first = Day(quarter.FirstDay), last = Day(quarter.LastDay);
        // A value that is no code, or an e-mail address, in a file that is otherwise right.
        string note = meaning is Meaning.Personal ? $"from someone{serial}@example.org" : $"number {serial}";
        string wrong = meaning is Meaning.Broken ? "nonsense" : "";
        (string Header, IEnumerable<string> Rows) file = dataset switch
        {
            "outcomes" =>
                ("client_ref,client_group,outcome,indicator,need_identified_on,result,result_on,reason,evidence_ref,left_service_on,accommodation_before,accommodation_after",
                meaning switch
                {
                    Meaning.Outcomes { Clients: var clients, Result: var result, Under: var outcomes } =>
                        outcomes.SelectMany(outcome => Enumerable.Range(1, clients).Select(n => Need($"C{serial}-{n}", outcome, result))),
                    _ => [Need(meaning is Meaning.Personal ? $"someone{serial}@example.org" : $"C{serial}", deal.Outcomes[0],
                        wrong.Length > 0 ? wrong : "open")],
                }),
            "evidence" => ("element,kind,evidence_ref,evidence_on,quantity,description",
                (meaning is Meaning.Evidence evidence ? evidence.Items : [(wrong.Length > 0 ? wrong : deal.Elements[0].Element, 1)])
                    .Select((item, n) =>
                        $"{item.Element},{deal.Elements.FirstOrDefault(e => e.Element == item.Element).Kind ?? "meet_contract"},E{serial}-{n},{first},{item.Quantity},{note}")),
            "referrals" => ("referral_ref,received_on,route,joint,status,decided_on,reason",
                meaning is Meaning.Referrals referrals
                    ? Enumerable.Range(1, referrals.Accepted).Select(n => $"R{serial}-{n},{first},self,N,accepted,{last},")
                        .Concat(Enumerable.Range(1, referrals.Waiting).Select(n => $"W{serial}-{n},{first},self,Y,waiting,,"))
                    : [
                        $"{(meaning is Meaning.Personal ? $"someone{serial}@example.org" : $"R{serial}")},{first},self,N,{(wrong.Length > 0 ? wrong : "waiting")},,"]),
            _ => ("month,commissioned_hours,delivered_hours",
                [
                    $"{quarter.FirstDay:yyyy-MM},{1000 + serial},{(meaning is Meaning.Hours hours ? hours.Delivered.ToString(CultureInfo.InvariantCulture) : meaning is Meaning.Personal ? $"someone{serial}@example.org" : wrong)}"]),
        };
        var rows = file.Rows.ToList();
        return (Lines(file.Header, rows), rows.Count);

        string Need(string client, string outcome, string result) => result switch
        {
            "open" => $"{client},{deal.Group},{outcome},,{first},open,,,,,,",
            "not_met" =>
                $"{client},{deal.Group},{outcome},,{first},not_met,{last},{(deal.Framework == "performance" ? "client_choice" : "")},,,,",
            _ => $"{client},{deal.Group},{outcome},,{first},{result},{last},,EV-{client},,,",
        };
    }

    private static string Lines(string header, IEnumerable<string> rows) => string.Concat(rows.Prepend(header).Select(line => line + "\n"));

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
