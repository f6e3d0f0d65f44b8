using System.Text;
using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Arrivals;
using Pipeline.Steps.Tests.Stores;

namespace Pipeline.Steps.Tests.Payments;

/// <summary>
/// To look at something writes nothing, also while finance's confirmations are accepted and nobody has entered them into the ledger: they
/// count all the same.
/// </summary>
public sealed class ReadingTests
{
    private static readonly PaymentId Core = PaymentId.Parse("HL-001-2025-26-Q1-core-r001");

    private static readonly Slot Contracts = new Slot.Reference(Dataset.Contracts);

    public static TheoryData<string, Func<AllSteps, Task>> Readings => new()
    {
        { "status", async steps =>
            {
                var quarters = await steps.Returns.QuartersAsync(new DateOnly(2025, 7, 10));
                Assert.Contains(TestPipeline.Q1, quarters);
                Assert.NotEmpty(await steps.Returns.OfQuarterAsync(TestPipeline.Q1, new DateOnly(2025, 7, 10)));
                Assert.NotNull(await steps.Changes.OfAsync(TestPipeline.Q1));
            }
        },
        { "explain a payment", async steps => Assert.Contains("Finance reported it failed on 10 July 2025, reference BACS-1.",
            (await steps.Explain.PaymentAsync(Core))!) },
        { "explain a contract", async steps => Assert.Contains(
            $"Payment {Core} failed or was returned, which put -£22,500.00 on core.",
            (await steps.Explain.ContractAsync(Core.Contract, TestPipeline.Q1))!) },
        { "pay status", async steps =>
            {
                var run = (await steps.Runs.FindAsync(TestPipeline.Q1, 1))!.Run;
                Assert.Equal(RunState.Released, (await steps.Proposals.AsOfAsync(run, run.ExpiresAt)).State);
                Assert.Equal("released", await steps.Runs.WordAsync(run));
                Assert.Equal("failed",
                    (await steps.Ledger.OfQuarterAsync(TestPipeline.Q1)).Single(p => p.Released.PaymentId == Core).Status);
                Assert.Equal(2_250_000, Assert.Single((await steps.Proposals.OfAsync(TestPipeline.Q1))!.Dues).Amount.Pence);
            }
        },
        { "what-if", async steps =>
            {
                var register = (await steps.Reference.RegisterAsync())!;
                using var bytes = new MemoryStream(Encoding.UTF8.GetBytes(TestPipeline.Register("100000.00", "HL-002")));
                var check = new UploadCheck(register.Frameworks, register, new DateOnly(2025, 7, 10)).Run(Contracts, "contracts.csv",
                    bytes);
                // What failed is not released.
                Assert.Equal(125_000, Assert.Single(await steps.Reckoning.OfAsync(Contracts, check.Counts, null)).Released.Pence);
            }
        },
        { "changes", async steps =>
            Assert.NotEmpty(await steps.DecideChanges.ConsequencesAsync(Assert.Single(await steps.Held.WaitingAsync()))) },
        { "before closing", async steps => Assert.Equal(2_250_000, (await steps.BeforeClosing.OfAsync(TestPipeline.Q1)).Due.Total.Pence) },
        { "before confirming", async steps =>
            Assert.False((await steps.TakeIn.ConfirmableAsync(TestPipeline.Q1))[Core.ToString()].IsPaid) },
        { "replay", async steps => Assert.Empty((await steps.Replay.RunAsync(TestPipeline.Q1, 1))!.Differences) },
        { "repair", async steps => Assert.Empty(await steps.Repair.FindAsync()) },
    };

    [Theory]
    [MemberData(nameof(Readings))]
    public async Task A_reading_writes_nothing_and_sees_what_is_not_entered_yet(string name, Func<AllSteps, Task> reading)
    {
        Assert.NotEmpty(name);
        var world = await WithConfirmationsAsync();
        string before = await world.Everything();
        world.Calls.Hook = Refusing;
        await reading(world);
        world.Calls.Hook = null;
        Assert.Equal(before, await world.Everything());
        Assert.Empty(await world.Tables.QueryAsync("ledger", TestPipeline.Q1.ToString(), "-|", "-}").ToListAsync());
    }

    [Fact]
    public async Task The_next_refresh_enters_them_and_reads_the_same()
    {
        var world = await WithConfirmationsAsync();
        var before = await world.Ledger.OfQuarterAsync(TestPipeline.Q1);
        await world.RefreshAsync();
        Assert.Single(await world.Tables.QueryAsync("ledger", TestPipeline.Q1.ToString(), "-|", "-}").ToListAsync());
        Assert.Equal(before.SelectMany(p => p.Lines), (await world.Ledger.OfQuarterAsync(TestPipeline.Q1)).SelectMany(p => p.Lines));
        Assert.Equal(before.SelectMany(p => p.Lines), (await ByContractAsync(world)).SelectMany(p => p.Lines));
    }

    [Fact]
    public async Task What_is_paid_instead_is_entered_after_what_failed()
    {
        var world = await WithConfirmationsAsync();
        var order = new List<string>();
        world.Calls.Hook = async call =>
        {
            if (call is { Operation: "Submit", Moment: Moment.After } && call.Target.Contains("ledger", StringComparison.Ordinal))
            {
                var rows = await world.Tables.QueryAsync("ledger", TestPipeline.Q1.ToString()).ToListAsync();
                order.AddRange(rows.Select(row => row.RowKey).Except(order).Order(StringComparer.Ordinal));
            }

            return null;
        };
        await world.PayAsync();
        Assert.True(order.IndexOf("HL-001|001|core|confirmed|00001") is >= 0 and var failed
            && failed < order.IndexOf("HL-001|002|core|released"));
    }

    private static async Task<IReadOnlyList<Payment>> ByContractAsync(TestPipeline world) =>
        [.. await world.Ledger.OfContractAsync(TestPipeline.Q1, ContractId.Parse("HL-001")),
            .. await world.Ledger.OfContractAsync(TestPipeline.Q1, ContractId.Parse("HL-002"))];

    /// <summary>
    /// A released run of which finance reported a payment as failed, and nobody has refreshed since; and something that is held.
    /// </summary>
    private static async Task<TestPipeline> WithConfirmationsAsync()
    {
        var world = await TestPipeline.Released();
        Assert.Equal(UploadStatus.Accepted, (await world.Confirm("july", ("core", 1, "failed")))!.Receipt.Status);
        Assert.Equal(UploadStatus.Held,
            (await world.Take("reference/contracts.csv", TestPipeline.Register("100000.00", "HL-001")))!.Receipt.Status);
        return world;
    }

    private static ValueTask<Fault?> Refusing(StoreCall call) => call.Operation is "Create" or "Write" or "Submit"
        ? throw new InvalidOperationException($"A reading wrote: {call.Operation} {call.Target}.")
        : ValueTask.FromResult<Fault?>(null);
}
