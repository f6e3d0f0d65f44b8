namespace Pipeline.Infra.Tests;

/// <summary>The files of the repository as text. What they say of each other would otherwise be found out in the cloud.</summary>
internal static class Repository
{
    private static readonly string Root = FindRoot();

    /// <summary>Where a file is on this machine.</summary>
    public static string PathOf(string path) => Path.Combine(Root, path);

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>The first three bytes.</summary>
    public static byte[] Start(string path)
    {
        using var file = File.OpenRead(Path.Combine(Root, path));
        byte[] start = new byte[3];
        file.ReadExactly(start);
        return start;
    }

    public static bool Has(string path) => File.Exists(Path.Combine(Root, path));

    /// <summary>Paths from the repository's root, with <c>/</c>.</summary>
    public static IReadOnlyList<string> Files(string folder, string pattern) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(Root, f).Replace('\\', '/'))
            .Where(f =>
                !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal)
                    && !f.Contains("/node_modules/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The text of all files together.</summary>
    public static string ReadAll(string folder, string pattern) => string.Join('\n', Files(folder, pattern).Select(Read));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Pipeline.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests are run from within the repository.");
        return folder.FullName;
    }
}
