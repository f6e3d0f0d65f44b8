using System.Text.Json;
using Pipeline.Core.Contracts;
using Pipeline.Core.Outcomes;
using Pipeline.Core.Payments;
using Pipeline.Core.Reading;
using Pipeline.Core.Submissions;

namespace Pipeline.Core.Tests.Submissions;

/// <summary>A file of needs, what it counts for, and the rules that look at more than one row.</summary>
public class OutcomesTests
{
    [Fact]
    public void A_file_counts_for_tables_one_to_four_and_the_KPIs()
    {
        var counts = Examples.CheckRows(Dataset.Outcomes, """
            C-1,homeless,health,,2025-04-02,fully_met,2025-05-06,,EV-1,2025-06-30,hostel,own_tenancy
            C-1,homeless,housing,maintain,2025-04-02,fully_met,2025-05-06,,EV-2,2025-06-30,hostel,own_tenancy
            C-1,homeless,housing,secure,2025-04-02,not_met,2025-05-06,other,,2025-06-30,hostel,own_tenancy
            C-2,homeless,housing,maintain,2025-04-02,open,,,,,,
            C-3,young_people,community,,2025-04-02,partially_met,2025-05-06,client_choice,EV-3,,,
            """).Counts<OutcomeCounts>();

        NeedCounts fully = new(1, 0, 0, 0), part = new(0, 1, 0, 0), not = new(0, 0, 1, 0), open = new(0, 0, 0, 1);
        Assert.Equal(3, counts.Clients);
        Assert.Equal(
            [
                new OutcomeCount("health", "homeless", fully, fully),
                new OutcomeCount("housing", "homeless", part + open, part), // One indicator met and one not: derived.
                new OutcomeCount("community", "young_people", part, NeedCounts.AdditiveIdentity),
            ],
            counts.Outcomes);
        Assert.Equal([new IndicatorCount("maintain", "homeless", fully + open), new IndicatorCount("secure", "homeless", not)],
            counts.Indicators);
        Assert.Equal([new ReasonCount("housing", "other", "homeless", 1)], counts.Reasons);
        Assert.Equal([new KpiCount("independent_living", "homeless", 1), new KpiCount("moved_on", "homeless", 1)], counts.Kpis);
    }

    [Fact]
    public void The_outcome_as_a_whole_decides_over_its_indicators() => Assert.Equal(
        [new OutcomeCount("health", "homeless", new NeedCounts(0, 0, 1, 0), NeedCounts.AdditiveIdentity)],
        Examples.CheckRows(Dataset.Outcomes, """
            C-1,homeless,health,gp,2025-04-02,fully_met,2025-05-06,,EV-1,,,
            C-1,homeless,health,,2025-04-02,not_met,2025-05-06,other,,,,
            """).Counts<OutcomeCounts>().Outcomes);

    [Theory]
    [InlineData("not_met,2025-05-06,other,", "partially_met,2025-05-06,client_choice,EV-1", "other")] // The worse decides.
    [InlineData("not_met,2025-05-06,other,", "not_met,2025-05-06,exited_early,", "exited_early")] // Then the framework's order.
    [InlineData("fully_met,2025-05-06,,EV-1", "partially_met,2025-05-06,other,EV-1", "other")]
    public void The_reason_is_that_of_the_worst_indicator(string one, string other, string reason)
    {
        string first = $"C-1,homeless,health,gp,2025-04-02,{one},2025-06-30,,\n",
            second = $"C-1,homeless,health,mental_health,2025-04-02,{other},2025-06-30,,\n";

        Assert.All([first + second, second + first], rows =>
            Assert.Equal([new ReasonCount("health", reason, "homeless", 1)],
                Examples.CheckRows(Dataset.Outcomes, rows).Counts<OutcomeCounts>().Reasons));
    }

    [Fact]
    public void A_client_who_left_before_a_date_of_another_row_is_found_in_either_order()
    {
        const string early = "C-1,homeless,health,,2025-04-02,fully_met,2025-05-06,,EV-1,2025-05-20,,\n";
        const string late = "C-1,homeless,housing,,2025-04-02,fully_met,2025-05-21,,EV-1,2025-05-20,,\n";

        Assert.Equal(["OUT-014 3 left_service_on J3"], Examples.CheckRows(Dataset.Outcomes, early + late).Found());
        Assert.Equal(["OUT-014 2 left_service_on J2", "OUT-014 3 left_service_on J3"],
            Examples.CheckRows(Dataset.Outcomes, late + early).Found());
    }

