using Pipeline.Core.Reporting;

namespace Pipeline.Functions.Tests;

/// <summary>The sample through the stores of Azure makes the tables that it makes on one machine, however its events come.</summary>
public sealed class SampleDataTests
{
    [Fact]
    public async Task The_sweep_alone_makes_the_same_tables_as_on_one_machine()
    {
        await using var pipeline = await PipelineWithSampleAsync();

        await pipeline.SweepAsync();
        await pipeline.RefreshAsync();

        await SameTablesAsync(pipeline);
    }

    [Fact]
    public async Task Events_in_reverse_and_each_twice_at_once_make_the_same_tables_without_a_sweep()
    {
        await using var pipeline = await PipelineWithSampleAsync();

        foreach (string path in Sample.Files.Reverse())
            await Task.WhenAll(pipeline.NotifyOrchestrationAsync(path), pipeline.NotifyOrchestrationAsync(path));
        await pipeline.RefreshAsync();

        await SameTablesAsync(pipeline);
    }

    private static async Task<AzurePipeline> PipelineWithSampleAsync()
    {
        var pipeline = new AzurePipeline();
        foreach (string path in Sample.Files)
            await pipeline.PutAsync(path, await File.ReadAllBytesAsync(Sample.PathOf(path)));
        return pipeline;
    }

    private static async Task SameTablesAsync(AzurePipeline pipeline)
    {
        Assert.Equal(ReportingTable.All.Select(t => t.Name).Order(),
            Directory.EnumerateFiles(Sample.PathOf("expected"), "*.csv").Select(Path.GetFileNameWithoutExtension).Order());
        foreach (var table in ReportingTable.All)
            Assert.Equal(await File.ReadAllTextAsync(Sample.PathOf($"expected/{table.Name}.csv")), await pipeline.ExportAsync(table));
    }
}

/// <summary>The sample data of the repository.</summary>
internal static class Sample
{
    private static readonly string Folder = Find();

    /// <summary>Container and name of each of its inputs, in ordinal order.</summary>
    public static IReadOnlyList<string> Files { get; } =
    [
        .. ((string[])["reference", "submissions", "reviews"]).Select(PathOf)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(Folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal),
    ];

    public static string PathOf(string path) => Path.Join(Folder, path);

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!Directory.Exists(Path.Join(folder.FullName, "sample-data")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests are run from within the repository.");
        return Path.Join(folder.FullName, "sample-data");
    }
}
