using System.Diagnostics;
using System.Globalization;
using System.Text;
using Pipeline.Core.Submissions;
using Pipeline.Local.Arrivals;
using Pipeline.Local.Tests.Commands;

namespace Pipeline.Local.Tests.Arrivals;

/// <summary>Files that are dropped into a workspace, by writers of every kind.</summary>
public sealed class WatchTests : IDisposable
{
    private const string HoursHeader = "month,commissioned_hours,delivered_hours\n";

    private readonly TempFolder _temp = new();

    private string Workspace => _temp.At("workspace");

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task A_file_that_is_dropped_is_taken_in_and_its_quarter_refreshed()
    {
        SampleInput.Write(Workspace, SampleInput.Reference);
        await using var watching = new Watching(Workspace);
        await watching.UntilAsync(() => watching.Taken.Count >= 4);

        SampleInput.Write(Workspace, [new(SampleInput.Acme + "hours.csv", HoursHeader + "2025-04,100,90.5\n")]);
        await watching.UntilAsync(() => watching.Taken.Count == 5
            && File.Exists(_temp.At("workspace", "reports", SampleInput.Quarter + ".html")));

        var taken = watching.Taken.Last();
        Assert.Equal(("submissions/acme/HL-001/2025-26-Q1/hours", "accepted", 1L), (taken.Place, taken.Status, taken.Rows));
        Assert.True(File.Exists(Path.Join(Workspace, taken.Receipt)));
        await watching.StopAsync();
        Assert.Empty(watching.Troubles);
        Assert.Equal([], await watching.Watch.Workspace.Changes.ChangedQuartersAsync());
    }

    [Fact]
    public async Task Submissions_that_come_before_the_register_find_their_places_when_it_comes()
    {
        string hours = SampleInput.Acme + "hours.csv";
        SampleInput.Write(Workspace, [new(hours, HoursHeader)]);
        await using var watching = new Watching(Workspace);
        await watching.UntilAsync(() => watching.Taken.Any(t => t.Status == "quarantined"));

        SampleInput.Write(Workspace, SampleInput.Reference);

        await watching.UntilAsync(() =>
            watching.Taken.Any(t => t.Place == "submissions/acme/HL-001/2025-26-Q1/hours" && t.Status == "accepted"));
    }

    [Fact]
    public Task Reference_files_that_are_copied_one_after_another_wait_for_each_other() => SomeTimeAsync(async workspace =>
    {
        await using var watching = new Watching(workspace);
        // The two frameworks that are delivered.
        await watching.UntilAsync(() => watching.Taken.Count >= 2);

        // The calendar names contracts, and is seen before they come.
        SampleInput.Write(workspace, SampleInput.Reference.Where(file => file.Key != SampleInput.Contracts));
        await watching.UntilAsync(() => watching.Watch.StatusAsync(default).Result.Waiting > 0);
        await Task.Delay(SettledFiles.Settling / 2);
        SampleInput.Write(workspace, SampleInput.Reference.Where(file => file.Key == SampleInput.Contracts));

        await watching.UntilAsync(() => watching.Taken.Count >= 4);
        return watching.Taken.All(taken => taken.Status == "accepted");
    });

    [Fact]
    public async Task Reference_files_that_keep_coming_hold_nothing_up_for_ever()
    {
        SampleInput.Write(Workspace, SampleInput.Reference);
        await using var watching = new Watching(Workspace);
        await watching.UntilAsync(() => watching.Taken.Count >= 4);
        using var stop = new CancellationTokenSource();
        string[] frameworks = Directory.GetFiles(Path.Join(Workspace, "reference", "frameworks"));
        var coming = Task.Run(async () =>
        {
            // The same again, and so young that one of them is always about to settle.
            for (int copy = 1; !stop.IsCancellationRequested; copy++)
            {
                File.Copy(frameworks[0], Path.Join(Workspace, "reference", "frameworks", $"copy-{copy}.json"));
                await Task.Delay(SettledFiles.Settling / 2);
            }
        });

        SampleInput.Write(Workspace, [new(SampleInput.Acme + "hours.csv", HoursHeader + "2025-04,100,90.5\n")]);
        await watching.UntilAsync(() => watching.Taken.Any(taken => taken.Place.EndsWith("/hours", StringComparison.Ordinal)));

        await stop.CancelAsync();
        await coming;
    }

