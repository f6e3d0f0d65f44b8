using Pipeline.Core;
using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.State;

public sealed partial class UploadLog
{
    /// <summary>Reads a slot for which a file is about to be checked.</summary>
    /// <param name="reference">The reference files that it is checked against.</param>
    /// <param name="slot">What the file is for.</param>
    /// <param name="path">Where it was found.</param>
    /// <param name="cancel">Ends the wait.</param>
    public Task<OpenSlot> OpenAsync(CurrentReference reference, Slot slot, string path, CancellationToken cancel = default) =>
        OpenSlot.ReadAsync(this, reference, slot, path, cancel);

    /// <summary>
    /// A slot as it was before a file is checked for it, and the only way to commit that file. All that the check rests on is read in one
    /// order: the reference files, the slot's head, its versions, what was taken in from the path, whether the quarter is being closed.
    /// </summary>
    /// <remarks>
    /// The head changes with every version and when the quarter is closed, so what is read after it still holds when the file is committed
    /// against it; else the commit fails, and the file is checked again. The reference files come before: a contract that they do not hold
    /// yet when a quarter is closed is found closed. The path comes after the versions: whoever took this very file in meanwhile must not
    /// be answered with a version beyond theirs.
    /// </remarks>
    public sealed class OpenSlot
    {
        private readonly UploadLog _log;
        private string? _head;

        private OpenSlot(UploadLog log, CurrentReference reference, Slot slot, string? head, IReadOnlyList<Upload> versions,
            LastTakenIn? last, bool isClosed)
        {
            (_log, _head) = (log, head);
            (Reference, Slot, Versions, Last, IsClosed) = (reference, slot, versions, last, isClosed);
        }

        public CurrentReference Reference { get; }

        public Slot Slot { get; }

        /// <summary>Oldest first.</summary>
        public IReadOnlyList<Upload> Versions { get; }

        public Upload? Current => Upload.CurrentOf(Versions);

        /// <summary>
        /// The version that a file repeats, so that it makes none: the current one, or of a return any that was accepted before, since its
        /// file may be an older copy that was restored. Null when it is new, or its name says that it is to be brought back.
        /// </summary>
        /// <param name="sha256">By which versions are compared.</param>
        /// <param name="path">Of the file.</param>
        public Upload? RepeatedBy(Sha256 sha256, string path) =>
            Current is { } current && current.Sha256 == sha256 ? current
            : Slot is Slot.OfContract && !FileName.BringsBack(path[Slot.Folder.Length..])
                ? Versions.LastOrDefault(version => version.Status == UploadStatus.Accepted && version.Sha256 == sha256)
            : null;

        /// <summary>The number of the version that would be committed.</summary>
        public int Next => Versions.Select(version => version.Version).DefaultIfEmpty(0).Max() + 1;

        /// <summary>What was last taken in from the file's path; null when nothing was.</summary>
        public LastTakenIn? Last { get; }

        /// <summary>Whether somebody closed the quarter of a return, or began to.</summary>
        public bool IsClosed { get; }

        internal static async Task<OpenSlot> ReadAsync(UploadLog log, CurrentReference reference, Slot slot, string path,
            CancellationToken cancel)
        {
            string? head = (await log._tables.GetAsync(Table, PartitionOf(slot), HeadKey(slot.Name), cancel))?.ETag;
            var versions = new List<Upload>();
            LastTakenIn? last = null;
            // Of the slot's rows the versions come before the files, so that they are read before them also where the answer has parts.
            await foreach (var row in log._tables.QueryAsync(Table, PartitionOf(slot), $"{slot.Name}|0", $"{slot.Name}|file}}", cancel))
            {
                if (IsVersion(row.RowKey))
                    versions.Add(Read(row));
                else if (row.RowKey == FileKey(path, slot))
                    last = ReadLast(row);
            }

            bool isClosed = slot is Slot.OfContract && await log._closings.OfAsync(slot.OfQuarter!.Value, cancel) is not null;
            return new OpenSlot(log, reference, slot, head, versions, last, isClosed);
        }

        /// <summary>
        /// Changes the head, so that nobody who read it before commits, and only who renewed it last commits <see cref="Next"/>: needed by
        /// whoever finds files of that version which somebody else wrote.
        /// </summary>
        /// <exception cref="StoreException">With <see cref="StoreChangedException"/> or <see cref="StoreAlreadyExistsException"/>, it is
        /// not the head any more.</exception>
        public async Task RenewAsync(CancellationToken cancel = default)
        {
            // A store does not say which ETag it gave. Before it is read, somebody else may have changed the head again, for instance to
            // close the quarter; whoever committed against theirs would not have seen why. So the row tells whose it is.
            TableValue renewal = Guid.NewGuid().ToString("N");
            await _log._tables.SubmitAsync(Table, PartitionOf(Slot), [NewHead(new Dictionary<string, TableValue> { [Renewal] = renewal })],
                cancel);
            _head = await _log._tables.GetAsync(Table, PartitionOf(Slot), HeadKey(Slot.Name), cancel) is { } row
                && row.Values.GetValueOrDefault(Renewal) == renewal
                ? row.ETag
                : throw new StoreChangedException("The slot");
            // What has been committed is never written over, even if the list of versions was an old one.
            if (await _log.IsCommittedAsync(Slot, Next, cancel))
                throw new StoreChangedException("The slot");
        }

        /// <summary>Commits a version, and that the file was taken in as it.</summary>
        /// <param name="file">Taken in; null of a held version that is put in force, which no new file makes.</param>
        /// <param name="upload">The version.</param>
        /// <param name="cancel">Ends the wait.</param>
        /// <exception cref="StoreException">With <see cref="StoreChangedException"/> or <see cref="StoreAlreadyExistsException"/>, another
        /// version was committed meanwhile, or the quarter closed.</exception>
        public Task CommitAsync(FileStat? file, Upload upload, CancellationToken cancel = default)
        {
            var commit = CommitOf(Slot, upload.Version);
            return _log._tables.SubmitAsync(
                Table, commit.PartitionKey, [
                    NewHead(Empty), new RowChange.Insert(commit.RowKey, Write(upload)),
                    .. file is null ? Array.Empty<RowChange>() : [TakenIn(file, Slot, upload.Workbook ?? upload.Sha256, upload.Version)],
                ], cancel);
        }

        /// <summary>Commits that a file was taken in, though it made no version, since it repeats one.</summary>
        /// <param name="file">Taken in.</param>
        /// <param name="sha256">Of its bytes.</param>
        /// <param name="cancel">Ends the wait.</param>
        /// <exception cref="StoreException">With <see cref="StoreChangedException"/> or <see cref="StoreAlreadyExistsException"/>, another
        /// version was committed meanwhile.</exception>
        public Task CommitDuplicateAsync(FileStat file, Sha256 sha256, CancellationToken cancel = default) =>
            _log._tables.SubmitAsync(Table, PartitionOf(Slot), [NewHead(Empty), TakenIn(file, Slot, sha256, 0)], cancel);

        /// <summary>Commits that a workbook was taken in, each of whose filled sheets was.</summary>
        public Task CommitSheetsAsync(FileStat file, Sha256 sha256, CancellationToken cancel = default) =>
            _log._tables.SubmitAsync(Table, PartitionOf(Slot), [TakenIn(file, Slot, sha256, 0)], cancel);

        private RowChange NewHead(IReadOnlyDictionary<string, TableValue> values) =>
            _head is null ? new RowChange.Insert(HeadKey(Slot.Name), values) : new RowChange.Replace(HeadKey(Slot.Name), values, _head);
    }
}
