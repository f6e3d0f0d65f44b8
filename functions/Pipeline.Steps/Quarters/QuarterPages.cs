using Pipeline.Core;
using Pipeline.Core.Contracts;
using Pipeline.Core.Reporting;
using Pipeline.Steps.Pages;
using Pipeline.Steps.State;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Quarters;

/// <summary>
/// Keeps the pages of quarters. A page is written over the one that stood there before its facts were read, and no other,
/// so that whoever made theirs of older facts starts over.
/// </summary>
/// <remarks>
/// The facts of a report are the sums of <see cref="ContractsPages"/>. Whoever changes sums makes the reports that show them afterwards: so
/// whoever read them before the change either finds the report written meanwhile, or is found by the one who changed them.
/// </remarks>
public sealed class QuarterPages(IFileStore files, ITableStore tables, Reference reference, PendingChanges changes, Closings closings)
{
    private readonly ContractsPages _contracts = new(files, tables, reference);

    /// <summary>The index as this process last wrote it: its quarters only ever become more, so that nobody else's can be older.</summary>
    private volatile Index? _index;

    public static string StatementPath(Contract contract, Quarter quarter) => StatementPath(contract.Provider, contract.Id, quarter);

    private static string StatementPath(ProviderId provider, ContractId contract, Quarter quarter) =>
        $"statements/{provider}/{contract}/{quarter}.html";

    public static string ReportPath(Quarter quarter) => $"reports/{quarter}.html";

    /// <summary>One of the pages that show a framework's contracts one by one.</summary>
    public static string ContractsPath(PageOfContracts page) => ContractsPages.PathOf(page.Quarter, page.Name);

    /// <summary>A framework's page, where a quarter has too many of them for one.</summary>
    public static string FrameworkPath(FrameworkContent content) => $"{ContractsPages.FrameworksOf(content.Quarter)}{content.Name}.html";

    public static string PublicPath(Quarter quarter) => $"reports/{quarter}-public.html";

    public static string PublicCsvPath(Quarter quarter) => $"reports/{quarter}-public.csv";

    public const string IndexPath = "reports/index.html";

    /// <summary>The pages of a contract as they stand, to be read before what the new ones are made from.</summary>
    /// <param name="quarter">Which.</param>
    /// <param name="contract">Which.</param>
    /// <param name="providers">Who had it when its rows were made. Who has it now is looked for as well.</param>
    public async Task<IReadOnlyDictionary<ProviderId, FileStat>> StatementsAsync(Quarter quarter, ContractId contract,
        IEnumerable<ProviderId> providers)
    {
        var there = new Dictionary<ProviderId, FileStat>();
        // Whoever has it by a newer register has no statement yet, or is found when the refresh begins anew.
        IEnumerable<ProviderId> holder = reference.LastKnown?.Register?.Find(contract, quarter) is { } known ? [known.Provider] : [];
        foreach (var provider in providers.Union(holder))
        {
            if (await files.StatAsync(StatementPath(provider, contract, quarter)) is { } statement)
                there.Add(provider, statement);
        }

        return there;
    }

    /// <exception cref="StoreException">Somebody else wrote it since <paramref name="before"/>.</exception>
    public async Task WriteStatementAsync(ContractQuarter known, IReadOnlyList<ReportingRow> rows, FileStat? before) =>
        await files.WriteOverAsync(StatementPath(known.Contract, known.Quarter), before,
            await Page.OfAsync(new StatementContent(known, rows)));

    /// <summary>The statement of whoever has a contract, as it stands; null when there is none.</summary>
    public Task<FileStat?> StatementAsync(Contract contract) => files.StatAsync(StatementPath(contract, contract.Quarter));

    /// <summary>A statement that says what was paid, all else on it as it is.</summary>
    /// <inheritdoc cref="PartWriting.WithPartsAsync"/>
    public async Task<MemoryStream?> WithPaidAsync(FileStat page, PaidContent content) =>
        await files.WithPartsAsync(page, await Page.OfAsync(content));

    /// <summary>Writes what <see cref="WithPaidAsync"/> made of a statement.</summary>
    /// <exception cref="StoreException">Somebody else wrote it since <paramref name="before"/>.</exception>
    public Task WritePaidAsync(FileStat before, MemoryStream statement) => files.WriteAsync(before.Path, statement, before.ETag);

    /// <inheritdoc cref="ContractsPages.RenewReleasedAsync"/>
    public Task RenewReleasedAsync(Quarter quarter, IReadOnlyCollection<ContractId> paid) => _contracts.RenewReleasedAsync(quarter, paid);

    /// <summary>Says on the page of a provider who had the contract what was paid to it, and no more.</summary>
    /// <exception cref="StoreException">Somebody else wrote it since <paramref name="before"/>.</exception>
    public async Task WriteFormerStatementAsync(FormerStatementContent content, FileStat before) =>
        await files.WriteOverAsync(StatementPath(content.Provider, content.Contract, content.Quarter), before, await Page.OfAsync(content));

