namespace Pipeline.Core.Outcomes;

/// <summary>
/// The needs of a file's clients, each as the row has it that names it first, linked with the row before it of the same client. A client
/// has a few of all the needs there are, so that to keep these few takes less room than a place for each. Made for millions: what was
/// stored is never moved.
/// </summary>
internal sealed class NeedRows
{
    private const int ChunkBits = 16;
    private const int FirstRoom = 64;

    // From which row on the lines are how many further than the rows' numbers: nearly every line has its row, so that these are few.
    private readonly List<(int Number, long Further)> _jumps = [];

    private RowOfNeed[] _latest = new RowOfNeed[FirstRoom];
    private RowOfNeed[][] _full = [];
    private int _used;
    private long _further;

    /// <summary>The row added as the <paramref name="number"/>th, from 1.</summary>
    public ref RowOfNeed this[int number]
    {
        get
        {
            int chunk = (number - 1) >> ChunkBits;
            return ref (chunk < _full.Length ? _full[chunk] : _latest)[(number - 1) & ((1 << ChunkBits) - 1)];
        }
    }

    /// <summary>The line of the row added as the <paramref name="number"/>th.</summary>
    public long LineOf(int number) => number + _jumps[~_jumps.BinarySearch((number, long.MaxValue)) - 1].Further;

    /// <summary>The number of a client's row that names a need; 0: none does.</summary>
    /// <param name="latest">The number of the client's latest row; 0: there is none.</param>
    /// <param name="need">The number of the need.</param>
    public int Find(int latest, int need)
    {
        int number = latest;
        while (number > 0)
        {
            ref readonly var row = ref this[number];
            if (row.Need == need)
                break;
            number = row.Before;
        }

        return number;
    }

    /// <param name="line">On which the row stands, after those of the rows before it.</param>
    /// <param name="row">What it says.</param>
    /// <returns>The row's number, from 1.</returns>
    public int Add(long line, RowOfNeed row)
    {
        if (_used == _latest.Length)
            MakeRoom();
        _latest[_used++] = row;
        int number = (_full.Length << ChunkBits) + _used;
        if (line - number != _further)
            _jumps.Add((number, _further = line - number));
        return number;
    }

    private void MakeRoom()
    {
        if (_used < 1 << ChunkBits)
        {
            Array.Resize(ref _latest, Math.Min(_used * 8, 1 << ChunkBits));
            return;
        }

        _full = [.. _full, _latest];
        (_latest, _used) = (GC.AllocateUninitializedArray<RowOfNeed>(1 << ChunkBits), 0);
    }
}

/// <param name="Need">The number of the need.</param>
/// <param name="Result">1 open, 2 and up the framework's level.</param>
/// <param name="Reason">0 none, 1 and up the framework's reason.</param>
/// <param name="Before">The number of the client's row before it; 0: there is none.</param>
internal record struct RowOfNeed(ushort Need, byte Result, byte Reason, int Before);
