using System.Globalization;
using System.Text;
using System.Text.Json;
using Pipeline.Core.Contracts;
using Pipeline.Core.Reading;
using Pipeline.Core.Submissions;
using Pipeline.Core.Tests.Submissions;

namespace Pipeline.Core.Tests.Reading;

/// <summary>A CSV file that a spreadsheet saved as a workbook gives the same counts, and the same cells in its findings.</summary>
public class SavedAsWorkbookTests
{
    /// <summary>CSV in UTF-8 as spreadsheets in the UK read it: the last is whether what looks like a date becomes one.</summary>
    private const string Typed = "Text - txt - csv (StarCalc):44,34,76,1,,2057,false,true",
        AsText = "Text - txt - csv (StarCalc):44,34,76,1,1/2/2/2/3/2/4/2/5/2/6/2/7/2/8/2/9/2/10/2/11/2/12/2/13/2,2057,false,false";

    /// <summary>What no workbook can have: broken text, uneven rows, and lines without any value, which end a sheet.</summary>
    private static readonly string[] NotInWorkbooks = ["FIL-", "CSV-", "PER-001"];

    [LibreOfficeFact]
    public void A_file_that_breaks_a_rule_breaks_it_in_the_same_cell()
    {
        var files = RuleExamples.All.Where(e => !NotInWorkbooks.Any(e.Rule.Id.StartsWith))
            .SelectMany(e => new[] { (Name: e.Rule.Id, e.Dataset, e.Contract, Bytes: e.Broken), (Name: e.Rule.Id + "-not", e.Dataset,
                e.Contract, Bytes: e.NearMiss) }).ToList();

        var workbooks = Saved(files.Select(f => (f.Name, f.Bytes)), AsText);

        Assert.All(files, file => AssertSame(file.Dataset, file.Contract, file.Bytes, workbooks[file.Name]));
    }

    [LibreOfficeFact]
    public void Dates_and_numbers_that_the_spreadsheet_made_of_it_are_read_as_they_were_typed()
    {
        var files = Enumerable.Range(0, 60)
            .Select(seed => (Name: seed.ToString("000", CultureInfo.InvariantCulture), Of: Generated(new Random(seed)))).ToList();

        var workbooks = Saved(files.Select(f => (f.Name, Encoding.UTF8.GetBytes(f.Of.Csv))), Typed);

        Assert.All(files, file => AssertSame(file.Of.Dataset, null, Encoding.UTF8.GetBytes(file.Of.Csv), workbooks[file.Name]));
        Assert.Contains(files, file => Examples.CheckText(file.Of.Dataset, file.Of.Csv).IsAccepted);
        Assert.Contains(files, file => Examples.CheckText(file.Of.Dataset, file.Of.Csv).Findings.Errors > 20);
    }

    private static void AssertSame(Dataset dataset, Contract? contract, byte[] csv, byte[] workbook)
    {
        var expected = Examples.CheckBytes(dataset, csv, contract);
        var actual = FileCheck.CheckWorkbook(new MemoryStream(workbook), Examples.Reader(dataset, contract));
        Assert.Equal(expected.Found(), actual.Found());
        Assert.Equal(expected.Rows, actual.Rows);
        Assert.Equal(JsonSerializer.Serialize(expected.Counts, CoreJson.Options),
            JsonSerializer.Serialize(actual.Counts, CoreJson.Options));
    }

    private static Dictionary<string, byte[]> Saved(IEnumerable<(string Name, byte[] Csv)> files, string how)
    {
        string folder = Directory.CreateTempSubdirectory("pipeline-sheets-").FullName;
        try
        {
            foreach (var (name, csv) in files)
                File.WriteAllBytes(Path.Join(folder, name + ".csv"), csv);
            LibreOffice.Convert(folder, "csv", "xlsx", how);
            return Directory.GetFiles(folder, "*.xlsx").ToDictionary(path => Path.GetFileNameWithoutExtension(path), File.ReadAllBytes);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Rows of which some values are wrong, in forms that a spreadsheet keeps, right or as a date or number.</summary>
    private static (Dataset Dataset, string Csv) Generated(Random random)
    {
        bool isRight = random.Next(3) == 0;
        var rows = new StringBuilder();
        for (int row = 0, rowCount = random.Next(0, 40); row < rowCount; row++)
        {
            if (random.Next(2) == 0 && random.Next(10) == 0 && row > 0 && !isRight)
                rows.Append("R-0,2025-04-01,council,N,accepted,2025-04-09,\n");
            int received = random.Next(0, 60);
            bool waits = random.Next(3) == 0;
            bool failed = !waits && random.Next(3) == 0;
            rows.AppendJoin(',',
                Or($"R-{row}", "", "two words", "12345678", "R–1"),
                Or(Day(received), "", "2025-02-30", "31/06/2025", "1234.5", "tomorrow", "45777"),
                Or(random.Next(2) == 0 ? "council" : "Self", "", "nobody", "7"),
                Or(random.Next(2) == 0 ? "Y" : "n", "", "maybe", "1"),
                Or(waits ? "waiting" : failed ? "unsuccessful" : "accepted", "", "lost"),
                Or(waits ? "" : Day(received + random.Next(0, 20)), "2025-01-01", "never", "2025-12-01"),
                Or(failed ? "no_vacancy" : "", "no reason", "not eligible")).Append('\n');
        }

        return (Dataset.Referrals, Examples.Header(Dataset.Referrals) + "\n" + rows);

        string Or(string right, params string[] wrong) => isRight || random.Next(6) > 0 ? right : wrong[random.Next(wrong.Length)];

        string Day(int days) => new DateOnly(2025, 4, 1).AddDays(days)
            .ToString(random.Next(2) == 0 ? "yyyy-MM-dd" : "dd/MM/yyyy", CultureInfo.InvariantCulture);
    }
}
