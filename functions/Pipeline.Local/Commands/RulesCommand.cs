using System.CommandLine;
using CsvHelper;
using Pipeline.Core.Findings;
using Pipeline.Local.Screen;
using Spectre.Console;
using Rule = Pipeline.Core.Findings.Rule;

namespace Pipeline.Local.Commands;

/// <summary><c>rules</c>: everything that files are checked for.</summary>
internal static class RulesCommand
{
    public static Command Create(CommandOutput screen)
    {
        var format = new Option<string>("--format") { Description = "Print them for a document or a spreadsheet.", HelpName = "md|csv" };
        format.AcceptOnlyFromAmong("md", "csv");
        var command = new PipelineCommand(
            "rules",
            "Lists everything that files are checked for, and how to mend it.",
            example: "pipeline rules --format csv > rules.csv")
        {
            format,
        };
        command.SetAction(parsed =>
        {
            Action<CommandOutput> write = parsed.GetValue(format) switch
            {
                "md" => WriteMarkdown,
                "csv" => WriteCsv,
                _ => WriteTable,
            };
            write(screen);
            return Exit.Done;
        });
        return command;
    }

    private static string SeverityOf(Rule rule) => rule.Severity == Severity.Error ? "error" : "warning";

    private static void WriteTable(CommandOutput screen)
    {
        var table = OutputStyle.Table("Rule", "What is wrong", "How to mend it");
        foreach (var rule in Rules.All)
            table.AddRow($"[bold]{rule.Id}[/]\n{OutputStyle.Severity(SeverityOf(rule))}", Markup.Escape(rule.Wrong),
                Markup.Escape(rule.Mend));
        screen.People.Write(table);
        screen.People.MarkupLine($"{OutputStyle.Count(Rules.All.Count, "rule")}. An error rejects the whole file, a warning does not.");
    }

    private static void WriteMarkdown(CommandOutput screen)
    {
        // The same bytes on every system.
        screen.Output.Write("# What files are checked for\n\nAn error rejects the whole file, a warning does not.\n\n");
        screen.Output.Write("| id | severity | what is wrong | how to mend it |\n|---|---|---|---|\n");
        foreach (var rule in Rules.All)
            screen.Output.Write($"| {rule.Id} | {SeverityOf(rule)} | {Cell(rule.Wrong)} | {Cell(rule.Mend)} |\n");

        static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
    }

    private static void WriteCsv(CommandOutput screen)
    {
        using var csv = CsvWriter.Create(screen.Output, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true);
        // As in a receipt's CSV file, since an id alone that begins with DEC is December to a spreadsheet.
        csv.WriteRecord("rule", "severity", "what_is_wrong", "how_to_mend");
        foreach (var rule in Rules.All)
            csv.WriteRecord($"rule {rule.Id}", SeverityOf(rule), rule.Wrong, rule.Mend);
    }
}
