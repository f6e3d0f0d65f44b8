using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Pipeline.Core.Reporting;

/// <summary>
/// The columns of a row, in the places where its table has them: a refresh makes millions of rows, which share their names.
/// </summary>
/// <param name="names">Of the table's columns.</param>
/// <param name="values">As many; null where the row does not have the column.</param>
internal sealed class RowValues(string[] names, TableValue?[] values) : IReadOnlyDictionary<string, TableValue>
{
    public int Count { get; } = values.Count(value => value is not null);

    public IEnumerable<string> Keys => this.Select(column => column.Key);

    public IEnumerable<TableValue> Values => this.Select(column => column.Value);

    public TableValue this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException();

    public bool ContainsKey(string key) => TryGetValue(key, out _);

    /// <summary>One after the other: a row has so few columns that this is faster than to file them.</summary>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out TableValue value)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (names[i] == key)
                return (value = values[i]) is not null;
        }

        value = null;
        return false;
    }

    public IEnumerator<KeyValuePair<string, TableValue>> GetEnumerator()
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] is { } value)
                yield return KeyValuePair.Create(names[i], value);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
