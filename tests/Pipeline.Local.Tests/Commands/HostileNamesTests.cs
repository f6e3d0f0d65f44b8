using System.Text.Json;
using Pipeline.Steps.State;

namespace Pipeline.Local.Tests.Commands;

/// <summary>Files whose names mean mischief, through the real folder store.</summary>
public sealed class HostileNamesTests : IDisposable
{
    private const string Content = "client_ref\nC-1\n";

    private static readonly string[] Refused =
    [
        @"submissions\..\..\outside.csv",
        SampleInput.Acme + @"..\..\PO-001\2025-26-Q1\outcomes.csv",
        SampleInput.Acme + @"outcomes\.csv",
        @"reviews/2025-26-Q1\decisions.csv",
    ];

    private static readonly string[] Unplaced =
    [
        "submissions/outcomes.csv",
        "submissions/.../outcomes.csv",
        "submissions/..acme/HL-001/2025-26-Q1/outcomes.csv",
        "submissions/ACME/HL-001/2025-26-Q1/outcomes.csv",
        "submissions/acme/hl-001/2025-26-Q1/outcomes.csv",
        "submissions/acme/PO-001/2025-26-Q1/outcomes.csv",
        "submissions/nobody/HL-001/2025-26-Q1/outcomes.csv",
        "submissions/acme/HL-001/2025-27-Q1/outcomes.csv",
        "submissions/acme/HL-001/2025-26-q1/outcomes.csv",
        "submissions/acme/HL-001/2025-26-Q1/deeper/outcomes.csv",
        SampleInput.Acme + "Outcomesof.csv",
        SampleInput.Acme + "outcomes.CSV2",
        SampleInput.Acme + "outcomes.csv.exe",
        SampleInput.Acme + "outcomes..csv ",
        SampleInput.Acme + "decisions.csv",
        SampleInput.Acme + "outcomes-\u001b[2Jgone.csv",
        SampleInput.Acme + "outcomes-\r\nline.csv",
        SampleInput.Acme + "outcomes-\u202Evsc.csv",
        SampleInput.Acme + "outcomes|99999.csv",
        SampleInput.Acme + "[red]outcomes[/].csv",
        SampleInput.Acme + "$(reboot);'--.csv",
        SampleInput.Acme + new string('o', 251) + ".csv",
        "reviews/decisions.csv",
        "reviews/2025-26-Q1/outcomes.csv",
        "reference/Contracts.csv",
        "reference/contracts.csv.bak",
        "confirmations/2025-26-Q1/.csv",
    ];

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [LinuxFact]
    public async Task A_name_in_the_workspace_that_is_no_text_is_told_of_and_stops_no_other()
    {
        string input = SampleInput.Write(_temp.At("input"), SampleInput.All), workspace = _temp.At("workspace");
        await Cli.RunAsync("run", input, "--workspace", workspace);
        await Unnamed.PutAsync(Path.Join(workspace, SampleInput.Acme));

        var said = await Cli.RunAsync("run", input, "--workspace", workspace, "--strict");

        Assert.Equal((1, ""), (said.Exit, said.Error));
        Assert.Contains("2 names in the workspace are not readable text (UTF-8).", said.Output, StringComparison.Ordinal);
        Assert.Equal(2, said.Output.Split("  submissions/acme/HL-001/2025-26-Q1/…: not taken in\n").Length - 1);
        Assert.DoesNotContain("Nothing new.", said.Output, StringComparison.Ordinal);
        // As an input they are refused, and not told of twice.
        said = await Cli.RunAsync("run", workspace, "--workspace", workspace, "--json");
        using var json = JsonDocument.Parse(said.Output);
        var inputs = json.RootElement.GetProperty("inputs");
        Assert.Equal((2, 0, 0), (inputs.GetProperty("refused").GetArrayLength(), inputs.GetProperty("nameless").GetArrayLength(),
            inputs.GetProperty("linksNotFollowed").GetInt32()));
        await Unnamed.RenameAsync(Path.Join(workspace, SampleInput.Acme));
    }

