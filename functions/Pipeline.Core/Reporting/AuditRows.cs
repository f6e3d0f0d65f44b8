using System.Globalization;
using Pipeline.Core.Findings;
using Pipeline.Core.Payments;
using Pipeline.Core.Submissions;

namespace Pipeline.Core.Reporting;

/// <summary>
/// Who did what when in a quarter. Each row is made from what was stored when it was done, so the same deed always makes the same row.
/// </summary>
public static class AuditRows
{
    /// <param name="quarter">Everything is of this quarter.</param>
    /// <param name="runs">As they are stored.</param>
    /// <param name="closing">Null while the quarter is open.</param>
    /// <param name="uploads">Decisions, checks and confirmations.</param>
    /// <param name="held">What was decided on held changes that touch the quarter.</param>
    /// <param name="senders">Who sent those uploads that came by the site.</param>
    /// <param name="published">The revisions of the public report.</param>
    public static IEnumerable<AuditRow> Of(Quarter quarter, IEnumerable<PaymentRun> runs, Closing? closing, IEnumerable<Upload> uploads,
        IEnumerable<HeldChange> held,
        IReadOnlyDictionary<Upload, Person> senders, IEnumerable<PublishedReport> published)
    {
        var at = new Common(quarter.ToString(), quarter.FinancialYear, quarter.Number, "", "", "", "", "");
        foreach (var run in runs)
        {
            yield return Signed("prepare", run.Number, run.Prepared, run.Totals.ToString());
            if (run.Approved is { } approved)
                yield return Signed("approve", run.Number, approved, run.Totals.ToString());
            if (run.Rejected is { } rejected)
                yield return Signed("reject", run.Number, rejected, run.Reason ?? "");
            if (run.Released is { } released)
                yield return Signed("release", run.Number, released, run.Totals.ToString());
        }

        if (closing is { IsDone: true })
            yield return Signed("close", 0, closing.Signature, "");
        foreach (var upload in uploads)
            yield return new AuditRow(at, $"take_in_{Codes.Of(upload.Slot)}", upload.Version, senders.TryGetValue(upload, out var by)
                ? by.ToString() : Sender(upload), by?.Account ?? "", upload.TakenInAt, Detail(upload));
        foreach (var change in held)
        {
            if (change.Decision is { } decision)
                yield return Signed(decision.IsAccepted ? "accept_change" : "drop_change", change.Number, decision.Signature,
                    change.ToString());
        }

        foreach (var report in published)
            yield return Signed("publish", report.Revision, report.Signature, report.Why ?? "");

        AuditRow Signed(string act, int number, Signature signature, string detail) =>
            new(at, act, number, signature.By.ToString(), signature.By.Account ?? "", signature.At, detail);
    }

    /// <summary>A file that did not come by the site is not signed; the people who decided stand in its rows.</summary>
    private static string Sender(Upload upload) => upload.Slot == Dataset.Confirmations.Name ? "finance" : "commissioner";

    private static string Detail(Upload upload) =>
        string.Create(CultureInfo.InvariantCulture,
            $"Version {upload.Version}, {upload.Status.Word()}, {upload.Rows} rows, SHA-256 {upload.Sha256}");
}
