using System.CommandLine;
using Pipeline.Local.Screen;
using Pipeline.Local.Workspaces;

namespace Pipeline.Local.Commands;

/// <summary><c>backup</c>: a copy of the workspace, or of the pipeline on Azure, in one consistent state.</summary>
internal static class BackupCommand
{
    public static Command Create(CommandOutput screen)
    {
        var folder = new Argument<string>("DIR") { Description = "A new folder for the copy." }.OfFolders();
        var (pipeline, today) = (new PipelineOptions(), CommonOptions.Today());
        var command = new PipelineCommand(
            "backup", "Copies the workspace, files and tables as of one moment.", example: "pipeline backup backups/2025-07-31",
            details: "Others wait until it is done, and go on then. Of the pipeline on Azure nobody waits: what comes while it is copied "
                + "may be missing from the copy.")
        {
            folder, today,
        };
        pipeline.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            var clock = parsed.GetValue(today) ?? TimeProvider.System;
            using var opened = pipeline.Open(parsed, clock);
            using var turn = await opened.TurnAsync(sentence => screen.People.Unbroken(sentence), cancel);
            string to = parsed.GetRequiredValue(folder);
            int files = opened.Workspace is { } workspace
                ? Backup.Make(workspace, to, clock.GetUtcNow()) : await AzureBackup.MakeAsync(opened.Steps, to, clock, cancel);
            screen.Say($"Backed up: the tables and {OutputStyle.Count(files, "file")}. To have them back: pipeline restore {to}");
            return Exit.Done;
        });
        return command;
    }
}
