using System.Collections.Concurrent;
using Pipeline.Core.Submissions;
using Pipeline.Local.Stores;
using Pipeline.Steps.Arrivals;
using Pipeline.Steps.Stores;

namespace Pipeline.Local.Arrivals;

/// <summary>
/// The files of a workspace into which others write: a file that arrives is there only from when its writer has finished.
/// </summary>
/// <remarks>
/// <para>
/// A writer has finished when its file's length and time have stayed as they are for <see cref="Settling"/>, and nobody has the file open
/// for writing. So a writer may pause as long as it keeps the file open. Of a file of another user, or on a network drive, the system
/// cannot tell who has it open, and it must stay as it is for <see cref="LongSettling"/>; macOS tells of none, and there it is taken in as
/// if nobody had. Where writers pause longer, they should write under another name elsewhere and move the file to its place.
/// </para>
/// <para>
/// Files are looked at when <see cref="LookAsync(CancellationToken)"/> is called, and not in between. One that has changed since is not
/// there until it has settled again, so that a step which finds it changed under its hands does not take half of the new content. What is
/// first seen in one look settles in one look, however long a look lasts, so that files which were found together are taken in together
/// (domain.md section 2).
/// </para>
/// </remarks>
internal sealed class SettledFiles(FolderFileStore files, string folder, Func<string, bool?> hasWriters, TimeProvider clock) : IFileStore
{
    /// <summary>How long a file must stay as it is.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(500);

    /// <summary>How long one must of which the system cannot tell whether somebody has it open for writing.</summary>
    public static readonly TimeSpan LongSettling = TimeSpan.FromSeconds(30);

    /// <summary>How long others may wait for one that is about to settle: long enough for a folder to be copied file by file.</summary>
    public static readonly TimeSpan Coming = TimeSpan.FromSeconds(5);

    private const int LongestPauseSeconds = 60;

    private readonly ConcurrentDictionary<string, Sighting> _seen = new(StringComparer.Ordinal);

    /// <param name="files">Of the folder.</param>
    /// <param name="folder">Where files arrive.</param>
    public SettledFiles(FolderFileStore files, string folder)
        : this(files, folder, OpenWriters.Has, TimeProvider.System)
    {
    }

    private enum State
    {
        Settling,
        Settled,
        TakenIn,
    }

    /// <summary>The files whose writers have finished and that are not marked as taken in.</summary>
    public IReadOnlyList<string> Settled => In(State.Settled);

    /// <summary>The files whose writers have not finished, as far as one can tell.</summary>
    public IReadOnlyList<string> Unsettled => In(State.Settling);

    /// <summary>Both, as of one moment.</summary>
    public IReadOnlyList<string> Waiting => In(State.Settled, State.Settling);

    /// <summary>
    /// Whether a file that has its place in a container is about to settle, unless it goes on changing or its writer does not finish.
    /// </summary>
    public bool IsComing(string container) => _seen.Any(file =>
        file.Value is { State: State.Settling, Failures: 0 } seen && file.Key.StartsWith($"{container}/", StringComparison.Ordinal)
            && Slot.At(file.Key) is not null
        && Pause(seen) - clock.GetElapsedTime(seen.Since) < Coming && clock.GetElapsedTime(seen.Came) < Pause(seen) + Coming);

    /// <summary>What was there when everything was looked at, and has a name that is no text.</summary>
    public IReadOnlyList<string> Nameless { get; private set; } = [];

    /// <summary>A file's length when it was last looked at; 0 when it is gone.</summary>
    public long LengthOf(string path) => _seen.TryGetValue(path, out var seen) ? seen.Length : 0;

    /// <summary>Whether the store failed for a file that still waits.</summary>
    public bool HasFailed => _seen.Values.Any(seen => seen.Failures > 0);

    /// <summary>Looks at everything that is there.</summary>
    public async Task LookAsync(CancellationToken cancel)
    {
        var there = new HashSet<string>(StringComparer.Ordinal);
        await LookAsync(AllAsync());
        Nameless = files.TakeNameless();
        foreach (string gone in _seen.Keys.Where(path => !there.Contains(path)))
            _seen.TryRemove(gone, out _);

        async IAsyncEnumerable<FileStat> AllAsync()
        {
            foreach (string container in Sweep.Containers)
            {
                await foreach (var file in files.ListAsync(container + "/", cancel))
                {
                    there.Add(file.Path);
                    yield return file;
                }
            }
        }
    }

    /// <summary>Looks at these files.</summary>
    public Task LookAsync(IEnumerable<string> paths, CancellationToken cancel)
    {
        return LookAsync(ThoseAsync());

        async IAsyncEnumerable<FileStat> ThoseAsync()
        {
            foreach (string path in paths)
            {
                if (await files.StatAsync(path, cancel) is { } file)
                    yield return file;
                else
                    _seen.TryRemove(path, out _);
            }
        }
    }

