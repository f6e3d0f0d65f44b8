using System.CommandLine;
using System.Globalization;
using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Local.Screen;
using Pipeline.Steps.Arrivals;

namespace Pipeline.Local.Commands;

/// <summary><c>changes</c>: what is held, and a named person who puts it in force or drops it.</summary>
internal static class ChangesCommands
{
    private const string Accept = "accept";

    public static Command Create(CommandOutput screen)
    {
        var (pipeline, today, json) = (new PipelineOptions(), CommonOptions.Today(), CommonOptions.Json());
        var command = new PipelineCommand(
            "changes",
            "Lists what is held, since it would lower what was released, drop a contract that was paid, or change a closed quarter.",
            example: "pipeline changes",
            details: "Everything else goes on with what is in force. A right file that is sent meanwhile does not wait for what is held.")
        {
            Decide(screen, Accept, "Puts a held file in force, as a version of its own.", "in force",
                (steps, number, by, cancel) => steps.AcceptAsync(number, by, cancel)),
            Decide(screen, "drop", "Drops a held file: it never comes into force.", "dropped",
                (steps, number, by, cancel) => steps.DropAsync(number, by, cancel)),
            today,
            json,
        };
        pipeline.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            using var opened = pipeline.Open(parsed, parsed.GetValue(today) ?? TimeProvider.System);
            var held = new List<HeldFile>();
            foreach (var change in await opened.Steps.Held.WaitingAsync(cancel))
            {
                held.Add(new HeldFile(
                    change.Number, change.Slot.Folder + change.Slot.Name, change.Version, change.Decision?.Signature.By.ToString(),
                    await opened.Steps.DecideChanges.ConsequencesAsync(change, cancel: cancel)));
            }

            if (parsed.GetValue(json))
                screen.Json(new HeldFiles(held));
            else if (held.Count == 0)
                screen.Say("Nothing is held.");
            else
                held.ForEach(file => Print(file, screen));
            return Exit.Done;
        });
        return command;
    }

    private static PipelineCommand Decide(CommandOutput screen, string name, string description, string done,
        Func<DecideChanges, int, Person, CancellationToken, Task<string?>> decide)
    {
        var number = new Argument<int>("N")
        {
            Description = "Its number in the list, such as 1.",
            CustomParser = result =>
            {
                if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int given) && given > 0)
                    return given;
                result.AddError("N takes a number such as 1.");
                return 0;
            },
        };
        var (pipeline, by, today) = (new PipelineOptions(), CommonOptions.By(), CommonOptions.Today());
        var command = new PipelineCommand(name, description, example: $"pipeline changes {name} 1 --by \"Ben Rees\"",
            details: "Not by who sent it, where the file says so. Interrupted, it is finished by giving the same again.")
                { number, by, today };
        pipeline.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            using var opened = pipeline.Open(parsed, parsed.GetValue(today) ?? TimeProvider.System);
            using var turn = await opened.TurnAsync(screen.Say, cancel);
            int given = parsed.GetValue(number);
            // Once it is in force it changes nothing any more.
            var waiting = (await opened.Steps.Held.WaitingAsync(cancel)).FirstOrDefault(change => change.Number == given);
            IReadOnlyList<Consequence> would = waiting is null ? [] : await opened.Steps.DecideChanges.ConsequencesAsync(waiting,
                cancel: cancel);
            if (await decide(opened.Steps.DecideChanges, given, CommonOptions.NameIn(parsed, by), cancel) is { } why)
                throw WrongUseException.Refused(why, "pipeline changes");
            await opened.Steps.RefreshAsync(cancel);
            screen.Say($"Change {given} is {done}.{(name == Accept ? WhatNow(would) : "")}");
            return Exit.Done;
        });
        return command;
    }

    /// <summary>What a change that came into force moves, and who does what then; empty when it moves nothing.</summary>
    private static string WhatNow(IReadOnlyList<Consequence> changed) => changed.Count == 0 ? ""
        : $" {changed.Select(c => c.EarnedAfter).Sum()} is earned instead of {changed.Select(c => c.EarnedBefore).Sum()}, on "
            + $"{Consequences.Where(changed)}, and {changed.Select(c => c.TakenBack).Sum()} of what was released is to be taken back. "
            + "Next: " + (changed.Select(c => c.Quarter).Distinct().ToList() is [var one]
                ? $"pipeline pay prepare {one} --by NAME" : "pipeline pay status");

    private static void Print(HeldFile file, CommandOutput screen)
    {
        screen.People.Heading(string.Create(CultureInfo.InvariantCulture, $"{file.Number}: {file.Place} version {file.Version}"));
        if (file.AcceptedBy is { } by)
            screen.Say(
                $"{by} accepted it, and was interrupted: give the same command again. If it does not check any more, anybody may drop it.");
        Consequences.Print(file.Changes, screen);
    }
}

/// <summary>What <c>changes --json</c> prints.</summary>
public sealed record HeldFiles(IReadOnlyList<HeldFile> Held);

/// <param name="Number">By which it is accepted or dropped.</param>
/// <param name="Place">What the file is for.</param>
/// <param name="Version">In its slot.</param>
/// <param name="AcceptedBy">Who accepted it and was interrupted; null while it waits.</param>
/// <param name="Changes">What it would change, by quarter and contract.</param>
public sealed record HeldFile(int Number, string Place, int Version, string? AcceptedBy, IReadOnlyList<Consequence> Changes);
