using Pipeline.Core;
using Pipeline.Core.Payments;
using Spectre.Console;

namespace Pipeline.Local.Screen;

/// <summary>What a file changes, or would, as people see it.</summary>
internal static class Consequences
{
    /// <summary>More of them are counted and not listed.</summary>
    private const int Listed = 50;

    public static void Print(IReadOnlyList<Consequence> changes, CommandOutput screen)
    {
        if (changes.Count == 0)
        {
            screen.Say("Nothing that is known is earned otherwise.");
            return;
        }

        var table = OutputStyle.Table("Quarter", "Contract", ">Earned", ">Would be", ">Released", ">Taken back", "Note");
        table.Columns[0].NoWrap();
        foreach (var change in changes.OrderByDescending(change => change.TouchesWhatWasSettled).Take(Listed))
        {
            table.AddRow([
                change.Quarter.ToString(), Markup.Escape(change.Contract.ToString()), change.EarnedBefore.ToString(),
                change.EarnedAfter.ToString(), change.Released.ToString(),
                change.TakenBack > Money.Zero ? $"[red]{change.TakenBack}[/]" : "-", Note(change)]);
        }

        screen.People.Write(table);
        if (changes.Count > Listed)
            screen.Say($"And {OutputStyle.Count(changes.Count - Listed, "more change", "more changes")}; --json lists all.");
        screen.Say(
            $"In all {changes.Select(c => c.EarnedAfter).Sum() - changes.Select(c => c.EarnedBefore).Sum()} on "
            + $"{OutputStyle.Count(changes.Count, "contract and quarter", "contracts and quarters")}; "
            + $"{changes.Select(c => c.TakenBack).Sum()} of what was released would be taken back.");
    }

    private static string Note(Consequence change) =>
        string.Join(", ", new[] { change.IsDropped ? "[red]not in the register any more[/]" : "", change.IsClosed
            ? "[red]closed[/]" : "" }.Where(note => note.Length > 0));
}
