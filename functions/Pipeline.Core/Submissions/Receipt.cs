using System.Text.Json;
using System.Text.Json.Serialization;
using CsvHelper;
using Pipeline.Core.Payments;
using Pipeline.Core.Contracts;
using Pipeline.Core.Findings;
using static System.FormattableString;

namespace Pipeline.Core.Submissions;

/// <summary>What became of an upload.</summary>
public enum UploadStatus
{
    Accepted,

    /// <summary>
    /// It checks, but would change what was released or closed: it waits for a named person, and the version before it stays current.
    /// </summary>
    Held,

    /// <summary>It has errors; the version before it stays current.</summary>
    Rejected,

    /// <summary>It has the bytes of the slot's current version; nothing changed.</summary>
    Duplicate,

    /// <summary>Rejected, and its bytes in quarantine: it carries personal data or fits no slot.</summary>
    Quarantined,
}

public static class UploadStatuses
{
    /// <summary>As it is published in tables and files: <c>accepted</c>.</summary>
    public static string Word(this UploadStatus status) => status switch
    {
        UploadStatus.Accepted => "accepted",
        UploadStatus.Held => "held",
        UploadStatus.Rejected => "rejected",
        UploadStatus.Duplicate => "duplicate",
        UploadStatus.Quarantined => "quarantined",
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };
}

