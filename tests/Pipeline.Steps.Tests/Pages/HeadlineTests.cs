using Pipeline.Core;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Reporting;
using Pipeline.Steps.Pages;

namespace Pipeline.Steps.Tests.Pages;

/// <summary>What a report says first.</summary>
public sealed class HeadlineTests
{
    private const string Unchanged = "No outcome, element or number of contracts is notably other than the quarter before.";

    private static readonly Framework Framework = Load();

    private static readonly Common At = new("2025-26-Q1", "2025-26", 1, "acme", "Acme", "HL-001", "Floating support", "performance");

    [Fact]
    public void Needs_money_returns_and_hours_are_added_up()
    {
        var now = Headline.Of(Framework, new Sums(
        [
            Outcome("community", met: 6, part: 2, not: 1, open: 1), Outcome("economic_wellbeing", met: 1, part: 0, not: 4, open: 0),
            Element(available: 5_000, earned: 5_000),
            new ElementRow(At, "cohesive_quality_standards", "", "not_met", 1, 1, "", "", "", null, 0, 3_000, 0),
            new ElementRow(At, "core", "", "earned", 0, 0, "", "", "", null, 0, 90_000, 90_000),
            new ReturnRow(At, "outcomes", "late", 1, null), new ReturnRow(At, "referrals", "missing", 0, null),
            new ReturnRow(At, "evidence", "rejected", 0, null), new ReturnRow(At, "hours", "nil", 1, null),
            new MeasureRow(At, "hours", "commissioned", "", 0, 100), new MeasureRow(At, "hours", "delivered", "", 0, 87.5),
        ]));
        Assert.Equal((15L, 9L), (now.Needs.Need, now.Met));
        Assert.Equal((new Money(5_000), new Money(8_000)), (now.Earned, now.Available));
        Assert.Equal((4L, 2L, 1L), (now.Returns, now.Missing, now.Late));
        Assert.Equal((100.0, 87.5), (now.Commissioned, now.Delivered));
    }

    [Theory]
    [InlineData(55, 50,
        "Engaging and participating in the community: 55% of needs met in full or in part, 50% the quarter before (+5 percentage points).")]
    [InlineData(45, 50,
        "Engaging and participating in the community: 45% of needs met in full or in part, 50% the quarter before (−5 percentage points).")]
    [InlineData(54, 50, Unchanged)]
    public void A_share_that_changed_by_five_points_is_told(long met, long metBefore, string told) =>
        Assert.Equal([told], Changes([Outcome("community", met, 0, 100 - met, 0)],
            [Outcome("community", metBefore, 0, 100 - metBefore, 0)]));

    [Theory]
    [InlineData(10, true)]
    [InlineData(9, false)]
    public void Of_fewer_than_ten_needs_no_share_is_told(long needs, bool isTold) =>
        Assert.Equal(isTold, Changes([Outcome("community", needs, 0, 0, 0)], [Outcome("community", 0, 0, needs, 0)]).Single() != Unchanged);

    [Fact]
    public void An_element_that_other_contracts_earn_and_a_contract_that_joined_are_told() =>
        Assert.Equal(
            ["Working in partnership and joint commissioning with others: earned by 0 contracts, 1 the quarter before.",
                "1 contract more than the quarter before."],
            Changes([Element(100, 0), Core(), Core()], [Element(100, 100), Core()]));

    [Fact]
    public void Without_a_quarter_before_nothing_is_told() => Assert.Empty(Headline.Changes(Framework, new Sums([]), null));

    private static IReadOnlyList<string> Changes(IEnumerable<ReportingRow> now, IEnumerable<ReportingRow> before) =>
        Headline.Changes(Framework, new Sums(now), new Sums(before));

    private static OutcomeRow Outcome(string code, long met, long part, long not, long open) =>
        new(At, code, "", "", "homeless", met + part + not + open, part, met, not, open, 0, 0, 0, 0);

    private static ElementRow Element(long available, long earned) =>
        new(At, "working_in_partnership", "", earned > 0 ? "earned" : "not_met", 1, 1, "", "", "", null, 0, available, earned);

    private static ElementRow Core() => new(At, "core", "", "earned", 0, 0, "", "", "", null, 0, 1, 1);

    private static Framework Load()
    {
        using var json = DeliveredFrameworks.Open("performance");
        return FrameworkFile.Read(json).Framework!;
    }
}
