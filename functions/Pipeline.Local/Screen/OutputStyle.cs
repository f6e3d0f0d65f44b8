using System.Globalization;
using Pipeline.Core;
using Spectre.Console;

namespace Pipeline.Local.Screen;

/// <summary>How things look to people, the same in every command.</summary>
internal static class OutputStyle
{
    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary><c>1 file</c>, <c>1,200 files</c>.</summary>
    public static string Count(long number, string one, string? many = null) =>
        $"{Number(number)} {(number == 1 ? one : many ?? one + "s")}";

    public static string Pounds(long pence) => new Money(pence).ToString();

    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A heading with a line above its table or list.</summary>
    public static void Heading(this IAnsiConsole console, string text)
    {
        console.WriteLine();
        console.Write(new Spectre.Console.Rule($"[bold]{Markup.Escape(text)}[/]")
            { Justification = Justify.Left, Style = Spectre.Console.Style.Parse("grey") });
    }

    /// <summary>A table that is easy on the eye, and on a pipe. A column that starts with <c>&gt;</c> is of numbers.</summary>
    public static Table Table(params ReadOnlySpan<string> columns)
    {
        var table = new Table { Border = TableBorder.Simple, UseSafeBorder = false };
        table.BorderColor(Color.Grey);
        foreach (string column in columns)
        {
            bool isNumber = column.StartsWith('>');
            table.AddColumn(new TableColumn($"[bold]{Markup.Escape(isNumber ? column[1..] : column)}[/]")
            {
                Alignment = isNumber ? Justify.Right : Justify.Left,
                NoWrap = isNumber,
                // Eighty characters are few.
                Padding = new Padding(0, 0, 1, 0),
            });
        }

        return table;
    }

    /// <summary>A line that stays indented where it is broken.</summary>
    public static void Indented(this IAnsiConsole console, string markup) =>
        console.Write(new Padder(new Markup(markup), new Padding(2, 0, 0, 0)));

    /// <summary>A line that is never broken, so that what is in it can be copied.</summary>
    public static void Unbroken(this IAnsiConsole console, string text) => console.Profile.Out.Writer.WriteLine(text);

    /// <summary>Says of the files that are there and fit no slot where to look.</summary>
    public static void Unplaced(this IAnsiConsole console, IReadOnlyList<string> receipts, ListLength length)
    {
        bool isOne = receipts.Count == 1;
        console.MarkupLine(
            $"[yellow]{Count(receipts.Count, "file")} {(isOne ? "fits" : "fit")} nowhere and {(isOne ? "counts" : "count")} for "
            + $"nothing.[/] Why, and what would be right, stands in");
        foreach (string receipt in length.Of(receipts))
            console.Unbroken($"  {receipt}");
        length.PrintRest(console, receipts.Count);
    }

    /// <param name="word">As receipts have it.</param>
    public static string Severity(string word) => word == "error" ? "[red]error[/]" : "[yellow]warning[/]";

    /// <summary>The state of a return or an upload in its colour.</summary>
    public static string State(string state) => state switch
    {
        "received" or "accepted" or "earned" => $"[green]{state}[/]",
        "nil" or "duplicate" or "not due yet" => $"[grey]{state}[/]",
        "late" or "missing" => $"[yellow]{state}[/]",
        _ => $"[red]{Markup.Escape(state)}[/]",
    };
}
