using Pipeline.Core.Frameworks;
using static Pipeline.Core.Tests.Frameworks.FrameworkTexts;

namespace Pipeline.Core.Tests.Frameworks;

/// <summary>The two delivered files against what domain.md section 7 says of them, in plain numbers and names.</summary>
public sealed class DeliveredFrameworksTests
{
    private static readonly string[] InterpretationsOfBoth =
        ["accommodation", "client_groups", "outcomes_not_paid", "quarters", "reasons", "referral_lists", "release", "table_three_total"];

    private static readonly Framework Strategic = ReadDelivered("strategic-2019");
    private static readonly Framework Performance = ReadDelivered("performance");

    [Fact]
    public void Both_are_delivered_under_their_ids()
    {
        Assert.Equal(["strategic-2019", "performance"], DeliveredFrameworks.Ids);
        Assert.Equal(DeliveredFrameworks.Ids, new[] { Strategic, Performance }.Select(f => f.Id));
        Assert.Equal(["Strategic Outcomes Framework (2019)", "Performance Outcomes Framework"],
            new[] { Strategic, Performance }.Select(f => f.Title));
    }

    [Fact]
    public void No_other_is() => Assert.Throws<ArgumentOutOfRangeException>(() => DeliveredFrameworks.Open("framework.schema"));

    [Fact]
    public void The_2019_framework_has_its_eight_outcomes_and_their_22_indicators() => Assert.Equal(
        [
            "succeed_economically (Jobs and skills; all): maximise_income, reduce_debt, paid_work, unpaid_work, training_or_education",
            "health_and_wellbeing (Health; all): physical_health, mental_health, wellbeing_satisfaction, safe_and_well, "
            + "primary_health_care, registered_with_gp, health_check",
            "maintain_accommodation (Housing; all): avoid_eviction, settled_accommodation",
            "inclusion (Housing; all): community_activities, contact_with_others, new_community",
            "domestic_abuse (Service specific; domestic_abuse): no_further_abuse, understands_abuse",
            "ex_offenders (Service specific; ex_offenders): no_reoffending",
            "homeless (Service specific; homeless): integrated_in_community",
            "young_people (Service specific; young_people): appropriate_networks",
        ],
        Strategic.Outcomes.Select(Line));

    [Fact]
    public void The_performance_framework_has_its_four_outcomes_and_the_13_outputs_of_the_first() => Assert.Equal(
        [
            "health_and_wellbeing (Main outcomes; all): physical_health, mental_health, wellbeing_satisfaction, safe_and_well, "
            + "not_self_neglecting, primary_health_care, registered_with_gp, "
                + "health_check, community_activities, contact_with_others, health_programmes, healthy_pregnancy, looks_after_children",
            "community (Main outcomes; all): ",
            "accommodation (Main outcomes; all): ",
            "economic_wellbeing (Main outcomes; all): ",
        ],
        Performance.Outcomes.Select(Line));

    [Fact]
    public void In_2019_a_need_is_met_or_not_and_no_reason_is_asked_for()
    {
        Assert.Equal([("fully_met", Achieved.Full, false), ("not_met", Achieved.None, false)],
            Strategic.Levels.Select(l => (l.Code, l.Achieved, l.ReasonRequired)));
        Assert.Empty(Strategic.Reasons);
    }

    [Fact]
    public void In_the_performance_framework_it_can_be_partially_met_and_has_one_of_six_reasons_when_not_fully()
    {
        Assert.Equal(
            [("fully_met", Achieved.Full, false), ("partially_met", Achieved.Part, true), ("not_met", Achieved.None, true)],
            Performance.Levels.Select(l => (l.Code, l.Achieved, l.ReasonRequired)));
        Assert.Equal(
            ["Client choice", "Exited service early", "Client disengaged", "Needs too complex for service",
                "Unable to access relevant services", "Other (exceptions to the above)"],
            Performance.Reasons.Select(r => r.Title));
    }

    [Fact]
    public void In_2019_five_elements_are_a_fifth_of_the_pot_each()
    {
        Assert.Equal(1_000, Strategic.Payment.ShareBasisPoints);
        Assert.Equal((1_250, 0), (Strategic.Payment.WeightTotal, Strategic.Payment.UnallocatedWeight));
        Assert.Equal(
            [
                "working_in_partnership 250: boards_attended, common_assessment_frameworks",
                "joint_referral_routes 250: joint_routes_used, joint_referrals",
                "cohesive_quality_standards 250: comprehensive_and_measurable, meet_contract",
                "joint_commissioning 250: jointly_commissioned, delivered_with_partners",
                "commissioned_hours 250: utilisation",
            ],
            Strategic.Payment.Elements.Select(Line));
    }

