using System.Text.Json;

namespace Pipeline.Infra.Tests.Tools;

/// <summary>A text to check, with the JSON Schema that it must meet where its kind has one.</summary>
internal sealed record CheckedText(string Name, string Text, string? Schema = null);

/// <summary>The checkers that npm brings: <c>package.json</c> names them and <c>check.mjs</c> runs them.</summary>
internal static class Checker
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public static IReadOnlyList<string> Kusto(params IEnumerable<CheckedText> queries) => Run("kusto", queries);

    public static IReadOnlyList<string> PowerQuery(params IEnumerable<CheckedText> expressions) => Run("powerQuery", expressions);

    public static IReadOnlyList<string> Workflow(params IEnumerable<CheckedText> workflows) => Run("workflow", workflows);

    public static IReadOnlyList<string> Json(params IEnumerable<CheckedText> documents) => Run("json", documents);

    /// <summary>Checks CSV files against Table Schemas, and these against their own standard.</summary>
    public static IReadOnlyList<string> TableSchema(params IEnumerable<CheckedText> files) => Run("tableSchema", files);

    /// <summary>Reads CSV files by metadata of CSV on the Web: each value is of the datatype of its column.</summary>
    public static IReadOnlyList<string> CsvOnTheWeb(params IEnumerable<CheckedText> files) => Run("csvOnTheWeb", files);

    public static IReadOnlyList<string> Yaml(params IEnumerable<CheckedText> documents) => Run("yaml", documents);

    /// <summary>What is wrong, each with the name of its text.</summary>
    private static IReadOnlyList<string> Run(string kind, IEnumerable<CheckedText> texts)
    {
        var run = Tool.Run("node", ["tests/Pipeline.Infra.Tests/Tools/check.mjs", kind], JsonSerializer.Serialize(texts, Options));
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return [.. JsonSerializer.Deserialize<List<Problem>>(run.Output, Options)!.Select(p => $"{p.Name}: {p.Message}")];
    }

    private sealed record Problem(string Name, string Message);
}
