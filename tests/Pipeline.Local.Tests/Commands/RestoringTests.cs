using Pipeline.Local.Stores;

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

        foreach (string[] asked in new[] { new[] { "pay", "status", Q1 }, ["pay", "status", Q1, "1"] })
        {
            string status = await SayAsync(0, [.. asked, "--today", "2025-07-16"]);
            Assert.Contains("rebuild the tables from the files first: pipeline repair", status, StringComparison.Ordinal);
            Assert.DoesNotContain("Next", status, StringComparison.Ordinal);
        }

        string refused = await SayAsync(2, "pay", "prepare", Q1, "--by", "Ann Price", "--today", "2025-07-30");
        Assert.Contains("payments/2025-26-Q1/ holds the file of run 1, which the ledger does not know as released", refused,
            StringComparison.Ordinal);
        Assert.EndsWith("rebuild the tables from the files first: pipeline repair", refused.TrimEnd(), StringComparison.Ordinal);
        Directory.CreateDirectory(_temp.At("later", "confirmations", Q1));
        string paid = (await File.ReadAllLinesAsync(Path.Join(Workspace, "payments", Q1, "run-001.csv")))[1].Split(',')[0];
        await File.WriteAllTextAsync(Path.Join(_temp.At("later"), "confirmations", Q1, "july.csv"),
            $"payment_id,status,paid_on,reference\n{paid},failed,2025-07-21,BACS-1\n");
        string waiting = await SayAsync(3, "run", _temp.At("later"), "--today", "2025-07-30");
        Assert.Contains("1 file could not be taken in yet", waiting, StringComparison.Ordinal);
        Assert.Contains($"confirmations/{Q1}/", waiting, StringComparison.Ordinal);
        string shown = await SayAsync(0, "repair");
        Assert.Contains("£30,500.00", shown, StringComparison.Ordinal);
        Assert.Contains("Next, to enter what agrees: pipeline repair --write", shown, StringComparison.Ordinal);
        Assert.Equal(shown, await SayAsync(0, "repair"));
        Assert.Contains("Entered: 1 run.", await SayAsync(0, "repair", "--write"), StringComparison.Ordinal);
        Assert.Contains("There is nothing to repair", await SayAsync(0, "repair"), StringComparison.Ordinal);
        foreach (string[] asked in new[] { new[] { "pay", "status", Q1 }, ["pay", "status", Q1, "1"] })
            Assert.Contains("what came since has not all been taken in yet", await SayAsync(0, asked), StringComparison.Ordinal);
        Assert.Contains("what came since has not all been taken in yet",
            await SayAsync(2, "pay", "prepare", Q1, "--by", "Ann Price", "--today", "2025-07-30"), StringComparison.Ordinal);
        await SayAsync(0, "run", "--today", "2025-07-30");
        Assert.Contains("is prepared: 1 payment", await SayAsync(0, "pay", "prepare", Q1, "--by", "Ann Price", "--today", "2025-07-30"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workspace_that_lost_its_tables_says_so_and_what_makes_new_ones_pays_nothing_again()
    {
        SampleInput.Write(_temp.At("input"), SampleInput.All);
        await SayAsync(0, "run", _temp.At("input"));
        await SayAsync(0, "pay", "prepare", Q1, "--by", "Ann Price");
        await SayAsync(0, "pay", "approve", Q1, "1", "--by", "Ben Rees");
        await SayAsync(0, "pay", "release", Q1, "1", "--by", "Cat Shaw");
        foreach (string file in Directory.EnumerateFiles(Workspace, "tables.db*"))
            File.Delete(file);
        foreach (string[] command in new[] { new[] { "pay", "status" }, ["pay", "prepare", Q1, "--by", "Ann Price"], ["repair"] })
            Assert.Contains("has lost its tables, tables.db; its files are there.", await SayAsync(2, command), StringComparison.Ordinal);

        await SayAsync(3, "run", _temp.At("input"));
        await SayAsync(0, "repair", "--write");
        await SayAsync(0, "run", _temp.At("input"));
        Assert.Contains("Nothing is due for 2025-26-Q1", await SayAsync(2, "pay", "prepare", Q1, "--by", "Ann Price"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_for_finance_that_do_not_agree_are_told_and_left()
    {
        SampleInput.Write(_temp.At("input"), SampleInput.All);
        await SayAsync(0, "run", _temp.At("input"));
        Directory.CreateDirectory(Path.Join(Workspace, "payments", Q1));
        await File.WriteAllTextAsync(Path.Join(Workspace, "payments", Q1, "run-003.csv"), "payment_id\n");
        Assert.Contains("Run 3 of 2025-26-Q1 has a payment file and no control file", await SayAsync(1, "repair", "--write"),
            StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Join(Workspace, "payments", Q1, "run-003.csv")));
    }

    [Fact]
    public async Task A_restored_workspace_takes_nothing_in_again_and_pays_nothing_again()
    {
        SampleInput.Write(_temp.At("input"), SampleInput.All);
        await SayAsync(0, "run", _temp.At("input"));
        await SayAsync(0, "pay", "prepare", Q1, "--by", "Ann Price");
        Assert.Contains("Backed up: the tables and", await SayAsync(0, "backup", _temp.At("backup")), StringComparison.Ordinal);
        await SayAsync(0, "pay", "approve", Q1, "1", "--by", "Ben Rees");
        await SayAsync(0, "pay", "release", Q1, "1", "--by", "Cat Shaw");
        Assert.Contains("There is a workspace at", await SayAsync(2, "restore", _temp.At("backup")), StringComparison.Ordinal);

        Assert.Contains("Finance has 1 run of which these tables know nothing. Next: pipeline repair",
            await SayAsync(0, "restore", _temp.At("backup"), "--replace"), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Join(Workspace, "tables.db.replaced-1")));
        await SayAsync(0, "repair", "--write");
        foreach (string file in Directory.EnumerateFiles(Path.Join(Workspace, "submissions"), "*.csv", SearchOption.AllDirectories))
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow);
        var versions = Directory.EnumerateFiles(Path.Join(Workspace, "receipts"), "*", SearchOption.AllDirectories).Order().ToList();
        await SayAsync(0, "run", _temp.At("input"));
        Assert.Equal(versions, Directory.EnumerateFiles(Path.Join(Workspace, "receipts"), "*", SearchOption.AllDirectories).Order());
        Assert.Contains("Nothing is due for 2025-26-Q1", await SayAsync(2, "pay", "prepare", Q1, "--by", "Ann Price"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_sent_since_the_backup_stays_and_is_taken_in()
    {
        SampleInput.Write(_temp.At("input"), SampleInput.All);
        await SayAsync(0, "run", _temp.At("input"));
        await SayAsync(0, "backup", _temp.At("backup"));
        string sent = Directory.EnumerateFiles(Path.Join(Workspace, "submissions"), "hours.csv", SearchOption.AllDirectories).First();
        const string newer = "month,commissioned_hours,delivered_hours\n2025-04,100.00,97.50\n";
        await File.WriteAllTextAsync(sent, newer);

        await SayAsync(0, "restore", _temp.At("backup"), "--replace");
        Assert.Equal(newer, await File.ReadAllTextAsync(sent));
        Assert.Contains("1  accepted, 1 row", await SayAsync(0, "run"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_restored_under_somebody_who_has_the_tables_open()
    {
        SampleInput.Write(_temp.At("input"), SampleInput.All);
        await SayAsync(0, "run", _temp.At("input"));
        await SayAsync(0, "backup", _temp.At("backup"));
        using (var serving = new SqliteTableStore(Path.Join(Workspace, "tables.db")))
        {
            Assert.Contains("End it first.", await SayAsync(2, "restore", _temp.At("backup"), "--replace"), StringComparison.Ordinal);
            Assert.Empty(Directory.EnumerateFiles(Workspace, "*.replaced-*"));
            await SayAsync(0, "status");
        }

        await SayAsync(0, "restore", _temp.At("backup"), "--replace");
    }

    [Fact]
    public async Task A_backup_is_restored_elsewhere_as_it_was()
    {
        SampleInput.Write(_temp.At("input"), SampleInput.All);
        await SayAsync(0, "run", _temp.At("input"));
        string status = await SayAsync(0, "pay", "status");
        await SayAsync(0, "backup", _temp.At("backup"));
        Assert.Contains("There is something in", await SayAsync(2, "backup", _temp.At("backup")), StringComparison.Ordinal);
        Assert.Contains("A backup within the workspace is lost with it.", await SayAsync(2, "backup", Path.Join(Workspace, "backup")),
            StringComparison.Ordinal);
        Directory.Delete(Workspace, recursive: true);
        await SayAsync(0, "restore", _temp.At("backup"));
        await SayAsync(0, "run");
        Assert.Equal(status, await SayAsync(0, "pay", "status"));
    }

    [Fact]
    public async Task A_folder_that_no_backup_was_made_in_is_not_restored()
    {
        Directory.CreateDirectory(_temp.At("half"));
        await File.WriteAllTextAsync(_temp.At("half/tables.db"), "");
        Assert.Contains("is no backup, or its making was interrupted", await SayAsync(2, "restore", _temp.At("half")),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 2)]
    [InlineData("not a database, but as long as one header of it would be; nothing of it can be read, and nobody wants it", 3)]
    public async Task Tables_of_a_backup_that_cannot_be_read_take_no_others_place(string tables, int exit)
    {
        SampleInput.Write(_temp.At("input"), SampleInput.All);
        await SayAsync(0, "run", _temp.At("input"));
        string status = await SayAsync(0, "pay", "status");
        await SayAsync(0, "backup", _temp.At("backup"));
        await File.WriteAllTextAsync(_temp.At("backup/tables.db"), tables);
        await SayAsync(exit, "restore", _temp.At("backup"), "--replace");
        Assert.Equal(status, await SayAsync(0, "pay", "status"));
    }

    private async Task<string> SayAsync(int exit, params string[] command)
    {
        var said = await Cli.RunAsync([.. command, "--workspace", Workspace,
            .. command.Contains("--today") ? Array.Empty<string>() : ["--today", "2025-07-15"]]);
        Assert.Equal(exit, said.Exit);
        return said.Output + said.Error;
    }
}
