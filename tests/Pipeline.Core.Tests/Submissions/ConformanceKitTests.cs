using System.Text.Json;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Submissions;

namespace Pipeline.Core.Tests.Submissions;

/// <summary>
/// The kit for those who write exports says of each file what the reader says, and has one for each way in which a column can be wrong.
/// </summary>
public sealed class ConformanceKitTests
{
    public static TheoryData<string> Ids => [.. DeliveredFrameworks.Ids];

    [Theory, MemberData(nameof(Ids))]
    public void Files_are_accepted_or_rejected_as_their_names_say(string id)
    {
        var kit = Kit(id);
        var cases = kit.Keys.Where(path => path.EndsWith(".csv", StringComparison.Ordinal)).ToList();

        Assert.All(cases, path =>
        {
            var receipt = Receipt(kit, path);
            Assert.Equal(path.Contains("/valid-", StringComparison.Ordinal), receipt.Accepted);
            Assert.Equal(receipt.Accepted, receipt.Findings.Count == 0);
        });
        Assert.True(cases.Count(path => path.Contains("/valid-", StringComparison.Ordinal)) == 4
            * WorkbookTemplate.DatasetsOf(Delivered(id)).Count);
    }

    [Theory, MemberData(nameof(Ids))]
    public void Every_column_has_files_that_are_wrong_in_it_alone(string id)
    {
        var kit = Kit(id);
        foreach (var dataset in WorkbookTemplate.DatasetsOf(Delivered(id)))
        {
            foreach (var column in dataset.Columns)
            {
                var wrong = kit.Keys.Where(path => path.StartsWith($"{dataset}/invalid-{column}-", StringComparison.Ordinal)
                    && path.EndsWith(".csv", StringComparison.Ordinal)).ToList();
                Assert.True(wrong.Count > 0, $"{dataset} {column}");
                Assert.All(wrong, path => Assert.Equal(column.Name, Receipt(kit, path).Findings[0].Column));
            }
        }
    }

    [Fact]
    public void What_must_be_said_of_a_column_of_serial_numbers_is_that()
    {
        var receipt = Receipt(Kit("performance"), "outcomes/invalid-need_identified_on-serial-number.csv");
        Assert.Equal("FLD-021", Assert.Single(receipt.Summary).Rule);
        Assert.Equal((2, "need_identified_on", "E2"), (receipt.Findings[0].Line, receipt.Findings[0].Column, receipt.Findings[0].Cell));
    }

    private static ConformanceKit.Expected Receipt(Dictionary<string, byte[]> kit, string path) =>
        JsonSerializer.Deserialize<ConformanceKit.Expected>(kit[Path.ChangeExtension(path, ".receipt.json")], CoreJson.Options)!;

    private static Dictionary<string, byte[]> Kit(string id) =>
        ConformanceKit.Files(Delivered(id)).ToDictionary(file => file.Path, file => file.Content);

    private static Framework Delivered(string id)
    {
        using var json = DeliveredFrameworks.Open(id);
        return FrameworkFile.Read(json).Framework!;
    }
}
