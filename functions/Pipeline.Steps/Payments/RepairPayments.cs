using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Steps.State;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Payments;

/// <summary>A run of which finance has a file, and which the tables do not know as released.</summary>
public abstract record UnknownRun(Quarter Quarter, int Number)
{
    /// <summary>Its own file and those for finance agree, so that it can be entered as they say.</summary>
    /// <param name="Before">As the tables have it: not released; null when they do not have it.</param>
    public sealed record Rebuilt(RebuiltRun From, StoredRun? Before) : UnknownRun(From.Run.Quarter, From.Run.Number);

    /// <summary>No file of a run makes both files that finance has.</summary>
    /// <param name="Csv">Whether there is a payment file.</param>
    /// <param name="Control">Whether there is a control file.</param>
    public sealed record Disagreeing(Quarter Quarter, int Number, bool Csv, bool Control) : UnknownRun(Quarter, Number);

    /// <summary>The ledger holds other lines under its number.</summary>
    public sealed record OtherInLedger(Quarter Quarter, int Number) : UnknownRun(Quarter, Number);
}

/// <summary>
/// Rebuilds the ledger and the runs from the files of runs and the files for finance, where tables were restored that are older than the
/// files (domain.md section 6). What went to finance is a fact, whatever the tables say; so nothing is taken away, and a run is entered
/// only as the files have it to the byte.
/// </summary>
public sealed class RepairPayments(IFileStore files, Runs runs, Ledger ledger, PendingChanges changes, WholeSweeps sweeps)
{
    /// <summary>What there is to repair, by quarter and run. Nothing is written.</summary>
    public async Task<IReadOnlyList<UnknownRun>> FindAsync(CancellationToken cancel = default)
    {
        var found = new List<UnknownRun>();
        foreach (var quarter in await files.QuartersWithFinanceAsync(cancel))
        {
            foreach (int number in await runs.WithFinanceAsync(quarter, cancel))
            {
                if (await FindAsync(quarter, number, cancel) is { } unknown)
                    found.Add(unknown);
            }
        }

        return found;
    }

    /// <summary>Enters a run as its files say. It can be carried out again wherever it was interrupted.</summary>
    /// <exception cref="StoreException">Somebody else wrote the run or its lines meanwhile: look again what there is to repair.</exception>
    public async Task WriteAsync(UnknownRun.Rebuilt unknown, CancellationToken cancel = default)
    {
        var run = unknown.From.Run;
        // Tables that do not know what was paid do not know what came since either.
        await sweeps.OweAsync(cancel);
        await changes.NotePaidAsync(run.Quarter, run.Number, "repair", Ledger.CommitOf(run), cancel);
        // Before the run's row, which says that nothing is left to repair.
        await ledger.EnterAsync(run, cancel);
        await runs.RebuildAsync(unknown.From, unknown.Before, cancel);
    }

    private async Task<UnknownRun?> FindAsync(Quarter quarter, int number, CancellationToken cancel)
    {
        var stored = await runs.FindAsync(quarter, number, cancel);
        // Its lines may not be in the ledger yet; to release it again enters them.
        if (stored is { Run.State: RunState.Released })
            return null;
        if (await runs.FromFilesAsync(quarter, number, cancel) is not { } rebuilt
            || (stored is not null && stored.Run.Hash != rebuilt.Run.Hash))
        {
            return new UnknownRun.Disagreeing(
                quarter,
                number,
                await files.StatAsync(FilesForFinance.PathOf(quarter, number), cancel) is not null,
                await files.StatAsync(FilesForFinance.ControlPathOf(quarter, number), cancel) is not null);
        }

        var entered = (await ledger.OfQuarterAsync(quarter, cancel)).Select(p => p.Released).Where(line => line.Run == number);
        return entered.Except(rebuilt.Run.Lines).Any()
            ? new UnknownRun.OtherInLedger(quarter, number) : new UnknownRun.Rebuilt(rebuilt, stored);
    }
}
