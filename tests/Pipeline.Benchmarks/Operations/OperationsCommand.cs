using System.CommandLine;
using System.Globalization;
using Spectre.Console;

namespace Pipeline.Benchmarks.Operations;

/// <summary>
/// <c>operations</c>: what the pipeline asks of storage, what that costs on Azure, and whether it is more than the table that is kept says.
/// </summary>
internal static class OperationsCommand
{
    private static readonly string Here = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../Operations"));
    private static readonly string Kept = Path.Combine(Here, "counts.csv");
    private static readonly string Header = "what,contracts beside," + string.Join(',', Counts.Names);

    public static Command Create()
    {
        var beside = new Option<int[]>("--beside") { DefaultValueFactory = _ => [1, 25, 500, 5_000],
            AllowMultipleArgumentsPerToken = true, Description = "How many contracts there are beside the one that is looked at." };
        var renew = new Option<bool>("--renew") { Description = "Keep what was counted, instead of comparing it." };
        var command = new Command("operations",
            "Counts what is asked of storage, and what that costs on Azure. Ends with 1 when it is more than the table that is kept.")
                { beside, renew };
        command.SetAction((parsed, _) => RunAsync([.. parsed.GetRequiredValue(beside).Order()], parsed.GetValue(renew)));
        return command;
    }

    private static async Task<int> RunAsync(int[] beside, bool renew)
    {
        var counted = new SortedDictionary<int, IReadOnlyList<(string What, Counts Counted)>>();
        foreach (int contracts in beside)
            counted.Add(contracts, await Meter.CountAsync(contracts));
        // Its tables are wider than a terminal that is none.
        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 140);
        WriteCounts(counted);
        if (beside.Length > 1)
            WritePrices(counted);
        if (!renew)
            return Compare(counted);
        var others = File.ReadLines(Kept).Skip(1).Where(line => !counted.ContainsKey(BesideOf(line)));
        var lines = counted.SelectMany(of =>
            of.Value.Select(each => $"{KeyOf(each.What, of.Key)},{string.Join(',', each.Counted.Calls)}"));
        File.WriteAllLines(Kept, [Header, .. others.Concat(lines).OrderBy(BesideOf)]);
        return 0;
    }

    private static string KeyOf(string what, int beside) => string.Create(CultureInfo.InvariantCulture, $"{what},{beside}");

    /// <summary>Of a line of the table that is kept.</summary>
    private static int BesideOf(string line) => int.Parse(line.Split(',')[1], CultureInfo.InvariantCulture);

    private static void WriteCounts(SortedDictionary<int, IReadOnlyList<(string What, Counts Counted)>> counted)
    {
        var table = new Table().AddColumns(["what", "contracts beside", .. Counts.Names, "kB read", "kB written", "CPU ms"]);
        foreach (string what in counted.First().Value.Select(each => each.What))
        {
            foreach (var (contracts, all) in counted)
            {
                if (all.FirstOrDefault(each => each.What == what).Counted is not { } of)
                    continue;
                table.AddRow([what, Text(contracts), .. of.Calls.Select(calls => Text(calls)), Text(of.BytesRead / 1000),
                    Text(of.BytesWritten / 1000), Text((long)(of.Seconds * 1000))]);
            }
        }

        AnsiConsole.Write(table);
    }

    private static void WritePrices(SortedDictionary<int, IReadOnlyList<(string What, Counts Counted)>> counted)
    {
        var prices = Prices.Load(Path.Combine(Here, "prices.json"));
        int[] returns = [50, 500, 50_000];
        var parts = returns.Select(many => prices.OfQuarter(many, what => Beside(many - 1, what))).ToList();
        var table = new Table().AddColumns(["a quarter of", .. returns.Select(many => $"{Text(many)} returns")]);
        for (int part = 0; part < parts[0].Count; part++)
            table.AddRow([parts[0][part].What, .. parts.Select(of => Prices.Dollars(of[part].Dollars))]);
        table.AddRow(["together", .. parts.Select(of => Prices.Dollars(of.Sum(part => part.Dollars)))]);
        AnsiConsole.Write(table);

        Counts Beside(int contracts, string what)
        {
            var measured = counted.Select(of => (Contracts: of.Key, of.Value.Single(each => each.What == what).Counted)).ToList();
            int upper = measured.FindIndex(1, of => of.Contracts >= contracts) is > 0 and var found ? found : measured.Count - 1;
            return Counts.Between(contracts, measured[upper - 1], measured[upper]);
        }
    }

    private static int Compare(SortedDictionary<int, IReadOnlyList<(string What, Counts Counted)>> counted)
    {
        var kept = File.ReadLines(Kept).Skip(1).Select(line => line.Split(',')).ToDictionary(
            line => $"{line[0]},{line[1]}", line => line[2..].Select(calls => long.Parse(calls, CultureInfo.InvariantCulture)).ToList());
        int risen = 0;
        bool fell = false;
        foreach (var (contracts, all) in counted)
        {
            foreach (var (what, of) in all)
            {
                if (!kept.TryGetValue(KeyOf(what, contracts), out var before))
                {
                    Console.WriteLine($"Nothing is kept of {what} beside {Text(contracts)}: keep it with --renew.");
                    continue;
                }

                for (int i = 0; i < before.Count; i++)
                {
                    fell |= of.Calls[i] < before[i];
                    if (of.Calls[i] <= before[i])
                        continue;
                    Console.WriteLine(
                        $"{Counts.Names[i]} of {what} beside {Text(contracts)} rose from {Text(before[i])} to {Text(of.Calls[i])}.");
                    risen++;
                }
            }
        }

        if (fell)
            Console.WriteLine("Some counts fell: keep them with --renew.");
        return risen > 0 ? 1 : 0;
    }

    private static string Text(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);
}
