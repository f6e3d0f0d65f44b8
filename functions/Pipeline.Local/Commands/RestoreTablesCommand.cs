using System.CommandLine;
using System.Globalization;
using Pipeline.Local.Screen;

namespace Pipeline.Local.Commands;

/// <summary><c>restore-tables</c>: the tables that hold facts, out of the copy that the app on Azure makes every night.</summary>
internal static class RestoreTablesCommand
{
    public static Command Create(CommandOutput screen)
    {
        var day = new Argument<string>("DAY") { Description = "Of the copy, such as 2025-10-20." };
        var pipeline = new PipelineOptions();
        var write = new Option<bool>("--write") { Description = "Put the rows back; without it, nothing is written." };
        var command = new PipelineCommand(
            "restore-tables",
            "Puts the rows of the tables that hold facts back, as the app on Azure copied them on a night.",
            example: "pipeline restore-tables 2025-10-20 --azure --write",
            details: "Stop the app first. Rows that came since stay, so empty a table first that is not to keep them.")
        {
            day, write,
        };
        pipeline.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            if (!DateOnly.TryParseExact(parsed.GetRequiredValue(day), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None,
                out var of))
                throw new WrongUseException("DAY takes a day such as 2025-10-20.");
            using var opened = pipeline.Open(parsed, TimeProvider.System);
            if (!await opened.Steps.TableBackup.IsThereAsync(of, cancel))
                throw new WrongUseException(
                    $"There is no whole copy of the tables of {of:yyyy-MM-dd}: look into the container backups for the days that there "
                    + "are, each with a backup.json.");
            if (!parsed.GetValue(write))
            {
                screen.Say(
                    $"There is a whole copy of {of:yyyy-MM-dd}. Nothing is written yet. Next, when the app is stopped: pipeline "
                    + $"restore-tables {of:yyyy-MM-dd} --azure --write");
                return Exit.Done;
            }

            long rows = await opened.Steps.TableBackup.RestoreAsync(of, cancel);
            screen.Say(
                $"Put back: {OutputStyle.Count(rows, "row")}. Next: start the app, and see what finance was told of since with pipeline "
                + "repair --azure");
            return Exit.Done;
        });
        return command;
    }
}
