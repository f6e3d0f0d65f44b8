using System.Text.RegularExpressions;
using Pipeline.Infra.Tests.Tools;

namespace Pipeline.Infra.Tests.Bicep;

public sealed class AlertTests
{
    internal static IReadOnlyList<Resource> Rules => Deployments.Full.Of("Microsoft.Insights/scheduledQueryRules");

    internal static string QueryOf(Resource rule) =>
        Assert.Single(rule["properties.criteria.allOf"].EnumerateArray()).GetProperty("query").GetString()!;

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
        Assert.All(Rules, rule =>
            Assert.EndsWith("/ag-pipeline", Assert.Single(rule["properties.actions.actionGroups"].EnumerateArray()).GetString(),
                StringComparison.Ordinal));
        Assert.All(
            MetricAlerts,
            alert =>
                Assert.EndsWith("/ag-pipeline", Assert.Single(alert["properties.actions"].EnumerateArray()).GetProperty("actionGroupId")
                    .GetString(), StringComparison.Ordinal));
        var receiver = Assert.Single(Deployments.Full.One("Microsoft.Insights/actionGroups", "ag-pipeline")["properties.emailReceivers"]
            .EnumerateArray());
        Assert.Equal("owner@example.org", receiver.GetProperty("emailAddress").GetString());
    }

    /// <summary>An app that is down writes nothing to look for.</summary>
    [BicepFact]
    public void Somebody_outside_asks_whether_the_app_is_well()
    {
        var asked = Assert.Single(Deployments.Default.Of("Microsoft.Insights/webtests"));
        var alert = MetricAlerts.Single(a => a.Name == "health-check-fails");

        Assert.Contains("/api/health", asked.Text("properties.Request.RequestUrl"), StringComparison.Ordinal);
        Assert.Equal(200, asked["properties.ValidationRules.ExpectedHttpStatusCode"].GetInt32());
        Assert.True(asked["properties.Locations"].GetArrayLength() > alert["properties.criteria.failedLocationCount"].GetInt32());
        Assert.EndsWith("/webtests/health-appi", alert.Text("properties.criteria.webTestId"), StringComparison.Ordinal);
    }

    /// <summary>The other alerts count what is there; this one counts what is not.</summary>
    [BicepFact]
    public void An_hour_without_a_sweep_is_told_of()
    {
        var silent = Rules.Single(rule => rule.Name == "sweep-silent");
        var criterion = Assert.Single(silent["properties.criteria.allOf"].EnumerateArray());

        Assert.Equal(("LessThan", 1), (criterion.GetProperty("operator").GetString(), criterion.GetProperty("threshold").GetInt32()));
        Assert.Equal("PT1H", silent.Text("properties.windowSize"));
        Assert.All(Rules.Where(r => r.Name != "sweep-silent"), rule => Assert.Equal(
            "GreaterThanOrEqual", Assert.Single(rule["properties.criteria.allOf"].EnumerateArray()).GetProperty("operator").GetString()));
    }

    /// <summary>A window longer than the 26 hours, or there would never be a copy that is too old; and none at all is as bad.</summary>
    [BicepFact]
    public void A_night_without_a_backup_is_told_of()
    {
        var silent = Rules.Single(rule => rule.Name == "backup-silent");

        Assert.Equal("P2D", silent.Text("properties.windowSize"));
        Assert.EndsWith("| where isnull(Last) or Last < ago(26h)", QueryOf(silent), StringComparison.Ordinal);
    }

    /// <summary>Without an instance that waits for them, the first event after a pause may be missed any day.</summary>
    [BicepFact]
    public void An_event_that_is_missed_is_told_of_where_an_instance_waits_for_it()
    {
        Assert.False(AreTold(Deployments.Default).Single());
        Assert.True(AreTold(Deployments.WithReadyInstance).Single());

        static IEnumerable<bool> AreTold(Deployment deployment) => deployment.Of("Microsoft.Insights/scheduledQueryRules")
            .Where(rule => rule.Name == "event-missed")
            .Concat(deployment.Of("Microsoft.Insights/metricAlerts")
                .Where(alert => alert.Name.StartsWith("event-not-delivered", StringComparison.Ordinal)))
            .Select(alert => alert["properties.enabled"].GetBoolean()).Distinct();
    }

    [BicepFact]
    public void An_event_that_is_not_delivered_is_told_of_by_each_topic()
    {
        foreach (var deployment in (Deployment[])[Deployments.Default, Deployments.Full])
        {
            var watched = deployment.Of("Microsoft.Insights/metricAlerts")
                .Where(a => a.Name.StartsWith("event-not-delivered", StringComparison.Ordinal))
                .Select(a => a["properties.scopes"][0].GetString()!.Split('/')[^1].TrimEnd('\'', ')', ']')).Order();

            Assert.Equal(
                deployment.Of("Microsoft.EventGrid/systemTopics").Concat(deployment.Of("Microsoft.EventGrid/topics")).Select(t => t.Name)
                    .Order(), watched);
        }
    }

    [BicepFact]
    public void Exceptions_and_a_full_log_are_told_of()
    {
        Assert.Contains(Rules, rule => QueryOf(rule) == "AppExceptions");
        Assert.Contains(Rules, rule => QueryOf(rule).StartsWith("_LogOperation", StringComparison.Ordinal));
        Assert.Equal(1, Deployments.Default.One("Microsoft.OperationalInsights/workspaces",
            "log")["properties.workspaceCapping.dailyQuotaGb"].GetInt32());
    }

    [BicepFact]
    public void The_runbook_knows_every_alert_and_how_urgent_it_is()
    {
        string readme = Repository.Read("infra/README.md");

        Assert.All(Rules.Concat(MetricAlerts), alert =>
            Assert.Contains($"| `{Regex.Replace(alert.Name, @"-\d$", "")}` | {alert["properties.severity"].GetInt32()} |", readme,
                StringComparison.Ordinal));
    }

    private static IReadOnlyList<Resource> MetricAlerts => Deployments.Default.Of("Microsoft.Insights/metricAlerts");
}