    [Fact]
    public void A_value_that_was_reported_is_not_held_against_the_clients_other_rows() => Assert.Equal(
        ["FLD-006 2 client_group B2", "FLD-002 2 left_service_on J2", "FLD-006 2 accommodation_before K2"],
        Examples.CheckRows(Dataset.Outcomes, """
            C-1,nobody,health,,2025-04-02,fully_met,2025-05-06,,EV-1,tomorrow,nowhere,
            C-1,homeless,housing,,2025-04-02,fully_met,2025-05-06,,EV-1,2025-05-20,hostel,
            """).Found());

    [Fact]
    public void A_need_repeated_after_a_wrong_result_is_found_all_the_same() => Assert.Equal(
        ["FLD-006 2 result F2", "OUT-015 3 outcome C3"],
        Examples.CheckRows(Dataset.Outcomes, "C-1,homeless,health,,2025-04-02,great,,,,,,\nC-1,homeless,health,,2025-04-02,open,,,,,,\n")
            .Found());

    [Fact]
    public void An_open_need_has_neither_day_nor_reason() => Assert.Equal(
        ["OUT-005 2 result_on G2", "OUT-007 2 reason H2"],
        Examples.CheckRows(Dataset.Outcomes, "C-1,homeless,health,,2025-04-02,open,2025-05-06,other,,,,\n").Found());

    [Fact]
    public void A_framework_without_reasons_asks_for_none() => Assert.Equal(
        ["OUT-007 2 reason H2"],
        Examples.CheckRows(Dataset.Outcomes, "C-1,homeless,housing,,2025-04-02,not_met,2025-05-06,other,,,,\n", Examples.TwoLevelContract)
            .Found());
}

/// <summary>A file of referrals and what it counts for.</summary>
public class ReferralsTests
{
    private static readonly string[] Decided = ["accepted", "unsuccessful", "withdrawn"];

    [Fact]
    public void A_file_counts_by_status_route_and_reason()
    {
        var counts = Examples.CheckRows(Dataset.Referrals, """
            R-1,2025-03-31,council,N,accepted,2025-04-01,
            R-2,2025-04-01,self,Y,unsuccessful,2025-04-02,no_vacancy
            R-3,2025-04-01,self,y,withdrawn,2025-06-30,
            R-4,30/06/2025,council,n,waiting,,
            """).Counts<ReferralCounts>();

        Assert.Equal((1, 3), (counts.Waiting, counts.Received));
        Assert.Equal((1, 1, 1, 1), (counts.Accepted, counts.Unsuccessful, counts.Withdrawn, counts.StillWaiting));
        Assert.Equal(2, counts.Joint);
        Assert.Equal([new CodeCount("council", 1), new CodeCount("self", 2)], counts.ReceivedByRoute);
        Assert.Equal([new CodeCount("no_vacancy", 1)], counts.UnsuccessfulByReason);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Those_there_were_are_those_decided_and_those_still_waiting(int seed)
    {
        var random = new Random(seed);
        string rows = string.Concat(Enumerable.Range(0, 300).Select(i =>
        {
            string received = new DateOnly(2025, 3, 1).AddDays(random.Next(60))
                .ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
            if (random.Next(3) == 0)
                return $"R-{i},{received},self,N,waiting,,\n";
            string status = Decided[random.Next(Decided.Length)];
            return $"R-{i},{received},self,Y,{status},2025-06-30,{(status == "unsuccessful" ? "not_eligible" : "")}\n";
        }));

        var counts = Examples.CheckRows(Dataset.Referrals, rows).Counts<ReferralCounts>();

        Assert.Equal(300, counts.Waiting + counts.Received);
        Assert.Equal(300, counts.Accepted + counts.Unsuccessful + counts.Withdrawn + counts.StillWaiting);
        Assert.Equal(counts.Received, counts.ReceivedByRoute.Sum(r => r.Count));
        Assert.Equal(counts.Unsuccessful, counts.UnsuccessfulByReason.Sum(r => r.Count));
    }
}

/// <summary>Evidence, hours, social value, quality, incidents and feedback, and what they count for.</summary>
public class MeasuresTests
{
    [Fact]
    public void Evidence_counts_items_and_quantities_and_a_blank_quantity_is_one()
    {
        var counts = Examples.CheckRows(Dataset.Evidence, """
            Partnership,board attended,E-1,2025-04-30,3,Minutes of the board
            partnership,joint_assessment,E-2,2025-05-01,,
            quality,audit,E-1,2025-04-30,1,
            """).Counts<EvidenceCounts>();

        Assert.Equal([new ElementEvidenceCount("partnership", 2, 4), new ElementEvidenceCount("quality", 1, 1)], counts.Elements);
        Assert.Equal(new ElementEvidence(2, 4), counts.ByElement["partnership"]);
        Assert.False(counts.ByElement.ContainsKey("nothing"));
    }

