using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Submissions;

namespace Pipeline.Core.Tests.Submissions;

/// <summary>What a schema says of a column is what the reader takes.</summary>
public class DatasetSchemaTests
{
    public static TheoryData<string, string> All
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (string id in DeliveredFrameworks.Ids)
            {
                foreach (var dataset in WorkbookTemplate.DatasetsOf(Delivered(id)))
                    all.Add(id, dataset.Name);
            }

            return all;
        }
    }

    [Theory, MemberData(nameof(All))]
    public void Takes_the_example_that_the_reader_takes(string id, string name)
    {
        var (framework, dataset) = (Delivered(id), (ReturnDataset)Dataset.Find(name)!);
        var row = ExampleRow.Of(dataset, framework, null)!;

        var fields = DatasetSchema.Frictionless(dataset, framework)["fields"]!.AsArray();
        var columns = DatasetSchema.CsvOnTheWeb(dataset, framework)["tableSchema"]!["columns"]!.AsArray();

        Assert.Equal(dataset.Columns.Select(c => c.Name), fields.Select(f => (string)f!["name"]!));
        Assert.Equal(dataset.Columns.Select(c => c.Name), columns.Select(c => (string)c!["titles"]!));
        Assert.All(row.Zip(fields), cell => Assert.True(IsTaken(cell.First, cell.Second!["constraints"]!.AsObject()),
            (string)cell.Second["name"]!));
        Assert.All(row.Zip(columns), cell => Assert.True(
            cell.First.Length == 0 ? !(bool)cell.Second!["required"]! : Matches(cell.First, cell.Second!["datatype"]!),
            (string)cell.Second!["name"]!));
    }

    [Fact]
    public void Lists_the_codes_of_the_framework_and_says_what_is_required()
    {
        var fields = DatasetSchema.Frictionless(Dataset.Referrals, Examples.Graded)["fields"]!.AsArray();

        Assert.Equal(Examples.Graded.ReferralRoutes.Select(r => r.Code),
            fields[2]!["constraints"]!["enum"]!.AsArray().Select(c => (string)c!));
        Assert.True((bool)fields[0]!["constraints"]!["required"]!);
        Assert.Null(fields[5]!["constraints"]!["required"]);
        Assert.Equal("date", (string)fields[1]!["type"]!);
    }

    private static bool IsTaken(string value, JsonObject constraints) => value.Length == 0
        ? constraints["required"] is null
        : (constraints["enum"] is not JsonArray codes || codes.Any(code => (string)code! == value))
            && (constraints["pattern"] is null || Regex.IsMatch(value, $"\\A(?:{constraints["pattern"]})\\z"));

    private static bool Matches(string value, JsonNode datatype) =>
        (string)datatype["base"]! != "string" || datatype["format"] is null || Regex.IsMatch(value, $"\\A(?:{datatype["format"]})\\z");

    private static Framework Delivered(string id)
    {
        using var json = DeliveredFrameworks.Open(id);
        return FrameworkFile.Read(json).Framework!;
    }
}
