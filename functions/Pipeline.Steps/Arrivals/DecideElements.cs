using System.Globalization;
using CsvHelper;
using Pipeline.Core;
using Pipeline.Core.Submissions;
using Pipeline.Steps.State;

namespace Pipeline.Steps.Arrivals;

/// <summary>What came of approving: the file of decisions as it was taken in, or why nothing was.</summary>
public abstract record DecidedElements
{
    private DecidedElements() { }

    public sealed record Sent(Receipt Receipt, string ReceiptPath) : DecidedElements;

    /// <param name="Why">A sentence that also says what to do.</param>
    public sealed record Refused(string Why) : DecidedElements;
}

/// <summary>
/// Decides payment elements by two people: one proposes, another approves, and what comes of it is a file of decisions as any other, so
/// that the trail is one.
/// </summary>
public sealed class DecideElements(ProposedDecisions proposals, SendFile send, TimeProvider clock)
{
    public Task ProposeAsync(Quarter quarter, IEnumerable<ProposedDecision> proposed, CancellationToken cancel = default) =>
        proposals.PutAsync(quarter, proposed, cancel);

    public async Task<DecidedElements> ApproveAsync(Quarter quarter, IReadOnlyCollection<(ContractId Contract, string Element)> elements,
        Person by, CancellationToken cancel = default)
    {
        var chosen = (await proposals.OfAsync(quarter, cancel)).Where(p => elements.Contains((p.Contract, p.Element))).ToList();
        if (chosen.Count < elements.Count || chosen.Count == 0)
            return new DecidedElements.Refused(
                "What you wanted to approve is not proposed any more: somebody has approved or dropped it. Look at the list again.");
        if (chosen.FirstOrDefault(p => p.Signature.By.CouldBe(by)) is { } own)
            return new DecidedElements.Refused(
                $"The decision on {own.Element} of {own.Contract} was proposed by the same person: have somebody else approve it.");
        var (receipt, path) = await send.RunAsync(new Slot.Review(quarter, Dataset.Decisions), File(chosen, by), by: by,
            proposedBy: chosen.Select(p => p.Signature.By), cancel: cancel);
        // What was rejected stays proposed, to be mended or dropped; what is held waits for somebody else.
        if (receipt.Status is UploadStatus.Accepted or UploadStatus.Duplicate or UploadStatus.Held)
            await proposals.DropAsync(quarter, chosen, CancellationToken.None);
        return new DecidedElements.Sent(receipt, path);
    }

    /// <summary>Takes proposals off the list; anybody who may propose may.</summary>
    public async Task DropAsync(Quarter quarter, IReadOnlyCollection<(ContractId Contract, string Element)> elements,
        CancellationToken cancel = default) =>
        await proposals.DropAsync(quarter,
            (await proposals.OfAsync(quarter, cancel)).Where(p => elements.Contains((p.Contract, p.Element))), cancel);

    /// <summary>A file of these decisions alone: it adds to those before.</summary>
    /// <param name="proposed">What stands in it.</param>
    /// <param name="approver">Who approves it.</param>
    public byte[] File(IReadOnlyList<ProposedDecision> proposed, Person approver)
    {
        using var bytes = new MemoryStream();
        using (var csv = CsvWriter.Create(bytes, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true))
        {
            string today = LondonDay.Of(clock.GetUtcNow()).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            csv.WriteRecord([.. Dataset.Decisions.Columns.Select(column => column.Name)]);
            foreach (var p in proposed)
                csv.WriteRecord(p.Contract.ToString(), p.Element, p.Decision, p.Signature.By.ToString(), approver.ToString(), today,
                    p.Reason, p.Note);
        }

        return bytes.ToArray();
    }
}
