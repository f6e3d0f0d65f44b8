using Azure.Identity;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using Pipeline.Functions;
using Pipeline.Functions.Web;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.UseMiddleware<FailuresAsProblems>();
var credential = new DefaultAzureCredential();
// Infra sets it where it has uploads scanned.
builder.Services.AddPipeline(credential, awaitScans: builder.Configuration["MalwareScanning"] == bool.TrueString).AddTelemetry(credential);
builder.Build().Run();
