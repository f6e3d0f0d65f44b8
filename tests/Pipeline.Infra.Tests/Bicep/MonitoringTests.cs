using System.Text.Json;
using Pipeline.Infra.Tests.Tools;

namespace Pipeline.Infra.Tests.Bicep;

/// <summary>What is written down, shown and paid for.</summary>
public sealed class MonitoringTests
{
    internal static IReadOnlyList<(string Name, string Query)> WorkbookQueries
    {
        get
        {
            using var workbook = JsonDocument.Parse(Repository.Read("infra/workbook.json"));
            return
            [
                .. workbook.RootElement.GetProperty("items").EnumerateArray().Where(i => i.GetProperty("type").GetInt32() == 3)
                    .Select(i => (i.GetProperty("name").GetString()!, i.GetProperty("content").GetProperty("query").GetString()!)),
            ];
        }
    }

    [BicepFact]
    public void Who_read_or_wrote_a_finance_file_is_kept_for_a_year()
    {
        var audit = Assert.Single(Deployments.Default.Of("Microsoft.Insights/diagnosticSettings"));
        var kept = Assert.Single(Deployments.Default.Of("Microsoft.OperationalInsights/workspaces/tables"));

        Assert.Contains("/storageAccounts/stpay/blobServices/default/", audit.Text("id"), StringComparison.Ordinal);
        Assert.EndsWith("/workspaces/log", audit.Text("properties.workspaceId"), StringComparison.Ordinal);
        Assert.Equal(
            ["StorageDelete", "StorageRead", "StorageWrite"],
            audit["properties.logs"].EnumerateArray().Where(l => l.GetProperty("enabled").GetBoolean())
                .Select(l => l.GetProperty("category").GetString()).Order());
        Assert.Equal(("StorageBlobLogs", 365), (kept.Name, kept["properties.totalRetentionInDays"].GetInt32()));
    }

    [BicepFact]
    public void Telemetry_is_sent_without_a_key() =>
        Assert.True(Deployments.Default.One("Microsoft.Insights/components", "appi")["properties.DisableLocalAuth"].GetBoolean());

    [BicepFact]
    public void The_workbook_is_the_file_and_shows_what_the_workspace_understands()
    {
        var workbook = Assert.Single(Deployments.Default.Of("Microsoft.Insights/workbooks"));

        Assert.Equal(Repository.Read("infra/workbook.json"), workbook.Text("properties.serializedData"));
        Assert.NotEmpty(WorkbookQueries);
        Assert.Empty(Checker.Kusto(WorkbookQueries.Select(q => new CheckedText(q.Name, q.Query))));
    }

    [BicepFact]
    public void A_budget_is_there_when_it_is_asked_for_and_tells_before_it_is_spent()
    {
        var budget = Assert.Single(Deployments.Full.Of("Microsoft.Consumption/budgets"));

        Assert.Empty(Deployments.Default.Of("Microsoft.Consumption/budgets"));
        Assert.Equal((200, "2026-04-01"), (budget["properties.amount"].GetInt32(), budget.Text("properties.timePeriod.startDate")));
        Assert.All(budget["properties.notifications"].EnumerateObject(), n =>
            Assert.EndsWith("/ag-pipeline", n.Value.GetProperty("contactGroups")[0].GetString(), StringComparison.Ordinal));
    }
}
