using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Pipeline.Core;

namespace Pipeline.Local.Commands;

/// <summary>Options that mean the same in every command that has them.</summary>
internal static class CommonOptions
{
    private const string DefaultWorkspace = "workspace";

    public static Option<string> Workspace()
    {
        var workspace = new Option<string>("--workspace")
        {
            Description = "The folder that holds files, receipts and tables.",
            HelpName = "DIR",
            DefaultValueFactory = _ => DefaultWorkspace,
        };
        workspace.Validators.Add(result => BeFolders(result, workspace.Name,
            result.Tokens.Count == 0 ? [DefaultWorkspace] : result.Tokens.Select(t => t.Value)));
        return workspace;
    }

    /// <summary>Lets an argument take folders only, there or still to be made.</summary>
    public static Argument<T> OfFolders<T>(this Argument<T> argument)
    {
        argument.Validators.Add(result => BeFolders(result, argument.Name, result.Tokens.Select(t => t.Value)));
        return argument;
    }

    /// <summary>Who does it; read with <see cref="NameIn"/>.</summary>
    public static Option<string> By() =>
        new("--by") { Description = "Who does this: name or initials.", HelpName = "NAME", Required = true };

    /// <exception cref="WrongUseException">It is no name.</exception>
    public static PersonName NameIn(ParseResult parsed, Option<string> by) =>
        PersonName.TryParse(parsed.GetRequiredValue(by), out var name)
            ? name : throw new WrongUseException($"--by does not take this. {PersonName.Expected}");

    /// <summary>A quarter; read with <see cref="QuarterIn"/>.</summary>
    public static Argument<string> Quarter() => new("QUARTER") { Description = "Such as 2025-26-Q1." };

    /// <exception cref="WrongUseException">It is no quarter.</exception>
    public static Quarter QuarterIn(string text) => Core.Quarter.TryParse(text, out var quarter)
        ? quarter
        : throw new WrongUseException("A quarter is written 2025-26-Q1: the financial year, April to March, and Q1 to Q4.");

    public static Argument<int> Run() => new("RUN")
    {
        Description = "The run's number in the quarter, such as 1.",
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0)
                return number;
            result.AddError("RUN takes a number such as 1.");
            return 0;
        },
    };

    /// <summary>Lists as long as they are.</summary>
    public static Option<bool> All() =>
        new("--all") { Description = $"Show every line of long lists, not the first {Screen.ListLength.Shown}." };

    public static Option<bool> Json() => new("--json") { Description = "Print one JSON document for scripts instead." };

    /// <summary>A clock that stands still, so that a run can be repeated to the byte; null for the real one.</summary>
    /// <remarks>There are quarters before and after every day that it takes.</remarks>
    public static Option<TimeProvider?> Today() => new("--today")
    {
        Description = "Act as if it were this day, at noon UTC.",
        HelpName = "yyyy-MM-dd",
        CustomParser = result =>
        {
            if (DateOnly.TryParseExact(result.Tokens[0].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                && day.Year is >= 2000 and <= 2100)
                return new NoonOf(day);
            result.AddError("--today takes a day such as 2025-07-31, from the year 2000 to 2100.");
            return null;
        },
    };

    private static void BeFolders(SymbolResult result, string name, IEnumerable<string> folders)
    {
        foreach (string folder in folders)
        {
            if (folder.Length == 0)
                result.AddError($"{name} takes a folder.");
            else if (folder.StartsWith("--", StringComparison.Ordinal))
                result.AddError($"There is no option {folder}. A folder of that name is ./{folder}.");
            else if (File.Exists(folder))
                result.AddError($"{name} takes a folder, and {folder} is a file.");
        }
    }

    private sealed class NoonOf(DateOnly day) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(day, new TimeOnly(12, 0), TimeSpan.Zero);
    }
}
