namespace Pipeline.Core.Submissions;

/// <summary>A numbered upload of a slot: never edited, never deleted (domain.md section 1, <c>version</c>).</summary>
/// <param name="Slot">The slot's name: the dataset.</param>
/// <param name="Version">From 1, in the order in which uploads were taken in.</param>
/// <param name="Status">Never <see cref="UploadStatus.Duplicate"/>: a duplicate has no number.</param>
/// <param name="Rows">Records read.</param>
/// <param name="Errors">Findings that reject it.</param>
/// <param name="Warnings">Findings that do not.</param>
/// <param name="Sha256">Of its bytes; of a workbook, of its sheet's rows as CSV text; <see cref="Sha256.Unread"/> of one over the
/// limit.</param>
/// <param name="TakenInAt">When, UTC.</param>
/// <param name="Late">Whether it came after its due date.</param>
/// <param name="FileName">As on its receipt: see <see cref="Receipt"/>.</param>
/// <param name="ReceiptFolder">Where its receipt is, with the final <c>/</c>: its sender's, whoever the contract's provider is
/// now.</param>
public sealed record Upload(
    string Slot, int Version, UploadStatus Status, long Rows, long Errors, long Warnings, Sha256 Sha256, DateTimeOffset TakenInAt,
    bool Late, string FileName,
    string ReceiptFolder)
{
    /// <summary>Of the bytes of the workbook that it came in, which is what the archive keeps; null: it was no workbook.</summary>
    public Sha256? Workbook { get; init; }

    /// <summary>
    /// What it counts for, as JSON, where it is short enough to be kept with the version, as nearly every return's is. Null: it counts for
    /// nothing, stands in a file beside the receipt, or was not read.
    /// </summary>
    public string? Counts { get; init; }

    /// <summary>The held version of the slot that a named person accepted as this one; null: it came by itself.</summary>
    public int? PutsInForce { get; init; }

    /// <summary>The current version: the latest accepted one, if any.</summary>
    public static Upload? CurrentOf(IEnumerable<Upload> uploads) =>
        uploads.Where(u => u.Status == UploadStatus.Accepted).MaxBy(u => u.Version);

    /// <summary>The accepted versions, oldest first: all of them count where a file adds to those before.</summary>
    public static IReadOnlyList<Upload> AcceptedOf(IEnumerable<Upload> uploads) =>
        [.. uploads.Where(u => u.Status == UploadStatus.Accepted).OrderBy(u => u.Version)];
}