    [Fact]
    public void Hours_add_up_in_hundredths() => Assert.Equal(
        new HoursCounts(30_01, 29_75),
        Examples.CheckRows(Dataset.Hours, "2025-04,10.01,9.5\n2025-05,10,10.25\n2025-06,10,10\n").Counts<HoursCounts>());

    [Fact]
    public void Hours_delivered_of_none_commissioned_are_a_warning() => Assert.Equal(
        ["HRS-101 2 delivered_hours C2"],
        Examples.CheckRows(Dataset.Hours, "2025-04,0,0.01\n2025-05,0,0\n").Found());

    [Fact]
    public void Social_value_adds_up_by_category() => Assert.Equal(
        [new SocialValueCount("economic", 1, 5, 1_50, 100_00), new SocialValueCount("environmental", 2, 3, 3_00, 1_01)],
        Examples.CheckRows(Dataset.SocialValue, """
            environmental,Litter pick,2025-04-30,1,1,1
            economic,Job club,2025-04-30,5,1.5,100
            Environmental,Planting,30/04/2025,2,2,0.01
            """).Counts<SocialValueCounts>().Categories);

    [Fact]
    public void The_largest_values_still_add_up()
    {
        string rows = string.Concat(Enumerable.Repeat("social,Fair,2025-04-30,999999999,999999999.99,999999999.99\n", 10_000));
        Assert.Equal(10_000 * 99_999_999_999L,
            Examples.CheckRows(Dataset.SocialValue, rows).Counts<SocialValueCounts>().Categories[0].ValuePence);
    }

    [Fact]
    public void Quality_is_in_the_frameworks_order() => Assert.Equal(
        [new AreaResult("safeguarding", false), new AreaResult("fair_access", true)],
        Examples.CheckRows(Dataset.Quality,
            "example_standard,fair_access,PASS,2025-04-30,E-1\nExample Standard,safeguarding,fail,2024-04-30,\n")
                .Counts<QualityCounts>().Areas);

    [Fact]
    public void Incidents_count_those_of_the_quarter_and_those_still_open() => Assert.Equal(
        [new IncidentCount("serious_incident", 1, 0), new IncidentCount("complaint", 1, 2)],
        Examples.CheckRows(Dataset.Incidents, """
            I-1,complaint,2025-03-31,2025-04-01,open
            I-2,complaint,2025-04-01,2025-04-01,open
            I-3,Serious incident,2025-06-30,2025-07-02,closed
            I-4,accident,2025-03-30,2025-04-01,closed
            """).Counts<IncidentCounts>().Kinds);

    [Theory]
    [InlineData("n/a")]
    [InlineData("N/A")]
    [InlineData("none")]
    [InlineData("nil")]
    [InlineData("TBC")]
    [InlineData("-")]
    [InlineData("not-applicable")]
    public void What_says_that_there_is_no_evidence_is_none(string reference)
    {
        Assert.Equal(["FLD-014 2 evidence_ref C2"],
            Examples.CheckRows(Dataset.Evidence, $"quality,audit,{reference},2025-04-30,,\n").Found());
        Assert.Equal(["FLD-014 2 evidence_ref I2"],
            Examples.CheckRows(Dataset.Outcomes, $"C-1,homeless,health,,2025-04-02,fully_met,2025-04-03,,{reference},,,\n").Found());
    }

    [Fact]
    public void Feedback_adds_up_by_question_and_all_that_is_not_listed_as_other() => Assert.Equal(
        [new QuestionCount("feel_safe", 30, 25), new QuestionCount("other", 3, 2)],
        Examples.CheckRows(Dataset.Feedback, """
            other,2025-04-30,1,0
            Other,2025-04-30,2,2
            Feel safe,2025-04-30,10,10
            feel-safe,2025-05-30,20,15
            """).Counts<FeedbackCounts>().Questions);
}

/// <summary>The commissioner's decisions and checks, finance's confirmations and the reference files, as they are kept.</summary>
public class ListsTests
{
    [Fact]
    public void Decisions_are_kept_as_decided() => Assert.Equal(
        [
            new Decision(ContractId.Parse("HL-001"), "quality", false, "Ann Lee", "B. O'Neill", new DateOnly(2025, 7, 10),
                "evidence_incomplete"),
            new Decision(ContractId.Parse("HL-002"), "hours", true, "Ann Lee", "Ben", new DateOnly(2025, 4, 1), null),
        ],
        Examples.CheckRows(Dataset.Decisions, """
            HL-002,Hours,met,Ann Lee,Ben,01/04/2025,,
            HL-001,quality,Not met, Ann Lee ,B. O'Neill,2025-07-10,Evidence incomplete,Minutes of two boards are missing
            """).Counts<DecisionList>().Decisions);

