using System.CommandLine;
using Pipeline.Core.Reporting;
using Pipeline.Local.Screen;
using Pipeline.Steps;
using Pipeline.Steps.Quarters;
using Pipeline.Steps.Stores;
using Spectre.Console;

namespace Pipeline.Local.Commands;

/// <summary><c>export</c>: the reporting tables as CSV or Parquet files.</summary>
internal static class ExportCommand
{
    public static Command Create(CommandOutput screen)
    {
        var folder = new Argument<string>("DIR") { Description = "The folder for the files; made if need be." }.OfFolders();
        var format = new Option<string>("--format")
            { Description = "csv, for spreadsheets, or parquet, whose columns keep their kinds.", DefaultValueFactory = _ => "csv" };
        format.AcceptOnlyFromAmong("csv", "parquet");
        var pipeline = new PipelineOptions();
        var command = new PipelineCommand(
            "export",
            "Writes each reporting table as a CSV or Parquet file, over those of an earlier export.",
            example: "pipeline export tables")
        {
            folder,
            format,
        };
        pipeline.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            using var opened = pipeline.Open(parsed, TimeProvider.System);
            await RunAsync(opened.Steps, parsed.GetRequiredValue(folder), parsed.GetRequiredValue(format), screen, cancel);
            return Exit.Done;
        });
        return command;
    }

    private static async Task RunAsync(AllSteps steps, string folder, string format, CommandOutput screen, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        var written = OutputStyle.Table("File", ">Rows");
        foreach (var table in ReportingTable.All)
            written.AddRow($"{table.Name}.{format}", OutputStyle.Number(await WriteAsync(steps.Tables, table, folder, format, cancel)));
        screen.People.Write(written);
        screen.People.Unbroken($"The tables are in {folder}");
        if (await steps.Changes.ChangedQuartersAsync(cancel) is { Count: > 0 } waiting)
            screen.People.MarkupLine(
                $"[yellow]Not all is in them yet:[/] {string.Join(", ", waiting)} will be brought up to date by the next [bold]pipeline "
                + "run[/].");
    }

    /// <summary>Writes under another name and moves then, so that a reader never sees half a file.</summary>
    private static async Task<long> WriteAsync(ITableStore tables, ReportingTable table, string folder, string format,
        CancellationToken cancel)
    {
        string draft = Path.Join(folder, $".{table.Name}.{Guid.NewGuid():N}.tmp");
        try
        {
            long rows;
            await using (var stream = new FileStream(draft, FileMode.CreateNew, FileAccess.Write))
            {
                rows = format == "parquet"
                    ? await ReportingParquet.WriteAsync(tables.ScanAsync(table.Name, cancel), table, stream, cancel)
                    : await ReportingExport.WriteAsync(tables, table, stream, cancel);
            }

            File.Move(draft, Path.Join(folder, $"{table.Name}.{format}"), overwrite: true);
            return rows;
        }
        finally
        {
            File.Delete(draft);
        }
    }
}
