using Pipeline.Core;
using Pipeline.Core.Reporting;
using Pipeline.Steps.Pages;

namespace Pipeline.Steps;

/// <summary>
/// Keeps the pages of quarters. A page is written over the one that stood there before its facts were read, and no other,
/// so that whoever made theirs of older facts starts over.
/// </summary>
public sealed class QuarterPages(IFileStore files, ITableStore tables, Reference reference, Changes changes)
{
    /// <summary>How many contracts are read at once.</summary>
    private const int AtOnce = 8;

    /// <summary>What a report is made from.</summary>
    private static readonly IReadOnlyList<ReportingTable> Reported =
    [
        ReportingTable.Of<OutcomeRow>(), ReportingTable.Of<OutputRow>(), ReportingTable.Of<ReasonRow>(), ReportingTable.Of<KpiRow>(), ReportingTable.Of<MeasureRow>(),
        ReportingTable.Of<QualityRow>(), ReportingTable.Of<ElementRow>(), ReportingTable.Of<PaymentRow>(), ReportingTable.Of<ReturnRow>(),
    ];

    /// <summary>What a report shows of the earlier quarters of its year.</summary>
    private static readonly IReadOnlyList<ReportingTable> ReportedOfEarlier = [ReportingTable.Of<OutcomeRow>(), ReportingTable.Of<ReasonRow>(), ReportingTable.Of<KpiRow>()];

    public static string StatementPath(Contract contract, Quarter quarter) => $"statements/{contract.Provider}/{contract.Id}/{quarter}.html";

    public static string ReportPath(Quarter quarter) => $"reports/{quarter}.html";

    /// <summary>One of the pages that show a framework's contracts one by one.</summary>
    public static string ContractsPath(ContractsContent content) => $"{ContractsFolder(content.Quarter)}{content.Report.Framework.Id}-{content.Number}.html";

    public static string PublicPath(Quarter quarter) => $"reports/{quarter}-public.html";

    public static string PublicCsvPath(Quarter quarter) => $"reports/{quarter}-public.csv";

    public const string IndexPath = "reports/index.html";

    /// <summary>The page as it stands, to be read before what the new one is made from.</summary>
    public async Task<FileStat?> StatementAsync(Quarter quarter, ContractId contract) =>
        (await reference.RegisterAsync())?.Find(contract) is { } known ? await files.StatAsync(StatementPath(known, quarter)) : null;

    /// <exception cref="StoreException">Somebody else wrote it since <paramref name="before"/>.</exception>
    public async Task WriteStatementAsync(ContractQuarter known, IReadOnlyList<ReportingRow> rows, FileStat? before) =>
        await WriteAsync(StatementPath(known.Contract, known.Quarter), before, await Page.OfAsync(new StatementContent(known, rows)));

    /// <summary>
    /// Makes a quarter's report and publication, and the reports of the later quarters of its year, which show it beside their own; then the index.
    /// They are made from what the reporting tables hold of the quarters' contracts, and no statement is made again for them.
    /// </summary>
    public async Task WriteReportsAsync(Quarter quarter)
    {
        foreach (var later in (await changes.KnownQuartersAsync()).Where(q => q.FinancialYear == quarter.FinancialYear && q >= quarter))
            await Repeat.WhileChangedAsync(() => WriteReportAsync(later, withContracts: later == quarter));
        await Repeat.WhileChangedAsync(async () =>
        {
            var before = await files.StatAsync(IndexPath);
            await WriteAsync(IndexPath, before, await Page.OfAsync(new IndexContent(await changes.KnownQuartersAsync())));
        });
    }

