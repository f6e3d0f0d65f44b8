using Pipeline.Core.Contracts;
using Pipeline.Core.Payments;

namespace Pipeline.Core.Reporting;

/// <summary>What every row says of its contract and quarter, since Power BI joins badly.</summary>
public sealed record Common(
    string Quarter,
    string FinancialYear,
    long QuarterNumber,
    string ProviderId,
    string ProviderName,
    string ContractId,
    string ServiceName,
    string Framework)
{
    public static Common Of(Quarter quarter, Contract contract) => new(
        quarter.ToString(),
        quarter.FinancialYear,
        quarter.Number,
        contract.Provider.ToString(),
        contract.ProviderName,
        contract.Id.ToString(),
        contract.ServiceName,
        contract.Framework);

    /// <summary>Of a contract that the register does not hold any more.</summary>
    public static Common Of(LedgerLine line) => new(
        line.Quarter.ToString(), line.Quarter.FinancialYear, line.Quarter.Number, line.Provider.ToString(), "", line.Contract.ToString(),
        "", "");
}

/// <summary>
/// A row of a reporting table (docs/reporting-tables.md). The public properties of a row's own record are its table's columns, after those
/// of <see cref="Common"/> and in their order;
/// <see cref="ReportingTable"/> reads them. A day that there is not is left out of the row, since Table Storage has no null.
/// </summary>
public abstract record ReportingRow
{
    private protected ReportingRow(Common common, params ReadOnlySpan<string> key)
    {
        Common = common;
        RowKey = string.Join('|', key);
    }

    /// <summary>What it says of its contract and quarter.</summary>
    internal Common Common { get; }

    /// <summary>Within its partition.</summary>
    public string RowKey { get; }

    /// <summary>One contract's rows of a quarter change together.</summary>
    public virtual string PartitionKey => $"{Common.Quarter}|{Common.ContractId}";
}

/// <summary>Tables one and three.</summary>
public sealed record OutcomeRow(
    Common At, string OutcomeCode, string OutcomeTitle, string Area, string ClientGroup,
    long Need, long PartMet, long FullyMet, long NotMet, long Open,
    long LeaversFullyMet, long LeaversPartMet, long LeaversNotMet, long LeaversTotal) : ReportingRow(At, OutcomeCode, ClientGroup);

/// <summary>Table two.</summary>
public sealed record OutputRow(
    Common At, string OutcomeCode, string OutcomeTitle, string IndicatorCode, string IndicatorTitle, string ClientGroup,
    long Need, long PartMet, long FullyMet, long NotMet, long Open) : ReportingRow(At, OutcomeCode, IndicatorCode, ClientGroup);

/// <summary>Table four.</summary>
public sealed record ReasonRow(
    Common At, string OutcomeCode, string OutcomeTitle, string ReasonCode, string ReasonTitle, string ClientGroup, long Clients)
    : ReportingRow(At, OutcomeCode, ReasonCode, ClientGroup);

public sealed record KpiRow(Common At, string KpiCode, string KpiTitle, string ClientGroup, long Clients)
    : ReportingRow(At, KpiCode, ClientGroup);

/// <summary>
/// One figure of the monitoring: a whole number in <c>Count</c>, or a fraction (hours, a rate) in <c>Value</c>; the other is zero.
/// </summary>
public sealed record MeasureRow(Common At, string MeasureArea, string Measure, string Category, long Count, double Value)
    : ReportingRow(At, MeasureArea, Measure, Category.Length == 0 ? "-" : Category);

/// <summary>
/// The result of one area, or with a blank area of the standard as a whole. Stars are shown only when the standard passes.
/// </summary>
public sealed record QualityRow(Common At, string Standard, string QualityArea, string Result, long Stars, long StarsOutOf)
    : ReportingRow(At, Findings.Codes.Of(Standard), QualityArea.Length == 0 ? "-" : QualityArea);

public sealed record ElementRow(
    Common At, string ElementCode, string ElementTitle, string State, long Items, long Quantity,
    string Decision, string Reviewer, string Approver, DateOnly? DecidedOn,
    long WeightBasisPoints, long AvailablePence, long EarnedPence) : ReportingRow(At, ElementCode);

public sealed record PaymentRow(
    Common At, long Run, string Line, string PaymentId, long AmountPence, long EntitlementPence, long PreviouslyReleasedPence,
    string Status, DateOnly? ReleasedOn, DateOnly? ConfirmedOn, string Reference)
    : ReportingRow(At, KeyOf(Payments.PaymentId.Parse(PaymentId)))
{
    /// <summary>A run may hold one line of the contract for two providers.</summary>
    private static string[] KeyOf(PaymentId id) =>
        [id.Run.ToString("000", System.Globalization.CultureInfo.InvariantCulture), id.Line,
            .. id.Provider is { } provider ? [provider.ToString()] : Array.Empty<string>()];
}

public sealed record SubmissionRow(
    Common At, string Dataset, long Version, string Status, long Rows, long Errors, long Warnings, string Sha256, DateOnly? TakenInOn,
    bool Late, string FileName)
    : ReportingRow(At, Dataset, Version.ToString("00000", System.Globalization.CultureInfo.InvariantCulture));

/// <summary><c>received</c>, <c>late</c>, <c>missing</c>, <c>rejected</c> (and nothing accepted before) or <c>nil</c>.</summary>
public sealed record ReturnRow(Common At, string Dataset, string State, long CurrentVersion, DateOnly? DueOn) : ReportingRow(At, Dataset);

public sealed record CheckRow(Common At, string Check, DateOnly? CarriedOutOn, string Result)
    : ReportingRow(At, Check, CarriedOutOn?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) ?? "-");

/// <summary>Something done in a quarter, of no one contract; never changed and never taken away.</summary>
/// <param name="Act"><c>prepare</c>, <c>approve</c>, <c>reject</c>, <c>release</c>, <c>close</c>, <c>accept_change</c>, <c>drop_change</c>,
/// or <c>take_in_</c> and the dataset.</param>
/// <param name="Number">Of the run, the held change, or the version that was taken in; 0 when none.</param>
/// <param name="By">The person's name; for a file that was taken in who it came from.</param>
/// <param name="Account">The person's account; blank where nobody signs in, and for a file.</param>
public sealed record AuditRow(Common At, string Act, long Number, string By, string Account, DateTimeOffset DoneAt, string Detail)
    : ReportingRow(At, Act, Number.ToString("00000", System.Globalization.CultureInfo.InvariantCulture))
{
    public override string PartitionKey => Common.Quarter;
}

/// <summary>A contract in a financial year; of no one quarter.</summary>
public sealed record ContractRow(
    Common At, long AnnualValuePence, DateOnly? StartsOn, DateOnly? EndsOn, string ClientGroups, string SupplierRef)
        : ReportingRow(At, At.ContractId)
{
    public override string PartitionKey => Common.FinancialYear;
}
