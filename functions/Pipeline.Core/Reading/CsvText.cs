using System.Buffers;
using System.Text;

namespace Pipeline.Core.Reading;

/// <summary>CSV text in UTF-8 as it is written, field by field (RFC 4180).</summary>
internal sealed class CsvText
{
    private static readonly SearchValues<byte> Quoted = SearchValues.Create(",\"\r\n"u8);

    private byte[] _bytes = new byte[4096];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        Length += bytes.Length;
    }

    public void Append(byte value, int times = 1)
    {
        Room(times)[..times].Fill(value);
        Length += times;
    }

    /// <summary>Writes a field, with quotation marks when it needs them. A blank one is nothing at all.</summary>
    /// <returns>Whether it is more than blanks.</returns>
    public bool AppendField(ReadOnlySpan<char> text)
    {
        if (text.Trim(" \t\r\n").IsEmpty)
            return false;
        int start = Length;
        Length += Encoding.UTF8.GetBytes(text, Room(Encoding.UTF8.GetMaxByteCount(text.Length)));
        if (_bytes.AsSpan(start, Length - start).ContainsAny(Quoted))
            Quote(start);
        return true;
    }

    private void Quote(int start)
    {
        byte[] field = Span[start..].ToArray();
        Length = start;
        Append((byte)'"');
        foreach (byte each in field)
            Append(each, times: each == '"' ? 2 : 1);
        Append((byte)'"');
    }

    private Span<byte> Room(int bytes)
    {
        if (bytes > _bytes.Length - Length)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + bytes));
        return _bytes.AsSpan(Length);
    }
}
