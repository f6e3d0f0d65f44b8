using Pipeline.Core;

namespace Pipeline.Functions.Quarters;

internal static class SlotQuarter
{
    /// <summary>The quarter that a file in the slot is for; reference files are for none.</summary>
    public static Quarter? QuarterOf(this Slot slot) => slot switch
    {
        Slot.Return at => at.Quarter,
        Slot.Review at => at.Quarter,
        Slot.Confirmations at => at.Quarter,
        _ => null,
    };
}
