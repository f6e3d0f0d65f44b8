using Pipeline.Core;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Reporting;

namespace Pipeline.Steps.Pages;

/// <summary>What a quarter's report shows: the frameworks side by side, never added together.</summary>
public sealed record ReportContent(Quarter Quarter, IReadOnlyList<FrameworkReport> Frameworks);

/// <param name="Framework">Whose tables.</param>
/// <param name="Contracts">Of the framework, that are active in the quarter, in the order of their ids.</param>
/// <param name="Earlier">What the programme's rows add up to in the earlier quarters of the financial year, by the quarter's number; one that is not known is left out.</param>
public sealed record FrameworkReport(Framework Framework, IReadOnlyList<ContractReport> Contracts, IReadOnlyDictionary<int, Sums> Earlier)
{
    /// <summary>Those that some contract serves a client group of.</summary>
    internal IReadOnlyList<Outcome> Outcomes => [.. Framework.Outcomes.Where(o => Contracts.Any(c => c.Contract.ClientGroups.Any(o.IsFor)))];

    /// <summary>What the rows of all contracts add up to.</summary>
    public Sums Programme { get; } = new(Contracts.SelectMany(c => c.Rows));
}

/// <param name="Contract">As the register has it.</param>
/// <param name="Rows">What the reporting tables hold of it in the quarter.</param>
public sealed record ContractReport(Contract Contract, IReadOnlyList<ReportingRow> Rows)
{
    internal Sums Sums { get; } = new(Rows);

    internal IEnumerable<TRow> RowsOf<TRow>()
        where TRow : ReportingRow => Rows.OfType<TRow>();
}

/// <summary>Some of a framework's contracts in a quarter, one by one, on a page of their own: so no page grows with the number of contracts.</summary>
/// <param name="Report">Of these contracts.</param>
/// <param name="Number">Of the page, from 1.</param>
/// <param name="Count">How many pages there are.</param>
public sealed record ContractsContent(Quarter Quarter, FrameworkReport Report, int Number, int Count)
{
    private const int OnOnePage = 25;

    internal string Title => Report.Contracts.Count == 1 ? $"Contract {Report.Contracts[0].Contract.Id}" : $"Contracts {Report.Contracts[0].Contract.Id} to {Report.Contracts[^1].Contract.Id}";

    /// <summary>The pages of a framework's contracts.</summary>
    public static IReadOnlyList<ContractsContent> Of(Quarter quarter, FrameworkReport report)
    {
        var pages = report.Contracts.Chunk(OnOnePage).ToList();
        return [.. pages.Select((contracts, i) => new ContractsContent(quarter, new FrameworkReport(report.Framework, contracts, new Dictionary<int, Sums>()), i + 1, pages.Count))];
    }
}

/// <summary>What stands where a page of contracts was, when there are fewer of them now.</summary>
public sealed record NoContractsContent(Quarter Quarter);

/// <summary>What is published of a quarter.</summary>
/// <param name="Publication">The rules that it is published by.</param>
public sealed record PublicContent(Quarter Quarter, IReadOnlyList<FrameworkReport> Frameworks, Publication Publication);

/// <param name="Quarters">Every quarter that has a report.</param>
public sealed record IndexContent(IReadOnlyList<Quarter> Quarters);
