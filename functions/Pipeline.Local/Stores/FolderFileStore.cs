using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Enumeration;
using Microsoft.Win32.SafeHandles;
using Pipeline.Core.Reading;
using Pipeline.Steps.Stores;

namespace Pipeline.Local.Stores;

/// <summary>Files in folders below one root, a folder for each container. Several processes may work on one root.</summary>
/// <remarks>
/// <para>
/// A file is written under another name in <c>.writing</c>, flushed to disk and then moved to its place, so that nobody sees half of it.
/// Creating is decided by the file system. Replacing compares and moves under a lock that all processes of this store share.
/// A write returns once its file and all names on the way to it are on disk; many writes at the same time are flushed together.
/// </para>
/// <para>
/// An ETag is the time of the last write and the length. That is safe for what the store writes, since it gives a file that replaces
/// another a later time, whatever the clock says. Others may write in place, in <c>submissions</c> with any editor; their writes carry the
/// time of the system's clock tick. So a file read under an ETag is first left to grow older than a tick, and looked at again when its end
/// is reached.
/// </para>
/// <para>
/// Symbolic links below the root are not followed: they are no files of the store, nor are pipes and devices on Linux. A folder that was
/// none when the store came to it is not looked at again. The file system must have hard links
/// (other than on Windows) and keep times to 100 nanoseconds, as NTFS, ext4, XFS and APFS do.
/// </para>
/// </remarks>
public sealed class FolderFileStore : IFileStore
{
    /// <summary>What <see cref="FileSystemInfo.Attributes"/> says of a file that is not there.</summary>
    private const FileAttributes Missing = (FileAttributes)(-1);

    private const string DraftEnding = ".draft";

    /// <summary>What .NET puts for bytes of a name that are not UTF-8.</summary>
    internal const char NoText = '\uFFFD';

    /// <summary>Longer than any system's clock takes to move on: 10 ms on Linux, 15.6 ms on Windows.</summary>
    private static readonly TimeSpan ClockTick = TimeSpan.FromMilliseconds(20);

    /// <summary>A file that nobody has added to for so long belongs to a process that was killed.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LockRetry = TimeSpan.FromMilliseconds(2);

    /// <summary>The times of files are the machine's own, whatever time the steps are given.</summary>
    private static readonly TimeProvider Clock = TimeProvider.System;

    private const int MostFound = 10_000;

    private const int LargestBuffer = 128 << 10;

    private const int MostTogether = 256;

    /// <summary>
    /// From so many on it is quicker to flush everything that was written to the file system, by whomever, than each by itself.
    /// </summary>
    private const int ManyFlushes = 3;

    private readonly string _root;
    private readonly string _writing;

    /// <summary>
    /// Folders that were there, with no link on the way to them, when this store last looked: most files come into a folder to which others
    /// came just before.
    /// </summary>
    private readonly ConcurrentDictionary<string, bool> _found = new(StringComparer.Ordinal);

    /// <summary>About as many as <see cref="_found"/> holds, which would lock all of itself to count them.</summary>
    private int _foundSoFar;

    private readonly ConcurrentDictionary<string, bool> _nameless = new(StringComparer.Ordinal);
    private readonly GroupCommit<Action> _flushes;
    private readonly GroupCommit<Func<IReadOnlyList<string>>> _replacements;

    /// <summary>Open from before the first write on, so that every failure to write something to disk is told to who flushes.</summary>
    private readonly Lazy<SafeFileHandle> _fileSystem;

    /// <param name="root">The folder that holds the containers. It is made with the first file written.</param>
    public FolderFileStore(string root)
    {
        _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        _writing = Path.Join(_root, ".writing");
        _fileSystem = new(() => Unix.OpenFolder(_writing), LazyThreadSafetyMode.PublicationOnly);
        _flushes = new GroupCommit<Action>(MostTogether, Flush);
        _replacements = new GroupCommit<Func<IReadOnlyList<string>>>(MostTogether, Replace);
        RemoveAbandoned();
    }

    public Task<FileStat?> StatAsync(string path, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        FileLimits.CheckRead(path);
        return Task.FromResult(Reaching(path, () => FindFile(path) is { } file ? Stat(path, file) : null));
    }

