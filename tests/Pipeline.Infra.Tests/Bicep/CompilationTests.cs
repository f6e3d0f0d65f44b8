using System.Text.Json;
using Pipeline.Infra.Tests.Tools;

namespace Pipeline.Infra.Tests.Bicep;

public sealed class CompilationTests
{
    public static TheoryData<string> EntryFiles => ["infra/main.bicep", "infra/eventing.bicep"];

    [BicepTheory]
    [MemberData(nameof(EntryFiles))]
    public void The_compiler_and_its_linter_say_nothing(string file) => Assert.Empty(BicepCompiler.Problems(file));

    /// <summary>Azure ignores what it does not know, so that a misspelt protection would simply not be there.</summary>
    [BicepFact]
    public void A_misspelt_property_is_a_problem()
    {
        string misspelt = Repository.Read("infra/modules/storage.bicep")
            .Replace("allowBlobPublicAccess", "allowBlobPublicAcess", StringComparison.Ordinal);
        string file = Path.Combine(AppContext.BaseDirectory, "misspelt.bicep");
        File.WriteAllText(file, misspelt);

        Assert.Contains(BicepCompiler.Problems(file), problem => problem.Contains("allowBlobPublicAcess", StringComparison.Ordinal));
    }

    [BicepFact]
    public void An_unused_parameter_is_a_problem()
    {
        string file = Path.Combine(AppContext.BaseDirectory, "unused.bicep");
        File.WriteAllText(file, "param nobodyReadsThis string\n");
        File.Copy(Repository.PathOf("infra/bicepconfig.json"), Path.Combine(AppContext.BaseDirectory, "bicepconfig.json"), overwrite: true);

        Assert.Contains(BicepCompiler.Problems(file), problem => problem.Contains("Error no-unused-params", StringComparison.Ordinal));
    }

    /// <summary>The compiler looks only at what it is led to.</summary>
    [Fact]
    public void Every_module_is_used()
    {
        var used = Repository.Files("infra", "*.bicep").SelectMany(f => Repository.Read(f).All(@"^module \w+ '([^']+)'"))
            .Select(Path.GetFileName).ToHashSet();

        Assert.Equal(Repository.Files("infra/modules", "*.bicep").Select(Path.GetFileName).Order(), used.Order());
    }

    /// <summary>azd fills this file in, and the compiler never sees it.</summary>
    [BicepFact]
    public void The_parameters_file_gives_only_what_is_declared_and_all_that_has_no_default()
    {
        using var json = JsonDocument.Parse(Repository.Read("infra/main.parameters.json"));
        var given = json.RootElement.GetProperty("parameters").EnumerateObject().Select(p => p.Name).ToList();
        var declared = BicepCompiler.Parameters("infra/main.bicep");

        Assert.Empty(given.Except(declared.Keys));
        Assert.Empty(declared.Where(p => !p.Value).Select(p => p.Key).Except(given));
    }

    [BicepFact]
    public void An_abbreviation_that_is_listed_is_used()
    {
        using var json = JsonDocument.Parse(Repository.Read("infra/abbreviations.json"));
        string main = Repository.Read("infra/main.bicep");

        Assert.All(json.RootElement.EnumerateObject(), a => Assert.Contains($"abbreviations.{a.Name}}}", main, StringComparison.Ordinal));
    }
}
