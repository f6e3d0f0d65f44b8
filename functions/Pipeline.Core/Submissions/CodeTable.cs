using System.Text;

namespace Pipeline.Core.Submissions;

/// <summary>Finds a code in the bytes of a field, however it is spelled (<see cref="Codes"/>), without making a string.</summary>
internal sealed class CodeTable
{
    private readonly byte[][] _codes;
    // A code's slots: by length and first byte, which tell nearly all codes of a framework apart.
    private readonly Dictionary<int, int[]> _byLengthAndStart;

    public CodeTable(IEnumerable<string> codes)
    {
        Codes = [.. codes];
        _codes = [.. Codes.Select(Encoding.UTF8.GetBytes)];
        _byLengthAndStart = Enumerable.Range(0, _codes.Length).GroupBy(i => Key(_codes[i])).ToDictionary(g => g.Key, g => g.ToArray());
    }

    public IReadOnlyList<string> Codes { get; }

    /// <summary>For a finding: <c>one of accepted, waiting</c>.</summary>
    public string Expected => Codes.Count == 0 ? "nothing: the framework has no codes for this column" : "one of " + string.Join(", ", Codes);

    /// <summary>The code's place in <see cref="Codes"/>, or -1.</summary>
    public int Find(ReadOnlySpan<byte> field)
    {
        int found = FindExact(field);
        if (found >= 0 || field.Length > Submissions.Codes.MaxLength)
            return found;
        Span<byte> code = stackalloc byte[field.Length];
        for (int i = 0; i < field.Length; i++)
            code[i] = field[i] is (byte)' ' or (byte)'-' ? (byte)'_' : field[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(field[i] | 0x20) : field[i];
        return FindExact(code);
    }

    private int FindExact(ReadOnlySpan<byte> code)
    {
        if (!code.IsEmpty && _byLengthAndStart.TryGetValue(Key(code), out int[]? slots))
        {
            foreach (int slot in slots)
            {
                if (code.SequenceEqual(_codes[slot]))
                    return slot;
            }
        }

        return -1;
    }

    private static int Key(ReadOnlySpan<byte> code) => (code.Length << 8) | code[0];
}
