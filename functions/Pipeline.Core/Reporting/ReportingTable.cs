using System.Collections.Frozen;
using System.Reflection;

namespace Pipeline.Core.Reporting;

/// <summary>A table that commissioners read: its name, its columns and how a row is kept in a store.</summary>
public sealed class ReportingTable
{
    private static readonly Column[] CommonColumns = ColumnsOf(typeof(Common), PropertiesOf(typeof(Common)));
    private static readonly Constructor CommonConstructor = new(typeof(Common));

    /// <summary>What is common to the rows that were last made or read: most rows have it in common with the one before.</summary>
    [ThreadStatic]
    private static KeptCommon? _last;

    private readonly Type _row;
    private readonly Column[] _ownColumns;
    private readonly string[] _names;
    private readonly Constructor _constructor;

    private ReportingTable(string name, Type row)
    {
        (Name, _row) = (name, row);
        _ownColumns = ColumnsOf(row,
            PropertiesOf(row).Where(p => p.PropertyType != typeof(Common) && p.GetMethod?.GetBaseDefinition() == p.GetMethod));
        _constructor = new Constructor(row);
        _names = [.. CommonColumns.Concat(_ownColumns).Select(c => c.Name)];
        Kinds = CommonColumns.Concat(_ownColumns).ToFrozenDictionary(c => c.Name, c => c.Kind);
    }

    /// <summary>Every reporting table, in the order of docs/reporting-tables.md.</summary>
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
    public IReadOnlyList<string> Columns => _names;

    /// <summary>
    /// What each column holds: <c>string</c>, <c>long</c>, <c>double</c>, <c>bool</c>, or <c>DateTimeOffset</c> for a day, at its 00:00Z,
    /// or an instant.
    /// </summary>
    public IReadOnlyDictionary<string, Type> Kinds { get; }

    /// <summary>The table that a kind of row belongs to.</summary>
    public static ReportingTable Of<TRow>()
        where TRow : ReportingRow => ByRow[typeof(TRow)];

    public static ReportingTable Of(ReportingRow row) => ByRow[row.GetType()];

    /// <summary>The row's columns by name; a day that there is not is left out.</summary>
    public IReadOnlyDictionary<string, TableValue> Values(ReportingRow row)
    {
        var common = _last is { } last && ReferenceEquals(last.Common, row.Common) ? last : _last = KeptCommon.Of(row.Common);
        var values = new TableValue?[_names.Length];
        common.Values.CopyTo(values, 0);
        for (int i = 0; i < _ownColumns.Length; i++)
            values[CommonColumns.Length + i] = _ownColumns[i].Value(row);
        return new RowValues(_names, values);
    }

    /// <summary>The row that <see cref="Values"/> made the columns of.</summary>
    /// <exception cref="KeyNotFoundException">A column other than a day is missing.</exception>
    public ReportingRow Row(IReadOnlyDictionary<string, TableValue> values)
    {
        var common = _last is { } last && last.IsIn(values)
            ? last : _last = KeptCommon.Of((Common)CommonConstructor.Make(values, null));
        return (ReportingRow)_constructor.Make(values, common.Common);
    }

    private static Column[] ColumnsOf(Type record, IEnumerable<PropertyInfo> properties) =>
        [.. properties.Select(property => Column.Of(record, property))];

    private static List<PropertyInfo> PropertiesOf(Type type) =>
        [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).OrderBy(p => p.MetadataToken)];

    /// <summary>What is common to rows, and its columns as they are kept.</summary>
    private sealed record KeptCommon(Common Common, TableValue[] Values)
    {
        public static KeptCommon Of(Common common) => new(common, Array.ConvertAll(CommonColumns, column => column.Value(common)!));

        public bool IsIn(IReadOnlyDictionary<string, TableValue> values)
        {
            for (int i = 0; i < CommonColumns.Length; i++)
            {
                if (values[CommonColumns[i].Name] != Values[i])
                    return false;
            }

            return true;
        }
    }

    /// <summary>A property of a record and how it is kept.</summary>
    private sealed record Column(string Name, Type Kind, Func<object, TableValue?> Value)
    {
        public static Column Of(Type record, PropertyInfo property) => new(
            property.Name, property.PropertyType == typeof(DateOnly?)
                ? typeof(DateTimeOffset) : property.PropertyType, typeof(Column)
            .GetMethod(nameof(Reading), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(record, property.PropertyType)
            .CreateDelegate<Func<PropertyInfo, Func<object, TableValue?>>>()(property));

        /// <summary>Looked up once: a quarter has millions of values.</summary>
        private static Func<object, TableValue?> Reading<TRecord, TValue>(PropertyInfo property)
        {
            var get = property.GetMethod!.CreateDelegate<Func<TRecord, TValue>>();
            Delegate keep = typeof(TValue) switch
            {
                var type when type == typeof(string) => (Func<string, TableValue?>)(text => text),
                var type when type == typeof(long) => (Func<long, TableValue?>)(number => number),
                var type when type == typeof(double) => (Func<double, TableValue?>)(number => number),
                var type when type == typeof(bool) => (Func<bool, TableValue?>)(yes => yes),
                var type when type == typeof(DateOnly?) => (Func<DateOnly?, TableValue?>)(day => day is { } known ? known : null),
                var type when type == typeof(DateTimeOffset) => (Func<DateTimeOffset, TableValue?>)(instant => instant),
                _ =>
                    throw new InvalidOperationException(
                        "A column of a reporting row is text, a whole number, a fraction, yes or no, a day or an instant."),
            };
            var kept = (Func<TValue, TableValue?>)keep;
            return record => kept(get((TRecord)record));
        }
    }

    /// <summary>A record's constructor takes its columns in order; a row's takes what is common to all rows first.</summary>
    private sealed class Constructor(Type record)
    {
        private readonly ConstructorInvoker _invoker = ConstructorInvoker.Create(record.GetConstructors().Single());
        private readonly ParameterInfo[] _parameters = record.GetConstructors().Single().GetParameters();

        public object Make(IReadOnlyDictionary<string, TableValue> values, Common? common)
        {
            var arguments = new object?[_parameters.Length];
            for (int i = 0; i < arguments.Length; i++)
                arguments[i] = _parameters[i].ParameterType == typeof(Common) ? common : Read(_parameters[i], values);
            return _invoker.Invoke(arguments);
        }

        private static object? Read(ParameterInfo column, IReadOnlyDictionary<string, TableValue> values)
        {
            if (column.ParameterType == typeof(DateOnly?))
                return values.TryGetValue(column.Name!, out var day)
                    ? DateOnly.FromDateTime(((TableValue.Instant)day).Value.UtcDateTime) : null;
            return values[column.Name!] switch
            {
                TableValue.Text text => text.Value,
                TableValue.Whole number => number.Value,
                TableValue.Fraction number => number.Value,
                TableValue.YesNo yes => yes.Value,
                TableValue.Instant instant => instant.Value,
                _ =>
                    throw new InvalidOperationException(
                        "A column of a reporting row is text, a whole number, a fraction, yes or no, a day or an instant."),
            };
        }
    }
}
