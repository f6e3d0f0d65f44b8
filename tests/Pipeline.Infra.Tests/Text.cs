using System.Text.RegularExpressions;

namespace Pipeline.Infra.Tests;

internal static class Text
{
    /// <summary>What the first group of a pattern matched, each time.</summary>
    public static IReadOnlyList<string> All(this string text, string pattern) =>
        [.. Regex.Matches(text, pattern, RegexOptions.Multiline).Select(m => m.Groups[1].Value)];

    public static string One(this string text, string pattern) => Assert.Single(text.All(pattern));
}
