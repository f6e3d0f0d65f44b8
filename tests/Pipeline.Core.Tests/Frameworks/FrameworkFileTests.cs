using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pipeline.Core.Findings;
using Pipeline.Core.Frameworks;
using static Pipeline.Core.Tests.Frameworks.FrameworkTexts;

namespace Pipeline.Core.Tests.Frameworks;

/// <summary>What holds for every framework file, whatever is in it.</summary>
public sealed class FrameworkFileTests
{
    /// <summary>Nothing like it stands in any rule, expectation or property.</summary>
    private const string Marker = "Zq9%";

    public static TheoryData<string> Ids => [.. DeliveredFrameworks.Ids];

    [Fact]
    public void A_byte_order_mark_and_CRLF_change_nothing_but_the_bytes()
    {
        string text = Small.With("\"weight\": 0.75", "\"weight\": 2").ReplaceLineEndings("\r\n");

        var finding = Assert.Single(Read([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)]).Findings.List);

        Assert.Equal((34L, "payment.elements[0].weight"), (finding.Line, finding.Column));
    }

    [Fact]
    public void A_stream_that_gives_a_byte_at_a_time_is_read_whole()
    {
        using var stream = new Trickle(Encoding.UTF8.GetBytes(Small));

        Assert.Equal("small", FrameworkFile.Read(stream).Framework!.Id);
    }

    [Fact]
    public void Order_of_properties_does_not_matter() =>
        Assert.Equal(
            JsonSerializer.Serialize(Read(Small).Framework),
            JsonSerializer.Serialize(Read(Reversed(JsonNode.Parse(Small)!).ToJsonString()).Framework));

    [Fact]
    public void Weights_are_whole_parts_of_ten_thousand()
    {
        var payment = Read(Small.With("0.75", "0.0001")).Framework!.Payment;

        Assert.Equal([1, 2_500], payment.Elements.Select(e => e.Weight));
        Assert.Equal((10_000, 7_499), (payment.WeightTotal, payment.UnallocatedWeight));
    }

    [Fact]
    public void A_stated_share_that_is_not_scaled_is_its_part_of_the_share()
    {
        var payment = Read(Small.With("\"weight\": 0.75", "\"statedShareOfContract\": 0.025")).Framework!.Payment;

        Assert.Equal([2_500, 2_500], payment.Elements.Select(e => e.Weight));
        Assert.Equal((10_000, 5_000), (payment.WeightTotal, payment.UnallocatedWeight));
    }

    [Theory]
    [InlineData("0.01", "0.02")]
    [InlineData("0.3", "0.6")]
    public void Stated_shares_that_are_scaled_make_up_the_whole_pot_be_they_too_small_or_too_large(string first, string second)
    {
        var payment = Read(Small
            .With("\"none\",\n    \"elements\"", "\"scale-to-share\",\n    \"elements\"")
            .With("\"weight\": 0.75", $"\"statedShareOfContract\": {first}")
            .With("\"weight\": 0.25", $"\"statedShareOfContract\": {second}")).Framework!.Payment;

        Assert.Equal(0, payment.UnallocatedWeight);
        Assert.Equal(payment.Elements[0].Weight * 2, payment.Elements[1].Weight);
    }

    [Theory]
    [InlineData("\"quality\": null,")]
    [InlineData("")]
    public void A_framework_may_name_no_quality_standard(string quality)
    {
        string text = Small.With("""
            "quality": { "standard": "Own Standard", "areas": [{ "code": "safety", "title": "Safety" }] },
            """, quality);

        Assert.Null(Read(text).Framework!.Quality);
    }

    [Fact]
    public void A_misspelt_reconcile_is_not_also_a_fault_of_every_element()
    {
        var finding = Assert.Single(Read(Delivered("strategic-2019").With("scale-to-share", "scaled")).Findings.List);

        Assert.Equal(Rules.NotAChoice, finding.Rule);
    }

    [Fact]
    public void Cut_off_anywhere_it_is_refused_as_no_JSON()
    {
        byte[] text = Encoding.UTF8.GetBytes(Small);

        for (int length = 0; length < text.Length; length++)
            Assert.Equal(Rules.FrameworkNotJson, Assert.Single(Read(text[..length]).Findings.List).Rule);
    }

    [Theory]
    [InlineData(20190220)]
    [InlineData(20200401)]
    public void Damaged_anywhere_it_is_either_read_or_has_findings(int seed)
    {
        var random = new Random(seed);
        byte[] sound = Encoding.UTF8.GetBytes(Delivered("performance"));

        for (int round = 0; round < 300; round++)
        {
            byte[] damaged = [.. sound];
            for (int i = random.Next(3); i >= 0; i--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);

            var (framework, findings) = Read(damaged);

            Assert.Equal(findings.Errors == 0, framework is not null);
        }
    }

    [Fact]
    public void A_long_name_over_many_values_does_not_cost_their_product()
    {
        string text = $$"""{ "{{new string('a', 400_000)}}": [{{string.Join(',', Enumerable.Repeat("0", 300_000))}}] }""";

        Assert.Contains(Read(text).Findings.List, f => f.Rule == Rules.PropertyUnknown);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Every_property_that_is_left_out_is_missed_except_the_optional_ones(string id)
    {
        string[] optional = ["$schema", "quality", "clientGroups", "feedbackQuestions", "decisionReasons"];
        foreach (var (what, text, place) in Variants(Delivered(id), (parent, name) => parent.Remove(name)))
        {
            var findings = Read(text).Findings.List;
            bool isOptional = optional.Contains(what)
                && (what != "clientGroups" || place.StartsWith("$.outcomes", StringComparison.Ordinal));
            Assert.True(isOptional == (findings.Count == 0), place);
            // A KPI and an element name the choice of two that is open, not the one of them that was there.
            if (!isOptional && what is not ("anyIndicator" or "movedOn" or "weight" or "statedShareOfContract"))
                Assert.Contains(findings, f => f.Rule == Rules.PropertyMissing && "$." + f.Column == place);
        }
    }

    [Fact]
    public void The_offending_value_or_name_never_appears_in_a_finding()
    {
        var renamed = Variants(Small, (parent, name) =>
        {
            var value = parent[name];
            parent.Remove(name);
            parent[Marker] = value;
        });
        var replaced = Variants(Small, (parent, name) => parent[name] = Marker);
        int offended = 0;
        foreach (var (_, text, place) in renamed.Concat(replaced))
        {
            var findings = Read(text).Findings.List;
            offended += Math.Sign(findings.Count);
            Assert.All(findings, f => Assert.DoesNotContain(Marker, $"{f.Column} {f.Expected}", StringComparison.Ordinal));
            Assert.All(findings, f => Assert.InRange(f.Line, 1, int.MaxValue));
        }
        Assert.InRange(offended, 100, int.MaxValue);
    }

    [Fact]
    public void What_the_schema_refuses_is_refused()
    {
        JsonNode?[] replacements = [null, 5, -1, "", "A b", true, false, new JsonArray(), new JsonObject()];
        int refused = 0;
        foreach (var replacement in replacements)
            foreach (var (_, text, place) in Variants(Small, (parent, name) => parent[name] = replacement?.DeepClone()))
            {
                if (FrameworkSchemaTests.Allows(text))
                    continue;
                refused++;
                Assert.True(Read(text).Framework is null, place);
            }
        Assert.InRange(refused, 500, int.MaxValue);
    }

    /// <summary>The text once for each of its properties, with that one changed.</summary>
    private static IEnumerable<(string Name, string Text, string Place)> Variants(string text, Action<JsonObject, string> change)
    {
        int count = Properties(JsonNode.Parse(text)!).Count();
        for (int i = 0; i < count; i++)
        {
            var root = JsonNode.Parse(text)!;
            var (parent, name) = Properties(root).ElementAt(i);
            string place = $"{parent.GetPath()}.{name}";
            change(parent, name);
            yield return (name, root.ToJsonString(), place);
        }
    }

    private static IEnumerable<(JsonObject Parent, string Name)> Properties(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(m => Properties(m.Value).Prepend((members, m.Key))),
        JsonArray items => items.SelectMany(Properties),
        _ => [],
    };

    private static JsonNode Reversed(JsonNode node) => node switch
    {
        JsonObject members =>
            new JsonObject(members.Reverse().Select(m => KeyValuePair.Create(m.Key, m.Value is null ? null : Reversed(m.Value)))),
        JsonArray items => new JsonArray([.. items.Select(i => Reversed(i!))]),
        _ => node.DeepClone(),
    };

    private sealed class Trickle(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(1, buffer.Length)]);
    }
}
