using System.Globalization;
using System.Text;
using Pipeline.Core.Findings;

namespace Pipeline.Core.Reading;

/// <summary>
/// A file's header, matched with its dataset's columns (domain.md section 3): names in any order, compared by their letters and digits
/// alone. What a person meant is recognised as far as it is certain, so that one mistake is one finding and the rows are checked all the
/// same.
/// </summary>
internal sealed class Header
{
    /// <summary>Records within which a header is looked for that does not stand on the first line.</summary>
    private const int SearchedRecords = 20;

    private readonly Layout _layout;
    private readonly bool[] _found;
    private readonly List<int> _unread = [];
    private readonly HashSet<int> _repeated = [];
    private readonly List<int> _unnamed = [];
    private readonly HashSet<int> _filledUnnamed = [];
    private readonly byte[][] _names;

    private Header(Row row, Layout layout, bool isOther)
    {
        _layout = layout;
        Line = row.Line;
        _found = new bool[layout.Columns.Count];
        Columns = row.FieldCount;
        _names = [.. Enumerable.Range(0, Columns).Select(position => row.At(position).ToArray())];
        for (int column = 0; column < _found.Length; column++)
            row.SetPosition(column, Row.NoPosition);
        if (isOther)
            ReportOther(row);
        else
            Match(row);
        EvenRow = string.Create(CultureInfo.InvariantCulture, $"{Named} {(Named == 1 ? "value" : "values")}");
    }

    public long Line { get; }

    /// <summary>How many names and blanks stand in it.</summary>
    public int Columns { get; private set; }

    /// <summary>Up to the last name.</summary>
    public int Named { get; private set; }

    /// <summary>What a row has, for a finding.</summary>
    public string EvenRow { get; }

    /// <summary>
    /// Whether any column of the dataset stands in it; else it is a title or a comment, which says nothing of how long rows are.
    /// </summary>
    public bool IsHeader { get; private set; }

    /// <summary>Whether every value of a row as long as the header stands in a column that is read: so in nearly every file.</summary>
    public bool IsReadWhole => IsHeader && _unread.Count == 0 && _unnamed.Count == 0;

    /// <summary>Where columns stand that are not read: of a name that is unknown or stands there twice.</summary>
    public IReadOnlyList<int> Unread => _unread;

    /// <summary>Where between and beside the columns no name stands.</summary>
    public IReadOnlyList<int> Unnamed => _unnamed;

    /// <summary>Looks for the header in a file's first records.</summary>
    /// <param name="row">Is moved to it.</param>
    /// <param name="first">The records.</param>
    /// <param name="layout">The columns that are expected.</param>
    /// <returns>The header, and the place of its record.</returns>
    /// <exception cref="RefusedException">The file is separated by something else than commas.</exception>
    public static (Header Header, int Record) Find(Row row, Records first, Layout layout)
    {
        row.MoveTo(first, 0);
        if (row.FieldCount == 1 && row.At(0).ContainsAny((byte)';', (byte)'\t'))
        {
            if (PersonalData.IsColumn(Encoding.UTF8.GetString(row.At(0))))
                row.ReportHeader(Rules.PersonalColumn, 0, column: null);
            throw new RefusedException(Rules.FileNotCommaSeparated, row.Line);
        }

        int place = 0, most = Matches(row, layout);
        var firstOthers = OtherOf(row, layout, most);
        for (int record = 1; most < layout.Columns.Count && firstOthers is null
            && record < Math.Min(first.Count, SearchedRecords); record++)
        {
            row.MoveTo(first, record);
            int matches = Matches(row, layout);
            // Half of the names and more than one: no row of values has them.
            if (matches > most && matches > 1 && matches * 2 >= layout.Columns.Count)
                (place, most) = (record, matches);
        }

        row.MoveTo(first, 0);
        if (place > 0)
            row.ReportHeaderElsewhere(first[place].Line);
        for (int record = 0; record < place; record++)
        {
            row.MoveTo(first, record);
            row.ReportPersonalData(Enumerable.Range(0, row.FieldCount));
        }

        row.MoveTo(first, place);
        return (new Header(row, layout, isOther: place == 0 && firstOthers is not null), place);
    }