    /// <summary>
    /// Makes a quarter's report and publication, and the reports of the later quarters that show it beside their own; then the index.
    /// They are made from what the reporting tables hold of the quarters' contracts, and no statement is made again for them.
    /// </summary>
    /// <param name="quarter">Which.</param>
    /// <param name="refreshed">The contracts whose rows have changed since the reports were made.</param>
    public async Task WriteReportsAsync(Quarter quarter, IReadOnlyCollection<ContractId> refreshed)
    {
        CurrentReference? madeOf = null;
        await OptimisticRetry.OnConflictAsync(async () =>
        {
            var index = await files.StatAsync(IndexPath);
            var all = await changes.KnownQuartersAsync();
            var before = new Dictionary<Quarter, ReportFiles>();
            foreach (var each in all.Where(q => q == quarter || FrameworkReport.Shows(q, quarter)))
                before.Add(each, await FilesOfAsync(each));
            // The first report of a quarter: that of the quarter before leads to it from now on. It is written first, since the other shows
            // that it was.
            if (quarter.Previous is { } previous && all.Contains(previous) && before[quarter].Report is null)
                before.Add(previous, await FilesOfAsync(previous));
            // The pages of contracts once, of the same reference files; whoever starts over reads these anew, and the pages are there.
            var current = madeOf is null ? madeOf = await _contracts.RefreshAsync(quarter, refreshed) : await reference.CurrentAsync();
            var sums = await _contracts.SumsAsync(
                [.. all.Where(q => before.Keys.Any(made => q == made || FrameworkReport.Shows(made, q)))], current);
            var changed = refreshed.ToHashSet();
            foreach (var (each, there) in before.OrderBy(report => report.Key))
            {
                var content = new ReportContent(each, FrameworksOf(each, current, sums))
                {
                    Closing = await closings.OfAsync(each) is { IsDone: true } closed ? closed : null,
                    Before = each.Previous is { } earlier && all.Contains(earlier) ? earlier : null,
                    After = each.Next is { } later && all.Contains(later) ? later : null,
                };
                await WriteReportAsync(content, there, new PublicContent(each, content.Frameworks,
                    new Publication(current.Publication.Of(each))) { Council = current.Council }, changed);
            }

            if (_index is not { } last || last.ETag != index?.ETag || !last.Quarters.SequenceEqual(all))
                _index = new(await files.WriteOverAsync(IndexPath, index, await Page.OfAsync(new IndexContent(all))), all);
        });
    }

    /// <summary>What would be published of a quarter now, made from what the reporting tables hold.</summary>
    /// <exception cref="StoreException">With <see cref="StoreChangedException"/>, the register is another by now.</exception>
    public async Task<PublicContent> PublicAsync(Quarter quarter)
    {
        var current = await reference.CurrentAsync();
        return new PublicContent(quarter, FrameworksOf(quarter, current, await _contracts.SumsAsync([quarter], current)),
            new Publication(current.Publication.Of(quarter)))
            { Council = current.Council };
    }

    private async Task WriteReportAsync(ReportContent content, ReportFiles before, PublicContent published, HashSet<ContractId> changed)
    {
        var quarter = content.Quarter;
        if (content.IsDivided)
            await WriteFrameworksAsync(content, before.Frameworks, changed);
        await files.WriteOverAsync(ReportPath(quarter), before.Report, await Page.OfAsync(content));
        await files.WriteOverAsync(PublicPath(quarter), before.PublicPage, await Page.OfAsync(published));
        await files.WriteOverAsync(PublicCsvPath(quarter), before.PublicCsv,
            FileWriting.BytesOf(csv => PublicText.WriteCsv(published, csv)));
    }

    /// <summary>The pages of frameworks by themselves: those of which a contract changed, and those that are not there yet.</summary>
    private async Task WriteFrameworksAsync(ReportContent content, IReadOnlyDictionary<string, FileStat> before,
        HashSet<ContractId> changed)
    {
        foreach (var report in content.Frameworks)
        {
            var one = new FrameworkContent(content.Quarter, report);
            var there = before.GetValueOrDefault(FrameworkPath(one));
            if (there is null || report.Pages.Any(page => page.Contracts.Any(c => changed.Contains(c.Id))))
                await files.WriteOverAsync(FrameworkPath(one), there, await Page.OfAsync(one));
        }
    }

    private static IReadOnlyList<FrameworkReport> FrameworksOf(Quarter quarter, CurrentReference current,
        IReadOnlyDictionary<Quarter, IReadOnlyDictionary<string, Sums>> sums) =>
        current.Register is not { } register
            ? []
            :
            [
                .. from page in PageOfContracts.Of(register, quarter)
                   group page by page.Framework.Id into ofFramework
                   let framework = register.Frameworks[ofFramework.Key]
                   select new FrameworkReport(
                       framework,
                       [.. ofFramework],
                       sums[quarter][framework.Id],
                       sums.Where(earlier => FrameworkReport.Shows(quarter, earlier.Key))
                           .ToDictionary(earlier => earlier.Key, earlier => earlier.Value.GetValueOrDefault(framework.Id) ?? new Sums([]))),
            ];

    private async Task<ReportFiles> FilesOfAsync(Quarter quarter) => new(
        await files.StatAsync(ReportPath(quarter)),
        await files.StatAsync(PublicPath(quarter)),
        await files.StatAsync(PublicCsvPath(quarter)),
        !_contracts.MayHaveOwnPages(quarter)
            ? new Dictionary<string, FileStat>() : await files.ByPathAsync(ContractsPages.FrameworksOf(quarter)));

    private sealed record Index(string ETag, IReadOnlyList<Quarter> Quarters);

    /// <summary>The files of a quarter's report as they stand.</summary>
    private sealed record ReportFiles(FileStat? Report, FileStat? PublicPage, FileStat? PublicCsv,
        IReadOnlyDictionary<string, FileStat> Frameworks);
}
