using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using CsvHelper;
using Pipeline.Core;
using Pipeline.Local;
using Spectre.Console;

namespace Pipeline.Benchmarks;

/// <summary>
/// Measures whole processes on the machine at hand, in turn, and prints the medians:
/// A taking in one large <c>outcomes</c> file, B CsvHelper touching each of its fields once, C DuckDB checking and counting it in SQL,
/// D a quarter of many returns taken in and refreshed, E that quarter again after one resubmission.
/// </summary>
internal static class Comparison
{
    private static readonly string Here = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../"));

    public static RootCommand Command()
    {
        var rows = new Option<long>("--rows") { DefaultValueFactory = _ => 5_000_000, Description = "Rows of the outcomes file of A, B and C." };
        var returns = new Option<int>("--returns") { DefaultValueFactory = _ => 10_000, Description = "Returns of the quarter of D and E, eight files each." };
        var times = new Option<int>("--times") { DefaultValueFactory = _ => 5, Description = "Counted runs of each, after one that is not counted." };
        var folder = new Option<DirectoryInfo>("--folder") { DefaultValueFactory = _ => new DirectoryInfo(Path.Combine(Path.GetTempPath(), "pipeline-benchmarks")), Description = "Where files are made." };
        var broken = new Option<int>("--broken") { Description = "Every how many rows a code is misspelt; 0: never." };
        var file = new Argument<FileInfo>("FILE");

        var compare = new Command("compare", "Measures A to E.") { rows, returns, times, folder, broken };
        compare.SetAction(parsed => Compare(
            parsed.GetValue(rows), parsed.GetValue(returns), parsed.GetValue(times), parsed.GetRequiredValue(folder), parsed.GetValue(broken)));
        var touch = new Command("touch", "B: reads FILE with CsvHelper and touches each field once.") { file };
        touch.SetAction(parsed =>
        {
            using var stream = parsed.GetRequiredValue(file).OpenRead();
            Console.WriteLine(TouchEveryField(stream).ToString(CultureInfo.InvariantCulture));
        });
        return new RootCommand("Measures how fast submissions are taken in.") { compare, touch };
    }

    /// <summary>The lengths of all fields, so that none can be skipped.</summary>
    public static long TouchEveryField(Stream stream)
    {
        using var csv = CsvReader.Create(stream, new CsvReaderOptions { Separator = ',', HasHeader = false }, leaveOpen: true);
        long length = 0;
        while (csv.Read())
        {
            for (int field = 0; field < csv.FieldCount; field++)
                length += csv.GetSpan(field).Length;
        }

        return length;
    }

    private static int Compare(long rows, int returns, int times, DirectoryInfo folder, int broken)
    {
        if (folder.Exists)
            folder.Delete(recursive: true);
        folder.Create();
        string input = Path.Combine(folder.FullName, "input");
        string outcomes = Path.Combine(folder.FullName, "outcomes.csv");
        Make(Path.Combine(input, "reference/contracts.csv"), stream => Generator.Contracts(stream, 1));
        Make(outcomes, stream => Generator.Outcomes(stream, rows, seed: 1, broken));

        string pipeline = Path.Combine(AppContext.BaseDirectory, "pipeline.dll");
        string workspace = Path.Combine(folder.FullName, "workspace");
        var a = new Timings($"A take in {rows:N0} rows");
        var b = new Timings("B touch every field");
        var c = new Timings("C DuckDB");
        for (int time = 0; time <= times; time++)
        {
            if (Directory.Exists(workspace))
                Directory.Delete(workspace, recursive: true);
            string upload = Path.Combine(workspace, Generator.PathOf(0, Dataset.Outcomes));
            Directory.CreateDirectory(Path.GetDirectoryName(upload)!);
            File.Copy(outcomes, upload);
            a.Add(Run("dotnet", pipeline, "run", input, "--workspace", workspace), counted: time > 0);
            b.Add(Run("dotnet", typeof(Comparison).Assembly.Location, "touch", outcomes), counted: time > 0);
            c.Add(Run("node", Path.Combine(Here, "duckdb/compare.mjs"), outcomes), counted: time > 0);
        }

        var d = new Timings($"D take in and refresh {returns:N0} returns");
        var e = new Timings("E refresh after one resubmission");
        for (int time = 0; time < Math.Min(times, 3); time++)
            Quarter(returns, folder, pipeline, d, e);

        var table = new Table().AddColumns("what", "median s", "min s", "max s", "peak MiB");
        foreach (var timings in new[] { a, b, c, d, e })
            table.AddRow(timings.Row());
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine(string.Create(CultureInfo.InvariantCulture, $"A/B {a.Median / b.Median:0.00}   A/C {a.Median / c.Median:0.00}   D {returns * 8 / d.Median:N0} files/s"));
        return 0;
    }