    [Fact]
    public void A_file_adds_to_the_decisions_before_it_and_takes_back_what_it_withdraws()
    {
        var first = Decided("HL-001,quality,met,Ann,Ben,2025-07-10,,\nHL-002,hours,met,Ann,Ben,2025-07-10,,\n");
        var second = Decided("HL-001,quality,not_met,Ann,Ben,2025-07-11,too_late,\n");
        var third = Decided("HL-002,hours,withdrawn,Ann,Ben,2025-07-12,,\n");
        Assert.Equal([("HL-001", true), ("HL-002", true)], Standing(first));
        Assert.Equal([("HL-001", false), ("HL-002", true)], Standing(first, second));
        Assert.Equal([("HL-001", false)], Standing(first, second, third));
        Assert.Equal([("HL-001", false), ("HL-002", true)], Standing(third, second, first, second));
        Assert.Equal([("HL-001", false)], Standing(first, second, third, Decided("")));

        static DecisionList Decided(string rows) => Examples.CheckRows(Dataset.Decisions, rows).Counts<DecisionList>();

        static IEnumerable<(string, bool)> Standing(params DecisionList[] lists) =>
            DecisionList.Standing(lists).Select(d => (d.Contract.ToString(), d.Met)).Order();
    }

    [Fact]
    public void One_file_says_one_thing_of_an_element() => Assert.Equal(
        ["DEC-004 3 element B3"],
        Examples.CheckRows(Dataset.Decisions, "HL-001,quality,met,Ann,Ben,2025-07-10,,\nHL-001,quality,withdrawn,Ann,Ben,2025-07-10,,\n")
            .Found());

    [Theory]
    [InlineData("Ann Price", "Ann Pr\u0131ce")]
    [InlineData("Ann Price", "A. Price")]
    [InlineData("Dr Ann Price", "Price, Ann")]
    public void Two_names_of_one_person_decide_nothing(string reviewer, string approver) => Assert.Equal(
        ["DEC-003 2 approver E2"], Examples.CheckRows(Dataset.Decisions, $"HL-001,quality,met,\"{reviewer}\",\"{approver}\",2025-07-10,,\n")
            .Found());

    [Fact]
    public void A_decision_needs_two_people() => Assert.Equal(
        ["FLD-001 2 reviewer D2", "FLD-001 3 approver E3"],
        Examples.CheckRows(Dataset.Decisions, "HL-001,quality,met,,Ben,2025-07-10,,\nHL-002,hours,met,Ann,,2025-07-10,,\n").Found());

    [Fact]
    public void Checks_are_kept_as_carried_out() => Assert.Equal(
        [new CheckCarriedOut(ContractId.Parse("HL-001"), "file_audit", new DateOnly(2025, 5, 1), false)],
        Examples.CheckRows(Dataset.Checks, "HL-001,File audit,2025-05-01,fail,Two files of ten\n").Counts<CheckList>().Checks);

    [Theory]
    [InlineData("core", "paid", null)] // Nothing was reported of it.
    [InlineData("core", "failed", null)]
    [InlineData("core", "returned", "CNF-005 2 status B2")]
    [InlineData("quality", "paid", "CNF-002 2 payment_id A2")] // Paid.
    [InlineData("quality", "failed", "CNF-002 2 payment_id A2")]
    [InlineData("quality", "returned", null)]
    [InlineData("hours", "paid", null)] // Failed.
    [InlineData("hours", "failed", "CNF-002 2 payment_id A2")]
    [InlineData("hours", "returned", "CNF-005 2 status B2")]
    public void What_was_reported_is_corrected_by_its_opposite(string line, string status, string? found) => Assert.Equal(
        found is null ? [] : [found],
        Examples.CheckRows(Dataset.Confirmations,
            $"{(line == "hours" ? "HL-002" : "HL-001")}-2025-26-Q1-{line}-r001,{status},2025-08-01,\n").Found());

