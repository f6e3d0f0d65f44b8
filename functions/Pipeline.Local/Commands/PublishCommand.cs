using System.CommandLine;
using System.Globalization;
using Pipeline.Local.Screen;

namespace Pipeline.Local.Commands;

/// <summary><c>publish</c>: a quarter's public report, as a numbered revision that stays.</summary>
internal static class PublishCommand
{
    public static Command Create(CommandOutput screen)
    {
        var (quarter, by, pipeline, today) = (CommonOptions.Quarter(), CommonOptions.By(), new PipelineOptions(), CommonOptions.Today());
        var correction = new Option<string?>("--correction")
            { Description = "What this revision corrects; everybody reads it. Not asked for the first.", HelpName = "TEXT" };
        var command = new PipelineCommand(
            "publish",
            "Publishes a quarter's public report as it is now, as a numbered revision that nothing changes afterwards.",
            example: "pipeline publish 2025-26-Q1 --by \"Ann Price\"",
            details: "Look at the draft first: reports/QUARTER-public.html. What is published stays, and a correction is a further "
                + "revision.")
        {
            quarter, by, correction, today,
        };
        pipeline.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            var of = CommonOptions.QuarterIn(parsed.GetRequiredValue(quarter));
            var person = CommonOptions.NameIn(parsed, by);
            using var opened = pipeline.Open(parsed, parsed.GetValue(today) ?? TimeProvider.System);
            using var turn = await opened.TurnAsync(screen.Say, cancel);
            string? why = await opened.Steps.Publish.RunAsync(of, person, parsed.GetValue(correction) ?? "", cancel);
            // When it is refused, too: a draft that was not up to date is, when somebody looks at it once more.
            await opened.Steps.RefreshAsync(cancel);
            if (why is not null)
                throw new WrongUseException(why);
            var published = (await opened.Steps.Published.OfAsync(of, cancel))[^1];
            screen.Say(string.Create(CultureInfo.InvariantCulture,
                $"{of} is published as revision {published.Revision}: {published.PagePath} and {published.CsvPath}"));
            return Exit.Done;
        });
        return command;
    }
}
