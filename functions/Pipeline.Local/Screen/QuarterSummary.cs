using Pipeline.Core;
using Pipeline.Core.Contracts;
using Pipeline.Core.Payments;
using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Stores;

namespace Pipeline.Local.Screen;

/// <summary>A quarter at a glance, from its reporting tables.</summary>
/// <param name="Quarter">Which.</param>
/// <param name="Outcomes">Summed over contracts and client groups; by framework, in its order.</param>
/// <param name="Contracts">In the order of their ids.</param>
public sealed record QuarterSummary(Quarter Quarter, IReadOnlyList<OutcomeSum> Outcomes, IReadOnlyList<ContractSum> Contracts)
{
    public static async Task<QuarterSummary> ReadAsync(ITableStore tables, Register register, Quarter quarter, CancellationToken cancel)
    {
        var active = register.Active(quarter);
        var read = new (IReadOnlyList<OutcomeSum> Outcomes, ContractSum Contract)[active.Count];
        await Parallel.ForAsync(0, active.Count, cancel, async (i, _) => read[i] =
            (await OutcomesAsync(active[i]), await ReadAsync(active[i])));
        var outcomes = read.SelectMany(r => r.Outcomes).GroupBy(o => (o.Framework, o.Outcome))
            .ToDictionary(o => o.Key, o => o.Aggregate((sum, each) => sum.With(each)));

        var inOrder =
            from framework in register.Frameworks.Values.OrderBy(f => f.Id, StringComparer.Ordinal)
            from outcome in framework.Outcomes
            where outcomes.ContainsKey((framework.Id, outcome.Code))
            select outcomes[(framework.Id, outcome.Code)];
        return new QuarterSummary(quarter, [.. inOrder], [.. read.Select(r => r.Contract)]);

        async Task<IReadOnlyList<OutcomeSum>> OutcomesAsync(Contract contract)
        {
            var sums = new List<OutcomeSum>();
            await foreach (var row in RowsAsync<OutcomeRow>(contract))
            {
                sums.Add(new OutcomeSum(
                    contract.Framework,
                    row.Text(nameof(OutcomeRow.OutcomeCode)),
                    row.Text(nameof(OutcomeRow.OutcomeTitle)),
                    row.Whole(nameof(OutcomeRow.Need)),
                    row.Whole(nameof(OutcomeRow.PartMet)),
                    row.Whole(nameof(OutcomeRow.FullyMet)),
                    row.Whole(nameof(OutcomeRow.NotMet)),
                    row.Whole(nameof(OutcomeRow.Open))));
            }

            return sums;
        }

        async Task<ContractSum> ReadAsync(Contract contract)
        {
            var states = new Dictionary<string, string>();
            await foreach (var row in RowsAsync<ReturnRow>(contract))
                states.Add(row.Text(nameof(ReturnRow.Dataset)), row.Text(nameof(ReturnRow.State)));
            IReadOnlyList<ReturnState> returns =
                [.. Dataset.Returns.Where(d => states.ContainsKey(d.Name)).Select(d => new ReturnState(d.Name, states[d.Name]))];

            var sum = new ContractSum(contract.Id, contract.Provider, contract.ProviderName, contract.ServiceName, returns, 0, 0, 0, 0);
            await foreach (var row in RowsAsync<ElementRow>(contract))
            {
                long available = row.Whole(nameof(ElementRow.AvailablePence));
                sum = row.Text(nameof(ElementRow.ElementCode)) switch
                {
                    EntitlementLine.Core => sum with { CorePence = available },
                    ContractRows.Unallocated => sum with { UnallocatedPence = available },
                    _ => sum with
                    {
                        AvailablePence = sum.AvailablePence + available,
                        EarnedPence = sum.EarnedPence + row.Whole(nameof(ElementRow.EarnedPence)),
                    },
                };
            }

            return sum;
        }

        IAsyncEnumerable<TableRow> RowsAsync<TRow>(Contract contract)
            where TRow : ReportingRow => tables.QueryAsync(ReportingTable.Of<TRow>().Name, $"{quarter}|{contract.Id}", cancel: cancel);
    }
}

/// <summary>Clients with a need under an outcome, by how far it was met.</summary>
public sealed record OutcomeSum(string Framework, string Outcome, string Title, long Need, long PartMet, long FullyMet, long NotMet,
    long Open)
{
    /// <summary>With those of another contract.</summary>
    internal OutcomeSum With(OutcomeSum other) => this with
    {
        Need = Need + other.Need,
        PartMet = PartMet + other.PartMet,
        FullyMet = FullyMet + other.FullyMet,
        NotMet = NotMet + other.NotMet,
        Open = Open + other.Open,
    };
}

/// <param name="Returns">In the order of the datasets; none before the quarter was refreshed.</param>
/// <param name="CorePence">Paid whatever the outcomes.</param>
/// <param name="AvailablePence">What the payment elements could earn together.</param>
/// <param name="EarnedPence">What they have earned.</param>
/// <param name="UnallocatedPence">What no element can earn.</param>
public sealed record ContractSum(
    ContractId Contract, ProviderId Provider, string ProviderName, string ServiceName, IReadOnlyList<ReturnState> Returns,
    long CorePence, long AvailablePence, long EarnedPence, long UnallocatedPence);

/// <param name="State">As in the <c>returns</c> table: <c>received</c>, <c>late</c>, <c>missing</c>, <c>rejected</c> or <c>nil</c>.</param>
public sealed record ReturnState(string Dataset, string State);
