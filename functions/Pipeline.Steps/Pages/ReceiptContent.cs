using Pipeline.Core.Contracts;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Payments;
using Pipeline.Core.Reading;
using Pipeline.Core.Submissions;

namespace Pipeline.Steps.Pages;

/// <summary>What a receipt's page shows. Like the receipt, nothing of the file but where something is wrong.</summary>
/// <param name="Receipt">What became of the upload.</param>
/// <param name="Path">Where its page will be, for the links to others.</param>
/// <param name="Slot">What the file is for; null when it fits no slot.</param>
/// <param name="Register">As it stands; null while there is none.</param>
/// <param name="Standing">The version that was current before this upload; 0 when there was none.</param>
public sealed record ReceiptContent(Receipt Receipt, string Path, Slot? Slot, Register? Register, int Standing)
{
    /// <summary>What the file counts for; of one with errors, what it would, as far as it could be read.</summary>
    public FileCounts? Counts { get; init; }

    internal IReadOnlyList<string> CountsFor => Framework is { } framework ? CountsText.Of(Counts, framework) : [];

    internal Contract? Contract => Slot is Slot.Return at ? Register?.Find(at.Contract, at.Quarter) : null;

    internal Framework? Framework => Contract is { } contract ? Register?.FrameworkOf(contract) : null;

    internal CalendarEntry? Due => Slot is Slot.Return at ? Register?.Due(at.Quarter, at.Contract) : null;

    /// <summary>What each element can earn: of an evidence file alone, since nothing else is paid by.</summary>
    internal Entitlement? CanEarn => Slot is Slot.Return { Dataset: var dataset } && dataset == Dataset.Evidence
        && Contract is { IsActive: true } contract
        ? Entitlement.Of(contract, Framework!.Payment, new Dictionary<string, ElementEvidence>(), new Dictionary<string, Decision>())
        : null;
}
