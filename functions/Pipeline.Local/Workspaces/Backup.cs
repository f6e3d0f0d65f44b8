using System.Text.Json;
using Pipeline.Local.Stores;
using Pipeline.Steps.Arrivals;
using Pipeline.Steps.State;
using Pipeline.Steps.Stores;

namespace Pipeline.Local.Workspaces;

/// <summary>A copy of a workspace in one consistent state: while it is made, nobody writes to the tables.</summary>
/// <remarks>
/// Every step writes its files before the rows that make them count, but for those that go to finance, which come after the ledger. So the
/// files of one moment, with the tables of that moment, are a state that the workspace can be in, and whatever was under way is finished by
/// doing it again.
/// </remarks>
internal static class Backup
{
    /// <summary>Written last, so that a copy without it is no backup.</summary>
    private const string Mark = "backup.json";

    private static readonly EnumerationOptions Everything = new()
        { AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false };

    /// <summary>What people sent, and what is written once: where the workspace has more of it than the backup, it keeps it.</summary>
    private static readonly IReadOnlyList<string> Kept = [.. Sweep.Containers, "archive", "quarantine", "runs", "payments"];

    /// <param name="workspace">Whose turn the caller has.</param>
    /// <param name="to">A folder that is not there, or empty.</param>
    /// <param name="at">When.</param>
    /// <returns>How many files were copied.</returns>
    /// <exception cref="WrongUseException">There is something in the folder.</exception>
    /// <exception cref="StoreException">The copy could not be made.</exception>
    public static int Make(Workspace workspace, string to, DateTimeOffset at)
    {
        CheckNew(to);
        if (Path.GetFullPath(to).StartsWith(workspace.Folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new WrongUseException("A backup within the workspace is lost with it. Give a folder elsewhere.");
        OwnerOnly.MakeFolder(to);
        int files = 0;
        workspace.CopyTablesTo(Path.Join(to, Workspace.Database), () =>
        {
            foreach (string container in Containers(workspace.Folder))
                files += Copy(Path.Join(workspace.Folder, container), Path.Join(to, container), replace: true);
        });
        WriteMark(to, at, files);
        return files;
    }

    /// <exception cref="WrongUseException">There is something in the folder.</exception>
    internal static void CheckNew(string to)
    {
        if (Directory.Exists(to) && Directory.EnumerateFileSystemEntries(to).Any())
            throw new WrongUseException($"There is something in {to} already. Give a folder that is new: a backup is never written over.");
    }

    /// <summary>What makes a copy a backup.</summary>
    internal static void WriteMark(string to, DateTimeOffset at, int files)
    {
        using var mark = OwnerOnly.Open(Path.Join(to, Mark), FileMode.CreateNew, FileAccess.Write);
        JsonSerializer.Serialize(mark, new { madeAt = at, files });
    }

    /// <summary>
    /// Puts a backup in a workspace's place. Files that people sent, or that went to finance, since the backup was made stay: they are
    /// taken in, and repaired from, anew.
    /// </summary>
    /// <param name="from">A folder that <see cref="Make"/> made.</param>
    /// <param name="folder">The workspace, there or not.</param>
    /// <param name="replace">Whether the tables that are there may be replaced; they are kept beside.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="WrongUseException">It is no backup, or there is a workspace that must not be replaced, or is in use.</exception>
    /// <exception cref="StoreException">The backup's tables cannot be read.</exception>
    public static async Task RestoreAsync(string from, string folder, bool replace, CancellationToken cancel)
    {
        if (!File.Exists(Path.Join(from, Mark)) || new FileInfo(Path.Join(from, Workspace.Database)) is not { Exists: true, Length: > 0 })
            throw new WrongUseException($"{from} is no backup, or its making was interrupted. Give a folder that pipeline backup made.");
        string tables = Path.Join(folder, Workspace.Database);
        if (File.Exists(tables) && !replace)
            throw new WrongUseException(
                $"There is a workspace at {folder} already. Restore elsewhere with --workspace, or put the backup's tables in place of its "
                + "own with pipeline restore --replace; files that came since stay.");
        if (File.Exists(tables) && SqliteTableStore.IsInUse(tables))
            throw new WrongUseException(
                $"A serve or watch has the tables of {folder} open, and would go on with those that are replaced. End it first.");
        string restored = tables + ".restoring";
        File.Copy(Path.Join(from, Workspace.Database), restored, overwrite: true);
        // Before they are in place, so that nothing is paid in between.
        using (var store = new SqliteTableStore(restored))
            await new WholeSweeps(store).OweAsync(cancel);
        foreach (string container in Containers(from))
            Copy(Path.Join(from, container), Path.Join(folder, container), replace: !Kept.Contains(container));
        // Together: without its log, which holds the latest writes, a database is not the one that it was.
        string former = Enumerable.Range(1, int.MaxValue)
            .Select(n => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{tables}.replaced-{n}"))
            .First(name => !File.Exists(name));
        foreach (string part in (string[])["", "-wal", "-shm"])
        {
            if (File.Exists(tables + part))
                File.Move(tables + part, former + part);
        }

        File.Move(restored, tables);
    }

    /// <summary>The folders of a workspace that hold files.</summary>
    private static IEnumerable<string> Containers(string folder) =>
        Directory.EnumerateDirectories(folder, "*", Everything).Select(path => Path.GetFileName(path)!)
            .Where(name => !name.StartsWith('.'));

    /// <summary>Copies what is in a folder, with the times by which files are known not to have changed.</summary>
    private static int Copy(string from, string to, bool replace)
    {
        OwnerOnly.MakeFolder(to);
        int files = 0;
        foreach (string path in Directory.EnumerateFiles(from, "*", Everything))
        {
            string target = Path.Join(to, Path.GetFileName(path));
            if (!replace && File.Exists(target))
                continue;
            File.Copy(path, target, overwrite: true);
            File.SetLastWriteTimeUtc(target, File.GetLastWriteTimeUtc(path));
            files++;
        }

        foreach (string inside in Directory.EnumerateDirectories(from, "*", Everything))
            files += Copy(inside, Path.Join(to, Path.GetFileName(inside)), replace);
        return files;
    }
}
