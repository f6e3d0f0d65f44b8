using CsvHelper;
using Pipeline.Core;

namespace Pipeline.Web.Shared;

/// <summary>A CSV file that people open in a spreadsheet.</summary>
internal static class SpreadsheetCsv
{
    /// <summary>With the mark by which Excel knows UTF-8, and texts guarded that would run as formulas.</summary>
    private static readonly CsvWriterOptions Guarded = new()
    {
        WriteByteOrderMark = true,
        NewLine = "\r\n",
        Injection = CsvInjection.Escape,
        InjectionCharacters = SpreadsheetFormulas.FirstCharacters,
        InjectionEscape = '\'',
    };

    /// <param name="write">What stands in it. A text goes through <see cref="SpreadsheetFormulas.Guarded"/>.</param>
    public static byte[] Of(Action<CsvWriter> write)
    {
        using var stream = new MemoryStream();
        using (var csv = CsvWriter.Create(stream, Guarded, leaveOpen: true))
            write(csv);
        return stream.ToArray();
    }
}
