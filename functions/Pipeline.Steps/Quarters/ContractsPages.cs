using System.Text.Json;
using Pipeline.Core;
using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Pages;
using Pipeline.Steps.State;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Quarters;

/// <summary>
/// Keeps the pages that show a quarter's contracts, and in a file for each page what the rows of its contracts add up to, which is all that
/// the reports of quarters need of them. So a change of one contract costs the rows of one page, however many contracts there are.
/// </summary>
/// <remarks>
/// Both files are made together, of the same facts, and each is written over the one that stood there before these were read, as every page
/// is: whoever made theirs of older facts starts over, and of two who write at the same time the one with the newer facts comes last.
/// The sums name what they were made of. Where that is not what the register says now, or they are missing, both are made again; that the
/// rows of a contract changed they cannot know, and whoever changed them says so.
/// </remarks>
internal sealed class ContractsPages(IFileStore files, ITableStore tables, Reference reference)
{
    /// <summary>How many pages, and of each how many contracts, are read at once.</summary>
    private const int AtOnce = 8;

    /// <summary>What a page is made from.</summary>
    private static readonly IReadOnlyList<ReportingTable> Shown =
    [
        ReportingTable.Of<OutcomeRow>(), ReportingTable.Of<OutputRow>(), ReportingTable.Of<ReasonRow>(), ReportingTable.Of<KpiRow>(), ReportingTable.Of<MeasureRow>(),
        ReportingTable.Of<QualityRow>(), ReportingTable.Of<ElementRow>(), ReportingTable.Of<PaymentRow>(), ReportingTable.Of<ReturnRow>(), ReportingTable.Of<CheckRow>(),
    ];

    private volatile Division? _last;

    /// <summary>Where a page is.</summary>
    /// <param name="quarter">Which it is of.</param>
    /// <param name="name">As <see cref="PageOfContracts.Name"/> has it.</param>
    public static string PathOf(Quarter quarter, string name) => $"{FolderOf(quarter)}{name}.html";

    /// <summary>Makes the pages again that show one of these contracts, and those that show contracts which are on other pages now.</summary>
    public async Task RefreshAsync(Quarter quarter, IReadOnlyCollection<ContractId> refreshed)
    {
        var changed = refreshed.ToHashSet();
        var division = DivisionOf(await reference.CurrentAsync(), quarter);
        var pages = division.Pages;
        var names = pages.Values.Where(page => page.Contracts.Any(c => changed.Contains(c.Id))).Select(page => page.Name).ToList();
        await foreach (var file in files.ListAsync(FolderOf(quarter)))
        {
            if (!file.Path.EndsWith(".html", StringComparison.Ordinal))
                continue;
            string name = Path.GetFileNameWithoutExtension(file.Path);
            if (!file.Path.StartsWith(FrameworksOf(quarter), StringComparison.Ordinal) && !pages.ContainsKey(name))
                names.Add(name);
            else if (file.Path.StartsWith(FrameworksOf(quarter), StringComparison.Ordinal) && !division.OwnPages.Contains(name))
                await OptimisticRetry.OnConflictAsync(() => EmptyAsync(quarter, name));
        }

        await Parallel.ForEachAsync(names, Together, async (name, _) => await MakeAsync(quarter, name));
    }

    /// <summary>The frameworks that have a page of their own in a quarter.</summary>
    public async Task<IReadOnlySet<string>> OwnPagesAsync(Quarter quarter) => DivisionOf(await reference.CurrentAsync(), quarter).OwnPages;

    /// <summary>What the rows of a quarter's contracts add up to, by framework; one without contracts is left out.</summary>
    /// <param name="quarter">Which.</param>
    /// <param name="current">As it was read before.</param>
    /// <exception cref="StoreChangedException">The register is another by now.</exception>
    public async Task<IReadOnlyDictionary<string, Sums>> SumsAsync(Quarter quarter, CurrentReference current)
    {
        var pages = DivisionOf(current, quarter).Pages.Values.ToList();
        var sums = new PageSums[pages.Count];
        await Parallel.ForAsync(0, pages.Count, Together, async (i, _) =>
        {
            var basis = PageSums.BasisOf(current, pages[i]);
            var kept = await KeptAsync(pages[i]);
            if (kept is null || !kept.IsMadeOf(basis))
            {
                await MakeAsync(quarter, pages[i].Name);
                kept = await KeptAsync(pages[i]);
            }

            sums[i] = kept is not null && kept.IsMadeOf(basis) ? kept : throw new StoreChangedException("The register");
        });
        return pages.Zip(sums).GroupBy(page => page.First.Framework.Id).ToDictionary(ofFramework => ofFramework.Key, ofFramework => Sums.Of(ofFramework.Select(page => page.Second.Sums!)));
    }

    // Use the caller's scheduler so that simulations control interleaving.
    private static ParallelOptions Together => new() { MaxDegreeOfParallelism = AtOnce, TaskScheduler = TaskScheduler.Current };

    private static string FolderOf(Quarter quarter) => $"reports/{quarter}/";

    /// <summary>Where a quarter that has too many frameworks for one report has a page for each.</summary>
    public static string FrameworksOf(Quarter quarter) => $"{FolderOf(quarter)}frameworks/";

