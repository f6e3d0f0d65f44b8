using Pipeline.Core.Payments;
using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Quarters;

namespace Pipeline.Web.Machines;

/// <summary>How a return of a contract stands.</summary>
/// <param name="State">As people read it: <c>not due yet</c>, <c>received</c>, <c>nil</c>, <c>late</c>, <c>overdue</c>,
/// <c>rejected</c>.</param>
/// <param name="DueOn">With an extension, if there is one; null when the calendar does not say.</param>
public sealed record ReturnAnswer(string Quarter, string Provider, string Contract, string Service, string Framework, string State,
    DateOnly? DueOn, bool Closed, IReadOnlyList<DatasetAnswer> Datasets)
{
    public static ReturnAnswer Of(ContractReturn of) => new(
        of.Quarter.ToString(), of.Contract.Provider.ToString(), of.Contract.Id.ToString(), of.Contract.ServiceName, of.Contract.Framework,
        of.State.Word(), of.Due?.ExtendedTo ?? of.Due?.DueOn, of.IsClosed,
        [.. of.Datasets.Select(d => new DatasetAnswer(d.Dataset.Name, d.State.Word(), d.Current?.Version, d.Uploads.Count))]);
}

/// <param name="CurrentVersion">The one that counts; null when none does.</param>
/// <param name="Versions">How many were sent.</param>
public sealed record DatasetAnswer(string Dataset, string State, int? CurrentVersion, int Versions);

/// <summary>What became of a file. Nothing of its content is in it but where something is wrong.</summary>
/// <param name="Status"><c>accepted</c>, <c>rejected</c>, <c>duplicate</c> and so on.</param>
/// <param name="Receipt">The path of its page.</param>
public sealed record ReceiptAnswer(
    string Slot, int Version, string Status, long RowsRead, long RowsAccepted, long Errors, long Warnings,
    IReadOnlyList<ReceiptRule> Summary, IReadOnlyList<ReceiptFinding> Findings, string Receipt)
{
    public static ReceiptAnswer Of(Receipt of, string path) => new(
        of.Slot, of.Version, of.Status.Word(), of.RowsRead, of.RowsAccepted, of.Errors, of.Warnings, of.Summary, of.Findings, "/"
            + Path.ChangeExtension(path, ".html"));
}

/// <summary>The figures of a statement.</summary>
public sealed record StatementAnswer(
    string Quarter, string Provider, string Contract, long InstalmentPence, long EntitlementPence,
    IReadOnlyList<ElementAnswer> Elements, IReadOnlyList<OutcomeAnswer> Outcomes, IReadOnlyList<MeasureAnswer> Measures,
    IReadOnlyList<PaymentAnswer> Payments)
{
    public static StatementAnswer Of(ContractQuarter known)
    {
        var rows = ContractRows.Of(known);
        return new StatementAnswer(
            known.Quarter.ToString(), known.Contract.Provider.ToString(), known.Contract.Id.ToString(),
            known.Entitlement.Instalment.Amount.Pence, known.Entitlement.Total.Pence,
            [.. rows.OfType<ElementRow>()
                .Select(e => new ElementAnswer(e.ElementCode, e.State, e.Items, e.Quantity, e.Decision, e.AvailablePence, e.EarnedPence))],
            [.. rows.OfType<OutcomeRow>()
                .Select(o => new OutcomeAnswer(o.OutcomeCode, o.ClientGroup, o.Need, o.FullyMet, o.PartMet, o.NotMet, o.Open))],
            [.. rows.OfType<MeasureRow>().Select(m => new MeasureAnswer(m.MeasureArea, m.Measure, m.Category, m.Count, m.Value))],
            // What another was paid for the contract is not shown.
            [.. known.Payments.Where(p => p.Released.Provider == known.Contract.Provider).Select(PaymentAnswer.Of)]);
    }
}

public sealed record ElementAnswer(string Element, string State, long Items, long Quantity, string Decision, long AvailablePence,
    long EarnedPence);

/// <summary>Clients with a need under an outcome, by how far it was met.</summary>
public sealed record OutcomeAnswer(string Outcome, string ClientGroup, long Need, long FullyMet, long PartMet, long NotMet, long Open);

/// <param name="Count">A whole number, or 0.</param>
/// <param name="Value">A fraction, or 0.</param>
public sealed record MeasureAnswer(string Area, string Measure, string Category, long Count, double Value);

/// <param name="Status"><c>released</c>, <c>paid</c>, <c>failed</c>, <c>returned</c>.</param>
public sealed record PaymentAnswer(string PaymentId, string Provider, string Contract, string Line, int Run, long AmountPence,
    string Status)
{
    public static PaymentAnswer Of(Payment of) => new(
        of.Released.PaymentId.ToString(), of.Released.Provider.ToString(), of.Released.Contract.ToString(), of.Released.Line,
        of.Released.Run, of.Released.Amount.Pence, of.Status);
}

/// <summary>The runs of a quarter and every payment that was released.</summary>
public sealed record PaymentsAnswer(string Quarter, IReadOnlyList<RunAnswer> Runs, IReadOnlyList<PaymentAnswer> Payments);

/// <summary>A payment run.</summary>
public sealed record RunAnswer(
    string Quarter, int Run, string State, string PreparedBy, string? ApprovedBy, string? ReleasedBy, string? Reason,
    DateTimeOffset ExpiresAt, int Lines, long TotalPence)
{
    public static RunAnswer Of(PaymentRun run) => new(
        run.Quarter.ToString(), run.Number, run.State.Word(), run.Prepared.By.ToString(), run.Approved?.By.ToString(),
        run.Released?.By.ToString(), run.Reason, run.ExpiresAt,
        run.Totals.Count, run.Totals.Total.Pence);
}

/// <summary>A link by which files of any size reach a provider's own directory.</summary>
/// <param name="ExpiresAt">Null where the host does not say.</param>
public sealed record UploadLinkAnswer(Uri Link, DateTimeOffset? ExpiresAt);
