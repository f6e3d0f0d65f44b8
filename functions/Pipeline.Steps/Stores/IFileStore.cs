using System.Globalization;

namespace Pipeline.Steps.Stores;

/// <summary>
/// Files by path: the first segment is the container, the rest the name in it (domain.md section 2), always with <c>/</c>.
/// Streams in and out, so that a file never has to fit in memory.
/// </summary>
/// <remarks>
/// A reader sees a whole file or none: a file being written is not listed and cannot be opened.
/// An ETag changes with every write of a file and is opaque.
/// What <see cref="FileLimits"/> refuses is an <see cref="ArgumentException"/>, and nothing has happened. What others put there under such
/// a path is no file of the store, and not listed.
/// An error of the stream that is being written comes out as it is, and nothing has been written.
/// </remarks>
public interface IFileStore
{
    /// <summary>Length, ETag and time of the last write; null when there is no such file.</summary>
    /// <exception cref="StoreUnavailableException"/>
    Task<FileStat?> StatAsync(string path, CancellationToken cancel = default);

    /// <summary>
    /// The files whose path starts with <paramref name="prefix"/> (at least a container and <c>/</c>), in ordinal order of their paths. A
    /// container that was never written is empty.
    /// </summary>
    /// <remarks>A file written or taken away while the listing goes on may be in it or not.</remarks>
    /// <exception cref="StoreUnavailableException"/>
    IAsyncEnumerable<FileStat> ListAsync(string prefix, CancellationToken cancel = default);

    /// <summary>Opens a file for reading once, from its start to its end. The stream cannot seek.</summary>
    /// <param name="path">Container and name.</param>
    /// <param name="ifMatch">When given, only the content with this ETag is read, to its end.</param>
    /// <param name="cancel">Ends the wait for the opening.</param>
    /// <exception cref="StoreNotFoundException">No such file.</exception>
    /// <exception cref="StoreChangedException">Its ETag is another now, or the content changes under the reader: then the stream throws it,
    /// when its end is reached at the latest.</exception>
    /// <exception cref="StoreUnavailableException"/>
    Task<Stream> OpenReadAsync(string path, string? ifMatch = null, CancellationToken cancel = default);

    /// <summary>Writes a file that must not exist yet.</summary>
    /// <returns>The new file's ETag.</returns>
    /// <exception cref="StoreAlreadyExistsException">There is one; it is left as it is.</exception>
    /// <exception cref="StoreUnavailableException">It may or may not have been written.</exception>
    Task<string> CreateAsync(string path, Stream content, CancellationToken cancel = default);

    /// <summary>
    /// The same, for a file whose path is not known yet. A store that can begins before it is; nobody sees the file until then.
    /// </summary>
    /// <returns>The new file's ETag.</returns>
    /// <exception cref="StoreAlreadyExistsException">There is one; it is left as it is.</exception>
    /// <exception cref="StoreUnavailableException">It may or may not have been written.</exception>
    async Task<string> CreateAsync(Task<string> path, Stream content, CancellationToken cancel = default) =>
        await CreateAsync(await path, content, cancel);

    /// <summary>Writes a file whether it exists or not, or only over the content with the ETag given.</summary>
    /// <returns>The new ETag.</returns>
    /// <exception cref="StoreNotFoundException">An ETag was given and there is no file.</exception>
    /// <exception cref="StoreChangedException">Its ETag is another; it is left as it is.</exception>
    /// <exception cref="StoreUnavailableException">It may or may not have been written.</exception>
    Task<string> WriteAsync(string path, Stream content, string? ifMatch = null, CancellationToken cancel = default);
}

/// <param name="Path">Container and name.</param>
/// <param name="Length">Bytes.</param>
/// <param name="ETag">Changes with every write.</param>
/// <param name="LastModified">When it was written, UTC.</param>
public sealed record FileStat(string Path, long Length, string ETag, DateTimeOffset LastModified)
{
    /// <summary>
    /// When anything of it was changed last, by the system's own clock, in nanoseconds. Null where the ETag cannot stay the same when
    /// others write.
    /// </summary>
    public long? ChangedAt { get; init; }

    /// <summary>
    /// What tells its content from any other that was at the path, also from one that was given the same time and length.
    /// </summary>
    public string Identity => ChangedAt is { } at ? string.Create(CultureInfo.InvariantCulture, $"{ETag}-{at:x}") : ETag;
}
