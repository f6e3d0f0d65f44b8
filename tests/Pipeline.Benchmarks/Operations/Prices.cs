using System.Globalization;
using System.Text.Json;

namespace Pipeline.Benchmarks.Operations;

/// <summary>One price, as it was found.</summary>
/// <param name="Dollars">Of one.</param>
/// <param name="From">Who said so.</param>
/// <param name="Date">When.</param>
/// <param name="FreeAMonth">How many cost nothing.</param>
internal sealed record Price(double Dollars, string From, string Date, double FreeAMonth = 0)
{
    private const int Months = 3;

    public double Of(double many) => Dollars * Math.Max(0, many - (FreeAMonth * Months));
}

/// <summary>What Azure asks, and what is assumed of the work: <c>prices.json</c>, which says where each price is from.</summary>
internal sealed record Prices(IReadOnlyDictionary<string, Price> OfEach, IReadOnlyDictionary<string, double> Assumed)
{
    private const double QuarterSeconds = 90 * 24 * 3600;
    private const double Kilobyte = 1e-6;
    private const int Months = 3;

    public static Prices Load(string path)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(path));
        return new Prices(
            json.RootElement.GetProperty("prices").Deserialize<Dictionary<string, Price>>(JsonSerializerOptions.Web)!,
            json.RootElement.GetProperty("assumed").Deserialize<Dictionary<string, double>>(JsonSerializerOptions.Web)!);
    }

    /// <summary>What three months cost, part by part, with so many returns.</summary>
    /// <param name="returns">Of eight files each.</param>
    /// <param name="counted">What each piece of work asks for beside so many.</param>
    public IReadOnlyList<(string What, double Dollars)> OfQuarter(int returns, Func<string, Counts> counted)
    {
        double files = returns * Assumed["filesAReturn"];
        var finish = counted(Meter.Finished);
        // One round follows each file, as long as there is time for them and for the rest after each.
        double roundSeconds = Assumed["secondsARound"] + Assumed["secondsOfRest"]
            + (finish.All * Assumed["secondsAStorageCall"] / Assumed["storageCallsAtOnce"])
            + (finish.BytesRead * 1e-6 / Assumed["megabytesASecond"]);
        double rounds = Math.Min(files, Assumed["daysWithRounds"] * 24 * 3600 / roundSeconds);
        var sweep = counted(Meter.NothingFound);
        double sweepSeconds = Assumed["secondsASweep"] + (sweep.All * Assumed["secondsAStorageCall"] / Assumed["sweepCallsAtOnce"]);
        double pages = returns * Assumed["pagesAReturn"];
        (double Times, Counts Counted)[] work =
        [
            (files, counted(Meter.TakenIn)),
            (files, counted(Meter.Refreshed)),
            (rounds, finish),
            (Assumed["sweeps"], sweep),
            (Assumed["pagesOfQuarters"], counted(Meter.QuarterPage)),
            (pages, counted(Meter.ReturnPage)),
            (1, counted(Meter.Paid)),
            (1, counted(Meter.PaidRefreshed)),
        ];
        double executions = (files * Assumed["executionsAFile"]) + (rounds * Assumed["executionsARound"]) + Assumed["sweeps"] + pages;
        double gigabyteSeconds = Assumed["gigabytesAnInstance"]
            * (((files * Assumed["executionsAFile"]) + (rounds * Assumed["executionsARound"])) * Assumed["secondsAnExecution"]
                + (rounds * (roundSeconds - Assumed["secondsARound"] - Assumed["secondsOfRest"]))
                + (Assumed["sweeps"] * sweepSeconds) + (pages * Assumed["secondsAPage"]));
        // An archive keeps what was uploaded once more; every file that is written over stays as a version.
        double stored = (files * 2 * Assumed["kilobytesAFile"] * Kilobyte) + (Sum(c => c.BytesWritten) * 1e-9);
        return
        [
            ("always-ready instance", OfEach["alwaysReadyGigabyteSecond"].Of(Assumed["gigabytesAnInstance"] * QuarterSeconds)),
            ("execution", OfEach["gigabyteSecond"].Of(gigabyteSeconds)),
            ("executions", OfEach["execution"].Of(executions)),
            ("blob writes", OfEach["blobWriteOrList"].Of(Sum(c => c.BlobWrites))),
            ("blob lists", OfEach["blobWriteOrList"].Of(Sum(c => c.BlobLists))),
            ("blob reads", OfEach["blobRead"].Of(Sum(c => c.BlobReads))),
            ("blobs stored", OfEach["blobGigabyteMonth"].Of(stored * Months)),
            ("table calls", OfEach["tableCall"].Of(Sum(c => c.TableCalls))),
            ("tables stored", OfEach["tableGigabyteMonth"].Of(returns * Assumed["tableKilobytesAReturn"] * Kilobyte * Months)),
            ("logs", OfEach["logGigabyte"].Of(files * Assumed["logKilobytesAFile"] * Kilobyte)),
            ("events", OfEach["event"].Of(files * Assumed["eventsAFile"])),
        ];

        double Sum(Func<Counts, double> of) => work.Sum(each => each.Times * of(each.Counted));
    }

    public static string Dollars(double dollars) => dollars.ToString(dollars < 10 ? "$0.00" : "$#,0", CultureInfo.InvariantCulture);
}
