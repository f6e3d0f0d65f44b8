using Microsoft.Data.Sqlite;

namespace Pipeline.Local.Tests.Commands;

/// <summary>A workspace of another version is refused with what to do, and what the refusal says to do works.</summary>
public sealed class VersionTests : IDisposable
{
    private const string Q1 = SampleInput.Quarter;
    private const string Confirmations = $"confirmations/{Q1}/july.csv";

    private readonly TempFolder _temp = new();

    private string Old => _temp.At("old");

    private string New => _temp.At("new");

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData(0, "was made by an older version of pipeline")]
    [InlineData(1000, "was made by a newer version of pipeline")]
    public async Task It_is_refused_by_every_command_and_left_as_it_is(int version, string why)
    {
        string input = SampleInput.Write(_temp.At("input"), SampleInput.All);
        await DoneAsync("run", input, "--workspace", Old);
        MakeVersion(version);
        var before = Cli.Bytes(Old);
        foreach (string[] args in (string[][])[["run", input], ["status"], ["pay", "prepare", Q1, "--by", "Ann Price"], ["repair"],
            ["watch"], ["serve", "--port", "0"]])
        {
            var said = await Cli.RunAsync([.. args, "--workspace", Old]);
            Assert.Equal(2, said.Exit);
            Assert.Contains(why, said.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", said.Error, StringComparison.Ordinal);
        }

        Assert.Equal(before, Cli.Bytes(Old));
    }

    [Fact]
    public async Task One_made_beside_an_older_one_carries_on_with_its_payments()
    {
        string input = SampleInput.Write(_temp.At("input"), SampleInput.All);
        await DoneAsync("run", input, "--workspace", Old);
        await DoneAsync("pay", "prepare", Q1, "--by", "Ann Price", "--workspace", Old);
        await DoneAsync("pay", "approve", Q1, "1", "--by", "Ben Rees", "--workspace", Old);
        await DoneAsync("pay", "release", Q1, "1", "--by", "Cat Shaw", "--workspace", Old);
        string payment = (await File.ReadAllLinesAsync(Path.Join(Old, "payments", Q1, "run-001.csv")))[1].Split(',')[0];
        MakeVersion(0);

        await DoneAsync("run", input, "--workspace", New);
        foreach (string folder in (string[])["payments", "runs"])
        {
            foreach (string file in Directory.EnumerateFiles(Path.Join(Old, folder), "*", SearchOption.AllDirectories))
            {
                string copy = Path.Join(New, Path.GetRelativePath(Old, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }
        }

        Assert.Contains("Entered: 1 run.", await DoneAsync("repair", "--write", "--workspace", New), StringComparison.Ordinal);
        SampleInput.Write(input, [new(Confirmations, $"payment_id,status,paid_on,reference\n{payment},failed,2025-07-15,BACS-1\n")]);
        await DoneAsync("run", input, "--workspace", New);

        var prepared = await DoneAsync("pay", "prepare", Q1, "--by", "Ann Price", "--workspace", New);
        Assert.Contains($"Run 2 of {Q1} is prepared: 1 payment", prepared, StringComparison.Ordinal);
    }

    private static async Task<string> DoneAsync(params string[] args)
    {
        var said = await Cli.RunAsync([.. args, "--today", "2025-07-15"]);
        Assert.Equal((0, ""), (said.Exit, said.Exit == 0 ? "" : said.Error));
        return said.Output;
    }

    private void MakeVersion(int version)
    {
        using (var tables = new SqliteConnection($"Data Source={Path.Join(Old, "tables.db")};Pooling=False"))
        {
            tables.Open();
            using var command = tables.CreateCommand();
            command.CommandText = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"PRAGMA user_version = {version}");
            command.ExecuteNonQuery();
        }
    }
}
