using System.Text.RegularExpressions;

using Pipeline.Local.Tests;

namespace Pipeline.Architecture.Tests;

/// <summary>Code is read side by side and on laptops.</summary>
public sealed partial class LinesTests
{
    private const int Longest = 140;

    [Fact]
    public void None_is_longer_than_140_characters_unless_it_is_one_text()
    {
        var files = new[] { "functions", "tests" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Join(Repository.Root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !Made().IsMatch(file)).ToList();

        Assert.NotEmpty(files);
        Assert.Empty(files.SelectMany(TooLong).Select(line => Path.GetRelativePath(Repository.Root, line)));
    }

    private static IEnumerable<string> TooLong(string file)
    {
        bool inText = false;
        foreach (var (n, line) in File.ReadLines(file).Index())
        {
            if (line.Length > Longest && !inText && !OneText().IsMatch(line))
                yield return $"{file}:{n + 1}";
            if (line.Split("\"\"\"").Length % 2 == 0)
                inText = !inText;
        }
    }

    // A sentence is found by searching for it, so a text stays whole where cutting it would gain nothing.
    [GeneratedRegex("""^\s*(yield return |return |\+ |\(|\[InlineData\(|\[GeneratedRegex\()?\$*@?".{60}""")]
    private static partial Regex OneText();

    [GeneratedRegex(@"[/\\](bin|obj|node_modules)[/\\]")]
    private static partial Regex Made();
}
