using System.CommandLine;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Submissions;
using Pipeline.Local.Screen;
using Pipeline.Local.Stores;
using Pipeline.Steps.Arrivals;
using Spectre.Console;

namespace Pipeline.Local.Commands;

/// <summary><c>template</c>: the header that a file starts with, and the codes that its columns take.</summary>
internal static class TemplateCommand
{
    public static Command Create(CommandOutput screen)
    {
        var name = new Argument<string>("DATASET") { HelpName = "DATASET", Description = "One of " + string.Join(", ", Dataset.All) + "." };
        name.AcceptOnlyFromAmong([.. Dataset.All.Select(d => d.Name)]);
        var framework = new Option<string>("--framework") { Description = "List the codes of this framework alone.", HelpName = "ID" };
        var workspace = CommonOptions.Workspace();
        var command = new PipelineCommand(
            "template",
            "Prints the header line of a kind of file, and lists the codes that its columns take.",
            example: "pipeline template outcomes --framework strategic-2019 > outcomes.csv",
            details: "Only the header goes to standard output when that is a file.")
        {
            name, framework, workspace,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var dataset = Dataset.Find(parsed.GetRequiredValue(name))!;
            var frameworks = await FrameworksAsync(parsed.GetRequiredValue(workspace), cancel);
            if (parsed.GetValue(framework) is { } id)
                frameworks = frameworks.TryGetValue(id, out var found)
                    ? new Dictionary<string, Framework> { [id] = found }
                    : throw new WrongUseException($"There is no framework of this id that checks. Those known are: {string.Join(", ", frameworks.Keys.Order(StringComparer.Ordinal))}.");
            Write(dataset, frameworks.Values, screen);
            return Exit.Done;
        });
        return command;
    }

    /// <summary>The delivered ones, and the workspace's own where it has some.</summary>
    private static async Task<IReadOnlyDictionary<string, Framework>> FrameworksAsync(string workspace, CancellationToken cancel)
    {
        var files = new ReferenceFiles();
        await files.PutAsync(new FolderFileStore(workspace), cancel);
        return (await files.CheckAsync(cancel: cancel)).Frameworks;
    }

    private static void Write(Dataset dataset, IEnumerable<Framework> frameworks, CommandOutput screen)
    {
        screen.Output.Write(string.Join(',', dataset.Columns) + "\n");
        screen.Output.Flush();
        var people = screen.IsOutputTerminal ? screen.People : screen.Aside;
        if (!dataset.CodesDependOnFramework)
        {
            Write(dataset.Codes(frameworks.First()), people);
            return;
        }

        var sorted = frameworks.OrderBy(f => f.Id, StringComparer.Ordinal).ToList();
        if (dataset == Dataset.Contracts)
            Write([new ColumnCodes("framework", null, [.. sorted.Select(f => new Coded(f.Id, f.Title))])], people);
        foreach (var framework in sorted)
        {
            people.Heading($"{framework.Title} ({framework.Id})");
            Write(dataset.Codes(framework), people);
        }
    }

    private static void Write(IReadOnlyList<ColumnCodes> columns, IAnsiConsole people)
    {
        foreach (var column in columns)
        {
            people.WriteLine();
            people.MarkupLine($"[bold]{column.Column}[/]{(column.Under is null ? "" : $" [grey]with[/] {column.Under}")}");
            int width = column.Codes.Max(c => c.Code.Length);
            foreach (var code in column.Codes)
                people.WriteLine($"  {code.Code.PadRight(code.Title.Length == 0 ? 0 : width)}  {code.Title}".TrimEnd());
        }
    }
}
