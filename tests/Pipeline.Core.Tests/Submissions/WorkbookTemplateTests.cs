using System.Xml.Linq;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using DocumentFormat.OpenXml.Validation;
using Pipeline.Core.Contracts;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Reading;
using Pipeline.Core.Submissions;
using Pipeline.Core.Tests.Reading;

namespace Pipeline.Core.Tests.Submissions;

/// <summary>The workbook to fill in says what its columns mean, offers their codes, and is read when it is filled in.</summary>
public class WorkbookTemplateTests
{
    private static readonly XNamespace Table = "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        Office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        Text = "urn:oasis:names:tc:opendocument:xmlns:text:1.0";

    public static TheoryData<string> Frameworks => [.. DeliveredFrameworks.Ids];

    [Theory, MemberData(nameof(Frameworks))]
    public void Is_a_workbook_of_its_standard(string id)
    {
        using var document = SpreadsheetDocument.Open(new MemoryStream(Template(Delivered(id), [.. Of(Delivered(id))])), isEditable: false);

        Assert.Empty(new OpenXmlValidator(FileFormatVersions.Office2019).Validate(document)
            .Select(e => $"{e.Part?.Uri} {e.Path?.XPath}: {e.Description}"));
    }

    [Theory, MemberData(nameof(Frameworks))]
    public void Is_a_nil_return_of_each_dataset_while_nothing_is_filled_in(string id)
    {
        var framework = Delivered(id);
        byte[] whole = Template(framework, [.. Of(framework)]);

        Assert.All(Of(framework), dataset => Assert.True(Check(dataset, framework, whole).IsNilReturn));
        Assert.Equal("WBK-007", FileCheck.SheetsOf(new MemoryStream(whole), Dataset.Returns).Findings.List.Single().Rule.Id);
        Assert.True(Check(Dataset.Outcomes, framework, Template(framework, Dataset.Outcomes)).IsNilReturn);
    }

    [Fact]
    public void Offers_the_client_groups_of_the_contract_alone()
    {
        var groups = WorkbookTemplate.TakenCodes(Dataset.Outcomes, Examples.Graded, Examples.GradedContract.ClientGroups)
            .Single(c => c.Column == "client_group").Codes.Select(c => c.Code);

        Assert.Equal(Examples.GradedContract.ClientGroups, groups);
    }

    [Theory, MemberData(nameof(Frameworks))]
    public void Has_an_example_that_checks_for_each_dataset_that_the_framework_has_codes_for(string id) => Assert.Equal(
        Dataset.Returns.Where(dataset => dataset != Dataset.Quality || Delivered(id).Quality is not null),
        Dataset.Returns.Where(dataset => ExampleRow.Of(dataset, Delivered(id), null) is not null));

    [LibreOfficeFact]
    public void Shows_notes_lists_and_dates_in_a_spreadsheet()
    {
        var framework = Delivered("performance");
        var sheets = Opened(Template(framework, [.. Of(framework)]), "fods", saved => XDocument.Load(saved)).Descendants(Table + "table")
            .ToList();
        var validations = sheets[0].Document!.Descendants(Table + "content-validation")
            .ToDictionary(v => v.Attribute(Table + "name")!.Value, v => v.Attribute(Table + "condition")?.Value ?? "");

        Assert.Equal([.. Of(framework).Select(d => d.Name), "codes", "example", "glossary"],
            sheets.Select(s => s.Attribute(Table + "name")!.Value));
        Assert.All(sheets, sheet => Assert.Equal("true", sheet.Attribute(Table + "protected")?.Value));
        Assert.All(Of(framework).Zip(sheets), pair =>
        {
            var (dataset, sheet) = pair;
            Assert.Equal(dataset.Columns.Count, sheet.Descendants(Office + "annotation").Count());
            Assert.All(dataset.Columns.Zip(sheet.Descendants(Office + "annotation")),
                c => Assert.Contains(c.First.Meaning, string.Join(' ', c.Second.Descendants(Text + "p").Select(p => p.Value)),
                    StringComparison.Ordinal));
            var lists = sheet.Descendants(Table + "table-cell").Attributes(Table + "content-validation-name")
                .Select(a => validations[a.Value]).Distinct();
            Assert.Equal(dataset.Codes(framework).Select(c => c.Column).Distinct().Count(),
                lists.Count(l => l.Contains("is-in-list", StringComparison.Ordinal)));
        });
        Assert.All(Dataset.Outcomes.Codes(framework).SelectMany(c => c.Codes), code => Assert.Contains(
            sheets.Single(s => s.Attribute(Table + "name")!.Value == "codes").Descendants(Text + "p"), p => p.Value == code.Code));
    }

