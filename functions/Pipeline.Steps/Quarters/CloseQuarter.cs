using Pipeline.Core;
using Pipeline.Steps.State;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Quarters;

/// <summary>
/// Closes a quarter, once, so that nothing more is uploaded to it (domain.md section 6).
/// </summary>
/// <remarks>
/// It is written in this order: that closing began, then the heads of all slots, then that it is done. Whoever takes a file in reads, in
/// this order, the register, the slot's head, whether closing began; and commits against that head. So a version that was checked before
/// closing began either is committed before its head changes, and counts, or is checked again, and finds the quarter closed. A contract
/// whose slots were not known when the heads were changed was registered after closing began.
/// </remarks>
public sealed class CloseQuarter(Closings closings, Reference reference, UploadLog uploads, PendingChanges changes, Returns returns,
    TimeProvider clock)
{
    /// <returns>Null when it is closed now, by this person or again by them; else a sentence that says why not and what to do.</returns>
    public Task<string?> RunAsync(Quarter quarter, Person by, CancellationToken cancel = default) =>
        OptimisticRetry.OnConflictAsync(async () =>
    {
        if (await closings.OfAsync(quarter, cancel) is { IsDone: true } closed)
            // What came after the closing may have been interrupted, so who closed it may say so again.
            return closed.Signature.By == by ? null : string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"{quarter} was closed by {closed.Signature.By} on {closed.Signature.At:d MMMM yyyy}: a quarter is closed once; to let a "
                + $"contract upload all the same, extend it in the calendar.");
        var today = LondonDay.Of(clock.GetUtcNow());
        if (!await returns.KnowsAsync(quarter, today, cancel))
            return UnknownQuarter(quarter, today);
        if (today < quarter.FirstDay)
            return $"{quarter} has not begun, so there is nothing to close: check the quarter.";
        await changes.NoteAsync(quarter, "close", Closings.CommitOf(quarter), cancel);
        var begun = await closings.BeginAsync(quarter, new Signature(by, clock.GetUtcNow()), cancel);
        foreach (var (contract, provider) in await reference.EverRegisteredAsync(cancel))
            await uploads.RenewHeadsAsync(provider, contract, quarter, cancel);
        await closings.FinishAsync(quarter, begun, clock.GetUtcNow(), cancel);
        return null;
    });

    /// <summary>In a sentence that says what to do.</summary>
    internal static string UnknownQuarter(Quarter quarter, DateOnly today) => today < quarter.FirstDay
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"{quarter} has not begun: it begins on {quarter.FirstDay:d MMMM yyyy}.")
        : $"Nothing is known of {quarter}: check the quarter, and take the register of contracts in first.";
}
