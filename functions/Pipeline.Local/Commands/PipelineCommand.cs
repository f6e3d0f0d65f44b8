using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Pipeline.Local.Screen;
using Spectre.Console;

namespace Pipeline.Local.Commands;

/// <summary>A command with what its own help says beyond the line that the list of commands has.</summary>
/// <param name="name">What is typed.</param>
/// <param name="summary">One sentence, for the list of commands.</param>
/// <param name="example">One line that can be copied.</param>
/// <param name="details">What a user should know before the first use.</param>
internal sealed class PipelineCommand(string name, string summary, string example, string details = "") : Command(name, summary)
{
    public string Example { get; } = example;

    public string Details { get; } = details;

    /// <summary>As it is typed: <c>pipeline pay prepare</c>.</summary>
    public static string FullName(Command command) =>
        command is RootCommand ? "pipeline" : $"{FullName(command.Parents.OfType<Command>().First())} {command.Name}";
}

/// <summary>Ends a command's help with its details and its example, or with what to type next.</summary>
internal sealed class HelpWithExample(HelpAction help, IAnsiConsole people) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        int code = help.Invoke(parseResult);
        var command = parseResult.CommandResult.Command;
        if (command is PipelineCommand { Details.Length: > 0 } detailed)
        {
            people.WriteLine(detailed.Details.ReplaceLineEndings(" "));
            people.WriteLine();
        }

        people.WriteLine("Example:");
        people.Unbroken("  " + (command is PipelineCommand { Example: var example } ? example : "pipeline run sample-data"));
        if (command.Subcommands.Count > 0)
            people.Unbroken($"  {PipelineCommand.FullName(command.Subcommands[0])} --help");
        return code;
    }

    public override bool ClearsParseErrors => true;
}
