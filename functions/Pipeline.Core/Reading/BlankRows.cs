using System.Globalization;
using Pipeline.Core.Findings;

namespace Pipeline.Core.Reading;

/// <summary>
/// The blank rows since the last row with a value. Below all data they are left out with one note; between rows they are an error
/// (domain.md section 3).
/// </summary>
internal sealed class BlankRows
{
    private long _count;
    private long _firstLine;
    private long _firstSheetRow;

    /// <summary>Adds the blank row at which a file stands.</summary>
    public void Add(Row row)
    {
        if (_count++ == 0)
            (_firstLine, _firstSheetRow) = (row.Line, row.SheetRow);
    }

    /// <summary>Reports those above a row with a value, in one finding.</summary>
    public void ReportBetween(Row row)
    {
        if (_count == 0)
            return;
        row.ReportAt(Rules.RowEmpty, _firstLine, Expected);
        _count = 0;
    }

    /// <summary>Notes those below all rows.</summary>
    public void ReportBelow(FindingList findings)
    {
        if (_count > 0)
            findings.Add(new Finding(Rules.RowsBlankBelow, _firstLine, Expected: Expected));
    }

    private string Expected => _count == 1
        ? string.Create(CultureInfo.InvariantCulture, $"the data without row {_firstSheetRow}, which is blank")
        : string.Create(CultureInfo.InvariantCulture, $"the data without the {_count} blank rows from row {_firstSheetRow} on");
}
