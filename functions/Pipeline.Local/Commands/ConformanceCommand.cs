using System.CommandLine;
using Pipeline.Core.Submissions;
using Pipeline.Local.Screen;

namespace Pipeline.Local.Commands;

/// <summary><c>conformance</c>: files to test an export with, and what their receipts must say.</summary>
internal static class ConformanceCommand
{
    public static Command Create(CommandOutput screen)
    {
        var folder = new Argument<string>("DIR") { Description = "A folder that is not there yet, or is empty." }.OfFolders();
        var framework = new Option<string>("--framework") { Description = "Whose datasets and codes.", HelpName = "ID", Required = true };
        var workspace = CommonOptions.Workspace();
        var command = new PipelineCommand(
            "conformance",
            "Writes files to test an export with: accepted and rejected ones of each dataset, and what their receipts must say.",
            example: "pipeline conformance kit --framework performance",
            details: "For those who make the systems that providers use. README.md in the folder says how to test with it.")
        {
            folder, framework, workspace,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            string kit = parsed.GetRequiredValue(folder);
            if (Directory.Exists(kit) && Directory.EnumerateFileSystemEntries(kit).Any())
                throw new WrongUseException("DIR is not empty. Give a folder that is not there yet.");
            var known = TemplateCommand.FrameworkOf(await TemplateCommand.ReferenceAsync(parsed.GetRequiredValue(workspace), cancel),
                parsed.GetRequiredValue(framework));
            int files = 0;
            foreach (var (path, content) in ConformanceKit.Files(known))
            {
                string file = Path.Join(kit, path);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                await File.WriteAllBytesAsync(file, content, cancel);
                files++;
            }

            screen.Say($"{OutputStyle.Count(files, "file")} in {kit}. How to test with them: {Path.Join(kit, "README.md")}");
            return Exit.Done;
        });
        return command;
    }
}
