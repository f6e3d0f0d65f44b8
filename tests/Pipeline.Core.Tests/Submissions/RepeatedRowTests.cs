using Pipeline.Core.Findings;

namespace Pipeline.Core.Tests.Submissions;

/// <summary>A row that stands in a file twice is found beside the first of the two, whoever's file it is.</summary>
public sealed class RepeatedRowTests
{
    public static TheoryData<string> Repetitions =>
    [
        .. new[]
        {
            Rules.ReferralRepeated, Rules.EvidenceRepeated, Rules.MonthRepeated, Rules.AreaRepeated, Rules.IncidentRepeated,
            Rules.QuestionRepeated,
            Rules.DecisionRepeated, Rules.CheckRepeated, Rules.PaymentRepeated, Rules.CalendarRepeated, Rules.PublicationRepeated,
        }.Select(rule => rule.Id),
    ];

    [Theory, MemberData(nameof(Repetitions))]
    public void The_line_of_the_first_is_named(string rule)
    {
        var example = RuleExamples.All.First(e => e.Rule.Id == rule);
        var found = Examples.CheckBytes(example.Dataset, example.Broken, example.Contract).Findings.List.First(f => f.Rule.Id == rule);
        Assert.Matches("^one row; the first is on line [0-9]+$", found.Expected);
    }
}
