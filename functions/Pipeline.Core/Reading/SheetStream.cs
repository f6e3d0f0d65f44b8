using System.Globalization;
using System.Security.Cryptography;
using System.Xml;
using Pipeline.Core.Findings;

namespace Pipeline.Core.Reading;

/// <summary>
/// A sheet's rows as CSV text, each as the line of its number, so that a workbook is checked as the CSV file that it would be saved as
/// (domain.md section 3). Blank rows above and between the others are lines of commas alone; those below, and blank cells beside the table,
/// are left out.
/// </summary>
internal sealed class SheetStream : ForwardStream
{
    private const int ReadAhead = 64 << 10;

    /// <summary>Columns: no dataset has a tenth of them.</summary>
    private const int MostColumns = 256;

    /// <summary>Rows: a spreadsheet has no more.</summary>
    private const int MostRows = 1 << 20;

    private readonly WorkbookXml _xml;
    private readonly SharedStrings _strings;
    private readonly NumberFormats _formats;
    private readonly int _firstDay;
    private readonly IncrementalHash _digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    private readonly CsvText _text = new();
    private readonly CsvText _line = new();
    private readonly CellText _cell = new();
    private readonly char[] _attribute = new char[32];
    private readonly Cells _merged = new();
    private readonly Cells _errors = new();
    private readonly Cells _withoutResult = new();

    private int _given;
    private bool _started;
    private bool _inRows;
    private bool _lineWaits;
    private int _row;
    private int _written;
    private int _width;
    private int _values;
    private int _commas;

    /// <param name="part">The worksheet; closed with this.</param>
    /// <param name="strings">Of the workbook.</param>
    /// <param name="formats">Of the workbook.</param>
    /// <param name="since1904">Whether days are counted from 1904, as old Macintosh spreadsheets do.</param>
    public SheetStream(Stream part, SharedStrings strings, NumberFormats formats, bool since1904)
    {
        _xml = new WorkbookXml(part);
        (_strings, _formats, _firstDay) = (strings, formats, since1904 ? 1462 : 0);
    }

    /// <summary>Of all the CSV text: what the sheet is known by. Null until all of it was read.</summary>
    public Sha256? Sha256 { get; private set; }

    /// <summary>Rows with a value in them, of those read so far.</summary>
    public int FilledRows { get; private set; }

    /// <exception cref="RefusedException">The sheet is to be refused as a whole.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (_given == _text.Length && Sha256 is null)
            Fill();
        int given = Math.Min(buffer.Length, _text.Length - _given);
        _text.Span.Slice(_given, given).CopyTo(buffer);
        _given += given;
        return given;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _xml.Dispose();
            _digest.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Fill()
    {
        _text.Clear();
        _given = 0;
        try
        {
            while (_text.Length < ReadAhead && (_lineWaits || ReadRow()))
                WriteLine();
        }
        catch (RefusedException refused) when (refused.Line == 0)
        {
            throw new RefusedException(refused.Rule, _row);
        }
        catch (Exception exception) when (exception is XmlException or InvalidDataException)
        {
            throw new RefusedException(Rules.WorkbookDamaged, _row);
        }

        _digest.AppendData(_text.Span);
        if (_text.Length > 0)
            return;
        _merged.Refuse(Rules.SheetHasMergedCells);
        _errors.Refuse(Rules.SheetHasErrorValues);
        _withoutResult.Refuse(Rules.FormulaWithoutResult);
        Sha256 = new Sha256(_digest.GetHashAndReset());
    }

    /// <summary>Writes the row that was read, and before it one of the blank rows above it, if any is left.</summary>
    private void WriteLine()
    {
        _lineWaits = ++_written < _row;
        if (_lineWaits)
        {
            _text.Append((byte)',', times: Math.Max(_width - 1, 0));
        }
        else
        {
            // The first row of more than one value is the header, or what should be one: no row below has fewer.
            if (_width == 0 && _values > 1)
                _width = _commas + 1;
            _text.Append(_line.Span);
            _text.Append((byte)',', times: Math.Max(_width - 1 - _commas, 0));
        }

        _text.Append((byte)'\n');
    }

    /// <summary>Reads on to the next row with a value in it.</summary>
    /// <returns>False at the sheet's end.</returns>
    private bool ReadRow()
    {
        if (!_started && !_xml.MoveToRoot("worksheet"))
            return false;
        _started = true;
        do
        {
            while (_inRows && (_inRows = _xml.MoveToChild(1)))
            {
                if (_xml.Name == "row" && ReadCells())
                    return true;
            }
        }
        while (MoveToRows());
        return false;
    }

    private bool MoveToRows()
    {
        while (_xml.MoveToChild(0))
        {
            if (_xml.Name == "mergeCells" && !_xml.IsEmpty)
                ReadMerged();
            if (_xml.Name == "sheetData" && !_xml.IsEmpty)
                return _inRows = true;
        }

        return false;
    }

    private void ReadMerged()
    {
        while (_xml.MoveToChild(1))
        {
            string range = _xml.Attribute("ref") ?? "";
            string first = range.Split(':')[0];
            if (int.TryParse(first.AsSpan(ColumnOf(first, out int column)), NumberStyles.None, CultureInfo.InvariantCulture, out int row))
                _merged.Add(column, row);
        }
    }

