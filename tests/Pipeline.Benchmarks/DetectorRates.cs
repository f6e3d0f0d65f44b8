using System.Globalization;
using System.Text;
using Pipeline.Core;
using Pipeline.Core.Contracts;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Reading;
using Pipeline.Core.Submissions;

namespace Pipeline.Benchmarks;

/// <param name="What">A kind of value, as a person would call it.</param>
/// <param name="Looked">How many were looked at.</param>
/// <param name="Wrong">Of how many the detector said the wrong thing.</param>
public sealed record DetectorRate(string What, int Looked, long Wrong)
{
    public double Share => (double)Wrong / Looked;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"| {What} | {Looked:N0} | {100 * Share:0.###} % |");
}

/// <summary>
/// How often the detector of personal data errs (docs/personal-data.md): made-up values, the same in every run, through the check that
/// takes files in. Personal data is what a rule of its own finds; other rules do not count.
/// </summary>
public static class DetectorRates
{
    private const int Seed = 19, FilesOfAlarms = 1_000, RowsOfAFile = 100, Misses = 5_000;
    private const string Base36 = "0123456789abcdefghijklmnopqrstuvwxyz", Hex = "0123456789abcdef", InwardLetters = "ABDEFGHJLNPQRSTUWXYZ";
    private static readonly string[] Areas = ["B", "M", "L", "E", "SW", "EC", "LS", "CV", "WV", "NE", "BS", "CF", "OX", "DY", "WS"];
    private static readonly Quarter Quarter = new(2025, 1);

    /// <summary>References that say nothing about a person, by kind.</summary>
    public static IReadOnlyList<DetectorRate> FalseAlarms() =>
    [
        Alarms("a UUID", random => new Guid(Bytes(random)).ToString()),
        Alarms("ten digits", random => Of("0123456789", 10, random)),
        Alarms("a counter of ten digits with noughts before it",
            random => random.Next(10_000_000).ToString("0000000000", CultureInfo.InvariantCulture)),
        Alarms("letters and ten digits, such as HL1234567890", random => "HL" + Of("0123456789", 10, random)),
        Alarms("base 36, 10 characters", random => Of(Base36, 10, random)),
        Alarms("base 36, 10 capitals", random => Of(Base36, 10, random).ToUpperInvariant()),
        Alarms("base 36, 6 characters", random => Of(Base36, 6, random)),
        Alarms("hexadecimal, 8 characters", random => Of(Hex, 8, random)),
        Alarms("hexadecimal, 12 characters", random => Of(Hex, 12, random)),
        Alarms("hexadecimal, 32 characters", random => Of(Hex, 32, random)),
        Alarms("a day and a number, such as EV-20250612-01", random =>
            $"EV-{Day(random, new DateOnly(2015, 1, 1), 7_000):yyyyMMdd}-{random.Next(100):00}"),
        Alarms("a year and a number, such as 2025-26-0042", random => $"2025-26-{random.Next(10_000):0000}"),
    ];

    /// <summary>References that are refused oftener than one in a thousand, since the form is that of something about a person.</summary>
    public static IReadOnlyList<DetectorRate> KnownAlarms() =>
    [
        Alarms("base 36, 6 capitals, some of them like the postcode B11BB", random => Of(Base36, 6, random).ToUpperInvariant()),
        Alarms("eleven digits, some of them like the telephone number 07700900123", random => Of("0123456789", 11, random)),
    ];

