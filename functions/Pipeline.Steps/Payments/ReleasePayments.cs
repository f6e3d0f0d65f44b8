using System.Globalization;
using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Steps.State;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Payments;

/// <summary>Releases an approved payment run: to the ledger, then to finance (domain.md section 6).</summary>
/// <remarks>
/// It is written in this order: the run as released, its lines in the ledger, the finance file, the control file beside it. The first
/// decides, and only one can: whoever comes second finds it done. All others are written once, from what was fixed when the run was
/// prepared, so that to finish an interrupted release is to release again. Until all is written no other run of the quarter can be
/// prepared, so nothing falls due twice and nothing is forgotten.
/// </remarks>
public sealed class ReleasePayments(IFileStore files, Runs runs, Proposals proposals, Ledger ledger, PendingChanges changes,
    WholeSweeps sweeps, TimeProvider clock)
{
    public Task<RunResult> RunAsync(Quarter quarter, int number, Person by, CancellationToken cancel = default) =>
        OptimisticRetry.OnConflictAsync(async () =>
    {
        var withFinance = await runs.WithFinanceAsync(quarter, cancel);
        // The run is read last: when somebody releases it meanwhile, it is found released, and not stale for what they released.
        if (await proposals.OfAsync(quarter, cancel) is not { } proposal || await runs.FindAsync(quarter, number, cancel) is not { } stored)
            return new RunResult.Refused(DecidePayments.UnknownRun(quarter, number));
        var step = (await runs.WithExpiryAsync(stored, clock.GetUtcNow(), cancel)).Release(new Signature(by, clock.GetUtcNow()), proposal);
        if (step is not RunResult.Done { Run: var run })
            return step;
        // A refusal changes nothing, so what would be found different in the end is looked for first.
        if (run != stored.Run && PaymentRun.RefuseBeyondLedger(quarter,
            (await runs.OfQuarterAsync(quarter, cancel)).Select(other => other.Run), withFinance.Except([number])) is { } older)
            return older;
        if (run != stored.Run && await sweeps.WhyOwedAsync(cancel) is { } owed)
            return new RunResult.Refused(owed);
        if (run != stored.Run && await OtherFileAsync(run, cancel) is { } other)
        {
            // Whoever releases it at the same time writes files that tell of him.
            if ((await runs.FindAsync(quarter, number, cancel))?.ETag != stored.ETag)
                throw new StoreChangedException("The run");
            return new RunResult.Refused(string.Create(CultureInfo.InvariantCulture,
                $"Run {number} of {quarter} is not released, since {other} is there already and is not what this run would write. Leave it "
                + $"where it is: finance may have paid from it. Look what it is with: pipeline repair"));
        }

        if (run != stored.Run)
            await runs.ReplaceAsync(stored, run, cancel);
        if (!proposal.Ledger.ToHashSet().IsSupersetOf(run.Lines))
        {
            await changes.NotePaidAsync(quarter, number, "release", Ledger.CommitOf(run), cancel);
            await ledger.EnterAsync(run, cancel);
        }

        return await SendAsync(run, cancel) is { } disagreement
            ? new RunResult.Refused(string.Create(CultureInfo.InvariantCulture,
                $"Run {number} of {quarter} is not sent to finance. {disagreement} Find out who changed what, before anything is paid."))
            : step;
    });

    /// <summary>Where a run's file for finance is.</summary>
    public static string PathOf(Quarter quarter, int number) => FilesForFinance.PathOf(quarter, number);

    /// <summary>The file for finance that somebody else wrote; null when there is none.</summary>
    private async Task<string?> OtherFileAsync(PaymentRun run, CancellationToken cancel)
    {
        var (payments, control) = FilesForFinance.Of(run);
        foreach (var (path, content) in new[] { payments, control })
        {
            if (await files.HoldsAsync(path, content, cancel) == false)
                return path;
        }

        return null;
    }

    /// <summary>Writes the files for finance, each once, after making sure that lines, ledger and file agree.</summary>
    /// <returns>Null, or a sentence that says what does not agree.</returns>
    private async Task<string?> SendAsync(PaymentRun run, CancellationToken cancel)
    {
        var released = (await ledger.OfQuarterAsync(run.Quarter, cancel)).Select(p => p.Released).ToHashSet();
        if (!released.IsSupersetOf(run.Lines))
            return "The ledger does not hold the lines of the run.";
        var (payments, control) = FilesForFinance.Of(run);
        using var csv = new MemoryStream(payments.Content);
        if (FinanceFile.Disagreement(run, released, csv) is { } disagreement)
            return disagreement;
        await files.CreateOnceAsync(payments.Path, payments.Content, cancel);
        // As it is stored, whoever stored it.
        await using (var stored = await files.OpenReadAsync(payments.Path, cancel: cancel))
        {
            if (FinanceFile.Disagreement(run, released, stored) is { } different)
                return different;
        }

        // Last, so that who waits for it finds the payments complete.
        await files.CreateOnceAsync(control.Path, control.Content, cancel);
        return await files.HoldsAsync(control.Path, control.Content, cancel) == true ? null : "The control file is not that of the run.";
    }
}
