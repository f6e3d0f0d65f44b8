using System.CommandLine;
using Pipeline.Core.Contracts;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Submissions;
using Pipeline.Local.Screen;
using Pipeline.Local.Stores;
using Pipeline.Steps.Arrivals;
using Spectre.Console;

namespace Pipeline.Local.Commands;

/// <summary><c>template</c>: a workbook to fill in, or the header that a file starts with and the codes that its columns take.</summary>
internal static class TemplateCommand
{
    private const string Csv = "csv", Xlsx = "xlsx";

    public static Command Create(CommandOutput screen)
    {
        var name = new Argument<string?>("DATASET")
        {
            HelpName = "DATASET", Description = "One of " + string.Join(", ", Dataset.All)
                + ". Without it, a workbook of a provider's whole return.", Arity = ArgumentArity.ZeroOrOne,
        };
        name.AcceptOnlyFromAmong([.. Dataset.All.Select(d => d.Name)]);
        var framework = new Option<string>("--framework") { Description = "List the codes of this framework alone.", HelpName = "ID" };
        var contract = new Option<string>("--contract")
            { Description = "Offer the client groups of this contract alone.", HelpName = "ID" };
        var format = new Option<string>("--format")
            { Description = "csv, the header alone, or xlsx, a workbook to fill in.", HelpName = "FORMAT" };
        format.AcceptOnlyFromAmong(Csv, Xlsx);
        var output = new Option<string>("--output")
            { Description = "Where to put the workbook; otherwise it is named after what it is for.", HelpName = "FILE" };
        var workspace = CommonOptions.Workspace();
        var command = new PipelineCommand(
            "template",
            "Makes a workbook to fill in, or prints the header line of a kind of file and lists the codes that its columns take.",
            example: "pipeline template outcomes --framework strategic-2019 --format xlsx",
            details: "Only the header goes to standard output when that is a file. A workbook is never written over a file that is there.")
        {
            name, framework, contract, format, output, workspace,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var dataset = parsed.GetValue(name) is { } named ? Dataset.Find(named) : null;
            var reference = await ReferenceAsync(parsed.GetRequiredValue(workspace), cancel);
            var frameworks = reference.Frameworks;
            if (parsed.GetValue(framework) is { } id)
                frameworks = new Dictionary<string, Framework> { [id] = FrameworkOf(reference, id) };
            if ((parsed.GetValue(format) ?? (dataset is null ? Xlsx : Csv)) == Xlsx)
                WriteWorkbook(dataset, parsed.GetValue(framework) is null ? null : frameworks.Values.Single(), parsed.GetValue(contract),
                    reference, parsed.GetValue(output), screen);
            else
                Write(dataset ?? throw new WrongUseException("Say which DATASET the header is of, or --format xlsx for a workbook of all."),
                    frameworks.Values, screen);
            return Exit.Done;
        });
        return command;
    }

    internal static Framework FrameworkOf(ReferenceCheck reference, string id) => reference.Frameworks.TryGetValue(id, out var found)
        ? found
        : throw new WrongUseException(
            $"There is no framework of this id that checks. Those known are: "
            + $"{string.Join(", ", reference.Frameworks.Keys.Order(StringComparer.Ordinal))}.");

    /// <summary>The delivered frameworks, and the workspace's own reference files where it has some.</summary>
    internal static async Task<ReferenceCheck> ReferenceAsync(string workspace, CancellationToken cancel)
    {
        var files = new ReferenceFiles();
        await files.PutAsync(new FolderFileStore(workspace), cancel);
        return await files.CheckAsync(cancel: cancel);
    }

    private static void WriteWorkbook(Dataset? dataset, Framework? framework, string? contract, ReferenceCheck reference, string? output,
        CommandOutput screen)
    {
        var terms = TermsOf(contract, reference);
        framework ??= terms is [.., var latest] ? reference.Frameworks[latest.Framework]
            : throw new WrongUseException("Say whose codes the workbook takes: --framework, or --contract.");
        var datasets = WorkbookTemplate.DatasetsOf(framework);
        if (dataset is not null)
            datasets = datasets.FirstOrDefault(d => d == dataset) is { } one
                ? [one]
                : throw new WrongUseException(
                    $"There is no workbook for {dataset} under {framework.Id}. There is one for {string.Join(", ", datasets)}.");
        string path = output ?? (dataset?.Name ?? "return") + ".xlsx";
        try
        {
            using var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite);
            WorkbookTemplate.Write(file, datasets, framework,
                terms is null ? null : [.. framework.ClientGroups.Select(g => g.Code)
                    .Where(code => terms.Any(term => term.ClientGroups.Contains(code)))]);
        }
        catch (IOException) when (File.Exists(path))
        {
            throw new WrongUseException(
                $"There is a file {path} already, which may be filled in. Move it away, or say with --output where to put the workbook.");
        }

        screen.Say($"A workbook to fill in: {path}");
    }

    /// <summary>Those of a contract under its latest framework; null: no contract is asked for.</summary>
    private static IReadOnlyList<Term>? TermsOf(string? contract, ReferenceCheck reference)
    {
        if (contract is null)
            return null;
        var terms = reference.Register?.Terms.Where(term => term.Contract.ToString() == contract).ToList() ?? [];
        return terms.Count > 0
            ? [.. terms.Where(term => term.Framework == terms[^1].Framework)]
            : throw new WrongUseException("The workspace's register holds no contract of this id.");
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
