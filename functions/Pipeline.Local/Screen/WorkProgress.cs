using System.Collections.Concurrent;
using System.Diagnostics;
using Pipeline.Core;
using Pipeline.Steps.Arrivals;
using Pipeline.Steps.Stores;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Pipeline.Local.Screen;

/// <summary>
/// How far long work has come, on a terminal that somebody watches: for files that are read, with rows a second and the time left.
/// </summary>
internal sealed class WorkProgress : ISweepFollower
{
    /// <summary>What a file takes besides its bytes: as long as so many of them.</summary>
    private const long PerFile = 4096;

    private static readonly TimeSpan FirstGuess = TimeSpan.FromSeconds(2);

    private readonly ProgressContext? _context;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Reading> _files = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<string> _unreadable = [];
    private readonly ConcurrentBag<string> _waiting = [];
    private readonly Stopwatch _time = new();
    private ProgressTask? _task;
    private ProgressTask? _reading;
    private string _doing = "";
    private long _rows;
    private int _done;

    private WorkProgress(ProgressContext? context) => _context = context;

    /// <summary>The files that could not be read, and stay to be taken in.</summary>
    public IReadOnlyCollection<string> Unreadable => _unreadable;

    /// <summary>The files that wait for a repair, since finance has runs that the tables do not know.</summary>
    public IReadOnlyCollection<string> Waiting => _waiting;

    /// <param name="screen">Null when nobody watches.</param>
    /// <param name="work">Tells how far it has come.</param>
    public static Task<T> ShowAsync<T>(CommandOutput? screen, Func<WorkProgress, Task<T>> work)
    {
        if (screen is null || !screen.People.Profile.Capabilities.Interactive)
            return work(new WorkProgress(null));
        var rows = new RowsColumn();
        return screen.People.Progress()
            .AutoClear(true)
            .Columns(new SpinnerColumn(), new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 14 },
                rows)
            .StartAsync(context => work(rows.Progress = new WorkProgress(context)));
    }

    /// <summary>Begins with work that is counted in files.</summary>
    /// <param name="doing">What goes on now.</param>
    /// <param name="files">0 when it is not known how long it takes.</param>
    public void Begin(string doing, int files)
    {
        if (_context is null)
            return;
        _task?.StopTask();
        _time.Stop();
        _task = _context.AddTask(doing, maxValue: Math.Max(1, files));
        _task.IsIndeterminate = files == 0;
    }

    /// <summary>One file more is done.</summary>
    public void Advance() => _task?.Increment(1);

    /// <summary>Tells of a file that will be read.</summary>
    /// <param name="path">As it will be called when its rows are reported.</param>
    /// <param name="file">Where it is on disk.</param>
    public void Expect(string path, string file)
    {
        if (_context is not null)
            _files[path] = Reading.Of(file);
    }

    /// <summary>Begins with reading the files that were told of.</summary>
    public void BeginReading(string doing)
    {
        if (_context is null)
            return;
        _task?.StopTask();
        _doing = doing;
        _task = _reading = _context.AddTask(doing, maxValue: Math.Max(1, _files.Values.Sum(f => f.Length + PerFile)));
        _time.Start();
        Describe();
    }

    public void RowsRead(string path, long rows) => Update(path, isWork: true, file => file with { Rows = rows });

    public void Done(string path, IReadOnlyList<TakenIn> taken) =>
        Update(path, isWork: taken.Count > 0,
            file => file with { Rows = taken.Count > 0 ? taken.Sum(each => each.Receipt.RowsRead) : file.Rows, IsDone = true });

    /// <summary>
    /// Goes on with the others when it is this one file that cannot be read. Tables that fail, or a disk that is full, fail for every file.
    /// </summary>
    public bool Failed(string path, Exception exception)
    {
        if (exception is not StoreException failure || failure.Path != path)
            return false;
        (exception is WaitsForRepairException ? _waiting : _unreadable).Add(path);
        Done(path, []);
        return true;
    }

    /// <param name="isWork">Whether there was anything to do for a file that was not told of.</param>
    private void Update(string path, bool isWork, Func<Reading, Reading> update)
    {
        if (_reading is null)
            return;
        lock (_lock)
        {
            bool isExpected = _files.TryGetValue(path, out var before);
            if (!isExpected && !isWork)
                return;
            before ??= new Reading(0, 0, 0, false);
            // What an earlier run left behind comes on top of what was told of.
            if (!isExpected)
                _reading.MaxValue += PerFile;
            var after = _files[path] = update(before);
            _rows += after.Rows - before.Rows;
            _done += (after.IsDone ? 1 : 0) - (before.IsDone ? 1 : 0);
            _reading.Value += after.Work - before.Work;
            Describe();
        }
    }

    private void Describe() => _reading!.Description = _files.Count == 1
        ? _doing : $"{_doing} {OutputStyle.Number(_done)} of {OutputStyle.Count(_files.Count, "file")}";

    /// <summary><c>1,234,567 rows  250,000/s  0:12 left</c>, and without the last part when all is read and other work goes on.</summary>
    private string RowsSoFar(ProgressTask task)
    {
        if (task != _reading || _rows == 0)
            return "";
        var elapsed = _time.Elapsed;
        string speed = $"{OutputStyle.Number((long)(_rows / Math.Max(0.001, elapsed.TotalSeconds)))}/s";
        double part = task.Value / task.MaxValue;
        string left = task.IsFinished || elapsed < FirstGuess || part is <= 0 ? "" : $"  {elapsed * ((1 - part) / part):m\\:ss} left";
        return $"{OutputStyle.Count(_rows, "row")}  {speed}{left}";
    }

    /// <param name="Length">Bytes.</param>
    /// <param name="RowLength">Bytes, about; 0 when it does not matter.</param>
    private sealed record Reading(long Length, double RowLength, long Rows, bool IsDone)
    {
        /// <summary>A shorter file is read before anybody can look.</summary>
        private const long Long = 1 << 20;

        /// <summary>In bytes.</summary>
        public double Work => IsDone ? Length + PerFile : Math.Min(Length, Rows * RowLength);

        public static Reading Of(string file)
        {
            using var stream = File.OpenRead(file);
            long length = stream.Length;
            if (length < Long)
                return new Reading(length, 0, 0, false);
            var start = new byte[64 * 1024];
            int read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            return new Reading(length, (double)read / Math.Max(1, start.AsSpan(0, read).Count((byte)'\n')), 0, false);
        }
    }

    private sealed class RowsColumn : ProgressColumn
    {
        public WorkProgress? Progress { get; set; }

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(Progress?.RowsSoFar(task) ?? "");
    }
}
