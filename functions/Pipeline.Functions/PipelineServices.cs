using Azure.Core;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Functions.Stores;
using Pipeline.Steps;
using Pipeline.Steps.Payments;

namespace Pipeline.Functions;

/// <summary>The steps, put together over the stores of Azure.</summary>
internal static class PipelineServices
{
    public static IServiceCollection AddPipeline(this IServiceCollection services, TokenCredential credential) => services
        .AddSingleton(credential)
        .AddSingleton(TimeProvider.System)
        .AddSingleton<Accounts>()
        .AddSingleton<IFileStore>(s => new BlobFileStore(s.GetRequiredService<Accounts>().Container))
        .AddSingleton<ITableStore>(s => new TableStorageTableStore(s.GetRequiredService<Accounts>().Table))
        .AddSingleton<Uploads>()
        .AddSingleton<Reference>()
        .AddSingleton<Changes>()
        .AddSingleton<Closings>()
        .AddSingleton<Ledger>()
        .AddSingleton<Runs>()
        .AddSingleton<Proposals>()
        .AddSingleton<QuarterPages>()
        .AddSingleton<TakeIn>()
        .AddSingleton<Sweep>()
        .AddSingleton<IQuarterSteps, QuarterSteps>()
        .AddSingleton<PreparePayments>()
        .AddSingleton<DecidePayments>()
        .AddSingleton<ReleasePayments>()
        .AddSingleton<CloseQuarter>();
}
