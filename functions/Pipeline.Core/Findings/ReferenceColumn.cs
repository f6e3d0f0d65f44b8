namespace Pipeline.Core.Findings;

/// <summary>
/// The references of one column. Some forms are those of something about a person and of many an ordinary reference as well: what they
/// are, only the others of the column tell.
/// </summary>
/// <param name="findingAt">Makes a finding of the reference that is looked at.</param>
internal sealed class ReferenceColumn(Func<Rule, Finding> findingAt)
{
    /// <summary>
    /// Fewer with two letters before six digits are a provider's own, whose prefixes may well differ from group to group.
    /// </summary>
    private const int EnoughPrefixes = 8;

    private readonly Lookalikes _tenDigits = new(), _smallPostcodes = new(), _births = new(), _prefixed = new(EnoughPrefixes);

    /// <returns>What a reference looks like by itself; null when it looks like a reference and no more, or its column tells.</returns>
    /// <param name="reference">Already of the form of a reference.</param>
    public Rule? Look(ReadOnlySpan<byte> reference)
    {
        if (PersonalData.HasFormOfLettersAndSixDigits(reference, out int letters))
        {
            _births.Add(PersonalData.IsBirth(reference[^6..]) ? findingAt(Rules.DateInText) : null, HeadOf(reference[..^2]));
            if (letters == 2)
            {
                bool isPrefix = PersonalData.IsNationalInsurancePrefix(reference[..2]);
                _prefixed.Add(isPrefix ? findingAt(Rules.NationalInsuranceNumber) : null, HeadOf(reference[..2]));
            }
        }
        else if (PersonalData.HasFormOfSmallPostcode(reference, out bool isPostcode))
        {
            _smallPostcodes.Add(isPostcode ? findingAt(Rules.Postcode) : null);
        }

        var personal = PersonalData.InReference(reference, out bool hasTenDigits);
        if (!hasTenDigits || (personal is not null && personal != Rules.NhsNumber))
            return personal;
        _tenDigits.Add(personal is null ? null : findingAt(personal));
        return null;
    }

    /// <summary>What only all of them together tell.</summary>
    public IEnumerable<Finding> Findings
    {
        get
        {
            // Initials with a day may be a National Insurance number's beginning as well: one cell, one finding.
            var births = _births.Findings;
            return _tenDigits.Findings.Concat(_smallPostcodes.Findings).Concat(births.Count > 0 ? births : _prefixed.Findings);
        }
    }

    /// <summary>At most eight characters as a number, small letters as capitals.</summary>
    private static ulong HeadOf(ReadOnlySpan<byte> text)
    {
        ulong head = 0;
        foreach (byte b in text)
            head = (head << 8) | (b is >= (byte)'a' and <= (byte)'z' ? (byte)(b - 32) : b);
        return head;
    }
}

/// <summary>
/// References of one column and one form, which those of a person and ordinary ones share. All of them may be of persons; where most of
/// them cannot be, or all that can begin alike, somebody counts.
/// </summary>
/// <param name="atLeast">So few tell nothing.</param>
internal sealed class Lookalikes(int atLeast = 1)
{
    /// <summary>So many tell for good.</summary>
    private const int Enough = 64;

    /// <summary>So many different beginnings are no scheme's, however many references there are.</summary>
    private const int ManyHeads = 16;

    private readonly List<Finding> _passing = [];
    private readonly HashSet<ulong> _heads = [];
    private int _seen;
    private int _passed;
    private bool _hasHeads;
    private bool _isCounter;

    /// <param name="passing">What is found of the reference if its column turns out to hold such; null of one that cannot be it.</param>
    /// <param name="head">What differs from person to person, and in a scheme hardly; null where chance alone decides.</param>
    public void Add(Finding? passing, ulong? head = null)
    {
        if (_isCounter)
            return;
        _seen++;
        if (passing is not null)
        {
            _passed++;
            _passing.Add(passing);
            _hasHeads |= head is not null;
            if (head is { } one && _heads.Count < ManyHeads)
                _heads.Add(one);
        }

        if (_seen != Enough || !IsCounter)
            return;
        _isCounter = true;
        _passing.Clear();
    }

    /// <summary>What is found in the column.</summary>
    public IReadOnlyList<Finding> Findings => IsCounter || _passed < atLeast ? [] : _passing;

    private bool IsCounter => _isCounter || 2 * _passed < _seen || (_hasHeads && _heads.Count < Math.Min((_passed + 1) / 2, ManyHeads));
}
