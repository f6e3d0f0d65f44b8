namespace Pipeline.Core.Submissions;

/// <summary>A version that waits, or waited, for a named person (domain.md section 4).</summary>
/// <param name="Number">From 1, in the order in which versions were held; people name it by this.</param>
/// <param name="Slot">What the file is for.</param>
/// <param name="Version">Its number in the slot.</param>
/// <param name="Decision">What somebody decided; null while it waits.</param>
public sealed record HeldChange(int Number, Slot Slot, int Version, HeldDecision? Decision)
{
    /// <summary>Such as <c>reference/contracts version 2</c>.</summary>
    public override string ToString() =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Slot.Folder}{Slot.Name} version {Version}");
}

/// <param name="IsAccepted">Whether it is to be in force; else it is dropped.</param>
/// <param name="Signature">Of who decided.</param>
/// <param name="Quarters">Those in which it touches what was released or closed.</param>
public sealed record HeldDecision(bool IsAccepted, Signature Signature, IReadOnlyList<Quarter> Quarters);
