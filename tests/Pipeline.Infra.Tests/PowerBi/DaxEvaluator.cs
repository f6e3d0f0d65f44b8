using System.Collections.Immutable;

namespace Pipeline.Infra.Tests.PowerBi;

using Row = IReadOnlyDictionary<ColumnName, object?>;

/// <summary>Works measures out over rows of the tables, by the rules of DAX: filter context, row context and the change of the one into
/// the other.</summary>
/// <param name="model">Its measures and relationships.</param>
/// <param name="rows">Of each table. A number is a <see cref="double"/>, what there is not is null.</param>
/// <param name="instead">Measures that are defined otherwise than in the model.</param>
internal sealed class DaxEvaluator(SemanticModel model, IReadOnlyDictionary<string, IReadOnlyList<Row>> rows,
    params (string Name, string Expression)[] instead)
{
    private readonly Dictionary<string, Dax> _measures = model.Measures.ToDictionary(
        m => m.Name, m => Dax.Parse(Array.Find(instead, i => i.Name == m.Name).Expression ?? m.Expression));

    /// <summary>What a visual shows where its filters leave these values: a number, a text, or null for nothing.</summary>
    public object? Measure(string name, params IEnumerable<(ColumnName Column, object?[] Values)> selection) =>
        Value(_measures[name], new([.. selection.Select(s => Filter.Of(s.Column, s.Values))], null, Variables.Empty));

    private object? Value(Dax dax, Context at) => dax switch
    {
        Dax.Literal literal => literal.Value,
        Dax.Column column => (at.Row ?? throw new InvalidOperationException($"There is no row for {column.Name}."))[column.Name],
        Dax.MeasureCall call => Value(_measures[call.Name], at.Transition() with { Variables = Variables.Empty }),
        Dax.Word word => at.Variables[word.Name],
        Dax.Let let => Value(let.In, at with { Variables = at.Variables.SetItem(let.Name, Value(let.Value, at)) }),
        Dax.Binary binary => Binary(binary.Operator, Value(binary.Left, at), () => Value(binary.Right, at)),
        Dax.OneOf one => one.Values.Any(v => Compare(Value(one.Value, at), Value(v, at)) == 0),
        Dax.Call call => Function(call, at),
        _ => throw new NotSupportedException($"{dax} is no value."),
    };

    private object? Function(Dax.Call call, Context at)
    {
        var arguments = call.Arguments;
        return call.Function switch
        {
            "SUM" => Sum(Visible(ColumnOf(call).Table, at.Filters).Select(row => row[ColumnOf(call)])),
            "MAX" =>
                Visible(ColumnOf(call).Table, at.Filters).Select(row => row[ColumnOf(call)])
                    .Aggregate((object?)null, (most, v) => most is null || Compare(v, most) > 0 ? v : most),
            "MIN" =>
                Visible(ColumnOf(call).Table, at.Filters).Select(row => row[ColumnOf(call)])
                    .Aggregate((object?)null, (least, v) => least is null || Compare(v, least) < 0 ? v : least),
            "COUNTROWS" => Table(arguments[0], at) is { Count: > 0 } counted ? (double)counted.Count : null,
            "SUMX" => Sum(Table(arguments[0], at).Select(row => Value(arguments[1], at with { Row = row }))),
            "DIVIDE" =>
                Value(arguments[1], at) is double divisor and not 0 && Value(arguments[0], at) is double dividend ? dividend / divisor
                    : null,
            "LEFT" => Value(arguments[0], at) is string text ? text[..Math.Min(text.Length, (int)(double)Value(arguments[1], at)!)] : null,
            "IF" => Value(arguments[0], at) is true ? Value(arguments[1], at) : arguments.Count > 2 ? Value(arguments[2], at) : null,
            "CALCULATE" => Value(arguments[0], Calculate(arguments.Skip(1), at)),
            _ => throw new NotSupportedException($"{call.Function} is not known here."),
        };
    }

    /// <summary>The arguments look at the context outside; what they leave replaces the filters of the same columns, or with
    /// KEEPFILTERS narrows them.</summary>
    private Context Calculate(IEnumerable<Dax> arguments, Context outside)
    {
        var inside = outside.Transition();
        foreach (var argument in arguments)
        {
            bool keep = argument is Dax.Call { Function: "KEEPFILTERS" };
            var filter = FilterOf(keep ? ((Dax.Call)argument).Arguments[0] : argument, outside);
            inside = inside with { Filters = keep ? inside.Filters.Add(filter)
                : inside.Filters.RemoveAll(f => f.Columns.All(filter.Columns.Contains)).Add(filter) };
        }

        return inside;
    }

    private Filter FilterOf(Dax argument, Context at)
    {
        if (argument is Dax.Call { Function: "FILTER" or "ALL" })
        {
            var left = Table(argument, at);
            var columns = model.Table(TableOf(argument)).Columns.Select(c => new ColumnName(TableOf(argument), c.Name)).ToList();
            return new(columns, [.. left.Select(row => Key(row, columns))]);
        }

        // A condition on a column stands for all values of the column for which it holds.
        var column = Assert.Single(argument.All().OfType<Dax.Column>().Select(c => c.Name).Distinct());
        return new([column], [.. rows[column.Table].Where(row => Value(argument, at with { Row = row }) is true)
            .Select(row => Key(row, [column]))]);
    }

    private IReadOnlyList<Row> Table(Dax dax, Context at) => dax switch
    {
        Dax.Word word => Visible(word.Name, at.Filters),
        Dax.Call { Function: "ALL", Arguments: [Dax.Word word] } => rows[word.Name],
        Dax.Call { Function: "FILTER" } filter =>
            [.. Table(filter.Arguments[0], at).Where(row => Value(filter.Arguments[1], at with { Row = row }) is true)],
        Dax.Call { Function: "VALUES", Arguments: [Dax.Column column] } =>
        [
            .. Visible(column.Name.Table, at.Filters).Select(row => row[column.Name]).Distinct()
                .Select(value => new Dictionary<ColumnName, object?> { [column.Name] = value }),
        ],
        _ => throw new NotSupportedException($"{dax} is no table."),
    };

    private static string TableOf(Dax dax) => dax switch
    {
        Dax.Word word => word.Name,
        Dax.Call call => TableOf(call.Arguments[0]),
        _ => throw new NotSupportedException($"{dax} is no table."),
    };

    private static ColumnName ColumnOf(Dax.Call call) => ((Dax.Column)Assert.Single(call.Arguments)).Name;

    /// <summary>The rows that the filters leave: its own, and those of the tables that it belongs to.</summary>
    private IReadOnlyList<Row> Visible(string table, ImmutableList<Filter> filters)
    {
        var own = filters.Where(f => f.Columns[0].Table == table).ToList();
        var belongs = model.Relationships.Where(r => r.From.Table == table && filters.Exists(f => f.Columns[0].Table == r.To.Table))
            .Select(r => (r.From, Keys: Visible(r.To.Table, filters).Select(row => row[r.To]).ToHashSet())).ToList();
        return [.. rows[table].Where(row => own.TrueForAll(f => f.Keys.Contains(Key(row, f.Columns)))
            && belongs.TrueForAll(b => b.Keys.Contains(row[b.From])))];
    }

    private static string Key(Row row, IReadOnlyList<ColumnName> columns) => string.Join('\u001f', columns.Select(c => row[c] ?? ""));

    private static double? Sum(IEnumerable<object?> values) => values.OfType<double>().Aggregate((double?)null, (sum, v) => (sum ?? 0) + v);

    private static object? Binary(string @operator, object? left, Func<object?> right) => @operator switch
    {
        "&&" => left is true && right() is true,
        "||" => left is true || right() is true,
        "=" => Compare(left, right()) == 0,
        "<>" => Compare(left, right()) != 0,
        "<" => Compare(left, right()) < 0,
        ">" => Compare(left, right()) > 0,
        "<=" => Compare(left, right()) <= 0,
        ">=" => Compare(left, right()) >= 0,
        // Nothing and nothing add up to nothing, nothing and a number to the number.
        "+" => (left, right()) switch { (null, null) => null, var (a, b) => ((double?)a ?? 0) + ((double?)b ?? 0) },
        "-" => (left, right()) switch { (null, null) => null, var (a, b) => ((double?)a ?? 0) - ((double?)b ?? 0) },
        "*" => left is double a && right() is double b ? a * b : null,
        "/" => left is double a && right() is double b ? a / b : null,
        _ => throw new NotSupportedException(@operator),
    };

    /// <summary>Nothing is like the empty text and like zero.</summary>
    private static int Compare(object? left, object? right) => left is string || right is string
        ? string.Compare((string?)left ?? "", (string?)right ?? "", StringComparison.OrdinalIgnoreCase)
        : ((double?)left ?? 0).CompareTo((double?)right ?? 0);

    private sealed record Filter(IReadOnlyList<ColumnName> Columns, HashSet<string> Keys)
    {
        public static Filter Of(ColumnName column, IEnumerable<object?> values) =>
            new([column], [.. values.Select(v => v?.ToString() ?? "")]);
    }

    private sealed record Context(ImmutableList<Filter> Filters, Row? Row, ImmutableDictionary<string, object?> Variables)
    {
        /// <summary>The row that is looked at becomes filters, which take the place of those of its columns.</summary>
        public Context Transition() => Row is null ? this : this with
        {
            Row = null,
            Filters = Filters.RemoveAll(f => f.Columns.All(Row.ContainsKey))
                .AddRange(Row.Select(cell => Filter.Of(cell.Key, [cell.Value]))),
        };
    }

    private static class Variables
    {
        public static ImmutableDictionary<string, object?> Empty { get; } = ImmutableDictionary<string, object?>.Empty;
    }
}
