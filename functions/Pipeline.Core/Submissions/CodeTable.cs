using System.Text;

namespace Pipeline.Core.Submissions;

/// <summary>Finds a code in the bytes of a field, however it is spelled (<see cref="Codes"/>), without making a string.</summary>
internal sealed class CodeTable
{
    private readonly byte[][] _codes;
    // The place of a code + 1 in the slot that its length and two of its bytes lead to, or in the next free one; 0: free.
    private readonly byte[] _slots;

    public CodeTable(IEnumerable<string> codes)
    {
        Codes = [.. codes];
        _codes = [.. Codes.Select(Encoding.UTF8.GetBytes)];
        _slots = new byte[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(_codes.Length * 4 + 1))];
        for (int place = 0; place < _codes.Length; place++)
        {
            int slot = FirstSlot(_codes[place]);
            while (_slots[slot] != 0)
                slot = (slot + 1) & (_slots.Length - 1);
            _slots[slot] = checked((byte)(place + 1));
        }
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
        if (code.IsEmpty)
            return -1;
        int slot = FirstSlot(code);
        while (_slots[slot] != 0)
        {
            int place = _slots[slot] - 1;
            if (code.SequenceEqual(_codes[place]))
                return place;
            slot = (slot + 1) & (_slots.Length - 1);
        }

        return -1;
    }

    private int FirstSlot(ReadOnlySpan<byte> code) => unchecked((code.Length * 7) + (code[0] * 3) + code[code.Length >> 1]) & (_slots.Length - 1);
}