    [Theory]
    [InlineData("HL-001-2025-26-Q1-quality-r001,returned,2025-07-29,", "from 2025-07-30, when it was paid, to ")]
    [InlineData("HL-001-2025-26-Q1-core-r001,paid,2025-07-27,", "from 2025-07-28, when it was released, to ")]
    [InlineData("hl-001-2025-26-q1-core-r001,paid,2025-08-01,", "small and capital letters as the payment file has them")]
    public void What_is_wrong_with_a_confirmation_is_said_beside_it(string row, string expected) => Assert.StartsWith(
        expected, Assert.Single(Examples.CheckRows(Dataset.Confirmations, row + "\n").Findings.List).Expected, StringComparison.Ordinal);

    [Theory]
    [InlineData("2025-07-29", "CNF-004 2 paid_on C2")]
    [InlineData("2025-07-30", null)]
    public void A_payment_is_returned_after_it_was_paid(string day, string? found) => Assert.Equal(
        found is null ? [] : [found], Examples.CheckRows(Dataset.Confirmations, $"HL-001-2025-26-Q1-quality-r001,returned,{day},\n")
            .Found());

    [Fact]
    public void Confirmations_are_kept_as_given() => Assert.Equal(
        [
            new Confirmation("HL-001-2025-26-Q1-core-r001", true, new DateOnly(2025, 8, 1), "BACS-2025-08-01"),
            new Confirmation("HL-002-2025-26-Q1-core-r001", false, new DateOnly(2025, 8, 2), ""),
        ],
        Examples.CheckRows(Dataset.Confirmations,
            "HL-002-2025-26-Q1-core-r001,failed,2025-08-02,\nHL-001-2025-26-Q1-core-r001,paid,2025-08-01,BACS-2025-08-01\n")
                .Counts<ConfirmationList>().Confirmations);

    [Fact]
    public void A_contract_is_kept_with_its_groups_in_the_frameworks_order()
    {
        var contract = Assert.Single(Examples.CheckRows(Dataset.Contracts,
            "HL-001,acme,\"Acme, Support\",Floating support,young-people; Homeless,graded,33333.33,01/04/2025,2027-03-31,S/1\n")
                .Counts<ContractList>().Terms);

        Assert.Equal(["homeless", "young_people"], contract.ClientGroups);
        Assert.Equal(
            (ContractId.Parse("HL-001"), ProviderId.Parse("acme"), "Acme, Support", new Money(33_333_33), new DateOnly(2025, 4, 1),
                new DateOnly(2027, 3, 31), "S/1"),
            (contract.Contract, contract.Provider, contract.ProviderName, contract.AnnualValue, contract.StartsOn, contract.EndsOn,
                contract.SupplierRef));
    }

    [Fact]
    public void The_calendar_is_kept_with_everyones_days_first() => Assert.Equal(
        [
            new CalendarEntry(Examples.Quarter, null, new DateOnly(2025, 7, 31), null),
            new CalendarEntry(Examples.Quarter, ContractId.Parse("HL-001"), new DateOnly(2025, 7, 31), new DateOnly(2025, 9, 30)),
        ],
        Examples.CheckRows(Dataset.Calendar, "2025-26-Q1,HL-001,2025-07-31,30/09/2025\n2025-26-Q1,,31/07/2025,\n")
            .Counts<CalendarList>().Entries);

    [Fact]
    public void Rules_of_publication_hold_from_their_quarter_on()
    {
        var list = Examples.CheckRows(Dataset.Publication, "2026-27-Q1,4,10\n2025-26-Q3,10,2\n").Counts<PublicationList>();
        var readBack = (PublicationList)JsonSerializer.Deserialize<FileCounts>(JsonSerializer.Serialize<FileCounts>(list, CoreJson.Options),
            CoreJson.Options)!;

        Assert.Equal(
            [PublicationLimits.Default, new PublicationLimits(10, 2), new PublicationLimits(10, 2), new PublicationLimits(4, 10)],
            new[] { "2025-26-Q2", "2025-26-Q3", "2025-26-Q4", "2027-28-Q4" }.Select(quarter => readBack.Of(Quarter.Parse(quarter))));
    }

    [Fact]
    public void Counts_of_every_dataset_come_back_from_JSON_as_they_were() => Assert.All(Dataset.All, dataset =>
    {
        FileCounts counts = Examples.CheckText(dataset, Examples.Header(dataset)).Counts!;
        string json = JsonSerializer.Serialize(counts, CoreJson.Options);
        Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize<FileCounts>(json, CoreJson.Options), CoreJson.Options));
        Assert.StartsWith($"{{\"dataset\":\"{dataset}\"", json, StringComparison.Ordinal);
    });
}
