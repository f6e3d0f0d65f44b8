using System.Text.Json;
using Pipeline.Infra.Tests.Tools;

namespace Pipeline.Infra.Tests.Hooks;

public sealed class HookTests
{
    private static readonly string Azure = Repository.Read("azure.yaml");

    /// <summary>What azd sets by itself.</summary>
    private static readonly string[] OfAzd = ["AZURE_ENV_NAME", "AZURE_LOCATION", "AZURE_PRINCIPAL_ID", "AZURE_SUBSCRIPTION_ID"];

    private static readonly string[] HookFiles = [.. Repository.Files("infra/hooks", "*.sh"), .. Repository.Files("infra/hooks", "*.ps1")];

    public static TheoryData<string> Hooks => [.. HookFiles];

    [Fact]
    public void The_project_of_azd_meets_its_schema()
    {
        string schema = Repository.Read("tests/Pipeline.Infra.Tests/Schemas/azure.yaml.schema.json");

        Assert.Empty(Checker.Yaml(new CheckedText("azure.yaml", Azure, schema)));
        Assert.NotEmpty(Checker.Yaml(new CheckedText("misspelt", Azure.Replace("posix:", "posx:", StringComparison.Ordinal), schema)));
        Assert.NotEmpty(Checker.Yaml(
            new CheckedText("misspelt", Azure.Replace("requiredVersions", "requiredVersion", StringComparison.Ordinal), schema)));
    }

    /// <summary>What azd writes there names the subscription and the people.</summary>
    [Fact]
    public void The_environments_of_azd_stay_on_the_machine() =>
        Assert.Contains("\n.azure/\n", Repository.Read(".gitignore"), StringComparison.Ordinal);

    [Fact]
    public void Every_hook_is_run_on_both_systems()
    {
        var run = Azure.All(@"run: \./(\S+)");

        Assert.All(run, file => Assert.True(Repository.Has(file), file));
        Assert.Equal(HookFiles.Order(), run.Order());
        Assert.Equal(run.Where(r => r.EndsWith(".sh", StringComparison.Ordinal)).Select(r => r[..^3]),
            run.Where(r => r.EndsWith(".ps1", StringComparison.Ordinal)).Select(r => r[..^4]));
    }

    public static TheoryData<string> Scripts => [.. HookFiles.Where(h => h.EndsWith(".sh", StringComparison.Ordinal)), ".ci/run"];

    [ShellcheckTheory]
    [MemberData(nameof(Scripts))]
    public void Shellcheck_has_nothing_to_say(string script) => Assert.Empty(Shellcheck.Problems(Repository.PathOf(script)));

    [Fact]
    public void PowerShell_takes_the_hooks_for_Windows() =>
        Assert.Empty(PowerShell.Problems(HookFiles.Where(h => h.EndsWith(".ps1", StringComparison.Ordinal)).Select(Repository.PathOf)));

    [Theory]
    [InlineData("if ($a) { 'b'")]
    [InlineData("foreach ($part in 'a', 'b' { }")]
    [InlineData("$text = \"unended")]
    public void A_script_that_PowerShell_cannot_read_is_a_problem(string script)
    {
        string file = Path.Combine(AppContext.BaseDirectory, $"{Guid.NewGuid():N}.ps1");
        File.WriteAllText(file, script);

        Assert.NotEmpty(PowerShell.Problems(file));
    }

    [ShellcheckTheory]
    [InlineData("#!/bin/sh\nrm $1/*\n")]
    [InlineData("#!/bin/sh\nif [[ -n \"$1\" ]]; then exit 1; fi\n")]
    [InlineData("#!/bin/sh\nif [ -n \"$1\" ] then exit 1; fi\n")]
    public void A_script_that_breaks_on_a_space_or_in_another_shell_is_a_problem(string script)
    {
        string file = Path.Combine(AppContext.BaseDirectory, $"{Guid.NewGuid():N}.sh");
        File.WriteAllText(file, script);

        Assert.NotEmpty(Shellcheck.Problems(file));
    }

    [Theory]
    [MemberData(nameof(Hooks))]
    public void A_hook_reads_only_what_azd_or_the_deployment_gives(string hook)
    {
        string text = Repository.Read(hook);
        var read = hook.EndsWith(".sh", StringComparison.Ordinal) ? text.All(@"\$\{?([A-Z][A-Z_]+)\b") : text.All(@"\$env:([A-Z_]+)");
        string[] known = [.. OfAzd, .. Repository.Read("infra/main.bicep").All(@"^output (\w+) "), .. FromEnvironment];

        Assert.NotEmpty(read);
        Assert.Empty(read.Except(known));
    }