    /// <summary>
    /// The dataset nearly all of whose columns stand in one of a file's first records, with a row below that is not blank; null when there
    /// is none.
    /// </summary>
    /// <param name="start">Whole records of it.</param>
    /// <param name="datasets">Of which one is looked for.</param>
    public static Layout? DatasetOf(Stream start, IReadOnlyList<Layout> datasets)
    {
        using var file = new RecordReader(start, long.MaxValue, linesAreRows: true);
        var first = file.Read().First();
        var row = new Row(datasets[0], new FindingList(), DateOnly.MaxValue);
        for (int record = 0; record < Math.Min(first.Count, SearchedRecords); record++)
        {
            row.MoveTo(first, record);
            var (matches, dataset) = datasets.Select(each => (Matches(row, each), each)).MaxBy(each => each.Item1);
            if (matches > 1 && matches * 4 >= dataset.Columns.Count * 3)
                return Enumerable.Range(record + 1, first.Count - record - 1).Any(below => !first[below].IsEmpty) ? dataset : null;
        }

        return null;
    }

    /// <summary>Whether a record is the header once more, as where two files were put together.</summary>
    /// <param name="row">The record.</param>
    /// <param name="first">Its first value, which tells of nearly every record.</param>
    public bool IsRepeatedIn(Row row, ReadOnlySpan<byte> first) =>
        row.FieldCount == Columns && first.SequenceEqual(_names[0]) && AreNames(row);

    private bool AreNames(Row row)
    {
        for (int position = 1; position < _names.Length; position++)
        {
            if (!row.At(position).SequenceEqual(_names[position]))
                return false;
        }

        return true;
    }

    /// <summary>Reports a value in a column without a name, once for each column.</summary>
    public void CheckUnnamed(Row row)
    {
        foreach (int position in _unnamed.TakeWhile(position => position < row.FieldCount))
        {
            if (!row.At(position).IsEmpty && _filledUnnamed.Add(position))
                row.ReportHeader(Rules.ColumnUnnamed, position, column: null);
        }
    }

    /// <summary>
    /// Takes the header of a sheet for as wide as a row below it: a spreadsheet's columns have no end, and a blank name is no cell.
    /// </summary>
    public void Widen(int columns)
    {
        _unnamed.AddRange(Enumerable.Range(Columns, columns - Columns));
        Columns = columns;
    }

    /// <summary>Whether columns without a name stand beside or between the others, and nothing in them.</summary>
    public bool HasBlankColumns => _unnamed.Count > _filledUnnamed.Count;

    private static int Matches(Row row, Layout layout) => Matches(FoldedNames(row), layout);

    private static int Matches(HashSet<string> names, Layout layout) => layout.Columns.Count(column => names.Contains(column.FoldedName));

    private static HashSet<string> FoldedNames(Row row)
    {
        var names = new HashSet<string>();
        for (int position = 0; position < row.FieldCount; position++)
            names.Add(Column.Folded(Encoding.UTF8.GetString(row.At(position))));
        return names;
    }

    /// <summary>
    /// The dataset whose header it is rather: all of that one's columns stand in it, or nearly all and hardly any of this one's.
    /// </summary>
    private static Layout? OtherOf(Row row, Layout layout, int own)
    {
        // So in nearly every file.
        if (own * 2 >= layout.Columns.Count)
            return null;
        var names = FoldedNames(row);
        foreach (var other in layout.Known)
        {
            int matches = other == layout ? 0 : Matches(names, other);
            if (matches > own && matches > 1 && matches * 4 >= other.Columns.Count * 3)
                return other;
        }

        return null;
    }

    private void ReportOther(Row row)
    {
        var other = OtherOf(row, _layout, Matches(row, _layout))!;
        Named = Columns;
        _unread.AddRange(Enumerable.Range(0, Columns));
        row.Report(Rules.HeaderOfOther, $"the columns of {_layout}; these are the columns of {other}");
    }

