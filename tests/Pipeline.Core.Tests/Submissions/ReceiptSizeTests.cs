using System.Text;
using Pipeline.Core.Contracts;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Reading;
using Pipeline.Core.Submissions;

namespace Pipeline.Core.Tests.Submissions;

/// <summary>However many errors a file has, its receipt can be opened.</summary>
[Collection("Alone")]
public class ReceiptSizeTests
{
    private const int TwoMegabytes = 2_000_000;

    /// <summary>Each breaks rules of which a finding has much to say: all the codes that would have been right.</summary>
    private static readonly string[] Rows =
    [
        "-,tent,nowhere,x,yesterday,done,tomorrow,because,!,never,tent,tent",
        ",,,,,,,,,,,",
        "C1,homeless,health_and_wellbeing,wellness,2025-04-10,done,2025-05-01,because,E1,,tent,tent",
        "C2,homeless,community,physical_health,2025-04-10,not_met,2025-05-01,,,,,",
        "C3,homeless,community,,2025-04-10,fully_met,,client_choice,,2024-01-01,,",
    ];

    [Fact]
    public void A_receipt_of_a_million_errors_stays_under_two_megabytes()
    {
        var framework = DeliveredFrameworks.Ids.Select(Load).Single(f => f.Id == "performance");
        var contract = new Contract(Examples.Quarter, [Examples.GradedTerm with { Framework = framework.Id, ClientGroups = ["homeless"] }]);
        var text = new StringBuilder(Examples.Header(Dataset.Outcomes)).Append('\n');
        for (int i = 0; i < 250_000; i++)
            text.Append(Rows[i % Rows.Length]).Append('\n');

        var check = FileCheck.Check(
            new MemoryStream(Encoding.UTF8.GetBytes(text.ToString())), Dataset.Outcomes.Reader(framework, contract, Examples.Quarter));

        var (summary, findings) = Receipt.Of(check.Findings);
        var receipt = new Receipt(
            "submissions/acme/HL-001/2025-26-Q1/outcomes", "outcomes.csv", 1, UploadStatus.Rejected, new Sha256(new byte[32]),
            DateTimeOffset.UnixEpoch,
            check.Rows, 0, check.Findings.Errors, check.Findings.Warnings, summary, findings);
        Assert.InRange(check.Findings.Errors, 1_000_000, long.MaxValue);
        Assert.InRange(Length(receipt.WriteJson), 1, TwoMegabytes);
        Assert.InRange(Length(receipt.WriteCsv), 1, TwoMegabytes);
        Assert.Equal(check.Findings.Errors, summary.Sum(r => r.Count));
        Assert.Equal(check.Findings.Errors - findings.Count, summary.Sum(r => r.NotListed));
    }

    private static Framework Load(string id)
    {
        using var json = DeliveredFrameworks.Open(id);
        return FrameworkFile.Read(json).Framework!;
    }

    private static long Length(Action<Stream> write)
    {
        using var stream = new MemoryStream();
        write(stream);
        return stream.Length;
    }
}