    public IAsyncEnumerable<FileStat> ListAsync(string prefix, CancellationToken cancel = default)
    {
        FileLimits.CheckPrefix(prefix);
        return List().ToAsyncEnumerable();

        IEnumerable<FileStat> List()
        {
            foreach (var path in Walk(prefix[..prefix.LastIndexOf('/')], prefix))
            {
                cancel.ThrowIfCancellationRequested();
                // Not there: taken away meanwhile, or its name is not UTF-8, so that no text names it.
                if (Reaching(path, () => StatHere(path)) is { } stat)
                    yield return stat;
                else if (path.Contains(NoText))
                    _nameless[path] = true;
            }
        }

        // The folders around it have just been found to be no links.
        FileStat? StatHere(string path) => new FileInfo(Path.Join(_root, path)) is var file && IsFile(file) ? Stat(path, file) : null;
    }

    /// <summary>
    /// What listings passed over since this was asked last: files and folders whose names are not UTF-8, so that no text names them. Their
    /// paths hold <see cref="NoText"/> where that is.
    /// </summary>
    public IReadOnlyList<string> TakeNameless()
    {
        var paths = _nameless.Keys.Order(StringComparer.Ordinal).ToList();
        paths.ForEach(path => _nameless.TryRemove(path, out _));
        return paths;
    }

    public async Task<Stream> OpenReadAsync(string path, string? ifMatch = null, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        FileLimits.CheckRead(path);
        var file = Reaching(path, Open);
        try
        {
            if (ifMatch is not null)
            {
                // What changes from here on changes the ETag too.
                var age = Clock.GetUtcNow() - File.GetLastWriteTimeUtc(file.SafeFileHandle);
                if (age >= TimeSpan.Zero && age < ClockTick)
                    await Task.Delay(ClockTick - age, Clock, cancel);
            }
            var etag = Reaching(path, () => ETag(file));
            if (ifMatch is not null && ifMatch != etag)
                throw new StoreChangedException(path) { Path = path };
            return new UnchangedFile(path, file, etag);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }

        FileStream Open()
        {
            if (FindFile(path) is null)
                throw new StoreNotFoundException(path) { Path = path };
            try
            {
                // Sharing for reading alone keeps those who write in place away on Windows, and on other systems those who ask.
                return new FileStream(Place(path), new FileStreamOptions
                {
                    Share = FileShare.Read | FileShare.Delete,
                    Options = FileOptions.SequentialScan,
                    BufferSize = 0,
                });
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                throw new StoreNotFoundException(path, e) { Path = path };
            }
        }
    }

    public async Task<string> CreateAsync(string path, Stream content, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        FileLimits.CheckWrite(path);
        using var draft = await DraftAsync(path, content, cancel);
        return await CreateAsync(path, draft);
    }

    public async Task<string> CreateAsync(Task<string> path, Stream content, CancellationToken cancel = default)
    {
        if (path.IsCompletedSuccessfully)
            return await CreateAsync(await path, content, cancel);
        using var draft = await DraftAsync("A file to come", content, cancel);
        FileLimits.CheckWrite(await path);
        return await CreateAsync(await path, draft);
    }

    private async Task<string> CreateAsync(string path, Draft draft)
    {
        var (folders, etag) = Placing(path, folders =>
        {
            if (!draft.TryMoveTo(Place(path)))
                throw new StoreAlreadyExistsException(path) { Path = path };
            return (folders, draft.ETag);
        });
        await FlushAsync(path, folders);
        return etag;
    }

    public async Task<string> WriteAsync(string path, Stream content, string? ifMatch = null, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        FileLimits.CheckWrite(path);
        // Only spares the writing: what decides is the comparison under the lock.
        Reaching(path, Replaced);

        using var draft = await DraftAsync(path, content, cancel);
        string etag = "";
        await DoneAsync(path, _replacements.CarryOutAsync(() =>
        {
            (var folders, etag) = Placing(path, folders =>
            {
                if (Replaced() is { } old && draft.File.LastWriteTimeUtc <= old.LastWriteTimeUtc)
                    draft.File.LastWriteTimeUtc = old.LastWriteTimeUtc.AddTicks(1);
                var etag = ETag(draft.File);
                draft.MoveOver(Place(path));
                return (folders, etag);
            });
            return folders;
        }));
        return etag;

        // The file that is to be replaced, when it is the one that the caller knows.
        FileInfo? Replaced()
        {
            var there = FindFile(path);
            if (ifMatch is not null && there is null)
                throw new StoreNotFoundException(path) { Path = path };
            if (ifMatch is not null && ETag(there!) != ifMatch)
                throw new StoreChangedException(path) { Path = path };
            return there;
        }
    }