    [Fact]
    public async Task A_thousand_files_dropped_at_once_by_several_writers_are_each_taken_in_exactly_once()
    {
        const int writers = 4, contracts = 125;
        string[] datasets = ["incidents", "feedback"];
        // Two files a slot, so that order and versions matter too.
        var drops = (
            from contract in Enumerable.Range(1, contracts)
            from dataset in datasets
            from copy in new[] { "", "-2", "-3", "-4" }
            select KeyValuePair.Create($"submissions/acme/C-{contract:000}/{SampleInput.Quarter}/{dataset}{copy}.csv",
                Rows(dataset, copy, contract))).ToArray();
        Assert.Equal(1000, drops.Length);
        new Random(20250715).Shuffle(drops);
        SampleInput.Write(Workspace, [
            new(SampleInput.Contracts, SampleInput.Reference[SampleInput.Contracts].Split('\n')[0] + "\n" + string.Concat(
                Enumerable.Range(1, contracts)
                    .Select(c => $"C-{c:000},acme,Acme Housing,Service {c},homeless,performance,1000.00,2025-04-01,2026-03-31,S-{c}\n"))),
        ]);
        await using var watching = new Watching(Workspace);
        await watching.UntilAsync(() => watching.Taken.Count >= 3);

        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(() =>
        {
            foreach (var (path, text) in drops.Where((_, index) => index % writers == writer))
                Drop(Workspace, path, text, renamed: writer % 2 == 0);
        })));
        await watching.UntilAsync(() => watching.Taken.Count >= 3 + drops.Length, within: TimeSpan.FromMinutes(4));
        await watching.StopAsync();

        Assert.Equal(3 + drops.Length, watching.Taken.Count);
        Assert.All(watching.Taken, t => Assert.Equal("accepted", t.Status));
        // Each is a version of its own, and the bytes of each are kept.
        Assert.Equal(3 + drops.Length, watching.Taken.Select(t => t.Receipt).Distinct().Count());
        foreach (var slot in watching.Taken.Where(t => t.Place.StartsWith("submissions/", StringComparison.Ordinal)).GroupBy(t => t.Place))
            Assert.Equal([1, 2, 3, 4], slot.Select(t => t.Version).Order());
        Assert.Equal(
            drops.Select(d => Sha256Of(d.Value)).Order(StringComparer.Ordinal),
            Receipts().Where(r => r.Slot.StartsWith("submissions/", StringComparison.Ordinal)).Select(r => r.Sha256.ToString())
                .Order(StringComparer.Ordinal));
        Assert.Empty(watching.Troubles);
        Assert.Contains("Nothing new.", (await Cli.RunAsync("run", Workspace, "--workspace", Workspace)).Output, StringComparison.Ordinal);

        string Rows(string dataset, string copy, int contract) => dataset == "incidents"
            ? $"incident_ref,kind,occurred_on,reported_on,status\nI-{contract}{copy},accident,2025-05-01,2025-05-01,open\n"
            : $"question,asked_on,responses,positive_responses\nfeel_safe,2025-05-01,{contract + 41},{copy.TrimStart('-')}1\n";
    }

    [Fact]
    public async Task A_slow_writer_is_waited_for_and_its_file_taken_in_whole_and_once()
    {
        SampleInput.Write(Workspace, SampleInput.Reference);
        await using var watching = new Watching(Workspace);
        await watching.UntilAsync(() => watching.Taken.Count >= 4);
        string file = Path.Join(Workspace, SampleInput.Acme, "incidents.csv");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);

        // Every piece ends where a file might end. Where the system tells who has a file open, the pauses may be longer than it takes to
        // settle.
        var pause = OperatingSystem.IsLinux() || OperatingSystem.IsWindows() ? SettledFiles.Settling * 1.6 : SettledFiles.Settling / 4;
        await using (var writer = new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.Read))
        {
            await writer.WriteAsync("incident_ref,kind,occurred_on,reported_on,status\n"u8.ToArray());
            for (int row = 1; row <= 5; row++)
            {
                await writer.WriteAsync(Encoding.UTF8.GetBytes($"I-{row},accident,2025-05-01,2025-05-01,open\n"));
                await writer.FlushAsync();
                await Task.Delay(pause);
                Assert.Equal(4, watching.Taken.Count);
            }
        }

        await watching.UntilAsync(() => watching.Taken.Count > 4);
        await watching.StopAsync();
        Assert.Equal(("submissions/acme/HL-001/2025-26-Q1/incidents", 1, 5L),
            watching.Taken.Skip(4).Select(t => (t.Place, t.Version, t.Rows)).Single());
    }

    [Fact]
    public async Task A_file_overwritten_again_and_again_ends_as_its_last_content_and_never_as_half_of_one()
    {
        SampleInput.Write(Workspace, SampleInput.Reference);
        await using var watching = new Watching(Workspace);
        await watching.UntilAsync(() => watching.Taken.Count >= 4);
        string path = SampleInput.Acme + "incidents.csv";
        string file = Path.Join(Workspace, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);

        // So long that taking one in lasts a while; in place, and each time other bytes.
        var contents = Enumerable.Range(1, 6).Select(time => "incident_ref,kind,occurred_on,reported_on,status\n" + string.Concat(
            Enumerable.Range(1, 20_000 + time).Select(row => $"I-{time}-{row},accident,2025-05-01,2025-05-01,open\n"))).ToList();
        var clock = Stopwatch.StartNew();
        foreach (var (index, content) in contents.Index())
        {
            using (var writer = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.Read))
            {
                byte[] bytes = Encoding.UTF8.GetBytes(content);
                writer.Write(bytes.AsSpan(0, bytes.Length / 2));
                writer.Flush();
                writer.Write(bytes.AsSpan(bytes.Length / 2));
            }

            // At every point of settling and of taking in.
            await Task.Delay(SettledFiles.Settling * (0.3 + (0.35 * index)));
        }

        await watching.UntilAsync(() => watching.Taken.Any(t => t.Rows == 20_006));
        await watching.StopAsync();
        Assert.Empty(watching.Troubles);
        var receipts = Receipts().Where(r => r.Slot == "submissions/acme/HL-001/2025-26-Q1/incidents").OrderBy(r => r.Version).ToList();
        Assert.All(receipts, r => Assert.Contains(r.Sha256.ToString(), contents.Select(Sha256Of)));
        Assert.Equal(Sha256Of(contents[^1]), receipts[^1].Sha256.ToString());
        Assert.Equal(receipts.Count, receipts.Select(r => r.Sha256).Distinct().Count());
    }

    [Fact]
    public Task A_file_is_taken_in_within_a_second_of_its_writer_finishing() => SomeTimeAsync(async workspace =>
    {
        SampleInput.Write(workspace, SampleInput.Reference);
        await using var watching = new Watching(workspace);
        await watching.UntilAsync(() => watching.Taken.Count >= 4);
        var latencies = new List<TimeSpan>();
        foreach (int month in Enumerable.Range(4, 3))
        {
            foreach (bool renamed in new[] { false, true })
            {
                int before = watching.Taken.Count;
                Drop(workspace, SampleInput.Acme + "hours.csv", $"{HoursHeader}2025-0{month},100,{(renamed ? 80 : 90)}\n", renamed,
                    overwrite: true);
                var finished = Stopwatch.GetTimestamp();
                await watching.UntilAsync(() => watching.Taken.Count > before);
                latencies.Add(Stopwatch.GetElapsedTime(finished));
            }
        }

        Assert.All(watching.Taken, taken => Assert.Equal("accepted", taken.Status));
        // What holds for most of them is what a person sees.
        return latencies.Order().ElementAt(3) < TimeSpan.FromSeconds(1);
    });

    [Fact]
    public Task A_large_file_keeps_no_small_one_waiting_and_its_slots_next_file_waits_for_it() => SomeTimeAsync(async workspace =>
    {
        SampleInput.Write(workspace, SampleInput.Reference);
        await using var watching = new Watching(workspace);
        await watching.UntilAsync(() => watching.Taken.Count >= 4);
        // So many that reading them lasts longer than it takes to notice the small ones.
        const int rows = 6_000_000;
        string large = Path.Join(_temp.Path, "large");
        await using (var text = new StreamWriter(large))
        {
            text.Write("incident_ref,kind,occurred_on,reported_on,status\n");
            for (int row = 0; row < rows; row++)
                text.Write(string.Create(CultureInfo.InvariantCulture, $"I-{row},accident,2025-05-01,2025-05-01,open\n"));
        }

        Directory.CreateDirectory(Path.Join(workspace, SampleInput.Acme));
        File.Move(large, Path.Join(workspace, SampleInput.Acme + "incidents.csv"));
        // It may be read already before anybody has looked.
        await watching.UntilAsync(() => watching.Watch.StatusAsync(default).Result.Reading.Count > 0 || watching.Taken.Count > 4);

        Drop(workspace, SampleInput.Acme + "incidents-2.csv", "incident_ref,kind,occurred_on,reported_on,status\n", renamed: true);
        Drop(workspace, SampleInput.Brook + "feedback.csv", "question,asked_on,responses,positive_responses\nfeel_safe,2025-05-01,10,5\n",
            renamed: true);
        await watching.UntilAsync(() => watching.Taken.Count >= 4 + 3);
        await watching.StopAsync();

        var taken = watching.Taken.Skip(4).Select(t => (t.Place.Split('/')[^1], t.Version, t.Rows)).ToList();
        (string, int, long) small = ("feedback", 1, 1);
        Assert.Equal([("incidents", 1, rows), ("incidents", 2, 0L)], taken.Where(t => t != small));
        Assert.Contains(small, taken);
        Assert.Equal([], await watching.Watch.Workspace.Changes.ChangedQuartersAsync());
        return taken[0] == small;
    });

    [Fact]
    public async Task Watching_and_running_at_once_take_each_file_in_once_between_them()
    {
        await Cli.RunAsync("run", SampleInput.Write(_temp.At("reference"), SampleInput.Reference), "--workspace", Workspace, "--today",
            "2025-07-15");
        await using var watching = new Watching(Workspace);

        // Each file comes with one run alone, and is seen by all that go on.
        var runs = await Task.WhenAll(SampleInput.Arrivals.GroupBy(file => file.Key.Split('/')[1])
            .Select(files => Task.Run(() => Cli.RunAsync(
            "run", SampleInput.Write(_temp.At("input-" + files.Key), files), "--workspace", Workspace, "--today", "2025-07-15"))));

        Assert.All(runs, run => Assert.Equal((0, ""), (run.Exit, run.Error)));
        await watching.UntilAsync(() => watching.Watch.StatusAsync(default).Result is { Waiting: 0, Refreshing: [] });
        await watching.StopAsync();
        var bySlot = Receipts().Where(r => r.Status != UploadStatus.Duplicate
            && r.Slot.StartsWith("submissions/", StringComparison.Ordinal)).GroupBy(r => r.Slot);
        Assert.Equal(
            SampleInput.Arrivals.Keys.Select(path => Slot.At(path)!).OfType<Slot.Return>().GroupBy(s => s.Folder + s.Name)
                .Select(s => (s.Key, s.Count())).Order(),
            bySlot.Select(s => (s.Key, s.Count())).Order());
    }

    [Fact]
    public async Task Told_to_stop_it_finishes_and_leaves_nothing_half_done()
    {
        SampleInput.Write(Workspace, SampleInput.Reference);
        await using var watching = new Watching(Workspace);
        await watching.UntilAsync(() => watching.Taken.Count >= 4);
        SampleInput.Write(Workspace, SampleInput.Arrivals);
        await watching.UntilAsync(() => watching.Taken.Count > 4);

        await watching.StopAsync();

        Assert.Equal([], await watching.Watch.Workspace.Changes.ChangedQuartersAsync());
        // What was left is taken in by the next.
        await using var next = new Watching(Workspace);
        await next.UntilAsync(() => watching.Taken.Count + next.Taken.Count >= 4 + SampleInput.Arrivals.Count);
        await next.StopAsync();
        Assert.Equal(4 + SampleInput.Arrivals.Count, watching.Taken.Count + next.Taken.Count);
    }

    [UnprivilegedFact]
    public async Task A_file_that_cannot_be_read_is_reported_and_stops_no_other()
    {
        SampleInput.Write(Workspace, SampleInput.Reference);
        SampleInput.Write(Workspace, [new(SampleInput.Acme + "hours.csv", HoursHeader), new(SampleInput.Brook + "hours.csv", HoursHeader)]);
        string file = Path.Join(Workspace, SampleInput.Acme, "hours.csv");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.None);
        await using var watching = new Watching(Workspace);

        await watching.UntilAsync(() => watching.Taken.Any(t => t.Place.StartsWith("submissions/brook", StringComparison.Ordinal))
            && !watching.Troubles.IsEmpty);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead);

        await watching.UntilAsync(() => watching.Taken.Any(t => t.Place.StartsWith("submissions/acme", StringComparison.Ordinal))
            && watching.Troubles.Last() is null);
    }

    [LinuxFact]
    public async Task A_name_that_is_no_text_is_reported_until_it_is_changed()
    {
        SampleInput.Write(Workspace, SampleInput.Reference.Append(new(SampleInput.Brook + "hours.csv", HoursHeader)));
        string folder = Path.Join(Workspace, SampleInput.Brook);
        await Unnamed.PutAsync(folder);
        await using var watching = new Watching(Workspace);

        await watching.UntilAsync(() => watching.Taken.Any(t => t.Place.StartsWith("submissions/brook", StringComparison.Ordinal))
            && !watching.Troubles.IsEmpty);
        await watching.UntilAsync(() => watching.Troubles.Last()
            == "submissions/brook/PO-001/2025-26-Q1/… has a name that is not readable text and was not taken in: rename it.");
        await Unnamed.RenameAsync(folder);

        await watching.UntilAsync(() => watching.Troubles.Last() is null);
    }

    [Fact]
    public async Task The_program_says_a_line_for_each_file_and_stops_cleanly_when_it_is_told()
    {
        if (OperatingSystem.IsWindows())
            return;
        SampleInput.Write(Workspace, SampleInput.Reference);
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet", [Path.Join(AppContext.BaseDirectory, "pipeline.dll"), "watch", "--workspace", Workspace, "--today", "2025-07-15"])
                { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var lines = new List<string>();
        while (!lines.Any(line => line.Contains("calendar", StringComparison.Ordinal)))
            lines.Add(await process.StandardOutput.ReadLineAsync()
                ?? throw new InvalidOperationException(string.Join('\n', lines) + await errors));
        SampleInput.Write(Workspace, [new(SampleInput.Brook + "hours.csv", HoursHeader + "April,100,lots\n")]);
        lines.Add((await process.StandardOutput.ReadLineAsync())!);

        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        lines.AddRange((await process.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        await process.WaitForExitAsync();

        Assert.Equal((0, ""), (process.ExitCode, await errors));
        Assert.StartsWith("Watching " + Workspace, lines[0], StringComparison.Ordinal);
        Assert.Single(lines, line => line.EndsWith(
            $"rejected submissions/brook/PO-001/2025-26-Q1/hours, 2 errors, 1 warning: FLD-004, FLD-011, SLT-101, receipt "
            + $"{Workspace}/receipts/brook/PO-001/2025-26-Q1/hours/v1.json", StringComparison.Ordinal));
        Assert.StartsWith("Stopped.", lines[^1], StringComparison.Ordinal);
        Assert.Equal(4 + 1 + 2, lines.Count);
    }

    /// <summary>
    /// That something is so in time, though the machine may be busy with other things: in one of several fresh workspaces. What is never so
    /// fails in all of them.
    /// </summary>
    private async Task SomeTimeAsync(Func<string, Task<bool>> isSo)
    {
        const int times = 5;
        for (int time = 1; time <= times; time++)
        {
            if (await isSo(_temp.At($"workspace-{time}")))
                return;
        }

        Assert.Fail($"Not once in {times} times.");
    }

    /// <summary>In place, in pieces, or under another name first.</summary>
    private void Drop(string workspace, string path, string text, bool renamed, bool overwrite = false)
    {
        string file = Path.Join(workspace, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        if (renamed)
        {
            string draft = Path.Join(_temp.Path, Guid.NewGuid().ToString("N"));
            File.WriteAllText(draft, text);
            File.Move(draft, file, overwrite);
            return;
        }

        using var writer = new StreamWriter(file);
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            writer.Write(line + "\n");
            writer.Flush();
        }
    }

    private IEnumerable<Receipt> Receipts()
    {
        foreach (string file in Directory.EnumerateFiles(Path.Join(Workspace, "receipts"), "*.json", SearchOption.AllDirectories)
            .Where(f => !f.EndsWith(".counts.json", StringComparison.Ordinal)))
        {
            using var stream = File.OpenRead(file);
            yield return Receipt.ReadJson(stream);
        }
    }

    private static string Sha256Of(string text) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
