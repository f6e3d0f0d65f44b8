using System.Text;
using Pipeline.Core;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Payments;
using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Arrivals;
using Pipeline.Steps.Payments;
using Pipeline.Steps.State;
using Pipeline.Steps.Stores;
using Pipeline.Steps.Tests.Stores;

namespace Pipeline.Steps.Tests;

/// <summary>
/// A whole pipeline in memory: two contracts of £100,000 and £33,333.33 a year on the performance framework, in the first quarter of
/// 2025-26.
/// </summary>
internal sealed class TestPipeline : AllSteps
{
    public static readonly Quarter Q1 = Quarter.Parse("2025-26-Q1");
    public static readonly PersonName Ann = PersonName.Parse("Ann Price");
    public static readonly PersonName Ben = PersonName.Parse("Ben Rees");
    public static readonly PersonName Cat = PersonName.Parse("Cat Shaw");

    public const string Partnership = "working_in_partnership", Quality = "cohesive_quality_standards";

    private const string ConfirmationsHeader = "payment_id,status,paid_on,reference";

    public TestPipeline()
        : this(new SetClock(new DateTimeOffset(2025, 7, 10, 12, 0, 0, TimeSpan.Zero)), new StoreCalls())
    {
    }

    private TestPipeline(SetClock clock, StoreCalls calls)
        : base(new InMemoryFileStore(clock, calls), new InMemoryTableStore(calls), clock) => (Clock, Calls) = (clock, calls);

    public SetClock Clock { get; }

    /// <summary>Keeps the tables as they are now, and no file.</summary>
    /// <returns>Restores them.</returns>
    public Action BackUpTables() => ((InMemoryTableStore)Tables).Backup();

    public StoreCalls Calls { get; }

    /// <summary>With evidence for both elements of HL-001, and partnership decided met.</summary>
    public static async Task<TestPipeline> Reviewed()
    {
        var world = new TestPipeline();
        foreach (string id in DeliveredFrameworks.Ids)
        {
            await using var json = DeliveredFrameworks.Open(id);
            await world.Files.WriteAsync($"reference/frameworks/{id}.json", json);
        }

        await world.Put("reference/contracts.csv", Register("100000.00"));
        await world.Put("submissions/acme/HL-001/2025-26-Q1/evidence.csv", Evidence(2));
        await world.Put("reviews/2025-26-Q1/decisions.csv", Decisions(quality: null));
        await world.TakeAll();
        await world.RefreshAsync();
        return world;
    }

    /// <summary>With a run that Ann prepared.</summary>
    public static async Task<TestPipeline> Prepared()
    {
        var world = await Reviewed();
        (await world.Prepare.RunAsync(Q1, Ann)).Done();
        return world;
    }

    /// <summary>And that Ben approved.</summary>
    public static async Task<TestPipeline> Approved()
    {
        var world = await Prepared();
        (await world.Decide.ApproveAsync(Q1, 1, Ben)).Done();
        return world;
    }

    /// <summary>And that Cat released.</summary>
    public static async Task<TestPipeline> Released()
    {
        var world = await Approved();
        (await world.Release.RunAsync(Q1, 1, Cat)).Done();
        return world;
    }

    /// <summary>Prepares, approves and releases what is due.</summary>
    public async Task<PaymentRun> PayAsync()
    {
        int number = (await Prepare.RunAsync(Q1, Ann)).Done().Number;
        (await Decide.ApproveAsync(Q1, number, Ben)).Done();
        return (await Release.RunAsync(Q1, number, Cat)).Done();
    }

    public static string Register(string annualValue, string contracts = "HL-001 HL-002") => string.Join('\n',
    [
        "contract,provider,provider_name,service_name,client_groups,framework,annual_value_gbp,starts_on,ends_on,supplier_ref",
        .. contracts.Split(' ').Select(id => id == "HL-001"
            ? $"HL-001,acme,Acme,Floating support,homeless,performance,{annualValue},2020-01-01,2030-12-31,SUP-1"
            : $"{id},beta,Beta,Refuge,domestic_abuse,performance,33333.33,2020-01-01,2030-12-31,SUP-2"),
        "",
    ]);

    public static string Evidence(int items) => string.Join('\n',
    [
        "element,kind,evidence_ref,evidence_on,quantity,description",
        .. Enumerable.Range(1, items)
            .SelectMany(n =>
                new[] { $"{Partnership},boards_attended,P-{n},2025-05-01,1,", $"{Quality},meet_contract,C-{n},2025-05-01,1," }),
        "",
    ]);

