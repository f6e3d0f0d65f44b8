using System.CommandLine;
using Pipeline.Local.Screen;
using Pipeline.Local.Workspaces;

namespace Pipeline.Local.Commands;

/// <summary><c>close</c>: nothing more is uploaded to a quarter.</summary>
internal static class CloseCommand
{
    public static Command Create(CommandOutput screen)
    {
        var (quarter, by, workspace, today) = (CommonOptions.Quarter(), CommonOptions.By(), CommonOptions.Workspace(),
            CommonOptions.Today());
        var anyway = new Option<bool>("--anyway") { Description = "Close it though something is not settled." };
        var command = new PipelineCommand(
            "close",
            "Closes a quarter, once: no contract uploads to it any more, unless the calendar extends it.",
            example: "pipeline close 2025-26-Q1 --by \"Ann Price\"",
            details: "What is missing, rejected, held, unpaid or unconfirmed is listed first, and it takes --anyway then. Later decisions "
                + "and confirmations still adjust payments, by new lines.")
        {
            quarter, by, anyway, workspace, today,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var closed = CommonOptions.QuarterIn(parsed.GetRequiredValue(quarter));
            using var opened = Workspace.Existing(parsed.GetRequiredValue(workspace), parsed.GetValue(today) ?? TimeProvider.System);
            if (!parsed.GetValue(anyway)
                && await opened.BeforeClosing.WhyNotYetAsync(closed, $"pipeline close {closed} --by NAME --anyway", cancel) is { } open)
                throw new WrongUseException(open);
            if (await opened.Close.RunAsync(closed, CommonOptions.NameIn(parsed, by), cancel) is { } why)
                throw WrongUseException.Refused(why, "pipeline status");
            await opened.RefreshAsync(cancel);
            screen.Say($"{closed} is closed.");
            return Exit.Done;
        });
        return command;
    }
}