/// <summary>
/// What the sender of an upload gets back: what became of it and every finding (domain.md section 1). Holds no value of the file.
/// </summary>
/// <param name="Slot">What the file is for: its folder and dataset; empty when it fits no slot.</param>
/// <param name="FileName">Its name in that folder, of which only the dataset is told when the rest may name a person; empty when it holds a
/// number or address of a person. Of a file that fits no slot its whole path, as far as its words are known.</param>
/// <param name="Version">Its number in its slot; for a duplicate the number of the version it repeats; 0 when it fits no slot.</param>
/// <param name="Status">What became of it.</param>
/// <param name="Sha256">Of its bytes; of a workbook, of its sheet's rows as CSV text; <see cref="Sha256.Unread"/> of one over the
/// limit.</param>
/// <param name="TakenInAt">When, UTC.</param>
/// <param name="RowsRead">Records read, the header not among them.</param>
/// <param name="RowsAccepted">All of them or none.</param>
/// <param name="Errors">Findings that reject the file.</param>
/// <param name="Warnings">Findings that do not.</param>
/// <param name="Summary">For each rule broken, how often and how to mend it.</param>
/// <param name="Findings">The first of the findings, in the order of their lines.</param>
public sealed record Receipt(
    string Slot,
    string FileName,
    int Version,
    UploadStatus Status,
    Sha256 Sha256,
    DateTimeOffset TakenInAt,
    long RowsRead,
    long RowsAccepted,
    long Errors,
    long Warnings,
    IReadOnlyList<ReceiptRule> Summary,
    IReadOnlyList<ReceiptFinding> Findings)
{
    /// <summary>Of the bytes of the workbook that it came in; null: it was no workbook.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Sha256? Workbook { get; init; }

    /// <summary>Which sheet of the workbook it is about, when the workbook has one of the dataset's name.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Sheet { get; init; }

    /// <summary>
    /// The day on which the return is due, with its extension left out; null: the calendar does not say, or it is no return.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateOnly? DueOn { get; init; }

    /// <summary>
    /// The last of the files that came together with this one for its slot, by the order of their names; empty when its name may say
    /// something about a person. It is the one that counts, if it is accepted. Null: this was the last, or came alone.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CameBefore { get; init; }

    /// <summary>A finding's cell, with its sheet: <c>outcomes!F12</c>. Null: the record or file as a whole.</summary>
    public string? CellOf(ReceiptFinding finding) => FindingGroup.CellOf(finding, Sheet);

    /// <summary>Of an accepted or held register, what it changes against the one before; null for other files.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<RegisterChange>? RegisterChanges { get; init; }

    /// <summary>
    /// Of an accepted or held register, framework or file of decisions, what it changes, or would, in money, by quarter and contract; null
    /// for other files.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Consequence>? Consequences { get; init; }

    public void WriteJson(Stream stream) => JsonSerializer.Serialize(stream, this, CoreJson.Indented);

    /// <summary>
    /// One row a finding, for a spreadsheet: where and what first, the rule last. A rule of which some are not listed has a row below them
    /// that says how many.
    /// </summary>
    public void WriteCsv(Stream stream)
    {
        var rules = Summary.ToDictionary(r => r.Rule);
        // Excel takes a file for UTF-8 only when it starts with a byte order mark.
        using var csv = CsvWriter.Create(stream, new CsvWriterOptions { WriteByteOrderMark = true, NewLine = "\r\n" }, leaveOpen: true);
        // An id alone that begins with DEC is December to a spreadsheet.
        csv.WriteRecord("where", "column", "what_is_wrong", "expected", "how_to_mend", "severity", "line", "rule");
        foreach (var finding in Findings)
        {
            var rule = rules[finding.Rule];
            csv.WriteRecord(
                FindingGroup.PlaceOf(finding, Sheet) ?? "the file as a whole", finding.Column ?? "", rule.Wrong, finding.Expected ?? "",
                rule.Mend, rule.Severity, finding.Line > 0 ? Invariant($"{finding.Line}") : "", $"rule {rule.Rule}");
        }

        foreach (var rule in Summary.Where(r => r.NotListed > 0))
        {
            csv.WriteRecord(
                "further on", "", Invariant($"{rule.Wrong} {rule.NotListed} more of these are not listed."), "", rule.Mend, rule.Severity,
                "", $"rule {rule.Rule}");
        }
    }

    public static Receipt ReadJson(Stream stream) =>
        JsonSerializer.Deserialize<Receipt>(stream, CoreJson.Options) ?? throw new JsonException("A receipt is a JSON object.");

    /// <summary>Summarises the findings of a file.</summary>
    public static (IReadOnlyList<ReceiptRule> Summary, IReadOnlyList<ReceiptFinding> Findings) Of(FindingList findings) => (
        [.. findings.ByRule.Select(c => new ReceiptRule(c.Rule.Id, c.Rule.Severity == Severity.Error ? "error" : "warning", c.Rule.Wrong,
            c.Rule.Mend, c.Total, c.Total - c.Listed)
        {
            Columns = [.. c.ByColumn.OrderBy(column => column.Key, StringComparer.Ordinal)
                .Select(column => new ReceiptColumn(column.Key, column.Value))],
        })],
        [.. findings.List.Select(f => new ReceiptFinding(f.Rule.Id, f.Line, f.Column, f.Cell, f.Expected))]);
}

/// <param name="Count">How often it is broken.</param>
/// <param name="NotListed">How many of those are not among the listed findings.</param>
public sealed record ReceiptRule(string Rule, string Severity, string Wrong, string Mend, long Count, long NotListed)
{
    /// <summary>How many of them each column has, by its name; those of a record or the file as a whole are in none.</summary>
    public IReadOnlyList<ReceiptColumn> Columns { get; init; } = [];

    // Two are alike when what they list is.
    public bool Equals(ReceiptRule? other) =>
        other is not null && (Rule, Severity, Wrong, Mend, Count, NotListed)
            == (other.Rule, other.Severity, other.Wrong, other.Mend, other.Count, other.NotListed)
        && Columns.SequenceEqual(other.Columns);

    public override int GetHashCode() => HashCode.Combine(Rule, Count, NotListed);
}

/// <param name="Column">Its name.</param>
/// <param name="Count">How often a rule is broken in it, listed or not.</param>
public sealed record ReceiptColumn(string Column, long Count);

/// <summary>One <see cref="Finding"/>, by its rule's id.</summary>
public sealed record ReceiptFinding(string Rule, long Line, string? Column, string? Cell, string? Expected);
