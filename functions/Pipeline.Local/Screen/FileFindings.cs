using System.Globalization;
using System.Text.Json.Serialization;
using Pipeline.Core.Findings;
using Pipeline.Core.Reading;
using Pipeline.Core.Submissions;
using Spectre.Console;

namespace Pipeline.Local.Screen;

/// <summary>What a check found in one file, for scripts and for people. Holds no value of the file.</summary>
/// <param name="File">What the file is: a path in the workspace, or its slot.</param>
/// <param name="Summary">Each rule broken, how often and how to mend it.</param>
/// <param name="Findings">The first of the findings, in the order of their lines.</param>
public sealed record FileFindings(
    string File, long Rows, long Errors, long Warnings, IReadOnlyList<ReceiptRule> Summary, IReadOnlyList<ReceiptFinding> Findings)
{
    /// <summary>So many of a rule are shown to people; scripts get all that are listed.</summary>
    private const int ShownPerRule = 20;

    private const int ShownInSentences = 5;

    /// <summary>Where to upload it, when it checks and its own name does not say what it is; else null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? UploadAs { get; init; }

    /// <summary>What it counts for, so that a wrong file is noticed though it is right in form; null or empty when it does not check.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? CountsFor { get; init; }

    /// <summary>What this check could not look at; null when it looked at all that taking in looks at.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NotChecked { get; init; }

    public static FileFindings Of(string file, CheckedFile check)
    {
        var (summary, findings) = Receipt.Of(check.Findings);
        return new FileFindings(file, check.Rows, check.Findings.Errors, check.Findings.Warnings, summary, findings);
    }

    public void Print(IAnsiConsole people)
    {
        string rows = Rows == 0 ? "" : $" in {OutputStyle.Count(Rows, "row")}";
        string verdict = Errors > 0 ? "[red]does not check[/]" : Warnings > 0 ? "[yellow]checks, with warnings[/]" : "[green]checks[/]";
        string count = Errors + Warnings == 0 ? "nothing found" : $"{OutputStyle.Count(Errors, "error")}, {OutputStyle.Count(Warnings, "warning")}";
        people.MarkupLine($"[bold]{Markup.Escape(File)}[/] {verdict}: {count}{rows}");
        if (UploadAs is not null)
        {
            people.MarkupLine("[yellow]Under its own name it would not be taken for this.[/] Upload it as");
            people.Unbroken($"  {UploadAs}");
        }

        if (CountsFor is { Count: > 0 })
        {
            people.MarkupLine("It counts for:");
            foreach (string line in CountsFor)
                people.Indented(Markup.Escape(line));
        }

        if (NotChecked is not null)
            people.MarkupLine($"[grey]Not checked: {Markup.Escape(NotChecked)}[/]");
        foreach (var rule in Summary)
        {
            people.WriteLine();
            people.MarkupLine($"[bold]{rule.Rule}[/] {OutputStyle.Severity(rule.Severity)}{(rule.Count == 1 ? "" : $" [grey]×[/] {OutputStyle.Number(rule.Count)}")}  {Markup.Escape(rule.Wrong)}");
            people.Indented($"[grey]{Markup.Escape(rule.Mend)}[/]");
            foreach (var finding in Findings.Where(f => f.Rule == rule.Rule && (f.Line > 0 || f.Column is not null)).Take(ShownPerRule))
                people.Indented(Markup.Escape(Where(finding)));
            if (rule.Count > ShownPerRule)
                people.Indented($"[grey]and {OutputStyle.Number(rule.Count - ShownPerRule)} more; --json lists up to {OutputStyle.Number(Core.Findings.FindingList.ListedPerRule)}[/]");
        }
    }

    /// <summary><c>line 12, F12 result: one of open, fully_met</c></summary>
    private static string Where(ReceiptFinding finding)
    {
        string line = finding.Line == 0 ? "" : $"line {finding.Line}";
        return string.Join(", ", new[] { line, Column(finding.Cell, finding.Column) }.Where(part => part.Length > 0)) + Expected(finding.Expected);
    }

    /// <summary>The first errors in sentences, where there is no room for a list: <c>Line 12: The value is not … Write … (F12 result: one of open, fully_met)</c></summary>
    public static string InSentences(Core.Findings.FindingList findings)
    {
        var errors = findings.List.Where(f => f.Rule.Severity == Severity.Error).Take(ShownInSentences).ToList();
        long more = findings.Errors - errors.Count;
        return string.Join(' ', [.. errors.Select(Sentence), .. more > 0 ? new[] { $"And {OutputStyle.Number(more)} more." } : []]);
    }

    private static string Sentence(Finding finding)
    {
        string where = Column(finding.Cell, finding.Column) + Expected(finding.Expected);
        return (finding.Line == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"Line {finding.Line}: "))
            + $"{finding.Rule.Wrong} {finding.Rule.Mend}"
            + (where.Length == 0 ? "" : $" ({where.TrimStart(':', ' ')})");
    }

    private static string Column(string? cell, string? column) => string.Join(' ', new[] { cell, column }.OfType<string>());

    private static string Expected(string? expected) => expected is null ? "" : $": {expected}";
}
