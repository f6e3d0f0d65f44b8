using System.Collections.Concurrent;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Pipeline.Core;
using Pipeline.Core.Submissions;
using Spectre.Console;

namespace Pipeline.Benchmarks;

/// <summary>
/// Measures the pages of the site as <c>pipeline serve</c> answers them: the first after a start, and each when it is warm.
/// Time at the clock is what a reader waits; the processor's time of the serving process is what can be compared where a machine does other
/// things besides.
/// </summary>
internal static class SiteTimes
{
    /// <summary>The cookie of somebody who has chosen to be a commissioner.</summary>
    private const string AsCommissioner = "pipeline-person=commissioner||Ann%20Price";

    private const string Today = "2026-03-31";

    /// <summary>By how many contracts and quarters, and what a warm page may take at the median, in milliseconds.</summary>
    private static readonly (int Contracts, int Quarters, double Limit)[] Councils = [(200, 8, 100), (5_000, 1, 300)];

    public static RootCommand Command()
    {
        var times = new Option<int>("--times")
            { DefaultValueFactory = _ => 21, Description = "Counted requests of each page, after three that are not counted." };
        var folder = new Option<DirectoryInfo>("--folder")
            { DefaultValueFactory = _ => new DirectoryInfo(Path.Combine(Path.GetTempPath(), "pipeline-site-times")),
                Description = "Where the workspaces are made. One that is there already is used again." };
        var command = new RootCommand("Measures the site's pages with 200 contracts in 8 quarters and with 5,000 contracts.")
            { times, folder };
        command.SetAction(async (parsed, cancel) =>
        {
            bool isFast = true;
            foreach (var (contracts, quarters, limit) in Councils)
            {
                string workspace = await WorkspaceAsync(parsed.GetRequiredValue(folder), contracts, quarters);
                isFast &= await MeasureAsync(workspace, contracts, quarters, limit, parsed.GetValue(times), cancel);
            }

            return isFast ? 0 : 1;
        });
        return command;
    }

    private static string Pipeline => Path.Combine(AppContext.BaseDirectory, "pipeline.dll");

    /// <summary>Where everything of some contracts was taken in for some quarters.</summary>
    private static async Task<string> WorkspaceAsync(DirectoryInfo folder, int contracts, int quarters)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{contracts}x{quarters}"),
            workspace = Path.Combine(folder.FullName, name), input = Path.Combine(folder.FullName, name + "-input");
        if (File.Exists(Path.Combine(folder.FullName, name + ".made")))
            return workspace;
        foreach (string old in new[] { workspace, input }.Where(Directory.Exists))
            Directory.Delete(old, recursive: true);
        Make(Path.Combine(input, "reference/contracts.csv"), stream => Generator.Contracts(stream, contracts));
        for (int n = 0; n < quarters; n++)
        {
            var quarter = new Quarter(2024 + (quarters == 1 ? 1 : n / 4), (n % 4) + 1);
            for (int contract = 0; contract < contracts; contract++)
            {
                foreach (var dataset in Dataset.Returns)
                    Make(Path.Combine(workspace, Generator.PathOf(contract, dataset, quarter)),
                        stream => Generator.Return(dataset, stream, contract, quarter));
            }
        }

