using Spectre.Console;

namespace Pipeline.Local.Screen;

/// <summary>
/// How much people are shown of a list: of thousands the first ones and how many more there are, so that what matters is not scrolled away.
/// </summary>
/// <param name="All">Everything, as <c>--all</c> asks.</param>
internal readonly record struct ListLength(bool All)
{
    /// <summary>Lines of one list.</summary>
    public const int Shown = 25;

    public IEnumerable<T> Of<T>(IReadOnlyCollection<T> list) => All ? list : list.Take(Shown);

    /// <summary>What is left out; nothing when nothing is.</summary>
    public void PrintRest(IAnsiConsole people, int count)
    {
        if (IsCut(count))
            people.MarkupLine($"  [grey]and {OutputStyle.Number(count - Shown)} more: [bold]--all[/] shows them.[/]");
    }

    /// <summary>Lists places, of each what became of it, and says how many more there are.</summary>
    public void Print(IAnsiConsole people, IReadOnlyCollection<string> places, string what)
    {
        foreach (string place in Of(places))
            people.Unbroken($"  {place}: {what}");
        PrintRest(people, places.Count);
    }

    /// <summary>Within a sentence: <c>HL-001, HL-002 and 12 more</c>.</summary>
    public string InWords<T>(IReadOnlyCollection<T> list) =>
        string.Join(", ", Of(list)) + (IsCut(list.Count) ? $" and {OutputStyle.Number(list.Count - Shown)} more" : "");

    public bool IsCut(int count) => !All && count > Shown;
}