    [Theory]
    [MemberData(nameof(Hooks))]
    public void A_hook_stops_at_the_first_error(string hook)
    {
        string text = Repository.Read(hook);

        Assert.Contains(hook.EndsWith(".sh", StringComparison.Ordinal) ? "set -eu" : "$ErrorActionPreference = 'Stop'", text,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("infra/hooks/postdeploy.sh")]
    [InlineData("infra/hooks/postdeploy.ps1")]
    public void The_events_are_deployed_with_the_parameters_that_they_ask_for(string hook)
    {
        var given = Repository.Read(hook).All(@"\b(\w+)=""?\$");

        Assert.Equal(Repository.Read("infra/eventing.bicep").All(@"^param (\w+) ").Order(), given.Where(g => g != "try").Order());
    }

    /// <summary>The Azure CLI has a subscription of its own in mind, which need not be azd's.</summary>
    [Theory]
    [MemberData(nameof(Hooks))]
    public void What_a_hook_deploys_goes_where_azd_put_the_rest(string hook)
    {
        Assert.DoesNotMatch(@"az deployment (?!group create --name \w+ --subscription ""?\$(env:)?AZURE_SUBSCRIPTION_ID\b)",
            Repository.Read(hook));
    }

    [Fact]
    public void The_service_has_the_name_of_the_apps_tag_and_its_folder()
    {
        Assert.Equal(Azure.One(@"^services:\n  (\w+):"), Repository.Read("infra/main.bicep").One("serviceName: '([^']+)'"));
        Assert.Equal("./functions/Pipeline.Functions", Azure.One(@"project: (\S+)"));
    }

    /// <summary>Without the first nobody comes back from signing in, without the second there is nothing to come back with.</summary>
    [Theory]
    [InlineData("infra/hooks/postdeploy.sh")]
    [InlineData("infra/hooks/postdeploy.ps1")]
    public void People_who_signed_in_come_back_to_the_app(string hook)
    {
        Assert.Matches(
            @"az ad app update --id ""?\$(env:)?SIGN_IN_CLIENT_ID""? --web-redirect-uris "
            + @"""\$(env:)?PIPELINE_URL/\.auth/login/aad/callback"" --enable-id-token-issuance true",
            Repository.Read(hook));
    }

    /// <summary>The directory refuses to allow a client what the same request makes.</summary>
    [Theory]
    [InlineData("infra/hooks/preprovision.sh", "for part in app-scope app-clients; do")]
    [InlineData("infra/hooks/preprovision.ps1", "foreach ($part in 'app-scope', 'app-clients') {")]
    public void The_scope_of_the_app_registration_is_made_before_a_client_is_allowed_it(string hook, string inOrder)
    {
        string text = Repository.Read(hook);

        Assert.Contains(inOrder, text, StringComparison.Ordinal);
        Assert.Matches(@"az rest --method PATCH --uri ""https://graph\.microsoft\.com/v1\.0/applications/\$object""", text);
        Assert.Contains("/$part.json\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_Azure_CLI_may_ask_for_a_token_of_the_version_that_the_app_takes()
    {
        using var scope = JsonDocument.Parse(Repository.Read("infra/hooks/app-scope.json"));
        using var clients = JsonDocument.Parse(Repository.Read("infra/hooks/app-clients.json"));
        var api = scope.RootElement.GetProperty("api");
        var made = Assert.Single(api.GetProperty("oauth2PermissionScopes").EnumerateArray());
        var client = Assert.Single(clients.RootElement.GetProperty("api").GetProperty("preAuthorizedApplications").EnumerateArray());

        Assert.Equal(2, api.GetProperty("requestedAccessTokenVersion").GetInt32());
        Assert.Contains("/v2.0'", Repository.Read("infra/modules/app.bicep").One("openIdIssuer: (.*)"), StringComparison.Ordinal);
        Assert.Equal(("user_impersonation", true), (made.GetProperty("value").GetString(), made.GetProperty("isEnabled").GetBoolean()));
        Assert.Equal("04b07795-8ddb-461a-bbee-02f9e1bf7b46", client.GetProperty("appId").GetString());
        Assert.Equal(
            [made.GetProperty("id").GetGuid()],
            client.GetProperty("delegatedPermissionIds").EnumerateArray().Select(id => id.GetGuid()));
        Assert.DoesNotContain(made.GetProperty("id").GetString()!, Repository.Read("infra/hooks/app-roles.json"), StringComparison.Ordinal);
    }

    /// <summary>It has no say over the directory.</summary>
    [Theory]
    [MemberData(nameof(Hooks))]
    public void Who_deploys_from_GitHub_is_not_asked_for_the_app_registration(string hook)
    {
        string text = Repository.Read(hook);

        Assert.Matches("ServicePrincipal", text[..text.IndexOf("az ad app", StringComparison.Ordinal)]);
    }

    [Fact]
    public void The_roles_of_the_app_registration_are_those_of_the_code()
    {
        Assert.Equal(
            ["administrator", "commissioner", "finance", "provider"],
            Repository.Read("infra/hooks/app-roles.json").All("\"value\": \"(\\w+)\"").Order());
    }

    private static IReadOnlyList<string> FromEnvironment => Repository.Read("infra/main.parameters.json").All(@"\$\{([A-Z_]+)");
}
