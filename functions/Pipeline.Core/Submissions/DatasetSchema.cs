using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Reading;

namespace Pipeline.Core.Submissions;

/// <summary>
/// What the files of a dataset look like under a framework, for the systems that write them. It is made of the definition that the reader
/// is made of; rules between columns, such as which dates come before which, no such schema can say.
/// </summary>
public static class DatasetSchema
{
    private const string ReferencePattern = "[A-Za-z0-9][A-Za-z0-9_./-]{0,39}";

    private const long LargestWhole = 999_999_999;

    /// <summary>A Frictionless Table Schema (specs.frictionlessdata.io/table-schema).</summary>
    public static JsonObject Frictionless(ReturnDataset dataset, Framework framework) => new()
    {
        ["name"] = dataset.Name,
        ["title"] = dataset.Title,
        ["description"] = $"{dataset.Title}: {dataset.Row}. Under the {framework.Title}.",
        ["fields"] = new JsonArray([.. dataset.Columns.Select(column => (JsonNode)FrictionlessField(column, dataset, framework))]),
        ["missingValues"] = new JsonArray(""),
    };

    /// <summary>Metadata of CSV on the Web (w3.org/TR/tabular-metadata).</summary>
    public static JsonObject CsvOnTheWeb(ReturnDataset dataset, Framework framework) => new()
    {
        ["@context"] = "http://www.w3.org/ns/csvw",
        ["url"] = $"{dataset.Name}.csv",
        ["dc:title"] = dataset.Title,
        ["dc:description"] = $"{dataset.Title}: {dataset.Row}. Under the {framework.Title}.",
        ["dialect"] = new JsonObject { ["header"] = true, ["delimiter"] = ",", ["encoding"] = "utf-8", ["trim"] = true },
        ["tableSchema"] = new JsonObject
            { ["columns"] = new JsonArray([.. dataset.Columns.Select(column => (JsonNode)CsvOnTheWebColumn(column, dataset, framework))]) },
    };

    private static JsonObject FrictionlessField(Column column, ReturnDataset dataset, Framework framework)
    {
        var codes = CodesOf(column, dataset, framework);
        var constraints = new JsonObject();
        if (column.IsRequired)
            constraints["required"] = true;
        if (codes.Count > 0)
            constraints["enum"] = new JsonArray([.. codes.Select(code => (JsonNode)code!)]);
        else if (PatternOf(column.Form) is { } pattern)
            // Some libraries look for a pattern anywhere in a value.
            constraints["pattern"] = $"^{pattern}$";
        if (column.Form is Form.WholeNumber or Form.Number)
            constraints["minimum"] = 0;
        if (column.Form is Form.WholeNumber)
            constraints["maximum"] = LargestWhole;
        if (column.Form is Form.Text)
            constraints["maxLength"] = Row.LongestText;
        return new JsonObject
        {
            ["name"] = column.Name,
            ["title"] = column.Title,
            ["description"] = Describe(column, dataset),
            ["type"] = column.Form switch
            {
                Form.Date => "date",
                Form.Month => "yearmonth",
                Form.WholeNumber => "integer",
                Form.Number => "number",
                _ => "string",
            },
            ["constraints"] = constraints,
        };
    }

    private static JsonObject CsvOnTheWebColumn(Column column, ReturnDataset dataset, Framework framework)
    {
        var codes = CodesOf(column, dataset, framework);
        return new JsonObject
        {
            ["name"] = column.Name,
            ["titles"] = column.Name,
            ["dc:title"] = column.Title,
            ["dc:description"] = Describe(column, dataset),
            ["required"] = column.IsRequired,
            ["datatype"] = column.Form switch
            {
                Form.Date => new JsonObject { ["base"] = "date", ["format"] = "yyyy-MM-dd" },
                Form.Month => new JsonObject { ["base"] = "gYearMonth" },
                Form.WholeNumber => new JsonObject { ["base"] = "nonNegativeInteger", ["maximum"] = LargestWhole },
                Form.Number => new JsonObject { ["base"] = "decimal", ["minimum"] = 0 },
                Form.Text => new JsonObject { ["base"] = "string", ["maxLength"] = Row.LongestText },
                _ when codes.Count > 0 => new JsonObject { ["base"] = "string", ["format"] = string.Join('|', codes.Select(Regex.Escape)) },
                _ => PatternOf(column.Form) is { } pattern ? new JsonObject { ["base"] = "string", ["format"] = pattern } : new JsonObject
                    { ["base"] = "string" },
            },
        };
    }

    private static string Describe(Column column, ReturnDataset dataset) => string.Join(' ', WorkbookTemplate.Explain(column, dataset));

    private static string? PatternOf(Form form) => form == Form.Reference ? ReferencePattern : null;

    /// <summary>Each once, since some are for one code of another column and some for several.</summary>
    private static IReadOnlyList<string> CodesOf(Column column, ReturnDataset dataset, Framework framework) =>
        [.. dataset.Codes(framework).Where(codes => codes.Column == column.Name).SelectMany(codes => codes.Codes).Select(code => code.Code)
            .Distinct()];
}
