using System.Text;
using Pipeline.Core.Contracts;
using Pipeline.Core.Findings;
using Pipeline.Core.Submissions;

namespace Pipeline.Core.Tests.Submissions;

/// <summary>A file that breaks a rule and nothing else, and one as near to it as can be that breaks none.</summary>
/// <param name="At">Line, column and cell of the one finding; - for none.</param>
internal sealed record RuleExample(Rule Rule, Dataset Dataset, byte[] Broken, string At, byte[] NearMiss, Contract? Contract = null);

/// <summary>For every rule an example; those of a dataset leave out its header.</summary>
internal static class RuleExamples
{
    /// <summary>Rules that something else than a file's reader raises, and the tests that cover them.</summary>
    public static readonly IReadOnlyDictionary<string, string> CoveredElsewhere = new Dictionary<string, string>
    {
        ["SLT-"] = "TakeInTests",
        ["CON-101"] = "HeldChangesTests",
        ["FIL-010"] = "ScanTests of the functions",
        ["FIL-011"] = "ScanTests of the functions",
        ["PER-008"] = "TakeInTests",
        ["FLD-013"] = "DaysToComeTests",
        ["PER-009"] = "WorkbookTests of the steps",
        ["FRM-"] = "FrameworkRulesTests",
        ["WBK-"] = "WorkbookTests and HostileWorkbookTests",
    };

    private const string HoursHeader = "month,commissioned_hours,delivered_hours\n";
    private const string HoursRow = "2025-04,10,10\n";
    private const string Need = "C-1,homeless,health,,2025-04-02,open,,,,,,\n";
    private const string Referral = "R-1,2025-04-02,council,N,accepted,2025-04-09,\n";
    private const string Contracts = "HL-001,acme,Acme,Support,homeless;young_people,graded,1000,2025-04-01,2026-03-31,S-1\n";

    private const string Council = "The City Council,outcomes@council.example\n";
    private const string LaterContracts = "HL-001,acme,Acme,Support,homeless;young_people,graded,2000,2026-04-01,2027-03-31,S-1\n";

