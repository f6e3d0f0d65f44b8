using System.Buffers.Binary;
using System.Text;

namespace Pipeline.Core.Outcomes;

/// <summary>
/// The clients of one file and what is known of each, found by their reference's bytes. Made for millions: no object and no string per
/// client, and what was stored moves within its chunk alone, so that growing costs no second copy.
/// </summary>
internal sealed class Clients
{
    private const int ChunkBits = 12;
    private const int ChunkSize = 1 << ChunkBits;
    private const int FirstRoom = 64;
    private const int LongestReference = 40;

    private Chunk[] _chunks = [];

    // The hash of the client whose hash leads here and, in the lower half, its index + 1; 0: free. So nothing of another client is looked
    // at to find one.
    private ulong[] _slots = new ulong[1024];

    // The client found last and its reference: the rows of a client mostly follow each other.
    private readonly byte[] _latestReference = new byte[LongestReference];
    private int _latestLength;
    private int _latest = -1;

    public int Count { get; private set; }

    public ref Client this[int index] => ref _chunks[index >> ChunkBits].Clients[index & (ChunkSize - 1)];

    /// <summary>The client's index; -1 when the file has not named it before.</summary>
    public int Find(ReadOnlySpan<byte> reference)
    {
        if (reference.SequenceEqual(_latestReference.AsSpan(0, _latestLength)))
            return _latest;
        int found = IndexIn(_slots[SlotOf(reference, Hash(reference))]);
        if (found >= 0)
            Remember(reference, found);
        return found;
    }

    /// <param name="reference">Not there yet; 1 to 40 bytes.</param>
    /// <returns>The client's index.</returns>
    public int Add(ReadOnlySpan<byte> reference)
    {
        if (Count == _chunks.Length << ChunkBits)
            _chunks = [.. _chunks, new Chunk(_chunks.Length == 0 ? FirstRoom : ChunkSize)];
        int index = Count++;
        var chunk = _chunks[index >> ChunkBits];
        int place = index & (ChunkSize - 1);
        chunk.MakeRoom(place);
        if (chunk.UsedText + reference.Length > chunk.Text.Length)
            Array.Resize(ref chunk.Text, chunk.Text.Length * 2);
        reference.CopyTo(chunk.Text.AsSpan(chunk.UsedText));
        chunk.UsedText += reference.Length;
        chunk.TextEnds[place] = chunk.UsedText;
        if (Count > _slots.Length / 2)
            Grow();
        uint hash = Hash(reference);
        _slots[SlotOf(reference, hash)] = ((ulong)hash << 32) | (uint)Count;
        Remember(reference, index);
        return index;
    }

    // The same as _slots, by reference in small letters, of the first client of each. Null while references have letters of one case alone,
    // as in nearly every file: then none differs from another in case only.
    private ulong[]? _folded;
    private bool _hasSmall, _hasCapital;

    /// <summary>A client whose reference differs in case alone from that of the client added last; -1 when there is none.</summary>
    /// <param name="latest">The client added last.</param>
    public int FindInOtherCase(int latest)
    {
        var reference = Reference(latest);
        _hasSmall = _hasSmall || reference.ContainsAnyInRange((byte)'a', (byte)'z');
        _hasCapital = _hasCapital || reference.ContainsAnyInRange((byte)'A', (byte)'Z');
        if (!_hasSmall || !_hasCapital)
            return -1;
        if (_folded is null || Count > _folded.Length / 2)
        {
            _folded = new ulong[_slots.Length * 2];
            for (int client = 0; client < latest; client++)
                Fold(_folded, client);
        }

        return Fold(_folded, latest);
    }

    /// <returns>The client that has the reference in another case already; -1 when it is the first.</returns>
    private int Fold(ulong[] folded, int client)
    {
        var reference = Reference(client);
        Span<byte> small = stackalloc byte[LongestReference];
        Ascii.ToLower(reference, small, out int length);
        uint hash = Hash(small[..length]);
        int slot = First(hash, folded);
        while (folded[slot] != 0)
        {
            int there = IndexIn(folded[slot]);
            if ((uint)(folded[slot] >> 32) == hash && Ascii.EqualsIgnoreCase(Reference(there), reference))
                return there;
            slot = (slot + 1) & (folded.Length - 1);
        }

        folded[slot] = ((ulong)hash << 32) | (uint)(client + 1);
        return -1;
    }

