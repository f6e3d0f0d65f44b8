using System.Globalization;

namespace Pipeline.Core.Reading;

/// <summary>What the number in a cell stands for, as its format tells.</summary>
internal enum NumberKind
{
    Number,

    /// <summary>A day, perhaps with a time.</summary>
    Date,

    /// <summary>A day of which only month and year are shown.</summary>
    Month,

    /// <summary>A time or a length of time.</summary>
    Time,
}

/// <summary>Which of a workbook's cell styles show a number as a date or time.</summary>
internal sealed class NumberFormats
{
    /// <summary>Styles: a spreadsheet has no more.</summary>
    private const int Most = 65_536;

    private readonly List<NumberKind> _ofStyles = [];

    /// <param name="part">The styles; null: the workbook has none.</param>
    public NumberFormats(Stream? part)
    {
        if (part is null)
            return;
        using var xml = new WorkbookXml(part);
        bool hasLists = xml.MoveToRoot("styleSheet");
        var custom = new Dictionary<int, NumberKind>();
        while (hasLists && xml.MoveToChild(0))
        {
            string list = xml.Name;
            if (xml.IsEmpty || list is not ("numFmts" or "cellXfs"))
                continue;
            while (xml.MoveToChild(1))
            {
                if (list == "numFmts")
                    ReadFormat(xml, custom);
                else if (_ofStyles.Count < Most)
                    _ofStyles.Add(OfFormat(xml.Attribute("numFmtId"), custom));
            }
        }
    }

    public NumberKind this[int style] => style >= 0 && style < _ofStyles.Count ? _ofStyles[style] : NumberKind.Number;

    /// <summary>What a format code shows, such as <c>dd/mm/yyyy</c> or <c>[$-809]mmm\-yy;@</c>.</summary>
    internal static NumberKind Of(string code)
    {
        bool days = false, months = false, years = false, times = false;
        for (int i = 0; i < code.Length && code[i] != ';'; i++)
        {
            switch (code[i])
            {
                case '"':
                    i = EndOf(code, '"', i + 1);
                    break;
                case '\\' or '_' or '*':
                    i++;
                    break;
                case '[':
                    // Lengths of time are written [h]:mm; other brackets hold colours, conditions and languages.
                    int end = EndOf(code, ']', i + 1);
                    times |= i + 1 < end && code[i + 1] is ('h' or 'H' or 'm' or 'M' or 's' or 'S')
                        && code.AsSpan(i + 1, end - i - 1).TrimStart(code[i + 1]).IsEmpty;
                    i = end;
                    break;
                case 'G' or 'g' when code.AsSpan(i).StartsWith("general", StringComparison.OrdinalIgnoreCase):
                    i += 6;
                    break;
                case 'd' or 'D':
                    days = true;
                    break;
                case 'm' or 'M':
                    months = true;
                    break;
                case 'y' or 'Y':
                    years = true;
                    break;
                case 'h' or 'H' or 's' or 'S':
                    times = true;
                    break;
            }
        }

        // An m beside hours or seconds is minutes.
        return days || (years && times) ? NumberKind.Date
            : times ? NumberKind.Time
            : years || months ? NumberKind.Month
            : NumberKind.Number;
    }

    private static int EndOf(string code, char end, int from) => code.IndexOf(end, from) is var found && found < 0 ? code.Length : found;

    private static void ReadFormat(WorkbookXml xml, Dictionary<int, NumberKind> custom)
    {
        int id = -1;
        string code = "";
        while (xml.MoveToAttribute())
        {
            if (xml.Name == "numFmtId" && int.TryParse(xml.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
                id = number;
            else if (xml.Name == "formatCode")
                code = xml.Value;
        }

        if (custom.Count < Most)
            custom[id] = Of(code);
    }

    /// <summary>
    /// The formats that every spreadsheet has, by their numbers (ECMA-376 part 1, section 18.8.30), and the workbook's own.
    /// </summary>
    private static NumberKind OfFormat(string? id, Dictionary<int, NumberKind> custom) =>
        int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        ? custom.GetValueOrDefault(number, number switch
        {
            14 or 15 or 16 or 22 or (>= 27 and <= 31) or 36 or (>= 50 and <= 58) => NumberKind.Date,
            17 => NumberKind.Month,
            (>= 18 and <= 21) or (>= 32 and <= 35) or (>= 45 and <= 47) => NumberKind.Time,
            _ => NumberKind.Number,
        })
        : NumberKind.Number;
}
