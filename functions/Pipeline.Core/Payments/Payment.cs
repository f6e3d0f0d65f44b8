namespace Pipeline.Core.Payments;

/// <summary>A payment that was released, and what finance said of it.</summary>
/// <param name="Released">Its line of the ledger.</param>
/// <param name="ReleasedAt">When its run was released.</param>
/// <param name="Confirmation">Null until finance confirms it.</param>
public sealed record Payment(LedgerLine Released, DateTimeOffset ReleasedAt, Confirmation? Confirmation)
{
    /// <summary>What it is in the ledger: one line, and when it failed the line that takes it back.</summary>
    public IReadOnlyList<LedgerLine> Lines => Confirmation is { Paid: false } ? [Released, Released.Reversed()] : [Released];

    /// <summary>As it is published in tables.</summary>
    public string Status => Confirmation switch
    {
        null => "released",
        { Paid: true } => "paid",
        { Paid: false } => "failed",
    };
}
