using System.Text.Json;
using Pipeline.Core.Payments;
using Pipeline.Core.Submissions;

namespace Pipeline.Core.Tests.Payments;

public class InputsTests
{
    private static readonly ContractId Contract = ContractId.Parse("HL-001");

    [Fact]
    public void The_same_files_in_another_order_are_no_change() =>
        Assert.Empty(new Inputs(Sample.Inputs().Entries.Reverse()).ChangesSince(Sample.Inputs()));

    [Fact]
    public void What_changed_is_said_in_words()
    {
        var before = new Inputs(
        [
            InputFile.Decisions(Sample.Q1, 2, Sample.Hash(1)),
            InputFile.Framework("performance", null, Sample.Hash(2)),
            InputFile.Evidence(Contract, Sample.Q1, 1, Sample.Hash(3)),
            InputFile.Register(4, Sample.Hash(4)),
        ]);
        var now = new Inputs(
        [
            InputFile.Decisions(Sample.Q1, 2, Sample.Hash(1)),
            InputFile.Decisions(Sample.Q1, 3, Sample.Hash(11)),
            InputFile.Framework("performance", null, Sample.Hash(12)),
            InputFile.Evidence(ContractId.Parse("HL-002"), Sample.Q1, 1, Sample.Hash(3)),
            InputFile.Framework("strategic-2019", null, Sample.Hash(5)),
            InputFile.Register(4, Sample.Hash(4)),
        ]);
        Assert.Equal(
        [
            "the decisions of 2025-26-Q1 came in, as version 3",
            "the evidence of HL-001 for 2025-26-Q1 fell away",
            "the evidence of HL-002 for 2025-26-Q1 came in, as version 1",
            "the framework performance changed",
            "the framework strategic-2019 came in",
        ],
            now.ChangesSince(before));
    }

    [Fact]
    public void Other_bytes_under_the_same_version_are_a_change() =>
        Assert.Equal(
            ["the register of contracts changed"],
            new Inputs([InputFile.Register(1, Sample.Hash(2))]).ChangesSince(new Inputs([InputFile.Register(1, Sample.Hash(1))])));

    [Fact]
    public void Decisions_add_up_so_each_file_of_them_is_named()
    {
        var inputs = new Inputs([InputFile.Decisions(Sample.Q1, 12, Sample.Hash(3)), InputFile.Decisions(Sample.Q1, 2, Sample.Hash(2)),
            InputFile.Register(1, Sample.Hash(1))]);
        Assert.Equal([2, 12], inputs.Decisions(Sample.Q1).Select(file => file.Version));
        Assert.Empty(inputs.Decisions(Quarter.Parse("2025-26-Q2")));
    }

    public static TheoryData<string, string, InputFile> Kept => new()
    {
        { "the register of contracts", "{\"kind\":\"register\"}", InputFile.Register(4, Sample.Hash(1)) },
        { "the framework strategic-2019", "{\"kind\":\"framework\",\"id\":\"strategic-2019\"}", InputFile.Framework("strategic-2019", 4,
            Sample.Hash(1)) },
        { "the decisions of 2025-26-Q1", "{\"kind\":\"decisions\",\"quarter\":\"2025-26-Q1\"}", InputFile.Decisions(Sample.Q1, 4,
            Sample.Hash(1)) },
        {
            "the evidence of HL-001 for 2025-26-Q1",
            "{\"kind\":\"evidence\",\"contract\":\"HL-001\",\"quarter\":\"2025-26-Q1\"}",
            InputFile.Evidence(Contract, Sample.Q1, 4, Sample.Hash(1)) with { Workbook = Sample.Hash(2) }
        },
    };

    [Theory]
    [MemberData(nameof(Kept))]
    public void A_source_is_kept_as_what_it_is_and_read_from_the_words_of_older_runs(string words, string source, InputFile file)
    {
        string rest = $"\"version\":4,\"sha256\":\"{file.Sha256}\"{(file.Workbook is { } workbook ? $",\"workbook\":\"{workbook}\"" : "")}";
        Assert.Equal(words, file.Source.ToString());
        string json = JsonSerializer.Serialize(file, CoreJson.Options);
        Assert.Equal(JsonDocument.Parse($"{{\"source\":{source},{rest}}}").RootElement, JsonDocument.Parse(json).RootElement,
            JsonElement.DeepEquals);
        Assert.Equal(file, JsonSerializer.Deserialize<InputFile>(json, CoreJson.Options));
        Assert.Equal(file, JsonSerializer.Deserialize<InputFile>($"{{\"what\":\"{words}\",{rest}}}", CoreJson.Options));
    }

    [Fact]
    public void Other_words_name_no_source()
    {
        foreach (string words in (string[])["", "the decisions", "the decisions of 2025-27-Q1", "the evidence of HL-001", "the calendar"])
            Assert.Throws<FormatException>(() => JsonSerializer.Deserialize<InputFile>(
                $"{{\"what\":\"{words}\",\"version\":1,\"sha256\":\"{Sample.Hash(1)}\"}}", CoreJson.Options));
    }

    [Fact]
    public void A_file_is_named_once() =>
        Assert.Throws<ArgumentException>(() => new Inputs([InputFile.Register(1, Sample.Hash(1)), InputFile.Register(2, Sample.Hash(2))]));

    [Fact]
    public void A_file_of_decisions_is_named_once() =>
        Assert.Throws<ArgumentException>(() =>
            new Inputs([InputFile.Decisions(Sample.Q1, 1, Sample.Hash(1)), InputFile.Decisions(Sample.Q1, 1, Sample.Hash(2))]));
}
