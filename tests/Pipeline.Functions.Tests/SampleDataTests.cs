using System.Text;
using Azure.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Moq;
using Pipeline.Core;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Reporting;
using Pipeline.Steps;

namespace Pipeline.Functions.Tests;

/// <summary>The sample through the stores of Azure makes the tables that it makes on one machine, however its events come.</summary>
public sealed class SampleDataTests
{
    private static readonly string Folder = FindSample();

    [Fact]
    public async Task The_sweep_alone_makes_the_same_tables_as_on_one_machine()
    {
        await using var pipeline = await PipelineWithSampleAsync();

        await FinishAsync(pipeline);

        await SameTablesAsync(pipeline);
    }

    /// <summary>Files of one slot are taken in as they come, which gives them their numbers; so a slot's own files keep their order here.</summary>
    [Fact]
    public async Task Events_in_reverse_twice_and_one_missing_make_the_same_tables()
    {
        await using var pipeline = await PipelineWithSampleAsync();
        var takeIn = pipeline.GetRequiredService<TakeIn>();
        var sweep = pipeline.GetRequiredService<Sweep>();
        var paths = new List<string>();
        await foreach (var file in pipeline.GetRequiredService<IFileStore>().ListAsync("submissions/"))
            paths.Add(file.Path);
        await sweep.RunAsync(await ReferenceAsync(pipeline));

        var slots = paths.GroupBy(p => Slot.At(p) is { } slot ? slot.Folder + slot.Name : p).Reverse().ToList();
        foreach (var slot in slots.Skip(1))
        {
            foreach (string path in slot.OrderBy(p => Path.ChangeExtension(p, null), StringComparer.Ordinal))
                await Task.WhenAll(takeIn.RunAsync(path), takeIn.RunAsync(path));
        }

        await FinishAsync(pipeline);

        await SameTablesAsync(pipeline);
    }

    private static async Task<ServiceProvider> PipelineWithSampleAsync()
    {
        var pipeline = new ServiceCollection().AddPipeline(Mock.Of<TokenCredential>())
            .Replace(ServiceDescriptor.Singleton(Azurite.NewAccounts()))
            .Replace(ServiceDescriptor.Singleton<TimeProvider>(new StandingClock()))
            .BuildServiceProvider();
        var files = pipeline.GetRequiredService<IFileStore>();
        foreach (string id in DeliveredFrameworks.Ids)
        {
            await using var json = DeliveredFrameworks.Open(id);
            await files.WriteAsync($"reference/frameworks/{id}.json", json);
        }

        foreach (string file in ((string[])["reference", "submissions", "reviews"]).SelectMany(container => Directory.EnumerateFiles(Path.Join(Folder, container), "*", SearchOption.AllDirectories)))
        {
            await using var stream = File.OpenRead(file);
            await files.WriteAsync(Path.GetRelativePath(Folder, file).Replace('\\', '/'), stream);
        }

        return pipeline;
    }

    private static async Task<IReadOnlyList<string>> ReferenceAsync(ServiceProvider pipeline)
    {
        var paths = new List<string>();
        await foreach (var file in pipeline.GetRequiredService<IFileStore>().ListAsync("reference/"))
            paths.Add(file.Path);
        return paths;
    }

    private static async Task FinishAsync(ServiceProvider pipeline)
    {
        await pipeline.GetRequiredService<Sweep>().RunAsync(parallel: 4);
        foreach (var quarter in await pipeline.GetRequiredService<Changes>().ChangedQuartersAsync())
            await RefreshQuarter.RunAsync(pipeline.GetRequiredService<IQuarterSteps>(), quarter);
    }

    private static async Task SameTablesAsync(ServiceProvider pipeline)
    {
        foreach (string golden in Directory.EnumerateFiles(Path.Join(Folder, "expected"), "*.csv"))
        {
            var table = ReportingTable.All.Single(t => t.Name == Path.GetFileNameWithoutExtension(golden));
            using var csv = new MemoryStream();
            await ReportingExport.WriteAsync(pipeline.GetRequiredService<ITableStore>(), table, csv);
            Assert.Equal(await File.ReadAllTextAsync(golden), Encoding.UTF8.GetString(csv.ToArray()));
        }
    }

    private static string FindSample()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!Directory.Exists(Path.Join(folder.FullName, "sample-data")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests are run from within the repository.");
        return Path.Join(folder.FullName, "sample-data");
    }

    private sealed class StandingClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2025, 10, 20, 9, 30, 0, TimeSpan.Zero);
    }
}
