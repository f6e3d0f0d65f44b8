using System.CommandLine;
using Pipeline.Core.Submissions;
using Pipeline.Local.Screen;

namespace Pipeline.Local.Commands;

/// <summary><c>schema</c>: what a file looks like, for the systems that write it.</summary>
internal static class SchemaCommand
{
    private const string Frictionless = "frictionless", CsvOnTheWeb = "csvw";

    public static Command Create(CommandOutput screen)
    {
        var name = new Argument<string>("DATASET")
            { HelpName = "DATASET", Description = "One of " + string.Join(", ", Dataset.Returns) + "." };
        name.AcceptOnlyFromAmong([.. Dataset.Returns.Select(d => d.Name)]);
        var framework = new Option<string>("--framework")
            { Description = "Whose codes the columns take.", HelpName = "ID", Required = true };
        var format = new Option<string>("--format")
            { Description = "frictionless, a Table Schema, or csvw, metadata of CSV on the Web.", HelpName = "FORMAT",
                DefaultValueFactory = _ => Frictionless };
        format.AcceptOnlyFromAmong(Frictionless, CsvOnTheWeb);
        var workspace = CommonOptions.Workspace();
        var command = new PipelineCommand(
            "schema",
            "Prints what the files of a dataset look like, in a form that the systems which write them can use.",
            example: "pipeline schema outcomes --framework strategic-2019 --format csvw > outcomes.csv-metadata.json",
            details: "It says what each value must be by itself; what values must be together, only a check says.")
        {
            name, framework, format, workspace,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var dataset = Dataset.Returns.Single(d => d.Name == parsed.GetRequiredValue(name));
            var known = TemplateCommand.FrameworkOf(await TemplateCommand.ReferenceAsync(parsed.GetRequiredValue(workspace), cancel),
                parsed.GetRequiredValue(framework));
            screen.Json(parsed.GetValue(format) == CsvOnTheWeb
                ? DatasetSchema.CsvOnTheWeb(dataset, known) : DatasetSchema.Frictionless(dataset, known));
            return Exit.Done;
        });
        return command;
    }
}
