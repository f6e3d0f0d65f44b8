namespace Pipeline.Steps.Arrivals;

/// <summary>A file is not taken in yet, since nobody knows whether it carries malware. It is taken in when its scan has ended.</summary>
public sealed class WaitsForScanException() : Exception("The file waits for its scan.")
{
    /// <summary>
    /// Whether the slot's later files wait with it, so that their order holds. Not for ever: its scan may have been lost.
    /// </summary>
    public bool HoldsUpOthers { get; init; }
}