    private static FileStat Stat(string path, FileInfo file) =>
        new(path, file.Length, ETag(file), new DateTimeOffset(file.LastWriteTimeUtc))
            { ChangedAt = OperatingSystem.IsLinux() ? Unix.ChangedAt(file.FullName) : null };

    private static string ETag(FileInfo file) => ETag(file.LastWriteTimeUtc, file.Length);

    /// <summary>The ETag of what was opened, whatever has been moved to its place since.</summary>
    private static string ETag(FileStream file) =>
        ETag(File.GetLastWriteTimeUtc(file.SafeFileHandle), RandomAccess.GetLength(file.SafeFileHandle));

    private static string ETag(DateTime lastWrite, long length) =>
        string.Create(CultureInfo.InvariantCulture, $"{lastWrite.Ticks:x}-{length:x}");

    /// <summary>Where a path is on this machine.</summary>
    /// <exception cref="ArgumentException">A segment is no name of a file here, or this system would read it as another.</exception>
    private string Place(string path)
    {
        var place = Path.Join(_root, path.Replace('/', Path.DirectorySeparatorChar));
        var names = path.Split('/');
        if (names.Any(name => name.IndexOfAny(Path.GetInvalidFileNameChars()) >= 0) || Path.GetFullPath(place) != place)
            throw new ArgumentException("This system has no such path.", nameof(path));
        return place;
    }

    private FileInfo? FindFile(string path) => Find(path) is { } file && IsFile(file) ? file : null;

    /// <summary>The file or folder at a path, unless a symbolic link leads there. Throws when that cannot be told.</summary>
    private FileInfo? Find(string path)
    {
        // What is not there has every flag. Most often it is the file itself that is not.
        var there = new FileInfo(Place(path));
        return there.Attributes.HasFlag(FileAttributes.ReparsePoint) || !IsWithoutLinks(there.DirectoryName!) ? null : there;
    }

    private bool IsWithoutLinks(string folder)
    {
        if (folder.Length <= _root.Length || _found.ContainsKey(folder))
            return true;
        if (new FileInfo(folder).Attributes.HasFlag(FileAttributes.ReparsePoint) || !IsWithoutLinks(Path.GetDirectoryName(folder)!))
            return false;
        Found(folder);
        return true;
    }

    private void Found(string folder)
    {
        if (!_found.TryAdd(folder, true) || Interlocked.Increment(ref _foundSoFar) < MostFound)
            return;
        _foundSoFar = 0;
        _found.Clear();
    }

    private static bool IsFile(FileInfo found) =>
        found.Attributes != Missing && (found.Attributes & (FileAttributes.Directory | FileAttributes.ReparsePoint)) == 0
        // A pipe has no length, so that few files are looked at twice.
        && !(found.Length == 0 && OperatingSystem.IsLinux() && Unix.IsSpecial(found.FullName));

    /// <summary>
    /// The paths of the files below a folder whose path starts with the prefix, ordinal by path: one folder's names in memory at a time,
    /// and those of the folders around it.
    /// </summary>
    private IEnumerable<string> Walk(string folder, string prefix)
    {
        foreach (var name in NamesIn(folder))
        {
            var path = $"{folder}/{name}";
            if (!path.StartsWith(prefix, StringComparison.Ordinal))
                continue;
            if (!name.EndsWith('/'))
            {
                yield return path;
                continue;
            }
            if (name.Contains(NoText) && Reaching(path, () => Find(path[..^1])) is null)
                _nameless[path[..^1]] = true;
            foreach (var below in Walk(path[..^1], prefix))
                yield return below;
        }
    }

