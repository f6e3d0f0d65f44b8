using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Pipeline.Local;

/// <summary>A command with what its own help says beyond the line that the list of commands has.</summary>
/// <param name="name">What is typed.</param>
/// <param name="summary">One sentence, for the list of commands.</param>
/// <param name="example">One line that can be copied.</param>
/// <param name="details">What a user should know before the first use.</param>
internal sealed class PipelineCommand(string name, string summary, string example, string details = "") : Command(name, summary)
{
    public string Example { get; } = example;

    public string Details { get; } = details;
}

/// <summary>Ends a command's help with its details and its example.</summary>
internal sealed class HelpWithExample(HelpAction help) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        int code = help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is not PipelineCommand command)
            return code;
        var output = parseResult.InvocationConfiguration.Output;
        if (command.Details.Length > 0)
            output.WriteLine(command.Details + Environment.NewLine);
        output.WriteLine("Example:");
        output.WriteLine("  " + command.Example);
        return code;
    }

    public override bool ClearsParseErrors => true;
}
