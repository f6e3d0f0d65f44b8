using Pipeline.Core;
using Pipeline.Core.Contracts;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Payments;
using Pipeline.Core.Reporting;

namespace Pipeline.Steps.Pages;

/// <summary>What a quarter's report shows: the frameworks side by side, never added together.</summary>
public sealed record ReportContent(Quarter Quarter, IReadOnlyList<FrameworkReport> Frameworks)
{
    /// <summary>By whom and when the quarter was closed; null while it is open.</summary>
    public Closing? Closing { get; init; }
}

/// <param name="Framework">Whose tables.</param>
/// <param name="Pages">Its contracts that are active in the quarter, by the pages that show them.</param>
/// <param name="Programme">What the rows of all contracts add up to.</param>
/// <param name="Earlier">What they add up to in the earlier quarters of the financial year, by the quarter's number; one that is not known is left out.</param>
public sealed record FrameworkReport(Framework Framework, IReadOnlyList<PageOfContracts> Pages, Sums Programme, IReadOnlyDictionary<int, Sums> Earlier)
{
    /// <summary>In the order of their ids.</summary>
    internal IReadOnlyList<Contract> Contracts { get; } = [.. Pages.SelectMany(page => page.Contracts)];

    /// <inheritdoc cref="PageOfContracts.Outcomes"/>
    internal IReadOnlyList<Outcome> Outcomes => PageOfContracts.OutcomesOf(Framework, Contracts);
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
/// <param name="Page">Which of them.</param>
/// <param name="Contracts">Their rows.</param>
public sealed record ContractsContent(PageOfContracts Page, IReadOnlyList<ContractReport> Contracts);

/// <summary>What stands where a page of contracts was, when there are fewer of them now.</summary>
public sealed record NoContractsContent(Quarter Quarter);

/// <summary>What is published of a quarter.</summary>
/// <param name="Publication">The rules that it is published by.</param>
public sealed record PublicContent(Quarter Quarter, IReadOnlyList<FrameworkReport> Frameworks, Publication Publication);

/// <param name="Quarters">Every quarter that has a report.</param>
public sealed record IndexContent(IReadOnlyList<Quarter> Quarters);
