using System.Text.RegularExpressions;
using Pipeline.Infra.Tests.Tools;

namespace Pipeline.Infra.Tests.Workflows;

public sealed class WorkflowTests
{
    public static TheoryData<string> Files => [.. Repository.Files(".github/workflows", "*.yml")];

    [Fact]
    public void Actionlint_has_nothing_to_say() =>
        Assert.Empty(Checker.Workflow(Repository.Files(".github/workflows", "*.yml")
            .Select(file => new CheckedText(file, Repository.Read(file)))));

    [Theory]
    [InlineData("github.event_name", "github.evnt_name")]
    [InlineData("timeout-minutes", "timeout-minuts")]
    public void A_misspelt_workflow_is_a_problem(string right, string misspelt) => Assert.NotEmpty(Checker.Workflow(new CheckedText(
        "misspelt.yml", Repository.Read(".github/workflows/deploy.yml").Replace(right, misspelt, StringComparison.Ordinal))));

    [Theory]
    [MemberData(nameof(Files))]
    public void An_action_is_pinned_to_a_commit_and_says_its_version(string file)
    {
        var uses = Repository.Read(file).All(@"uses: (.+)$");

        Assert.NotEmpty(uses);
        Assert.All(uses, use =>
            Assert.Matches(@"^(\./\.github/workflows/[\w-]+\.yml|[\w-]+/[\w-]+(/[\w-]+)?@[0-9a-f]{40} # v\d+\.\d+\.\d+)$", use));
    }

    [Fact]
    public void An_action_has_one_version_in_all_workflows()
    {
        var versions = Repository.ReadAll(".github/workflows", "*.yml").All(@"uses: ([\w-]+/[\w-]+(?:/[\w-]+)?@\S+)").Distinct().ToList();

        Assert.Equal(versions.Count, versions.Select(v => v.Split('@')[0]).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_workflow_says_what_it_may_and_how_long_it_may_take(string file)
    {
        string text = Repository.Read(file);

        Assert.Contains("\npermissions:\n  contents: read\n", text, StringComparison.Ordinal);
        Assert.Equal(Regex.Count(text, @"runs-on:"), Regex.Count(text, @"timeout-minutes:"));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_workflow_keeps_no_secret(string file)
    {
        Assert.DoesNotContain("secrets.", Repository.Read(file), StringComparison.Ordinal);
    }

    /// <summary>Those with a default too: what the workflow does not pass, it sets back.</summary>
    [Fact]
    public void Deployment_signs_in_with_its_own_token_and_gives_every_parameter()
    {
        string deploy = Repository.Read(".github/workflows/deploy.yml");
        var asked = Repository.Read("infra/main.parameters.json").All(@"\$\{([A-Z_]+)[=}]");

        Assert.Contains("      id-token: write", deploy, StringComparison.Ordinal);
        Assert.Contains("--federated-credential-provider github", deploy, StringComparison.Ordinal);
        Assert.Contains("PRIVATE_NETWORK", asked);
        Assert.Empty(asked.Except(deploy.All(@"^      ([A-Z_]+): ")));
        // What is no text must be something when nobody has set it.
        var defaults = Repository.Read("infra/main.parameters.json").All(@"\$\{([A-Z_]+=[^}]+)\}")
            .Where(d => !d.StartsWith("AZURE_", StringComparison.Ordinal)).Select(d => d.Split('='));
        Assert.All(defaults, d => Assert.Contains($"{d[0]}: ${{{{ vars.{d[0]} || '{d[1]}' }}}}", deploy, StringComparison.Ordinal));
    }

    /// <summary>A run of ci tells the branch's name but not whose it is, and a fork's main is a main too.</summary>
    [Fact]
    public void Only_a_push_to_this_repository_or_a_person_starts_a_deployment()
    {
        string condition = string.Join(' ', Repository.Read(".github/workflows/deploy.yml").One(@"\n    if: >-\n((?:      .*\n)+)")
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(
            "!cancelled() && (needs.ci.result == 'success' || (needs.ci.result == 'skipped' && github.event_name == 'workflow_run' && "
            + "github.event.workflow_run.conclusion == 'success' && github.event.workflow_run.event == 'push' && "
            + "github.event.workflow_run.head_repository.full_name == github.repository))",
            condition);
    }

    /// <summary>The compilers are among the tests, so that there is one place that says what must pass.</summary>
    [Fact]
    public void Ci_runs_what_the_tests_run_and_what_is_deployed_by_hand_is_tested_first()
    {
        Assert.Equal(["bash .ci/run"], Repository.Read(".github/workflows/ci.yml").All(@"^\s+run: (.*)$"));
        Assert.Matches(@"ci:\n    if: github\.event_name == 'workflow_dispatch'\n    uses: \./\.github/workflows/ci\.yml",
            Repository.Read(".github/workflows/deploy.yml"));
        Assert.Contains("    needs: ci\n", Repository.Read(".github/workflows/deploy.yml"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_workflow_runs_exists()
    {
        string ci = Repository.Read(".github/workflows/ci.yml");

        Assert.All(ci.All(@"--file (\S+)").Concat(ci.All(@"bash (\S+)")), path => Assert.True(Repository.Has(path), path));
    }
}