    /// <param name="quarter">Which.</param>
    /// <param name="withContracts">Whether the pages of its contracts are made again, too, which show nothing of earlier quarters.</param>
    private async Task WriteReportAsync(Quarter quarter, bool withContracts)
    {
        var contracts = await files.ListAsync(ContractsFolder(quarter)).ToDictionaryAsync(file => file.Path);
        var report = await files.StatAsync(ReportPath(quarter));
        var publicPage = await files.StatAsync(PublicPath(quarter));
        var publicCsv = await files.StatAsync(PublicCsvPath(quarter));

        var frameworks = await FrameworksAsync(quarter);
        if (withContracts)
            await WriteContractsAsync(quarter, frameworks, contracts);
        await WriteAsync(ReportPath(quarter), report, await Page.OfAsync(new ReportContent(quarter, frameworks)));
        var published = new PublicContent(quarter, frameworks, (await reference.CurrentAsync()).Publication.Of(quarter));
        await WriteAsync(PublicPath(quarter), publicPage, await Page.OfAsync(published));
        using var csv = new MemoryStream();
        PublicText.WriteCsv(published, csv);
        await WriteAsync(PublicCsvPath(quarter), publicCsv, csv.ToArray());
    }

    private async Task WriteContractsAsync(Quarter quarter, IReadOnlyList<FrameworkReport> frameworks, Dictionary<string, FileStat> before)
    {
        foreach (var page in frameworks.SelectMany(framework => ContractsContent.Of(quarter, framework)))
        {
            before.Remove(ContractsPath(page), out var old);
            await WriteAsync(ContractsPath(page), old, await Page.OfAsync(page));
        }

        // With fewer contracts, the last pages would go on showing those that are gone.
        foreach (var left in before.Values)
            await WriteAsync(left.Path, left, await Page.OfAsync(new NoContractsContent(quarter)));
    }

    private static string ContractsFolder(Quarter quarter) => $"reports/{quarter}/";

    private async Task<IReadOnlyList<FrameworkReport>> FrameworksAsync(Quarter quarter)
    {
        if (await reference.RegisterAsync() is not { } register)
            return [];
        var contracts = await ReadAsync(register, quarter, Reported);
        var known = await changes.KnownQuartersAsync();
        var earlier = new Dictionary<int, IReadOnlyList<ContractReport>>();
        foreach (var each in known.Where(q => q.FinancialYear == quarter.FinancialYear && q < quarter))
            earlier.Add(each.Number, await ReadAsync(register, each, ReportedOfEarlier));

        return
        [
            .. from framework in register.Frameworks.Values.OrderBy(f => f.Id, StringComparer.Ordinal)
               let own = contracts.Where(c => c.Contract.Framework == framework.Id).ToList()
               where own.Count > 0
               select new FrameworkReport(
                   framework,
                   own,
                   earlier.ToDictionary(q => q.Key, q => new Sums(q.Value.Where(c => c.Contract.Framework == framework.Id).SelectMany(c => c.Rows)))),
        ];
    }

    /// <summary>What tables hold of the contracts that are active in a quarter.</summary>
    private async Task<IReadOnlyList<ContractReport>> ReadAsync(Register register, Quarter quarter, IReadOnlyList<ReportingTable> reported)
    {
        var contracts = register.Contracts.Where(c => c.IsActive(quarter)).ToList();
        var reports = new ContractReport[contracts.Count];
        await Parallel.ForAsync(0, contracts.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, TaskScheduler = TaskScheduler.Current }, async (i, cancel) =>
        {
            var rows = new List<ReportingRow>();
            foreach (var table in reported)
            {
                await foreach (var row in tables.QueryAsync(table.Name, $"{quarter}|{contracts[i].Id}", cancel: cancel))
                    rows.Add(table.Row(row.Values));
            }

            reports[i] = new ContractReport(contracts[i], rows);
        });
        return reports;
    }

    private async Task WriteAsync(string path, FileStat? before, byte[] content)
    {
        using var stream = new MemoryStream(content, writable: false);
        if (before is null)
            await files.CreateAsync(path, stream);
        else
            await files.WriteAsync(path, stream, before.ETag);
    }
}
