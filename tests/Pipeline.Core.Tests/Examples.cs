using System.Text;
using Pipeline.Core.Contracts;
using Pipeline.Core.Findings;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Reading;
using Pipeline.Core.Submissions;

namespace Pipeline.Core.Tests;

/// <summary>Two small frameworks, a register and the reading of a file against them.</summary>
internal static class Examples
{
    public static readonly Quarter Quarter = Quarter.Parse("2025-26-Q1");

    /// <summary>Three levels, a reason for every need not fully met, an outcome without indicators, every outcome for everyone.</summary>
    public static readonly Framework Graded = new()
    {
        Id = "graded",
        Title = "Graded needs",
        Source = "An example.",
        EffectiveFrom = new DateOnly(2025, 4, 1),
        Levels =
        [
            new Level("fully_met", "Fully met", Achieved.Full, ReasonRequired: false),
            new Level("partially_met", "Partially met", Achieved.Part, ReasonRequired: true),
            new Level("not_met", "Not met", Achieved.None, ReasonRequired: true),
        ],
        ClientGroups = [new Coded("homeless", "Homeless people"), new Coded("young_people", "Young people"),
            new Coded("ex_offenders", "Ex-offenders")],
        Accommodation =
        [
            new Accommodation("hostel", "Hostel", AccommodationKind.Temporary),
            new Accommodation("night_shelter", "Night shelter", AccommodationKind.Temporary),
            new Accommodation("own_tenancy", "Own tenancy", AccommodationKind.Settled),
            new Accommodation("family", "With family", AccommodationKind.Other),
        ],
        Reasons = [new Coded("client_choice", "Client choice"), new Coded("exited_early", "Exited service early"),
            new Coded("other", "Other")],
        Outcomes =
        [
            new Outcome("health", "Health and wellbeing", "Health", [],
                [new Coded("physical_health", "Physical health"), new Coded("mental_health", "Mental health"),
                    new Coded("gp", "Registered with a GP")]),
            new Outcome("housing", "Obtaining and maintaining accommodation", "Housing", [],
                [new Coded("maintain", "Maintain accommodation"), new Coded("secure", "Secure accommodation")]),
            new Outcome("community", "Engaging in the community", "Community", [], []),
        ],
        Kpis = [new Kpi("independent_living", "Independent living", ["maintain", "secure"], MovedOn: false),
            new Kpi("moved_on", "Moved on", [], MovedOn: true)],
        ReferralRoutes = [new Coded("council", "The council"), new Coded("self", "Self-referral")],
        ReferralReasons = [new Coded("no_vacancy", "No vacancy"), new Coded("not_eligible", "Not eligible")],
        FeedbackQuestions = [new Coded("feel_safe", "Do you feel safe?"), new Coded("other", "Another")],
        DecisionReasons = [new Coded("incomplete", "Incomplete"), new Coded("evidence_incomplete", "Incomplete"),
            new Coded("too_late", "Too late"), new Coded("other", "Other")],
        Quality = new QualityStandard("Example Standard",
            [new Coded("safeguarding", "Safeguarding"), new Coded("fair_access", "Fair access")]),
        Payment = new PaymentRules(
            1000,
            10,
            [
                new Element("partnership", "Working in partnership", 5,
                    [new Coded("board_attended", "Board attended"), new Coded("joint_assessment", "Joint assessment")]),
                new Element("quality", "Quality standards", 3, [new Coded("audit", "Audit")]),
            ]),
        Interpretations = [],
    };

    /// <summary>Two levels, no reasons, an outcome for ex-offenders alone.</summary>
    public static readonly Framework TwoLevels = Graded with
    {
        Id = "two-levels",
        Title = "Two levels",
        Levels = [new Level("fully_met", "Fully met", Achieved.Full, ReasonRequired: false),
            new Level("not_met", "Not met", Achieved.None, ReasonRequired: false)],
        ClientGroups = [new Coded("homeless", "Homeless people"), new Coded("ex_offenders", "Ex-offenders")],
        Reasons = [],
        Outcomes =
        [
            new Outcome("housing", "Maintain accommodation", "Housing", [],
                [new Coded("maintain", "Maintain accommodation"), new Coded("secure", "Secure accommodation")]),
            new Outcome("no_reoffending", "No re-offending", "Service-specific", ["ex_offenders"],
                [new Coded("in_service", "No re-offending in service")]),
        ],
        Payment = new PaymentRules(1000, 1, [new Element("hours", "Commissioned hours", 1, [new Coded("utilisation", "Utilisation")])]),
    };

