using System.Globalization;
using Pipeline.Core.Findings;
using Pipeline.Core.Payments;
using Pipeline.Core.Submissions;

namespace Pipeline.Core.Reporting;

/// <summary>Who did what when in a quarter. Each row is made from what was stored when it was done, so the same deed always makes the same row.</summary>
public static class AuditRows
{
    /// <param name="quarter">Everything is of this quarter.</param>
    /// <param name="runs">As they are stored.</param>
    /// <param name="closing">Null while the quarter is open.</param>
    /// <param name="uploads">Decisions, checks and confirmations.</param>
    /// <param name="held">What was decided on held changes that touch the quarter.</param>
    public static IEnumerable<AuditRow> Of(Quarter quarter, IEnumerable<PaymentRun> runs, Closing? closing, IEnumerable<Upload> uploads, IEnumerable<HeldChange> held)
    {
        var at = new Common(quarter.ToString(), quarter.FinancialYear, quarter.Number, "", "", "", "", "");
        foreach (var run in runs)
        {
            AuditRow Row(string act, Person by, DateTimeOffset when, string detail) => new(at, act, run.Number, by.ToString(), by.Account ?? "", when, detail);
            yield return Row("prepare", run.PreparedBy, run.PreparedAt, run.Totals.ToString());
            if (run is { ApprovedBy: { } approver, ApprovedAt: { } approvedAt })
                yield return Row("approve", approver, approvedAt, run.Totals.ToString());
            if (run is { RejectedBy: { } rejecter, RejectedAt: { } rejectedAt })
                yield return Row("reject", rejecter, rejectedAt, run.Reason ?? "");
            if (run is { ReleasedBy: { } releaser, ReleasedAt: { } releasedAt })
                yield return Row("release", releaser, releasedAt, run.Totals.ToString());
        }

        if (closing is { IsDone: true })
            yield return new AuditRow(at, "close", 0, closing.By.ToString(), closing.By.Account ?? "", closing.At, "");
        foreach (var upload in uploads)
            yield return new AuditRow(at, $"take_in_{Codes.Of(upload.Slot)}", upload.Version, Sender(upload), "", upload.TakenInAt, Detail(upload));
        foreach (var change in held)
        {
            if (change.Decision is { } decision)
                yield return new AuditRow(at, decision.IsAccepted ? "accept_change" : "drop_change", change.Number, decision.By.ToString(), decision.By.Account ?? "", decision.At, change.ToString());
        }
    }

    /// <summary>A file is not signed; the people who decided stand in its rows.</summary>
    private static string Sender(Upload upload) => upload.Slot == Dataset.Confirmations.Name ? "finance" : "commissioner";

    private static string Detail(Upload upload) =>
        string.Create(CultureInfo.InvariantCulture, $"Version {upload.Version}, {upload.Status.Word()}, {upload.Rows} rows, SHA-256 {upload.Sha256}");
}
