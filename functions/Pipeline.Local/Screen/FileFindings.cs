using System.Globalization;
using System.Text.Json.Serialization;
using Pipeline.Core.Findings;
using Pipeline.Core.Reading;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Pages;
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

    private const int ShownPlaces = 12;

    private const int ShownInSentences = 5;

    /// <summary>Where to upload it, when it checks and its own name does not say what it is; else null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? UploadAs { get; init; }

    /// <summary>
    /// What it counts for, so that a wrong file is noticed though it is right in form; of one with errors, what it would, as far as it
    /// could be read.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? CountsFor { get; init; }

    /// <summary>Whether it says that there is nothing to report.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsNilReturn { get; init; }

    /// <summary>Whether it is a sheet of the workbook of a whole return.</summary>
    [JsonIgnore]
    public bool IsOfReturn { get; init; }

    /// <summary>What is in it, or is meant to be.</summary>
    [JsonIgnore]
    public string? Dataset { get; init; }

    /// <summary>The sheet of a workbook that it is about, when that has the dataset's name.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Sheet { get; init; }

    /// <summary>When the return is due; null when it is not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateOnly? DueOn { get; init; }

    /// <summary>How many days are left until then; negative: so many days ago it was due.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? DaysLeft { get; init; }

    /// <summary>What this check could not look at; null when it looked at all that taking in looks at.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NotChecked { get; init; }

    public static FileFindings Of(string file, CheckedFile check)
    {
        var (summary, findings) = Receipt.Of(check.Findings);
        return new FileFindings(file, check.Rows, check.Findings.Errors, check.Findings.Warnings, summary, findings)
            { Sheet = check.Sheet };
    }

    /// <param name="people">The screen.</param>
    /// <param name="byRow">Whether findings are printed in the order of the rows; else by rule.</param>
    public void Print(IAnsiConsole people, bool byRow = false)
    {
        string rows = Rows == 0 ? "" : $" in {OutputStyle.Count(Rows, "row")}";
        string verdict = Errors > 0 ? "[red]does not check[/]" : Warnings > 0 ? "[yellow]checks, with warnings[/]" : "[green]checks[/]";
        string count = Errors + Warnings == 0
            ? "nothing found" : $"{OutputStyle.Count(Errors, "error")}, {OutputStyle.Count(Warnings, "warning")}";
        people.MarkupLine($"[bold]{Markup.Escape(File)}[/] {verdict}: {count}{rows}");
        if (UploadAs is not null)
        {
            people.MarkupLine("[yellow]Under its own name it would not be taken for this.[/] Upload it as");
            people.Unbroken($"  {UploadAs}");
        }

        if (IsNilReturn)
            people.MarkupLine("It is a nil return: it says that there is nothing to report.");
        else if (CountsFor is { Count: > 0 })
        {
            people.MarkupLine(Errors > 0 ? "As far as it could be read, it would count for:" : "It counts for:");
            foreach (string line in CountsFor)
                people.Indented(Markup.Escape(line));
        }

        if (DueOn is { } dueOn && DaysLeft is { } left)
            people.MarkupLine(Markup.Escape(Capital($"{(left >= 0 ? "it is " : "it ")}{PageText.Due(dueOn, dueOn.AddDays(-left))}.")));
        if (NotChecked is not null)
            people.MarkupLine($"[grey]Not checked: {Markup.Escape(NotChecked)}[/]");
        if (byRow)
            PrintByRow(people);
        else
            PrintByRule(people);
    }

    private void PrintByRule(IAnsiConsole people)
    {
        foreach (var rule in Summary)
        {
            people.WriteLine();
            people.MarkupLine(
                $"[bold]{rule.Rule}[/] "
                + $"{OutputStyle.Severity(rule.Severity)}{(rule.Count == 1 ? "" : $" [grey]×[/] {OutputStyle.Number(rule.Count)}")}  "
                + $"{Markup.Escape(rule.Wrong)}");
            people.Indented($"[grey]{Markup.Escape(rule.Mend)}[/]");
            var groups = FindingGroup.Of(rule, Findings, Rows, Sheet);
            foreach (var group in groups.Take(ShownPerRule).Where(group => group is not { Column: null, Expected: null, Places: [] }))
                people.Indented(Markup.Escape(Where(group)));
            if (groups.Count > ShownPerRule)
                people.Indented($"[grey]and {OutputStyle.Number(groups.Count - ShownPerRule)} more; --by-row and --json show them[/]");
            if (rule.NotListed > 0)
                people.Indented($"[grey]and {OutputStyle.Number(rule.NotListed)} more of these, which are not listed[/]");
        }
    }

    private void PrintByRow(IAnsiConsole people)
    {
        var rules = Summary.ToDictionary(rule => rule.Rule);
        foreach (var line in Findings.GroupBy(finding => finding.Line))
        {
            people.WriteLine();
            people.MarkupLine(line.Key == 0 ? "[bold]The file as a whole[/]" : $"[bold]Line {OutputStyle.Number(line.Key)}[/]");
            foreach (var finding in line)
            {
                var rule = rules[finding.Rule];
                string place = string.Join(' ', new[] { FindingGroup.CellOf(finding, Sheet), finding.Column }.OfType<string>());
                people.Indented(
                    $"{OutputStyle.Severity(rule.Severity)} "
                    + $"{(place.Length == 0 ? "" : $"[bold]{Markup.Escape(place)}[/]: ")}{Markup.Escape(rule.Wrong)}{Markup.Escape(finding.Expected is null ? "" : $" Expected: {finding.Expected}.")} [grey]{rule.Rule}[/]");
            }
        }

        foreach (var rule in Summary.Where(rule => rule.NotListed > 0))
            people.MarkupLine($"[grey]and {OutputStyle.Number(rule.NotListed)} more of {rule.Rule}, which are not listed[/]");
    }

    /// <summary><c>result, 13 rows, F2 to F7, F9 and 3 more: one of open, fully_met</c></summary>
    private static string Where(FindingGroup group)
    {
        string places = string.Join(", ", group.Places.Take(ShownPlaces))
            + (group.Places.Count > ShownPlaces ? $" and {OutputStyle.Number(group.Places.Count - ShownPlaces)} more" : "");
        string where = string.Join(", ", new[] { group.Column, group.Rows, places }.Where(part => !string.IsNullOrEmpty(part)));
        return (where.Length > 0 ? where : "the file as a whole") + Expected(group.Expected);
    }

    /// <summary>
    /// The first errors in sentences, where there is no room for a list: <c>Line 12: The value is not … Write … (F12 result: one of open,
    /// fully_met)</c>
    /// </summary>
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

    private static string Capital(string sentence) => char.ToUpperInvariant(sentence[0]) + sentence[1..];

    private static string Column(string? cell, string? column) => string.Join(' ', new[] { cell, column }.OfType<string>());

    private static string Expected(string? expected) => expected is null ? "" : $": {expected}";
}

/// <summary>What a check found in the workbook of a whole return.</summary>
/// <param name="Sheets">One for each filled sheet; of a workbook that is refused as a whole, itself.</param>
public sealed record ReturnFindings(IReadOnlyList<FileFindings> Sheets);
