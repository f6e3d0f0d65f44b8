using System.Security.Cryptography;
using Pipeline.Core.Reading;
using Pipeline.Local.Stores;
using Pipeline.Steps.Arrivals;
using Pipeline.Steps.Stores;

namespace Pipeline.Local.Workspaces;

/// <summary>
/// The files of one or more folders that are laid out as a workspace is, each by the path that it would have there. Of two at one path the
/// later folder's wins.
/// </summary>
internal sealed class InputFolders
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    private readonly SortedDictionary<string, string> _files = new(StringComparer.Ordinal);

    private InputFolders() { }

    /// <summary>Files and where they are on disk, in the ordinal order of their paths.</summary>
    public IReadOnlyDictionary<string, string> Files => _files;

    /// <summary>Files that are in none of the containers, and pipes and devices.</summary>
    public long Ignored { get; private set; }

    /// <summary>Symbolic links, none of which was followed.</summary>
    public long Links { get; private set; }

    /// <param name="folders">The inputs.</param>
    /// <param name="workspace">Never searched, even where it lies within an input.</param>
    /// <exception cref="WrongUseException">One of them is no folder, or not laid out as a workspace is.</exception>
    public static InputFolders Find(IEnumerable<string> folders, string workspace)
    {
        var inputs = new InputFolders();
        foreach (string folder in folders)
        {
            var root = new DirectoryInfo(folder);
            if (!root.Exists)
                throw new WrongUseException($"There is no folder {folder}. An INPUT is a folder with {Layout} in it.");
            long before = inputs._files.Count + inputs.Ignored;
            bool isLaidOut = false;
            foreach (var entry in root.EnumerateFileSystemInfos("*", Everything))
            {
                isLaidOut |= Sweep.Containers.Contains(entry.Name);
                inputs.Add(entry, entry.Name, Path.TrimEndingDirectorySeparator(Path.GetFullPath(workspace)));
            }

            if (!isLaidOut && inputs._files.Count + inputs.Ignored > before)
                throw new WrongUseException($"{folder} has none of {Layout} in it. Give the folder that they are in.");
        }

        return inputs;
    }

    /// <summary>The reference files as they would be in the workspace, checked together. Nothing is written.</summary>
    public async Task<ReferenceCheck> CheckReferenceAsync(string workspace, CancellationToken cancel)
    {
        var reference = new ReferenceFiles();
        await reference.PutAsync(new FolderFileStore(workspace), cancel);
        foreach (var (path, file) in _files)
            reference.Put(path, _ => Task.FromResult<Stream>(Open(file)));
        var check = await reference.CheckAsync(cancel: cancel);
        if (check.IsSound || !File.Exists(Path.Join(workspace, Workspace.Database)))
            return check;
        // Every version of the register is read for this.
        using var opened = new Workspace(workspace, TimeProvider.System);
        var ever = (await opened.Reference.EverRegisteredAsync(cancel)).Select(known => known.Contract).ToHashSet();
        return await reference.CheckAsync(ever: ever, cancel: cancel);
    }

    /// <summary>
    /// Puts the files in their places. One whose bytes are there already is left alone, and one over the size limit is not copied.
    /// </summary>
    /// <param name="done">Told of each file, by its path, and whether it was uploaded.</param>
    public async Task<Uploaded> UploadAsync(IFileStore store, Action<string, bool> done, CancellationToken cancel)
    {
        long uploaded = 0, unchanged = 0;
        List<string> refused = [], unreadable = [], tooLarge = [];
        foreach (var (path, file) in _files)
        {
            bool isNew = false;
            try
            {
                if (new FileInfo(file) is { Exists: true, Length: > FileCheck.DefaultSizeLimit })
                {
                    tooLarge.Add(path);
                }
                else
                {
                    isNew = await UploadAsync(store, path, file, cancel);
                    uploaded += isNew ? 1 : 0;
                    unchanged += isNew ? 0 : 1;
                }
            }
            catch (Exception exception) when (exception is ArgumentException
                or StoreUnavailableException { InnerException: PathTooLongException })
            {
                refused.Add(path);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // What the store cannot write is not told so, and ends the run.
                unreadable.Add(path);
            }

            done(path, isNew);
        }

        return new Uploaded(uploaded, unchanged, refused, unreadable, tooLarge);
    }

    private static string Layout => string.Join(", ", Sweep.Containers.Select(c => c + "/"));

    private void Add(FileSystemInfo entry, string path, string workspace)
    {
        // Its name is not UTF-8, so that .NET finds nothing there and takes it for a link. It is refused with its path.
        bool isNameless = entry.Name.Contains(FolderFileStore.NoText) && !Path.Exists(entry.FullName);
        if (!isNameless && entry.Attributes.HasFlag(FileAttributes.ReparsePoint))
            Links++;
        else if (!isNameless && entry is DirectoryInfo folder)
        {
            // Where the workspace itself is the input, it is searched as an input.
            if (folder.FullName == workspace)
                return;
            foreach (var inside in folder.EnumerateFileSystemInfos("*", Everything))
                Add(inside, $"{path}/{inside.Name}", workspace);
        }
        else if (OperatingSystem.IsLinux() && Unix.IsSpecial(entry.FullName))
            Ignored++;
        else if (path.Contains('/') && Sweep.Containers.Contains(path[..path.IndexOf('/')]))
            _files[path] = entry.FullName;
        else
            Ignored++;
    }

    /// <returns>Whether there was anything to upload.</returns>
    private static async Task<bool> UploadAsync(IFileStore store, string path, string file, CancellationToken cancel)
    {
        FileLimits.CheckWrite(path);
        if (path.Contains('\uFFFD'))
            throw new ArgumentException("The name is not Unicode, so that no path can be made of it.", nameof(path));
        await using var content = Open(file);
        if (await store.StatAsync(path, cancel) is { } there && there.Length == content.Length)
        {
            byte[] before = await DigestAsync(store, path, cancel);
            byte[] now = await SHA256.HashDataAsync(content, cancel);
            if (before.AsSpan().SequenceEqual(now))
                return false;
            content.Position = 0;
        }

        await store.WriteAsync(path, content, cancel: cancel);
        return true;
    }

    private static async Task<byte[]> DigestAsync(IFileStore store, string path, CancellationToken cancel)
    {
        try
        {
            await using var stored = await store.OpenReadAsync(path, cancel: cancel);
            return await SHA256.HashDataAsync(stored, cancel);
        }
        catch (StoreUnavailableException exception)
        {
            throw new IOException("Whether the file differs from the one that is there cannot be told.", exception);
        }
    }

    private static FileStream Open(string file) =>
        new(file, new FileStreamOptions { Share = FileShare.ReadWrite | FileShare.Delete,
            Options = FileOptions.Asynchronous | FileOptions.SequentialScan });
}

/// <param name="Files">New, or other than before.</param>
/// <param name="Unchanged">Whose bytes were there already.</param>
/// <param name="Refused">The paths that the store refuses.</param>
/// <param name="Unreadable">Those of files that could not be read.</param>
/// <param name="TooLarge">Those of files over the size limit.</param>
internal sealed record Uploaded(long Files, long Unchanged, IReadOnlyList<string> Refused, IReadOnlyList<string> Unreadable,
    IReadOnlyList<string> TooLarge);
