namespace Pipeline.Core.Outcomes;

/// <summary>
/// The clients of one file and what is known of each, found by their reference's bytes. Made for millions: no object and no string per client,
/// and what was stored never moves, so that growing costs no second copy.
/// </summary>
/// <param name="needs">How many needs a client can have: one for each outcome as a whole and one for each indicator.</param>
internal sealed class Clients(int needs)
{
    private const int ChunkBits = 12;
    private const int ChunkSize = 1 << ChunkBits;
    private const int LongestReference = 40;

    private readonly List<Chunk> _chunks = [];
    private int[] _slots = new int[1024]; // Index + 1 of the client whose hash leads here; 0: free.

    public int Count { get; private set; }

    public ref Client this[int index] => ref _chunks[index >> ChunkBits].Clients[index & (ChunkSize - 1)];

    /// <summary>For each need: 0 none, 1 open, 2 and up the framework's level.</summary>
    public Span<byte> Results(int index) => _chunks[index >> ChunkBits].Results.AsSpan((index & (ChunkSize - 1)) * needs, needs);

    /// <summary>For each need: 0 none, 1 and up the framework's reason.</summary>
    public Span<byte> Reasons(int index) => _chunks[index >> ChunkBits].Reasons.AsSpan((index & (ChunkSize - 1)) * needs, needs);

    /// <summary>The client's index; -1 when the file has not named it before.</summary>
    public int Find(ReadOnlySpan<byte> reference)
    {
        int found = _slots[SlotOf(reference, Hash(reference))];
        return found - 1;
    }

    /// <param name="reference">Not there yet; 1 to 40 bytes.</param>
    /// <returns>The client's index.</returns>
    public int Add(ReadOnlySpan<byte> reference)
    {
        if (Count == _chunks.Count << ChunkBits)
            _chunks.Add(new Chunk(needs));
        int index = Count++;
        var chunk = _chunks[index >> ChunkBits];
        int place = index & (ChunkSize - 1);
        chunk.Hashes[place] = Hash(reference);
        if (chunk.UsedText + reference.Length > chunk.Text.Length)
            Array.Resize(ref chunk.Text, chunk.Text.Length * 2);
        reference.CopyTo(chunk.Text.AsSpan(chunk.UsedText));
        chunk.UsedText += reference.Length;
        chunk.TextEnds[place] = chunk.UsedText;
        if (Count > _slots.Length / 2)
            Grow();
        else
            _slots[SlotOf(reference, chunk.Hashes[place])] = index + 1;
        return index;
    }

    // Seeded anew in every process, so that nobody can choose references that all lead to one slot.
    private static int Hash(ReadOnlySpan<byte> reference)
    {
        var hash = default(HashCode);
        hash.AddBytes(reference);
        return hash.ToHashCode();
    }

    private int SlotOf(ReadOnlySpan<byte> reference, int hash)
    {
        int slot = hash & (_slots.Length - 1);
        while (_slots[slot] != 0)
        {
            int index = _slots[slot] - 1;
            var chunk = _chunks[index >> ChunkBits];
            int place = index & (ChunkSize - 1);
            if (chunk.Hashes[place] == hash && chunk.Reference(place).SequenceEqual(reference))
                break;
            slot = (slot + 1) & (_slots.Length - 1);
        }

        return slot;
    }

    private void Grow()
    {
        _slots = new int[_slots.Length * 2];
        for (int index = 0; index < Count; index++)
        {
            int slot = _chunks[index >> ChunkBits].Hashes[index & (ChunkSize - 1)] & (_slots.Length - 1);
            while (_slots[slot] != 0)
                slot = (slot + 1) & (_slots.Length - 1);
            _slots[slot] = index + 1;
        }
    }

    private sealed class Chunk(int needs)
    {
        public readonly Client[] Clients = new Client[ChunkSize];
        public readonly byte[] Results = new byte[ChunkSize * needs];
        public readonly byte[] Reasons = new byte[ChunkSize * needs];
        public readonly int[] Hashes = new int[ChunkSize];
        public readonly int[] TextEnds = new int[ChunkSize];
        public byte[] Text = new byte[ChunkSize * LongestReference / 4];
        public int UsedText;

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
}
