using Pipeline.Core;
using Pipeline.Core.Contracts;
using Pipeline.Core.Submissions;
using Pipeline.Steps.State;

namespace Pipeline.Steps.Quarters;

/// <summary>How one dataset of a return stands on a day (domain.md section 4, <c>reference/calendar.csv</c>).</summary>
public enum ReturnState
{
    NotDueYet,
    Received,

    /// <summary>It says that there is nothing to report.</summary>
    Nil,

    /// <summary>Received after it was due.</summary>
    Late,
    Overdue,

    /// <summary>All that came was rejected, which may be overdue as well.</summary>
    Rejected,
}

public static class ReturnStates
{
    /// <summary>As people read it: <c>not due yet</c>.</summary>
    public static string Word(this ReturnState state) => state switch
    {
        ReturnState.NotDueYet => "not due yet",
        ReturnState.Received => "received",
        ReturnState.Nil => "nil",
        ReturnState.Late => "late",
        ReturnState.Overdue => "overdue",
        ReturnState.Rejected => "rejected",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    /// <summary>Whether a file that counts has come.</summary>
    public static bool IsIn(this ReturnState state) => state is ReturnState.Received or ReturnState.Nil or ReturnState.Late;
}

/// <param name="Dataset">Which.</param>
/// <param name="Uploads">Every numbered upload, oldest first.</param>
/// <param name="State">On the day.</param>
/// <param name="DaysOverdue">How many days ago the last day was on which it was due, of one that did not come and of one of which all was
/// rejected; else 0.</param>
public sealed record DatasetReturn(ReturnDataset Dataset, IReadOnlyList<Upload> Uploads, ReturnState State, int DaysOverdue)
{
    public bool IsOverdue => DaysOverdue > 0;

    public Upload? Current => Upload.CurrentOf(Uploads);
}

/// <summary>What one contract returns for one quarter.</summary>
/// <param name="Contract">As the register has it.</param>
/// <param name="Quarter">Which.</param>
/// <param name="Due">When; null when the calendar does not say.</param>
/// <param name="IsClosed">Whether the quarter is closed.</param>
/// <param name="Datasets">Those that its framework asks for, and those that came all the same.</param>
public sealed record ContractReturn(Contract Contract, Quarter Quarter, CalendarEntry? Due, bool IsClosed,
    IReadOnlyList<DatasetReturn> Datasets)
{
    public int In => Datasets.Count(d => d.State.IsIn());

    /// <summary>The state of the whole: that of the dataset which needs the most.</summary>
    public ReturnState State => Datasets.Select(d => d.State).MaxBy(Urgency);

    /// <summary>Whether something is still to come.</summary>
    public bool IsOpen => In < Datasets.Count;

    /// <summary>Whether nothing came at all, not even what was rejected.</summary>
    public bool IsUnheardOf => Datasets.All(d => d.Uploads.Count == 0);

    /// <summary>How many days something has been overdue; 0 when nothing is.</summary>
    public int DaysOverdue => Datasets.Select(d => d.DaysOverdue).DefaultIfEmpty(0).Max();

    /// <summary>Whether something has not come, or was rejected, and was due.</summary>
    public bool IsOverdue => DaysOverdue > 0;

    public DatasetReturn? Find(Dataset dataset) => Datasets.FirstOrDefault(d => d.Dataset == dataset);

    private static int Urgency(ReturnState state) => state switch
    {
        ReturnState.Rejected => 5,
        ReturnState.Overdue => 4,
        ReturnState.NotDueYet => 3,
        ReturnState.Late => 2,
        ReturnState.Received => 1,
        _ => 0,
    };
}

/// <summary>Which returns have come and which are still to come, on a day.</summary>
public sealed class Returns(UploadLog uploads, Reference reference, PendingChanges changes, Closings closings)
{
    /// <summary>Contracts whose uploads are read by one query; of fewer, each by its own.</summary>
    private const int Together = 250;

    /// <summary>Queries at once.</summary>
    private const int AtOnce = 8;

    /// <summary>
    /// The quarters that are known on a day: those that have begun while a contract was active, and those for which something was taken in
    /// or that the calendar names. Newest first.
    /// </summary>
    public async Task<IReadOnlyList<Quarter>> QuartersAsync(DateOnly today, CancellationToken cancel = default)
    {
        var quarters = new SortedSet<Quarter>(await changes.KnownQuartersAsync(cancel));
        if (await reference.RegisterAsync(cancel) is not { } register)
            return [.. quarters.Reverse()];
        quarters.UnionWith(register.Quarters);
        // Where nothing has come yet, what comes first is about the quarter that ended last.
        Quarter? first = quarters.Count > 0 ? quarters.Min
            : Quarter.TryContaining(today, out var present) ? present.Previous ?? present : null;
        quarters.UnionWith(first?.BegunBy(today).Where(each => IsActive(register, each)) ?? []);
        return [.. quarters.Reverse()];
    }