    /// <summary>
    /// The names in a folder, ordinal, each folder's with the slash at the end that its files' paths sort by. None when there is no such
    /// folder.
    /// </summary>
    private string[] NamesIn(string folder) => Reaching(folder, () =>
    {
        if (Find(folder) is not { } found || !found.Attributes.HasFlag(FileAttributes.Directory))
            return [];
        try
        {
            var names = new FileSystemEnumerable<string>(
                found.FullName,
                (ref entry) => entry.IsDirectory ? $"{entry.FileName}/" : entry.FileName.ToString(),
                // Hidden files are files; what cannot be read must not be passed over in silence.
                new EnumerationOptions { AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false }).ToArray();
            Array.Sort(names, StringComparer.Ordinal);
            return names;
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    });

    /// <summary>Puts a file into its folder, which is looked for anew when that fails.</summary>
    private (List<string> Folders, string ETag) Placing(string path, Func<List<string>, (List<string> Folders, string ETag)> place)
    {
        try
        {
            return Reaching(path, () => place(MakeFolderOf(path)));
        }
        catch (StoreUnavailableException)
        {
            _found.Clear();
            throw;
        }
    }

    /// <summary>Makes the folders that a path needs.</summary>
    /// <returns>Those that must be flushed once the path is there: the innermost, and each in which another was made.</returns>
    private List<string> MakeFolderOf(string path)
    {
        var innermost = Path.GetDirectoryName(Place(path))!;
        if (_found.ContainsKey(innermost))
            return [innermost];
        var folder = _root;
        var changed = new List<string>();
        foreach (var segment in path.Split('/')[..^1])
        {
            var outer = folder;
            folder = Path.Join(folder, segment);
            var there = new FileInfo(folder).Attributes;
            if (there == Missing)
            {
                OwnerOnly.MakeFolder(folder);
                changed.Add(outer);
                continue;
            }
            if (there.HasFlag(FileAttributes.ReparsePoint))
                throw new StoreUnavailableException($"A symbolic link stands where {path} needs a folder.") { Path = path };
        }
        Found(innermost);
        changed.Add(innermost);
        return changed;
    }

    /// <summary>Windows keeps a folder's names in its journal and has no call for this.</summary>
    private Task FlushAsync(string path, List<string> folders) => OperatingSystem.IsWindows()
        ? Task.CompletedTask
        : FlushAsync(path, folders.Select(folder => (Action)(() => Unix.FlushFolder(folder))));

    private Task FlushAsync(string path, IEnumerable<Action> wanted) =>
        DoneAsync(path, Task.WhenAll(wanted.Select(_flushes.CarryOutAsync)));

    /// <summary>Waits for what others may carry out.</summary>
    private static async Task DoneAsync(string path, Task work)
    {
        try
        {
            await work;
        }
        catch (Exception e) when (IsOutage(e))
        {
            throw Unavailable(path, e);
        }
    }

    private void Flush(IReadOnlyList<GroupCommit<Action>.Request> together)
    {
        if (!TryFlushTogether(together.Count))
            CarryOutEach(together, flush => flush());
    }

    /// <summary>Moves files to their places, and then flushes the names of all of them.</summary>
    private void Replace(IReadOnlyList<GroupCommit<Func<IReadOnlyList<string>>>.Request> together)
    {
        var folders = new HashSet<string>();
        using (Lock())
            CarryOutEach(together, replace => folders.UnionWith(replace()));
        if (OperatingSystem.IsWindows() || TryFlushTogether(folders.Count))
            return;
        foreach (string folder in folders)
            Unix.FlushFolder(folder);
    }

    /// <summary>Flushes all that was written, when it is quicker than to flush so many things each by itself.</summary>
    private bool TryFlushTogether(int flushes)
    {
        if (flushes < ManyFlushes || !OperatingSystem.IsLinux())
            return false;
        // All drafts and places are on one file system: a file cannot be moved from one to another.
        Unix.FlushFileSystem(_fileSystem.Value);
        return true;
    }

    private static void CarryOutEach<T>(IReadOnlyList<GroupCommit<T>.Request> together, Action<T> carryOut)
    {
        foreach (var request in together)
        {
            try
            {
                carryOut(request.What);
            }
            catch (Exception e) when (IsOutage(e) || e is StoreException)
            {
                request.Failure = e;
            }
        }
    }

    /// <summary>The content on disk, whole, under a name that nobody lists.</summary>
    private async Task<Draft> DraftAsync(string path, Stream content, CancellationToken cancel)
    {
        var draft = Reaching(path, () =>
        {
            if (!Directory.Exists(_writing))
                OwnerOnly.MakeFolder(_writing);
            _ = OperatingSystem.IsLinux() ? _fileSystem.Value : null;
            return new Draft(new FileInfo(Path.Join(_writing, $"{Guid.NewGuid():N}{DraftEnding}")));
        });
        try
        {
            using var file = Reaching(path, () => OwnerOnly.Open(draft.File.FullName, FileMode.CreateNew, FileAccess.Write));
            await AppendAsync(path, file, content, cancel);
            draft.ETag = ETag(file);
            await FlushAsync(path, [() => RandomAccess.FlushToDisk(file.SafeFileHandle)]);
            return draft;
        }
        catch
        {
            draft.Dispose();
            throw;
        }
    }

    private static async Task AppendAsync(string path, FileStream file, Stream content, CancellationToken cancel)
    {
        // No more than a small file needs: many may be written at once.
        long length = content.CanSeek ? content.Length - content.Position : long.MaxValue;
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(length, 1, LargestBuffer));
        try
        {
            int read;
            while ((read = await content.ReadAsync(buffer, cancel)) > 0)
                Reaching(path, () => Append(file, buffer.AsSpan(0, read)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <exception cref="IOException">It cannot be written, for whatever reason.</exception>
    private static void Append(FileStream file, ReadOnlySpan<byte> bytes)
    {
        try
        {
            file.Write(bytes);
        }
        catch (ArgumentOutOfRangeException exception)
        {
            // So .NET reports a file that has grown as large as the file system, or this user's limit, lets it.
            throw new IOException("The file may not grow any more.", exception);
        }
    }

    /// <summary>Waits until no other process replaces a file. The lock falls with the process that holds it.</summary>
    private FileStream Lock()
    {
        var since = Clock.GetTimestamp();
        while (true)
        {
            try
            {
                return OwnerOnly.Open(Path.Join(_writing, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite);
            }
            catch (IOException) when (Clock.GetElapsedTime(since) < LockPatience)
            {
                Thread.Sleep(LockRetry);
            }
        }
    }

    private void RemoveAbandoned()
    {
        var before = Clock.GetUtcNow() - Abandoned;
        try
        {
            foreach (var draft in new DirectoryInfo(_writing).EnumerateFiles($"*{DraftEnding}"))
            {
                if (draft.LastWriteTimeUtc < before)
                    draft.Delete();
            }
        }
        catch (Exception e) when (IsOutage(e))
        {
            // There is no such folder yet, another process is tidying too, or this one may only read: none of these is in the way of
            // working.
        }
    }

    /// <summary>Goes to the disk for a path. What the disk says is the store's word from here on.</summary>
    private static T Reaching<T>(string path, Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception e) when (IsOutage(e))
        {
            throw Unavailable(path, e);
        }
    }

    private static void Reaching(string path, Action act) => Reaching(path, () =>
    {
        act();
        return true;
    });

    private static bool IsOutage(Exception e) => e is IOException or UnauthorizedAccessException;

    private static StoreUnavailableException Unavailable(string path, Exception cause) =>
        new($"{path} could not be reached: {cause.GetType().Name}.", cause) { Path = path };

    /// <summary>A file that is not at its place yet. Disposing takes it away.</summary>
    private sealed class Draft(FileInfo file) : IDisposable
    {
        private bool _isMoved;

        public FileInfo File { get; } = file;

        /// <summary>Once it is whole.</summary>
        public string ETag { get; set; } = "";

        public bool TryMoveTo(string place)
        {
            if (!OperatingSystem.IsWindows())
                return Unix.TryLink(File.FullName, place);
            try
            {
                System.IO.File.Move(File.FullName, place, overwrite: false);
                return true;
            }
            catch (IOException) when (System.IO.File.Exists(place))
            {
                return false;
            }
        }

        public void MoveOver(string place)
        {
            System.IO.File.Move(File.FullName, place, overwrite: true);
            _isMoved = true;
        }

        public void Dispose()
        {
            if (_isMoved)
                return;
            try
            {
                System.IO.File.Delete(File.FullName);
            }
            catch (Exception e) when (IsOutage(e))
            {
                // What happened to the file at its place is the answer; this one is removed as abandoned later.
            }
        }
    }

    /// <summary>
    /// A file being read that tells when somebody has written into it meanwhile. A file moved to its place does not matter: what was opened
    /// stays. It is read at once: to wait for a local disk, .NET too would keep a thread, and another one at that.
    /// </summary>
    private sealed class UnchangedFile(string path, FileStream file, string etag) : ForwardStream
    {
        public override int Read(Span<byte> buffer)
        {
            try
            {
                return Checked(file.Read(buffer), buffer.Length);
            }
            catch (Exception e) when (IsOutage(e))
            {
                throw Unavailable(path, e);
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                file.Dispose();
            base.Dispose(disposing);
        }

        private int Checked(int read, int wanted) =>
            read == 0 && wanted > 0 && ETag(file) != etag ? throw new StoreChangedException(path) { Path = path } : read;
    }
}
