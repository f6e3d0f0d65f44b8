using System.CommandLine;
using System.Globalization;

namespace Pipeline.Local.Commands;

/// <summary>The number of a run, as it is given to a command.</summary>
internal static class RunNumber
{
    /// <summary><see cref="CommonOptions.Run"/>; what is no number is refused in the pipeline's own words, and not repeated.</summary>
    public static Argument<int> Argument()
    {
        var run = CommonOptions.Run();
        run.CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0)
                return number;
            result.AddError("RUN takes a number such as 1.");
            return 0;
        };
        return run;
    }
}
