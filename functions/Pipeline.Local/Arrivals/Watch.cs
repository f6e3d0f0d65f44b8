using System.Collections.Concurrent;
using System.Diagnostics;
using Pipeline.Local.Screen;
using Pipeline.Local.Stores;
using Pipeline.Local.Workspaces;
using Pipeline.Steps.Arrivals;
using Pipeline.Steps.Pages;
using Pipeline.Steps.Stores;

namespace Pipeline.Local.Arrivals;

/// <summary>Takes files in as they arrive in a workspace, and keeps its quarters up to date, until it is told to stop.</summary>
/// <remarks>
/// What the system tells of changes is a hint, looking is the guarantee: everything is looked at every second, or less often where there is
/// so much that looking takes long. What is settled at one time is taken in together, so that the order of domain.md section 2 holds within
/// it; large files are taken in beside the others, which do not wait for them.
/// Storage that fails is reported and tried again: nothing is skipped.
/// </remarks>
internal sealed class Watch : IDisposable, ISweepFollower
{
    /// <summary>A file of so many bytes takes a second or so.</summary>
    private const long Large = 8 << 20;

    private const string Reference = "reference";

    private const int LastShown = 30;
    private const int WaitingShown = 20;

    /// <summary>Between looks at a file that is being written.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    /// <summary>Looking at everything may take this part of the time.</summary>
    private const int RestPerLook = 20;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly SettledFiles _arrivals;
    private readonly TimeProvider _clock;
    private readonly FolderEvents _hints;
    private readonly ConcurrentDictionary<string, long> _reading = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly Lock _troubles = new();
    private readonly LinkedList<FileTakenIn> _last = [];
    private volatile PathRedactor _words = new(null);
    private volatile StoreTrouble? _trouble;
    private Stopwatch? _waiting;
    private int? _registerVersion;
    private HashSet<string> _largePlaces = [];
    private Task _large = Task.CompletedTask;

    /// <param name="folder">The workspace; made if need be.</param>
    /// <param name="clock">For the days and times in receipts; waiting is by the machine's own clock.</param>
    public Watch(string folder, TimeProvider clock)
    {
        folder = Path.GetFullPath(folder);
        foreach (string container in Sweep.Containers)
            OwnerOnly.MakeFolder(Path.Join(folder, container));
        _clock = clock;
        _arrivals = new SettledFiles(new FolderFileStore(folder), folder);
        Workspace = new Workspace(folder, clock, _arrivals);
        _hints = new FolderEvents(folder);
    }

    /// <summary>Where files are there only from when they have settled.</summary>
    public Workspace Workspace { get; }

    /// <summary>Told of each file taken in, from several threads at once.</summary>
    public event Action<TakenInFile>? TookIn;

    /// <summary>Told when storage begins to fail, in a sentence, and with null when it works again.</summary>
    public event Action<string?>? TroubleChanged;

    /// <summary>
    /// Watches until it is told to stop; then it finishes the files that it is taking in and brings the quarters up to date.
    /// </summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var pause = BetweenLooks;
        var since = Stopwatch.StartNew();
        var nextLook = TimeSpan.Zero;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                bool isAnything = _hints.Take(out var heard);
                if (isAnything || since.Elapsed >= nextLook)
                {
                    var began = since.Elapsed;
                    await LookAtAllAsync();
                    var rest = (since.Elapsed - began) * RestPerLook;
                    nextLook = since.Elapsed + (rest > BetweenLooks ? rest : BetweenLooks);
                }
                else
                    await _arrivals.LookAsync(heard.Union(_arrivals.Unsettled), CancellationToken.None);

