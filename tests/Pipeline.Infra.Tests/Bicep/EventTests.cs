using Pipeline.Infra.Tests.Tools;

namespace Pipeline.Infra.Tests.Bicep;

public sealed class EventTests
{
    private static IReadOnlyList<Resource> Subscriptions => Deployments.Eventing.Of("Microsoft.EventGrid/systemTopics/eventSubscriptions");

    [BicepFact]
    public void Every_container_into_which_people_put_files_has_an_event_from_its_account()
    {
        Assert.Equal(
            ["evgt-strec/reference", "evgt-stup/confirmations", "evgt-stup/reviews", "evgt-stup/submissions"],
            Subscriptions.Select(s => $"{s.Parent}/{s.Name}").Order());
        Assert.All(Subscriptions, s => Assert.Contains($"{s.Parent["evgt-".Length..]}/{s.Name}", Deployments.Default.Containers()));
    }

    [BicepFact]
    public void An_event_tells_of_whole_files_in_its_container_alone()
    {
        Assert.All(Subscriptions, subscription =>
        {
            Assert.Equal($"/blobServices/default/containers/{subscription.Name}/",
                subscription.Text("properties.filter.subjectBeginsWith"));
            Assert.Equal(["Microsoft.Storage.BlobCreated"], subscription["properties.filter.includedEventTypes"].EnumerateArray()
                .Select(t => t.GetString()));
            var filter = Assert.Single(subscription["properties.filter.advancedFilters"].EnumerateArray());
            Assert.Equal("data.api", filter.GetProperty("key").GetString());
            Assert.Equal(
                ["PutBlob", "PutBlockList", "CopyBlob", "FlushWithClose"], filter.GetProperty("values").EnumerateArray()
                    .Select(v => v.GetString()));
        });
    }

    [BicepFact]
    public void An_event_that_cannot_be_delivered_is_kept()
    {
        Assert.All(Subscriptions, subscription =>
        {
            Assert.Equal(1440, subscription["properties.retryPolicy.eventTimeToLiveInMinutes"].GetInt32());
            Assert.Equal("SystemAssigned", subscription.Text("properties.deadLetterWithResourceIdentity.identity.type"));
            Assert.Equal(
                "dead-letters", subscription.Text(
                    "properties.deadLetterWithResourceIdentity.deadLetterDestination.properties.blobContainerName"));
            Assert.EndsWith("/strec", subscription.Text(
                "properties.deadLetterWithResourceIdentity.deadLetterDestination.properties.resourceId"), StringComparison.Ordinal);
        });
        Assert.Contains("strec/dead-letters", Deployments.Default.Containers());
    }

    /// <summary>Where the Functions host takes the events of a blob trigger.</summary>
    [BicepFact]
    public void An_event_goes_to_the_webhook_of_blob_triggers()
    {
        Assert.All(Subscriptions, subscription =>
        {
            string url = subscription.Text("properties.destination.properties.endpointUrl")!;
            Assert.Contains("/runtime/webhooks/blobs?functionName=Host.Functions.", url, StringComparison.Ordinal);
            Assert.Contains("systemKeys.blobs_extension", url, StringComparison.Ordinal);
        });
    }
}
