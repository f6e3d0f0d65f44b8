using Pipeline.Core;
using Pipeline.Core.Reading;
using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Pages;
using Pipeline.Steps.State;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Quarters;

/// <summary>Carries the steps of a quarter out. Every one can be carried out again, and twice at once.</summary>
/// <param name="pages">Null where nobody looks at pages, which take longer to make than all the rest.</param>
/// <param name="tableFiles">Null where the tables are not kept as files as well.</param>
#pragma warning disable CA1001 // The semaphore holds nothing that would have to be given back, since nobody asks for its wait handle.
public sealed class QuarterSteps(
    ITableStore tables, UploadLog uploads, Reference reference, PendingChanges changes, Ledger ledger, Runs runs, Closings closings,
    HeldChanges held, Senders senders,
    PublishedReports published, QuarterPages? pages, TableFiles? tableFiles = null) : IQuarterSteps
#pragma warning restore CA1001
{
    private static readonly IReadOnlyList<ReportingTable> ContractTables =
        [.. ReportingTable.All.Except([ReportingTable.Of<ContractRow>(), ReportingTable.Of<AuditRow>()])];

    /// <summary>
    /// How many contracts are refreshed at once: enough to share the waiting for the disk, few enough to hold their rows in memory.
    /// </summary>
    private const int AtOnce = 32;

    /// <summary>
    /// How many contracts that were paid are refreshed together: enough to wait seldom for the disk, few enough to hold their statements in
    /// memory, and for one activity.
    /// </summary>
    private const int PaidTogether = 250;

    /// <summary>So many of these at once that one reckons while another waits.</summary>
    private const int PaidAtOnce = 2;

    private readonly SemaphoreSlim _turns = new(AtOnce), _turnsOfPaid = new(PaidAtOnce);
    private readonly ReportingTables _reporting = new(tables);
    private readonly FiguresOfContracts _figures = new(tables);
    private readonly Reviews _reviews = new(uploads);
    private readonly PaidContracts _paid = new(tables, reference, ledger, pages);

    public async Task<QuarterWork?> FindWorkAsync(Quarter quarter)
    {
        if (await changes.OfAsync(quarter) is not { } found)
            return null;
        // Noted by the quarter before. Until something is taken in for this one, it shows nothing; once it is, it is refreshed as a whole.
        if (found.Noted.All(PendingChanges.MayBeOfUnknown) && !(await changes.KnownQuartersAsync()).Contains(quarter))
        {
            await changes.AcknowledgeAsync(quarter, [.. found.Noted.Where(PendingChanges.IsOfQuarterBefore)]);
            return null;
        }

        // Once a register is in force, there always is one.
        if ((reference.LastKnown?.Register ?? await reference.RegisterAsync()) is null)
            return null;
        IEnumerable<ContractId> contracts = found.Contracts;
        if (!found.OfQuarter && found.Paid.Count == 0 && !found.OfReference)
            return new QuarterWork([.. contracts], found.Noted);
        var register = (await reference.RegisterAsync())!;
        // So that each contract reads its own part of the ledger alone: confirmations concern the quarter.
        await ledger.EnterConfirmationsAsync(quarter);
        var payments = await ledger.OfQuarterAsync(quarter);
        var ofRuns = payments.Where(p => found.Paid.Contains(p.Released.Run)).Select(p => p.Released.Contract).ToHashSet();
        var ever = payments.Select(p => p.Released.Contract).ToHashSet();
        if (found.OfQuarter)
            contracts = contracts.Union(register.Active(quarter).Select(c => c.Id)).Union(ever);
        if (found.OfReference)
            contracts = contracts.Union((await reference.EverRegisteredAsync()).Select(known => known.Contract)).Union(ever);
        ofRuns.ExceptWith(contracts);
        var active = register.Active(quarter).Select(contract => contract.Id).ToHashSet();
        return new QuarterWork([.. contracts.Union(ofRuns.Where(id => !active.Contains(id)))], found.Noted)
            { Paid = [.. ofRuns.Where(active.Contains).Order().Chunk(PaidTogether)] };
    }

    public Task RefreshContractAsync(Quarter quarter, ContractId contract) =>
        InTurnAsync(_turns, () => RefreshWholeAsync(quarter, contract));

    public Task RefreshPaidAsync(Quarter quarter, IReadOnlyList<ContractId> contracts) => InTurnAsync(_turnsOfPaid, async () =>
    {
        foreach (var contract in await _paid.RefreshAsync(quarter, contracts))
            await RefreshWholeAsync(quarter, contract);
    });

    public async Task FinishAsync(Quarter quarter, QuarterWork work)
    {
        bool ofRegister = work.Noted.Any(PendingChanges.IsOfRegister);
        if (ofRegister)
            await RefreshContractsTableAsync(quarter.FinancialYear);
        // What a provider sends is no deed of the council.
        if (!work.Noted.All(PendingChanges.IsOfContract))
            await AddToAuditAsync(quarter);
        if (pages is not null && (ofRegister || work.Contracts.Count > 0))
            await pages.WriteReportsAsync(quarter, work.Contracts);
        // What was paid stands on the pages of contracts alone.
        if (pages is not null && work.Paid.Count > 0)
            await pages.RenewReleasedAsync(quarter, [.. work.Paid.SelectMany(contracts => contracts)]);
        if (tableFiles is not null)
            await tableFiles.NoteAsync(quarter);
        await changes.AcknowledgeAsync(quarter, work.Noted);
    }

    /// <summary>All that is known of a contract in a quarter; null when the register does not hold the contract.</summary>
    public async Task<ContractQuarter?> LoadContractQuarterAsync(Quarter quarter, ContractId id)
    {
        if (await reference.RegisterAsync() is not { } register || register.Find(id, quarter) is not { } contract)
            return null;
        var uploaded = await uploads.OfReturnAsync(contract.Provider, id, quarter);
        var counts = new Dictionary<string, FileCounts>();
        foreach (var dataset in Dataset.Returns)
        {
            if (Upload.CurrentOf(uploaded.Where(u => u.Slot == dataset.Name)) is { } current)
                counts.Add(dataset.Name, await uploads.CountsAsync(current));
        }

        var (decisions, checks) = await _reviews.OfAsync(quarter, id);
        var before = quarter.Previous is { } previous
            ? (ReferralCounts?)await uploads.CurrentCountsAsync(new Slot.Return(contract.Provider, id, previous, Dataset.Referrals))
            : null;
        return new ContractQuarter(
            quarter,
            contract,
            register.FrameworkOf(contract),
            uploaded,
            counts,
            decisions,
            checks,
            register.Due(quarter, id),
            before?.StillWaiting)
        {
            Payments = await ledger.OfContractAsync(quarter, id),
            ProviderNames = register.ProviderNames,
            Closing = await closings.OfAsync(quarter) is { IsDone: true } closed ? closed : null,
        };
    }

    private static async Task InTurnAsync(SemaphoreSlim turns, Func<Task> work)
    {
        await turns.WaitAsync();
        try
        {
            await work();
        }
        finally
        {
            turns.Release();
        }
    }

    private Task RefreshWholeAsync(Quarter quarter, ContractId contract) =>
        OptimisticRetry.OnConflictAsync(() => TryRefreshContractAsync(quarter, contract));

    private async Task TryRefreshContractAsync(Quarter quarter, ContractId contract)
    {
        string partitionKey = RowsOfContracts.KeyOf(quarter, contract);
        // Read before everything else: whoever refreshes from older facts then finds the rows changed.
        var before = new Dictionary<ReportingTable, IReadOnlyDictionary<string, TableRow>>();
        foreach (var table in ContractTables)
            before.Add(table, await _reporting.ReadAsync(table, partitionKey));
        var figures = await _figures.OfContractAsync(partitionKey);
        // Whoever was paid is among the providers of the rows for good, since those of payments say so.
        var providers = before.Values.SelectMany(table => table.Values).Select(row => row.Text(nameof(Common.ProviderId))).Distinct()
            .Select(ProviderId.Parse);
        var statements = pages is null ? new Dictionary<ProviderId, FileStat>() : await pages.StatementsAsync(quarter, contract, providers);
        var known = await LoadContractQuarterAsync(quarter, contract);
        var rows = known is null ? await FormerAsync(quarter, contract) : ContractRows.Of(known);
        bool isActive = known is { Contract.IsActive: true };
        // Before the rows, which then tell no more whose statement it was.
        foreach (var (provider, page) in statements.Where(of => !isActive || of.Key != known!.Contract.Provider))
            await pages!.WriteFormerStatementAsync(new FormerStatementContent(quarter, contract, provider, [.. PaymentsTo(provider)]),
                page);

        var byTable = rows.ToLookup(ReportingTable.Of);
        // Together, so that a store that can share the waiting among them does.
        await Task.WhenAll(ContractTables.Select(table => _reporting.ReplaceAsync(table, partitionKey, before[table], byTable[table])));
        await _figures.ReplaceAsync(partitionKey, figures, isActive ? ContractFigures.Of(rows) : null);
        if (pages is not null && isActive)
            await pages.WriteStatementAsync(known!, rows, statements.GetValueOrDefault(known!.Contract.Provider));

        IEnumerable<PaymentRow> PaymentsTo(ProviderId provider) =>
            rows.OfType<PaymentRow>().Where(row => row.At.ProviderId == provider.ToString())
                .OrderBy(row => row.RowKey, StringComparer.Ordinal);
    }

    /// <summary>What stays of a contract that the register does not hold any more: what it was paid.</summary>
    private async Task<IReadOnlyList<ReportingRow>> FormerAsync(Quarter quarter, ContractId contract) =>
        await ledger.OfContractAsync(quarter, contract) is [.., var latest] payments
            ? [.. ContractRows.Payments(Common.Of(latest.Released), payments,
                (await reference.RegisterAsync())?.ProviderNames ?? new Dictionary<ProviderId, string>())]
            : [];

    private Task AddToAuditAsync(Quarter quarter) => OptimisticRetry.OnConflictAsync(async () =>
    {
        var common = await uploads.OfQuarterAsync(quarter);
        var rows = AuditRows.Of(
            quarter, (await runs.OfQuarterAsync(quarter)).Select(stored => stored.Run), await closings.OfAsync(quarter), common,
            await held.DecidedInAsync(quarter), await senders.OfQuarterAsync(quarter, common), await published.OfAsync(quarter));
        await _reporting.AddAsync(ReportingTable.Of<AuditRow>(), quarter.ToString(), rows);
    });

    private Task RefreshContractsTableAsync(string financialYear)
    {
        var table = ReportingTable.Of<ContractRow>();
        return OptimisticRetry.OnConflictAsync(async () =>
        {
            var before = await _reporting.ReadAsync(table, financialYear);
            var register = await reference.RegisterAsync();
            int startYear = int.Parse(financialYear.AsSpan(0, 4), System.Globalization.CultureInfo.InvariantCulture);
            var (first, last) = (new Quarter(startYear, 1).FirstDay, new Quarter(startYear, 4).LastDay);
            var contracts = register?.Terms.Where(term => term.DaysIn(first, last) > 0).GroupBy(term => term.Contract) ?? [];
            await _reporting.ReplaceAsync(table, financialYear, before,
                contracts.Select(terms => ContractRows.Of([.. terms], financialYear)));
        });
    }
}
