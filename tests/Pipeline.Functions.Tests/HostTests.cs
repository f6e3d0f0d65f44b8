using System.Reflection;
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
using Pipeline.Steps.Stores;

namespace Pipeline.Functions.Tests;

[Collection(nameof(SignIn))]
public sealed class HostTests
{
    [Fact]
    public void Every_function_can_be_made_from_the_services_of_the_host()
    {
        using var services = new ServiceCollection().AddPipeline(Mock.Of<TokenCredential>()).AddLogging().AddSingleton(Azurite.NewAccounts()).BuildServiceProvider();
        var functions = typeof(Principal).Assembly.GetTypes()
            .Where(type => type.GetMethods().Any(method => method.GetCustomAttribute<FunctionAttribute>() is not null)).ToList();

        Assert.NotEmpty(functions);
        foreach (var type in functions.Where(type => !type.IsAbstract))
            Assert.NotNull(ActivatorUtilities.CreateInstance(services, type));
    }

    /// <summary>
    /// The alerts count messages of every level; the package would let warnings through alone. Of storage and of requests only warnings are
    /// sent: the addresses hold names of files, and why a run was rejected.
    /// </summary>
    [Fact]
    public void Every_message_of_the_host_is_sent_to_Application_Insights()
    {
        using var services = new ServiceCollection().AddLogging().AddPipeline(Mock.Of<TokenCredential>()).AddTelemetry(Mock.Of<TokenCredential>()).BuildServiceProvider();

        var rules = services.GetRequiredService<IOptions<LoggerFilterOptions>>().Value.Rules.Where(rule => rule.ProviderName?.Contains("ApplicationInsights", StringComparison.Ordinal) == true);

        Assert.Equal([("Azure", LogLevel.Warning), ("Microsoft.AspNetCore", LogLevel.Warning)], rules.Select(rule => (rule.CategoryName, rule.LogLevel)));
        Assert.False(services.GetRequiredService<IOptions<ApplicationInsightsServiceOptions>>().Value.EnableAdaptiveSampling);
    }

    [Fact]
    public void Calls_to_storage_whose_addresses_hold_names_of_files_are_not_sent()
    {
        using var services = new ServiceCollection().AddLogging().AddPipeline(Mock.Of<TokenCredential>()).AddTelemetry(Mock.Of<TokenCredential>()).BuildServiceProvider();

        Assert.False(services.GetRequiredService<IOptions<ApplicationInsightsServiceOptions>>().Value.EnableDependencyTrackingTelemetryModule);
    }

    [Fact]
    public async Task The_health_check_reaches_for_the_stores()
    {
        var (files, tables) = Azurite.NewStores();

        Assert.Equal(200, (await SignIn.AnswerAsync(await new Health(files, tables).RunAsync(SignIn.NobodysRequest(), default))).Status);
    }

    [Fact]
    public async Task The_health_check_fails_when_a_store_does_not_answer()
    {
        var tables = new Mock<ITableStore>();
        tables.Setup(t => t.GetAsync(It.IsAny<string>(), It.IsAny<string>(), It.IsAny<string>(), It.IsAny<CancellationToken>())).ThrowsAsync(new StoreUnavailableException("Down."));

        Assert.Equal(503, (await SignIn.AnswerAsync(await new Health(Mock.Of<IFileStore>(), tables.Object).RunAsync(SignIn.NobodysRequest(), default))).Status);
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
        await pipeline.PutAsync("reference/contracts.csv", "contract,provider,provider_name,service_name,client_groups,framework,annual_value_gbp,starts_on,ends_on,supplier_ref\nHL-001,acme,Acme,Support,homeless,performance,1.00,2020-01-01,2030-12-31,SUP-1\n");
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
        var key = BlobsModelFactory.UserDelegationKey("oid", "tid", starts, starts.AddDays(3), "b", "2020-02-10", Convert.ToBase64String(new byte[32]));

        var link = new global::Azure.Storage.Blobs.BlobUriBuilder(UploadLinks.LinkOf(
            new global::Azure.Storage.Blobs.BlobContainerClient(new Uri("https://up.blob.core.windows.net/submissions")), ProviderId.Parse("acme"), starts, starts.AddDays(3), key));

        Assert.Equal(("up", "submissions", "acme"), (link.AccountName, link.BlobContainerName, link.BlobName));
        Assert.Equal(("cw", SasProtocol.Https, starts, starts.AddDays(3)), (link.Sas.Permissions, link.Sas.Protocol, link.Sas.StartsOn, link.Sas.ExpiresOn));
    }
}
