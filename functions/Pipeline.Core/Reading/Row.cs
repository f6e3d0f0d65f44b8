using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Pipeline.Core.Findings;

namespace Pipeline.Core.Reading;

/// <summary>How an id is read from text.</summary>
internal delegate bool IdParser<T>(string? text, out T id);

/// <summary>
/// The record at which the reader of a file stands. Its methods read a field and report what is wrong with it, so that a dataset's reader
/// holds only the dataset's own rules. A column is given by its place in <see cref="Layout.Columns"/>.
/// </summary>
internal sealed class Row(Layout layout, FindingList findings, DateOnly lastDay)
{
    internal const int LongestText = 200;

    /// <summary>Of a column that the file does not have.</summary>
    internal const int NoPosition = -1;

    // Where the file has each of the dataset's columns.
    private readonly int[] _positions = new int[layout.Columns.Count];

    // Which of the columns are filled in in every row.
    private readonly bool[] _isRequired = [.. layout.Columns.Select(column => column.IsRequired)];

    // On which line an error was last reported in each column: one cell, one finding.
    private readonly long[] _wrongOnLine = new long[layout.Columns.Count];

    // Of the columns that hold references, what only the whole of them tells.
    private readonly ReferenceColumn?[] _references = new ReferenceColumn?[layout.Columns.Count];

    // Whether a date stood in the file that only makes sense with the month first: a computer writes all columns of a file alike.
    private bool _isMonthFirst;

    private Records _records = new();
    private Record _record;

    /// <summary>The line on which the record starts, from 1.</summary>
    public long Line => _record.Line;

    /// <summary>How many values it has, whichever columns they belong to.</summary>
    public int FieldCount => _record.FieldCount;

    /// <summary>Nothing but separators.</summary>
    public bool IsEmpty => _record.IsEmpty;

    /// <summary>The row in which a spreadsheet shows the record.</summary>
    public long SheetRow => _record.SheetRow;

