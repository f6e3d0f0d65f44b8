using System.Globalization;
using Pipeline.Core.Findings;
using Pipeline.Core.Payments;
using Pipeline.Core.Reading;

namespace Pipeline.Core.Submissions;

/// <summary><c>confirmations</c>: finance's answer to each payment (domain.md sections 4 and 6).</summary>
/// <param name="payments">The released payments of the quarter by id.</param>
/// <param name="today">The day on which the file is taken in.</param>
internal sealed class ConfirmationsReader(IReadOnlyDictionary<string, ConfirmablePayment> payments, DateOnly today)
    : DatasetReader(Dataset.Confirmations)
{
    private const int PaymentIdColumn = 0, Status = 1, PaidOn = 2, Reference = 3;

    internal static ConfirmationsDataset Define() =>
        new("confirmations", "Confirmations", "one payment that was made, failed or was returned",
    [
        new("payment_id", "Payment", Form.Id, "The payment, by its payment_id in the payment file."),
        new("status", "Status", Form.Code,
            "What became of it. What was reported before is corrected by paid after failed or returned, and by returned after paid."),
        new("paid_on", "Paid on", Form.Date, "The day on which it was made, failed or was returned."),
        new("reference", "Reference", Form.Reference, "The payment's reference in the finance system.") { When = "when there is one" },
    ])
    {
        Source = "domain.md sections 4 and 6",
        Counts = typeof(ConfirmationList),
        Reader = (payments, today) => new ConfirmationsReader(payments, today),
        FixedCodes = [new("status", Statuses)],
    };

    internal static readonly CodeTable Statuses = new(["paid", "failed", "returned"]);
    private const int Paid = 0, Failed = 1, Returned = 2;

    private readonly SortedDictionary<string, Confirmation> _confirmations = new(StringComparer.Ordinal);

    private readonly FirstLines<string> _seen = new();

    internal override void Read(Row row)
    {
        string? payment = ReadPayment(row);
        var status = row.Code(Status, Statuses);
        if (payment is not null && status.HasValue)
            CheckStatus(row, status.Value, payments[payment].IsPaid);
        var paidOn = row.Date(PaidOn);
        row.Reference(Reference, personalDataToo: false);
        if (payment is null)
            return;
        // What is confirmed stays, so that a slip in the year would, too. Finance's day may have begun when the pipeline's has not.
        var released = payments[payment];
        // What is returned was paid before.
        var (earliest, what) = status is { HasValue: true, Value: Returned } && released.ConfirmedOn is { } confirmedOn
            ? (confirmedOn, "paid") : (released.ReleasedOn, "released");
        if (paidOn.HasValue && (paidOn.Value < earliest || paidOn.Value > today.AddDays(1)))
            row.Report(Rules.PaidOutOfTime, PaidOn,
                string.Create(CultureInfo.InvariantCulture, $"from {earliest:yyyy-MM-dd}, when it was {what}, to {today:yyyy-MM-dd}"));
        var confirmation = new Confirmation(payment, status is { HasValue: true, Value: Paid }, paidOn.Value, row.String(Reference));
        _seen.Check(row, payment, Rules.PaymentRepeated, PaymentIdColumn);
        _confirmations.TryAdd(payment, confirmation);
    }

    internal override FileCounts Count() => new ConfirmationList([.. _confirmations.Values]);

    private string? ReadPayment(Row row)
    {
        string payment = row.String(PaymentIdColumn);
        if (payment.Length == 0)
            row.Report(Rules.ValueMissing, PaymentIdColumn);
        else if (!payments.ContainsKey(payment))
            row.ReportForm(Rules.PaymentUnknown, PaymentIdColumn,
                payments.Keys.Contains(payment, StringComparer.OrdinalIgnoreCase)
                    ? "small and capital letters as the payment file has them" : null,
                datesToo: false);
        else
            return payment;
        return null;
    }

    /// <summary>
    /// A first report may say paid or failed. After failed or returned it was paid after all, after paid it was returned; nothing else
    /// corrects.
    /// </summary>
    /// <param name="row">That is read.</param>
    /// <param name="status">What it says.</param>
    /// <param name="isPaid">What was reported last; null when nothing was.</param>
    private static void CheckStatus(Row row, int status, bool? isPaid)
    {
        if (status == Returned && isPaid is not true)
            row.Report(Rules.ReturnedUnpaid, Status, isPaid is null ? "paid, failed" : "paid");
        else if ((status == Paid && isPaid is true) || (status == Failed && isPaid is not null))
            row.Report(Rules.PaymentConfirmed, PaymentIdColumn);
    }
}

/// <summary>A released payment as confirming it sees it.</summary>
/// <param name="ReleasedOn">The day on which its run was released.</param>
/// <param name="IsPaid">What finance reported last: that it was paid, or that it failed or was returned; null when it has not reported
/// it.</param>
/// <param name="ConfirmedOn">The day of that.</param>
public sealed record ConfirmablePayment(DateOnly ReleasedOn, bool? IsPaid = null, DateOnly? ConfirmedOn = null);

/// <summary>Finance's answers to a quarter's payments.</summary>
public sealed record ConfirmationList(IReadOnlyList<Confirmation> Confirmations) : FileCounts;
