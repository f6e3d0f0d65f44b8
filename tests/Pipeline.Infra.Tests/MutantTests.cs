using System.Text.Json;

namespace Pipeline.Infra.Tests;

/// <summary>The deliberate mistakes that <c>dotnet run tests/Mutants/Mutants.cs</c> makes can still be made where the list says.</summary>
public sealed class MutantTests
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    private static readonly List<Mutant> Mutants =
        JsonSerializer.Deserialize<List<Mutant>>(Repository.Read("tests/Mutants/mutants.json"), Options)!;

    [Fact]
    public void There_are_at_least_forty_of_different_names()
    {
        Assert.InRange(Mutants.Count, 40, int.MaxValue);
        Assert.Equal(Mutants.Count, Mutants.DistinctBy(m => m.Name).Count());
    }

    [Fact]
    public void The_text_to_replace_stands_once_in_its_file() =>
        Assert.All(Mutants, m => Assert.Equal((m.Name, 2), (m.Name, Repository.Read(m.File).Split(m.Text).Length)));

    [Fact]
    public void What_replaces_it_is_something_else() => Assert.All(Mutants, m => Assert.NotEqual(m.Text, m.Replacement));

    [Fact]
    public void The_tests_that_are_to_catch_it_are_there() => Assert.All(Mutants, m =>
        Assert.All(m.Filter.Split("|FullyQualifiedName~"), filter => Assert.All(
            filter.Split('.'), name => Assert.Contains(name, Repository.ReadAll(m.Tests, "*.cs"), StringComparison.Ordinal))));

    private sealed record Mutant(string Name, string File, string Text, string Replacement, string Tests, string Filter);
}
