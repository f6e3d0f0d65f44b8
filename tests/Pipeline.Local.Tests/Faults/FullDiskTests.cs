using Pipeline.Local.Tests.Commands;

namespace Pipeline.Local.Tests.Faults;

/// <summary>The disk fills up while the program works: it says so, has lost nothing, and finishes when there is room again.</summary>
public sealed class FullDiskTests(SampleQuarter sample) : IClassFixture<SampleQuarter>
{
    [LinuxFact]
    public Task A_run_on_a_disk_that_fills_up_is_finished_by_running_again() => FillAsync(sample.Run);

    [LinuxFact]
    public Task A_release_on_a_disk_that_fills_up_is_finished_by_releasing_again() => FillAsync(sample.Release);

    private async Task FillAsync(HostCommand command)
    {
        int full = 0;
        // Three times, and again where it was quicker each time.
        for (int time = 0; time < 3 || (full == 0 && time < 30); time++)
        {
            double fraction = time % 3 * 0.3;
            string workspace = sample.WorkspaceBefore(command);
            var acknowledged = await SampleQuarter.AcknowledgedAsync(workspace);
            using (var process = HostProcess.Start(workspace, command.Words))
            {
                if (await process.WaitUntilItWorksAsync())
                    await Task.Delay(command.Took * fraction);
                await process.FillDiskAsync();
                var said = await process.EndAsync();
                // It may have been quicker.
                if (said.Exit != 0)
                {
                    full++;
                    Assert.EndsWith(" Nothing is lost: see to the disk or to who else uses it, and give the same command again.\n",
                        said.Error, StringComparison.Ordinal);
                    Assert.Single(said.Error.TrimEnd('\n').Split('\n'));
                    Assert.Equal(3, said.Exit);
                }
            }

            acknowledged = await SampleQuarter.StillAcknowledgedAsync(acknowledged, workspace);
            Assert.Equal(0, (await Cli.RunAsync([.. command.Words, "--workspace", workspace, "--today", SampleQuarter.Today])).Exit);
            await SampleQuarter.StillAcknowledgedAsync(acknowledged, workspace);
            Assert.Equal(command.EndState, await SampleQuarter.EndStateAsync(workspace));
        }

        Assert.NotEqual(0, full);
    }
}
