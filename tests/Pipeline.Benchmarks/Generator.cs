using Pipeline.Core.Reading;
using Pipeline.Core.Contracts;
using System.Globalization;
using System.Text;
using Pipeline.Core;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Submissions;

namespace Pipeline.Benchmarks;

/// <summary>
/// Makes up submissions of any size, the same from the same seed, as a provider's case management system would export them: client by
/// client.
/// </summary>
internal static class Generator
{
    public static readonly Quarter Quarter = new(2025, 1);

    private static readonly string[] ClientGroups = ["homeless", "complex_needs", "young_people"];

    public static Framework Framework { get; } = Load();

    /// <summary>The first of <see cref="Contracts"/>.</summary>
    public static Contract Contract { get; } = FirstContract();

    /// <summary>A register of contracts <c>P-00000</c> and up, ten to a provider.</summary>
    public static void Contracts(Stream stream, int contracts)
    {
        using var text = Text(stream);
        text.WriteLine(string.Join(',', Dataset.Contracts.Columns));
        for (int contract = 0; contract < contracts; contract++)
        {
            text.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{ContractId(contract)},{ProviderId(contract)},Provider {contract / 10},Service "
                + $"{contract},{string.Join(';', ClientGroups)},{Framework.Id},{20_000 + contract % 1000 * 137}.50,2024-04-01,2028-03-31,S-{contract / 10}"));
        }
    }

    public static string ContractId(int contract) => string.Create(CultureInfo.InvariantCulture, $"P-{contract:00000}");

    public static string ProviderId(int contract) => string.Create(CultureInfo.InvariantCulture, $"provider-{contract / 10:0000}");

    /// <summary>Where a contract's file of a dataset is uploaded to.</summary>
    public static string PathOf(int contract, Dataset dataset, Quarter? quarter = null) =>
        $"submissions/{ProviderId(contract)}/{ContractId(contract)}/{quarter ?? Quarter}/{dataset}.csv";

    /// <param name="stream">Written to.</param>
    /// <param name="rows">About five for each client.</param>
    /// <param name="broken">Every how many rows a code is misspelt; 0: never.</param>
    /// <param name="seed">The same gives the same.</param>
    /// <param name="quarter">In which all is; <see cref="Quarter"/> unless given.</param>
    public static void Outcomes(Stream stream, long rows, int seed, int broken = 0, Quarter? quarter = null)
    {
        var firstDay = (quarter ?? Quarter).FirstDay;
        var random = new Random(seed);
        using var text = Text(stream);
        text.WriteLine(string.Join(',', Dataset.Outcomes.Columns));
        var wholes = Framework.Outcomes.Select(o => (Outcome: o.Code, Indicator: "")).ToArray();
        var indicators = Framework.Outcomes.SelectMany(o => o.Indicators.Select(i => (Outcome: o.Code, Indicator: i.Code))).ToArray();
        long row = 0;
        for (int client = 0; row < rows; client++)
        {
            string clientGroup = ClientGroups[random.Next(ClientGroups.Length)];
            bool left = random.Next(4) == 0;
            string last = !left ? ",,," : random.Next(3) > 0
                ? $",{Day(firstDay, random, 61, 90)},," : $",{Day(firstDay, random, 61, 90)},hostel,council_tenancy";
            int first = random.Next(indicators.Length);
            int count = random.Next(1, 10);
            for (int i = 0; i < count && row < rows; i++, row++)
            {
                // Every other need is an outcome as a whole, while there are any.
                var (outcome, indicator) = i % 2 == 0 && i / 2 < wholes.Length
                    ? wholes[(first + i / 2) % wholes.Length] : indicators[(first + i) % indicators.Length];
                text.Write(string.Create(CultureInfo.InvariantCulture,
                    $"C{client:0000000},{clientGroup},{outcome},{indicator},{Day(firstDay, random, 0, 30)},"));
                bool open = !left && random.Next(4) > 0;
                text.Write(random.Next(3) switch
                {
                    _ when broken > 0 && row % broken == broken - 1 => $"done,{Day(firstDay, random, 31, 60)},,",
                    _ when open => "open,,,",
                    0 => $"fully_met,{Day(firstDay, random, 31, 60)},,E{client}-{i}",
                    1 => $"partially_met,{Day(firstDay, random, 31, 60)},client_choice,E{client}-{i}",
                    _ => $"not_met,{Day(firstDay, random, 31, 60)},disengaged,",
                });
                text.WriteLine(last);
            }
        }
    }

    /// <summary>One return: its eight files, of about 50 rows in all but those that have one row a month or area.</summary>
    public static void Return(Dataset dataset, Stream stream, int seed, Quarter? quarter = null)
    {
        const int Rows = 50;
        var firstDay = (quarter ?? Quarter).FirstDay;
        if (dataset == Dataset.Outcomes)
        {
            Outcomes(stream, Rows, seed, quarter: quarter);
            return;
        }

        var random = new Random(seed);
        using var text = Text(stream);
        text.WriteLine(string.Join(',', dataset.Columns));
        for (int i = 0; i < (dataset == Dataset.Hours ? 3 : dataset == Dataset.Quality ? 0 : dataset == Dataset.Feedback ? 20 : Rows); i++)
        {
            text.WriteLine(dataset.Name switch
            {
                "referrals" => i % 4 == 0
                    ? $"R-{i},{Day(firstDay, random, 0, 60)},self,N,waiting,,"
                    : $"R-{i},{Day(firstDay, random, 0, 60)},council,Y,accepted,{Day(firstDay, random, 61, 90)},",
                "evidence" =>
                    $"{Framework.Payment.Elements[i % 2].Code},{Framework.Payment.Elements[i % 2].Kinds[0].Code},EV-{i},{Day(firstDay, random, 0, 90)},1,minutes of the board",
                "hours" => string.Create(CultureInfo.InvariantCulture,
                    $"{firstDay.AddMonths(i):yyyy-MM},120.00,{100 + random.Next(20)}.50"),
                "social-value" => $"social,community lunch,{Day(firstDay, random, 0, 90)},{random.Next(50)},2.5,{random.Next(500)}.00",
                "incidents" => $"I-{i},near_miss,{Day(firstDay, random, 10, 10)},{Day(firstDay, random, 11, 11)},closed",
                "feedback" =>
                    $"{Framework.FeedbackQuestions[i % Framework.FeedbackQuestions.Count].Code},{Day(firstDay, random, i, i)},{20 + random.Next(20)},{random.Next(20)}",
                _ => throw new ArgumentOutOfRangeException(nameof(dataset)),
            });
        }
    }

    private static string Day(DateOnly firstDay, Random random, int from, int to) =>
        firstDay.AddDays(random.Next(from, to + 1)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static StreamWriter Text(Stream stream) => new(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };

    private static Contract FirstContract()
    {
        using var register = new MemoryStream();
        Contracts(register, 1);
        register.Position = 0;
        var frameworks = new Dictionary<string, Framework> { [Framework.Id] = Framework };
        var check = FileCheck.Check(register, Dataset.Contracts.Reader(frameworks, _ => false));
        return new Contract(Quarter, ((ContractList)check.Counts!).Terms);
    }

    private static Framework Load()
    {
        using var json = DeliveredFrameworks.Open("performance");
        return FrameworkFile.Read(json).Framework!;
    }
}
