using System.Buffers.Binary;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Azure.Tests;
using Spectre.Console;

namespace Pipeline.Benchmarks;

/// <summary>
/// Measures the start of the app that Azure runs, as it was published: from the process to its first answer, over the storage emulator.
/// What stands for the Functions host here speaks as much of its protocol as that takes.
/// </summary>
internal static class StartTimes
{
    private static readonly string[] Moments =
        ["has found the host", "is ready", "has told its functions", "has answered the health check", "has answered it again"];

    public static RootCommand Command()
    {
        var published = new Argument<DirectoryInfo[]>("published")
            { Arity = ArgumentArity.OneOrMore, Description = "What dotnet publish has made of functions/Pipeline.Functions." };
        var times = new Option<int>("--times")
            { DefaultValueFactory = _ => 11, Description = "Counted starts of each, in turns, after one that is not counted." };
        var command = new RootCommand("Measures how long the app on Azure takes to start.") { published, times };
        command.SetAction(async (parsed, cancel) =>
        {
            var folders = parsed.GetRequiredValue(published);
            string connection = Azurite.NewConnection();
            var starts = folders.ToDictionary(folder => folder, _ => new List<Start>());
            for (int time = -1; time < parsed.GetValue(times); time++)
            {
                foreach (var folder in folders)
                {
                    var start = await StartAsync(folder.FullName, connection, cancel);
                    if (time >= 0)
                        starts[folder].Add(start);
                }
            }

            foreach (var (folder, all) in starts)
                AnsiConsole.Write(TableOf(folder.Name, all));
            return 0;
        });
        return command;
    }

    private static Table TableOf(string name, List<Start> starts)
    {
        var table = new Table().Title(Markup.Escape(name)).AddColumns("the app", "median ms", "least ms", "processor ms");
        for (int n = 0; n < Moments.Length; n++)
        {
            var at = starts.Select(start => start.Moments[n]).ToList();
            table.AddRow(Moments[n], Median(at.Select(m => m.After)), Milliseconds(at.Min(m => m.After)),
                Median(at.Select(m => m.Processor)));
        }

        return table;
    }

    private static string Median(IEnumerable<TimeSpan> times)
    {
        var ordered = times.Order().ToList();
        return Milliseconds(ordered[ordered.Count / 2]);
    }

    private static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString("N0", CultureInfo.InvariantCulture);

    /// <param name="folder">Where the app was published to.</param>
    /// <param name="connection">Of the account that stands for all of the app's.</param>
    /// <param name="cancel">Ends the app, too.</param>
    private static async Task<Start> StartAsync(string folder, string connection, CancellationToken cancel)
    {
        await using var host = await FakeHost.ListenAsync();
        var info = new ProcessStartInfo("dotnet", [
            Path.Combine(folder, "Pipeline.Functions.dll"), "--functions-uri", $"{host.Address}", "--functions-worker-id", "one",
            "--functions-request-id", "start", "--functions-grpc-max-message-length", "2147483647"])
            { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string account in new[] { "Uploads", "Records", "Payments", "Results", "AzureWebJobsStorage" })
            info.Environment[account] = connection;
        foreach (string name in new[] { "FUNCTIONS_WORKER_DIRECTORY", "FUNCTIONS_APPLICATION_DIRECTORY" })
            info.Environment[name] = folder;
        var start = new Start();
        using var app = Process.Start(info)!;
        try
        {
            var output = app.StandardOutput.ReadToEndAsync(cancel);
            var error = app.StandardError.ReadToEndAsync(cancel);
            var ended = Task.WhenAll(output, error);
            var answering = host.AskAsync(folder, () => start.Mark(app), cancel);
            if (await Task.WhenAny(answering, ended) == ended)
                throw new InvalidOperationException($"The app ended: {await output}{await error}");
            await answering;
            return start;
        }
        finally
        {
            app.Kill();
            await app.WaitForExitAsync(CancellationToken.None);
        }
    }

    private sealed class Start
    {
        private readonly long _began = Stopwatch.GetTimestamp();

        public List<(TimeSpan After, TimeSpan Processor)> Moments { get; } = [];

        public void Mark(Process app)
        {
            var after = Stopwatch.GetElapsedTime(_began);
            app.Refresh();
            Moments.Add((after, app.TotalProcessorTime));
        }
    }

    /// <summary>
    /// One stream of gRPC, which the app opens. The numbers are those of the fields in FunctionRpc.proto
    /// (Azure/azure-functions-language-worker-protobuf).
    /// </summary>
    private sealed class FakeHost : IAsyncDisposable
    {
        private const int Invoke = 4, Load = 8, Initialized = 16, Initialize = 17, Opened = 20, AskFunctions = 29, Functions = 30,
            Loaded = 9;

        private readonly WebApplication _server;
        private readonly TaskCompletionSource<HttpContext> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private FakeHost()
        {
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore()
                .ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
            _server = builder.Build();
            _server.Run(async context =>
            {
                context.Response.ContentType = "application/grpc";
                await context.Response.StartAsync();
                _opened.TrySetResult(context);
                await _closed.Task;
            });
        }

