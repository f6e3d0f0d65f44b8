using System.Globalization;
using Pipeline.Core;
using Pipeline.Core.Payments;

namespace Pipeline.Steps.Payments;

/// <summary>The two files that finance gets of a run: the one that it pays from, and the control file beside it, which is written last.</summary>
internal static class FilesForFinance
{
    public static string PathOf(Quarter quarter, int run) => string.Create(CultureInfo.InvariantCulture, $"payments/{quarter}/run-{run:000}.csv");

    public static string ControlPathOf(Quarter quarter, int run) => Path.ChangeExtension(PathOf(quarter, run), ".json");

    /// <summary>What each holds, always the same of the same run.</summary>
    public static ((string Path, byte[] Content) Payments, (string Path, byte[] Content) Control) Of(PaymentRun run) => (
        (PathOf(run.Quarter, run.Number), FileWriting.BytesOf(stream => FinanceFile.Write(stream, run.Lines))),
        (ControlPathOf(run.Quarter, run.Number), FileWriting.BytesOf(stream => FinanceFile.WriteControl(stream, run))));

    /// <summary>Whether the release of a run came to its end.</summary>
    public static async Task<bool> AreCompleteAsync(this IFileStore files, Quarter quarter, int run, CancellationToken cancel) =>
        await files.StatAsync(ControlPathOf(quarter, run), cancel) is not null;

    /// <summary>Whether a file holds just these bytes; null when there is none.</summary>
    public static async Task<bool?> HoldsAsync(this IFileStore files, string path, byte[] content, CancellationToken cancel)
    {
        if (await files.StatAsync(path, cancel) is null)
            return null;
        await using var stream = await files.OpenReadAsync(path, cancel: cancel);
        using var stored = new MemoryStream();
        await stream.CopyToAsync(stored, cancel);
        return stored.ToArray().AsSpan().SequenceEqual(content);
    }
}
