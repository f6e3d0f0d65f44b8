using System.Collections.Frozen;
using System.Reflection;

namespace Pipeline.Core.Reporting;

/// <summary>A table that commissioners read: its name, its columns and how a row is kept in a store.</summary>
public sealed class ReportingTable
{
    private static readonly IReadOnlyList<PropertyInfo> CommonColumns = PropertiesOf(typeof(Common));

    private readonly Type _row;
    private readonly IReadOnlyList<PropertyInfo> _ownColumns;

    private ReportingTable(string name, Type row)
    {
        (Name, _row) = (name, row);
        _ownColumns = [.. PropertiesOf(row).Where(p => p.PropertyType != typeof(Common) && p.GetMethod?.GetBaseDefinition() == p.GetMethod)];
        Columns = [.. CommonColumns.Concat(_ownColumns).Select(p => p.Name)];
    }

    /// <summary>Every reporting table, in the order of design.md section 5.</summary>
    public static IReadOnlyList<ReportingTable> All { get; } =
    [
        new("outcomes", typeof(OutcomeRow)),
        new("outputs", typeof(OutputRow)),
        new("reasons", typeof(ReasonRow)),
        new("kpis", typeof(KpiRow)),
        new("measures", typeof(MeasureRow)),
        new("quality", typeof(QualityRow)),
        new("elements", typeof(ElementRow)),
        new("payments", typeof(PaymentRow)),
        new("submissions", typeof(SubmissionRow)),
        new("returns", typeof(ReturnRow)),
        new("checks", typeof(CheckRow)),
        new("contracts", typeof(ContractRow)),
        new("audit", typeof(AuditRow)),
    ];

    private static readonly FrozenDictionary<Type, ReportingTable> ByRow = All.ToFrozenDictionary(t => t._row);

    /// <summary>As in the store, in small letters.</summary>
    public string Name { get; }

    /// <summary>Their names, the common ones first.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The table that a kind of row belongs to.</summary>
    public static ReportingTable Of<TRow>()
        where TRow : ReportingRow => ByRow[typeof(TRow)];

    public static ReportingTable Of(ReportingRow row) => ByRow[row.GetType()];

    /// <summary>The row's columns by name; a day that there is not is left out.</summary>
    public IReadOnlyDictionary<string, TableValue> Values(ReportingRow row)
    {
        var values = new Dictionary<string, TableValue>(Columns.Count);
        foreach (var column in CommonColumns)
            values.Add(column.Name, Value(column.GetValue(row.Common))!);
        foreach (var column in _ownColumns)
        {
            if (Value(column.GetValue(row)) is { } value)
                values.Add(column.Name, value);
        }

        return values;
    }

    /// <summary>The row that <see cref="Values"/> made the columns of.</summary>
    /// <exception cref="KeyNotFoundException">A column other than a day is missing.</exception>
    public ReportingRow Row(IReadOnlyDictionary<string, TableValue> values)
    {
        object common = Make(typeof(Common), values, null);
        return (ReportingRow)Make(_row, values, common);
    }

    /// <summary>A record's constructor takes its columns in order; a row's takes what is common to all rows first.</summary>
    private static object Make(Type record, IReadOnlyDictionary<string, TableValue> values, object? common)
    {
        var constructor = record.GetConstructors().Single();
        return constructor.Invoke([.. constructor.GetParameters().Select(p => p.ParameterType == typeof(Common) ? common : Read(p, values))]);
    }

    private static object? Read(ParameterInfo column, IReadOnlyDictionary<string, TableValue> values)
    {
        if (column.ParameterType == typeof(DateOnly?))
            return values.TryGetValue(column.Name!, out var day) ? DateOnly.FromDateTime(((TableValue.Instant)day).Value.UtcDateTime) : null;
        return values[column.Name!] switch
        {
            TableValue.Text text => text.Value,
            TableValue.Whole number => number.Value,
            TableValue.Fraction number => number.Value,
            TableValue.YesNo yes => yes.Value,
            TableValue.Instant instant => instant.Value,
            _ => throw new InvalidOperationException("A column of a reporting row is text, a whole number, a fraction, yes or no, a day or an instant."),
        };
    }

    private static TableValue? Value(object? value) => value switch
    {
        string text => text,
        long number => number,
        double number => number,
        bool yes => yes,
        DateOnly day => day,
        DateTimeOffset instant => instant,
        null => null,
        _ => throw new InvalidOperationException("A column of a reporting row is text, a whole number, a fraction, yes or no, a day or an instant."),
    };

    private static List<PropertyInfo> PropertiesOf(Type type) =>
        [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).OrderBy(p => p.MetadataToken)];
}
