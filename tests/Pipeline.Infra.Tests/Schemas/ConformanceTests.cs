using System.Text;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Submissions;
using Pipeline.Infra.Tests.Tools;

namespace Pipeline.Infra.Tests.Schemas;

/// <summary>
/// The schemas of the conformance kit, by the library of their standard: it takes what the reader takes, and refuses what a schema can say
/// is wrong.
/// </summary>
public sealed class ConformanceTests
{
    [Fact]
    public void The_library_of_the_standard_takes_the_schemas_and_every_valid_file()
    {
        var files = DeliveredFrameworks.Ids.SelectMany(id => Files(id, "valid-one-row", "valid-nothing-to-report")).ToList();
        Assert.True(files.Count >= 2 * 7 * DeliveredFrameworks.Ids.Count);
        Assert.Empty(Checker.TableSchema(files));
    }

    [Theory]
    [InlineData("outcomes/invalid-client_ref-missing")]
    [InlineData("outcomes/invalid-client_ref-with-space")]
    [InlineData("outcomes/invalid-outcome-unknown-code")]
    [InlineData("outcomes/invalid-need_identified_on-serial-number")]
    [InlineData("outcomes/invalid-column-missing")]
    [InlineData("hours/invalid-month-in-words")]
    [InlineData("hours/invalid-delivered_hours-with-pound-sign")]
    [InlineData("referrals/invalid-joint-in-words")]
    [InlineData("incidents/invalid-kind-unknown-code")]
    public void The_library_of_the_standard_refuses_what_a_schema_can_say_is_wrong(string file) =>
        Assert.NotEmpty(Checker.TableSchema(Files("performance", file.Split('/')[1])
            .Where(text => text.Name == $"performance/{file}.csv")));

    [Fact]
    public void The_library_of_the_standard_refuses_a_schema_that_is_none() =>
        Assert.NotEmpty(Checker.TableSchema([new CheckedText("broken", "a", """{"fields":[{"name":"a","type":"no such type"}]}""")]));

    [Fact]
    public void A_reader_of_CSV_on_the_Web_reads_every_column_of_a_valid_file_by_its_datatype()
    {
        var files = DeliveredFrameworks.Ids
            .SelectMany(id => FilesOnTheWeb(id, "valid-one-row", "valid-other-order", "valid-nothing-to-report")).ToList();
        Assert.True(files.Count >= 3 * 7 * DeliveredFrameworks.Ids.Count);
        Assert.Empty(Checker.CsvOnTheWeb(files));
    }

    [Theory]
    [InlineData("hours/invalid-semicolons")]
    [InlineData("outcomes/invalid-row-uneven")]
    [InlineData("outcomes/invalid-need_identified_on-serial-number")]
    [InlineData("outcomes/invalid-result_on-month-first")]
    [InlineData("hours/invalid-month-in-words")]
    [InlineData("hours/invalid-delivered_hours-with-pound-sign")]
    [InlineData("social-value/invalid-beneficiaries-with-point")]
    public void A_reader_of_CSV_on_the_Web_finds_columns_and_values_that_are_others(string file) =>
        Assert.NotEmpty(Checker.CsvOnTheWeb(
            FilesOnTheWeb("performance", file.Split('/')[1]).Where(text => text.Name == $"performance/{file}.csv")));

    private static IEnumerable<CheckedText> Files(string id, params string[] names) => Files(id, ".schema.json", names);

    private static IEnumerable<CheckedText> FilesOnTheWeb(string id, params string[] names) => Files(id, ".csv-metadata.json", names);

    private static IEnumerable<CheckedText> Files(string id, string schema, string[] names)
    {
        using var json = DeliveredFrameworks.Open(id);
        var kit = ConformanceKit.Files(FrameworkFile.Read(json).Framework!)
            .ToDictionary(file => file.Path, file => Encoding.UTF8.GetString(file.Content));
        return
        [
            .. from path in kit.Keys
               where path.EndsWith(".csv", StringComparison.Ordinal) && names.Contains(Path.GetFileNameWithoutExtension(path))
               let dataset = path.Split('/')[0]
               select new CheckedText($"{id}/{path}", kit[path], kit[$"{dataset}/{dataset}{schema}"]),
        ];
    }
}