    /// <summary>Marks a file as taken in, as it was when it had settled.</summary>
    public void TakenIn(string path) => Mark(path, seen => seen with { State = State.TakenIn, Failures = 0 });

    /// <summary>
    /// Lets a file that the store failed for wait, longer each time, a minute at most; and with it what else has settled for its slot, so
    /// that their order holds.
    /// </summary>
    public void Failed(string path)
    {
        long now = clock.GetTimestamp();
        string place = ArrivalOrder.PlaceOf(path);
        foreach (string beside in Settled.Where(p => ArrivalOrder.PlaceOf(p) == place))
            Mark(beside, seen => seen with { State = State.Settling, Since = now, Failures = seen.Failures + 1 });
    }

    /// <summary>
    /// Forgets what was taken in, so that all of it is looked at once more: with another register a file may find its place.
    /// </summary>
    public void Reconsider()
    {
        foreach (var (path, seen) in _seen)
        {
            if (seen.State == State.TakenIn)
                _seen.TryUpdate(path, seen with { State = State.Settled }, seen);
        }
    }

    public async Task<FileStat?> StatAsync(string path, CancellationToken cancel = default) =>
        await files.StatAsync(path, cancel) is { } file && IsThere(file) ? file : null;

    public IAsyncEnumerable<FileStat> ListAsync(string prefix, CancellationToken cancel = default) =>
        files.ListAsync(prefix, cancel).Where(IsThere);

    public Task<Stream> OpenReadAsync(string path, string? ifMatch = null, CancellationToken cancel = default) =>
        files.OpenReadAsync(path, ifMatch, cancel);

    public Task<string> CreateAsync(string path, Stream content, CancellationToken cancel = default) =>
        files.CreateAsync(path, content, cancel);

    public Task<string> WriteAsync(string path, Stream content, string? ifMatch = null, CancellationToken cancel = default) =>
        files.WriteAsync(path, content, ifMatch, cancel);

    private static bool Arrives(string path) => Sweep.Containers.Contains(path[..path.IndexOf('/', StringComparison.Ordinal)]);

    private bool IsThere(FileStat file) =>
        !Arrives(file.Path) || (_seen.TryGetValue(file.Path, out var seen) && seen.State != State.Settling && seen.ETag == file.Identity);

    /// <summary>
    /// The clock is read when the look begins, for what has been there, and when it ends, for what is new: neither is younger than it is
    /// taken for.
    /// </summary>
    private async Task LookAsync(IAsyncEnumerable<FileStat> there)
    {
        long began = clock.GetTimestamp();
        var changed = new List<FileStat>();
        await foreach (var file in there)
        {
            if (!_seen.TryGetValue(file.Path, out var seen) || seen.ETag != file.Identity)
                changed.Add(file);
            else if (seen.State == State.Settling && clock.GetElapsedTime(seen.Since, began) >= Pause(seen))
                _seen[file.Path] = AfterPause(file.Path, seen);
        }

        long ended = clock.GetTimestamp();
        foreach (var file in changed)
        {
            long came = _seen.TryGetValue(file.Path, out var seen) && seen.State == State.Settling ? seen.Came : ended;
            _seen[file.Path] = new Sighting(file.Identity, file.Length, came, ended, State.Settling, 0);
        }
    }

    private Sighting AfterPause(string path, Sighting seen) => hasWriters(Path.Join(folder, path)) switch
    {
        true => seen,
        null when !seen.WritersUnknown => seen with { WritersUnknown = true },
        _ => seen with { State = State.Settled },
    };

    private static TimeSpan Pause(Sighting seen)
    {
        var settling = seen.WritersUnknown ? LongSettling : Settling;
        var failing = seen.Failures == 0
            ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min(LongestPauseSeconds, 1 << Math.Min(seen.Failures, 10)));
        return settling > failing ? settling : failing;
    }

    private void Mark(string path, Func<Sighting, Sighting> mark)
    {
        if (_seen.TryGetValue(path, out var seen) && seen.State == State.Settled)
            _seen.TryUpdate(path, mark(seen), seen);
    }

    private IReadOnlyList<string> In(params State[] states) =>
        [.. _seen.Where(file => states.Contains(file.Value.State)).Select(file => file.Key).Order(StringComparer.Ordinal)];

    /// <param name="Came">When it was first seen since it was last settled.</param>
    /// <param name="Since">When it was first seen with this ETag, or last failed.</param>
    /// <param name="WritersUnknown">Whether it could not be told if somebody has it open for writing.</param>
    private sealed record Sighting(string ETag, long Length, long Came, long Since, State State, int Failures, bool WritersUnknown = false);
}
