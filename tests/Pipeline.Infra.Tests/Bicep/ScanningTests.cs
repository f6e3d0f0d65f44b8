using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Azure.Functions.Worker;
using Pipeline.Infra.Tests.Tools;

namespace Pipeline.Infra.Tests.Bicep;

/// <summary>Scanning of uploads for malware.</summary>
public sealed class ScanningTests
{
    [BicepFact]
    public void Without_it_nothing_is_scanned_and_an_upload_is_told_of_by_itself()
    {
        Assert.Empty(Deployments.Default.Of("Microsoft.Security/defenderForStorageSettings"));
        Assert.Single(Deployments.Default.Of("Microsoft.EventGrid/systemTopics"), t => t.Name == "evgt-stup");
        Assert.Equal("False", CodeTests.Settings["MalwareScanning"]);
    }

    /// <summary>The scan makes one of its own, and an account can have no second.</summary>
    [BicepFact]
    public void With_it_there_is_no_topic_of_ours_on_the_account_that_is_scanned()
    {
        Assert.Equal(["evgt-strec"], Deployments.Full.Of("Microsoft.EventGrid/systemTopics").Select(t => t.Name));
        string settings = Deployments.Full.One("Microsoft.Web/sites", "func-pipeline")["properties.siteConfig.appSettings"].ToString();
        Assert.Matches("\"MalwareScanning\",\\s*\"value\": \"True\"", settings);
    }

    [BicepFact]
    public void What_a_scan_finds_is_told_to_a_queue_and_kept_when_it_cannot_be()
    {
        var scanning = Assert.Single(Deployments.Full.Of("Microsoft.Security/defenderForStorageSettings"));
        var subscription = Assert.Single(Deployments.Full.Of("Microsoft.EventGrid/topics/eventSubscriptions"));

        Assert.EndsWith("/topics/evgt-scans", scanning.Text("properties.malwareScanning.scanResultsEventGridTopicResourceId"),
            StringComparison.Ordinal);
        Assert.Equal("evgt-scans", subscription.Parent);
        Assert.Equal("scan-results", subscription.Text("properties.deliveryWithResourceIdentity.destination.properties.queueName"));
        Assert.Equal(["Microsoft.Security.MalwareScanningResult"], subscription["properties.filter.includedEventTypes"].EnumerateArray()
            .Select(t => t.GetString()));
        Assert.Equal("dead-letters", subscription.Text(
            "properties.deadLetterWithResourceIdentity.deadLetterDestination.properties.blobContainerName"));
        Assert.Single(Deployments.Full.Of("Microsoft.Storage/storageAccounts/queueServices/queues"), q =>
            (q.Parent, q.Name) == ("strec/default", "scan-results"));
        Assert.Contains(Deployments.Full.Grants, g =>
            g.Principal == "evgt-scans" && AccessTests.Roles[g.Role] == "Storage Queue Data Message Sender"
                && g.Scope == "strec/scan-results");
    }

    /// <summary>The app waits on the queue whether anything is scanned or not, and what it refuses can be looked up.</summary>
    [BicepFact]
    public void The_queue_is_the_one_that_the_app_waits_on_and_what_was_found_is_logged()
    {
        var waited = typeof(Functions.Arrivals.TakeInFiles).GetMethod("ScannedAsync")!.GetParameters()[0]
            .GetCustomAttribute<QueueTriggerAttribute>()!;
        var subscription = Assert.Single(Deployments.Full.Of("Microsoft.EventGrid/topics/eventSubscriptions"));

        Assert.Equal(subscription.Text("properties.deliveryWithResourceIdentity.destination.properties.queueName"), waited.QueueName);
        Assert.EndsWith("/strec", subscription.Text(
            "properties.deliveryWithResourceIdentity.destination.properties.resourceId"), StringComparison.Ordinal);
        Assert.Equal("strec", CodeTests.AccountNames[waited.Connection!]);
        Assert.Contains(Deployments.Full.Of("Microsoft.Insights/diagnosticSettings"), d => d.Name == "service"
            && d["properties.logs"].EnumerateArray().Single().GetProperty("category").GetString() == "ScanResults");
    }

    /// <summary>The code compares the word.</summary>
    [BicepFact]
    public void The_setting_is_on_in_the_words_that_the_code_reads() => Assert.Contains(
        Deployments.Full.One("Microsoft.Web/sites", "func-pipeline")["properties.siteConfig.appSettings"].EnumerateArray(),
        s => s.GetProperty("name").GetString() == "MalwareScanning" && s.GetProperty("value").GetString() == bool.TrueString);

    /// <summary>A result that is told before anybody listens is lost, and its file waits for ever.</summary>
    [BicepFact]
    public void Nothing_is_scanned_before_somebody_listens()
    {
        using var template = BicepCompiler.Template("infra/modules/scanning.bicep");
        var scanning = template.RootElement.GetProperty("resources").EnumerateArray()
            .Single(r => r.GetProperty("type").GetString() == "Microsoft.Security/defenderForStorageSettings");

        Assert.Contains(scanning.GetProperty("dependsOn").EnumerateArray(), d =>
            Regex.IsMatch(d.GetString()!, "Microsoft.EventGrid/topics/eventSubscriptions"));
    }

    [BicepFact]
    public void With_it_no_event_of_an_upload_is_sent_before_the_scan()
    {
        var eventing = BicepCompiler.Snapshot("infra/eventing.bicep", """
            param appName = 'func-pipeline'
            param uploadsTopicName = ''
            param recordsTopicName = 'evgt-strec'
            param recordsAccountName = 'strec'
            """);

        Assert.Equal(["reference"], eventing.Of("Microsoft.EventGrid/systemTopics/eventSubscriptions").Select(s => s.Name));
    }
}
