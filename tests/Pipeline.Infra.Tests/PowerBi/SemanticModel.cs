namespace Pipeline.Infra.Tests.PowerBi;

/// <summary>The tables, measures and relationships of <c>infra/power-bi</c>.</summary>
internal sealed record SemanticModel(IReadOnlyList<ModelTable> Tables, IReadOnlyList<Relationship> Relationships)
{
    public const string Folder = "infra/power-bi/Outcomes.SemanticModel/definition";

    /// <summary>As it stands in the repository.</summary>
    public static SemanticModel Delivered { get; } =
        Parse(Repository.Files(Folder + "/tables", "*.tmdl").Select(Repository.Read), Repository.Read(Folder + "/relationships.tmdl"));

    public IEnumerable<Measure> Measures => Tables.SelectMany(t => t.Measures);

    public static SemanticModel Parse(IEnumerable<string> tables, string relationships) => new(
        [.. tables.Select(text => new ModelTable(Assert.Single(Tmdl.Parse(text))))],
        [.. Tmdl.Parse(relationships).Select(r =>
            new Relationship(r.Name, ColumnName.Parse(r.Properties["fromColumn"]), ColumnName.Parse(r.Properties["toColumn"])))]);

    public ModelTable Table(string name) =>
        Tables.SingleOrDefault(t => t.Name == name) ?? throw new KeyNotFoundException($"There is no table {name}.");

    public Measure Measure(string name) =>
        Measures.SingleOrDefault(m => m.Name == name) ?? throw new KeyNotFoundException($"There is no measure {name}.");

    public bool Has(ColumnName column) => Tables.Any(t => t.Name == column.Table && t.Columns.Any(c => c.Name == column.Column));
}

internal sealed class ModelTable(Tmdl table)
{
    public string Name => table.Name;

    public IReadOnlyList<ModelColumn> Columns { get; } =
        [.. table.Children.Where(c => c.Kind == "column")
            .Select(c =>
                new ModelColumn(c.Name, c.Properties["dataType"], c.Properties["sourceColumn"], c.Properties.ContainsKey("isHidden")))];

    public IReadOnlyList<Measure> Measures { get; } =
        [.. table.Children.Where(c => c.Kind == "measure").Select(m => new Measure(table.Name, m.Name, m.Expression!))];

    /// <summary>The query that fills it.</summary>
    public string Query { get; } = Assert.Single(table.Children, c => c.Kind == "partition").Properties["source"];
}

internal sealed record ModelColumn(string Name, string DataType, string Source, bool IsHidden);

internal sealed record Measure(string Table, string Name, string Expression);

internal sealed record Relationship(string Name, ColumnName From, ColumnName To);

internal readonly record struct ColumnName(string Table, string Column)
{
    /// <summary><c>Table.Column</c>, with quotes around a table of several words.</summary>
    public static ColumnName Parse(string text)
    {
        int dot = text.LastIndexOf('.');
        return new(text[..dot].Trim('\''), text[(dot + 1)..]);
    }
}
