using System.Net;
using System.Text.RegularExpressions;

namespace Pipeline.Pages.Tests;

/// <summary>What a phone shows before each cell of a table, against the heads of its columns.</summary>
internal static partial class Labels
{
    /// <summary>Each cell whose label is not the head above it.</summary>
    public static IEnumerable<string> WrongIn(string html)
    {
        foreach (Match table in Tables().Matches(html))
        {
            string whole = table.Value, head = whole[..whole.IndexOf("</thead>", StringComparison.Ordinal)],
                caption = Text(CaptionPattern().Match(head).Groups[1].Value);
            // Of two rows of heads, each label says both.
            bool isPlain = Rows().Count(head) == 1;
            string[] heads = [.. Cells().Matches(head).Select(cell => Text(cell.Groups["text"].Value))];
            foreach (Match row in Rows().Matches(whole[head.Length..]))
            {
                int at = 0;
                foreach (Match cell in Cells().Matches(row.Value))
                {
                    string attributes = cell.Groups["attributes"].Value;
                    string label = WebUtility.HtmlDecode(LabelPattern().Match(attributes).Groups[1].Value);
                    if (cell.Groups["tag"].Value == "td" && (isPlain ? at >= heads.Length || label != heads[at] : label.Length == 0))
                        yield return $"{caption}: '{label}' under '{(at < heads.Length ? heads[at] : "nothing")}'";
                    at += SpanPattern().Match(attributes) is { Success: true } span
                        ? int.Parse(span.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture) : 1;
                }
            }
        }
    }

    private static string Text(string html) => WebUtility.HtmlDecode(Markup().Replace(html, "")).Trim();

    [GeneratedRegex("<table.*?</table>", RegexOptions.Singleline)]
    private static partial Regex Tables();

    [GeneratedRegex("<caption[^>]*>(.*?)</caption>", RegexOptions.Singleline)]
    private static partial Regex CaptionPattern();

    [GeneratedRegex("<tr[ >].*?</tr>", RegexOptions.Singleline)]
    private static partial Regex Rows();

    [GeneratedRegex("<(?<tag>t[hd])(?<attributes>(?: [^>]*)?)>(?<text>.*?)</t[hd]>", RegexOptions.Singleline)]
    private static partial Regex Cells();

    [GeneratedRegex("data-label=\"([^\"]*)\"")]
    private static partial Regex LabelPattern();

    [GeneratedRegex("colspan=\"(\\d+)\"")]
    private static partial Regex SpanPattern();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Markup();
}
