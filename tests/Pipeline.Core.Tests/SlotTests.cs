namespace Pipeline.Core.Tests;

public sealed class SlotTests
{
    [Theory]
    [InlineData("submissions/acme/HL-001/2025-26-Q1/outcomes.csv", "outcomes")]
    [InlineData("submissions/acme/HL-001/2025-26-Q1/social-value-2.csv", "social-value")]
    [InlineData("reviews/2025-26-Q1/decisions-final.csv", "decisions")]
    [InlineData("confirmations/2025-26-Q1/bacs run 7.csv", "confirmations")]
    [InlineData("reference/contracts.csv", "contracts")]
    [InlineData("reference/frameworks/strategic-2019.json", "framework-strategic-2019")]
    public void A_files_place_says_what_it_is_for(string path, string name) => Assert.Equal(name, Slot.At(path)?.Name);

    [Theory]
    [InlineData("submissions/acme/HL-001/2025-26-Q1/decisions.csv")]
    [InlineData("submissions/acme/HL-001/2025-26-Q1/outcomes.txt")]
    [InlineData("submissions/acme/HL-001/2025-26-Q1/outcomes2.csv")]
    [InlineData("submissions/ACME/HL-001/2025-26-Q1/outcomes.csv")]
    [InlineData("submissions/acme/HL-001/2025-27-Q1/outcomes.csv")]
    [InlineData("submissions/acme/HL-001/9999-00-Q4/outcomes.csv")]
    [InlineData("submissions/acme/HL-001/2025-26-Q1/more/outcomes.csv")]
    [InlineData("reviews/2025-26-Q1/outcomes.csv")]
    [InlineData("reference/contracts-2.csv")]
    [InlineData("reference/frameworks/framework.schema.json")]
    [InlineData("archive/outcomes.csv")]
    public void Other_places_are_for_nothing(string path) => Assert.Null(Slot.At(path));

    [Theory]
    [InlineData("outcomes.csv", "outcomes.csv")]
    [InlineData("outcomes-2.csv", "outcomes-2.csv")]
    [InlineData("outcomes-2025-07-14 (1) final v2.csv", "outcomes-2025-07-14 (1) final v2.csv")]
    [InlineData("outcomes-Jane-Doe.csv", "outcomes-….csv")]
    [InlineData("outcomes-copy-of-janes-list.csv", "outcomes-….csv")]
    public void Of_a_files_name_only_numbers_and_plain_words_are_published(string fileName, string published) =>
        Assert.Equal(published, Slot.At("submissions/acme/HL-001/2025-26-Q1/" + fileName)?.PublishedName(fileName));

    [Fact]
    public void Slots_keep_their_receipts_apart()
    {
        string[] folders =
        [
            .. new[]
            {
                "submissions/acme/HL-001/2025-26-Q1/outcomes.csv", "submissions/acme/HL-001/2025-26-Q1/hours.csv", "submissions/acme/HL-001/2025-26-Q2/outcomes.csv",
                "reviews/2025-26-Q1/decisions.csv", "reviews/2025-26-Q1/checks.csv", "confirmations/2025-26-Q1/a.csv", "reference/contracts.csv", "reference/frameworks/performance.json",
            }.Select(path => Slot.At(path)!.ReceiptFolder),
        ];

        Assert.Equal(folders, folders.Distinct());
    }
}
