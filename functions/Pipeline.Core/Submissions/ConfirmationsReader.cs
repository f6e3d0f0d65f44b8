using System.Globalization;
using Pipeline.Core.Findings;
using Pipeline.Core.Payments;
using Pipeline.Core.Reading;

namespace Pipeline.Core.Submissions;

/// <summary><c>confirmations</c>: finance's answer to each payment (domain.md sections 4 and 6).</summary>
/// <param name="payments">The released payments of the quarter by id.</param>
/// <param name="today">The day on which the file is taken in.</param>
internal sealed class ConfirmationsReader(IReadOnlyDictionary<string, ConfirmablePayment> payments, DateOnly today) : DatasetReader(Dataset.Confirmations)
{
    private const int PaymentIdColumn = 0, Status = 1, PaidOn = 2, Reference = 3;

    internal static ConfirmationsDataset Define() => new("confirmations", "Confirmations", "one payment that was made or failed",
    [
        new("payment_id", "Payment", Form.Id, "The payment, by its payment_id in the payment file."),
        new("status", "Status", Form.Code, "What became of it."),
        new("paid_on", "Paid on", Form.Date, "The day on which it was made or failed."),
        new("reference", "Reference", Form.Reference, "The payment's reference in the finance system.") { When = "when there is one" },
    ])
    {
        Source = "domain.md sections 4 and 6",
        Counts = typeof(ConfirmationList),
        Reader = (payments, today) => new ConfirmationsReader(payments, today),
        FixedCodes = [new("status", Statuses)],
    };

    internal static readonly CodeTable Statuses = new(["paid", "failed"]);

    private readonly SortedDictionary<string, Confirmation> _confirmations = new(StringComparer.Ordinal);

    internal override void Read(Row row)
    {
        string? payment = ReadPayment(row);
        var status = row.Code(Status, Statuses);
        var paidOn = row.Date(PaidOn);
        row.Reference(Reference, personalDataToo: false);
        if (payment is null)
            return;
        // What is confirmed stays, so that a slip in the year would, too. Finance's day may have begun when the pipeline's has not.
        var releasedOn = payments[payment].ReleasedOn;
        if (paidOn.HasValue && (paidOn.Value < releasedOn || paidOn.Value > today.AddDays(1)))
            row.Report(Rules.PaidOutOfTime, PaidOn, string.Create(CultureInfo.InvariantCulture, $"from {releasedOn:yyyy-MM-dd} to {today:yyyy-MM-dd}"));
        var confirmation = new Confirmation(payment, status is { HasValue: true, Value: 0 }, paidOn.Value, row.String(Reference));
        if (!_confirmations.TryAdd(payment, confirmation))
            row.Report(Rules.PaymentRepeated, PaymentIdColumn);
    }

    internal override FileCounts Count() => new ConfirmationList([.. _confirmations.Values]);

    private string? ReadPayment(Row row)
    {
        string payment = row.String(PaymentIdColumn);
        if (payment.Length == 0)
            row.Report(Rules.ValueMissing, PaymentIdColumn);
        else if (!payments.TryGetValue(payment, out var released))
            row.ReportForm(Rules.PaymentUnknown, PaymentIdColumn, datesToo: false);
        else if (released.IsConfirmed)
            row.Report(Rules.PaymentConfirmed, PaymentIdColumn);
        else
            return payment;
        return null;
    }
}

/// <summary>A released payment as confirming it sees it.</summary>
/// <param name="ReleasedOn">The day on which its run was released.</param>
/// <param name="IsConfirmed">Whether finance has reported it already.</param>
public sealed record ConfirmablePayment(DateOnly ReleasedOn, bool IsConfirmed);

/// <summary>Finance's answers to a quarter's payments.</summary>
public sealed record ConfirmationList(IReadOnlyList<Confirmation> Confirmations) : FileCounts;
