using Pipeline.Azure;
using Pipeline.Core.Reporting;
using Pipeline.Steps;
using Pipeline.Steps.State;
using Pipeline.Steps.Stores;

namespace Pipeline.Local.Workspaces;

/// <summary>
/// A copy of the pipeline on Azure, files and tables, as a backup of a workspace: so it can be looked at, and gone on with, on one machine.
/// </summary>
/// <remarks>
/// Nobody is kept from writing meanwhile. So the tables come first, in the order of <see cref="TableBackup"/>, and the files after them:
/// every step writes its files before the rows that make them count, so that the copy has each file that its tables name. What came between
/// the two is taken in by the next run, and a run that finance was told of between them is found by <c>repair</c>.
/// </remarks>
internal static class AzureBackup
{
    private const int AtOnce = 16;

    private const int Attempts = 10;

    /// <summary>The keys of forms are secrets of the app, and the others are copies of the tables.</summary>
    private static readonly IReadOnlyList<string> Containers = [.. Accounts.OfContainer.Keys.Except(["keys", "backups", "tables"])];

    /// <param name="from">The pipeline on Azure.</param>
    /// <param name="to">A folder that is not there, or empty.</param>
    /// <param name="clock">Tells when.</param>
    /// <param name="cancel">Ends the copying; a copy without its mark is no backup.</param>
    /// <returns>How many files were copied.</returns>
    /// <exception cref="WrongUseException">There is something in the folder.</exception>
    /// <exception cref="StoreException">The copy could not be made.</exception>
    public static async Task<int> MakeAsync(AllSteps from, string to, TimeProvider clock, CancellationToken cancel)
    {
        Backup.CheckNew(to);
        int files = 0;
        using (var copy = new Workspace(to, clock))
        {
            foreach (string table in TableBackup.Facts.Concat(ReportingTable.All.Select(table => table.Name)))
                await CopyTableAsync(from.Tables, copy.Tables, table, cancel);
            foreach (string container in Containers)
            {
                await Parallel.ForEachAsync(
                    from.Files.ListAsync(container + "/", cancel), new ParallelOptions
                        { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, async (file, cancelled) =>
                    {
                        await CopyFileAsync(from.Files, copy.Files, file.Path, cancelled);
                        Interlocked.Increment(ref files);
                    });
            }
        }

        Backup.WriteMark(to, clock.GetUtcNow(), files);
        return files;
    }

    private static async Task CopyTableAsync(ITableStore from, ITableStore to, string table, CancellationToken cancel)
    {
        var batch = new List<RowChange>();
        string partition = "";
        await foreach (var row in from.ScanAsync(table, cancel: cancel))
        {
            if (batch.Count == TableLimits.BatchOperations || row.PartitionKey != partition)
                await SubmitAsync();
            partition = row.PartitionKey;
            batch.Add(new RowChange.Insert(row.RowKey, row.Values));
        }

        await SubmitAsync();

        async Task SubmitAsync()
        {
            if (batch.Count > 0)
                await to.SubmitAsync(table, partition, batch, cancel);
            batch.Clear();
        }
    }

    /// <summary>Again when it is written over while it is read, as pages are.</summary>
    private static async Task CopyFileAsync(IFileStore from, IFileStore to, string path, CancellationToken cancel)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await using var content = await from.OpenReadAsync(path, cancel: cancel);
                await to.WriteAsync(path, content, cancel: cancel);
                return;
            }
            catch (StoreChangedException) when (attempt < Attempts)
            {
                // What it is now is copied instead.
            }
        }
    }
}