    public static string Decisions(string? quality, string partnership = "met") => string.Join('\n',
    [
        "contract,element,decision,reviewer,approver,decided_on,reason,note",
        .. new[] { (Partnership, partnership), (Quality, quality) }.Where(d => d.Item2 is not null)
            .Select(d => $"HL-001,{d.Item1},{d.Item2},Rita Roe,Sam Poe,2025-07-05,{(d.Item2 == "met" ? "" : "evidence_incomplete")},"),
        "",
    ]);

    public static string Confirmations(params (string Line, int Run, string Status)[] payments) => string.Join('\n',
        [ConfirmationsHeader, .. payments.Select(p => $"HL-001-2025-26-Q1-{p.Line}-r{p.Run:000},{p.Status},2025-07-10,BACS-{p.Run}"), ""]);

    public async Task Put(string path, string text) => await Files.WriteAsync(path, new MemoryStream(Encoding.UTF8.GetBytes(text)));

    public async Task<TakenIn?> Take(string path, string text)
    {
        await Put(path, text);
        return (await TakeIn.RunAsync(path)).SingleOrDefault();
    }

    /// <summary>Takes in a file that is held, and has it put in force.</summary>
    public async Task TakeHeld(string path, string text)
    {
        Assert.Equal(UploadStatus.Held, (await Take(path, text))!.Receipt.Status);
        Assert.Null(await DecideChanges.AcceptAsync((await Held.WaitingAsync())[^1].Number, Cat));
    }

    public Task<TakenIn?> Confirm(string name, params (string Line, int Run, string Status)[] payments) =>
        Take($"confirmations/2025-26-Q1/{name}.csv", Confirmations(payments));

    public Task<IReadOnlyList<TakenIn>> TakeAll() => Sweep.RunAsync();

    /// <summary>What is due now, in pence by contract and line.</summary>
    public async Task<IReadOnlyList<(string Contract, string Line, long Pence)>> Due() =>
        [.. (await Proposals.OfAsync(Q1))!.Dues.Select(d => (d.Account.Contract.ToString(), d.Account.Line, d.Amount.Pence))];

    /// <summary>What was released on all lines and not taken back.</summary>
    public async Task<long> ReleasedPence() => (await Ledger.OfQuarterAsync(Q1)).SelectMany(p => p.Lines).Released().Pence;

    public async Task<string> Text(string path)
    {
        using var reader = new StreamReader(await Files.OpenReadAsync(path));
        return await reader.ReadToEndAsync();
    }

    public async Task<List<TableRow>> Rows<TRow>()
        where TRow : ReportingRow => await Tables.ScanAsync(ReportingTable.Of<TRow>().Name).ToListAsync();

    /// <summary>Everything that is stored and means something, so that two histories can be compared.</summary>
    public async Task<string> Everything()
    {
        var text = new StringBuilder();
        foreach (string table in (string[])["ledger", "runs", "closings", "uploads", "changes", "held", "published", "sums", "figures",
            .. ReportingTable.All.Select(t => t.Name)])
        {
            await foreach (var row in Tables.ScanAsync(table))
            {
                // ETags count writes, and how often something was tried means nothing.
                var values = row.Values.Where(v => v.Key != "ETag").OrderBy(v => v.Key, StringComparer.Ordinal)
                    .Select(v => $"{v.Key}={v.Value}");
                text.AppendLine($"{table} {row.PartitionKey} {row.RowKey}: {string.Join(' ', values)}");
            }
        }

        foreach (string container in (string[])["payments/", "receipts/", "runs/", "archive/", "quarantine/", "statements/", "reports/"])
        {
            foreach (var file in await Files.ListAsync(container).ToListAsync())
            {
                string content = await Text(file.Path);
                // A list of no finding, as who starts over leaves one, says no more than none does.
                if (container != "receipts/" || !file.Path.EndsWith(".csv", StringComparison.Ordinal) || content.Split('\n') is not [_, ""])
                    text.AppendLine($"{file.Path}\n{content}");
            }
        }

        return text.ToString();
    }
}

internal static class Steps
{
    public static PaymentRun Done(this RunResult step) => Assert.IsType<RunResult.Done>(step).Run;

    public static string Refused(this RunResult step) => Assert.IsType<RunResult.Refused>(step).Why;
}
