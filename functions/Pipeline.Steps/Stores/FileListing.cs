namespace Pipeline.Steps.Stores;

internal static class FileListing
{
    /// <summary>The files whose path starts with a prefix, by their paths.</summary>
    public static async Task<IReadOnlyDictionary<string, FileStat>> ByPathAsync(this IFileStore files, string prefix)
    {
        var found = new Dictionary<string, FileStat>();
        // On the caller's scheduler, so that simulations control interleaving.
        await foreach (var file in files.ListAsync(prefix))
            found.Add(file.Path, file);
        return found;
    }
}
