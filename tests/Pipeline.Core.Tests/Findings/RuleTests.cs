using Pipeline.Core.Findings;
using Pipeline.Core.Reading;
using Pipeline.Core.Tests.Submissions;

namespace Pipeline.Core.Tests.Findings;

/// <summary>Every published rule is broken by one file and missed narrowly by another.</summary>
public class RuleTests
{
    public static TheoryData<string> Ids => [.. RuleExamples.All.Select(e => e.Rule.Id)];

    [Theory, MemberData(nameof(Ids))]
    public void Is_found_where_it_is_broken_and_nothing_else_is(string id)
    {
        var example = RuleExamples.All.Single(e => e.Rule.Id == id);

        var file = Check(example, example.Broken);

        Assert.Equal([$"{id} {example.At}"], file.Found());
        Assert.Equal(example.Rule.Severity == Severity.Warning, file.IsAccepted);
        Assert.Equal(id.StartsWith("PER-", StringComparison.Ordinal), file.Findings.HasPersonalData);
    }

    [Theory, MemberData(nameof(Ids))]
    public void Is_not_found_in_a_near_miss(string id)
    {
        var example = RuleExamples.All.Single(e => e.Rule.Id == id);

        var file = Check(example, example.NearMiss);

        Assert.Empty(file.Found());
        Assert.True(file.IsAccepted);
    }

    [Fact]
    public void Has_an_example_or_is_covered_elsewhere()
    {
        var examples = RuleExamples.All.Select(e => e.Rule.Id);
        var elsewhere = Rules.All.Select(r => r.Id)
            .Where(id => RuleExamples.CoveredElsewhere.Keys.Any(prefix => id.StartsWith(prefix, StringComparison.Ordinal)));

        Assert.Equal(Rules.All.Select(r => r.Id).Order(StringComparer.Ordinal), examples.Concat(elsewhere).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Has_an_id_of_its_own_and_two_sentences()
    {
        Assert.Equal(Rules.All.Count, Rules.All.Select(r => r.Id).Distinct().Count());
        Assert.All(Rules.All, rule =>
        {
            Assert.Matches("^[A-Z]{3}-[0-9]{3}$", rule.Id);
            Assert.Matches(@"^[A-Z].*\.$", rule.Wrong);
            Assert.Matches(@"^[A-Z].*\.$", rule.Mend);
        });
    }

    [Fact]
    public void Is_a_warning_exactly_when_its_number_says_so() =>
        Assert.All(Rules.All, rule => Assert.Equal(rule.Id[4] == '1', rule.Severity == Severity.Warning));

    private static CheckedFile Check(RuleExample example, byte[] bytes) =>
        // The one rule that depends on the host's limit: the near miss is exactly as long as the limit.
        example.Rule == Rules.FileTooLarge
            ? FileCheck.Check(new MemoryStream(bytes), Examples.Reader(example.Dataset), sizeLimit: example.NearMiss.Length)
            : Examples.CheckBytes(example.Dataset, bytes, example.Contract);
}
