using System.CommandLine;
using Pipeline.Local.Arrivals;
using Pipeline.Local.Screen;
using Pipeline.Local.Workspaces;
using Spectre.Console;

namespace Pipeline.Local.Commands;

/// <summary><c>serve</c>: the workspace's pages, on this machine.</summary>
internal static class ServeCommand
{
    private const int DefaultPort = 5080;

    public static Command Create(CommandOutput screen)
    {
        var port = new Option<int>("--port") { Description = "The port on this machine; 0 for any that is free.", HelpName = "N", DefaultValueFactory = _ => DefaultPort };
        port.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(int.TryParse(token.Value, out int number) && number is >= 0 and <= ushort.MaxValue))
                result.AddError("--port takes a number from 0 to 65535.");
        });
        var noWatch = new Option<bool>("--no-watch") { Description = "Only show pages, and take nothing in." };
        var (workspace, today) = (CommonOptions.Workspace(), CommonOptions.Today());
        var command = new PipelineCommand(
            "serve",
            "Shows the workspace's pages in a browser of this machine, and takes in what arrives, until Ctrl+C.",
            example: "pipeline serve --port 5080",
            details: "Reports, statements and receipts are shown, at 127.0.0.1 only; what providers sent is not.")
        {
            port, noWatch, workspace, today,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            string folder = parsed.GetRequiredValue(workspace);
            var clock = parsed.GetValue(today) ?? TimeProvider.System;
            using var watch = parsed.GetValue(noWatch) ? null : new Watch(folder, clock);
            using var looked = watch is null ? Workspace.Existing(folder, clock) : null;
            await using var server = await PageServer.StartAsync(watch?.Workspace ?? looked!, watch, parsed.GetValue(port), cancel);
            screen.People.MarkupLine($"The pages are at [bold]{server.Address}[/]");
            if (watch is not null)
                await WatchCommand.RunAsync(watch, screen, cancel);
            else
                await Task.Delay(Timeout.Infinite, cancel).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            return Exit.Done;
        });
        return command;
    }
}
