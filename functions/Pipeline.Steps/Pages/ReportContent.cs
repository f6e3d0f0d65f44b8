using Pipeline.Core;
using Pipeline.Core.Contracts;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Payments;
using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;

namespace Pipeline.Steps.Pages;

/// <summary>What a quarter's report shows: the frameworks side by side, never added together.</summary>
public sealed record ReportContent(Quarter Quarter, IReadOnlyList<FrameworkReport> Frameworks)
{
    /// <summary>By whom and when the quarter was closed; null while it is open.</summary>
    public Closing? Closing { get; init; }

    /// <summary>The quarter before, when it has a report.</summary>
    public Quarter? Before { get; init; }

    /// <summary>The quarter after, when it has a report.</summary>
    public Quarter? After { get; init; }

    private const int OnOnePage = 3;

    /// <summary>Whether the frameworks are too many for one page, so that each has a page of its own.</summary>
    public bool IsDivided => IsDividedBy(Frameworks.Count);

    /// <inheritdoc cref="IsDivided"/>
    public static bool IsDividedBy(int frameworks) => frameworks > OnOnePage;
}

/// <summary>A framework of a quarter on a page of its own, where there are too many for one.</summary>
public sealed record FrameworkContent(Quarter Quarter, FrameworkReport Report)
{
    /// <summary>Of the page, without its ending.</summary>
    public string Name => Report.Framework.Id;
}

/// <param name="Framework">Whose tables.</param>
/// <param name="Pages">Its contracts that are active in the quarter, by the pages that show them.</param>
/// <param name="Programme">What the rows of all contracts add up to.</param>
/// <param name="Earlier">What they add up to in those quarters that are shown beside this one: the earlier ones of the financial year, the
/// one before and that of a year ago. One that is not known is left out.</param>
public sealed record FrameworkReport(Framework Framework, IReadOnlyList<PageOfContracts> Pages, Sums Programme,
    IReadOnlyDictionary<Quarter, Sums> Earlier)
{
    /// <summary>The earlier quarters that a quarter's report shows beside it.</summary>
    public static bool Shows(Quarter quarter, Quarter earlier) =>
        earlier < quarter
            && (earlier.FinancialYear == quarter.FinancialYear || earlier == quarter.Previous || earlier == YearBefore(quarter));

    /// <summary>The same quarter of the year before.</summary>
    public static Quarter YearBefore(Quarter quarter) => new(quarter.StartYear - 1, quarter.Number);

    /// <summary>In the order of their ids.</summary>
    internal IReadOnlyList<Contract> Contracts { get; } = [.. Pages.SelectMany(page => page.Contracts)];

    /// <inheritdoc cref="PageOfContracts.Outcomes"/>
    internal IReadOnlyList<Outcome> Outcomes => PageOfContracts.OutcomesOf(Framework, Contracts);
}

/// <param name="Contract">As the register has it.</param>
/// <param name="Figures">What the reporting tables tell of it in the quarter.</param>
/// <param name="Payments">What they hold of what was paid.</param>
public sealed record ContractReport(Contract Contract, ContractFigures Figures, IReadOnlyList<PaymentRow> Payments)
{
    internal Sums Sums { get; } = Sums.Of([Figures.Sums]);
}

/// <summary>
/// Some of a framework's contracts in a quarter, one by one, on a page of their own: so no page grows with the number of contracts.
/// </summary>
/// <param name="Page">Which of them.</param>
/// <param name="Contracts">What is told of them.</param>
public sealed record ContractsContent(PageOfContracts Page, IReadOnlyList<ContractReport> Contracts);

/// <summary>What stands where a page of contracts was, when there are fewer of them now.</summary>
/// <param name="Up">From where it stands to the folder of reports.</param>
public sealed record NoContractsContent(Quarter Quarter, string Up);

/// <summary>What is published of a quarter.</summary>
/// <param name="Publication">The rules that it is published by.</param>
public sealed record PublicContent(Quarter Quarter, IReadOnlyList<FrameworkReport> Frameworks, Publication Publication)
{
    /// <summary>Who publishes, and where one may ask; null when nobody said.</summary>
    public Council? Council { get; init; }

    /// <summary>What is told of its publication; null while it is a draft.</summary>
    public PublicEdition? Edition { get; init; }

    /// <summary>Whether the frameworks are too many to show the counts of each by client group: the file of figures has them.</summary>
    internal bool IsShort => ReportContent.IsDividedBy(Frameworks.Count);
}

/// <param name="Revision">1 for what was published first.</param>
/// <param name="PublishedOn">The day of this revision.</param>
/// <param name="Corrects">What this revision corrects; null of the first.</param>
public sealed record PublicEdition(int Revision, DateOnly PublishedOn, string? Corrects = null);

/// <param name="Quarters">Every quarter that has a report.</param>
public sealed record IndexContent(IReadOnlyList<Quarter> Quarters);
