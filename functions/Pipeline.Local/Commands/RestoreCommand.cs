using System.CommandLine;
using Pipeline.Local.Screen;
using Pipeline.Local.Stores;
using Pipeline.Local.Workspaces;

namespace Pipeline.Local.Commands;

/// <summary><c>restore</c>: a workspace from its backup.</summary>
internal static class RestoreCommand
{
    public static Command Create(CommandOutput screen)
    {
        var folder = new Argument<string>("DIR") { Description = "What pipeline backup made." }.OfFolders();
        var replace = new Option<bool>("--replace")
            { Description = "Put the backup's tables in place of the workspace's, which are kept beside." };
        var (workspace, today) = (CommonOptions.Workspace(), CommonOptions.Today());
        var command = new PipelineCommand(
            "restore",
            "Puts a backup in the workspace's place.",
            example: "pipeline restore backups/2025-07-31",
            details: "End serve and watch first. What was sent, archived or paid since the backup stays where it is: the next run takes it "
                + "in, and repair enters what finance has.")
        {
            folder, replace, workspace, today,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            string to = parsed.GetRequiredValue(workspace);
            OwnerOnly.MakeFolder(to);
            using (await Workspace.TurnAsync(to, sentence => screen.People.Unbroken(sentence), cancel))
                await Backup.RestoreAsync(parsed.GetRequiredValue(folder), to, parsed.GetValue(replace), cancel);
            using var opened = Workspace.Existing(to, parsed.GetValue(today) ?? TimeProvider.System);
            int unknown = (await opened.Repair.FindAsync(cancel)).Count;
            screen.Say(unknown == 0
                ? "Restored. Next: pipeline run takes in what came since, and nothing is paid before it has."
                : $"Restored. Finance has {OutputStyle.Count(unknown, "run")} of which these tables know nothing. Next: pipeline repair");
            return Exit.Done;
        });
        return command;
    }
}