                var settled = _arrivals.Settled;
                if (settled.Count == 0)
                    _waiting = null;
                else if (!WaitForReference())
                    await TakeInAsync(settled, stop);
                WorksUnlessAFileFails();
                pause = BetweenLooks;
            }
            catch (Exception e) when (e is StoreException or IOException or UnauthorizedAccessException)
            {
                Fails($"The files or tables of the workspace could not be reached ({Cause(e)}).");
                await RestAsync(() => Task.Delay(pause, stop));
                pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
                continue;
            }

            await RestAsync(() => _arrivals.Unsettled.Count > 0
                ? Task.Delay(Step, stop) : _hints.WaitAsync(nextLook - since.Elapsed, stop));
        }

        await FinishLargeAsync();
        await Workspace.RefreshAsync(CancellationToken.None);
    }

    /// <summary>How it stands.</summary>
    public async Task<StatusContent> StatusAsync(CancellationToken cancel)
    {
        // What is being read has settled, and is still to be taken in.
        var waiting = _arrivals.Waiting.Where(path => !_reading.ContainsKey(path)).ToList();
        IReadOnlyList<FileTakenIn> last;
        lock (_lock)
            last = [.. _last];
        return new StatusContent(
            _clock.GetUtcNow(),
            IsWatching: true,
            waiting.Count,
            [.. waiting.Take(WaitingShown).Select(_words.Of)],
            // Copied by the dictionary itself: others add to it meanwhile, and who sorts it takes its number first and its files after.
            [.. _reading.ToArray().OrderBy(file => file.Key, StringComparer.Ordinal)
                .Select(file => new FileBeingRead(_words.Of(file.Key), file.Value))],
            last,
            await Workspace.Changes.ChangedQuartersAsync(cancel),
            _trouble);
    }

    public void Dispose()
    {
        _hints.Dispose();
        Workspace.Dispose();
    }

    void ISweepFollower.RowsRead(string path, long rows) => _reading[path] = rows;

    void ISweepFollower.Done(string path, IReadOnlyList<TakenIn> taken)
    {
        _reading.TryRemove(path, out _);
        _arrivals.TakenIn(path);
        foreach (var each in taken)
            Tell(each);
    }

    private void Tell(TakenIn taken)
    {
        var file = TakenInFile.Of(taken);
        lock (_lock)
        {
            _last.AddFirst(new FileTakenIn(
                taken.Receipt.TakenInAt, file.Place, file.Status, file.Rows, file.Errors, file.Warnings,
                Path.ChangeExtension(file.Receipt, ".html")));
            if (_last.Count > LastShown)
                _last.RemoveLast();
        }

        TookIn?.Invoke(file);
    }

    bool ISweepFollower.Failed(string path, Exception exception)
    {
        if (exception is not StoreException failure)
            return false;
        _reading.TryRemove(path, out _);
        lock (_troubles)
        {
            _arrivals.Failed(path);
            Fails(failure is WaitsForRepairException ? failure.Message : $"{_words.Of(path)} could not be taken in ({Cause(failure)}).");
        }

        return true;
    }

    private async Task LookAtAllAsync()
    {
        await Workspace.AddDeliveredFrameworksAsync(CancellationToken.None);
        await _arrivals.LookAsync(CancellationToken.None);
        await NoticeRegisterAsync();
        await Workspace.RefreshAsync(CancellationToken.None);
    }

    /// <summary>
    /// Whether what has settled is to wait. What is checked against a file that is about to settle would be rejected for want of it. But
    /// there may always be another that is: so they wait a while in all, until something else than reference files was taken in.
    /// </summary>
    private bool WaitForReference() => _arrivals.IsComing(Reference) && (_waiting ??= Stopwatch.StartNew()).Elapsed < SettledFiles.Coming;

    private async Task TakeInAsync(IReadOnlyList<string> settled, CancellationToken stop)
    {
        // What the others are checked against comes first and by itself; they are still there at the next turn.
        var reference = settled.Where(path => path.StartsWith(Reference + "/", StringComparison.Ordinal)).ToList();
        if (reference.Count == 0)
            _waiting = null;
        var small = reference.Count > 0 ? reference : await SetLargeAsideAsync(settled, stop);
        await Workspace.Sweep.RunAsync(small, Workspace.SlotsAtOnce, this, stop, CancellationToken.None);
        await NoticeRegisterAsync();
        await Workspace.RefreshAsync(CancellationToken.None);
    }

    /// <summary>Begins with the slots that large files have come for, unless such are being taken in already.</summary>
    /// <returns>The files of the other slots.</returns>
    private async Task<IReadOnlyList<string>> SetLargeAsideAsync(IReadOnlyList<string> settled, CancellationToken stop)
    {
        var places = settled.Where(path => _arrivals.LengthOf(path) >= Large).Select(ArrivalOrder.PlaceOf).ToHashSet();
        if (_large.IsCompleted)
        {
            await FinishLargeAsync();
            _largePlaces = places;
            var large = settled.Where(path => places.Contains(ArrivalOrder.PlaceOf(path))).ToList();
            if (large.Count > 0)
                _large = Task.Run(() => TakeInLargeAsync(large, stop), CancellationToken.None);
        }

        return [.. settled.Where(path => ArrivalOrder.PlaceOf(path) is var place && !places.Contains(place)
            && !_largePlaces.Contains(place))];
    }

    private async Task TakeInLargeAsync(IReadOnlyList<string> large, CancellationToken stop)
    {
        try
        {
            await Workspace.Sweep.RunAsync(large, Workspace.SlotsAtOnce, this, stop, CancellationToken.None);
        }
        finally
        {
            // So that the quarters are refreshed.
            _hints.Tell();
        }
    }

    private async Task FinishLargeAsync()
    {
        var large = _large;
        _large = Task.CompletedTask;
        _largePlaces = [];
        await large;
    }

    /// <summary>With another register, by whomever it was taken in, other words are known and files may find their places.</summary>
    private async Task NoticeRegisterAsync()
    {
        int version = await Workspace.Reference.RegisterVersionAsync();
        if (version == _registerVersion)
            return;
        _words = new PathRedactor(await Workspace.Reference.RegisterAsync());
        _arrivals.Reconsider();
        _registerVersion = version;
    }

    /// <summary>Large files are taken in beside, and may fail in the middle of this.</summary>
    private void WorksUnlessAFileFails()
    {
        lock (_troubles)
        {
            if (_arrivals.HasFailed)
                return;
            if (_arrivals.Nameless is [var nameless, ..])
                Fails($"{_words.Of(nameless)} has a name that is not readable text and was not taken in: rename it.");
            else if (_trouble is not null)
            {
                _trouble = null;
                TroubleChanged?.Invoke(null);
            }
        }
    }

    private void Fails(string what)
    {
        lock (_troubles)
        {
            if (_trouble?.What == what)
                return;
            _trouble = new StoreTrouble(_trouble?.Since ?? _clock.GetUtcNow(), what);
            TroubleChanged?.Invoke(what);
        }
    }

    /// <summary>Without the message, which may hold the name of a file.</summary>
    private static string Cause(Exception exception) => (exception.InnerException ?? exception).GetType().Name;

    private static async Task RestAsync(Func<Task> rest)
    {
        try
        {
            await rest();
        }
        catch (OperationCanceledException)
        {
            // Told to stop: the loop sees it.
        }
    }
}
