using System.Reflection;
using System.Text.RegularExpressions;
using Pipeline.Core.Submissions;

namespace Pipeline.Core.Tests.Submissions;

/// <summary>A reader names its columns by constants; they are the dataset's columns, in its order.</summary>
public partial class ColumnConstantTests
{
    public static TheoryData<string> Datasets => [.. Dataset.All.Select(d => d.Name)];

    [Theory, MemberData(nameof(Datasets))]
    public void Match_the_datasets_columns(string name)
    {
        var dataset = Dataset.Find(name)!;
        // Other constants of a reader come after its columns, and none of them is called like one: withdrawn is a status.
        var constants = Examples.Reader(dataset).GetType()
            .GetFields(BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Where(f => f.IsLiteral && f.FieldType == typeof(int))
            .Select(f => (Column: Capital().Replace(Suffix().Replace(f.Name, ""), "_$0").ToLowerInvariant(),
                Place: (int)f.GetRawConstantValue()!))
            .Take(dataset.Columns.Count);

        Assert.Equal(dataset.Columns.Select((column, place) => (column.Name, place)), constants);
    }

    [GeneratedRegex("(?<=.)Column$")]
    private static partial Regex Suffix();

    [GeneratedRegex("(?<!^)[A-Z]")]
    private static partial Regex Capital();
}
