using System.Text;
using System.Text.Unicode;
using Pipeline.Core.Findings;

namespace Pipeline.Core.Reading;

/// <summary>Thrown while reading, when a file is to be refused as a whole; never leaves <see cref="FileCheck"/>.</summary>
internal sealed class RefusedException(Rule rule, long line) : Exception(rule.Id)
{
    public Rule Rule { get; } = rule;

    public long Line { get; } = line;

    public string? Cell { get; init; }

    public string? Expected { get; init; }

    public Finding Finding => new(Rule, Line, Cell: Cell, Expected: Expected);
}

/// <summary>
/// Passes a file's bytes on while they are strict UTF-8 text with LF or CRLF line ends and no more than the limit, and refuses the file
/// otherwise (domain.md section 3). The CSV reader would mend such bytes silently.
/// </summary>
internal sealed class Utf8ValidatingStream : ForwardStream
{
    private const int SignatureLength = 8;
    private const int LongestFirstLine = 4096;
    private readonly Stream _inner;
    private readonly long _limit;
    private readonly byte[] _start = new byte[SignatureLength];
    private readonly byte[] _split = new byte[4];
    private readonly List<byte> _firstLine = [];
    private int _startLength;
    private int _startRead;
    private int _splitLength;
    private bool _endedInCarriageReturn;
    private long _bytes;
    private long _lineEnds;

    /// <exception cref="RefusedException">The first bytes are those of another kind of file, or there are none.</exception>
    public Utf8ValidatingStream(Stream inner, long limit)
    {
        (_inner, _limit) = (inner, limit);
        _startLength = inner.ReadAtLeast(_start, SignatureLength, throwOnEndOfStream: false);
        CheckSignature(_start.AsSpan(0, _startLength));
    }

    /// <summary>What was read of the first line, or its start when it is long.</summary>
    public string FirstLine => Encoding.UTF8.GetString([.. _firstLine]);

    public override int Read(Span<byte> buffer)
    {
        int read;
        if (_startRead < _startLength)
        {
            read = Math.Min(buffer.Length, _startLength - _startRead);
            _start.AsSpan(_startRead, read).CopyTo(buffer);
            _startRead += read;
        }
        else
        {
            // Whole buffers, however the source hands out its bytes, so that the same file always gives the same findings.
            read = _inner.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        }

        Check(buffer[..read], isEnd: read == 0 && buffer.Length > 0);
        return read;
    }

    private static void CheckSignature(ReadOnlySpan<byte> start)
    {
        if (start.IsEmpty)
            throw new RefusedException(Rules.FileEmpty, 0);
        if (start.StartsWith("PK\x3\x4"u8) || start.StartsWith("PK\x5\x6"u8)
            || start.StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0])
            || start.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) || start.StartsWith("%PDF"u8) || start.StartsWith("Rar!"u8)
            || start.StartsWith((ReadOnlySpan<byte>)[0x37, 0x7A, 0xBC, 0xAF]))
            throw new RefusedException(Rules.FileIsWorkbook, 0);
        if (start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || start.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])
            || IsUnmarkedUtf16(start))
            throw new RefusedException(Rules.FileIsUtf16, 0);
    }

    /// <summary>Every header begins in ASCII, of which UTF-16 makes each other byte zero.</summary>
    private static bool IsUnmarkedUtf16(ReadOnlySpan<byte> start) =>
        start.Length >= 4 && ((start[0] != 0 && start[1] == 0 && start[2] != 0 && start[3] == 0)
            || (start[0] == 0 && start[1] != 0 && start[2] == 0 && start[3] != 0));

    private void Check(ReadOnlySpan<byte> bytes, bool isEnd)
    {
        _bytes += bytes.Length;
        if (_bytes > _limit)
            throw new RefusedException(Rules.FileTooLarge, 0);
        int nul = bytes.IndexOf((byte)0);
        if (nul >= 0)
            throw new RefusedException(Rules.FileHasNul, LineAt(bytes[..nul]));
        CheckLineEnds(bytes, isEnd);
        CheckUtf8(bytes, isEnd);
        if (_lineEnds == 0)
            KeepFirstLine(bytes);
        _lineEnds += bytes.Count((byte)'\n');
    }

    private void KeepFirstLine(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)'\n');
        var part = end < 0 ? bytes : bytes[..end];
        _firstLine.AddRange(part[..Math.Min(part.Length, LongestFirstLine - _firstLine.Count)]);
    }

    private void CheckLineEnds(ReadOnlySpan<byte> bytes, bool isEnd)
    {
        if (_endedInCarriageReturn && (isEnd || (bytes.Length > 0 && bytes[0] != '\n')))
            throw new RefusedException(Rules.LineEndsInCarriageReturn, _lineEnds + 1);
        if (bytes.IsEmpty)
            return;
        _endedInCarriageReturn = bytes[^1] == '\r';
        for (int from = 0, found; (found = bytes[from..].IndexOf((byte)'\r')) >= 0; from += found + 1)
        {
            if (from + found + 1 < bytes.Length && bytes[from + found + 1] != '\n')
                throw new RefusedException(Rules.LineEndsInCarriageReturn, LineAt(bytes[..(from + found)]));
        }
    }

    private void CheckUtf8(ReadOnlySpan<byte> bytes, bool isEnd)
    {
        var rest = bytes;
        while (_splitLength > 0 && !rest.IsEmpty)
        {
            _split[_splitLength++] = rest[0];
            rest = rest[1..];
            if (UnfinishedEnd(_split.AsSpan(0, _splitLength)) < _splitLength)
            {
                if (!Utf8.IsValid(_split.AsSpan(0, _splitLength)))
                    throw new RefusedException(Rules.FileNotUtf8, _lineEnds + 1);
                _splitLength = 0;
            }
        }

        if (isEnd && _splitLength > 0)
            throw new RefusedException(Rules.FileNotUtf8, _lineEnds + 1);
        int unfinished = UnfinishedEnd(rest);
        if (!Utf8.IsValid(rest[..^unfinished]))
            throw new RefusedException(Rules.FileNotUtf8, LineAt(bytes[..(bytes.Length - rest.Length + FirstInvalid(rest))]));
        if (unfinished > 0)
        {
            rest[^unfinished..].CopyTo(_split);
            _splitLength = unfinished;
        }
    }

    /// <summary>How many bytes at the end begin a character that is not finished.</summary>
    private static int UnfinishedEnd(ReadOnlySpan<byte> bytes)
    {
        for (int back = 1; back <= Math.Min(3, bytes.Length); back++)
        {
            byte b = bytes[^back];
            if (b < 0x80)
                return 0;
            if (b >= 0xC0)
                return back < (b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : 2) ? back : 0;
        }

        return 0;
    }

    private static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        int at = 0;
        while (at < bytes.Length && Rune.DecodeFromUtf8(bytes[at..], out _, out int length) == System.Buffers.OperationStatus.Done)
            at += length;
        return at;
    }

    private long LineAt(ReadOnlySpan<byte> before) => _lineEnds + before.Count((byte)'\n') + 1;
}
