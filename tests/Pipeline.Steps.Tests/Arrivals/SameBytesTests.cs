using Pipeline.Core.Submissions;

namespace Pipeline.Steps.Tests.Arrivals;

/// <summary>
/// A path whose bytes are those last taken in from it holds no new upload, whatever its date: a restored copy, a touched file, news that
/// comes twice.
/// </summary>
public sealed class SameBytesTests
{
    private const string Evidence = "submissions/acme/HL-001/2025-26-Q1/evidence.csv";

    [Theory]
    [InlineData(Evidence)]
    [InlineData("reference/contracts.csv")]
    [InlineData("reviews/2025-26-Q1/decisions.csv")]
    public async Task Touched_it_is_no_upload(string path)
    {
        var world = await TestPipeline.Reviewed();
        string before = await world.Everything();
        Assert.Null(await world.Take(path, await world.Text(path)));
        Assert.Empty(await world.TakeAll());
        Assert.Equal(before, await world.Everything());
    }

    [Fact]
    public async Task Nor_is_one_that_was_rejected_or_set_aside_or_a_duplicate()
    {
        var world = await TestPipeline.Reviewed();
        foreach (var (path, text, status) in new[]
        {
            (Evidence, "element\n", UploadStatus.Rejected),
            ("submissions/acme/HL-001/2025-26-Q1/evidence-2.csv", TestPipeline.Evidence(2), UploadStatus.Duplicate),
            ("submissions/beta/HL-001/2025-26-Q1/evidence.csv", "anything", UploadStatus.Quarantined),
            ("submissions/acme/notes.csv", "anything", UploadStatus.Quarantined),
        })
        {
            Assert.Equal(status, (await world.Take(path, text))!.Receipt.Status);
            Assert.Null(await world.Take(path, text));
        }
    }

    [Fact]
    public async Task An_older_copy_that_is_restored_brings_nothing_back_and_its_receipt_says_how_to()
    {
        var world = await TestPipeline.Reviewed();
        Assert.Equal(UploadStatus.Accepted, (await world.Take(Evidence, TestPipeline.Evidence(3)))!.Receipt.Status);

        var older = (await world.Take(Evidence, TestPipeline.Evidence(2)))!;
        Assert.Equal((UploadStatus.Duplicate, 1), (older.Receipt.Status, older.Receipt.Version));
        string page = await world.Text(Path.ChangeExtension(older.ReceiptPath, ".html"));
        Assert.Contains("The file is the same as version 1, in place of which version 2 counts now.", page, StringComparison.Ordinal);
        Assert.Contains("such as evidence-restore.csv", page, StringComparison.Ordinal);
        Assert.Null(await world.Take(Evidence, TestPipeline.Evidence(2)));

        var back = (await world.Take("submissions/acme/HL-001/2025-26-Q1/evidence-restore.csv", TestPipeline.Evidence(2)))!;
        Assert.Equal((UploadStatus.Accepted, 3), (back.Receipt.Status, back.Receipt.Version));
    }

    /// <summary>What did not check may check now, and a file of the council's is an act each time.</summary>
    [Fact]
    public async Task What_was_rejected_before_is_checked_again_and_a_register_may_be_put_back()
    {
        var world = await TestPipeline.Reviewed();
        foreach (string text in (string[])["element\n", TestPipeline.Evidence(3), "element\n"])
            Assert.Equal(
                text.Length < 20 ? UploadStatus.Rejected : UploadStatus.Accepted, (await world.Take(Evidence, text))!.Receipt.Status);
        foreach (string value in (string[])["110000.00", "100000.00"])
            Assert.Equal(UploadStatus.Accepted,
                (await world.Take("reference/contracts.csv", TestPipeline.Register(value)))!.Receipt.Status);
    }

    [Fact]
    public async Task A_file_that_was_set_aside_is_looked_at_again_under_another_register()
    {
        var world = await TestPipeline.Reviewed();
        const string path = "submissions/beta/HL-003/2025-26-Q1/evidence.csv";
        Assert.Equal(UploadStatus.Quarantined, (await world.Take(path, TestPipeline.Evidence(1)))!.Receipt.Status);
        await world.Take("reference/contracts.csv", TestPipeline.Register("100000.00", "HL-001 HL-002 HL-003"));
        Assert.Equal(UploadStatus.Accepted, (await world.Take(path, TestPipeline.Evidence(1)))!.Receipt.Status);
    }

    [Fact]
    public async Task For_another_contract_of_the_provider_they_are_told_of()
    {
        var world = await TestPipeline.Reviewed();
        await world.Take("reference/contracts.csv", TestPipeline.Register("100000.00", "HL-001 HL-002 HL-003"));

        const string folder = "submissions/beta/HL-003/2025-26-Q1/";
        // What another provider sent is nobody else's business.
        Assert.Empty((await world.Take(folder + "evidence.csv", TestPipeline.Evidence(2)))!.Receipt.Findings);
        var taken = await world.Take("submissions/beta/HL-002/2025-26-Q1/evidence.csv", TestPipeline.Evidence(2));

        Assert.Equal(UploadStatus.Accepted, taken!.Receipt.Status);
        var told = Assert.Single(taken.Receipt.Findings);
        Assert.Equal(("SLT-102", "the file of HL-002; these are the bytes of the current file of HL-003"), (told.Rule, told.Expected));
        // Only what is current: the other contract has sent another one since.
        await world.Take(folder + "evidence.csv", TestPipeline.Evidence(1));
        await world.Take("submissions/beta/HL-002/2025-26-Q1/evidence.csv", TestPipeline.Evidence(3));
        Assert.Empty((await world.Take("submissions/beta/HL-002/2025-26-Q1/evidence.csv", TestPipeline.Evidence(2)))!.Receipt.Findings);
        // Nil returns are all alike.
        string nil = TestPipeline.Evidence(0);
        await world.Take(folder + "evidence.csv", nil);
        Assert.DoesNotContain((await world.Take("submissions/beta/HL-002/2025-26-Q1/evidence.csv", nil))!.Receipt.Findings,
            finding => finding.Rule == "SLT-102");
    }

    [Fact]
    public async Task What_was_there_before_last_is_an_upload_again()
    {
        var world = await TestPipeline.Reviewed();
        Assert.Equal(2, (await world.Take(Evidence, TestPipeline.Evidence(1)))!.Receipt.Version);
        Assert.NotNull(await world.Take(Evidence, TestPipeline.Evidence(2)));
    }
}
