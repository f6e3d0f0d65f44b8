using System.CommandLine;
using Pipeline.Local.Arrivals;
using Pipeline.Local.Screen;
using Pipeline.Steps.Arrivals;
using Spectre.Console;

namespace Pipeline.Local.Commands;

/// <summary><c>watch</c>: takes files in as they arrive.</summary>
internal static class WatchCommand
{
    public static Command Create(CommandOutput screen)
    {
        var (workspace, today) = (CommonOptions.Workspace(), CommonOptions.Today());
        var command = new PipelineCommand(
            "watch",
            "Takes in files as they are dropped into the workspace, and keeps its quarters up to date, until Ctrl+C.",
            example: "pipeline watch --workspace workspace",
            details: $"""
            Files are dropped into {string.Join(", ", Sweep.Containers.Select(c => c + "/"))} of the workspace. A file is taken in within a second of its writer finishing, or up to {SettledFiles.Coming.TotalSeconds} seconds later while reference files that it may be checked against are coming. A file of another user, or on a network drive, is taken in when it has not changed for {SettledFiles.LongSettling.TotalSeconds} seconds, since it cannot be told who has it open; where its writer may pause longer, let them write elsewhere and move the file to its place, so that no half of it is taken in.
            """)
        {
            workspace, today,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            using var watch = new Watch(parsed.GetRequiredValue(workspace), parsed.GetValue(today) ?? TimeProvider.System);
            await RunAsync(watch, screen, cancel);
            return Exit.Done;
        });
        return command;
    }

    /// <summary>Watches until Ctrl+C, with a line for each file taken in.</summary>
    internal static async Task RunAsync(Watch watch, CommandOutput screen, CancellationToken stop)
    {
        var people = new Lock();
        watch.TookIn += file =>
        {
            lock (people)
                Print(file, watch.Workspace.Folder, screen.People);
        };
        watch.TroubleChanged += trouble =>
        {
            lock (people)
                screen.Aside.MarkupLine(trouble is null ? "[green]Storage works again.[/]"
                    : $"[red]{Markup.Escape(trouble)}[/] It is tried again and again, and nothing is lost.");
        };
        screen.People.MarkupLine($"Watching {Markup.Escape(watch.Workspace.Folder)}. Stop with Ctrl+C.");
        await watch.RunAsync(stop);
        screen.People.MarkupLine("Stopped. What was taken in stays; [bold]pipeline status[/] shows it.");
    }

    private static void Print(TakenInFile file, string workspace, IAnsiConsole people)
    {
        people.Markup($"[grey]{TimeProvider.System.GetLocalNow():HH:mm:ss}[/] {OutputStyle.State(file.Status)} ");
        people.Unbroken(file.Errors + file.Warnings == 0
            ? $"{file.Place}, {OutputStyle.Count(file.Rows, "row")}"
            : $"{file.Place}, {OutputStyle.Count(file.Errors, "error")}, {OutputStyle.Count(file.Warnings, "warning")}: "
                + $"{string.Join(", ", file.Rules)}, receipt {Path.Join(workspace, file.Receipt)}");
    }
}
