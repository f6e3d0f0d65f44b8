using Pipeline.Local.Workspaces;
using Pipeline.Core.Reading;
using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using CsvHelper;
using Pipeline.Benchmarks.Operations;
using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Core.Submissions;
using Spectre.Console;

namespace Pipeline.Benchmarks;

/// <summary>
/// Measures whole processes on the machine at hand, in turn, and prints the medians:
/// A taking in one large <c>outcomes</c> file, B CsvHelper touching each of its fields once, and Sylvan.Data.Csv likewise as the floor,
/// C DuckDB checking and counting it in SQL,
/// D a quarter of many returns taken in and refreshed, E that quarter again after one resubmission, and its payment run;
/// and, by itself, a register of many contracts and the payment of all of them.
/// How evenly it goes is measured too: what a row costs in small and large files, what a return costs in small and large quarters.
/// The pipeline is compiled ahead of time for the machine, as it is installed, and B reads with the same compiled CsvHelper.
/// </summary>
internal static class Comparison
{
    private static readonly string Here = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../"));

    public static RootCommand Command()
    {
        var rows = new Option<long>("--rows")
            { DefaultValueFactory = _ => 5_000_000, Description = "Rows of the outcomes file of A, B and C." };
        var returns = new Option<int[]>("--returns")
            { DefaultValueFactory = _ => [10_000], AllowMultipleArgumentsPerToken = true,
                Description = "Returns of each quarter of D and E, eight files each." };
        var times = new Option<int>("--times")
            { DefaultValueFactory = _ => 5, Description = "Counted runs of each, after one that is not counted." };
        var folder = new Option<DirectoryInfo>("--folder")
            { DefaultValueFactory = _ =>
                new DirectoryInfo(Path.Combine(Path.GetTempPath(),
                    string.Create(CultureInfo.InvariantCulture, $"pipeline-benchmarks-{Environment.ProcessId}"))),
                    Description = "Where files are made; made anew, and gone afterwards." };
        var asBuilt = new Option<bool>("--as-built")
            { Description = "Measure what was built, without compiling it ahead of time: quicker to try, slower to run." };
        var file = new Argument<FileInfo>("FILE");

        var compare = new Command("compare", "Measures A to E, and what a row costs in a file of a fiftieth and of twice the rows.")
            { rows, returns, times, folder, asBuilt };
        compare.SetAction(parsed => In(parsed.GetRequiredValue(folder), parsed.GetValue(asBuilt), (at, programs) =>
        {
            Files(programs, parsed.GetValue(rows), parsed.GetValue(times), at);
            Rows(parsed.GetValue(rows), parsed.GetValue(times), at);
            Quarters(programs, parsed.GetRequiredValue(returns), parsed.GetValue(times), at);
        }));
        var costOfRows =
            new Command("rows",
                "Measures what a row costs in a file of a fiftieth of the rows, of a fifth and of twice as many, in this process.")
                    { rows, times, folder };
        costOfRows.SetAction(parsed => In(parsed.GetRequiredValue(folder), asBuilt: true,
            (at, _) => Rows(parsed.GetValue(rows), parsed.GetValue(times), at)));
        var quarters = new Command("quarters", "Measures D and E, of one number of returns or several.")
            { returns, times, folder, asBuilt };
        quarters.SetAction(parsed => In(
            parsed.GetRequiredValue(folder), parsed.GetValue(asBuilt),
            (at, programs) => Quarters(programs, parsed.GetRequiredValue(returns), parsed.GetValue(times), at)));
        var contracts = new Option<int[]>("--contracts")
            { DefaultValueFactory = _ => [10_000, 50_000], AllowMultipleArgumentsPerToken = true,
                Description = "Contracts of each register." };
        var payments = new Command("payments", "Measures what a register of many contracts costs, from taking it in to paying all of them.")
            { contracts, times, folder, asBuilt };
        payments.SetAction(parsed => In(
            parsed.GetRequiredValue(folder), parsed.GetValue(asBuilt),
            (at, programs) => Registers(programs, parsed.GetRequiredValue(contracts), parsed.GetValue(times), at)));
        var sylvan = new Option<bool>("--sylvan") { Description = "With Sylvan.Data.Csv instead." };
        var touch = new Command("touch", "B: reads FILE with CsvHelper and touches each field once.") { file, sylvan };
        touch.SetAction(parsed =>
        {
            using var stream = parsed.GetRequiredValue(file).OpenRead();
            long sum = parsed.GetValue(sylvan) ? TouchEveryFieldWithSylvan(stream) : TouchEveryField(stream);
            Console.WriteLine(sum.ToString(CultureInfo.InvariantCulture));
        });
        var broken = new Option<int>("--broken") { Description = "Every how many rows a code is misspelt; never unless given." };
        var repeats = new Option<int>("--times") { DefaultValueFactory = _ => 1, Description = "How often." };
        var check = new Command("check", "Checks and counts FILE, an outcomes file that make wrote, in this process.") { file, repeats };
        check.SetAction(parsed =>
        {
            for (int time = 0; time < parsed.GetValue(repeats); time++)
                Check(parsed.GetRequiredValue(file).FullName);
        });
        var outcomes = new Command("make", "Makes FILE, an outcomes file.") { file, rows, broken };
        outcomes.SetAction(parsed => Make(parsed.GetRequiredValue(file).FullName,
            stream => Generator.Outcomes(stream, parsed.GetValue(rows), seed: 1, parsed.GetValue(broken))));
        return new RootCommand("Measures how fast submissions are taken in.")
            { check, outcomes, compare, costOfRows, quarters, payments, touch, WorkbookTimes.Command(), OperationsCommand.Create() };
    }