    /// <returns>Whether there is a value in the row.</returns>
    private bool ReadCells()
    {
        bool isEmpty = _xml.IsEmpty;
        int row = _row + 1;
        while (_xml.MoveToAttribute())
        {
            if (_xml.Name == "r" && !int.TryParse(_xml.ReadValue(_attribute), NumberStyles.None, CultureInfo.InvariantCulture, out row))
                throw new InvalidDataException();
        }

        if (row <= _row || row > MostRows)
            throw new InvalidDataException();
        _row = row;
        _line.Clear();
        (_values, _commas) = (0, 0);
        int next = 0;
        while (!isEmpty && _xml.MoveToChild(2))
        {
            if (_xml.Name == "c")
                next = ReadCell(next) + 1;
        }

        if (_values > 0)
            FilledRows++;
        return _values > 0;
    }

    /// <param name="next">The column in which it stands if it does not say.</param>
    /// <returns>Its column.</returns>
    private int ReadCell(int next)
    {
        bool isEmpty = _xml.IsEmpty;
        int column = next;
        int style = 0;
        var type = CellType.Number;
        while (_xml.MoveToAttribute())
        {
            switch (_xml.Name)
            {
                case "r":
                    _ = ColumnOf(_xml.ReadValue(_attribute), out column);
                    break;
                case "s":
                    _ = int.TryParse(_xml.ReadValue(_attribute), NumberStyles.None, CultureInfo.InvariantCulture, out style);
                    break;
                case "t":
                    type = TypeOf(_xml.ReadValue(_attribute));
                    break;
            }
        }

        if (column < next)
            throw new InvalidDataException();
        if (isEmpty)
            return column;
        bool isFormula = false, hasValue = false;
        _cell.Clear();
        while (_xml.MoveToChild(3))
        {
            switch (_xml.Name)
            {
                case "f":
                    isFormula = true;
                    break;
                case "v":
                    hasValue = true;
                    _xml.ReadText(4, _cell);
                    break;
                case "is":
                    hasValue = true;
                    SharedStrings.ReadItem(_xml, 4, _cell);
                    break;
            }
        }

        if (isFormula && !hasValue)
            _withoutResult.Add(column, _row);
        else if (!_cell.IsEmpty)
            Write(column, type, style);
        return column;
    }

    private void Write(int column, CellType type, int style)
    {
        switch (type)
        {
            case CellType.Shared:
                if (!int.TryParse(_cell.Span, NumberStyles.None, CultureInfo.InvariantCulture, out int index) || index >= _strings.Count)
                    throw new InvalidDataException();
                if (!_strings[index].IsEmpty)
                {
                    StartValue(column);
                    _line.Append(_strings[index]);
                }

                break;
            case CellType.Text:
                _cell.Unescape();
                WriteText(column, _cell.Span);
                break;
            case CellType.YesNo:
                WriteText(column, _cell.Span is "1" or "true" ? "TRUE" : "FALSE");
                break;
            case CellType.IsoDate:
                WriteText(column, _cell.Span.EndsWith("T00:00:00", StringComparison.Ordinal) ? _cell.Span[..^9] : _cell.Span);
                break;
            case CellType.Error:
                _errors.Add(column, _row);
                WriteText(column, _cell.Span);
                break;
            case CellType.Number:
                WriteText(column, SheetNumber.Text(_cell.Span, _formats[style], _firstDay));
                break;
            default:
                throw new InvalidDataException();
        }
    }

    private void WriteText(int column, ReadOnlySpan<char> text)
    {
        if (text.Trim(" \t\r\n").IsEmpty)
            return;
        StartValue(column);
        _line.AppendField(text);
    }

    private void StartValue(int column)
    {
        if (column >= MostColumns)
            throw new RefusedException(Rules.SheetTooWide, _row) { Cell = Fields.Cell(column, _row) };
        _line.Append((byte)',', times: column - _commas);
        _commas = column;
        _values++;
    }

    private static CellType TypeOf(ReadOnlySpan<char> type) => type switch
    {
        "s" => CellType.Shared,
        "str" or "inlineStr" => CellType.Text,
        "n" => CellType.Number,
        "b" => CellType.YesNo,
        "d" => CellType.IsoDate,
        "e" => CellType.Error,
        _ => CellType.Unknown,
    };

    /// <summary>The column of a cell's name, from 0; its letters are its first characters, whose number comes back.</summary>
    private static int ColumnOf(ReadOnlySpan<char> name, out int column)
    {
        int letters = 0;
        column = 0;
        while (letters < name.Length && name[letters] is >= 'A' and <= 'Z' && letters < 4)
            column = (column * 26) + (name[letters++] - 'A') + 1;
        column = column > 0 ? column - 1 : throw new InvalidDataException();
        return letters;
    }

    private enum CellType
    {
        Number,
        Shared,
        Text,
        YesNo,
        IsoDate,
        Error,
        Unknown,
    }

    /// <summary>Cells for which the sheet is refused at its end: the first and how many.</summary>
    private sealed class Cells
    {
        private const int Named = 20;

        private readonly List<string> _names = [];
        private int _firstRow;
        private long _count;

        public void Add(int column, int row)
        {
            if (_count++ == 0)
                _firstRow = row;
            if (_names.Count < Named)
                _names.Add(Fields.Cell(column, row));
        }

        public void Refuse(Rule rule)
        {
            if (_count == 0)
                return;
            string others = string.Join(", ", _names.Skip(1))
                + (_count > Named ? string.Create(CultureInfo.InvariantCulture, $" and {_count - Named} more") : "");
            throw new RefusedException(rule, _firstRow)
                { Cell = _names[0], Expected = others.Length == 0 ? null : $"the same for {others}" };
        }
    }
}
