using System.CommandLine;
using Pipeline.Local.Screen;
using Pipeline.Local.Workspaces;

namespace Pipeline.Local.Commands;

/// <summary><c>backup</c>: a copy of the workspace in one consistent state.</summary>
internal static class BackupCommand
{
    public static Command Create(CommandOutput screen)
    {
        var folder = new Argument<string>("DIR") { Description = "A new folder for the copy." }.OfFolders();
        var (workspace, today) = (CommonOptions.Workspace(), CommonOptions.Today());
        var command = new PipelineCommand(
            "backup", "Copies the workspace, files and tables as of one moment.", example: "pipeline backup backups/2025-07-31", details: "Others wait until it is done, and go on then.")
        {
            folder, workspace, today,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var clock = parsed.GetValue(today) ?? TimeProvider.System;
            using var opened = Workspace.Existing(parsed.GetRequiredValue(workspace), clock);
            using var turn = await opened.TurnAsync(sentence => screen.People.Unbroken(sentence), cancel);
            string to = parsed.GetRequiredValue(folder);
            int files = Backup.Make(opened, to, clock.GetUtcNow());
            screen.Say($"Backed up: the tables and {OutputStyle.Count(files, "file")}. To have them back: pipeline restore {to}");
            return Exit.Done;
        });
        return command;
    }
}
