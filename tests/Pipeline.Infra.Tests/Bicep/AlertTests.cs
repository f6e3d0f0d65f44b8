using Pipeline.Infra.Tests.Tools;

namespace Pipeline.Infra.Tests.Bicep;

public sealed class AlertTests
{
    internal static IReadOnlyList<Resource> Rules => Deployments.Full.Of("Microsoft.Insights/scheduledQueryRules");

    internal static string QueryOf(Resource rule) => Assert.Single(rule["properties.criteria.allOf"].EnumerateArray()).GetProperty("query").GetString()!;

    [BicepFact]
    public void A_query_is_one_that_the_workspace_understands() =>
        Assert.Empty(Checker.Kusto(Rules.Select(rule => new CheckedText(rule.Name, QueryOf(rule)))));

    [Theory]
    [InlineData("AppTraces | where EventNam == 'X'")]
    [InlineData("AppTrace | count")]
    [InlineData("AppTraces | were true")]
    public void A_misspelt_query_is_a_problem(string query) => Assert.NotEmpty(Checker.Kusto(new CheckedText("misspelt", query)));

    [BicepFact]
    public void An_alert_tells_somebody()
    {
        Assert.All(Rules, rule => Assert.EndsWith("/ag-pipeline", Assert.Single(rule["properties.actions.actionGroups"].EnumerateArray()).GetString(), StringComparison.Ordinal));
        var receiver = Assert.Single(Deployments.Full.One("Microsoft.Insights/actionGroups", "ag-pipeline")["properties.emailReceivers"].EnumerateArray());
        Assert.Equal("owner@example.org", receiver.GetProperty("emailAddress").GetString());
    }

    [BicepFact]
    public void The_runbook_knows_every_alert()
    {
        string readme = Repository.Read("infra/README.md");

        Assert.All(Rules, rule => Assert.Contains($"| `{rule.Name}` |", readme, StringComparison.Ordinal));
    }
}