    /// <summary>What says something about a person, by kind and way of writing, within a text.</summary>
    public static IReadOnlyList<DetectorRate> MissedInText() =>
    [
        Missed("NHS number, in one piece", Nhs),
        Missed("NHS number, 943 476 5919", random => Grouped(Nhs(random), 3, 3, 4)),
        Missed("NHS number, in pairs", random => Pairs(Nhs(random))),
        Missed("NHS number, digit by digit", random => Singles(Nhs(random))),
        Missed("NHS number, full-width digits", random => In('０', Nhs(random))),
        Missed("NHS number, Arabic digits", random => In('٠', Nhs(random))),
        Missed("NHS number, with zero-width characters", random => ZeroWidth(Nhs(random))),
        Missed("telephone number, in one piece", Mobile),
        Missed("telephone number, 07700 900123", random => Grouped(Mobile(random), 5, 6)),
        Missed("telephone number, +44 (0)7700 900123", random => $"+44 (0){Grouped(Mobile(random)[1..], 4, 6)}"),
        Missed("telephone number, 07-479 900123", random => Mobile(random) is var number
            ? $"{number[..2]}-{number[2..5]} {number[5..]}" : ""),
        Missed("telephone number, in pairs", random => Pairs(Mobile(random))),
        Missed("telephone number, digit by digit", random => Singles(Mobile(random))),
        Missed("telephone number, full-width digits", random => In('０', Mobile(random))),
        Missed("telephone number, Arabic digits", random => In('٠', Mobile(random))),
        Missed("telephone number, with zero-width characters", random => ZeroWidth(Mobile(random))),
        Missed("postcode, capitals", random => Postcode(random)),
        Missed("postcode, small letters", random => Postcode(random).ToLowerInvariant()),
        Missed("postcode, small letters in one piece", random =>
            Postcode(random).ToLowerInvariant().Replace(" ", "", StringComparison.Ordinal)),
        Missed("National Insurance number", random => NationalInsurance(random)),
        Missed("National Insurance number, in pairs", random => Pairs(NationalInsurance(random))),
        Missed("National Insurance number without its last letter", random => NationalInsurance(random)[..8]),
        Missed("National Insurance number without its last letter, in pairs", random => Pairs(NationalInsurance(random)[..8])),
        Missed("e-mail address", random => Mail(random, "@")),
        Missed("e-mail address, with spaces", random => Mail(random, " @ ")),
        Missed("date of birth, 31/01/1980", random => Born(random, "dd/MM/yyyy")),
        Missed("date of birth, 31 01 1980", random => Born(random, "dd MM yyyy")),
        Missed("date of birth, 31 January 1980", random => Born(random, "d MMMM yyyy")),
    ];

    /// <summary>The same in references, where a provider's own schemes look much alike.</summary>
    public static IReadOnlyList<DetectorRate> MissedInReferences() =>
    [
        Missed("NHS number", Nhs, isReference: true),
        Missed("NHS number, 943-476-5919", random => Grouped(Nhs(random), 3, 3, 4).Replace(' ', '-'), isReference: true),
        Missed("telephone number", Mobile, isReference: true),
        Missed("telephone number, 07-479-900123", random => Mobile(random) is var number
            ? $"{number[..2]}-{number[2..5]}-{number[5..]}" : "", isReference: true),
        Missed("postcode, B1-1BB", random => Postcode(random).Replace(' ', '-'), isReference: true),
        Missed("postcode in one piece", random => Postcode(random).Replace(" ", "", StringComparison.Ordinal), isReference: true),
        Missed("postcode in one piece and small letters", random =>
            Postcode(random).Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant(), isReference: true),
        Missed("National Insurance number", NationalInsurance, isReference: true),
        Missed("National Insurance number without its last letter", random => NationalInsurance(random)[..8], isReference: true),
        Missed("date of birth, JS-1980-01-31", random => $"JS-{Born(random, "yyyy-MM-dd")}", isReference: true),
        Missed("date of birth, JS310180", random => $"JS{Born(random, "ddMMyy")}", isReference: true),
    ];

