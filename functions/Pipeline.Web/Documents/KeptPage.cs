using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using CsvHelper;
using Pipeline.Core;
using Pipeline.Web.Shared;

namespace Pipeline.Web.Documents;

/// <summary>A page that is kept as a file, taken apart: to show what it says in the frame of the site, and its tables as CSV.</summary>
/// <param name="Title">Of the browser's window.</param>
/// <param name="Content">Its kicker, heading and all below, as markup of ours.</param>
/// <param name="Foot">What the figures are made from.</param>
public sealed partial record KeptPage(string Title, string Content, string Foot)
{
    /// <summary>Null when it is not one of ours.</summary>
    public static KeptPage? Of(string html)
    {
        if (Parts().Match(html) is not { Success: true } parts)
            return null;
        string content = Tables().Replace(parts.Groups["content"].Value, table => table.Value
            + $"\n<p class=\"csv\"><a href=\"?table={table.Groups["id"].Value}\">CSV file<span class=\"hidden\"> of "
            + $"{table.Groups["caption"].Value}</span></a></p>");
        return new KeptPage(WebUtility.HtmlDecode(parts.Groups["title"].Value), content, WebUtility.HtmlDecode(parts.Groups["foot"].Value));
    }

    /// <summary>A table of a page as CSV: one row a row, figures without signs for pounds and thousands.</summary>
    /// <param name="html">The page.</param>
    /// <param name="id">As the table's caption has it.</param>
    /// <returns>Null when the page has no such table.</returns>
    public static byte[]? CsvOf(string html, string id)
    {
        int at = html.IndexOf($"<caption id=\"{id}\">", StringComparison.Ordinal);
        if (!Id().IsMatch(id) || at < 0 || html.LastIndexOf("<table>", at, StringComparison.Ordinal) is not (>= 0 and var from))
            return null;
        XElement table;
        try
        {
            table = XElement.Parse(html[from..(html.IndexOf("</table>", at, StringComparison.Ordinal) + "</table>".Length)]);
        }
        catch (XmlException)
        {
            return null;
        }

        return SpreadsheetCsv.Of(csv => Write(csv, table));
    }

    private static void Write(CsvWriter csv, XElement table)
    {
        var heads = table.Element("thead")!.Elements("tr").ToList();
        var rows = table.Elements("tbody").Elements("tr").ToList();
        // Of two rows of heads, the label of each cell says both.
        string[] columns = heads.Count == 1 || rows.Count == 0
            ? [.. heads[0].Elements().Select(TextOf)]
            : [.. heads[0].Elements().Take(1).Select(TextOf),
                .. rows.First(row => !IsGroup(row)).Elements("td").Select(cell => (string?)cell.Attribute("data-label") ?? "")];
        bool hasGroups = rows.Exists(IsGroup);
        csv.WriteRecord([.. hasGroups ? ["Group"] : Array.Empty<string>(), .. columns]);
        string group = "";
        foreach (var row in rows)
        {
            if (IsGroup(row))
            {
                group = TextOf(row);
                continue;
            }

            if (hasGroups)
                csv.WriteField(SpreadsheetFormulas.Guarded(group));
            foreach (var cell in row.Elements())
            {
                WriteCell(csv, cell);
                for (int spanned = (int?)cell.Attribute("colspan") ?? 1; spanned > 1; spanned--)
                    csv.WriteField("");
            }

            csv.EndRecord();
        }
    }

    private static void WriteCell(CsvWriter csv, XElement cell)
    {
        string text = TextOf(cell);
        string figure = text.Replace("£", "", StringComparison.Ordinal).Replace('−', '-');
        if (cell.Name != "td" || !IsOf(cell, "number"))
            csv.WriteField(SpreadsheetFormulas.Guarded(text));
        else if (double.TryParse(figure, NumberStyles.Number, CultureInfo.InvariantCulture, out double value))
            csv.WriteField(value, "0.####");
        else
            csv.WriteField(SpreadsheetFormulas.Guarded(text == "–" ? "" : text));
    }

    /// <summary>What is seen of it.</summary>
    private static string TextOf(XElement element) => Spaces().Replace(
        string.Concat(element.DescendantNodes().OfType<XText>().Where(text => !text.Ancestors().Any(a => IsOf(a, "hidden")))
            .Select(text => IsOf(text.Parent!, "note") ? ", " + text.Value : text.Value)), " ")
        .Replace(" ,", ",", StringComparison.Ordinal).Trim();

    private static bool IsGroup(XElement row) => IsOf(row, "group");

    private static bool IsOf(XElement element, string className) =>
        ((string?)element.Attribute("class"))?.Split(' ').Contains(className) == true;

    [GeneratedRegex("""<title>(?<title>.*?) – Outcomes Pipeline</title>.*<main id="main" class="width" tabindex="-1">(?<content>.*)</main>\s*<footer class="width"><p>(?<foot>.*?)</p>""", RegexOptions.Singleline)]
    private static partial Regex Parts();

    [GeneratedRegex("""<caption id="(?<id>[A-Za-z0-9_-]+)">(?<caption>[^<]*)</caption>.*?</table>\s*</div>""", RegexOptions.Singleline)]
    private static partial Regex Tables();

    [GeneratedRegex(@"\A[A-Za-z0-9_-]+\z")]
    private static partial Regex Id();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
