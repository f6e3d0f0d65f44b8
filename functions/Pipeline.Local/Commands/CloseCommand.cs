using System.CommandLine;
using Pipeline.Local.Screen;
using Pipeline.Local.Workspaces;

namespace Pipeline.Local.Commands;

/// <summary><c>close</c>: nothing more is uploaded to a quarter.</summary>
internal static class CloseCommand
{
    public static Command Create(CommandOutput screen)
    {
        var (quarter, by, workspace, today) = (CommonOptions.Quarter(), CommonOptions.By(), CommonOptions.Workspace(), CommonOptions.Today());
        var command = new PipelineCommand(
            "close",
            "Closes a quarter, once: no contract uploads to it any more, unless the calendar extends it.",
            example: "pipeline close 2025-26-Q1 --by \"Ann Price\"",
            details: "Later decisions and confirmations still adjust payments, by new lines.")
        {
            quarter, by, workspace, today,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var closed = CommonOptions.QuarterIn(parsed.GetRequiredValue(quarter));
            using var opened = Workspace.Existing(parsed.GetRequiredValue(workspace), parsed.GetValue(today) ?? TimeProvider.System);
            if (await opened.Close.RunAsync(closed, CommonOptions.NameIn(parsed, by), cancel) is { } why)
                throw new WrongUseException($"{why} See: pipeline status");
            await opened.RefreshAsync(cancel);
            screen.Say($"{closed} is closed.");
            return Exit.Done;
        });
        return command;
    }
}
