using System.IO.Compression;
using Pipeline.Core.Submissions;

namespace Pipeline.Local.Tests.Commands;

/// <summary><c>pipeline template</c>: a workbook to fill in.</summary>
public sealed class TemplateTests : IDisposable
{
    private readonly TempFolder _temp = new();

    private string Workspace => _temp.At("workspace");

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task A_workbook_has_a_sheet_for_each_dataset_that_the_framework_asks_for()
    {
        string path = _temp.At("return.xlsx");

        var said = await Cli.RunAsync("template", "--framework", "performance", "--output", path, "--workspace", Workspace);

        Assert.Equal(0, said.Exit);
        using var zip = ZipFile.OpenRead(path);
        Assert.Equal(Dataset.Returns.Count - 1 + 3,
            zip.Entries.Count(e => e.FullName.StartsWith("xl/worksheets/sheet", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_workbook_that_is_filled_in_is_checked_like_any_file()
    {
        string path = _temp.At("hours.xlsx");
        Assert.Equal(0, (await Cli.RunAsync("template", "hours", "--framework", "performance", "--format", "xlsx", "--output", path,
            "--workspace", Workspace)).Exit);

        var said = await Cli.RunAsync("check", path, "--dataset", "hours", "--contract", "HL-001", "--quarter", "2025-26-Q1", "--reference",
            Path.Join(Repository.Root, "sample-data/reference"));

        Assert.Equal(0, said.Exit);
    }

    [Fact]
    public async Task What_is_expected_of_a_file_as_a_whole_is_told_by_a_check()
    {
        string path = _temp.At("hours.csv");
        await File.WriteAllTextAsync(path, "");

        var said = await Cli.RunAsync("check", path, "--framework", "performance", "--quarter", "2025-26-Q1");

        Assert.Equal(1, said.Exit);
        Assert.Contains("the file as a whole: the header line and the rows", said.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workbook_is_never_written_over_a_file()
    {
        string path = _temp.At("hours.xlsx");
        await File.WriteAllTextAsync(path, "filled in");

        var said = await Cli.RunAsync("template", "hours", "--framework", "performance", "--format", "xlsx", "--output", path,
            "--workspace", Workspace);

        Assert.Equal(2, said.Exit);
        Assert.Equal("filled in", await File.ReadAllTextAsync(path));
    }

    [Theory]
    [InlineData("frictionless", "\"fields\"")]
    [InlineData("csvw", "\"http://www.w3.org/ns/csvw\"")]
    public async Task A_schema_is_a_document_for_other_systems(string format, string has)
    {
        var said = await Cli.RunAsync("schema", "outcomes", "--framework", "performance", "--format", format, "--workspace", Workspace);

        Assert.Equal(0, said.Exit);
        using var json = System.Text.Json.JsonDocument.Parse(said.Output);
        Assert.Contains(has, said.Output, StringComparison.Ordinal);
        Assert.Equal(2, (await Cli.RunAsync("schema", "outcomes", "--framework", "none", "--workspace", Workspace)).Exit);
    }

    [Theory]
    [InlineData("--framework, or --contract", "template", "hours", "--format", "xlsx")]
    [InlineData("There is one for outcomes, ", "template", "quality", "--format", "xlsx", "--framework", "performance")]
    [InlineData("no contract of this id", "template", "hours", "--format", "xlsx", "--contract", "NO-1")]
    [InlineData("Say which DATASET", "template", "--format", "csv", "--framework", "performance")]
    public async Task What_is_missing_is_said(string words, params string[] args)
    {
        var said = await Cli.RunAsync([.. args, "--workspace", Workspace]);

        Assert.Equal(2, said.Exit);
        Assert.Contains(words, said.Error, StringComparison.Ordinal);
    }
}
