namespace Pipeline.Local.Tests.Commands;

/// <summary>A small folder of inputs: two providers, one contract each, one quarter.</summary>
public static class SampleInput
{
    public const string Quarter = "2025-26-Q1";
    public const string Contracts = "reference/contracts.csv";
    public const string Acme = $"submissions/acme/HL-001/{Quarter}/";
    public const string Brook = $"submissions/brook/PO-001/{Quarter}/";
    public const string OutcomesHeader =
        "client_ref,client_group,outcome,indicator,need_identified_on,result,result_on,reason,evidence_ref,left_service_on,accommodation_before,accommodation_after\n";

    public static readonly IReadOnlyDictionary<string, string> Reference = new Dictionary<string, string>
    {
        [Contracts] =
            "contract,provider,provider_name,service_name,client_groups,framework,annual_value_gbp,starts_on,ends_on,supplier_ref\n"
            + "HL-001,acme,Acme Housing,Street outreach,homeless;complex_needs,strategic-2019,100000.00,2025-04-01,2027-03-31,S-1\n"
            + "PO-001,brook,Brook House,Floating support,homeless,performance,33333.33,2025-04-01,2026-03-31,S-2\n",
        ["reference/calendar.csv"] = "quarter,contract,due_on,extended_to\n2025-26-Q1,,2025-07-31,\n2025-26-Q1,PO-001,2025-07-10,\n",
    };

    /// <summary>One file for each slot, but for the two versions of HL-001's outcomes.</summary>
    public static readonly IReadOnlyDictionary<string, string> Arrivals = new Dictionary<string, string>
    {
        [Acme + "outcomes.csv"] = OutcomesHeader
            + "C-1,homeless,health_and_wellbeing,physical_health,2025-04-02,fully_met,2025-05-01,,EV-1,,,\n",
        [Acme + "outcomes-2.csv"] = OutcomesHeader
            + "C-1,homeless,health_and_wellbeing,physical_health,2025-04-02,fully_met,2025-05-01,,EV-1,,,\n"
            + "C-2,homeless,health_and_wellbeing,,2025-04-03,not_met,2025-05-02,,,,,\n"
            + "C-3,complex_needs,succeed_economically,paid_work,03/04/2025,open,,,,,,\n",
        [Acme + "hours.csv"] = "month,commissioned_hours,delivered_hours\n2025-04,100,90.5\n2025-05,100,100\n2025-06,100,101\n",
        [Acme + "evidence.csv"] =
            "element,kind,evidence_ref,evidence_on,quantity,description\n"
            + "working_in_partnership,boards_attended,EV-9,2025-05-05,2,Board meeting\n",
        [Acme + "incidents.csv"] = "incident_ref,kind,occurred_on,reported_on,status\n",
        [Brook + "outcomes.csv"] = OutcomesHeader
            + "B-1,homeless,health_and_wellbeing,,2025-04-02,partially_met,2025-05-01,client_choice,EV-1,2025-06-01,hostel,council_tenancy\n",
        [Brook + "hours.csv"] = "month,commissioned_hours,delivered_hours\nApril,100,lots\n",
        [$"reviews/{Quarter}/decisions.csv"] =
            "contract,element,decision,reviewer,approver,decided_on,reason,note\n"
            + "HL-001,working_in_partnership,met,J. Marsh,R. Tate,2025-07-10,,\n",
    };

    public static IEnumerable<KeyValuePair<string, string>> All => Reference.Concat(Arrivals);

    /// <summary>Writes files below a folder, making it if need be.</summary>
    /// <returns>The folder.</returns>
    public static string Write(string folder, IEnumerable<KeyValuePair<string, string>> files)
    {
        Directory.CreateDirectory(folder);
        foreach (var (path, text) in files)
        {
            string file = Path.Join(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }

        return folder;
    }
}
