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
        Assert.Equal(["stres"], Deployments.Full.Accounts().Where(a => a["properties.allowSharedKeyAccess"].GetBoolean()).Select(a => a.Name));
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

        Assert.Equal(["stpay", "strec"], services.Where(s => s["properties.isVersioningEnabled"].GetBoolean()).Select(s => s.Parent).Order());
        Assert.All(services, s => Assert.Equal(30, s["properties.deleteRetentionPolicy.days"].GetInt32()));
        Assert.All(services, s => Assert.Equal(30, s["properties.containerDeleteRetentionPolicy.days"].GetInt32()));
    }

    [BicepFact]
    public void A_finance_file_cannot_be_changed_for_seven_years()
    {
        var policy = Assert.Single(Deployments.Default.Of("Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies"));

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
}
