using Pipeline.Core.Frameworks;

namespace Pipeline.Core.Outcomes;

/// <summary>
/// The needs that a framework knows, numbered: each outcome as a whole, followed by its indicators.
/// </summary>
internal sealed class Needs
{
    private readonly int[] _first;

    public Needs(Framework framework)
    {
        _first = new int[framework.Outcomes.Count];
        for (int outcome = 0; outcome < _first.Length; outcome++)
        {
            _first[outcome] = Count;
            Count += 1 + framework.Outcomes[outcome].Indicators.Count;
        }
    }

    public int Count { get; }

    /// <summary>The outcome as a whole: the blank indicator.</summary>
    public int OfOutcome(int outcome) => _first[outcome];

    public int OfIndicator(int outcome, int indicator) => _first[outcome] + 1 + indicator;
}
