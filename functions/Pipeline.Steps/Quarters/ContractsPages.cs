using Pipeline.Core;
using Pipeline.Core.Reporting;
using Pipeline.Steps.Pages;
using Pipeline.Steps.State;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Quarters;

/// <summary>
/// Keeps the pages that show a quarter's contracts, and in a row for each page what the rows of its contracts add up to, which is all that
/// the reports of quarters need of them. A page is made from the figures of its contracts, so that a change of one costs two queries,
/// however many contracts there are.
/// </summary>
/// <remarks>
/// Both are made together, of the same facts, and each is written over the one that stood there before these were read, as every page
/// is: whoever made theirs of older facts starts over, and of two who write at the same time the one with the newer facts comes last.
/// The sums name what they were made of. Where that is not what the register says now, or they are missing, both are made again; that the
/// rows of a contract changed they cannot know, and whoever changed them says so.
/// </remarks>
internal sealed class ContractsPages(IFileStore files, ITableStore tables, Reference reference)
{
    /// <summary>How many pages, and of each how many contracts, are read at once.</summary>
    private const int AtOnce = 8;

    private static readonly ReportingTable OfPayments = ReportingTable.Of<PaymentRow>();

    /// <summary>What the figures of contracts are made from.</summary>
    private static readonly IReadOnlyList<ReportingTable> OfFigures =
    [
        ReportingTable.Of<OutcomeRow>(), ReportingTable.Of<OutputRow>(), ReportingTable.Of<ReasonRow>(), ReportingTable.Of<KpiRow>(),
        ReportingTable.Of<MeasureRow>(), ReportingTable.Of<QualityRow>(), ReportingTable.Of<ElementRow>(), ReportingTable.Of<ReturnRow>(),
        ReportingTable.Of<CheckRow>(),
    ];

    private readonly SumsOfPages _sums = new(tables);
    private readonly RowsOfContracts _rows = new(tables);
    private volatile Division? _last;

    /// <summary>Where a page is.</summary>
    /// <param name="quarter">Which it is of.</param>
    /// <param name="name">As <see cref="PageOfContracts.Name"/> has it.</param>
    public static string PathOf(Quarter quarter, string name) => $"{FolderOf(quarter)}{name}.html";

    /// <summary>
    /// Makes the pages again that show one of these contracts, and those that show contracts which are on other pages now.
    /// </summary>
    /// <returns>The reference files that said which these are.</returns>
    public async Task<CurrentReference> RefreshAsync(Quarter quarter, IReadOnlyCollection<ContractId> refreshed)
    {
        var changed = refreshed.ToHashSet();
        // The files first, since each page is made of what is read after it.
        var there = await files.ByPathAsync(FolderOf(quarter));
        var current = await reference.CurrentAsync();
        var division = DivisionOf(current, quarter);
        var pages = division.Pages;
        var names = pages.Values.Where(page => page.Contracts.Any(c => changed.Contains(c.Id))).Select(page => page.Name).ToList();
        foreach (var file in there.Values)
        {
            if (!file.Path.EndsWith(".html", StringComparison.Ordinal))
                continue;
            string name = Path.GetFileNameWithoutExtension(file.Path);
            if (!file.Path.StartsWith(FrameworksOf(quarter), StringComparison.Ordinal) && !pages.ContainsKey(name))
                names.Add(name);
            else if (file.Path.StartsWith(FrameworksOf(quarter), StringComparison.Ordinal) && !division.OwnPages.Contains(name))
                await OptimisticRetry.OnConflictAsync(() => EmptyAsync(quarter, name));
        }

        await Parallel.ForEachAsync(names, Together, async (name, _) =>
            await MakeAsync(quarter, name, (there.GetValueOrDefault(PathOf(quarter, name)), current)));
        return current;
    }

    /// <summary>Says on the pages that show these contracts what was released to each now; all else on them stays as it is.</summary>
    public async Task RenewReleasedAsync(Quarter quarter, IReadOnlyCollection<ContractId> paid)
    {
        var contracts = paid.ToHashSet();
        var pages = DivisionOf(await reference.CurrentAsync(), quarter).Pages.Values
            .Where(page => page.Contracts.Any(c => contracts.Contains(c.Id)));
        await Parallel.ForEachAsync(pages, Together, async (page, _) =>
        {
            if (!await OptimisticRetry.OnConflictAsync(() => TryRenewReleasedAsync(page)))
                await MakeAsync(quarter, page.Name);
        });
    }

