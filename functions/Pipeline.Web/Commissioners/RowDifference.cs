namespace Pipeline.Web.Commissioners;

/// <summary>What becomes of a row.</summary>
public enum DifferenceKind
{
    Altered,
    TakenAway,
    Added,
}

/// <summary>What a file of the council changes in one row of what is in force.</summary>
/// <param name="Row">Which, in words: <c>HL-001</c>.</param>
/// <param name="Kind">What becomes of it.</param>
/// <param name="Values">Of a row that is altered the values that differ; of another all that it has.</param>
public sealed record RowDifference(string Row, DifferenceKind Kind, IReadOnlyList<ValueDifference> Values)
{
    /// <summary>In one sentence: <c>HL-001 changes: annual value in pounds from £387,450.50 to £38,745.05</c>.</summary>
    public override string ToString() => Kind switch
    {
        DifferenceKind.Added =>
            Row + " is added" + Tail(Values.Where(value => value.Now.Length > 0).Select(value => $"{value.Named} {value.Now}")),
        DifferenceKind.TakenAway =>
            Row + " is taken away" + Tail(Values.Where(value => value.Was.Length > 0).Select(value => $"{value.Named} {value.Was}")),
        _ => Row + " changes" + Tail(Values.Select(value => $"{value.Named} from {OrBlank(value.Was)} to {OrBlank(value.Now)}")),
    };

    private static string Tail(IEnumerable<string> values) => string.Join(", ", values) is { Length: > 0 } text ? $": {text}" : "";

    private static string OrBlank(string value) => value.Length == 0 ? "blank" : value;
}

/// <param name="Column">Its title.</param>
/// <param name="Was">What is in force; empty: nothing.</param>
/// <param name="Now">What the file says; empty: nothing.</param>
public sealed record ValueDifference(string Column, string Was, string Now)
{
    /// <summary>The column within a sentence.</summary>
    internal string Named => char.ToLowerInvariant(Column[0]) + Column[1..];
}
