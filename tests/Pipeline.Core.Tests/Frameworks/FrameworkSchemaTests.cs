using NJsonSchema;
using Pipeline.Core.Frameworks;
using static Pipeline.Core.Tests.Frameworks.FrameworkTexts;

namespace Pipeline.Core.Tests.Frameworks;

/// <summary>The published schema takes what is right, and tells a person's editor of what is plainly wrong.</summary>
public sealed class FrameworkSchemaTests
{
    private static readonly JsonSchema Schema = ReadSchema();

    public static bool Allows(string text) => Schema.Validate(text).Count == 0;

    [Theory]
    [InlineData("strategic-2019")]
    [InlineData("performance")]
    public void It_allows_the_delivered_files(string id) => Assert.Empty(Schema.Validate(Delivered(id)));

    [Theory]
    [InlineData("strategic-2019")]
    [InlineData("performance")]
    public void The_delivered_files_name_it(string id) =>
        Assert.Contains($"\"$schema\": \"{DeliveredFrameworks.SchemaFileName}\"", Delivered(id), StringComparison.Ordinal);

    [Fact]
    public void It_allows_a_small_one() => Assert.Empty(Schema.Validate(Small));

    [Theory]
    [InlineData("\"id\": \"small\",", "")]
    [InlineData("\"id\": \"small\"", "\"id\": \"Small\"")]
    [InlineData("\"id\": \"small\"", "\"id\": \"small\", \"name\": \"\"")]
    [InlineData("\"2024-02-29\"", "\"29/02/2024\"")]
    [InlineData("\"code\": \"not_met\"", "\"code\": \"unmet\"")]
    [InlineData("\"achieved\": \"none\"", "\"achieved\": \"nothing\"")]
    [InlineData("\"reasonRequired\": true", "\"reasonRequired\": \"yes\"")]
    [InlineData("\"code\": \"hostel\"", "\"code\": \"host-el\"")]
    [InlineData("\"title\": \"Hostel\"", "\"title\": \"\"")]
    [InlineData("\"kind\": \"settled\"", "\"kind\": \"permanent\"")]
    [InlineData("\"clientGroups\": [\"young\"]", "\"clientGroups\": []")]
    [InlineData("[\"gp\", \"teeth\"]", "[\"gp\", \"gp\"]")]
    [InlineData("\"movedOn\": true", "\"movedOn\": false")]
    [InlineData("\"movedOn\": true", "\"movedOn\": true, \"anyIndicator\": [\"gp\"]")]
    [InlineData(", \"movedOn\": true", "")]
    [InlineData("\"Own Standard\"", "\"Standard (own)\"")]
    [InlineData("\"share\": 0.1", "\"share\": 1.1")]
    [InlineData("\"share\": 0.1", "\"share\": \"0.1\"")]
    [InlineData("\"reconcile\": \"none\"", "\"reconcile\": \"scale\"")]
    [InlineData("\"weight\": 0.75", "\"weight\": 0")]
    [InlineData("\"weight\": 0.75", "\"weight\": 1.01")]
    [InlineData(", \"weight\": 0.75", "")]
    [InlineData("\"weight\": 0.75", "\"weight\": 0.75, \"statedShareOfContract\": 0.075")]
    [InlineData("\"why\": \"Because.\", ", "")]
    public void It_refuses_what_is_plainly_wrong(string phrase, string broken)
    {
        string text = Small.With(phrase, broken);

        Assert.NotEmpty(Schema.Validate(text));
        Assert.Null(Read(text).Framework);
    }

    private static JsonSchema ReadSchema()
    {
        using var reader = new StreamReader(DeliveredFrameworks.OpenSchema());
        // NJsonSchema knows the section by the name it had in earlier drafts; the keywords that the schema uses mean the same in both.
        return JsonSchema.FromJsonAsync(reader.ReadToEnd().Replace("$defs", "definitions", StringComparison.Ordinal)).GetAwaiter()
            .GetResult();
    }
}