    [Fact]
    public void In_the_performance_framework_two_elements_are_half_and_three_tenths_of_the_pot_and_two_tenths_are_nobodys()
    {
        Assert.Equal(1_000, Performance.Payment.ShareBasisPoints);
        Assert.Equal((10_000, 2_000), (Performance.Payment.WeightTotal, Performance.Payment.UnallocatedWeight));
        Assert.Equal(
            [
                "working_in_partnership 5000: boards_attended, common_assessment_frameworks, jointly_commissioned, delivered_with_partners",
                "cohesive_quality_standards 3000: comprehensive_and_measurable, meet_contract",
            ],
            Performance.Payment.Elements.Select(Line));
    }

    [Fact]
    public void Only_the_2019_framework_has_KPIs()
    {
        Assert.Equal(["independent_living", "moved_on"], Strategic.Kpis.Select(k => k.Code));
        Assert.Equal(["avoid_eviction", "settled_accommodation"], Strategic.Kpis[0].AnyIndicator);
        Assert.Equal([false, true], Strategic.Kpis.Select(k => k.MovedOn));
        Assert.Empty(Performance.Kpis);
    }

    [Fact]
    public void Only_the_2019_framework_has_a_quality_standard()
    {
        Assert.Equal(("Birmingham Standard", "birmingham_standard"), (Strategic.Quality!.Standard, Strategic.Quality.Code));
        Assert.Equal(
            ["Assessment & Support Planning", "Safeguarding", "Fair Access and Diversity", "Security, Health & Safety",
                "Client Empowerment"],
            Strategic.Quality.Areas.Select(a => a.Title));
        Assert.Null(Performance.Quality);
    }

    [Fact]
    public void Both_have_the_same_short_lists_from_common_practice()
    {
        Assert.Equal(["homeless", "domestic_abuse", "ex_offenders", "young_people", "complex_needs"],
            Strategic.ClientGroups.Select(g => g.Code));
        Assert.Equal(
            [(AccommodationKind.Temporary, 6), (AccommodationKind.Settled, 6), (AccommodationKind.Other, 3)],
            Strategic.Accommodation.CountBy(a => a.Kind).Select(c => (c.Key, c.Value)));
        Assert.Equal((7, 7), (Strategic.ReferralRoutes.Count, Strategic.ReferralReasons.Count));
        Assert.Equal(Strategic.ClientGroups, Performance.ClientGroups);
        Assert.Equal(Strategic.Accommodation, Performance.Accommodation);
        Assert.Equal(Strategic.ReferralRoutes, Performance.ReferralRoutes);
        Assert.Equal(Strategic.ReferralReasons, Performance.ReferralReasons);
    }

    [Fact]
    public void Every_choice_that_applies_is_carried()
    {
        Assert.Subset(
            Strategic.Interpretations.Select(i => i.Id).ToHashSet(),
            new HashSet<string>([.. InterpretationsOfBoth, "stated_shares", "stars", "kpi_moved_on", "kpi_independent_living"]));
        Assert.Subset(
            Performance.Interpretations.Select(i => i.Id).ToHashSet(),
            new HashSet<string>([.. InterpretationsOfBoth, "weights_under_whole", "table_four_not_fully_met", "outputs", "kpis",
                "evidence_kinds", "quality"]));
    }

    [Fact]
    public void Every_choice_names_its_document() =>
        Assert.All(
            [.. Strategic.Interpretations, .. Performance.Interpretations],
            i => Assert.Matches("(Strategic Outcomes Framework \\(2019\\)|Performance Outcomes Framework)", i.Source));

    private static string Line(Outcome outcome) =>
        $"{outcome.Code} ({outcome.Area}; {(outcome.ClientGroups.Count == 0 ? "all" : string.Join(", ", outcome.ClientGroups))}): "
        + $"{string.Join(", ", outcome.Indicators.Select(i => i.Code))}";

    private static string Line(Element element) =>
        $"{element.Code} {element.Weight}: {string.Join(", ", element.Kinds.Select(k => k.Code))}";

    private static Framework ReadDelivered(string id)
    {
        var (framework, findings) = Read(Delivered(id));
        Assert.Empty(findings.List);
        return framework!;
    }
}
