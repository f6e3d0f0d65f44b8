namespace Pipeline.Local.Stores;

/// <summary>The tables are of another version of the pipeline, and were left as they are.</summary>
/// <param name="version">Theirs; 0 from before there were versions.</param>
public sealed class OtherVersionException(long version) : Exception("The tables are of another version of the pipeline.")
{
    public bool IsNewer => version > SqliteTableStore.Version;
}
