using System.CommandLine;
using Pipeline.Local.Screen;
using Pipeline.Local.Stores;
using Pipeline.Local.Workspaces;
using Pipeline.Steps.Arrivals;

namespace Pipeline.Local.Commands;

/// <summary><c>run</c>: takes in what has arrived and brings everything up to date.</summary>
internal static class RunCommand
{
    public static Command Create(CommandOutput screen)
    {
        var inputs = new Argument<string[]>("INPUT")
        {
            Description =
                "Folders with reference/, submissions/, reviews/ or confirmations/ in them. Of two files at one place the later folder's "
                + "is taken. None: what is in the workspace already.",
            Arity = ArgumentArity.ZeroOrMore,
        }.OfFolders();
        var workspace = CommonOptions.Workspace();
        var strict = new Option<bool>("--strict") { Description = "Exit with 1 when a file was rejected." };
        var json = CommonOptions.Json();
        var today = CommonOptions.Today();
        var all = CommonOptions.All();
        var command = new PipelineCommand(
            "run",
            "Takes in everything under each INPUT, refreshes every quarter that changed, and says what came of it.",
            example: "pipeline run sample-data --workspace workspace",
            details: "The reference files are checked first: when one does not check, nothing is written.")
        {
            inputs, workspace, strict, all, json, today,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var report = await RunAsync(
                parsed.GetValue(inputs) ?? [], parsed.GetRequiredValue(workspace), parsed.GetValue(today)
                    ?? TimeProvider.System, parsed.GetValue(json) ? null : screen, cancel);
            if (parsed.GetValue(json))
                screen.Json(report);
            else
                report.Print(screen.People, new ListLength(parsed.GetValue(all)));
            return !report.ReferenceIsSound ? Exit.WrongUse : report.AnyUnreadable || report.AnyWaiting
                ? Exit.Storage : parsed.GetValue(strict) && report.AnyRejected ? Exit.Rejected : Exit.Done;
        });
        return command;
    }

    /// <param name="watched">Where a person may watch the progress.</param>
    internal static async Task<RunReport> RunAsync(IReadOnlyList<string> folders, string folder, TimeProvider clock, CommandOutput? watched,
        CancellationToken cancel)
    {
        if (folders.Count == 0)
            Workspace.CheckExists(folder);
        var inputs = InputFolders.Find(folders, folder);
        var reference = await inputs.CheckReferenceAsync(folder, cancel);
        if (!reference.IsSound)
            return RunReport.Refused(folder, reference);
        var files = new FolderFileStore(folder);
        using var workspace = new Workspace(folder, clock, files);
        using var turn = await workspace.TurnAsync(sentence => watched?.People.Unbroken(sentence), cancel);
        return await WorkProgress.ShowAsync(watched, async progress =>
        {
            progress.Begin("Uploading", inputs.Files.Count);
            var uploaded = await inputs.UploadAsync(workspace.Files, Uploaded, cancel);
            await workspace.AddDeliveredFrameworksAsync(cancel);
            progress.BeginReading("Taking in");
            var taken = await workspace.Sweep.RunAsync(Workspace.SlotsAtOnce, progress, cancel);
            progress.Begin("Refreshing", files: 0);
            var quarters = new List<QuarterSummary>();
            foreach (var quarter in await workspace.RefreshAsync(cancel))
                quarters.Add(await QuarterSummary.ReadAsync(workspace.Tables, (await workspace.Reference.RegisterAsync(cancel))!, quarter,
                    cancel));
            return RunReport.Of(
                folder, reference, inputs, uploaded, taken, progress.Unreadable, progress.Waiting, files.TakeNameless(),
                await UnplacedFiles.ReceiptsAsync(workspace.Files, await workspace.Reference.CurrentAsync(cancel), cancel), quarters);

            void Uploaded(string path, bool isNew)
            {
                progress.Advance();
                if (isNew)
                    progress.Expect(path, inputs.Files[path]);
            }
        });
    }
}