    // Seeded anew for every file, so that nobody can choose references that all lead to one slot.
    private readonly ulong _seed = (ulong)Random.Shared.NextInt64() | 0x4000_0000_0000_0001;

    /// <summary>
    /// References that differ in their last character alone lead to slots side by side: exports go through the clients in that order, and
    /// memory is fastest so.
    /// </summary>
    private uint Hash(ReadOnlySpan<byte> reference)
    {
        ulong hash = _seed ^ (uint)reference.Length;
        if (reference.IsEmpty)
            return unchecked((uint)hash);
        byte last = reference[^1];
        reference = reference[..^1];
        while (reference.Length >= sizeof(ulong))
        {
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(reference));
            reference = reference[sizeof(ulong)..];
        }

        ulong rest = 0;
        foreach (byte b in reference)
            rest = (rest << 8) | b;
        hash = Mix(hash ^ rest);
        return unchecked((uint)(hash ^ (hash >> 32)) + last);
    }

    /// <summary>Both halves of the product, so that every bit of the text moves every bit of the hash.</summary>
    private ulong Mix(ulong value)
    {
        ulong high = Math.BigMul(value, _seed, out ulong low);
        return high ^ low;
    }

    private void Remember(ReadOnlySpan<byte> reference, int index)
    {
        reference.CopyTo(_latestReference);
        (_latestLength, _latest) = (reference.Length, index);
    }

    private int SlotOf(ReadOnlySpan<byte> reference, uint hash)
    {
        var slots = _slots;
        int slot = First(hash, slots);
        while (slots[slot] != 0 && ((uint)(slots[slot] >> 32) != hash || !Reference(IndexIn(slots[slot])).SequenceEqual(reference)))
            slot = (slot + 1) & (slots.Length - 1);
        return slot;
    }

    private static int IndexIn(ulong slot) => (int)(slot & uint.MaxValue) - 1;

    private static int First(uint hash, ulong[] slots) => (int)(hash & (uint)(slots.Length - 1));

    private ReadOnlySpan<byte> Reference(int index) => _chunks[index >> ChunkBits].Reference(index & (ChunkSize - 1));

    private void Grow()
    {
        var slots = new ulong[_slots.Length * 2];
        foreach (ulong taken in _slots)
        {
            if (taken == 0)
                continue;
            int slot = First((uint)(taken >> 32), slots);
            while (slots[slot] != 0)
                slot = (slot + 1) & (slots.Length - 1);
            slots[slot] = taken;
        }

        _slots = slots;
    }

    /// <summary>The first begins small, since most files have few clients.</summary>
    private sealed class Chunk(int room)
    {
        private int _room = room;
        public Client[] Clients = new Client[room];
        public int[] TextEnds = new int[room];
        public byte[] Text = new byte[room * LongestReference / 4];
        public int UsedText;

        public void MakeRoom(int place)
        {
            if (place < _room)
                return;
            _room = Math.Min(_room * 8, ChunkSize);
            Array.Resize(ref Clients, _room);
            Array.Resize(ref TextEnds, _room);
        }

        public ReadOnlySpan<byte> Reference(int place)
        {
            int start = place == 0 ? 0 : TextEnds[place - 1];
            return Text.AsSpan(start, TextEnds[place] - start);
        }
    }
}

/// <summary>What all rows of a client have in common, and the latest of its dates.</summary>
internal struct Client
{
    /// <summary>Place of the client group in the framework.</summary>
    public int Group;

    /// <summary>Place of the accommodation in the framework plus one; 0: none given.</summary>
    public int Before;

    public int After;

    /// <summary>Day number on which the client left; 0: it has not.</summary>
    public int LeftOn;

    /// <summary>Day number of the latest other date.</summary>
    public int LatestDate;

    /// <summary>The number of the latest row of the client in <see cref="NeedRows"/>; 0: there is none.</summary>
    public int LatestRow;

    /// <summary>A bit for the last digits of each need's number that the client has: it spares looking for those it has not.</summary>
    public uint SomeNeeds;
}
