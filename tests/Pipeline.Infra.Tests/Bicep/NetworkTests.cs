using Pipeline.Infra.Tests.Tools;

namespace Pipeline.Infra.Tests.Bicep;

/// <summary>The private network, which is one switch.</summary>
public sealed class NetworkTests
{
    private static IReadOnlyList<string> Closed(Deployment deployment) =>
        [.. deployment.Accounts().Where(a => a.Text("properties.networkAcls.defaultAction") == "Deny").Select(a => a.Name).Order()];

    [BicepFact]
    public void Without_it_no_account_is_closed_and_there_is_no_network()
    {
        Assert.Empty(Closed(Deployments.Default));
        Assert.DoesNotContain(Deployments.Default.Resources, r => r.Type.StartsWith("Microsoft.Network/", StringComparison.Ordinal));
        Assert.Null(AppTests.App.At("properties.virtualNetworkSubnetId")?.GetString());
    }

    /// <summary>Providers come to uploads from anywhere, and Power BI to results.</summary>
    [BicepFact]
    public void With_it_the_accounts_that_nobody_outside_needs_are_closed()
    {
        Assert.Equal(["sthost", "stpay", "strec"], Closed(Deployments.Full));
        // Event Grid writes dead letters into one of them.
        Assert.All(Deployments.Full.Accounts(), a => Assert.Equal("AzureServices", a.Text("properties.networkAcls.bypass")));
    }

    [BicepFact]
    public void The_app_is_in_the_network_and_has_an_endpoint_for_all_that_it_uses_of_a_closed_account()
    {
        string subnet = Deployments.Full.One("Microsoft.Web/sites", "func-pipeline").Text("properties.virtualNetworkSubnetId")!;
        var endpoints = Deployments.Full.Of("Microsoft.Network/privateEndpoints")
            .Select(e => e["properties.privateLinkServiceConnections"][0].GetProperty("properties"))
            .Select(e => $"{e.GetProperty("privateLinkServiceId").GetString()!.Split('/')[^1]} {e.GetProperty("groupIds")[0].GetString()}")
                .Order();
        var used = CodeTests.Settings.Keys.Select(k => k.Split("__"))
            .Where(k => k.Length == 2 && k[1].EndsWith("ServiceUri", StringComparison.Ordinal))
            .Select(k => $"{CodeTests.AccountNames[k[0]]} {k[1].Replace("ServiceUri", "", StringComparison.Ordinal)}")
                .Where(u => Closed(Deployments.Full).Contains(u.Split(' ')[0])).Order();

        Assert.EndsWith("/subnets/app", subnet, StringComparison.Ordinal);
        Assert.Equal(used, endpoints);
    }

    [BicepFact]
    public void The_name_of_an_endpoint_is_looked_up_in_the_network()
    {
        string[] zones = [.. Deployments.Full.Of("Microsoft.Network/privateDnsZones").Select(z => z.Name)];

        Assert.Equal(3, zones.Length);
        Assert.Equal(3, Deployments.Full.Of("Microsoft.Network/privateDnsZones/virtualNetworkLinks").Count);
        Assert.Equal(Deployments.Full.Of("Microsoft.Network/privateEndpoints").Count,
            Deployments.Full.Of("Microsoft.Network/privateEndpoints/privateDnsZoneGroups").Count);
    }

    [BicepFact]
    public void The_subnets_lie_in_the_network_and_not_in_each_other()
    {
        var network = Deployments.Full.One("Microsoft.Network/virtualNetworks", "vnet-pipeline");

        Assert.Equal(["10.40.0.0/26", "10.40.0.64/26"], network["properties.subnets"].EnumerateArray()
            .Select(s => s.GetProperty("properties").GetProperty("addressPrefix").GetString()));
        Assert.Equal(
            "Microsoft.App/environments", network["properties.subnets"][0].GetProperty("properties").GetProperty("delegations")[0]
                .GetProperty("properties").GetProperty("serviceName").GetString());
    }
}
