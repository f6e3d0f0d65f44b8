using System.Reflection;
using System.Text;
using Azure.Core;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Sas;
using Microsoft.ApplicationInsights.WorkerService;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Moq;
using Pipeline.Azure;
using Pipeline.Azure.Tests;
using Pipeline.Core;
using Pipeline.Functions.Arrivals;
using Pipeline.Functions.Tests.Web;
using Pipeline.Functions.Web;
using Pipeline.Steps;

namespace Pipeline.Functions.Tests;

[Collection(nameof(SignIn))]
public sealed class HostTests
{
    [Fact]
    public void Every_function_can_be_made_from_the_services_of_the_host()
    {
        using var services = new ServiceCollection().AddPipeline(Mock.Of<TokenCredential>()).AddLogging()
            .AddSingleton(Azurite.NewAccounts()).BuildServiceProvider();
        var functions = typeof(Principal).Assembly.GetTypes()
            .Where(type => type.GetMethods().Any(method => method.GetCustomAttribute<FunctionAttribute>() is not null)).ToList();

        Assert.NotEmpty(functions);
        foreach (var type in functions.Where(type => !type.IsAbstract))
            Assert.NotNull(ActivatorUtilities.CreateInstance(services, type));
    }

    /// <summary>
    /// The alerts count messages of every level; the package would let warnings through alone. Of storage only errors are sent, and of
    /// requests only warnings: the addresses hold names of files, and why a run was rejected.
    /// </summary>
    [Fact]
    public void Every_message_of_the_host_is_sent_to_Application_Insights()
    {
        using var services = new ServiceCollection().AddLogging().AddPipeline(Mock.Of<TokenCredential>())
            .AddTelemetry(Mock.Of<TokenCredential>()).BuildServiceProvider();

        var rules = services.GetRequiredService<IOptions<LoggerFilterOptions>>().Value.Rules.Where(rule =>
            rule.ProviderName?.Contains("ApplicationInsights", StringComparison.Ordinal) == true);

        Assert.Equal([("Azure", LogLevel.Error), ("Microsoft.AspNetCore", LogLevel.Warning)],
            rules.Select(rule => (rule.CategoryName, rule.LogLevel)));
        Assert.False(services.GetRequiredService<IOptions<ApplicationInsightsServiceOptions>>().Value.EnableAdaptiveSampling);
    }

    [Fact]
    public void Calls_to_storage_whose_addresses_hold_names_of_files_are_not_sent()
    {
        using var services = new ServiceCollection().AddLogging().AddPipeline(Mock.Of<TokenCredential>())
            .AddTelemetry(Mock.Of<TokenCredential>()).BuildServiceProvider();

        Assert.False(services.GetRequiredService<IOptions<ApplicationInsightsServiceOptions>>(
            ).Value.EnableDependencyTrackingTelemetryModule);
    }

    /// <summary>Hosts before 4.1038 refuse a parameter that is called so, and the function is not there.</summary>
    [Fact]
    public void No_parameter_of_a_function_is_called_as_if_it_were_nothing() =>
        Assert.DoesNotContain("_", typeof(Principal).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance))
            .Where(method => method.GetCustomAttribute<FunctionAttribute>() is not null)
            .SelectMany(method => method.GetParameters()).Select(parameter => parameter.Name));

    /// <summary>The host tells of the timer more than is asked for, and names its values as it likes.</summary>
    [Fact]
    public void What_the_host_tells_of_the_timer_is_read()
    {
        const string told =
            """{"Schedule":{"AdjustForDST":true},"ScheduleStatus":{"Last":"2025-10-20T09:15:00+00:00","Next":"2025-10-20T09:30:00+00:00","LastUpdated":"2025-10-20T09:15:00+00:00"},"IsPastDue":true}""";

        var timer = (TimerInfo)PipelineServices.Serializer.Deserialize(new MemoryStream(Encoding.UTF8.GetBytes(told)), typeof(TimerInfo),
            default)!;

        Assert.True(timer.IsPastDue);
        Assert.Equal(new DateTime(2025, 10, 20, 9, 30, 0), timer.ScheduleStatus!.Next.ToUniversalTime());
    }

    [Theory]
    [InlineData("finance", "acme", "3", 403)]
    [InlineData("commissioner", "other", "3", 404)]
    [InlineData("commissioner", "../acme", "3", 404)]
    [InlineData("administrator", "acme", "0", 400)]
    [InlineData("administrator", "acme", "8", 400)]
    [InlineData("administrator", "acme", "soon", 400)]
    public async Task A_link_is_refused(string role, string provider, string days, int status)
    {
        await using var pipeline = new AzurePipeline();
        await pipeline.PutAsync("reference/contracts.csv",
            "contract,provider,provider_name,service_name,client_groups,framework,annual_value_gbp,starts_on,ends_on,supplier_ref\n"
            + "HL-001,acme,Acme,Support,homeless,performance,1.00,2020-01-01,2030-12-31,SUP-1\n");
        await pipeline.NotifyOrchestrationAsync("reference/contracts.csv");
        var links = new UploadLinks(pipeline.Of<Accounts>(), pipeline.Of<AllSteps>(), pipeline.Clock, pipeline.Of<ILogger<UploadLinks>>());
        var request = SignIn.Request("Ann Price", role);
        request.QueryString = QueryString.Create("days", days);

        Assert.Equal(status, await SignIn.RefusalAsync(await links.RunAsync(request, provider, default)));
    }

    [Fact]
    public void A_link_lets_files_be_put_into_one_directory_for_some_days()
    {
        var starts = new DateTimeOffset(2025, 7, 1, 9, 0, 0, TimeSpan.Zero);
        var key = BlobsModelFactory.UserDelegationKey("oid", "tid", starts, starts.AddDays(3), "b", "2020-02-10",
            Convert.ToBase64String(new byte[32]));

        var link = new global::Azure.Storage.Blobs.BlobUriBuilder(UploadLinks.LinkOf(
            new global::Azure.Storage.Blobs.BlobContainerClient(new Uri("https://up.blob.core.windows.net/submissions")),
            ProviderId.Parse("acme"), starts, starts.AddDays(3), key));

        Assert.Equal(("up", "submissions", "acme"), (link.AccountName, link.BlobContainerName, link.BlobName));
        Assert.Equal(("cw", SasProtocol.Https, starts, starts.AddDays(3)),
            (link.Sas.Permissions, link.Sas.Protocol, link.Sas.StartsOn, link.Sas.ExpiresOn));
    }
}
