using Pipeline.Core.Reporting;
using Pipeline.Local.Workspaces;

namespace Pipeline.Pages.Tests;

/// <summary>The sample data taken in and refreshed, with a provider whose name is markup.</summary>
public class SampleWorkspace : IAsyncLifetime
{
    /// <summary>What a careless page would run.</summary>
    public const string NameOfMarkup =
        "<script>document.title='run'</script><img src=https://example.org/x onerror=document.title='run'> & Sons";

    protected const string NameInSample = "Brindle Lane Youth Project";

    private readonly string _folder = Directory.CreateTempSubdirectory("pipeline-pages-").FullName;

    /// <summary>What that provider is called here.</summary>
    protected virtual string NameShown => NameOfMarkup;

    /// <summary>Every page, by its path in the workspace.</summary>
    public IReadOnlyList<string> Pages { get; private set; } = [];

    /// <summary>Every reference to a client in the sample.</summary>
    public IReadOnlySet<string> ClientReferences { get; private set; } = new HashSet<string>();

    internal Workspace Workspace { get; private set; } = null!;

    public string UrlOf(string page) => new Uri(FileOf(page)).AbsoluteUri;

    public string FileOf(string page) => Path.Combine(_folder, page);

    public string TextOf(string page) => File.ReadAllText(FileOf(page));

    internal async Task<IReadOnlyList<TRow>> RowsAsync<TRow>()
        where TRow : ReportingRow
    {
        var table = ReportingTable.Of<TRow>();
        var rows = new List<TRow>();
        await foreach (var row in Workspace.Tables.ScanAsync(table.Name))
            rows.Add((TRow)table.Row(row.Values));
        return rows;
    }

    public async Task InitializeAsync()
    {
        string sample = Path.Combine(AppContext.BaseDirectory, "sample-data");
        Workspace = new Workspace(_folder, new SampleClock());
        await Workspace.AddDeliveredFrameworksAsync(default);
        var references = new HashSet<string>();
        foreach (string file in Directory.EnumerateFiles(sample, "*.csv", SearchOption.AllDirectories))
        {
            string path = Path.GetRelativePath(sample, file).Replace('\\', '/');
            if (path.StartsWith("expected/", StringComparison.Ordinal) || path.StartsWith("later/", StringComparison.Ordinal))
                continue;
            string text = await File.ReadAllTextAsync(file);
            if (Path.GetFileName(path).StartsWith("outcomes", StringComparison.Ordinal))
                references.UnionWith(text.Split('\n').Skip(1).Select(line => line.Split(',')[0].Trim('"')).Where(r => r.Length > 2));
            using var stream = new MemoryStream(path == "reference/contracts.csv"
                ? System.Text.Encoding.UTF8.GetBytes(text.Replace(NameInSample, NameShown)) : await File.ReadAllBytesAsync(file));
            await Workspace.Files.WriteAsync(path, stream);
        }

        await Workspace.Sweep.RunAsync(2);
        await Workspace.RefreshAsync(default);
        ClientReferences = references;
        Pages = [.. Directory.EnumerateFiles(_folder, "*.html", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(_folder, f).Replace('\\', '/')).Order(StringComparer.Ordinal)];
    }

    public Task DisposeAsync()
    {
        Workspace.Dispose();
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    private sealed class SampleClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2025, 10, 20, 9, 30, 0, TimeSpan.Zero);
    }
}

/// <summary>The sample data as it is.</summary>
public sealed class PlainSampleWorkspace : SampleWorkspace
{
    protected override string NameShown => NameInSample;
}

[CollectionDefinition(Name)]
public sealed class SamplePages : ICollectionFixture<SampleWorkspace>, ICollectionFixture<Browser>
{
    public const string Name = "Pages of the sample";
}