    /// <summary>The value of a column; blank where the file does not have the column, about which nothing is reported then.</summary>
    public ReadOnlySpan<byte> this[int column]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _positions[column] is >= 0 and var position ? At(position) : default;
    }

    /// <summary>Whether the file has the column.</summary>
    public bool Has(int column) => _positions[column] >= 0;

    public bool IsBlank(int column) => this[column].IsEmpty;

    /// <summary>The value at a position of the record.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ReadOnlySpan<byte> At(int position) => _records.At(in _record, position);

    /// <summary>Whether the file has the column at a position.</summary>
    internal bool IsAt(int position, int column) => _positions[column] == position;

    internal void SetPosition(int column, int position) => _positions[column] = position;

    /// <summary>Reads a column no more.</summary>
    /// <returns>Where it stands.</returns>
    internal int Forget(int column)
    {
        int position = _positions[column];
        _positions[column] = NoPosition;
        return position;
    }

    internal void MoveTo(Records records, int record)
    {
        // They stay the same for thousands of rows, and to keep an object costs more than to look whether it is kept.
        if (_records != records)
            _records = records;
        _record = records[record];
    }

    /// <summary>Reports something about one value.</summary>
    public void Report(Rule rule, int column, string? expected = null)
    {
        if (!Has(column))
            return;
        if (rule.Severity == Severity.Error)
        {
            if (_wrongOnLine[column] == Line && !rule.IsPersonalData)
                return;
            _wrongOnLine[column] = Line;
        }

        findings.Add(FindingAt(rule, column, expected));
    }

    private Finding FindingAt(Rule rule, int column, string? expected = null) =>
        new(rule, Line, layout.Columns[column].Name, Fields.Cell(_positions[column], SheetRow), expected);

    /// <summary>Reports something about the record as a whole.</summary>
    public void Report(Rule rule, string? expected = null) => findings.Add(new Finding(rule, Line, Expected: expected));

    /// <summary>Reports something about a record before this one.</summary>
    internal void ReportAt(Rule rule, long line, string expected) => findings.Add(new Finding(rule, line, Expected: expected));

    /// <summary>Reports that the header stands on a later line than the first record, at which this stands.</summary>
    internal void ReportHeaderElsewhere(long line) => findings.Add(new Finding(
        Rules.HeaderElsewhere,
        Line,
        Expected: string.Create(CultureInfo.InvariantCulture,
            $"the header, which stands on line {line}: delete {(line == 2 ? "line 1" : $"lines 1 to {line - 1}")}")));

    /// <summary>Whether the values from a position on are blank.</summary>
    internal bool IsBlankFrom(int position)
    {
        for (; position < FieldCount; position++)
        {
            if (!At(position).IsEmpty)
                return false;
        }

        return true;
    }

    /// <summary>Reports something about a header's column that the dataset may not have.</summary>
    internal void ReportHeader(Rule rule, int position, string? column, string? expected = null) =>
        findings.Add(new Finding(rule, Line, column, Fields.Cell(position, _record.SheetRow), expected));

    internal void ReportMissingColumn(string column) => findings.Add(new Finding(Rules.ColumnMissing, Line, column));

    /// <summary>Reports a value that is not of its form; one that looks like something about a person is reported as that.</summary>
    public void ReportForm(Rule rule, int column, string? expected = null, bool datesToo = true)
    {
        if (ReportPersonalData(column, datesToo))
            return;
        var known = layout.Columns[column];
        expected ??= known.Form.Words();
        if (!known.IsRequired && !expected.StartsWith("blank", StringComparison.Ordinal))
            expected += ", or leave it blank";
        Report(Fields.HasInvisible(this[column]) ? Rules.InvisibleCharacter : rule, column, expected);
    }

    /// <summary>Reports a value that looks like something about a person, and nothing else about it.</summary>
    /// <returns>Whether it does.</returns>
    public bool ReportPersonalData(int column, bool datesToo = true)
    {
        if (PersonalData.InText(this[column], isProse: datesToo) is not { } personal)
            return false;
        Report(personal, column);
        return true;
    }

    /// <summary>
    /// Reports what looks like something about a person in values that no rule reads, because it is not known what their columns are.
    /// </summary>
    internal void ReportPersonalData(IEnumerable<int> positions)
    {
        foreach (int position in positions)
        {
            // Where the date columns stand is not known either.
            if (PersonalData.InText(At(position), isProse: false) is { } personal)
                findings.Add(new Finding(personal, Line, Cell: Fields.Cell(position, _record.SheetRow)));
        }
    }

    public Day Date(int column)
    {
        var field = this[column];
        if (field.IsEmpty)
        {
            ReportMissing(column);
            return Day.Blank;
        }

        if (Fields.TryDate(field, out var date) && !_isMonthFirst)
            return IsToCome(date, column) ? default(Day) : date;
        return OtherDate(column);
    }

    /// <summary>Reports a date that is not written as it should be.</summary>
    private Day OtherDate(int column)
    {
        var field = this[column];
        if (Fields.TryDate(field, out var date))
        {
            // With the month first elsewhere, nobody knows which day this is, unless only one of its numbers can be a month; the finding
            // there is for the whole file.
            bool isSure = field[4] == '-' || date.Day > 12;
            return isSure && !IsToCome(date, column) ? date : default(Day);
        }

        var rule = DateForms.RuleOf(field);
        _isMonthFirst |= rule == Rules.DateMonthFirst;
        ReportForm(rule, column, datesToo: false);
        return default;
    }

    /// <summary>Reports a date that lies in the future.</summary>
    /// <returns>Whether it does.</returns>
    public bool IsToCome(DateOnly date, int column)
    {
        if (date > lastDay)
            Report(Rules.DateToCome, column);
        return date > lastDay;
    }

    /// <summary>The place of a code in its table.</summary>
    public Place Code(int column, CodeTable table)
    {
        var field = this[column];
        if (field.IsEmpty)
        {
            ReportMissing(column);
            return Place.Blank;
        }

        int found = table.Find(field);
        if (found >= 0)
            return found;
        ReportForm(Rules.NotACode, column, table.Expected);
        return default;
    }

    /// <returns>Null when reported.</returns>
    public Quarter? Quarter(int column)
    {
        if (IsBlank(column))
            Report(Rules.ValueMissing, column);
        else if (Core.Quarter.TryParse(String(column), out var quarter))
            return quarter;
        else
            ReportForm(Rules.NotAQuarter, column, datesToo: false);
        return null;
    }

    public Field<long> Whole(int column)
    {
        var field = this[column];
        if (field.IsEmpty)
            return Missing<long>(column);
        if (Fields.TryWhole(field, out long number))
            return number;
        ReportForm(Rules.NotAWholeNumber, column, "digits only, 0 to 999999999");
        return default;
    }

    /// <summary>A number with at most two decimals, in hundredths.</summary>
    public Field<long> Hundredths(int column)
    {
        var field = this[column];
        if (field.IsEmpty)
            return Missing<long>(column);
        if (Fields.TryHundredths(field, out long number))
            return number;
        ReportForm(Rules.NotANumber, column, "a number such as 1234.50");
        return default;
    }

    public Field<bool> YesNo(int column)
    {
        var field = this[column];
        if (field.IsEmpty)
            return Missing<bool>(column);
        if (field.Length == 1 && (field[0] | 0x20) is 'y' or 'n')
            return (field[0] | 0x20) == 'y';
        ReportForm(Rules.NotYesOrNo, column);
        return default;
    }

    /// <summary>A reference's bytes; empty when blank or reported.</summary>
    /// <param name="column">Which field.</param>
    /// <param name="personalDataToo">False for the council's own references, which name no client and often hold a date:
    /// <c>BACS-2025-07-03</c>.</param>
    public ReadOnlySpan<byte> Reference(int column, bool personalDataToo = true)
    {
        return Reference(column, this[column], personalDataToo);
    }

    private ReadOnlySpan<byte> Reference(int column, ReadOnlySpan<byte> field, bool personalDataToo)
    {
        if (field.IsEmpty)
        {
            ReportMissing(column);
            return default;
        }

        if (!Fields.IsReference(field))
        {
            ReportForm(Rules.NotAReference, column);
            return default;
        }

        if (!personalDataToo)
            return field;
        if ((_references[column] ?? ReferencesOf(column)).Look(field) is not { } personal)
            return field;
        Report(personal, column);
        return default;
    }

    private ReferenceColumn ReferencesOf(int column) => _references[column] = new ReferenceColumn(rule => FindingAt(rule, column));

    /// <summary>The same of evidence, on which money rests: <c>n/a</c> and the like are no reference.</summary>
    public ReadOnlySpan<byte> EvidenceReference(int column)
    {
        var field = this[column];
        if (!Fields.SaysNothing(field))
            return Reference(column, field, personalDataToo: true);
        Report(Rules.NoReference, column, layout.Columns[column].IsRequired
            ? Form.Reference.Words() : $"{Form.Reference.Words()}, or leave it blank");
        return default;
    }

    /// <summary>Reports what only the whole of a column tells.</summary>
    internal void ReportColumns()
    {
        foreach (var finding in _references.OfType<ReferenceColumn>().SelectMany(column => column.Findings))
            findings.Add(finding);
    }

    /// <summary>Checks free text; nobody needs what it says.</summary>
    /// <returns>Whether there is one and nothing is wrong with it.</returns>
    public bool Text(int column, bool personalDataToo = true)
    {
        var field = this[column];
        if (field.IsEmpty)
            return Missing<bool>(column).HasValue;
        if (personalDataToo && PersonalData.InText(field, isProse: true) is { } personal)
            Report(personal, column);
        else if (Fields.CharacterCount(field) > LongestText)
            Report(Rules.TextTooLong, column);
        else if (field[0] is (byte)'=' or (byte)'+' or (byte)'-' or (byte)'@' || field.ContainsAnyInRange((byte)0, (byte)0x1F))
            Report(Rules.TextNotPlain, column);
        else
            return true;
        return false;
    }

    /// <summary>An id of its type; the default when blank or reported.</summary>
    public T Id<T>(int column, IdParser<T> parser)
        where T : struct
    {
        string text = String(column);
        if (parser(text, out var id))
            return id;
        if (text.Length == 0)
            Report(Rules.ValueMissing, column);
        else
            ReportForm(Rules.NotAnId, column);
        return default;
    }

    /// <summary>A member of staff; null when blank or reported.</summary>
    public PersonName? StaffName(int column)
    {
        if (IsBlank(column))
            Report(Rules.ValueMissing, column);
        else if (PersonName.TryParse(String(column), out var name))
            return name;
        else
            ReportForm(Rules.NotAPersonsName, column);
        return null;
    }

    /// <summary>The field as a string, for the few that are kept: ids and names of the commissioner's own files.</summary>
    public string String(int column) => Encoding.UTF8.GetString(this[column]);

    private Field<T> Missing<T>(int column)
    {
        ReportMissing(column);
        return default;
    }

    /// <summary>Reports a blank value where the column is filled in in every row.</summary>
    private void ReportMissing(int column)
    {
        if (_isRequired[column])
            Report(Rules.ValueMissing, column);
    }
}
