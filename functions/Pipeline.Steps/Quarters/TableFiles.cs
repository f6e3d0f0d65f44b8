using System.Text;
using Pipeline.Core;
using Pipeline.Core.Reporting;
using Pipeline.Steps.State;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Quarters;

/// <summary>
/// The reporting tables as Parquet files, a file for each table and quarter, for readers who are let into a container by who they are. They
/// are written when a quarter has settled: when nothing of it waits, and nothing has changed for some minutes.
/// </summary>
public sealed class TableFiles(IFileStore files, ITableStore tables, PendingChanges changes, TimeProvider clock)
{
    /// <summary>The container.</summary>
    public const string Folder = "tables/";

    /// <summary>Files that come together are taken in together; what they make is written once.</summary>
    private static readonly TimeSpan Settles = TimeSpan.FromMinutes(10);

    /// <summary>Where a table's rows of a quarter are. Those of contracts are of a year.</summary>
    public static string PathOf(ReportingTable table, Quarter quarter) => $"{Folder}{table.Name}/{PartitionOf(table, quarter)}.parquet";

    /// <summary>Notes that rows of a quarter have changed.</summary>
    public Task NoteAsync(Quarter quarter, CancellationToken cancel = default) => WriteTextAsync(ChangedPath(quarter), "", cancel);

    /// <summary>Writes the files of a quarter if it has settled and they are not what the tables say.</summary>
    /// <returns>Whether they were written.</returns>
    public async Task<bool> WriteSettledAsync(Quarter quarter, CancellationToken cancel = default)
    {
        // Before the rows are read: what changes from here on is noted anew, and so written by a later look.
        if (await files.StatAsync(ChangedPath(quarter), cancel) is not { } changed || clock.GetUtcNow() - changed.LastModified < Settles
            || await WrittenAsync(quarter, cancel) == changed.ETag || await changes.OfAsync(quarter, cancel) is not null)
            return false;
        foreach (var table in ReportingTable.All)
            await WriteAsync(table, quarter, cancel);
        await WriteTextAsync(WrittenPath(quarter), changed.ETag, cancel);
        return true;
    }

    private async Task WriteAsync(ReportingTable table, Quarter quarter, CancellationToken cancel)
    {
        await using var draft = SeekableCopy.New();
        await ReportingParquet.WriteAsync(RowsOf(table, quarter, cancel), table, draft, cancel);
        draft.Position = 0;
        await files.WriteAsync(PathOf(table, quarter), draft, cancel: cancel);
    }

    /// <summary>Of the year, of the quarter, or of each of its contracts.</summary>
    private IAsyncEnumerable<TableRow> RowsOf(ReportingTable table, Quarter quarter, CancellationToken cancel) =>
        tables.QueryPartitionsAsync(table.Name, PartitionOf(table, quarter), $"{PartitionOf(table, quarter)}|~", cancel);

    /// <summary>The note that the files were made after; null when there are none.</summary>
    private async Task<string?> WrittenAsync(Quarter quarter, CancellationToken cancel)
    {
        if (await files.StatAsync(WrittenPath(quarter), cancel) is null)
            return null;
        using var reader = new StreamReader(await files.OpenReadAsync(WrittenPath(quarter), cancel: cancel));
        return await reader.ReadToEndAsync(cancel);
    }

    private async Task WriteTextAsync(string path, string text, CancellationToken cancel)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text), writable: false);
        await files.WriteAsync(path, content, cancel: cancel);
    }

    private static string PartitionOf(ReportingTable table, Quarter quarter) =>
        table == ReportingTable.Of<ContractRow>() ? quarter.FinancialYear : quarter.ToString();

    private static string ChangedPath(Quarter quarter) => $"{Folder}_state/{quarter}.changed";

    private static string WrittenPath(Quarter quarter) => $"{Folder}_state/{quarter}.written";
}
