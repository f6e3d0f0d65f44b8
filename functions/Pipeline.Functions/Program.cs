using Azure.Identity;
using Microsoft.ApplicationInsights.Extensibility;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pipeline.Functions;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
var credential = new DefaultAzureCredential();
builder.Services
    .AddPipeline(credential)
    .AddApplicationInsightsTelemetryWorkerService()
    .ConfigureFunctionsApplicationInsights()
    // The component takes no key, so telemetry is sent as the app too.
    .Configure<TelemetryConfiguration>(telemetry => telemetry.SetAzureTokenCredential(credential));
builder.Logging.AddFilter("Azure", LogLevel.Warning);
builder.Build().Run();
