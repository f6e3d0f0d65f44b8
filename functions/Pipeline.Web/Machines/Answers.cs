using System.Globalization;
using Pipeline.Core.Payments;
using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Quarters;
using Pipeline.Web.Commissioners;

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
        [.. of.Datasets.Select(d =>
            new DatasetAnswer(d.Dataset.Name, d.State.Word(), d.DaysOverdue, d.Current?.Version, d.Uploads.Count))]);
}

/// <param name="DaysOverdue">How many days ago the last day was on which it was due, of one that did not come or was rejected; else
/// 0.</param>
/// <param name="CurrentVersion">The one that counts; null when none does.</param>
/// <param name="Versions">How many were sent.</param>
public sealed record DatasetAnswer(string Dataset, string State, int DaysOverdue, int? CurrentVersion, int Versions);

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

/// <summary>What a file of the council would change if it were sent.</summary>
/// <param name="Status"><c>accepted</c> or <c>rejected</c>, as its receipt would say.</param>
/// <param name="Against">The last version of its kind that there is, against which it was looked at; 0: none.</param>
/// <param name="Difference">Against what is in force, a sentence each.</param>
/// <param name="Consequences">What changes of what is earned.</param>
public sealed record WhatIfAnswer(
    string Name, string Status, int Against, long Errors, long Warnings, IReadOnlyList<ReceiptRule> Summary,
    IReadOnlyList<ReceiptFinding> Findings,
    IReadOnlyList<string> Difference, IReadOnlyList<ConsequenceAnswer> Consequences)
{
    public static WhatIfAnswer Of(FileLook look) => new(
        look.Name, look.Would.Status.Word(), look.Against, look.Would.Errors, look.Would.Warnings, look.Would.Summary, look.Would.Findings,
        [.. look.Difference.Select(row => row.ToString())],
        [.. look.Consequences.Select(ConsequenceAnswer.Of)]);
}

/// <summary>What changes for one contract in one quarter.</summary>
/// <param name="ReleasedPence">What was released to it and not failed.</param>
/// <param name="TakenBackPence">What of that could be taken back.</param>
/// <param name="Settled">Whether it changes what was released or closed, so that the file is held.</param>
public sealed record ConsequenceAnswer(
    string Quarter, string Contract, long EarnedBeforePence, long EarnedAfterPence, long ReleasedPence, long TakenBackPence, bool Closed,
    bool Settled)
{
    public static ConsequenceAnswer Of(Consequence of) => new(
        of.Quarter.ToString(), of.Contract.ToString(), of.EarnedBefore.Pence, of.EarnedAfter.Pence, of.Released.Pence, of.TakenBack.Pence,
        of.IsClosed, of.TouchesWhatWasSettled);
}

/// <summary>A file that waits, or waited, for a named person.</summary>
/// <param name="State"><c>held</c>, <c>accepted</c> or <c>dropped</c>; of one whose acceptance was interrupted <c>held</c>, too.</param>
/// <param name="Consequences">What it would change now; null in lists, and of what was decided.</param>
public sealed record ChangeAnswer(
    int Number, string Slot, int Version, string State, string? DecidedBy, DateTimeOffset? DecidedAt,
    IReadOnlyList<ConsequenceAnswer>? Consequences)
{
    public static ChangeAnswer Of(HeldChange change, bool waits, IReadOnlyList<Consequence>? consequences) => new(
        change.Number, change.Slot.Folder + change.Slot.Name, change.Version, waits ? "held" : change.Decision is { IsAccepted: true }
            ? "accepted" : "dropped",
        change.Decision?.Signature.By.ToString(), change.Decision?.Signature.At, consequences is null
            ? null : [.. consequences.Select(ConsequenceAnswer.Of)]);
}

/// <summary>A published revision of a quarter's public report.</summary>
/// <param name="Corrects">Null of the first.</param>
/// <param name="Page">The path at which everybody reads it.</param>
/// <param name="Figures">The path of its figures as a CSV file.</param>
public sealed record PublicationAnswer(string Quarter, int Revision, string By, DateTimeOffset At, string? Corrects, string Page,
    string Figures)
{
    /// <summary>What else there is to say of what was asked; null: nothing.</summary>
    public string? Note { get; init; }

    public static PublicationAnswer Of(PublishedReport of) => new(
        of.Quarter.ToString(), of.Revision, of.Signature.By.ToString(), of.Signature.At, of.Why, PathOf(of, "html"), PathOf(of, "csv"));

    private static string PathOf(PublishedReport of, string ending) =>
        string.Create(CultureInfo.InvariantCulture, $"/published/{of.Quarter}/r{of.Revision}.{ending}");
}

/// <param name="Person">The account's number.</param>
public sealed record TieAnswer(string Person, string Provider);
