using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Pipeline.Core.Reading;

/// <summary>Finds a code in the bytes of a field, however it is spelled (<see cref="Codes"/>), without making a string.</summary>
internal sealed class CodeTable
{
    private readonly byte[][] _codes;

    // Each code in the slot that its ends lead to, or in the next free one, which has no length.
    private readonly Slot[] _slots;

    public CodeTable(IEnumerable<string> codes)
        : this(codes.Select(code => (code, "")))
    {
    }

    /// <param name="codes">Each with its title; blank where the code says it all.</param>
    public CodeTable(IEnumerable<(string Code, string Title)> codes)
    {
        var listed = codes.ToList();
        Codes = [.. listed.Select(code => code.Code)];
        Expected = Codes.Count == 0 ? "nothing: the framework has no codes for this column" : OneOf(listed);
        _codes = [.. Codes.Select(Encoding.UTF8.GetBytes)];
        _slots = new Slot[BitOperations.RoundUpToPowerOf2((uint)((_codes.Length * 4) + 1))];
        for (int place = 0; place < _codes.Length; place++)
        {
            var fingerprint = Fingerprint.Of(_codes[place]);
            int slot = FirstSlot(fingerprint);
            while (_slots[slot].Fingerprint.Length != 0)
                slot = (slot + 1) & (_slots.Length - 1);
            _slots[slot] = new Slot(fingerprint, place);
        }
    }

    public IReadOnlyList<string> Codes { get; }

    /// <summary>For a finding: <c>one of accepted, waiting</c>.</summary>
    public string Expected { get; }

    /// <summary>
    /// Codes as a finding names them, with the titles that say more than they do: <c>one of hostel, exited_early (Exited service
    /// early)</c>.
    /// </summary>
    public static string OneOf(IEnumerable<(string Code, string Title)> codes) =>
        "one of "
            + string.Join(", ", codes.Select(code => code.Title.Length == 0 || Column.Folded(code.Title) == Column.Folded(code.Code)
                ? code.Code : $"{code.Code} ({code.Title})"));

    /// <summary>The code's place in <see cref="Codes"/>, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(ReadOnlySpan<byte> field)
    {
        // Nearly every field is spelled as its code, and nearly every code is in its first slot.
        var fingerprint = Fingerprint.Of(field);
        ref readonly var first = ref _slots[FirstSlot(fingerprint)];
        return Has(first, fingerprint, field) ? first.Place : FindOther(field);
    }

    private int FindOther(ReadOnlySpan<byte> field)
    {
        int found = FindExact(field);
        return found >= 0 || field.Length > Findings.Codes.MaxLength ? found : FindSpelled(field);
    }

    private int FindSpelled(ReadOnlySpan<byte> field)
    {
        Span<byte> code = stackalloc byte[field.Length];
        for (int i = 0; i < field.Length; i++)
            code[i] = field[i] is (byte)' ' or (byte)'-' ? (byte)'_' : field[i] is >= (byte)'A' and <= (byte)'Z'
                ? (byte)(field[i] | 0x20) : field[i];
        return FindExact(code);
    }

    private int FindExact(ReadOnlySpan<byte> code)
    {
        if (code.IsEmpty)
            return -1;
        var fingerprint = Fingerprint.Of(code);
        var slots = _slots;
        for (int slot = FirstSlot(fingerprint); slots[slot].Fingerprint.Length != 0; slot = (slot + 1) & (slots.Length - 1))
        {
            if (Has(slots[slot], fingerprint, code))
                return slots[slot].Place;
        }

        return -1;
    }

    /// <summary>The ends are all there is of a code of up to sixteen bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Has(in Slot slot, in Fingerprint fingerprint, ReadOnlySpan<byte> code) =>
        slot.Fingerprint.Are(fingerprint) && (code.Length <= 16 ? !code.IsEmpty : code.SequenceEqual(_codes[slot.Place]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int FirstSlot(in Fingerprint fingerprint) =>
        unchecked((int)((fingerprint.First ^ (fingerprint.Last * Spread)) * Spread >> 48)) & (_slots.Length - 1);

    // Any odd number whose bits are as good as random.
    private const ulong Spread = 0x9E37_79B9_7F4A_7C15;

    private readonly record struct Slot(Fingerprint Fingerprint, int Place);

    /// <summary>The first and the last eight bytes of a code, which overlap in a shorter one.</summary>
    private readonly record struct Fingerprint(ulong First, ulong Last, int Length)
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool Are(in Fingerprint other) => ((First ^ other.First) | (Last ^ other.Last) | (uint)(Length ^ other.Length)) == 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Fingerprint Of(ReadOnlySpan<byte> code) => code.Length switch
        {
            >= 8 => new Fingerprint(BinaryPrimitives.ReadUInt64LittleEndian(code), BinaryPrimitives.ReadUInt64LittleEndian(code[^8..]),
                code.Length),
            >= 4 => new Fingerprint(BinaryPrimitives.ReadUInt32LittleEndian(code), BinaryPrimitives.ReadUInt32LittleEndian(code[^4..]),
                code.Length),
            0 => default,
            _ => new Fingerprint(code[0], (ulong)((code[code.Length / 2] << 8) | code[^1]), code.Length),
        };
    }
}