    /// <summary>
    /// Whether a quarter is known on a day: because it has begun, though before any that is listed, or because the calendar names it or
    /// something was taken in for it.
    /// </summary>
    public async Task<bool> KnowsAsync(Quarter quarter, DateOnly today, CancellationToken cancel = default) =>
        (quarter.FirstDay <= today && await reference.RegisterAsync(cancel) is { } register && IsActive(register, quarter))
        || (await QuartersAsync(today, cancel)).Contains(quarter);

    /// <summary>In the order of the register.</summary>
    /// <param name="quarter">Which.</param>
    /// <param name="today">The day on which they are looked at.</param>
    /// <param name="provider">Whose; null: everybody's.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async Task<IReadOnlyList<ContractReturn>> OfQuarterAsync(Quarter quarter, DateOnly today, ProviderId? provider = null,
        CancellationToken cancel = default)
    {
        if (await reference.RegisterAsync(cancel) is not { } register)
            return [];
        bool isClosed = await closings.OfAsync(quarter, cancel) is not null;
        var contracts = provider is { } one ? register.Active(quarter, one) : register.Active(quarter);
        var returns = new ContractReturn[contracts.Count];
        // Contracts whose keys are neighbours stand together, unless one provider's are wanted, between which all the others' would be
        // read.
        var places = Enumerable.Range(0, contracts.Count).OrderBy(at => $"{contracts[at].Id}|", StringComparer.Ordinal)
            .Chunk(provider is null ? Together : 1);
        await Parallel.ForEachAsync(places, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel },
            async (chunk, cancelled) =>
        {
            var uploaded = await uploads.OfReturnsAsync(quarter, contracts[chunk[0]].Id, contracts[chunk[^1]].Id, cancelled);
            foreach (int at in chunk)
                returns[at] = Of(register, contracts[at], quarter, today, isClosed,
                    uploaded[Slot.OfContract.PartitionOf(contracts[at].Provider, contracts[at].Id, quarter)]);
        });
        return returns;
    }

    /// <summary>Null when the provider does not hold the contract, or it is not active in the quarter.</summary>
    /// <inheritdoc cref="OfQuarterAsync"/>
    public async Task<ContractReturn?> OfContractAsync(ProviderId provider, ContractId contract, Quarter quarter, DateOnly today,
        CancellationToken cancel = default) =>
        await reference.RegisterAsync(cancel) is { } register && register.Find(contract, quarter) is { IsActive: true } found
            && found.Provider == provider
            ? Of(register, found, quarter, today, await closings.OfAsync(quarter, cancel) is not null,
                await uploads.OfReturnAsync(provider, contract, quarter, cancel))
            : null;

    /// <param name="register">With the day on which it is due.</param>
    /// <param name="contract">Which.</param>
    /// <param name="quarter">Which.</param>
    /// <param name="today">The day on which it is looked at.</param>
    /// <param name="isClosed">Whether the quarter is closed.</param>
    /// <param name="uploads">Of each slot the oldest first, as the log has them.</param>
    private static ContractReturn Of(Register register, Contract contract, Quarter quarter, DateOnly today, bool isClosed,
        IEnumerable<Upload> uploads)
    {
        var due = register.Due(quarter, contract.Id);
        var uploaded = uploads.ToLookup(u => u.Slot);
        bool hasQuality = register.FrameworkOf(contract).Quality is not null;
        int overdue = due is null ? 0 : Math.Max(0, today.DayNumber - (due.ExtendedTo ?? due.DueOn).DayNumber);
        return new ContractReturn(contract, quarter, due, isClosed,
        [
            .. from dataset in Dataset.Returns
               let own = uploaded[dataset.Name].ToList()
               // A framework without a quality standard asks for no quality return, so there is none to miss.
               where own.Count > 0 || dataset != Dataset.Quality || hasQuality
               let state = StateOf(own, isOverdue: overdue > 0)
               select new DatasetReturn(dataset, own, state, state.IsIn() ? 0 : overdue),
        ]);
    }

    private static ReturnState StateOf(List<Upload> uploads, bool isOverdue) =>
        Upload.CurrentOf(uploads) is { } current
            ? (current.Late ? ReturnState.Late : current.Rows == 0 ? ReturnState.Nil : ReturnState.Received)
        : uploads.Count > 0 ? ReturnState.Rejected
        : isOverdue ? ReturnState.Overdue
        : ReturnState.NotDueYet;

    private static bool IsActive(Register register, Quarter quarter) => register.Terms.Any(term => term.DaysIn(quarter) > 0);
}
