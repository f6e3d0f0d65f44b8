using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using Pipeline.Steps.Tests;
using Pipeline.Web.People;

namespace Pipeline.Web.Tests;

/// <summary>Tests of the site over a pipeline in memory, and the browsers of those who use it.</summary>
public abstract class SiteTests : IAsyncLifetime
{
    private TestSite? _site;
    private TestBrowser? _ann, _ben, _cat, _eve, _dee;

    private protected TestSite Site => _site!;

    /// <summary>A commissioner.</summary>
    private protected TestBrowser Ann => _ann ??= Site.As(Role.Commissioner);

    /// <summary>Another.</summary>
    private protected TestBrowser Ben => _ben ??= Site.As(Role.Commissioner, "Ben Rees");

    /// <summary>Of finance.</summary>
    private protected TestBrowser Cat => _cat ??= Site.As(Role.Finance, "Cat Shaw");

    /// <summary>An administrator.</summary>
    private protected TestBrowser Eve => _eve ??= Site.As(Role.Administrator, "Eve Hill");

    /// <summary>Of the provider Acme.</summary>
    private protected TestBrowser Dee => _dee ??= Site.As(Role.Provider, "Dee Lake", "acme");

    public async Task InitializeAsync() => _site = await TestSite.StartAsync(await BeforeAsync());

    public async Task DisposeAsync()
    {
        foreach (var browser in new[] { _ann, _ben, _cat, _eve, _dee })
            browser?.Dispose();
        await Site.DisposeAsync();
    }

    /// <summary>The template of the whole return, with a right row of hours and a wrong one of feedback.</summary>
    private protected async Task<byte[]> FilledReturnAsync()
    {
        using var answer = await Dee.GetAsync("/providers/acme/templates/HL-001/return.xlsx");
        using var bytes = new MemoryStream();
        await answer.Content.CopyToAsync(bytes);
        using (var workbook = SpreadsheetDocument.Open(bytes, isEditable: true))
        {
            Fill("hours", "2025-04", "100", "90");
            Fill("feedback", "", "2025-04-30", "many", "1");

            void Fill(string name, params string[] values)
            {
                var sheet = workbook.WorkbookPart!.Workbook!.Descendants<Sheet>().Single(s => s.Name == name);
                var rows = ((WorksheetPart)workbook.WorkbookPart.GetPartById(sheet.Id!)).Worksheet!.GetFirstChild<SheetData>()!;
                rows.Append(new Row(values.Select(CellOf)) { RowIndex = 2 });
            }
        }

        return bytes.ToArray();

        static Cell CellOf(string value) => new(new InlineString(new Text(value))) { DataType = CellValues.InlineString };
    }

    /// <summary>The words of a page with one space between them, however they are laid out.</summary>
    private protected static string Squeezed(string words) =>
        string.Join(' ', words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>What has happened before: evidence, and one decision, unless a class says otherwise.</summary>
    private protected virtual Task<TestPipeline> BeforeAsync() => TestPipeline.Reviewed();
}
