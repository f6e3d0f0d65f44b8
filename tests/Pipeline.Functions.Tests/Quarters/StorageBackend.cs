using System.Net;
using System.Reflection;
using DurableTask.AzureStorage;
using DurableTask.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Testing.Sidecar.Grpc;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Pipeline.Steps.Tests;

namespace Pipeline.Functions.Tests.Quarters;

/// <summary>
/// The host's orchestrators and activities over the backend that host.json names: histories and queues in an emulated account. What stands
/// between it and the worker in the Functions host is the test host's server.
/// </summary>
internal sealed class StorageBackend : IAsyncDisposable
{
    private readonly AzureStorageOrchestrationService _service;
    private readonly WebApplication _server;
    private readonly GrpcChannel _channel;
    private readonly IHost _worker;

    private StorageBackend(AzureStorageOrchestrationService service, WebApplication server, GrpcChannel channel, IHost worker) =>
        (_service, _server, _channel, _worker) = (service, server, channel, worker);

    public DurableTaskClient Client => _worker.Services.GetRequiredService<DurableTaskClient>();

    /// <param name="connection">Of the account that keeps what is under way.</param>
    /// <param name="world">What the activities work on.</param>
    /// <param name="whenFinishing">Before a round's last activity.</param>
    public static async Task<StorageBackend> StartAsync(string connection, TestPipeline world, Func<Task>? whenFinishing = null)
    {
        var service = new AzureStorageOrchestrationService(new AzureStorageOrchestrationServiceSettings
        {
            TaskHubName = "OutcomesPipeline",
            StorageAccountClientProvider = new StorageAccountClientProvider(connection),
            // One worker, which need not share them out.
            PartitionCount = 1,
            MaxQueuePollingInterval = TimeSpan.FromMilliseconds(200),
        });
        await service.StartAsync();
        var asked = DispatchProxy.Create<IOrchestrationService, StartedElsewhere>();
        ((StartedElsewhere)asked).Service = service;
        var server = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        server.WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        server.Services.AddLogging().AddRouting().AddGrpc();
        server.Services.AddSingleton(asked).AddSingleton<IOrchestrationServiceClient>(service).AddSingleton<TaskHubGrpcServer>();
        var app = server.Build();
        app.MapGrpcService<TaskHubGrpcServer>();
        await app.StartAsync();

        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        var channel = GrpcChannel.ForAddress(addresses.First());
        var worker = Host.CreateEmptyApplicationBuilder(null);
        worker.Services.AddLogging()
            .Configure<DurableTaskWorkerOptions>(options => options.DataConverter = new ByHost())
            .Configure<DurableTaskClientOptions>(options => options.DataConverter = new ByHost());
        worker.Services.AddDurableTaskWorker(
            tasks => tasks.AddTasks(registry => registry.AddTasksOf(world, whenFinishing)).UseGrpc(channel));
        worker.Services.AddDurableTaskClient(client => client.UseGrpc(channel));
        var host = worker.Build();
        await host.StartAsync();
        return new StorageBackend(service, app, channel, host);
    }

    /// <summary>As an app ends: the orchestrations in hand come to their next rest, and then nothing more is taken.</summary>
    public async ValueTask DisposeAsync()
    {
        // While the worker still answers for them.
        await _service.StopAsync();
        await _worker.StopAsync();
        _worker.Dispose();
        _channel.Dispose();
        await _server.DisposeAsync();
    }

    /// <summary>
    /// The server starts and stops its service where nobody waits for it: what fails there ends the process, and the service goes on taking
    /// messages, on which nobody works, after the server's end. So it is started before the server, and stopped before it.
    /// </summary>
#pragma warning disable CA1852 // The proxy is derived from it while the tests run.
    private class StartedElsewhere : DispatchProxy
#pragma warning restore CA1852
    {
        public IOrchestrationService Service { get; set; } = null!;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Name is nameof(IOrchestrationService.StartAsync) or nameof(IOrchestrationService.StopAsync)
                ? Task.CompletedTask
                : targetMethod.Invoke(Service, BindingFlags.DoNotWrapExceptions, null, args, null);
    }
}
