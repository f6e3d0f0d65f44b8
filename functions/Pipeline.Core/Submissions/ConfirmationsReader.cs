namespace Pipeline.Core.Submissions;

/// <summary><c>confirmations</c>: finance's answer to each payment (domain.md sections 4 and 6).</summary>
/// <param name="payments">The released payments of the quarter by id, and whether each is confirmed already.</param>
internal sealed class ConfirmationsReader(IReadOnlyDictionary<string, bool> payments) : DatasetReader(Dataset.Confirmations)
{
    private const int PaymentIdColumn = 0, Status = 1, PaidOn = 2, Reference = 3;

    internal static readonly CodeTable Statuses = new(["paid", "failed"]);

    private readonly SortedDictionary<string, Confirmation> _confirmations = new(StringComparer.Ordinal);

    internal override void Read(Row row)
    {
        string? payment = ReadPayment(row);
        var status = row.Code(Status, Statuses);
        var paidOn = row.Date(PaidOn);
        row.Reference(Reference, required: false, personalDataToo: false);
        if (payment is null)
            return;
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
        else if (!payments.TryGetValue(payment, out bool confirmed))
            row.ReportForm(Rules.PaymentUnknown, PaymentIdColumn, datesToo: false);
        else if (confirmed)
            row.Report(Rules.PaymentConfirmed, PaymentIdColumn);
        else
            return payment;
        return null;
    }
}
