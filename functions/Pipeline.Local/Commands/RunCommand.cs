using System.CommandLine;
using Pipeline.Steps;
using Spectre.Console;

namespace Pipeline.Local.Commands;

/// <summary><c>run</c>: takes in what has arrived and brings everything up to date.</summary>
internal static class RunCommand
{
    public static Command Create(Screen screen)
    {
        var inputs = new Argument<string[]>("INPUT")
        {
            Description = "Folders with reference/, submissions/, reviews/ or confirmations/ in them. Of two files at one place the later folder's is taken.",
            Arity = ArgumentArity.OneOrMore,
        };
        var workspace = CommonOptions.Workspace();
        var strict = new Option<bool>("--strict") { Description = "Exit with 1 when a file was rejected." };
        var json = CommonOptions.Json();
        var today = CommonOptions.Today();
        var command = new PipelineCommand(
            "run",
            "Takes in everything under each INPUT, refreshes every quarter that changed, and says what came of it.",
            example: "pipeline run sample-data --workspace workspace",
            details: "The reference files are checked first: when one does not check, nothing is written.")
        {
            inputs, workspace, strict, json, today,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var report = await RunAsync(
                parsed.GetRequiredValue(inputs), parsed.GetRequiredValue(workspace), parsed.GetValue(today) ?? TimeProvider.System, parsed.GetValue(json) ? null : screen, cancel);
            if (parsed.GetValue(json))
                screen.Json(report);
            else
                report.Print(screen.People);
            return !report.ReferenceIsSound ? Exit.WrongUse : parsed.GetValue(strict) && report.AnyRejected ? Exit.Rejected : Exit.Done;
        });
        return command;
    }

    /// <param name="watched">Where a person may watch the progress.</param>
    private static async Task<RunReport> RunAsync(IReadOnlyList<string> folders, string folder, TimeProvider clock, Screen? watched, CancellationToken cancel)
    {
        var inputs = Inputs.Find(folders, folder);
        var reference = await inputs.CheckReferenceAsync(folder, cancel);
        if (!reference.IsSound)
            return RunReport.Refused(folder, reference);
        using var workspace = new Workspace(folder, clock);
        using var turn = await workspace.TurnAsync(() => watched?.People.Unbroken("Another pipeline is taking files in here. Waiting for it to end."), cancel);
        return await Progress.ShowAsync(watched, async progress =>
        {
            progress.Begin("Uploading", inputs.Files.Count);
            var uploaded = await inputs.UploadAsync(workspace.Files, progress, cancel);
            await workspace.AddDeliveredFrameworksAsync(cancel);
            progress.Begin("Taking in", uploaded.Files);
            var taken = await workspace.Sweep.RunAsync(Environment.ProcessorCount, progress, cancel);
            progress.Begin("Refreshing", total: 0);
            var quarters = new List<QuarterSummary>();
            foreach (var quarter in await workspace.RefreshAsync(cancel))
                quarters.Add(await QuarterSummary.ReadAsync(workspace.Tables, (await workspace.Reference.RegisterAsync(cancel))!, quarter, cancel));
            return RunReport.Of(folder, reference, inputs, uploaded, taken, quarters);
        });
    }

    /// <summary>How far a run has come, on a terminal that somebody watches.</summary>
    private sealed class Progress(ProgressContext? context) : IProgress<int>, IProgress<TakenIn>
    {
        private readonly Lock _lock = new();
        private ProgressTask? _task;
        private string _doing = "";
        private long _rows;

        public static Task<T> ShowAsync<T>(Screen? watched, Func<Progress, Task<T>> work) =>
            watched is null || !watched.People.Profile.Capabilities.Interactive
                ? work(new Progress(null))
                : watched.People.Progress()
                    .AutoClear(true)
                    .Columns(new SpinnerColumn(), new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new ElapsedTimeColumn())
                    .StartAsync(context => work(new Progress(context)));

        /// <param name="doing">What goes on now.</param>
        /// <param name="total">Files; 0 when it is not known how long it takes.</param>
        public void Begin(string doing, long total)
        {
            _task?.StopTask();
            _doing = doing;
            _task = context?.AddTask(doing, maxValue: Math.Max(1, total));
            if (_task is not null)
                _task.IsIndeterminate = total == 0;
        }

        public void Report(int files) => Advance(files, 0);

        public void Report(TakenIn taken) => Advance(1, taken.Receipt.RowsRead);

        private void Advance(int files, long rows)
        {
            if (_task is null)
                return;
            lock (_lock)
            {
                _rows += rows;
                // What an earlier run left behind comes on top of what was uploaded now.
                _task.MaxValue = Math.Max(_task.MaxValue, _task.Value + files);
                _task.Increment(files);
                _task.Description = $"{_doing} {Style.Number((long)_task.Value)} of {Style.Count((long)_task.MaxValue, "file")}{(_rows == 0 ? "" : $", {Style.Count(_rows, "row")}")}";
            }
        }
    }
}
