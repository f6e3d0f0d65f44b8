using System.Reflection;
using System.Text.Json;
using Azure.Core;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Moq;
using Pipeline.Core.Reporting;
using Pipeline.Infra.Tests.Tools;

namespace Pipeline.Infra.Tests.Bicep;

/// <summary>What the compiled code of the Azure host and the infrastructure say of each other.</summary>
public sealed class CodeTests
{
    /// <summary>Only Event Grid writes dead letters, and only the platform the deployment.</summary>
    private static readonly string[] NotOfTheCode = ["strec/dead-letters", "sthost/deployments"];

    private static readonly IReadOnlyList<Type> Code =
    [
        .. Directory.EnumerateFiles(AppContext.BaseDirectory, "Pipeline.*.dll")
            .Where(f => !f.EndsWith(".Tests.dll", StringComparison.Ordinal))
            .SelectMany(f => Assembly.LoadFrom(f).GetTypes()),
    ];

    private static readonly IReadOnlyList<MethodInfo> Functions =
        [.. Code.SelectMany(t => t.GetMethods()).Where(m => m.GetCustomAttribute<FunctionAttribute>() is not null)];

    private static readonly IReadOnlyList<(string Function, BlobTriggerAttribute Trigger)> BlobTriggers =
    [
        .. Functions.SelectMany(f => f.GetParameters(), (f, p) =>
            (f.GetCustomAttribute<FunctionAttribute>()!.Name, Trigger: p.GetCustomAttribute<BlobTriggerAttribute>()!))
            .Where(f => f.Trigger is not null),
    ];

    /// <summary>The name of the account in the code by its name in the deployment.</summary>
    internal static readonly IReadOnlyDictionary<string, string> AccountNames = new Dictionary<string, string>
    {
        ["AzureWebJobsStorage"] = "sthost",
        ["Uploads"] = "stup",
        ["Records"] = "strec",
        ["Payments"] = "stpay",
        ["Results"] = "stres",
    };

    /// <summary>The app's settings, with what is known only when it is deployed left as an expression.</summary>
    internal static IReadOnlyDictionary<string, string> Settings => AppTests.App["properties.siteConfig.appSettings"].EnumerateArray()
        .ToDictionary(s => s.GetProperty("name").GetString()!, s => s.GetProperty("value").ToString());

    private static Type Accounts => Assert.Single(Code, t => t.Name == "Accounts");

