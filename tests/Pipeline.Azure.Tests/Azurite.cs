using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;

namespace Pipeline.Azure.Tests;

/// <summary>
/// The storage emulator in memory, for all tests; each test uses an account of its own, so that each begins with nothing.
/// </summary>
public sealed class Azurite : IDisposable
{
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
    private static readonly Lazy<Azurite> Started = new(Start);

    private readonly Process _process;
    private readonly int _blobs = FreePort();
    private readonly int _queues = FreePort();
    private readonly int _tables = FreePort();
    private readonly string _accounts = string.Join(';', Enumerable.Range(0, MostAccounts).Select(n => $"{NameOf(n)}:{Key}"));
    private int _used = -1;

    private const int MostAccounts = 600;

    private Azurite()
    {
        string folder = Folder();
        var start = new ProcessStartInfo("node")
            { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() };
        string[] arguments =
        [
            Path.Combine(folder, "node_modules", "azurite", "dist", "src", "azurite.js"), "--inMemoryPersistence", "--skipApiVersionCheck",
            "--disableTelemetry", "--silent",
            "--blobHost", "127.0.0.1", "--queueHost", "127.0.0.1", "--tableHost", "127.0.0.1", "--blobPort", $"{_blobs}", "--queuePort",
            $"{_queues}", "--tablePort", $"{_tables}",
        ];
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["AZURITE_ACCOUNTS"] = _accounts;
        _process = Process.Start(start) ?? throw new InvalidOperationException("Node does not start.");
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
        foreach (int port in (int[])[_blobs, _queues, _tables])
            WaitFor(port);
        // It may be somebody else who listens there, and then it ends.
        if (_process.WaitForExit(TimeSpan.FromSeconds(1)))
            throw Ended();
    }

    /// <summary>Again when it ended, as it does when somebody else was given one of its ports meanwhile.</summary>
    private static Azurite Start()
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return new Azurite();
            }
            catch (IOException) when (attempt < 5)
            {
                // The next has other ports.
            }
        }
    }

    /// <summary>Stores of an account that nobody else uses, with whatever containers and tables a test names.</summary>
    public static (BlobFileStore Files, TableStorageTableStore Tables) NewStores()
    {
        string connection = NewConnection();
        return (new BlobFileStore(new BlobServiceClient(connection).GetBlobContainerClient),
            new TableStorageTableStore(new TableServiceClient(connection).GetTableClient));
    }

    /// <summary>Of an account that nobody else uses.</summary>
    public static string NewConnection() => Started.Value.Connection();

    /// <summary>The pipeline's accounts, all of them one that nobody else uses.</summary>
    public static Accounts NewAccounts() => AccountsIn(NewConnection());

    /// <summary>The pipeline's accounts, all of them this one.</summary>
    public static Accounts AccountsIn(string connection)
    {
        string[] names = [Accounts.Uploads, Accounts.Records, Accounts.Payments, Accounts.Results];
        var settings = new ConfigurationBuilder().AddInMemoryCollection(
            names.Select(name => KeyValuePair.Create<string, string?>(name, connection))).Build();
        return new Accounts(settings, new NoCredential());
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private string Connection()
    {
        string account = NameOf(Interlocked.Increment(ref _used));
        return $"DefaultEndpointsProtocol=http;AccountName={account};AccountKey={Key};BlobEndpoint=http://127.0.0.1:{_blobs}/{account};QueueEndpoint=http://127.0.0.1:{_queues}/{account};TableEndpoint=http://127.0.0.1:{_tables}/{account};";
    }

    private static string NameOf(int number) => $"test{number:0000}";

    private static string Folder()
    {
        string? root = AppContext.BaseDirectory;
        while (root is not null && !File.Exists(Path.Join(root, "Pipeline.sln")))
            root = Path.GetDirectoryName(root);
        string folder = Path.Join(root ?? throw new InvalidOperationException("The tests are run from within the repository."), "tests",
            "Pipeline.Azure.Tests");
        return Directory.Exists(Path.Combine(folder, "node_modules", "azurite"))
            ? folder
            : throw new InvalidOperationException(
                "The storage emulator is not installed: build tests/Pipeline.Azure.Tests, which needs Node.js.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private IOException Ended() => new($"The storage emulator ended with {_process.ExitCode}.");

    /// <exception cref="IOException">It ended.</exception>
    private void WaitFor(int port)
    {
        for (int attempt = 0; ; attempt++)
        {
            if (_process.HasExited)
                throw Ended();
            try
            {
                using var client = new TcpClient();
                client.Connect(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException) when (attempt < 1200)
            {
                Thread.Sleep(100);
            }
        }
    }

    /// <summary>Nothing asks for a token where there is a connection string.</summary>
    private sealed class NoCredential : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw new CredentialUnavailableException("There is none.");

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw new CredentialUnavailableException("There is none.");
    }
}
