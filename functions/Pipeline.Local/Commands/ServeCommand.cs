using System.CommandLine;
using Pipeline.Local.Arrivals;
using Pipeline.Local.Screen;
using Pipeline.Local.Workspaces;
using Spectre.Console;

namespace Pipeline.Local.Commands;

/// <summary><c>serve</c>: the site, on this machine.</summary>
internal static class ServeCommand
{
    private const int DefaultPort = 5080;

    public static Command Create(CommandOutput screen)
    {
        var port = new Option<int>("--port")
            { Description = "The port on this machine; 0 for any that is free.", HelpName = "N", DefaultValueFactory = _ => DefaultPort };
        port.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(int.TryParse(token.Value, out int number) && number is >= 0 and <= ushort.MaxValue))
                result.AddError("--port takes a number from 0 to 65535.");
        });
        var noWatch = new Option<bool>("--no-watch") { Description = "Take in only what is sent by the pages." };
        var inputs = new Argument<string[]>("INPUT")
        {
            Description = "Folders that are taken in first, as run takes them in; none: the workspace as it is.",
            Arity = ArgumentArity.ZeroOrMore,
        }.OfFolders();
        var (workspace, today) = (CommonOptions.Workspace(), CommonOptions.Today());
        var command = new PipelineCommand(
            "serve",
            "Runs the site in a browser of this machine, for every role, and takes in what arrives, until Ctrl+C.",
            example: "pipeline serve sample-data",
            details: "At 127.0.0.1 only. Whoever opens it chooses who they are: it checks nobody.")
        {
            inputs, port, noWatch, workspace, today,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            string folder = parsed.GetRequiredValue(workspace);
            var clock = parsed.GetValue(today) ?? TimeProvider.System;
            if (parsed.GetValue(inputs) is { Length: > 0 } folders)
            {
                var report = await RunCommand.RunAsync(folders, folder, clock, screen, cancel);
                if (!report.ReferenceIsSound)
                {
                    report.Print(screen.People, default);
                    return Exit.WrongUse;
                }
            }

            using var watch = parsed.GetValue(noWatch) ? null : new Watch(folder, clock);
            // Of its own: what a page sends is there at once, and the watch waits for files to settle.
            using var shown = watch is null ? Workspace.Existing(folder, clock) : new Workspace(folder, clock);
            await using var server = await PageServer.StartAsync(new LocalSite(shown, watch, clock), parsed.GetValue(port), cancel);
            screen.People.MarkupLine(
                $"The site is at [bold]{server.Address}[/], for this machine alone. It checks nobody: choose who you are there.");
            if (watch is not null)
                await WatchCommand.RunAsync(watch, screen, cancel);
            else
                await Task.Delay(Timeout.Infinite, cancel)
                    .ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            return Exit.Done;
        });
        return command;
    }
}
