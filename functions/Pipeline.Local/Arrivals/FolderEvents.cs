using Pipeline.Steps.Arrivals;

namespace Pipeline.Local.Arrivals;

/// <summary>
/// Hears from the system what arrives in a workspace. It may miss something or be told too much: who relies on it looks for himself now and
/// then.
/// </summary>
internal sealed class FolderEvents : IDisposable
{
    private readonly string _folder;
    private readonly List<FileSystemWatcher> _watchers = [];
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _heard = new(0, 1);
    private HashSet<string> _paths = new(StringComparer.Ordinal);
    private bool _isAnything;
    private bool _isDisposed;

    /// <param name="folder">The workspace; the folders that files arrive in must be there.</param>
    public FolderEvents(string folder)
    {
        _folder = folder;
        foreach (string container in Sweep.Containers)
            Listen(Path.Join(folder, container));
    }

    /// <summary>What was heard of since the last time.</summary>
    /// <param name="paths">The files, by container and name.</param>
    /// <returns>Whether something else may have changed too.</returns>
    public bool Take(out IReadOnlyCollection<string> paths)
    {
        lock (_lock)
        {
            (paths, bool isAnything) = (_paths, _isAnything);
            (_paths, _isAnything) = (new HashSet<string>(StringComparer.Ordinal), false);
            return isAnything;
        }
    }

    /// <summary>Waits until there is something to take, or this has lasted long enough.</summary>
    /// <param name="atMost">Not at all when it is below zero: who asks may have been kept waiting himself since he worked it out.</param>
    /// <param name="cancel">Ends the wait.</param>
    public Task WaitAsync(TimeSpan atMost, CancellationToken cancel) =>
        _heard.WaitAsync(atMost > TimeSpan.Zero ? atMost : TimeSpan.Zero, cancel);

    /// <summary>Hears of a change that the system does not tell of.</summary>
    public void Tell() => Hear(null);

    public void Dispose()
    {
        foreach (var watcher in _watchers)
            watcher.Dispose();
        lock (_lock)
        {
            // A watcher may be about to say its last word on another thread.
            _isDisposed = true;
            _heard.Dispose();
        }
    }

    private void Listen(string folder)
    {
        var watcher = new FileSystemWatcher(folder)
        {
            IncludeSubdirectories = true,
            NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size,
            InternalBufferSize = 64 * 1024,
        };
        watcher.Created += (_, e) => Hear(e.FullPath);
        watcher.Changed += (_, e) => Hear(e.FullPath);
        watcher.Renamed += (_, e) => Hear(e.FullPath);
        watcher.Error += (_, _) => Hear(null);
        try
        {
            watcher.EnableRaisingEvents = true;
            _watchers.Add(watcher);
        }
        catch (IOException)
        {
            // The system's number of watches is used up: then one looks, and does not hear.
            watcher.Dispose();
        }
    }

    private void Hear(string? place)
    {
        lock (_lock)
        {
            if (_isDisposed)
                return;
            // A folder may have come with all that is in it.
            if (place is null || Directory.Exists(place))
                _isAnything = true;
            else
                _paths.Add(Path.GetRelativePath(_folder, place).Replace(Path.DirectorySeparatorChar, '/'));
            if (_heard.CurrentCount == 0)
                _heard.Release();
        }
    }
}
