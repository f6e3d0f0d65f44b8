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

    // Where each value of a record ends in the text, after where its first one begins less one: there is one byte between values.
    private int[] _ends;
    private int _endCount;
    private Record[] _records;

    /// <summary>With little room, since most files are small.</summary>
    public Records()
        : this(4096, 256, 32)
    {
    }

    private Records(int text, int ends, int records) =>
        (_text, _ends, _records) = (new byte[text], new int[ends], new Record[records]);

    public int Count { get; private set; }

    public bool IsFull => _used + (_endCount * sizeof(int)) + (Count * Unsafe.SizeOf<Record>()) >= FullAt;

    public ref readonly Record this[int record] => ref _records[record];

    /// <summary>The value at a position of a record, without the spaces around it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> At(in Record record, int position)
    {
        var ends = _ends.AsSpan(record.FirstEnd + position, 2);
        return _text.AsSpan(ends[0] + 1, ends[1] - ends[0] - 1);
    }

    /// <summary>Empty, with as much room.</summary>
    public Records Another() => new(_text.Length, _ends.Length, _records.Length);

    public void Clear() => (_used, _endCount, Count) = (0, 0, 0);

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
        if (_endCount + fields + 1 > _ends.Length)
            Array.Resize(ref _ends, Math.Max(_ends.Length * 2, _endCount + fields + 1));
        _records[Count++] = new Record(fields, line, sheetRow, IsEmpty(raw), _endCount);

        var ends = _ends.AsSpan(_endCount, fields + 1);
        int end = _used - 1;
        ends[0] = end;
        if (isPlain)
        {
            // The values stand in the record as they are, a comma between them.
            Keep(raw);
            for (int position = 0; position < fields; position++)
                ends[position + 1] = end += 1 + csv.GetSpan(position).Length;
        }
        else
        {
            for (int position = 0; position < fields; position++)
            {
                Keep(Fields.Trim(csv.GetSpan(position)));
                ends[position + 1] = _used;
                Keep(","u8);
            }
        }

        _endCount += fields + 1;
    }

    private static bool IsEmpty(ReadOnlySpan<byte> raw) => (raw.IsEmpty || raw[0] <= ',') && !raw.ContainsAnyExcept(", \t\""u8);

    private void Keep(ReadOnlySpan<byte> text)
    {
        if (text.Length > _text.Length - _used)
            Array.Resize(ref _text, Math.Max(_text.Length * 2, _used + text.Length));
        text.CopyTo(_text.AsSpan(_used));
        _used += text.Length;
    }
}

/// <param name="FieldCount">How many values it has, whichever columns they belong to.</param>
/// <param name="Line">On which it starts, from 1.</param>
/// <param name="SheetRow">The row in which a spreadsheet shows it: lines less the line breaks within values.</param>
/// <param name="IsEmpty">Nothing but separators.</param>
/// <param name="FirstEnd">Where the ends of its values begin among those of all records.</param>
internal readonly record struct Record(int FieldCount, long Line, long SheetRow, bool IsEmpty, int FirstEnd);
