using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;

namespace Pipeline.Steps.Pages;

/// <summary>What a statement shows.</summary>
/// <param name="Known">All that is known of the contract in the quarter.</param>
/// <param name="Rows">What the reporting tables hold of it.</param>
public sealed record StatementContent(ContractQuarter Known, IReadOnlyList<ReportingRow> Rows)
{
    internal Sums Sums { get; } = new(Rows);

    internal Entitlement Entitlement { get; } = Known.Entitlement;

    internal PaidContent Paid { get; } = new(Known.Entitlement, Known.Payments, Rows.OfType<PaymentRow>());

    internal IEnumerable<TRow> RowsOf<TRow>()
        where TRow : ReportingRow => Rows.OfType<TRow>();

    /// <summary>The evidence that counts.</summary>
    internal IEnumerable<InputFile> Files => Upload.CurrentOf(Known.Uploads.Where(u => u.Slot == Dataset.Evidence.Name)) is { } evidence
        ? [InputFile.Evidence(Known.Contract.Id, Known.Quarter, evidence.Version, evidence.Sha256)]
        : [];
}

/// <summary>What a statement says of what was paid.</summary>
/// <param name="Entitlement">What the contract has earned.</param>
/// <param name="Paid">All that was released for the contract.</param>
/// <param name="Rows">What the reporting table holds of it.</param>
public sealed record PaidContent(Entitlement Entitlement, IEnumerable<Payment> Paid, IEnumerable<PaymentRow> Rows)
{
    /// <summary>What was released to the provider; what another was paid for the contract is not shown to it.</summary>
    internal IReadOnlyList<LedgerLine> Ledger { get; } =
        [.. Paid.SelectMany(p => p.Lines).Where(line => line.Provider == Entitlement.Contract.Provider)];

    internal IReadOnlyList<PaymentRow> Payments { get; } =
        [.. Rows.Where(row => row.At.ProviderId == Entitlement.Contract.Provider.ToString())
            .OrderBy(row => row.RowKey, StringComparer.Ordinal)];
}

/// <summary>What was released to contracts that stand on one page.</summary>
public sealed record ReleasedContent(IReadOnlyList<(ContractId Contract, IEnumerable<PaymentRow> Rows)> Payments);

/// <summary>What stands in place of a statement when its provider does not have the contract in the quarter any more.</summary>
/// <param name="Quarter">Which.</param>
/// <param name="Contract">Which.</param>
/// <param name="Provider">Who had it.</param>
/// <param name="Payments">What was released to the provider, in the order of the rows.</param>
public sealed record FormerStatementContent(Quarter Quarter, ContractId Contract, ProviderId Provider, IReadOnlyList<PaymentRow> Payments);
