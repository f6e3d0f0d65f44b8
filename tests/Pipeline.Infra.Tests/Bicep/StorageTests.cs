using Pipeline.Infra.Tests.Tools;

namespace Pipeline.Infra.Tests.Bicep;

public sealed class StorageTests
{
    [BicepFact]
    public void There_is_an_account_for_each_need()
    {
        Assert.Equal(["sthost", "stpay", "strec", "stres", "stup"], Deployments.Default.Accounts().Select(a => a.Name).Order());
    }

    [BicepFact]
    public void No_account_is_public()
    {
        Assert.All(Deployments.Full.Accounts(), account =>
        {
            Assert.False(account["properties.allowBlobPublicAccess"].GetBoolean());
            Assert.False(account["properties.allowCrossTenantReplication"].GetBoolean());
            Assert.True(account["properties.supportsHttpsTrafficOnly"].GetBoolean());
            Assert.Equal("TLS1_2", account.Text("properties.minimumTlsVersion"));
        });
        Assert.All(
            Deployments.Full.Of("Microsoft.Storage/storageAccounts/blobServices/containers"),
            container => Assert.Equal("None", container.Text("properties.publicAccess")));
    }

    [BicepFact]
    public void A_key_opens_the_reporting_tables_alone()
    {
        Assert.Equal(["stres"], Deployments.Full.Accounts().Where(a => a["properties.allowSharedKeyAccess"].GetBoolean())
            .Select(a => a.Name));
    }

    [BicepFact]
    public void Where_files_are_read_instead_no_key_opens_anything()
    {
        Assert.DoesNotContain(Deployments.WithoutKey.Accounts(), a => a["properties.allowSharedKeyAccess"].GetBoolean());
    }

    [BicepFact]
    public void Only_uploads_has_directories_to_share()
    {
        Assert.Equal(["stup"], Deployments.Full.Accounts().Where(a => a["properties.isHnsEnabled"].GetBoolean()).Select(a => a.Name));
    }

    [BicepFact]
    public void What_is_overwritten_or_deleted_can_be_had_back()
    {
        var services = Deployments.Default.Of("Microsoft.Storage/storageAccounts/blobServices");

        Assert.Equal(["stpay", "strec"], services.Where(s => s["properties.isVersioningEnabled"].GetBoolean()).Select(s => s.Parent)
            .Order());
        Assert.All(services, s => Assert.Equal(30, s["properties.deleteRetentionPolicy.days"].GetInt32()));
        Assert.All(services, s => Assert.Equal(30, s["properties.containerDeleteRetentionPolicy.days"].GetInt32()));
    }

    [BicepFact]
    public void A_finance_file_cannot_be_changed_for_seven_years()
    {
        var policy = Assert.Single(
            Deployments.Default.Of("Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies"));

        Assert.Equal("stpay/default/payments", policy.Parent);
        Assert.Equal(2557, policy["properties.immutabilityPeriodSinceCreationInDays"].GetInt32());
        Assert.False(policy["properties.allowProtectedAppendWrites"].GetBoolean());
    }

    [BicepFact]
    public void A_container_is_in_one_account()
    {
        var names = Deployments.Default.Containers().Select(c => c.Split('/')[1]).ToList();

        Assert.Equal(names.Distinct(), names);
    }

    /// <summary>The longest abbreviation, and 13 characters that make the name unique.</summary>
    [BicepFact]
    public void An_accounts_name_fits()
    {
        Assert.All(Deployments.Default.Accounts(), account => Assert.InRange(account.Name.Length + 13, 3, 24));
    }

    /// <summary>Azure refuses to write over a policy that was locked.</summary>
    [BicepFact]
    public void A_locked_policy_is_left_as_it_is() =>
        Assert.Empty(Deployments.Full.Of("Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies"));

    [BicepFact]
    public void There_are_copies_in_the_zones_of_a_region_or_in_a_second_region()
    {
        Assert.All(Deployments.Default.Accounts(), account => Assert.Equal("Standard_ZRS", account.Text("sku.name")));
        Assert.All(Deployments.WithoutZones.Accounts(), account => Assert.Equal("Standard_GRS", account.Text("sku.name")));
    }

    /// <summary>SFTP users of one container would see one another's files.</summary>
    [BicepFact]
    public void Nobody_comes_in_by_SFTP() =>
        Assert.All(Deployments.Full.Accounts(), account => Assert.Null(account.At("properties.isSftpEnabled")));

    [BicepFact]
    public void What_is_made_again_and_what_nobody_may_keep_has_an_end()
    {
        var policy = Deployments.Default.One("Microsoft.Storage/storageAccounts/managementPolicies", "default");
        var rules = policy["properties.policy.rules"].EnumerateArray().ToDictionary(
            r => r.GetProperty("name").GetString()!, r =>
                r.GetProperty("definition").GetProperty("filters").GetProperty("prefixMatch").EnumerateArray().Select(p => p.GetString()!)
                    .ToList());

        Assert.Equal("strec", policy.Parent);
        Assert.Equal(["statements/", "reports/"], rules["earlier-pages"]);
        Assert.Equal(["quarantine/"], rules["quarantine"]);
        Assert.Equal(["dead-letters/"], rules["dead-letters"]);
        Assert.All(rules.Values.SelectMany(r => r), prefix => Assert.Contains($"strec/{prefix[..^1]}", Deployments.Default.Containers()));
    }

    /// <summary>An earlier page goes; the page itself is what somebody reads.</summary>
    [BicepFact]
    public void Of_pages_only_earlier_versions_are_deleted()
    {
        var rule = Deployments.Default.One("Microsoft.Storage/storageAccounts/managementPolicies", "default")["properties.policy.rules"]
            .EnumerateArray()
            .Single(r => r.GetProperty("name").GetString() == "earlier-pages").GetProperty("definition").GetProperty("actions");

        Assert.Equal("version", Assert.Single(rule.EnumerateObject()).Name);
        Assert.Equal(365, rule.GetProperty("version").GetProperty("delete").GetProperty("daysAfterCreationGreaterThan").GetInt32());
    }
}
