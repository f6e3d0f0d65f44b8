using Pipeline.Core;
using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;
using Pipeline.Steps.State;
using Pipeline.Steps.Stores;
using Pipeline.Steps.Tests.Stores;

namespace Pipeline.Steps.Tests.State;

/// <summary>What waits to be refreshed waits until a refresh saw it.</summary>
public sealed class PendingChangesTests
{
    private readonly InMemoryTableStore _tables = new();

    [Fact]
    public async Task What_one_provider_sent_still_waits_when_what_another_sent_for_the_same_contract_is_struck_out()
    {
        var changes = new PendingChanges(_tables);
        await CommitAsync(changes, "acme");
        var seen = (await changes.OfAsync(TestPipeline.Q1))!.Noted;

        // While that is refreshed, the provider to whom the contract went sends its own first version.
        await CommitAsync(changes, "beta");
        await changes.AcknowledgeAsync(TestPipeline.Q1, seen);

        Assert.Equal([ContractId.Parse("HL-001")], (await changes.OfAsync(TestPipeline.Q1))?.Contracts);
    }

    /// <summary>Whoever looks just then would strike out that all contracts are to be refreshed.</summary>
    [Fact]
    public async Task The_first_sign_of_a_quarter_stays_though_the_quarter_is_not_known_yet()
    {
        var world = await TestPipeline.Reviewed();
        var next = TestPipeline.Q1.Next!.Value;
        await world.Take("submissions/acme/HL-001/2025-26-Q1/referrals.csv",
            "referral_ref,received_on,route,joint,status,decided_on,reason\n");
        await world.Tables.SubmitAsync("changes", next.ToString(), [new RowChange.Insert("-|first", new Dictionary<string, TableValue>())]);

        Assert.Null(await world.Quarters.FindWorkAsync(next));
        Assert.Equal(["-|first"], (await world.Changes.OfAsync(next))?.Noted);
    }

    private async Task CommitAsync(PendingChanges changes, string provider)
    {
        var slot = new Slot.Return(ProviderId.Parse(provider), ContractId.Parse("HL-001"), TestPipeline.Q1, Dataset.Evidence);
        await changes.NoteAsync(slot, 1);
        var commit = UploadLog.CommitOf(slot, 1);
        await _tables.SubmitAsync(commit.Table, commit.PartitionKey,
            [new RowChange.Insert(commit.RowKey, new Dictionary<string, TableValue> { [commit.Column] = true })]);
    }
}
