using Pipeline.Core;
using Pipeline.Core.Submissions;

namespace Pipeline.Steps.Tests.Payments;

public sealed class TakingInTests
{
    private const string Path = "submissions/acme/HL-001/2025-26-Q1/evidence.csv";

    private static async Task<World> Found()
    {
        var world = await World.Reviewed();
        await world.Put(Path, World.Evidence(3));
        return world;
    }

    [Fact]
    public Task A_file_interrupted_anywhere_is_taken_in_again() => Everywhere.Interrupted(Found, world => world.TakeAll());

    [Fact]
    public Task Of_two_files_for_a_slot_at_once_each_becomes_a_version_with_its_own_receipt() => Everywhere.Overtaken(
        Found,
        world => world.TakeIn.RunAsync(Path),
        world => world.Take(Path.Replace(".csv", "-2.csv", StringComparison.Ordinal), World.Evidence(4)),
        async world =>
        {
            var versions = await world.Uploads.OfContractAsync(World.Q1, ContractId.Parse("HL-001"));
            Assert.Equal([1, 2, 3], versions.Select(u => u.Version));
            foreach (var upload in versions)
            {
                Assert.Contains(upload.Sha256.ToString(), await world.Text($"receipts/acme/HL-001/2025-26-Q1/evidence/v{upload.Version}.json"), StringComparison.Ordinal);
                var counts = (EvidenceCounts)await world.Uploads.CountsAsync(upload);
                Assert.Equal(upload.Rows, counts.Elements.Sum(e => e.Items));
            }
        });
}
