using Pipeline.Core.Reporting;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.State;

/// <summary>What a scan for malware said of a file.</summary>
public enum ScanResult
{
    /// <summary>It found nothing.</summary>
    Clean,

    /// <summary>It found something.</summary>
    Malware,

    /// <summary>It could not look: a password, an error, too much time.</summary>
    NotScanned,
}

/// <summary>What the scan for malware said of each content of each file. A file of which it has said nothing yet waits.</summary>
public sealed class ScanResults(ITableStore tables)
{
    private const string Table = "scans", Result = "Result";

    /// <summary>Most scans have ended by then; one that has not may have been lost.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromHours(1);

    /// <summary>Whether a file waits for its scan. Reference files do not: only the council's own people can put any.</summary>
    public static bool Covers(string path) => !path.StartsWith("reference/", StringComparison.Ordinal);

    /// <summary>Notes what a scan said; a later one of the same content counts instead of it.</summary>
    /// <param name="path">Container and name.</param>
    /// <param name="etag">Of the content that was scanned.</param>
    /// <param name="result">What was said.</param>
    /// <param name="cancel">Ends the wait.</param>
    public Task NoteAsync(string path, string etag, ScanResult result, CancellationToken cancel = default) => tables.SubmitAsync(
        Table, UploadLog.NameOf(path),
        [new RowChange.Replace(Key(etag), new Dictionary<string, TableValue> { [Result] = result.ToString() }, ETag: null)], cancel);

    /// <summary>What was said of a file as it is; null when nothing was said yet.</summary>
    public async Task<ScanResult?> OfAsync(FileStat file, CancellationToken cancel = default) =>
        await tables.GetAsync(Table, UploadLog.NameOf(file.Path), Key(file.ETag), cancel) is { } row
            && Enum.TryParse<ScanResult>(row.Text(Result), out var result) ? result : null;

    /// <summary>A scan tells the ETag without the quotes that a store gives it with.</summary>
    private static string Key(string etag) => etag.Trim('"');
}
