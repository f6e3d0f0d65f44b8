using System.CommandLine;
using System.Globalization;

namespace Pipeline.Local.Commands;

/// <summary>Options that mean the same in every command that has them.</summary>
internal static class CommonOptions
{
    public static Option<string> Workspace() => new("--workspace")
    {
        Description = "The folder that holds files, receipts and tables.",
        HelpName = "DIR",
        DefaultValueFactory = _ => "workspace",
    };

    public static Option<bool> Json() => new("--json") { Description = "Print one JSON document for scripts instead." };

    /// <summary>A clock that stands still, so that a run can be repeated to the byte; null for the real one.</summary>
    public static Option<TimeProvider?> Today() => new("--today")
    {
        Description = "Act as if it were this day, at noon UTC.",
        HelpName = "yyyy-MM-dd",
        CustomParser = result =>
        {
            if (DateOnly.TryParseExact(result.Tokens[0].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
                return new NoonOf(day);
            result.AddError("--today takes a day such as 2025-07-31.");
            return null;
        },
    };

    private sealed class NoonOf(DateOnly day) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(day, new TimeOnly(12, 0), TimeSpan.Zero);
    }
}
