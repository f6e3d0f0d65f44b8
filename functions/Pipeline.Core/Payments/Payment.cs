namespace Pipeline.Core.Payments;

/// <summary>A payment that was released, and what finance said of it.</summary>
/// <param name="Released">Its line of the ledger.</param>
/// <param name="ReleasedAt">When its run was released.</param>
/// <param name="Confirmations">In their order: each after the first corrects the one before it, as <c>paid</c> after <c>failed</c>, or
/// <c>returned</c> after <c>paid</c>.</param>
public sealed record Payment(LedgerLine Released, DateTimeOffset ReleasedAt, IReadOnlyList<Confirmation> Confirmations)
{
    /// <summary>What finance said last; null until it says anything.</summary>
    public Confirmation? Confirmation => Confirmations.Count > 0 ? Confirmations[^1] : null;

    /// <summary>
    /// What it is in the ledger: one line, each time that it failed or was returned the line that takes it back, and each time that it was
    /// paid after all the one that restores it.
    /// </summary>
    public IReadOnlyList<LedgerLine> Lines
    {
        get
        {
            var lines = new List<LedgerLine> { Released };
            foreach (var confirmation in Confirmations)
            {
                if (LineOf(lines[^1], confirmation) is { } line)
                    lines.Add(line);
            }

            return lines;
        }
    }

    /// <summary>As it is published in tables.</summary>
    public string Status => Confirmations.Count == 0 ? "released" : StatusOf(Confirmations.Count - 1);

    /// <summary>What each confirmation said, in a word.</summary>
    public IEnumerable<(string Status, Confirmation Confirmation)> Reports =>
        Confirmations.Select((confirmation, i) => (StatusOf(i), confirmation));

    /// <summary>The line that a confirmation adds to the ledger after the payment's last; null when it changes nothing.</summary>
    public static LedgerLine? LineOf(LedgerLine last, Confirmation confirmation) => (last.Kind, confirmation.Paid) switch
    {
        (LedgerKind.Reversal, true) => last.Restored(),
        (LedgerKind.Released or LedgerKind.Restoration, false) => last.Reversed(),
        _ => null,
    };

    private string StatusOf(int i) => Confirmations[i].Paid ? "paid" : i > 0 && Confirmations[i - 1].Paid ? "returned" : "failed";
}