    /// <summary>
    /// Looks at every byte of every field where CsvHelper hands it out, and makes no string: a field of which only the length is asked for
    /// is one that nobody has read.
    /// </summary>
    public static long TouchEveryField(Stream stream)
    {
        using var csv = CsvReader.Create(stream, new CsvReaderOptions { Separator = ',', HasHeader = false }, leaveOpen: true);
        long sum = 0;
        while (csv.Read())
        {
            for (int field = 0; field < csv.FieldCount; field++)
            {
                foreach (byte b in csv.GetSpan(field))
                    sum += b;
            }
        }

        return sum;
    }

    /// <summary>The same, of characters: it decodes first what it reads.</summary>
    private static long TouchEveryFieldWithSylvan(Stream stream)
    {
        using var text = new StreamReader(stream, leaveOpen: true);
        using var csv = Sylvan.Data.Csv.CsvDataReader.Create(text,
            new Sylvan.Data.Csv.CsvDataReaderOptions { HasHeaders = false, Delimiter = ',' });
        long sum = 0;
        while (csv.Read())
        {
            for (int field = 0; field < csv.RowFieldCount; field++)
            {
                foreach (char c in csv.GetFieldSpan(field))
                    sum += c;
            }
        }

        return sum;
    }

    /// <param name="folder">Made anew, and gone afterwards.</param>
    /// <param name="asBuilt">Whether nothing is compiled ahead of time.</param>
    /// <param name="measure">Given the folder, and that of the programs to measure.</param>
    private static void In(DirectoryInfo folder, bool asBuilt, Action<DirectoryInfo, string> measure)
    {
        if (folder.Exists)
            folder.Delete(recursive: true);
        folder.Create();
        Console.WriteLine(Machine());
        try
        {
            measure(folder, asBuilt ? AppContext.BaseDirectory : Compile(folder));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Files(string programs, long rows, int times, DirectoryInfo folder)
    {
        bool hasDuckDb = FindsDuckDb();
        string input = Path.Combine(folder.FullName, "input");
        string outcomes = Path.Combine(folder.FullName, "outcomes.csv");
        string broken = Path.Combine(folder.FullName, "broken.csv");
        Make(Path.Combine(input, "reference/contracts.csv"), stream => Generator.Contracts(stream, 1));
        Make(outcomes, stream => Generator.Outcomes(stream, rows, seed: 1));
        Make(broken, stream => Generator.Outcomes(stream, rows, seed: 1, broken: 5));
        string pipeline = Path.Combine(programs, "pipeline.dll");
        var a = new Timings($"A take in {rows:N0} rows ({new FileInfo(outcomes).Length / 1_000_000:N0} MB)");
        var b = new Timings("B touch every field");
        var floor = new Timings("B with Sylvan.Data.Csv");
        var c = new Timings("C DuckDB");
        var rejected = new Timings($"A of a file with {rows / 5:N0} errors");
        for (int time = 0; time <= times; time++)
        {
            a.Add(TakeIn(pipeline, folder, input, outcomes), counted: time > 0);
            b.Add(Run("dotnet", Path.Combine(programs, "Pipeline.Benchmarks.dll"), "touch", outcomes), counted: time > 0);
            floor.Add(Run("dotnet", Path.Combine(programs, "Pipeline.Benchmarks.dll"), "touch", outcomes, "--sylvan"), counted: time > 0);
            if (hasDuckDb)
                c.Add(Run("node", Path.Combine(Here, "duckdb/compare.mjs"), outcomes), counted: time > 0);
            rejected.Add(TakeIn(pipeline, folder, input, broken), counted: time > 0);
        }

        var receipt = new DirectoryInfo(Path.Combine(folder.FullName, "workspace/receipts")).EnumerateFiles("*",
            SearchOption.AllDirectories).MaxBy(f => f.Length)!;
        Write(a, b, floor, c, rejected);
        string duckDb = hasDuckDb ? string.Create(CultureInfo.InvariantCulture, $"   A/C {a.Median / c.Median:0.00}") : "";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"A/B {a.Median / b.Median:0.00}   A/floor {a.Median / floor.Median:0.00}{duckDb}   rejected/A "
            + $"{rejected.Median / a.Median:0.00}, its largest receipt "
            + $"{receipt.Length / 1000:N0} kB"));
        File.Delete(outcomes);
        File.Delete(broken);
    }

