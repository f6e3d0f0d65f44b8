using Pipeline.Core;
using Pipeline.Core.Contracts;
using Pipeline.Core.Payments;
using Pipeline.Core.Reporting;
using Pipeline.Steps.Pages;
using Pipeline.Steps.State;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Quarters;

/// <summary>
/// Brings what was paid to where it is told: a payment run concerns thousands of contracts, and of each only its rows of <c>payments</c>
/// and the parts of its statement that tell of them. All else stays as it is, and what the contract has earned is read back from its rows.
/// </summary>
/// <remarks>
/// The rows and statements are read before the ledger and written over as they were then, as whoever refreshes a contract as a whole does:
/// of two who write at the same time, the one with the newer facts comes last.
/// </remarks>
internal sealed class PaidContracts(ITableStore tables, Reference reference, Ledger ledger, QuarterPages? pages)
{
    private static readonly ReportingTable OfPayments = ReportingTable.Of<PaymentRow>(), OfElements = ReportingTable.Of<ElementRow>();

    private readonly ReportingTables _reporting = new(tables);
    private readonly RowsOfContracts _rows = new(tables);

    /// <param name="quarter">Which.</param>
    /// <param name="contracts">Whose ids are neighbours, so that their rows are read together.</param>
    /// <returns>Those that are to be refreshed as a whole.</returns>
    public async Task<IReadOnlyList<ContractId>> RefreshAsync(Quarter quarter, IReadOnlyList<ContractId> contracts)
    {
        var current = await reference.CurrentAsync();
        if (current.Register is not { } register)
            return contracts;
        var before = await _rows.ReadAsync(OfPayments.Name, current, quarter, contracts);
        var active = contracts.Select(id => register.Find(id, quarter)).OfType<Contract>().Where(contract => contract.IsActive).ToList();
        var statements = new Dictionary<ContractId, FileStat>();
        foreach (var contract in active)
        {
            if (pages is not null && await pages.StatementAsync(contract) is { } statement)
                statements.Add(contract.Id, statement);
        }

        var payments = (await PaymentsAsync()).ToLookup(payment => payment.Released.Contract);
        var elements = await _rows.ReadAsync(OfElements.Name, current, quarter, contracts);
        // Step by step, and each step of all contracts side by side: so they wait for the disk together, and seldom.
        var replaced = await EachAsync(active, ReplaceRowsAsync);
        var done = pages is null ? replaced.Select(rows => rows.Contract)
            : await EachAsync(await EachAsync(replaced, MakeStatementAsync), WriteStatementAsync);
        return [.. contracts.Except(done.Select(contract => contract.Id))];

        async Task<IReadOnlyList<Payment>> PaymentsAsync()
        {
            if (_rows.AreTogether(current, quarter, contracts))
                return await ledger.OfContractsAsync(quarter, contracts);
            var ofEach = new List<Payment>();
            foreach (var contract in contracts)
                ofEach.AddRange(await ledger.OfContractAsync(quarter, contract));
            return ofEach;
        }

        async Task<Replaced?> ReplaceRowsAsync(Contract contract)
        {
            var paid = payments[contract.Id].ToList();
            if (paid.Any(payment => payment.Released.Provider != contract.Provider))
                return null;
            string key = RowsOfContracts.KeyOf(quarter, contract.Id);
            var rows = ContractRows.Payments(Common.Of(quarter, contract), paid, register.ProviderNames).ToList();
            await _reporting.ReplaceAsync(OfPayments, key, before[key].ToDictionary(row => row.RowKey), rows);
            return new Replaced(contract, paid, rows);
        }

        async Task<Made?> MakeStatementAsync(Replaced replaced)
        {
            var contract = replaced.Contract;
            if (!statements.TryGetValue(contract.Id, out var there))
                return null;
            var earned = ContractRows.EntitlementOf(
                contract, register.FrameworkOf(contract).Payment,
                elements[RowsOfContracts.KeyOf(quarter, contract.Id)].Select(row => (ElementRow)OfElements.Row(row.Values)));
            return await pages!.WithPaidAsync(there, new PaidContent(earned, replaced.Paid, replaced.Rows)) is { } statement
                ? new Made(contract, there, statement) : null;
        }

        async Task<Contract?> WriteStatementAsync(Made made)
        {
            await pages!.WritePaidAsync(made.There, made.Statement);
            return made.Contract;
        }
    }

    /// <summary>Takes a step for each. What is out of the ordinary is left to who refreshes the contract as a whole.</summary>
    /// <param name="all">Each by itself.</param>
    /// <param name="step">Null when it cannot be taken.</param>
    /// <returns>Of those that took it.</returns>
    private static async Task<IReadOnlyList<TAfter>> EachAsync<TBefore, TAfter>(
        IEnumerable<TBefore> all, Func<TBefore, Task<TAfter?>> step)
        where TAfter : class
    {
        return [.. (await Task.WhenAll(all.Select(TryAsync))).OfType<TAfter>()];

        async Task<TAfter?> TryAsync(TBefore one)
        {
            try
            {
                return await step(one);
            }
            catch (StoreException conflict) when (conflict is not StoreUnavailableException)
            {
                return null;
            }
        }
    }

    /// <summary>A contract whose rows of payments say what was paid.</summary>
    private sealed record Replaced(Contract Contract, IReadOnlyList<Payment> Paid, IReadOnlyList<PaymentRow> Rows);

    /// <summary>A contract whose statement is made and not written yet.</summary>
    private sealed record Made(Contract Contract, FileStat There, MemoryStream Statement);
}
