using Pipeline.Local.Stores;
using Pipeline.Steps;
using Pipeline.Steps.Arrivals;
using Pipeline.Steps.Stores;

namespace Pipeline.Local.Workspaces;

/// <summary>
/// A folder that stands for the whole pipeline on one machine: its containers as folders, its tables in <c>tables.db</c>.
/// </summary>
public sealed class Workspace : AllSteps, IDisposable
{
    internal const string Database = "tables.db";

    /// <summary>A file that the process which takes files in keeps open for itself.</summary>
    internal const string Turn = "turn.lock";

    /// <summary>
    /// Slots that are taken in at once: many more than there are processors, since most of the time each waits for the disk, and they wait
    /// for it together.
    /// </summary>
    public const int SlotsAtOnce = 256;

    private const int LockedOnLinux = 11, LockedOnMacOS = 35, LockedOnWindows = unchecked((int)0x80070020);

    private static readonly TimeSpan TurnRetry = TimeSpan.FromMilliseconds(50);

    private readonly SqliteTableStore _tables;

    public Workspace(string folder, TimeProvider clock)
        : this(folder, clock, new FolderFileStore(folder))
    {
    }

    /// <param name="files">Of the same folder.</param>
    internal Workspace(string folder, TimeProvider clock, IFileStore files)
        : this(Path.GetFullPath(folder), files, TablesIn(folder), clock)
    {
    }

    private Workspace(string folder, IFileStore files, SqliteTableStore tables, TimeProvider clock)
        : base(files, tables, clock) => (Folder, _tables) = (folder, tables);

    private static SqliteTableStore TablesIn(string folder)
    {
        OwnerOnly.MakeFolder(folder);
        try
        {
            return new SqliteTableStore(Path.Join(folder, Database));
        }
        catch (OtherVersionException other)
        {
            throw new WrongUseException(other.IsNewer
                ? $"The workspace at {folder} was made by a newer version of pipeline. Nothing was changed. Use that version, or a newer "
                    + "one."
                : $"The workspace at {folder} was made by an older version of pipeline. Nothing was changed. To carry on, make a new one "
                    + "beside it: "
                + "pipeline run INPUT --workspace NEW, with what was sent but without its confirmations; copy the folders payments and "
                + "runs of the old one into NEW; "
                + "pipeline repair --write --workspace NEW; then pipeline run INPUT --workspace NEW with the confirmations.");
        }
    }

    /// <summary>Opens a workspace that is there, and makes none.</summary>
    /// <exception cref="WrongUseException">There is none, or it is of another version.</exception>
    public static Workspace Existing(string folder, TimeProvider clock)
    {
        CheckExists(folder);
        return new Workspace(folder, clock);
    }

    /// <exception cref="WrongUseException">There is none.</exception>
    public static void CheckExists(string folder)
    {
        if (!File.Exists(Path.Join(folder, Database)))
            throw new WrongUseException(Directory.Exists(Path.Join(folder, "archive"))
                ? $"The workspace at {folder} has lost its tables, {Database}; its files are there. Put back those of a backup: pipeline "
                    + $"restore BACKUP --workspace {folder}. Without one: pipeline run INPUT --workspace {folder} makes new ones, pipeline "
                    + "repair enters what finance has, and the same run takes in what waited for that."
                : $"There is no workspace at {folder}. Make one with: pipeline run INPUT --workspace {folder}");
    }

    /// <summary>Where it is, absolute.</summary>
    public string Folder { get; }

    /// <summary>
    /// Waits until no other process takes files in here. Two that found the same files would number them against one another until both
    /// gave up. The turn falls with the process that has it.
    /// </summary>
    /// <param name="waiting">Told once, in a sentence, that there is somebody to wait for.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>The turn, which ends when it is disposed of.</returns>
    public Task<IDisposable> TurnAsync(Action<string> waiting, CancellationToken cancel) => TurnAsync(Folder, waiting, cancel);

    /// <inheritdoc cref="TurnAsync(Action{string}, CancellationToken)"/>
    internal static async Task<IDisposable> TurnAsync(string folder, Action<string> waiting, CancellationToken cancel)
    {
        bool waits = false;
        while (true)
        {
            try
            {
                return OwnerOnly.Open(Path.Join(folder, Turn), FileMode.OpenOrCreate, FileAccess.ReadWrite);
            }
            catch (IOException exception) when (exception.HResult is LockedOnLinux or LockedOnMacOS or LockedOnWindows)
            {
                if (!waits)
                    waiting("Another pipeline is taking files in here. Waiting for it to end.");
                waits = true;
                await Task.Delay(TurnRetry, cancel);
            }
        }
    }

    /// <inheritdoc cref="SqliteTableStore.CopyTo"/>
    internal void CopyTablesTo(string to, Action alongside) => _tables.CopyTo(to, alongside);

    /// <inheritdoc cref="ReferenceFiles.PutDeliveredAsync"/>
    public Task AddDeliveredFrameworksAsync(CancellationToken cancel) => ReferenceFiles.PutDeliveredAsync(Files, cancel);

    public void Dispose() => _tables.Dispose();
}
