using System.Text;
using System.Text.Json;
using Pipeline.Core;
using Spectre.Console;

namespace Pipeline.Local;

/// <summary>Where a command writes: a document or file content to <see cref="Output"/> exactly as it is, everything for people through <see cref="People"/> or <see cref="Aside"/>.</summary>
public sealed class Screen
{
    /// <summary>What fits most windows, and a page when output goes to a file.</summary>
    private const int PlainWidth = 100;

    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="isOutputTerminal">Whether a person watches the output.</param>
    /// <param name="isErrorTerminal">Whether a person watches the errors.</param>
    public Screen(TextWriter output, TextWriter error, bool isOutputTerminal = false, bool isErrorTerminal = false)
    {
        (Output, Error, IsOutputTerminal) = (output, error, isOutputTerminal);
        People = ConsoleOn(output, isOutputTerminal);
        Aside = ConsoleOn(error, isErrorTerminal);
    }

    public TextWriter Output { get; }

    public TextWriter Error { get; }

    public bool IsOutputTerminal { get; }

    /// <summary>Standard output, for people: no control characters unless it is a terminal.</summary>
    public IAnsiConsole People { get; }

    /// <summary>Standard error, for people.</summary>
    public IAnsiConsole Aside { get; }

    /// <summary>The one that the process was started with.</summary>
    public static Screen OfProcess()
    {
        // Whatever the machine's language: the pound sign, and the same bytes everywhere.
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        return new Screen(Console.Out, Console.Error, !Console.IsOutputRedirected, !Console.IsErrorRedirected);
    }

    /// <summary>A document for scripts: the only thing that a command with <c>--json</c> writes to standard output.</summary>
    public void Json<T>(T document) => Output.WriteLine(JsonSerializer.Serialize(document, CoreJson.Indented));

    private static IAnsiConsole ConsoleOn(TextWriter writer, bool isTerminal)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        if (!isTerminal)
            console.Profile.Width = PlainWidth;
        return console;
    }
}
