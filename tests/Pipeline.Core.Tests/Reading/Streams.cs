using Pipeline.Core.Reading;

namespace Pipeline.Core.Tests.Reading;

/// <summary>Hands out bytes a few at a time, as a slow connection does.</summary>
internal sealed class ChunkedStream(byte[] bytes, int chunk) : ForwardStream
{
    private int _read;

    public override int Read(Span<byte> buffer)
    {
        int count = Math.Min(Math.Min(chunk, buffer.Length), bytes.Length - _read);
        bytes.AsSpan(_read, count).CopyTo(buffer);
        _read += count;
        return count;
    }
}

/// <summary>
/// A start followed by the same bytes over and over, made while it is read. Notes the most memory that was in use meanwhile.
/// </summary>
internal sealed class RepeatedStream : ForwardStream
{
    private readonly byte[] _start;
    private readonly byte[] _block;
    private readonly long _length;
    private long _read;
    private int _reads;

    /// <param name="repeated">Much shorter than a block.</param>
    public RepeatedStream(byte[] start, byte[] repeated, long times)
    {
        _start = start;
        _length = start.Length + repeated.Length * times;
        _block = new byte[repeated.Length * Math.Max(1, (1 << 16) / repeated.Length)];
        for (int at = 0; at < _block.Length; at += repeated.Length)
            repeated.CopyTo(_block, at);
        MemoryAtFirst = GC.GetTotalMemory(forceFullCollection: true);
    }

    public long MemoryAtFirst { get; }

    public long MostMemory { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        if ((_reads++ & 0xFF) == 0)
            MostMemory = Math.Max(MostMemory, GC.GetTotalMemory(forceFullCollection: false));
        int total = 0;
        while (total < buffer.Length && _read < _length)
        {
            ReadOnlySpan<byte> source = _read < _start.Length
                ? _start.AsSpan((int)_read) : _block.AsSpan((int)((_read - _start.Length) % _block.Length));
            int count = (int)Math.Min(Math.Min(source.Length, buffer.Length - total), _length - _read);
            source[..count].CopyTo(buffer[total..]);
            total += count;
            _read += count;
        }

        return total;
    }
}