    private static IReadOnlyDictionary<string, string> OfContainer =>
        (IReadOnlyDictionary<string, string>)Accounts.GetField("OfContainer", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;

    [BicepFact]
    public void An_event_is_sent_to_the_function_that_takes_its_container()
    {
        var sent = Deployments.Eventing.Of("Microsoft.EventGrid/systemTopics/eventSubscriptions")
            .Select(s => $"{s.Name} {s.Text("properties.destination.properties.endpointUrl")!.One(@"'(\w+)', listKeys\(")}").ToList();

        Assert.NotEmpty(sent);
        Assert.Equal(BlobTriggers.Select(f => $"{f.Trigger.BlobPath.Split('/')[0]} {f.Function}").Order(), sent.Order());
    }

    [Fact]
    public void Every_blob_trigger_waits_for_events_since_this_plan_has_no_polling()
    {
        Assert.NotEmpty(BlobTriggers);
        Assert.All(BlobTriggers, f => Assert.Equal(BlobTriggerSource.EventGrid, f.Trigger.Source));
    }

    [BicepFact]
    public void A_blob_trigger_reads_the_account_that_holds_its_container()
    {
        Assert.All(BlobTriggers, f =>
            Assert.Contains($"{AccountNames[f.Trigger.Connection!]}/{f.Trigger.BlobPath.Split('/')[0]}", Deployments.Default.Containers()));
    }

    [BicepFact]
    public void A_queue_that_a_function_waits_on_is_there_from_the_beginning()
    {
        var waited = Functions.SelectMany(f => f.GetParameters()).Select(p => p.GetCustomAttribute<QueueTriggerAttribute>())
            .OfType<QueueTriggerAttribute>()
            .Select(q => $"{AccountNames[q.Connection!]}/{q.QueueName}").Order();

        Assert.Equal(
            waited,
            Deployments.Default.Of("Microsoft.Storage/storageAccounts/queueServices/queues")
                .Select(q => $"{q.Parent.Split('/')[0]}/{q.Name}").Order());
    }

    [BicepFact]
    public void The_code_and_the_infrastructure_put_each_container_into_the_same_account()
    {
        var inCode = OfContainer.Select(c => $"{AccountNames[c.Value]}/{c.Key}").ToList();

        Assert.Empty(inCode.Except(Deployments.Default.Containers()));
        Assert.Empty(Deployments.Default.Containers().Except(inCode).Except(NotOfTheCode));
    }

    /// <summary>With the settings of the deployment the code opens every container and every table, and in the account that is
    /// meant.</summary>
    [BicepFact]
    public void Every_setting_that_the_code_opens_its_stores_by_is_set()
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection(Settings.Select(s => new KeyValuePair<string, string?>(
            s.Key.Replace("__", ":", StringComparison.Ordinal),
            // The address that Azure makes of the expression.
            s.Value.StartsWith("[format('https://", StringComparison.Ordinal)
                ? $"https://{s.Value.One(@"', '(\w+)'")}.{s.Value.One(@"\{0\}\.(\w+)\.")}.example/" : s.Value))).Build();
        var accounts = (dynamic)Activator.CreateInstance(Accounts, settings, Mock.Of<TokenCredential>())!;

        Assert.All(OfContainer, c => Assert.Equal($"{AccountNames[c.Value]}.blob.example", ((Uri)accounts.Container(c.Key).Uri).Host));
        Assert.All(ReportingTable.All, t => Assert.Equal("stres.table.example", ((Uri)accounts.Table(t.Name).Uri).Host));
        Assert.Equal("strec.table.example", ((Uri)accounts.Table("ledger").Uri).Host);
    }

    /// <summary>Without the address of the queues a message that fails five times has nowhere to go.</summary>
    [BicepFact]
    public void A_connection_of_a_trigger_names_its_blobs_and_its_queues_and_the_identity()
    {
        var connections = Functions.SelectMany(f => f.GetParameters()).SelectMany(p => p.GetCustomAttributes())
            .Select(a => a.GetType().GetProperty("Connection")?.GetValue(a) as string).OfType<string>().Distinct().ToList();

        Assert.Contains("Uploads", connections);
        foreach (string connection in connections.Append("AzureWebJobsStorage"))
        {
            Assert.All((string[])["blobServiceUri", "queueServiceUri", "clientId"], part =>
                Assert.Contains($"{connection}__{part}", Settings.Keys));
            Assert.Equal("managedidentity", Settings[$"{connection}__credential"]);
        }
    }

    [BicepFact]
    public void An_alert_and_the_workbook_look_for_messages_that_the_code_writes()
    {
        var written = Code.SelectMany(t => t.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(m => m.GetCustomAttribute<LoggerMessageAttribute>()?.EventName).OfType<string>().ToHashSet();
        var queries = AlertTests.Rules.Select(AlertTests.QueryOf).Concat(MonitoringTests.WorkbookQueries.Select(q => q.Query));
        var looked = queries.Where(q => q.Contains("EventName", StringComparison.Ordinal))
            .SelectMany(q => q.One(@"EventName\) (?:==|in) (\([^)]*\)|""\w+"")").All(@"""(\w+)""")).Distinct().ToList();

        Assert.NotEmpty(looked);
        Assert.All(looked, name => Assert.Contains(name, written));
    }

    [BicepFact]
    public void The_health_check_that_needs_no_sign_in_is_the_one_of_the_code()
    {
        var routes = Functions.SelectMany(f => f.GetParameters()).Select(p => p.GetCustomAttribute<HttpTriggerAttribute>()?.Route)
            .OfType<string>();
        using var host = JsonDocument.Parse(Repository.Read("functions/Pipeline.Functions/host.json"));
        string prefix = host.RootElement.GetProperty("extensions").TryGetProperty("http", out var http) ? http.GetProperty("routePrefix")
            .GetString()! : "api";

        Assert.Contains("/api/health", routes.Select(route => prefix is "" ? $"/{route}" : $"/{prefix}/{route}"));
    }

    /// <summary>Above its limit the host answers with an error that says nothing, so that the site's own must come first.</summary>
    [BicepFact]
    public void The_host_takes_the_largest_request_that_the_site_takes()
    {
        Assert.Equal($"{Pipeline.Web.Site.LargestRequest}", Settings["FUNCTIONS_REQUEST_BODY_SIZE_LIMIT"]);
    }

    [Fact]
    public void The_roles_of_the_sign_in_are_those_of_the_code()
    {
        using var json = JsonDocument.Parse(Repository.Read("infra/hooks/app-roles.json"));
        var registered = json.RootElement.EnumerateArray().Select(r => r.GetProperty("value").GetString()).ToList();
        const BindingFlags constants = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
        // A column may be called after a provider; the roles stand together.
        var inCode = Code.Where(t => t.GetField("Commissioner", constants) is { IsLiteral: true } role && role.FieldType == typeof(string))
            .SelectMany(t => t.GetFields(constants))
                .Where(f => f is { IsLiteral: true, Name: "Commissioner" or "Finance" or "Administrator" or "Provider" })
            .Select(f => (string)f.GetRawConstantValue()!).Distinct();

        Assert.Equal(registered.Order(), inCode.Order());
    }

    /// <summary>The platform's own messages and requests say why a function ran: for which file, by its name.</summary>
    [Fact]
    public void The_platform_sends_nothing_that_names_a_file()
    {
        using var host = JsonDocument.Parse(Repository.Read("functions/Pipeline.Functions/host.json"));
        var levels = host.RootElement.GetProperty("logging").GetProperty("logLevel");

        Assert.Equal(("Warning", "None"), (levels.GetProperty("default").GetString(), levels.GetProperty("Host.Results").GetString()));
    }

    /// <summary>A queue that is not there yet, or a call that is tried again, is no news; and what is paid is nobody's in a log.</summary>
    [Fact]
    public void The_host_logs_no_noise_and_no_values()
    {
        using var host = JsonDocument.Parse(Repository.Read("functions/Pipeline.Functions/host.json"));
        var tracing = host.RootElement.GetProperty("extensions").GetProperty("durableTask").GetProperty("tracing");

        Assert.Equal("Error", host.RootElement.GetProperty("logging").GetProperty("logLevel").GetProperty("Azure.Core").GetString());
        Assert.Equal(["traceInputsAndOutputs", "traceReplayEvents"],
            tracing.EnumerateObject().Where(set => !set.Value.GetBoolean()).Select(set => set.Name));
    }

    /// <summary>A start has less to compile then.</summary>
    [Fact]
    public void What_is_published_is_compiled_ahead_of_time_for_what_it_runs_on()
    {
        var asked = Tool.Run("dotnet", ["msbuild", "functions/Pipeline.Functions", "-p:_IsPublishing=true",
            "-getProperty:PublishReadyToRun", "-getProperty:RuntimeIdentifier"]);

        using var answer = JsonDocument.Parse(asked.Output);
        var properties = answer.RootElement.GetProperty("Properties");
        Assert.Equal(("true", "linux-x64"),
            (properties.GetProperty("PublishReadyToRun").GetString(), properties.GetProperty("RuntimeIdentifier").GetString()));
    }

    // From here on the text of the code, for what no compiled thing tells.

    [Fact]
    public void Every_message_is_written_in_one_file()
    {
        foreach (string file in Repository.Files("functions/Pipeline.Functions", "*.cs")
            .Where(f => !f.EndsWith("/Log.cs", StringComparison.Ordinal)))
            Assert.DoesNotMatch(@"\.Log(Information|Warning|Error|Debug|Trace|Critical)?\(", Repository.Read(file));
    }

    [Fact]
    public void A_link_for_a_provider_is_signed_for_a_directory()
    {
        Assert.Contains("IsDirectory = true", Repository.ReadAll("functions", "*.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void An_orchestrator_reads_no_clock_and_configures_no_await()
    {
        var orchestrations = Repository.Files("functions", "*Orchestration.cs");

        Assert.NotEmpty(orchestrations);
        Assert.All(
            orchestrations, file =>
                Assert.DoesNotMatch(@"ConfigureAwait|DateTime(Offset)?\.(Utc)?Now|Guid\.NewGuid|Task\.(Run|Delay)", Repository.Read(file)));
        Assert.DoesNotContain("ConfigureAwait", Repository.Read(Assert.Single(Repository.Files("functions", "IQuarterSteps.cs"))),
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_emulator_settings_hold_no_real_account()
    {
        Assert.DoesNotContain("AccountKey", Repository.Read("functions/Pipeline.Functions/local.settings.json"), StringComparison.Ordinal);
    }
}
