using System.Globalization;
using Pipeline.Local.Tests.Commands;
using Xunit.Abstractions;

namespace Pipeline.Local.Tests.Faults;

/// <summary>
/// The program is killed at random moments of its work and started again: nothing that was acknowledged is lost, nothing is paid twice, and
/// it ends as if nothing had happened. A seed fixes the moments, as fractions of the time that the work takes; a failure names it. Beside
/// each moment stands how much had been acknowledged since the one before.
/// </summary>
/// <remarks>
/// <c>PIPELINE_KILLS=200 dotnet test tests/Pipeline.Local.Tests --filter Crash</c> kills ten times as often as CI does, and
/// <c>PIPELINE_KILL_SEED=…</c> begins with a seed that failed.
/// </remarks>
public sealed class CrashTests(SampleQuarter sample, ITestOutputHelper output) : IClassFixture<SampleQuarter>
{
    private const int KillsOfOneWorkspace = 4;

    /// <summary>In all; half of them for each command.</summary>
    private static int Kills => Number("PIPELINE_KILLS", 20);

    private static int FirstSeed => Number("PIPELINE_KILL_SEED", 1);

    [LinuxFact]
    public Task A_run_that_is_killed_is_finished_by_running_again() => KillAsync(sample.Run);

    [LinuxFact]
    public Task A_release_that_is_killed_is_finished_by_releasing_again() => KillAsync(sample.Release);

    private async Task KillAsync(HostCommand command)
    {
        int kills = 0;
        for (int seed = FirstSeed; kills < Kills / 2; seed++)
        {
            string moments = "";
            try
            {
                string workspace = sample.WorkspaceBefore(command);
                var random = new Random(seed);
                var acknowledged = await SampleQuarter.AcknowledgedAsync(workspace);
                for (int kill = 0; kill < KillsOfOneWorkspace && kills < Kills / 2; kill++)
                {
                    double fraction = random.NextDouble();
                    moments += string.Create(CultureInfo.InvariantCulture, $" {fraction:0.000}");
                    if (!await IsKilledAsync(command, workspace, fraction))
                        break;
                    kills++;
                    int before = acknowledged.Count;
                    acknowledged = await SampleQuarter.StillAcknowledgedAsync(acknowledged, workspace);
                    moments += string.Create(CultureInfo.InvariantCulture, $" (+{acknowledged.Count - before})");
                    await SampleQuarter.AssertInterruptionIsShownAsync(workspace);
                }

                // In this process, whose code is compiled already.
                var said = await Cli.RunAsync([.. command.Words, "--workspace", workspace, "--today", SampleQuarter.Today]);
                Assert.Equal((0, ""), (said.Exit, said.Error));
                await SampleQuarter.StillAcknowledgedAsync(acknowledged, workspace);
                Assert.Equal(command.EndState, await SampleQuarter.EndStateAsync(workspace));
                Directory.Delete(workspace, recursive: true);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException(
                    $"Seed {seed}: {command.Words[0]} was killed at{moments} of {command.Took}. Again: PIPELINE_KILL_SEED={seed}",
                    exception);
            }

            output.WriteLine($"Seed {seed}:{moments}");
        }

        output.WriteLine($"{kills} kills.");
    }

    /// <returns>False when it was quicker.</returns>
    private static async Task<bool> IsKilledAsync(HostCommand command, string workspace, double fraction)
    {
        using var process = HostProcess.Start(workspace, command.Words);
        if (await process.WaitUntilItWorksAsync())
            await Task.Delay(command.Took * fraction);
        process.Kill();
        var said = await process.EndAsync();
        Assert.Contains(said.Exit, (int[])[0, 137]);
        return said.Exit == 137;
    }

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
