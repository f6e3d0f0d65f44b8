using System.Text.Json;
using System.Text.RegularExpressions;

namespace Pipeline.Infra.Tests;

public sealed class BicepTests
{
    private const string Declaration = @"^param (\w+) ";
    private const string Module = @"^module \w+ '([^']+)'";
    private static readonly string Main = Repository.Read("infra/main.bicep");

    public static TheoryData<string> Files => [.. Repository.Files("infra", "*.bicep")];

    /// <summary>What Microsoft lists as built-in roles; a wrong one fails the deployment at its end.</summary>
    private static readonly Dictionary<string, string> Roles = new()
    {
        ["blobDataOwner"] = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
        ["blobDataContributor"] = "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
        ["blobDataReader"] = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
        ["queueDataContributor"] = "974c5e8b-45b9-4653-ba55-5f855dd0fb88",
        ["tableDataContributor"] = "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
        ["monitoringMetricsPublisher"] = "3913510d-42f4-4e42-8a64-420c390055eb",
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void A_module_is_a_file_that_is_given_its_parameters_and_no_others(string file)
    {
        string text = Repository.Read(file);
        var modules = Regex.Matches(text, @"^module \w+ '([^']+)'.*?^\s*params: \{\n(.*?)^\s*\}", RegexOptions.Multiline | RegexOptions.Singleline);
        Assert.Equal(text.All(Module).Count, modules.Count);
        foreach (Match module in modules)
        {
            string path = Path.GetFullPath(Path.Combine("/", Path.GetDirectoryName(file)!, module.Groups[1].Value))[1..];
            Assert.True(Repository.Has(path), $"{file} asks for {path}.");
            string called = Repository.Read(path);
            var given = module.Groups[2].Value.All(@"^\s*(\w+): ");
            var declared = called.All(Declaration);
            var required = called.All(@"^param (\w+) \w+\n");
            Assert.Empty(given.Except(declared));
            Assert.Empty(required.Except(given));
        }
    }

    [Fact]
    public void Every_module_is_used()
    {
        var used = Repository.Files("infra", "*.bicep").SelectMany(f => Repository.Read(f).All(Module)).Select(Path.GetFileName).ToHashSet();

        Assert.Equal(Repository.Files("infra/modules", "*.bicep").Select(Path.GetFileName).Order(), used.Order());
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void An_output_of_a_module_that_is_read_exists(string file)
    {
        string text = Repository.Read(file);
        foreach (Match read in Regex.Matches(text, @"(\w+)\.outputs\.(\w+)"))
        {
            string path = text.One($@"^module {read.Groups[1].Value} '([^']+)'");
            Assert.Contains(read.Groups[2].Value, Repository.Read(Path.Combine("infra", path)).All(@"^output (\w+) "));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_parameter_and_variable_is_used(string file)
    {
        string text = Repository.Read(file);
        foreach (string name in text.All(@"^(?:param|var) (\w+) "))
            {
            int asPropertyName = Regex.Count(text, $@"^\s*{name}:", RegexOptions.Multiline);
            Assert.True(Regex.Count(text, $@"\b{name}\b") - asPropertyName > 1, $"{name} in {file} is not used.");
        }
    }

    [Fact]
    public void The_parameters_file_gives_only_what_is_declared_and_all_that_has_no_default()
    {
        using var json = JsonDocument.Parse(Repository.Read("infra/main.parameters.json"));
        var given = json.RootElement.GetProperty("parameters").EnumerateObject().Select(p => p.Name).ToList();

        Assert.Empty(given.Except(Main.All(Declaration)));
        Assert.Empty(Main.All(@"^param (\w+) \w+\n").Except(given));
    }

    [Fact]
    public void An_abbreviation_that_is_used_is_listed_and_one_that_is_listed_is_used()
    {
        using var json = JsonDocument.Parse(Repository.Read("infra/abbreviations.json"));

        Assert.Equal(json.RootElement.EnumerateObject().Select(p => p.Name).Order(), Main.All(@"\{abbreviations\.(\w+)\}").Distinct().Order());
    }

    [Fact]
    public void Names_of_storage_accounts_fit_into_24_characters()
    {
        const int token = 13;
        foreach (string prefix in Main.All(@"storageStorageAccounts\}(\w+)\$\{resourceToken\}"))
            Assert.InRange("st".Length + prefix.Length + token, 3, 24);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_role_has_the_id_that_its_name_says(string file)
    {
        string text = Repository.Read(file);
        foreach (Match role in Regex.Matches(text, @"^var (\w+) = '([0-9a-f]{8}-[0-9a-f-]{27})'", RegexOptions.Multiline))
            Assert.Equal(Roles[role.Groups[1].Value], role.Groups[2].Value);
    }

    [Fact]
    public void No_role_is_given_on_the_group_or_the_subscription()
    {
        foreach (string file in Repository.Files("infra", "*.bicep"))
        {
            string text = Repository.Read(file);
            foreach (string body in text.Split("\nresource ").Where(r => r.Contains("'Microsoft.Authorization/roleAssignments@", StringComparison.Ordinal)))
                Assert.Contains(body.One(@"^\s*scope: (\w+)$"), text.All(@"^resource (\w+) '"));
        }
    }

    [Fact]
    public void No_account_is_public_and_only_results_lets_a_key_in()
    {
        string storage = Repository.Read("infra/modules/storage.bicep");

        Assert.Equal("false", storage.One(@"allowBlobPublicAccess: (\w+)"));
        Assert.Equal("None", storage.One(@"publicAccess: '(\w+)'"));
        Assert.Equal("TLS1_2", storage.One(@"minimumTlsVersion: '(\w+)'"));
        Assert.Equal("true", storage.One(@"supportsHttpsTrafficOnly: (\w+)"));
        Assert.Equal("sharedKey", storage.One(@"allowSharedKeyAccess: (\w+)"));
        Assert.Equal("false", storage.One(@"^param sharedKey bool = (\w+)"));
        Assert.Equal("results", Main.Split("\nmodule ").Single(m => m.Contains("sharedKey: true", StringComparison.Ordinal)).Split(' ')[0]);
        Assert.Single(Regex.Matches(Repository.ReadAll("infra", "*.bicep"), "'Microsoft.Storage/storageAccounts@[^']*' = "));
    }

    [Fact]
    public void Nothing_that_can_be_a_secret_is_an_output()
    {
        foreach (string output in Repository.ReadAll("infra", "*.bicep").All(@"^(output .*)$"))
            Assert.DoesNotContain("listKeys", output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_container_is_in_one_account()
    {
        var containers = Containers.SelectMany(account => account.Value).ToList();

        Assert.Equal(containers.Distinct(), containers);
    }

    [Fact]
    public void A_container_that_a_role_or_an_event_names_is_in_the_account_it_names()
    {
        string roles = Repository.Read("infra/modules/roles.bicep");
        foreach (Match given in Regex.Matches(roles, @"accountName: (\w+)Name\n\s*container: '([\w-]+)'"))
            Assert.Contains(given.Groups[2].Value, Containers[given.Groups[1].Value]);
        foreach (string container in roles.One(@"for container in \[([^\]]*)\]").All(@"'(\w+)'"))
            Assert.Contains(container, Containers["records"]);

        string eventing = Repository.Read("infra/eventing.bicep");
        Assert.All(ContainersOf(eventing, "fromUploads"), c => Assert.Contains(c, Containers["uploads"]));
        Assert.All(ContainersOf(eventing, "fromRecords"), c => Assert.Contains(c, Containers["records"]));
        Assert.Contains(eventing.One(@"^var deadLetterContainer = '([\w-]+)'"), Containers["records"]);
    }

    [Fact]
    public void Every_container_into_which_people_put_files_has_an_event()
    {
        string eventing = Repository.Read("infra/eventing.bicep");

        Assert.Equal(["confirmations", "reference", "reviews", "submissions"], ContainersOf(eventing, "fromUploads").Concat(ContainersOf(eventing, "fromRecords")).Order());
    }

    [Fact]
    public void An_event_tells_of_whole_files_in_its_container_alone_and_is_kept_when_it_cannot_be_delivered()
    {
        string subscription = Repository.Read("infra/modules/subscription.bicep");

        Assert.Equal("/blobServices/default/containers/${container}/", subscription.One("subjectBeginsWith: '([^']*)'"));
        Assert.Equal("Microsoft.Storage.BlobCreated", subscription.One(@"includedEventTypes: \['([^']*)'\]"));
        Assert.Equal("'PutBlob', 'PutBlockList', 'CopyBlob', 'FlushWithClose', 'SftpCommit'", subscription.One(@"values: \[([^\]]*)\]"));
        Assert.Contains("deadLetterWithResourceIdentity: {", subscription, StringComparison.Ordinal);
        Assert.Contains("retryPolicy: {", subscription, StringComparison.Ordinal);
        Assert.Contains("/runtime/webhooks/blobs?functionName=Host.Functions.${function}&code=", subscription, StringComparison.Ordinal);
    }

    [Fact]
    public void The_runtime_is_the_one_that_the_code_is_built_for()
    {
        string app = Repository.Read("infra/modules/app.bicep");

        Assert.Equal("10.0", app.One(@"name: 'dotnet-isolated'\n\s*version: '([^']*)'"));
        Assert.Equal("net10.0", Repository.Read("Directory.Build.props").One("<TargetFramework>([^<]*)<"));
        Assert.DoesNotContain("FUNCTIONS_WORKER_RUNTIME", app, StringComparison.Ordinal);
    }

    [Fact]
    public void People_must_sign_in_and_only_events_and_the_health_check_need_not()
    {
        string app = Repository.Read("infra/modules/app.bicep");

        Assert.Equal("true", app.One(@"requireAuthentication: (\w+)"));
        Assert.Equal("Return401", app.One(@"unauthenticatedClientAction: '(\w+)'"));
        Assert.Equal(["/runtime/webhooks/blobs", "/api/health"], app.One(@"excludedPaths: \[([^\]]*)\]").All("'([^']*)'"));
    }

    /// <summary>The containers of each account, by its module in main.bicep.</summary>
    internal static IReadOnlyDictionary<string, IReadOnlyList<string>> Containers { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["uploads"] = Main.One(@"^var uploadsContainers = \[([^\]]*)\]").All(@"'([\w-]+)'"),
        ["records"] = Main.One(@"^var recordsContainers = \[([^\]]*)\]").All(@"'([\w-]+)'"),
        ["payments"] = Main.One(@"^var paymentsContainers = \[([^\]]*)\]").All(@"'([\w-]+)'"),
        ["host"] = [Main.One(@"^var deploymentContainer = '([\w-]+)'")],
    };

    private static IReadOnlyList<string> ContainersOf(string eventing, string variable) =>
        Regex.Match(eventing, $@"^var {variable} = \[(.*?)^\]", RegexOptions.Multiline | RegexOptions.Singleline).Groups[1].Value.All(@"container: '([\w-]+)'");
}
