namespace Pipeline.Core.Reading;

/// <summary>Checks and counts the rows of one file of a dataset. Made for one slot and used for one file.</summary>
public abstract class DatasetReader
{
    private protected DatasetReader(Layout layout) => Layout = layout;

    public Layout Layout { get; }

    /// <summary>The last day that a date of the file may be.</summary>
    internal DateOnly LastDay { get; private set; } = DateOnly.MaxValue;

    /// <summary>
    /// Refuses dates to come, with a day's grace (domain.md section 3). For files that tell of what has happened, as all but the reference
    /// files do.
    /// </summary>
    /// <param name="today">In Europe/London.</param>
    public DatasetReader UpTo(DateOnly today)
    {
        LastDay = today.AddDays(1);
        return this;
    }

    /// <summary>Reads the record at which the file stands, and reports every finding in it.</summary>
    internal abstract void Read(Row row);

    /// <summary>What the file counts for, when it has no error.</summary>
    internal abstract FileCounts Count();

    /// <summary>What a file with errors would count for, as far as its rows could be read.</summary>
    internal virtual FileCounts CountSoFar() => Count();
}