        using var run = Process.Start(new ProcessStartInfo("dotnet", [Pipeline, "run", input, "--workspace", workspace, "--today", Today])
            { RedirectStandardOutput = true })!;
        await run.StandardOutput.ReadToEndAsync();
        await run.WaitForExitAsync();
        if (run.ExitCode != 0)
            throw new InvalidOperationException($"pipeline run ended with {run.ExitCode}.");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, name + ".made"), "");
        return workspace;
    }

    /// <returns>Whether every page kept within its limit.</returns>
    private static async Task<bool> MeasureAsync(string workspace, int contracts, int quarters, double limit, int times,
        CancellationToken cancel)
    {
        long started = Stopwatch.GetTimestamp();
        using var serve =
            Process.Start(new ProcessStartInfo("dotnet", [Pipeline, "serve", "--no-watch", "--port", "0", "--workspace", workspace,
                "--today", Today]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
                { BaseAddress = await AddressAsync(serve) };
            browser.DefaultRequestHeaders.Add("Cookie", AsCommissioner);
            (await browser.GetAsync(new Uri("/", UriKind.Relative), cancel)).EnsureSuccessStatusCode();
            var (first, firstCpu) = (Stopwatch.GetElapsedTime(started), serve.TotalProcessorTime);
            var table = new Table().Title(string.Create(CultureInfo.InvariantCulture, $"{contracts:N0} contracts, {quarters} quarters"))
                .AddColumns("page", "median ms", "largest ms", "processor ms", "kB");
            table.AddRow("the first after a start", Milliseconds(first), "", Milliseconds(firstCpu), "");
            bool isFast = true;
            string quarter = new Quarter(2025, quarters == 1 ? 1 : 4).ToString(), one = Generator.ContractId(7),
                provider = Generator.ProviderId(7);
            foreach (string page in new[]
            {
                "/", "/returns", $"/returns?quarter={quarter}", $"/returns?quarter={quarter}&state=received&q=Service%2017&sort=provider",
                $"/quarters/{quarter}", $"/quarters/{quarter}/decisions",
                "/reference", "/payments", $"/payments/{quarter}", $"/payments/{quarter}/explain/{one}", "/pages", "/operations",
                "/search?q=Service%2017", $"/reports/{quarter}.html", $"/reports/{quarter}/performance-1.html",
                $"/statements/{provider}/{one}/{quarter}.html", $"/providers/{provider}", $"/providers/{provider}/returns/{one}/{quarter}",
            })
            {
                var took = new List<double>();
                var cpu = TimeSpan.Zero;
                long bytes = 0;
                for (int time = -3; time < times; time++)
                {
                    if (time == 0)
                        cpu = Processor(serve);
                    long began = Stopwatch.GetTimestamp();
                    byte[] content = await browser.GetByteArrayAsync(new Uri(page, UriKind.Relative), cancel);
                    if (time >= 0)
                        took.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                    bytes = content.Length;
                }

                cpu = (Processor(serve) - cpu) / times;
                double median = took.Order().ElementAt(took.Count / 2);
                isFast &= median <= limit;
                table.AddRow(
                    Markup.Escape(page), (median <= limit ? "" : "[bold]") + Milliseconds(TimeSpan.FromMilliseconds(median))
                        + (median <= limit ? "" : "[/]"),
                    Milliseconds(TimeSpan.FromMilliseconds(took.Max())), Milliseconds(cpu),
                    (bytes / 1000).ToString("N0", CultureInfo.InvariantCulture));
            }

            AnsiConsole.Write(table);
            return isFast;
        }
        finally
        {
            serve.Kill();
            await serve.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static TimeSpan Processor(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime;
    }

    /// <summary>As the command says it, once it listens.</summary>
    private static async Task<Uri> AddressAsync(Process serve)
    {
        var said = new BlockingCollection<string?>();
        serve.OutputDataReceived += (_, line) => said.Add(line.Data);
        serve.ErrorDataReceived += (_, line) => said.Add(line.Data);
        serve.BeginOutputReadLine();
        serve.BeginErrorReadLine();
        return await Task.Run(() =>
        {
            while (said.TryTake(out string? line, TimeSpan.FromMinutes(1)))
            {
                if (line?.Split(' ').FirstOrDefault(word => word.StartsWith("http://", StringComparison.Ordinal)) is { } address)
                    return new Uri(address.TrimEnd(',', '.'));
            }

            throw new InvalidOperationException("The site did not start.");
        });
    }

    private static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString("N1", CultureInfo.InvariantCulture);

    private static void Make(string path, Action<Stream> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var stream = File.Create(path);
        write(stream);
    }
}