    /// <summary>All of it in Markdown, as the page has it.</summary>
    public static string Table()
    {
        var text = new StringBuilder();
        Add("False alarms: references of", FalseAlarms());
        Add("Refused for their form: references of", KnownAlarms());
        Add("Missed in a text", MissedInText());
        Add("Missed in a reference", MissedInReferences());
        return text.ToString().TrimEnd('\n') + "\n";

        void Add(string heading, IEnumerable<DetectorRate> rates)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {heading} | tried | rate |\n|---|---:|---:|\n");
            foreach (var rate in rates)
                text.Append(CultureInfo.InvariantCulture, $"{rate}\n");
            text.Append('\n');
        }
    }

    private static DetectorRate Alarms(string what, Func<Random, string> reference)
    {
        var random = new Random(Seed);
        long wrong = 0;
        for (int file = 0; file < FilesOfAlarms; file++)
            wrong += Found(Enumerable.Range(0, RowsOfAFile).Select(_ => (reference(random), "minutes")));
        return new DetectorRate(what, FilesOfAlarms * RowsOfAFile, wrong);
    }

    private static DetectorRate Missed(string what, Func<Random, string> value, bool isReference = false)
    {
        var random = new Random(Seed);
        long found = Found(Enumerable.Range(0, Misses)
            .Select(n => isReference ? (value(random), "minutes") : ($"E-{n}", $"about {value(random)} today")));
        return new DetectorRate(what, Misses, Misses - found);
    }

    /// <summary>In how many rows of a file of evidence something about a person was found: one value in each could be.</summary>
    private static long Found(IEnumerable<(string Reference, string Description)> rows)
    {
        var framework = DeliveredFrameworks.Ids.Select(id => FrameworkFile.Read(DeliveredFrameworks.Open(id)).Framework!).First();
        var term = new Term(
            ContractId.Parse("HL-001"), ProviderId.Parse("acme"), "Acme", "Support", [framework.ClientGroups[0].Code], framework.Id,
            new Money(0), Quarter.FirstDay, Quarter.LastDay, "SUP-1");
        var element = framework.Payment.Elements[0];
        var file = new StringBuilder(string.Join(',', Dataset.Evidence.Columns.Select(c => c.Name)) + "\n");
        foreach (var (reference, description) in rows)
            file.Append(CultureInfo.InvariantCulture, $"{element.Code},{element.Kinds[0].Code},{reference},2025-05-01,1,{description}\n");
        using var bytes = new MemoryStream(Encoding.UTF8.GetBytes(file.ToString()));
        return FileCheck.Check(bytes, Dataset.Evidence.Reader(framework, new Contract(Quarter, [term]), Quarter)).Findings.ByRule.Where(
            count => count.Rule.IsPersonalData).Sum(count => count.Total);
    }

    private static byte[] Bytes(Random random)
    {
        byte[] bytes = new byte[16];
        random.NextBytes(bytes);
        return bytes;
    }

    private static string Of(string characters, int length, Random random) => string.Create(length, random, (text, from) =>
    {
        foreach (ref char c in text)
            c = characters[from.Next(characters.Length)];
    });

    private static DateOnly Day(Random random, DateOnly first, int days) => first.AddDays(random.Next(days));

    private static string Born(Random random, string format) =>
        Day(random, new DateOnly(1940, 1, 1), 25_000).ToString(format, CultureInfo.InvariantCulture);

    /// <summary>Of the ranges that are given out, with its check digit.</summary>
    private static string Nhs(Random random)
    {
        while (true)
        {
            string nine = Of("467", 1, random) + Of("0123456789", 8, random);
            int check = (11 - (nine.Select((digit, place) => (digit - '0') * (10 - place)).Sum() % 11)) % 11;
            if (check < 10)
                return nine + check.ToString(CultureInfo.InvariantCulture);
        }
    }

    private static string Mobile(Random random) => "07" + Of("45789", 1, random) + Of("0123456789", 8, random);

    private static string Postcode(Random random) =>
        $"{Areas[random.Next(Areas.Length)]}{random.Next(1, 30)} {random.Next(10)}{Of(InwardLetters, 2, random)}";

    private static string NationalInsurance(Random random) =>
        Of("ABCEHJ", 1, random) + Of("ABCEHJLMPRSTWXY", 1, random) + Of("0123456789", 6, random) + Of("ABCD", 1, random);

    private static string Mail(Random random, string at) =>
        $"{Of("abcdefghij", 6, random)}{at}{Of("klmnopqrst", 8, random)}.{(random.Next(2) == 0 ? "org.uk" : "com")}";

    private static string Grouped(string text, params int[] lengths)
    {
        int from = 0;
        return string.Join(' ', lengths.Select(length => text.Substring((from += length) - length, length)));
    }

    private static string Pairs(string text) => string.Join(' ', text.Chunk(2).Select(pair => new string(pair)));

    private static string Singles(string text) => string.Join(' ', text.ToCharArray());

    private static string In(char nought, string digits) => string.Concat(digits.Select(digit => (char)(nought + (digit - '0'))));

    private static string ZeroWidth(string digits) => digits.Insert(5, "\u200B").Insert(3, "\u200D");
}
