using System.Xml;
using Pipeline.Core.Findings;

namespace Pipeline.Core.Reading;

/// <summary>
/// Reads a part of a workbook forwards. The library's own reader makes an object of each element and takes four times as long, so that it
/// reads only the parts' list. Whatever a part holds, no more of it is in memory than one value.
/// </summary>
internal sealed class WorkbookXml : IDisposable
{
    /// <summary>Bytes between one <c>&lt;</c> and the next: several times the longest value that a cell can have.</summary>
    private const int LongestMarkup = 1 << 20;

    /// <summary>Elements within elements: a worksheet needs eight.</summary>
    private const int Deepest = 64;

    /// <summary>The names of elements and attributes, which the reader keeps.</summary>
    private const int MostNames = 10_000;

    private readonly XmlReader _xml;

    public WorkbookXml(Stream part) => _xml = XmlReader.Create(
        new MarkupStream(part),
        new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            NameTable = new Names(),
            CloseInput = true,
        });

    public string Name => _xml.LocalName;

    /// <summary>Of the attribute.</summary>
    public string Value => _xml.Value;

    public bool IsEmpty => _xml.IsEmptyElement;

    /// <summary>The part's one outermost element.</summary>
    /// <returns>Whether there is anything in it.</returns>
    /// <exception cref="XmlException">It has another name, or there is none.</exception>
    public bool MoveToRoot(string name)
    {
        while (_xml.Read())
        {
            if (_xml.NodeType != XmlNodeType.Element)
                continue;
            if (_xml.LocalName == name)
                return !_xml.IsEmptyElement;
            break;
        }

        throw new XmlException();
    }

    /// <summary>Moves to the next element right below one at a depth, past whatever is in between.</summary>
    /// <returns>False at that one's end.</returns>
    public bool MoveToChild(int depth)
    {
        while (_xml.Read())
        {
            int at = _xml.Depth;
            if (at > Deepest)
                throw new RefusedException(Rules.WorkbookTooLarge, 0);
            if (_xml.NodeType == XmlNodeType.Element ? at == depth + 1 : _xml.NodeType == XmlNodeType.EndElement && at == depth)
                return _xml.NodeType == XmlNodeType.Element;
        }

        return false;
    }

    /// <summary>Moves to the next attribute of the element; after the last one, back to the element.</summary>
    public bool MoveToAttribute() => _xml.MoveToNextAttribute() || (_xml.MoveToElement() && false);

    /// <summary>An attribute's value, or null.</summary>
    public string? Attribute(string name)
    {
        string? value = null;
        while (MoveToAttribute())
        {
            if (_xml.LocalName == name)
                value = _xml.Value;
        }

        return value;
    }

    /// <summary>Reads the value of the attribute, or its start when it is longer than there is room for.</summary>
    public ReadOnlySpan<char> ReadValue(char[] room)
    {
        int length = 0;
        int read;
        while (length < room.Length && (read = _xml.ReadValueChunk(room, length, room.Length - length)) > 0)
            length += read;
        return room.AsSpan(0, length);
    }

    /// <summary>Adds the text of the element, which stands at a depth, to what was read before.</summary>
    public void ReadText(int depth, CellText text)
    {
        if (_xml.IsEmptyElement)
            return;
        while (_xml.Read() && !(_xml.NodeType == XmlNodeType.EndElement && _xml.Depth == depth))
        {
            if (_xml.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace or XmlNodeType.Whitespace)
                text.Add(_xml);
        }
    }

    public void Dispose() => _xml.Dispose();

    /// <summary>Refuses what would make the XML reader hold more than a value.</summary>
    private sealed class MarkupStream(Stream part) : ForwardStream
    {
        private int _sinceMarkup;

        public override int Read(Span<byte> buffer)
        {
            int read = part.Read(buffer);
            // Within a buffer no two are further apart than allowed, since it is smaller than that.
            int first = buffer[..read].IndexOf((byte)'<');
            if (_sinceMarkup + (first < 0 ? read : first) > LongestMarkup)
                throw new RefusedException(Rules.WorkbookTooLarge, 0);
            _sinceMarkup = first < 0 ? _sinceMarkup + read : read - 1 - buffer[..read].LastIndexOf((byte)'<');
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                part.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class Names : XmlNameTable
    {
        private readonly NameTable _names = new();
        private int _count;

        public override string Add(char[] array, int offset, int length) =>
            _names.Get(array, offset, length) ?? New(_names.Add(array, offset, length));

        public override string Add(string array) => _names.Get(array) ?? New(_names.Add(array));

        public override string? Get(char[] array, int offset, int length) => _names.Get(array, offset, length);

        public override string? Get(string array) => _names.Get(array);

        private string New(string name) => ++_count <= MostNames ? name : throw new RefusedException(Rules.WorkbookTooLarge, 0);
    }
}

/// <summary>The text of one cell as it is read.</summary>
internal sealed class CellText
{
    /// <summary>Characters: twice as many as a spreadsheet lets a cell have.</summary>
    private const int Longest = 64 << 10;

    private char[] _text = new char[256];
    private int _length;

    public ReadOnlySpan<char> Span => _text.AsSpan(0, _length);

    public bool IsEmpty => _length == 0;

    public void Clear() => _length = 0;

    public void Add(XmlReader xml)
    {
        int read;
        do
        {
            if (_length == _text.Length)
                Array.Resize(ref _text, _length < Longest ? _length * 2 : throw new RefusedException(Rules.RecordTooLong, 0));
            read = xml.ReadValueChunk(_text, _length, _text.Length - _length);
            _length += read;
        }
        while (read > 0);
    }

    /// <summary>
    /// Puts characters in the place of their escapes, such as <c>_x000D_</c>, and one kind of line break in the place of all.
    /// </summary>
    public void Unescape()
    {
        if (Span.IndexOf('_') >= 0)
            UnescapeCodes();
        if (Span.IndexOf('\r') < 0)
            return;
        int to = 0;
        for (int from = 0; from < _length; from++)
        {
            if (_text[from] != '\r')
                _text[to++] = _text[from];
            else if (from + 1 == _length || _text[from + 1] != '\n')
                _text[to++] = '\n';
        }

        _length = to;
    }

    private void UnescapeCodes()
    {
        int to = 0;
        for (int from = 0; from < _length; from++)
        {
            if (_length - from >= 7 && _text[from] == '_' && _text[from + 1] == 'x' && _text[from + 6] == '_'
                && ushort.TryParse(_text.AsSpan(from + 2, 4), System.Globalization.NumberStyles.AllowHexSpecifier, null, out ushort code))
            {
                _text[to++] = (char)code;
                from += 6;
            }
            else
            {
                _text[to++] = _text[from];
            }
        }

        _length = to;
    }
}
