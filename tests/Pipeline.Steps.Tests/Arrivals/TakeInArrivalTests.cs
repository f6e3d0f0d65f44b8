using Pipeline.Core.Frameworks;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Arrivals;
using Pipeline.Steps.Stores;
using Pipeline.Steps.Tests.Stores;

namespace Pipeline.Steps.Tests.Arrivals;

public sealed class TakeInArrivalTests
{
    private const string Evidence = "submissions/acme/HL-001/2025-26-Q1/evidence.csv",
        Second = "submissions/acme/HL-001/2025-26-Q1/evidence-2.csv";

    private readonly TestPipeline _world = new();

    private TakeInArrival Arrival => _world.Arrival;

    [Fact]
    public async Task The_first_file_to_be_told_of_is_taken_in_after_the_register_and_the_delivered_frameworks()
    {
        await _world.Put("reference/contracts.csv", TestPipeline.Register("100000.00"));
        await _world.Put(Evidence, TestPipeline.Evidence(1));

        var taken = await Arrival.RunAsync(Evidence);

        Assert.Equal([.. DeliveredFrameworks.Ids.Select(id => $"reference/frameworks/{id}.json").Order(StringComparer.Ordinal)
            .Prepend("reference/contracts.csv"), Evidence], taken.Select(t => t.Path));
        Assert.All(taken, t => Assert.Equal(UploadStatus.Accepted, t.Receipt.Status));
    }

    [Fact]
    public async Task Of_a_slots_files_the_one_told_of_comes_after_those_before_it_and_those_of_other_slots_wait()
    {
        await _world.Put("reference/contracts.csv", TestPipeline.Register("100000.00"));
        await _world.Put(Evidence, TestPipeline.Evidence(1));
        await _world.Put(Second, TestPipeline.Evidence(2));
        await _world.Put("submissions/acme/HL-001/2025-26-Q1/evidence-other.txt", "");
        await _world.Put("submissions/acme/HL-001/2025-26-Q1/hours.csv", "month,commissioned_hours,delivered_hours\n");

        var taken = await Arrival.RunAsync(Second);

        Assert.Equal([(Second, 2), (Evidence, 1)], taken.Where(t => t.Slot is Slot.Return).Select(t => (t.Path, t.Receipt.Version)));
        Assert.Empty(await Arrival.RunAsync(Evidence));
    }

    [Fact]
    public async Task The_receipt_of_a_file_that_others_came_together_with_says_which_of_them_counts()
    {
        const string third = "submissions/acme/HL-001/2025-26-Q1/evidence-3.csv";
        await _world.Put("reference/contracts.csv", TestPipeline.Register("100000.00"));
        await _world.Put(Evidence, TestPipeline.Evidence(1));
        await _world.Put(Second, TestPipeline.Evidence(2));

        var together = await Arrival.RunAsync(Evidence);
        await _world.Put(third, TestPipeline.Evidence(3));
        var alone = await Arrival.RunAsync(third);
        await _world.Put(Evidence, TestPipeline.Evidence(4));
        var again = await Arrival.RunAsync(Evidence);

        Assert.Equal([(Second, null), (Evidence, "evidence-2.csv")], Said(together));
        Assert.Equal([(third, null)], Said(alone));
        Assert.Equal([(Evidence, null)], Said(again));

        static IEnumerable<(string, string?)> Said(IEnumerable<TakenIn> taken) =>
            taken.Where(t => t.Slot is Slot.Return).Select(t => (t.Path, t.Receipt.CameBefore));
    }

    [Fact]
    public async Task A_file_that_fits_no_slot_is_set_aside()
    {
        var taken = await Arrival.RunAsync("submissions/acme/letter.docx");
        Assert.DoesNotContain(taken, t => t.Slot is null);

        await _world.Put("submissions/acme/letter.docx", "Dear all");
        Assert.Equal(UploadStatus.Quarantined, Assert.Single(await Arrival.RunAsync("submissions/acme/letter.docx")).Receipt.Status);
    }

    [Fact]
    public async Task A_framework_of_the_commissioner_is_never_written_over_by_the_delivered_one()
    {
        const string own = "reference/frameworks/performance.json";
        // Put by the commissioner between the look and the write.
        bool put = false;
        _world.Calls.Hook = async call =>
        {
            if (!put && call is { Operation: "Create", Moment: Moment.Before, Target: own })
            {
                put = true;
                await _world.Put(own, "{}");
            }

            return null;
        };

        await ReferenceFiles.PutDeliveredAsync(_world.Files);
        await ReferenceFiles.PutDeliveredAsync(_world.Files);

        Assert.True(put);
        Assert.Equal("{}", await _world.Text(own));
        Assert.NotNull(await _world.Files.StatAsync("reference/frameworks/strategic-2019.json"));
    }

