using Pipeline.Core;
using Pipeline.Core.Contracts;
using Pipeline.Core.Payments;
using Spectre.Console;

namespace Pipeline.Local.Screen;

/// <summary>What a file changes, or would, as people see it.</summary>
internal static class Consequences
{
    /// <summary>More of them are counted and not listed.</summary>
    private const int Listed = 50;

    /// <summary>What a register changes of contracts.</summary>
    public static void Print(IReadOnlyList<RegisterChange> changes, CommandOutput screen)
    {
        if (changes.Count == 0)
        {
            screen.Say("No contract changes.");
            return;
        }

        var table = OutputStyle.Table("Contract", "Change", ">Value before", ">Value now");
        foreach (var change in changes.Take(Listed))
        {
            table.AddRow(
                Markup.Escape(change.Contract.ToString()), Markup.Escape(change.ToString()), change.ValueBefore?.ToString() ?? "-",
                change.ValueAfter?.ToString() ?? "-");
        }

        screen.People.Write(table);
        SayUnlisted(changes.Count, screen);
    }

    private static void SayUnlisted(int changes, CommandOutput screen)
    {
        if (changes > Listed)
            screen.Say($"And {OutputStyle.Count(changes - Listed, "more change", "more changes")}; --json lists all.");
    }

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
        SayUnlisted(changes.Count, screen);
        screen.Say(
            $"In all {changes.Select(c => c.EarnedAfter).Sum() - changes.Select(c => c.EarnedBefore).Sum()} on "
            + $"{Where(changes)}; {changes.Select(c => c.TakenBack).Sum()} of what was released would be taken back.");
    }

    /// <summary><c>1 contract in 2 quarters</c>.</summary>
    public static string Where(IReadOnlyList<Consequence> changes) =>
        $"{OutputStyle.Count(changes.Select(c => c.Contract).Distinct().Count(), "contract")} in "
        + OutputStyle.Count(changes.Select(c => c.Quarter).Distinct().Count(), "quarter");

    private static string Note(Consequence change) =>
        string.Join(", ", new[] { change.IsDropped ? "[red]not in the register any more[/]" : "", change.IsClosed
            ? "[red]closed[/]" : "" }.Where(note => note.Length > 0));
}
