using Pipeline.Core.Submissions;
using Pipeline.Steps.Arrivals;
using Pipeline.Steps.Tests.Stores;

namespace Pipeline.Steps.Tests.Arrivals;

/// <summary>A file over the limit is refused from its length: it is neither read, nor copied, nor archived.</summary>
public sealed class FileLimitTests
{
    private const string Folder = "submissions/acme/HL-001/2025-26-Q1/";

    [Theory]
    [InlineData(Folder + "evidence.csv", UploadStatus.Rejected)]
    [InlineData(Folder + "evidence.xlsx", UploadStatus.Rejected)]
    [InlineData(Folder + "return.xlsx", UploadStatus.Rejected)]
    [InlineData("reference/contracts.csv", UploadStatus.Rejected)]
    [InlineData("reviews/2025-26-Q1/decisions.csv", UploadStatus.Rejected)]
    [InlineData("submissions/acme/notes.csv", UploadStatus.Quarantined)]
    [InlineData("submissions/beta/HL-001/2025-26-Q1/evidence.csv", UploadStatus.Quarantined)]
    public async Task A_file_over_the_limit_is_refused_unread_and_not_kept(string path, UploadStatus status)
    {
        var world = await TestPipeline.Reviewed();
        var kept = await Kept(world);
        await world.Put(path, new string('x', 1001));
        var read = new List<string>();
        world.Calls.Hook = call =>
        {
            if (call.Operation == "OpenRead")
                read.Add(call.Target);
            return ValueTask.FromResult<Fault?>(null);
        };

        var taken = Assert.Single(await With(world, 1000).RunAsync(path));

        Assert.Equal(status, taken.Receipt.Status);
        var finding = Assert.Single(taken.Receipt.Findings, f => f.Rule == "FIL-007");
        Assert.Equal("at most 1000 bytes; this file was neither read nor kept", finding.Expected);
        Assert.Equal(Core.Sha256.Unread, taken.Receipt.Sha256);
        Assert.Contains("neither read nor kept", await world.Text(Path.ChangeExtension(taken.ReceiptPath, ".html")),
            StringComparison.Ordinal);
        Assert.DoesNotContain(path, read);
        Assert.Equal(kept, await Kept(world));
        Assert.Empty(await With(world, 1000).RunAsync(path));
    }

    [Fact]
    public async Task One_at_the_limit_is_read_and_the_version_before_one_over_it_stays()
    {
        const string path = Folder + "evidence.csv";
        var world = await TestPipeline.Reviewed();
        string text = TestPipeline.Evidence(1);
        await world.Put(path, text);
        Assert.Equal(UploadStatus.Accepted, Assert.Single(await With(world, text.Length).RunAsync(path)).Receipt.Status);
        await world.Put(path, text + " ");
        Assert.Equal(UploadStatus.Rejected, Assert.Single(await With(world, text.Length).RunAsync(path)).Receipt.Status);
        Assert.Equal(2, Upload.CurrentOf(await world.Uploads.OfSlotAsync(Slot.At(path)!))!.Version);
    }

    private static TakeIn With(TestPipeline world, long limit) =>
        new(world.Files, world.Uploads, world.Reference, world.Changes, world.Ledger, world.Reckoning, world.Held, world.Clock, limit);

    private static async Task<IReadOnlyList<string>> Kept(TestPipeline world) =>
        [.. (await world.Files.ListAsync("archive/").ToListAsync()).Concat(await world.Files.ListAsync("quarantine/").ToListAsync())
            .Select(file => file.Path)];
}