    [LibreOfficeFact]
    public void Is_read_when_a_spreadsheet_saved_it_filled_in()
    {
        var framework = Delivered("strategic-2019");
        byte[] filled = Filled(Template(framework, [.. Of(framework)]), framework);

        byte[] saved = Opened(filled, "xlsx", File.ReadAllBytes);

        Assert.All(Of(framework), dataset =>
            Assert.Equal((true, 1), (Check(dataset, framework, saved).IsAccepted, (int)Check(dataset, framework, saved).Rows)));
    }

    private static IReadOnlyList<ReturnDataset> Of(Framework framework) => WorkbookTemplate.DatasetsOf(framework);

    private static Framework Delivered(string id)
    {
        using var json = DeliveredFrameworks.Open(id);
        return FrameworkFile.Read(json).Framework!;
    }

    private static byte[] Template(Framework framework, params ReturnDataset[] datasets)
    {
        using var bytes = new MemoryStream();
        WorkbookTemplate.Write(bytes, datasets, framework);
        return bytes.ToArray();
    }

    private static CheckedFile Check(ReturnDataset dataset, Framework framework, byte[] workbook) => FileCheck.CheckWorkbook(
        new MemoryStream(workbook),
        dataset.Reader(framework,
            new Contract(Examples.Quarter,
                [Examples.GradedTerm with { ClientGroups = [.. framework.ClientGroups.Select(g => g.Code)], Framework = framework.Id }]),
                Examples.Quarter));

    /// <summary>With the row of the example typed into each sheet: dates as dates, numbers as numbers.</summary>
    private static byte[] Filled(byte[] template, Framework framework)
    {
        using var bytes = new MemoryStream();
        bytes.Write(template);
        using (var document = SpreadsheetDocument.Open(bytes, isEditable: true))
        {
            var workbook = document.WorkbookPart!;
            foreach (var dataset in Of(framework))
            {
                var sheet = workbook.Workbook.Descendants<Sheet>().Single(s => s.Name == dataset.Name);
                var part = (WorksheetPart)workbook.GetPartById(sheet.Id!.Value!);
                var styles = part.Worksheet.Descendants<DocumentFormat.OpenXml.Spreadsheet.Column>().Select(c => c.Style!.Value).ToList();
                part.Worksheet.GetFirstChild<SheetData>()!.Append(
                    new DocumentFormat.OpenXml.Spreadsheet.Row(ExampleRow.Of(dataset, framework, null)!.Select((value, place) =>
                    dataset.Columns[place].Form == Form.Date && value.Length > 0
                        ? new Cell(new CellValue(DateOnly.Parse(value, null).DayNumber - new DateOnly(1899, 12, 30).DayNumber))
                            { StyleIndex = styles[place] }
                        : new Cell(new InlineString(new DocumentFormat.OpenXml.Spreadsheet.Text(value)))
                            { DataType = CellValues.InlineString, StyleIndex = styles[place] })));
            }
        }

        return bytes.ToArray();
    }

    private static T Opened<T>(byte[] workbook, string to, Func<string, T> read)
    {
        var folder = Directory.CreateTempSubdirectory("pipeline-template-");
        try
        {
            string from = Path.Join(folder.CreateSubdirectory("in").FullName, "return.xlsx");
            File.WriteAllBytes(from, workbook);
            LibreOffice.Convert(Path.GetDirectoryName(from)!, "xlsx", to, into: folder.FullName);
            return read(Path.Join(folder.FullName, "return." + to));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
