using Pipeline.Core.Findings;

namespace Pipeline.Core.Reading;

/// <summary>The texts that the cells of a workbook name by number, each kept as the CSV field that it makes.</summary>
internal sealed class SharedStrings
{
    /// <summary>Bytes.</summary>
    private const int LargestText = 64 << 20;

    /// <summary>As many texts as a full sheet of twelve columns can have.</summary>
    private const int Most = 12 << 20;

    private readonly CsvText _text = new();
    private readonly List<int> _ends = [];

    /// <param name="part">Null: the workbook has none.</param>
    public SharedStrings(Stream? part)
    {
        if (part is null)
            return;
        using var xml = new WorkbookXml(part);
        bool hasItems = xml.MoveToRoot("sst");
        var text = new CellText();
        while (hasItems && xml.MoveToChild(0))
        {
            text.Clear();
            if (xml.Name == "si")
                ReadItem(xml, 1, text);
            text.Unescape();
            _text.AppendField(text.Span);
            _ends.Add(_text.Length);
            if (_text.Length > LargestText || _ends.Count > Most)
                throw new RefusedException(Rules.WorkbookTooLarge, 0);
        }
    }

    public int Count => _ends.Count;

    /// <summary>Empty when the text is blank.</summary>
    public ReadOnlySpan<byte> this[int index] => _text.Span[(index == 0 ? 0 : _ends[index - 1]).._ends[index]];

    /// <summary>Reads a text that may be in runs of several formats; how it is pronounced is no part of it.</summary>
    /// <param name="xml">Stands at the element that holds it.</param>
    /// <param name="depth">Of that element.</param>
    /// <param name="text">Added to.</param>
    public static void ReadItem(WorkbookXml xml, int depth, CellText text)
    {
        if (xml.IsEmpty)
            return;
        while (xml.MoveToChild(depth))
        {
            if (xml.Name == "t")
                xml.ReadText(depth + 1, text);
            else if (xml.Name == "r")
                ReadItem(xml, depth + 1, text);
        }
    }
}
