using Microsoft.Azure.Functions.Worker;
using Pipeline.Core.Reporting;
using Pipeline.Functions.Quarters;
using Pipeline.Local;
using Pipeline.Local.Screen;
using Pipeline.Steps;
using Pipeline.Steps.Stores;

namespace Pipeline.Functions.Tests;

/// <summary>The command line over the stores that the app on Azure uses.</summary>
public sealed class CommandLineTests
{
    [Fact]
    public async Task The_same_commands_show_the_pipeline_on_Azure()
    {
        await using var pipeline = await WithSampleAsync();
        await ReleaseAsync(pipeline.Of<AllSteps>());

        Assert.Contains("2025-26-Q1", await SayAsync(pipeline, "status"), StringComparison.Ordinal);
        Assert.Contains("YP-001", await SayAsync(pipeline, "status", "2025-26-Q1"), StringComparison.Ordinal);
        Assert.Contains("Released: ", await SayAsync(pipeline, "pay", "status", "2025-26-Q1"), StringComparison.Ordinal);
        Assert.NotEmpty(await SayAsync(pipeline, "explain", "YP-001", "2025-26-Q1"));
        Assert.Contains("Run 1 of 2025-26-Q1 comes out the same", await SayAsync(pipeline, "replay", "2025-26-Q1", "1"),
            StringComparison.Ordinal);
        Assert.Contains("There is nothing to repair", await SayAsync(pipeline, "repair"), StringComparison.Ordinal);
        Assert.Contains("Nothing is held", await SayAsync(pipeline, "changes"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tables_on_Azure_are_exported()
    {
        await using var pipeline = await WithSampleAsync();
        var folder = Directory.CreateTempSubdirectory("pipeline-export-");
        try
        {
            await SayAsync(pipeline, "export", folder.FullName);

            Assert.All(ReportingTable.All, table => Assert.Equal(File.ReadAllText(Sample.PathOf($"expected/{table.Name}.csv")),
                File.ReadAllText(Path.Join(folder.FullName, table.Name + ".csv"))));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task The_tables_are_put_back_from_the_copy_that_the_app_makes_at_night()
    {
        await using var pipeline = await WithSampleAsync();
        await new BackUpTables(pipeline.Of<AllSteps>(), pipeline.Clock, pipeline.Log.Of<BackUpTables>()).RunAsync(new TimerInfo(), default);
        var rows = await pipeline.Tables.ScanAsync("uploads").ToListAsync();
        foreach (var row in rows)
            await pipeline.Tables.SubmitAsync("uploads", row.PartitionKey, [new RowChange.Delete(row.RowKey, ETag: null)]);

        Assert.Contains("Nothing is written yet.", await SayAsync(pipeline, "restore-tables", "2025-10-20"), StringComparison.Ordinal);
        Assert.Empty(await pipeline.Tables.ScanAsync("uploads").ToListAsync());
        Assert.Contains("Put back: ", await SayAsync(pipeline, "restore-tables", "2025-10-20", "--write"), StringComparison.Ordinal);

        Assert.Equal(rows.Select(row => row.RowKey), (await pipeline.Tables.ScanAsync("uploads").ToListAsync()).Select(row => row.RowKey));
        pipeline.Log.Messages.Clear();
        await pipeline.SweepAsync();
        Assert.Contains("Swept: The sweep took 0 files in and passed 0 over; it came late: False.", pipeline.Log.Messages);
    }

    [Fact]
    public async Task What_a_file_would_change_on_Azure_is_shown_before_it_is_sent()
    {
        await using var pipeline = await WithSampleAsync();
        string file = Path.Join(Directory.CreateTempSubdirectory("pipeline-what-if-").FullName, "contracts.csv");
        string register = await File.ReadAllTextAsync(Sample.PathOf("reference/contracts.csv"));
        await File.WriteAllTextAsync(file,
            string.Join('\n', register.Split('\n').Where(line => !line.StartsWith("YP-001,", StringComparison.Ordinal))));

        string said = await SayAsync(pipeline, "what-if", file);

        Assert.Contains("YP-001", said, StringComparison.Ordinal);
        Assert.Equal(register, await new StreamReader(await pipeline.Files.OpenReadAsync("reference/contracts.csv")).ReadToEndAsync());
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public async Task What_is_held_on_Azure_is_shown_and_dropped_or_put_in_force()
    {
        await using var pipeline = await WithSampleAsync();
        var steps = pipeline.Of<AllSteps>();
        await ReleaseAsync(steps);
        string[] register = await File.ReadAllLinesAsync(Sample.PathOf("reference/contracts.csv"));
        foreach (var (number, contract, act, done) in new[] { (1, "YP-001", "drop", "dropped"), (2, "DA-001", "accept", "in force") })
        {
            var lost = register.Where(line => !line.StartsWith(contract + ",", StringComparison.Ordinal));
            await pipeline.PutAsync("reference/contracts.csv", System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lost) + "\n"));
            await pipeline.SweepAsync();
            string shown = await SayAsync(pipeline, "changes");
            Assert.Contains($"{number}: reference/contracts version {number + 1}", shown, StringComparison.Ordinal);
            Assert.Matches($"2025-26-Q1 +{contract} .*not in the register any more", shown);
            Assert.True((await steps.Reference.RegisterAsync())!.Holds(Core.ContractId.Parse(contract)));

            Assert.Contains($"Change {number} is {done}.",
                await SayAsync(pipeline, "changes", act, $"{number}", "--by", "Cat Shaw"), StringComparison.Ordinal);
            Assert.Contains("Nothing is held.", await SayAsync(pipeline, "changes"), StringComparison.Ordinal);
            Assert.Equal(act == "drop", (await steps.Reference.RegisterAsync())!.Holds(Core.ContractId.Parse(contract)));
        }

        Assert.Equal(["accept_change", "drop_change"], (await pipeline.Tables.ScanAsync("audit").ToListAsync())
            .Select(row => row.Text("Act")).Where(act => act.EndsWith("_change", StringComparison.Ordinal)).Order().Distinct());
    }

    /// <summary>Files and tables of Azure as a workspace on this machine, which shows the same and finds nothing to take in.</summary>
    [Fact]
    public async Task The_pipeline_on_Azure_is_copied_as_a_whole_and_restored_as_a_workspace()
    {
        await using var pipeline = await WithSampleAsync();
        var steps = pipeline.Of<AllSteps>();
        await ReleaseAsync(steps);
        await steps.RefreshAsync();
        var folder = Directory.CreateTempSubdirectory("pipeline-backup-");
        string backup = Path.Join(folder.FullName, "backup"), workspace = Path.Join(folder.FullName, "workspace");
        try
        {
            Assert.Contains("Backed up: the tables and ", await SayAsync(pipeline, "backup", backup), StringComparison.Ordinal);
            var (exit, output, error) = await RunAsync(["restore", backup, "--workspace", workspace, "--today", "2025-10-20"]);
            Assert.True(exit == Exit.Done, output + error);

            Assert.Contains("Restored. Next: ", output, StringComparison.Ordinal);
            (exit, output, error) = await RunAsync(["replay", "2025-26-Q1", "1", "--workspace", workspace]);
            Assert.True(exit == Exit.Done, output + error);
            Assert.Contains("Run 1 of 2025-26-Q1 comes out the same", output, StringComparison.Ordinal);
            string taken = Path.Join(folder.FullName, "nothing");
            Directory.CreateDirectory(taken);
            (exit, output, error) = await RunAsync(["run", taken, "--workspace", workspace, "--today", "2025-10-20", "--json"]);
            Assert.True(exit is Exit.Done, output + error);
            foreach (string counted in (string[])["accepted", "held", "rejected", "duplicates", "quarantined"])
                Assert.Matches($"\"{counted}\": 0\\b", output);
            await RunAsync(["export", Path.Join(folder.FullName, "export"), "--workspace", workspace]);
            foreach (var table in ReportingTable.All)
                Assert.Equal(await pipeline.ExportAsync(table),
                    await File.ReadAllTextAsync(Path.Join(folder.FullName, "export", table.Name + ".csv")));
            Assert.False(Directory.Exists(Path.Join(workspace, "keys")));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("--account takes uploads, records, payments or results", "--azure", "--account", "ledger=x")]
    [InlineData("of the pipeline on Azure is not known", "--azure", "--account", "uploads=x", "--account", "records=x", "--account",
        "payments=x", "--account", "results=")]
    [InlineData("Add --azure.", "--account", "records=x")]
    public async Task What_is_not_known_of_it_is_asked_for(string sentence, params string[] options)
    {
        // Where azd is installed it may know them.
        if (options.Contains("results=") && Environment.GetEnvironmentVariable("RESULTS_ACCOUNT") is not null)
            return;

        var (exit, _, error) = await RunAsync(["status", .. options]);

        Assert.Equal(Exit.WrongUse, exit);
        Assert.True(error.Contains(sentence, StringComparison.Ordinal)
            || error.Contains("azd env get-values does not tell them", StringComparison.Ordinal), error);
    }

    private static async Task<AzurePipeline> WithSampleAsync()
    {
        var pipeline = new AzurePipeline();
        foreach (string path in Sample.Files)
            await pipeline.PutAsync(path, await File.ReadAllBytesAsync(Sample.PathOf(path)));
        await pipeline.SweepAsync();
        await pipeline.RefreshAsync();
        return pipeline;
    }

    /// <summary>Two people pay the first quarter.</summary>
    private static async Task ReleaseAsync(AllSteps steps)
    {
        var quarter = Core.Quarter.Parse("2025-26-Q1");
        var (ann, ben) = (Core.PersonName.Parse("Ann Price"), Core.PersonName.Parse("Ben Rees"));
        await steps.Prepare.RunAsync(quarter, ann);
        await steps.Decide.ApproveAsync(quarter, 1, ben);
        await steps.Release.RunAsync(quarter, 1, ann);
    }

    private static async Task<string> SayAsync(AzurePipeline pipeline, params string[] command)
    {
        var accounts = ((string[])["uploads", "records", "payments", "results"]).SelectMany(name =>
            (string[])["--account", $"{name}={pipeline.Connection}"]);
        var (exit, output, error) = await RunAsync([.. command, "--azure", .. accounts]);
        Assert.True(exit == Exit.Done, output + error);
        return output;
    }

    private static async Task<(int Exit, string Output, string Error)> RunAsync(string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int exit = await CommandLine.InvokeAsync(args, new CommandOutput(output, error));
        return (exit, output.ToString(), error.ToString());
    }
}
