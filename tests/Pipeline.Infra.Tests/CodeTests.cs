using System.Text.RegularExpressions;

namespace Pipeline.Infra.Tests;

/// <summary>What the code of the Azure host and the infrastructure say of each other.</summary>
public sealed class CodeTests
{
    private const string Host = "functions/Pipeline.Functions";
    private static readonly string Code = Repository.ReadAll(Host, "*.cs");
    private static readonly string Accounts = Repository.Read(Host + "/Stores/Accounts.cs");
    private static readonly IReadOnlyList<string> Settings = Repository.Read("infra/modules/app.bicep").All(@"name: '(\w+)', value:");

    [Fact]
    public void An_event_is_sent_to_a_function_that_there_is_and_that_takes_its_container()
    {
        var sent = Regex.Matches(Repository.Read("infra/eventing.bicep"), @"container: '(\w+)', function: '(\w+)'").Select(m => (Container: m.Groups[1].Value, Function: m.Groups[2].Value)).ToList();
        var taken = Regex.Matches(Code, @"\[Function\(""(\w+)""\)\]\s+public Task \w+\(\s+\[BlobTrigger\(""(\w+)/\{name\}""").Select(m => (Container: m.Groups[2].Value, Function: m.Groups[1].Value)).ToList();

        Assert.NotEmpty(sent);
        Assert.Equal(taken.Order(), sent.Order());
    }

    [Fact]
    public void Every_blob_trigger_waits_for_events_since_this_plan_has_no_polling()
    {
        Assert.Equal(Regex.Count(Code, @"\[BlobTrigger\("), Regex.Count(Code, @"\[BlobTrigger\([^\]]*Source = BlobTriggerSource\.EventGrid\)\]"));
    }

    [Fact]
    public void A_blob_trigger_reads_the_account_that_holds_its_container()
    {
        var triggers = Regex.Matches(Code, @"BlobTrigger\(""(\w+)/\{name\}"", Connection = Accounts\.(\w+)");

        Assert.NotEmpty(triggers);
        foreach (Match trigger in triggers)
            Assert.Contains(trigger.Groups[1].Value, BicepTests.Containers[trigger.Groups[2].Value.ToLowerInvariant()]);
    }

    [Fact]
    public void The_code_and_the_infrastructure_put_each_container_into_the_same_account()
    {
        var inCode = Regex.Matches(Accounts, @"\[""([\w-]+)""\] = (\w+),").Select(m => $"{m.Groups[2].Value.ToLowerInvariant()} {m.Groups[1].Value}");
        // Only Event Grid writes dead letters, and only the platform the deployment.
        var inInfra = BicepTests.Containers.Where(a => a.Key != "host").SelectMany(a => a.Value.Where(c => c != "dead-letters").Select(c => $"{a.Key} {c}"));

        Assert.Equal(inInfra.Order(), inCode.Order());
    }

    [Fact]
    public void Every_setting_that_the_code_reads_is_set()
    {
        var accounts = Accounts.One(@"public const string (.*);").All(@"(\w+) = """);
        string[] read = [.. Accounts.All(@"\[""[\w-]+""\] = (\w+),").Distinct().Select(a => a + "__blobServiceUri"), "Records__tableServiceUri", "Results__tableServiceUri"];

        Assert.Equal(["Payments", "Records", "Results", "Uploads"], accounts.Order());
        Assert.Empty(read.Except(Settings));
    }

    [Fact]
    public void A_connection_of_a_trigger_names_its_blobs_and_its_queues_and_the_identity()
    {
        foreach (string connection in Code.All(@"Trigger\([^\]]*Connection = Accounts\.(\w+)").Distinct())
        {
            foreach (string part in (string[])["blobServiceUri", "queueServiceUri", "credential", "clientId"])
                Assert.Contains($"{connection}__{part}", Settings);
        }
    }

    [Fact]
    public void An_alert_looks_for_a_message_that_the_code_writes()
    {
        var looked = Repository.Read("infra/modules/alerts.bicep").All(@"EventName\) == ""(\w+)""");

        Assert.Equal(["EventMissed", "FileNotTakenIn", "QuarterWaiting", "RunOlderThanADay"], looked.Order());
        Assert.All(looked, name => Assert.Contains($"EventName = nameof({name})", Code, StringComparison.Ordinal));
    }

    [Fact]
    public void The_health_check_that_needs_no_sign_in_is_the_one_of_the_code()
    {
        Assert.Contains("'/api/health'", Repository.Read("infra/modules/app.bicep"), StringComparison.Ordinal);
        Assert.Contains("Route = \"health\"", Code, StringComparison.Ordinal);
    }

    [Fact]
    public void The_roles_of_the_sign_in_are_those_of_the_code()
    {
        var inCode = Repository.Read(Host + "/Requests.cs").One(@"public const string (Commissioner.*);").All(@"= ""(\w+)""");

        Assert.Equal(Repository.Read("infra/hooks/app-roles.json").All("\"value\": \"(\\w+)\"").Order(), inCode.Order());
    }

    [Fact]
    public void Every_message_is_written_in_one_file()
    {
        foreach (string file in Repository.Files(Host, "*.cs").Where(f => !f.EndsWith("/Log.cs", StringComparison.Ordinal)))
            Assert.DoesNotMatch(@"\.Log(Information|Warning|Error|Debug|Trace|Critical)?\(", Repository.Read(file));
    }

    /// <summary>The platform's own messages and requests say why a function ran: for which file, by its name.</summary>
    [Fact]
    public void The_platform_sends_nothing_that_names_a_file()
    {
        string host = Repository.Read(Host + "/host.json");

        Assert.Equal("Warning", host.One("\"default\": \"(\\w+)\""));
        Assert.Equal("None", host.One("\"Host.Results\": \"(\\w+)\""));
    }

    [Fact]
    public void A_link_for_a_provider_is_signed_for_a_directory()
    {
        Assert.Contains("IsDirectory = true", Repository.Read(Host + "/Arrivals/UploadLinks.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void An_orchestrator_reads_no_clock_and_configures_no_await()
    {
        foreach (string file in Repository.Files(Host, "*Orchestration.cs"))
            Assert.DoesNotMatch(@"ConfigureAwait|DateTime(Offset)?\.(Utc)?Now|Guid\.NewGuid|Task\.(Run|Delay)", Repository.Read(file));

        Assert.DoesNotContain("ConfigureAwait", Repository.Read("functions/Pipeline.Steps/IQuarterSteps.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_emulator_settings_hold_no_real_account()
    {
        Assert.DoesNotContain("AccountKey", Repository.Read(Host + "/local.settings.json"), StringComparison.Ordinal);
    }
}