    [LinuxFact]
    public async Task A_pipe_is_no_file_and_nobody_waits_for_it()
    {
        string input = SampleInput.Write(_temp.At("input"), SampleInput.All), workspace = SampleInput.Write(_temp.At("workspace"), []);
        foreach (string folder in
            new[] { Path.Join(input, "submissions"), Path.Join(input, "reference", "frameworks"), Path.Join(workspace, "submissions") })
        {
            Directory.CreateDirectory(folder);
            using var made = System.Diagnostics.Process.Start("mkfifo", [Path.Join(folder, "own.json")]);
            await made.WaitForExitAsync();
            Assert.Equal(0, made.ExitCode);
        }

        var said = await Cli.RunAsync("run", input, "--workspace", workspace).WaitAsync(TimeSpan.FromMinutes(2));

        Assert.Equal((0, ""), (said.Exit, said.Error));
        Assert.Contains("10 files uploaded", said.Output, StringComparison.Ordinal);
        Assert.Contains("2 other files", said.Output, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task A_name_is_not_repeated_when_its_file_cannot_be_written()
    {
        string input = SampleInput.Write(_temp.At("input"),
            SampleInput.All.Append(new(SampleInput.Acme + "outcomes-QQ123456C.csv", SampleInput.OutcomesHeader)));
        string workspace = SampleInput.Write(_temp.At("workspace"), SampleInput.All);
        Directory.Move(Path.Join(workspace, "submissions", "acme"), _temp.At("elsewhere"));
        Directory.CreateSymbolicLink(Path.Join(workspace, "submissions", "acme"), _temp.At("elsewhere"));
        foreach (string file in Directory.GetFiles(Path.Join(input, SampleInput.Acme))
            .Where(file => !file.Contains("QQ123456C", StringComparison.Ordinal)))
            File.Delete(file);

        var said = await Cli.RunAsync("run", input, "--workspace", workspace);

        Assert.Equal((3, ""), (said.Exit, said.Output));
        Assert.StartsWith("A symbolic link stands where submissions/…/…/2025-26-Q1/… needs a folder. Nothing is lost", said.Error,
            StringComparison.Ordinal);
        Assert.DoesNotContain("QQ123456C", said.Error, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task Each_ends_in_a_receipt_or_a_refusal_and_changes_nothing_else()
    {
        // No name on disk is .. itself, since the system resolves it; the store's own tests give it such paths.
        string input = SampleInput.Write(_temp.At("input"), SampleInput.All);
        string[] untouched = await ResultsAsync(input, "plain");
        SampleInput.Write(input, Unplaced.Concat(Refused).Select(path => KeyValuePair.Create(path, Content + path)));
        // What is written with a backslash in its first name is in no container.
        int inContainers = Refused.Count(path => path.Contains('/'));

        var said = await Cli.RunAsync("run", input, "--workspace", _temp.At("hostile", "workspace"), "--today", "2025-07-15", "--strict");

        Assert.Equal(1, said.Exit);
        Assert.Equal(inContainers, said.Output.Split('\n').Count(line => line.EndsWith(": not uploaded", StringComparison.Ordinal)));
        Assert.Contains("SLT-001", said.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(said.Output.ReplaceLineEndings(""), c => char.IsControl(c) || c == '\u202E');
        foreach (string path in Unplaced)
        {
            // What stands in a provider's own folder has its receipt in the place of the folder's other receipts.
            bool isNameAlone = path.StartsWith(SampleInput.Acme, StringComparison.Ordinal)
                && path.LastIndexOf('/') == SampleInput.Acme.Length - 1;
            string folder = isNameAlone ? Path.Join(SampleInput.Acme["submissions/".Length..], "_unplaced") : "_unplaced";
            string receipt = _temp.At("hostile", "workspace", "receipts", folder, UploadLog.NameOf(path) + ".json");
            Assert.True(File.Exists(receipt), path);
            using var json = JsonDocument.Parse(await File.ReadAllBytesAsync(receipt));
            Assert.Equal("quarantined", json.RootElement.GetProperty("status").GetString());
            string[] place = json.RootElement.GetProperty("fileName").GetString()!.Split('/');
            Assert.Equal(path.Split('/').Length, place.Length);
            Assert.All(path.Split('/').Zip(place), word => Assert.Contains(word.Second, (string[])["…", word.First]));
        }

        Assert.Equal(
            Unplaced.Length,
            Directory.GetFiles(_temp.At("hostile", "workspace", "receipts"), "*.json", SearchOption.AllDirectories)
                .Count(file => file.Contains("_unplaced", StringComparison.Ordinal)));
        Assert.Equal(untouched, await ResultsAsync(input, "hostile"));
        Assert.Equal(["hostile", "input", "plain"],
            Directory.EnumerateFileSystemEntries(_temp.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        string[] before = Cli.Digests(_temp.At("hostile", "workspace"));
        Assert.Contains("Nothing new.", (await Cli.RunAsync("run", input, "--workspace", _temp.At("hostile", "workspace"))).Output,
            StringComparison.Ordinal);
        Assert.Equal(before, Cli.Digests(_temp.At("hostile", "workspace")));
    }

    /// <summary>Tables and receipts, but for the receipts of what fits no slot.</summary>
    private async Task<string[]> ResultsAsync(string input, string name)
    {
        string workspace = _temp.At(name, "workspace");
        await Cli.RunAsync("run", input, "--workspace", workspace, "--today", "2025-07-15");
        await Cli.RunAsync("export", _temp.At(name, "tables"), "--workspace", workspace);
        return
        [
            .. Cli.Digests(_temp.At(name, "tables")),
            .. Cli.Digests(Path.Join(workspace, "receipts")).Where(line => !line.Contains("_unplaced", StringComparison.Ordinal)),
        ];
    }
}
