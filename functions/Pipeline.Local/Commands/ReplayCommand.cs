using System.CommandLine;
using System.Globalization;
using Pipeline.Local.Screen;

namespace Pipeline.Local.Commands;

/// <summary><c>replay</c>: whether a released run comes out of the archive again.</summary>
internal static class ReplayCommand
{
    public static Command Create(CommandOutput screen)
    {
        var (quarter, run, pipeline, today) = (CommonOptions.Quarter(), CommonOptions.Run(), new PipelineOptions(), CommonOptions.Today());
        var command = new PipelineCommand(
            "replay",
            "Recomputes a released run from the archived files and compares it with the file that finance got, byte for byte.",
            example: "pipeline replay 2025-26-Q1 1",
            details: "Exits with 1 when it comes out differently, and says how.")
        {
            quarter, run, today,
        };
        pipeline.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            var of = CommonOptions.QuarterIn(parsed.GetRequiredValue(quarter));
            int number = parsed.GetValue(run);
            using var opened = pipeline.Open(parsed, parsed.GetValue(today) ?? TimeProvider.System);
            var replayed = await opened.Steps.Replay.RunAsync(of, number, cancel)
                ?? throw new WrongUseException(string.Create(CultureInfo.InvariantCulture,
                    $"No run {number} of {of} was released. See: pipeline pay status {of}"));
            foreach (string difference in replayed.Differences)
                screen.Say(difference);
            if (replayed.Differences.Count > 0)
                return Exit.Rejected;
            screen.Say(string.Create(CultureInfo.InvariantCulture,
                $"Run {number} of {of} comes out the same: {replayed.Run.TotalsInWords}, SHA-256 {replayed.Run.Hash}."));
            return Exit.Done;
        });
        return command;
    }
}
