using System.Globalization;
using System.Security.Cryptography;
using Pipeline.Core;
using Pipeline.Core.Findings;
using Pipeline.Core.Reporting;
using Pipeline.Steps.Pages;
using Pipeline.Steps.State;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Quarters;

/// <summary>
/// Publishes a quarter's public report as it is now, as a numbered revision that nothing changes afterwards (domain.md section 4). Until
/// then it is a draft that only the council sees, so that nobody who sends files learns from it what was suppressed.
/// </summary>
/// <remarks>The files are written first, under their digests, and what enters the revision makes it count: so no revision is without its
/// files, or has others.</remarks>
public sealed class PublishQuarter(IFileStore files, PublishedReports published, QuarterPages pages, PendingChanges changes,
    Returns returns, TimeProvider clock)
{
    /// <param name="quarter">Which.</param>
    /// <param name="by">Who publishes it.</param>
    /// <param name="why">What it corrects; not asked for the first revision.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>Null when it is published now, or it is already as it is now by the same person; else a sentence that says why not and what
    /// to do.</returns>
    public Task<string?> RunAsync(Quarter quarter, Person by, string why, CancellationToken cancel = default) =>
        OptimisticRetry.OnConflictAsync(async () =>
    {
        var today = LondonDay.Of(clock.GetUtcNow());
        if (!await returns.KnowsAsync(quarter, today, cancel))
            return CloseQuarter.UnknownQuarter(quarter, today);
        if (today <= quarter.LastDay)
            return $"{quarter} has not ended, so there is nothing to publish: check the quarter.";
        if (await changes.OfAsync(quarter, cancel) is { } pending
            && (pending.OfQuarter || pending.OfReference || pending.Contracts.Count > 0))
            return $"{quarter} is just being brought up to date: look at the draft once more, and publish it in a minute.";
        var before = await published.OfAsync(quarter, cancel);
        int revision = before.Count + 1;
        string? correction = before.Count == 0 ? null : why.Trim();
        var draft = await pages.PublicAsync(quarter);
        byte[] csv = FileWriting.BytesOf(stream => PublicText.WriteCsv(draft, stream));
        var csvDigest = DigestOf(csv);
        if (before is [.., var last] && last.Csv == csvDigest
            && last.Page == DigestOf(await PageAsync(draft, last.Revision, last.Signature.At, last.Why)))
            return last.Signature.By == by ? null : string.Create(CultureInfo.InvariantCulture,
                $"The report is published already as it is now, as revision {last.Revision} by {last.Signature.By} on "
                + $"{last.Signature.At:d MMMM yyyy}: there is nothing to correct.");
        if (correction is not null && (correction.Length is 0 or > PublishedReport.MaxWhyLength || correction.Any(char.IsControl)))
            return $"Revision {before.Count} is published and stays: say in 1 to {PublishedReport.MaxWhyLength} characters, on one line, "
                + "what this revision corrects.";
        if (correction is not null && PersonalData.IsIn(correction))
            return "What it corrects looks as if it held something about a person, and everybody reads it: say it without anybody's "
                + "number, address or telephone number.";
        var now = clock.GetUtcNow();
        byte[] page = await PageAsync(draft, revision, now, correction);
        var report = new PublishedReport(quarter, revision, new Signature(by, now), correction, DigestOf(page), csvDigest);
        // Under the digests of their bytes, so that they are the same wherever they are.
        await files.CreateOnceAsync(report.PagePath, page, cancel);
        await files.CreateOnceAsync(report.CsvPath, csv, cancel);
        await changes.NoteDeedAsync(quarter, string.Create(CultureInfo.InvariantCulture, $"publish|{revision}"),
            PublishedReports.CommitOf(quarter, revision), cancel);
        await published.EnterAsync(report, cancel);
        return null;
    });

    /// <summary>Beside the figures it tells the limits, what was earned and whom to ask; any of these may change by itself.</summary>
    private static Task<byte[]> PageAsync(PublicContent draft, int revision, DateTimeOffset at, string? corrects) =>
        Page.OfAsync(draft with { Edition = new PublicEdition(revision, LondonDay.Of(at), corrects) });

    private static Sha256 DigestOf(byte[] bytes) => new(SHA256.HashData(bytes));
}
