using System.Text;
using System.Text.Json;
using Pipeline.Core.Submissions;
using Spectre.Console;

namespace Pipeline.Local.Screen;

/// <summary>
/// Where a command writes: a document or file content to <see cref="Output"/> exactly as it is, everything for people through
/// <see cref="People"/> or <see cref="Aside"/>.
/// </summary>
public sealed class CommandOutput
{
    /// <summary>What fits most windows, and a page when output goes to a file.</summary>
    private const int PlainWidth = 100;

    private readonly bool _isErrorTerminal;

    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="outputTerminal">Where a person watches the output; null when nobody does.</param>
    /// <param name="errorTerminal">Where a person watches the errors; null when nobody does.</param>
    public CommandOutput(TextWriter output, TextWriter error, Terminal? outputTerminal = null, Terminal? errorTerminal = null)
    {
        (Output, Error, IsOutputTerminal, _isErrorTerminal) = (output, error, outputTerminal is not null, errorTerminal is not null);
        People = ConsoleOn(output, outputTerminal);
        Aside = ConsoleOn(error, errorTerminal);
    }

    public TextWriter Output { get; }

    public TextWriter Error { get; }

    public bool IsOutputTerminal { get; }

    /// <summary>Standard output, for people: no control characters unless it is a terminal.</summary>
    public IAnsiConsole People { get; }

    /// <summary>Standard error, for people.</summary>
    public IAnsiConsole Aside { get; }

    /// <summary>The one that the process was started with.</summary>
    public static CommandOutput OfProcess()
    {
        // Whatever the machine's language: the pound sign, and the same bytes everywhere.
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var terminal = Terminal.Of(Environment.GetEnvironmentVariable);
        return new CommandOutput(Console.Out, Console.Error, Console.IsOutputRedirected ? null : terminal,
            Console.IsErrorRedirected ? null : terminal);
    }

    /// <summary>A sentence on standard output: broken between words on a terminal, and one line elsewhere.</summary>
    public void Say(string sentence) => Say(People, IsOutputTerminal, sentence);

    /// <summary>A sentence on standard error.</summary>
    public void Complain(string sentence) => Say(Aside, _isErrorTerminal, sentence);

    /// <summary>A document for scripts: the only thing that a command with <c>--json</c> writes to standard output.</summary>
    public void Json<T>(T document) => Output.WriteLine(JsonSerializer.Serialize(document, CoreJson.Indented));

    private static void Say(IAnsiConsole people, bool isTerminal, string sentence)
    {
        if (isTerminal)
            people.WriteLine(sentence);
        else
            people.Unbroken(sentence);
    }

    private static IAnsiConsole ConsoleOn(TextWriter writer, Terminal? terminal)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = terminal?.Ansi ?? AnsiSupport.No,
            ColorSystem = terminal is { TakesColours: true } ? terminal.Colours : ColorSystemSupport.NoColors,
            Interactive = terminal?.Interactive ?? InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        if ((terminal is null ? PlainWidth : terminal.Width) is { } width)
            console.Profile.Width = width;
        return console;
    }
}

/// <summary>A terminal that a person watches. What it can show is detected, unless it is said.</summary>
/// <param name="TakesColours">Whether the person wants colours.</param>
public sealed record Terminal(bool TakesColours)
{
    public AnsiSupport Ansi { get; init; } = AnsiSupport.Detect;

    public ColorSystemSupport Colours { get; init; } = ColorSystemSupport.Detect;

    public InteractionSupport Interactive { get; init; } = InteractionSupport.Detect;

    /// <summary>In characters.</summary>
    public int? Width { get; init; }

    /// <param name="environment">Reads a variable. <c>NO_COLOR</c>, if it is not empty, asks for no colours (no-color.org).</param>
    public static Terminal Of(Func<string, string?> environment) => new(TakesColours: string.IsNullOrEmpty(environment("NO_COLOR")));
}