    /// <summary>
    /// Whether there may be pages of frameworks by themselves in a quarter, by the reference files as they were last known; null: they were
    /// not. Whoever writes such a page without having looked for it finds it there, and starts over.
    /// </summary>
    public bool MayHaveOwnPages(Quarter quarter) => reference.LastKnown is not { } known || DivisionOf(known, quarter).OwnPages.Count > 0;

    /// <summary>What the rows of quarters' contracts add up to, by framework; one without contracts is left out.</summary>
    /// <param name="quarters">Which, in order; of those from the first to the last it is read by one query.</param>
    /// <param name="current">As it was read before.</param>
    /// <exception cref="StoreChangedException">The register is another by now.</exception>
    public async Task<IReadOnlyDictionary<Quarter, IReadOnlyDictionary<string, Sums>>> SumsAsync(
        IReadOnlyList<Quarter> quarters, CurrentReference current)
    {
        var kept = await _sums.OfQuartersAsync(quarters[0], quarters[^1]);
        var sums = new Dictionary<Quarter, IReadOnlyDictionary<string, Sums>>();
        // What follows a parallel loop may be on another scheduler than the caller's.
        var together = Together;
        foreach (var quarter in quarters)
            sums.Add(quarter, await SumsAsync(quarter, current, kept[quarter], together));
        return sums;
    }

    private async Task<IReadOnlyDictionary<string, Sums>> SumsAsync(
        Quarter quarter, CurrentReference current, IReadOnlyDictionary<string, KeptJson> kept, ParallelOptions together)
    {
        var pages = DivisionOf(current, quarter).Pages.Values.ToList();
        var sums = new PageSums[pages.Count];
        await Parallel.ForAsync(0, pages.Count, together, async (i, _) =>
        {
            var basis = PageSums.BasisOf(current, pages[i]);
            var one = kept.GetValueOrDefault(pages[i].Name, KeptJson.Nothing).As(PageSumsJson.Known.PageSums);
            if (one is null || !one.IsMadeOf(basis))
                one = await MakeAsync(quarter, pages[i].Name);
            sums[i] = one is not null && one.IsMadeOf(basis) ? one : throw new StoreChangedException("The register");
        });
        return pages.Zip(sums).GroupBy(page => page.First.Framework.Id)
            .ToDictionary(ofFramework => ofFramework.Key, ofFramework => Sums.Of(ofFramework.Select(page => page.Second.Sums!)));
    }

    // Use the caller's scheduler so that simulations control interleaving.
    private static ParallelOptions Together => new() { MaxDegreeOfParallelism = AtOnce, TaskScheduler = TaskScheduler.Current };

    private static string FolderOf(Quarter quarter) => $"reports/{quarter}/";

    /// <summary>Where a quarter that has too many frameworks for one report has a page for each.</summary>
    public static string FrameworksOf(Quarter quarter) => $"{FolderOf(quarter)}frameworks/";

    /// <summary>Says on the page of a framework that it has none any more.</summary>
    private async Task EmptyAsync(Quarter quarter, string framework)
    {
        string path = $"{FrameworksOf(quarter)}{framework}.html";
        var before = await files.StatAsync(path);
        if (!DivisionOf(await reference.CurrentAsync(), quarter).OwnPages.Contains(framework))
            await files.WriteOverAsync(path, before, await Page.OfAsync(new NoContractsContent(quarter, "../../")));
    }

    /// <summary>Makes a page, and what its contracts add up to, of what the register and the tables say now.</summary>
    /// <param name="quarter">Which.</param>
    /// <param name="name">Of the page.</param>
    /// <param name="read">The page as it stands, null where there is none, and the reference files, which were read after it: for the
    /// first try, since whoever starts over reads both. Null: they were not read.</param>
    /// <returns>What they add up to; null when there is no such page any more.</returns>
    private Task<PageSums?> MakeAsync(Quarter quarter, string name, (FileStat? Page, CurrentReference Reference)? read = null) =>
        OptimisticRetry.OnConflictAsync(async () =>
    {
        string pagePath = PathOf(quarter, name);
        var page = read is { Page: var found } ? found : await files.StatAsync(pagePath);
        var sums = await _sums.OfPageAsync(quarter, name);
        var current = read?.Reference ?? await reference.CurrentAsync();
        read = null;
        var division = DivisionOf(current, quarter);
        if (division.Pages.GetValueOrDefault(name) is not { } shown)
        {
            // With fewer contracts, the last pages would go on showing those that are gone.
            await files.WriteOverAsync(pagePath, page, await Page.OfAsync(new NoContractsContent(quarter, "../")));
            return null;
        }

        var contracts = await ReadAsync(shown, division);
        await files.WriteOverAsync(pagePath, page, await Page.OfAsync(new ContractsContent(shown, contracts)));
        var made = PageSums.BasisOf(current, shown) with { Sums = Sums.Of(contracts.Select(c => c.Figures.Sums)).ToKeep() };
        await _sums.ReplaceAsync(quarter, name, sums, made.ToJson());
        return made;
    });

