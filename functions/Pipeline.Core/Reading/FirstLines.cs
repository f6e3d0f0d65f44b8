using System.Globalization;
using Pipeline.Core.Findings;

namespace Pipeline.Core.Reading;

/// <summary>Where in a file each of the things stands that may stand there once.</summary>
internal sealed class FirstLines<T>
    where T : notnull
{
    private readonly Dictionary<T, long> _lines = [];

    /// <summary>Notes that a thing stands in the row, and reports it when it stood in one before.</summary>
    public void Check(Row row, T thing, Rule rule, int column)
    {
        if (!_lines.TryAdd(thing, row.Line))
            row.Report(rule, column, Once(_lines[thing]));
    }

    /// <summary>What is expected of something that stands on a line already.</summary>
    public static string Once(long line) => string.Create(CultureInfo.InvariantCulture, $"one row; the first is on line {line}");
}
