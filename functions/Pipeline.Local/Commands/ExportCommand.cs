using System.CommandLine;
using Pipeline.Core.Reporting;
using Pipeline.Local.Screen;
using Pipeline.Steps;
using Pipeline.Steps.Quarters;
using Pipeline.Steps.Stores;
using Spectre.Console;

namespace Pipeline.Local.Commands;

/// <summary><c>export</c>: the reporting tables as CSV files.</summary>
internal static class ExportCommand
{
    public static Command Create(CommandOutput screen)
    {
        var folder = new Argument<string>("DIR") { Description = "The folder for the files; made if need be." }.OfFolders();
        var pipeline = new PipelineOptions();
        var command = new PipelineCommand(
            "export",
            "Writes each reporting table as a CSV file, over those of an earlier export.",
            example: "pipeline export tables")
        {
            folder,
        };
        pipeline.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            using var opened = pipeline.Open(parsed, TimeProvider.System);
            await RunAsync(opened.Steps, parsed.GetRequiredValue(folder), screen, cancel);
            return Exit.Done;
        });
        return command;
    }

    private static async Task RunAsync(AllSteps steps, string folder, CommandOutput screen, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        var written = OutputStyle.Table("File", ">Rows");
        foreach (var table in ReportingTable.All)
            written.AddRow($"{table.Name}.csv", OutputStyle.Number(await WriteAsync(steps.Tables, table, folder, cancel)));
        screen.People.Write(written);
        screen.People.Unbroken($"The tables are in {folder}");
        if (await steps.Changes.ChangedQuartersAsync(cancel) is { Count: > 0 } waiting)
            screen.People.MarkupLine($"[yellow]Not all is in them yet:[/] {string.Join(", ", waiting)} will be brought up to date by the next [bold]pipeline run[/].");
    }

    /// <summary>Writes under another name and moves then, so that a reader never sees half a file.</summary>
    private static async Task<long> WriteAsync(ITableStore tables, ReportingTable table, string folder, CancellationToken cancel)
    {
        string draft = Path.Join(folder, $".{table.Name}.{Guid.NewGuid():N}.tmp");
        try
        {
            long rows;
            await using (var stream = new FileStream(draft, FileMode.CreateNew, FileAccess.Write))
                rows = await ReportingExport.WriteAsync(tables, table, stream, cancel);
            File.Move(draft, Path.Join(folder, table.Name + ".csv"), overwrite: true);
            return rows;
        }
        finally
        {
            File.Delete(draft);
        }
    }
}