    /// <summary>In a folder of their own, so that the one above holds what people open.</summary>
    private static string SumsPathOf(Quarter quarter, string name) => $"{FolderOf(quarter)}sums/{name}.json";

    /// <summary>Says on the page of a framework that it has none any more.</summary>
    private async Task EmptyAsync(Quarter quarter, string framework)
    {
        string path = $"{FrameworksOf(quarter)}{framework}.html";
        var before = await files.StatAsync(path);
        if (!DivisionOf(await reference.CurrentAsync(), quarter).OwnPages.Contains(framework))
            await files.WriteOverAsync(path, before, await Page.OfAsync(new NoContractsContent(quarter, "../../")));
    }

    /// <summary>Makes a page, and what its contracts add up to, of what the register and the tables say now.</summary>
    private Task MakeAsync(Quarter quarter, string name) => OptimisticRetry.OnConflictAsync(async () =>
    {
        string pagePath = PathOf(quarter, name), sumsPath = SumsPathOf(quarter, name);
        var (page, sums) = (await files.StatAsync(pagePath), await files.StatAsync(sumsPath));
        var current = await reference.CurrentAsync();
        if (DivisionOf(current, quarter).Pages.GetValueOrDefault(name) is not { } shown)
        {
            // With fewer contracts, the last pages would go on showing those that are gone.
            await files.WriteOverAsync(pagePath, page, await Page.OfAsync(new NoContractsContent(quarter, "../")));
            return;
        }

        var contracts = await ReadAsync(shown);
        await files.WriteOverAsync(pagePath, page, await Page.OfAsync(new ContractsContent(shown, contracts)));
        var made = PageSums.BasisOf(current, shown) with { Sums = new Sums(contracts.SelectMany(c => c.Rows)).ToKeep() };
        await files.WriteOverAsync(sumsPath, sums, JsonSerializer.SerializeToUtf8Bytes(made, CoreJson.Options));
    });

    /// <summary>What tables hold of the contracts on a page.</summary>
    private async Task<IReadOnlyList<ContractReport>> ReadAsync(PageOfContracts page)
    {
        var reports = new ContractReport[page.Contracts.Count];
        await Parallel.ForAsync(0, reports.Length, Together, async (i, cancel) =>
        {
            var rows = new List<ReportingRow>();
            foreach (var table in Shown)
            {
                await foreach (var row in tables.QueryAsync(table.Name, $"{page.Quarter}|{page.Contracts[i].Id}", cancel: cancel))
                    rows.Add(table.Row(row.Values));
            }

            reports[i] = new ContractReport(page.Contracts[i], rows);
        });
        return reports;
    }

    /// <summary>Null when there are none, or none that this version of the code can read.</summary>
    private async Task<PageSums?> KeptAsync(PageOfContracts page)
    {
        try
        {
            await using var stream = await files.OpenReadAsync(SumsPathOf(page.Quarter, page.Name));
            return await JsonSerializer.DeserializeAsync<PageSums>(stream, CoreJson.Options);
        }
        catch (Exception exception) when (exception is StoreNotFoundException or JsonException)
        {
            return null;
        }
    }

    private Division DivisionOf(CurrentReference current, Quarter quarter) =>
        _last is { } last && ReferenceEquals(last.Of, current) && last.Quarter == quarter ? last : _last = Division.Make(current, quarter);

    /// <summary>Which contracts are on which page of a quarter, by the page's name.</summary>
    private sealed record Division(CurrentReference Of, Quarter Quarter, IReadOnlyDictionary<string, PageOfContracts> Pages)
    {
        /// <summary>The frameworks that have a page of their own.</summary>
        public HashSet<string> OwnPages { get; } = Pages.Values.Select(page => page.Framework.Id).Distinct().ToHashSet() is var all && ReportContent.IsDividedBy(all.Count) ? all : [];

        public static Division Make(CurrentReference current, Quarter quarter) =>
            new(current, quarter, current.Register is { } register ? PageOfContracts.Of(register, quarter).ToDictionary(page => page.Name) : []);
    }

    /// <summary>What the rows of the contracts on one page add up to.</summary>
    /// <param name="Form">Which figures there are; another version of the code may know others.</param>
    /// <param name="Register">The version of the register of contracts that said which contracts these are.</param>
    /// <param name="Framework">The version of their framework.</param>
    /// <param name="Contracts">Whose rows.</param>
    /// <param name="Sums">What they add up to; null where they are not worked out.</param>
    private sealed record PageSums(int Form, int Register, int Framework, IReadOnlyList<ContractId> Contracts, KeptSums? Sums)
    {
        private const int CurrentForm = 3;

        /// <summary>What sums of a page would be made of now, without any.</summary>
        public static PageSums BasisOf(CurrentReference current, PageOfContracts page) =>
            new(CurrentForm, current.Contracts!.Version, current.VersionOf(page.Framework).Version, [.. page.Contracts.Select(c => c.Id)], Sums: null);

        public bool IsMadeOf(PageSums basis) =>
            (Form, Register, Framework) == (basis.Form, basis.Register, basis.Framework) && Contracts.SequenceEqual(basis.Contracts);
    }
}
