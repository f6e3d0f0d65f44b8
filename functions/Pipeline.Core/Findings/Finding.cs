namespace Pipeline.Core.Findings;

public enum Severity
{
    /// <summary>Doubtful; the file is taken all the same.</summary>
    Warning,

    /// <summary>Wrong; the whole file is rejected.</summary>
    Error,
}

/// <summary>Something a file is checked for. All of them, with their wording, are in <see cref="Rules"/>.</summary>
/// <param name="Id">Published and never used for anything else: <c>OUT-007</c>.</param>
/// <param name="Severity">Whether it rejects the file.</param>
/// <param name="Wrong">One sentence: what is wrong.</param>
/// <param name="Mend">One sentence: how to mend it.</param>
public sealed record Rule(string Id, Severity Severity, string Wrong, string Mend)
{
    /// <summary>Whether it finds something about a person, so that the upload is quarantined (domain.md section 2).</summary>
    public bool IsPersonalData => Id.StartsWith("PER-", StringComparison.Ordinal);
}

/// <summary>One thing wrong or doubtful in a file. Never holds the offending value.</summary>
/// <param name="Rule">What it breaks.</param>
/// <param name="Line">The line on which the record starts, from 1; 0: the file as a whole.</param>
/// <param name="Column">The column's name; null: the record or file as a whole.</param>
/// <param name="Cell">Where a spreadsheet shows it: <c>F12</c>; null: the record or file as a whole.</param>
/// <param name="Expected">What would have been right; never taken from the file.</param>
public sealed record Finding(Rule Rule, long Line, string? Column = null, string? Cell = null, string? Expected = null);