        public Uri Address =>
            new(_server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

        public static async Task<FakeHost> ListenAsync()
        {
            var host = new FakeHost();
            await host._server.StartAsync();
            return host;
        }

        /// <summary>Leads the app through its start.</summary>
        /// <param name="folder">Where the app is.</param>
        /// <param name="mark">Called at each of the moments.</param>
        /// <param name="cancel">Ends it.</param>
        public async Task AskAsync(string folder, Action mark, CancellationToken cancel)
        {
            var stream = await _opened.Task.WaitAsync(cancel);
            await ReadAsync(stream, Opened, cancel);
            mark();
            await WriteAsync(stream, Initialize, Message((1, "4.1037.0")), cancel);
            var http = Entries(await ReadAsync(stream, Initialized, cancel), 2).First(capability => Text(capability, 1) == "HttpUri");
            mark();
            await WriteAsync(stream, AskFunctions, Message((1, folder)), cancel);
            var health = Entries(await ReadAsync(stream, Functions, cancel), 1).First(function => Text(function, 4) == "Health");
            mark();

            string id = Text(health, 13)!;
            // Its bindings as the host tells them, beside the text of them that the app told.
            byte[] trigger = Message((6, Message((1, "request"), (2, Message((2, "httpTrigger"))))));
            await WriteAsync(stream, Load, Message((1, id), (2, [.. health, .. trigger])), cancel);
            await ReadAsync(stream, Loaded, cancel);
            using var client = new HttpClient { BaseAddress = new Uri(Text(http, 2)!) };
            for (int time = 0; time < 2; time++)
            {
                string invocation = $"invocation-{time}";
                // With an empty trace and no try before it.
                await WriteAsync(stream, Invoke, Message((1, invocation), (2, id), (5, ""), (6, "")), cancel);
                using var response = await AskHealthAsync(client, invocation, cancel);
                if (!response.IsSuccessStatusCode)
                    throw new InvalidOperationException($"{response.StatusCode}: {await response.Content.ReadAsStringAsync(cancel)}");
                mark();
            }
        }

        /// <summary>The app says where it listens before it does.</summary>
        private static async Task<HttpResponseMessage> AskHealthAsync(HttpClient client, string invocation, CancellationToken cancel)
        {
            while (true)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/health", UriKind.Relative));
                request.Headers.Add("x-ms-invocation-id", invocation);
                try
                {
                    return await client.SendAsync(request, cancel);
                }
                catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.ConnectionError)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(5), cancel);
                }
            }
        }

        public async ValueTask DisposeAsync()
        {
            _closed.TrySetResult();
            await _server.DisposeAsync();
        }

        private static async Task WriteAsync(HttpContext stream, int kind, byte[] content, CancellationToken cancel)
        {
            byte[] message = Message((1, "start"), (kind, content));
            byte[] head = new byte[5];
            BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(1), message.Length);
            await stream.Response.Body.WriteAsync((byte[])[.. head, .. message], cancel);
            await stream.Response.Body.FlushAsync(cancel);
        }

        /// <returns>The content of the next message of that kind; others, such as what the app logs, are passed over.</returns>
        private static async Task<byte[]> ReadAsync(HttpContext stream, int kind, CancellationToken cancel)
        {
            byte[] head = new byte[5];
            while (true)
            {
                await stream.Request.Body.ReadExactlyAsync(head, cancel);
                byte[] message = new byte[BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1))];
                await stream.Request.Body.ReadExactlyAsync(message, cancel);
                if (Entries(message, kind).FirstOrDefault() is { } content)
                    return content;
            }
        }

        /// <summary>A message of fields that are texts or messages.</summary>
        private static byte[] Message(params ReadOnlySpan<Field> fields)
        {
            using var written = new MemoryStream();
            using (var output = new CodedOutputStream(written, leaveOpen: true))
            {
                foreach (var (number, content) in fields)
                {
                    output.WriteTag(number, WireFormat.WireType.LengthDelimited);
                    output.WriteBytes(ByteString.CopyFrom(content));
                }
            }

            return written.ToArray();
        }

        private static string? Text(byte[] message, int number) =>
            Entries(message, number).Select(Encoding.UTF8.GetString).FirstOrDefault();

        /// <summary>The contents of each field of that number.</summary>
        private static List<byte[]> Entries(byte[] message, int number)
        {
            var found = new List<byte[]>();
            using var input = new CodedInputStream(message);
            while (input.ReadTag() is not 0 and var tag)
            {
                if (WireFormat.GetTagFieldNumber(tag) == number && WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
                    found.Add(input.ReadBytes().ToByteArray());
                else
                    input.SkipLastField();
            }

            return found;
        }

        private readonly record struct Field(int Number, byte[] Content)
        {
            public static implicit operator Field((int Number, byte[] Content) field) => new(field.Number, field.Content);

            public static implicit operator Field((int Number, string Text) field) => new(field.Number, Encoding.UTF8.GetBytes(field.Text));
        }
    }
}
