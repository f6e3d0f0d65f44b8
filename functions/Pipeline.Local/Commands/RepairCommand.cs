using System.CommandLine;
using System.Globalization;
using Pipeline.Core;
using Pipeline.Local.Screen;
using Pipeline.Steps.Payments;
using Spectre.Console;

namespace Pipeline.Local.Commands;

/// <summary><c>repair</c>: tables that are older than the files for finance learn again what was released.</summary>
internal static class RepairCommand
{
    public static Command Create(CommandOutput screen)
    {
        var (pipeline, today) = (new PipelineOptions(), CommonOptions.Today());
        var write = new Option<bool>("--write") { Description = "Enter what is shown; without it, nothing is written." };
        var command = new PipelineCommand(
            "repair",
            "Enters runs of which finance has files and the tables know nothing, as after restoring older tables.",
            example: "pipeline repair",
            details: "A run is entered only where its own file, the payment file and the control file agree to the byte. It shows what it "
                + "would do; --write does it.")
        {
            write, today,
        };
        pipeline.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            using var opened = pipeline.Open(parsed, parsed.GetValue(today) ?? TimeProvider.System);
            using var turn = await opened.TurnAsync(sentence => screen.People.Unbroken(sentence), cancel);
            var found = await opened.Steps.Repair.FindAsync(cancel);
            if (found.Count == 0)
            {
                screen.Say("There is nothing to repair: every file that finance has is of a run that is known as released.");
                return Exit.Done;
            }

            Print(found, screen.People);
            var rebuilt = found.OfType<UnknownRun.Rebuilt>().ToList();
            if (parsed.GetValue(write))
            {
                foreach (var run in rebuilt)
                    await opened.Steps.Repair.WriteAsync(run, cancel);
                await opened.Steps.RefreshAsync(cancel);
                screen.Say(
                    $"Entered: {OutputStyle.Count(rebuilt.Count, "run")}. Next: pipeline run takes in what came since the tables "
                    + "were backed up, pipeline pay status shows what is due.");
            }
            else if (rebuilt.Count > 0)
            {
                screen.Say("Nothing is written yet. Next, to enter what agrees: pipeline repair --write");
            }

            foreach (var other in found.Except(rebuilt))
                screen.Say(WhatToDo(other));
            return found.Count == rebuilt.Count ? Exit.Done : Exit.Rejected;
        });
        return command;
    }

    private static void Print(IReadOnlyList<UnknownRun> found, IAnsiConsole people)
    {
        var table = OutputStyle.Table("Quarter", ">Run", ">Lines", ">Total", "Prepared, approved, released", "To enter");
        table.Columns[0].NoWrap();
        foreach (var unknown in found)
        {
            var run = (unknown as UnknownRun.Rebuilt)?.From.Run;
            table.AddRow([
                unknown.Quarter.ToString(), OutputStyle.Number(unknown.Number),
                run is null ? "-" : OutputStyle.Number(run.Totals.Count), run is null ? "-" : run.Totals.Total.ToString(),
                run is null
                    ? "-"
                        : Markup.Escape(string.Join("; ", new[] { run.Prepared, run.Approved, run.Released }.OfType<Signature>()
                            .Select(Signed))),
                run is null ? "[red]no: the files do not agree[/]" : "[green]yes[/]"]);
        }

        people.Write(table);

        static string Signed(Signature signature) =>
            string.Create(CultureInfo.InvariantCulture, $"{signature.By} {signature.At:yyyy-MM-dd}");
    }

    private static string WhatToDo(UnknownRun unknown)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"Run {unknown.Number} of {unknown.Quarter}");
        return unknown switch
        {
            UnknownRun.OtherInLedger =>
                $"{name} has other lines in the ledger than in its files. Nothing is paid in this quarter until that is settled: restore "
                + "newer tables, or find out who changed them.",
            UnknownRun.Disagreeing { Csv: true, Control: false } =>
                $"{name} has a payment file and no control file: its release was interrupted. Restore the tables as they were then and "
                + "release it again; ask finance whether it was paid.",
            _ =>
                $"{name} cannot be rebuilt: no file of a run makes what finance has. Leave the files where they are, restore "
                + $"runs/{unknown.Quarter}/ and the tables from a newer backup, and ask finance what was paid.",
        };
    }
}