    /// <summary>Serves two of the three client groups of the graded framework.</summary>
    public static readonly Term GradedTerm = new(
        ContractId.Parse("HL-001"), ProviderId.Parse("acme"), "Acme Support", "Floating support", ["homeless", "young_people"], "graded",
        new Money(100_000_00), new DateOnly(2024, 4, 1), new DateOnly(2027, 3, 31), "S-1");

    public static readonly Term TwoLevelTerm = GradedTerm with
    {
        Contract = ContractId.Parse("HL-002"),
        ClientGroups = ["homeless", "ex_offenders"],
        Framework = "two-levels",
    };

    /// <summary>Ended before the quarter.</summary>
    public static readonly Term EndedTerm = GradedTerm with { Contract = ContractId.Parse("HL-003"), EndsOn = new DateOnly(2025, 3, 31) };

    public static readonly Contract GradedContract = new(Quarter, [GradedTerm]);

    public static readonly Contract TwoLevelContract = new(Quarter, [TwoLevelTerm]);

    public static readonly Register Register =
        new([Graded, TwoLevels], new ContractList([GradedTerm, TwoLevelTerm, EndedTerm]), new CalendarList([]));

    /// <summary>The payments of the quarter; the second was reported as paid, the last as failed.</summary>
    public static readonly IReadOnlyDictionary<string, ConfirmablePayment> Payments = new Dictionary<string, ConfirmablePayment>
    {
        ["HL-001-2025-26-Q1-core-r001"] = new(new DateOnly(2025, 7, 28)),
        ["HL-001-2025-26-Q1-quality-r001"] = new(new DateOnly(2025, 7, 28), IsPaid: true, new DateOnly(2025, 7, 30)),
        ["HL-002-2025-26-Q1-core-r001"] = new(new DateOnly(2025, 7, 28)),
        ["HL-002-2025-26-Q1-hours-r001"] = new(new DateOnly(2025, 7, 28), IsPaid: false, new DateOnly(2025, 7, 30)),
    };

    /// <summary>When confirmations are taken in.</summary>
    public static readonly DateOnly Today = new(2025, 8, 4);

    public static DatasetReader Reader(Dataset dataset, Contract? contract = null)
    {
        contract ??= GradedContract;
        return dataset switch
        {
            ReturnDataset returned => returned.Reader(Register.FrameworkOf(contract), contract, Quarter),
            ReviewDataset review => review.Reader(Register, Quarter),
            ReferenceDataset reference => reference.Reader(Register.Frameworks, Register.Holds),
            _ => Dataset.Confirmations.Reader(Payments, Today),
        };
    }

    public static string Header(Dataset dataset) => string.Join(',', dataset.Columns);

    /// <summary>Reads the rows below the dataset's header.</summary>
    public static CheckedFile CheckRows(Dataset dataset, string rows, Contract? contract = null) =>
        CheckText(dataset, Header(dataset) + "\n" + rows, contract);

    public static CheckedFile CheckText(Dataset dataset, string text, Contract? contract = null) =>
        CheckBytes(dataset, Encoding.UTF8.GetBytes(text), contract);

    public static CheckedFile CheckBytes(Dataset dataset, byte[] bytes, Contract? contract = null) =>
        FileCheck.Check(new MemoryStream(bytes), Reader(dataset, contract));

    /// <summary>What an accepted file counts for; fails with the findings of one that is not.</summary>
    public static T Counts<T>(this CheckedFile file)
        where T : FileCounts
    {
        Assert.True(file.IsAccepted, string.Join('\n', file.Findings.List.Select(Summary)));
        return Assert.IsType<T>(file.Counts);
    }

    /// <summary>Each finding as <c>OUT-001 2 client_group B2</c>.</summary>
    public static string[] Found(this CheckedFile file) => [.. file.Findings.List.Select(Summary)];

    private static string Summary(Finding finding) => $"{finding.Rule.Id} {finding.Line} {finding.Column ?? "-"} {finding.Cell ?? "-"}";
}
