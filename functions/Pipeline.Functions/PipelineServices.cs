using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Core;
using Azure.Core.Serialization;
using Microsoft.ApplicationInsights.Extensibility;
using Microsoft.ApplicationInsights.WorkerService;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pipeline.Azure;
using Pipeline.Core.Submissions;
using Pipeline.Functions.Arrivals;
using Pipeline.Functions.Pages;
using Pipeline.Functions.Telemetry;
using Pipeline.Steps;
using Pipeline.Steps.Stores;
using Pipeline.Web;
using Pipeline.Web.Shared;

namespace Pipeline.Functions;

/// <summary>The steps, put together over the stores of Azure.</summary>
internal static class PipelineServices
{
    private const string ApplicationInsights = "Microsoft.Extensions.Logging.ApplicationInsights.ApplicationInsightsLoggerProvider";

    /// <param name="services">Of the host.</param>
    /// <param name="credential">The app's.</param>
    /// <param name="awaitScans">Whether uploads are scanned for malware, and are taken in only when nothing was found in them.</param>
    public static IServiceCollection AddPipeline(this IServiceCollection services, TokenCredential credential, bool awaitScans = false) =>
        services
        .AddSingleton(credential)
        .AddSingleton(TimeProvider.System)
        .AddSingleton<Accounts>()
        .AddSingleton<IFileStore>(s => new BlobFileStore(s.GetRequiredService<Accounts>().Container))
        .AddSingleton<ITableStore>(s => new TableStorageTableStore(s.GetRequiredService<Accounts>().Table))
        .AddSingleton(s => new AllSteps(s.GetRequiredService<IFileStore>(), s.GetRequiredService<ITableStore>(),
            s.GetRequiredService<TimeProvider>(), awaitScans: awaitScans, withTableFiles: true))
        .AddSingleton<DefenderScan>()
        .AddSingleton<ISiteHost, AzureSite>()
        .AddSite()
        .Configure<WorkerOptions>(worker => worker.Serializer = Serializer);

    /// <summary>
    /// What orchestrations, their activities and the host tell each other, with the core's values as files have them. The host tells more
    /// than this worker asks for, and an older version of it may have told other things.
    /// </summary>
    internal static ObjectSerializer Serializer { get; } =
        new JsonObjectSerializer(new JsonSerializerOptions(CoreJson.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip });

    /// <summary>
    /// Sends what <see cref="Log"/> writes to Application Insights, all of it: the alerts of infra count single messages. Calls to storage
    /// are not sent: there are a hundred for each file, and their addresses hold its name. Nor are requests to the host, whose addresses
    /// hold why a run was rejected, in somebody's own words.
    /// </summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services, TokenCredential credential) => services
        .AddApplicationInsightsTelemetryWorkerService(new ApplicationInsightsServiceOptions
            { EnableAdaptiveSampling = false, EnableDependencyTrackingTelemetryModule = false })
        .ConfigureFunctionsApplicationInsights()
        // The component takes no key, so telemetry is sent as the app too.
        .Configure<TelemetryConfiguration>(telemetry => telemetry.SetAzureTokenCredential(credential))
        // The package comes with a rule that lets warnings through, and nothing below them.
        .Configure<LoggerFilterOptions>(filters =>
        {
            foreach (var rule in filters.Rules.Where(rule => rule.ProviderName == ApplicationInsights).ToList())
                filters.Rules.Remove(rule);
            // What its client libraries warn of they try again, and what fails for good the stores tell.
            filters.Rules.Add(new LoggerFilterRule(ApplicationInsights, "Azure", LogLevel.Error, null));
            filters.Rules.Add(new LoggerFilterRule(ApplicationInsights, "Microsoft.AspNetCore", LogLevel.Warning, null));
        });
}