    private void Match(Row row)
    {
        var unknown = new List<int>();
        for (int position = 0; position < Columns; position++)
        {
            string name = Encoding.UTF8.GetString(row.At(position));
            int column = ColumnOf(name);
            if (name.Length == 0)
            {
                _unnamed.Add(position);
                continue;
            }

            Named = position + 1;
            if (column < 0)
            {
                _unread.Add(position);
                unknown.Add(position);
            }
            else if (_found[column])
            {
                row.ReportHeader(Rules.ColumnRepeated, position, _layout.Columns[column].Name);
                _repeated.Add(column);
                _unread.Add(position);
            }
            else
            {
                _found[column] = true;
                row.SetPosition(column, position);
            }
        }

        // Which of the two is meant is not known, so neither is read.
        foreach (int column in _repeated)
            _unread.Add(row.Forget(column));
        ReportUnknown(row, unknown);
        IsHeader = _found.Contains(true);
        if (!IsHeader)
        {
            row.Report(Rules.HeaderMissing, "the columns " + string.Join(", ", _layout.Columns));
            return;
        }

        foreach (var missing in _layout.Columns.Where((_, column) => !_found[column]))
            row.ReportMissingColumn(missing.Name);
    }

    /// <summary>The name itself is not repeated: where the header is missing, it is the first client's data.</summary>
    private void ReportUnknown(Row row, List<int> unknown)
    {
        foreach (int position in unknown)
        {
            string name = Encoding.UTF8.GetString(row.At(position));
            if (PersonalData.IsColumn(name) || PersonalData.InText(row.At(position), isProse: false) is not null)
            {
                row.ReportHeader(Rules.PersonalColumn, position, column: null);
            }
            else if ((Meant(name) ?? InPlace(row, position)) is { } column)
            {
                _found[column] = true;
                _unread.Remove(position);
                row.SetPosition(column, position);
                string meant = _layout.Columns[column].Name;
                row.ReportHeader(Rules.ColumnMisspelt, position, meant, $"the name {meant}, if that is what is meant");
            }
            else if (_found.Contains(true))
            {
                row.ReportHeader(Rules.ColumnUnknown, position, column: null, "the columns " + string.Join(", ", _layout.Columns));
            }
        }
    }

    private int ColumnOf(string name)
    {
        string folded = Column.Folded(name);
        for (int column = 0; column < _found.Length; column++)
        {
            if (_layout.Columns[column].FoldedName == folded)
                return column;
        }

        return -1;
    }

    /// <summary>The one missing column that a name is likely to mean; null when there is none, or more than one.</summary>
    private int? Meant(string name)
    {
        string folded = Column.Folded(name);
        int? meant = null;
        for (int column = 0; column < _found.Length; column++)
        {
            if (_found[column] || !IsLike(folded, _layout.Columns[column].FoldedName))
                continue;
            if (meant is not null)
                return null;
            meant = column;
        }

        return meant;
    }

    /// <summary>
    /// The missing column at whose place a name stands, where every column that is known stands at its own: as in the template, of which a
    /// name was changed.
    /// </summary>
    private int? InPlace(Row row, int position) =>
        Named == _found.Length && _repeated.Count == 0 && !_found[position] && _found.Count(found => found) * 2 > _found.Length
            && Enumerable.Range(0, _found.Length).All(column => !_found[column] || row.IsAt(column, column))
            ? position : null;

    /// <summary>At most a quarter of the letters differ, or one has all of the other and more, as in <c>client_group_code</c>.</summary>
    private static bool IsLike(string name, string column)
    {
        if (name.Length < 3)
            return false;
        int longest = Math.Max(name.Length, column.Length);
        return Distance(name, column) <= Math.Max(2, longest / 4)
            || (name.Contains(column, StringComparison.Ordinal) && column.Length >= 4);
    }

    /// <summary>Letters to put in, take out or change to make one of the other.</summary>
    private static int Distance(string one, string other)
    {
        var above = Enumerable.Range(0, other.Length + 1).ToArray();
        for (int i = 1; i <= one.Length; i++)
        {
            var line = new int[other.Length + 1];
            line[0] = i;
            for (int j = 1; j <= other.Length; j++)
                line[j] = Math.Min(Math.Min(line[j - 1], above[j]) + 1, above[j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1));
            above = line;
        }

        return above[^1];
    }
}
