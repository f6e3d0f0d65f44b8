namespace Pipeline.Core.Frameworks;

/// <summary>The framework files that come with the pipeline, for a host to put into <c>reference/frameworks/</c>.</summary>
public static class DeliveredFrameworks
{
    /// <summary>The file name of the JSON Schema, which the framework files expect beside them.</summary>
    public const string SchemaFileName = "framework.schema.json";

    public static IReadOnlyList<string> Ids { get; } = ["strategic-2019", "performance"];

    /// <summary>The framework file as UTF-8 JSON; its file name is the id with <c>.json</c>.</summary>
    /// <param name="id">One of <see cref="Ids"/>.</param>
    public static Stream Open(string id)
    {
        if (!Ids.Contains(id))
            throw new ArgumentOutOfRangeException(nameof(id), "Not the id of a delivered framework.");
        return OpenResource($"{id}.json");
    }

    /// <summary>The JSON Schema of framework files, for people's editors.</summary>
    public static Stream OpenSchema() => OpenResource(SchemaFileName);

    private static Stream OpenResource(string name) => typeof(DeliveredFrameworks).Assembly.GetManifestResourceStream(name)!;
}
