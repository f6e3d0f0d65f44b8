using System.Globalization;
using Pipeline.Core;
using Pipeline.Core.Payments;

namespace Pipeline.Steps.Payments;

/// <summary>Releases an approved payment run: to the ledger, then to finance (domain.md section 6).</summary>
/// <remarks>
/// It is written in this order: the run as released, its lines in the ledger, the finance file, the control file beside it. The first
/// decides, and only one can: whoever comes second finds it done. All others are written once, from what was fixed when the run was
/// prepared, so that to finish an interrupted release is to release again. Until the lines are in the ledger no other run of the quarter
/// can be prepared, so nothing falls due twice.
/// </remarks>
public sealed class ReleasePayments(IFileStore files, Runs runs, Proposals proposals, Ledger ledger, Changes changes, TimeProvider clock)
{
    public Task<RunStep> RunAsync(Quarter quarter, int number, PersonName by, CancellationToken cancel = default) => Repeat.WhileChangedAsync(async () =>
    {
        // The run is read last: when somebody releases it meanwhile, it is found released, and not stale for what they released.
        if (await proposals.OfAsync(quarter, cancel) is not { } proposal || await runs.FindAsync(quarter, number, cancel) is not { } stored)
            return new RunStep.Refused(DecidePayments.UnknownRun(quarter, number));
        var step = stored.Run.Release(by, clock.GetUtcNow(), proposal);
        if (step is not RunStep.Done { Run: var run })
            return step;
        if (run != stored.Run)
            await runs.ReplaceAsync(stored, run, cancel);
        if (!proposal.Ledger.ToHashSet().IsSupersetOf(run.Lines))
        {
            await changes.NoteAsync(quarter, $"run|{number}|release", Ledger.CommitOf(run), cancel);
            await ledger.EnterAsync(run, cancel);
        }

        return await SendAsync(run, cancel) is { } disagreement
            ? new RunStep.Refused(string.Create(CultureInfo.InvariantCulture, $"Run {number} of {quarter} is not sent to finance. {disagreement} Find out who changed what, before anything is paid."))
            : step;
    });

    /// <summary>Where a run's file for finance is.</summary>
    public static string PathOf(Quarter quarter, int number) => string.Create(CultureInfo.InvariantCulture, $"payments/{quarter}/run-{number:000}.csv");

    /// <summary>Writes the files for finance, each once, after making sure that lines, ledger and file agree.</summary>
    /// <returns>Null, or a sentence that says what does not agree.</returns>
    private async Task<string?> SendAsync(PaymentRun run, CancellationToken cancel)
    {
        var released = (await ledger.OfQuarterAsync(run.Quarter, cancel)).Select(p => p.Released).ToHashSet();
        if (!released.IsSupersetOf(run.Lines))
            return "The ledger does not hold the lines of the run.";
        using var csv = new MemoryStream();
        FinanceFile.Write(csv, run.Lines);
        csv.Position = 0;
        if (FinanceFile.Disagreement(run, released, csv) is { } disagreement)
            return disagreement;
        string path = PathOf(run.Quarter, run.Number);
        await CreateOnceAsync(path, csv, cancel);
        // As it is stored, whoever stored it.
        await using (var stored = await files.OpenReadAsync(path, cancel: cancel))
        {
            if (FinanceFile.Disagreement(run, released, stored) is { } different)
                return different;
        }

        // Last, so that who waits for it finds the payments complete.
        using var control = new MemoryStream();
        FinanceFile.WriteControl(control, run);
        await CreateOnceAsync(Path.ChangeExtension(path, ".json"), control, cancel);
        return null;
    }

    private async Task CreateOnceAsync(string path, MemoryStream content, CancellationToken cancel)
    {
        content.Position = 0;
        try
        {
            await files.CreateAsync(path, content, cancel);
        }
        catch (StoreAlreadyExistsException)
        {
            // An earlier release, or one at the same time, wrote it from the same run.
        }
    }
}
