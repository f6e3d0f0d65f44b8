namespace Pipeline.Local.Tests.Commands;

/// <summary>Backups and what comes after them: nothing is paid twice, and nothing is taken in again.</summary>
public sealed class RestoringTests : IDisposable
{
    private const string Q1 = SampleInput.Quarter;

    private readonly TempFolder _temp = new();

    private string Workspace => _temp.At("workspace");

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task Tables_that_are_older_than_the_files_for_finance_are_repaired_before_anything_is_paid()
    {
        SampleInput.Write(_temp.At("input"), SampleInput.All);
        await SayAsync(0, "run", _temp.At("input"));
        await SayAsync(0, "pay", "prepare", Q1, "--by", "Ann Price");
        await SayAsync(0, "pay", "approve", Q1, "1", "--by", "Ben Rees");
        var tables = Directory.EnumerateFiles(Workspace, "tables.db*").ToDictionary(file => file, File.ReadAllBytes);
        await SayAsync(0, "pay", "release", Q1, "1", "--by", "Cat Shaw");
        foreach (string file in Directory.EnumerateFiles(Workspace, "tables.db*"))
            File.Delete(file);
        foreach (var (file, bytes) in tables)
            await File.WriteAllBytesAsync(file, bytes);

        Assert.Contains("payments/2025-26-Q1/ holds the file of run 1, which the ledger does not know as released", await SayAsync(2, "pay", "prepare", Q1, "--by", "Ann Price", "--today", "2025-07-30"), StringComparison.Ordinal);
        string shown = await SayAsync(0, "repair");
        Assert.Contains("£30,500.00", shown, StringComparison.Ordinal);
        Assert.Contains("Next, to enter what agrees: pipeline repair --write", shown, StringComparison.Ordinal);
        Assert.Equal(shown, await SayAsync(0, "repair"));
        Assert.Contains("Entered: 1 run.", await SayAsync(0, "repair", "--write"), StringComparison.Ordinal);
        Assert.Contains("There is nothing to repair", await SayAsync(0, "repair"), StringComparison.Ordinal);
        Assert.Contains("Nothing is due for 2025-26-Q1", await SayAsync(2, "pay", "prepare", Q1, "--by", "Ann Price", "--today", "2025-07-30"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_for_finance_that_do_not_agree_are_told_and_left()
    {
        SampleInput.Write(_temp.At("input"), SampleInput.All);
        await SayAsync(0, "run", _temp.At("input"));
        Directory.CreateDirectory(Path.Join(Workspace, "payments", Q1));
        await File.WriteAllTextAsync(Path.Join(Workspace, "payments", Q1, "run-003.csv"), "payment_id\n");
        Assert.Contains("Run 3 of 2025-26-Q1 has a payment file and no control file", await SayAsync(1, "repair", "--write"), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Join(Workspace, "payments", Q1, "run-003.csv")));
    }

    private async Task<string> SayAsync(int exit, params string[] command)
    {
        var said = await Cli.RunAsync([.. command, "--workspace", Workspace, .. command.Contains("--today") ? Array.Empty<string>() : ["--today", "2025-07-15"]]);
        Assert.Equal(exit, said.Exit);
        return said.Output + said.Error;
    }
}
