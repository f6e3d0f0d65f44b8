namespace Pipeline.Steps;

/// <summary>What Azure Table Storage takes. Every store keeps to it, so that what runs on a laptop runs on Azure.</summary>
public static class TableLimits
{
    /// <summary>Changes in one batch.</summary>
    public const int BatchOperations = 100;
}
