namespace Pipeline.Core.Outcomes;

/// <summary>
/// The rows of a file that name a need, each linked with the row before it of the same client, so that a repetition can name the first.
/// Made for millions: what was stored is never moved.
/// </summary>
internal sealed class NeedRows
{
    private const int ChunkBits = 16;
    private const int FirstRoom = 64;

    private RowOfNeed[] _latest = new RowOfNeed[FirstRoom];
    private RowOfNeed[][] _full = [];
    private int _used;

    /// <summary>The row added as the <paramref name="number"/>th, from 1.</summary>
    public ref readonly RowOfNeed this[int number]
    {
        get
        {
            int chunk = (number - 1) >> ChunkBits;
            return ref (chunk < _full.Length ? _full[chunk] : _latest)[(number - 1) & ((1 << ChunkBits) - 1)];
        }
    }

    /// <returns>The row's number, from 1.</returns>
    public int Add(in RowOfNeed row)
    {
        if (_used == _latest.Length)
            MakeRoom();
        _latest[_used++] = row;
        return (_full.Length << ChunkBits) + _used;
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

/// <param name="Line">On which the row stands.</param>
/// <param name="Need">The number of the need.</param>
/// <param name="Before">The number of the client's row before it; 0: there is none.</param>
internal readonly record struct RowOfNeed(int Line, int Need, int Before);
