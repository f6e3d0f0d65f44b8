using Pipeline.Infra.Tests.Tools;

namespace Pipeline.Infra.Tests.Bicep;

public sealed class AppTests
{
    internal static Resource App => Deployments.Default.One("Microsoft.Web/sites", "func-pipeline");

    [BicepFact]
    public void The_runtime_is_the_one_that_the_code_is_built_for()
    {
        Assert.Equal("dotnet-isolated", App.Text("properties.functionAppConfig.runtime.name"));
        Assert.Equal($"{Environment.Version.Major}.0", App.Text("properties.functionAppConfig.runtime.version"));
        Assert.DoesNotContain("FUNCTIONS_WORKER_RUNTIME", CodeTests.Settings.Keys);
    }

    /// <summary>The platform sets it where it checks the sign-in; a setting of that name would say so where nobody does.</summary>
    [BicepFact]
    public void That_the_sign_in_is_checked_is_not_for_a_setting_to_say()
    {
        Assert.DoesNotContain("WEBSITE_AUTH_ENABLED", CodeTests.Settings.Keys);
    }

    [BicepFact]
    public void No_instance_waits_for_events_unless_it_is_paid_for() =>
        Assert.Empty(App["properties.functionAppConfig.scaleAndConcurrency.alwaysReady"].EnumerateArray());

    [BicepFact]
    public void Who_cannot_wait_for_the_sweep_pays_for_an_instance_that_waits_for_events()
    {
        var app = Deployments.WithReadyInstance.One("Microsoft.Web/sites", "func-pipeline");

        var ready = Assert.Single(app["properties.functionAppConfig.scaleAndConcurrency.alwaysReady"].EnumerateArray());
        Assert.Equal(("blob", 1), (ready.GetProperty("name").GetString(), ready.GetProperty("instanceCount").GetInt32()));
    }

    [BicepFact]
    public void The_app_is_reached_by_TLS_alone_and_deployed_without_a_password()
    {
        Assert.True(App["properties.httpsOnly"].GetBoolean());
        Assert.Equal("1.2", App.Text("properties.siteConfig.minTlsVersion"));
        Assert.Equal("Disabled", App.Text("properties.siteConfig.ftpsState"));
        Assert.Equal("UserAssignedIdentity", App.Text("properties.functionAppConfig.deployment.storage.authentication.type"));
        var policies = Deployments.Default.Of("Microsoft.Web/sites/basicPublishingCredentialsPolicies");
        Assert.Equal(["ftp", "scm"], policies.Where(p => !p["properties.allow"].GetBoolean()).Select(p => p.Name).Order());
    }

    [BicepFact]
    public void The_deployment_is_in_a_container_that_there_is()
    {
        string storage = App.Text("properties.functionAppConfig.deployment.storage.value")!;

        Assert.Contains("'sthost'", storage, StringComparison.Ordinal);
        Assert.Contains("'deployments'", storage, StringComparison.Ordinal);
        Assert.Contains("sthost/deployments", Deployments.Default.Containers());
    }

    [BicepFact]
    public void Who_signs_in_is_checked_and_who_does_not_is_left_to_the_code_which_sends_browsers_to_the_sign_in()
    {
        var signIn = Deployments.Default.One("Microsoft.Web/sites/config", "authsettingsV2");

        Assert.True(signIn["properties.platform.enabled"].GetBoolean());
        Assert.False(signIn["properties.globalValidation.requireAuthentication"].GetBoolean());
        Assert.Equal("AllowAnonymous", signIn.Text("properties.globalValidation.unauthenticatedClientAction"));
        Assert.Equal(
            ["/runtime/webhooks/blobs", "/api/health"],
            signIn["properties.globalValidation.excludedPaths"].EnumerateArray().Select(p => p.GetString()));
        Assert.Equal("client", signIn.Text("properties.identityProviders.azureActiveDirectory.registration.clientId"));
        Assert.False(signIn["properties.login.tokenStore.enabled"].GetBoolean());
    }

    [BicepFact]
    public void Nothing_that_is_put_out_is_a_secret()
    {
        Assert.Equal(
            [
                "AZURE_RESOURCE_GROUP", "PAYMENTS_ACCOUNT", "PIPELINE_APP_NAME", "PIPELINE_URL", "RECORDS_ACCOUNT", "RECORDS_TOPIC",
                "RESULTS_ACCOUNT", "UPLOADS_ACCOUNT", "UPLOADS_TOPIC",
            ],
            Deployments.Default.Outputs.Order(StringComparer.Ordinal));
    }

    /// <summary>azd deploys to the one resource that it finds, and older ones refuse when it finds two.</summary>
    [BicepFact]
    public void Only_the_app_says_that_it_is_the_service()
    {
        Assert.Equal([App], Deployments.Default.Resources.Where(r => r.At("tags.azd-service-name") is not null));
        Assert.Equal("pipeline", App.Text("tags.azd-service-name"));
    }
}
