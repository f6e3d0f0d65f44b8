using System.Text.Json;
using Pipeline.Core.Reading;
using Pipeline.Core.Submissions;

namespace Pipeline.Core.Tests.Submissions;

/// <summary><c>reference/people.csv</c>: which account acts for which provider.</summary>
public sealed class PeopleTests
{
    private const string Ann = "6b5a6a8e-2f0d-4a53-9b9e-0c8c3a1f5d01", Ben = "6b5a6a8e-2f0d-4a53-9b9e-0c8c3a1f5d02";

    [Fact]
    public void A_person_can_act_for_several_providers_and_a_provider_have_several_people()
    {
        var people = Examples.CheckRows(Dataset.People,
            $"{Ann},provider,acme\n{Ann},provider,beta\n{Ben},PROVIDER,acme\n{Ben},provider,acme\n").Counts<PeopleList>();

        Assert.Equal(["acme", "beta"], people.ProvidersOf(Guid.Parse(Ann)).Select(p => p.ToString()));
        Assert.Equal(["acme"], people.ProvidersOf(Guid.Parse(Ben)).Select(p => p.ToString()));
        Assert.Empty(people.ProvidersOf(Guid.Empty));
        Assert.Equal(people.People,
            ((PeopleList)JsonSerializer.Deserialize<FileCounts>(JsonSerializer.Serialize<FileCounts>(people, CoreJson.Options),
                CoreJson.Options)!).People);
    }

    [Theory]
    [InlineData("Ann Price,provider,acme")]
    [InlineData(Ann + ",commissioner,acme")]
    [InlineData(Ann + ",provider,")]
    [InlineData(Ann + ",provider,A/B")]
    [InlineData(",provider,acme")]
    public void Whoever_cannot_be_told_is_an_error(string row) =>
        Assert.Equal(1, Examples.CheckRows(Dataset.People, row + "\n").Findings.Errors);
}
