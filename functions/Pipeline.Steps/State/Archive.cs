using System.Security.Cryptography;
using Pipeline.Core;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.State;

/// <summary>Where the bytes of uploads are kept for good, under their digest, written once (domain.md section 2).</summary>
public static class Archive
{
    private const string WorkbookExtension = ".xlsx";

    /// <param name="sha256">Of the bytes.</param>
    /// <param name="extension">As the upload's: <c>.csv</c>, <c>.xlsx</c> or <c>.json</c>.</param>
    public static string PathOf(Sha256 sha256, string extension) => $"archive/{sha256}{extension}";

    /// <summary>Of an accepted version of what is no framework.</summary>
    public static string PathOf(Upload upload) => PathOf(upload.Workbook ?? upload.Sha256, EndingOf(upload));

    /// <inheritdoc cref="PathOf(Upload)"/>
    public static string EndingOf(Upload upload) => upload.Workbook is null ? ".csv" : WorkbookExtension;

    /// <summary>For uploads that carry personal data or fit no slot.</summary>
    public static string QuarantinePathOf(Sha256 sha256, string extension) => $"quarantine/{sha256}{extension}";

    /// <summary>Reads a workbook of the archive, and makes sure that its bytes still are those that came in.</summary>
    /// <param name="files">That hold the archive.</param>
    /// <param name="what">Which file, in words that stand in a sentence; never its content.</param>
    /// <param name="sha256">Of the bytes.</param>
    /// <param name="read">Reads the workbook, whose stream can seek.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="InvalidDataException">The archive does not hold the file, or others under its name.</exception>
    internal static async Task<T> ReadWorkbookAsync<T>(IFileStore files, string what, Sha256 sha256, Func<Stream, T> read,
        CancellationToken cancel)
    {
        await using var copy = await await ReadAsync(files, what, sha256, WorkbookExtension, stored => SeekableCopy.OfAsync(stored, cancel),
            cancel);
        return read(copy);
    }

    /// <summary>Reads a file of the archive, and makes sure that its bytes still are those that came in.</summary>
    /// <param name="files">That hold the archive.</param>
    /// <param name="what">Which file, in words that stand in a sentence; never its content.</param>
    /// <param name="sha256">Of the bytes.</param>
    /// <param name="extension">As the upload's.</param>
    /// <param name="read">Reads the file from its start; it need not go on to the end, and does not throw for what is in it.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="InvalidDataException">The archive does not hold the file, or others under its name.</exception>
    internal static async Task<T> ReadAsync<T>(IFileStore files, string what, Sha256 sha256, string extension, Func<Stream, T> read,
        CancellationToken cancel)
    {
        try
        {
            await using var stored = await files.OpenReadAsync(PathOf(sha256, extension), cancel: cancel);
            using var digest = SHA256.Create();
            await using var hashed = new CryptoStream(stored, digest, CryptoStreamMode.Read);
            var result = read(hashed);
            await hashed.CopyToAsync(Stream.Null, cancel);
            return new Sha256(digest.Hash) == sha256
                ? result : throw new InvalidDataException($"In the archive, {what} is not the file that came in: its bytes are others.");
        }
        catch (StoreNotFoundException exception)
        {
            throw new InvalidDataException($"The archive does not hold {what}, of SHA-256 {sha256}.", exception);
        }
    }
}
