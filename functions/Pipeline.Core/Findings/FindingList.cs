using System.Runtime.InteropServices;

namespace Pipeline.Core.Findings;

/// <summary>
/// The findings of one file: every one is counted, and the first ones are listed, so that a file with a million errors has a receipt that
/// can be opened.
/// </summary>
public sealed class FindingList
{
    /// <summary>Findings of one rule that are listed.</summary>
    public const int ListedPerRule = 1_000;

    /// <summary>Findings that are listed in all.</summary>
    public const int Listed = 5_000;

    private readonly List<Finding> _listed = [];
    private readonly Dictionary<Rule, RuleCount> _counts = [];

    public long Errors { get; private set; }

    public long Warnings { get; private set; }

    public bool HasPersonalData { get; private set; }

    /// <summary>The listed findings in the order of their lines, and on a line in the order of its columns.</summary>
    public IReadOnlyList<Finding> List =>
        [.. _listed.OrderBy(f => f.Line).ThenBy(f => f.Cell?.Length ?? 0).ThenBy(f => f.Cell, StringComparer.Ordinal)];

    /// <summary>How often each rule was broken, in the order of their ids.</summary>
    public IReadOnlyList<RuleCount> ByRule => [.. _counts.Values.OrderBy(c => c.Rule.Id, StringComparer.Ordinal)];

    public void Add(Finding finding)
    {
        if (!_counts.TryGetValue(finding.Rule, out var count))
            _counts.Add(finding.Rule, count = new RuleCount(finding.Rule));
        count.Add(finding.Column);
        if (finding.Rule.Severity == Severity.Error)
            Errors++;
        else
            Warnings++;
        HasPersonalData |= finding.Rule.IsPersonalData;
        if (count.Listed < ListedPerRule && _listed.Count < Listed)
        {
            count.Listed++;
            _listed.Add(finding);
        }
    }

    /// <summary>Takes all findings of some rules out, none of which is about a person.</summary>
    public void Remove(IReadOnlySet<Rule> rules)
    {
        foreach (var rule in rules)
        {
            if (!_counts.Remove(rule, out var count))
                continue;
            if (rule.Severity == Severity.Error)
                Errors -= count.Total;
            else
                Warnings -= count.Total;
        }

        _listed.RemoveAll(finding => rules.Contains(finding.Rule));
    }

    /// <summary>Leaves this one finding: the file is refused as a whole. That it carries personal data is not forgotten.</summary>
    public void Refuse(Finding finding)
    {
        _listed.Clear();
        _counts.Clear();
        Errors = Warnings = 0;
        Add(finding);
    }
}

/// <summary>How often a file breaks a rule.</summary>
public sealed class RuleCount(Rule rule)
{
    private readonly Dictionary<string, long> _byColumn = [];

    public Rule Rule { get; } = rule;

    public long Total { get; private set; }

    /// <summary>How many of them each column has; those of the record or file as a whole are in none.</summary>
    public IReadOnlyDictionary<string, long> ByColumn => _byColumn;

    /// <summary>How many of them are listed one by one.</summary>
    public long Listed { get; internal set; }

    internal void Add(string? column)
    {
        Total++;
        if (column is not null)
            CollectionsMarshal.GetValueRefOrAddDefault(_byColumn, column, out _)++;
    }
}
