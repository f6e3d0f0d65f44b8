using Microsoft.Data.Sqlite;
using Pipeline.Local.Tests.Commands;

namespace Pipeline.Local.Tests.Faults;

/// <summary>Several processes at work in one workspace.</summary>
public sealed class SharedWorkspaceTests(SampleQuarter sample) : IClassFixture<SampleQuarter>
{
    [LinuxFact]
    public Task Two_runs_at_once_come_to_what_one_comes_to() => TwiceAtOnceAsync(sample.Run);

    [LinuxFact]
    public Task Two_releases_at_once_pay_once() => TwiceAtOnceAsync(sample.Release);

    [LinuxFact]
    public async Task Tables_that_another_program_keeps_locked_are_waited_for_and_then_left_alone()
    {
        string running = sample.WorkspaceBefore(sample.Release), releasing = sample.WorkspaceBefore(sample.Release);
        string[] before = await SampleQuarter.EndStateAsync(running);
        using (var processes = new Locked(running, releasing))
        {
            using var run = HostProcess.Start(running, sample.Run.Words);
            using var release = HostProcess.Start(releasing, sample.Release.Words);
            foreach (var process in (HostProcess[])[run, release])
            {
                var said = await process.EndAsync();
                Assert.Equal(
                    (3, "",
                        "The tables could not be reached: another program has kept them locked for 30 seconds (SQLite result 5). Nothing "
                        + "is lost: see to the disk or to who else uses it, and give the same command again.\n"),
                    (said.Exit, said.Output, said.Error));
            }
        }

        Assert.Equal(before, await SampleQuarter.EndStateAsync(running));
        Assert.Equal(before, await SampleQuarter.EndStateAsync(releasing));
        foreach (var (workspace, command) in new[] { (running, sample.Run), (releasing, sample.Release) })
            Assert.Equal(0, (await Cli.RunAsync([.. command.Words, "--workspace", workspace, "--today", SampleQuarter.Today])).Exit);
        Assert.Equal(before, await SampleQuarter.EndStateAsync(running));
        Assert.Equal(sample.Release.EndState, await SampleQuarter.EndStateAsync(releasing));
    }

    private async Task TwiceAtOnceAsync(HostCommand command)
    {
        for (int round = 0; round < 2; round++)
        {
            string workspace = sample.WorkspaceBefore(command);
            using var one = HostProcess.Start(workspace, command.Words);
            using var other = HostProcess.Start(workspace, command.Words);
            foreach (var process in (HostProcess[])[one, other])
            {
                var said = await process.EndAsync();
                Assert.Equal((0, ""), (said.Exit, said.Error));
            }

            Assert.Equal(command.EndState, await SampleQuarter.EndStateAsync(workspace));
        }
    }

    /// <summary>Holds the lock on the tables of some workspaces that a process which writes would hold.</summary>
    private sealed class Locked : IDisposable
    {
        private readonly List<SqliteConnection> _connections = [];

        public Locked(params string[] workspaces)
        {
            foreach (string workspace in workspaces)
            {
                var connection = new SqliteConnection($"Data Source={Path.Join(workspace, "tables.db")};Pooling=False");
                _connections.Add(connection);
                connection.Open();
                using var begin = connection.CreateCommand();
                begin.CommandText = "BEGIN IMMEDIATE";
                begin.ExecuteNonQuery();
            }
        }

        public void Dispose() => _connections.ForEach(connection => connection.Dispose());
    }
}