    [Fact]
    public async Task A_sweep_finds_again_what_changed_and_what_is_new_and_nothing_else()
    {
        await _world.Put("reference/contracts.csv", TestPipeline.Register("100000.00"));
        await _world.Put(Evidence, TestPipeline.Evidence(1));
        await Arrival.RunAsync(Evidence);
        Assert.Empty(await _world.TakeAll());

        await _world.Put(Evidence, TestPipeline.Evidence(2));
        await _world.Put(Second, TestPipeline.Evidence(3));

        Assert.Equal([Second, Evidence], (await _world.TakeAll()).Select(t => t.Path));
        Assert.Empty(await _world.TakeAll());
    }

    [Fact]
    public async Task A_sweep_that_finds_nothing_asks_the_log_once_for_each_quarter_however_many_contracts_there_are()
    {
        const string contracts = "HL-001 HL-002 HL-003 HL-004 HL-005 HL-006";
        await ReferenceFiles.PutDeliveredAsync(_world.Files);
        await _world.Put("reference/contracts.csv", TestPipeline.Register("100000.00", contracts));
        foreach (string quarter in (string[])["2024-25-Q4", "2025-26-Q1"])
        {
            foreach (string contract in contracts.Split(' ')[1..])
                await _world.Put($"submissions/beta/{contract}/{quarter}/evidence.csv", TestPipeline.Evidence(1));
        }

        Assert.Equal(10, (await _world.TakeAll()).Count(t => t.Path.StartsWith("submissions/", StringComparison.Ordinal)));
        var asked = new List<string>();
        _world.Calls.Hook = call =>
        {
            if (call.Operation.StartsWith("Query", StringComparison.Ordinal))
                asked.Add(call.Target);
            return ValueTask.FromResult<Fault?>(null);
        };
        Assert.Empty(await _world.TakeAll());
        Assert.Equal(
            ["sweeps/submissions", "uploads/2024-25-Q4", "uploads/2025-26-Q1", "uploads/reference"],
            asked.Select(target => target.Split('|')[0]).Order());
    }

    [Theory]
    [InlineData("Stat", "reference/frameworks/strategic-2019.json")]
    [InlineData("OpenRead", "reference/calendar.csv")]
    public async Task A_reference_file_that_fails_is_passed_over_and_leaves_what_is_in_force(string operation, string reference)
    {
        await _world.Put("reference/contracts.csv", TestPipeline.Register("100000.00"));
        await Arrival.RunAsync("reference/contracts.csv");
        await _world.Put("reference/calendar.csv", "quarter,contract,due_on,extended_to\n");
        // What was taken in is not looked at again.
        await _world.Put("reference/frameworks/strategic-2019.json", $"{await _world.Text("reference/frameworks/strategic-2019.json")}\n");
        await _world.Put(Evidence, TestPipeline.Evidence(1));
        Fails(operation, reference);
        var follower = new Follower();

        var taken = await Arrival.RunAsync(Evidence, follower);

        Assert.Equal(UploadStatus.Accepted, Assert.Single(taken, t => t.Path == Evidence).Receipt.Status);
        Assert.NotEmpty(follower.Failed);
    }

    [Fact]
    public async Task The_file_told_of_fails_when_it_or_one_before_it_in_its_slot_does_so_that_it_is_told_of_again()
    {
        await _world.Put("reference/contracts.csv", TestPipeline.Register("100000.00"));
        await _world.Put(Evidence, TestPipeline.Evidence(1));
        await _world.Put(Second, TestPipeline.Evidence(2));
        var follower = new Follower();

        Fails("OpenRead", Evidence);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Arrival.RunAsync(Evidence, follower));

        Assert.Empty(follower.Failed);
        Assert.NotNull(await _world.Reference.RegisterAsync());
    }

    private void Fails(string operation, string target) => _world.Calls.Hook = call =>
        ValueTask.FromResult<Fault?>(call.Operation == operation && call.Moment == Moment.Before && call.Target == target
            ? new Fault.Unavailable() : null);

    private sealed class Follower : ISweepFollower
    {
        public List<string> Failed { get; } = [];

        bool ISweepFollower.Failed(string path, Exception exception)
        {
            Failed.Add(path);
            return true;
        }
    }
}
