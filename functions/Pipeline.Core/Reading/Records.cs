using System.Runtime.CompilerServices;
using CsvHelper;

namespace Pipeline.Core.Reading;

/// <summary>Some records of a file, one after another: what is handed from who reads the file to who checks it.</summary>
internal sealed class Records
{
    /// <summary>
    /// Bytes: so many that handing them over costs nothing beside reading them, so few that they stay in a processor's cache.
    /// </summary>
    private const int FullAt = 512 << 10;

    private byte[] _text;
    private int _used;
    private Value[] _values;
    private int _valueCount;
    private Record[] _records;

    /// <summary>With little room, since most files are small.</summary>
    public Records()
        : this(4096, 256, 32)
    {
    }

    private Records(int text, int values, int records) =>
        (_text, _values, _records) = (new byte[text], new Value[values], new Record[records]);

    public int Count { get; private set; }

    public bool IsFull => _used + (_valueCount * Unsafe.SizeOf<Value>()) + (Count * Unsafe.SizeOf<Record>()) >= FullAt;

    public ref readonly Record this[int record] => ref _records[record];

    /// <summary>The value at a position of a record, without the spaces around it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> At(in Record record, int position)
    {
        var value = _values[record.FirstValue + position];
        return _text.AsSpan(value.Start, value.Length);
    }

    /// <summary>Empty, with as much room.</summary>
    public Records Another() => new(_text.Length, _values.Length, _records.Length);

    public void Clear() => (_used, _valueCount, Count) = (0, 0, 0);

    /// <summary>Adds the record at which the reader of the file stands.</summary>
    /// <param name="csv">That reader.</param>
    /// <param name="raw">All of the record.</param>
    /// <param name="line"><inheritdoc cref="Record" path="/param[@name='Line']"/></param>
    /// <param name="sheetRow"><inheritdoc cref="Record" path="/param[@name='SheetRow']"/></param>
    /// <param name="isPlain">It has no quotes and spaces.</param>
    public void Add(CsvReader csv, ReadOnlySpan<byte> raw, long line, long sheetRow, bool isPlain)
    {
        int fields = csv.FieldCount;
        if (Count == _records.Length)
            Array.Resize(ref _records, Count * 2);
        if (_valueCount + fields > _values.Length)
            Array.Resize(ref _values, Math.Max(_values.Length * 2, _valueCount + fields));
        _records[Count++] = new Record(fields, line, sheetRow, IsEmpty(raw), _valueCount);

        var values = _values.AsSpan(_valueCount, fields);
        if (isPlain)
        {
            // The values stand in the record as they are, a comma between them.
            int start = Keep(raw);
            for (int position = 0; position < values.Length; position++)
            {
                int length = csv.GetSpan(position).Length;
                values[position] = new Value(start, length);
                start += length + 1;
            }
        }
        else
        {
            for (int position = 0; position < values.Length; position++)
            {
                var value = Fields.Trim(csv.GetSpan(position));
                values[position] = new Value(Keep(value), value.Length);
            }
        }

        _valueCount += fields;
    }

    private static bool IsEmpty(ReadOnlySpan<byte> raw) => (raw.IsEmpty || raw[0] <= ',') && !raw.ContainsAnyExcept(", \t\""u8);

    private int Keep(ReadOnlySpan<byte> text)
    {
        if (text.Length > _text.Length - _used)
            Array.Resize(ref _text, Math.Max(_text.Length * 2, _used + text.Length));
        text.CopyTo(_text.AsSpan(_used));
        _used += text.Length;
        return _used - text.Length;
    }

    private readonly record struct Value(int Start, int Length);
}

/// <param name="FieldCount">How many values it has, whichever columns they belong to.</param>
/// <param name="Line">On which it starts, from 1.</param>
/// <param name="SheetRow">The row in which a spreadsheet shows it: lines less the line breaks within values.</param>
/// <param name="IsEmpty">Nothing but separators.</param>
/// <param name="FirstValue">Where its values begin among those of all records.</param>
internal readonly record struct Record(int FieldCount, long Line, long SheetRow, bool IsEmpty, int FirstValue);
