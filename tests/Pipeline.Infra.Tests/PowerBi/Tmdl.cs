namespace Pipeline.Infra.Tests.PowerBi;

/// <summary>An object of a file of TMDL, Power BI's text of a semantic model.</summary>
/// <param name="Kind">Its keyword: <c>table</c>, <c>column</c>, <c>measure</c> …</param>
/// <param name="Name">Without quotes.</param>
/// <param name="Expression">What stands after <c>=</c>; null when nothing does.</param>
/// <param name="Properties">By name; a flag that stands alone is <c>true</c>.</param>
internal sealed record Tmdl(string Kind, string Name, string? Expression, IReadOnlyDictionary<string, string> Properties,
    IReadOnlyList<Tmdl> Children)
{
    /// <summary>What may stand in each kind of object here. Power BI refuses the whole model for a property that it does not
    /// know.</summary>
    private static readonly Dictionary<string, string[]> Known = new()
    {
        ["database"] = ["compatibilityLevel"],
        ["model"] = ["culture", "defaultPowerBIDataSourceVersion", "sourceQueryCulture"],
        ["table"] = [],
        ["column"] = ["dataType", "isKey", "isHidden", "formatString", "summarizeBy", "sourceColumn", "sortByColumn"],
        ["measure"] = ["formatString", "isHidden"],
        ["partition"] = ["mode", "source"],
        ["relationship"] = ["fromColumn", "toColumn"],
        ["expression"] = [],
        ["annotation"] = [],
        ["ref"] = [],
    };

    /// <summary>The objects of a file.</summary>
    /// <exception cref="FormatException">A line is none that Power BI would take.</exception>
    public static IReadOnlyList<Tmdl> Parse(string text)
    {
        var lines = text.Split('\n').Select((line, at) => new Line(at + 1, line.TrimStart('\t'), line.Length - line.TrimStart('\t').Length))
            .Where(line => line.Text.Trim().Length > 0 && !line.Text.StartsWith("///", StringComparison.Ordinal)).ToList();
        int next = 0;
        var objects = new List<Tmdl>();
        while (next < lines.Count)
            objects.Add(Object(lines, ref next, 0));
        return objects;
    }

    private static Tmdl Object(List<Line> lines, ref int next, int depth)
    {
        var first = lines[next++];
        string kind = first.Text.Split(' ')[0];
        if (first.Depth != depth || !Known.TryGetValue(kind, out var known))
            throw new FormatException($"Line {first.Number}: no object stands here.");
        (string name, string? expression) = NameAndExpression(first.Text[kind.Length..].Trim());
        // An expression of several lines is further in than a property would be.
        if (expression is "")
            expression = Block(lines, ref next, depth + 2);

        var properties = new Dictionary<string, string>();
        var children = new List<Tmdl>();
        while (next < lines.Count && lines[next].Depth > depth)
        {
            var line = lines[next];
            if (line.Depth != depth + 1)
                throw new FormatException($"Line {line.Number} is indented as nothing here.");
            if (Known.ContainsKey(line.Text.Split(' ')[0]))
            {
                children.Add(Object(lines, ref next, depth + 1));
                continue;
            }

            next++;
            string property = line.Text.Split(':', ' ')[0];
            if (!known.Contains(property))
                throw new FormatException($"Line {line.Number}: {property} is no property of a {kind}.");
            string value = line.Text[property.Length..].TrimStart(':', ' ');
            properties.Add(property, value is "=" ? Block(lines, ref next, depth + 3) : value.Length == 0 ? "true" : value);
        }

        return new(kind, name, expression, properties, children);
    }

    private static string Block(List<Line> lines, ref int next, int depth)
    {
        var block = new List<string>();
        for (; next < lines.Count && lines[next].Depth >= depth; next++)
            block.Add(lines[next].Text);
        return block.Count > 0 ? string.Join('\n', block)
            : throw new FormatException($"Line {lines[next - 1].Number}: there is no expression.");
    }

    private static (string Name, string? Expression) NameAndExpression(string rest)
    {
        if (rest.StartsWith('\''))
        {
            int end = rest.IndexOf('\'', 1);
            return (rest[1..end], rest[(end + 1)..].Trim() is { Length: > 0 } after ? after.TrimStart('=').Trim() : null);
        }

        string[] parts = rest.Split('=', 2);
        return (parts[0].Trim(), parts.Length == 2 ? parts[1].Trim() : null);
    }

    private readonly record struct Line(int Number, string Text, int Depth);
}