    private static void Quarter(int returns, DirectoryInfo folder, string pipeline, Timings d, Timings e)
    {
        string input = Path.Combine(folder.FullName, "quarter-input");
        string workspace = Path.Combine(folder.FullName, "quarter");
        if (Directory.Exists(workspace))
            Directory.Delete(workspace, recursive: true);
        Make(Path.Combine(input, "reference/contracts.csv"), stream => Generator.Contracts(stream, returns));
        for (int contract = 0; contract < returns; contract++)
        {
            foreach (var dataset in Dataset.Returns)
                Make(Path.Combine(workspace, Generator.PathOf(contract, dataset)), stream => Generator.Return(dataset, stream, contract));
        }

        d.Add(Run("dotnet", pipeline, "run", input, "--workspace", workspace), counted: true);

        // E is what a trigger does: it is told of one file, so the other files are not looked at.
        string again = Generator.PathOf(0, Dataset.Outcomes);
        Make(Path.Combine(workspace, again), stream => Generator.Return(Dataset.Outcomes, stream, seed: -1));
        using var opened = new Workspace(workspace, TimeProvider.System);
        long started = Stopwatch.GetTimestamp();
        opened.Sweep.RunAsync([again]).GetAwaiter().GetResult();
        opened.RefreshAsync(default).GetAwaiter().GetResult();
        e.Add(new Finished(Stopwatch.GetElapsedTime(started).TotalSeconds, 0), counted: true);
    }

    private static void Make(string path, Action<Stream> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var stream = File.Create(path);
        write(stream);
    }

    /// <summary>Runs a process to its end.</summary>
    private static Finished Run(string program, params string[] arguments)
    {
        long started = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        long peak = 0;
        while (!process.WaitForExit(10))
            peak = Math.Max(peak, PeakBytes(process));
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {arguments[0]} ended with {process.ExitCode}.");
        return new Finished(Stopwatch.GetElapsedTime(started).TotalSeconds, peak);
    }

    /// <summary>The most memory the process ever held, as the kernel counts it; 0 where it does not say.</summary>
    private static long PeakBytes(Process process)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{process.Id}/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.AsSpan(6).Trim().TrimEnd(" kB"), CultureInfo.InvariantCulture) << 10;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private sealed record Finished(double Seconds, long PeakBytes);

    private sealed class Timings(string what)
    {
        private readonly List<Finished> _runs = [];

        public double Median => _runs.Select(r => r.Seconds).Order().ElementAt(_runs.Count / 2);

        public void Add(Finished run, bool counted)
        {
            if (counted)
                _runs.Add(run);
        }

        public string[] Row() =>
        [
            what,
            Median.ToString("0.000", CultureInfo.InvariantCulture),
            _runs.Min(r => r.Seconds).ToString("0.000", CultureInfo.InvariantCulture),
            _runs.Max(r => r.Seconds).ToString("0.000", CultureInfo.InvariantCulture),
            (_runs.Max(r => r.PeakBytes) >> 20).ToString(CultureInfo.InvariantCulture),
        ];
    }
}