    public static readonly IReadOnlyList<RuleExample> All =
    [
        // The file as a whole.
        Text(Rules.FileEmpty, "", "0 - -", HoursHeader),
        Text(Rules.FileIsWorkbook, "PK\u0003\u0004rest", "0 - -", HoursHeader + HoursRow),
        new(Rules.FileIsUtf16, Dataset.Hours, [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(HoursHeader)], "0 - -",
            [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(HoursHeader)]),
        new(Rules.FileNotUtf8, Dataset.SocialValue,
            Encoding.Latin1.GetBytes("category,activity,delivered_on,beneficiaries,hours,value_gbp\nsocial,Café,2025-04-30,1,1,1\n"),
            "2 - -",
            Encoding.UTF8.GetBytes("category,activity,delivered_on,beneficiaries,hours,value_gbp\nsocial,Café,2025-04-30,1,1,1\n")),
        Text(Rules.FileHasNul, HoursHeader + HoursRow + "2025-05,10,1\0\n", "3 - -", HoursHeader + HoursRow + "2025-05,10,10\n"),
        Text(Rules.FileNotCommaSeparated, "month;commissioned_hours;delivered_hours\n2025-04;10;10\n", "1 - -", HoursHeader),
        new(Rules.FileTooLarge, Dataset.Hours, Encoding.UTF8.GetBytes(HoursHeader + HoursRow + "2025-05,10,10\n"), "0 - -",
            Encoding.UTF8.GetBytes(HoursHeader + HoursRow + "2025-05,10,1\n")),
        Text(Rules.RecordTooLong, HoursHeader + "2025-04,10,10" + new string(' ', (64 << 10) - 12) + "\n", "2 - -",
            HoursHeader + "2025-04,10,10" + new string(' ', (64 << 10) - 13) + "\n"),
        Text(Rules.LineEndsInCarriageReturn, HoursHeader + "2025-04,10,10\r2025-05,10,10\r", "2 - -",
            HoursHeader + "2025-04,10,10\r\n2025-05,10,10\r\n"),

        // The header.
        Text(Rules.ColumnMissing, "month,delivered_hours\n2025-04,10\n", "1 commissioned_hours -", HoursHeader),
        Text(Rules.ColumnUnknown, "month,commissioned_hours,delivered_hours,comments\n2025-04,10,10,fine\n", "1 - D1",
            "Month , COMMISSIONED_HOURS,delivered_hours\n"),
        Text(Rules.ColumnRepeated, "month,commissioned_hours,month,delivered_hours\n", "1 month C1",
            "delivered_hours,commissioned_hours,month\n"),

        Text(Rules.ColumnMisspelt, "month,comissioned_hrs,delivered_hours\n2025-04,10,10\n", "1 commissioned_hours B1",
            "Month*,Commissioned Hours,delivered-hours:\n"),
        Text(Rules.HeaderElsewhere, "Our hours,,\n,,\n" + HoursHeader + HoursRow, "1 - -", HoursHeader + HoursRow),
        Text(Rules.HeaderOfOther, "question,asked_on,responses,positive_responses\nfeel_safe,2025-04-30,1,1\n", "1 - -", HoursHeader),
        Text(Rules.HeaderRepeated, HoursHeader + HoursRow + HoursHeader, "3 - -", HoursHeader + HoursRow),
        Text(Rules.HeaderMissing, "2025-04,10,10\n2025-05,10,10\n", "1 - -", HoursHeader + HoursRow),
        Text(Rules.ColumnUnnamed, "month,commissioned_hours,delivered_hours,\n2025-04,10,10,\n2025-05,10,10,fine\n2025-06,10,10,fine\n",
            "3 - D3", HoursHeader),

        // The shape of the records.
        Text(Rules.UnevenRow, HoursHeader + HoursRow + "2025-05,10,10,9\n", "3 - -", HoursHeader + HoursRow + "2025-05,\"10\",10\n"),
        Text(Rules.BrokenQuoting, HoursHeader + "2025-04,1\"0,10\n", "2 - -", HoursHeader + "\"2025-04\",\"10\",\"10\"\n"),
        Text(Rules.RowEmpty, HoursHeader + HoursRow + ",,\n,,\n2025-05,10,10\n", "3 - -", HoursHeader + HoursRow + "\n\n"),
        Text(Rules.RowOfTotals, HoursHeader + HoursRow + "Total,10,10\n", "3 - -", HoursHeader + HoursRow + "2025-05,10,10\n"),
        Text(Rules.RowsBlankBelow, HoursHeader + HoursRow + ",,\n,,\n", "3 - -", HoursHeader + HoursRow + "\n\n"),
        Text(Rules.ColumnsBlank, "month,,commissioned_hours,delivered_hours,\n2025-04,,10,10,\n", "1 - -", HoursHeader + HoursRow),

        // Personal data.
        Text(Rules.PersonalColumn, "month,commissioned_hours,delivered_hours,Surname\n", "1 - D1", HoursHeader),
        Rows(Rules.NationalInsuranceNumber, Dataset.Outcomes, Need.Replace("C-1", "QQ123456C"), "2 client_ref A2",
            Need.Replace("C-1", "QQ123456E")),
        Rows(Rules.NhsNumber, Dataset.Outcomes, Need.Replace("C-1", "9434765919"), "2 client_ref A2", Need.Replace("C-1", "9434765918")),
        Rows(Rules.Postcode, Dataset.Outcomes, Need.Replace("C-1", "B1-1BB"), "2 client_ref A2", Need.Replace("C-1", "B1-1B")),
        Rows(Rules.EmailAddress, Dataset.SocialValue, "social,ask jo@example.org,2025-04-30,1,1,1\n", "2 activity B2",
            "social,open day @ the centre,2025-04-30,1,1,1\n"),
        Rows(Rules.TelephoneNumber, Dataset.SocialValue, "social,ring 0121 496 0000,2025-04-30,1,1,1\n", "2 activity B2",
            "social,0121 area,2025-04-30,1,1,1\n"),
        Rows(Rules.DateInText, Dataset.Outcomes, Need.Replace("C-1", "JS-31-01-1980"), "2 client_ref A2",
            Need.Replace("C-1", "JS-31-13-1980")),

        // A single value.
        Rows(Rules.ValueMissing, Dataset.Outcomes, Need.Replace("homeless", " "), "2 client_group B2", Need),
        Rows(Rules.NoReference, Dataset.Evidence, "quality,audit,n/a,2025-04-30,,\n", "2 evidence_ref C2",
            "quality,audit,N-A-1,2025-04-30,,\n"),
        Rows(Rules.NotADate, Dataset.Outcomes, Need.Replace("2025-04-02", "2025-02-29"), "2 need_identified_on E2",
            Need.Replace("2025-04-02", "29/02/2024")),
        Rows(Rules.NotAWholeNumber, Dataset.Feedback, "feel_safe,2025-04-30,1000000000,1\n", "2 responses C2",
            "feel_safe,2025-04-30,999999999,1\n"),
        Rows(Rules.NotANumber, Dataset.Hours, "2025-04,10,10.005\n", "2 delivered_hours C2", "2025-04,10,10.05\n"),
        Rows(Rules.NotYesOrNo, Dataset.Referrals, Referral.Replace(",N,", ",No,"), "2 joint D2", Referral.Replace(",N,", ",n,")),
        Rows(Rules.NotACode, Dataset.Outcomes, Need.Replace("homeless", "homles"), "2 client_group B2",
            Need.Replace("homeless", "Young-People")),
        Rows(Rules.NotAReference, Dataset.Outcomes, Need.Replace("C-1", "C 1"), "2 client_ref A2", Need.Replace("C-1", "C_1./-")),
        Rows(Rules.TextTooLong, Dataset.SocialValue, $"social,{new string('é', 201)},2025-04-30,1,1,1\n", "2 activity B2",
            $"social,{new string('é', 200)},2025-04-30,1,1,1\n"),
        Rows(Rules.TextNotPlain, Dataset.SocialValue, "social,=1+1,2025-04-30,1,1,1\n", "2 activity B2", "social,1+1=2,2025-04-30,1,1,1\n"),
        Rows(Rules.NotAnId, Dataset.Contracts, Contracts.Replace("acme", "Acme"), "2 provider B2", Contracts),
        Rows(Rules.NotAMonth, Dataset.Hours, "01/04/2025,10,10\n", "2 month A2", HoursRow),
        Rows(Rules.NotAQuarter, Dataset.Calendar, "2025-27-Q1,,2025-07-31,\n", "2 quarter A2", "2025-26-Q1,,2025-07-31,\n"),

        Rows(Rules.InvisibleCharacter, Dataset.Outcomes, Need.Replace("C-1", "C-1\u00A0"), "2 client_ref A2", Need),
        Rows(Rules.DateIsSerialNumber, Dataset.Outcomes, Need.Replace("2025-04-02", "45749"), "2 need_identified_on E2", Need),
        Rows(Rules.DateHasTime, Dataset.Outcomes, Need.Replace("2025-04-02", "02/04/2025 00:00"), "2 need_identified_on E2", Need),
        Rows(Rules.DateYearTooShort, Dataset.Outcomes, Need.Replace("2025-04-02", "02/04/25"), "2 need_identified_on E2",
            Need.Replace("2025-04-02", "02/04/2025")),
        Rows(Rules.DateInWords, Dataset.Outcomes, Need.Replace("2025-04-02", "2-Apr-25"), "2 need_identified_on E2", Need),
        Rows(Rules.DateMonthFirst, Dataset.Outcomes, Need.Replace("2025-04-02", "04/22/2025"), "2 need_identified_on E2",
            Need.Replace("2025-04-02", "04/02/2025")),
        Rows(Rules.DateWrittenOtherwise, Dataset.Outcomes, Need.Replace("2025-04-02", "2.4.2025"), "2 need_identified_on E2", Need),

        // outcomes
        Rows(Rules.ClientGroupNotServed, Dataset.Outcomes, Need.Replace("homeless", "ex_offenders"), "2 client_group B2", Need),
        Rows(Rules.OutcomeNotForClientGroup, Dataset.Outcomes, "C-1,homeless,no_reoffending,,2025-04-02,open,,,,,,\n", "2 outcome C2",
            "C-1,ex_offenders,no_reoffending,,2025-04-02,open,,,,,,\n", Examples.TwoLevelContract),
        Rows(Rules.IndicatorNotOfOutcome, Dataset.Outcomes, Need.Replace("health,,", "health,maintain,"), "2 indicator D2",
            Need.Replace("health,,", "housing,maintain,")),
        Rows(Rules.ResultDateMissing, Dataset.Outcomes, "C-1,homeless,health,,2025-04-02,fully_met,,,E-1,,,\n", "2 result_on G2",
            "C-1,homeless,health,,2025-04-02,fully_met,2025-04-02,,E-1,,,\n"),
        Rows(Rules.ResultDateOfOpenNeed, Dataset.Outcomes, "C-1,homeless,health,,2025-04-02,open,2025-05-02,,,,,\n", "2 result_on G2",
            Need),
        Rows(Rules.ReasonMissing, Dataset.Outcomes, "C-1,homeless,health,,2025-04-02,not_met,2025-05-02,,,,,\n", "2 reason H2",
            "C-1,homeless,health,,2025-04-02,not_met,2025-05-02,other,,,,\n"),
        Rows(Rules.ReasonNotAskedFor, Dataset.Outcomes, "C-1,homeless,health,,2025-04-02,fully_met,2025-05-02,other,E-1,,,\n",
            "2 reason H2",
            "C-1,homeless,health,,2025-04-02,partially_met,2025-05-02,other,E-1,,,\n"),
        Rows(Rules.EvidenceMissing, Dataset.Outcomes, "C-1,homeless,health,,2025-04-02,partially_met,2025-05-02,other,,,,\n",
            "2 evidence_ref I2",
            "C-1,homeless,health,,2025-04-02,not_met,2025-05-02,other,,,,\n"),
        Rows(Rules.ResultBeforeNeed, Dataset.Outcomes, "C-1,homeless,health,,2025-04-02,fully_met,2025-04-01,,E-1,,,\n", "2 result_on G2",
            "C-1,homeless,health,,2025-04-02,fully_met,2025-04-02,,E-1,,,\n"),
        Rows(Rules.ResultAfterQuarter, Dataset.Outcomes, "C-1,homeless,health,,2025-04-02,fully_met,2025-07-01,,E-1,,,\n", "2 result_on G2",
            "C-1,homeless,health,,2025-04-02,fully_met,2025-06-30,,E-1,,,\n"),
        Rows(Rules.NeedTooLongAgo, Dataset.Outcomes, Need.Replace("2025-04-02", "1999-12-31"), "2 need_identified_on E2",
            Need.Replace("2025-04-02", "2000-01-01")),
        Rows(Rules.NeedAfterQuarter, Dataset.Outcomes, Need.Replace("2025-04-02", "2025-07-01"), "2 need_identified_on E2",
            Need.Replace("2025-04-02", "2025-06-30")),
        Rows(Rules.LeftOutsideQuarter, Dataset.Outcomes, "C-1,homeless,health,,2025-03-02,fully_met,2025-03-05,,E-1,2025-03-31,,\n",
            "2 left_service_on J2",
            "C-1,homeless,health,,2025-03-02,fully_met,2025-03-05,,E-1,2025-04-01,,\n"),
        Rows(Rules.LeftBeforeOtherDates, Dataset.Outcomes, "C-1,homeless,health,,2025-04-02,fully_met,2025-05-05,,E-1,2025-05-04,,\n",
            "2 left_service_on J2",
            "C-1,homeless,health,,2025-04-02,fully_met,2025-05-05,,E-1,2025-05-05,,\n"),
        Rows(Rules.NeedRepeated, Dataset.Outcomes, Need + Need, "3 outcome C3", Need + Need.Replace("health,,", "health,gp,")),
        Rows(Rules.ClientGroupDiffers, Dataset.Outcomes, Need + "C-1,young_people,housing,,2025-04-02,open,,,,,,\n", "3 client_group B3",
            Need + "C-2,young_people,housing,,2025-04-02,open,,,,,,\n"),
        Rows(Rules.ClientInOtherCase, Dataset.Outcomes, Need + Need.Replace("C-1", "c-1"), "3 client_ref A3",
            Need + Need.Replace("C-1", "c-2")),
        Rows(Rules.LeftDiffers, Dataset.Outcomes,
            "C-1,homeless,health,,2025-04-02,fully_met,2025-05-05,,E-1,2025-05-05,,\n"
            + "C-1,homeless,housing,,2025-04-02,fully_met,2025-05-05,,E-1,,,\n",
            "3 left_service_on J3",
            "C-1,homeless,health,,2025-04-02,fully_met,2025-05-05,,E-1,2025-05-05,,\n"
            + "C-1,homeless,housing,,2025-04-02,fully_met,2025-05-05,,E-1,05/05/2025,,\n"),
        Rows(Rules.AccommodationBeforeDiffers, Dataset.Outcomes,
            "C-1,homeless,health,,2025-04-02,open,,,,,hostel,\nC-1,homeless,housing,,2025-04-02,open,,,,,family,\n",
            "3 accommodation_before K3",
            "C-1,homeless,health,,2025-04-02,open,,,,,hostel,\nC-1,homeless,housing,,2025-04-02,open,,,,,Hostel,\n"),
        Rows(Rules.AccommodationAfterDiffers, Dataset.Outcomes,
            "C-1,homeless,health,,2025-04-02,open,,,,,,hostel\nC-1,homeless,housing,,2025-04-02,open,,,,,,\n",
            "3 accommodation_after L3", "C-1,homeless,health,,2025-04-02,open,,,,,,hostel\nC-2,homeless,housing,,2025-04-02,open,,,,,,\n"),
        Rows(Rules.LeaverWithOpenNeed, Dataset.Outcomes, "C-1,homeless,health,,2025-04-02,open,,,,2025-06-30,,\n", "2 result F2", Need),

        // referrals
        Rows(Rules.ReferralRepeated, Dataset.Referrals, Referral + Referral, "3 referral_ref A3",
            Referral + Referral.Replace("R-1", "r-1")),
        Rows(Rules.DecidedDateMissing, Dataset.Referrals, "R-1,2025-04-02,council,N,withdrawn,,\n", "2 decided_on F2",
            "R-1,2025-04-02,council,N,waiting,,\n"),
        Rows(Rules.DecidedDateOfWaiting, Dataset.Referrals, "R-1,2025-04-02,council,N,waiting,2025-04-09,\n", "2 decided_on F2", Referral),
        Rows(Rules.DecidedOutsideQuarter, Dataset.Referrals, Referral.Replace("2025-04-09", "2025-07-01"), "2 decided_on F2",
            Referral.Replace("2025-04-09", "2025-06-30")),
        Rows(Rules.DecidedBeforeReceived, Dataset.Referrals, Referral.Replace("2025-04-09", "2025-04-01"), "2 decided_on F2",
            Referral.Replace("2025-04-09", "2025-04-02")),
        Rows(Rules.ReferralReasonMissing, Dataset.Referrals, "R-1,2025-04-02,council,N,unsuccessful,2025-04-09,\n", "2 reason G2",
            "R-1,2025-04-02,council,N,unsuccessful,2025-04-09,no_vacancy\n"),
        Rows(Rules.ReferralReasonNotAskedFor, Dataset.Referrals, "R-1,2025-04-02,council,N,accepted,2025-04-09,no_vacancy\n", "2 reason G2",
            Referral),
        Rows(Rules.ReceivedAfterQuarter, Dataset.Referrals, "R-1,2025-07-01,council,N,waiting,,\n", "2 received_on B2",
            "R-1,2025-06-30,council,N,waiting,,\n"),

        // evidence
        Rows(Rules.KindNotOfElement, Dataset.Evidence, "quality,board_attended,E-1,2025-04-30,,\n", "2 kind B2",
            "partnership,board_attended,E-1,2025-04-30,,\n"),
        Rows(Rules.EvidenceOutsideQuarter, Dataset.Evidence, "quality,audit,E-1,2025-03-31,,\n", "2 evidence_on D2",
            "quality,audit,E-1,2025-04-01,,\n"),
        Rows(Rules.EvidenceRepeated, Dataset.Evidence, "quality,audit,E-1,2025-04-30,,\nquality,audit,E-1,2025-05-30,,\n",
            "3 evidence_ref C3",
            "quality,audit,E-1,2025-04-30,,\npartnership,joint_assessment,E-1,2025-05-30,,\n"),
        Rows(Rules.QuantityZero, Dataset.Evidence, "quality,audit,E-1,2025-04-30,0,\n", "2 quantity E2",
            "quality,audit,E-1,2025-04-30,1,\n"),

        // hours
        Rows(Rules.MonthOutsideQuarter, Dataset.Hours, "2025-07,10,10\n", "2 month A2", "2025-06,10,10\n"),
        Rows(Rules.MonthRepeated, Dataset.Hours, HoursRow + HoursRow, "3 month A3", HoursRow + "2025-05,10,10\n"),
        Rows(Rules.UtilisationHigh, Dataset.Hours, "2025-04,10,12.01\n", "2 delivered_hours C2", "2025-04,10,12\n"),

        // social-value, quality, incidents, feedback
        Rows(Rules.DeliveredOutsideQuarter, Dataset.SocialValue, "social,Fair,2025-07-01,1,1,1\n", "2 delivered_on C2",
            "social,Fair,2025-06-30,1,1,1\n"),
        Rows(Rules.AreaRepeated, Dataset.Quality,
            "example_standard,safeguarding,pass,2025-04-30,\nexample_standard,Safeguarding,pass,2025-04-30,\n", "3 area B3",
            "example_standard,safeguarding,pass,2025-04-30,\nExample Standard,fair_access,pass,2025-04-30,\n"),
        Rows(Rules.AssessedAfterQuarter, Dataset.Quality, "example_standard,safeguarding,pass,2025-07-01,\n", "2 assessed_on D2",
            "example_standard,safeguarding,pass,2024-06-30,\n"),
        Rows(Rules.IncidentRepeated, Dataset.Incidents,
            "I-1,accident,2025-04-30,2025-05-01,open\nI-1,accident,2025-04-30,2025-05-01,open\n", "3 incident_ref A3",
            "I-1,accident,2025-04-30,2025-05-01,open\nI-2,accident,2025-04-30,2025-05-01,open\n"),
        Rows(Rules.OccurredAfterQuarter, Dataset.Incidents, "I-1,accident,2025-07-01,2025-07-01,open\n", "2 occurred_on C2",
            "I-1,accident,2025-06-30,2025-07-01,open\n"),
        Rows(Rules.ReportedBeforeOccurred, Dataset.Incidents, "I-1,accident,2025-04-30,2025-04-29,open\n", "2 reported_on D2",
            "I-1,accident,2025-04-30,2025-04-30,open\n"),
        Rows(Rules.ReportedSlowly, Dataset.Incidents, "I-1,accident,2025-04-30,2025-05-03,open\n", "2 reported_on D2",
            "I-1,accident,2025-04-30,2025-05-02,open\n"),
        Rows(Rules.PositiveOverResponses, Dataset.Feedback, "feel_safe,2025-04-30,10,11\n", "2 positive_responses D2",
            "feel_safe,2025-04-30,10,10\n"),
        Rows(Rules.AskedOutsideQuarter, Dataset.Feedback, "feel_safe,2025-03-31,10,1\n", "2 asked_on B2", "feel_safe,2025-04-01,10,1\n"),
        Rows(Rules.QuestionRepeated, Dataset.Feedback, "feel_safe,2025-04-30,10,1\nFeel safe,2025-04-30,10,1\n", "3 question A3",
            "feel_safe,2025-04-30,10,1\nfeel_safe,2025-05-31,10,1\n"),

        // decisions and checks
        Rows(Rules.ReviewedContractUnknown, Dataset.Decisions, "HL-003,quality,met,Ann,Ben,2025-07-10,,\n", "2 contract A2",
            "HL-001,quality,met,Ann,Ben,2025-07-10,,\n"),
        Rows(Rules.ElementNotOfContract, Dataset.Decisions, "HL-002,quality,met,Ann,Ben,2025-07-10,,\n", "2 element B2",
            "HL-002,hours,met,Ann,Ben,2025-07-10,,\n"),
        Rows(Rules.ApproverIsReviewer, Dataset.Decisions, "HL-001,quality,met,Ann  Lee,ann lee,2025-07-10,,\n", "2 approver E2",
            "HL-001,quality,met,Ann Lee,Ann Leigh,2025-07-10,,\n"),
        Rows(Rules.DecisionRepeated, Dataset.Decisions,
            "HL-001,quality,met,Ann,Ben,2025-07-10,,\nHL-001,Quality,met,Ann,Ben,2025-07-10,,\n", "3 element B3",
            "HL-001,quality,met,Ann,Ben,2025-07-10,,\nHL-001,partnership,met,Ann,Ben,2025-07-10,,\n"),
        Rows(Rules.DecidedBeforeQuarter, Dataset.Decisions, "HL-001,quality,met,Ann,Ben,2025-03-31,,\n", "2 decided_on F2",
            "HL-001,quality,met,Ann,Ben,2025-04-01,,\n"),
        Rows(Rules.DecisionReasonMissing, Dataset.Decisions, "HL-001,quality,not_met,Ann,Ben,2025-07-10,,\n", "2 reason G2",
            "HL-001,quality,not_met,Ann,Ben,2025-07-10,incomplete,\n"),
        Rows(Rules.NotAPersonsName, Dataset.Decisions, "HL-001,quality,met,Ann1,Ben,2025-07-10,,\n", "2 reviewer D2",
            "HL-001,quality,met,Ann-Zoë O'Neill Jr.,Ben,2025-07-10,,\n"),
        Rows(Rules.CheckOutsideQuarter, Dataset.Checks, "HL-001,spot_check,2025-07-01,pass,\n", "2 carried_out_on C2",
            "HL-001,spot_check,2025-06-30,pass,\n"),
        Rows(Rules.CheckRepeated, Dataset.Checks, "HL-001,spot_check,2025-06-30,pass,\nHL-001,spot_check,30/06/2025,fail,\n", "3 check B3",
            "HL-001,spot_check,2025-06-30,pass,\nHL-002,spot_check,2025-06-30,pass,\n"),

        // confirmations
        Rows(Rules.PaymentUnknown, Dataset.Confirmations, "HL-001-2025-26-Q1-core-r002,paid,2025-08-01,\n", "2 payment_id A2",
            "HL-001-2025-26-Q1-core-r001,paid,2025-08-01,\n"),
        Rows(Rules.PaymentConfirmed, Dataset.Confirmations, "HL-001-2025-26-Q1-quality-r001,paid,2025-08-01,\n", "2 payment_id A2",
            "HL-001-2025-26-Q1-core-r001,failed,2025-08-01,B-1\n"),
        Rows(Rules.ReturnedUnpaid, Dataset.Confirmations, "HL-001-2025-26-Q1-core-r001,returned,2025-08-01,\n", "2 status B2",
            "HL-001-2025-26-Q1-quality-r001,returned,2025-08-01,B-1\n"),
        Rows(Rules.PaymentRepeated, Dataset.Confirmations,
            "HL-001-2025-26-Q1-core-r001,paid,2025-08-01,\nHL-001-2025-26-Q1-core-r001,paid,2025-08-01,\n", "3 payment_id A3",
            "HL-001-2025-26-Q1-core-r001,paid,2025-08-01,\nHL-002-2025-26-Q1-core-r001,paid,2025-08-01,\n"),
        Rows(Rules.PaidOutOfTime, Dataset.Confirmations, "HL-001-2025-26-Q1-core-r001,paid,2025-07-27,\n", "2 paid_on C2",
            "HL-001-2025-26-Q1-core-r001,paid,2025-07-28,\n"),

        // contracts and calendar
        Rows(Rules.ContractEndsBeforeStart, Dataset.Contracts, Contracts.Replace("2026-03-31", "2025-03-31"), "2 ends_on I2",
            Contracts.Replace("2026-03-31", "2025-04-01")),
        Rows(Rules.FrameworkUnknown, Dataset.Contracts, Contracts.Replace("graded", "Graded"), "2 framework F2", Contracts),
        Rows(Rules.ClientGroupUnknown, Dataset.Contracts, Contracts.Replace("homeless;", "homeless;;"), "2 client_groups E2",
            Contracts.Replace("homeless;", "Homeless ; ")),
        Rows(Rules.ClientGroupRepeated, Dataset.Contracts, Contracts.Replace("homeless;", "young-people;"), "2 client_groups E2",
            Contracts),
        Rows(Rules.ProviderNamedDifferently, Dataset.Contracts, Contracts + Contracts.Replace("HL-001", "HL-002").Replace("Acme", "ACME"),
            "3 provider_name C3",
            Contracts + Contracts.Replace("HL-001", "HL-002").Replace("acme", "acme2")),
        Rows(Rules.TermsOverlap, Dataset.Contracts, Contracts + LaterContracts.Replace("2026-04-01", "2026-03-31"), "3 starts_on H3",
            LaterContracts + Contracts),
        Rows(Rules.TermChangesWithinQuarter, Dataset.Contracts, Contracts.Replace("2026-03-31", "2026-02-14")
            + LaterContracts.Replace("2026-04-01", "2026-02-15").Replace("acme,Acme", "beta,Beta"),
            "3 provider B3", Contracts + LaterContracts.Replace("acme,Acme", "beta,Beta")),
        Rows(Rules.CalendarContractUnknown, Dataset.Calendar, "2025-26-Q1,HL-009,2025-07-31,\n", "2 contract B2",
            "2025-26-Q1,HL-001,2025-07-31,\n"),
        Rows(Rules.CalendarRepeated, Dataset.Calendar, "2025-26-Q1,,2025-07-31,\n2025-26-Q1,,2025-08-31,\n", "3 quarter A3",
            "2025-26-Q1,,2025-07-31,\n2025-26-Q1,HL-001,2025-07-31,\n"),
        Rows(Rules.ExtendedBeforeDue, Dataset.Calendar, "2025-26-Q1,HL-001,2025-07-31,2025-07-30\n", "2 extended_to D2",
            "2025-26-Q1,HL-001,2025-07-31,2025-07-31\n"),

        // publication
        Rows(Rules.SuppressionOutOfRange, Dataset.Publication, "2025-26-Q1,1,2\n", "2 suppress_up_to B2",
            "2025-26-Q1,2,2\n2025-26-Q2,100,2\n"),
        Rows(Rules.RoundingOutOfRange, Dataset.Publication, "2025-26-Q1,7,17\n", "2 round_to C2", "2025-26-Q1,7,16\n2025-26-Q2,7,1\n"),
        Rows(Rules.PublicationRepeated, Dataset.Publication, "2025-26-Q1,7,5\n2025-26-Q1,4,5\n", "3 from_quarter A3",
            "2025-26-Q1,7,5\n2025-26-Q2,7,5\n"),
        Rows(Rules.NothingSuppressed, Dataset.Publication, "2025-26-Q1,0,1\n", "2 suppress_up_to B2", "2025-26-Q1,2,1\n"),

        // council
        Rows(Rules.CouncilRepeated, Dataset.Council, Council + Council, "3 - -", Council),
        Rows(Rules.ContactOfAPerson, Dataset.Council, Council.Replace("outcomes@", "ann.price@"), "2 contact B2",
            Council.Replace("outcomes@", "housing.support@")),
    ];

    private static RuleExample Rows(Rule rule, Dataset dataset, string broken, string at, string nearMiss, Contract? contract = null) =>
        new(rule, dataset, Encoding.UTF8.GetBytes(Examples.Header(dataset) + "\n" + broken), at,
            Encoding.UTF8.GetBytes(Examples.Header(dataset) + "\n" + nearMiss), contract);

    private static RuleExample Text(Rule rule, string broken, string at, string nearMiss) =>
        new(rule, Dataset.Hours, Encoding.UTF8.GetBytes(broken), at, Encoding.UTF8.GetBytes(nearMiss));

}
