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
    /// <param name="contracts">On one page of the quarter's contracts.</param>
    /// <returns>Those that are to be refreshed as a whole.</returns>
    public async Task<IReadOnlyList<ContractId>> RefreshAsync(Quarter quarter, IReadOnlyList<ContractId> contracts)
    {
        var current = await reference.CurrentAsync();
        if (current.Register is not { } register)
            return contracts;
        var before = await _rows.ReadAsync(OfPayments, current, quarter, contracts);
        var active = contracts.Select(id => register.Find(id, quarter)).OfType<Contract>().Where(contract => contract.IsActive).ToList();
        var statements = new Dictionary<ContractId, FileStat>();
        foreach (var contract in active)
        {
            if (pages is not null && await pages.StatementAsync(contract) is { } statement)
                statements.Add(contract.Id, statement);
        }

        var payments = (await PaymentsAsync()).ToLookup(payment => payment.Released.Contract);
        var elements = await _rows.ReadAsync(OfElements, current, quarter, contracts);
        // Side by side, so that they wait for the disk together.
        var done = await Task.WhenAll(active.Select(async contract => await TryAsync(contract) ? contract.Id : (ContractId?)null));
        return [.. contracts.Except(done.OfType<ContractId>())];

        async Task<IReadOnlyList<Payment>> PaymentsAsync()
        {
            if (_rows.AreTogether(current, quarter, contracts))
                return await ledger.OfContractsAsync(quarter, contracts);
            var ofEach = new List<Payment>();
            foreach (var contract in contracts)
                ofEach.AddRange(await ledger.OfContractAsync(quarter, contract));
            return ofEach;
        }

        // Whatever is out of the ordinary is left to who refreshes the contract as a whole.
        async Task<bool> TryAsync(Contract contract)
        {
            var paid = payments[contract.Id].ToList();
            if (paid.Any(payment => payment.Released.Provider != contract.Provider))
                return false;
            string key = RowsOfContracts.KeyOf(quarter, contract.Id);
            var rows = ContractRows.Payments(Common.Of(quarter, contract), paid, register.ProviderNames).ToList();
            try
            {
                await _reporting.ReplaceAsync(OfPayments, key, before[key].ToDictionary(row => row.RowKey), rows);
                if (pages is null)
                    return true;
                var earned = ContractRows.EntitlementOf(
                    contract, register.FrameworkOf(contract).Payment, elements[key].Select(row => (ElementRow)OfElements.Row(row.Values)));
                return statements.TryGetValue(contract.Id, out var statement)
                    && await pages.TryRenewPaidAsync(statement, new PaidContent(earned, paid, rows));
            }
            catch (StoreException conflict) when (conflict is not StoreUnavailableException)
            {
                return false;
            }
        }
    }
}