    /// <returns>False when the page is to be made as a whole.</returns>
    private async Task<bool> TryRenewReleasedAsync(PageOfContracts page)
    {
        if (await files.StatAsync(PathOf(page.Quarter, page.Name)) is not { } there)
            return false;
        var rows = await _rows.ReadAsync(
            OfPayments.Name, await reference.CurrentAsync(), page.Quarter, [.. page.Contracts.Select(c => c.Id)]);
        using var made = await files.WithPartsAsync(there, await Page.OfAsync(new ReleasedContent(
            [.. page.Contracts.Select(c => (c.Id, RowsOf(OfPayments, rows, page.Quarter, c.Id).Cast<PaymentRow>()))])));
        if (made is null)
            return false;
        await files.WriteAsync(there.Path, made, there.ETag);
        return true;
    }

    /// <summary>What is told of the contracts on a page.</summary>
    private async Task<IReadOnlyList<ContractReport>> ReadAsync(PageOfContracts page, Division division)
    {
        var ids = page.Contracts.Select(contract => contract.Id).ToList();
        var kept = await _rows.ReadAsync(FiguresOfContracts.Table, division.Of, page.Quarter, ids);
        var figures = ids.ToDictionary(id => id, id => FiguresOfContracts.Read(kept[RowsOfContracts.KeyOf(page.Quarter, id)]));
        var without = ids.Where(id => figures[id] is null).ToList();
        if (without.Count > 0)
        {
            var rows = new ILookup<string, TableRow>[OfFigures.Count];
            await Parallel.ForAsync(0, OfFigures.Count, Together, async (i, cancel) =>
                rows[i] = await _rows.ReadAsync(OfFigures[i].Name, division.Of, page.Quarter, without, cancel));
            foreach (var id in without)
                figures[id] = ContractFigures.Of(
                    [.. OfFigures.Zip(rows).SelectMany(table => RowsOf(table.First, table.Second, page.Quarter, id))]);
        }

        var payments = await _rows.ReadAsync(OfPayments.Name, division.Of, page.Quarter, ids);
        return [.. page.Contracts.Select(contract => new ContractReport(contract, figures[contract.Id]!,
            [.. RowsOf(OfPayments, payments, page.Quarter, contract.Id).Cast<PaymentRow>()]))];
    }

    private static IEnumerable<ReportingRow> RowsOf(
        ReportingTable table, ILookup<string, TableRow> rows, Quarter quarter, ContractId contract) =>
        rows[RowsOfContracts.KeyOf(quarter, contract)].Select(row => table.Row(row.Values));

    private Division DivisionOf(CurrentReference current, Quarter quarter) =>
        _last is { } last && ReferenceEquals(last.Of, current) && last.Quarter == quarter ? last : _last = Division.Make(current, quarter);

    /// <summary>Which contracts are on which page of a quarter, by the page's name.</summary>
    /// <param name="Of">As it was read.</param>
    /// <param name="Quarter">Which.</param>
    /// <param name="Pages">The pages.</param>
    private sealed record Division(CurrentReference Of, Quarter Quarter, IReadOnlyDictionary<string, PageOfContracts> Pages)
    {
        /// <summary>The frameworks that have a page of their own.</summary>
        public HashSet<string> OwnPages { get; } = Pages.Values.Select(page => page.Framework.Id).Distinct().ToHashSet() is var all
            && ReportContent.IsDividedBy(all.Count) ? all : [];

        public static Division Make(CurrentReference current, Quarter quarter)
        {
            var pages = current.Register is { } register ? PageOfContracts.Of(register, quarter) : [];
            return new(current, quarter, pages.ToDictionary(page => page.Name));
        }
    }
}
