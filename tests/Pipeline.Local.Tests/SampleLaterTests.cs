using System.Text.Json;
using Pipeline.Local.Tests.Commands;

namespace Pipeline.Local.Tests;

/// <summary>What <c>sample-data/later</c> shows: what comes after the first payment.</summary>
public sealed class SampleLaterTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task One_payment_fails_and_is_paid_after_all_another_is_returned_and_a_lost_digit_is_held()
    {
        await RunAsync("2025-10-20", "run", SampleRun.Folder);
        await RunAsync("2025-10-27", "pay", "prepare", "2025-26-Q1", "--by", "Ann Price");
        await RunAsync("2025-10-27", "pay", "approve", "2025-26-Q1", "1", "--by", "Ben Rees");
        await RunAsync("2025-10-27", "pay", "release", "2025-26-Q1", "1", "--by", "Ann Price");
        await RunAsync("2025-11-17", "run", Path.Join(SampleRun.Folder, "later"));

        await RunAsync("2025-11-17", "export", _temp.At("tables"));
        string[] payments = await File.ReadAllLinesAsync(_temp.At("tables/payments.csv"));
        Assert.Contains("returned", Assert.Single(payments, row => row.Contains("YP-001-2025-26-Q1-core-r001", StringComparison.Ordinal)),
            StringComparison.Ordinal);
        Assert.Matches(",paid,.*2025-11-03",
            Assert.Single(payments, row => row.Contains("DA-002-2025-26-Q1-core-r001", StringComparison.Ordinal)));

        Assert.Matches(@"1 +released +20 .* 3 +0 +1 *\n", await RunAsync("2025-11-17", "pay", "status", "2025-26-Q1"));

        // What was returned is due again, and nothing else.
        Assert.Contains("1 payment, £22,500.00 in all", await RunAsync("2025-11-17", "pay", "prepare", "2025-26-Q1", "--by", "Ann Price"),
            StringComparison.Ordinal);
        using var held = JsonDocument.Parse(await RunAsync("2025-11-17", "changes", "--json"));
        var change = Assert.Single(held.RootElement.GetProperty("held").EnumerateArray());
        Assert.Equal("reference/contracts", change.GetProperty("place").GetString());
        Assert.Equal(["HL-001", "HL-001"], change.GetProperty("changes").EnumerateArray()
            .Select(c => c.GetProperty("contract").GetString()));
    }

    private async Task<string> RunAsync(string today, params string[] command)
    {
        var ran = await Cli.RunAsync([.. command, "--workspace", _temp.At("workspace"),
            .. command[0] == "export" ? Array.Empty<string>() : ["--today", today]]);
        Assert.Equal((string.Join(' ', command), 0), (string.Join(' ', command), ran.Exit));
        return ran.Output;
    }
}
