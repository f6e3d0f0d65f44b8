namespace Pipeline.Core.Reading;

/// <summary>Checks and counts the rows of one file of a dataset. Made for one slot and used for one file.</summary>
public abstract class DatasetReader
{
    private protected DatasetReader(Layout layout) => Layout = layout;

    public Layout Layout { get; }

    /// <summary>Reads the record at which the file stands, and reports every finding in it.</summary>
    internal abstract void Read(Row row);

    /// <summary>What the file counts for, when it has no error.</summary>
    internal abstract FileCounts Count();
}