    /// <summary>
    /// What a row costs in files of very different lengths, in one process that has run for a while, so that no start is in it. As many
    /// rows are read of each in all.
    /// </summary>
    private static void Rows(long rows, int times, DirectoryInfo folder)
    {
        var files = new[] { Math.Max(1, rows / 50), Math.Max(1, rows / 5), rows * 2 }
            .Select(length => (Length: length, Path: Path.Combine(folder.FullName, $"rows-{length}.csv"),
                Cost: new Timings($"a million rows, in files of {length:N0}"))).ToList();
        foreach (var file in files)
            Make(file.Path, stream => Generator.Outcomes(stream, file.Length, seed: 1));
        for (int time = 0; time <= times; time++)
        {
            foreach (var file in files)
            {
                int repeats = (int)Math.Max(1, rows / file.Length);
                long started = Stopwatch.GetTimestamp();
                for (int repeat = 0; repeat < repeats; repeat++)
                    Check(file.Path);
                file.Cost.Add(new Finished(Stopwatch.GetElapsedTime(started).TotalSeconds * 1_000_000 / (repeats * file.Length), 0),
                    counted: time > 0);
            }
        }

        files.ForEach(file => File.Delete(file.Path));
        Write([.. files.Select(file => file.Cost)]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"a row of the longest file / one of the shortest {files[^1].Cost.Median / files[0].Cost.Median:0.00}"));
    }

    private static void Check(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 0);
        var reader = Dataset.Outcomes.Reader(Generator.Framework, Generator.Contract, Generator.Quarter);
        var check = FileCheck.Check(stream, reader, sizeLimit: long.MaxValue);
        if (!check.IsAccepted)
            throw new InvalidOperationException("A valid file was not accepted.");
    }

    private static void Quarters(string programs, int[] returns, int times, DirectoryInfo folder)
    {
        var timings = new List<Timings>();
        var costs = new List<string>();
        foreach (int count in returns)
        {
            var d = new Timings($"D take in and refresh {count:N0} returns");
            var e = new Timings($"E refresh {count:N0} after one resubmission");
            var paid = new Timings($"E prepare, approve and release the payments of {count:N0}");
            var told = new Timings("E the same, and the refresh that tells of it");
            for (int time = 0; time < Math.Min(times, 3); time++)
                Quarter(count, folder, Path.Combine(programs, "pipeline.dll"), d, e, paid, told);
            timings.AddRange([d, e, paid, told]);
            costs.Add(string.Create(CultureInfo.InvariantCulture,
                $"D of {count:N0}: {d.Median * 1000 / count:0.00} ms a return, {count * Dataset.Returns.Count / d.Median:N0} files/s"));
        }

        Write([.. timings]);
        Console.WriteLine(string.Join("   ", costs));
    }

    private static void Write(params Timings[] timings)
    {
        var table = new Table().AddColumns("what", "median s", "min s", "max s", "processor s", "peak MiB");
        foreach (var row in timings.Where(t => t.Any))
            table.AddRow(row.Row());
        AnsiConsole.Write(table);
    }

    private static string Machine()
    {
        string model = File.Exists("/proc/cpuinfo") ? File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(": ")[^1] ?? "" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd}, {Environment.ProcessorCount} cores {model}, "
            + $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB, {RuntimeInformation.OSDescription}, "
            + $"{RuntimeInformation.FrameworkDescription}");
    }

    /// <summary>Compiles the pipeline ahead of time, and puts this program beside it.</summary>
    /// <returns>The folder they are in.</returns>
    private static string Compile(DirectoryInfo folder)
    {
        string programs = Path.Combine(folder.FullName, "programs");
        Directory.CreateDirectory(programs);
        foreach (string file in Directory.EnumerateFiles(AppContext.BaseDirectory))
            File.Copy(file, Path.Combine(programs, Path.GetFileName(file)));
        // Elsewhere than the build, whose files this would change.
        Run(
            "dotnet", "publish", Path.Combine(Here, "../../functions/Pipeline.Local"), "-c", "Release", "--use-current-runtime",
            "--self-contained", "false", "-v", "q",
            "--artifacts-path", Path.Combine(folder.FullName, "artifacts"), "-p:PublishReadyToRun=true",
            "-p:NuGetLockFilePath=obj/publish.lock.json", "-p:RestoreLockedMode=false", "-o", programs);
        return programs;
    }

    /// <summary>Whether DuckDB can be measured; installs it where only Node.js is there.</summary>
    private static bool FindsDuckDb()
    {
        string duckDb = Path.Combine(Here, "duckdb");
        try
        {
            if (!Directory.Exists(Path.Combine(duckDb, "node_modules")))
                Run("npm", "install", "--prefix", duckDb, "--no-package-lock", "--no-audit", "--no-fund");
            return true;
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException)
        {
            Console.WriteLine($"C is left out, since DuckDB could not be installed with npm: {exception.Message}");
            return false;
        }
    }

    /// <summary>A: one upload to a workspace that is set up, taken in and brought up to date.</summary>
    private static Finished TakeIn(string pipeline, DirectoryInfo folder, string input, string file)
    {
        string workspace = Path.Combine(folder.FullName, "workspace");
        // Room that was written to before is written to as fast each time; new room is not, where a disk is made of what another machine
        // has.
        if (Directory.Exists(workspace))
            Directory.Delete(workspace, recursive: true);
        Run("dotnet", pipeline, "run", input, "--workspace", workspace);
        string upload = Path.Combine(workspace, Generator.PathOf(0, Dataset.Outcomes));
        Directory.CreateDirectory(Path.GetDirectoryName(upload)!);
        File.Copy(file, upload);
        Settle();
        return Run("dotnet", pipeline, "run", input, "--workspace", workspace);
    }

    private static void Quarter(int returns, DirectoryInfo folder, string pipeline, Timings d, Timings e, Timings paid, Timings told)
    {
        string input = Path.Combine(folder.FullName, "quarter-input");
        string workspace = NewQuarter(folder);
        Make(Path.Combine(input, "reference/contracts.csv"), stream => Generator.Contracts(stream, returns));
        for (int contract = 0; contract < returns; contract++)
        {
            foreach (var dataset in Dataset.Returns)
                Make(Path.Combine(workspace, Generator.PathOf(contract, dataset)), stream => Generator.Return(dataset, stream, contract));
        }

        Settle();
        d.Add(Run("dotnet", pipeline, "run", input, "--workspace", workspace), counted: true);

        // E is what a trigger does: it is told of one file, so the other files are not looked at.
        string again = Generator.PathOf(0, Dataset.Outcomes);
        Make(Path.Combine(workspace, again), stream => Generator.Return(Dataset.Outcomes, stream, seed: -1));
        using var opened = new Workspace(workspace, TimeProvider.System);
        long started = Stopwatch.GetTimestamp();
        opened.Sweep.RunAsync([again]).GetAwaiter().GetResult();
        opened.RefreshAsync(default).GetAwaiter().GetResult();
        e.Add(new Finished(Stopwatch.GetElapsedTime(started).TotalSeconds, 0), counted: true);

        started = Stopwatch.GetTimestamp();
        var (one, another) = (PersonName.Parse("Ada Preparer"), PersonName.Parse("Ben Approver"));
        var run = Done(opened.Prepare.RunAsync(Generator.Quarter, one));
        Done(opened.Decide.ApproveAsync(Generator.Quarter, run.Number, another));
        Done(opened.Release.RunAsync(Generator.Quarter, run.Number, one));
        paid.Add(new Finished(Stopwatch.GetElapsedTime(started).TotalSeconds, 0), counted: true);
        // Until statements and pages tell of it.
        opened.RefreshAsync(default).GetAwaiter().GetResult();
        told.Add(new Finished(Stopwatch.GetElapsedTime(started).TotalSeconds, 0), counted: true);
    }

    private static void Registers(string programs, int[] contracts, int times, DirectoryInfo folder)
    {
        string pipeline = Path.Combine(programs, "pipeline.dll");
        foreach (int count in contracts)
        {
            var steps = new[]
            {
                $"take in a register of {count:N0}", "status", $"take in a first file, and refresh {count:N0} contracts",
                "prepare", "approve", "release, and refresh what was paid", "prepare, approve and release together",
            }.Select(step => new Timings(step)).ToArray();
            for (int time = 0; time < times; time++)
            {
                var finished = Register(pipeline, count, folder);
                foreach (var (step, one) in steps.Zip(finished.Append(Finished.Sum([.. finished.TakeLast(3)]))))
                    step.Add(one, counted: true);
            }

            Write(steps);
        }
    }

    /// <summary>A register by itself, its quarter after a first file, and its payment run: each command a whole process.</summary>
    private static IReadOnlyList<Finished> Register(string pipeline, int contracts, DirectoryInfo folder)
    {
        string input = Path.Combine(folder.FullName, "register-input");
        string workspace = NewQuarter(folder);
        string quarter = Generator.Quarter.ToString();
        Make(Path.Combine(input, "reference/contracts.csv"), stream => Generator.Contracts(stream, contracts));
        return
        [
            Command("run", input), Command("status"), FirstFile(),
            Command("pay", "prepare", quarter, "--by", "Ada Preparer"),
            Command("pay", "approve", quarter, "1", "--by", "Ben Approver"),
            Command("pay", "release", quarter, "1", "--by", "Ada Preparer"),
        ];

        Finished FirstFile()
        {
            Make(Path.Combine(workspace, Generator.PathOf(0, Dataset.Hours)), stream => Generator.Return(Dataset.Hours, stream, seed: 0));
            return Command("run", input);
        }

        Finished Command(params string[] arguments)
        {
            Settle();
            return Run("dotnet", [pipeline, .. arguments, "--workspace", workspace]);
        }
    }

    private static PaymentRun Done(Task<RunResult> step) =>
        step.GetAwaiter().GetResult() is RunResult.Done done
            ? done.Run : throw new InvalidOperationException("A step of the payment run was refused.");

    /// <summary>
    /// A workspace that is not there yet. Those before it stay until the end: a file system from which many files have just gone takes
    /// longer to make new ones.
    /// </summary>
    private static string NewQuarter(DirectoryInfo folder) =>
        Path.Combine(folder.FullName, string.Create(CultureInfo.InvariantCulture,
            $"workspace-of-quarter-{folder.EnumerateDirectories("workspace-of-quarter-*").Count()}"));

    /// <summary>Lets what was made for the measurement reach the disk, so that nothing measured waits for it.</summary>
    private static void Settle()
    {
        if (!OperatingSystem.IsWindows())
            Run("sync");
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
        var processor = TimeSpan.Zero;
        while (!process.WaitForExit(10))
            (peak, processor) = (Math.Max(peak, PeakBytes(process)), ProcessorTime(process) ?? processor);
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
        return new Finished(Stopwatch.GetElapsedTime(started).TotalSeconds, peak, processor.TotalSeconds);
    }

    /// <summary>Null when it has just ended.</summary>
    private static TimeSpan? ProcessorTime(Process process)
    {
        try
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The most memory the process ever held, as the kernel counts it; 0 where it does not say.</summary>
    private static long PeakBytes(Process process)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{process.Id}/status")
                .FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.AsSpan(6).Trim().TrimEnd(" kB"), CultureInfo.InvariantCulture) << 10;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private sealed record Finished(double Seconds, long PeakBytes, double ProcessorSeconds = 0)
    {
        /// <summary>One after another.</summary>
        public static Finished Sum(IReadOnlyList<Finished> all) =>
            new(all.Sum(one => one.Seconds), all.Max(one => one.PeakBytes), all.Sum(one => one.ProcessorSeconds));
    }

    private sealed class Timings(string what)
    {
        private readonly List<Finished> _runs = [];

        public bool Any => _runs.Count > 0;

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
            // What runs in this process has neither of its own.
            _runs.Select(r => r.ProcessorSeconds).Order().ElementAt(_runs.Count / 2) is > 0 and var processor
                ? processor.ToString("0.00", CultureInfo.InvariantCulture) : "",
            _runs.Max(r => r.PeakBytes) is > 0 and var peak ? (peak >> 20).ToString(CultureInfo.InvariantCulture) : "",
        ];
    }
}
