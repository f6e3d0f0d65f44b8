using System.Globalization;
using Pipeline.Core;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Payments;
using Pipeline.Core.Submissions;
using Pipeline.Steps.State;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Arrivals;

/// <summary>
/// Puts held versions in force or drops them (domain.md section 4). It is written in this order: notes of what is to be told, who decided,
/// and for what is accepted a version of its own. Interrupted, it is finished by giving the same again.
/// </summary>
public sealed class DecideChanges(IFileStore files, HeldChanges held, UploadLog uploads, Senders senders, PendingChanges changes,
    TakeIn takeIn, Reckoning reckoning, TimeProvider clock)
{
    /// <returns>Null when it is done; else a sentence that says why not and what to do.</returns>
    public Task<string?> AcceptAsync(int number, Person by, CancellationToken cancel = default) =>
        DecideAsync(number, isAccepted: true, by, cancel);

    /// <inheritdoc cref="AcceptAsync"/>
    public Task<string?> DropAsync(int number, Person by, CancellationToken cancel = default) =>
        DecideAsync(number, isAccepted: false, by, cancel);

    /// <summary>What a held version would change of what is in force now. Its receipt says what it would have when it came.</summary>
    /// <param name="change">Which.</param>
    /// <param name="only">The quarter of which it is asked, since each costs; null: every one.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async Task<IReadOnlyList<Consequence>> ConsequencesAsync(HeldChange change, Quarter? only = null,
        CancellationToken cancel = default)
    {
        var version = (await uploads.OfSlotAsync(change.Slot, cancel)).Single(u => u.Version == change.Version);
        if (change.Slot is not Slot.Framework at)
            return await reckoning.OfAsync(change.Slot, await uploads.CountsAsync(version, cancel), null, only: only, cancel: cancel);
        await using var json = await files.OpenReadAsync(Archive.PathOf(version.Sha256, ".json"), cancel: cancel);
        return await reckoning.OfAsync(change.Slot, null, FrameworkFile.Read(json, at.Id).Framework, only: only, cancel: cancel);
    }

    /// <summary>
    /// The quarters in which it is told who decided: those for which it was held, and those that what is accepted touches now.
    /// </summary>
    private async Task<IReadOnlyList<Quarter>> QuartersAsync(HeldChange change, bool isAccepted, CancellationToken cancel)
    {
        await using var json = await files.OpenReadAsync(UploadLog.ReceiptPath(change.Slot, change.Version), cancel: cancel);
        var all = (Receipt.ReadJson(json).Consequences ?? [])
            .Concat(isAccepted ? await ConsequencesAsync(change, cancel: cancel) : []);
        return [.. all.Where(c => c.TouchesWhatWasSettled).Select(c => c.Quarter).Distinct().Order()];
    }

    private Task<string?> DecideAsync(int number, bool isAccepted, Person by, CancellationToken cancel) =>
        OptimisticRetry.OnConflictAsync(async () =>
    {
        if ((await held.AllAsync(cancel)).FirstOrDefault(c => c.Number == number) is not { } change)
            return "Nothing is held under this number: look at the list.";
        var version = (await uploads.OfSlotAsync(change.Slot, cancel)).Single(u => u.Version == change.Version);
        if (change.Decision is { } decided)
        {
            // Accepting was interrupted, and it does not check any more: whoever drops it ends it. That no other version follows is decided
            // by the commit, as it is for who finishes accepting it at the same moment.
            if (decided.IsAccepted && !isAccepted)
            {
                if (await held.AcceptedAsAsync(change, cancel) is null)
                    await takeIn.PutInForceAsync(change.Slot, version, check => !check.IsAccepted, cancel);
                if (await held.AcceptedAsAsync(change, cancel) is { Status: not UploadStatus.Accepted })
                    return null;
            }

            // What came after may have been interrupted, so who decided may say so again.
            if (decided.Signature.By != by || decided.IsAccepted != isAccepted)
                return string.Create(CultureInfo.InvariantCulture,
                    $"{change} was {(decided.IsAccepted ? "accepted" : "dropped")} by {decided.Signature.By} on "
                    + $"{LondonDay.Of(decided.Signature.At):d MMMM yyyy}: a change is decided once; to change it again, send another file.");
        }
        else
        {
            if (await SenderAsync(change, version, by, cancel) is { } sender)
                return $"{sender} sent the file or stands in it: have somebody else decide on what they sent.";
            if (isAccepted && await reckoning.WaitsForAsync(change.Slot, cancel) is { } beyond)
                return beyond;
            if (isAccepted && (await takeIn.PutInForceAsync(change.Slot, version, _ => false, cancel)).Errors > 0)
                return $"{NoLonger(change)}: drop it, and send a file that checks.";
            var quarters = await QuartersAsync(change, isAccepted, cancel);
            foreach (var quarter in quarters)
                await changes.NoteDeedAsync(quarter, string.Create(CultureInfo.InvariantCulture, $"held|{number}"),
                    HeldChanges.CommitOf(change), cancel);
            await held.DecideAsync(change, new HeldDecision(isAccepted, new Signature(by, clock.GetUtcNow()), quarters), cancel);
        }

        if (!isAccepted)
            return null;
        if (await held.AcceptedAsAsync(change, cancel) is null)
            await takeIn.PutInForceAsync(change.Slot, version, _ => true, cancel);
        return await held.AcceptedAsAsync(change, cancel) is { Status: not UploadStatus.Accepted } rejected
            ? string.Create(CultureInfo.InvariantCulture,
                $"{NoLonger(change)}: the receipt of version {rejected.Version} says why. Send a file that checks.")
            : null;
    }, clock, cancel);

    /// <summary>
    /// Who of those behind a file could be the one who decides on it: whoever is known to have sent it by the site, and those who stand in
    /// a file of decisions.
    /// </summary>
    private async Task<PersonName?> SenderAsync(HeldChange change, Upload version, Person by, CancellationToken cancel)
    {
        var sent = await senders.OfAsync(change.Slot, version, cancel);
        if (sent.FirstOrDefault(each => each.Signature.By.CouldBe(by)) is { } sender)
            return sender.Signature.By.Name;
        if (change.Slot is not Slot.Review || await uploads.CountsAsync(version, cancel) is not DecisionList list)
            return null;
        // Whose account is known is told from others by it, whatever they are called.
        var known = by.Account is null ? [] : sent.Where(each => each.Signature.By.Account is not null)
            .Select(each => each.Signature.By.Name).ToHashSet();
        return list.Decisions.SelectMany(d => new[] { d.Reviewer, d.Approver })
            .Concat(list.Withdrawals.SelectMany(w => new[] { w.Reviewer, w.Approver })).Distinct()
            .Select(name => PersonName.TryParse(name, out var named) ? named : null)
            .FirstOrDefault(named => named is not null && !known.Contains(named) && by.CouldBe(named));
    }

    private static string NoLonger(HeldChange change) =>
        $"{change} does not check any more against what is in force now, so that it cannot be put in force";
}
