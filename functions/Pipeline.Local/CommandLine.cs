using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Pipeline.Local.Commands;
using Pipeline.Local.Screen;
using Pipeline.Steps.Arrivals;
using Pipeline.Steps.Stores;

namespace Pipeline.Local;

/// <summary>The command line as a whole: its commands, and what becomes of their errors.</summary>
/// <remarks>
/// A command is a static class in <c>Commands/</c> whose <c>Create</c> makes it, with an example; it is added to the list below.
/// It returns an <see cref="Exit"/> code, or throws: <see cref="WrongUseException"/> for what its user can mend,
/// <see cref="StoreException"/> for storage.
/// </remarks>
public static class CommandLine
{
    /// <summary>What a command that is told to stop has to finish what it is doing.</summary>
    private static readonly TimeSpan TimeToFinish = TimeSpan.FromSeconds(30);

    private static RootCommand Create(CommandOutput screen)
    {
        var root =
            new RootCommand("Takes in the files that providers send, checks and counts them, and works out what each contract has earned.")
        {
            RunCommand.Create(screen),
            CheckCommand.Create(screen),
            StatusCommand.Create(screen),
            RulesCommand.Create(screen),
            TemplateCommand.Create(screen),
            SchemaCommand.Create(screen),
            ConformanceCommand.Create(screen),
            ExportCommand.Create(screen),
            PayCommands.Create(screen),
            PublishCommand.Create(screen),
            CloseCommand.Create(screen),
            WhatIfCommand.Create(screen),
            ChangesCommands.Create(screen),
            BackupCommand.Create(screen),
            RestoreCommand.Create(screen),
            RestoreTablesCommand.Create(screen),
            RepairCommand.Create(screen),
            ExplainCommand.Create(screen),
            ReplayCommand.Create(screen),
            ServeCommand.Create(screen),
            WatchCommand.Create(screen),
            CompletionCommand.Create(screen),
        };
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExample(new HelpAction { MaxWidth = screen.People.Profile.Width }, screen.People);
        return root;
    }

    /// <summary>Carries one command out.</summary>
    /// <returns>An <see cref="Exit"/> code.</returns>
    public static async Task<int> InvokeAsync(IReadOnlyList<string> args, CommandOutput screen, CancellationToken cancel = default)
    {
        // A file whose name starts with @ is a file like any other, and no list of arguments.
        var parsed = Create(screen).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction)
            return Fail(screen, Exit.WrongUse, WhatIsWrong(parsed));

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { Output = screen.Output,
                Error = screen.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeToFinish }, cancel);
        }
        catch (WrongUseException exception)
        {
            return Fail(screen, Exit.WrongUse,
                WrongUseException.Refused(exception.Message, $"{PipelineCommand.FullName(parsed.CommandResult.Command)} --help").Message);
        }
        catch (StoreException exception)
        {
            // The path in it may hold the name of a file, which may hold anything.
            string message = exception.Path is { } path
                ? exception.Message.Replace(path, new PathRedactor(null).Of(path), StringComparison.Ordinal) : exception.Message;
            string mend = exception is StoreUnavailableException { IsDamage: true }
                ? "Restore it from a backup, and give the same command again."
                : "Nothing is lost: see to the disk or to who else uses it, and give the same command again.";
            return Fail(screen, Exit.Storage, $"{message} {mend}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Its message holds a path, and a file's name may hold anything.
            return Fail(screen, Exit.Storage,
                $"A file or folder could not be read or written ({exception.GetType().Name}). See to the disk and your rights on it, and "
                + "give the same command again.");
        }
        catch (OperationCanceledException)
        {
            return Fail(screen, Exit.Stopped, "Stopped. What was done so far stays; give the same command again to go on.");
        }
    }

    private static string WhatIsWrong(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        string name = PipelineCommand.FullName(command);
        if (command.Subcommands.Count > 0)
            return $"Give a command: {string.Join(", ", command.Subcommands.Select(c => c.Name))}. See: {name} --help";
        // Some messages have lines of their own.
        string errors =
            string.Join(' ', parsed.Errors.SelectMany(e => e.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
        return $"{errors} See: {name} --help";
    }

    private static int Fail(CommandOutput screen, int code, string sentence)
    {
        screen.Complain(sentence);
        return code;
    }
}

/// <summary>Exit codes of every command.</summary>
public static class Exit
{
    public const int Done = 0;

    /// <summary>
    /// The work was done, and a file was rejected: by <c>check</c>, or by <c>run --strict</c>; or a run replays differently.
    /// </summary>
    public const int Rejected = 1;

    /// <summary>Wrong usage, or reference files that do not check: nothing was done.</summary>
    public const int WrongUse = 2;

    /// <summary>Files or tables could not be read or written; by <c>run</c>, too, when the others were taken in.</summary>
    public const int Storage = 3;

    /// <summary>Stopped with Ctrl+C, as shells number it.</summary>
    public const int Stopped = 130;
}

/// <summary>
/// What the user asked for cannot be done as it was asked. The sentence says what to do, and holds nothing from within a file.
/// </summary>
public sealed class WrongUseException(string sentence) : Exception(sentence)
{
    /// <summary>Most sentences name the command that helps; to the others one is added.</summary>
    /// <param name="why">A sentence.</param>
    /// <param name="see">The command.</param>
    public static WrongUseException Refused(string why, string see) =>
        new(why.Contains("pipeline ", StringComparison.Ordinal) ? why : $"{why} See: {see}");
}
