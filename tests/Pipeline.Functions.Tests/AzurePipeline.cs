using System.Text;
using Azure.Core;
using Azure.Storage.Blobs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Moq;
using Pipeline.Azure;
using Pipeline.Azure.Tests;
using Pipeline.Core;
using Pipeline.Core.Reporting;
using Pipeline.Functions.Arrivals;
using Pipeline.Functions.Tests.Quarters;
using Pipeline.Steps;
using Pipeline.Steps.Quarters;
using Pipeline.Steps.Stores;

namespace Pipeline.Functions.Tests;

/// <summary>
/// The pipeline as the host puts it together, over an emulated account of its own, with its triggers called as Azure calls them.
/// </summary>
internal sealed class AzurePipeline : IAsyncDisposable
{
    public static readonly DateTimeOffset Now = new(2025, 10, 20, 9, 30, 0, TimeSpan.Zero);

    private readonly ServiceProvider _services;

    /// <param name="awaitScans">Whether uploads are scanned for malware.</param>
    public AzurePipeline(bool awaitScans = false)
    {
        _services = new ServiceCollection().AddPipeline(Mock.Of<TokenCredential>(), awaitScans)
            .Replace(ServiceDescriptor.Singleton(Azurite.AccountsIn(Connection)))
            .Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock))
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(Log))
            .BuildServiceProvider();
    }

    /// <summary>To all of its accounts.</summary>
    public string Connection { get; } = Azurite.NewConnection();

    public StandingClock Clock { get; } = new();

    public RecordedLog Log { get; } = new();

    public OrchestrationService Orchestrations { get; } = new();

    /// <summary>The instances that the triggers started or told.</summary>
    public List<string> Started => Orchestrations.Notified;

    public IFileStore Files => Of<IFileStore>();

    public ITableStore Tables => Of<ITableStore>();

    public T Of<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public Task PutAsync(string path, string text) => PutAsync(path, Encoding.UTF8.GetBytes(text));

    public async Task PutAsync(string path, byte[] content) => await Files.WriteAsync(path, new MemoryStream(content));

    /// <summary>Azure tells of a file.</summary>
    public Task NotifyOrchestrationAsync(string path)
    {
        string[] parts = path.Split('/', 2);
        var blob = Of<Accounts>().Container(parts[0]).GetBlobClient(parts[1]);
        var triggers = ActivatorUtilities.CreateInstance<TakeInFiles>(_services);
        Func<BlobClient, DurableTaskClient, CancellationToken, Task> trigger = parts[0] switch
        {
            "submissions" => triggers.SubmissionAsync,
            "reviews" => triggers.ReviewAsync,
            "confirmations" => triggers.ConfirmationAsync,
            _ => triggers.ReferenceAsync,
        };
        return trigger(blob, Orchestrations.Client, default);
    }

    /// <summary>The scan of a file tells what it found.</summary>
    public Task ScannedAsync(string message) => ActivatorUtilities.CreateInstance<TakeInFiles>(_services)
        .ScannedAsync(message, Orchestrations.Client, default);

    public void PoisonScanned(string message) => ActivatorUtilities.CreateInstance<TakeInFiles>(_services).ScannedNotTakenIn(message);

    public void Poison(string message) => ActivatorUtilities.CreateInstance<TakeInFiles>(_services).UploadNotTakenIn(message);

    /// <summary>The timer goes off.</summary>
    public Task SweepAsync() => ActivatorUtilities.CreateInstance<SweepFiles>(_services)
        .RunAsync(new TimerInfo(), Orchestrations.Client, default);

    /// <summary>What the orchestrations that were started do; that they do it is tested by replaying them.</summary>
    public async Task RefreshAsync()
    {
        foreach (string instance in Started.Where(instance => instance.StartsWith("refresh-", StringComparison.Ordinal)).Distinct()
            .ToList())
            await RefreshQuarter.RunAsync(Of<AllSteps>().Quarters, Quarter.Parse(instance["refresh-".Length..]));
    }

    public async Task<string> ExportAsync(ReportingTable table)
    {
        using var csv = new MemoryStream();
        await ReportingExport.WriteAsync(Tables, table, csv);
        return Encoding.UTF8.GetString(csv.ToArray());
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}

internal sealed class StandingClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = AzurePipeline.Now;

    public override DateTimeOffset GetUtcNow() => Now;
}

/// <summary>What was logged: the event's name, then the message.</summary>
internal sealed class RecordedLog : ILoggerProvider, ILogger
{
    public System.Collections.Concurrent.ConcurrentQueue<string> Messages { get; } = new();

    public ILogger<T> Of<T>() => LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(this))
        .CreateLogger<T>();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter) =>
        Messages.Enqueue($"{eventId.Name}: {formatter(state, exception)}");

    public void Dispose() { }
}
